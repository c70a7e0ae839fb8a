//! Decodes what stands encoded in a text: runs of percent triplets, of hexadecimal digits and of base64.
//!
//! A run is decoded only when it gives text, which chance seldom does: eight random bytes are printable once in 3,000
//! times. The rest of the text stays around it, so that a label before a run still announces the value inside.

use std::ops::Range;

use memchr::memchr;

use super::OffsetMap;

/// The text with its runs decoded, or `None` when there is none. It is never longer than `text`.
pub(super) fn decode(text: &str) -> Option<(String, OffsetMap)> {
    let mut decoded = Decoded::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(percent) = bytes.get(at..).and_then(|rest| memchr(b'%', rest)) {
        let percent = at.saturating_add(percent);
        decoded.push_letters(text, at..percent);
        let length = triplets(bytes.get(percent..).unwrap_or_default());
        at = percent.saturating_add(length.max(1));
        if length > 0 {
            decoded.push_run(text, percent..at);
        }
    }
    decoded.push_letters(text, at..text.len());
    decoded.finish(text)
}

/// The next run of so many letters that is worth a look in `bytes`, from `at` on, where none is open.
fn long_run(bytes: &[u8], mut at: usize) -> Option<Range<usize>> {
    // What is no letter near the end of the shortest run says that none begins before it.
    while let Some(shortest) = bytes.get(at..at.saturating_add(SHORTEST)) {
        let Some(last) = shortest.iter().rposition(|byte| !is_letter(*byte)) else {
            let length = letters(bytes.get(at..).unwrap_or_default());
            return Some(at..at.saturating_add(length));
        };
        at = at.saturating_add(last).saturating_add(1);
    }
    None
}

/// Views of views that are looked at: what is encoded more often stays as it is.
pub(super) const DEPTH: usize = 3;

/// Bytes of a run that are decoded at once; a longer one is decoded as several. A multiple of 3 and of 4, so that no
/// triplet and no group of base64 is cut.
const RUN_BYTES: usize = 12 << 16;

/// How a run is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    /// RFC 4648, section 4 or 5, with or without padding.
    Base64,
    Hex,
    /// RFC 3986, section 2.1.
    Percent,
}

impl Code {
    /// The text that `run` stands for, when it is one.
    fn decode(self, run: &[u8]) -> Option<String> {
        if run.len() < self.shortest() {
            return None;
        }
        let bytes = match self {
            Self::Base64 if !is_begun(run) => return None,
            Self::Base64 => base64(run)?,
            Self::Hex if run.len().is_multiple_of(2) => run.chunks_exact(2).map(pair).collect::<Option<_>>()?,
            Self::Hex => return None,
            Self::Percent => run.chunks_exact(3).map(triplet).collect::<Option<_>>()?,
        };
        String::from_utf8(bytes).ok().filter(|text| is_shown(text))
    }

    /// The bytes of the run that the decoded `bytes` came from.
    const fn source(self, bytes: &Range<usize>) -> Range<usize> {
        match self {
            // Six bits a letter: a byte may share its first and its last letter with its neighbours.
            Self::Base64 => bytes.start.saturating_mul(8) / 6..bytes.end.saturating_mul(8).div_ceil(6),
            Self::Hex => bytes.start.saturating_mul(2)..bytes.end.saturating_mul(2),
            Self::Percent => bytes.start.saturating_mul(3)..bytes.end.saturating_mul(3),
        }
    }

    /// Nine bytes of base64, as long as a number with its separators left out; eight of hexadecimal digits.
    const fn shortest(self) -> usize {
        match self {
            Self::Base64 => SHORTEST,
            Self::Hex => 16,
            Self::Percent => 3,
        }
    }
}

/// Fewer letters are no base64, nor hexadecimal digits.
const SHORTEST: usize = 12;

/// The text that is being written, and how far the original was taken over.
#[derive(Default)]
struct Decoded {
    text: String,
    map: OffsetMap,
    copied: usize,
    /// The last run ended here.
    last: Option<usize>,
}

impl Decoded {
    fn push_run(&mut self, text: &str, run: Range<usize>) {
        let bytes = text.as_bytes();
        let mut start = run.start;
        for chunk in bytes.get(run.clone()).unwrap_or_default().chunks(RUN_BYTES) {
            let end = start.saturating_add(chunk.len());
            if !self.try_codes(text, start..end) {
                self.push_words(text, start..end);
            }
            start = end;
        }
    }

    /// The runs of letters in a piece without percent signs.
    fn push_letters(&mut self, text: &str, piece: Range<usize>) {
        let bytes = text.as_bytes().get(..piece.end).unwrap_or_default();
        let mut at = piece.start;
        while let Some(run) = long_run(bytes, at) {
            at = run.end;
            self.push_run(text, run);
        }
    }

    /// The letters and digits of a run that is no code as a whole: a path, a word before a hyphen.
    fn push_words(&mut self, text: &str, run: Range<usize>) {
        let mut start = run.start;
        let words = text.as_bytes().get(run).unwrap_or_default();
        for word in words.split_inclusive(|byte| !byte.is_ascii_alphanumeric()) {
            let length = word.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            self.try_codes(text, start..start.saturating_add(length));
            start = start.saturating_add(word.len());
        }
    }

    fn try_codes(&mut self, text: &str, run: Range<usize>) -> bool {
        let bytes = text.as_bytes().get(run.clone()).unwrap_or_default();
        let codes: &[Code] = match bytes.first() {
            Some(b'%') => &[Code::Percent],
            _ => &[Code::Hex, Code::Base64],
        };
        let found = codes.iter().find_map(|code| Some((*code, code.decode(bytes)?)));
        let Some((code, plain)) = found else { return false };
        self.push(text, &run, code, &plain);
        true
    }

    fn push(&mut self, text: &str, run: &Range<usize>, code: Code, plain: &str) {
        let gap = text.get(self.copied..run.start).unwrap_or_default();
        // Base64 is written in lines: between two of them nothing stands.
        let is_broken_line = self.last.is_some() && gap.trim_start_matches('=') == "\n";
        if !is_broken_line {
            self.text.push_str(gap);
            self.map.copy(self.copied..run.start);
        }
        self.text.push_str(plain);
        for (at, character) in plain.char_indices() {
            let source = code.source(&(at..at.saturating_add(character.len_utf8())));
            let start = run.start.saturating_add(source.start);
            let end = run.start.saturating_add(source.end).min(run.end);
            self.map.replace(character.len_utf8(), start..end);
        }
        self.copied = run.end;
        self.last = Some(run.end);
    }

    fn finish(mut self, text: &str) -> Option<(String, OffsetMap)> {
        self.last?;
        self.text.push_str(text.get(self.copied..).unwrap_or_default());
        self.map.copy(self.copied..text.len());
        self.text.shrink_to_fit();
        Some((self.text, self.map.fitted()))
    }
}

/// Bytes of percent triplets at the start of `rest`.
fn triplets(rest: &[u8]) -> usize {
    let whole = rest.chunks_exact(3).take_while(|piece| triplet(piece).is_some());
    whole.count().saturating_mul(3)
}

fn triplet(piece: &[u8]) -> Option<u8> {
    piece.strip_prefix(b"%").and_then(pair)
}

fn pair(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    let value = char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?;
    u8::try_from(value).ok()
}

/// Bytes of the base64 alphabets at the start of `rest`.
fn letters(rest: &[u8]) -> usize {
    rest.iter().take_while(|byte| is_letter(**byte)).count()
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// The bytes of unpadded base64 in either alphabet; bits that are left over are dropped.
fn base64(run: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(run.len());
    let (mut bits, mut count) = (0_u32, 0_u32);
    for &letter in run {
        bits = (bits << 6 | sextet(letter)?) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    // A single letter is left over in no encoding.
    (count < 6).then_some(bytes)
}

/// Whether the first letters of base64 stand for what a text may begin with: those of most words do not.
fn is_begun(run: &[u8]) -> bool {
    let begins = || {
        let (first, second) = (sextet(*run.first()?)?, sextet(*run.get(1)?)?);
        u8::try_from(first << 2 | second >> 4).ok()
    };
    // A control character, or a byte that no character of UTF-8 begins with.
    begins().is_some_and(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0xc2..=0xf4))
}

fn sextet(letter: u8) -> Option<u32> {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(value.into())
}

/// Whether people could have written it.
fn is_shown(text: &str) -> bool {
    let hidden = |character: char| character.is_control() && !matches!(character, '\t' | '\n' | '\r');
    !text.is_empty() && !text.contains(hidden)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::Span;

    fn plain(text: &str) -> Option<String> {
        decode(text).map(|(plain, _)| plain)
    }

    #[test]
    fn each_code_is_read_where_it_stands() {
        for (text, expected) in [
            ("ssn=%35%33%36-90-4399", "ssn=536-90-4399"),
            ("SSN: NTM2LTkwLTQzOTk= ok", "SSN: 536-90-4399= ok"),
            ("number-NTM2LTkwLTQzOTk", "number-536-90-4399"),
            ("id 3533362d39302d34333939.", "id 536-90-4399."),
            ("%C3%A9t%C3%A9", "\u{e9}t\u{e9}"),
            (
                "SGVyIHNvY2lhbCBz\nZWN1cml0eSBudW1i\nZXI=",
                "Her social security numb\nZXI=",
            ),
        ] {
            assert_eq!(plain(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_gives_no_text_stays() {
        for text in [
            "internationalization of responsibilities",
            "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            "100% of 5%, %zz %0",
            "/usr/share/doc/packages/readme",
            "MRN 38857281 and card 4111111111111111",
            "%00%01",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn a_run_longer_than_the_limit_is_read_whole() {
        let text = "%41".repeat(RUN_BYTES);
        assert_eq!(plain(&text).unwrap().len(), RUN_BYTES);
    }

    #[test]
    fn what_was_found_inside_leads_back_to_its_run() {
        let (text, map) = decode("x NTM2LTkwLTQzOTk y").unwrap();
        assert_eq!(text, "x 536-90-4399 y");
        assert_eq!(map.original(2..13), Span::new(2, 17));
        assert_eq!(map.original(13..15), Span::new(17, 19));
    }

    fn encoded(code: Code, plain: &str) -> String {
        match code {
            Code::Hex => plain.bytes().flat_map(hex).collect(),
            Code::Percent => plain.bytes().flat_map(|byte| [vec!['%'], hex(byte)].concat()).collect(),
            Code::Base64 => plain.as_bytes().chunks(3).flat_map(group).collect(),
        }
    }

    fn hex(byte: u8) -> Vec<char> {
        let digit = |value: u8| char::from_digit(value.into(), 16).unwrap();
        vec![digit(byte >> 4), digit(byte & 15)]
    }

    /// The letters of up to three bytes, without padding.
    fn group(bytes: &[u8]) -> Vec<char> {
        let bits = bytes.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - bytes.len()));
        let letter = |index: usize| {
            let value = bits >> (18 - 6 * index) & 63;
            (b'+'..=b'z').find(|byte| sextet(*byte) == Some(value)).map(char::from)
        };
        (0..=bytes.len()).filter_map(letter).collect()
    }

    /// The text decoded with every letter looked at.
    fn decoded_letter_by_letter(text: &str) -> Option<String> {
        let (mut decoded, mut at) = (Decoded::default(), 0);
        while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
            let length = if rest[0] == b'%' { triplets(rest) } else { letters(rest) };
            let run = at..at + length.max(1);
            at = run.end;
            if length >= SHORTEST || rest[0] == b'%' {
                decoded.push_run(text, run);
            }
        }
        decoded.finish(text).map(|(plain, _)| plain)
    }

    proptest! {
        #[test]
        fn no_run_is_passed_over(
            pieces in prop::collection::vec("[A-Za-z0-9+/_-]{1,14}|%|%[0-9A-F]{2}|[ =é\n]|aGVyIHNzbiBpcyA1MzY|3533362d39302d34", 0..9),
        ) {
            let text = pieces.concat();
            prop_assert_eq!(plain(&text), decoded_letter_by_letter(&text), "{}", text);
        }
    }

    proptest! {
        #[test]
        fn what_does_not_begin_as_a_text_is_none(run in "[A-Za-z0-9+/_-]{12,40}") {
            let text = base64(run.as_bytes()).and_then(|bytes| String::from_utf8(bytes).ok()).filter(|text| is_shown(text));
            prop_assert!(is_begun(run.as_bytes()) || text.is_none());
        }

        #[test]
        fn a_value_in_a_run_maps_to_just_its_part_of_the_run(
            before in "[ -$&-~]{0,9} ", value in "[a-z0-9é€-]{9,30}", code in 0_usize..3, from in 0_usize..9, len in 1_usize..9,
        ) {
            let code = [Code::Base64, Code::Hex, Code::Percent][code];
            let run = encoded(code, &value);
            let text = format!("{before}{run} after");
            let (plain, map) = decode(&text).unwrap();
            prop_assert!(plain.len() <= text.len());
            let start = plain.len() - " after".len() - value.len();
            prop_assert_eq!(plain.get(start..start + value.len()), Some(value.as_str()));
            let whole = map.original(start..start + value.len());
            prop_assert_eq!(text.get(whole.start..whole.end), Some(run.as_str()));
            let (from, to) = (from, (from + len).min(value.len()));
            if value.is_char_boundary(from) && value.is_char_boundary(to) {
                let part = map.original(start + from..start + to);
                let piece = text.get(part.start..part.end).unwrap();
                let source = code.source(&(from..to));
                prop_assert_eq!(Some(piece), run.get(source.start..source.end.min(run.len())));
            }
        }
    }
}
