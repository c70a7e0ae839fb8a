//! The word lists and the cases of other projects' tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sealwax::detect::Scanner;
use sealwax::text::View;
use serde_json::Value;

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
    recognizers(scanner, &split.join("recognizers.json"), verbose)
}

fn words(scanner: &Scanner, file: &Path, key: &str, what: &str, verbose: bool, bad: bool) -> Result<(), Failure> {
    let rows = rows(file)?;
    let words = || rows.iter().filter_map(|row| row.get(key)?.as_str());
    let (found, missed): (Vec<_>, Vec<_>) = words().partition(|word| finds(scanner, word, Some("HEALTH_TERM")));
    println!("{what}: {} of {}", found.len(), rows.len());
    if verbose {
        println!("  {}", if bad { found.join(" ") } else { missed.join(" ") });
    }
    Ok(())
}

/// Per type: cases in which something of the type must be found, and in which nothing must.
fn recognizers(scanner: &Scanner, file: &Path, verbose: bool) -> Result<(), Failure> {
    let mut table: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for row in rows(file)? {
        let (Some(text), Some(label), Some("match")) = (text(&row, "text"), text(&row, "type"), text(&row, "kind"))
        else {
            continue;
        };
        let wanted = row
            .get("expected_count")
            .and_then(Value::as_u64)
            .is_some_and(|count| count > 0);
        let found = finds(scanner, text, Some(label));
        let [hits, missed, taken, left] = table.entry(label.to_owned()).or_default();
        *match (wanted, found) {
            (true, true) => hits,
            (true, false) => missed,
            (false, true) => taken,
            (false, false) => left,
        } += 1;
        if verbose && wanted != found {
            println!("  {label}: {} {text:?}", if wanted { "misses" } else { "takes" });
        }
    }
    println!(
        "\n{:34} {:>6} {:>6} {:>6} {:>6}",
        "recognizer cases", "found", "missed", "taken", "left"
    );
    for (label, [found, missed, taken, left]) in &table {
        println!("{label:34} {found:6} {missed:6} {taken:6} {left:6}");
    }
    Ok(())
}

fn text<'a>(row: &'a Value, key: &str) -> Option<&'a str> {
    row.get(key)?.as_str()
}

fn rows(file: &Path) -> Result<Vec<Value>, Failure> {
    match serde_json::from_str(&fs::read_to_string(file)?)? {
        Value::Array(rows) => Ok(rows),
        _ => Err(format!("`{}` is no list", file.display()).into()),
    }
}

fn finds(scanner: &Scanner, text: &str, label: Option<&str>) -> bool {
    let findings = scanner.scan(&View::fold(text));
    findings
        .iter()
        .any(|finding| label.is_none_or(|label| finding.detector().label() == label))
}
