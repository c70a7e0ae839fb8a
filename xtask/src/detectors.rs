//! `cargo xtask detectors`: writes `docs/DETECTORS.md`, the catalogue as a table, from the data itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sealwax::detect::{Confidence, DetectorSpec, Lane, built_in};

use crate::Failure;

/// Writes `docs/DETECTORS.md`; with `--check` it only says whether the file is current.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let page = render(&built_in()?);
    let target = root.join("docs/DETECTORS.md");
    match words {
        [] => Ok(fs::write(target, page)?),
        ["--check"] if fs::read_to_string(&target).is_ok_and(|checked_in| checked_in == page) => Ok(()),
        ["--check"] => Err("docs/DETECTORS.md is not what `cargo xtask detectors` writes".into()),
        _ => Err("usage: cargo xtask detectors [--check]".into()),
    }
}

fn render(specs: &[DetectorSpec]) -> String {
    let checks: BTreeSet<&str> = specs.iter().filter_map(|spec| spec.check.as_deref()).collect();
    let mut page = format!(
        "{PREAMBLE}\nThe catalogue has {} detectors, which use {} checks.\n",
        specs.len(),
        checks.len()
    );
    page.push_str(SAFE_HARBOR);
    let kinds = kinds(specs);
    for &(letter, kind) in KINDS {
        let ids = kinds.get(&letter).map(|ids| ids.join("`, `")).unwrap_or_default();
        let _ = writeln!(page, "| {letter} | {kind} | `{ids}` |");
    }
    page.push_str(TABLE);
    for spec in specs {
        page.push_str(&row(spec));
    }
    page
}

/// The detectors of each letter.
fn kinds(specs: &[DetectorSpec]) -> BTreeMap<char, Vec<&str>> {
    let mut kinds: BTreeMap<char, Vec<&str>> = BTreeMap::new();
    for spec in specs {
        if let Some(letter) = spec.safe_harbor {
            kinds.entry(letter).or_default().push(&spec.id);
        }
    }
    kinds
}

fn row(spec: &DetectorSpec) -> String {
    let letter = spec.safe_harbor.map(String::from).unwrap_or_default();
    format!(
        "| `{}` | `{}` | {} | {} | {letter} | {} | {} |\n",
        spec.id,
        spec.label,
        cell(&spec.title),
        check(spec),
        confidence(spec.confidence),
        cell(&spec.source),
    )
}

/// The check of a value, or what stands in its place.
fn check(spec: &DetectorSpec) -> String {
    match (&spec.check, spec.lane) {
        (Some(name), _) => format!("`{name}`"),
        (None, Lane::Email) => "address syntax".to_owned(),
        (None, Lane::Names | Lane::FirstNames) => "list of first names".to_owned(),
        (None, Lane::FullNames | Lane::TitledNames) => "form of a name".to_owned(),
        (None, Lane::Terms) => "dictionary".to_owned(),
        (None, Lane::Pattern) => "form".to_owned(),
    }
}

/// Bare and labelled, in this order; a dash where it finds nothing in that way.
fn confidence(confidence: Confidence) -> String {
    let number = |of: Option<f64>| of.map_or_else(|| "–".to_owned(), |of| format!("{of:.2}"));
    format!("{} / {}", number(confidence.bare), number(confidence.labelled))
}

fn cell(text: &str) -> String {
    text.replace('|', r"\|")
}

const PREAMBLE: &str = "# Detectors

Written by `cargo xtask detectors` from `core/data/detectors/*.toml`; `cargo xtask ci` checks that it is current. Each row
there also has its pattern, its labels, and examples for and against, which a test runs.
";

const SAFE_HARBOR: &str = "
## The eighteen identifiers of the Safe Harbor method

45 CFR 164.514(b)(2)(i). Pictures and recordings are not analysed: what is found is a text that speaks of them. Kind R also
takes every identity number that no other letter names.

| letter | identifier | detectors |
| --- | --- | --- |
";

const TABLE: &str = "
## All detectors

Confidence is that of a value alone / beside a label; `–` means that it is not looked for in that way.

| id | type | what | check | Safe Harbor | confidence | source |
| --- | --- | --- | --- | --- | --- | --- |
";

/// The identifiers in the words of the rule, shortened.
const KINDS: &[(char, &str)] = &[
    ('A', "names"),
    ('B', "geographic subdivisions smaller than a state"),
    ('C', "dates of a person, and ages over 89"),
    ('D', "telephone numbers"),
    ('E', "fax numbers"),
    ('F', "mail addresses"),
    ('G', "Social Security numbers"),
    ('H', "medical record numbers"),
    ('I', "health plan beneficiary numbers"),
    ('J', "account numbers"),
    ('K', "certificate and licence numbers"),
    ('L', "vehicle identifiers and plates"),
    ('M', "device identifiers and serial numbers"),
    ('N', "addresses of web pages"),
    ('O', "Internet addresses"),
    ('P', "biometric identifiers"),
    ('Q', "full-face photographs"),
    ('R', "any other unique number, characteristic or code"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_the_eighteen_kinds_has_a_detector() {
        let specs = built_in().unwrap();
        let kinds = kinds(&specs);
        assert_eq!(KINDS.len(), 18);
        for &(letter, kind) in KINDS {
            assert!(kinds.contains_key(&letter), "{letter}: {kind}");
        }
    }

    #[test]
    fn every_detector_has_one_row_of_seven_cells() {
        let specs = built_in().unwrap();
        for spec in &specs {
            let cells = row(spec).replace(r"\|", "").matches('|').count();
            assert_eq!(cells, 8, "{}", spec.id);
        }
        assert!(render(&specs).contains("\n| `us-ssn` | `US_SSN` |"));
    }
}
