//! `cargo xtask bench --check`: whether a scan takes more instructions for a byte than it did.
//!
//! Time depends on the machine and on what else it does; the instructions of one build over one text do not. They are counted by
//! callgrind, of which the whole command line runs once with the beginning of each corpus and once with nothing.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{Failure, corpora, shell};

/// Compares the instructions of each corpus with those on record; with `write` it puts these on record instead.
pub(crate) fn run(root: &Path, write: bool) -> Result<(), Failure> {
    shell::cargo(root, &["build", "--release", "--package", "sealwax-cli"])?;
    let record = root.join("benches/instructions.toml");
    let mut recorded: BTreeMap<String, u64> = toml::from_str(&fs::read_to_string(&record).unwrap_or_default())?;
    let idle = counted(root, &beginning(root, "empty", "")?)?;
    let mut measured = BTreeMap::from([(START.to_owned(), idle)]);
    for name in corpora::NAMES {
        let text = fs::read_to_string(corpora::file(root, name)?)?;
        let text = whole_lines(&text);
        let instructions = counted(root, &beginning(root, name, text)?)?.saturating_sub(idle);
        measured.insert(name.to_owned(), instructions / text.len().max(1) as u64);
    }
    if write {
        return Ok(fs::write(record, written(&measured))?);
    }
    let mut above = Vec::new();
    println!("{:<10} {:>12} {:>12}", "corpus", "recorded", "measured");
    for (name, now) in &measured {
        let before = recorded.remove(name).unwrap_or_default();
        println!("{name:<10} {before:>12} {now:>12}");
        if *now > before + before / MARGIN {
            above.push(name.as_str());
        }
    }
    if above.is_empty() {
        return Ok(());
    }
    Err(format!(
        "more instructions than on record: {}; where that is meant, run `cargo xtask bench --check --write`",
        above.join(", ")
    )
    .into())
}

/// The row of a run with nothing to scan, in instructions; those of corpora are instructions a byte.
const START: &str = "start";
/// The twentieth part more is no regression: another compiler, another library below.
const MARGIN: u64 = 20;
/// So much of each corpus is scanned, in bytes: callgrind takes fifty times as long as the processor.
const BYTES: usize = 200_000;

/// The whole lines among the first bytes of a corpus.
fn whole_lines(text: &str) -> &str {
    let most = text.len().min(BYTES);
    let end = text
        .as_bytes()
        .get(..most)
        .and_then(|bytes| bytes.iter().rposition(|byte| *byte == b'\n'));
    text.get(..end.map_or(most, |end| end + 1)).unwrap_or(text)
}

fn beginning(root: &Path, name: &str, text: &str) -> Result<std::path::PathBuf, Failure> {
    let path = root.join("target/corpora").join(format!("{name}.check.jsonl"));
    fs::create_dir_all(root.join("target/corpora"))?;
    fs::write(&path, text)?;
    Ok(path)
}

/// The instructions of a scan of these records.
fn counted(root: &Path, records: &Path) -> Result<u64, Failure> {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(root.join("target/release/sealwax"))
        .args(["scan", "--threads", "1", "--json", "--jsonl"])
        .arg(records);
    let output = command.output().map_err(|error| {
        format!("cannot start valgrind, which counts the instructions ({error}): install it, on Debian by `apt install valgrind`")
    })?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    let number = collected.and_then(|(_, number)| number.trim().parse().ok());
    number.ok_or_else(|| format!("`{}` counted nothing:\n{said}", shell::words(&command)).into())
}

fn written(measured: &BTreeMap<String, u64>) -> String {
    let mut text = String::from(
        "# Instructions of a run of the command line with nothing to scan (`start`), and for each byte of a corpus: what\n\
         # `cargo xtask bench --check --write` counted, and `cargo xtask bench --check` compares.\n",
    );
    for (name, number) in measured {
        let _ = writeln!(text, "{name} = {number}");
    }
    text
}
