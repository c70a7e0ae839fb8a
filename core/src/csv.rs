//! Tables of comma-separated values (RFC 4180), record by record.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::text::without_mark;

/// The records of a table: the line that each begins at, from 1, and its fields. Empty lines are passed over.
pub(crate) struct Records<'a> {
    letters: Peekable<CharIndices<'a>>,
    separator: char,
    line: usize,
    bytes: usize,
}

impl<'a> Records<'a> {
    pub(crate) fn new(text: &'a str, separator: char) -> Self {
        Self {
            letters: without_mark(text).char_indices().peekable(),
            separator,
            line: 1,
            bytes: 0,
        }
    }

    /// How many bytes of the text were read.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    fn next_if(&mut self, wanted: char) -> bool {
        self.letters.next_if(|(_, letter)| *letter == wanted).is_some()
    }
}

impl Iterator for Records<'_> {
    type Item = (usize, Vec<String>);

    fn next(&mut self) -> Option<Self::Item> {
        let mut begin = self.line;
        let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
        while let Some((at, letter)) = self.letters.next() {
            self.bytes = at.saturating_add(letter.len_utf8());
            self.line = self.line.saturating_add(usize::from(letter == '\n'));
            match letter {
                '"' if quoted && self.next_if('"') => field.push('"'),
                '"' if quoted || field.is_empty() => quoted = !quoted,
                '\r' if !quoted => {}
                '\n' if !quoted && fields.is_empty() && field.is_empty() => begin = self.line,
                '\n' if !quoted => break,
                _ if letter == self.separator && !quoted => fields.push(std::mem::take(&mut field)),
                _ => field.push(letter),
            }
        }
        if fields.is_empty() && field.is_empty() {
            return None;
        }
        fields.push(field);
        Some((begin, fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_fields_keep_separators_quotes_and_line_breaks() {
        let rows: Vec<_> = Records::new("\u{feff}a,\"b, \"\"c\"\"\"\r\n\n\"x\ny\",\nlast", ',').collect();
        assert_eq!(
            rows,
            [
                (1, vec!["a".to_owned(), "b, \"c\"".into()]),
                (3, vec!["x\ny".into(), String::new()]),
                (5, vec!["last".into()]),
            ]
        );
    }

    #[test]
    fn the_bytes_read_reach_the_end() {
        let mut records = Records::new("é;b\n1;2\n", ';');
        assert_eq!(records.by_ref().count(), 2);
        assert_eq!(records.bytes(), 9);
    }
}
