//! Cards and accounts.

use super::number::{alphanumeric, digits, is_uniform, luhn, mod97, weighted};

/// Payment card: an issuer's range and length, and Luhn (ISO/IEC 7812-1).
pub(super) fn card(value: &str) -> bool {
    let digits = digits(value);
    luhn(&digits) && !is_uniform(&digits) && has_issuer(&digits)
}

/// Whether an issuer numbers cards of this length from this prefix.
fn has_issuer(digits: &[u32]) -> bool {
    let prefix = digits.iter().take(6).fold(0, |number, digit| number * 10 + digit);
    let length = digits.len();
    ISSUERS
        .iter()
        .any(|&(first, last, lengths)| (first..=last).contains(&prefix) && lengths.contains(&length))
}

/// First and last six-digit prefix, and the lengths in use.
const ISSUERS: &[(u32, u32, &[usize])] = &[
    (222_100, 272_099, &[16]),                         // Mastercard
    (300_000, 305_999, &[14, 16, 19]),                 // Diners Club
    (309_500, 309_599, &[14, 16, 19]),                 // Diners Club
    (340_000, 349_999, &[15]),                         // American Express
    (352_800, 358_999, &[16, 17, 18, 19]),             // JCB
    (360_000, 369_999, &[14, 16, 19]),                 // Diners Club
    (370_000, 379_999, &[15]),                         // American Express
    (380_000, 399_999, &[14, 16, 19]),                 // Diners Club, Discover
    (400_000, 499_999, &[13, 16, 19]),                 // Visa
    (500_000, 509_999, &[16, 18, 19]),                 // Maestro
    (510_000, 559_999, &[16]),                         // Mastercard
    (560_000, 589_999, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (600_000, 699_999, &[16, 17, 18, 19]),             // Discover, Maestro, UnionPay, RuPay
    (810_000, 817_199, &[16, 17, 18, 19]),             // UnionPay
    (220_000, 220_499, &[16, 17, 18, 19]),             // Mir
];

/// Routing number: a Federal Reserve prefix and the 3-7-1 sum (ABA Routing Number Policy).
pub(super) fn aba(value: &str) -> bool {
    let digits = digits(value);
    let [a, b, ..] = digits.as_slice() else { return false };
    let prefix = a * 10 + b;
    digits.len() == 9
        && matches!(prefix, 0..=12 | 21..=32 | 61..=72 | 80)
        && weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
        && digits.iter().sum::<u32>() > 0
}

/// International bank account: the country's length and mod 97 (ISO 13616-1, SWIFT IBAN registry).
pub(super) fn iban(value: &str) -> bool {
    let characters = alphanumeric(value);
    let Some((head, tail)) = characters.split_at_checked(4) else {
        return false;
    };
    let country: String = head.iter().take(2).collect();
    let length = IBAN_LENGTHS
        .iter()
        .find(|(code, _)| *code == country)
        .map(|(_, length)| *length);
    length == Some(characters.len()) && mod97(tail.iter().chain(head).copied()) == Some(1)
}

/// Characters of an IBAN by country.
const IBAN_LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_need_an_issuer_a_length_and_the_sum() {
        for good in [
            "4111 1111 1111 1111",
            "3782 822463 10005",
            "5555555555554444",
            "30569309025904",
        ] {
            assert!(card(good), "{good}");
        }
        for bad in [
            "4111 1111 1111 1112",
            "1111 1111 1111 1117",
            "0000000000000000",
            "4111111111111",
        ] {
            assert!(!card(bad), "{bad}");
        }
    }

    #[test]
    fn routing_numbers_need_a_district_and_the_sum() {
        assert!(aba("122022607") && aba("3222-7162-7"));
        assert!(!aba("122022608") && !aba("000000000") && !aba("421000358"));
    }

    #[test]
    fn ibans_need_their_country_s_length() {
        assert!(iban("GB82 WEST 1234 5698 7654 32") && iban("BE66182559353020"));
        assert!(
            !iban("GB82 WEST 1234 5698 7654 3") && !iban("GB83WEST12345698765432") && !iban("ZZ82WEST12345698765432")
        );
    }

    #[test]
    fn countries_are_sorted_and_unique() {
        assert!(IBAN_LENGTHS.is_sorted_by(|left, right| left.0 < right.0));
    }
}
