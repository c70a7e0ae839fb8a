//! The distinct values of a message.

use std::collections::{BTreeMap, BTreeSet};

use super::Participants;
use crate::detect::{Finding, SURE, Strength, sentence_case};

/// The surest finding of each label and value, and what there is beyond the values that are told apart.
pub(super) struct Tally {
    /// By label and digest.
    values: BTreeMap<Box<str>, BTreeMap<u64, Finding>>,
    told_apart: usize,
    /// How many values are told apart.
    limit: usize,
    /// By detector and kind.
    beyond: BTreeMap<Box<str>, BTreeMap<Kind, Tallied>>,
    participants: Participants,
}

/// A value, or several alike: the surest finding, and how many there are at most.
#[derive(Clone, Debug)]
pub(super) struct Tallied {
    pub(super) finding: Finding,
    pub(super) times: u32,
}

/// What decides how much a finding weighs. Those of one kind weigh the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, not a state")]
struct Kind {
    strength: Strength,
    labelled: bool,
    fuzzy: bool,
    is_likely: bool,
    is_sure: bool,
    of_participant: bool,
}

impl Tally {
    /// Tells `limit` values apart. What comes after them is counted, each finding as a value of its own, so that it weighs
    /// no less than the value would.
    pub(super) fn new(limit: usize, participants: Participants) -> Self {
        Self {
            values: BTreeMap::new(),
            told_apart: 0,
            limit,
            beyond: BTreeMap::new(),
            participants,
        }
    }

    pub(super) fn add(&mut self, finding: &Finding) {
        let (label, digest) = (finding.detector().label(), finding.digest());
        let has_room = self.told_apart < self.limit;
        let Some(values) = self.values.get_mut(label) else {
            if !has_room {
                return self.add_beyond(finding);
            }
            self.told_apart = self.told_apart.saturating_add(1);
            self.values
                .insert(label.into(), BTreeMap::from([(digest, finding.clone())]));
            return;
        };
        if let Some(kept) = values.get_mut(&digest) {
            if finding.confidence() > kept.confidence() {
                *kept = finding.clone();
            }
        } else if has_room {
            self.told_apart = self.told_apart.saturating_add(1);
            values.insert(digest, finding.clone());
        } else {
            self.add_beyond(finding);
        }
    }

    fn add_beyond(&mut self, finding: &Finding) {
        let kind = self.kind(finding);
        let id = finding.detector().id();
        if !self.beyond.contains_key(id) {
            self.beyond.insert(id.into(), BTreeMap::new());
        }
        let Some(kinds) = self.beyond.get_mut(id) else { return };
        let tallied = kinds.entry(kind).or_insert_with(|| Tallied {
            finding: finding.clone(),
            times: 0,
        });
        tallied.times = tallied.times.saturating_add(1);
        if finding.confidence() > tallied.finding.confidence() {
            tallied.finding = finding.clone();
        }
    }

    fn kind(&self, finding: &Finding) -> Kind {
        Kind {
            strength: finding.strength(),
            labelled: finding.is_labelled(),
            fuzzy: finding.is_fuzzy(),
            is_likely: finding.confidence() >= LIKELY,
            is_sure: finding.confidence() >= SURE,
            of_participant: self.participants.includes_digest(finding.digest()),
        }
    }

    /// The values that are told apart.
    pub(super) fn values(&self) -> impl Iterator<Item = &Finding> {
        self.values.values().flat_map(BTreeMap::values)
    }

    /// What there is beyond them.
    pub(super) fn beyond(&self) -> impl Iterator<Item = &Tallied> {
        self.beyond.values().flat_map(BTreeMap::values)
    }

    /// Both: each value once, and beyond them the surest finding of each kind.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.values().chain(self.beyond().map(|tallied| &tallied.finding))
    }

    /// How many of them are `wanted`, at most.
    pub(super) fn count(&self, wanted: impl Fn(&Finding) -> bool) -> u32 {
        let told_apart = self.values().filter(|finding| wanted(finding)).map(|_| 1);
        let beyond = self.beyond().filter(|tallied| wanted(&tallied.finding));
        told_apart
            .chain(beyond.map(|tallied| tallied.times))
            .fold(0, u32::saturating_add)
    }

    /// Whether there are more values than are told apart: how many are told apart then.
    pub(super) fn overflow(&self) -> Option<usize> {
        (!self.beyond.is_empty()).then_some(self.told_apart)
    }

    /// Per label, the number of distinct values, at most.
    pub(super) fn counts(&self) -> BTreeMap<String, u32> {
        let told_apart = self.values().map(|finding| (finding, 1));
        let beyond = self.beyond().map(|tallied| (&tallied.finding, tallied.times));
        let mut counts = BTreeMap::new();
        for (finding, times) in told_apart.chain(beyond) {
            if finding.detector().category().is_some() {
                let count: &mut u32 = counts.entry(finding.detector().label().to_owned()).or_default();
                *count = count.saturating_add(times);
            }
        }
        counts
    }
}

/// From this confidence on a name, an address or a telephone number counts, and a health word is a sure one.
pub(super) const LIKELY: f64 = 0.5;

/// What was found in words, each once.
pub(super) fn titles<'a>(findings: impl Iterator<Item = &'a Finding>) -> String {
    let titles: BTreeSet<&str> = findings.map(|finding| finding.detector().title()).collect();
    titles.into_iter().map(sentence_case).collect::<Vec<_>>().join(", ")
}
