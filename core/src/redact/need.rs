//! Which identifiers a purpose needs (45 CFR 164.502(b), the minimum necessary).

use std::collections::BTreeMap;

use serde::Serialize;
use thiserror::Error;

use super::plan::{PERSON, is_name};
use super::text::{is_of_illness, overlapping};
use crate::detect::Finding;

/// What a message is for, as far as it decides which identifiers need to be in it.
///
/// The table behind it is a starting point for a clinic's own judgement, which the rule asks for; it decides nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose(&'static Row);

#[derive(Debug, PartialEq, Eq)]
struct Row {
    name: &'static str,
    /// Letters of 45 CFR 164.514(b)(2)(i) that the purpose needs; all of them where the rule does not apply.
    needs: &'static str,
}

impl Purpose {
    /// The purpose of this name.
    ///
    /// # Errors
    ///
    /// [`PurposeError`], which lists the names there are.
    pub fn named(name: &str) -> Result<Self, PurposeError> {
        let row = ROWS.iter().find(|row| row.name == name);
        row.map(Self)
            .ok_or_else(|| PurposeError(ROWS.iter().map(|row| row.name).collect::<Vec<_>>().join(", ")))
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// Whether the purpose needs identifiers of this letter.
    #[must_use]
    pub fn needs(self, letter: char) -> bool {
        self.0.needs.contains(letter)
    }
}

/// There is no purpose of this name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown purpose, expected one of {0}")]
pub struct PurposeError(String);

/// Which identifiers each purpose needs.
const ROWS: &[Row] = &[
    Row {
        name: "appointment",
        needs: "ACDF",
    }, // who, when, and how to reach them
    Row {
        name: "billing",
        needs: "ABCDFHIJ",
    }, // what a claim form asks for, but for the number of a person
    Row {
        name: "individual",
        needs: ALL,
    }, // to the person themselves: 45 CFR 164.502(b)(2)(ii)
    Row {
        name: "newsletter",
        needs: "AF",
    }, // a greeting and an address
    Row {
        name: "operations",
        needs: "ACH",
    }, // quality, audit, training: a record and its dates
    Row {
        name: "research",
        needs: "",
    }, // de-identified: 45 CFR 164.514(b)(2)
    Row {
        name: "research-limited",
        needs: "C",
    }, // a limited data set keeps dates: 45 CFR 164.514(e)(2)
    Row {
        name: "treatment",
        needs: ALL,
    }, // the rule does not apply: 45 CFR 164.502(b)(2)(i)
];

const ALL: &str = "ABCDEFGHIJKLMNOPQR";

/// The letter of names.
const NAMES: char = 'A';

/// Identifiers of one type in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identified {
    /// The type, such as `US_SSN`.
    #[serde(rename = "type")]
    pub label: String,
    /// Its letter in 45 CFR 164.514(b)(2)(i).
    pub safe_harbor: char,
    /// The kind of identifier that the letter stands for.
    pub kind: &'static str,
    /// How many were found, equal ones once for each place.
    pub count: u32,
    /// Whether the purpose needs them; `None` when none was given.
    pub needed: Option<bool>,
}

/// The identifiers among findings, by letter and type.
#[derive(Default)]
pub(crate) struct Identifiers {
    counts: BTreeMap<char, BTreeMap<Box<str>, u32>>,
}

impl Identifiers {
    /// Adds what was found in one text, in its order. A name that two detectors find is one.
    pub(crate) fn add_all(&mut self, findings: &[Finding]) {
        for finding in findings {
            let is_known = || {
                let mut same = overlapping(finding.span(), findings);
                same.any(|other| other.detector().safe_harbor() == Some(NAMES))
            };
            if is_name(finding.detector()) && (is_of_illness(finding.span(), findings) || is_known()) {
                continue;
            }
            self.add(finding);
        }
    }

    pub(crate) fn add(&mut self, finding: &Finding) {
        let detector = finding.detector();
        let (letter, label) = match detector.safe_harbor() {
            Some(letter) => (letter, detector.label()),
            None if is_name(detector) => (NAMES, PERSON),
            None => return,
        };
        let counts = self.counts.entry(letter).or_default();
        match counts.get_mut(label) {
            Some(count) => *count = count.saturating_add(1),
            None => drop(counts.insert(label.into(), 1)),
        }
    }

    /// What they are, and whether `purpose` needs them.
    pub(crate) fn named(self, purpose: Option<Purpose>) -> Vec<Identified> {
        let counts = self.counts.into_iter();
        let each =
            counts.flat_map(|(letter, counts)| counts.into_iter().map(move |(label, count)| (letter, label, count)));
        let one = |(letter, label, count): (char, Box<str>, u32)| Identified {
            label: label.into(),
            safe_harbor: letter,
            kind: kind(letter),
            count,
            needed: purpose.map(|purpose| purpose.needs(letter)),
        };
        each.map(one).collect()
    }
}

/// The words of 45 CFR 164.514(b)(2)(i) for a letter, shortened.
fn kind(letter: char) -> &'static str {
    let index = ALL.find(letter);
    index.and_then(|index| KINDS.get(index).copied()).unwrap_or_default()
}

const KINDS: [&str; 18] = [
    "name",
    "geographic subdivision smaller than a state",
    "date other than a year, or an age over 89",
    "telephone number",
    "fax number",
    "electronic mail address",
    "Social Security number",
    "medical record number",
    "health plan beneficiary number",
    "account number",
    "certificate or licence number",
    "vehicle identifier",
    "device identifier",
    "web address",
    "Internet address",
    "biometric identifier",
    "full-face photograph",
    "any other unique identifying number",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_is_found_and_names_known_letters() {
        for row in ROWS {
            assert_eq!(Purpose::named(row.name).unwrap().name(), row.name);
            assert!(row.needs.chars().all(|letter| !kind(letter).is_empty()), "{}", row.name);
        }
        assert!(
            Purpose::named("fun")
                .unwrap_err()
                .to_string()
                .contains("appointment, billing")
        );
    }

    #[test]
    fn a_social_security_number_is_needed_for_treatment_alone() {
        let needing: Vec<_> = ROWS
            .iter()
            .filter(|row| Purpose(row).needs('G'))
            .map(|row| row.name)
            .collect();
        assert_eq!(needing, ["individual", "treatment"]);
    }
}
