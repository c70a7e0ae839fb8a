//! Where the parts of a source end: its lines, held against the boundaries that are open.

use memchr::memmem::Finder;

use super::Entity;
use crate::message::header::line_at;

/// Bytes that are read, with the boundaries that are open.
pub(super) struct Source<'a> {
    pub(super) bytes: &'a [u8],
    /// Where the bytes stand in the raw message; `None` for decoded content and for another reading.
    pub(super) base: Option<usize>,
    /// Whether the raw message is read as text in any case, and the bytes with it.
    pub(super) is_rescued: bool,
    pub(super) open: Vec<Vec<u8>>,
    dashes: Finder<'static>,
}

impl<'a> Source<'a> {
    /// Bytes that stand nowhere in the raw message.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            base: None,
            is_rescued: false,
            open: Vec::new(),
            dashes: Finder::new(b"\n--"),
        }
    }
}

impl Source<'_> {
    /// The next boundary of any open multipart, at or behind the line start `from`.
    pub(super) fn next_delimiter(&self, from: usize) -> Delimiter {
        let mut lookalike = false;
        let mut line_start = Some(from);
        while let Some(start) = line_start {
            let line = line_at(self.bytes, start);
            match self.delimiter(line) {
                Match::Exact { level, closing } => {
                    return Delimiter {
                        start: self.before_line_end(from, start),
                        next: start + line.len(),
                        level: Some(level),
                        closing,
                        lookalike,
                    };
                }
                Match::Lookalike => lookalike = true,
                Match::None => {}
            }
            line_start = self.next_dashes(start);
        }
        let end = self.bytes.len();
        Delimiter {
            start: end.max(from),
            next: end,
            level: None,
            closing: true,
            lookalike,
        }
    }

    /// Whether the header of an embedded message is cut by a closing boundary behind which nothing stands any more, as
    /// in a bounce that returns headers only.
    pub(super) fn is_returned_header(&self, entity: &Entity, cut: usize) -> bool {
        let line = line_at(self.bytes, cut);
        let is_closing = matches!(self.delimiter(line), Match::Exact { closing: true, .. });
        let rest = self.bytes.get(cut + line.len()..).unwrap_or_default();
        entity.is_message && entity.depth > 0 && is_closing && rest.trim_ascii().is_empty()
    }

    /// Whether nothing but white space stands between `from` and the next boundary.
    pub(super) fn is_blank(&self, from: usize) -> bool {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let at = self.bytes.len() - rest.trim_ascii_start().len();
        at >= self.bytes.len() || self.delimits(line_at(self.bytes, at))
    }

    /// The start of the next line behind `from` that begins with `--`.
    fn next_dashes(&self, from: usize) -> Option<usize> {
        if self.open.is_empty() {
            return None;
        }
        self.dashes.find(self.bytes.get(from..)?).map(|at| from + at + 1)
    }

    /// The line end before a boundary belongs to the boundary.
    fn before_line_end(&self, from: usize, start: usize) -> usize {
        let before = self.bytes.get(from..start).unwrap_or_default();
        let trimmed = before
            .strip_suffix(b"\n")
            .map_or(before, |rest| rest.strip_suffix(b"\r").unwrap_or(rest));
        from + trimmed.len()
    }

    pub(super) fn delimits(&self, line: &[u8]) -> bool {
        matches!(self.delimiter(line), Match::Exact { .. })
    }

    /// Whether the line is a boundary of an open multipart, of the innermost first.
    fn delimiter(&self, line: &[u8]) -> Match {
        let Some(text) = line.strip_prefix(b"--").map(<[u8]>::trim_ascii_end) else {
            return Match::None;
        };
        let mut found = Match::None;
        for (level, boundary) in self.open.iter().enumerate().rev() {
            match text.strip_prefix(boundary.as_slice()) {
                Some(b"") => return Match::Exact { level, closing: false },
                Some(b"--") => return Match::Exact { level, closing: true },
                Some(_) if !boundary.is_empty() => found = Match::Lookalike,
                _ => {}
            }
        }
        found
    }
}

enum Match {
    Exact { level: usize, closing: bool },
    Lookalike,
    None,
}

/// The boundary that ends a part, or the end of the source.
pub(super) struct Delimiter {
    /// Where the part ends.
    pub(super) start: usize,
    /// Where the next line starts.
    pub(super) next: usize,
    /// Whose boundary it is; `None` at the end of the source.
    pub(super) level: Option<usize>,
    pub(super) closing: bool,
    pub(super) lookalike: bool,
}
