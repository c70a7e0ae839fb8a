//! Values that were taken out, looked for wherever else they stand.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::text::{Span, View};

/// The letters and digits of `text` in small letters.
pub(super) fn squeezed(text: &str) -> String {
    let characters = text.chars().filter(|character| character.is_alphanumeric());
    characters.flat_map(char::to_lowercase).collect()
}

/// What was taken out so far, each value by its letters and digits.
#[derive(Default)]
pub(crate) struct Values {
    labels: BTreeSet<(String, Box<str>)>,
}

impl Values {
    /// Adds a value as it stands in the folded text; a short one is met by chance, and is not looked for.
    pub(super) fn insert(&mut self, value: &str, label: &str) {
        let squeezed = squeezed(View::fold(value).text());
        if squeezed.chars().count() >= LEAST {
            self.labels.insert((squeezed, label.into()));
        }
    }

    /// Something to look for them with; `None` when there is none.
    pub(crate) fn search(&self) -> Option<Search<'_>> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(self.labels.iter().map(|(value, _)| value.as_str()))
            .ok()?;
        (!self.labels.is_empty()).then(|| Search {
            automaton,
            labels: self.labels.iter().map(|(_, label)| &**label).collect(),
        })
    }
}

/// Five letters or digits: `Ann Li` and a ZIP code.
const LEAST: usize = 5;

/// Looks for values.
pub(crate) struct Search<'a> {
    automaton: AhoCorasick,
    labels: Vec<&'a str>,
}

impl Search<'_> {
    /// Where in the original of `view` a value stands, with its label.
    pub(super) fn within(&self, view: &View<'_>) -> Vec<(Span, &str)> {
        let (squeezed, places) = squeezed_places(view.text());
        let place = |at: usize| places.get(at).copied().unwrap_or_default();
        let found = self.automaton.find_iter(squeezed.as_bytes()).filter_map(|hit| {
            let (start, _) = place(hit.start());
            let (last, end) = place(hit.end().saturating_sub(1));
            let label = self.labels.get(hit.pattern().as_usize())?;
            let whole = !continues(view.text(), start, last, end);
            whole.then(|| (view.span(start..end), *label))
        });
        found.collect()
    }
}

/// Whether a value of letters alone is a piece of a longer word: `lee` within `sleep`.
fn continues(text: &str, start: usize, last: usize, end: usize) -> bool {
    let value = text.get(start..end).unwrap_or_default();
    if value.contains(|character: char| character.is_numeric()) {
        return false;
    }
    let before = text.get(..start).and_then(|front| front.chars().next_back());
    let after = text.get(end..).and_then(|rest| rest.chars().next());
    last >= start && [before, after].into_iter().flatten().any(char::is_alphabetic)
}

/// The letters and digits in small letters, and for each byte where its character stands in `text`.
fn squeezed_places(text: &str) -> (String, Vec<(usize, usize)>) {
    let mut squeezed = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    for (at, character) in text.char_indices().filter(|(_, character)| character.is_alphanumeric()) {
        squeezed.extend(character.to_lowercase());
        places.resize(squeezed.len(), (at, at.saturating_add(character.len_utf8())));
    }
    (squeezed, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(value: &str, text: &str) -> Vec<String> {
        let mut values = Values::default();
        values.insert(value, "X");
        let view = View::fold(text);
        let spans = values.search().map(|search| {
            search
                .within(&view)
                .into_iter()
                .map(|(span, _)| span)
                .collect::<Vec<_>>()
        });
        spans
            .unwrap_or_default()
            .into_iter()
            .map(|span| text.get(span.start..span.end).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn a_value_is_found_with_other_separators_and_tricks() {
        assert_eq!(
            found("536-90-4399", "a 536904399, 536 90\n4399; ５３６９０４３９９"),
            ["536904399", "536 90\n4399", "５３６９０４３９９"]
        );
        assert_eq!(found("Ann Lee", "ANN  LEE and ann-lee"), ["ANN  LEE", "ann-lee"]);
    }

    #[test]
    fn a_piece_of_a_longer_word_is_not_the_value() {
        assert_eq!(found("Ann Lee", "Joann Leeward"), [""; 0]);
        assert_eq!(found("Lee", "Lee"), [""; 0], "too short to be looked for");
    }
}
