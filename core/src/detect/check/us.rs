//! Identifiers of the United States.

use super::number::{alphanumeric, digits, is_uniform, luhn, number, weighted};

/// Social Security number: area not 000, 666 or 900-999, group and serial not zero (SSA POMS RM 10201.035).
pub(super) fn ssn(value: &str) -> bool {
    let digits = digits(value);
    let (Some(area), Some(group), Some(serial)) = (digits.get(..3), digits.get(3..5), digits.get(5..)) else {
        return false;
    };
    serial.len() == 4
        && !matches!(number(area), 0 | 666 | 900..)
        && number(group) > 0
        && number(serial) > 0
        && !is_sample(&digits)
}

/// A Social Security number that belongs to nobody: printed on samples, or in no order that was ever given out.
pub(super) fn ssn_sample(value: &str) -> bool {
    let digits = digits(value);
    digits.len() == 9 && is_sample(&digits)
}

fn is_sample(digits: &[u32]) -> bool {
    // 078-05-1120 was printed on a wallet insert of 1938 and used by thousands since; the SSA voided it.
    let printed = matches!(number(digits), 78_051_120 | 123_456_789);
    printed || is_uniform(digits)
}

/// Individual taxpayer number: 9xx with group 50-65, 70-88, 90-92 or 94-99 (IRM 3.21.263.5).
pub(super) fn itin(value: &str) -> bool {
    let digits = digits(value);
    let [9, _, _, d, e, _, _, _, _] = digits.as_slice() else {
        return false;
    };
    matches!(d * 10 + e, 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// Employer number: a prefix that the IRS assigns (IRS, "How EINs are assigned and valid EIN prefixes").
pub(super) fn ein(value: &str) -> bool {
    let digits = digits(value);
    let [a, b, rest @ ..] = digits.as_slice() else {
        return false;
    };
    let prefix = a * 10 + b;
    rest.len() == 7
        && !is_uniform(rest)
        && matches!(prefix, 1..=6 | 10..=16 | 20..=27 | 30..=48 | 50..=68 | 71..=77 | 80..=88 | 90..=95 | 98 | 99)
}

/// Medicare beneficiary identifier: eleven characters, no `S L O I B Z`, the first 1-9 (CMS, MBI format).
pub(super) fn mbi(value: &str) -> bool {
    let characters = alphanumeric(value);
    characters.len() == MBI_FORM.len()
        && characters
            .iter()
            .zip(MBI_FORM.chars())
            .all(|(&found, form)| fits_mbi(found, form))
}

/// `9` first digit, `N` digit, `A` letter, `X` either.
const MBI_FORM: &str = "9AXNAXNAANN";

fn fits_mbi(found: char, form: char) -> bool {
    let letter = found.is_ascii_uppercase() && !"SLOIBZ".contains(found);
    match form {
        '9' => matches!(found, '1'..='9'),
        'N' => found.is_ascii_digit(),
        'A' => letter,
        _ => letter || found.is_ascii_digit(),
    }
}

/// National provider identifier: starts with 1 or 2, Luhn over `80840` and the number (45 CFR 162.406).
pub(super) fn npi(value: &str) -> bool {
    let digits = digits(value);
    let prefixed: Vec<u32> = [8, 0, 8, 4, 0].iter().chain(&digits).copied().collect();
    digits.len() == 10 && matches!(digits.first(), Some(1 | 2)) && luhn(&prefixed)
}

/// DEA registration: two letters and seven digits, the last a checksum of the others (21 CFR 1301; DEA manual).
pub(super) fn dea(value: &str) -> bool {
    let digits = digits(value);
    let Some((check, rest)) = digits.split_last().filter(|(_, rest)| rest.len() == 6) else {
        return false;
    };
    let registrant = value
        .chars()
        .next()
        .is_some_and(|letter| "ABCDEFGHJKLMPRSTUX".contains(letter.to_ascii_uppercase()));
    registrant && weighted(rest, &[1, 2, 1, 2, 1, 2]) % 10 == *check && !is_uniform(&digits)
}

/// Telephone number: area code and exchange start with 2-9 and are no service code (NANPA).
pub(super) fn phone(value: &str) -> bool {
    let digits = digits(value);
    let national = match digits.as_slice() {
        [1, rest @ ..] if rest.len() == 10 => rest,
        rest => rest,
    };
    let (Some(area), Some(exchange)) = (national.get(..3), national.get(3..6)) else {
        return false;
    };
    let assigned = |code: &[u32]| number(code) >= 200 && number(code) % 100 != 11;
    national.len() == 10 && assigned(area) && assigned(exchange) && !is_uniform(national)
}

/// A telephone number of any country: at most fifteen digits (ITU-T E.164), and no date.
pub(super) fn phone_length(value: &str) -> bool {
    let digits = digits(value);
    (7..=15).contains(&digits.len()) && !is_uniform(&digits) && super::text::not_a_date(value)
}

/// Diagnosis code: a letter with a chapter, a digit, and a subdivision that is not padding (ICD-10-CM guidelines).
pub(super) fn icd10(value: &str) -> bool {
    let characters = alphanumeric(value);
    let [chapter, second, third, rest @ ..] = characters.as_slice() else {
        return false;
    };
    chapter.is_ascii_uppercase()
        && second.is_ascii_digit()
        && third.is_ascii_alphanumeric()
        && rest.len() <= 4
        // The seventh character stands after placeholders `X` only where the sixth is there.
        && rest.iter().take(3).all(|character| matches!(character, '0'..='9' | 'A'..='K' | 'X'..='Z'))
}

/// National drug code: labeler, product and package of 4-4-2, 5-3-2, 5-4-1 or 5-4-2 digits (21 CFR 207.33).
pub(super) fn ndc(value: &str) -> bool {
    let groups: Vec<usize> = value.split('-').map(str::len).collect();
    matches!(groups.as_slice(), [4, 4, 2] | [5, 3, 2] | [5, 4, 1 | 2] | [11]) && weighted(&digits(value), &[1; 11]) > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_were_never_assigned_are_refused() {
        assert!(ssn("536-90-4399"));
        for never in [
            "000-12-3456",
            "666-12-3456",
            "900-12-3456",
            "123-00-4567",
            "123-45-0000",
            "078-05-1120",
            "12-345",
        ] {
            assert!(!ssn(never), "{never}");
        }
        assert!(itin("912-70-1234") && !itin("912-49-1234") && !itin("812-70-1234"));
        assert!(ein("12-3456789") && !ein("07-3456789") && !ein("49-3456789"));
    }

    #[test]
    fn the_example_of_cms_is_an_mbi_and_a_leading_zero_is_not() {
        assert!(mbi("1EG4-TE5-MK73"));
        assert!(!mbi("0EG4-TE5-MK73") && !mbi("1SG4-TE5-MK73") && !mbi("1EG4-TE5-MK7"));
    }

    #[test]
    fn check_digits_are_computed() {
        assert!(npi("1234567893") && !npi("1234567890") && !npi("3234567893"));
        assert!(dea("AB1234563") && !dea("AB1234564") && !dea("IB1234563"));
    }

    #[test]
    fn telephone_numbers_follow_the_numbering_plan() {
        assert!(phone("(919) 355-6086") && phone("+1 206 555-0165"));
        assert!(!phone("119-355-6086") && !phone("919-055-6086") && !phone("911-355-6086") && !phone("222-222-2222"));
    }

    #[test]
    fn codes_have_their_form() {
        assert!(icd10("E11.9") && icd10("S93.402D") && icd10("C7A.010"));
        assert!(!icd10("E1") && !icd10("11.9") && !icd10("E11.99999"));
        assert!(ndc("0777-3105-02") && ndc("50242-040-62") && !ndc("123-4567-89") && !ndc("0000-0000-00"));
    }
}
