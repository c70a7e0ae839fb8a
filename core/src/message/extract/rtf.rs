//! RTF (Microsoft RTF 1.9): its text, its fields and what is embedded in hexadecimal.

use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState};

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let document = Document::read(content);
    let behind = document.end.and_then(|end| content.get(end..)).unwrap_or_default();
    reader.drawn(document.text, "text", origin);
    reader.drawn(document.hidden, ":hidden", origin);
    let state = if behind.trim_ascii_start().starts_with(b"{\\rtf") {
        // Another document, whose text is among the text already.
        reader.note(AnomalyKind::StrayContent, origin.path);
        PartState::Inspected
    } else {
        reader.stray(behind, origin)
    };
    if document.embeds {
        return reader.blind(AnomalyKind::UnknownContent, origin);
    }
    state
}

/// The text of RTF source, for what carries RTF inside.
pub(super) fn text(content: &[u8]) -> String {
    Document::read(content).text
}

#[derive(Default)]
struct Document {
    text: String,
    /// What stands in groups that hold no text for older readers, but for the numbers that pictures are written in.
    hidden: String,
    /// Where the outermost group ends.
    end: Option<usize>,
    /// Whether an object is embedded, which is not read.
    embeds: bool,
    /// How many groups are open, and at which depth a group began that holds no text.
    depth: usize,
    silent_from: Option<usize>,
    /// How many characters follow `\u` for readers without Unicode.
    fallback: usize,
    skip: usize,
}

impl Document {
    fn read(content: &[u8]) -> Self {
        let mut document = Self {
            fallback: 1,
            ..Self::default()
        };
        let mut rest = content;
        while let Some((&byte, tail)) = rest.split_first() {
            rest = match byte {
                b'{' => document.open(tail),
                b'}' => document.close(tail),
                b'\\' => document.control(tail),
                b'\r' | b'\n' => tail,
                _ => {
                    document.byte(byte);
                    tail
                }
            };
            if byte == b'}' && document.depth == 0 && document.text_began(content, rest) {
                document.end.get_or_insert(content.len() - rest.len());
            }
        }
        document.hidden = without_numbers(&document.hidden);
        document
    }

    /// Whether a group was opened before this place: braces that close nothing end nothing.
    fn text_began(&self, content: &[u8], rest: &[u8]) -> bool {
        let read = content.get(..content.len() - rest.len()).unwrap_or_default();
        self.end.is_none() && memchr::memchr(b'{', read).is_some()
    }

    fn open<'a>(&mut self, tail: &'a [u8]) -> &'a [u8] {
        self.depth += 1;
        if tail.starts_with(b"\\*") && !tail.starts_with(b"\\*\\htmltag") {
            self.silence();
        }
        tail
    }

    fn close<'a>(&mut self, tail: &'a [u8]) -> &'a [u8] {
        if self.silent_from == Some(self.depth) {
            self.silent_from = None;
            self.hidden.push('\n');
        }
        self.depth = self.depth.saturating_sub(1);
        tail
    }

    fn silence(&mut self) {
        if self.silent_from.is_none() {
            self.silent_from = Some(self.depth);
        }
    }

    /// What follows a backslash.
    fn control<'a>(&mut self, tail: &'a [u8]) -> &'a [u8] {
        let letters = tail.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        if letters == 0 {
            return self.symbol(tail);
        }
        let (word, rest) = tail.split_at(letters);
        let digits = rest
            .iter()
            .enumerate()
            .take_while(|(at, byte)| byte.is_ascii_digit() || (*at == 0 && **byte == b'-'))
            .count();
        let (number, rest) = rest.split_at(digits);
        let number = std::str::from_utf8(number)
            .ok()
            .and_then(|number| number.parse::<i64>().ok());
        self.word(word, number);
        rest.strip_prefix(b" ").unwrap_or(rest)
    }

    fn symbol<'a>(&mut self, tail: &'a [u8]) -> &'a [u8] {
        match tail {
            [b'\'', high, low, rest @ ..] => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                let code = digit(high)
                    .zip(digit(low))
                    .and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
                self.byte(code.unwrap_or(b'?'));
                rest
            }
            [b'~', rest @ ..] => self.push(' ', rest),
            [b'_', rest @ ..] => self.push('-', rest),
            [symbol @ (b'\\' | b'{' | b'}'), rest @ ..] => self.push(char::from(*symbol), rest),
            [_, rest @ ..] => rest,
            [] => tail,
        }
    }

    fn push<'a>(&mut self, character: char, rest: &'a [u8]) -> &'a [u8] {
        if self.silent_from.is_none() {
            self.text.push(character);
        } else {
            self.hidden.push(character);
        }
        rest
    }

    fn word(&mut self, word: &[u8], number: Option<i64>) {
        match word {
            b"par" | b"line" | b"row" | b"sect" | b"page" => {
                self.push('\n', &[]);
            }
            b"tab" | b"cell" | b"nestcell" => {
                self.push('\t', &[]);
            }
            b"uc" => self.fallback = number.and_then(|number| usize::try_from(number).ok()).unwrap_or(1),
            b"u" => self.unicode(number.unwrap_or_default()),
            b"fonttbl" | b"colortbl" | b"stylesheet" | b"pict" | b"themedata" | b"listtable" | b"rsidtbl"
            | b"latentstyles" => self.silence(),
            b"objdata" => {
                self.embeds = true;
                self.silence();
            }
            _ => {}
        }
    }

    /// `\u8211?`: a 16-bit number that may be negative, and what older readers show instead.
    fn unicode(&mut self, number: i64) {
        let code = u32::try_from(number.rem_euclid(0x1_0000)).unwrap_or_default();
        self.push(char::from_u32(code).unwrap_or('\u{FFFD}'), &[]);
        self.skip = self.fallback.min(8);
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        let decoded = encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(&[byte])
            .0
            .chars()
            .next();
        self.push(decoded.unwrap_or('\u{FFFD}'), &[]);
    }
}

/// The text without long words of hexadecimal digits.
fn without_numbers(text: &str) -> String {
    let is_number = |word: &str| word.len() >= NUMBER_DIGITS && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split_inclusive(char::is_whitespace)
        .filter(|word| !is_number(word.trim_end()))
        .collect()
}

/// No word and no number of people is that long.
const NUMBER_DIGITS: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_drawn_out_of_its_groups() {
        const ROWS: &[(&str, &str)] = &[
            (
                r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 SSN 219-{\b 09}-9999\par b}",
                "SSN 219-09-9999\nb",
            ),
            (r"{\rtf1 caf\'e9 \u8211? x}", "café – x"),
            (r"{\rtf1 a{\*\generator Word;}b\~c\_d\\}", r"ab c-d\"),
            (r"{\rtf1 a\cell b\row}", "a\tb\n"),
            (r"{\rtf1 {\pict 89504e47}x", "x"),
            (r"}}}{\rtf1 x", "x"),
        ];
        for (source, expected) in ROWS {
            assert_eq!(text(source.as_bytes()), *expected, "{source}");
        }
    }

    #[test]
    fn what_older_readers_do_not_show_is_read_and_the_outermost_group_ends_the_document() {
        let document = Document::read(br"{\rtf1 a{\*\note SSN 219-09-9999}{\pict 0102030405060708090a0b0c0d0e0f}}more");
        assert_eq!(
            (document.text.as_str(), document.hidden.as_str()),
            ("amore", "SSN 219-09-9999\n")
        );
        assert_eq!(document.end, Some(72));
    }

    #[test]
    fn an_embedded_object_is_noticed() {
        assert!(Document::read(br"{\rtf1{\object{\*\objdata 0105}}x}").embeds);
    }
}
