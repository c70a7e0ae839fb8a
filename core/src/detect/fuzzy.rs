//! Corrects misspelt words of the dictionary, and of labels, by one or two edits.
//!
//! A word that is known to be spelt right (ordinary words, names, the vocabulary itself) is never corrected: the set is
//! exact, because every word that it lost would be a false alarm. The rest, a few words in a hundred, are compared with
//! the words that share enough letters with them ([`neighbours`]) and start alike; each candidate is verified by its
//! distance. Long terms are also known with a wrong first letter. What a word is meant to be is asked once, and
//! remembered for a while ([`memo`]); where it stands decides only then. [`exhaustive`] compares with every word
//! instead, and says the same.

mod edits;
#[cfg(any(test, feature = "_testing"))]
mod exhaustive;
mod memo;
mod neighbours;
mod vocabulary;

use std::collections::BTreeMap;
use std::ops::Range;

use edits::edits;
pub(super) use memo::Memo;
use neighbours::Neighbours;
use vocabulary::{Vocabulary, Word};

use super::language::{self, Language, Paragraph};
use super::lexicon::{Lexicon, Marks};
use super::plan::{Reader, Table, Writer};
use super::token::{FNV_OFFSET, Token, Tokens, mix, tokens};
use super::work;

/// The vocabulary, and what leads to it. Names of people are right where they are written as names are: many a short
/// misspelling is somebody's family name (`strole`), but names seldom stand in lower case.
#[derive(Clone, Debug, Default)]
pub(super) struct Speller {
    /// The marks of the words of the detectors: those of the vocabulary, those that are only known, and those with which
    /// phrases begin.
    words: Table,
    vocabulary: Vocabulary,
    neighbours: Neighbours,
    /// A term by how it sounds: its place in the vocabulary, from one on.
    sounds: Table,
}

impl Speller {
    /// A speller that corrects to the words of `terms`, and of `labels` and other phrases. Those of `right` are only
    /// known; `marks` says what else is to be known of a word, by its hash.
    pub(super) fn new<'a>(
        terms: impl Iterator<Item = &'a str>,
        labels: impl Iterator<Item = &'a str>,
        right: impl Iterator<Item = &'a str>,
        mut marks: BTreeMap<u64, Marks>,
    ) -> Self {
        let mut vocabulary: BTreeMap<Box<str>, bool> = BTreeMap::new();
        let mut known = |token: &Token| {
            let marks = marks.entry(token.hash).or_default();
            *marks = marks.or(Marks::KNOWN);
        };
        let marked = terms.map(|term| (term, true)).chain(labels.map(|label| (label, false)));
        for (phrase, is_term) in marked {
            let lower = phrase.to_lowercase().replace('\'', "");
            let found = tokens(&lower);
            found.iter().for_each(&mut known);
            let alone = is_term && found.len() == 1;
            let words = lower.split(|character: char| !character.is_ascii_alphabetic());
            for word in words.filter(|word| is_long(word)) {
                *vocabulary.entry(word.into()).or_default() |= alone;
            }
        }
        right.flat_map(tokens).for_each(|token| known(&token));
        let words: Vec<(Box<str>, bool)> = vocabulary.into_iter().collect();
        Self {
            words: Table::of(&marks.into_iter().map(|(hash, marks)| (hash, marks.number())).collect()),
            sounds: sounds(&words),
            neighbours: Neighbours::of(words.iter().map(|(word, _)| (&**word, most_edits(word.len())))),
            vocabulary: Vocabulary::of(&words),
        }
    }

    /// Looks up what the lists and the detectors say of a word, and whether it is spelt right.
    fn look_up(&self, token: &mut Token, lexicon: &Lexicon) {
        let of_detectors = Marks::from_number(self.words.value(token.hash));
        token.marks = lexicon.marks(token.hash).or(of_detectors);
        token.is_known = token.marks.has(Marks::ORDINARY.or(Marks::KNOWN))
            || (token.is_capital && token.marks.has(Marks::FIRST_NAME.or(Marks::SURNAME)));
    }

    /// Says of each word whether it is spelt right, and replaces the hash of each misspelt one by that of the word that
    /// was meant. What is no English prose is left as it stands: names, identifiers of programs, other languages.
    /// `paragraph` is the one whose language was asked for last.
    pub(super) fn correct(&self, text: &str, tokens: &mut [Token], memo: &mut Memo, paragraph: &mut Paragraph) {
        let lexicon = Lexicon::built_in();
        for token in tokens {
            self.look_up(token, lexicon);
            if token.is_known || token.has_digit {
                continue;
            }
            let Some(word) = text.get(token.start..token.end).filter(|word| is_long(word)) else {
                continue;
            };
            let meant = memo.meant(word, token.hash, |lower| self.meant(lower));
            let Some(meant) = meant.filter(|_| is_misspelt_at(text, token, paragraph)) else {
                continue;
            };
            token.hash = meant;
            token.is_fuzzy = true;
            self.look_up(token, lexicon);
        }
    }

    pub(super) fn write(&self, image: &mut Writer) {
        self.words.write(image);
        self.vocabulary.write(image);
        self.neighbours.write(image);
        self.sounds.write(image);
    }

    pub(super) fn read(image: &mut Reader) -> Option<Self> {
        Some(Self {
            words: Table::read(image)?,
            vocabulary: Vocabulary::read(image)?,
            neighbours: Neighbours::read(image)?,
            sounds: Table::read(image)?,
        })
    }

    /// The memory it holds, in bytes.
    pub(super) fn memory(&self) -> usize {
        let tables = self.words.memory().saturating_add(self.sounds.memory());
        tables
            .saturating_add(self.vocabulary.memory())
            .saturating_add(self.neighbours.memory())
    }

    /// The hash of the word that `word`, in small letters, is meant to be.
    fn meant(&self, word: &[u8]) -> Option<u64> {
        work::count(ASKED);
        let nearest = self.nearest(word);
        nearest.or_else(|| self.sounding_like(word)).map(Word::hash)
    }

    fn sounding_like(&self, word: &[u8]) -> Option<Word<'_>> {
        let place = self.sounds.value(sound(word)?).checked_sub(1)?;
        self.vocabulary.word(usize::try_from(place).ok()?)
    }

    /// The nearest word of the vocabulary, if one is near enough; of equally near ones a term, then the first.
    fn nearest(&self, word: &[u8]) -> Option<Word<'_>> {
        let letters = letters(word);
        let mut best: Option<(usize, bool, usize)> = None;
        self.neighbours.each(word, most_edits_from(word), |index| {
            let farthest = best.map_or(usize::MAX, |(distance, _, _)| distance);
            let Some(candidate) = self.vocabulary.word(index) else {
                return farthest;
            };
            let most = candidate.edits(word).min(farthest);
            if edits_at_least(letters, candidate.letters) > most {
                return farthest;
            }
            work::count(COMPARED);
            let distance = edits(word, candidate.text, most);
            // The words stand in their order.
            let this = distance.map(|distance| (distance, !candidate.alone, index));
            best = best.into_iter().chain(this).min();
            best.map_or(farthest, |(distance, _, _)| distance)
        });
        best.and_then(|(_, _, index)| self.vocabulary.word(index))
    }
}

/// Whether a word that is nearly one of the vocabulary stands where it may be a misspelling.
fn is_misspelt_at(text: &str, token: &Token, paragraph: &mut Paragraph) -> bool {
    work::count(CONTEXT);
    let is_half = text.get(token.end..).is_some_and(|rest| rest.starts_with("-\n"));
    if is_half || is_code(text, token) || (is_a_name(text, token) && !is_beside_care(text, token)) {
        return false;
    }
    let language = language::at(text, token.start, paragraph);
    language.is_none_or(|language| language == Language::English)
}

/// Whether words of care stand around a word, such as those of a refill: drugs and specialties are written as names
/// are.
fn is_beside_care(text: &str, token: &Token) -> bool {
    let around = around(text, token.start.saturating_sub(CARE)..token.end.saturating_add(CARE));
    let lexicon = Lexicon::built_in();
    Tokens::of(around).any(|token| lexicon.marks(token.hash).has(Marks::CARE))
}

/// The edits that a misspelling of a word of so many letters may be away at most.
const fn most_edits(letters: usize) -> usize {
    if letters >= TWO_EDITS { 2 } else { 1 }
}

/// The edits that a word of the vocabulary may be away from `word` at most.
const fn most_edits_from(word: &[u8]) -> usize {
    if word.len() + 2 < TWO_EDITS { 1 } else { 2 }
}

/// Whether a word is a piece of a program, an address or a path: `readLine`, `read_line`, `readline(`, `lib.readline`.
pub(super) fn is_code(text: &str, token: &Token) -> bool {
    let word = text.get(token.start..token.end).unwrap_or_default();
    let before = text.get(..token.start).unwrap_or_default();
    let after = text.get(token.end..).unwrap_or_default();
    let is_joined = || {
        before.ends_with(['_', '@', '\\', '$', '%', '#', '&', '<'])
            || before.ends_with("::")
            || before.ends_with("->")
            || before.ends_with("--")
            || after.starts_with(['_', '@', '\\', '('])
            || after.starts_with("::")
    };
    let is_dotted = || {
        let letter = |character: char| character.is_ascii_alphabetic();
        after.strip_prefix('.').is_some_and(|rest| rest.starts_with(letter))
            || before.strip_suffix('.').is_some_and(|rest| rest.ends_with(letter))
    };
    is_camel(word) || is_joined() || is_dotted() || is_in_a_path(before)
}

/// Whether a small letter stands before a capital.
fn is_camel(word: &str) -> bool {
    word.bytes()
        .zip(word.bytes().skip(1))
        .any(|(letter, next)| letter.is_ascii_lowercase() && next.is_ascii_uppercase())
}

/// Whether the run of signs that `before` ends with is the beginning of a path or an address.
fn is_in_a_path(before: &str) -> bool {
    let bytes = before.as_bytes();
    let run = bytes
        .iter()
        .rev()
        .take(LONGEST_PATH)
        .take_while(|byte| byte.is_ascii_graphic());
    let run = bytes.len().saturating_sub(run.count());
    let run = bytes.get(run..).unwrap_or_default();
    run.starts_with(b"/") || run.starts_with(b"~/") || run.windows(3).any(|signs| signs == b"://")
}

/// Whether a capitalised word stands within a sentence: a name, unless all words of its line are capitalised, as in a
/// title or behind a label.
fn is_a_name(text: &str, token: &Token) -> bool {
    if !token.is_capital {
        return false;
    }
    let before = text.get(..token.start).unwrap_or_default();
    let last = before.trim_end_matches(' ').chars().next_back();
    let continues = last.is_some_and(|last| last.is_alphanumeric() || matches!(last, ',' | '\'' | '&' | '-' | '/'));
    continues && !is_title(line(text, token))
}

/// The line around a word, or so much of it as says whether it is a title.
fn line<'a>(text: &'a str, token: &Token) -> &'a str {
    let bytes = |range| text.as_bytes().get(range).unwrap_or_default();
    let from = token.start.saturating_sub(TITLE);
    let to = token.end.saturating_add(TITLE).min(text.len());
    let start = bytes(from..token.start).iter().rposition(|&byte| byte == b'\n');
    let end = bytes(token.end..to).iter().position(|&byte| byte == b'\n');
    let start = start.map_or(from, |at| from.saturating_add(at).saturating_add(1));
    around(text, start..end.map_or(to, |at| token.end.saturating_add(at)))
}

/// The piece of `text` within `range`, between characters.
fn around(text: &str, range: Range<usize>) -> &str {
    let (mut start, mut end) = (range.start, range.end.min(text.len()));
    while !text.is_char_boundary(start) {
        start = start.saturating_add(1);
    }
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(start..end).unwrap_or_default()
}

fn is_title(line: &str) -> bool {
    let words = line.split(|character: char| !character.is_alphanumeric());
    let mut words = words.filter(|word| word.len() >= SHORTEST_OF_TITLE);
    words.all(|word| word.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit()))
}

/// A title is no longer on either side of a word, nor is a path.
const TITLE: usize = 120;
const LONGEST_PATH: usize = 80;
/// So many bytes before and behind a word are looked at for words of care.
const CARE: usize = 72;
/// Shorter words are small in a title.
const SHORTEST_OF_TITLE: usize = 5;

/// Whether the first letters are the same, or the first two are swapped.
fn starts_alike(from: &[u8], to: &[u8]) -> bool {
    from.first() == to.first() || (from.first() == to.get(1) && from.get(1) == to.first())
}

/// Shorter words have too many neighbours; longer ones are no words.
const SHORTEST: usize = 5;
const LONGEST: usize = 24;
/// From this length on two edits are allowed.
const TWO_EDITS: usize = 8;
/// From this length on one of them may be at the first letter.
const TWO_EDITS_AND_FIRST: usize = 10;

fn is_long(word: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The places of terms by their sound, from one on; of several that sound alike, the first in their order.
fn sounds(words: &[(Box<str>, bool)]) -> Table {
    let mut sounds = BTreeMap::new();
    for ((term, _), place) in words.iter().zip(1..).filter(|((_, alone), _)| *alone) {
        if let Some(sound) = sound(term.as_bytes()) {
            sounds.entry(sound).or_insert(place);
        }
    }
    Table::of(&sounds)
}

/// A hash of how an English reader speaks `word`: consonants by their sound, vowels by their places. `None` when too
/// few sounds are left to tell words apart.
fn sound(word: &[u8]) -> Option<u64> {
    let mut sounds = 0;
    let mut last = 0;
    let mut hash = FNV_OFFSET;
    let mut rest = word;
    while let Some((sound, length)) = next_sound(rest) {
        rest = rest.get(length..).unwrap_or_default();
        if sound != SILENT && sound != last {
            hash = mix(hash, char::from(sound));
            sounds += 1;
            last = sound;
        }
    }
    (sounds >= LEAST_SOUNDS).then_some(hash)
}

/// The sound that `rest` starts with, and how many letters spell it.
const fn next_sound(rest: &[u8]) -> Option<(u8, usize)> {
    Some(match rest {
        [] => return None,
        [b'p', b'h', ..] => (b'f', 2),
        [b'c', b'h' | b'k', ..] => (b'k', 2),
        [b's', b'h', ..] | [b's', b'c', b'e' | b'i' | b'y', ..] => (b's', 2),
        [b'c', b'e' | b'i' | b'y', ..] | [b't', b'i', b'o' | b'a', ..] | [b'z', ..] => (b's', 1),
        [b'g', b'e' | b'i' | b'y', ..] => (b'j', 1),
        [b'c' | b'q', ..] => (b'k', 1),
        [b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'w', ..] => (VOWEL, 1),
        [b'h', ..] => (SILENT, 1),
        [other, ..] => (*other, 1),
    })
}

const VOWEL: u8 = b'*';
const SILENT: u8 = b' ';
/// `leukemia` has six, `nausea` four, which it shares with `noise`.
const LEAST_SOUNDS: usize = 6;

/// A bit for each letter that is there, and one for each that is there again.
fn letters(word: &[u8]) -> u64 {
    word.iter().fold(0, |seen: u64, letter| {
        let once = 1 << (letter & 31);
        let again = (seen & once) << 32;
        seen | once | again
    })
}

/// The edits that the difference between two sets of letters takes at least: one changes two bits at most.
const fn edits_at_least(left: u64, right: u64) -> usize {
    ((left ^ right).count_ones() as usize).div_ceil(2)
}

/// In units of work: what it takes to ask what a word is meant to be, ...
const ASKED: usize = 64;
/// ... to compare it with another, ...
const COMPARED: usize = 16;
/// ... and to look at what stands around it.
const CONTEXT: usize = 256;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lexicon;
    use super::*;

    fn meant(word: &str) -> Option<String> {
        let phrases = [
            "diabetes mellitus",
            "cough",
            "colonoscopy",
            "botulism",
            "social security",
            "croup",
        ];
        let speller = Speller::new(
            phrases.into_iter(),
            std::iter::empty(),
            std::iter::empty(),
            BTreeMap::new(),
        );
        let mut found = tokens(word);
        speller.correct(word, &mut found, &mut Memo::default(), &mut Paragraph::default());
        let hash = found.first().filter(|token| token.is_fuzzy)?.hash;
        let mut words = speller.vocabulary.words();
        words
            .find(|word| word.hash() == hash)
            .map(|word| String::from_utf8(word.text.to_vec()).unwrap())
    }

    #[test]
    fn misspelt_words_are_corrected() {
        for (wrong, right) in [
            ("diabtes", "diabetes"),
            ("dibaetis", "diabetes"),
            ("idabetes", "diabetes"),
            ("colonscopy", "colonoscopy"),
            ("soical", "social"),
            ("couhg", "cough"),
            ("vbotulism", "botulism"),
            ("otulism", "botulism"),
            ("notulism", "botulism"),
            ("vcolonoscpy", "colonoscopy"),
        ] {
            assert_eq!(meant(wrong).as_deref(), Some(right), "{wrong}");
        }
    }

    #[test]
    fn ordinary_words_names_and_far_words_are_not() {
        for word in [
            "rough",
            "group",
            "colony",
            "diabolo",
            "security",
            "melissa",
            "xylophone",
            "cogh",
            "notulsm",
            "iabetes",
            "ough",
        ] {
            assert_eq!(meant(word), None, "{word}");
        }
    }

    #[test]
    fn a_family_name_in_lower_case_is_a_misspelling() {
        let speller = Speller::new(
            ["stroke"].into_iter(),
            std::iter::empty(),
            std::iter::empty(),
            BTreeMap::new(),
        );
        let is_corrected = |word: &str| {
            let mut found = tokens(word);
            speller.correct(word, &mut found, &mut Memo::default(), &mut Paragraph::default());
            found[0].is_fuzzy
        };
        assert!(is_corrected("strole") && !is_corrected("Strole"));
    }

    #[test]
    fn names_identifiers_and_other_languages_are_left_as_they_stand() {
        let speller = Speller::new(
            ["diabetes"].into_iter(),
            std::iter::empty(),
            ["diabete"].into_iter(),
            BTreeMap::new(),
        );
        let is_corrected = |text: &str| {
            let mut found = tokens(text);
            speller.correct(text, &mut found, &mut Memo::default(), &mut Paragraph::default());
            found.iter().any(|token| token.is_fuzzy)
        };
        for text in [
            "he has diabtes",
            "Diabtes is what he has",
            "Diagnosis: Diabtes",
            "DIAGNOSIS: DIABTES",
            "Follow Up for Diabtes",
            "- Diabtes\n- gout",
            "asthma/diabtes",
            "He has it. Diabtes, too",
        ] {
            assert!(is_corrected(text), "{text}");
        }
        for text in [
            "he met with Diabtes yesterday",
            "the docs of diabTes",
            "call diabtes(x)",
            "see my_diabtes here",
            "org.diabtes.core",
            "in /usr/lib/diabtes there",
            "https://example.org/a/diabtes is it",
            "std::diabtes",
            "mail to@diabtes now",
            "el diabtes que se usa para la prueba",
            "the diabete",
        ] {
            assert!(!is_corrected(text), "{text}");
        }
    }

    #[test]
    fn words_that_sound_alike_are_one() {
        for (heard, written) in [
            ("lewchemia", "leukemia"),
            ("cimptum", "symptom"),
            ("newmonia", "numonia"),
            ("fizishun", "physician"),
        ] {
            assert_eq!(sound(heard.as_bytes()), sound(written.as_bytes()), "{heard}");
            assert!(sound(written.as_bytes()).is_some(), "{written}");
        }
        assert_ne!(sound(b"leukemia"), sound(b"anemia"));
        assert_eq!(sound(b"nausea"), None);
    }

    /// Words of every list, with some letters changed as people and hands do.
    fn misspelt() -> impl Strategy<Value = String> {
        let lists = ["drugs", "conditions", "procedures", "symptoms", "words", "names"];
        let words: Vec<String> = lists.iter().filter_map(|name| lexicon::list(name)).flatten().collect();
        let edit = (0_usize..4, 0_usize..32, prop::char::range('a', 'z'));
        (prop::sample::select(words), prop::collection::vec(edit, 0..4)).prop_map(|(word, edits)| {
            let first = word
                .split(|letter: char| !letter.is_ascii_alphabetic())
                .max_by_key(|word| word.len());
            edits
                .into_iter()
                .fold(first.unwrap_or_default().to_lowercase(), |word, edit| {
                    changed(&word, edit)
                })
        })
    }

    /// `word` with one edit.
    fn changed(word: &str, (edit, at, letter): (usize, usize, char)) -> String {
        let mut letters: Vec<char> = word.chars().collect();
        let at = at % letters.len().max(1);
        match edit {
            0 if letters.len() > 1 => drop(letters.remove(at)),
            1 => letters.insert(at, letter),
            2 if at + 1 < letters.len() => letters.swap(at, at + 1),
            _ => letters.iter_mut().skip(at).take(1).for_each(|other| *other = letter),
        }
        letters.into_iter().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn a_word_is_meant_as_if_it_were_compared_with_every_word(
            word in prop_oneof![8 => misspelt(), 1 => "[a-z]{5,24}", 1 => "[aeinrst]{5,10}"],
        ) {
            let speller = &super::super::shared().speller;
            prop_assert_eq!(speller.meant(word.as_bytes()), speller.meant_exhaustively(&word), "{}", word);
        }

    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_text_is_corrected_as_if_each_word_were_asked_for_anew(
            words in prop::collection::vec(prop_oneof![misspelt(), "[A-Za-z\u{e0}-\u{ff}']{1,12}"], 0..12),
            again in prop::collection::vec(0_usize..12, 0..20),
        ) {
            let speller = &super::super::shared().speller;
            let often = again.iter().filter_map(|index| words.get(*index));
            let text = words.iter().chain(often).fold(String::new(), |text, word| text + word + " ");
            let (mut fast, mut slow) = (tokens(&text), tokens(&text));
            speller.correct(&text, &mut fast, &mut Memo::default(), &mut Paragraph::default());
            speller.correct_exhaustively(&text, &mut slow);
            prop_assert_eq!(fast, slow);
        }
    }
}
