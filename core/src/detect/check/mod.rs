//! Validators: what a value must satisfy beyond its form. Each ignores separators.

mod finance;
mod number;
mod text;
mod us;

use super::Strength;

/// A validator by the name that the catalogue uses.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) name: &'static str,
    /// What a value that passes has going for it.
    pub(super) strength: Strength,
    pub(super) passes: fn(&str) -> bool,
}

/// The validator of this name.
pub(super) fn by_name(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.name == name)
}

const fn checksum(name: &'static str, passes: fn(&str) -> bool) -> Check {
    Check {
        name,
        strength: Strength::Checksum,
        passes,
    }
}

const fn structure(name: &'static str, passes: fn(&str) -> bool) -> Check {
    Check {
        name,
        strength: Strength::Shape,
        passes,
    }
}

/// Every validator, by name.
pub(super) const CHECKS: &[Check] = &[
    checksum("aba", finance::aba),
    checksum("card", finance::card),
    structure("date", text::date),
    checksum("dea", us::dea),
    structure("ein", us::ein),
    checksum("iban", finance::iban),
    structure("icd10", us::icd10),
    structure("ip", text::ip),
    structure("itin", us::itin),
    structure("mbi", us::mbi),
    structure("ndc", us::ndc),
    structure("not-a-date", text::not_a_date),
    checksum("npi", us::npi),
    structure("password", text::password),
    structure("person", text::person),
    structure("ssn", us::ssn),
    structure("us-phone", us::phone),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(CHECKS.is_sorted_by(|left, right| left.name < right.name));
    }

    #[test]
    fn no_check_takes_the_empty_value_or_letters_of_no_sense() {
        for check in CHECKS.iter().filter(|check| check.strength == Strength::Checksum) {
            assert!(!(check.passes)(""), "{}", check.name);
            assert!(!(check.passes)("é-é é"), "{}", check.name);
        }
    }
}
