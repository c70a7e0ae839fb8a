//! The one form of a label: the words that it consists of, however it is written.
//!
//! `S.S.N.`, `patientSsn`, `MR#`, `Policy No.` and `SSN219-09-9994` are read as `ssn`, `patient ssn`, `mr number`, `policy
//! number` and `ssn` before a value. The catalogue's labels, the texts, and the header rows of tables go through it alike.

use std::iter;

use super::super::lexicon::Marks;
use super::super::token::{FNV_OFFSET, Token, mix, tokens};

/// The words of `tokens`, which are the tokens of `text`.
pub(super) fn words(text: &str, tokens: &[Token]) -> Vec<Token> {
    // A few tokens are several words.
    let mut words = Vec::with_capacity(tokens.len().saturating_add(tokens.len() / 8).saturating_add(8));
    let mut rest = tokens;
    while let Some((token, beyond)) = rest.split_first() {
        if is_one_word(text, token) {
            words.push(*token);
            rest = beyond;
            continue;
        }
        rest = if let Some((word, after)) = initials(text, token, beyond) {
            words.push(word);
            after
        } else {
            pieces(text, *token, &mut words);
            beyond
        };
        let Some(last) = words.last_mut() else { continue };
        abbreviate(text, last);
        let end = last.end;
        words.extend(number_sign(text, end));
    }
    words
}

/// Whether a token is one word as it is: no letter of `S.S.N`, no `patientSsn`, no `no`, and no sign behind it. Nearly all are.
#[inline]
pub(super) fn is_one_word(text: &str, token: &Token) -> bool {
    if token.has_letter == token.has_digit || token.has_inner_capital {
        return false;
    }
    let bytes = text.as_bytes();
    let behind = bytes.get(token.end);
    let is_sign = |byte: Option<&u8>| byte == Some(&b'#');
    if is_sign(behind) || (behind == Some(&b' ') && is_sign(bytes.get(token.end.wrapping_add(1)))) {
        return false;
    }
    let is_short = token.has_letter && token.end.saturating_sub(token.start) <= 4;
    !(is_short && (behind == Some(&b'.') || matches!(bytes.get(token.start), Some(b'n' | b'N'))))
}

/// The label `phrase` as its words, with a blank between them.
pub(in super::super) fn normal(phrase: &str) -> String {
    let words = words(phrase, &tokens(phrase));
    let spoken = words.iter().map(|word| {
        if word.hash == number_hash() {
            return NUMBER.to_owned();
        }
        let written = phrase.get(word.start..word.end).unwrap_or_default();
        written.replace('.', "").to_lowercase()
    });
    spoken.collect::<Vec<_>>().join(" ")
}

/// `S.S.N` and `d.o.b`: letters with a dot between them are one word.
fn initials<'a>(text: &str, first: &Token, beyond: &'a [Token]) -> Option<(Token, &'a [Token])> {
    let is_initial = |token: &Token| token.has_letter && token.end.saturating_sub(token.start) == 1;
    let dotted = |end: usize, token: &Token| {
        is_initial(token) && text.get(end..token.start) == Some(".") && !is_glued(text, token.end)
    };
    if !is_initial(first) || is_glued(text, first.end) {
        return None;
    }
    let ends = iter::once(first.end).chain(beyond.iter().map(|token| token.end));
    let count = beyond
        .iter()
        .zip(ends)
        .take(MOST_INITIALS)
        .take_while(|(token, end)| dotted(*end, token))
        .count();
    let (others, after) = beyond.split_at_checked(count)?;
    let end = others.last()?.end;
    let letters = iter::once(first).chain(others);
    let hash = letters
        .filter_map(|token| text.get(token.start..token.end)?.chars().next())
        .flat_map(char::to_lowercase)
        .fold(FNV_OFFSET, mix);
    let word = Token { end, ..*first };
    Some((word.read_as(hash), after))
}

/// No label has more letters that stand for a word each.
const MOST_INITIALS: usize = 5;

/// Whether a letter or digit follows at once.
fn is_glued(text: &str, end: usize) -> bool {
    text.get(end..)
        .and_then(|rest| rest.chars().next())
        .is_some_and(char::is_alphanumeric)
}

/// The words within one token: `patientSsn`, `SSN219`, `MRNumber`.
fn pieces(text: &str, token: Token, words: &mut Vec<Token>) {
    let written = text.get(token.start..token.end).unwrap_or_default();
    let is_camel = has_inner_capital(written);
    let is_divided = token.has_letter && (is_camel || token.has_digit && !token.is_fuzzy);
    if !is_divided || !written.is_ascii() {
        return words.push(spoken(written, token));
    }
    let mut start = 0;
    let bytes = written.as_bytes();
    let ends = (1..bytes.len()).filter(|&at| divides(bytes, at)).chain([bytes.len()]);
    for end in ends {
        let piece = written.get(start..end).unwrap_or_default();
        words.push(spoken(piece, piece_of(token, start, piece)));
        start = end;
    }
}

fn has_inner_capital(written: &str) -> bool {
    written.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
        && written.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Whether a word of a token of ASCII letters and digits ends before `at`.
fn divides(bytes: &[u8], at: usize) -> bool {
    let (Some(front), Some(rest)) = (bytes.get(..at), bytes.get(at..)) else {
        return false;
    };
    let (Some(&last), Some(&next)) = (front.last(), rest.first()) else {
        return false;
    };
    if next.is_ascii_digit() {
        // `SSN219`, but not `A1c`, and only at the first digit.
        return at >= 2 && front.iter().all(u8::is_ascii_alphabetic);
    }
    if !next.is_ascii_uppercase() || front.iter().any(u8::is_ascii_digit) {
        return false;
    }
    // `patientSsn`; `MRNumber`, but not `SSNs`.
    let small = rest.iter().skip(1).take_while(|byte| byte.is_ascii_lowercase()).count();
    last.is_ascii_lowercase() || (last.is_ascii_uppercase() && small >= 2)
}

fn piece_of(token: Token, start: usize, piece: &str) -> Token {
    let start = token.start.saturating_add(start);
    Token {
        start,
        end: start.saturating_add(piece.len()),
        hash: piece
            .chars()
            .filter(|character| *character != '\'')
            .flat_map(char::to_lowercase)
            .fold(FNV_OFFSET, mix),
        has_digit: piece.bytes().any(|byte| byte.is_ascii_digit()),
        has_letter: piece.bytes().any(|byte| byte.is_ascii_alphabetic()),
        is_capital: piece.starts_with(|first: char| first.is_ascii_uppercase()),
        has_inner_capital: piece.bytes().skip(1).any(|byte| byte.is_ascii_uppercase()),
        is_fuzzy: false,
        is_known: false,
        marks: Marks::default(),
    }
}

/// `no`, `nr` and the like are the word `number`.
fn spoken(written: &str, word: Token) -> Token {
    let is_number = written.len() <= 4 && NUMBERS.iter().any(|number| written.eq_ignore_ascii_case(number));
    if is_number { word.read_as(number_hash()) } else { word }
}

const NUMBERS: &[&str] = &["no", "nos", "nr", "num", "nbr"];
const NUMBER: &str = "number";

fn number_hash() -> u64 {
    NUMBER.chars().fold(FNV_OFFSET, mix)
}

/// Takes the dot of an abbreviation in, so that `soc. sec. no` is one phrase.
fn abbreviate(text: &str, word: &mut Token) {
    let is_short = (2..=4).contains(&word.end.saturating_sub(word.start)) && !word.has_digit;
    let rest = text.get(word.end..).unwrap_or_default();
    if is_short && (rest.starts_with(". ") || rest.starts_with(".#")) {
        word.end = word.end.saturating_add(1);
    }
}

/// The `#` behind a word that ends at `end`, as the word `number`.
fn number_sign(text: &str, end: usize) -> Option<Token> {
    let rest = text.get(end..)?;
    let start = if rest.starts_with('#') {
        end
    } else if rest.starts_with(" #") {
        end.saturating_add(1)
    } else {
        return None;
    };
    Some(Token {
        start,
        end: start.saturating_add(1),
        hash: number_hash(),
        has_digit: false,
        has_letter: false,
        is_capital: false,
        has_inner_capital: false,
        is_fuzzy: false,
        is_known: false,
        marks: Marks::default(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_that_is_one_word_is_cut_no_further(text in "[a-zN0-9. #A-C²é'-]{0,24}") {
            let tokens = tokens(&text);
            for (index, token) in tokens.iter().enumerate().filter(|(_, token)| is_one_word(&text, token)) {
                let beyond = tokens.get(index + 1..).unwrap();
                prop_assert!(initials(&text, token, beyond).is_none());
                let mut cut = Vec::new();
                pieces(&text, *token, &mut cut);
                let mut abbreviated = *token;
                abbreviate(&text, &mut abbreviated);
                prop_assert_eq!((cut, abbreviated), (vec![*token], *token));
                prop_assert_eq!(number_sign(&text, token.end), None);
            }
        }
    }

    #[test]
    fn a_label_has_one_form_however_it_is_written() {
        for (written, form) in [
            ("S.S.N.", "ssn"),
            ("d.o.b", "dob"),
            ("M.R.N", "mrn"),
            ("MR#", "mr number"),
            ("Policy #", "policy number"),
            ("Policy No.", "policy number"),
            ("soc. sec. #", "soc sec number"),
            ("Med. Rec. No.", "med rec number"),
            ("patientSsn", "patient ssn"),
            ("patientSSN", "patient ssn"),
            ("MRNumber", "mr number"),
            ("member_id", "member id"),
            ("DbPassword", "db password"),
            ("SSNs", "ssns"),
            ("A1c", "a1c"),
            ("SSN219", "ssn 219"),
            ("O'Brien", "o'brien"),
            ("é.à.", "é à"),
        ] {
            assert_eq!(normal(written), form, "{written}");
        }
    }

    #[test]
    fn words_keep_their_places() {
        let text = "J. Smith, patientSsn: SSN219-09 (S.S.N. x)";
        let found: Vec<_> = words(text, &tokens(text))
            .iter()
            .map(|word| text.get(word.start..word.end).unwrap())
            .collect();
        assert_eq!(
            found,
            ["J", "Smith", "patient", "Ssn", "SSN", "219", "09", "S.S.N", "x"]
        );
    }

    #[test]
    fn equal_forms_have_equal_hashes() {
        let hash = |text: &str| {
            words(text, &tokens(text))
                .iter()
                .map(|word| word.hash)
                .collect::<Vec<_>>()
        };
        for (left, right) in [
            ("S.S.N.", "ssn"),
            ("DL#", "dl no"),
            ("patientSsn", "patient ssn"),
            ("icd10", "icd 10"),
        ] {
            assert_eq!(hash(left), hash(right), "{left}");
        }
    }
}
