//! Comma- and tab-separated values (RFC 4180), with the header row as labels.

use std::ops::Range;

use super::Fields;

/// The byte that parts the values, if the first row has two of them at least.
pub(super) fn separator(text: &str) -> Option<u8> {
    let first = text.lines().next()?;
    let counted = [b',', b';', b'\t', b'|'].map(|byte| (memchr::memchr_iter(byte, first.as_bytes()).count(), byte));
    counted
        .into_iter()
        .max_by_key(|(count, _)| *count)
        .filter(|(count, _)| *count > 0)
        .map(|(_, byte)| byte)
}

pub(super) fn read(text: &str, separator: u8, fields: &mut Fields<'_>) {
    let mut header: Vec<&str> = Vec::new();
    let mut at = 0;
    let mut first = true;
    while at < text.len() {
        let mut column = 0;
        loop {
            let (value, next, last) = value(text, at, separator);
            at = next;
            let cell = text.get(value.clone()).unwrap_or_default();
            if first {
                header.push(cell);
            } else {
                fields.push(&[header.get(column).copied().unwrap_or_default()], value);
            }
            column += 1;
            if last {
                break;
            }
        }
        first = false;
        fields.end_record();
    }
}

/// The value at `at`, where the next one starts, and whether the row ends.
fn value(text: &str, at: usize, separator: u8) -> (Range<usize>, usize, bool) {
    let bytes = text.as_bytes();
    let quoted = bytes.get(at) == Some(&b'"');
    let (value, rest) = if quoted {
        quoted_value(bytes, at + 1)
    } else {
        (at..at, at)
    };
    let tail = bytes.get(rest..).unwrap_or_default();
    let length = memchr::memchr2(separator, b'\n', tail).unwrap_or(tail.len());
    let end = rest + length;
    let last = bytes.get(end) != Some(&separator);
    (if quoted { value } else { at..end }, end + 1, last)
}

/// A quoted value; two quotes in a row stand for one, and stay as they are.
fn quoted_value(bytes: &[u8], from: usize) -> (Range<usize>, usize) {
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) {
        let quote = at + found;
        if bytes.get(quote + 1) != Some(&b'"') {
            return (from..quote, quote + 1);
        }
        at = quote + 2;
    }
    (from..bytes.len(), bytes.len())
}
