//! `cargo xtask unsafe`: counts what the compiler does not prove, with the reason of each place.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;

/// Writes `docs/UNSAFE.md`; with `--check` it only says whether the file is current. A place without a reason fails both.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let crates: Vec<Crate> = CRATES
        .iter()
        .map(|name| Crate::read(root, name))
        .collect::<Result<_, _>>()?;
    if let Some(place) = crates
        .iter()
        .flat_map(Crate::places)
        .find(|place| place.reason.is_empty())
    {
        return Err(format!(
            "{}:{}: `unsafe` without a `// SAFETY:` above it",
            place.file, place.line
        )
        .into());
    }
    let page = render(&crates.into_iter().map(Crate::shipped).collect::<Vec<_>>());
    let target = root.join("docs/UNSAFE.md");
    match words {
        [] => Ok(fs::write(target, page)?),
        ["--check"] if fs::read_to_string(&target).is_ok_and(|checked_in| checked_in == page) => Ok(()),
        ["--check"] => Err("docs/UNSAFE.md is not what `cargo xtask unsafe` writes".into()),
        _ => Err("usage: cargo xtask unsafe [--check]".into()),
    }
}

/// The crates that are shipped.
const CRATES: [&str; 8] = ["cli", "core", "ffi", "kms", "pages", "pkcs11", "python", "store"];

struct Crate {
    name: &'static str,
    forbids: bool,
    files: Vec<(String, Vec<Place>)>,
}

impl Crate {
    fn read(root: &Path, name: &'static str) -> Result<Self, Failure> {
        let source = root.join(name).join("src");
        let mut files = Vec::new();
        for path in sources(&source)? {
            let file = path.strip_prefix(root)?.to_string_lossy().into_owned();
            let places = places(&file, &fs::read_to_string(&path)?);
            if !places.is_empty() {
                files.push((file, places));
            }
        }
        let top = ["lib.rs", "main.rs"].map(|file| fs::read_to_string(source.join(file)).unwrap_or_default());
        Ok(Self {
            name,
            forbids: top.iter().any(|top| top.contains("#![forbid(unsafe_code)]")),
            files,
        })
    }

    /// Without the calls of the fuzz targets, which are in no library that is shipped.
    fn shipped(mut self) -> Self {
        self.files.retain(|(file, _)| !file.contains("/fuzzing/"));
        self
    }

    fn places(&self) -> impl Iterator<Item = &Place> {
        self.files.iter().flat_map(|(_, places)| places)
    }
}

/// Where the compiler is told to trust.
#[derive(Debug, PartialEq)]
struct Place {
    file: String,
    line: usize,
    kind: Kind,
    /// What stands behind `SAFETY:`.
    reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Block,
    Implementation,
}

/// The blocks and implementations of a file, up to its unit tests, each with the reason above it.
fn places(file: &str, text: &str) -> Vec<Place> {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let mut places = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let code = without_text(line);
        let found = code.match_indices("unsafe ").filter_map(|(at, word)| {
            let rest = code.get(at + word.len()..)?;
            let kind = [("{", Kind::Block), ("impl", Kind::Implementation)];
            kind.into_iter().find(|(start, _)| rest.starts_with(start))
        });
        places.extend(found.map(|(_, kind)| Place {
            file: file.to_owned(),
            line: index + 1,
            kind,
            reason: reason_above(lines.get(..index).unwrap_or_default()),
        }));
    }
    places
}

/// A line without its comment and without what stands in quotes.
fn without_text(line: &str) -> String {
    let code = line.split("//").next().unwrap_or_default();
    code.split('"').step_by(2).collect()
}

/// The reason in the comment above a statement, whose earlier lines may stand between.
fn reason_above(above: &[&str]) -> String {
    let lines = above.iter().rev().map(|line| line.trim());
    let mut comment: Vec<&str> = Vec::new();
    for line in lines {
        match line.strip_prefix("//") {
            Some(text) => comment.push(text.trim()),
            None if !comment.is_empty() || line.ends_with([';', '}']) || line.is_empty() => break,
            None => {}
        }
    }
    comment.reverse();
    let comment = comment.join(" ");
    comment
        .split_once("SAFETY:")
        .map_or("", |(_, reason)| reason)
        .trim()
        .to_owned()
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn render(crates: &[Crate]) -> String {
    let mut page = PREAMBLE.to_owned();
    for found in crates {
        let count = |kind| found.places().filter(|place| place.kind == kind).count();
        let forbids = if found.forbids { "yes" } else { "" };
        let (name, blocks, implementations) = (found.name, count(Kind::Block), count(Kind::Implementation));
        let _ = writeln!(page, "| `{name}` | {forbids} | {blocks} | {implementations} |");
    }
    for (file, places) in crates.iter().flat_map(|found| &found.files) {
        let _ = writeln!(page, "\n## `{file}`\n\n| places | why it is sound |\n| ---: | --- |");
        for (reason, count) in reasons(places) {
            let _ = writeln!(page, "| {count} | {} |", reason.replace('|', "\\|"));
        }
    }
    page
}

/// Each reason as often as it is given. One that says `as above` is the one before it.
fn reasons(places: &[Place]) -> BTreeMap<&str, usize> {
    let (mut reasons, mut last) = (BTreeMap::new(), "");
    for place in places {
        let reason = place.reason.as_str();
        let is_again = reason.trim_end_matches('.').eq_ignore_ascii_case("as above");
        last = if is_again && !last.is_empty() { last } else { reason };
        *reasons.entry(last).or_default() += 1;
    }
    reasons
}

const PREAMBLE: &str = "# Unsafe code

Written by `cargo xtask unsafe`, from the `// SAFETY:` above each place; the check `generated` says when it is not current. A
place without a reason fails it, and in `ffi` and `pages` the lints `clippy::undocumented_unsafe_blocks` and
`clippy::multiple_unsafe_ops_per_block` as well.

Not counted are unit tests, and `ffi/src/fuzzing`, which calls the library as a host does and is in none that is shipped; reasons
are asked for there as well. A macro is counted once, where it is defined.

| crate | forbids it | blocks | implementations |
| --- | --- | ---: | ---: |
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unsafe_place_has_a_reason() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for name in CRATES {
            for place in Crate::read(&root, name).unwrap().places() {
                assert!(
                    !place.reason.is_empty(),
                    "{}:{} has no `// SAFETY:`",
                    place.file,
                    place.line
                );
            }
        }
    }

    #[test]
    fn a_reason_may_stand_above_the_first_line_of_a_statement() {
        let text = "fn f() {\n    // SAFETY: the handle\n    // is ours.\n    let x =\n        g(|| unsafe { h() });\n    unsafe { i() };\n}\n";
        let found: Vec<_> = places("f.rs", text)
            .into_iter()
            .map(|place| (place.line, place.reason))
            .collect();
        assert_eq!(found, [(5, "the handle is ours.".to_owned()), (6, String::new())]);
    }

    #[test]
    fn words_in_text_and_declarations_are_not_counted() {
        let text = "// unsafe { }\nlet a = \"unsafe { }\";\npub unsafe fn f() {}\ntype F = unsafe extern \"C\" fn();\n#[unsafe(no_mangle)]\n";
        assert!(places("f.rs", text).is_empty());
        let text = "// SAFETY: one thread.\nunsafe impl Send for A {}\n";
        assert_eq!(places("f.rs", text)[0].kind, Kind::Implementation);
    }

    #[test]
    fn a_reason_that_is_given_again_counts_for_the_one_above() {
        let place = |reason: &str| Place {
            file: String::new(),
            line: 1,
            kind: Kind::Block,
            reason: reason.to_owned(),
        };
        let places = [place("the handle is ours."), place("as above."), place("NULL.")];
        assert_eq!(reasons(&places), [("NULL.", 1), ("the handle is ours.", 2)].into());
    }
}
