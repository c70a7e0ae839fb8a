//! The distinct values of a message.

use std::collections::{BTreeMap, BTreeSet};

use super::Scanned;
use crate::detect::{Finding, sentence_case};

/// The surest finding of each label and value.
#[derive(Default)]
pub(super) struct Tally<'a> {
    values: BTreeMap<(&'a str, u64), &'a Finding>,
}

impl<'a> Tally<'a> {
    pub(super) fn of(units: &[Scanned<'a>]) -> Self {
        let mut values: BTreeMap<(&str, u64), &Finding> = BTreeMap::new();
        for finding in units.iter().flat_map(|unit| unit.findings) {
            let kept = values
                .entry((finding.detector().label(), finding.digest()))
                .or_insert(finding);
            if finding.confidence() > kept.confidence() {
                *kept = finding;
            }
        }
        Self { values }
    }

    pub(super) fn findings(&self) -> impl Iterator<Item = &'a Finding> {
        self.values.values().copied()
    }

    /// Per label, the number of distinct values.
    pub(super) fn counts(&self) -> BTreeMap<String, u32> {
        let mut counts = BTreeMap::new();
        let counted = self
            .values
            .iter()
            .filter(|(_, finding)| finding.detector().category().is_some());
        for ((label, _), _) in counted {
            let count: &mut u32 = counts.entry((*label).to_owned()).or_default();
            *count = count.saturating_add(1);
        }
        counts
    }
}

/// What was found in words, each once.
pub(super) fn titles<'a>(findings: impl Iterator<Item = &'a Finding>) -> String {
    let titles: BTreeSet<&str> = findings.map(|finding| finding.detector().title()).collect();
    titles.into_iter().map(sentence_case).collect::<Vec<_>>().join(", ")
}
