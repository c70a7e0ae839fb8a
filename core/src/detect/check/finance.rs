//! Cards and accounts.

use super::number::{alphanumeric, digits, is_uniform, luhn, mod97, weighted};

/// Payment card: an issuer's range and length, and Luhn (ISO/IEC 7812-1); no row of numbers and no time stamp.
pub(super) fn card(value: &str) -> bool {
    let digits = digits(value);
    luhn(&digits) && !is_uniform(&digits) && has_issuer(&digits) && !is_ticks(&digits) && !is_row(value)
}

/// Eighteen digits that count steps of 100 ns, as links of mail filters and systems of Windows do: a moment of the years 2000
/// to 2050. No issuer numbers cards of that length from that prefix.
fn is_ticks(digits: &[u32]) -> bool {
    let front = digits.iter().take(6).fold(0, |number, digit| number * 10 + digit);
    digits.len() == 18 && (630_822..=646_600).contains(&front)
}

/// Several numbers in a row or a column, whose digits happen to pass: `51 52 53 54`, `4000.0021  6000.0021`.
fn is_row(value: &str) -> bool {
    let groups: Vec<&str> = value
        .split(|character: char| !character.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    is_divided_as_no_card(&groups) || is_progression(&groups) || has_fractions(value) || is_column(value, groups.len())
}

/// Five numbers or more of two, three or five digits each; a card's groups have four, or one.
fn is_divided_as_no_card(groups: &[&str]) -> bool {
    let inner = groups.get(1..groups.len().saturating_sub(1)).unwrap_or_default();
    let size = inner.first().map_or(0, |group| group.len());
    groups.len() >= 5 && matches!(size, 2 | 3 | 5..) && inner.iter().all(|group| group.len() == size)
}

/// Numbers with one step between them, or all of them round: the labels of an axis.
fn is_progression(groups: &[&str]) -> bool {
    let numbers: Vec<i64> = groups.iter().filter_map(|group| group.parse().ok()).collect();
    let step = |pair: &[i64]| pair.last().zip(pair.first()).map(|(next, last)| next - last);
    let steps: Vec<_> = numbers.windows(2).map(step).collect();
    let even =
        steps.len() >= 3 && steps.windows(2).all(|pair| pair.first() == pair.last()) && steps.first() != Some(&Some(0));
    let round = numbers.len() >= 4 && numbers.iter().all(|number| *number > 0 && number % 100 == 0);
    numbers.len() == groups.len() && (even || round)
}

/// Points and blanks divide fractions, not the groups of one number.
fn has_fractions(value: &str) -> bool {
    let blank = |character: char| matches!(character, ' ' | '\t' | '\n');
    let point = value
        .split('.')
        .skip(1)
        .filter(|behind| behind.starts_with(|first: char| first.is_ascii_digit()))
        .count();
    point > 1 && value.contains(blank)
}

/// Every group on a line of its own.
fn is_column(value: &str, groups: usize) -> bool {
    groups >= 4 && value.matches('\n').count() >= groups.saturating_sub(1)
}

/// Bank account: digits in no form of a date or a telephone number.
pub(super) fn account(value: &str) -> bool {
    let groups: Vec<usize> = value
        .split(|character: char| !character.is_ascii_digit())
        .map(str::len)
        .collect();
    let dashed = !value.contains(' ') && groups.len() > 2;
    let is_telephone = (dashed || value.starts_with('0') && groups.len() == 3)
        && matches!(groups.as_slice(), [2..=4, 3, 4] | [1, 3, 3, 4] | [2..=4, 3, 2, 2]);
    !is_telephone && super::text::not_a_date(value)
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
            "638512340000000115",
            "51 52 53 54 55 56 57 58",
            "401 402 403 404 405 406",
            "4000.0021  6000.0021",
            "4000 4500 5000 5500",
            "4012\n5123\n6234\n7345",
            "0000000000000000",
            "4111111111111",
        ] {
            assert!(!card(bad), "{bad}");
        }
    }

    #[test]
    fn rows_and_columns_of_numbers_are_no_card() {
        for row in [
            "51 52 53 54 55 56 57 58",
            "401 402 403 404 405 406",
            "4000.0021  6000.0021  8000.0021",
            "4000 4500 5000 5500",
            "4100 5300 6700 9900",
            "4012\n5123\n6234\n7345",
            "10001 10002 10003 10004 10005",
        ] {
            assert!(is_row(row), "{row}");
        }
        for number in [
            "4111 1111 1111 1111",
            "4111.1111.1111.1111",
            "4111 1111\n1111 1111",
            "3782 822463 10005",
            "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
            "4000367 536-90-4399",
            "361 \n7566111393095",
            "6011 0009 9013 9424",
        ] {
            assert!(!is_row(number), "{number}");
        }
        assert!(is_ticks(&digits("638512340000000115")) && !is_ticks(&digits("630812340000000115")));
    }

    #[test]
    fn telephone_numbers_are_no_accounts() {
        for good in [
            "76468188",
            "0149489838",
            "4410 8827 13",
            "0044718826103",
            "00 4418 2290 7",
        ] {
            assert!(account(good), "{good}");
        }
        for bad in ["08-555-0147", "612-555-0147", "1-800-555-0147", "05/12/1964"] {
            assert!(!account(bad), "{bad}");
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
