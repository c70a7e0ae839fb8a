//! Identity and tax numbers of other countries.

use std::ops::Range;

use super::number::{alphanumeric, digits, is_uniform, luhn, number, weighted};

/// Whether the last digit is what `check` makes of the weighted sum of the others.
pub(super) fn tail(value: &str, weights: &[u32], check: fn(u32) -> u32) -> bool {
    let digits = digits(value);
    let Some((last, rest)) = digits.split_last() else {
        return false;
    };
    rest.len() == weights.len() && !is_uniform(&digits) && check(weighted(rest, weights)) == *last
}

/// Whether the weighted sum of all digits is a multiple of `modulus`.
pub(super) fn multiple(value: &str, weights: &[u32], modulus: u32) -> bool {
    let digits = digits(value);
    digits.len() == weights.len() && !is_uniform(&digits) && weighted(&digits, weights).is_multiple_of(modulus)
}

/// Whether there are `length` digits with the Luhn sum.
pub(super) fn luhn_of(value: &str, length: usize) -> bool {
    let digits = digits(value);
    digits.len() == length && !is_uniform(&digits) && luhn(&digits)
}

/// `11 - sum mod 11`, in which 10 and 11 are written as 0.
pub(super) const fn eleven_or_zero(sum: u32) -> u32 {
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

/// `10 - sum mod 10`, in which 10 is written as 0.
pub(super) const fn ten_or_zero(sum: u32) -> u32 {
    (10 - sum % 10) % 10
}

/// `(11 - sum mod 11) mod 10`.
pub(super) const fn eleven_mod_ten(sum: u32) -> u32 {
    (11 - sum % 11) % 10
}

/// `sum mod 11 mod 10`.
pub(super) const fn mod_eleven_ten(sum: u32) -> u32 {
    sum % 11 % 10
}

/// `11 - sum mod 11`, in which 10 is no digit and fails.
pub(super) const fn eleven_exact(sum: u32) -> u32 {
    (11 - sum % 11) % 11
}

/// `sum mod 11`, in which 10 is no digit and fails.
pub(super) const fn mod_eleven(sum: u32) -> u32 {
    sum % 11
}

/// `sum mod 10`.
pub(super) const fn mod_ten(sum: u32) -> u32 {
    sum % 10
}

/// Latvian: `(1101 - sum) mod 11`.
pub(super) const fn latvian(sum: u32) -> u32 {
    1101_u32.saturating_sub(sum) % 11
}

/// Romanian: `sum mod 11`, in which 10 is written as 1.
pub(super) const fn romanian(sum: u32) -> u32 {
    if sum % 11 == 10 { 1 } else { sum % 11 }
}

/// ISO 7064, MOD 11,10: German and Croatian tax numbers.
pub(super) fn mod_11_10(value: &str, length: usize) -> bool {
    let digits = digits(value);
    let Some((last, rest)) = digits.split_last() else {
        return false;
    };
    let product = rest.iter().fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    digits.len() == length && !is_uniform(&digits) && (11 - product) % 10 == *last
}

/// Verhoeff's dihedral check (J. Verhoeff, 1969): Aadhaar and SNOMED CT.
pub(super) fn verhoeff(digits: &[u32]) -> bool {
    let state = digits
        .iter()
        .rev()
        .enumerate()
        .try_fold(0_u32, |state, (index, digit)| {
            let permuted = (0..index % 8).try_fold(*digit, |digit, _| at(&[1, 5, 7, 6, 2, 8, 3, 0, 9, 4], digit))?;
            Some(dihedral(state, permuted))
        });
    state == Some(0) && !is_uniform(digits)
}

/// Multiplication in the dihedral group of order ten.
const fn dihedral(left: u32, right: u32) -> u32 {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => 5 + (left + right - 5) % 5,
        (false, true) => 5 + (left + 5 - right) % 5,
        (false, false) => (left + 5 - right) % 5,
    }
}

fn at(table: &[u32], index: u32) -> Option<u32> {
    table.get(usize::try_from(index).ok()?).copied()
}

/// The letter of `alphabet` at `index`.
fn letter(alphabet: &str, index: u32) -> Option<char> {
    alphabet.chars().nth(usize::try_from(index).ok()?)
}

/// A remainder of a long decimal number.
fn remainder(digits: &[u32], modulus: u32) -> u32 {
    digits.iter().fold(0, |rest, digit| (rest * 10 + digit) % modulus)
}

/// Whether the last two digits complete the rest to a multiple of 97.
fn complement_97(digits: &[u32]) -> bool {
    let Some((head, tail)) = digits.split_at_checked(digits.len().saturating_sub(2)) else {
        return false;
    };
    97 - remainder(head, 97) == number(tail)
}

/// Belgian national register number; from 2000 on a 2 stands before it in the sum (Royal decree of 3 April 1984).
pub(super) fn belgium(value: &str) -> bool {
    let digits = digits(value);
    let later: Vec<u32> = [2].iter().chain(&digits).copied().collect();
    digits.len() == 11 && !is_uniform(&digits) && (complement_97(&digits) || complement_97(&later))
}

/// French social security number (NIR): thirteen digits and their complement to 97; Corsica writes `2A` and `2B`.
pub(super) fn france(value: &str) -> bool {
    let plain = value.to_ascii_uppercase().replace("2A", "19").replace("2B", "18");
    let digits = digits(&plain);
    digits.len() == 15 && matches!(digits.first(), Some(1 | 2 | 7 | 8)) && complement_97(&digits)
}

/// Austrian social security number: the fourth digit checks the others.
pub(super) fn austria(value: &str) -> bool {
    let digits = digits(value);
    let sum = weighted(&digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]);
    digits.len() == 10 && !is_uniform(&digits) && digits.get(3) == Some(&(sum % 11))
}

/// Australian business number: one less in the first digit, then a multiple of 89.
pub(super) fn australia_business(value: &str) -> bool {
    let mut digits = digits(value);
    let Some(first) = digits.first_mut().filter(|first| **first > 0) else {
        return false;
    };
    *first -= 1;
    let weights = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
    digits.len() == weights.len() && weighted(&digits, &weights).is_multiple_of(89)
}

/// Two check digits, each by the same descending weights: Brazilian CPF and CNPJ.
pub(super) fn brazil(value: &str, first: &[u32], second: &[u32]) -> bool {
    let digits = digits(value);
    let Some((head, tail)) = digits.split_at_checked(first.len()) else {
        return false;
    };
    let head_and_one = digits.get(..second.len()).unwrap_or_default();
    !is_uniform(&digits)
        && tail
            == [
                eleven_or_zero(weighted(head, first)),
                eleven_or_zero(weighted(head_and_one, second)),
            ]
}

/// Chinese resident number (GB 11643): a province, a birth date that exists, and the eighteenth character by ISO 7064 MOD 11-2.
pub(super) fn china(value: &str) -> bool {
    let characters = alphanumeric(value);
    let (Some(last), digits) = (characters.last(), digits(value)) else {
        return false;
    };
    let body = digits.get(..17).unwrap_or_default();
    let piece = |range: Range<usize>| body.get(range).map_or(0, number);
    let (province, year, month, day) = (piece(0..2), piece(6..10), piece(10..12), piece(12..14));
    let is_born = (1900..=2099).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_born || !PROVINCES.contains(&province) {
        return false;
    }
    let sum = weighted(body, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    characters.len() == 18 && body.len() == 17 && letter("10X98765432", sum % 11) == Some(*last)
}

/// GB/T 2260, the first two digits; 83 and 91 are of Taiwan and of foreigners.
const PROVINCES: &[u32] = &[
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83, 91,
];

/// Czech and Slovak birth number of ten digits: a multiple of eleven, and a month that exists.
pub(super) fn birth_number(value: &str) -> bool {
    let digits = digits(value);
    let month = digits.get(2..4).map_or(0, number) % 50;
    digits.len() == 10 && matches!(month, 1..=12 | 21..=32) && remainder(&digits, 11) == 0
}

/// Estonian and Lithuanian personal code: two rows of weights.
pub(super) fn baltic(value: &str) -> bool {
    let digits = digits(value);
    let Some((last, rest)) = digits.split_last().filter(|(_, rest)| rest.len() == 10) else {
        return false;
    };
    let rows = [[1, 2, 3, 4, 5, 6, 7, 8, 9, 1], [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]];
    let check = rows
        .iter()
        .map(|weights| weighted(rest, weights) % 11)
        .find(|rest| *rest < 10)
        .unwrap_or(0);
    matches!(digits.first(), Some(1..=6)) && check == *last && !is_uniform(&digits)
}

/// Spanish NIF and NIE: a letter by the number modulo 23; `X`, `Y` and `Z` stand for 0, 1 and 2.
pub(super) fn spain(value: &str) -> bool {
    let characters = alphanumeric(value);
    let Some((last, head)) = characters.split_last() else {
        return false;
    };
    let plain: String = head
        .iter()
        .map(|character| match character {
            'X' => '0',
            'Y' => '1',
            'Z' => '2',
            other => *other,
        })
        .collect();
    characters.len() == 9
        && plain
            .parse()
            .ok()
            .and_then(|number: u32| letter("TRWAGMYFPDXBNJZSQVHLCKE", number % 23))
            == Some(*last)
}

/// Spanish social security number: the last two digits are the rest modulo 97.
pub(super) fn spain_social(value: &str) -> bool {
    let digits = digits(value);
    let (Some(head), Some(check)) = (digits.get(..10), digits.get(10..)) else {
        return false;
    };
    check.len() == 2 && remainder(head, 97) == number(check) && !is_uniform(&digits)
}

/// Finnish personal identity code: day, month, year, century sign, number, and a letter modulo 31.
pub(super) fn finland(value: &str) -> bool {
    let digits = digits(value.get(..10).unwrap_or_default());
    let last = value.chars().last().map(|last| last.to_ascii_uppercase());
    let day = digits.get(..2).map_or(0, number);
    let month = digits.get(2..4).map_or(0, number);
    let check = letter("0123456789ABCDEFHJKLMNPRSTUVWXY", number(&digits) % 31);
    value.len() == 11 && digits.len() == 9 && (1..=31).contains(&day) && (1..=12).contains(&month) && check == last
}

/// British national insurance number: prefixes that are not issued (HMRC NIM39110).
pub(super) fn national_insurance(value: &str) -> bool {
    let characters = alphanumeric(value);
    let prefix: String = characters.iter().take(2).collect();
    let issued = !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&prefix.as_str());
    let letters = prefix
        .chars()
        .all(|letter| letter.is_ascii_uppercase() && !"DFIQUV".contains(letter))
        && !prefix.ends_with('O');
    characters.len() == 9 && issued && letters && characters.last().is_some_and(|last| ('A'..='D').contains(last))
}

/// British unique taxpayer reference: the first digit checks the others.
pub(super) fn taxpayer_reference(value: &str) -> bool {
    let digits = digits(value);
    let Some((first, rest)) = digits.split_first().filter(|(_, rest)| rest.len() == 9) else {
        return false;
    };
    let sum = weighted(rest, &[6, 7, 8, 9, 10, 5, 4, 3, 2]);
    letter("21987654321", sum % 11).and_then(|check| check.to_digit(10)) == Some(*first) && !is_uniform(&digits)
}

/// Irish PPS number: a letter modulo 23; a second letter counts nine times.
pub(super) fn ireland(value: &str) -> bool {
    let characters = alphanumeric(value);
    let (Some(check), Some(body)) = (characters.get(7), characters.get(..7)) else {
        return false;
    };
    let second = characters
        .get(8)
        .filter(|second| **second != 'W')
        .map_or(0, |second| u32::from(*second) - 64);
    let digits: Vec<u32> = body.iter().filter_map(|character| character.to_digit(10)).collect();
    let sum = weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second;
    digits.len() == 7 && characters.len() <= 9 && letter("WABCDEFGHIJKLMNOPQRSTUV", sum % 23) == Some(*check)
}

/// Icelandic kennitala: the ninth digit checks the eight before it.
pub(super) fn iceland(value: &str) -> bool {
    let digits = digits(value);
    let sum = weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]);
    digits.len() == 10 && sum.is_multiple_of(11) && matches!(digits.last(), Some(0 | 8 | 9)) && !is_uniform(&digits)
}

/// Italian codice fiscale: a letter by odd and even places (decree of 23 December 1976).
pub(super) fn italy(value: &str) -> bool {
    let characters = alphanumeric(value);
    let Some((last, body)) = characters.split_last().filter(|(_, body)| body.len() == 15) else {
        return false;
    };
    let rank = |character: &char| {
        if character.is_ascii_digit() {
            u32::from(*character) - 48
        } else {
            u32::from(*character) - 65
        }
    };
    let odd = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ];
    let sum: Option<u32> = body
        .iter()
        .enumerate()
        .map(|(index, character)| {
            if index % 2 == 0 {
                at(&odd, rank(character))
            } else {
                Some(rank(character))
            }
        })
        .sum();
    sum.and_then(|sum| letter("ABCDEFGHIJKLMNOPQRSTUVWXYZ", sum % 26)) == Some(*last)
}

/// Dutch BSN: weights 9 to 2 and -1, a multiple of eleven.
pub(super) fn netherlands(value: &str) -> bool {
    let digits = digits(value);
    let Some((last, rest)) = digits.split_last().filter(|(_, rest)| rest.len() == 8) else {
        return false;
    };
    weighted(rest, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == *last && !is_uniform(&digits)
}

/// Norwegian birth number: two check digits modulo eleven.
pub(super) fn norway(value: &str) -> bool {
    let digits = digits(value);
    let all = |weights: &[u32]| weighted(&digits, weights).is_multiple_of(11);
    digits.len() == 11
        && !is_uniform(&digits)
        && all(&[3, 7, 6, 1, 8, 9, 4, 5, 2, 1])
        && all(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1])
}

/// Swedish personal number: ten digits with the Luhn sum, or twelve with the century before them, and a month.
pub(super) fn sweden(value: &str) -> bool {
    let digits = digits(value);
    let short = if digits.len() == 12 {
        digits.get(2..).unwrap_or_default()
    } else {
        &digits
    };
    let month = short.get(2..4).map_or(0, number);
    short.len() == 10 && (1..=12).contains(&month) && luhn(short) && !is_uniform(short)
}

/// Singapore NRIC and FIN: a letter by the weighted sum; `T` and `G` add four, `M` three.
pub(super) fn singapore(value: &str) -> bool {
    let characters = alphanumeric(value);
    let (Some(first), Some(last), digits) = (characters.first(), characters.last(), digits(value)) else {
        return false;
    };
    let sum = weighted(&digits, &[2, 7, 6, 5, 4, 3, 2]);
    let (extra, alphabet) = match first {
        'S' => (0, "JZIHGFEDCBA"),
        'T' => (4, "JZIHGFEDCBA"),
        'F' => (0, "XWUTRQPNMLK"),
        'G' => (4, "XWUTRQPNMLK"),
        'M' => (3, "XWUTRQPNJLK"),
        _ => return false,
    };
    characters.len() == 9 && digits.len() == 7 && letter(alphabet, (sum + extra) % 11) == Some(*last)
}

/// Turkish identity number: odd and even places make the tenth digit, the first ten the eleventh.
pub(super) fn turkey(value: &str) -> bool {
    let digits = digits(value);
    let (Some(nine), Some(ten)) = (digits.get(..9), digits.get(..10)) else {
        return false;
    };
    let odd: u32 = nine.iter().step_by(2).sum();
    let even: u32 = nine.iter().skip(1).step_by(2).sum();
    digits.len() == 11
        && digits.first() != Some(&0)
        && digits.get(9) == Some(&((odd * 7 + 90 - even) % 10))
        && digits.get(10) == Some(&(ten.iter().sum::<u32>() % 10))
}

/// South African identity number: a birth date, a citizenship digit and the Luhn sum.
pub(super) fn south_africa(value: &str) -> bool {
    let digits = digits(value);
    let month = digits.get(2..4).map_or(0, number);
    let day = digits.get(4..6).map_or(0, number);
    luhn_of(value, 13) && (1..=12).contains(&month) && (1..=31).contains(&day) && matches!(digits.get(10), Some(0 | 1))
}

/// Taiwanese identity number: the letter is the two digits of its county.
pub(super) fn taiwan(value: &str) -> bool {
    let characters = alphanumeric(value);
    let county = characters
        .first()
        .and_then(|first| "ABCDEFGHJKLMNPQRSTUVXYWZIO".find(*first))
        .and_then(|index| u32::try_from(index).ok());
    let Some(county) = county.map(|index| index + 10) else {
        return false;
    };
    let all: Vec<u32> = [county / 10, county % 10].into_iter().chain(digits(value)).collect();
    all.len() == 11
        && matches!(all.get(2), Some(1 | 2 | 8 | 9))
        && weighted(&all, &[1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]).is_multiple_of(10)
}

/// Indian Aadhaar: twelve digits, the first 2 to 9, with Verhoeff's check.
pub(super) fn aadhaar(value: &str) -> bool {
    let digits = digits(value);
    digits.len() == 12 && matches!(digits.first(), Some(2..=9)) && verhoeff(&digits)
}

/// Indian permanent account number: the fourth letter says what kind of holder.
pub(super) fn pan(value: &str) -> bool {
    let characters = alphanumeric(value);
    characters.len() == 10 && characters.get(3).is_some_and(|kind| "ABCFGHJLPT".contains(*kind))
}

/// Indian GSTIN: a character modulo 36, with weights 1 and 2 and the digits of each product in base 36.
pub(super) fn gstin(value: &str) -> bool {
    let characters = alphanumeric(value);
    let Some((last, body)) = characters.split_last().filter(|(_, body)| body.len() == 14) else {
        return false;
    };
    let sum: Option<u32> = body
        .iter()
        .enumerate()
        .map(|(index, character)| {
            let product = character.to_digit(36)? * if index % 2 == 0 { 1 } else { 2 };
            Some(product / 36 + product % 36)
        })
        .sum();
    sum.and_then(|sum| std::char::from_digit((36 - sum % 36) % 36, 36))
        .map(|check| check.to_ascii_uppercase())
        == Some(*last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass_and_their_neighbours_fail() {
        for (check, good) in PUBLISHED {
            assert!(check(good), "{good}");
            let last = good.chars().last().and_then(|last| last.to_digit(10));
            if let Some(last) = last {
                let neighbour = format!("{}{}", good.get(..good.len() - 1).unwrap(), (last + 1) % 10);
                assert!(!check(&neighbour), "{neighbour}");
            }
        }
    }

    type Passes = fn(&str) -> bool;

    /// Numbers that their authorities, or the articles on them, print as examples.
    const PUBLISHED: &[(Passes, &str)] = &[
        (belgium, "85.07.30-033 28"),
        (spain, "12345678Z"),
        (spain, "X1234567L"),
        (finland, "131052-308T"),
        (italy, "RSSMRA85T10A562S"),
        (sweden, "811228-9874"),
        (singapore, "S1234567D"),
        (china, "11010519491231002X"),
        (turkey, "10000000146"),
        (taiwan, "A123456789"),
        (australia_business, "51 824 753 556"),
        (netherlands, "111222333"),
    ];

    #[test]
    fn empty_and_uniform_values_fail() {
        for value in ["", "0", "00000000000", "111111111", "99999999999"] {
            assert!(
                !belgium(value) && !netherlands(value) && !baltic(value) && !aadhaar(value) && !turkey(value),
                "{value}"
            );
            assert!(!tail(value, &[1, 2, 3], mod_ten) && !mod_11_10(value, 11), "{value}");
        }
    }

    #[test]
    fn verhoeff_takes_his_example() {
        assert!(verhoeff(&[2, 3, 6, 3]) && !verhoeff(&[2, 3, 6, 4]));
    }
}
