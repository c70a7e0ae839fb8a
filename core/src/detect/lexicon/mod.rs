//! The built-in word lists, packed. Their origin and licences stand in `data/lexicon/SOURCE`.
//!
//! `lexicon.bin` is a row of lists: the length of the name and the name, the length of the list as four bytes
//! (little-endian), and its words in order, each as the number of bytes it shares with the word before it, the number
//! of bytes it adds, and those bytes.

mod marks;

pub(super) use marks::{Lexicon, Marks};

use super::token::Tokens;

/// The words of the list of this name, in order.
pub(super) fn list(name: &str) -> Option<Words> {
    let mut rest = LEXICON;
    while !rest.is_empty() {
        let (section, words) = take_section(&mut rest)?;
        if section == name.as_bytes() {
            return Some(Words {
                rest: words,
                word: Vec::new(),
            });
        }
    }
    None
}

/// The hashes of the words of several lists, as their tokens have them.
fn hashes(lists: &[&str]) -> impl Iterator<Item = u64> {
    lists.iter().filter_map(|name| list(name)).flat_map(Words::hashes)
}

const LEXICON: &[u8] = include_bytes!("../../../data/lexicon/lexicon.bin");

fn take_section(rest: &mut &'static [u8]) -> Option<(&'static [u8], &'static [u8])> {
    let length = usize::from(*rest.split_off_first()?);
    let name = rest.split_off(..length)?;
    let bytes = rest.split_off(..4)?.try_into().ok()?;
    let words = rest.split_off(..usize::try_from(u32::from_le_bytes(bytes)).ok()?)?;
    Some((name, words))
}

/// The words of a list.
pub(super) struct Words {
    rest: &'static [u8],
    word: Vec<u8>,
}

impl Words {
    /// Goes on to the next word.
    fn advance(&mut self) -> Option<&str> {
        let shared = usize::from(*self.rest.split_off_first()?);
        let added = usize::from(*self.rest.split_off_first()?);
        self.word.truncate(shared);
        self.word.extend_from_slice(self.rest.split_off(..added)?);
        str::from_utf8(&self.word).ok()
    }

    /// The hash of the first token of each word.
    fn hashes(mut self) -> impl Iterator<Item = u64> {
        let next = move || Some(Tokens::of(self.advance()?).next().map(|token| token.hash));
        std::iter::from_fn(next).flatten()
    }
}

impl Iterator for Words {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        self.advance().map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_read_to_its_end() {
        for (name, first, last) in [
            ("drugs", "abacavir", "zyvoxid"),
            ("specialties", "addiction medicine", "vascular surgery"),
        ] {
            let words: Vec<_> = list(name).unwrap().collect();
            assert!(words.is_sorted(), "{name}");
            assert!(
                words.iter().any(|word| word == first) && words.iter().any(|word| word == last),
                "{name}"
            );
        }
        assert!(list("words").unwrap().count() > 60_000);
        assert!(list("unknown").is_none());
    }

    #[test]
    fn no_entry_is_cut_off_and_no_frequent_word_is_a_term() {
        let lists = [
            "complaints",
            "conditions",
            "drugs",
            "procedures",
            "specialties",
            "symptoms",
        ];
        for word in lists.iter().filter_map(|name| list(name)).flatten() {
            assert!(!word.ends_with(['-', ',', ' ', '/']), "{word}");
            assert!(!["general", "motor", "std"].contains(&word.as_str()), "{word}");
        }
        for name in ["british", "foreign", "misspelt", "places"] {
            assert!(list(name).unwrap().count() > 100, "{name}");
        }
    }
}
