//! Check-digit schemes that many identifiers share.

/// The decimal digits of `value`; everything else is skipped.
pub(super) fn digits(value: &str) -> Vec<u32> {
    value.chars().filter_map(|character| character.to_digit(10)).collect()
}

/// The letters and digits of `value`, in upper case.
pub(super) fn alphanumeric(value: &str) -> Vec<char> {
    value
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_uppercase())
        .collect()
}

/// The digits read as one number; more than nine wrap to nonsense and are never asked for.
pub(super) fn number(digits: &[u32]) -> u32 {
    digits
        .iter()
        .fold(0, |number: u32, digit| number.wrapping_mul(10).wrapping_add(*digit))
}

/// Whether all digits are the same one.
pub(super) fn is_uniform(digits: &[u32]) -> bool {
    digits.windows(2).all(|pair| pair.first() == pair.last())
}

/// Whether the digits form the Luhn checksum (ISO/IEC 7812-1, annex B).
pub(super) fn luhn(digits: &[u32]) -> bool {
    !digits.is_empty() && luhn_sum(digits).is_multiple_of(10)
}

fn luhn_sum(digits: &[u32]) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, &digit)| if index % 2 == 1 { doubled(digit) } else { digit })
        .sum()
}

/// The sum of each digit times its weight.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The value of a letter or digit in ISO 7064 and IBAN arithmetic: `A` is 10.
pub(super) fn base36(character: char) -> Option<u32> {
    character.to_digit(36)
}

/// The remainder modulo 97 of a string in which letters stand for two digits (ISO 13616-1).
pub(super) fn mod97(characters: impl Iterator<Item = char>) -> Option<u32> {
    let mut remainder = 0;
    for character in characters {
        let value = base36(character)?;
        let shift = if value > 9 { 100 } else { 10 };
        remainder = (remainder * shift + value) % 97;
    }
    Some(remainder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_takes_the_example_of_the_standard() {
        assert!(luhn(&digits("7992-7398-713")));
        assert!(!luhn(&digits("79927398710")));
        assert!(!luhn(&[]));
    }

    #[test]
    fn mod97_of_a_valid_iban_is_one() {
        assert_eq!(mod97("WEST12345698765432GB82".chars()), Some(1));
        assert_eq!(mod97("é".chars()), None);
    }

    #[test]
    fn weights_are_multiplied_in_order() {
        assert_eq!(weighted(&[1, 2, 3], &[3, 7, 1]), 20);
    }
}
