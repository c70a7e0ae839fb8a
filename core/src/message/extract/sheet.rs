//! Worksheets: rows as lines, cells as `header: value` where the first row looks like a header.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::message::xml::{Event, Events};

/// The strings of a workbook, in their order.
pub(super) fn shared_strings(source: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut open = String::new();
    let mut phonetic = false;
    for event in Events::new(source) {
        match event {
            Event::Start(element) if element.local() == "rPh" => phonetic = true,
            Event::End("rPh") => phonetic = false,
            Event::Text(run) if !phonetic => open.push_str(&run.decoded()),
            Event::End("si") => strings.push(std::mem::take(&mut open).trim().to_owned()),
            Event::Start(element) if element.local() == "si" => open.clear(),
            _ => {}
        }
    }
    strings
}

/// The rows of a sheet: only cells that exist, so that a sparse sheet costs what it weighs.
///
/// `used` learns which strings the sheet shows. `None` when the rows grow beyond all measure: a small sheet may name one
/// long string very often.
pub(super) fn rows(source: &str, strings: &[String], used: &mut [bool]) -> Option<String> {
    let most = source.len().saturating_mul(GROWTH);
    let mut sheet = Sheet::default();
    let mut cell = Cell::default();
    for event in Events::new(source) {
        match event {
            Event::Start(element) if element.local() == "c" => {
                let text = |name| {
                    element
                        .attribute(name)
                        .map(|run| run.decoded().into_owned())
                        .unwrap_or_default()
                };
                cell = Cell {
                    column: column(&text("r")),
                    shared: text("t") == "s",
                    text: String::new(),
                    open: true,
                };
            }
            Event::Text(run) if cell.open => cell.text.push_str(&run.decoded()),
            // Headers and footers of the printed page stand outside of the cells.
            Event::Text(run) if !run.text.trim().is_empty() => {
                sheet.text.push_str(&run.decoded());
                sheet.text.push('\n');
            }
            Event::End("c") => sheet.push(std::mem::take(&mut cell), strings, used),
            Event::End("row") => sheet.end_row(),
            // A formula is no value; its cached result follows in `v`. What it quotes is read, all of it joined.
            Event::End("f") => sheet.formulas.push_str(&quoted(&std::mem::take(&mut cell.text))),
            _ => {}
        }
        if sheet.text.len() > most {
            return None;
        }
    }
    sheet.text.push_str(&sheet.formulas);
    Some(sheet.text)
}

/// The strings in a formula, as they are joined by `&`.
fn quoted(formula: &str) -> String {
    let strings = formula.split('"').skip(1).step_by(2);
    let mut text: String = strings.collect();
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

#[derive(Default)]
struct Cell {
    column: String,
    shared: bool,
    text: String,
    open: bool,
}

#[derive(Default)]
struct Sheet {
    text: String,
    /// The headings by their columns.
    header: BTreeMap<String, String>,
    rows: usize,
    /// What the formulas quote.
    formulas: String,
}

impl Sheet {
    fn push(&mut self, cell: Cell, strings: &[String], used: &mut [bool]) {
        let index = cell.shared.then(|| cell.text.trim().parse::<usize>().ok()).flatten();
        if let Some(used) = index.and_then(|index| used.get_mut(index)) {
            *used = true;
        }
        let shown = as_shown(cell.text.trim());
        let value = index.map_or(Some(shown.as_ref()), |index| strings.get(index).map(String::as_str));
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return;
        };
        if self.rows == 0 {
            let is_label = value.len() <= LABEL_BYTES && !value.contains(|c: char| c.is_ascii_digit());
            if is_label && self.header.len() < LABELS {
                self.header.entry(cell.column).or_insert_with(|| value.to_owned());
            }
        } else if let Some(label) = self.header.get(&cell.column) {
            self.text.push_str(label);
            self.text.push_str(": ");
        }
        self.text.push_str(value);
        self.text.push('\t');
    }

    fn end_row(&mut self) {
        if !self.text.ends_with('\n') && !self.text.is_empty() {
            self.text.push('\n');
        }
        self.rows += usize::from(!self.text.is_empty());
    }
}

/// A whole number as a sheet shows it: some programs store `48213377` as `4.8213377E7` or `48213377.0`.
pub(super) fn as_shown(value: &str) -> Cow<'_, str> {
    let is_number = value.starts_with(|first: char| first.is_ascii_digit() || first == '-')
        && value
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-.Ee".contains(&byte));
    let has_point = value.contains(['.', 'E', 'e']);
    match value.parse::<f64>() {
        Ok(number) if is_number && has_point && number.fract() == 0.0 && number.abs() < WHOLE => {
            Cow::Owned(format!("{number:.0}"))
        }
        _ => Cow::Borrowed(value),
    }
}

/// The letters of `AB12`.
fn column(reference: &str) -> String {
    reference.chars().take_while(char::is_ascii_alphabetic).collect()
}

/// Above it, a number of 64 bits does not hold each digit.
const WHOLE: f64 = 1e15;
/// A cell of a hundred bytes of XML seldom shows more than a page of text.
const GROWTH: usize = 8;
/// A heading is short.
const LABEL_BYTES: usize = 40;
/// As many columns as a table for people has.
const LABELS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_carry_the_heading_of_their_column() {
        let strings = shared_strings(
            "<sst><si><t>SSN</t></si><si><r><t>Na</t></r><r><t>me</t></r></si><si><t>Ann</t></si></sst>",
        );
        let xml = "<row><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>\
                   <row><c r=\"A2\"><v>219099999</v></c><c r=\"B2\" t=\"s\"><v>2</v></c></row>";
        assert_eq!(
            rows(xml, &strings, &mut [false; 3]).as_deref(),
            Some("SSN\tName\t\nSSN: 219099999\tName: Ann\t\n")
        );
    }

    #[test]
    fn inline_strings_and_results_of_formulas_are_read_and_formulas_are_not() {
        let xml = "<row><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c><c r=\"B1\"><f>1+1</f><v>2</v></c></row>";
        assert_eq!(rows(xml, &[], &mut []).as_deref(), Some("a\t2\t\n"));
        let xml = "<row><c r=\"A1\"><f>\"MRN: 4821\"&amp;\"3377\"&amp;B1</f><v>x</v></c></row>";
        assert_eq!(rows(xml, &[], &mut []).as_deref(), Some("x\t\nMRN: 48213377\n"));
    }

    #[test]
    fn a_whole_number_is_read_as_it_is_shown() {
        const ROWS: &[(&str, &str)] = &[
            ("4.8213377E7", "48213377"),
            ("48213377.0", "48213377"),
            ("5.36904399E8", "536904399"),
            ("4.5", "4.5"),
            ("219-09-9999", "219-09-9999"),
            ("1E400", "1E400"),
            ("12", "12"),
            ("E7", "E7"),
        ];
        for (stored, shown) in ROWS {
            assert_eq!(as_shown(stored), *shown);
        }
    }

    #[test]
    fn a_sparse_sheet_costs_what_it_weighs() {
        let sparse = rows("<row><c r=\"XFD1048576\"><v>7</v></c></row>", &[], &mut []);
        assert_eq!(sparse.as_deref(), Some("7\t\n"));
    }

    #[test]
    fn a_long_string_that_is_named_often_is_refused() {
        let strings = ["x".repeat(100_000)];
        let xml = "<c t=\"s\"><v>0</v></c>".repeat(1_000);
        assert_eq!(rows(&xml, &strings, &mut [false]), None);
    }
}
