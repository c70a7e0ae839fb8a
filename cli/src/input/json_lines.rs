//! Records of one JSON object a line.

use std::io::BufRead;
use std::path::PathBuf;

use super::lines::read_piece;
use super::read::Unread;
use crate::failure::Failure;
use crate::files;

/// The records of a file, numbered from 1; empty lines do not count.
pub(crate) struct JsonLines<R> {
    path: PathBuf,
    reader: R,
    number: u64,
    /// Nothing is read yet.
    at_start: bool,
    is_over: bool,
}

impl<R: BufRead> JsonLines<R> {
    /// The records of the file `path`, read by `reader`.
    pub(super) fn new(path: PathBuf, reader: R) -> Self {
        Self {
            path,
            reader,
            number: 0,
            at_start: true,
            is_over: false,
        }
    }

    /// The next line with something on it; empty at the end. A line beyond [`LINE`] is read to its end and refused.
    fn line(&mut self) -> Result<Vec<u8>, Failure> {
        let (mut line, mut piece, mut too_long) = (Vec::new(), Vec::new(), false);
        loop {
            read_piece(&mut self.reader, &mut piece).map_err(|error| Failure::reading(&self.path, &error))?;
            if std::mem::take(&mut self.at_start) {
                self.skip_mark(&mut piece)?;
            }
            too_long |= line.len() + piece.len() > LINE;
            if !too_long {
                line.extend_from_slice(&piece);
            }
            let ended = piece.is_empty() || piece.ends_with(b"\n");
            let blank = !too_long && line.trim_ascii().is_empty();
            if ended && blank && !piece.is_empty() {
                line.clear();
            } else if ended {
                break;
            }
        }
        if too_long {
            return Err(self.too_long());
        }
        Ok(line)
    }

    /// Takes the byte order mark off the first piece. A file in another encoding is not read any further.
    fn skip_mark(&mut self, piece: &mut Vec<u8>) -> Result<(), Failure> {
        match files::unmarked(&self.path, piece) {
            Ok(unmarked) => *piece = unmarked.to_owned(),
            Err(failure) => {
                self.is_over = true;
                return Err(failure);
            }
        }
        Ok(())
    }

    fn too_long(&self) -> Failure {
        let place = format!("`{}`, record {}", self.path.display(), self.number + 1);
        Failure::new(format!("{place}: the line is longer than {} MiB", LINE >> 20))
            .next_step("give such a message as a file of its own")
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = Result<Unread, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let line = self.line();
        self.number += 1;
        match line {
            Ok(line) if line.trim_ascii().is_empty() => None,
            Ok(line) => Some(Ok(Unread::Record {
                path: self.path.clone(),
                number: self.number,
                line,
            })),
            Err(failure) => Some(Err(failure)),
        }
    }
}

/// The largest message (160 MiB) in base64, and room for the rest of the record.
const LINE: usize = 256 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &[u8]) -> Vec<u64> {
        let number = |item: Result<Unread, Failure>| match item.unwrap() {
            Unread::Record { number, .. } => number,
            other => panic!("{other:?}"),
        };
        JsonLines::new(PathBuf::from("x"), text).map(number).collect()
    }

    #[test]
    fn empty_lines_do_not_count() {
        assert_eq!(numbers(b"{}\n\n  \n{}\r\n\n{}"), [1, 2, 3]);
    }

    #[test]
    fn a_byte_order_mark_is_skipped_and_that_of_another_encoding_ends_the_file() {
        assert_eq!(numbers(b"\xef\xbb\xbf{}\n{}"), [1, 2]);
        assert_eq!(numbers(b"\xef\xbb\xbf\n{}"), [1]);
        assert!(numbers(b"\xef\xbb\xbf").is_empty());
        let mut lines = JsonLines::new(PathBuf::from("x"), &b"\xff\xfe{\0}\0\n\0{\0}\0"[..]);
        let failure = lines.next().unwrap().unwrap_err();
        assert!(failure.to_string().starts_with("`x`: is UTF-16"), "{failure}");
        assert!(lines.next().is_none());
    }

    #[test]
    fn an_empty_file_has_no_record() {
        assert!(numbers(b"").is_empty());
        assert!(numbers(b"\n\n").is_empty());
    }
}
