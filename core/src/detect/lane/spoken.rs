//! Digits that are written as words, or as letters that look like them.

use std::ops::Range;

use super::super::token::Tokens;
use super::listed;

/// A number as its digits, and where in the text each of them stands.
pub(super) struct Spoken {
    text: String,
    places: Vec<Range<usize>>,
}

impl Spoken {
    /// The number that starts at `start` of `text`; `None` where its digits are digits, or none is there.
    pub(super) fn at(text: &str, start: usize) -> Option<Self> {
        let mut spoken = Self {
            text: String::new(),
            places: Vec::new(),
        };
        let rest = ahead(text.get(start..)?);
        let (mut end, mut is_spoken) = (0, false);
        let mut languages = [true; LANGUAGES.len()];
        for token in Tokens::of(rest).take(MOST_WORDS) {
            let written = rest.get(token.start..token.end)?;
            let gap = rest.get(end..token.start)?;
            if gap.len() > WIDEST_GAP {
                break;
            }
            let place = |piece: Range<usize>| start.saturating_add(piece.start)..start.saturating_add(piece.end);
            if let Some(digit) = word(written, &mut languages) {
                spoken.push(digit, place(token.start..token.end));
                is_spoken = true;
            } else if let Some(digits) = alike(written) {
                if !spoken.text.is_empty()
                    && gap.len() == 1
                    && matches!(gap, "-" | " " | ".")
                    && !is_word_before(rest, end)
                {
                    spoken.push(gap.chars().next()?, place(end..token.start));
                }
                for (at, digit) in (token.start..).zip(digits.chars()) {
                    spoken.push(digit, place(at..at.saturating_add(1)));
                }
                is_spoken |= digits != written;
            } else {
                break;
            }
            end = token.end;
        }
        is_spoken.then_some(spoken)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where `range` of the digits stands in the text.
    pub(super) fn place(&self, range: Range<usize>) -> Option<Range<usize>> {
        let last = self.places.get(range.end.checked_sub(1)?)?;
        Some(self.places.get(range.start)?.start..last.end)
    }

    fn push(&mut self, digit: char, place: Range<usize>) {
        if self.places.capacity() == 0 {
            self.text.reserve(USUAL_DIGITS);
            self.places.reserve(USUAL_DIGITS);
        }
        self.text.push(digit);
        self.places.push(place);
    }
}

fn is_word_before(rest: &str, end: usize) -> bool {
    let front = rest.get(..end).unwrap_or_default();
    front.ends_with(|last: char| last.is_ascii_lowercase() && last != 'l' && last != 'o')
}

/// The digit that a word says in one of the `languages` that are possible; those in which it says none are so no longer. No
/// number is in two languages.
fn word(written: &str, languages: &mut [bool; LANGUAGES.len()]) -> Option<char> {
    if written.len() > LONGEST_WORD || listed::place(written) & PLACES == 0 {
        return None;
    }
    let is_ascii = written.is_ascii();
    let first = written.bytes().next().map(|first| first.to_ascii_lowercase());
    let is_said = |word: &str| {
        if is_ascii {
            word.len() == written.len() && word.bytes().next() == first && word.eq_ignore_ascii_case(written)
        } else {
            written.to_lowercase() == word
        }
    };
    let mut said = [None; LANGUAGES.len()];
    for ((said, possible), digits) in said.iter_mut().zip(&*languages).zip(LANGUAGES) {
        let digit = possible.then(|| digits.iter().find(|(word, _)| is_said(word)));
        *said = digit.flatten().map(|(_, digit)| *digit);
    }
    let digit = said.iter().find_map(|digit| *digit)?;
    for (possible, said) in languages.iter_mut().zip(said) {
        *possible = said.is_some();
    }
    Some(digit)
}

/// Digits among which letters look like them; one digit at least is one.
fn alike(written: &str) -> Option<String> {
    if !written.contains(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let digits = written.chars().map(|letter| match letter {
        '0'..='9' => Some(letter),
        'O' | 'o' => Some('0'),
        'l' | 'I' => Some('1'),
        _ => None,
    });
    digits.collect()
}

fn ahead(rest: &str) -> &str {
    let mut end = rest.len().min(AHEAD);
    while !rest.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    rest.get(..end).unwrap_or_default()
}

/// Sixteen words of a card and what stands between them.
const AHEAD: usize = 128;
const MOST_WORDS: usize = 20;
/// A number has seldom more digits and signs between them.
const USUAL_DIGITS: usize = 24;
/// Between two digits that are words: `nine, oh`.
const WIDEST_GAP: usize = 3;
/// The words of the digits of each language.
const LANGUAGES: [&[(&str, char)]; 6] = [ENGLISH, SPANISH, FRENCH, GERMAN, PORTUGUESE, ITALIAN];
/// The bits of all their words, by which most words are told from them.
const PLACES: u128 = {
    let (mut places, mut languages) = (0, LANGUAGES.as_slice());
    while let Some((language, others)) = languages.split_first() {
        let mut digits = *language;
        while let Some(((word, _), rest)) = digits.split_first() {
            places |= listed::place(word);
            digits = rest;
        }
        languages = others;
    }
    places
};
/// `quattro` and `cinque` have seven letters; no word of a digit has more bytes.
const LONGEST_WORD: usize = 8;
const ENGLISH: &[(&str, char)] = &[
    ("zero", '0'),
    ("oh", '0'),
    ("one", '1'),
    ("two", '2'),
    ("three", '3'),
    ("four", '4'),
    ("five", '5'),
    ("six", '6'),
    ("seven", '7'),
    ("eight", '8'),
    ("nine", '9'),
];
const SPANISH: &[(&str, char)] = &[
    ("cero", '0'),
    ("uno", '1'),
    ("una", '1'),
    ("dos", '2'),
    ("tres", '3'),
    ("cuatro", '4'),
    ("cinco", '5'),
    ("seis", '6'),
    ("siete", '7'),
    ("ocho", '8'),
    ("nueve", '9'),
];
const FRENCH: &[(&str, char)] = &[
    ("zéro", '0'),
    ("zero", '0'),
    ("un", '1'),
    ("deux", '2'),
    ("trois", '3'),
    ("quatre", '4'),
    ("cinq", '5'),
    ("six", '6'),
    ("sept", '7'),
    ("huit", '8'),
    ("neuf", '9'),
];
const GERMAN: &[(&str, char)] = &[
    ("null", '0'),
    ("eins", '1'),
    ("zwei", '2'),
    ("zwo", '2'),
    ("drei", '3'),
    ("vier", '4'),
    ("fünf", '5'),
    ("fuenf", '5'),
    ("sechs", '6'),
    ("sieben", '7'),
    ("acht", '8'),
    ("neun", '9'),
];
const PORTUGUESE: &[(&str, char)] = &[
    ("zero", '0'),
    ("um", '1'),
    ("dois", '2'),
    ("três", '3'),
    ("tres", '3'),
    ("quatro", '4'),
    ("cinco", '5'),
    ("seis", '6'),
    ("meia", '6'),
    ("sete", '7'),
    ("oito", '8'),
    ("nove", '9'),
];
const ITALIAN: &[(&str, char)] = &[
    ("zero", '0'),
    ("uno", '1'),
    ("due", '2'),
    ("tre", '3'),
    ("quattro", '4'),
    ("cinque", '5'),
    ("sei", '6'),
    ("sette", '7'),
    ("otto", '8'),
    ("nove", '9'),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, &str)> {
        let spoken = Spoken::at(text, 0)?;
        let place = spoken.place(0..spoken.text.len())?;
        Some((spoken.text, text.get(place)?))
    }

    #[test]
    fn words_and_look_alikes_are_digits() {
        for (text, digits, place) in [
            (
                "two one nine, oh nine nine nine nine four.",
                "219099994",
                "two one nine, oh nine nine nine nine four",
            ),
            ("2l9-O9-9994 is", "219-09-9994", "2l9-O9-9994"),
            ("Two One 9", "219", "Two One 9"),
            ("dos uno nueve, cero nueve", "21909", "dos uno nueve, cero nueve"),
            ("deux un neuf zéro neuf", "21909", "deux un neuf zéro neuf"),
            ("zwei eins neun null fünf", "21905", "zwei eins neun null fünf"),
            ("Dois um nove zero meia", "21906", "Dois um nove zero meia"),
            ("due uno nove zero sette", "21907", "due uno nove zero sette"),
            ("two one neuf", "21", "two one"),
        ] {
            assert_eq!(read(text), Some((digits.to_owned(), place)), "{text}");
        }
    }

    #[test]
    fn digits_need_no_reading_and_words_are_none() {
        for text in ["219-09-9994", "of one", "Ol", "lOl", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
