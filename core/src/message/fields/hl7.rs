//! HL7 version 2: segments of fields, of which the patient's are named.

use super::Fields;

pub(super) fn read(text: &str, fields: &mut Fields<'_>) {
    let mut at = 0;
    for segment in text.split_inclusive(['\r', '\n']) {
        let name = segment.get(..3).unwrap_or_default();
        let mut start = at;
        for (index, value) in segment.split('|').enumerate() {
            if index > 0 {
                fields.push(&label(name, index), start..start + value.len());
            }
            start += value.len() + 1;
        }
        at += segment.len();
    }
}

fn label(segment: &str, index: usize) -> String {
    let named = LABELS
        .iter()
        .find(|(name, field, _)| *name == segment && *field == index);
    named.map_or_else(|| format!("{segment} {index}"), |(_, _, label)| (*label).to_owned())
}

/// Fields of the standard's chapters 3 (patient) and 6 (insurance).
const LABELS: &[(&str, usize, &str)] = &[
    ("DG1", 3, "diagnosis code"),
    ("DG1", 4, "diagnosis"),
    ("GT1", 3, "guarantor name"),
    ("GT1", 12, "guarantor ssn"),
    ("IN1", 2, "health plan id"),
    ("IN1", 36, "policy number"),
    ("IN1", 49, "member id"),
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
