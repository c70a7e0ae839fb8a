//! Open Document Format (ISO/IEC 26300): text, sheets and slides.

use super::directory::Entry;
use super::sheet::as_shown;
use super::zip;
use crate::message::content::Origin;
use crate::message::link;
use crate::message::parse::Reader;
use crate::message::xml::{self, Event, Events};
use crate::message::{AnomalyKind, PartState};

pub(super) fn read(reader: &mut Reader<'_>, entries: &[(String, Entry<'_>)], origin: &Origin<'_>) -> PartState {
    let mut state = PartState::Inspected;
    for (name, entry) in entries.iter().filter(|(_, entry)| !entry.is_folder()) {
        let found = match name.as_str() {
            "META-INF/manifest.xml" => manifest(reader, entry, origin),
            "mimetype" if entry.packed.starts_with(b"application/") => PartState::Inspected,
            "settings.xml" | "manifest.rdf" => text(reader, &format!(":{name}"), entry, origin),
            _ if name.ends_with("content.xml") || name.ends_with("styles.xml") || name.ends_with("meta.xml") => {
                text(reader, name, entry, origin)
            }
            _ => zip::file(reader, entry, origin),
        };
        state = state.max(found);
    }
    state
}

/// The manifest says which files are encrypted.
fn manifest(reader: &mut Reader<'_>, entry: &Entry<'_>, origin: &Origin<'_>) -> PartState {
    let Some(bytes) = entry.unpack(reader, origin) else {
        return PartState::Uninspectable;
    };
    if memchr::memmem::find(&bytes, b"encryption-data").is_some() {
        return reader.blind(AnomalyKind::EncryptedContent, origin);
    }
    text(reader, ":manifest", entry, origin)
}

fn text(reader: &mut Reader<'_>, name: &str, entry: &Entry<'_>, origin: &Origin<'_>) -> PartState {
    let Some(bytes) = entry.unpack(reader, origin) else {
        return PartState::Uninspectable;
    };
    let source = String::from_utf8_lossy(&bytes);
    if !xml::is_sound(&source) {
        reader.note(AnomalyKind::ArchiveDamaged, origin.path);
        reader.drawn(source.clone().into_owned(), ":raw", origin);
    }
    reader.drawn(paragraphs(&source), name, origin);
    reader.drawn(attributes(&source), ":attributes", origin);
    PartState::Inspected
}

/// What people write that stands in attributes: what is filled into forms, the names of bookmarks, what links say.
pub(super) fn attributes(source: &str) -> String {
    let mut text = String::new();
    for event in Events::new(source) {
        let Event::Start(element) = event else { continue };
        let of = |name| element.attribute(name).map(|value| value.decoded().into_owned());
        let name = of("name").unwrap_or_default();
        if CONTROLS.contains(&element.local()) {
            let values = ["label", "current-value", "value", "string-value"].map(of);
            for value in values.iter().flatten().filter(|value| !value.is_empty()) {
                text.extend([name.as_str(), ": ", value, "\n"]);
            }
        } else if MARKS.contains(&element.local()) && !name.starts_with('_') {
            text.push_str(&name);
            text.push('\n');
        }
        if element.local() == "a" {
            text.push_str(&link::words(&of("href").unwrap_or_default()));
        }
    }
    text
}

/// Paragraphs as lines, cells as tabs.
pub(super) fn paragraphs(source: &str) -> String {
    let mut text = String::new();
    // The value of the open cell, and where its text starts.
    let mut cell: Option<(String, usize)> = None;
    for event in Events::new(source) {
        match event {
            Event::Start(element) if element.local() == "table-cell" => {
                let value = element.attribute("value");
                cell = value.map(|value| (value.decoded().into_owned(), text.len()));
            }
            Event::Text(run) => text.push_str(&run.decoded()),
            Event::Start(element) if element.local() == "s" => text.push(' '),
            Event::Start(element) if element.local() == "tab" => text.push('\t'),
            Event::Start(element) if element.local() == "line-break" => text.push('\n'),
            Event::End("table-cell") => {
                // A cell that some programs write holds a value and no text.
                if let Some((value, start)) = cell.take()
                    && text.get(start..).is_none_or(|shown| shown.trim().is_empty())
                {
                    text.push_str(&as_shown(&value));
                }
                if text.ends_with('\n') {
                    text.pop();
                }
                text.push('\t');
            }
            Event::End(
                "p" | "h" | "table-row" | "title" | "subject" | "description" | "creator" | "keyword" | "user-defined",
            ) => {
                text.push('\n');
            }
            Event::Start(_) | Event::End(_) => {}
        }
    }
    text
}

/// Elements that hold what is filled in: controls of forms, and fields of a document.
const CONTROLS: &[&str] = &[
    "checkbox",
    "combobox",
    "date",
    "formatted-text",
    "hidden",
    "item",
    "listbox",
    "number",
    "option",
    "password",
    "radio",
    "text",
    "textarea",
    "time",
    "user-field-decl",
];
/// Elements that mark a place by a name.
const MARKS: &[&str] = &["bookmark", "bookmark-start", "reference-mark", "reference-mark-start"];
