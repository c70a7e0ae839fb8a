//! Writes text and its offset map side by side.

use std::ops::Range;

use super::entity;
use crate::text::OffsetMap;

pub(super) struct Writer<'a> {
    source: &'a str,
    text: String,
    map: OffsetMap,
}

impl<'a> Writer<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            // No text is longer than its source, and one that grows leaves its shorter selves behind in memory.
            text: String::with_capacity(source.len()),
            map: OffsetMap::new(),
        }
    }

    /// The same for a text that is likely to be short beside its source.
    pub(super) fn of_little(source: &'a str) -> Self {
        Self {
            source,
            text: String::new(),
            map: OffsetMap::new(),
        }
    }

    /// Writes a piece of the source: references decoded, and blanks collapsed unless they are `kept`.
    pub(super) fn text(&mut self, range: Range<usize>, kept: bool) {
        let mut at = range.start;
        let end = range.end;
        while let Some(rest) = self.source.get(at..end).filter(|rest| !rest.is_empty()) {
            let plain = rest
                .bytes()
                .take_while(|&byte| byte != b'&' && (kept || !byte.is_ascii_whitespace()))
                .count();
            self.copy(at..at + plain);
            at += plain;
            let Some(rest) = self.source.get(at..end) else { return };
            match rest.as_bytes().first() {
                Some(b'&') => at += self.reference(rest, at),
                Some(_) => at += self.blanks(rest, at),
                None => {}
            }
        }
    }

    /// Writes the break that a tag makes: the tab of a cell always, a line end unless one stands there already. Where the
    /// tag parts paragraphs, a second one leaves a blank line.
    pub(super) fn line_end(&mut self, character: char, parts: bool, tag: &Range<usize>) {
        let most = if parts { "\n\n" } else { "\n" };
        if character == '\n' && (self.text.ends_with(most) || self.text.is_empty()) {
            return;
        }
        self.text.push(character);
        self.map.replace(character.len_utf8(), tag.clone());
    }

    /// Whether the text so far ends inside of a number.
    pub(super) fn ends_in_number(&self) -> bool {
        self.text.chars().next_back().is_some_and(is_of_number)
    }

    pub(super) fn finish(mut self) -> (String, OffsetMap) {
        self.text.shrink_to_fit();
        (self.text, self.map)
    }

    fn copy(&mut self, range: Range<usize>) {
        if let Some(piece) = self.source.get(range.clone()).filter(|piece| !piece.is_empty()) {
            self.text.push_str(piece);
            self.map.copy(range);
        }
    }

    fn reference(&mut self, rest: &str, at: usize) -> usize {
        let Some((reference, length)) = entity::read(rest) else {
            self.copy(at..at + 1);
            return 1;
        };
        let before = self.text.len();
        self.text.extend(reference.characters());
        self.map.replace(self.text.len() - before, at..at + length);
        length
    }

    fn blanks(&mut self, rest: &str, at: usize) -> usize {
        let length = rest.bytes().take_while(u8::is_ascii_whitespace).count();
        if !self.text.ends_with([' ', '\n', '\t']) && !self.text.is_empty() {
            self.text.push(' ');
            if length == 1 {
                self.map.copy(at..at + 1); // one for one, so that the words of a line are one run of the map
            } else {
                self.map.replace(1, at..at + length);
            }
        }
        length
    }
}

/// Whether a character may stand in the middle of a number.
pub(super) fn is_of_number(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '-' | '–' | '‑')
}
