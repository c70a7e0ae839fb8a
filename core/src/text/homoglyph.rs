//! Gives Latin letters to words that borrowed look-alikes from another alphabet.
//!
//! A word is rewritten when all of its foreign letters look Latin and it mixes them with ASCII letters or digits, or
//! when it stands in a text that is mostly Latin anyway. An honest Russian or Greek text keeps its words.

use super::OffsetMap;
use super::tables::CONFUSABLE;

/// The text with disguised words rewritten, or `None` when there is none.
pub(super) fn words(text: &str) -> Option<(String, OffsetMap)> {
    if text.is_ascii() || !text.chars().any(|character| latin(character).is_some()) {
        return None;
    }
    let mostly_latin = is_mostly_latin(text);
    let mut rewritten = String::with_capacity(text.len());
    let mut map = OffsetMap::new();
    let mut at = 0;
    for piece in text.split_inclusive(|character: char| !character.is_alphanumeric()) {
        push_word(piece, at, mostly_latin, &mut rewritten, &mut map);
        at = at.saturating_add(piece.len());
    }
    Some((rewritten, map))
}

fn push_word(word: &str, at: usize, mostly_latin: bool, rewritten: &mut String, map: &mut OffsetMap) {
    if !is_disguised(word, mostly_latin) {
        rewritten.push_str(word);
        map.copy(at..at.saturating_add(word.len()));
        return;
    }
    for (offset, character) in word.char_indices() {
        let start = at.saturating_add(offset);
        let end = start.saturating_add(character.len_utf8());
        let plain = latin(character);
        rewritten.push(plain.unwrap_or(character));
        match plain {
            Some(_) => map.replace(1, start..end),
            None => map.copy(start..end),
        }
    }
}

fn is_disguised(word: &str, mostly_latin: bool) -> bool {
    if word.is_ascii() {
        return false;
    }
    let letters = || word.chars().filter(|character| character.is_alphanumeric());
    let foreign = letters().filter(|character| !character.is_ascii()).count();
    if foreign == 0 || letters().any(|character| !character.is_ascii() && latin(character).is_none()) {
        return false;
    }
    let all = letters().count();
    foreign < all || (mostly_latin && all > 1)
}

fn is_mostly_latin(text: &str) -> bool {
    let ascii = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let foreign = text
        .chars()
        .filter(|character| !character.is_ascii() && character.is_alphabetic())
        .count();
    ascii > foreign
}

/// The Latin letter that `character` looks like.
fn latin(character: char) -> Option<char> {
    if character.is_ascii() {
        return None;
    }
    let index = CONFUSABLE
        .binary_search_by_key(&character, |&(foreign, _)| foreign)
        .ok()?;
    CONFUSABLE.get(index).map(|&(_, latin)| latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewrite(text: &str) -> String {
        words(text).map_or_else(|| text.to_owned(), |(rewritten, _)| rewritten)
    }

    #[test]
    fn the_table_is_sorted_and_every_row_is_a_letter() {
        assert!(CONFUSABLE.is_sorted_by_key(|&(foreign, _)| foreign));
        assert!(
            CONFUSABLE
                .iter()
                .all(|&(foreign, latin)| !foreign.is_ascii() && latin.is_ascii_alphabetic())
        );
    }

    #[test]
    fn a_mixed_word_is_rewritten_even_in_foreign_text() {
        assert_eq!(rewrite("пациент и g\u{430}stritis здесь"), "пациент и gastritis здесь");
    }

    #[test]
    fn a_wholly_disguised_word_is_rewritten_in_latin_text() {
        assert_eq!(
            rewrite("the code is \u{405}\u{405}N for \u{441}\u{43e}\u{440}\u{435}"),
            "the code is SSN for cope"
        );
    }

    #[test]
    fn an_honest_foreign_text_is_left_alone() {
        assert_eq!(rewrite("Москва, река"), "Москва, река");
        assert_eq!(rewrite("the clinic in Владивосток"), "the clinic in Владивосток");
    }
}
