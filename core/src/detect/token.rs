//! Words and numbers of a folded text, each with its place and a hash of its lower-case form.

use std::iter::Peekable;
use std::str::CharIndices;

/// A maximal run of letters and digits; an apostrophe within a word belongs to it and counts for nothing.
#[expect(clippy::struct_excessive_bools, reason = "independent facts of one word")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) hash: u64,
    pub(super) has_digit: bool,
    pub(super) has_letter: bool,
    /// Starts with an upper-case letter.
    pub(super) is_capital: bool,
    /// A misspelling; the hash is that of the word that was meant.
    pub(super) is_fuzzy: bool,
}

/// The tokens of `text`, from left to right.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    // A word and its gap take about six bytes.
    let mut tokens = Vec::with_capacity(text.len() / 6);
    tokens.extend(Tokens::of(text));
    tokens
}

/// The same one by one.
pub(super) struct Tokens<'a> {
    characters: Peekable<CharIndices<'a>>,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            characters: text.char_indices().peekable(),
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let mut open: Option<Token> = None;
        while let Some((at, character)) = self.characters.next() {
            let joins = character == '\'' && self.characters.peek().is_some_and(|(_, next)| next.is_alphabetic());
            match &mut open {
                Some(token) if joins => token.end = at.saturating_add(1),
                _ if character.is_alphanumeric() => open
                    .get_or_insert_with(|| Token::starting(at, character))
                    .take(at, character),
                Some(_) => break,
                None => {}
            }
        }
        open
    }
}

impl Token {
    fn starting(at: usize, first: char) -> Self {
        Self {
            start: at,
            end: at,
            hash: FNV_OFFSET,
            has_digit: false,
            has_letter: false,
            is_capital: first.is_uppercase(),
            is_fuzzy: false,
        }
    }

    fn take(&mut self, at: usize, character: char) {
        self.end = at.saturating_add(character.len_utf8());
        self.has_digit |= character.is_ascii_digit();
        self.has_letter |= character.is_alphabetic();
        self.hash = lower(character).fold(self.hash, mix);
    }
}

fn lower(character: char) -> impl Iterator<Item = char> {
    let ascii = character.is_ascii().then(|| character.to_ascii_lowercase());
    let other = (!character.is_ascii())
        .then(|| character.to_lowercase())
        .into_iter()
        .flatten();
    ascii.into_iter().chain(other)
}

/// FNV-1a, over characters instead of bytes.
pub(super) const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

pub(super) fn mix(hash: u64, character: char) -> u64 {
    (hash ^ u64::from(u32::from(character))).wrapping_mul(0x0100_0000_01b3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_apostrophes_are_told_apart() {
        let text = "Crohn's patient_id: MR12-34 'quoted' é";
        let words: Vec<_> = tokens(text)
            .iter()
            .map(|token| text.get(token.start..token.end).unwrap())
            .collect();
        assert_eq!(words, ["Crohn's", "patient", "id", "MR12", "34", "quoted", "é"]);
    }

    #[test]
    fn case_and_apostrophe_do_not_change_the_hash() {
        assert_eq!(tokens("CROHN'S")[0].hash, tokens("crohns")[0].hash);
        assert_ne!(tokens("ab")[0].hash, tokens("ba")[0].hash);
    }

    #[test]
    fn kinds_are_seen() {
        let token = tokens("Mr12")[0];
        assert!(token.has_digit && token.has_letter && token.is_capital);
    }
}
