use std::ops::Range;

use super::super::phrases::Phrases;
use super::super::token::Token;
use super::value::{VALUE_WINDOW, Value, starting_places};
use super::{Candidate, Strength};

/// A detector that is looked for after a label.
pub(in super::super) struct Labelled<'a> {
    pub(in super::super) detector: usize,
    pub(in super::super) value: &'a Value,
    pub(in super::super) confidence: f64,
    pub(in super::super) reach: usize,
}

/// Values that stand after a label. `owner` gives the detectors that a label announces.
pub(in super::super) fn labelled<'a, I>(
    text: &str,
    tokens: &[Token],
    labels: &Phrases,
    owners: impl Fn(u32) -> I,
    found: &mut Vec<Candidate>,
) where
    I: Iterator<Item = Labelled<'a>>,
{
    let mut index = 0;
    while let Some(rest) = tokens.get(index..).filter(|rest| !rest.is_empty()) {
        let Some(hit) = labels.longest(text, rest) else {
            index = index.saturating_add(1);
            continue;
        };
        let Some((label, after)) = rest.split_at_checked(hit.tokens) else {
            return;
        };
        let fuzzy = label.iter().any(|token| token.is_fuzzy);
        let end = label.last().map_or(0, |token| token.end);
        for owner in owners(hit.owner) {
            found.extend(first_after(text, end, after, &owner).map(|candidate| Candidate { fuzzy, ..candidate }));
        }
        index = index.saturating_add(hit.tokens);
    }
}

/// The first value of `owner` among the tokens after a label that ends at `end`.
fn first_after(text: &str, end: usize, after: &[Token], owner: &Labelled<'_>) -> Option<Candidate> {
    let near = after
        .iter()
        .take(owner.reach)
        .take_while(|token| is_near(text, end, token.start));
    let range = near
        .flat_map(|token| starting_places(text, token.start))
        .find_map(|start| owner.value.at(text, start, VALUE_WINDOW))
        .filter(|range| !is_next_label(text, end, range))?;
    Some(Candidate {
        detector: owner.detector,
        range,
        confidence: owner.confidence,
        strength: owner.value.strength().max(Strength::Label),
        fuzzy: false,
        labelled: true,
    })
}

/// Whether a value at `start` can still belong to a label that ends at `end`.
fn is_near(text: &str, end: usize, start: usize) -> bool {
    let between = text.get(end..start).unwrap_or_default();
    between.len() <= LABEL_GAP && !between.contains("\n\n")
}

/// Whether what stands behind the label that ends at `end` is a label itself: `Name: Signature:`. A colon behind a
/// salutation makes none of it: `Dear Ann:`.
fn is_next_label(text: &str, end: usize, range: &Range<usize>) -> bool {
    let words = text.get(range.clone()).unwrap_or_default();
    let colon = |text: Option<&str>| text.is_some_and(|text| text.trim_start_matches(' ').starts_with(':'));
    colon(text.get(end..range.start))
        && colon(text.get(range.end..))
        && !words.contains(|letter: char| letter.is_ascii_digit())
}

/// Bytes between a label and its value: `number (please keep it at hand) is `.
const LABEL_GAP: usize = 80;
