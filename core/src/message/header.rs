//! Header fields: where a header block ends, and what each field says.

use std::ops::Range;

use super::word;
use super::{AnomalyKind, Limits, TransferEncoding};

/// A header field of the message.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// The name, and behind it the value.
    text: Box<str>,
    /// The bytes of the name.
    name: usize,
    raw: Range<usize>,
}

impl Header {
    /// The name as it was written.
    pub fn name(&self) -> &str {
        self.text.get(..self.name).unwrap_or_default()
    }

    /// The value in one line, with encoded words (RFC 2047) and UTF-8 (RFC 6532) decoded.
    pub fn value(&self) -> &str {
        self.text.get(self.name..).unwrap_or_default()
    }

    /// The bytes of the field in the raw message, with its line end.
    pub fn raw(&self) -> Range<usize> {
        self.raw.clone()
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name.len() && self.name().eq_ignore_ascii_case(name)
    }
}

impl std::fmt::Debug for Header {
    /// Shows the name and the place, never the value.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Header")
            .field("name", &self.name())
            .field("raw", &self.raw)
            .finish_non_exhaustive()
    }
}

/// A header block as it stands in the source, undecoded.
#[derive(Debug, Default)]
pub(super) struct Block<'a> {
    fields: Vec<RawField<'a>>,
    /// Where the body starts.
    pub(super) body: usize,
    /// The lines `From ...` of a mailbox, which are no fields.
    pub(super) separators: Vec<Range<usize>>,
    pub(super) odd: Vec<AnomalyKind>,
}

#[derive(Debug)]
pub(super) struct RawField<'a> {
    pub(super) name: &'a [u8],
    /// With the line ends of folding.
    pub(super) value: &'a [u8],
    range: Range<usize>,
}

impl<'a> Block<'a> {
    /// Reads the block that starts at `at`; `is_delimiter` says whether a line is a boundary, which ends it.
    pub(super) fn read(source: &'a [u8], at: usize, limits: &Limits, is_delimiter: impl Fn(&[u8]) -> bool) -> Self {
        let mut block = Self::lines(source, at, limits, is_delimiter);
        block.inspect_controls(source, at);
        block
    }

    /// The same before its bytes are looked at for signs of control.
    fn lines(source: &'a [u8], at: usize, limits: &Limits, is_delimiter: impl Fn(&[u8]) -> bool) -> Self {
        let mut block = Self {
            body: at,
            ..Self::default()
        };
        let end = source.len().min(at.saturating_add(limits.header_bytes));
        let mut open: Option<Range<usize>> = None;
        let mut next = at;
        loop {
            let from = next;
            let line = line_at(source.get(..end).unwrap_or_default(), from);
            if line.is_empty() || is_delimiter(line) {
                block.body = from;
                block
                    .odd
                    .extend((line.is_empty() && end < source.len()).then_some(AnomalyKind::HeaderLimit));
                let cut = !line.is_empty() && open.is_some();
                block.odd.extend(cut.then_some(AnomalyKind::HeaderCut));
                break;
            }
            next = from + line.len();
            if matches!(line, b"\n" | b"\r\n") {
                block.body = next;
                break;
            }
            if matches!(line, [b' ' | b'\t', ..]) {
                block.continuation(line, open.as_mut(), next);
                continue;
            }
            block.close(source, open.take());
            if block.fields.len() == limits.headers {
                block.odd.push(AnomalyKind::HeaderLimit);
                block.body = from;
                return block;
            }
            if !has_name(line) && from == at && !is_separator(line) {
                // The first line is no field: there is no header, all is body. Others skip the line.
                let front = source
                    .get(at..end.min(at.saturating_add(FRONT_BYTES)))
                    .unwrap_or_default();
                let declares = memchr::memmem::find(front, b"\nContent-").is_some();
                block.odd.extend(declares.then_some(AnomalyKind::HeaderColonMissing));
                block.body = at;
                return block;
            }
            open = Some(from..next);
        }
        block.close(source, open);
        block
    }

    /// The first field of this name.
    pub(super) fn first(&self, name: &str) -> Option<&RawField<'a>> {
        self.fields.iter().find(|field| field.is(name))
    }

    /// The fields of this name.
    pub(super) fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b RawField<'a>> {
        self.fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The decoded fields, whose places are moved by `base`.
    pub(super) fn decoded(&mut self, base: usize) -> Vec<Header> {
        let mut odd = Vec::new();
        let headers = self.fields.iter().map(|field| field.decoded(base, &mut odd)).collect();
        self.odd.append(&mut odd);
        headers
    }

    /// Whether it has no field.
    pub(super) const fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Whether it says what the body is.
    pub(super) fn is_of_mime(&self) -> bool {
        ["Content-Type", "Content-Transfer-Encoding"]
            .iter()
            .any(|name| self.first(name).is_some())
    }

    /// Whether some of its lines may be no header at all.
    pub(super) fn is_ambiguous(&self) -> bool {
        let ambiguous = |kind: &AnomalyKind| {
            matches!(
                kind,
                AnomalyKind::HeaderColonMissing | AnomalyKind::LineEndBare | AnomalyKind::SeparatorAmbiguous
            )
        };
        self.odd.iter().any(ambiguous)
    }

    fn continuation(&mut self, line: &[u8], open: Option<&mut Range<usize>>, end: usize) {
        if line.trim_ascii().is_empty() {
            self.odd.push(AnomalyKind::SeparatorAmbiguous);
        }
        if is_folded_field(line.trim_ascii()) {
            self.odd.push(AnomalyKind::HeaderFolded);
        }
        match open {
            Some(open) => open.end = end,
            None => self.odd.push(AnomalyKind::HeaderColonMissing),
        }
    }

    fn close(&mut self, source: &'a [u8], range: Option<Range<usize>>) {
        let Some(range) = range else { return };
        let Some(bytes) = source.get(range.clone()) else { return };
        if is_separator(bytes) {
            self.separators.push(range);
            return;
        }
        let Some(colon) = memchr::memchr(b':', bytes) else {
            self.odd.push(AnomalyKind::HeaderColonMissing);
            return;
        };
        let (name, value) = bytes.split_at(colon);
        let trimmed = name.trim_ascii();
        if trimmed.len() != name.len() {
            self.odd.push(AnomalyKind::HeaderSpaceBeforeColon);
        }
        if !is_name(name.trim_ascii_end()) {
            // No mail program shows it as a field: for those that show it as text, it is scanned as text.
            self.odd.push(AnomalyKind::SeparatorAmbiguous);
        }
        if self.fields.is_empty() {
            self.fields.reserve(FIELDS);
        }
        self.fields.push(RawField {
            name: trimmed,
            value: value.get(1..).unwrap_or_default(),
            range,
        });
    }

    /// Looks for signs of control in the fields and separators; of nearly every block one look tells that it has none.
    fn inspect_controls(&mut self, source: &[u8], at: usize) {
        let last = |ranges: Option<&Range<usize>>| ranges.map_or(at, |range| range.end);
        let end = last(self.fields.last().map(|field| &field.range)).max(last(self.separators.last()));
        let whole = source.get(at..end).unwrap_or_default();
        if !has_control(whole) && !has_bare_return(whole) {
            return;
        }
        let fields = self.fields.iter().map(|field| &field.range);
        for range in fields.chain(&self.separators) {
            let bytes = source.get(range.clone()).unwrap_or_default();
            self.odd
                .extend(has_control(bytes).then_some(AnomalyKind::ControlInHeader));
            self.odd
                .extend(has_bare_return(bytes).then_some(AnomalyKind::LineEndBare));
        }
    }
}

/// Whether bytes hold a sign of control that no header holds, or the line end of other programs.
fn has_control(bytes: &[u8]) -> bool {
    let is_control = |byte: u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1B);
    // Without an early end, so that the compiler looks at many at a time.
    let found = bytes.iter().fold(0, |found, byte| found | u8::from(is_control(*byte)));
    let mut leads = memchr::memchr_iter(0xC2, bytes);
    found != 0 || leads.any(|at| bytes.get(at..at + 2) == Some(NEXT_LINE))
}

/// Whether a carriage return stands alone.
fn has_bare_return(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n'))
}

impl RawField<'_> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    fn decoded(&self, base: usize, odd: &mut Vec<AnomalyKind>) -> Header {
        let line = word::unfold(self.value);
        let mut text = String::with_capacity(self.name.len().saturating_add(line.len()));
        text.push_str(&String::from_utf8_lossy(self.name));
        let name = text.len();
        match word::plain(&line) {
            Some(value) => text.push_str(value),
            None => text.push_str(&in_one_line(word::decode(&line, odd))),
        }
        Header {
            text: text.into(),
            name,
            raw: base + self.range.start..base + self.range.end,
        }
    }
}

/// A decoded value in one line: an encoded word may hold line ends.
fn in_one_line(text: String) -> String {
    if memchr::memchr2(b'\r', b'\n', text.as_bytes()).is_some() {
        text.replace(['\r', '\n'], " ")
    } else {
        text
    }
}

/// The line that starts at `at`, with its line feed.
pub(super) fn line_at(source: &[u8], at: usize) -> &[u8] {
    let rest = source.get(at..).unwrap_or_default();
    let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
    rest.get(..length).unwrap_or_default()
}

/// Whether the line stands between two messages of a mailbox, or was kept from looking so.
pub(super) fn is_separator(line: &[u8]) -> bool {
    line.strip_prefix(b">").unwrap_or(line).starts_with(b"From ")
}

/// Whether a folded line is what some mail programs take for a MIME header: a type or an encoding behind its name. A
/// signature, which names headers, is none.
fn is_folded_field(line: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', line.get(..line.len().min(FIELD_BYTES)).unwrap_or_default()) else {
        return false;
    };
    let (name, value) = line.split_at(colon);
    let name = name.trim_ascii_end();
    let word = value
        .get(1..)
        .unwrap_or_default()
        .split(|byte| matches!(byte, b';' | b':'))
        .next();
    let word = word.unwrap_or_default();
    if name.eq_ignore_ascii_case(b"content-type") {
        return word.contains(&b'/');
    }
    name.eq_ignore_ascii_case(b"content-transfer-encoding") && TransferEncoding::resembling(word).is_some()
}

/// Whether the line starts with `Name:`, where blanks before the colon are tolerated.
pub(super) fn has_name(line: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', line) else {
        return false;
    };
    is_name(line.get(..colon).unwrap_or_default().trim_ascii_end())
}

/// Whether this is the name of a field.
fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| matches!(byte, 33..=57 | 59..=126 | 0x80..))
}

/// U+0085 in UTF-8, which ends a line for some programs.
const NEXT_LINE: &[u8] = b"\xC2\x85";
/// As many fields as most headers have.
const FIELDS: usize = 32;
/// A longer name than this is none of MIME.
const FIELD_BYTES: usize = 40;
/// As far as a part without a header is searched for one that others may see.
const FRONT_BYTES: usize = 4_096;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(source: &str) -> Block<'_> {
        Block::read(source.as_bytes(), 0, &Limits::default(), |_| false)
    }

    #[test]
    fn a_block_ends_at_the_empty_line() {
        for source in ["A: b\r\nC: d\r\n\r\nbody", "A: b\nC: d\n\nbody"] {
            let block = block(source);
            assert_eq!(source.get(block.body..), Some("body"));
            assert_eq!(block.fields.len(), 2);
        }
    }

    #[test]
    fn folded_and_encoded_values_become_one_line() {
        let source = "Subject: =?utf-8?Q?caf=C3=A9?=\r\n au\r\n\tlait\r\n\r\n";
        let headers = block(source).decoded(0);
        assert_eq!(headers[0].value(), "café au\tlait");
        assert_eq!(headers[0].raw(), 0..source.len() - 2);
    }

    proptest! {
        #[test]
        fn a_value_is_what_decoding_makes_of_it(
            value in prop_oneof!["[a-z =?\r\n\té\u{1b}\0]{0,24}", "(=|\\?|utf-8|Q|=\\?utf-8\\?Q\\?|\\?=|[\r\n é]){0,9}"],
        ) {
            let mut odd = Vec::new();
            let field = RawField { name: b"A", value: value.as_bytes(), range: 0..0 };
            let decoded = in_one_line(word::decode(&word::unfold(field.value), &mut odd));
            let mut of_header = Vec::new();
            let header = field.decoded(0, &mut of_header);
            prop_assert_eq!((header.value(), &of_header), (decoded.as_str(), &odd));
            prop_assert_eq!(header.name(), "A");
        }

        #[test]
        fn what_is_odd_in_a_block_is_what_is_odd_in_its_fields(
            lines in prop::collection::vec("(A|From |B :)?[a-z:\t\r\0\u{b}\u{85}é\u{1b}]{0,6}\r?\n", 0..5),
        ) {
            let source = format!("{}\n", lines.concat());
            let block = block(&source);
            let ranges = || block.fields.iter().map(|field| &field.range).chain(&block.separators);
            let bytes = || ranges().map(|range| &source.as_bytes()[range.clone()]);
            let is_control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1B);
            let controls = bytes().any(|bytes| bytes.iter().any(is_control) || bytes.windows(2).any(|two| two == NEXT_LINE));
            let bare = bytes().any(|bytes| {
                (0..bytes.len()).any(|at| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
            });
            prop_assert_eq!(block.odd.contains(&AnomalyKind::ControlInHeader), controls);
            prop_assert_eq!(block.odd.contains(&AnomalyKind::LineEndBare), bare);
        }
    }

    #[test]
    fn an_encoded_word_that_a_line_end_parts_is_decoded() {
        for source in ["A: =\r?utf-8?Q?caf=C3=A9?=\n\n", "A: =\r\r?utf-8?Q?caf=C3=A9?=\n\n"] {
            assert_eq!(block(source).decoded(0)[0].value(), "café", "{source:?}");
        }
    }

    #[test]
    fn text_without_any_field_is_all_body() {
        assert_eq!(block("hello world\nfoo: bar\n\nx").body, 0);
        assert_eq!(block("\r\nbody").body, 2);
        assert_eq!(block("").body, 0);
    }

    #[test]
    fn a_line_of_an_mbox_is_no_field() {
        let block = block("From ann@example.org Mon Jan  1 00:00:00 2026\nA: b\n\nbody");
        assert_eq!(block.fields.len(), 1);
        assert_eq!(block.odd, []);
        assert_eq!(block.separators, std::slice::from_ref(&(0..46)));
    }

    #[test]
    fn a_mime_header_in_a_folded_line_is_named_and_a_signature_is_none() {
        for line in ["Content-Type: text/html", "content-transfer-encoding : base64"] {
            assert!(
                block(&format!("A: b\n {line}\n\n"))
                    .odd
                    .contains(&AnomalyKind::HeaderFolded)
            );
        }
        for line in ["content-type:mime-version:from; b=a/b", "Content-Type of the day", "b"] {
            assert_eq!(block(&format!("DKIM-Signature: h=a\n {line}\n\n")).odd, []);
        }
    }

    #[test]
    fn what_is_odd_is_named() {
        const ROWS: &[(&str, AnomalyKind)] = &[
            ("A : b\n\n", AnomalyKind::HeaderSpaceBeforeColon),
            ("A: b\nnonsense\n\n", AnomalyKind::HeaderColonMissing),
            ("A: b\n \nC: d\n\n", AnomalyKind::SeparatorAmbiguous),
            ("A: b\0c\n\n", AnomalyKind::ControlInHeader),
            ("A: b\rB: c\n\n", AnomalyKind::LineEndBare),
        ];
        for (source, kind) in ROWS {
            assert_eq!(block(source).odd, [*kind], "{source:?}");
        }
    }

    #[test]
    fn a_block_beyond_the_limits_is_cut_and_named() {
        let limits = Limits {
            header_bytes: 10,
            headers: 2,
            ..Limits::default()
        };
        let long = Block::read(b"A: 34567890123\n\n", 0, &limits, |_| false);
        assert_eq!(long.odd, [AnomalyKind::HeaderLimit]);
        let many = Block::read(b"A:\nB:\nC:\n\n", 0, &limits, |_| false);
        assert_eq!(many.odd, [AnomalyKind::HeaderLimit]);
    }
}
