//! Closes letter-spaced text: `d i a b e t e s` and `5 3 6 - 9 0`.
//!
//! A spaced run is a row of single characters on one line. One space between two of them is closed; a wider gap
//! separates words and becomes one space. Punctuation may cling to the first and the last character.

use std::ops::Range;

use memchr::{memchr, memrchr};

use super::OffsetMap;

/// Four: `a b c` is a list, and initials come in threes.
const LEAST: usize = 4;
/// A wider gap than this ends the run: it is a column of a table.
const WIDEST_GAP: usize = 8;

/// The text with spaced runs closed, or `None` when there is none.
pub(super) fn close(text: &str) -> Option<(String, OffsetMap)> {
    let runs = if text.is_ascii() { ascii_runs(text) } else { runs(text) };
    if runs.is_empty() {
        return None;
    }
    let mut closed = String::with_capacity(text.len());
    let mut map = OffsetMap::new();
    let mut copied = 0;
    for run in runs {
        push_copy(text, copied..run.start, &mut closed, &mut map);
        push_closed(text, run.clone(), &mut closed, &mut map);
        copied = run.end;
    }
    push_copy(text, copied..text.len(), &mut closed, &mut map);
    closed.shrink_to_fit();
    Some((closed, map.fitted()))
}

/// The spaced runs of a text of ASCII. None goes over the end of a line, and hardly any line may have one.
fn ascii_runs(text: &str) -> Vec<Range<usize>> {
    let (bytes, mut found, mut at) = (text.as_bytes(), Vec::new(), 0_usize);
    while let Some(pair) = next_pair(bytes.get(at..).unwrap_or_default()) {
        let (before, behind) = bytes.split_at(at.saturating_add(pair).min(bytes.len()));
        let start = memrchr(b'\n', before).map_or(0, |end| end.saturating_add(1));
        at = before
            .len()
            .saturating_add(memchr(b'\n', behind).unwrap_or(behind.len()));
        let line = runs(text.get(start..at).unwrap_or_default()).into_iter();
        found.extend(line.map(|run| start.saturating_add(run.start)..start.saturating_add(run.end)));
    }
    found
}

/// Where two single characters stand one behind the other between blanks, as those within a run do, in bytes that are all
/// ASCII: hardly any text has them, and few bytes have to be looked at to know.
fn next_pair(bytes: &[u8]) -> Option<usize> {
    let is_single =
        |at: usize| matches!(bytes.get(at..at.saturating_add(3)), Some([b' ', single, b' ']) if *single != b' ');
    let has_next = |at: usize| {
        let rest = bytes.get(at.saturating_add(2)..).unwrap_or_default();
        let gap = rest.iter().take(WIDEST_GAP).take_while(|byte| **byte == b' ').count();
        is_single(at.saturating_add(1).saturating_add(gap))
    };
    let (firsts, _) = bytes.as_chunks::<8>();
    let (seconds, _) = bytes.get(1..).unwrap_or_default().as_chunks::<8>();
    let (thirds, rest) = bytes.get(2..).unwrap_or_default().as_chunks::<8>();
    let places = firsts.iter().zip(seconds).zip(thirds).zip((0_usize..).step_by(8));
    for (((first, second), third), start) in places {
        let mut singles = blanks(*first) & blanks(*third) & !blanks(*second);
        while singles != 0 {
            let place = usize::try_from(singles.trailing_zeros() / u8::BITS).unwrap_or_default();
            let place = start.saturating_add(place);
            if has_next(place) {
                return Some(place);
            }
            singles &= singles.wrapping_sub(1);
        }
    }
    let read = bytes.len().saturating_sub(rest.len()).saturating_sub(2);
    (read..bytes.len()).find(|at| is_single(*at) && has_next(*at))
}

/// The highest bit of each byte that is a blank, of eight that are all ASCII.
const fn blanks(bytes: [u8; 8]) -> u64 {
    let different = u64::from_le_bytes(bytes) ^ BLANKS;
    // No byte carries into the next one: each is less than 128.
    !different.wrapping_add(ALL_BUT_HIGHEST) & !ALL_BUT_HIGHEST
}

const BLANKS: u64 = u64::from_le_bytes([b' '; 8]);
const ALL_BUT_HIGHEST: u64 = u64::from_le_bytes([0x7F; 8]);

/// The spaced runs, from left to right.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut open = Open::default();
    for word in words(text) {
        let piece = text.get(word.clone()).unwrap_or_default();
        if !open.reaches(text, word.start) {
            open.flush(&mut runs);
        }
        let mut characters = piece.char_indices();
        let (Some((_, first)), second) = (characters.next(), characters.next()) else {
            continue;
        };
        let Some((_, second)) = second else {
            open.extend(word);
            continue;
        };
        if open.singles > 0 && first.is_alphanumeric() && !second.is_alphanumeric() {
            open.extend(word.start..word.start.saturating_add(first.len_utf8()));
        }
        open.flush(&mut runs);
        if let Some(last) = clinging_last(piece) {
            open.extend(word.end.saturating_sub(last.len_utf8())..word.end);
        }
    }
    open.flush(&mut runs);
    runs
}

/// The last character of `(d` or `MRN:5`, which may start a run.
fn clinging_last(piece: &str) -> Option<char> {
    let mut characters = piece.chars().rev();
    let last = characters.next().filter(|last| last.is_alphanumeric())?;
    characters
        .next()
        .filter(|before| !before.is_alphanumeric())
        .map(|_| last)
}

/// The run that is being read.
#[derive(Default)]
struct Open {
    start: usize,
    end: usize,
    singles: usize,
}

impl Open {
    fn reaches(&self, text: &str, next: usize) -> bool {
        let gap = text.get(self.end..next).unwrap_or_default();
        self.singles == 0 || (gap.len() <= WIDEST_GAP && gap.bytes().all(|byte| byte == b' '))
    }

    fn extend(&mut self, single: Range<usize>) {
        if self.singles == 0 {
            self.start = single.start;
        }
        self.end = single.end;
        self.singles = self.singles.saturating_add(1);
    }

    fn flush(&mut self, runs: &mut Vec<Range<usize>>) {
        if self.singles >= LEAST {
            runs.push(self.start..self.end);
        }
        *self = Self::default();
    }
}

/// The ranges of what stands between white space.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let start_of = move |word: &str| word.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    text.split_ascii_whitespace().map(move |word| {
        let start = start_of(word);
        start..start.saturating_add(word.len())
    })
}

fn push_copy(text: &str, range: Range<usize>, closed: &mut String, map: &mut OffsetMap) {
    closed.push_str(text.get(range.clone()).unwrap_or_default());
    map.copy(range);
}

fn push_closed(text: &str, run: Range<usize>, closed: &mut String, map: &mut OffsetMap) {
    let mut end = run.start;
    let mut kinds = Kinds::default();
    for word in words(text.get(run.clone()).unwrap_or_default()) {
        let word = run.start.saturating_add(word.start)..run.start.saturating_add(word.end);
        let changes = kinds.change_at(text, word.start, run.end);
        if word.start.saturating_sub(end) > 1 || (changes && word.start > end) {
            closed.push(' ');
            map.replace(1, end..word.start);
        }
        end = word.end;
        push_copy(text, word, closed, map);
    }
}

/// How many letters or digits stood one behind the other, to tell a word from the number before it where all gaps are
/// alike: `5 3 6 9 0 a s t h m a`.
#[derive(Default)]
struct Kinds {
    letters: usize,
    digits: usize,
}

impl Kinds {
    /// Whether a long row of the one kind ends at `at`, and one of the other begins. Identifiers mix shorter ones.
    fn change_at(&mut self, text: &str, at: usize, end: usize) -> bool {
        let ahead = || {
            let rest = text.get(at..end).unwrap_or_default().chars();
            rest.filter(|character| *character != ' ').take(LONG_ROW)
        };
        let is_word = || ahead().count() == LONG_ROW && ahead().all(char::is_alphabetic);
        match ahead().next() {
            Some(next) if next.is_ascii_digit() => {
                let changes = self.letters >= LONG_ROW;
                *self = Self {
                    letters: 0,
                    digits: self.digits.saturating_add(1),
                };
                changes
            }
            Some(next) if next.is_alphabetic() => {
                let changes = self.digits >= LEAST_DIGITS && is_word();
                *self = Self {
                    letters: self.letters.saturating_add(1),
                    digits: 0,
                };
                changes
            }
            _ => false,
        }
    }
}

/// A bank's code within an IBAN has four letters.
const LONG_ROW: usize = 5;
/// Before the letters of a bank stand two digits; a code of a diagnosis has three at least.
const LEAST_DIGITS: usize = 3;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn closed(text: &str) -> String {
        close(text).map_or_else(|| text.to_owned(), |(closed, _)| closed)
    }

    #[test]
    fn spaced_words_are_closed() {
        assert_eq!(closed("has c a r p a l     t u n n e l, yes"), "has carpal tunnel, yes");
        assert_eq!(closed("phone ( 9 1 9 )     3 5 5 - 6 0 8 6"), "phone (919) 355-6086");
        assert_eq!(closed("id:5 3 6 - 9 0\nnext"), "id:536-90\nnext");
    }

    #[test]
    fn a_word_behind_a_number_stays_a_word_where_all_gaps_are_alike() {
        assert_eq!(closed("MRN 8 5 4 - 3 4 - 2 6 a s t h m a"), "MRN 854-34-26 asthma");
        assert_eq!(closed("J 4 5 . 5 0 S e v e r e"), "J45.50 Severe");
        assert_eq!(closed("S e p t e m b e r 0 6 , 1 9 4 5"), "September 06,1945");
        assert_eq!(closed("1 E G 4 - T E 5 - M K 7 3"), "1EG4-TE5-MK73");
        assert_eq!(closed("G B 8 2 W E S T 1 2 3 4 5 6 9 8"), "GB82WEST12345698");
    }

    #[test]
    fn short_rows_tables_and_lines_stay_apart() {
        for text in [
            "a b c",
            "J. R. R. Tolkien",
            "1          2          3          4",
            "1\n2\n3\n4\n5",
        ] {
            assert_eq!(closed(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_run_is_overlooked(text in "[a-c1 (\n\t\r]{0,60}") {
            prop_assert_eq!(ascii_runs(&text), runs(&text), "{:?}", text);
        }

        #[test]
        fn no_run_is_overlooked_wherever_it_stands(
            before in "[a-c \n]{0,20}", gap in " {1,9}", last in "[a-d \n(]{0,9}", behind in "[a-c \n]{0,20}",
        ) {
            let text = format!("{before} a{gap}b c {last} {behind} a b{gap}c d");
            prop_assert_eq!(ascii_runs(&text), runs(&text), "{:?}", text);
        }
    }

    #[test]
    fn the_map_leads_back_to_the_spaced_original() {
        let text = "x: 1 2   3 4.";
        let (closed, map) = close(text).unwrap();
        assert_eq!(closed, "x: 12 34.");
        assert_eq!(map.original(3..8), crate::text::Span::new(3, 12));
    }
}
