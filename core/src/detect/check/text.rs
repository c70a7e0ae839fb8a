//! Values that are words or dates rather than numbers.

use super::number::digits;

/// A calendar date with a month and day that exist, from 1900 to 2099, also with a time behind it: `2026-03-01T10:00:00Z`.
pub(super) fn date(value: &str) -> bool {
    let value = value
        .split_once('T')
        .filter(|(_, time)| time.starts_with(|first: char| first.is_ascii_digit()))
        .map_or(value, |(date, _)| date);
    let numbers: Vec<u32> = numbers(value);
    let named = value.chars().any(char::is_alphabetic);
    match numbers.as_slice() {
        [day] if named => is_day(*day),
        [day, year] | [year, day] if named => is_day(*day) && is_year(*year),
        [year, month, day] if *year > 99 => is_year(*year) && is_month(*month) && is_day(*day),
        [a, b, year] => is_year(*year) && ((is_month(*a) && is_day(*b)) || (is_day(*a) && is_month(*b))),
        _ => false,
    }
}

/// Whether it cannot be read as a date: record numbers with dashes look like one.
pub(super) fn not_a_date(value: &str) -> bool {
    !date(value) || digits(value).len() > 8
}

fn numbers(value: &str) -> Vec<u32> {
    value
        .split(|character: char| !character.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect()
}

fn is_day(number: u32) -> bool {
    (1..=31).contains(&number)
}

fn is_month(number: u32) -> bool {
    (1..=12).contains(&number)
}

fn is_year(number: u32) -> bool {
    number <= 99 || (1900..=2099).contains(&number)
}

/// An Internet address that a host can have.
pub(super) fn ip(value: &str) -> bool {
    let address = value.split_once('/').map_or(value, |(address, _)| address);
    address
        .parse::<std::net::IpAddr>()
        .is_ok_and(|address| !address.is_unspecified())
}

/// A name: capitalised words that are no common words of letters and forms.
pub(super) fn person(value: &str) -> bool {
    value
        .split(|character: char| !(character.is_alphabetic() || character == '\''))
        .all(|word| {
            let lower = word.to_lowercase();
            let contracted = CONTRACTIONS.iter().any(|end| lower.ends_with(end));
            !contracted && NO_NAME.binary_search(&lower.as_str()).is_err()
        })
}

/// The ends of words such as `I've` and `we'd`.
const CONTRACTIONS: &[&str] = &["'ve", "'m", "'d", "'ll", "'re", "n't"];

/// Capitalised words that stand where a name is expected and are none, sorted.
const NO_NAME: &[&str] = &[
    "account",
    "address",
    "admission",
    "all",
    "and",
    "any",
    "birth",
    "board",
    "case",
    "claim",
    "client",
    "clinic",
    "code",
    "colleague",
    "colleagues",
    "committee",
    "customer",
    "data",
    "date",
    "department",
    "dob",
    "doctor",
    "dr",
    "email",
    "everybody",
    "everyone",
    "family",
    "folks",
    "for",
    "friend",
    "friends",
    "from",
    "gender",
    "guest",
    "health",
    "history",
    "home",
    "hospital",
    "id",
    "information",
    "initials",
    "instructions",
    "insurance",
    "is",
    "list",
    "madam",
    "manager",
    "medical",
    "medicare",
    "member",
    "miss",
    "mr",
    "mrn",
    "mrs",
    "ms",
    "mx",
    "name",
    "no",
    "none",
    "note",
    "number",
    "office",
    "on",
    "or",
    "patient",
    "phone",
    "plan",
    "policy",
    "portal",
    "practitioner",
    "print",
    "printed",
    "prof",
    "professor",
    "provider",
    "record",
    "records",
    "referral",
    "relationship",
    "report",
    "resident",
    "safety",
    "see",
    "service",
    "services",
    "signature",
    "sir",
    "ssn",
    "subject",
    "subscriber",
    "support",
    "team",
    "the",
    "this",
    "to",
    "type",
    "user",
    "valued",
    "visit",
    "was",
    "with",
    "witness",
    "you",
    "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_exist() {
        for good in [
            "07/15/1964",
            "1964-07-15",
            "15.07.64",
            "July 15, 1964",
            "15 Jul 1964",
            "October 20",
            "2026-03-01T10:00:00Z",
        ] {
            assert!(date(good), "{good}");
        }
        for bad in ["13/32/1964", "1864-07-15", "132-56-55", "99/99", "July 41"] {
            assert!(!date(bad), "{bad}");
        }
        assert!(not_a_date("132-56-55") && !not_a_date("07-15-64"));
    }

    #[test]
    fn form_words_are_no_names() {
        assert!(NO_NAME.is_sorted());
        assert!(person("Glenna O'Hammock") && !person("Patient Name") && !person("Sir"));
    }

    #[test]
    fn addresses_parse() {
        assert!(ip("192.0.2.17") && ip("2001:db8::1") && !ip("300.1.1.1") && !ip("0.0.0.0"));
    }
}
