//! Folds characters one by one: drops what is not seen, and gives one form to digits, dashes, spaces and letters.

use unicode_normalization::char::decompose_compatible;

use super::OffsetMap;
use super::tables::{DASHES, DIGIT_ZEROS, HANGUL, IGNORABLE, MARKS, contains};

/// The folded text, or `None` when every character stays as it is.
pub(super) fn characters(text: &str) -> Option<(String, OffsetMap)> {
    if text.is_ascii() {
        return None;
    }
    let mut folded = String::with_capacity(text.len());
    let mut map = OffsetMap::new();
    let mut at = 0_usize;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (plain, other) = rest.split_at(ascii(rest));
        folded.push_str(plain);
        map.copy(at..at.saturating_add(plain.len()));
        at = at.saturating_add(plain.len());
        let Some(character) = other.chars().next() else { break };
        let end = at.saturating_add(character.len_utf8());
        let start = folded.len();
        push_folded(character, &mut folded);
        if folded.get(start..) == text.get(at..end) {
            map.copy(at..end);
        } else {
            map.replace(folded.len().saturating_sub(start), at..end);
        }
        at = end;
    }
    Some((folded, map))
}

/// How many ASCII characters `text` begins with: most of it, in mail, so that they are looked at sixteen at once.
fn ascii(text: &str) -> usize {
    let (chunks, _) = text.as_bytes().as_chunks::<16>();
    let plain = chunks
        .iter()
        .take_while(|chunk| chunk.is_ascii())
        .count()
        .saturating_mul(16);
    let rest = text.as_bytes().get(plain..).unwrap_or_default();
    plain.saturating_add(rest.iter().take_while(|byte| byte.is_ascii()).count())
}

/// Appends what `character` folds to: nothing for what cannot be seen.
fn push_folded(character: char, folded: &mut String) {
    if character.is_ascii() || contains(HANGUL, character) {
        return folded.push(character);
    }
    // NFKD with the marks dropped: `é` and a struck-through `e` are both read as `e`. One character expands to at
    // most 18, so this stays linear.
    decompose_compatible(character, |piece| folded.extend(simple(piece)));
}

/// The folded form of a character that has no decomposition.
fn simple(character: char) -> Option<char> {
    if character.is_ascii() {
        return Some(character);
    }
    if contains(IGNORABLE, character) || contains(MARKS, character) {
        return None;
    }
    if matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}') {
        return Some('\n');
    }
    if character.is_whitespace() {
        return Some(' ');
    }
    if DASHES.contains(&character) {
        return Some('-');
    }
    if matches!(character, '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}') {
        return Some('\'');
    }
    Some(decimal(character).unwrap_or(character))
}

/// The ASCII form of a decimal digit of any script.
fn decimal(character: char) -> Option<char> {
    let code = u32::from(character);
    let index = DIGIT_ZEROS.partition_point(|&zero| zero <= code);
    let zero = DIGIT_ZEROS.get(index.checked_sub(1)?)?;
    char::from_digit(code.checked_sub(*zero)?, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_digits_of_every_script_fold_to_ascii() {
        for &zero in DIGIT_ZEROS {
            let text: String = (zero..zero + 10).filter_map(char::from_u32).collect();
            assert_eq!(characters(&text).unwrap().0, "0123456789", "{zero:x}");
        }
    }

    #[test]
    fn every_dash_is_a_hyphen() {
        for &dash in DASHES {
            assert_eq!(characters(&dash.to_string()).unwrap().0, "-", "{dash:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_dropped() {
        for &(first, last) in IGNORABLE.iter().chain(MARKS) {
            assert_eq!(
                characters(&format!("{first}{last}")).unwrap().0,
                "",
                "{}",
                first.escape_unicode()
            );
        }
    }

    #[test]
    fn other_scripts_keep_their_letters() {
        assert_eq!(characters("糖尿病 환자 пациент").unwrap().0, "糖尿病 환자 пациент");
    }
}
