//! JSON (RFC 8259), read leniently: keys of two levels label the values.

use std::borrow::Cow;
use std::ops::Range;

use super::Fields;

pub(super) fn read(text: &str, fields: &mut Fields<'_>) {
    let mut open: Vec<Level> = vec![Level::default()];
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        at = match byte {
            b'{' | b'[' => {
                let key = open.last().map(|level| level.key.clone()).unwrap_or_default();
                if open.len() < DEPTH {
                    // What stands in an array is called as the array.
                    open.push(Level {
                        parent: key.clone(),
                        key: if byte == b'[' { key } else { String::new() },
                        ..Level::default()
                    });
                }
                at + 1
            }
            b'}' | b']' => {
                if open.len() > 1 {
                    open.pop();
                }
                // A bundle is an object with an array of its entries.
                if byte == b'}' && open.len() <= RECORD_DEPTH {
                    fields.end_record();
                } else {
                    fields.end_member();
                }
                at + 1
            }
            b'"' => string(text, at, &mut open, fields),
            b'-' | b'0'..=b'9' => number(text, at, &open, fields),
            _ => at + 1,
        };
    }
}

#[derive(Default)]
struct Level {
    /// The key of the object or array itself.
    parent: String,
    key: String,
    /// What a FHIR identifier's `system` ends with.
    system: String,
}

impl Level {
    fn label(&self) -> [&str; 3] {
        let system = if self.key == "value" { self.system.as_str() } else { "" };
        let parent = if self.parent == self.key {
            ""
        } else {
            self.parent.as_str()
        };
        [parent, system, self.key.as_str()]
    }
}

/// A key or a value; gives where it ends.
fn string(text: &str, at: usize, open: &mut [Level], fields: &mut Fields<'_>) -> usize {
    let range = string_range(text, at + 1);
    let next = range.end + 1;
    let raw = text.get(range.clone()).unwrap_or_default();
    let tail = text.as_bytes().get(next..).unwrap_or_default();
    let blanks = tail.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let Some(level) = open.last_mut() else { return next };
    if tail.get(blanks) == Some(&b':') {
        level.key = raw.chars().take(super::LABEL_CHARS).collect();
        return next + blanks + 1;
    }
    fields.push_decoded(&level.label(), range, &unescaped(raw));
    if level.key == "system" {
        level.system = raw
            .rsplit(['/', ':'])
            .next()
            .unwrap_or_default()
            .chars()
            .take(super::LABEL_CHARS)
            .collect();
    }
    next
}

fn number(text: &str, at: usize, open: &[Level], fields: &mut Fields<'_>) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
    let length = text.as_bytes().iter().skip(at).take_while(|byte| is_part(byte)).count();
    if let Some(level) = open.last() {
        fields.push(&level.label(), at..at + length);
    }
    at + length
}

fn string_range(text: &str, from: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        let place = at + found;
        if bytes.get(place) == Some(&b'"') {
            return from..place;
        }
        at = place + 2;
    }
    from..bytes.len()
}

fn unescaped(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut units: Vec<u16> = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((direct, escape)) = rest.split_once('\\') {
        units.extend(direct.encode_utf16());
        let hexadecimal = escape
            .strip_prefix('u')
            .and_then(|escape| u16::from_str_radix(escape.get(..4)?, 16).ok());
        let (unit, length) = match (hexadecimal, escape.chars().next()) {
            (Some(unit), _) => (vec![unit], 5),
            (None, Some('n' | 'r')) => (vec![u16::from(b'\n')], 1),
            (None, Some('t')) => (vec![u16::from(b'\t')], 1),
            (None, Some(character)) => (character.encode_utf16(&mut [0; 2]).to_vec(), character.len_utf8()),
            (None, None) => (Vec::new(), 0),
        };
        units.extend(unit);
        rest = escape.get(length..).unwrap_or_default();
    }
    units.extend(rest.encode_utf16());
    Cow::Owned(String::from_utf16_lossy(&units))
}

/// What is closed at this depth or above is a record.
const RECORD_DEPTH: usize = 3;
/// Deeper levels keep the labels of this one.
const DEPTH: usize = 128;
