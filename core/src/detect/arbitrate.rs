//! One span, one reading: of candidates that overlap, the surest stays.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::lane::Candidate;

/// The candidates that stay, in the order of the text.
pub(super) fn arbitrate(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(surest_first);
    let mut taken: BTreeMap<usize, Candidate> = BTreeMap::new();
    for candidate in candidates {
        let before = taken.range(..candidate.range.end).next_back();
        if before.is_none_or(|(_, other)| other.range.end <= candidate.range.start) {
            taken.insert(candidate.range.start, candidate);
        }
    }
    taken.into_values().collect()
}

/// Confidence decides, then what speaks for it, then length; the last two only make the order total.
fn surest_first(left: &Candidate, right: &Candidate) -> Ordering {
    right
        .confidence
        .total_cmp(&left.confidence)
        .then(right.strength.cmp(&left.strength))
        .then(right.range.len().cmp(&left.range.len()))
        .then(left.range.start.cmp(&right.range.start))
        .then(left.detector.cmp(&right.detector))
}

#[cfg(test)]
mod tests {
    use super::super::Strength;
    use super::*;

    fn candidate(detector: usize, range: std::ops::Range<usize>, confidence: f64) -> Candidate {
        Candidate {
            detector,
            range,
            confidence,
            strength: Strength::Shape,
            fuzzy: false,
            labelled: false,
        }
    }

    #[test]
    fn the_surest_of_overlapping_readings_stays() {
        let chosen = arbitrate(vec![
            candidate(0, 0..9, 0.4),
            candidate(1, 3..12, 0.9),
            candidate(2, 12..20, 0.1),
        ]);
        assert_eq!(
            chosen.iter().map(|candidate| candidate.detector).collect::<Vec<_>>(),
            [1, 2]
        );
    }

    #[test]
    fn of_equals_the_longer_stays_whatever_the_order() {
        let (short, long) = (candidate(0, 5..9, 0.5), candidate(1, 0..9, 0.5));
        for candidates in [vec![short.clone(), long.clone()], vec![long.clone(), short]] {
            assert_eq!(arbitrate(candidates), std::slice::from_ref(&long));
        }
    }
}
