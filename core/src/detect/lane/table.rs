use std::iter;
use std::ops::Range;

use memchr::{memchr, memchr2_iter, memchr3};

use super::super::phrases::Phrases;
use super::super::token::{Tokens, tokens};
use super::label::Labelled;
use super::value::{VALUE_WINDOW, starting_places};
use super::words::{is_one_word, words};
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
    while open.next < window.end {
        let start = open.next;
        let rest = text.get(start..).unwrap_or_default();
        let length = memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end.saturating_add(1));
        let line = rest.get(..length).unwrap_or_default();
        let range = start..start.saturating_add(line.trim_end_matches(['\n', '\r']).len());
        open.next = start.saturating_add(length.max(1));
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
    delimiter: u8,
    columns: Vec<Option<u32>>,
}

impl Table {
    /// Reads `line` as a header row: at least two of its cells are labels and nothing else.
    fn header(text: &str, line: Range<usize>, labels: &Phrases) -> Option<Self> {
        let content = text.get(line.clone())?;
        if content.len() > HEADER_BYTES {
            return None;
        }
        // Most lines have a comma at most.
        let (seldom, often) = DELIMITERS;
        let has_seldom = memchr3(seldom[0], seldom[1], seldom[2], content.as_bytes()).is_some();
        let delimiters = seldom.into_iter().filter(|_| has_seldom).chain([often]);
        let mut delimiters = delimiters.filter(|delimiter| memchr(*delimiter, content.as_bytes()).is_some());
        delimiters.find_map(|delimiter| {
            let columns = || cells(text, line.clone(), delimiter).map(|cell| label_of(text, cell, labels));
            let has_two = columns().flatten().nth(1).is_some();
            has_two.then(|| Self {
                delimiter,
                columns: columns().collect(),
            })
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
/// In this order.
const DELIMITERS: ([u8; 3], u8) = (*b"\t;|", b',');

/// The cells of a line without their blanks and quotes (RFC 4180; a quoted cell does not go on in the next line).
fn cells(text: &str, line: Range<usize>, delimiter: u8) -> impl Iterator<Item = Range<usize>> {
    let mut next = Some(line.start);
    iter::from_fn(move || {
        let start = next?;
        let content = text.get(start..line.end).unwrap_or_default();
        let length = cell_end(content.as_bytes(), delimiter);
        next = length.map(|length| start.saturating_add(length).saturating_add(1));
        let piece = content.get(..length.unwrap_or(content.len())).unwrap_or_default();
        let behind = piece.trim_start_matches(AROUND);
        let begin = start.saturating_add(piece.len().saturating_sub(behind.len()));
        Some(begin..begin.saturating_add(behind.trim_end_matches(AROUND).len()))
    })
}

/// Where the delimiter stands that ends the first cell of `content`; `None` where it is the last.
fn cell_end(content: &[u8], delimiter: u8) -> Option<usize> {
    let mut is_quoted = false;
    let mut signs = memchr2_iter(delimiter, b'"', content);
    signs.find(|at| {
        let is_quote = content.get(*at) == Some(&b'"');
        is_quoted ^= is_quote;
        !is_quote && !is_quoted
    })
}

/// What stands around the content of a cell.
const AROUND: &[char] = &[' ', '"', '\t', '\''];

/// The labels that the whole cell is.
fn label_of(text: &str, cell: Range<usize>, labels: &Phrases) -> Option<u32> {
    let cell = text.get(cell).filter(|cell| cell.len() <= LABEL_BYTES)?;
    let first = Tokens::of(cell).next()?;
    if is_one_word(cell, &first) && !labels.may_begin(&first) {
        return None;
    }
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
        let cells: Vec<_> = cells(line, 0..line.len(), b',')
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
