//! Office Open XML (ISO/IEC 29500): documents, workbooks and presentations.

use super::directory::Entry;
use super::{runs, sheet, zip};
use crate::message::content::Origin;
use crate::message::link;
use crate::message::parse::Reader;
use crate::message::xml::{self, Event, Events};
use crate::message::{AnomalyKind, PartState, sniff};

pub(super) fn read(reader: &mut Reader<'_>, entries: &[(String, Entry<'_>)], origin: &Origin<'_>) -> PartState {
    let mut state = PartState::Inspected;
    let at = entries.iter().position(|(name, _)| name == STRINGS);
    let strings = at
        .and_then(|at| entries.get(at))
        .and_then(|(_, entry)| source(reader, entry, origin));
    let strings = sheet::shared_strings(strings.as_deref().unwrap_or_default());
    let mut used = vec![false; strings.len()];
    let others = entries.iter().enumerate().filter(|(index, _)| Some(*index) != at);
    for (name, entry) in others.map(|(_, file)| file).filter(|(_, entry)| !entry.is_folder()) {
        state = state.max(match role(name) {
            Role::Machinery => drawn(reader, &format!(":{name}"), entry, origin, |xml| Some(paragraphs(xml))),
            Role::Foreign => zip::file(reader, entry, origin),
            Role::Printer => printer(reader, entry, origin),
            Role::Sheet => drawn(reader, name, entry, origin, |xml| sheet::rows(xml, &strings, &mut used)),
            Role::Text => drawn(reader, name, entry, origin, |xml| Some(paragraphs(xml))),
        });
    }
    let unused = strings.iter().zip(&used).filter(|(_, used)| !**used);
    let unused: Vec<&str> = unused.map(|(string, _)| string.as_str()).collect();
    reader.drawn(unused.join("\n"), ":strings", origin);
    state
}

enum Role {
    /// A picture, an embedded document, a macro: inspected by its content.
    Foreign,
    /// Relations, themes, styles: nothing that people write.
    Machinery,
    /// What a driver of a printer keeps.
    Printer,
    Sheet,
    Text,
}

fn role(name: &str) -> Role {
    let lower = name.to_ascii_lowercase();
    let file = lower.rsplit('/').next().unwrap_or_default();
    let extension = file.rsplit('.').next().unwrap_or_default();
    if lower.starts_with("xl/worksheets/") && file.starts_with("sheet") && extension == "xml" {
        return Role::Sheet;
    }
    if file.starts_with("printersettings") && extension == "bin" {
        return Role::Printer;
    }
    if !matches!(extension, "rels" | "vml" | "xml") {
        return Role::Foreign;
    }
    let machinery = extension == "rels" || MACHINERY.iter().any(|start| file.starts_with(start));
    if machinery { Role::Machinery } else { Role::Text }
}

fn drawn(
    reader: &mut Reader<'_>,
    name: &str,
    entry: &Entry<'_>,
    origin: &Origin<'_>,
    draw: impl FnOnce(&str) -> Option<String>,
) -> PartState {
    let Some(xml) = source(reader, entry, origin) else {
        return PartState::Uninspectable;
    };
    let Some(text) = draw(&xml) else {
        return reader.blind(AnomalyKind::ExpansionLimit, origin);
    };
    reader.drawn(text, name, origin);
    reader.drawn(attributes(&xml), ":attributes", origin);
    if KEPT.iter().any(|part| name.to_ascii_lowercase().contains(part)) {
        reader.drawn(kept(&xml), ":kept", origin);
    }
    PartState::Inspected
}

/// Settings of a printer are bytes of its own; only what is no file and small is taken for them.
fn printer(reader: &mut Reader<'_>, entry: &Entry<'_>, origin: &Origin<'_>) -> PartState {
    let Some(bytes) = entry.unpack(reader, origin) else {
        return PartState::Uninspectable;
    };
    if bytes.len() > PRINTER_BYTES || sniff::format(&bytes).is_some() || sniff::is_text(&bytes) {
        return zip::file(reader, entry, origin);
    }
    reader.drawn(runs::of_bytes(&bytes), ":printer", origin);
    PartState::Inspected
}

fn source(reader: &mut Reader<'_>, entry: &Entry<'_>, origin: &Origin<'_>) -> Option<String> {
    let bytes = entry.unpack(reader, origin)?;
    let source = crate::message::charset::decode(&bytes, None).text;
    if !xml::is_sound(&source) {
        // Programs that mend it show what a tag swallowed.
        reader.note(AnomalyKind::ArchiveDamaged, origin.path);
        reader.drawn(source.clone(), ":raw", origin);
    }
    Some(source)
}

/// The runs of each paragraph joined: `219-` + `09` + `-9999` is one number.
pub(super) fn paragraphs(source: &str) -> String {
    let mut text = String::new();
    for event in Events::new(source) {
        match event {
            Event::Text(run) if !run.text.trim().is_empty() || text.ends_with(|c: char| !c.is_whitespace()) => {
                text.push_str(&run.decoded());
            }
            Event::Start(element) if element.local() == "tab" => text.push('\t'),
            Event::Start(element) if matches!(element.local(), "br" | "cr") => text.push('\n'),
            Event::Start(element) if element.local() == "noBreakHyphen" => text.push('-'),
            Event::End("tc") => {
                if text.ends_with('\n') {
                    text.pop();
                }
                text.push('\t');
            }
            Event::End(name) if LINES.contains(&name) => text.push('\n'),
            Event::End(_) | Event::Start(_) | Event::Text(_) => {}
        }
    }
    text
}

/// What people write that stands in attributes: what a picture shows, the entries of a list to choose from, what a cell
/// prompts for, the names of sheets.
pub(super) fn attributes(source: &str) -> String {
    let mut text = String::new();
    for event in Events::new(source) {
        let Event::Start(element) = event else { continue };
        let is_value = VALUES.contains(&element.local());
        let is_name = matches!(element.local(), "sheet" | "bookmarkStart");
        let leads_out = element
            .attribute("TargetMode")
            .is_some_and(|mode| mode.text == "External");
        if let Some(target) = element.attribute("Target").filter(|_| leads_out) {
            text.push_str(&link::words(&target.decoded()));
        }
        for (name, value) in element.attributes() {
            if ATTRIBUTES.contains(&name)
                || (is_value && name == "val")
                || (is_name && name == "name" && !value.text.starts_with('_'))
            {
                text.push_str(&value.decoded());
                text.push('\n');
            }
        }
    }
    text
}

/// What a workbook or a presentation keeps of other data: rows behind a pivot table, each value behind its column where it
/// says so, what is asked of a server, columns and tags.
fn kept(source: &str) -> String {
    let (mut text, mut column) = (String::new(), String::new());
    for event in Events::new(source) {
        match event {
            Event::Start(element) => {
                if element.local() == "cacheField" {
                    column = element
                        .attribute("name")
                        .map(|name| name.decoded().into_owned())
                        .unwrap_or_default();
                }
                for (name, value) in element.attributes().filter(|(name, _)| KEPT_ATTRIBUTES.contains(name)) {
                    if name == "v" && !column.is_empty() {
                        text.push_str(&column);
                        text.push_str(": ");
                    }
                    text.push_str(&value.decoded());
                    text.push(if name == "v" { '\t' } else { '\n' });
                }
            }
            Event::End("r" | "sharedItems") => text.push('\n'),
            Event::End(_) | Event::Text(_) => {}
        }
    }
    text
}

/// The parts that keep them, by their names in lower case.
const KEPT: &[&str] = &["connections", "pivotcache", "querytable", "slicer", "tables/", "tags/"];
const KEPT_ATTRIBUTES: &[&str] = &[
    "caption",
    "command",
    "connection",
    "description",
    "name",
    "sourceFile",
    "url",
    "v",
    "val",
];
/// Drivers keep some kilobytes.
const PRINTER_BYTES: usize = 64 << 10;
/// Attributes that hold words, whatever their element.
const ATTRIBUTES: &[&str] = &[
    "alt",
    "descr",
    "displayText",
    "display",
    "error",
    "errorTitle",
    "prompt",
    "promptTitle",
    "string",
    "title",
    "tooltip",
];
/// Elements whose `val` holds words: list entries, a form's default and help, variables of a document.
const VALUES: &[&str] = &["default", "docVar", "helpText", "listEntry", "statusText"];
/// The strings of a workbook's cells.
const STRINGS: &str = "xl/sharedStrings.xml";
/// Elements that end a line: paragraphs, rows, comments, properties.
const LINES: &[&str] = &[
    "category",
    "comment",
    "creator",
    "description",
    "keywords",
    "lastModifiedBy",
    "lpwstr",
    "manager",
    "p",
    "subject",
    "title",
    "tr",
    "text",
    "si",
    "Company",
    "Manager",
    "property",
];
/// How the files are named that hold no text of people.
const MACHINERY: &[&str] = &[
    "[content_types]",
    "calcchain",
    "fonttable",
    "numbering",
    "presprops",
    "settings",
    "styles",
    "tablestyles",
    "theme",
    "viewprops",
    "websettings",
    "sharedstrings",
    "slidelayout",
    "slidemaster",
    "notesmaster",
    "handoutmaster",
    "styleswitheffects",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_stand_in_attributes_are_read() {
        const ROWS: &[(&str, &str)] = &[
            ("<wp:docPr id='1' name='Picture 1' descr='a &amp; b'/>", "a & b\n"),
            (
                "<w:ddList><w:listEntry w:val='a'/><w:listEntry w:val='b'/></w:ddList>",
                "a\nb\n",
            ),
            ("<sheets><sheet name='a' sheetId='1'/></sheets>", "a\n"),
            (
                "<dataValidation prompt='a'><formula1>1</formula1></dataValidation>",
                "a\n",
            ),
            ("<w:bookmarkStart w:id='1' w:name='MRN_48213377'/>", "MRN_48213377\n"),
            ("<w:bookmarkStart w:id='1' w:name='_Toc48213377'/>", ""),
            (
                "<Relationship Target='https://x.example/?mrn=48213377' TargetMode='External'/>",
                "mrn: 48213377\n",
            ),
            ("<w:jc w:val='center'/><a:font name='x'/>", ""),
        ];
        for (xml, words) in ROWS {
            assert_eq!(attributes(xml), *words, "{xml}");
        }
    }

    #[test]
    fn what_is_kept_of_other_data_stands_behind_its_column() {
        let definition = "<pivotCacheDefinition><cacheFields><cacheField name='SSN'><sharedItems><s v='219-09-9994'/></sharedItems>\
                          </cacheField></cacheFields></pivotCacheDefinition>";
        assert_eq!(kept(definition), "SSN\nSSN: 219-09-9994\t\n");
        let records = "<pivotCacheRecords><r><s v='Ann'/><n v='219099994'/></r></pivotCacheRecords>";
        assert_eq!(kept(records), "Ann\t219099994\t\n");
        let asked = "<connection><dbPr connection='Provider=x' command='SELECT 219-09-9994'/></connection>";
        assert_eq!(kept(asked), "Provider=x\nSELECT 219-09-9994\n");
    }

    #[test]
    fn runs_of_a_paragraph_are_joined_and_paragraphs_are_lines() {
        let xml = "<w:p><w:r><w:t>SSN 219-</w:t></w:r><w:r><w:t>09</w:t></w:r><w:r><w:t>-9999</w:t></w:r></w:p><w:p><w:t>b</w:t></w:p>";
        assert_eq!(paragraphs(xml), "SSN 219-09-9999\nb\n");
    }

    #[test]
    fn cells_of_a_table_are_parted_by_tabs() {
        let xml = "<w:tr><w:tc><w:p><w:t>a</w:t></w:p></w:tc><w:tc><w:p><w:t>b</w:t></w:p></w:tc></w:tr>";
        assert_eq!(paragraphs(xml), "a\tb\t\n");
    }
}
