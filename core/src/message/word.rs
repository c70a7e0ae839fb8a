//! Encoded words in headers (RFC 2047) and raw 8-bit headers (RFC 6532).

use std::borrow::Cow;

use super::AnomalyKind;
use super::charset;
use super::transfer;

/// Decodes the unfolded text of a header: encoded words, then UTF-8, then windows-1252.
pub(super) fn decode(value: &[u8], odd: &mut Vec<AnomalyKind>) -> String {
    let mut text = String::with_capacity(value.len());
    let mut pending = Pending::default();
    let mut rest = value;
    while let Some(at) = mark(rest) {
        let (before, from) = rest.split_at(at);
        let Some((word, tail)) = Word::read(from) else {
            let (mark, tail) = from.split_at(2);
            pending.flush(&mut text, odd);
            push_raw(&[before, mark].concat(), &mut text, odd);
            odd.extend(looks_encoded(tail).then_some(AnomalyKind::EncodedWordMalformed));
            rest = tail;
            continue;
        };
        let joined = pending.is_open() && before.iter().all(u8::is_ascii_whitespace);
        if !joined {
            pending.flush(&mut text, odd);
            push_raw(before, &mut text, odd);
        }
        pending.push(&word, &mut text, odd);
        rest = tail;
    }
    pending.flush(&mut text, odd);
    push_raw(rest, &mut text, odd);
    text
}

/// An unfolded value as text where nothing in it has to be decoded, as in nearly every field.
pub(super) fn plain(line: &[u8]) -> Option<&str> {
    mark(line).map_or_else(|| std::str::from_utf8(line).ok(), |_| None)
}

/// Where a word may begin.
fn mark(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'=', bytes).find(|at| bytes.get(at + 1) == Some(&b'?'))
}

/// A value as it is written; what is not plain ASCII in encoded words, with a bare line feed and a blank between them.
pub(crate) fn encoded_words(value: &str) -> String {
    let is_plain = value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !value.contains("=?");
    if is_plain && value.len() <= LONGEST_VALUE {
        return value.to_owned();
    }
    let mut words: Vec<String> = vec![String::new()];
    for character in value.chars() {
        match words.last_mut() {
            Some(word) if word.len().saturating_add(character.len_utf8()) <= WORD_BYTES => word.push(character),
            _ => words.push(character.into()),
        }
    }
    let words: Vec<String> = words
        .iter()
        .map(|word| {
            format!(
                "=?utf-8?B?{}?=",
                base64_simd::STANDARD.encode_to_string(word.as_bytes())
            )
        })
        .collect();
    words.join("\n ")
}

/// A raw value in one line, with encoded words and UTF-8 decoded.
pub(crate) fn decoded_value(value: &[u8]) -> String {
    decode(&unfold(value), &mut Vec::new())
}

/// Takes away the blanks around a value and the line ends of folding, and keeps the blanks behind those.
pub(crate) fn unfold(value: &[u8]) -> Cow<'_, [u8]> {
    let value = value.trim_ascii();
    if memchr::memchr2(b'\r', b'\n', value).is_none() {
        return Cow::Borrowed(value);
    }
    let (mut line, mut from) = (Vec::with_capacity(value.len()), 0);
    for end in memchr::memchr2_iter(b'\r', b'\n', value) {
        line.extend_from_slice(value.get(from..end).unwrap_or_default());
        from = end + 1;
    }
    line.extend_from_slice(value.get(from..).unwrap_or_default());
    Cow::Owned(line)
}

/// One `=?charset?encoding?text?=`.
struct Word<'a> {
    charset: &'a [u8],
    base64: bool,
    text: &'a [u8],
}

impl<'a> Word<'a> {
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let rest = bytes.strip_prefix(b"=?")?;
        let (charset, rest) = until_mark(rest, CHARSET_BYTES)?;
        let (encoding, rest) = until_mark(rest, 1)?;
        let base64 = match encoding {
            [b'B' | b'b'] => true,
            [b'Q' | b'q'] => false,
            _ => return None,
        };
        let window = rest.get(..TEXT_BYTES.min(rest.len()))?;
        let end = memchr::memmem::find(window, b"?=")?;
        let language = charset.iter().position(|&byte| byte == b'*').unwrap_or(charset.len());
        let word = Self {
            charset: charset.get(..language)?,
            base64,
            text: rest.get(..end)?,
        };
        Some((word, rest.get(end + 2..)?))
    }
}

/// Splits at the next `?`, which must come within `limit` bytes.
fn until_mark(bytes: &[u8], limit: usize) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'?', bytes.get(..bytes.len().min(limit + 1))?)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

/// Bytes of adjacent words of one charset: a character may be split between two words.
#[derive(Default)]
struct Pending {
    charset: Option<String>,
    bytes: Vec<u8>,
}

impl Pending {
    const fn is_open(&self) -> bool {
        self.charset.is_some()
    }

    fn push(&mut self, word: &Word<'_>, text: &mut String, odd: &mut Vec<AnomalyKind>) {
        let charset = String::from_utf8_lossy(word.charset).into_owned();
        if self
            .charset
            .as_ref()
            .is_some_and(|open| !open.eq_ignore_ascii_case(&charset))
        {
            self.flush(text, odd);
        }
        self.charset = Some(charset);
        self.bytes.extend(decoded(word));
    }

    fn flush(&mut self, text: &mut String, odd: &mut Vec<AnomalyKind>) {
        let Some(charset) = self.charset.take() else { return };
        let decoded = charset::decode(&self.bytes, Some(&charset));
        self.bytes.clear();
        text.push_str(&decoded.text);
        odd.extend(decoded.odd);
    }
}

fn decoded(word: &Word<'_>) -> Vec<u8> {
    if word.base64 {
        return transfer::base64(word.text).0;
    }
    let spaced: Vec<u8> = word
        .text
        .iter()
        .map(|&byte| if byte == b'_' { b' ' } else { byte })
        .collect();
    transfer::quoted_printable(&spaced).0
}

fn push_raw(bytes: &[u8], text: &mut String, odd: &mut Vec<AnomalyKind>) {
    if let (true, Ok(plain)) = (bytes.is_ascii(), std::str::from_utf8(bytes)) {
        text.push_str(plain);
        return;
    }
    let decoded = charset::decode(bytes, Some("us-ascii"));
    text.push_str(&decoded.text);
    odd.extend(decoded.odd.map(|_| AnomalyKind::HeaderUndeclared));
}

/// Whether what follows `=?` was meant to be a word.
fn looks_encoded(bytes: &[u8]) -> bool {
    until_mark(bytes, CHARSET_BYTES).is_some_and(|(_, rest)| until_mark(rest, 1).is_some())
}

/// What fits on one line behind any name that is written here (RFC 5322, section 2.1.1).
const LONGEST_VALUE: usize = 978;
/// Bytes of an encoded word, which is then at most 75 characters long (section 2).
const WORD_BYTES: usize = 45;
/// The longest charset name of the IANA registry has 45 bytes.
const CHARSET_BYTES: usize = 80;
/// The standard allows 75; mailers that do not split write whole subjects. The bound keeps the search linear.
const TEXT_BYTES: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_decoded_as_mail_programs_show_them() {
        const ROWS: &[(&[u8], &str)] = &[
            (b"plain", "plain"),
            (b"=?utf-8?Q?caf=C3=A9?= au lait", "café au lait"),
            (b"=?ISO-8859-1?Q?a?= b", "a b"),
            (b"=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"),
            (b"=?ISO-8859-1?Q?a_b?=", "a b"),
            (b"=?utf-8?B?w6k=?=", "é"),
            (b"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"),
            (b"=?utf-8*en?Q?hi?=", "hi"),
            (b"x=?utf-8?Q?hi?=y", "xhiy"),
            (b"=?utf-8?X?hi?=", "=?utf-8?X?hi?="),
            (b"=? what", "=? what"),
            ("naïve".as_bytes(), "naïve"),
            (b"na\xefve", "naïve"),
        ];
        for (value, text) in ROWS {
            assert_eq!(decode(value, &mut Vec::new()), *text);
        }
    }

    #[test]
    fn a_broken_word_is_named() {
        let mut odd = Vec::new();
        decode(b"=?utf-8?X?hi?=", &mut odd);
        assert_eq!(odd, [AnomalyKind::EncodedWordMalformed]);
    }

    #[test]
    fn a_header_full_of_open_words_costs_linear_time() {
        let hostile = b"=?a?q?x ".repeat(100_000);
        assert_eq!(decode(&hostile, &mut Vec::new()).len(), hostile.len());
    }

    #[test]
    fn a_field_of_other_letters_is_an_encoded_word() {
        assert_eq!(encoded_words("plain"), "plain");
        assert_eq!(encoded_words("é"), "=?utf-8?B?w6k=?=");
        assert_eq!(
            encoded_words("=?utf-8?B?w6k=?="),
            "=?utf-8?B?PT91dGYtOD9CP3c2az0/PQ==?="
        );
        assert!(encoded_words(&"é".repeat(300)).lines().all(|line| line.len() <= 76));
    }
}
