//! Validators: what a value must satisfy beyond its form. Each ignores separators.

mod device;
mod finance;
mod number;
mod secret;
mod text;
mod us;
mod world;

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
    structure("account", finance::account),
    structure("age", device::age),
    checksum("ar-cuit", |value| {
        world::tail(value, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], world::eleven_or_zero)
    }),
    checksum("at-svnr", world::austria),
    structure("atin", device::atin),
    checksum("au-abn", world::australia_business),
    checksum("au-acn", |value| {
        world::tail(value, &[8, 7, 6, 5, 4, 3, 2, 1], world::ten_or_zero)
    }),
    checksum("au-ihi", |value| world::luhn_of(value, 16)),
    checksum("au-medicare", |value| {
        world::tail(
            value.get(..value.len().saturating_sub(1)).unwrap_or_default(),
            &[1, 3, 7, 9, 1, 3, 7, 9],
            world::mod_ten,
        )
    }),
    checksum("au-tfn", |value| {
        world::multiple(value, &[1, 4, 3, 7, 5, 8, 6, 9, 10], 11)
    }),
    checksum("baltic", world::baltic),
    checksum("base58", device::base58),
    structure("basic", secret::basic),
    checksum("be-nrn", world::belgium),
    checksum("bech32", device::bech32),
    checksum("bg-egn", |value| {
        world::tail(value, &[2, 4, 8, 5, 10, 9, 7, 3, 6], world::mod_eleven_ten)
    }),
    structure("bic", device::bic),
    checksum("birth-number", world::birth_number),
    checksum("br-cnpj", |value| {
        world::brazil(
            value,
            &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
            &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
        )
    }),
    checksum("br-cpf", |value| {
        world::brazil(value, &[10, 9, 8, 7, 6, 5, 4, 3, 2], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
    }),
    checksum("ca-ohip", |value| world::luhn_of(value, 10)),
    checksum("ca-phn", |value| {
        world::tail(
            value.get(1..).unwrap_or_default(),
            &[2, 4, 8, 5, 10, 9, 7, 3],
            world::eleven_exact,
        )
    }),
    checksum("ca-sin", |value| world::luhn_of(value, 9)),
    checksum("card", finance::card),
    checksum("ch-ahv", device::ahv),
    checksum("china", world::china),
    structure("command-password", secret::command_password),
    structure("date", text::date),
    checksum("de-tax-id", |value| world::mod_11_10(value, 11)),
    checksum("de-vat", |value| world::mod_11_10(value, 9)),
    checksum("dea", us::dea),
    structure("ein", us::ein),
    checksum("finland", world::finland),
    checksum("france", world::france),
    checksum("gr-afm", |value| {
        world::tail(value, &[256, 128, 64, 32, 16, 8, 4, 2], world::mod_eleven_ten)
    }),
    checksum("gr-amka", |value| world::luhn_of(value, 11)),
    checksum("gtin", device::gtin),
    structure("hicn", device::hicn),
    structure("high-age", device::high_age),
    checksum("hr-oib", |value| world::mod_11_10(value, 11)),
    checksum("hu-taj", |value| {
        world::tail(value, &[3, 7, 3, 7, 3, 7, 3, 7], world::mod_ten)
    }),
    checksum("hu-tax", |value| {
        world::tail(value, &[1, 2, 3, 4, 5, 6, 7, 8, 9], world::mod_eleven)
    }),
    checksum("iban", finance::iban),
    checksum("iccid", device::iccid),
    structure("icd10", us::icd10),
    checksum("iceland", world::iceland),
    checksum("il-id", |value| world::luhn_of(value, 9)),
    checksum("imei", |value| world::luhn_of(value, 15)),
    checksum("in-aadhaar", world::aadhaar),
    checksum("in-gstin", world::gstin),
    structure("in-pan", world::pan),
    structure("ip", text::ip),
    checksum("ireland", world::ireland),
    checksum("isin", device::isin),
    checksum("it-vat", |value| world::luhn_of(value, 11)),
    checksum("italy", world::italy),
    structure("itin", us::itin),
    checksum("jp-my-number", |value| {
        world::tail(value, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], world::eleven_or_zero)
    }),
    checksum("kr-rrn", |value| {
        world::tail(value, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5], world::eleven_mod_ten)
    }),
    checksum("lei", device::lei),
    checksum("loinc", device::loinc),
    checksum("lv-code", |value| {
        world::tail(value, &[1, 6, 3, 7, 9, 10, 5, 8, 4, 2], world::latvian)
    }),
    structure("mac", device::mac),
    structure("mbi", us::mbi),
    structure("ndc", us::ndc),
    checksum("nl-bsn", world::netherlands),
    checksum("norway", world::norway),
    structure("not-a-date", text::not_a_date),
    checksum("npi", us::npi),
    checksum("nz-ird", |value| {
        world::tail(value, &[3, 2, 7, 6, 5, 4, 3, 2], world::eleven_or_zero)
    }),
    structure("passphrase", secret::passphrase),
    checksum("passport-line", device::passport_line),
    structure("password", secret::password),
    structure("password-in-address", secret::password_in_address),
    structure("person", text::person),
    structure("phone-length", us::phone_length),
    structure("pin", secret::pin),
    checksum("pl-nip", |value| {
        world::tail(value, &[6, 5, 7, 2, 3, 4, 5, 6, 7], world::mod_eleven)
    }),
    checksum("pl-pesel", |value| {
        world::tail(value, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3], world::ten_or_zero)
    }),
    checksum("pl-regon", |value| {
        world::tail(value, &[8, 9, 2, 3, 4, 5, 6, 7], world::mod_eleven_ten)
    }),
    structure("program-password", secret::program_password),
    checksum("pt-nif", |value| {
        world::tail(value, &[9, 8, 7, 6, 5, 4, 3, 2], world::eleven_or_zero)
    }),
    structure("quoted-password", secret::quoted_password),
    checksum("ro-cnp", |value| {
        world::tail(value, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9], world::romanian)
    }),
    structure("secret", secret::secret),
    checksum("si-emso", |value| {
        world::tail(value, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], world::eleven_or_zero)
    }),
    checksum("si-tin", |value| {
        world::tail(value, &[8, 7, 6, 5, 4, 3, 2], world::eleven_mod_ten)
    }),
    checksum("singapore", world::singapore),
    checksum("snomed", device::snomed),
    checksum("south-africa", world::south_africa),
    checksum("spain", world::spain),
    checksum("spain-social", world::spain_social),
    structure("ssn", us::ssn),
    structure("ssn-sample", us::ssn_sample),
    structure("stated-password", secret::stated_password),
    structure("strong-password", secret::strong_password),
    checksum("sweden", world::sweden),
    checksum("taiwan", world::taiwan),
    checksum("th-id", |value| {
        world::tail(value, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2], world::eleven_mod_ten)
    }),
    checksum("travel-document", device::travel_document),
    checksum("turkey", world::turkey),
    checksum("uk-nhs", |value| {
        world::tail(value, &[10, 9, 8, 7, 6, 5, 4, 3, 2], world::eleven_exact)
    }),
    structure("uk-nino", world::national_insurance),
    checksum("uk-utr", world::taxpayer_reference),
    structure("us-phone", us::phone),
    checksum("vin", device::vin),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_unique_and_there_are_ninety() {
        assert!(CHECKS.len() >= 90);
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
