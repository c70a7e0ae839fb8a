use std::ops::Range;

use super::super::phrases::Phrases;
use super::super::token::{Tokens, tokens};
use super::label::Labelled;
use super::value::{VALUE_WINDOW, starting_places};
use super::words::words;
use super::{Candidate, Strength, Window};

/// Values in the columns of tables whose header row names them: CSV, tab-separated, and text between bars.
///
/// Lines that start in the window are read to their end; `open` is where the next one starts, and the table that it may
/// be a row of.
pub(in super::super) fn tables<'a, I>(
    window: &Window<'_>,
    open: &mut OpenTable,
    labels: &Phrases,
    owners: impl Fn(u32) -> I,
    found: &mut Vec<Candidate>,
) where
    I: Iterator<Item = Labelled<'a>>,
{
    let text = window.text;
    let rest = text.get(open.next..).unwrap_or_default();
    for line in rest.split_inclusive('\n') {
        let start = open.next;
        if start >= window.end {
            return;
        }
        let range = start..start.saturating_add(line.trim_end_matches(['\n', '\r']).len());
        open.next = start.saturating_add(line.len());
        if let Some(header) = Table::header(text, range.clone(), labels) {
            open.table = Some(header);
            continue;
        }
        match &open.table {
            Some(header) if !range.is_empty() => header.row(text, range, &owners, found),
            _ => open.table = None,
        }
    }
}

/// How far the lines of a text are read, and the table that the next one may belong to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct OpenTable {
    next: usize,
    table: Option<Table>,
}

impl OpenTable {
    /// The same in another text, whose places `by` makes of those of this one.
    pub(in super::super) fn moved(&self, by: impl Fn(usize) -> usize) -> Self {
        Self {
            next: by(self.next),
            table: self.table.clone(),
        }
    }

    /// How far the lines are read.
    pub(in super::super) const fn next(&self) -> usize {
        self.next
    }
}

/// A header row: its delimiter, and the set of labels of each column.
#[derive(Clone, Debug, PartialEq)]
struct Table {
    delimiter: char,
    columns: Vec<Option<u32>>,
}

impl Table {
    /// Reads `line` as a header row: at least two of its cells are labels and nothing else.
    fn header(text: &str, line: Range<usize>, labels: &Phrases) -> Option<Self> {
        let content = text.get(line.clone())?;
        if content.len() > HEADER_BYTES {
            return None;
        }
        DELIMITERS
            .iter()
            .filter(|delimiter| content.contains(**delimiter))
            .find_map(|&delimiter| {
                let columns: Vec<_> = cells(text, line.clone(), delimiter)
                    .map(|cell| label_of(text, cell, labels))
                    .collect();
                (columns.iter().flatten().count() >= 2).then_some(Self { delimiter, columns })
            })
    }

    fn row<'a, I>(&self, text: &str, line: Range<usize>, owners: &impl Fn(u32) -> I, found: &mut Vec<Candidate>)
    where
        I: Iterator<Item = Labelled<'a>>,
    {
        for (cell, column) in cells(text, line, self.delimiter).zip(&self.columns) {
            let Some(set) = column else { continue };
            found.extend(owners(*set).filter_map(|owner| value_in(text, &cell, &owner)));
        }
    }
}

/// A longer cell is no label.
const LABEL_BYTES: usize = 60;
/// A row of labels is short; a longer line is text.
const HEADER_BYTES: usize = 2048;
const DELIMITERS: &[char] = &['\t', ';', '|', ','];

/// The cells of a line without their blanks and quotes (RFC 4180; a quoted cell does not go on in the next line).
fn cells(text: &str, line: Range<usize>, delimiter: char) -> impl Iterator<Item = Range<usize>> {
    let content = text.get(line.clone()).unwrap_or_default();
    let mut quoted = false;
    let pieces = content.split(move |character| {
        quoted ^= character == '"';
        character == delimiter && !quoted
    });
    let mut start = line.start;
    pieces.map(move |piece| {
        let trimmed = piece.trim_matches([' ', '"', '\t', '\'']);
        let lead = piece
            .len()
            .saturating_sub(piece.trim_start_matches([' ', '"', '\t', '\'']).len());
        let begin = start.saturating_add(lead);
        start = start.saturating_add(piece.len()).saturating_add(delimiter.len_utf8());
        begin..begin.saturating_add(trimmed.len())
    })
}

/// The labels that the whole cell is.
fn label_of(text: &str, cell: Range<usize>, labels: &Phrases) -> Option<u32> {
    let cell = text.get(cell).filter(|cell| cell.len() <= LABEL_BYTES)?;
    labels.whole(&words(cell, &tokens(cell)))
}

/// The value that a cell of a labelled column is, or starts with.
fn value_in(text: &str, cell: &Range<usize>, owner: &Labelled<'_>) -> Option<Candidate> {
    let content = text.get(cell.clone())?;
    let first = Tokens::of(content).next()?.start;
    let range = starting_places(content, first).find_map(|start| owner.value.at(content, start, VALUE_WINDOW))?;
    Some(Candidate {
        detector: owner.detector,
        range: cell.start.saturating_add(range.start)..cell.start.saturating_add(range.end),
        confidence: owner.confidence,
        strength: owner.value.strength().max(Strength::Label),
        fuzzy: false,
        labelled: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_cells_keep_their_commas() {
        let line = r#" "Pauley, Sheryl",12 , x"#;
        let cells: Vec<_> = cells(line, 0..line.len(), ',')
            .map(|cell| line.get(cell).unwrap())
            .collect();
        assert_eq!(cells, ["Pauley, Sheryl", "12", "x"]);
    }

    #[test]
    fn a_row_with_two_labels_is_a_header() {
        let labels = Phrases::of(&["ssn", "date of birth"]);
        let header = |line: &str| Table::header(line, 0..line.len(), &labels).map(|table| table.columns);
        assert_eq!(
            header("employee,SSN,salary,\"Date of birth\""),
            Some(vec![None, Some(0), None, Some(1)])
        );
        assert_eq!(
            header("patient_name;S.S.N.;DateOfBirth"),
            Some(vec![None, Some(0), Some(1)])
        );
        assert_eq!(header("her ssn, her date of birth"), None);
        assert_eq!(header("SSN\tsalary"), None);
    }
}
