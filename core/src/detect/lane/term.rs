use std::collections::HashMap;

use super::super::fuzzy::Speller;
use super::super::phrases::Phrases;
use super::super::token::{Token, mix};
use super::{Candidate, Strength, Window};

/// Words and phrases, each with the index of its detector.
#[derive(Debug, Default)]
pub(in super::super) struct Dictionary {
    pub(in super::super) phrases: Phrases,
    pub(in super::super) endings: Endings,
}

/// Endings that make a word a term, such as `ectomy`.
#[derive(Debug, Default)]
pub(in super::super) struct Endings {
    /// By their last bytes.
    by_tail: HashMap<[u8; TAIL], Vec<(Box<str>, u32)>>,
}

/// Every ending has at least this many letters.
const TAIL: usize = 4;
/// A word is longer than its ending by at least this many letters.
const STEM: usize = 3;

impl Endings {
    /// Adds an ending; `false` when it is too short to mean anything.
    pub(in super::super) fn insert(&mut self, ending: &str, owner: u32) -> bool {
        let Some(tail) = ending.as_bytes().last_chunk() else {
            return false;
        };
        self.by_tail.entry(*tail).or_default().push((ending.into(), owner));
        true
    }

    fn owner(&self, word: &str) -> Option<u32> {
        let lower = word.to_ascii_lowercase();
        let singular = lower.strip_suffix('s').unwrap_or(&lower);
        [lower.as_str(), singular].into_iter().find_map(|word| {
            let endings = self.by_tail.get(word.as_bytes().last_chunk()?)?;
            let fits = |ending: &str| word.ends_with(ending) && word.len() >= ending.len().saturating_add(STEM);
            endings.iter().find(|(ending, _)| fits(ending)).map(|(_, owner)| *owner)
        })
    }
}

/// Terms of the dictionary, misspelt or not. `owner` gives the detector and its confidence.
pub(in super::super) fn terms(
    window: &Window<'_>,
    next: &mut usize,
    dictionary: &Dictionary,
    speller: &Speller,
    owner: impl Fn(u32) -> Option<(usize, f64)>,
    found: &mut Vec<Candidate>,
) {
    let mut index = window.index(*next);
    while let Some(rest) = window.rest(index) {
        let Some((count, term)) = at_start(window.text, rest, dictionary, speller) else {
            index = index.saturating_add(1);
            continue;
        };
        index = index.saturating_add(count);
        let (Some(words), Some((detector, confidence))) = (rest.get(..count), owner(term)) else {
            continue;
        };
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            continue;
        };
        let fuzzy = words.iter().any(|word| word.is_fuzzy);
        found.push(Candidate {
            detector,
            range: first.start..last.end,
            confidence: if fuzzy { confidence * MISSPELT } else { confidence },
            strength: Strength::Dictionary,
            fuzzy,
            labelled: false,
        });
    }
    *next = window.place(index);
}

/// A misspelling is weaker evidence than the word itself.
const MISSPELT: f64 = 0.85;

/// The term at the first of `tokens`: how many of them, and whose it is.
fn at_start(text: &str, tokens: &[Token], dictionary: &Dictionary, speller: &Speller) -> Option<(usize, u32)> {
    if let Some(hit) = dictionary.phrases.longest(text, tokens) {
        return Some((hit.tokens, hit.owner));
    }
    let first = tokens.first().filter(|first| !first.is_fuzzy)?;
    if let Some(owner) = split_in_two(text, tokens, dictionary, speller) {
        return Some((2, owner));
    }
    if speller.knows(first) {
        return None;
    }
    dictionary
        .endings
        .owner(text.get(first.start..first.end)?)
        .map(|owner| (1, owner))
}

/// A word that a blank or the end of a line broke, or a phrase whose blank moved: `dia betes`, `hyper-\ntension`, `bod
/// yweight`. Where a blank stands, a half of it is no word.
fn split_in_two(text: &str, tokens: &[Token], dictionary: &Dictionary, speller: &Speller) -> Option<u32> {
    let [first, second, ..] = tokens else { return None };
    let breaks = match text.get(first.end..second.start)? {
        " " => !(speller.knows(first) && speller.knows(second)),
        gap => is_line_break(gap),
    };
    if !breaks || second.has_digit || first.has_digit {
        return None;
    }
    let rest = text.get(second.start..second.end)?;
    let hash = rest
        .chars()
        .map(|letter| letter.to_ascii_lowercase())
        .fold(first.hash, mix);
    dictionary.phrases.whole(&[Token { hash, ..*first }])
}

/// A hyphen at the end of a line, and the quote marks of the next one.
fn is_line_break(gap: &str) -> bool {
    let next = gap.strip_prefix("-\n");
    next.is_some_and(|rest| rest.len() <= 8 && rest.bytes().all(|byte| matches!(byte, b'>' | b' ')))
}

#[cfg(test)]
mod tests {
    use super::super::super::token::tokens;
    use super::*;

    fn found(text: &str) -> Vec<(&str, bool)> {
        let mut dictionary = Dictionary::default();
        for phrase in ["diabetes", "chest pain", "cancer", "bodyweight"] {
            dictionary.phrases.insert(phrase, 0);
        }
        assert!(dictionary.endings.insert("ectomy", 0) && !dictionary.endings.insert("oma", 0));
        let speller = Speller::new(["diabetes", "chest pain"].into_iter(), std::iter::empty());
        let mut words = tokens(text);
        speller.correct(text, &mut words);
        let mut found = Vec::new();
        let window = Window::whole(text, &words);
        terms(&window, &mut 0, &dictionary, &speller, |_| Some((0, 0.8)), &mut found);
        found
            .iter()
            .map(|candidate| (text.get(candidate.range.clone()).unwrap(), candidate.fuzzy))
            .collect()
    }

    #[test]
    fn misspelt_words_and_phrases_are_found_and_marked() {
        assert_eq!(
            found("diabetes, diabtes and chset pain"),
            [("diabetes", false), ("diabtes", true), ("chset pain", true)]
        );
    }

    #[test]
    fn a_broken_word_and_an_ending_are_found() {
        assert_eq!(
            found("diab etes after the xyzectomies or oophorectomys"),
            [("diab etes", false), ("oophorectomys", false)]
        );
        assert_eq!(
            found("can cer, bod yweight"),
            [("can cer", false), ("bod yweight", false)]
        );
        assert_eq!(found("dia-\n> betes"), [("dia-\n> betes", false)]);
        assert_eq!(found("chest of drawers"), []);
    }
}
