//! The word lists of a split, and the rows of its files.

use std::fs;
use std::path::Path;

use sealwax::detect::Scanner;
use sealwax::text::View;
use serde_json::Value;

use super::recognizers;
use crate::Failure;

/// Counts the lists of a split and prints what was counted.
pub(super) fn count(scanner: &Scanner, split: &Path, verbose: bool) -> Result<(), Failure> {
    println!("\n## {}: word lists and cases\n", split.display());
    words(
        scanner,
        &split.join("near_misses.json"),
        "word",
        "near misses matched",
        verbose,
        true,
    )?;
    words(
        scanner,
        &split.join("real_typos.json"),
        "wrong",
        "misspellings found",
        verbose,
        false,
    )?;
    recognizers::count(scanner, &rows(&split.join("recognizers.json"))?, verbose)
}

fn words(scanner: &Scanner, file: &Path, key: &str, what: &str, verbose: bool, bad: bool) -> Result<(), Failure> {
    let rows = rows(file)?;
    let words = || rows.iter().filter_map(|row| row.get(key)?.as_str());
    let (found, missed): (Vec<_>, Vec<_>) = words().partition(|word| finds(scanner, word, "HEALTH_TERM"));
    println!("{what}: {} of {}", found.len(), rows.len());
    if verbose {
        println!("  {}", if bad { found.join(" ") } else { missed.join(" ") });
    }
    Ok(())
}

pub(super) fn text<'a>(row: &'a Value, key: &str) -> Option<&'a str> {
    row.get(key)?.as_str()
}

fn rows(file: &Path) -> Result<Vec<Value>, Failure> {
    match serde_json::from_str(&fs::read_to_string(file)?)? {
        Value::Array(rows) => Ok(rows),
        _ => Err(format!("`{}` is no list", file.display()).into()),
    }
}

/// Whether something of this type is found in `text`.
pub(super) fn finds(scanner: &Scanner, text: &str, label: &str) -> bool {
    let findings = scanner.scan(&View::fold(text));
    findings.iter().any(|finding| finding.detector().label() == label)
}
