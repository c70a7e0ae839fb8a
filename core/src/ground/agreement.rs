//! The paper behind a business associate agreement: when it begins, when it ends, and which document it is.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Timestamp;

/// When an agreement stands, and the hash of its document (45 CFR 164.504(e), 164.530(j)).
///
/// Without `date` it has always stood, without `end` it always will.
///
/// ```
/// # use sealwax::{Agreement, Standing};
/// let agreement = Agreement { end: Some("2026-12-31".parse()?), ..Agreement::default() };
/// assert_eq!(agreement.standing("2026-12-31T23:59:59Z".parse()?), Standing::Stands);
/// assert!(matches!(agreement.standing("2027-01-01T00:00:00Z".parse()?), Standing::Ended(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The first day, or the time, from which it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<DateOrTime>,
    /// The last day on which it stands, or the time at which it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<DateOrTime>,
    /// SHA-256 of the signed document, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "digits")]
    pub document_sha256: Option<String>,
}

/// Whether an agreement stands at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It begins later.
    Begins(DateOrTime),
    /// It ended.
    Ended(DateOrTime),
    /// It stands.
    Stands,
}

impl Agreement {
    /// Whether the agreement stands at `now`; one whose end lies before its beginning never does.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        match (self.date, self.end) {
            (_, Some(end)) if now >= end.after() => Standing::Ended(end),
            (Some(date), _) if now < date.start() => Standing::Begins(date),
            _ => Standing::Stands,
        }
    }

    /// Whether it has a beginning or an end, so that it may not stand.
    pub(crate) const fn is_dated(&self) -> bool {
        self.date.is_some() || self.end.is_some()
    }

    /// Whether it ends before it begins.
    pub(crate) fn is_never(&self) -> bool {
        matches!((self.date, self.end), (Some(date), Some(end)) if end.after() <= date.start())
    }
}

/// A day in UTC, or a point in time: RFC 3339 `full-date` (`2026-12-31`) or `date-time` (`2026-12-31T12:00:00Z`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateOrTime(Written);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Written {
    Date(jiff::civil::Date),
    Time(Timestamp),
}

impl DateOrTime {
    /// The time itself, or the first moment of the day.
    ///
    /// ```
    /// # use sealwax::DateOrTime;
    /// let day: DateOrTime = "1970-01-02".parse()?;
    /// assert_eq!(day.start().as_millis(), 86_400_000);
    /// # Ok::<(), sealwax::DateError>(())
    /// ```
    #[must_use]
    pub fn start(self) -> Timestamp {
        match self.0 {
            Written::Date(date) => midnight(date),
            Written::Time(time) => time,
        }
    }

    /// The time itself, or the first moment after the day.
    ///
    /// ```
    /// # use sealwax::DateOrTime;
    /// let day: DateOrTime = "1970-01-01".parse()?;
    /// assert_eq!(day.after().as_millis(), 86_400_000);
    /// # Ok::<(), sealwax::DateError>(())
    /// ```
    #[must_use]
    pub fn after(self) -> Timestamp {
        match self.0 {
            Written::Date(date) => Timestamp::from_millis(midnight(date).as_millis().saturating_add(DAY)),
            Written::Time(time) => time,
        }
    }
}

/// Milliseconds of a day; UTC in milliseconds since 1970 has no leap seconds.
const DAY: i64 = 86_400_000;

fn midnight(date: jiff::civil::Date) -> Timestamp {
    // Counted in days, since 9999-12-31, which often stands for "no end", is past what `jiff::Timestamp` holds.
    let days = jiff::civil::date(1970, 1, 1).until(date).map(|span| span.get_days());
    Timestamp::from_millis(days.map_or(i64::MIN, |days| i64::from(days).saturating_mul(DAY)))
}

impl FromStr for DateOrTime {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let written = if text.len() == FULL_DATE {
            text.parse().map(Written::Date).map_err(|_| DateError(()))
        } else {
            text.parse().map(Written::Time).map_err(|_| DateError(()))
        };
        written.map(Self)
    }
}

/// The length of `2026-12-31`.
const FULL_DATE: usize = 10;

impl From<Timestamp> for DateOrTime {
    fn from(time: Timestamp) -> Self {
        Self(Written::Time(time))
    }
}

impl fmt::Display for DateOrTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Written::Date(date) => date.fmt(f),
            Written::Time(time) => time.fmt(f),
        }
    }
}

impl Serialize for DateOrTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DateOrTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DateVisitor)
    }
}

struct DateVisitor;

impl Visitor<'_> for DateVisitor {
    type Value = DateOrTime;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date or time in quotes, such as \"2026-12-31\" (RFC 3339)")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<DateOrTime, E> {
        text.parse().map_err(E::custom)
    }
}

/// The text is neither an RFC 3339 date nor a time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a date such as `2026-12-31` or a time such as `2026-12-31T12:00:00Z` (RFC 3339)")]
pub struct DateError(());

/// Reads a SHA-256 in hexadecimal, and writes it in lower case.
fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    if text.len() == SHA256_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Some(text.to_ascii_lowercase()));
    }
    Err(D::Error::custom(
        "expected the SHA-256 of the document, 64 hexadecimal digits",
    ))
}

/// Hexadecimal digits of 256 bits.
const SHA256_DIGITS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement(date: &str, end: &str) -> Agreement {
        let day = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap());
        Agreement {
            date: day(date),
            end: day(end),
            ..Agreement::default()
        }
    }

    #[test]
    fn an_agreement_stands_from_its_first_day_through_its_last() {
        for (date, end, now, stands) in [
            ("", "", "2026-06-30T12:00:00Z", true),
            ("0001-01-01", "9999-12-31", "2026-06-30T12:00:00Z", true),
            ("9999-12-31", "", "2026-06-30T12:00:00Z", false),
            ("2026-07-01", "", "2026-06-30T23:59:59Z", false),
            ("2026-07-01", "", "2026-07-01T00:00:00Z", true),
            ("", "2026-06-30", "2026-06-30T23:59:59.999Z", true),
            ("", "2026-06-30", "2026-07-01T00:00:00Z", false),
            ("", "2026-06-30T12:00:00Z", "2026-06-30T12:00:00Z", false),
            ("", "2026-06-30T12:00:00+02:00", "2026-06-30T09:59:59Z", true),
            ("2026-07-01", "2026-06-30", "2026-06-30T12:00:00Z", false),
            ("2026-07-01", "2026-06-30", "2026-07-01T12:00:00Z", false),
        ] {
            let standing = agreement(date, end).standing(now.parse().unwrap());
            assert_eq!(standing == Standing::Stands, stands, "{date} {end} {now}");
        }
        assert!(agreement("2026-07-01", "2026-06-30").is_never());
        assert!(!agreement("2026-07-01", "2026-07-01").is_never());
    }

    #[test]
    fn a_date_is_written_as_it_was_read_and_anything_else_is_refused() {
        for text in ["2026-12-31", "2026-12-31T12:00:00Z"] {
            assert_eq!(text.parse::<DateOrTime>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "tomorrow",
            "2026-13-01",
            "2026-02-30",
            "31.12.2026",
            "2026-12-31T12:00",
        ] {
            assert!(text.parse::<DateOrTime>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_hash_that_is_none_and_a_bare_date_are_refused_with_what_was_expected() {
        for (text, expected) in [
            ("document_sha256 = 'abc'", "64 hexadecimal digits"),
            ("end = 2026-12-31", "in quotes"),
            ("ends = '2026-12-31'", "unknown field"),
        ] {
            let error = toml::from_str::<Agreement>(text).unwrap_err();
            assert!(error.message().contains(expected), "{text}: {error}");
        }
        let hash = "AB".repeat(32);
        let read: Agreement = toml::from_str(&format!("document_sha256 = '{hash}'")).unwrap();
        assert_eq!(read.document_sha256, Some(hash.to_ascii_lowercase()));
    }
}
