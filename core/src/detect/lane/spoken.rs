//! Digits that are written as words, or as letters that look like them.

use std::ops::Range;

use super::super::token::Tokens;

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
        for token in Tokens::of(rest).take(MOST_WORDS) {
            let written = rest.get(token.start..token.end)?;
            let gap = rest.get(end..token.start)?;
            if gap.len() > WIDEST_GAP {
                break;
            }
            let place = |piece: Range<usize>| start.saturating_add(piece.start)..start.saturating_add(piece.end);
            if let Some(digit) = word(written) {
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
        self.text.push(digit);
        self.places.push(place);
    }
}

fn is_word_before(rest: &str, end: usize) -> bool {
    let front = rest.get(..end).unwrap_or_default();
    front.ends_with(|last: char| last.is_ascii_lowercase() && last != 'l' && last != 'o')
}

/// The digit that a word says.
fn word(written: &str) -> Option<char> {
    let found = WORDS.iter().find(|(word, _)| written.eq_ignore_ascii_case(word))?;
    Some(found.1)
}

/// Digits among which letters look like them; one digit at least is one.
fn alike(written: &str) -> Option<String> {
    let digits: Option<String> = written
        .chars()
        .map(|letter| match letter {
            '0'..='9' => Some(letter),
            'O' | 'o' => Some('0'),
            'l' | 'I' => Some('1'),
            _ => None,
        })
        .collect();
    digits.filter(|_| written.contains(|letter: char| letter.is_ascii_digit()))
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
/// Between two digits that are words: `nine, oh`.
const WIDEST_GAP: usize = 3;
const WORDS: &[(&str, char)] = &[
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
