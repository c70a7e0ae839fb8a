//! Bytes in base 85 that no header declares: Ascii85, as PDF, PostScript and `btoa` write it, the letters of RFC 1924, as
//! Python and git write them, and those of Z85 (`ZeroMQ` RFC 32).

use super::{rescue, sniff};

/// What the long words of a text hold, where that is text or a file.
pub(super) fn contents(text: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (start, end) = next_run(text, at)?;
        at = end + 1;
        Some(text.get(start..end).unwrap_or_default())
    })
    .filter_map(content)
}

/// What a run of letters holds, whichever of the three it is.
pub(super) fn content(run: &[u8]) -> Option<Vec<u8>> {
    let run = run.trim_ascii();
    let run = run.strip_prefix(b"<~").unwrap_or(run);
    let run = run.strip_suffix(b"~>").unwrap_or(run);
    let front = run.get(..run.len().min(FRONT_BYTES)).unwrap_or_default();
    let mut alphabets = ALPHABETS.iter();
    let is_read = |values: &&Values| decoded(front, values).is_some_and(|front| is_content(&front));
    decoded(run, alphabets.find(is_read)?).filter(|content| is_content(content))
}

/// Where the next long word stands from `at` on, with the lines behind it that are one word each.
fn next_run(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut at = at;
    loop {
        let front = text.get(at..at + WORD_BYTES)?;
        let back = front
            .iter()
            .rev()
            .take_while(|byte| !byte.is_ascii_whitespace())
            .count();
        let start = at + WORD_BYTES - back;
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
        if length >= WORD_BYTES {
            return Some((start, with_lines(text, start + length)));
        }
        at = start + length + 1;
    }
}

/// The end of the lines of one word that follow.
fn with_lines(text: &[u8], end: usize) -> usize {
    let mut end = end;
    while let Some(next) = line_end(text, end) {
        let rest = text.get(next..).unwrap_or_default();
        let word = rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
        if word == 0 || line_end(text, next + word).is_none() {
            break;
        }
        end = next + word;
    }
    end
}

/// Where the next line begins, or the text ends, if nothing but blanks stands before it. No more of a line is looked at than its
/// blanks: many long words may stand in one.
fn line_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let is_blank = |byte: &&u8| byte.is_ascii_whitespace() && **byte != b'\n';
    let blanks = rest.iter().take_while(is_blank).count();
    match rest.get(blanks) {
        Some(b'\n') => Some(at + blanks + 1),
        Some(_) => None,
        None => Some(text.len()),
    }
}

/// The bytes that the letters stand for; `None` when one is foreign or a group is too large. In Ascii85 `z` is four zeros.
fn decoded(run: &[u8], values: &Values) -> Option<Vec<u8>> {
    // Most words hold a foreign letter, and need no memory.
    let is_known = |byte: &u8| value(*byte, values) != NONE || *byte == b'z' || byte.is_ascii_whitespace();
    if !run.iter().all(is_known) {
        return None;
    }
    let (mut bytes, mut word, mut count) = (Vec::with_capacity(run.len() / 5 * 4), 0_u64, 0_usize);
    for &letter in run.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        match value(letter, values) {
            NONE if letter == b'z' && count == 0 => bytes.extend_from_slice(&[0; 4]),
            NONE => return None,
            value => {
                word = word * 85 + u64::from(value);
                count += 1;
            }
        }
        if count == 5 {
            bytes.extend_from_slice(&u32::try_from(word).ok()?.to_be_bytes());
            (word, count) = (0, 0);
        }
    }
    if count > 1 {
        let filled = (count..5).fold(word, |word, _| word * 85 + 84);
        let four = u32::try_from(filled).ok()?.to_be_bytes();
        bytes.extend(four.iter().take(count - 1));
    }
    Some(bytes)
}

fn value(letter: u8, values: &Values) -> u8 {
    values.get(usize::from(letter)).copied().unwrap_or(NONE)
}

/// Whether the bytes are words or a file for certain.
fn is_content(bytes: &[u8]) -> bool {
    let is_file = || !sniff::is_text(bytes) && rescue::is_surely_container(bytes);
    bytes.len() >= CONTENT_BYTES && (rescue::is_words(bytes) || is_file())
}

/// The value of each byte.
type Values = [u8; 256];

const fn values(letters: &[u8; 85]) -> Values {
    let (mut values, mut value, mut rest) = ([NONE; 256], 0, letters.as_slice());
    while let Some((letter, tail)) = rest.split_first() {
        #[expect(clippy::indexing_slicing, reason = "a byte is an index of 256 values")]
        {
            values[*letter as usize] = value;
        }
        value += 1;
        rest = tail;
    }
    values
}

const ALPHABETS: [Values; 3] = [
    values(b"!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstu"),
    values(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"),
    values(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"),
];
const NONE: u8 = 255;
/// Chance makes sixteen bytes of text of no twenty letters.
const WORD_BYTES: usize = 20;
/// As much of a run as tells whether it is content.
const FRONT_BYTES: usize = 1_000;
/// Words of so many bytes are no chance.
const CONTENT_BYTES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let contents = contents(text.as_bytes());
        contents.map(|content| String::from_utf8(content).unwrap()).collect()
    }

    /// Writes bytes in base 85, by the letters of one alphabet.
    fn written(bytes: &[u8], values: &Values) -> String {
        let letter = |value: u64| {
            (0..=255_u8)
                .find(|byte| u64::from(values[usize::from(*byte)]) == value)
                .unwrap()
        };
        let group = |four: &[u8]| {
            let filled: Vec<u8> = four.iter().copied().chain([0; 4]).take(4).collect();
            let word = u64::from(u32::from_be_bytes(filled.try_into().unwrap()));
            let powers = [52_200_625, 614_125, 7_225, 85, 1];
            let letters = powers.iter().map(|power| char::from(letter(word / power % 85)));
            letters.take(four.len() + 1).collect::<String>()
        };
        bytes.chunks(4).map(group).collect()
    }

    #[test]
    fn every_alphabet_is_read_in_lines_of_any_length_and_behind_words() {
        let record = "SSN 219-09-9994, diagnosis: type 2 diabetes mellitus";
        for values in &ALPHABETS {
            let code = written(record.as_bytes(), values);
            for width in [20, 33, 64, 200] {
                let lines: Vec<_> = code
                    .as_bytes()
                    .chunks(width)
                    .map(|line| std::str::from_utf8(line).unwrap())
                    .collect();
                for (before, behind) in [
                    ("", ""),
                    ("see: ", "\n"),
                    ("a line\n", "\nBest regards, Ann\n"),
                    ("a\n\n", "\n\nb"),
                ] {
                    let text = format!("{before}{}{behind}", lines.join("\r\n"));
                    assert_eq!(found(&text), [record], "{text}");
                }
            }
        }
    }

    #[test]
    fn long_words_and_links_hold_nothing() {
        for text in [
            "https://www.example.org/a/long/way/to/a/page?with=parameters&and=more#anchor",
            "Donaudampfschifffahrtsgesellschaftskapitaen",
            "------------------------------------------",
            "20260102030405.123456789@mail.example.org",
            "",
            "short",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
