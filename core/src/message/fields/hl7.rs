//! HL7 version 2: segments of fields, of which the patient's are named.

use super::Fields;

/// Whether a text is a message, a batch or a file of them (chapter 2), or what was cut out of one.
pub(super) fn is_one(text: &str) -> bool {
    let is_segment = |name: &str| text.starts_with(name) && mark(text).is_some();
    HEADERS.iter().any(|name| is_segment(name)) || text.starts_with("PID|")
}

pub(super) fn read(text: &str, fields: &mut Fields<'_>) {
    let (mut at, mut separator) = (0, '|');
    for segment in text.split_inclusive(['\r', '\n']) {
        // Frames of the lower layer (MLLP) stand around messages.
        let body = segment.trim_start_matches(['\u{B}', '\u{1C}', '\u{FEFF}', ' ']);
        let name = body.get(..3).unwrap_or_default();
        if HEADERS.contains(&name) {
            fields.end_record();
            separator = mark(body).unwrap_or(separator);
        }
        let mut start = at + segment.len() - body.len();
        for (index, value) in body.split(separator).enumerate() {
            if index > 0 {
                fields.push(&[&label(name, index)], start..start + value.len());
            }
            start += value.len() + separator.len_utf8();
        }
        fields.end_member();
        at += segment.len();
    }
}

/// What parts the fields: the character behind the name of a header, with other marks behind it.
fn mark(header: &str) -> Option<char> {
    let mut marks = header.get(3..)?.chars();
    let is_mark = |c: &char| !c.is_alphanumeric() && !c.is_whitespace();
    let first = marks.next().filter(is_mark)?;
    marks.next().filter(is_mark).map(|_| first)
}

fn label(segment: &str, index: usize) -> String {
    let named = LABELS
        .iter()
        .find(|(name, field, _)| *name == segment && *field == index);
    named.map_or_else(|| format!("{segment} {index}"), |(_, _, label)| (*label).to_owned())
}

/// The label of a field by its name in XML (HL7 version 2 XML encoding): `PID.3`.
pub(super) fn named(element: &str) -> Option<&'static str> {
    let (segment, number) = element.split_once('.').filter(|(segment, _)| segment.len() == 3)?;
    let number = number.parse::<usize>().ok()?;
    let is_it = |(name, field, _): &&(&str, usize, &str)| *name == segment && *field == number;
    LABELS.iter().find(is_it).map(|(_, _, label)| *label)
}

/// The segments that name their own marks: of a message, of a batch, of a file.
const HEADERS: &[&str] = &["MSH", "BHS", "FHS"];
/// Fields of the standard's chapters 3 (patient) and 6 (insurance).
const LABELS: &[(&str, usize, &str)] = &[
    ("DG1", 3, "diagnosis code"),
    ("DG1", 4, "diagnosis"),
    ("GT1", 3, "guarantor name"),
    ("GT1", 12, "guarantor ssn"),
    ("IN1", 2, "health plan id"),
    ("IN1", 36, "policy number"),
    ("IN1", 49, "member id"),
    ("IN2", 2, "ssn"),
    ("MRG", 1, "medical record number mrn"),
    ("NK1", 2, "name"),
    ("NK1", 5, "phone number"),
    ("PID", 2, "patient id"),
    ("PID", 3, "medical record number mrn"),
    ("PID", 5, "patient name"),
    ("PID", 7, "date of birth"),
    ("PID", 11, "patient address"),
    ("PID", 13, "home phone number"),
    ("PID", 14, "business phone number"),
    ("PID", 18, "patient account number"),
    ("PID", 19, "ssn"),
    ("PID", 20, "driver license number"),
];
