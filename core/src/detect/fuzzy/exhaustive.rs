//! The speller as it is defined: a word is compared with every one that it may be. Slow and clear, for the tests that
//! hold the fast one to it.

use super::super::language::{self, Language, Paragraph};
use super::super::lexicon::Lexicon;
use super::super::token::Token;
use super::{Speller, Word, is_a_name, is_beside_care, is_code, is_long};

impl Speller {
    /// What [`Speller::correct`] does.
    pub(in super::super) fn correct_exhaustively(&self, text: &str, tokens: &mut [Token]) {
        let lexicon = Lexicon::built_in();
        let mut paragraph = Paragraph::default();
        for token in tokens {
            self.look_up(token, lexicon);
            if token.is_known || token.has_digit {
                continue;
            }
            let Some(word) = text.get(token.start..token.end).filter(|word| is_long(word)) else {
                continue;
            };
            if text.get(token.end..).is_some_and(|rest| rest.starts_with("-\n")) {
                // The first half of a word.
                continue;
            }
            if is_code(text, token) || (is_a_name(text, token) && !is_beside_care(text, token)) {
                continue;
            }
            let language = language::at(text, token.start, &mut paragraph);
            if language.is_some_and(|language| language != Language::English) {
                continue;
            }
            if let Some(meant) = self.meant_exhaustively(&word.to_ascii_lowercase()) {
                token.hash = meant;
                token.is_fuzzy = true;
                self.look_up(token, lexicon);
            }
        }
    }

    /// What [`Speller::meant`] gives.
    pub(super) fn meant_exhaustively(&self, word: &str) -> Option<u64> {
        let near = |candidate: Word<'_>| {
            let most = candidate.edits(word.as_bytes());
            let is_possible = candidate.text.len().abs_diff(word.len()) <= most;
            let distance = is_possible.then(|| distance(word.as_bytes(), candidate.text));
            distance.filter(|distance| *distance <= most)
        };
        let words = self.vocabulary.words();
        let candidates = words.filter_map(|candidate| Some((near(candidate)?, candidate)));
        let best = candidates.min_by_key(|(distance, candidate)| (*distance, !candidate.alone, candidate.text));
        let nearest = best.map(|(_, nearest)| nearest);
        nearest.or_else(|| self.sounding_like(word.as_bytes())).map(Word::hash)
    }
}

/// The Damerau distance in its form of optimal string alignment, by the whole table.
pub(super) fn distance(from: &[u8], to: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut current = vec![row.saturating_add(1)];
        for (column, other) in to.iter().enumerate() {
            let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX);
            let swapped = row > 0
                && column > 0
                && from.get(row.saturating_sub(1)) == Some(other)
                && to.get(column.saturating_sub(1)) == Some(letter);
            let replaced = at(&above, column).saturating_add(usize::from(letter != other));
            let inserted = at(&current, column).saturating_add(1);
            let removed = at(&above, column.saturating_add(1)).saturating_add(1);
            let mut least = replaced.min(inserted).min(removed);
            if swapped {
                least = least.min(at(&before, column.saturating_sub(1)).saturating_add(1));
            }
            current.push(least);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_a_swap_as_one() {
        for (from, to, edits) in [
            ("abc", "abc", 0),
            ("abc", "acb", 1),
            ("abc", "bc", 1),
            ("abc", "xbcy", 2),
            ("", "ab", 2),
        ] {
            assert_eq!(distance(from.as_bytes(), to.as_bytes()), edits, "{from} {to}");
        }
    }
}
