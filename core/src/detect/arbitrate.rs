//! Of readings that overlap, the surest stays, and beside it each that counts whatever stands around it.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use super::lane::Candidate;
use super::{SURE, Strength};

/// The candidates of `text` that stay, in its order. `label` gives the type of a detector's findings.
///
/// A reading whose checksum is right counts beside every other: the digits around it may pass for something longer by
/// chance. Readings of one type that overlap are one thing.
pub(super) fn arbitrate<'a>(
    text: &str,
    mut candidates: Vec<Candidate>,
    label: impl Fn(usize) -> Option<&'a str>,
) -> Vec<Candidate> {
    if stand_apart(&candidates) {
        return candidates;
    }
    candidates.sort_by(surest_first);
    // Those of one layer do not overlap; nearly all are in the first.
    let mut layers: Vec<Layer> = Vec::new();
    for candidate in candidates {
        let stays = |other: &Candidate| {
            label(other.detector) != label(candidate.detector) && stays_beside(text, &candidate, other)
        };
        if !layers.iter().all(|layer| layer.at(&candidate.range).all(stays)) {
            continue;
        }
        match layers.iter_mut().find(|layer| layer.is_free(&candidate.range)) {
            Some(layer) => layer.insert(candidate),
            None => layers.push(Layer::of(candidate)),
        }
    }
    let mut chosen: Vec<Candidate> = layers.into_iter().flat_map(Layer::into_candidates).collect();
    chosen.sort_by_key(|candidate| candidate.range.start);
    chosen
}

/// Whether the candidates are in the order of the text, each behind the end of the one before it, as they are in most texts.
fn stand_apart(candidates: &[Candidate]) -> bool {
    candidates.is_sorted_by(|left, right| left.range.start < right.range.start && left.range.end <= right.range.start)
}

/// Whether `candidate` counts although it overlaps `other`, which is surer.
fn stays_beside(text: &str, candidate: &Candidate, other: &Candidate) -> bool {
    if candidate.strength >= Strength::Checksum {
        return candidate.confidence >= SURE || candidate.labelled;
    }
    // An unlabelled number of several groups may be two, of which this is one.
    let may_be_chance = other.strength == Strength::Checksum && !other.labelled && other.range != candidate.range;
    may_be_chance
        && candidate.strength == Strength::Shape
        && candidate.confidence >= SURE
        && (!candidate.labelled || is_broken_outside(text, &other.range, &candidate.range))
}

/// Whether `whole` is broken over lines outside of `piece`.
fn is_broken_outside(text: &str, whole: &Range<usize>, piece: &Range<usize>) -> bool {
    let before = text.get(whole.start..piece.start.max(whole.start));
    let behind = text.get(piece.end.min(whole.end)..whole.end);
    [before, behind]
        .into_iter()
        .flatten()
        .any(|outside| outside.contains('\n'))
}

/// Candidates that do not overlap, by where they start.
#[derive(Default)]
struct Layer(BTreeMap<usize, Candidate>);

impl Layer {
    fn of(candidate: Candidate) -> Self {
        let mut layer = Self::default();
        layer.insert(candidate);
        layer
    }

    fn insert(&mut self, candidate: Candidate) {
        self.0.insert(candidate.range.start, candidate);
    }

    /// Those that overlap `range`, last first.
    fn at(&self, range: &Range<usize>) -> impl Iterator<Item = &Candidate> {
        let before = self.0.range(..range.end).rev().map(|(_, other)| other);
        before.take_while(move |other| other.range.end > range.start)
    }

    fn is_free(&self, range: &Range<usize>) -> bool {
        self.at(range).next().is_none()
    }

    fn into_candidates(self) -> impl Iterator<Item = Candidate> {
        self.0.into_values()
    }
}

/// Confidence decides, then what speaks for it, then length; the rest only makes the order total.
fn surest_first(left: &Candidate, right: &Candidate) -> Ordering {
    right
        .confidence
        .total_cmp(&left.confidence)
        .then(right.strength.cmp(&left.strength))
        .then(right.range.len().cmp(&left.range.len()))
        .then(left.range.start.cmp(&right.range.start))
        .then(left.detector.cmp(&right.detector))
        .then(left.fuzzy.cmp(&right.fuzzy))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: &[&str] = &["A", "B", "C", "A"];

    fn candidate(detector: usize, range: Range<usize>, confidence: f64, strength: Strength) -> Candidate {
        Candidate {
            detector,
            range,
            confidence,
            strength,
            fuzzy: false,
            labelled: false,
        }
    }

    fn chosen(text: &str, candidates: Vec<Candidate>) -> Vec<usize> {
        let chosen = arbitrate(text, candidates, |detector| LABELS.get(detector).copied());
        chosen.iter().map(|candidate| candidate.detector).collect()
    }

    #[test]
    fn the_surest_of_overlapping_readings_stays() {
        let candidates = vec![
            candidate(0, 0..9, 0.4, Strength::Shape),
            candidate(1, 3..12, 0.9, Strength::Shape),
            candidate(2, 12..20, 0.1, Strength::Shape),
        ];
        assert_eq!(chosen("", candidates), [1, 2]);
    }

    #[test]
    fn of_equals_the_longer_stays_whatever_the_order() {
        let (short, long) = (
            candidate(0, 5..9, 0.5, Strength::Shape),
            candidate(1, 0..9, 0.5, Strength::Shape),
        );
        for candidates in [vec![short.clone(), long.clone()], vec![long.clone(), short]] {
            assert_eq!(arbitrate("", candidates, |_| None), std::slice::from_ref(&long));
        }
    }

    #[test]
    fn each_reading_with_a_checksum_counts_but_those_of_one_type_once() {
        let (card, inner) = (
            candidate(0, 0..19, 0.95, Strength::Checksum),
            candidate(1, 5..19, 0.75, Strength::Checksum),
        );
        assert_eq!(chosen("", vec![card.clone(), inner.clone()]), [0, 1]);
        let again = candidate(3, 5..19, 0.75, Strength::Checksum);
        assert_eq!(chosen("", vec![card.clone(), again]), [0]);
        let unsure = candidate(1, 5..19, 0.6, Strength::Checksum);
        assert_eq!(chosen("", vec![card.clone(), unsure]), [0]);
        let weaker = candidate(2, 7..12, 0.6, Strength::Shape);
        assert_eq!(chosen("", vec![card, inner, weaker]), [0, 1]);
    }

    #[test]
    fn a_form_of_its_own_counts_within_what_may_be_two_numbers() {
        let text = "4000361\n536-90-4399";
        let card = candidate(0, 0..19, 0.95, Strength::Checksum);
        let own = candidate(1, 8..19, 0.85, Strength::Shape);
        assert_eq!(chosen(text, vec![card.clone(), own.clone()]), [0, 1]);
        let same = candidate(1, 0..19, 0.85, Strength::Shape);
        assert_eq!(chosen(text, vec![card.clone(), same]), [0]);
        let labelled = Candidate { labelled: true, ..own };
        assert_eq!(chosen(text, vec![card.clone(), labelled.clone()]), [0, 1]);
        assert_eq!(chosen("4000361 536-90-4399", vec![card, labelled]), [0]);
    }
}
