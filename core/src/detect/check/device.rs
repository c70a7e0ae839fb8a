//! Things with a number: vehicles, telephones, packages, securities, codes of care.

use super::number::{alphanumeric, base36, digits, is_uniform, luhn, mod97, number};
use super::world::{ten_or_zero, verhoeff};
use crate::crypto::sha256;

/// Vehicle identification number: the ninth character checks the others, a letter is among them, and the last four are digits
/// (49 CFR 565.15).
pub(super) fn vin(value: &str) -> bool {
    let characters = alphanumeric(value);
    let weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let sum: Option<u32> = characters
        .iter()
        .zip(weights)
        .map(|(character, weight)| Some(vin_rank(*character)? * weight))
        .sum();
    let check = sum.map(|sum| sum % 11).and_then(|rest| {
        if rest == 10 {
            Some('X')
        } else {
            char::from_digit(rest, 10)
        }
    });
    let serial = characters.get(13..).unwrap_or_default();
    let is_written_so = characters
        .iter()
        .any(|character| character.is_ascii_uppercase() && *character != 'X')
        && serial.iter().all(char::is_ascii_digit);
    is_written_so && characters.len() == 17 && check.is_some() && check == characters.get(8).copied()
}

fn vin_rank(character: char) -> Option<u32> {
    match character {
        '0'..='9' => character.to_digit(10),
        'A'..='H' => Some(u32::from(character) - 64),
        'J'..='N' => Some(u32::from(character) - 73),
        'P' => Some(7),
        'R' => Some(9),
        'S'..='Z' => Some(u32::from(character) - 81),
        _ => None,
    }
}

/// Card of a telephone subscriber: starts with 89, nineteen or twenty digits, Luhn (ITU-T E.118).
pub(super) fn iccid(value: &str) -> bool {
    let digits = digits(value);
    matches!(digits.len(), 19 | 20) && digits.starts_with(&[8, 9]) && luhn(&digits)
}

/// Article number of 8, 12, 13 or 14 digits: weights 3 and 1 from the right (GS1 General Specifications).
pub(super) fn gtin(value: &str) -> bool {
    let digits = digits(value);
    let Some((last, rest)) = digits.split_last() else {
        return false;
    };
    let sum = rest
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| if index % 2 == 0 { digit * 3 } else { *digit })
        .sum();
    matches!(digits.len(), 8 | 12 | 13 | 14) && !is_uniform(&digits) && ten_or_zero(sum) == *last
}

/// Swiss AHV number: 756 and the sum of an article number.
pub(super) fn ahv(value: &str) -> bool {
    let digits = digits(value);
    digits.len() == 13 && digits.starts_with(&[7, 5, 6]) && gtin(value)
}

/// Machine-readable travel document: weights 7, 3 and 1 over digits and letters (ICAO 9303, part 3).
pub(super) fn travel_document(value: &str) -> bool {
    let characters = alphanumeric(value);
    let Some((last, body)) = characters.split_last() else {
        return false;
    };
    let sum: Option<u32> = body
        .iter()
        .zip([7, 3, 1].iter().cycle())
        .map(|(character, weight)| Some(base36(*character)? * weight))
        .sum();
    body.len() == 9 && sum.map(|sum| sum % 10) == last.to_digit(10)
}

/// Legal entity identifier: twenty characters, modulo 97 (ISO 17442).
pub(super) fn lei(value: &str) -> bool {
    let characters = alphanumeric(value);
    characters.len() == 20 && mod97(characters.into_iter()) == Some(1)
}

/// Securities number: letters as two digits, then Luhn (ISO 6166).
pub(super) fn isin(value: &str) -> bool {
    let characters = alphanumeric(value);
    let written: Option<String> = characters
        .iter()
        .map(|character| base36(*character).map(|rank| rank.to_string()))
        .collect();
    characters.len() == 12 && written.is_some_and(|written| luhn(&digits(&written)))
}

/// Bank identifier: a country that has banks in its fifth and sixth letter (ISO 9362).
pub(super) fn bic(value: &str) -> bool {
    let characters = alphanumeric(value);
    let country: String = characters.iter().skip(4).take(2).collect();
    matches!(characters.len(), 8 | 11) && COUNTRIES.split(' ').any(|code| code == country)
}

const COUNTRIES: &str = "AD AE AR AT AU BE BG BH BR CA CH CL CN CO CR CY CZ DE DK EE EG ES FI FR GB GR HK HR HU ID IE IL IN IS IT JP KE KR KW LB LI LT LU LV MA MC MT MX MY NG NL NO NZ PA PE PH PK PL PT QA RO RS RU SA SE SG SI SK TH TN TR TW UA US UY VN ZA";

/// Hardware address: not all the same and not the broadcast address (IEEE 802).
pub(super) fn mac(value: &str) -> bool {
    let characters = alphanumeric(value);
    characters.len() == 12 && characters.windows(2).any(|pair| pair.first() != pair.last())
}

/// Laboratory code: digits, a hyphen and their check digit, modulo 10 (LOINC Users' Guide).
pub(super) fn loinc(value: &str) -> bool {
    let digits = digits(value);
    (3..=8).contains(&digits.len()) && luhn(&digits)
}

/// Clinical concept: six to eighteen digits with Verhoeff's check (SNOMED CT Release File Specification).
pub(super) fn snomed(value: &str) -> bool {
    let digits = digits(value);
    (6..=18).contains(&digits.len()) && digits.first() != Some(&0) && verhoeff(&digits)
}

/// Old Medicare number: a Social Security number and a beneficiary code.
pub(super) fn hicn(value: &str) -> bool {
    let head: String = value.chars().filter(char::is_ascii_digit).take(9).collect();
    super::us::ssn(&head)
}

/// Adoption number: 9xx with group 93.
pub(super) fn atin(value: &str) -> bool {
    let digits = digits(value);
    digits.len() == 9 && digits.first() == Some(&9) && digits.get(3..5).map(number) == Some(93)
}

/// The second line of a passport's machine-readable zone: four check digits (ICAO Doc 9303, part 4, section 4.2.2).
pub(super) fn passport_line(value: &str) -> bool {
    let field = |range: std::ops::Range<usize>| value.get(range).unwrap_or_default();
    let checks = |body: &str, digit: usize| {
        let sum: Option<u32> = body
            .chars()
            .zip([7, 3, 1].iter().cycle())
            .map(|(character, weight)| Some(if character == '<' { 0 } else { base36(character)? } * weight))
            .sum();
        let digit = field(digit..digit.saturating_add(1)).replace('<', "0");
        sum.map(|sum| (sum % 10).to_string()) == Some(digit)
    };
    let all = [field(0..10), field(13..20), field(21..43)].concat();
    value.len() == 44
        && checks(field(0..9), 9)
        && checks(field(13..19), 19)
        && checks(field(21..27), 27)
        && checks(field(28..42), 42)
        && checks(&all, 43)
}

/// An age of ninety years or more, up to the oldest people there are.
pub(super) fn age(value: &str) -> bool {
    let years = value.split(|character: char| !character.is_ascii_digit()).next();
    years.is_some_and(|years| number(&digits(years)) <= OLDEST)
}

/// The longest life that is proved took 122 years.
const OLDEST: u32 = 122;

pub(super) fn high_age(value: &str) -> bool {
    (90..=OLDEST).contains(&number(&digits(value)))
}

/// A Bitcoin address in Bech32: the checksum of the human-readable part and the data (BIP 173, BIP 350).
pub(super) fn bech32(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let Some((head, tail)) = lower.rsplit_once('1') else {
        return false;
    };
    let expanded = head
        .bytes()
        .map(|byte| u32::from(byte >> 5))
        .chain([0])
        .chain(head.bytes().map(|byte| u32::from(byte & 31)));
    let tail: Option<Vec<u32>> = tail
        .chars()
        .map(|character| {
            "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
                .find(character)
                .and_then(|index| u32::try_from(index).ok())
        })
        .collect();
    tail.is_some_and(|tail| tail.len() >= 6 && matches!(polymod(expanded.chain(tail)), 1 | 0x2bc8_30a3))
}

fn polymod(values: impl Iterator<Item = u32>) -> u32 {
    values.fold(1, |sum: u32, value| {
        let top = sum >> 25;
        let shifted = ((sum & 0x01ff_ffff) << 5) ^ value;
        let generators = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
        generators
            .iter()
            .enumerate()
            .filter(|(bit, _)| top >> bit & 1 == 1)
            .fold(shifted, |sum, (_, generator)| sum ^ generator)
    })
}

/// A Bitcoin address in `Base58Check`: a version, 20 bytes of a hash, and the first four bytes of SHA-256 twice over them.
pub(super) fn base58(value: &str) -> bool {
    let mut bytes = [0_u8; 25];
    for character in value.bytes() {
        let Some(digit) = BASE58.iter().position(|known| *known == character) else {
            return false;
        };
        let mut carry = digit;
        for byte in bytes.iter_mut().rev() {
            carry = carry.saturating_add(usize::from(*byte).saturating_mul(BASE58.len()));
            *byte = carry.to_le_bytes().first().copied().unwrap_or_default();
            carry >>= 8;
        }
        if carry > 0 {
            return false;
        }
    }
    let Some((payload, sum)) = bytes.split_last_chunk::<4>() else {
        return false;
    };
    let ones = value.bytes().take_while(|byte| *byte == b'1').count();
    let zeros = payload.iter().take_while(|byte| **byte == 0).count();
    ones == zeros && ones < MANY_ONES && sha256(&[&sha256(&[payload])]).starts_with(sum)
}

/// Digits and letters without `0`, `O`, `I` and `l`.
const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// The address of a hash of zeros is a row of this many ones; it burns coins and is nobody's.
const MANY_ONES: usize = 21;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass() {
        assert!(vin("1M8GDM9AXKP042788") && vin("1HGCM82633A004352"));
        assert!(gtin("4006381333931") && ahv("756.9217.0769.85"));
        assert!(travel_document("L898902C36") && isin("US0378331005") && bic("DEUTDEFF500"));
        assert!(lei("5493001KJTIIGC8Y1R12") && loinc("4548-4") && snomed("73211009"));
        assert!(bech32("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"));
        assert!(passport_line("L898902C36UTO7408122F1204159ZE184226B<<<<<10"));
        assert!(!passport_line("L898902C36UTO7408123F1204159ZE184226B<<<<<10"));
        assert!(base58("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa") && base58("3P14159f73E4gFr7JterCCQh9QjiTjiZrG"));
    }

    #[test]
    fn one_wrong_character_fails() {
        assert!(!vin("1M8GDM9A1KP042788") && !gtin("4006381333932") && !ahv("756.9217.0769.86"));
        assert!(!travel_document("L898902C37") && !isin("US0378331006") && !bic("DEUTQQFF"));
        assert!(!lei("5493001KJTIIGC8Y1R13") && !loinc("4548-5") && !snomed("73211008"));
        assert!(!bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5") && !mac("FF:FF:FF:FF:FF:FF"));
        assert!(!base58("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb") && !base58("A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"));
    }
}
