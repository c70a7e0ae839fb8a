//! The header block as every mail program may read it.
//!
//! Most take LF and CRLF for a line end and nothing else; some take a lone CR as well. A line belongs to a field when
//! either reading says so, and the block reaches as far as the longer reading.

/// Where the header block ends, and the fields in it.
pub(super) struct Head<'a> {
    /// The fields as the scanner reads them: with LF and CRLF for a line end.
    pub(super) fields: Vec<Field<'a>>,
    /// Where the empty line stands, or the message ends.
    pub(super) end: usize,
    /// Whether a line ends in LF anywhere in the message. If none does, a lone CR is the end of a line.
    pub(super) has_line_feeds: bool,
    /// How lines of ours end in it.
    pub(super) line_end: &'static str,
}

/// A field as it stands in the message.
pub(super) struct Field<'a> {
    name: &'a [u8],
    /// With the line ends of folding.
    pub(super) value: &'a [u8],
}

/// A line of the block, up to the next line end of any kind.
pub(super) struct Line<'a> {
    pub(super) at: usize,
    pub(super) bytes: &'a [u8],
    /// The field that it belongs to, as the scanner reads it.
    pub(super) field: Option<usize>,
    /// The names of the fields that it belongs to in either reading.
    names: [Option<&'a [u8]>; 2],
}

impl Field<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

impl Line<'_> {
    /// Whether it belongs to a field of this name, whatever blanks and controls stand in it.
    pub(super) fn is(&self, name: &str) -> bool {
        self.names.iter().flatten().any(|written| {
            let letters = written.iter().filter(|byte| !matches!(byte, 0..=b' ' | 0x7F));
            letters
                .map(u8::to_ascii_lowercase)
                .eq(name.bytes().map(|byte| byte.to_ascii_lowercase()))
        })
    }

    /// Whether a field can stand before it: it would not become a part of it, and is not the first line of an mbox.
    pub(super) fn can_follow_a_field(&self) -> bool {
        !matches!(self.bytes, [b' ' | b'\t', ..]) && !self.bytes.starts_with(MBOX)
    }
}

impl<'a> Head<'a> {
    /// Reads the block at the start of `raw`, with its lines.
    pub(super) fn read(raw: &'a [u8]) -> (Self, Vec<Line<'a>>) {
        let line_feed = memchr::memchr(b'\n', raw);
        let mut reader = Reader {
            raw,
            has_line_feeds: line_feed.is_some(),
            fields: Vec::new(),
            open: None,
            names: [None; 2],
        };
        let mut lines: Vec<Line<'a>> = Vec::new();
        let mut at = 0;
        while let Some(line) = reader.line(at) {
            at = at.saturating_add(line.bytes.len());
            lines.push(line);
        }
        let head = Self {
            has_line_feeds: line_feed.is_some(),
            line_end: match line_feed {
                Some(end) if raw.get(..end).is_some_and(|line| !line.ends_with(b"\r")) => "\n",
                Some(_) | None => "\r\n",
            },
            fields: reader.fields,
            end: at,
        };
        (head, lines)
    }
}

struct Reader<'a> {
    raw: &'a [u8],
    has_line_feeds: bool,
    fields: Vec<Field<'a>>,
    /// The number of the open field.
    open: Option<usize>,
    names: [Option<&'a [u8]>; 2],
}

impl<'a> Reader<'a> {
    /// The line at `at`; `None` where the block ends.
    fn line(&mut self, at: usize) -> Option<Line<'a>> {
        let bytes = any_line(self.raw, at)?;
        let is_fresh = !self.has_line_feeds || at == 0 || self.raw.get(at.wrapping_sub(1)) == Some(&b'\n');
        let is_end = if self.has_line_feeds {
            is_fresh && matches!(bytes, b"\n" | b"\r\n")
        } else {
            bytes == b"\r"
        };
        if is_end {
            return None;
        }
        if is_fresh {
            self.begin(at);
        }
        if !continues(bytes) {
            self.names[1] = name(bytes);
        }
        Some(Line {
            at,
            bytes,
            field: self.open,
            names: self.names,
        })
    }

    /// Takes a line as the scanner does, which begins at `at`.
    fn begin(&mut self, at: usize) {
        let line = if self.has_line_feeds {
            line_feed_line(self.raw, at)
        } else {
            any_line(self.raw, at).unwrap_or_default()
        };
        if !matches!(line, [b' ' | b'\t', ..]) {
            self.names[0] = name(line);
            self.open = field(line).map(|field| {
                self.fields.push(field);
                self.fields.len().saturating_sub(1)
            });
        } else if let Some(open) = self.open.and_then(|open| self.fields.get_mut(open)) {
            let start = at.saturating_sub(open.value.len());
            let end = at.saturating_add(line.len());
            open.value = self.raw.get(start..end).unwrap_or_default();
        }
    }
}

/// The field that a line begins.
fn field(line: &[u8]) -> Option<Field<'_>> {
    let (name, value) = line.split_at_checked(memchr::memchr(b':', line)?)?;
    let name = name.trim_ascii();
    let is_name = !name.is_empty() && name.iter().all(|byte| matches!(byte, 33..=126 | 0x80..));
    (is_name && !line.starts_with(MBOX)).then_some(Field {
        name,
        value: value.get(1..).unwrap_or_default(),
    })
}

/// What stands before the colon, as far as any program may take it for a name.
fn name(line: &[u8]) -> Option<&[u8]> {
    let colon = memchr::memchr(b':', line)?;
    (!line.starts_with(MBOX)).then(|| line.get(..colon)).flatten()
}

/// Whether a line continues the field before it. A line that is nothing but a CR is none to most programs.
fn continues(line: &[u8]) -> bool {
    matches!(line, [b' ' | b'\t', ..] | b"\r")
}

/// The line at `at` with its line end, which is CRLF, LF or CR.
fn any_line(raw: &[u8], at: usize) -> Option<&[u8]> {
    let rest = raw.get(at..).filter(|rest| !rest.is_empty())?;
    let end = match memchr::memchr2(b'\r', b'\n', rest) {
        None => rest.len(),
        Some(end) if rest.get(end..).is_some_and(|end| end.starts_with(b"\r\n")) => end.saturating_add(2),
        Some(end) => end.saturating_add(1),
    };
    rest.get(..end)
}

/// The line at `at` with its line end, which is LF.
fn line_feed_line(raw: &[u8], at: usize) -> &[u8] {
    let rest = raw.get(at..).unwrap_or_default();
    let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end.saturating_add(1));
    rest.get(..end).unwrap_or_default()
}

/// The front of the line before a message in an mbox file.
const MBOX: &[u8] = b"From ";

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(raw: &str) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (head, _) = Head::read(raw.as_bytes());
        head.fields
            .iter()
            .map(|field| (text(field.name), text(field.value)))
            .collect()
    }

    #[test]
    fn fields_and_the_end_are_those_of_the_scanner() {
        for (raw, names, body) in [
            ("A: b\r\nC: d\r\n e\r\n\r\nF: g", &["A", "C"][..], "\r\nF: g"),
            ("A: b\n\nF: g", &["A"], "\nF: g"),
            ("A: b\r\rF: g", &["A"], "\rF: g"),
            ("A: b\r\rF: g\nH: i\n\n", &["A", "H"], "\n"),
            ("A : b\nnonsense\n c\nD: e", &["A", "D"], ""),
            ("From a@b Mon Jan 1 00:00:00 2026\nA: b\n\n", &["A"], "\n"),
            (" x\nA: b\n\n", &["A"], "\n"),
            ("\r\nA: b", &[], "\r\nA: b"),
            ("", &[], ""),
        ] {
            let found: Vec<String> = fields(raw).into_iter().map(|(name, _)| name).collect();
            assert_eq!(found, names, "{raw:?}");
            assert_eq!(raw.get(Head::read(raw.as_bytes()).0.end..), Some(body), "{raw:?}");
        }
    }

    #[test]
    fn a_value_reaches_over_its_folds() {
        assert_eq!(fields("A: b\r\n c\r\n\td\r\nE: f\r\n\r\n")[0].1, " b\r\n c\r\n\td\r\n");
    }

    #[test]
    fn a_line_is_of_a_name_when_any_reading_says_so() {
        for (raw, line) in [
            ("Bcc: a\n\n", 0),
            ("bCC \t: a\n\n", 0),
            ("\0Bcc: a\n\n", 0),
            ("A: b\rBcc: c\n\n", 1),
            ("Bcc: b\rA: c\n\n", 1),
            ("Bcc: b\n\r c\n\n", 2),
            ("Bcc: b\n \n c\n\n", 2),
        ] {
            let (_, lines) = Head::read(raw.as_bytes());
            assert!(lines[line].is("Bcc"), "{raw:?}");
        }
        let (_, lines) = Head::read(b"X-Bcc: a\nBc: c\nBccc: d\n\n");
        assert!(!lines.iter().any(|line| line.is("Bcc")));
    }
}
