//! The words that others are corrected to.

use std::borrow::Cow;

use super::super::plan::{Numbers, Reader, Writer};
use super::super::token::{FNV_OFFSET, mix};
use super::{TWO_EDITS, TWO_EDITS_AND_FIRST, letters, most_edits, starts_alike};

/// Words of small ASCII letters, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    /// Which letters each has, and which of them twice.
    letters: Numbers<u64>,
    /// Where each ends in the text, above a bit that says whether it is a term by itself.
    ends: Numbers<u32>,
    text: Cow<'static, [u8]>,
}

/// A word of the vocabulary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'v> {
    /// Which letters it has, and which of them twice.
    pub(super) letters: u64,
    /// A term by itself, not only a part of phrases or labels.
    pub(super) alone: bool,
    pub(super) text: &'v [u8],
}

impl Vocabulary {
    /// These words, which are in order, each with whether it is a term by itself.
    pub(super) fn of(words: &[(Box<str>, bool)]) -> Self {
        let mut end: u32 = 0;
        let ends = words.iter().map(|(word, alone)| {
            end = end.saturating_add(u32::try_from(word.len()).unwrap_or(u32::MAX));
            end << 1 | u32::from(*alone)
        });
        Self {
            ends: ends.collect(),
            letters: words.iter().map(|(word, _)| letters(word.as_bytes())).collect(),
            text: words.iter().flat_map(|(word, _)| word.bytes()).collect(),
        }
    }

    pub(super) fn word(&self, index: usize) -> Option<Word<'_>> {
        let end = self.ends.at(index)?;
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.at(before))?;
        let place = |end: u32| usize::try_from(end >> 1).ok();
        Some(Word {
            letters: self.letters.at(index)?,
            alone: end & 1 == 1,
            text: self.text.get(place(start)?..place(end)?)?,
        })
    }

    #[cfg(any(test, feature = "_testing"))]
    pub(super) fn words(&self) -> impl Iterator<Item = Word<'_>> {
        (0..).map_while(|index| self.word(index))
    }

    pub(super) fn write(&self, image: &mut Writer) {
        self.letters.write(image);
        self.ends.write(image);
        image.section(&self.text);
    }

    pub(super) fn read(image: &mut Reader) -> Option<Self> {
        Some(Self {
            letters: Numbers::read(image)?,
            ends: Numbers::read(image)?,
            text: image.section()?,
        })
    }

    /// The memory it holds, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.letters
            .memory()
            .saturating_add(self.ends.memory())
            .saturating_add(self.text.len())
    }
}

impl Word<'_> {
    /// Its hash, as its token has it.
    pub(super) fn hash(self) -> u64 {
        let letters = self.text.iter().map(|letter| char::from(*letter));
        letters.fold(FNV_OFFSET, mix)
    }

    /// Whether a misspelling may have a wrong first letter: long terms have few neighbours.
    const fn is_known_without_first(self) -> bool {
        self.alone && self.text.len() >= TWO_EDITS
    }

    /// The edits that a misspelling may be away at most.
    const fn most_edits(self) -> usize {
        most_edits(self.text.len())
    }

    /// The edits that `word` may be away; none when it starts as no misspelling does: 94 of 100 keep the first letter,
    /// or swap it with the second. A long term may also have one of them second.
    pub(super) fn edits(self, word: &[u8]) -> usize {
        let text = self.text;
        if starts_alike(word, text) {
            return self.most_edits();
        }
        let shares = || {
            word.iter()
                .take(2)
                .any(|letter| text.iter().take(2).any(|other| other == letter))
        };
        match text.len() {
            _ if !self.is_known_without_first() || !shares() => 0,
            TWO_EDITS_AND_FIRST.. => self.most_edits(),
            _ => 1,
        }
    }
}
