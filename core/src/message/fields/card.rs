//! Calendars and contact cards (RFC 5545, RFC 6350): lines that are folded, and properties that label their values.

use std::borrow::Cow;
use std::ops::Range;

use super::Fields;

pub(super) fn read(text: &str, fields: &mut Fields<'_>) {
    let mut at = 0;
    while at < text.len() {
        let line = at..end_of_line(text, at);
        at = line.end + 1;
        let source = text.get(line.clone()).unwrap_or_default();
        let Some((property, value)) = source.split_once(':') else {
            continue;
        };
        let name = property.split(';').next().unwrap_or_default();
        let start = line.end - value.len();
        fields.push_decoded(name, Range { start, end: line.end }, &unfolded(value));
    }
}

/// The end of the line with the folded ones behind it.
fn end_of_line(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(found) = text.as_bytes().get(at..).and_then(|rest| memchr::memchr(b'\n', rest)) {
        at += found + 1;
        if !matches!(text.as_bytes().get(at), Some(b' ' | b'\t')) {
            return at - 1;
        }
    }
    text.len()
}

fn unfolded(value: &str) -> Cow<'_, str> {
    if !value.contains(['\n', '\\']) {
        return Cow::Borrowed(value);
    }
    Cow::Owned(
        value
            .replace("\n ", "")
            .replace("\n\t", "")
            .replace("\\n", "\n")
            .replace("\\,", ",")
            .replace("\\;", ";"),
    )
}
