use std::collections::HashMap;

use super::super::fuzzy::is_code;
use super::super::language::Language;
use super::super::lexicon::Marks;
use super::super::phrases::{Hit, Phrases};
use super::super::plan::{Reader, Writer};
use super::super::token::{Token, mix};
use super::name::Names;
use super::{Candidate, Strength, Window};

/// Words and phrases, each with the index of its detector.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Terms {
    pub(in super::super) phrases: Phrases,
    /// Those that count in capitals only.
    pub(in super::super) capitals: Phrases,
    /// Those of other languages than English, which do not count in English text.
    pub(in super::super) foreign: Phrases,
}

impl Terms {
    pub(in super::super) fn write(&self, image: &mut Writer) {
        self.phrases.write(image);
        self.capitals.write(image);
        self.foreign.write(image);
    }

    pub(in super::super) fn read(image: &mut Reader) -> Option<Self> {
        Some(Self {
            phrases: Phrases::read(image)?,
            capitals: Phrases::read(image)?,
            foreign: Phrases::read(image)?,
        })
    }

    /// The memory they hold, in bytes.
    pub(in super::super) fn memory(&self) -> usize {
        let phrases = [&self.phrases, &self.capitals, &self.foreign];
        phrases.iter().map(|phrases| phrases.memory()).sum()
    }
}

/// Terms, and endings that make words terms.
#[derive(Debug, Default)]
pub(in super::super) struct Dictionary {
    terms: Terms,
    endings: Endings,
    /// Whether a word counts that is the surname of a person: what the customer asks for is found whatever it is.
    pub(in super::super) takes_surnames: bool,
}

/// Endings that make a word a term, such as `ectomy`.
#[derive(Debug, Default)]
pub(in super::super) struct Endings {
    /// By their last bytes.
    by_tail: HashMap<[u8; TAIL], Vec<(Box<str>, u32)>>,
    /// A bit for the last two letters of each: most words end in none of them.
    pairs: [u64; PAIRS],
}

/// In words of memory: a bit for each two of 32 letters.
const PAIRS: usize = 16;

/// The bit of the last two bytes of an ending, in whatever case: its word of memory, and its place there.
fn pair(tail: [u8; TAIL]) -> (usize, u8) {
    let [.., first, second] = tail.map(|byte| byte & 31);
    (usize::from(first >> 1), (first & 1) << 5 | second)
}

/// Every ending has at least this many letters.
const TAIL: usize = 4;
/// A word is longer than its ending by at least this many letters.
const STEM: usize = 3;

impl Dictionary {
    pub(in super::super) const fn of(terms: Terms, endings: Endings) -> Self {
        Self {
            terms,
            endings,
            takes_surnames: false,
        }
    }

    /// The marks of the words that a term begins with; `None` where some of them are not marked.
    fn begins(&self) -> Option<Marks> {
        let Terms {
            phrases,
            capitals,
            foreign,
        } = &self.terms;
        let begins = phrases.begins()?.or(capitals.begins()?);
        Some(begins.or(foreign.begins()?))
    }

    /// Whether a term may be at the first of `tokens`, of those whose words are marked with `begins`: of most words, which are
    /// spelt right, their marks and those of the next one say that none is.
    #[inline]
    fn may_have_one_at(&self, text: &str, tokens: &[Token], begins: Option<Marks>) -> bool {
        let [first, beyond @ ..] = tokens else { return false };
        let may_begin = match begins {
            Some(begins) if first.marks.is_looked_up() => first.marks.has(begins),
            _ => self.may_begin(first),
        };
        if !first.is_known || may_begin {
            return true;
        }
        match text.as_bytes().get(first.end) {
            // It may be one half of a word.
            Some(b'-') => true,
            Some(b' ') => beyond.first().is_some_and(|second| !second.is_known),
            _ => false,
        }
    }

    fn may_begin(&self, word: &Token) -> bool {
        let Terms {
            phrases,
            capitals,
            foreign,
        } = &self.terms;
        [phrases, capitals, foreign]
            .iter()
            .any(|phrases| phrases.may_begin(word))
    }

    /// The memory its phrases hold, in bytes.
    pub(in super::super) fn memory(&self) -> usize {
        self.terms.memory()
    }
}

impl Endings {
    /// Adds an ending; `false` when it is too short to mean anything.
    pub(in super::super) fn insert(&mut self, ending: &str, owner: u32) -> bool {
        let Some(tail) = ending.as_bytes().last_chunk() else {
            return false;
        };
        self.by_tail.entry(*tail).or_default().push((ending.into(), owner));
        let (word, bit) = pair(*tail);
        if let Some(word) = self.pairs.get_mut(word) {
            *word |= 1 << bit;
        }
        true
    }

    fn owner(&self, word: &str) -> Option<u32> {
        let singular = word.strip_suffix(['s', 'S']).unwrap_or(word);
        [word, singular].into_iter().find_map(|word| {
            let tail: &[u8; TAIL] = word.as_bytes().last_chunk()?;
            let (pairs, bit) = pair(*tail);
            self.pairs.get(pairs).filter(|pairs| *pairs >> bit & 1 == 1)?;
            let endings = self.by_tail.get(&tail.map(|byte| byte.to_ascii_lowercase()))?;
            let fits = |ending: &str| {
                let stem = word.len().checked_sub(ending.len()).filter(|stem| *stem >= STEM);
                let tail = stem.and_then(|stem| word.as_bytes().get(stem..));
                tail.is_some_and(|tail| tail.iter().map(u8::to_ascii_lowercase).eq(ending.bytes()))
            };
            endings.iter().find(|(ending, _)| fits(ending)).map(|(_, owner)| *owner)
        })
    }
}

/// Terms of the dictionary, misspelt or not; the surname of a person is none of them (`Helen Parkinson`). `owner` gives the
/// detector and its confidence.
pub(in super::super) fn terms(
    window: &Window<'_>,
    next: &mut usize,
    dictionary: &Dictionary,
    names: &Names,
    owner: impl Fn(u32) -> Option<(usize, f64)>,
    found: &mut Vec<Candidate>,
) {
    let mut index = window.index(*next);
    let begins = dictionary.begins();
    while let Some(rest) = window.rest(index) {
        if !dictionary.may_have_one_at(window.text, rest, begins) {
            index = index.wrapping_add(1);
            continue;
        }
        let Some((count, term)) = at_start(window, rest, dictionary) else {
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
        let before = index.checked_sub(count.saturating_add(1));
        let before = before.and_then(|before| window.tokens.get(before));
        let is_surname = |before| names.is_surname_behind(window.text, before, first);
        if count == 1 && !dictionary.takes_surnames && before.is_some_and(is_surname) {
            continue;
        }
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
fn at_start(window: &Window<'_>, tokens: &[Token], dictionary: &Dictionary) -> Option<(usize, u32)> {
    let text = window.text;
    if let Some(hit) = listed(window, tokens, dictionary) {
        return Some((hit.tokens, hit.owner));
    }
    let first = tokens.first().filter(|first| !first.is_fuzzy)?;
    if let Some(owner) = split_in_two(text, tokens, dictionary) {
        return Some((2, owner));
    }
    if first.is_known {
        return None;
    }
    let owner = dictionary.endings.owner(text.get(first.start..first.end)?)?;
    (!is_code(text, first)).then_some((1, owner))
}

/// The longest phrase that counts here; of equals the one in capitals, then one that counts everywhere.
fn listed(window: &Window<'_>, tokens: &[Token], dictionary: &Dictionary) -> Option<Hit> {
    let (text, first) = (window.text, tokens.first()?);
    let Terms {
        phrases,
        capitals,
        foreign,
    } = &dictionary.terms;
    let capitals = first.is_capital.then(|| capitals.longest(text, tokens)).flatten();
    let capitals = capitals.filter(|hit| tokens.iter().take(hit.tokens).all(|token| is_upper(text, token)));
    let everywhere = phrases.longest(text, tokens);
    let best = match (everywhere, capitals) {
        (Some(everywhere), Some(capitals)) if everywhere.tokens > capitals.tokens => Some(everywhere),
        (everywhere, capitals) => capitals.or(everywhere),
    };
    let is_longer = |hit: &Hit| best.is_none_or(|best| hit.tokens > best.tokens);
    let is_foreign = |hit: &Hit| {
        let fuzzy = tokens.iter().take(hit.tokens).any(|token| token.is_fuzzy);
        !fuzzy && window.language_at(first.start) != Some(Language::English)
    };
    let foreign = foreign.longest(text, tokens).filter(is_longer);
    foreign.filter(is_foreign).or(best)
}

/// Whether a word is written in capitals, but for the `s` of a plural.
fn is_upper(text: &str, token: &Token) -> bool {
    let word = text.get(token.start..token.end).unwrap_or_default();
    let word = word.strip_suffix('s').unwrap_or(word);
    token.is_capital && !word.chars().any(char::is_lowercase)
}

/// A word that a blank or the end of a line broke, or a phrase whose blank moved: `dia betes`, `hyper-\ntension`, `bod
/// yweight`. Where a blank stands, a half of it is no word.
fn split_in_two(text: &str, tokens: &[Token], dictionary: &Dictionary) -> Option<u32> {
    let [first, second, ..] = tokens else { return None };
    if second.has_digit || first.has_digit {
        return None;
    }
    let breaks = match text.as_bytes().get(first.end..second.start)? {
        b" " => !(first.is_known && second.is_known),
        gap => is_line_break(gap),
    };
    if !breaks {
        return None;
    }
    let rest = text.get(second.start..second.end)?;
    let hash = if rest.is_ascii() {
        let letters = rest.bytes().map(|letter| char::from(letter.to_ascii_lowercase()));
        letters.fold(first.hash, mix)
    } else {
        let letters = rest.chars().map(|letter| letter.to_ascii_lowercase());
        letters.fold(first.hash, mix)
    };
    dictionary.terms.phrases.whole(&[first.read_as(hash)])
}

/// A hyphen at the end of a line, and the quote marks of the next one.
fn is_line_break(gap: &[u8]) -> bool {
    let next = gap.strip_prefix(b"-\n");
    next.is_some_and(|rest| rest.len() <= 8 && rest.iter().all(|byte| matches!(byte, b'>' | b' ')))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::super::fuzzy::{Memo, Speller};
    use super::super::super::language::Paragraph;
    use super::super::super::token::tokens;
    use super::*;

    fn found(text: &str) -> Vec<(&str, bool)> {
        let mut dictionary = Dictionary::default();
        dictionary.terms.phrases = Phrases::of(&["diabetes", "chest pain", "cancer", "bodyweight"]);
        assert!(dictionary.endings.insert("ectomy", 0) && !dictionary.endings.insert("oma", 0));
        let speller = Speller::new(
            ["diabetes", "chest pain"].into_iter(),
            std::iter::empty(),
            std::iter::empty(),
            BTreeMap::new(),
        );
        found_by(&dictionary, &speller, text)
    }

    /// What `dictionary` finds, and whether it is misspelt.
    fn found_by<'t>(dictionary: &Dictionary, speller: &Speller, text: &'t str) -> Vec<(&'t str, bool)> {
        let mut words = tokens(text);
        speller.correct(text, &mut words, &mut Memo::default(), &mut Paragraph::default());
        let mut found = Vec::new();
        let window = Window::whole(text, &words);
        terms(
            &window,
            &mut 0,
            dictionary,
            Names::built_in(),
            |_| Some((0, 0.8)),
            &mut found,
        );
        found
            .iter()
            .map(|candidate| (text.get(candidate.range.clone()).unwrap(), candidate.fuzzy))
            .collect()
    }

    #[test]
    fn a_surname_is_no_illness_but_where_the_customer_asks_for_it() {
        let mut dictionary = Dictionary::default();
        dictionary.terms.phrases = Phrases::of(&["parkinson", "melanoma"]);
        let speller = Speller::new(
            std::iter::empty(),
            std::iter::empty(),
            std::iter::empty(),
            BTreeMap::new(),
        );
        for (text, count) in [
            ("Helen Parkinson, 61000", 0),
            ("Helen has Parkinson", 1),
            ("Parkinson in Helen", 1),
            ("Helen Melanoma follow-up", 1),
        ] {
            dictionary.takes_surnames = false;
            assert_eq!(found_by(&dictionary, &speller, text).len(), count, "{text}");
            dictionary.takes_surnames = true;
            assert_eq!(found_by(&dictionary, &speller, text).len(), 1, "{text}");
        }
    }

    #[test]
    fn misspelt_words_and_phrases_are_found_and_marked() {
        assert_eq!(
            found("diabetes, diabtes and chset pain"),
            [("diabetes", false), ("diabtes", true), ("chset pain", true)]
        );
    }

    #[test]
    fn abbreviations_in_capitals_and_words_of_another_language_count_where_they_are_written_so() {
        let mut dictionary = Dictionary::default();
        dictionary.terms.capitals = Phrases::of(&["or"]);
        dictionary.terms.foreign = Phrases::of(&["rodilla"]);
        let speller = Speller::new(
            std::iter::empty(),
            std::iter::empty(),
            std::iter::empty(),
            BTreeMap::new(),
        );
        let count = |text: &str| found_by(&dictionary, &speller, text).len();
        assert_eq!(["to the OR", "this or that", "Or else", "OR"].map(count), [1, 0, 0, 1]);
        assert_eq!(count("me duele la rodilla desde que se cayo"), 1);
        assert_eq!(count("the rodilla of the year is here"), 0);
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
