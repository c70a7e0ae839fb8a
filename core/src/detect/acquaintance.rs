//! People whom a text has named, found again where one of their names stands alone: `Rosalind Okafor … Rosalind says …`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::lane::Names;
use super::token::{Token, Tokens};
use crate::text::{Span, View};

/// The names by which people are spoken of again.
#[derive(Debug, Default)]
pub(crate) struct Acquaintances(BTreeMap<String, Kind>);

/// What else a name may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// An ordinary word, too: `Will`, `May`, `Stone`.
    Word,
    /// Nothing else where it is written with a capital: `Grace`.
    Capital,
    /// Nothing else.
    Name,
}

impl Acquaintances {
    /// Adds the names that `full`, the name of somebody, consists of. An ordinary word is none, unless a first name stands beside
    /// it, or a title, as `is_titled` says.
    pub(super) fn meet(&mut self, full: &str, is_titled: bool, names: &Names) {
        let view = View::fold(full);
        let parts: Vec<(Token, &str)> = parts(view.text()).collect();
        let is_person = is_titled || parts.iter().any(|(token, _)| names.is_first_of_somebody(token));
        for (token, part) in parts {
            let kind = match is_word(names, &token, part) {
                true if is_person => Kind::Word,
                true => continue,
                false if names.is_word(&token) => Kind::Capital,
                false => Kind::Name,
            };
            self.0.entry(part.to_lowercase()).or_insert(kind);
        }
    }

    /// The same for what may be no person: a list has a first name of it that is no word otherwise.
    pub(super) fn meet_if_listed(&mut self, full: &str, names: &Names) {
        let view = View::fold(full);
        let is_first =
            |(token, part): (Token, &str)| names.is_first_of_somebody(&token) && !is_word(names, &token, part);
        if parts(view.text()).any(is_first) {
            self.meet(full, false, names);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where they are spoken of again, in the original of `view`.
    pub(crate) fn within(&self, view: &View<'_>) -> Vec<Span> {
        let text = view.text();
        let found = Tokens::of(text).filter_map(|token| {
            let range = token.start..token.start.saturating_add(stem(text, &token).len());
            let kind = self.0.get(&stem(text, &token).to_lowercase())?;
            speaks_of_somebody(text, &token, &range, *kind).then(|| view.span(range))
        });
        found.collect()
    }
}

/// Whether a name is an ordinary word, too.
fn is_word(names: &Names, token: &Token, part: &str) -> bool {
    names.is_word_otherwise(token, part) || VERBS.contains(&part.to_lowercase().as_str())
}

/// The names within a name: neither initials nor what joins others.
fn parts(full: &str) -> impl Iterator<Item = (Token, &str)> {
    Tokens::of(full).filter_map(move |token| {
        let part = stem(full, &token);
        let is_one = part.chars().count() > 1 && token.is_capital && !token.has_digit;
        let is_name = !TITLES.contains(&part.to_lowercase().as_str());
        (is_one && is_name).then_some((token, part))
    })
}

/// A word without the `'s` of what it owns.
fn stem<'a>(text: &'a str, token: &Token) -> &'a str {
    let word = text.get(token.start..token.end).unwrap_or_default();
    word.strip_suffix("'s")
        .or_else(|| word.strip_suffix("'S"))
        .unwrap_or(word)
}

/// Whether a word that is somebody's name is meant as one here.
fn speaks_of_somebody(text: &str, token: &Token, range: &Range<usize>, kind: Kind) -> bool {
    let length = range.len();
    match kind {
        // `okafor says`, but `li` and `an` are anything.
        Kind::Name => token.is_capital || length >= LEAST_IN_SMALL_LETTERS,
        Kind::Capital => token.is_capital,
        Kind::Word => token.is_capital && is_meant(text, token, range),
    }
}

/// Whether an ordinary word with a capital is a name: not where a sentence begins with it, unless somebody is said to do
/// something; not among capitals; not in a date or before another name, as `Hope Clinic`.
fn is_meant(text: &str, token: &Token, range: &Range<usize>) -> bool {
    let before = text.get(..token.start).unwrap_or_default();
    let rest = text.get(token.end..).unwrap_or_default();
    let is_owner = token.end > range.end;
    let next = rest
        .strip_prefix(' ')
        .map(|rest| rest.split([' ', '\n', ',', '.', ';', ':', '?', '!']).next());
    let next = next.flatten().unwrap_or_default();
    let is_shouted = text
        .get(range.clone())
        .is_some_and(|word| word.chars().all(|letter| !letter.is_lowercase()))
        && next.len() > 1
        && next.chars().all(char::is_uppercase);
    let is_dated = next.starts_with(|first: char| first.is_ascii_digit())
        || last_word(before).is_some_and(|word| WHEN.contains(&word.to_lowercase().as_str()));
    if is_owner {
        return true;
    }
    if is_shouted || is_dated || next.starts_with(char::is_uppercase) {
        return false;
    }
    !begins_sentence(before) || DOINGS.contains(&next)
}

fn last_word(before: &str) -> Option<&str> {
    before.strip_suffix(' ')?.rsplit([' ', '\n']).next()
}

fn begins_sentence(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\n', '\t', '\r', '"', '\'', '(', '>', '*', '-']);
    before.is_empty() || before.ends_with(['.', '!', '?', ':', ',', ';']) && !before.ends_with(", ")
}

/// A name in small letters that is shorter may be a word of any language.
const LEAST_IN_SMALL_LETTERS: usize = 5;
/// Titles and what joins names, in lower case: no names.
const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "herr", "frau", "sra", "srta", "mme", "mlle", "signor", "signora",
    "dear", "jr", "sr", "ii", "iii", "iv", "md", "rn", "phd", "esq", "de", "da", "do", "dos", "das", "del", "della",
    "der", "den", "van", "von", "la", "le", "di", "du", "al", "el", "bin", "ibn", "ben",
];
/// First names that are verbs and nouns with which a sentence may begin, in lower case.
const VERBS: &[&str] = &[
    "carol", "chip", "chuck", "dale", "dawn", "drew", "eve", "gene", "guy", "jack", "lance", "mark", "miles", "nick",
    "norm", "pat", "peg", "ray", "reed", "rob", "skip", "stew", "sue", "wade",
];
/// Words behind which a month or a season is meant, in lower case.
const WHEN: &[&str] = &[
    "in", "of", "since", "until", "till", "by", "last", "next", "this", "early", "late", "mid", "through", "during",
];
/// What is said of somebody at the beginning of a sentence: `Will has`, `Mark was`.
const DOINGS: &[&str] = &[
    "is", "was", "has", "had", "did", "does", "says", "said", "told", "asked", "asks", "called", "calls", "came",
    "comes", "went", "goes", "got", "gets", "takes", "took", "needs", "needed", "wants", "wanted", "feels", "felt",
    "lives", "lived", "works", "worked", "thinks", "thought", "knows", "knew", "looks", "looked", "seems", "lost",
    "left", "sees", "saw", "cannot", "can't", "couldn't", "didn't", "doesn't", "isn't", "wasn't", "hasn't", "won't",
    "wrote", "writes", "started", "stopped", "turned",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn again(full: &str, text: &str) -> Vec<String> {
        let mut known = Acquaintances::default();
        known.meet(full, full.starts_with("Mr"), Names::built_in());
        let spans = known.within(&View::fold(text)).into_iter();
        spans
            .map(|span| text.get(span.start..span.end).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn each_name_of_somebody_is_found_again() {
        for (full, text, wanted) in [
            (
                "Rosalind Okafor",
                "Rosalind says that Okafor's knee hurts",
                &["Rosalind", "Okafor"][..],
            ),
            (
                "Okafor, Rosalind A",
                "ROSALIND and okafor, not Rosalinda",
                &["ROSALIND", "okafor"],
            ),
            ("Ann Lee", "Ann was here, and an annual lee, said Lee", &["Ann", "Lee"]),
            ("Mrs. Petrosyan", "Petrosyan", &["Petrosyan"]),
            ("Mr. Stone", "so Stone has a stone", &["Stone"]),
            ("Zoë King", "zoë's; the king", &[]),
        ] {
            assert_eq!(again(full, text), wanted, "{text}");
        }
    }

    #[test]
    fn an_ordinary_word_is_a_name_where_it_must_be_one() {
        for (full, text) in [
            ("Will Harper", "I saw Will today"),
            ("Will Harper", "Will has a fever"),
            ("Will Harper", "It helped. Will's fever is gone"),
            ("May Willson", "we asked May about it"),
            ("Mark Stone", "Hi Mark, thanks"),
            ("Hope Baker", "and Hope, too"),
        ] {
            assert_eq!(again(full, text).len(), 1, "{text}");
        }
        for (full, text) in [
            ("Will Harper", "Will you come? I will. Where there is a will"),
            ("May Willson", "in May, on May 5, May I ask, may be"),
            ("Mark Stone", "Mark the date. Please mark it"),
            ("Hope Baker", "Hope all is well. I hope so. Hope Clinic"),
            ("Claims Department", "the Claims Department of the house"),
        ] {
            assert_eq!(again(full, text), [""; 0], "{text}");
        }
    }
}
