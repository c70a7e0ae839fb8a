//! What stands in the place of a value, and how it is known again.

use std::collections::BTreeSet;
use std::ops::Range;

/// `[US_SSN]`.
pub(super) fn typed(label: &str) -> String {
    format!("[{label}]")
}

/// `[US_SSN:bcdfghjklmnpqrst]`.
pub(super) fn named(label: &str, name: &str) -> String {
    format!("[{label}:{name}]")
}

/// 64 bits as sixteen letters, which no detector of numbers takes for one.
pub(super) fn letters(hash: &[u8; 32]) -> String {
    let halves = hash.iter().take(LETTERS / 2).flat_map(|byte| [byte >> 4, byte & 15]);
    halves
        .filter_map(|half| ALPHABET.get(usize::from(half)).copied())
        .map(char::from)
        .collect()
}

/// Consonants, so that no word comes about.
const ALPHABET: &[u8; 16] = b"bcdfghjklmnpqrst";
const LETTERS: usize = 16;
/// In the place of a text that could not be redacted piece by piece.
pub(super) const WHOLE: &str = "[REDACTED]";

/// Knows placeholders: by the labels of the engine, so that nobody's `[AB123456]` passes for one.
#[derive(Debug)]
pub(crate) struct Placeholders(BTreeSet<Box<str>>);

impl Placeholders {
    pub(crate) fn of<'a>(labels: impl Iterator<Item = &'a str>) -> Self {
        Self(labels.map(Into::into).chain(["REDACTED".into()]).collect())
    }

    /// Where placeholders stand in `text`, in its order.
    pub(super) fn within(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for (start, _) in text.match_indices('[') {
            let rest = text.get(start..).unwrap_or_default();
            let window = rest
                .char_indices()
                .nth(LONGEST)
                .map_or(rest, |(end, _)| rest.get(..end).unwrap_or_default());
            let Some(length) = window.find(']') else { continue };
            if self.is_one(window.get(1..length).unwrap_or_default()) {
                found.push(start..start.saturating_add(length).saturating_add(1));
            }
        }
        found
    }

    fn is_one(&self, inside: &str) -> bool {
        let (label, name) = inside.split_once(':').unwrap_or((inside, ""));
        let is_name = name.is_empty() || (name.len() == LETTERS && name.bytes().all(|byte| ALPHABET.contains(&byte)));
        is_name && self.0.contains(label)
    }
}

/// The longest label, a pseudonym and the brackets.
const LONGEST: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_known_and_nothing_else_is() {
        let known = Placeholders::of(["US_SSN"].into_iter());
        let text = format!(
            "{} [[US_SSN] {} [AB123456] [US_SSN:536904399] [US_SSN",
            typed("US_SSN"),
            named("US_SSN", &letters(&[7; 32]))
        );
        let found: Vec<_> = known
            .within(&text)
            .into_iter()
            .map(|range| text.get(range).unwrap())
            .collect();
        assert_eq!(found, ["[US_SSN]", "[US_SSN]", "[US_SSN:bkbkbkbkbkbkbkbk]"]);
    }
}
