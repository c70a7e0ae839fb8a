//! No room of the crate knows a later one (`docs/ARCHITECTURE.md`): what its code names with `crate::` stands below it.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, from the ground up: each may name those before it.
const ROOMS: [&str; 21] = [
    "ground",
    "text",
    "csv",
    "crypto",
    "address",
    "tls",
    "evidence",
    "message",
    "detect",
    "classify",
    "redact",
    "consent",
    "transaction",
    "policy",
    "outer",
    "seal",
    "audit",
    "memory",
    "engine",
    "json",
    "fuzzing",
];

/// What stands in the crate's root, and the room that it comes from.
const ROOT: [(&str, &str); 19] = [
    ("Address", "address"),
    ("AddressError", "address"),
    ("AddressErrorKind", "address"),
    ("Domain", "address"),
    ("Engine", "engine"),
    ("Feed", "engine"),
    ("Agreement", "ground"),
    ("DateError", "ground"),
    ("DateOrTime", "ground"),
    ("Standing", "ground"),
    ("Timestamp", "ground"),
    ("TimestampError", "ground"),
    ("Authentication", "transaction"),
    ("BaaState", "transaction"),
    ("ClientKeys", "transaction"),
    ("ListContext", "transaction"),
    ("Party", "transaction"),
    ("Recipient", "transaction"),
    ("Transaction", "transaction"),
];

#[test]
fn no_room_names_a_later_one() -> Result<(), Box<dyn Error>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files)?;
    let mut seen = 0;
    let mut upward = Vec::new();
    for file in files {
        let place = file.strip_prefix(&source)?.display().to_string();
        let Some(floor) = floor(room_of_file(&place)) else {
            assert_eq!(place, "lib.rs", "a room that ROOMS does not name");
            continue;
        };
        for name in named(&code(&fs::read_to_string(&file)?)) {
            seen += 1;
            if self::floor(room(&name)).is_none_or(|other| other > floor) {
                upward.push(format!("{place} names crate::{name}"));
            }
        }
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
    assert!(seen > 400, "only {seen} names were seen");
    Ok(())
}

#[test]
fn a_name_is_seen_in_every_form() {
    let code =
        "use crate::{Address, text::{View, fold}, policy as p};\nlet a = crate::seal::open(crate::Timestamp::EPOCH);";
    assert_eq!(named(code), ["Address", "text", "policy", "seal", "Timestamp"]);
}

/// The files of a folder and of those in it, but for modules of tests.
fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let front = fs::read_to_string(folder.join("mod.rs")).unwrap_or_default();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if front.contains(&format!("#[cfg(test)]\nmod {name};")) {
            continue;
        }
        if path.is_dir() {
            rust_files(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

fn room_of_file(place: &str) -> &str {
    let first = place.split(['/', '\\']).next().unwrap_or(place);
    first.trim_end_matches(".rs")
}

/// The room of a name that stands behind `crate::`.
fn room(name: &str) -> &str {
    ROOT.iter()
        .find(|(word, _)| *word == name)
        .map_or(name, |(_, room)| room)
}

fn floor(room: &str) -> Option<usize> {
    ROOMS.iter().position(|known| *known == room)
}

/// The code of a file: without its comments and without its tests, which may call what they like.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// What stands behind each `crate::`, one by one where braces hold several.
fn named(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for behind in code.split("crate::").skip(1) {
        match behind.strip_prefix('{') {
            Some(list) => names.extend(first_words(list)),
            None => names.push(word(behind)),
        }
    }
    names
}

/// The first word of each member of a list in braces, up to the brace that ends it.
fn first_words(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut is_new) = (0_usize, true);
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_new = true,
            letter if is_new && letter.is_alphanumeric() => {
                names.push(word(list.get(at..).unwrap_or_default()));
                is_new = false;
            }
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}
