use std::ops::Range;

use super::super::phrases::Phrases;
use super::super::token::Token;
use super::value::{VALUE_WINDOW, Value, starting_places};
use super::{Candidate, Strength, Window};

/// A detector that is looked for after a label.
pub(in super::super) struct Labelled<'a> {
    pub(in super::super) detector: usize,
    pub(in super::super) value: &'a Value,
    pub(in super::super) confidence: f64,
    pub(in super::super) reach: usize,
}

/// Values that stand after a label. `owner` gives the detectors that a label announces.
pub(in super::super) fn labelled<'a, I>(
    window: &Window<'_>,
    next: &mut usize,
    labels: &Phrases,
    owners: impl Fn(u32) -> I,
    found: &mut Vec<Candidate>,
) where
    I: Iterator<Item = Labelled<'a>>,
{
    let text = window.text;
    let mut index = window.index(*next);
    while let Some(rest) = window.rest(index) {
        let Some(hit) = labels.longest(text, rest) else {
            index = index.saturating_add(1);
            continue;
        };
        let Some((label, after)) = rest.split_at_checked(hit.tokens) else {
            break;
        };
        let fuzzy = label.iter().any(|token| token.is_fuzzy);
        let end = label.last().map_or(0, |token| token.end);
        let spoken = label.first().and_then(|token| value_end(text, token.start));
        for owner in owners(hit.owner) {
            let range = first_after(text, end, after, &owner)
                .or_else(|| last_before(text, spoken?, window.tokens.get(..index).unwrap_or_default(), &owner));
            found.extend(range.map(|range| candidate(&owner, range, fuzzy)));
        }
        index = index.saturating_add(hit.tokens);
    }
    *next = window.place(index);
}

fn candidate(owner: &Labelled<'_>, range: Range<usize>, fuzzy: bool) -> Candidate {
    Candidate {
        detector: owner.detector,
        range,
        confidence: owner.confidence,
        strength: owner.value.strength().max(Strength::Label),
        fuzzy,
        labelled: true,
    }
}

/// The first value of `owner` among the tokens after a label that ends at `end`.
fn first_after(text: &str, end: usize, after: &[Token], owner: &Labelled<'_>) -> Option<Range<usize>> {
    let near = after
        .iter()
        .take(owner.reach)
        .take_while(|token| is_near(text, end, token.start));
    near.flat_map(|token| starting_places(text, token.start))
        .find_map(|start| owner.value.at(text, start, VALUE_WINDOW))
        .filter(|range| !is_next_label(text, end, range))
}

/// Where a number ends that the label at `label` is said of: `48213377 is her MRN`, `536904399 (SSN)`.
fn value_end(text: &str, label: usize) -> Option<usize> {
    let head = text.get(..label)?.trim_end_matches(' ');
    let head = if let Some(head) = head.strip_suffix('(') {
        head
    } else {
        let whose = OWNERS.iter().find_map(|owner| head.strip_suffix(owner)).unwrap_or(head);
        VERBS.iter().find_map(|verb| whose.strip_suffix(verb))?
    };
    let head = head.trim_end_matches([' ', ',']);
    head.ends_with(|last: char| last.is_ascii_digit()).then_some(head.len())
}

/// The value of `owner` that ends at `end`.
fn last_before(text: &str, end: usize, before: &[Token], owner: &Labelled<'_>) -> Option<Range<usize>> {
    let near = before.iter().rev().skip_while(|token| token.end > end).take(GROUPS);
    let numbers = near.take_while(|token| token.has_digit);
    numbers
        .flat_map(|token| starting_places(text, token.start))
        .filter_map(|start| owner.value.at(text, start, VALUE_WINDOW))
        .find(|range| range.end == end)
}

/// Whose number it is said to be.
const OWNERS: &[&str] = &[" my", " her", " his", " your", " our", " their", " the", "'s"];
const VERBS: &[&str] = &[" is", " was", " =", " as"];
/// A value has so many groups of digits at most.
const GROUPS: usize = 6;

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
