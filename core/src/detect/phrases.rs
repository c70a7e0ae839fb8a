//! A dictionary of words and phrases over token hashes.

use std::collections::{BTreeMap, BTreeSet};

use super::lexicon::Marks;
use super::plan::{GREATEST, Numbers, Reader, Table, Writer};
use super::token::{FNV_OFFSET, Token, tokens};
use super::work;

/// Phrases, each with a number that says what it belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct Phrases {
    firsts: Firsts,
    /// What is known of the words read so far, by their path: a [`Node`] as a number.
    nodes: Table,
    /// What the words are marked with that one of them begins with, where they are marked.
    begins: Option<Marks>,
}

/// What is known of the words read so far.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// Owner of the phrase that ends here.
    owner: Option<u32>,
    /// Whether a longer phrase goes on from here.
    goes_on: bool,
}

impl Node {
    const fn of(number: u32) -> Self {
        Self {
            owner: (number >> 1).checked_sub(1),
            goes_on: number & 1 == 1,
        }
    }

    fn number(self) -> u32 {
        let owner = self.owner.map_or(0, |owner| owner.saturating_add(1).min(GREATEST >> 1));
        owner << 1 | u32::from(self.goes_on)
    }
}

/// A phrase in a text: tokens from the first one on, and its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) tokens: usize,
    pub(super) owner: u32,
}

/// Collects [`Phrases`].
#[derive(Debug, Default)]
pub(super) struct PhrasesBuilder {
    firsts: BTreeSet<u64>,
    nodes: BTreeMap<u64, Node>,
}

impl PhrasesBuilder {
    /// Adds `phrase` for `owner` unless another one has it; gives the owner it has then.
    pub(super) fn insert(&mut self, phrase: &str, owner: u32) -> u32 {
        let hashes: Vec<u64> = tokens(phrase).iter().map(|token| token.hash).collect();
        let Some((last, rest)) = hashes.split_last() else {
            return owner;
        };
        self.firsts.extend(hashes.first());
        let mut path = FNV_OFFSET;
        for &word in rest {
            path = step(path, word);
            self.nodes.entry(path).or_default().goes_on = true;
        }
        let node = self.nodes.entry(step(path, *last)).or_default();
        *node.owner.get_or_insert(owner)
    }

    /// The same, whose first words are marked with `begins` among the marks of all words.
    pub(super) fn marked(self, begins: Marks, words: &mut BTreeMap<u64, Marks>) -> Phrases {
        for hash in &self.firsts {
            let marks = words.entry(*hash).or_default();
            *marks = marks.or(begins);
        }
        Phrases {
            begins: Some(begins),
            ..self.build()
        }
    }

    pub(super) fn build(self) -> Phrases {
        let numbers = self.nodes.into_iter().map(|(path, node)| (path, node.number()));
        Phrases {
            firsts: Firsts::of(&self.firsts),
            nodes: Table::of(&numbers.collect()),
            begins: None,
        }
    }
}

#[cfg(test)]
impl Phrases {
    /// These phrases, each of the owner that is its place.
    pub(super) fn of(phrases: &[&str]) -> Self {
        let mut builder = PhrasesBuilder::default();
        for (owner, phrase) in (0..).zip(phrases) {
            builder.insert(phrase, owner);
        }
        builder.build()
    }
}

impl Phrases {
    pub(super) fn write(&self, image: &mut Writer) {
        self.firsts.bits.write(image);
        self.nodes.write(image);
        let begins: Numbers<u32> = self.begins.map(Marks::number).into_iter().collect();
        begins.write(image);
    }

    pub(super) fn read(image: &mut Reader) -> Option<Self> {
        let bits = Numbers::read(image)?;
        let nodes = Table::read(image)?;
        let begins = Numbers::<u32>::read(image)?.at(0).map(Marks::from_number);
        Some(Self {
            firsts: Firsts { bits },
            nodes,
            begins,
        })
    }

    /// What the words are marked with that one of these begins with, where they are marked.
    pub(super) const fn begins(&self) -> Option<Marks> {
        self.begins
    }

    /// The longest phrase that starts at the first of `tokens`.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "of nearly every word it says at once that none begins with it"
    )]
    pub(super) fn longest(&self, text: &str, tokens: &[Token]) -> Option<Hit> {
        let first = tokens.first().filter(|first| self.may_begin(first))?;
        self.longest_from(first, text, tokens)
    }

    #[inline(never)]
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
            let node = Node::of(self.nodes.value(path));
            if let Some(owner) = node.owner {
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

    /// Whether a phrase may begin with this word; of most words it says that none does.
    #[inline]
    pub(super) fn may_begin(&self, word: &Token) -> bool {
        match self.begins {
            Some(begins) if word.marks.is_looked_up() => word.marks.has(begins),
            _ => self.firsts.may_have(word.hash),
        }
    }

    /// The owner of the phrase that all of `tokens` are.
    pub(super) fn whole(&self, tokens: &[Token]) -> Option<u32> {
        let path = tokens
            .iter()
            .take(LONGEST_PHRASE)
            .fold(FNV_OFFSET, |path, token| step(path, token.hash));
        Node::of(self.nodes.value(path)).owner
    }

    /// The memory it holds, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.nodes.memory().saturating_add(self.firsts.bits.memory())
    }
}

/// A bit for each word that a phrase begins with: of most words it says that there is none.
#[derive(Clone, Debug, Default)]
struct Firsts {
    bits: Numbers<u64>,
}

/// In words of memory: small enough to stay near the processor.
const FIRSTS: usize = 1 << 12;

impl Firsts {
    fn of(hashes: &BTreeSet<u64>) -> Self {
        let mut bits = vec![0_u64; if hashes.is_empty() { 0 } else { FIRSTS }];
        for hash in hashes {
            if let Some(word) = bits.get_mut(Self::place(*hash)) {
                *word |= 1 << (hash & 63);
            }
        }
        Self {
            bits: bits.into_iter().collect(),
        }
    }

    #[inline]
    fn may_have(&self, hash: u64) -> bool {
        let word = self.bits.at(Self::place(hash));
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
    if gap == " " {
        return true;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn longest(phrases: &[&str], text: &str) -> Option<Hit> {
        Phrases::of(phrases).longest(text, &tokens(text))
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
        let mut dictionary = PhrasesBuilder::default();
        assert_eq!(dictionary.insert("gold", 1), 1);
        assert_eq!(dictionary.insert("gold", 2), 1);
    }
}
