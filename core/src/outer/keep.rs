//! What of a header's value stays outside of the seal.

use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};
use jiff::tz::TimeZone;

use super::mailbox;
use crate::message::{decoded_value, unfolded};
use crate::policy::Keeps;

/// What stays of the values of all headers of one name; `None` when nothing does.
pub(super) fn of(keeps: Keeps, values: &[&[u8]]) -> Option<String> {
    match keeps {
        Keeps::Addresses => {
            let addresses: Vec<String> = values.iter().flat_map(|value| mailbox::addresses(value)).collect();
            (!addresses.is_empty()).then(|| addresses.join(", "))
        }
        Keeps::Date => values.iter().find_map(|value| date(value)),
        Keeps::Keyword => values.iter().find_map(|value| keyword(value)).map(Into::into),
        Keeps::Text => values.first().map(|value| decoded_value(value)),
    }
}

/// `Sat, 21 Nov 2026 09:30:00 +0000`.
fn date(value: &[u8]) -> Option<String> {
    let value = unfolded(value);
    let moment = DateTimeParser::new().parse_timestamp(value.as_ref()).ok()?;
    DateTimePrinter::new()
        .zoned_to_string(&moment.to_zoned(TimeZone::UTC))
        .ok()
}

fn keyword(value: &[u8]) -> Option<&'static str> {
    let value = value.trim_ascii_start();
    let length = value
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-')
        .count();
    let word = value.get(..length)?;
    KEYWORDS
        .into_iter()
        .find(|known| known.as_bytes().eq_ignore_ascii_case(word))
}

/// The words of `Auto-Submitted` (RFC 3834, section 5; RFC 5436, section 2.7.1).
const KEYWORDS: [&str; 4] = ["auto-generated", "auto-notified", "auto-replied", "no"];

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(keeps: Keeps, value: &str) -> Option<String> {
        of(keeps, &[value.as_bytes()])
    }

    #[test]
    fn of_a_date_the_moment_stays() {
        for (value, date) in [
            (
                " Sat, 21 Nov 2026 10:30:00 +0100",
                Some("Sat, 21 Nov 2026 09:30:00 +0000"),
            ),
            (
                " Sat, 21 Nov\r\n 2026 10:30:00 +0100 (MRN 48210937)",
                Some("Sat, 21 Nov 2026 09:30:00 +0000"),
            ),
            (" 21 Nov 2026 09:30 GMT", Some("Sat, 21 Nov 2026 09:30:00 +0000")),
            (" MRN 48210937", None),
            (" Sat, 21 Nov 2026 09:30:00 +0000 MRN 48210937", None),
            ("", None),
        ] {
            assert_eq!(kept(Keeps::Date, value).as_deref(), date, "{value}");
        }
    }

    #[test]
    fn of_a_keyword_only_a_known_one_stays() {
        for (value, word) in [
            (" auto-generated", Some("auto-generated")),
            (" Auto-Replied; owner-email=\"MRN 48210937\"", Some("auto-replied")),
            (" diabetes", None),
            (" no (MRN 48210937)", Some("no")),
            ("", None),
        ] {
            assert_eq!(kept(Keeps::Keyword, value).as_deref(), word, "{value}");
        }
    }

    #[test]
    fn of_several_headers_of_a_name_one_stays() {
        let values: [&[u8]; 3] = [b" Ann <ann@example.org>", b" nonsense", b" bob@example.org"];
        assert_eq!(
            of(Keeps::Addresses, &values).unwrap(),
            "ann@example.org, bob@example.org"
        );
        assert_eq!(
            of(Keeps::Text, &[b" =?utf-8?Q?caf=C3=A9?=\r\n noir", b" second"]).unwrap(),
            "caf\u{e9} noir"
        );
        assert_eq!(of(Keeps::Text, &[]), None);
    }
}
