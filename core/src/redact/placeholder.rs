//! What stands in the place of a value, and how it is known again.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::text::Span;

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

    /// Whether what stands at `span` of `text` is a placeholder or a piece of one.
    pub(crate) fn enclose(&self, text: &str, span: Span) -> bool {
        let from = span.start.saturating_sub(LONGEST);
        let bytes = text.as_bytes();
        let behind = bytes.get(from..span.start.saturating_add(1)).unwrap_or_default();
        let Some(start) = memchr::memrchr(b'[', behind).map(|at| from.saturating_add(at)) else {
            return false;
        };
        let ahead = bytes
            .get(start..start.saturating_add(LONGEST).min(bytes.len()))
            .unwrap_or_default();
        let Some(end) = memchr::memchr(b']', ahead).map(|at| start.saturating_add(at)) else {
            return false;
        };
        let inside = text.get(start.saturating_add(1)..end);
        span.end <= end.saturating_add(1) && inside.is_some_and(|inside| self.is_one(inside))
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

    #[test]
    fn what_stands_in_a_placeholder_is_enclosed_by_it() {
        let known = Placeholders::of(["US_SSN"].into_iter());
        let text = "a [US_SSN] 4399 [AB123456] [US_SSN";
        for (piece, enclosed) in [
            ("US_SSN", true),
            ("[US_SSN]", true),
            ("SSN] 4399", false),
            ("4399", false),
            ("AB123456", false),
        ] {
            let start = text.find(piece).unwrap();
            assert_eq!(
                known.enclose(text, Span::new(start, start + piece.len())),
                enclosed,
                "{piece}"
            );
        }
        assert!(!known.enclose(text, Span::new(28, text.len())));
    }
}
