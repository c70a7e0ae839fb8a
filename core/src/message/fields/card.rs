//! Calendars and contact cards (RFC 5545, RFC 6350): lines that are folded, and properties that label their values. Those
//! of old telephones and of Outlook (vCard 2.1, vCalendar 1.0) are written in quoted-printable.

use std::borrow::Cow;
use std::ops::Range;

use super::Fields;
use crate::message::TransferEncoding;
use crate::message::charset;

pub(super) fn read(text: &str, fields: &mut Fields<'_>) {
    let mut at = 0;
    while at < text.len() {
        let mut line = at..end_of_line(text, at);
        let source = text.get(line.clone()).unwrap_or_default();
        let is_quoted = source
            .split_once(':')
            .is_some_and(|(property, _)| is_quoted_printable(property));
        if is_quoted {
            line.end = end_of_quoted(text, line.end);
        }
        at = line.end + 1;
        let source = text.get(line.clone()).unwrap_or_default();
        let Some((property, value)) = source.split_once(':') else {
            continue;
        };
        let name = property.split(';').next().unwrap_or_default();
        let start = line.end - value.len();
        let decoded = if is_quoted { unquoted(value) } else { unfolded(value) };
        fields.push_decoded(&[name], Range { start, end: line.end }, &decoded);
        if name.eq_ignore_ascii_case("END") {
            fields.end_record();
        } else {
            fields.end_member();
        }
    }
}

/// Whether the parameters of a property say that its value is quoted-printable, with or without `ENCODING=`.
fn is_quoted_printable(property: &str) -> bool {
    let mut parameters = property.split(';').skip(1);
    parameters.any(|parameter| {
        let encoding = parameter.rsplit('=').next().unwrap_or_default();
        encoding.trim().eq_ignore_ascii_case("quoted-printable")
    })
}

/// The end of the value whose lines end in `=` where they go on.
fn end_of_quoted(text: &str, from: usize) -> usize {
    let mut end = from;
    while text.get(..end).is_some_and(|before| before.ends_with('=')) && end < text.len() {
        let rest = text.get(end + 1..).unwrap_or_default();
        end = end + 1 + rest.find('\n').unwrap_or(rest.len());
    }
    end.min(text.len())
}

fn unquoted(value: &str) -> Cow<'_, str> {
    let (decoded, _) = TransferEncoding::QuotedPrintable.decode(value.as_bytes());
    Cow::Owned(charset::with_line_feeds(charset::decode(&decoded, None).text))
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
