//! Records of a key and its value: `{"key":"password","value":"…"}`, `name: PASSWORD` above `value: …`,
//! `<add key="…" value="…">`, and a FHIR identifier, whose type stands in an object of its own.

use std::ops::Range;

use super::super::work;

/// Where the value of a record starts whose key, name or type holds `label`.
pub(super) fn value_of(text: &str, label: Range<usize>) -> Option<usize> {
    let (front, rest) = (text.get(..label.start)?, text.get(label.end..)?);
    let (behind, ahead) = (behind(front), ahead(rest));
    work::count(TOLD);
    if !is_told(behind, ahead, behind.len() == front.len()) {
        return None;
    }
    work::count(ahead.len());
    if let Some(at) = in_ahead(ahead) {
        return Some(label.end.saturating_add(at));
    }
    work::count(behind.len());
    in_behind(behind).map(|at| label.start.saturating_sub(behind.len()).saturating_add(at))
}

/// Whether a label is what a key, name or type is told to be: `"key": "DB_PASSWORD"`, `key="DbPassword"`, `- name: …`.
/// `front` and `rest` are the text around it; a longer line is prose, unless `front` is all that stands before.
fn is_told(front: &str, rest: &str, is_all: bool) -> bool {
    let written = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | ' ' | ':');
    let key = front.trim_end_matches(written).strip_suffix(['"', '\'']);
    let is_said = key.is_some_and(|key| key.trim_end_matches([' ', '\\']).ends_with([':', '=']));
    if is_said && rest.trim_start_matches(written).starts_with(['"', '\'', '\\']) {
        return true;
    }
    let line = match front.rfind('\n') {
        Some(at) => front.get(at..).unwrap_or_default(),
        None if is_all => front,
        None => return false,
    };
    let line = line.trim_start().trim_start_matches("- ");
    NAMES.iter().any(|name| line.starts_with(name)) && line.contains(':')
}

/// The value that follows in the same record or in one around it.
fn in_ahead(ahead: &str) -> Option<usize> {
    nearest(ahead, ahead.bytes().enumerate(), *b"{[", *b"}]")
}

/// The value that stands before, in the object that the label's own object belongs to.
fn in_behind(behind: &str) -> Option<usize> {
    nearest(behind, behind.bytes().enumerate().rev(), *b"}]", *b"{[")
}

/// The value of the first key on the way through `bytes` that stands in the record where the way begins, or in one
/// around it; `into` and `out` are the signs by which the way goes into a record and out of one.
fn nearest(text: &str, bytes: impl Iterator<Item = (usize, u8)>, into: [u8; 2], out: [u8; 2]) -> Option<usize> {
    let (mut depth, mut least) = (0_i32, 0_i32);
    for (at, byte) in bytes {
        if into.contains(&byte) {
            depth = depth.saturating_add(1);
        } else if out.contains(&byte) {
            depth = depth.saturating_sub(1);
            least = least.min(depth);
        } else if depth == least && is_key(text, at) {
            return value_behind(text, at);
        }
        if least < DEEPEST {
            return None;
        }
    }
    None
}

/// Whether a key that holds a value starts at `at`.
fn is_key(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let starts = at
        .checked_sub(1)
        .and_then(|before| bytes.get(before))
        .is_none_or(|before| !before.is_ascii_alphanumeric());
    let rest = bytes.get(at..).unwrap_or_default();
    starts
        && KEYS.iter().any(|key| {
            rest.get(..key.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(key.as_bytes()))
        })
        && value_behind(text, at).is_some()
}

/// Where what is said of the key at `at` starts.
fn value_behind(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let name = rest.len().saturating_sub(
        rest.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric())
            .len(),
    );
    let said = rest.get(name..)?.trim_start_matches(['"', '\'', ' ', '\t', '\\']);
    let value = said.strip_prefix([':', '=', '>'])?;
    let value = value.trim_start_matches(['"', '\'', ' ', '\t', '\\', '\n', '\r']);
    (!value.is_empty()).then(|| text.len().saturating_sub(value.len()))
}

fn ahead(rest: &str) -> &str {
    let mut end = rest.len().min(AHEAD);
    while !rest.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    rest.get(..end).unwrap_or_default()
}

fn behind(front: &str) -> &str {
    let mut start = front.len().saturating_sub(BEHIND);
    while !front.is_char_boundary(start) {
        start = start.saturating_add(1);
    }
    front.get(start..).unwrap_or_default()
}

/// Keys that hold what a record says.
const KEYS: &[&str] = &["value", "val", "valuestring", "content", "data"];
/// Keys of YAML that hold what a record speaks of.
const NAMES: &[&str] = &["name", "key", "id", "type", "code", "label", "field"];
/// A type is at most so deep in its record: `identifier.type.coding[0].code`.
const DEEPEST: i32 = -4;
/// Pretty-printed, a FHIR identifier has so many bytes behind its type.
const AHEAD: usize = 480;
/// No candidate may start further before its label than the stretches of a text look back.
const BEHIND: usize = 200;
/// In units of work: to see whether a label is told to be something.
const TOLD: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'a>(text: &'a str, label: &str) -> Option<&'a str> {
        let start = text.find(label).unwrap();
        let at = value_of(text, start..start + label.len())?;
        text.get(at..)?.split(['"', '\'', '\n', '<']).next()
    }

    #[test]
    fn a_long_line_of_labels_is_looked_at_once() {
        let work = |times: usize| {
            let text = "ssn: dob: mrn: ".repeat(times);
            let labels = || {
                text.match_indices("mrn")
                    .filter_map(|(at, _)| value_of(&text, at..at + 3))
                    .count()
            };
            work::of(labels).1
        };
        assert!(work(4_000) <= work(1_000) * 5);
    }

    #[test]
    fn the_value_of_a_record_is_found_beside_its_key() {
        for (text, label) in [
            (r#"{"key":"password","value":"X1"}"#, "password"),
            (r#"{ "value" : "X1", "key" : "password" }"#, "password"),
            (
                r#"{"name": "DB_PASSWORD", "type": "secret", "value": "X1"}"#,
                "PASSWORD",
            ),
            ("- name: DB_PASSWORD\n  value: X1\n", "PASSWORD"),
            ("- name: DB_PASSWORD\n  value: \"X1\"\n", "PASSWORD"),
            (r#"<add key="DbPassword" value="X1" />"#, "Password"),
            (r#"{\"key\":\"password\",\"value\":\"X1\"}"#, "password"),
            (
                r#"{"type":{"coding":[{"system":"http://x","code":"MR","display":"Medical record number"}]},"value":"X1"}"#,
                "Medical record number",
            ),
            (
                r#"[{"value":"X1","type":{"coding":[{"code":"MR"}]}},{"value":"X2"}]"#,
                "MR",
            ),
        ] {
            assert_eq!(
                value(text, label).map(|value| value.trim_end_matches('\\')),
                Some("X1"),
                "{text}"
            );
        }
    }

    #[test]
    fn the_value_of_another_record_is_not() {
        for (text, label) in [
            (r#"{"key":"password"},{"key":"user","value":"X1"}"#, "password"),
            (r#"my "password" is of value: X1"#, "password"),
            ("the password\nvalue: X1", "password"),
        ] {
            assert_ne!(value(text, label), Some("X1"), "{text}");
        }
    }
}
