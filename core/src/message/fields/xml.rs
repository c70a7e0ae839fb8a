//! XML: elements label their text, and with the attribute's name their attributes. C-CDA identifiers carry the name of
//! the register that their `root` stands for.

use super::{Fields, hl7};
use crate::message::xml::{Element, Event, Events};

pub(super) fn read(text: &str, fields: &mut Fields<'_>) {
    let mut open: Vec<&str> = Vec::new();
    for event in Events::new(text) {
        match event {
            Event::Start(element) => {
                attributes(&element, fields);
                if open.len() < DEPTH {
                    open.push(element.local());
                }
            }
            Event::End(name) => {
                if open.last() == Some(&name) {
                    open.pop();
                }
                if open.len() <= RECORD_DEPTH {
                    fields.end_record();
                } else {
                    fields.end_member();
                }
            }
            Event::Text(run) => fields.push_decoded(&[label(&open)], run.range.clone(), &run.decoded()),
        }
    }
}

/// The name of the innermost element; of HL7 version 2 that of the field whose first component it is.
fn label<'a>(open: &[&'a str]) -> &'a str {
    let name = open.last().copied().unwrap_or_default();
    let is_first = name.ends_with(".1") || hl7::named(name).is_some();
    let mut around = open.iter().rev().take(COMPONENTS).filter(|_| is_first);
    around.find_map(|element| hl7::named(element)).unwrap_or(name)
}

fn attributes(element: &Element<'_>, fields: &mut Fields<'_>) {
    let root = element.attribute("root").map(|root| root.text).unwrap_or_default();
    let register = REGISTERS
        .iter()
        .find(|(oid, _)| *oid == root)
        .map_or("", |(_, name)| name);
    for (name, value) in element.attributes().filter(|(name, _)| !SILENT.contains(name)) {
        let register = if name == "extension" { register } else { "" };
        fields.push_decoded(
            &[element.local(), register, name],
            value.range.clone(),
            &value.decoded(),
        );
    }
}

/// Object identifiers of HL7's registry.
const REGISTERS: &[(&str, &str)] = &[
    ("2.16.840.1.113883.4.1", "ssn"),
    ("2.16.840.1.113883.4.6", "npi"),
    ("2.16.840.1.113883.4.572", "medicare"),
    ("2.16.840.1.113883.4.927", "mbi"),
];
/// Attributes that name schemas.
const SILENT: &[&str] = &["schemaLocation", "type", "xmlns", "xsi"];
/// A component of a component stands three elements deep: `PID.5`, `XPN.1`, `FN.1`.
const COMPONENTS: usize = 3;
/// What is closed in the outermost element is a record.
const RECORD_DEPTH: usize = 1;
/// Deeper elements keep the label of this one.
const DEPTH: usize = 128;
