use std::ops::Range;
use std::sync::OnceLock;

use super::super::lexicon::{Lexicon, Marks};
use super::super::token::Token;
use super::mention::is_word_or_place;
use super::{Candidate, Strength, Window};

/// First names, and words that are no part of a name although they are capitalised.
#[derive(Debug)]
pub(in super::super) struct Names {
    lexicon: &'static Lexicon,
}

impl Names {
    /// Those of the built-in lists.
    pub(in super::super) fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Names> = OnceLock::new();
        BUILT_IN.get_or_init(|| Self {
            lexicon: Lexicon::built_in(),
        })
    }

    fn is(&self, mark: Marks, token: &Token) -> bool {
        self.lexicon.marks_of(token).has(mark)
    }

    fn is_first(&self, token: &Token, next: Option<&Token>) -> bool {
        let surname = |next: &Token| self.may_be(next) && !self.is(Marks::WORD, next);
        is_capitalised(token)
            && self.is(Marks::FIRST_NAME, token)
            // `May Willson`, but not `May Day`.
            && (!self.is(Marks::NO_NAME, token) || next.is_some_and(surname))
    }

    /// A capitalised word that is no ordinary one, or a first name.
    pub(super) fn may_begin(&self, token: &Token) -> bool {
        self.may_be(token) && (!self.is(Marks::WORD, token) || self.is(Marks::FIRST_NAME, token))
    }

    /// A capitalised word that may stand in a name behind another.
    pub(super) fn may_be_part(&self, token: &Token) -> bool {
        self.may_begin(token) || (self.may_be(token) && self.is(Marks::SURNAME, token))
    }

    /// A capitalised word that may be the name behind a title.
    pub(super) fn may_be_titled(&self, token: &Token) -> bool {
        self.may_be(token)
    }

    /// A first name or a surname of the lists.
    pub(in super::super) fn is_listed(&self, token: &Token) -> bool {
        self.is(Marks::FIRST_NAME, token) || self.is(Marks::SURNAME, token)
    }

    /// A first name that is no word otherwise.
    pub(super) fn is_only_a_first_name(&self, token: &Token) -> bool {
        self.may_be(token) && self.is(Marks::FIRST_NAME, token)
    }

    /// A word that lists have for a first name.
    pub(in super::super) fn is_first_of_somebody(&self, token: &Token) -> bool {
        self.is(Marks::FIRST_NAME, token)
    }

    /// A word of the dictionary.
    pub(in super::super) fn is_word(&self, token: &Token) -> bool {
        self.is(Marks::WORD, token)
    }

    /// A word that is more often something else than a name, whichever list has it for one.
    pub(in super::super) fn is_word_otherwise(&self, token: &Token, written: &str) -> bool {
        let is_listed = self.is(Marks::FIRST_NAME, token);
        self.is(Marks::NO_NAME, token) || is_word_or_place(written) || (self.is_word(token) && !is_listed)
    }

    /// A word written small that may be a first name: of the list, or of none. The short words are in no list.
    pub(super) fn is_first_in_small(&self, token: &Token) -> bool {
        let is_unknown = !self.is(Marks::WORD, token) && token.end.saturating_sub(token.start) >= UNLISTED_FIRST;
        !self.is(Marks::NO_NAME, token) && (self.is(Marks::FIRST_NAME, token) || is_unknown)
    }

    /// A word written small that may be a surname: of the list, or of none.
    pub(super) fn is_last_in_small(&self, token: &Token) -> bool {
        let is_unknown = !self.is(Marks::WORD, token) && token.end.saturating_sub(token.start) >= UNLISTED_LAST;
        !self.is(Marks::NO_NAME, token) && (self.is(Marks::SURNAME, token) || is_unknown)
    }

    /// Whether `last` is the surname behind the first name before it, and neither an illness nor the device that is named
    /// after another of this name: `Helen Parkinson`. A word that is an illness and nobody's name stays one, however it is
    /// written: `Helen Melanoma follow-up`.
    pub(super) fn is_surname_behind(&self, text: &str, first: &Token, last: &Token) -> bool {
        let word = text.get(last.start..last.end).unwrap_or_default();
        EPONYMS.contains(&word) && self.is_only_a_first_name(first) && text.get(first.end..last.start) == Some(" ")
    }

    /// A capitalised word that is not known to be something else.
    fn may_be(&self, token: &Token) -> bool {
        is_capitalised(token) && !self.is(Marks::NO_NAME, token)
    }
}

/// Surnames after which illnesses and devices are named.
const EPONYMS: &[&str] = &[
    "Addison",
    "Alzheimer",
    "Asperger",
    "Bell",
    "Bright",
    "Crohn",
    "Cushing",
    "Down",
    "Dupuytren",
    "Foley",
    "Graves",
    "Hansen",
    "Hashimoto",
    "Hodgkin",
    "Holter",
    "Huntington",
    "Kaposi",
    "Kawasaki",
    "Marfan",
    "Meniere",
    "Paget",
    "Parkinson",
    "Raynaud",
    "Sjogren",
    "Tourette",
    "Turner",
    "Wilson",
];

/// Names written small that no list has are at least so long.
const UNLISTED_FIRST: usize = 5;
const UNLISTED_LAST: usize = 4;

const fn is_capitalised(token: &Token) -> bool {
    token.is_capital && !token.has_digit && token.end.saturating_sub(token.start) > 1
}

/// Names of people: `Melissa J. Mcneill` and `Mcneill, Melissa J`.
pub(in super::super) fn names(
    window: &Window<'_>,
    next: &mut usize,
    names: &Names,
    detector: usize,
    confidence: f64,
    found: &mut Vec<Candidate>,
) {
    let (text, tokens) = (window.text, window.tokens);
    let mut index = window.index(*next);
    while let Some(token) = window.rest(index).and_then(<[Token]>::first) {
        index = index.saturating_add(1);
        if !names.is_first(token, tokens.get(index)) || is_code(text, token) {
            continue;
        }
        let before = index.checked_sub(2).and_then(|before| tokens.get(before));
        let after = tokens.get(index..).unwrap_or_default();
        let Some(range) = full(text, names, token, after).or_else(|| reversed(text, names, before, token, after))
        else {
            continue;
        };
        index = index.saturating_add(after.iter().take_while(|token| token.start < range.end).count());
        found.push(Candidate {
            detector,
            range,
            confidence,
            strength: Strength::Dictionary,
            fuzzy: false,
            labelled: false,
        });
    }
    *next = window.place(index);
}

/// `Melissa J. Mcneill`.
fn full(text: &str, names: &Names, first: &Token, after: &[Token]) -> Option<Range<usize>> {
    let (next, beyond) = (after.first()?, after.get(1));
    let initial = next.end.saturating_sub(next.start) == 1 && next.is_capital;
    let (last, previous) = if initial { (beyond?, next) } else { (next, first) };
    let gap = text.get(previous.end..last.start)?;
    let joined = text.get(first.end..next.start) == Some(" ") && matches!(gap, " " | ". ");
    (joined && names.may_be(last)).then_some(first.start..last.end)
}

/// `Mcneill, Melissa J`.
fn reversed(text: &str, names: &Names, before: Option<&Token>, first: &Token, after: &[Token]) -> Option<Range<usize>> {
    let last = before.filter(|last| names.may_be(last) && !is_code(text, last))?;
    if text.get(last.end..first.start) != Some(", ") {
        return None;
    }
    let initial = after.first().filter(|next| {
        next.is_capital && next.end.saturating_sub(next.start) == 1 && text.get(first.end..next.start) == Some(" ")
    });
    Some(last.start..initial.map_or(first.end, |initial| initial.end))
}

/// The capitals of a state are no first name: `Boston, MA`.
fn is_code(text: &str, token: &Token) -> bool {
    text.get(token.start..token.end)
        .is_some_and(|word| STATES.contains(&word))
}

/// Codes of states that are first names, too (USPS Publication 28, appendix B).
const STATES: &[&str] = &[
    "AL", "CO", "DE", "IN", "LA", "MA", "ME", "MI", "NE", "OK", "OR", "PA", "TX", "VA",
];

#[cfg(test)]
mod tests {
    use super::super::super::token::tokens;
    use super::*;

    fn named(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let tokens = tokens(text);
        let window = Window::whole(text, &tokens);
        names(&window, &mut 0, Names::built_in(), 0, 0.5, &mut found);
        found
            .iter()
            .map(|candidate| text.get(candidate.range.clone()).unwrap())
            .collect()
    }

    #[test]
    fn names_are_found_in_either_order() {
        assert_eq!(
            named("FW: Saul D. Brink and Mcneill, Melissa J were"),
            ["Saul D. Brink", "Mcneill, Melissa J"]
        );
        assert_eq!(named("for MARX, DELORES today"), ["MARX, DELORES"]);
    }

    #[test]
    fn words_and_lone_first_names_are_no_names() {
        for text in [
            "Melissa said so",
            "Dear Melissa,",
            "melissa mcneill",
            "May Day",
            "Monday, April 5",
            "Boston, MA",
            "VA, Cleveland",
        ] {
            assert_eq!(named(text), [""; 0], "{text}");
        }
    }
}
