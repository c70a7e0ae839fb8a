//! Columns, line breaks, and text that cannot harm a terminal.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::console::{Ink, Paint};

/// `text` with whatever a terminal could take for a command, or that hides or turns text round, made visible.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() || is_invisible(letter) {
            shown.extend(letter.escape_unicode());
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// Marks of direction and zero-width characters.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Breaks `text` at blanks into lines of at most `width` columns; `indent` blanks stand before every line but the
/// first, which the caller has begun at that column.
pub(crate) fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let mut lines = String::new();
    let mut column = indent;
    for word in text.split_whitespace() {
        let needed = word.width();
        let fits = column + 1 + needed <= width;
        if column > indent && !fits {
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if column > indent {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += needed;
    }
    lines
}

/// Where a cell stands in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Rows whose columns are as wide as their widest cell.
pub(crate) struct Table<const COLUMNS: usize> {
    align: [Align; COLUMNS],
    rows: Vec<([String; COLUMNS], Ink)>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    /// A table with these headings.
    pub(crate) fn new(headings: [(&str, Align); COLUMNS]) -> Self {
        Self {
            align: headings.map(|(_, align)| align),
            rows: vec![(headings.map(|(text, _)| text.to_owned()), Ink::Quiet)],
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: [String; COLUMNS]) {
        self.rows.push((cells, Ink::Plain));
    }

    /// The rows, each behind `indent` blanks and without blanks at its end. A column that has only its heading is
    /// left out; words in the last one are broken into lines that end before column `width`.
    pub(crate) fn render(&self, paint: Paint, indent: usize, width: usize) -> String {
        let widths = self.widths();
        let last = widths.iter().rposition(Option::is_some);
        let mut text = String::new();
        for (cells, ink) in &self.rows {
            let mut line = " ".repeat(indent);
            let columns = cells.iter().zip(self.align).zip(widths).enumerate();
            for (column, ((cell, align), widest)) in columns {
                let Some(widest) = widest else { continue };
                if Some(column) == last && align == Align::Left {
                    let start = line.width();
                    line.push_str(&wrapped(cell, width.max(start + NARROWEST), start));
                } else {
                    line.push_str(&aligned(cell, widest, align));
                    line.push_str("  ");
                }
            }
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}", paint.paint(*ink, line.trim_end()));
        }
        text
    }

    fn widths(&self) -> [Option<usize>; COLUMNS] {
        let mut widths = [None; COLUMNS];
        for (cells, ink) in &self.rows {
            for (width, cell) in widths.iter_mut().zip(cells) {
                if *ink != Ink::Quiet && !cell.is_empty() {
                    *width = (*width).max(Some(cell.width()));
                }
            }
        }
        let headings = self.rows.first().map(|(cells, _)| cells.iter()).into_iter().flatten();
        for (width, heading) in widths.iter_mut().zip(headings) {
            *width = width.map(|width| width.max(heading.width()));
        }
        widths
    }
}

/// A column of words is not broken into narrower lines than this, however narrow the terminal is.
const NARROWEST: usize = 24;

/// `cell` in a column of this width.
fn aligned(cell: &str, width: usize, align: Align) -> String {
    let blanks = " ".repeat(width.saturating_sub(cell.width()));
    match align {
        Align::Left => format!("{cell}{blanks}"),
        Align::Right => format!("{blanks}{cell}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::ColorChoice;
    use crate::console::Console;

    #[test]
    fn what_commands_a_terminal_is_shown_as_an_escape() {
        assert_eq!(printable("a\u{1b}[2Jb\u{202e}é"), "a\\u{1b}[2Jb\\u{202e}é");
    }

    #[test]
    fn long_text_is_broken_at_blanks_and_indented() {
        assert_eq!(wrapped("one two three four", 10, 2), "one two\n  three\n  four");
        assert_eq!(wrapped("unbreakable", 4, 0), "unbreakable");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_empty_ones_are_left_out() {
        let mut table = Table::new([("TYPE", Align::Left), ("FILE", Align::Left), ("N", Align::Right)]);
        table.row(["a".into(), String::new(), "100".into()]);
        table.row(["漢字漢".into(), String::new(), "2".into()]);
        let paint = Console::new(ColorChoice::Never).out;
        assert_eq!(table.render(paint, 1, 80), " TYPE      N\n a       100\n 漢字漢    2\n");
    }

    #[test]
    fn words_of_the_last_column_are_broken_below_its_heading() {
        let mut table = Table::new([("N", Align::Right), ("WHY", Align::Left)]);
        table.row(["1".into(), "it stands beside its label and more".into()]);
        let paint = Console::new(ColorChoice::Never).out;
        assert_eq!(
            table.render(paint, 0, 30),
            "N  WHY\n1  it stands beside its label\n   and more\n"
        );
    }
}
