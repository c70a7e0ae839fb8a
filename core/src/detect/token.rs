//! Words and numbers of a folded text, each with its place and a hash of its lower-case form.

use super::lexicon::Marks;

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
    /// Has an upper-case letter of ASCII further on.
    pub(super) has_inner_capital: bool,
    /// A misspelling; the hash is that of the word that was meant.
    pub(super) is_fuzzy: bool,
    /// Spelt right, as the speller said of it.
    pub(super) is_known: bool,
    /// What the lists say of the word of this hash.
    pub(super) marks: Marks,
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
    text: &'a str,
    /// How far it is read, between characters.
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) const fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The same from `at` on, where no word is open.
    pub(super) const fn from(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    /// Where the next letter or digit stands, from where it is read on, and its byte.
    #[inline]
    fn next_start(&mut self) -> Option<(usize, u8)> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while let Some(&byte) = bytes.get(at) {
            if is_of_a_word(byte) {
                self.at = at;
                return Some((at, byte));
            }
            at = at.wrapping_add(1);
            if !byte.is_ascii() {
                self.at = at.wrapping_sub(1);
                let character = self.character()?;
                if character.is_alphanumeric() {
                    return Some((self.at, byte));
                }
                at = self.at.wrapping_add(character.len_utf8());
            }
        }
        self.at = at;
        None
    }

    fn character(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    /// Whether the apostrophe at which it stands is within a word.
    fn joins(&self) -> bool {
        let next = self
            .text
            .get(self.at.saturating_add(1)..)
            .and_then(|rest| rest.chars().next());
        next.is_some_and(char::is_alphabetic)
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let (start, first) = self.next_start()?;
        let bytes = self.text.as_bytes();
        let is_capital = if first.is_ascii() {
            first.is_ascii_uppercase()
        } else {
            self.character()?.is_uppercase()
        };
        let mut token = Token::starting(start, is_capital);
        if first.is_ascii() {
            // A capital here is no inner one.
            token.take_ascii(&[first]);
            token.has_inner_capital = false;
            self.at = self.at.wrapping_add(1);
        }
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            self.at = self.at.wrapping_add(token.take_ascii(rest));
            let Some(&byte) = bytes.get(self.at) else {
                break;
            };
            let length = match byte {
                b'\'' if self.joins() => 1,
                byte if byte.is_ascii() => break,
                _ => {
                    let Some(character) = self.character().filter(|character| character.is_alphanumeric()) else {
                        break;
                    };
                    token.take(character);
                    character.len_utf8()
                }
            };
            self.at = self.at.saturating_add(length);
        }
        token.end = self.at;
        Some(token)
    }
}

impl Token {
    const fn starting(at: usize, is_capital: bool) -> Self {
        Self {
            start: at,
            end: at,
            hash: FNV_OFFSET,
            has_digit: false,
            has_letter: false,
            is_capital,
            has_inner_capital: false,
            is_fuzzy: false,
            is_known: false,
            marks: Marks::NONE,
        }
    }

    /// The same place, read as the word of another hash.
    pub(super) fn read_as(self, hash: u64) -> Self {
        Self {
            hash,
            marks: Marks::default(),
            ..self
        }
    }

    fn take(&mut self, character: char) {
        self.has_digit |= character.is_ascii_digit();
        self.has_letter |= character.is_alphabetic();
        self.hash = lower(character).fold(self.hash, mix);
    }

    /// The same for the letters and digits of ASCII at the start of `bytes`, which nearly all are: how many there are.
    #[inline]
    fn take_ascii(&mut self, bytes: &[u8]) -> usize {
        let (mut hash, mut kinds, mut length) = (self.hash, 0, 0_usize);
        for &byte in bytes {
            let [lower, kind] = LETTERS.get(usize::from(byte)).copied().unwrap_or_default();
            if lower == 0 {
                break;
            }
            kinds |= kind;
            hash = (hash ^ u64::from(lower)).wrapping_mul(FNV_PRIME);
            length = length.wrapping_add(1);
        }
        self.hash = hash;
        self.has_digit |= kinds & DIGIT != 0;
        self.has_letter |= kinds & LETTER != 0;
        self.has_inner_capital |= kinds & CAPITAL != 0;
        length
    }
}

/// The letters and digits of ASCII, each at its place: in lower case, and what it is; zero for every other byte.
static LETTERS: [[u8; 2]; 256] = letters();

#[expect(
    clippy::indexing_slicing,
    reason = "done by the compiler, which refuses a place that is none"
)]
const fn letters() -> [[u8; 2]; 256] {
    let mut table = [[0; 2]; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        let kind = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' => LETTER,
            b'A'..=b'Z' => LETTER | CAPITAL,
            _ => 0,
        };
        if kind != 0 {
            table[byte as usize] = [byte.to_ascii_lowercase(), kind];
        }
        byte += 1;
    }
    table
}

const DIGIT: u8 = 1;
const LETTER: u8 = 1 << 1;
const CAPITAL: u8 = 1 << 2;

fn is_of_a_word(byte: u8) -> bool {
    LETTERS.get(usize::from(byte)).is_some_and(|[lower, _]| *lower != 0)
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

const FNV_PRIME: u64 = 0x0100_0000_01b3;

pub(super) fn mix(hash: u64, character: char) -> u64 {
    (hash ^ u64::from(u32::from(character))).wrapping_mul(FNV_PRIME)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn a_text_is_cut_as_its_characters_say(text in "[a-zA-Z0-9' _\u{e9}\u{130}\u{2019}\u{665}\u{4e2d}-]{0,40}|\\PC{0,40}") {
            prop_assert_eq!(tokens(&text), defined(&text));
        }
    }

    /// The tokens of `text` as they are defined, character by character.
    fn defined(text: &str) -> Vec<Token> {
        let mut tokens: Vec<Token> = Vec::new();
        let mut open: Option<Token> = None;
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let joins = character == '\'' && characters.peek().is_some_and(|(_, next)| next.is_alphabetic());
            let end = at + character.len_utf8();
            match &mut open {
                Some(token) if joins => token.end = end,
                _ if character.is_alphanumeric() => {
                    let token = open.get_or_insert_with(|| Token::starting(at, character.is_uppercase()));
                    token.has_inner_capital |= at > token.start && character.is_ascii_uppercase();
                    token.take(character);
                    token.end = end;
                }
                _ => tokens.extend(open.take()),
            }
        }
        tokens.extend(open);
        tokens
    }

    #[test]
    fn kinds_are_seen() {
        let token = tokens("Mr12")[0];
        assert!(token.has_digit && token.has_letter && token.is_capital);
    }
}
