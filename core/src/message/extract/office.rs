//! Office Open XML (ISO/IEC 29500): documents, workbooks and presentations.

use super::directory::Entry;
use super::sheet;
use super::zip;
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::xml::{self, Event, Events};
use crate::message::{AnomalyKind, PartState};

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
fn paragraphs(source: &str) -> String {
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
fn attributes(source: &str) -> String {
    let mut text = String::new();
    for event in Events::new(source) {
        let Event::Start(element) = event else { continue };
        let is_value = VALUES.contains(&element.local());
        let is_name = element.local() == "sheet";
        for (name, value) in element.attributes() {
            if ATTRIBUTES.contains(&name) || (is_value && name == "val") || (is_name && name == "name") {
                text.push_str(&value.decoded());
                text.push('\n');
            }
        }
    }
    text
}

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
            ("<w:jc w:val='center'/><a:font name='x'/>", ""),
        ];
        for (xml, words) in ROWS {
            assert_eq!(attributes(xml), *words, "{xml}");
        }
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
