//! The cases of other projects' tests, and the rules by which we do not follow some of them.
//!
//! A case is a text and whether its type must be found in it. One that we do not follow needs a reason: a type that the
//! catalogue does not have, a value that we find beside its label, or a row of `xtask/data/recognizers.toml`, which names
//! the types, the rule and its source. What has none is printed as unexplained.

use std::collections::{BTreeMap, BTreeSet};

use sealwax::detect::{DetectorSpec, Scanner, built_in};
use serde::Deserialize;
use serde_json::Value;

use super::cases::{finds, text};
use crate::Failure;

/// Counts the cases in `rows` and prints what was counted, each rule with its source, and what has no reason.
pub(super) fn count(scanner: &Scanner, rows: &[Value], verbose: bool) -> Result<(), Failure> {
    let rules = Rules::read()?;
    let mut table: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut used: BTreeMap<usize, usize> = BTreeMap::new();
    for case in rows.iter().filter_map(Case::read) {
        let outcome = rules.judge(scanner, &case);
        table.entry(case.label).or_default().add(outcome);
        match outcome {
            Outcome::Rule(index) => *used.entry(index).or_default() += 1,
            Outcome::Unexplained => println!("unexplained: {} in {:?}", case.label, case.text),
            Outcome::Label if verbose => println!("  {} only beside a label: {:?}", case.label, case.text),
            Outcome::Follows | Outcome::Label | Outcome::Outside => {}
        }
    }
    print_table(&table);
    println!("\nRules by which cases are not followed:\n");
    for (index, cases) in used {
        if let Some(rule) = rules.rows.get(index) {
            println!(
                "- {} ({cases} cases): {} [{}]",
                rule.types.join(", "),
                rule.reason,
                rule.source
            );
        }
    }
    Ok(())
}

/// One case.
struct Case<'a> {
    label: &'a str,
    text: &'a str,
    wanted: bool,
}

impl<'a> Case<'a> {
    /// Cases of validators alone and those without an expectation are left out.
    fn read(row: &'a Value) -> Option<Self> {
        let wanted = row.get("expected_count").and_then(Value::as_u64)? > 0;
        let is_text = matches!(text(row, "kind")?, "match" | "context");
        is_text.then_some(Self {
            label: text(row, "type")?,
            text: text(row, "text")?,
            wanted,
        })
    }
}

/// How a case went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// As its project wants it.
    Follows,
    /// It is found beside a label only.
    Label,
    /// The catalogue has no such type.
    Outside,
    /// Otherwise, by the rule of this index.
    Rule(usize),
    /// Otherwise, without a reason.
    Unexplained,
}

/// Per type, how often each outcome came.
#[derive(Default)]
struct Counts {
    follows: usize,
    labelled: usize,
    outside: usize,
    by_rule: usize,
    unexplained: usize,
}

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Follows => &mut self.follows,
            Outcome::Label => &mut self.labelled,
            Outcome::Outside => &mut self.outside,
            Outcome::Rule(_) => &mut self.by_rule,
            Outcome::Unexplained => &mut self.unexplained,
        } += 1;
    }
}

/// What is known of our differences.
struct Rules {
    rows: Vec<Rule>,
    /// The labels of our detectors, by type.
    labels: BTreeMap<String, BTreeSet<String>>,
}

/// A row of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    types: Vec<String>,
    /// `missed`: the case wants something found that we leave; `taken`: the other way round.
    case: Direction,
    reason: String,
    source: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Direction {
    Missed,
    Taken,
}

#[derive(Deserialize)]
struct File {
    rule: Vec<Rule>,
}

impl Rules {
    fn read() -> Result<Self, Failure> {
        let file: File = toml::from_str(RULES)?;
        let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for DetectorSpec { label, labels: own, .. } in built_in()? {
            labels.entry(label).or_default().extend(own);
        }
        Ok(Self {
            rows: file.rule,
            labels,
        })
    }

    fn judge(&self, scanner: &Scanner, case: &Case<'_>) -> Outcome {
        let named = our_names(case.label);
        let found = |text: &str| named.iter().any(|label| finds(scanner, text, label));
        if found(case.text) == case.wanted {
            return Outcome::Follows;
        }
        if !named.iter().any(|name| self.labels.contains_key(*name)) {
            return Outcome::Outside;
        }
        let mut labels = named.iter().filter_map(|name| self.labels.get(*name)).flatten();
        if case.wanted && labels.any(|label| found(&format!("{label}: {}", case.text))) {
            return Outcome::Label;
        }
        let direction = if case.wanted {
            Direction::Missed
        } else {
            Direction::Taken
        };
        let explains = |rule: &Rule| rule.case == direction && rule.types.iter().any(|name| name == case.label);
        self.rows
            .iter()
            .position(explains)
            .map_or(Outcome::Unexplained, Outcome::Rule)
    }
}

const RULES: &str = include_str!("../../data/recognizers.toml");

/// The names that our catalogue has for the type of a case.
fn our_names(label: &str) -> Vec<&str> {
    let aliases = ALIASES.iter().filter(|(ending, _)| label.ends_with(ending));
    aliases.map(|(_, ours)| *ours).chain([label]).collect()
}

/// Endings of their names, and what we call such a value.
const ALIASES: &[(&str, &str)] = &[
    ("DATE_TIME", "DATE"),
    ("DE_KFZ", "LICENSE_PLATE"),
    ("DRIVER_LICENSE", "US_DRIVER_LICENSE"),
    ("LICENSE_PLATE", "LICENSE_PLATE"),
    ("MOBILE_NUMBER", "PHONE_NUMBER"),
    ("PASSPORT", "PASSPORT"),
    ("PASSPORT", "US_PASSPORT"),
    ("PHONE_NUMBER", "PHONE_NUMBER"),
    ("VEHICLE_REGISTRATION", "LICENSE_PLATE"),
];

fn print_table(table: &BTreeMap<&str, Counts>) {
    println!(
        "\n{:34} {:>9} {:>9} {:>9} {:>9} {:>12}",
        "recognizer cases", "followed", "labelled", "outside", "by rule", "unexplained"
    );
    let mut sum = Counts::default();
    for (label, counts) in table {
        print_row(label, counts);
        sum.follows += counts.follows;
        sum.labelled += counts.labelled;
        sum.outside += counts.outside;
        sum.by_rule += counts.by_rule;
        sum.unexplained += counts.unexplained;
    }
    print_row("all", &sum);
}

fn print_row(label: &str, counts: &Counts) {
    println!(
        "{label:34} {:9} {:9} {:9} {:9} {:12}",
        counts.follows, counts.labelled, counts.outside, counts.by_rule, counts.unexplained
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_source_and_speaks_of_types_that_we_have() {
        let rules = Rules::read().unwrap();
        for rule in &rules.rows {
            assert!(!rule.reason.is_empty() && !rule.source.is_empty(), "{:?}", rule.types);
            for name in &rule.types {
                let ours = our_names(name);
                assert!(ours.iter().any(|name| rules.labels.contains_key(*name)), "{name}");
            }
        }
    }

    #[test]
    fn a_case_without_a_reason_is_unexplained() {
        let rules = Rules::read().unwrap();
        let scanner = Scanner::builder().build().unwrap();
        let judge = |label, text, wanted| rules.judge(&scanner, &Case { label, text, wanted });
        assert_eq!(judge("US_SSN", "536-90-4399", true), Outcome::Follows);
        assert_eq!(judge("US_SSN", "536904399", true), Outcome::Label);
        assert_eq!(judge("DE_BSNR", "021234568", true), Outcome::Outside);
        assert_eq!(judge("EMAIL_ADDRESS", "nothing", true), Outcome::Unexplained);
        assert!(matches!(judge("US_SSN", "078-05-11", true), Outcome::Rule(_)));
    }
}
