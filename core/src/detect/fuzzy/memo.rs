//! What the words of a scan were found to be meant to be.

use super::LONGEST;

/// Words that were asked for last, and the hashes of those that they are meant to be. A text that repeats a few words
/// asks once for each; one that repeats none asks as if there were no memo.
#[derive(Debug, Default)]
pub(in super::super) struct Memo {
    /// None until a word is asked for.
    asked: Vec<Asked>,
    /// The text that is looked through, by its number: what was asked for in another counts for nothing.
    turn: u32,
}

#[derive(Clone, Debug)]
struct Asked {
    turn: u32,
    /// In small letters, filled up with zeros.
    word: [u8; LONGEST],
    meant: Option<u64>,
}

impl Memo {
    /// Forgets every word: what a text takes does not depend on what was looked through before it.
    pub(in super::super) fn forget(&mut self) {
        self.turn = self.turn.wrapping_add(1);
        if self.turn == 0 {
            self.asked.clear();
        }
    }

    /// What `word` of this `hash` is meant to be, as `ask` says of it in small letters.
    pub(super) fn meant(&mut self, word: &str, hash: u64, ask: impl FnOnce(&[u8]) -> Option<u64>) -> Option<u64> {
        let mut lower = [0; LONGEST];
        for (lower, letter) in lower.iter_mut().zip(word.bytes()) {
            *lower = letter.to_ascii_lowercase();
        }
        if self.asked.is_empty() {
            self.asked.resize(
                WORDS,
                Asked {
                    turn: self.turn,
                    word: [0; LONGEST],
                    meant: None,
                },
            );
        }
        let turn = self.turn;
        let place = usize::try_from(hash % WORDS_AS_HASH).unwrap_or_default();
        let asked = self.asked.get_mut(place)?;
        if asked.turn != turn || asked.word != lower {
            *asked = Asked {
                turn,
                word: lower,
                meant: ask(lower.get(..word.len()).unwrap_or_default()),
            };
        }
        asked.meant
    }
}

/// A page of mail has some dozen words that nobody knows.
const WORDS: usize = 256;
const WORDS_AS_HASH: u64 = 256;
