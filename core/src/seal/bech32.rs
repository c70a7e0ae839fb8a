//! Bech32 (BIP 173) for keys: a type prefix, the key, and a check that finds typing errors.
//!
//! As in age, the prefix may be long and the length is not limited to 90 characters.

use zeroize::Zeroizing;

use super::error::{KeyError, KeyErrorKind};

/// `prefix`, the digit 1, `bytes` in groups of five bits, and six characters of check, all in small letters.
pub(super) fn encode(prefix: &str, bytes: &[u8]) -> Zeroizing<String> {
    let groups = regroup(bytes, 8, 5);
    let mut check = Check::new(prefix);
    let mut text = Zeroizing::new(String::with_capacity(prefix.len() + 1 + groups.len() + CHECK_LEN));
    text.push_str(prefix);
    text.push('1');
    for group in groups.iter() {
        check.add(*group);
        text.push(letter(*group));
    }
    for group in check.finish() {
        text.push(letter(group));
    }
    text
}

/// The bytes of a key of type `prefix` (in small letters), which an error calls `expected`.
pub(super) fn decode(prefix: &str, expected: &'static str, text: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let (capital, Some(rest)) = rest_after(prefix, text) else {
        return Err(KeyError::new(KeyErrorKind::Type { expected }, 1));
    };
    let first = prefix.len() + 2;
    let groups = groups(rest, capital, first)?;
    let Some(split) = groups.len().checked_sub(CHECK_LEN) else {
        return Err(KeyError::new(KeyErrorKind::Length, text.len()));
    };
    let mut check = Check::new(prefix);
    groups.iter().for_each(|group| check.add(*group));
    if check.0 != 1 {
        return Err(KeyError::new(KeyErrorKind::Checksum, first + split));
    }
    let bytes = regroup(groups.get(..split).unwrap_or_default(), 5, 8);
    if regroup(&bytes, 8, 5).as_slice() != groups.get(..split).unwrap_or_default() {
        return Err(KeyError::new(KeyErrorKind::Length, text.len())); // stray bits at the end
    }
    Ok(bytes)
}

/// Whether `text` is of type `prefix`.
pub(super) fn has_prefix(prefix: &str, text: &str) -> bool {
    rest_after(prefix, text).1.is_some()
}

/// Whether `text` is in capital letters, and what follows the prefix and the digit 1.
fn rest_after<'a>(prefix: &str, text: &'a str) -> (bool, Option<&'a str>) {
    let capital = text.starts_with(|first: char| first.is_ascii_uppercase());
    let start = if capital {
        prefix.to_ascii_uppercase()
    } else {
        prefix.to_owned()
    };
    (
        capital,
        text.strip_prefix(&start).and_then(|rest| rest.strip_prefix('1')),
    )
}

/// The five-bit values of `text`, whose first character stands in column `first`.
fn groups(text: &str, capital: bool, first: usize) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut groups = Zeroizing::new(Vec::with_capacity(text.len()));
    for (column, character) in (first..).zip(text.chars()) {
        let other_case = if capital {
            character.is_ascii_lowercase()
        } else {
            character.is_ascii_uppercase()
        };
        let value = u8::try_from(character).ok().and_then(value);
        let (false, Some(value)) = (other_case, value) else {
            return Err(KeyError::new(KeyErrorKind::Character, column));
        };
        groups.push(value);
    }
    Ok(groups)
}

fn value(character: u8) -> Option<u8> {
    let index = LETTERS
        .iter()
        .position(|letter| *letter == character.to_ascii_lowercase())?;
    u8::try_from(index).ok()
}

fn letter(group: u8) -> char {
    char::from(LETTERS.get(usize::from(group)).copied().unwrap_or(b'q'))
}

/// Cuts a stream of `from`-bit values into `to`-bit values; when it packs into bytes, bits that fill none are left out.
fn regroup(values: &[u8], from: u32, to: u32) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(values.len() * 8 / 5 + 2)); // never grows, so no copy is left behind
    let (mut bits, mut held) = (0_u32, 0_u32);
    for value in values {
        bits = (bits << from) | u32::from(*value);
        held += from;
        while held >= to {
            held -= to;
            out.push(low_byte((bits >> held) & ((1 << to) - 1)));
        }
        bits &= (1 << held) - 1;
    }
    if to < from && held > 0 {
        out.push(low_byte((bits << (to - held)) & ((1 << to) - 1)));
    }
    out
}

fn low_byte(word: u32) -> u8 {
    let [.., low] = word.to_be_bytes();
    low
}

/// The BCH code of BIP 173.
struct Check(u32);

impl Check {
    fn new(prefix: &str) -> Self {
        let mut check = Self(1);
        prefix.bytes().for_each(|byte| check.add(byte >> 5));
        check.add(0);
        prefix.bytes().for_each(|byte| check.add(byte & 31));
        check
    }

    fn add(&mut self, group: u8) {
        let top = self.0 >> 25;
        self.0 = ((self.0 & 0x01ff_ffff) << 5) ^ u32::from(group);
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if (top >> bit) & 1 == 1 {
                self.0 ^= generator;
            }
        }
    }

    fn finish(mut self) -> [u8; CHECK_LEN] {
        (0..CHECK_LEN).for_each(|_| self.add(0));
        let code = self.0 ^ 1;
        [25, 20, 15, 10, 5, 0].map(|shift| low_byte((code >> shift) & 31))
    }
}

const CHECK_LEN: usize = 6;
const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];

#[cfg(test)]
mod tests {
    use super::*;

    /// A valid string of BIP 173 and the bytes in it, found with the reference implementation's rules.
    #[test]
    fn a_string_of_bip_173_has_a_fitting_check() {
        assert!(decode("a", "A1", "A12UEL5L").unwrap().is_empty());
        assert_eq!(encode("a", &[]).as_str(), "a12uel5l");
        let every_letter = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";
        assert_eq!(decode("abcdef", "abcdef1", every_letter).unwrap().len(), 20);
    }

    #[test]
    fn bytes_of_every_length_survive() {
        let bytes: Vec<u8> = (0..=255).collect();
        for len in 0..bytes.len() {
            let text = encode("sealwax-local-", &bytes[..len]);
            assert_eq!(decode("sealwax-local-", "", &text).unwrap().as_slice(), &bytes[..len]);
        }
    }

    #[test]
    fn every_changed_character_is_found() {
        let text = encode("k", b"0123456789abcdef");
        for (at, old) in text.char_indices().skip(2) {
            for new in LETTERS
                .iter()
                .map(|letter| char::from(*letter))
                .filter(|new| *new != old)
            {
                let mut wrong = text.to_string();
                wrong.replace_range(at..=at, new.encode_utf8(&mut [0; 4]));
                assert!(decode("k", "k1", &wrong).is_err(), "{wrong}");
            }
        }
    }

    #[test]
    fn an_error_tells_its_place() {
        let error = decode("k", "K1", "k1qqbqqqqqqq").unwrap_err();
        assert_eq!((error.kind(), error.column()), (KeyErrorKind::Character, 5));
        let error = decode("k", "K1", "x1qqqqqqqqq").unwrap_err();
        assert_eq!(error.to_string(), "expected a key that begins with `K1` (column 1)");
        assert_eq!(decode("k", "K1", "k1qq").unwrap_err().kind(), KeyErrorKind::Length);
        assert_eq!(
            decode("k", "K1", "k1qqqqqqQ").unwrap_err().kind(),
            KeyErrorKind::Character
        );
    }
}
