//! Names and numbers in one form, however they are written.

use super::super::token::{FNV_OFFSET, Token, mix, tokens};
use crate::text::View;

/// A word of a folded text in small letters, without apostrophes.
pub(super) fn word(text: &str, token: &Token) -> String {
    squeezed(text.get(token.start..token.end).unwrap_or_default())
}

/// The letters and digits of `text` in small letters.
pub(super) fn squeezed(text: &str) -> String {
    let characters = text.chars().filter(|character| character.is_alphanumeric());
    characters.flat_map(char::to_lowercase).collect()
}

/// The words of a name as a table holds it.
pub(super) fn words(name: &str) -> Vec<String> {
    let view = View::fold(name);
    tokens(view.text())
        .iter()
        .map(|token| word(view.text(), token))
        .collect()
}

/// The letters and digits of a number as a table holds it.
pub(super) fn number(value: &str) -> String {
    squeezed(View::fold(value).text())
}

/// Equal for equal words and numbers; the same as the hash of a token.
pub(super) fn fingerprint(squeezed: &str) -> u64 {
    squeezed.chars().fold(FNV_OFFSET, mix)
}

/// The given name and the family name by which somebody is known: the first word, and all words of the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Called {
    pub(super) given: String,
    pub(super) family: Vec<String>,
}

impl Called {
    pub(super) fn of(given: &str, family: &str) -> Option<Self> {
        let family = words(family);
        let given = words(given).into_iter().next()?;
        (!family.is_empty()).then_some(Self { given, family })
    }

    /// `Lopez, Maria Elena` and `Maria Elena Lopez`.
    pub(super) fn in_full(name: &str) -> Option<Self> {
        if let Some((family, given)) = name.split_once(',') {
            return Self::of(given, family);
        }
        let mut words = words(name);
        let family = words.pop()?;
        Some(Self {
            given: words.into_iter().next()?,
            family: vec![family],
        })
    }

    /// The family names that people write: all of it, and its last word.
    pub(super) fn families(&self) -> Vec<&[String]> {
        let mut forms = vec![self.family.as_slice()];
        if let [_, .., last] = self.family.as_slice() {
            forms.push(std::slice::from_ref(last));
        }
        forms
    }
}
