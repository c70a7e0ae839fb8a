//! Encoded content that no header declares: what a lenient or an old mail program would still show.
//!
//! Two ways. [`runs`] looks through every text for files in uuencode, yEnc and base64. [`Reader::rescue`] runs only
//! for messages that mail programs disagree about: it reads the raw bytes as text, decodes all that looks encoded, and
//! takes each stretch behind a line `Content-...` for a part of its own, whatever the boundaries say.

use std::ops::Range;

use super::header::line_at;
use super::leaf::Leaf;
use super::parse::Reader;
use super::{AnomalyKind, PartPath, Severity, TransferEncoding, sniff};

/// Encoded lines in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) range: Range<usize>,
    pub(super) encoding: TransferEncoding,
    /// Whether a line in front says what it is, so that failing to read it is a finding.
    pub(super) declared: bool,
}

impl Run {
    /// What a mail program, or somebody with a tool for it, reads in the run; `None` when it is no content.
    pub(super) fn content(&self, text: &[u8]) -> Option<Vec<u8>> {
        let bytes = text.get(self.range.clone()).unwrap_or_default();
        if self.declared {
            return Some(self.encoding.decode(bytes).0.into_owned());
        }
        let is_long = line_at(bytes, 0).trim_ascii_end().len() >= LINE_BYTES;
        // Words may stand above the first line, or before it.
        let next = |at: &usize| Some(at + line_at(bytes, *at).len()).filter(|at| at + RUN_BYTES <= bytes.len());
        let begins = |bytes: &&[u8]| {
            let front = bytes.get(..bytes.len().min(FRONT_OF_RUN)).unwrap_or_default();
            let front = self.encoding.decode(front).0;
            is_long || is_container(&front) || is_words(&front)
        };
        let starts = std::iter::successors(Some(0), next).take(STARTS);
        let decoded = starts
            .filter_map(|at| bytes.get(at..))
            .filter(begins)
            .map(|bytes| self.encoding.decode(bytes).0.into_owned());
        let mut all = decoded.chain(hexadecimal(bytes)).chain(base32(bytes));
        all.find(|content| is_container(content) || is_words(content) || (is_long && is_content(content)))
    }
}

/// The encoded runs of a text, in order.
pub(super) fn runs(text: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let line = line_at(text, at);
        let run = framed(text, line, at).or_else(|| base64_run(text, line, at));
        at = run
            .as_ref()
            .map_or(at + line.len(), |run| run.range.end.max(at + line.len()));
        runs.extend(run);
    }
    runs
}

/// The text without the marks of quoting, where a uuencoded file begins behind some.
pub(super) fn unquoted(text: &[u8]) -> Option<Vec<u8>> {
    memchr::memmem::find_iter(text, b"begin ").find(|at| at.checked_sub(2).is_some_and(|at| is_quoting(text, at)))?;
    let mut plain = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let marks = line.strip_prefix(b">").map_or(0, |rest| {
            // A letter of the encoding is a mark, too, so that no more is taken than stands before the first line.
            1 + rest.iter().take_while(|&&byte| byte == b' ').count().min(1)
        });
        plain.extend_from_slice(line.get(marks..).unwrap_or_default());
    }
    Some(plain)
}

/// Whether a mark of quoting begins the line there.
fn is_quoting(text: &[u8], at: usize) -> bool {
    text.get(at) == Some(&b'>') && at.checked_sub(1).is_none_or(|before| text.get(before) == Some(&b'\n'))
}

/// Whether a text holds quoted-printable that nobody declared: two of the escapes that every writer of it uses, or three
/// of any in a row.
pub(super) fn has_escapes(text: &[u8]) -> bool {
    let is_usual = |at: &usize| text.get(*at..at + 3).is_some_and(|escape| ESCAPES.contains(&escape));
    let is_in_row = |at: usize| {
        let row = text.get(at..at + 9).unwrap_or_default();
        row.len() == 9 && row.chunks(3).all(is_escape)
    };
    memchr::memchr_iter(b'=', text).filter(is_usual).nth(1).is_some() || memchr::memchr_iter(b'=', text).any(is_in_row)
}

fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'=', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

impl Reader<'_> {
    /// Reads the raw message once more, leniently, when mail programs disagree about its structure.
    pub(super) fn rescue(&mut self, raw: &[u8]) {
        if !self.is_disputed() || !self.spend(raw.len().saturating_mul(3), &PartPath::root()) {
            return;
        }
        let root = PartPath::root();
        self.text(raw, Some(&Leaf::plain()), &root, Some(":raw"));
        let body = self.parts.first().and_then(super::Part::body).unwrap_or_default();
        if raw.get(body.start..).unwrap_or_default().windows(3).any(is_escape) {
            self.text(
                &TransferEncoding::QuotedPrintable.decode(raw).0,
                Some(&Leaf::plain()),
                &root,
                Some(":raw"),
            );
        }
        if front_lower(raw)
            .windows(5)
            .any(|bytes| matches!(bytes, b"utf-7" | b"utf7\""))
        {
            let utf7 = Leaf {
                charset: Some("utf-7".to_owned()),
                ..Leaf::plain()
            };
            self.text(raw, Some(&utf7), &root, Some(":raw"));
        }
        for range in self
            .unread(fragments(raw))
            .into_iter()
            .chain(self.unread(lenient_runs(raw)))
        {
            self.fragment(raw.get(range).unwrap_or_default(), &root);
        }
    }

    fn is_disputed(&self) -> bool {
        let structural = |kind| matches!(kind, AnomalyKind::BoundaryMissing | AnomalyKind::MultipartEmpty);
        self.anomaly_kinds()
            .any(|kind| kind.severity() == Severity::Suspicious || structural(kind))
    }

    /// The ranges that are not the body of a part that was decoded already.
    fn unread(&self, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
        let mut read: Vec<_> = self
            .parts
            .iter()
            .filter(|part| {
                part.encoding() == TransferEncoding::Base64 && !part.content_type().starts_with("multipart/")
            })
            .filter_map(super::Part::body)
            .collect();
        read.sort_unstable_by_key(|range| range.start);
        let is_read = |range: &Range<usize>| {
            let next = read.partition_point(|body| body.start <= range.start);
            next.checked_sub(1)
                .and_then(|index| read.get(index))
                .is_some_and(|body| range.end <= body.end + 2)
        };
        ranges.into_iter().filter(|range| !is_read(range)).collect()
    }

    /// Decodes a stretch of raw bytes by everything that fits, and keeps what is text or of a known format.
    fn fragment(&mut self, bytes: &[u8], root: &PartPath) {
        let shifted = (0..4)
            .filter_map(|skip| bytes.get(skip..))
            .map(|bytes| TransferEncoding::Base64.decode(bytes).0.into_owned());
        let uuencoded = std::iter::once_with(|| TransferEncoding::Uuencode.decode(bytes).0.into_owned());
        for content in shifted.chain(uuencoded) {
            let is_known =
                sniff::format(&content).is_some_and(|format| !format.is_textual()) && !sniff::is_text(&content);
            if content.len() >= CONTENT_BYTES && (is_known || sniff::is_text(&content)) {
                self.note(AnomalyKind::RescuedContent, root);
                self.rescued(&content, root, 0);
                return;
            }
        }
    }
}

/// Base64 from the last word of the line on, if enough of it follows.
fn base64_run(text: &[u8], line: &[u8], at: usize) -> Option<Run> {
    let body = line.trim_ascii_end();
    let word = body.iter().rev().take_while(|byte| is_sign(**byte)).count();
    let start = at + body.len() - word;
    let mut end = at + line.len();
    // A word behind others begins a run only if it is longer than words are, or a line of nothing else follows.
    let is_whole = word == body.trim_ascii_start().len();
    let is_followed = || {
        let following = line_at(text, end).trim_ascii();
        following.len() >= SHORT_LINE_BYTES && is_base64(following)
    };
    if word == 0 || !(is_whole || word >= WORD_BYTES || is_followed()) {
        return None;
    }
    let mut is_padded = body.ends_with(b"=");
    while !is_padded {
        let line = line_at(text, end);
        let body = line.trim_ascii();
        if body.is_empty() || !is_base64(body) {
            break;
        }
        end += line.len();
        is_padded = body.ends_with(b"=");
    }
    (end - start >= RUN_BYTES).then_some(Run {
        range: start..end,
        encoding: TransferEncoding::Base64,
        declared: false,
    })
}

/// The bytes that a run of hexadecimal digits stands for, in lines of any length.
fn hexadecimal(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_digit = |byte: &u8| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace();
    if !bytes.iter().all(is_digit) {
        return None;
    }
    let digits: Vec<u8> = bytes
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let pair = |two: &[u8]| match two {
        [high, low] => Some(char::from(*high).to_digit(16)? << 4 | char::from(*low).to_digit(16)?),
        _ => None,
    };
    digits
        .chunks(2)
        .map(|two| pair(two).and_then(|byte| u8::try_from(byte).ok()))
        .collect()
}

/// Whether content is of a format that is taken apart or cannot be, and no text that begins like one.
pub(super) fn is_container(content: &[u8]) -> bool {
    sniff::format(content).is_some_and(|format| format.class != sniff::Class::Opaque)
        && (content.len() >= RUN_BYTES / 4 * 3)
}

/// Whether content is such a file by more than the two or three bytes of a sign that chance makes.
pub(super) fn is_surely_container(content: &[u8]) -> bool {
    let goes_on = match content {
        [0x1F, 0x8B, method, flags, ..] => *method == 8 && *flags < 0x20,
        [b'B', b'Z', b'h', _, block @ ..] => block.starts_with(b"1AY&SY"),
        [b'M', b'Z', program @ ..] => memchr::memmem::find(program, b"PE\0\0").is_some(),
        [0x5D, ..] => false,
        _ => true,
    };
    goes_on && is_container(content)
}

/// Whether content is words for certain: enough characters, none of which is a control character.
pub(super) fn is_words(content: &[u8]) -> bool {
    let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let text = match std::str::from_utf8(content) {
        Ok(text) => text,
        // A letter may be cut off at the end.
        Err(error) if error.error_len().is_none() => {
            let whole = content.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(_) => return false,
    };
    text.len() >= WORDS_BYTES && text.chars().all(is_plain)
}

/// Whether content is a known format or text.
fn is_content(content: &[u8]) -> bool {
    !content.is_empty() && (sniff::format(content).is_some() || sniff::is_text(content))
}

/// A file between the lines that announce and end it.
fn framed(text: &[u8], line: &[u8], at: usize) -> Option<Run> {
    let (encoding, end): (_, &[u8]) = match line {
        [b'b', b'e', b'g', b'i', b'n', b' ', a, b, c, rest @ ..]
            if [a, b, c].iter().all(|byte| byte.is_ascii_digit()) && has_name(rest) =>
        {
            (TransferEncoding::Uuencode, b"\nend")
        }
        [b'=', ..] if line.starts_with(b"=ybegin ") => (TransferEncoding::Yenc, b"\n=yend"),
        [b'<', b'~', ..] if is_ascii85(text.get(at..)?) => (TransferEncoding::Unknown, b"~>"),
        [b'(', ..] if line.starts_with(BINHEX) => (TransferEncoding::Unknown, b":\n\n"),
        _ => return None,
    };
    let rest = text.get(at..)?;
    let length = memchr::memmem::find(rest, end).map_or(rest.len(), |found| found + end.len());
    Some(Run {
        range: at..at + length,
        encoding,
        declared: true,
    })
}

/// Whether a block of Ascii85 stands in its marks: long enough for an identifier, and of its letters only.
fn is_ascii85(text: &[u8]) -> bool {
    let body = text.get(2..).unwrap_or_default();
    let end = body.iter().position(|&byte| byte == b'~').unwrap_or(body.len());
    let (block, rest) = body.split_at_checked(end).unwrap_or_default();
    let is_letter = |byte: &u8| matches!(byte, b'!'..=b'u' | b'z' | b'\r' | b'\n');
    rest.starts_with(b"~>") && block.len() >= WORDS_BYTES && block.iter().all(is_letter)
}

/// The bytes that a run of base32 (RFC 4648, section 6) stands for, in lines of any length.
fn base32(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut word, mut bits, mut plain) = (0_u32, 0, Vec::new());
    for byte in bytes
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=')
    {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        (word, bits) = ((word << 5 | u32::from(value)) & 0xFFFF, bits + 5);
        if bits >= 8 {
            bits -= 8;
            plain.extend(u8::try_from(word >> bits & 0xFF));
        }
    }
    Some(plain)
}

/// Lines of nothing but base64 from `at` on, of which the first has at least `least` bytes.
fn base64_lines(text: &[u8], at: usize, least: usize) -> Option<Run> {
    let mut end = at;
    loop {
        let line = line_at(text, end);
        let body = line.trim_ascii_end();
        let enough = body.len() >= if end == at { least } else { 1 };
        if !enough || !is_base64(body) {
            break;
        }
        end += line.len();
    }
    (end > at).then_some(Run {
        range: at..end,
        encoding: TransferEncoding::Base64,
        declared: false,
    })
}

/// Whether a name follows the mode of a uuencoded file, which has three to six digits.
fn has_name(rest: &[u8]) -> bool {
    let more = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    rest.get(more).is_some_and(u8::is_ascii_whitespace)
}

fn is_base64(line: &[u8]) -> bool {
    line.iter().all(|byte| is_sign(*byte))
}

pub(super) const fn is_sign(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Runs of base64 with short lines and foreign characters between.
fn lenient_runs(raw: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < raw.len() {
        let line = line_at(raw, at);
        match base64_lines(raw, at, SHORT_LINE_BYTES) {
            Some(run) => {
                at = run.range.end;
                found.push(run.range);
            }
            None => at += line.len(),
        }
    }
    found
}

/// The stretches behind blocks of `Content-...` lines, each up to the next line that starts with `--`.
fn fragments(raw: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut declared = false;
    while at < raw.len() {
        let line = line_at(raw, at);
        at += line.len();
        let blank = line.trim_ascii().is_empty();
        declared |= line
            .get(..8)
            .is_some_and(|front| front.eq_ignore_ascii_case(b"content-"));
        if blank && declared {
            let rest = raw.get(at..).unwrap_or_default();
            let length = memchr::memmem::find(rest, b"\n--").unwrap_or(rest.len());
            found.push(at..at + length);
            at += length;
            declared = false;
        }
    }
    found
}

/// The first bytes in lower case: enough to hold the declarations of any part that matters here.
fn front_lower(raw: &[u8]) -> Vec<u8> {
    raw.get(..raw.len().min(FRONT_BYTES))
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// Quoted-printable for CR, LF, blank, `-`, `.` and `=`.
const ESCAPES: &[&[u8]] = &[b"=0A", b"=0D", b"=20", b"=2D", b"=2E", b"=3D"];
/// What stands in front of `BinHex` 4.0 (RFC 1741), which is not decoded.
const BINHEX: &[u8] = b"(This file must be converted with BinHex";
/// Base64 of files has lines of 60 to 76; words and links do not reach this length in text.
const LINE_BYTES: usize = 40;
/// Less base64 than this holds no file, and no sentence.
const RUN_BYTES: usize = 16;
/// Base64 behind words of its own line is longer than a word.
const WORD_BYTES: usize = 16;
/// As much of a run as tells whether it is content.
const FRONT_OF_RUN: usize = 1_024;
/// Base64 begins in one of so many lines of what looks like it.
const STARTS: usize = 4;
/// So many characters without any control character among them are no chance.
const WORDS_BYTES: usize = 12;
/// In a disputed message a short line is enough.
const SHORT_LINE_BYTES: usize = 8;
/// Shorter content holds no identifier.
const CONTENT_BYTES: usize = 6;
const FRONT_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Limits, Message};

    fn exposes(raw: &str, secret: &str) -> bool {
        let message = Message::parse(raw.as_bytes(), &Limits::default());
        message.units().iter().any(|unit| unit.text().contains(secret))
    }

    const SECRET: &str = "patient 219-09-9999 has diabetes and more";
    const BASE64: &str = "cGF0aWVudCAyMTktMDktOTk5OSBoYXMgZGlhYmV0ZXMgYW5kIG1vcmU=";

    #[test]
    fn files_in_a_text_are_found() {
        let uu = "begin 644 a.txt\n#0V%T\n`\nend\n";
        assert_eq!(
            runs(format!("hello\n{uu}bye\n").as_bytes()),
            [Run {
                range: 6..6 + uu.len() - 1,
                encoding: TransferEncoding::Uuencode,
                declared: true
            }]
        );
        assert!(runs(b"begin the day\nend\n").is_empty());
        assert!(exposes(&format!("\nsee below\n\n{BASE64}\n"), SECRET));
    }

    #[test]
    fn quoted_files_modes_of_six_digits_and_older_letters_are_read_or_said() {
        let uu = "begin 100644 a.txt\n@4U-.(#(Q.2TP.2TY.3DT(&%N9\"!M;W)E(&]F(&ET+BX \n`\nend\n";
        let quoted: String = uu.split_inclusive('\n').flat_map(|line| ["> ", line]).collect();
        for text in [uu.to_owned(), quoted] {
            assert!(exposes(&format!("\nsee below\n\n{text}"), "SSN 219-09-9994"), "{text}");
        }
        let base32 = "KNJU4IBSGE4S2MBZFU4TSOJUEBQW4ZBANVXXEZI=";
        assert!(exposes(&format!("\n{base32}\n"), "SSN 219-09-9994 and more"));
        let marked = |code: &str| Message::parse(format!("\n<~{code}~>\n").as_bytes(), &Limits::default());
        let ascii85 = "\n<~;c?F61,1d@0KC^F3B8o=ATVE7~>\n";
        assert!(exposes(ascii85, "SSN 219-09-9994 etc.") && marked(";c?F61,1d@0KC^F3B8o=ATVE7").is_complete());
        assert!(!marked(";c?F61,1d@0KC^F3B8o=ATVE7uuuuu").is_complete());
        assert!(Message::parse(b"\nI like <~ and ~> both\n", &Limits::default()).is_complete());
    }

    #[test]
    fn content_behind_a_disputed_structure_is_exposed() {
        let part = format!("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{BASE64}\n");
        let rows = [
            format!(
                "Content-Type: multipart/mixed; boundary=a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{part}--b--\n"
            ),
            format!("Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--b\n{part}--b--\n"),
            format!("Content-Type: multipart/mixed\n\n--b\n{part}--b--\n"),
            format!("Content-Type: text/plain\nContent-Transfer-Encoding: x-base64\n\n{BASE64}\n"),
            format!("Content-Type: text/plain\nContent-Transfer-Encoding: base64, x\n\n{BASE64}\n"),
            format!(
                "Content-Type: text/plain\nContent-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\n{BASE64}\n"
            ),
            format!("Content-Type: text/plain\n \nContent-Transfer-Encoding: base64\n\n{BASE64}\n"),
        ];
        for raw in rows {
            assert!(exposes(&raw, SECRET), "{raw}");
        }
    }
}
