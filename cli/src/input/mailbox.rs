//! Mailboxes in one file (RFC 4155): messages behind `From ` lines.

use std::io::BufRead;
use std::path::PathBuf;

use super::lines::read_piece;
use super::read::{Unread, message_limit};
use crate::failure::Failure;

/// What a mailbox starts with.
pub(super) const SEPARATOR: &[u8] = b"From ";

/// The messages of a mailbox, cut one by one.
///
/// A separator is a line that starts with `From `, names a time of day, and stands first or after an empty line: a
/// sentence in a body that starts with "From" is none. A quoted `>From ` loses one `>`, as `mboxrd` asks for.
pub(crate) struct Mailbox<R> {
    path: PathBuf,
    reader: R,
    piece: Vec<u8>,
    /// Where the reader is, in bytes.
    offset: u64,
    /// The messages that were handed out.
    number: u64,
    /// Whether `piece` is a separator that begins the next message.
    at_separator: bool,
    ended: bool,
}

impl<R: BufRead> Mailbox<R> {
    /// The messages of the file `path`, read by `reader`, which stands at the first separator.
    pub(super) fn new(path: PathBuf, reader: R) -> Self {
        Self {
            path,
            reader,
            piece: Vec::new(),
            offset: 0,
            number: 0,
            at_separator: false,
            ended: false,
        }
    }

    /// Reads the next piece; `false` at the end.
    fn advance(&mut self) -> Result<bool, Failure> {
        let failed = |error| {
            let place = format!(
                "{} (message {}, byte {})",
                self.path.display(),
                self.number,
                self.offset
            );
            Failure::reading(place.as_ref(), &error)
        };
        read_piece(&mut self.reader, &mut self.piece).map_err(failed)?;
        self.offset = self.offset.saturating_add(self.piece.len() as u64);
        Ok(!self.piece.is_empty())
    }

    /// The first separator is still to be read; the later ones are what ended the message before.
    fn next_message(&mut self) -> Result<Vec<u8>, Failure> {
        if !self.at_separator {
            self.advance()?;
        }
        self.message()
    }

    /// The bytes up to the next separator or the end.
    fn message(&mut self) -> Result<Vec<u8>, Failure> {
        let mut message = Vec::new();
        let mut place = Place::LineStart { after_empty: false };
        self.at_separator = false;
        while self.advance()? {
            if place.may_separate() && is_separator(&self.piece) {
                self.at_separator = true;
                break;
            }
            let line = match place {
                Place::LineStart { .. } => unquoted(&self.piece),
                Place::WithinLine => &self.piece,
            };
            append(&mut message, line);
            place = Place::after(place, &self.piece);
        }
        self.ended = !self.at_separator;
        drop_separating_line(&mut message);
        Ok(message)
    }
}

impl<R: BufRead> Iterator for Mailbox<R> {
    type Item = Result<Unread, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        self.number += 1;
        match self.next_message() {
            Ok(bytes) => Some(Ok(Unread::Bytes {
                id: format!("{}#{}", self.path.display(), self.number),
                bytes,
            })),
            Err(failure) => {
                self.ended = true;
                Some(Err(failure))
            }
        }
    }
}

/// Where in a message a piece starts.
#[derive(Clone, Copy)]
enum Place {
    LineStart { after_empty: bool },
    WithinLine,
}

impl Place {
    fn may_separate(self) -> bool {
        matches!(self, Self::LineStart { after_empty: true })
    }

    fn after(self, piece: &[u8]) -> Self {
        if !piece.ends_with(b"\n") {
            return Self::WithinLine;
        }
        Self::LineStart {
            after_empty: matches!(self, Self::LineStart { .. }) && matches!(piece, b"\n" | b"\r\n"),
        }
    }
}

/// Whether the line looks like `From ann@example.org Sat Nov 21 09:30:00 2026`.
fn is_separator(line: &[u8]) -> bool {
    let time_of_day = |window: &[u8]| match window {
        [a, b, b':', c, d] => [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    line.starts_with(SEPARATOR) && line.windows(5).any(time_of_day)
}

/// The line without one `>` when it is a quoted separator.
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    match (line.split_first(), line.get(marks..)) {
        (Some((b'>', unquoted)), Some(rest)) if rest.starts_with(SEPARATOR) => unquoted,
        _ => line,
    }
}

/// Keeps one byte more than the engine reads of a message, so that it sees that the message is too long.
fn append(message: &mut Vec<u8>, line: &[u8]) {
    let room = message_limit().saturating_sub(message.len());
    message.extend_from_slice(line.get(..room).unwrap_or(line));
}

/// The empty line before a separator belongs to the mailbox.
fn drop_separating_line(message: &mut Vec<u8>) {
    for end in [b"\r\n\r\n".as_slice(), b"\n\n"] {
        if message.ends_with(end) {
            message.truncate(message.len() - end.len() / 2);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        let bytes = |item: Result<Unread, Failure>| match item.unwrap() {
            Unread::Bytes { bytes, .. } => String::from_utf8(bytes).unwrap(),
            other => panic!("{other:?}"),
        };
        Mailbox::new(PathBuf::from("x"), text.as_bytes()).map(bytes).collect()
    }

    const FROM: &str = "From ann@example.org Sat Nov 21 09:30:00 2026\n";

    #[test]
    fn messages_are_cut_at_separators_after_an_empty_line() {
        let text = format!("{FROM}Subject: a\n\none\n\n{FROM}Subject: b\n\ntwo\n");
        assert_eq!(messages(&text), ["Subject: a\n\none\n", "Subject: b\n\ntwo\n"]);
    }

    #[test]
    fn a_sentence_that_starts_with_from_cuts_nothing() {
        let text = format!("{FROM}Subject: a\n\nHello\n\nFrom Monday on we open later.\nFrom x 09:30\n");
        assert_eq!(messages(&text).len(), 1);
    }

    #[test]
    fn a_quoted_separator_loses_one_mark() {
        let text = format!("{FROM}\n>From me\n>>From you\n> From him\n");
        assert_eq!(messages(&text), ["\nFrom me\n>From you\n> From him\n"]);
    }

    #[test]
    fn carriage_returns_are_no_hindrance() {
        let text = format!("{FROM}Subject: a\n\none\n\n{FROM}Subject: b\n\ntwo\n").replace('\n', "\r\n");
        assert_eq!(
            messages(&text),
            ["Subject: a\r\n\r\none\r\n", "Subject: b\r\n\r\ntwo\r\n"]
        );
    }

    #[test]
    fn a_separator_inside_a_long_line_cuts_nothing() {
        let text = format!("{FROM}\n\n{}{FROM}", "x".repeat(64 * 1024));
        assert_eq!(messages(&text).len(), 1);
    }

    #[test]
    fn a_separator_at_the_very_end_is_an_empty_message() {
        assert_eq!(messages(&format!("{FROM}a: b\n\n{FROM}")), ["a: b\n", ""]);
    }
}
