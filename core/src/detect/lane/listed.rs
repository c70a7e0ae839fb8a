//! Lists of words that most words are told from at once.

use super::super::token::{FNV_OFFSET, Token};

/// Words, and where in a mask they are by their first letter and their length: no other word is one of them.
pub(super) struct Listed {
    words: &'static [&'static str],
    mask: u128,
}

impl Listed {
    pub(super) const fn of(words: &'static [&'static str]) -> Self {
        let (mut rest, mut mask) = (words, 0);
        while let Some((word, others)) = rest.split_first() {
            mask |= place(word);
            rest = others;
        }
        Self { words, mask }
    }

    /// Whether `word` is one of them, in whatever case: they are ASCII in lower case.
    pub(super) fn has(&self, word: &str) -> bool {
        if !word.is_ascii() {
            return self.words.contains(&word.to_lowercase().as_str());
        }
        self.may_have(word) && self.words.iter().any(|listed| listed.eq_ignore_ascii_case(word))
    }

    /// Whether `word` is one of them as it is written.
    pub(super) fn has_written(&self, word: &str) -> bool {
        // Most differ in their first letter: nothing else has to be called for them.
        let is_it = |listed: &&&str| listed.len() == word.len() && listed.as_bytes().first() == word.as_bytes().first();
        self.may_have(word) && self.words.iter().filter(is_it).any(|listed| *listed == word)
    }

    const fn may_have(&self, word: &str) -> bool {
        self.mask & place(word) != 0
    }
}

/// The bit of a word by its first letter, in whatever case, and its length.
pub(super) const fn place(word: &str) -> u128 {
    match word.as_bytes().first() {
        Some(first) => 1 << ((*first & 31) as usize + 32 * (word.len() & 3)),
        None => 0,
    }
}

/// A bit for the hash of each word of some lists: of most words it says that they are in none.
pub(super) struct Hashed([u64; WORDS]);

/// In words of memory: 4,096 bits for a hundred words.
const WORDS: usize = 64;

impl Hashed {
    #[expect(
        clippy::indexing_slicing,
        reason = "done by the compiler, which refuses a place that is none"
    )]
    pub(super) const fn of(mut lists: &[&Listed]) -> Self {
        let mut bits = [0; WORDS];
        while let Some((list, others)) = lists.split_first() {
            let mut words = list.words;
            while let Some((word, rest)) = words.split_first() {
                let hash = hash(word);
                bits[word_of(hash)] |= 1 << (hash & 63);
                words = rest;
            }
            lists = others;
        }
        Self(bits)
    }

    pub(super) fn may_have(&self, token: &Token) -> bool {
        let word = self.0.get(word_of(token.hash));
        word.is_some_and(|word| word >> (token.hash & 63) & 1 == 1)
    }
}

const fn word_of(hash: u64) -> usize {
    let [_, place, ..] = hash.to_le_bytes();
    place as usize & (WORDS - 1)
}

/// The hash that a token of this word has, which is ASCII in lower case.
const fn hash(word: &str) -> u64 {
    let (mut rest, mut hash) = (word.as_bytes(), FNV_OFFSET);
    while let Some((byte, others)) = rest.split_first() {
        hash = (hash ^ *byte as u64).wrapping_mul(FNV_PRIME);
        rest = others;
    }
    hash
}

const FNV_PRIME: u64 = 0x0100_0000_01b3;

#[cfg(test)]
mod tests {
    use super::super::super::token::tokens;
    use super::*;

    const LIST: Listed = Listed::of(&["kelvin", "mr", "frau"]);
    const HASHED: Hashed = Hashed::of(&[&LIST]);

    #[test]
    fn a_list_has_its_words_and_no_others() {
        for word in ["mr", "Mr", "FRAU", "\u{212a}elvin"] {
            assert!(LIST.has(word), "{word}");
        }
        for word in ["", "ms", "m", "mrs", "fra", "fräu", "\u{212a}"] {
            assert!(!LIST.has(word), "{word}");
        }
        assert!(LIST.has_written("mr") && !LIST.has_written("Mr"));
    }

    #[test]
    fn the_hash_of_a_listed_word_is_that_of_its_token() {
        for word in LIST.words {
            assert_eq!(hash(word), tokens(word)[0].hash);
            assert!(HASHED.may_have(&tokens(word)[0]));
        }
        assert!(!HASHED.may_have(&tokens("apples")[0]));
    }
}
