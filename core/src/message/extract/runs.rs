//! Text in bytes whose format says nothing of it: runs of printable characters.

use crate::message::{charset, sniff};

/// The text of a field: all of it where it is text, else its runs of printable characters, one a line.
pub(super) fn of_field(bytes: &[u8]) -> String {
    let bytes = bytes.trim_ascii();
    let bare = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    if bare.is_empty() || !sniff::is_text(bare) {
        return of_bytes(bytes);
    }
    charset::decode(bare, None).text + "\n"
}

/// Runs of printable characters of one byte and of two, one a line.
pub(super) fn of_bytes(bytes: &[u8]) -> String {
    of_width(bytes, 1) + &of_width(bytes, 2)
}

/// Runs of printable characters of `width` bytes, one a line.
pub(super) fn of_width(bytes: &[u8], width: usize) -> String {
    let mut text = String::new();
    let mut run = String::new();
    for unit in bytes.chunks_exact(width) {
        match unit {
            [byte @ (b' '..=b'~' | b'\t')] | [byte @ (b' '..=b'~' | b'\t'), 0] => run.push(char::from(*byte)),
            _ => keep(&mut run, &mut text),
        }
    }
    keep(&mut run, &mut text);
    text
}

/// Long runs that read as text, in bytes most of which are none: a picture, a sound, a film.
pub(super) fn of_noise(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut at = 0;
    while let Some(&last) = bytes.get(at + NOISE_RUN - 1) {
        // No run that is long enough lies over a byte that is not printable.
        if !is_printable(last) {
            at += NOISE_RUN;
            continue;
        }
        let front = bytes.get(at..at + NOISE_RUN).unwrap_or_default();
        let back = front.iter().rev().take_while(|&&byte| is_printable(byte)).count();
        let start = at + NOISE_RUN - back;
        let rest = bytes.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|&&byte| is_printable(byte)).count();
        let run = rest.get(..length).unwrap_or_default();
        if reads_as_text(run) {
            text.push_str(&charset::decode(run, None).text);
            text.push('\n');
        }
        at = start + length + 1;
    }
    text
}

fn keep(run: &mut String, text: &mut String) {
    if run.len() >= RUN {
        text.push_str(run);
        text.push('\n');
    }
    run.clear();
}

/// Also the bytes of UTF-8 and of the 8-bit charsets.
const fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r' | 0xA0..=0xF4)
}

/// Words or numbers with blanks between, of different letters.
fn reads_as_text(run: &[u8]) -> bool {
    if run.len() < NOISE_RUN {
        return false;
    }
    let count = |is: fn(&u8) -> bool| run.iter().filter(|byte| is(byte)).count();
    let plain = count(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'\n' | b'-' | b'.' | b',' | b':'));
    let (blanks, digits) = (count(u8::is_ascii_whitespace), count(u8::is_ascii_digit));
    let mut seen = [false; 256];
    for &byte in run.iter().take(KINDS) {
        if let Some(seen) = seen.get_mut(usize::from(byte)) {
            *seen = true;
        }
    }
    let kinds = seen.iter().filter(|seen| **seen).count();
    plain * 100 >= run.len() * 65 && (blanks >= 2 || digits >= 4) && kinds >= 6
}

/// Shorter runs are noise.
const RUN: usize = 6;
/// In noise, one run of this length that reads as text stands in some ten megabytes.
const NOISE_RUN: usize = 12;
/// As many bytes as tell whether a run is more than a repeated pattern.
const KINDS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_both_widths_are_found() {
        let mut content = b"\x01\x02SSN 219-09-9999\x01".to_vec();
        content.resize(content.len().next_multiple_of(2), 0);
        content.extend(b"MRN 1234567".iter().flat_map(|&byte| [byte, 0]));
        assert_eq!(of_width(&content, 1), "SSN 219-09-9999\n");
        assert_eq!(of_bytes(&content), "SSN 219-09-9999\nMRN 1234567\n");
    }

    #[test]
    fn text_in_noise_is_found_wherever_it_starts() {
        for before in 0..40 {
            let content = [&vec![0x80; before][..], b"SSN 219-09-9999", &[3; 40]].concat();
            assert_eq!(of_noise(&content), "SSN 219-09-9999\n", "{before}");
        }
        for noise in [
            &b"@@@@@@@@@AAAAAAAABBBBBBBBBBBBBB"[..],
            b"q}~{]k^%$#@!)(*&^%$",
            &[0; 64],
        ] {
            assert_eq!(of_noise(noise), "");
        }
    }
}
