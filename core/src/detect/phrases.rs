//! A dictionary of words and phrases over token hashes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::token::{FNV_OFFSET, Token};
use super::work;

/// Phrases, each with a number that says what it belongs to.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    firsts: Firsts,
    nodes: HashMap<u64, Node, BuildHasherDefault<Hashed>>,
}

/// What is known of the words read so far.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// Owners of the phrase that ends here.
    owners: Option<u32>,
    /// Whether a longer phrase goes on from here.
    goes_on: bool,
}

/// A phrase in a text: tokens from the first one on, and its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) tokens: usize,
    pub(super) owner: u32,
}

impl Phrases {
    /// Adds `phrase` for `owner` unless another one has it; gives the owner it has then.
    pub(super) fn insert(&mut self, phrase: &str, owner: u32) -> u32 {
        let hashes: Vec<u64> = super::token::tokens(phrase).iter().map(|token| token.hash).collect();
        let Some((last, rest)) = hashes.split_last() else {
            return owner;
        };
        hashes.first().into_iter().for_each(|first| self.firsts.insert(*first));
        let mut path = FNV_OFFSET;
        for &word in rest {
            path = step(path, word);
            self.nodes.entry(path).or_default().goes_on = true;
        }
        *self
            .nodes
            .entry(step(path, *last))
            .or_default()
            .owners
            .get_or_insert(owner)
    }

    /// The longest phrase that starts at the first of `tokens`.
    #[inline]
    pub(super) fn longest(&self, text: &str, tokens: &[Token]) -> Option<Hit> {
        let first = tokens.first().filter(|first| self.firsts.may_have(first.hash))?;
        self.longest_from(first, text, tokens)
    }

    fn longest_from(&self, first: &Token, text: &str, tokens: &[Token]) -> Option<Hit> {
        let mut path = FNV_OFFSET;
        let mut best = None;
        let mut end = first.start;
        let mut looks = 0_usize;
        for (index, token) in tokens.iter().take(LONGEST_PHRASE).enumerate() {
            if index > 0 && !is_joint(text, end, token.start) {
                break;
            }
            looks = looks.saturating_add(LOOK);
            end = token.end;
            path = step(path, token.hash);
            let Some(node) = self.nodes.get(&path) else { break };
            if let Some(owner) = node.owners {
                best = Some(Hit {
                    tokens: index.saturating_add(1),
                    owner,
                });
            }
            if !node.goes_on {
                break;
            }
        }
        work::count(looks);
        best
    }

    /// The owner of the phrase that all of `tokens` are.
    pub(super) fn whole(&self, tokens: &[Token]) -> Option<u32> {
        let path = tokens
            .iter()
            .take(LONGEST_PHRASE)
            .fold(FNV_OFFSET, |path, token| step(path, token.hash));
        self.nodes.get(&path)?.owners
    }

    /// An estimate of the memory it holds, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.nodes
            .capacity()
            .saturating_mul(size_of::<(u64, Node)>().saturating_add(1))
            .saturating_add(size_of_val(self.firsts.bits.as_slice()))
    }
}

/// A bit for each word that a phrase begins with: of most words it says that there is none.
#[derive(Debug, Default)]
struct Firsts {
    bits: Vec<u64>,
}

/// In words of memory: small enough to stay near the processor.
const FIRSTS: usize = 1 << 12;

impl Firsts {
    fn insert(&mut self, hash: u64) {
        if self.bits.is_empty() {
            self.bits.resize(FIRSTS, 0);
        }
        if let Some(word) = self.bits.get_mut(Self::place(hash)) {
            *word |= 1 << (hash & 63);
        }
    }

    fn may_have(&self, hash: u64) -> bool {
        let word = self.bits.get(Self::place(hash));
        word.is_some_and(|word| word >> (hash & 63) & 1 == 1)
    }

    fn place(hash: u64) -> usize {
        usize::try_from(hash >> 6).unwrap_or_default() & (FIRSTS - 1)
    }
}

/// In units of work: to go on to the next word of a phrase.
const LOOK: usize = 4;
/// No term of the dictionaries is longer.
const LONGEST_PHRASE: usize = 12;

/// Whether what stands between two words lets a phrase go on: blanks, one line break, a hyphen, a comma.
fn is_joint(text: &str, end: usize, start: usize) -> bool {
    let gap = text.get(end..start).unwrap_or_default();
    gap.len() <= 4
        && gap.bytes().all(|byte| {
            matches!(
                byte,
                b' ' | b'\n' | b'-' | b'_' | b'/' | b',' | b'.' | b'(' | b')' | b'#'
            )
        })
        && gap.bytes().filter(|&byte| byte == b'\n').count() <= 1
        && !gap.contains(". ")
}

fn step(path: u64, word: u64) -> u64 {
    (path.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Keys are hashes already.
#[derive(Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash ^ (hash >> 29);
    }
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn longest(phrases: &[&str], text: &str) -> Option<Hit> {
        let mut dictionary = Phrases::default();
        for (owner, phrase) in (0..).zip(phrases) {
            dictionary.insert(phrase, owner);
        }
        dictionary.longest(text, &tokens(text))
    }

    #[test]
    fn the_longest_phrase_wins() {
        let found = longest(&["sickle", "sickle cell anemia"], "Sickle-cell\nanemia was").unwrap();
        assert_eq!(found, Hit { tokens: 3, owner: 1 });
    }

    #[test]
    fn a_phrase_does_not_cross_a_sentence() {
        assert_eq!(longest(&["heart attack"], "by heart. Attack"), None);
        assert_eq!(longest(&["heart attack"], "by\n\nheart\n\nattack"), None);
    }

    #[test]
    fn the_first_owner_keeps_a_phrase() {
        let mut dictionary = Phrases::default();
        assert_eq!(dictionary.insert("gold", 1), 1);
        assert_eq!(dictionary.insert("gold", 2), 1);
    }
}
