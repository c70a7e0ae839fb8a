//! A long text in stretches, so that its tokens and candidates are never all held at once.

use std::cell::RefCell;
use std::ops::Range;

use super::super::language::{self, Language, Paragraph};
use super::super::token::{Token, Tokens};

/// A stretch of a text, and the tokens of it and around it. A lane begins at what starts in the stretch, looks beyond it
/// both ways, and says where it goes on in the next.
pub(in super::super) struct Window<'a> {
    /// The whole text.
    pub(in super::super) text: &'a str,
    pub(in super::super) tokens: &'a [Token],
    /// Where the stretch begins, in bytes of the text.
    pub(in super::super) start: usize,
    pub(in super::super) end: usize,
    /// The paragraph whose language was asked for last.
    paragraph: RefCell<Paragraph>,
}

impl<'a> Window<'a> {
    /// The window that is all of `text`.
    #[cfg(any(test, feature = "_testing"))]
    pub(in super::super) fn whole(text: &'a str, tokens: &'a [Token]) -> Self {
        Self {
            text,
            tokens,
            start: 0,
            end: text.len(),
            paragraph: RefCell::default(),
        }
    }

    /// The language of the paragraph at `place`; `None` where its words do not show it.
    pub(super) fn language_at(&self, place: usize) -> Option<Language> {
        language::at(self.text, place, &mut self.paragraph.borrow_mut())
    }

    /// The index of the first token at or behind `place` that starts in the stretch.
    pub(super) fn index(&self, place: usize) -> usize {
        let place = place.max(self.start);
        self.tokens.partition_point(|token| token.start < place)
    }

    /// The tokens from `index` on; `None` where the one at `index` starts behind the stretch.
    pub(super) fn rest(&self, index: usize) -> Option<&'a [Token]> {
        let rest = self.tokens.get(index..)?;
        (rest.first()?.start < self.end).then_some(rest)
    }

    /// Where the token at `index` starts: what lies before it is done.
    pub(super) fn place(&self, index: usize) -> usize {
        self.tokens.get(index).map_or(self.text.len(), |token| token.start)
    }
}

/// The stretches of a text, one after the other.
pub(in super::super) struct Stretch<'a> {
    text: &'a str,
    stream: Tokens<'a>,
    tokens: Vec<Token>,
    range: Range<usize>,
    /// The paragraph whose language was asked for last.
    paragraph: Paragraph,
}

impl<'a> Stretch<'a> {
    /// Before the first stretch of `text`; its tokens are written to `room`.
    pub(in super::super) fn before(text: &'a str, mut room: Vec<Token>) -> Self {
        room.clear();
        Self {
            text,
            stream: Tokens::of(text),
            tokens: room,
            range: 0..0,
            paragraph: Paragraph::default(),
        }
    }

    /// Before the stretch of `text` that starts at `start`; `None` where too few words stand before it.
    pub(in super::super) fn at(text: &'a str, start: usize) -> Option<Self> {
        let place = back(text, start, 0, BEHIND)?;
        Some(Self {
            text,
            stream: Tokens::from(text, place),
            tokens: Vec::new(),
            range: start..start,
            paragraph: Paragraph::default(),
        })
    }

    /// The room that its tokens were written to.
    pub(in super::super) fn into_room(self) -> Vec<Token> {
        self.tokens
    }

    /// Goes on to the next stretch, up to `end`, whose new tokens `correct` may change; `false` behind the last.
    pub(in super::super) fn advance(&mut self, end: usize, correct: impl FnOnce(&mut [Token], &mut Paragraph)) -> bool {
        if self.range.end >= self.text.len() {
            return false;
        }
        let done = self.tokens.partition_point(|token| token.start < self.range.end);
        self.tokens.drain(..done.saturating_sub(BEHIND));
        let end = end.min(self.text.len());
        self.range = self.range.end..end;
        let known = self.tokens.len();
        // A word and its gap take about six bytes, and seldom less than five.
        self.tokens.reserve(self.range.len().min(STRETCH_BYTES) / 5);
        self.read(end);
        if let Some(new) = self.tokens.get_mut(known..) {
            correct(new, &mut self.paragraph);
        }
        true
    }

    /// Reads tokens until enough of them start at or behind `end`.
    fn read(&mut self, end: usize) {
        let mut ahead = self.tokens.iter().filter(|token| token.start >= end).count();
        while ahead < AHEAD {
            let Some(token) = self.stream.next() else { return };
            ahead = ahead.saturating_add(usize::from(token.start >= end));
            self.tokens.push(token);
        }
    }

    pub(in super::super) fn window(&self) -> Window<'_> {
        Window {
            text: self.text,
            tokens: &self.tokens,
            start: self.range.start,
            end: self.range.end,
            paragraph: RefCell::new(self.paragraph.clone()),
        }
    }

    /// Where it ends.
    pub(in super::super) const fn end(&self) -> usize {
        self.range.end
    }

    /// How many bytes it has.
    pub(in super::super) fn len(&self) -> usize {
        self.range.len()
    }

    /// No candidate of a later stretch starts before this place.
    pub(in super::super) fn settled(&self) -> usize {
        if self.range.end >= self.text.len() {
            return self.text.len();
        }
        let done = self.tokens.partition_point(|token| token.start < self.range.end);
        let near = self.range.end.saturating_sub(NEAR_BYTES);
        let token = self
            .tokens
            .get(done.saturating_sub(NEAR))
            .map_or(0, |token| token.start);
        token.min(near)
    }
}

/// The place before `at` between two words from which so many `bytes` and `words` stand before it, or the start of the text;
/// `None` where it is too far.
pub(in super::super) fn back(text: &str, at: usize, bytes: usize, words: usize) -> Option<usize> {
    let front = text.as_bytes().get(..at)?;
    let mut counted = 0_usize;
    for (index, byte) in front.iter().enumerate().rev() {
        let passed = at.saturating_sub(index).saturating_sub(1);
        let is_blank = byte.is_ascii_whitespace();
        if is_blank && passed >= bytes && counted >= words {
            return Some(index.saturating_add(1));
        }
        if passed >= FARTHEST.max(bytes) {
            return None;
        }
        let ends = is_blank
            && index
                .checked_sub(1)
                .and_then(|last| front.get(last))
                .is_some_and(u8::is_ascii_alphanumeric);
        counted = counted.saturating_add(usize::from(ends));
    }
    Some(0)
}

/// In bytes: a word is so near, or it is not looked for.
const FARTHEST: usize = 1 << 13;
/// A stretch takes half a megabyte of tokens, and what is read around it is little beside it.
pub(in super::super) const STRETCH_BYTES: usize = 1 << 16;
/// Tokens that are kept of the stretch before; a lane looks back at fewer than ten.
const BEHIND: usize = 128;
/// Tokens that are read of the next stretch: no phrase has so many, and no label reaches so far.
const AHEAD: usize = 256;
/// What a lane finds begins at most so many tokens before where the lane is: a number of six groups before its label.
const NEAR: usize = 64;
/// The same in bytes: the longest local part of a mail address (RFC 5321, section 4.5.3.1) and its neighbours.
const NEAR_BYTES: usize = 256;
