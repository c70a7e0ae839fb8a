//! X12 (ASC X12N, the health care transactions 270, 271, 276, 834, 835, 837): segments of elements, of which those that
//! tell of somebody are named.

use super::Fields;

/// Whether a text is an interchange: its first segment has a fixed length (X12.5).
pub(super) fn is_one(text: &str) -> bool {
    Marks::of(text).is_some()
}

pub(super) fn read(text: &str, fields: &mut Fields<'_>) {
    let Some(marks) = Marks::of(text) else { return };
    let mut at = text.len() - text.trim_start().len();
    for segment in text.get(at..).unwrap_or_default().split(marks.segment) {
        let body = segment.trim_start();
        let start = at + segment.len() - body.len();
        let elements: Vec<(usize, &str)> = places(body, marks.element, start);
        let name = elements.first().map(|(_, name)| *name).unwrap_or_default();
        if RECORDS.contains(&name) {
            fields.end_record();
        }
        for (index, &(place, value)) in elements.iter().enumerate().skip(1) {
            fields.push(&[&label(name, index, &elements)], place..place + value.len());
        }
        if name == "NM1"
            && let (Some((from, _)), Some((to, first))) = (elements.get(3), elements.get(4))
        {
            fields.push(&[who(elements.get(1))], *from..to + first.len());
        }
        fields.end_member();
        at += segment.len() + marks.segment.len_utf8();
    }
}

/// The segments that begin what tells of somebody else: a transaction, and a level of it.
const RECORDS: &[&str] = &["ST", "HL"];

/// What parts the elements and ends the segments.
struct Marks {
    element: char,
    segment: char,
}

impl Marks {
    fn of(text: &str) -> Option<Self> {
        let head = text.trim_start().strip_prefix("ISA")?;
        let element = head.chars().next().filter(|c| !c.is_ascii_alphanumeric())?;
        // Some writers give the elements no fixed width: the sixteenth, of one character, ends the segment.
        let last = head.match_indices(element).nth(15).map(|(at, mark)| at + mark.len())?;
        let segment = head
            .get(last..)?
            .chars()
            .nth(1)
            .filter(|c| !c.is_ascii_alphanumeric())?;
        Some(Self { element, segment })
    }
}

/// The elements of a segment, and where they stand.
fn places(segment: &str, mark: char, start: usize) -> Vec<(usize, &str)> {
    let mut at = start;
    let pieces = segment.split(mark).take(ELEMENTS);
    pieces
        .map(|piece| {
            let place = at;
            at += piece.len() + mark.len_utf8();
            (place, piece)
        })
        .collect()
}

fn label(segment: &str, index: usize, elements: &[(usize, &str)]) -> String {
    // Where a value may be of many kinds, the element before it says of which.
    let qualifier = elements.get(index - 1).map(|(_, value)| *value).unwrap_or_default();
    let named = LABELS
        .iter()
        .find(|(name, place, kind, _)| *name == segment && *place == index && (kind.is_empty() || *kind == qualifier));
    named.map_or_else(|| format!("{segment} {index}"), |(_, _, _, label)| (*label).to_owned())
}

/// Whose name it is, by the entity's code.
fn who(code: Option<&(usize, &str)>) -> &'static str {
    match code.map(|(_, code)| *code) {
        Some("IL" | "QC" | "74" | "70" | "03") => "patient name",
        _ => "name",
    }
}

/// A segment has fewer.
const ELEMENTS: usize = 64;
/// Segment, element, the qualifier before it where that matters, and what it is called.
const LABELS: &[(&str, usize, &str, &str)] = &[
    ("CLM", 1, "", "patient account number"),
    ("CLP", 1, "", "patient account number"),
    ("CLP", 7, "", "claim number"),
    ("DMG", 2, "", "date of birth"),
    ("HI", 1, "", "diagnosis code"),
    ("HI", 2, "", "diagnosis code"),
    ("HI", 3, "", "diagnosis code"),
    ("HI", 4, "", "diagnosis code"),
    ("N3", 1, "", "address"),
    ("NM1", 3, "", "last name"),
    ("NM1", 4, "", "first name"),
    ("NM1", 9, "34", "ssn"),
    ("NM1", 9, "EI", "employer identification number"),
    ("NM1", 9, "HN", "health insurance claim number"),
    ("NM1", 9, "II", "health plan id"),
    ("NM1", 9, "MI", "member id"),
    ("NM1", 9, "MR", "medicare number"),
    ("NM1", 9, "XX", "npi"),
    ("PER", 4, "EM", "email"),
    ("PER", 4, "TE", "phone number"),
    ("PER", 6, "EM", "email"),
    ("PER", 6, "TE", "phone number"),
    ("REF", 2, "0F", "member id"),
    ("REF", 2, "1L", "policy number"),
    ("REF", 2, "1W", "member id"),
    ("REF", 2, "EA", "medical record number mrn"),
    ("REF", 2, "EJ", "patient account number"),
    ("REF", 2, "SY", "ssn"),
    ("SBR", 3, "", "policy number"),
    ("SV1", 1, "", "procedure code"),
    ("SVC", 1, "", "procedure code"),
];
