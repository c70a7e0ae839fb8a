//! The people of a roster in a text.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::super::lane;
use super::super::token::{FNV_OFFSET, Token, mix, tokens};
use super::super::{Detector, Finding, Strength};
use super::date::days;
use super::file::{Hashes, Role};
use super::kind::Identifier;
use super::name::{squeezed, word};
use crate::ground::Category;
use crate::text::View;

/// Who is said to have found something.
#[derive(Clone, Debug)]
pub(super) struct Detectors {
    born: Arc<Detector>,
    name: Arc<Detector>,
    numbers: [(Identifier, Arc<Detector>); Identifier::ALL.len()],
}

impl Detectors {
    pub(super) fn of(roster: &str) -> Self {
        let detector = |id: &str, label: &str, letter, title: &str| {
            let title = format!("{title} of a person of the roster `{roster}`");
            Arc::new(Detector::new(
                &format!("roster-{roster}-{id}"),
                label,
                &title,
                Category::PersonalIdentifier,
                Some(letter),
            ))
        };
        let number = |kind: Identifier| {
            let (label, letter, title) = kind.finding();
            (kind, detector(kind.name(), label, letter, title))
        };
        Self {
            born: detector("birth-date", "DATE_OF_BIRTH", 'C', "birth date, beside the name,"),
            name: detector("name", "PERSON", 'A', "name"),
            numbers: Identifier::ALL.map(number),
        }
    }
}

/// What `view` holds of the roster.
pub(super) fn scan(hashes: &Hashes, detectors: &Detectors, view: &View<'_>) -> Vec<Finding> {
    let text = view.text();
    let tokens = tokens(text);
    let mut search = Search {
        hashes,
        detectors,
        view,
        tokens: &tokens,
        found: Vec::new(),
    };
    let named = search.names();
    search.numbers();
    search.births(&named);
    search.found.sort_by_key(Finding::span);
    search.found
}

struct Search<'a> {
    hashes: &'a Hashes,
    detectors: &'a Detectors,
    view: &'a View<'a>,
    tokens: &'a [Token],
    found: Vec<Finding>,
}

/// A name of the roster in the text.
struct Named {
    range: Range<usize>,
    given: String,
    family: String,
}

impl Search<'_> {
    /// Finds names, in the order of the text.
    fn names(&mut self) -> Vec<Named> {
        let words = Words::of(self.view.text(), self.tokens);
        let mut named: Vec<Named> = Vec::new();
        for index in 0..words.tokens.len() {
            let after = named
                .last()
                .is_none_or(|last| words.starts_after(index, last.range.end));
            let Some(found) = (if after { self.name_at(&words, index) } else { None }) else {
                continue;
            };
            self.push(&self.detectors.name, found.range.clone(), NAME);
            named.push(found);
        }
        named
    }

    /// A name that starts at a word: `Maria E. Lopez` or `Lopez, Maria`.
    fn name_at(&self, words: &Words<'_>, index: usize) -> Option<Named> {
        let first = words.tokens.get(index)?;
        if self.hashes.may_be(Role::Given, first.hash) {
            let found = (1..=MIDDLE + 1).find_map(|skip| self.forward(words, index, skip));
            if found.is_some() {
                return found;
            }
        }
        if self.hashes.may_be(Role::Family, first.hash) {
            return (1..=FAMILY_WORDS).find_map(|count| self.turned(words, index, count));
        }
        None
    }

    /// The family name starts `skip` words behind the given name.
    fn forward(&self, words: &Words<'_>, index: usize, skip: usize) -> Option<Named> {
        let start = index.saturating_add(skip);
        let family = words.tokens.get(start)?;
        let middle = (index..start).all(|place| words.gap(place).leads_on())
            && (index.saturating_add(1)..start).all(|place| words.may_be_middle(index, place));
        if !middle || !self.hashes.may_be(Role::Family, family.hash) {
            return None;
        }
        let given = words.word(index)?;
        (1..=FAMILY_WORDS)
            .take_while(|&count| count == 1 || words.gap(start.saturating_add(count).saturating_sub(2)) == Gap::Plain)
            .find_map(|count| self.known(words, index, &given, start..start.saturating_add(count)))
    }

    /// A family name of `count` words, a comma, the given name.
    fn turned(&self, words: &Words<'_>, index: usize, count: usize) -> Option<Named> {
        let given_at = index.saturating_add(count);
        let last = given_at.saturating_sub(1);
        if (index..last).any(|place| words.gap(place) != Gap::Plain) || !words.gap(last).turns() {
            return None;
        }
        let given = words.tokens.get(given_at)?;
        if !self.hashes.may_be(Role::Given, given.hash) {
            return None;
        }
        let mut named = self.known(words, index, &words.word(given_at)?, index..given_at)?;
        named.range.end = given.end;
        Some(named)
    }

    fn known(&self, words: &Words<'_>, first: usize, given: &str, family: Range<usize>) -> Option<Named> {
        let end = words.tokens.get(family.end.checked_sub(1)?)?.end;
        let family: String = family
            .map(|place| words.word(place))
            .collect::<Option<Vec<_>>>()?
            .concat();
        let start = words.tokens.get(first)?.start;
        self.hashes
            .holds(self.hashes.keyed.name(given, &family))
            .then(|| Named {
                range: start..end,
                given: given.to_owned(),
                family,
            })
    }

    /// Finds numbers: letters and digits of a few words close together.
    fn numbers(&mut self) {
        let mut end = 0;
        for index in 0..self.tokens.len() {
            let free = self.tokens.get(index).is_some_and(|token| token.start >= end);
            let found = if free { self.number_at(index) } else { None };
            if let Some((range, detector)) = found {
                end = range.end;
                self.push(&detector, range, NUMBER);
            }
        }
    }

    fn number_at(&self, index: usize) -> Option<(Range<usize>, Arc<Detector>)> {
        let text = self.view.text();
        let first = self.tokens.get(index)?;
        let (mut fingerprint, mut characters, mut digits) = (FNV_OFFSET, 0_usize, false);
        let mut end = first.end;
        for (count, token) in self.tokens.get(index..)?.iter().take(NUMBER_WORDS).enumerate() {
            if count > 0 && !is_close(text.get(end..token.start)?) {
                return None;
            }
            end = token.end;
            digits |= token.has_digit;
            for character in squeezed(text.get(token.start..token.end)?).chars() {
                fingerprint = mix(fingerprint, character);
                characters = characters.saturating_add(1);
            }
            if characters > MOST_CHARACTERS || (count > 0 && !digits) {
                return None;
            }
            if digits && self.hashes.may_be(Role::Number, fingerprint) {
                let value = squeezed(text.get(first.start..end)?);
                let is = |kind: Identifier| self.hashes.holds(self.hashes.keyed.number(kind, &value));
                if let Some((_, detector)) = self.detectors.numbers.iter().find(|(kind, _)| is(*kind)) {
                    return Some((first.start..end, Arc::clone(detector)));
                }
            }
        }
        None
    }

    /// Finds the birth dates of the people who are named near them.
    fn births(&mut self, named: &[Named]) {
        if named.is_empty() {
            return;
        }
        let mut next = named.iter().peekable();
        let mut before: VecDeque<&Named> = VecDeque::new();
        for index in 0..self.tokens.len() {
            let Some(token) = self.tokens.get(index) else { return };
            while let Some(name) = next.next_if(|name| name.range.start < token.start) {
                before.push_front(name);
                before.truncate(NEAR_NAMES);
            }
            let found = days(self.view.text(), self.tokens.get(index..).unwrap_or_default());
            let after = next.clone().take(NEAR_NAMES);
            let is_birth = |name: &Named| {
                let hash = |day| self.hashes.keyed.born(&name.given, &name.family, day);
                found.iter().any(|day| self.hashes.holds(hash(*day)))
            };
            if !found.is_empty() && before.iter().copied().chain(after).any(is_birth) {
                self.push(&self.detectors.born, token.start..self.end_of_date(index), NUMBER);
            }
        }
    }

    /// A date is one word of eight digits, or three words.
    fn end_of_date(&self, index: usize) -> usize {
        let end = |index: usize| self.tokens.get(index).map_or(0, |token| token.end);
        let compact = self
            .tokens
            .get(index)
            .is_some_and(|token| token.end.saturating_sub(token.start) == 8);
        if compact {
            end(index)
        } else {
            end(index.saturating_add(2))
        }
    }

    fn push(&mut self, detector: &Arc<Detector>, range: Range<usize>, confidence: f64) {
        let value = self.view.text().get(range.clone()).unwrap_or_default();
        self.found.push(Finding {
            detector: Arc::clone(detector),
            digest: lane::digest(value),
            span: self.view.span(range),
            confidence,
            strength: Strength::Exact,
            fuzzy: false,
            labelled: false,
        });
    }
}

/// The words of a text that can belong to a name: all but labels such as `Last name:`.
struct Words<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    gaps: Vec<Gap>,
}

/// What stands between two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// Something that no name holds.
    Broken,
    /// A label, as in `First name: Maria, last name: Lopez`.
    Labelled,
    /// Blanks, a dot, a hyphen.
    Plain,
    /// What parts a family name from the given name behind it.
    Turned,
}

impl Gap {
    const fn leads_on(self) -> bool {
        matches!(self, Self::Plain | Self::Labelled)
    }

    const fn turns(self) -> bool {
        matches!(self, Self::Turned | Self::Labelled)
    }
}

impl<'a> Words<'a> {
    fn of(text: &'a str, all: &[Token]) -> Self {
        let mut words = Self {
            text,
            tokens: Vec::with_capacity(all.len()),
            gaps: Vec::with_capacity(all.len()),
        };
        let mut labelled = false;
        for token in all {
            if is_label(text, token) {
                labelled = true;
                continue;
            }
            if let Some(last) = words.tokens.last() {
                words
                    .gaps
                    .push(gap(text.get(last.end..token.start).unwrap_or_default(), labelled));
            }
            words.tokens.push(*token);
            labelled = false;
        }
        words
    }

    /// What stands behind the word at `index`.
    fn gap(&self, index: usize) -> Gap {
        self.gaps.get(index).copied().unwrap_or(Gap::Broken)
    }

    fn word(&self, index: usize) -> Option<String> {
        Some(word(self.text, self.tokens.get(index)?))
    }

    fn starts_after(&self, index: usize, end: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| token.start >= end)
    }

    /// A middle name is written as large as the given name, or is a letter.
    fn may_be_middle(&self, given: usize, index: usize) -> bool {
        let (Some(given), Some(token)) = (self.tokens.get(given), self.tokens.get(index)) else {
            return false;
        };
        let is_letter = token.end.saturating_sub(token.start) == 1;
        !token.has_digit && (is_letter || (given.is_capital && token.is_capital))
    }
}

fn is_label(text: &str, token: &Token) -> bool {
    let word = text.get(token.start..token.end).unwrap_or_default();
    LABELS.iter().any(|label| word.eq_ignore_ascii_case(label))
}

fn gap(text: &str, labelled: bool) -> Gap {
    if text.len() > LONGEST_GAP {
        return Gap::Broken;
    }
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    if labelled {
        return if lines <= 1 { Gap::Labelled } else { Gap::Broken };
    }
    match text.trim_matches([' ', '"', '\'', '\n']) {
        "" | "." | "-" if lines <= 1 => Gap::Plain,
        "," | "^" | "|" | ";" | "\t" if lines == 0 => Gap::Turned,
        _ => Gap::Broken,
    }
}

/// What stands between the words of a number: `(503) 555-0142`, `48/213.377`.
fn is_close(gap: &str) -> bool {
    gap.len() <= 2 && gap.chars().all(|character| " -./()#_+".contains(character))
}

/// Words that stand beside the parts of a name in forms.
const LABELS: &[&str] = &[
    "first", "given", "forename", "middle", "last", "family", "surname", "name", "names",
];
/// `", first name: "` and the like.
const LONGEST_GAP: usize = 40;
/// Middle names and initials between the given name and the family name.
const MIDDLE: usize = 2;
/// Words of a family name: `de la Cruz`.
const FAMILY_WORDS: usize = 3;
/// Words of a number: `1 (503) 555-0142` has four.
const NUMBER_WORDS: usize = 5;
/// Letters and digits of a number.
pub(super) const MOST_CHARACTERS: usize = 40;
/// Names on either side to which a birth date can belong; it bounds the work for a date.
const NEAR_NAMES: usize = 4;
/// Two people can have the same name.
const NAME: f64 = 0.95;
/// A number of six characters or more, or a birth date beside its name, is met by chance almost never.
const NUMBER: f64 = 0.99;
