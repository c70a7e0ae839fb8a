//! Persons whom a text speaks of, by the shape of their names and the words around them. Who cares for others by profession
//! (`Dr. Lee`, `Maria Chen, RN`) is none of them.

mod words;

use std::ops::Range;

use super::super::token::Token;
use super::listed::Listed;
use super::name::Names;
use super::{Candidate, Strength, Window};
use words::{
    BEGINNINGS, CLINICIANS, GERMAN, OPENERS, PARTICLES, PLACES, PROFESSIONS, SAID, TELLING, THANKS, TITLES, TOLD, WORDS,
};

/// The detectors of persons, each where there is one.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Mentions {
    /// First and last name.
    pub(in super::super) full: Option<usize>,
    /// A name behind a title.
    pub(in super::super) titled: Option<usize>,
    /// A first name alone.
    pub(in super::super) first: Option<usize>,
}

/// Adds the persons that `window` speaks of.
pub(in super::super) fn mentions(
    window: &Window<'_>,
    next: &mut usize,
    names: &Names,
    detectors: Mentions,
    found: &mut Vec<Candidate>,
) {
    let mut index = window.index(*next);
    while let Some(token) = window.rest(index).and_then(<[Token]>::first) {
        let reader = Reader { window, names, index };
        let Some((tokens, mention)) = may_begin(token).then(|| reader.mention()).flatten() else {
            index = index.saturating_add(1);
            continue;
        };
        index = index.saturating_add(tokens.max(1));
        let Some((detector, range)) = mention.and_then(|(kind, range)| Some((kind.of(detectors)?, range))) else {
            continue;
        };
        found.push(Candidate {
            detector,
            range,
            confidence: CONFIDENCE,
            strength: Strength::Dictionary,
            fuzzy: false,
            labelled: false,
        });
    }
    *next = window.place(index);
}

/// Whether a mention may begin with this word: with a capital, or with a title or a verb of telling. The hash of a misspelt
/// word is that of another.
fn may_begin(token: &Token) -> bool {
    token.is_capital || token.is_fuzzy || BEGINNINGS.may_have(token)
}

/// How sure the shape of a name is.
const CONFIDENCE: f64 = 0.6;

#[derive(Clone, Copy)]
enum Kind {
    Full,
    Titled,
    First,
}

impl Kind {
    const fn of(self, detectors: Mentions) -> Option<usize> {
        match self {
            Self::Full => detectors.full,
            Self::Titled => detectors.titled,
            Self::First => detectors.first,
        }
    }
}

/// A person, and where the name stands.
type Person = (Kind, Range<usize>);

/// Reads at the token of this index.
struct Reader<'w, 'a> {
    window: &'w Window<'a>,
    names: &'w Names,
    index: usize,
}

impl<'a> Reader<'_, 'a> {
    fn token(&self, ahead: usize) -> Option<&'a Token> {
        self.window.tokens.get(self.index.saturating_add(ahead))
    }

    fn word(&self, ahead: usize) -> &'a str {
        self.token(ahead).map_or("", |token| self.text(token))
    }

    fn text(&self, token: &Token) -> &'a str {
        self.window.text.get(token.start..token.end).unwrap_or_default()
    }

    /// What stands between the word that is so far ahead and the one before it.
    fn gap(&self, ahead: usize) -> &'a str {
        let gap = || {
            let before = self.token(ahead.checked_sub(1)?)?;
            self.window.text.get(before.end..self.token(ahead)?.start)
        };
        gap().unwrap_or("\n")
    }

    /// A mention that begins here: how many words it takes, and what it is, unless it is none that counts.
    fn mention(&self) -> Option<(usize, Option<Person>)> {
        let first = self.token(0)?;
        if first.is_fuzzy || BEGINNINGS.may_have(first) {
            if is_one_of(&CLINICIANS, self.word(0)) {
                return self.clinician();
            }
            if let Some(mention) = self.titled().or_else(|| self.told_of()) {
                return Some(mention);
            }
        }
        if let Some(words) = self.initial() {
            return Some((words, self.person(0, words, Kind::Full)));
        }
        let may_be_name = self.names.may_begin(first) || self.names.is_listed(first);
        if !may_be_name || is_one_of(&OPENERS, self.word(0)) || !is_written(self.text(first)) {
            return None;
        }
        if let Some(words) = self.reversed().filter(|words| self.is_believed(*words)) {
            return Some((words, self.person(0, words, Kind::Full)));
        }
        if !self.names.may_begin(first) {
            return None;
        }
        let words = self.run(0);
        if self.is_short_opener() {
            return None;
        }
        if words >= 2 && self.is_believed(words) {
            return Some((words, self.person(0, words, Kind::Full)));
        }
        if words == 1 && self.has_ordinary_surname() {
            return Some((2, self.person(0, 2, Kind::Full)));
        }
        let alone = words == 1 && self.is_first_name(0) && !self.is_thanked();
        alone.then(|| (1, self.person(0, 1, Kind::First)))
    }

    /// Somebody who cares for others, and who does not count.
    fn clinician(&self) -> Option<(usize, Option<Person>)> {
        let words = self.run(1);
        let is_title = matches!(self.gap(1), " " | ". ") && words > 0;
        is_title.then(|| (words.saturating_add(1), None))
    }

    /// `Mrs. Petrosyan`.
    fn titled(&self) -> Option<(usize, Option<Person>)> {
        if !is_one_of(&TITLES, self.word(0)) || !matches!(self.gap(1), " " | ". ") {
            return None;
        }
        let words = self.run(1).min(TITLED);
        (words > 0).then(|| (words.saturating_add(1), self.person(1, words, Kind::Titled)))
    }

    /// `tell sunniva dahl that`.
    fn told_of(&self) -> Option<(usize, Option<Person>)> {
        let words = self.told()?;
        Some((words.saturating_add(1), self.person(1, words, Kind::Full)))
    }

    /// The person that `words` are behind so many others; none where it is somebody by profession.
    fn person(&self, ahead: usize, words: usize, kind: Kind) -> Option<Person> {
        let last = ahead.saturating_add(words);
        let start = self.token(ahead)?.start;
        let end = self.token(last.checked_sub(1)?)?.end;
        (!self.is_professional(last)).then_some((kind, start..end))
    }

    /// Whether letters of a profession stand behind a name: `Maria Chen, RN`.
    fn is_professional(&self, ahead: usize) -> bool {
        matches!(self.gap(ahead), ", " | " " | " (") && PROFESSIONS.has_written(self.word(ahead))
    }

    /// How many words from here on are one name.
    fn run(&self, ahead: usize) -> usize {
        let (mut words, mut names) = (0_usize, 0_usize);
        let mut end = 0_usize;
        while words < LONGEST {
            let at = ahead.saturating_add(words);
            let Some(token) = self.token(at) else { break };
            let text = self.text(token);
            let joined = words == 0
                || matches!(self.gap(at), " " | "-" | "'" | "’")
                || (self.gap(at) == ". " && self.word(at.saturating_sub(1)).len() == 1);
            let behind_title = ahead > 0 && words == 0 && self.names.may_be_titled(token);
            let behind_first = words == 1 && self.names.may_be_titled(token) && self.is_first_name(ahead);
            let part = (self.names.may_be_part(token) || behind_title || behind_first) && is_written(text);
            let initial = text.len() == 1 && token.is_capital;
            let between = words > 0 && PARTICLES.has_written(text);
            let inner = words > 0 && self.gap(at) == "-" && !token.has_digit;
            if !joined || !(part || initial || between || inner) {
                break;
            }
            words = words.saturating_add(1);
            if part || inner {
                names = names.saturating_add(usize::from(part));
                end = words;
            }
        }
        if names >= 2 || (ahead > 0 && names > 0) {
            end
        } else {
            usize::from(names > 0)
        }
    }

    /// Whether a short word that no list knows begins a sentence: a verb or an article, as `Join Ironbark` has one, and no
    /// name of whom something is said, as `Aino Virtanen takes` has one.
    fn is_short_opener(&self) -> bool {
        let Some(first) = self
            .token(0)
            .filter(|first| first.end.saturating_sub(first.start) <= SHORT)
        else {
            return false;
        };
        let before = self.window.text.get(..first.start).unwrap_or_default();
        let before = before.trim_end_matches([' ', '\n']).chars().next_back();
        let begins = before.is_none_or(|last| matches!(last, '.' | '!' | '?' | ':'));
        let is_said = SAID.has_written(self.word(2));
        let goes_on = !is_said && self.gap(2) == " " && self.token(2).is_some_and(|next| !next.is_capital);
        let is_listed = self.names.is_listed(first) || self.token(1).is_some_and(|last| self.names.is_listed(last));
        begins && goes_on && !is_listed && self.gap(1) == " "
    }

    /// Whether words that no list knows are taken for a name: not in German, whose nouns are all written so, nor where the
    /// name goes on with an ordinary word, as those of houses do: `Horizon Claims`.
    fn is_believed(&self, words: usize) -> bool {
        let mut parts = (0..words).filter_map(|ahead| self.token(ahead));
        if parts.any(|token| self.names.is_listed(token)) {
            return true;
        }
        let next = self
            .token(words)
            .filter(|next| next.is_capital && self.gap(words) == " ");
        next.is_none() && !self.is_german()
    }

    /// Whether German is written around here.
    fn is_german(&self) -> bool {
        let near = self.index.saturating_sub(NEAR)..self.index.saturating_add(NEAR).min(self.window.tokens.len());
        let near = self.window.tokens.get(near).unwrap_or_default();
        let german = near.iter().filter(|token| GERMAN.has_written(self.text(token)));
        german.take(2).count() == 2
    }

    /// Whether the word that is so far ahead is a first name and nothing else.
    fn is_first_name(&self, ahead: usize) -> bool {
        self.token(ahead)
            .is_some_and(|token| self.names.is_only_a_first_name(token) && !is_word_or_place(self.word(ahead)))
    }

    /// Whether the words before thank whoever is named: somebody who helped, and whom nothing is said of.
    fn is_thanked(&self) -> bool {
        let before = self.index.checked_sub(1);
        let before = before.and_then(|before| self.window.tokens.get(before));
        let thanks = |before: &Token| {
            let gap = self.window.text.get(before.end..self.token(0)?.start)?;
            (is_one_of(&THANKS, self.text(before)) && matches!(gap, " " | ", ")).then_some(())
        };
        before.and_then(thanks).is_some()
    }

    /// `Linda Park could not`: a surname that is a place elsewhere, of whom something is said.
    fn has_ordinary_surname(&self) -> bool {
        let is_capital = self
            .token(1)
            .is_some_and(|last| last.is_capital && !last.has_digit && is_written(self.text(last)));
        let is_said = SAID.has_written(self.word(2)) && self.gap(2) == " ";
        is_capital && is_said && self.gap(1) == " " && self.is_first_name(0) && !self.is_german()
    }

    /// `tell sunniva dahl that`: behind a verb of telling, a name that is written small.
    fn told(&self) -> Option<usize> {
        if !TELLING.has_written(self.word(0)) || !TOLD.has_written(self.word(3)) {
            return None;
        }
        let (first, last) = (self.token(1)?, self.token(2)?);
        let small = |token: &Token| !token.is_capital && !token.has_digit && token.end.saturating_sub(token.start) > 2;
        let parted = self.gap(1) == " " && self.gap(2) == " " && matches!(self.gap(3), " " | ", ");
        let may_be = self.names.is_first_in_small(first)
            && self.names.is_last_in_small(last)
            && !is_one_of(&WORDS, self.word(1))
            && !TOLD.has_written(self.word(2));
        (small(first) && small(last) && parted && may_be).then_some(2)
    }

    /// `J. Vasquez`.
    fn initial(&self) -> Option<usize> {
        let (first, last) = (self.token(0)?, self.token(1)?);
        let is_initial = first.is_capital && self.text(first).len() == 1 && self.gap(1) == ". ";
        if !is_initial {
            return None;
        }
        let is_name = self.names.is_listed(last) || self.names.may_begin(last);
        (is_name && is_written(self.text(last)) && self.gap(2) != ". ").then_some(2)
    }

    /// `Okafor, Rosalind`, where neither is an ordinary word.
    fn reversed(&self) -> Option<usize> {
        let next = self.token(1)?;
        let first = self.token(0)?;
        let shouted = self.word(0).chars().all(|letter| !letter.is_lowercase());
        let may_be_family = self.names.may_begin(first) || (self.names.is_listed(first) && self.is_first_name(1));
        let good = self.gap(1) == ", "
            && may_be_family
            && self.names.may_begin(next)
            && is_written(self.text(next))
            && (!shouted || self.names.is_listed(first) || self.names.is_listed(next));
        let listed = matches!(self.gap(2), ", ") && self.token(2).is_some_and(|third| third.is_capital);
        (good && !listed).then_some(2)
    }
}

/// A name is written with a capital and small letters, or with capitals alone where it is long enough to be no code; `I'm` is
/// none.
fn is_written(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && !word.starts_with("I'")
        && (word.chars().skip(1).any(char::is_lowercase) || word.chars().count() >= CAPITALS)
}

fn is_one_of(words: &Listed, word: &str) -> bool {
    word.len() <= LONGEST_TITLE && words.has(word)
}

/// A name has no more words, and behind a title fewer.
const LONGEST: usize = 5;
const TITLED: usize = 4;
/// A word of so many bytes is in no list of ordinary words.
const SHORT: usize = 4;
/// Fewer capitals in a row are an abbreviation.
const CAPITALS: usize = 5;
const LONGEST_TITLE: usize = 12;

/// Whether a first name is a word or a place far more often.
pub(super) fn is_word_or_place(word: &str) -> bool {
    is_one_of(&PLACES, word) || is_one_of(&WORDS, word)
}

/// How many words around a name are looked at.
const NEAR: usize = 16;

#[cfg(test)]
mod tests {
    use super::super::super::token::tokens;
    use super::*;

    const ALL: Mentions = Mentions {
        full: Some(0),
        titled: Some(1),
        first: Some(2),
    };

    fn mentioned(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let tokens = tokens(text);
        let window = Window::whole(text, &tokens);
        mentions(&window, &mut 0, Names::built_in(), ALL, &mut found);
        let shown = |candidate: &Candidate| {
            let kind = ["full", "titled", "first"].get(candidate.detector).unwrap();
            format!("{kind} {}", text.get(candidate.range.clone()).unwrap())
        };
        found.iter().map(shown).collect()
    }

    #[test]
    fn persons_are_found_without_a_list() {
        for (text, wanted) in [
            ("Enrolling Darnell Crowfoot for it", "full Darnell Crowfoot"),
            ("Kowalski, Bernadeta, 88F", "full Kowalski, Bernadeta"),
            ("Mrs. Petrosyan's shin", "titled Petrosyan's"),
            ("Frau Sikorski heute", "titled Sikorski"),
            ("M. Belanger, votre", "titled Belanger"),
            ("Mr. Harjit Abernathy-Singh for", "titled Harjit Abernathy-Singh"),
            ("Jae-won Lim, 19", "full Jae-won Lim"),
            ("Clarisse Ngo Bassong", "full Clarisse Ngo Bassong"),
            ("Maria de la Cruz has", "full Maria de la Cruz"),
            ("tell Rosalind that", "first Rosalind"),
            ("Robert Stone could not", "full Robert Stone"),
            ("Linda Park could not", "full Linda Park"),
            ("Aino Virtanen suffers", "full Aino Virtanen"),
            ("Ngoc Tran collapsed at", "full Ngoc Tran"),
            ("please tell sunniva dahl that", "full sunniva dahl"),
            ("remind maria lopez about it", "full maria lopez"),
            ("employee J. Vasquez, it", "full J. Vasquez"),
            ("MARTINEZ, ROSALIND", "full MARTINEZ, ROSALIND"),
        ] {
            assert_eq!(mentioned(text), [wanted], "{text}");
        }
    }

    #[test]
    fn who_cares_for_others_and_what_is_no_name_is_none() {
        for text in [
            "Dr. Hazel Winterbourne",
            "Maria Chen, RN",
            "Foley catheter",
            "Lake Clinic",
            "the Diabetes Center",
            "Please Call",
            "ADHD, ODD",
            "Monday, April",
            "So I'm sure",
            "Join Ironbark before",
            "Well. Bring Ironbark home",
            "it works (Thanks, Rosalind!)",
            "Hyde Park has",
            "tell customer support that",
            "ask the front desk to",
            "let me know if",
            "call your doctor when",
        ] {
            assert_eq!(mentioned(text), [""; 0], "{text}");
        }
    }
}
