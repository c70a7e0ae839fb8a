//! Points in time, as arguments: the crate reads no clock.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds since 1970-01-01T00:00:00 UTC.
///
/// In JSON and TOML a timestamp is RFC 3339 text in UTC (`2026-11-21T09:30:00Z`).
///
/// ```
/// # use sealwax::Timestamp;
/// let at: Timestamp = "2026-11-21T09:30:00Z".parse()?;
/// assert_eq!(at.as_millis(), 1_795_253_400_000);
/// assert_eq!(at.to_string(), "2026-11-21T09:30:00Z");
/// # Ok::<(), sealwax::TimestampError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// 9999-12-31T23:59:59Z, by which many systems say that something has no end. Every time of that day is read as this one,
    /// and so is the day alone.
    ///
    /// ```
    /// # use sealwax::Timestamp;
    /// for text in ["9999-12-31", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59.999+01:00"] {
    ///     assert_eq!(text.parse(), Ok(Timestamp::NO_END));
    /// }
    /// assert_eq!(Timestamp::NO_END.to_string(), "9999-12-31T23:59:59Z");
    /// ```
    pub const NO_END: Self = Self(253_402_300_799_000);

    /// The time `millis` milliseconds after [`Timestamp::EPOCH`].
    ///
    /// ```
    /// # use sealwax::Timestamp;
    /// assert_eq!(Timestamp::from_millis(0), Timestamp::EPOCH);
    /// ```
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since [`Timestamp::EPOCH`].
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whether this means that there is no end: any time from the last day of the year 9999 on.
    #[must_use]
    pub const fn is_no_end(self) -> bool {
        self.0 >= LAST_DAY
    }

    /// The unit in which the time was probably given instead of milliseconds; `None` when it can be meant as it is.
    ///
    /// Seconds of the years 1990 to 2100 lie in the first weeks of 1970 when they are read as milliseconds, and
    /// microseconds and nanoseconds of those years thousands of years ahead. Nobody means those times, and a waiver or
    /// evidence that had them would never begin, or never end. [`Timestamp::EPOCH`] and the days after it are times.
    ///
    /// ```
    /// # use sealwax::Timestamp;
    /// assert_eq!(Timestamp::from_millis(1_795_253_400).mistaken_unit(), Some("seconds"));
    /// assert_eq!(Timestamp::from_millis(1_795_253_400_000).mistaken_unit(), None);
    /// assert_eq!(Timestamp::EPOCH.mistaken_unit(), None);
    /// ```
    #[must_use]
    pub fn mistaken_unit(self) -> Option<&'static str> {
        let given_in = |(_, per_second): &&(&str, i64)| {
            let seconds = self.0.checked_div(*per_second);
            seconds.is_some_and(|seconds| PLAUSIBLE_SECONDS.contains(&seconds))
        };
        OTHER_UNITS.iter().find(given_in).map(|(unit, _)| *unit)
    }
}

/// 9999-12-31T00:00:00Z, in milliseconds since 1970.
const LAST_DAY: i64 = 253_402_214_400_000;

/// 1990-01-01 to 2100-01-01, in seconds since 1970.
const PLAUSIBLE_SECONDS: std::ops::Range<i64> = 631_152_000..4_102_444_800;

/// Units in which other interfaces give times, and how many there are to a second.
const OTHER_UNITS: [(&str, i64); 3] = [
    ("seconds", 1),
    ("microseconds", 1_000_000),
    ("nanoseconds", 1_000_000_000),
];

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if (LAST_DAY..=Self::NO_END.0.saturating_add(999)).contains(&self.0) {
            return f.write_str(NO_END_TEXT); // past what `jiff` holds
        }
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => at.fmt(f),
            Err(_) => write!(f, "{} ms since 1970", self.0), // outside the years that RFC 3339 can write
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Reads an RFC 3339 time; any offset is accepted and turned into UTC.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        if let Some(time) = text.strip_prefix(NO_END_DAY)
            && (time.is_empty() || format!("9998-12-31{time}").parse::<jiff::Timestamp>().is_ok())
        {
            return Ok(Self::NO_END); // past what `jiff` holds
        }
        let at: jiff::Timestamp = text.parse().map_err(|_| TimestampError(()))?;
        Ok(Self(at.as_millisecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

const NO_END_DAY: &str = "9999-12-31";
const NO_END_TEXT: &str = "9999-12-31T23:59:59Z";

/// The text is not an RFC 3339 time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a time such as `2026-11-21T09:30:00Z` (RFC 3339)")]
pub struct TimestampError(());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_turned_into_utc() {
        let at: Timestamp = "2026-11-21T10:30:00+01:00".parse().unwrap();
        assert_eq!(at.to_string(), "2026-11-21T09:30:00Z");
    }

    #[test]
    fn a_time_in_another_unit_is_noticed_and_no_other_time_is() {
        for (millis, expected) in [
            (0, None),
            (1, None),
            (604_800_000, None), // a week after 1970
            (631_151_999, None),
            (631_152_000, Some("seconds")),
            (1_795_253_400, Some("seconds")),
            (4_102_444_799, Some("seconds")),
            (4_102_444_800, None),
            (631_152_000_000, None),
            (1_795_253_400_000, None),
            (4_102_444_800_000, None),
            (253_402_300_799_999, None), // the end of the year 9999
            (1_795_253_400_000_000, Some("microseconds")),
            (1_795_253_400_000_000_000, Some("nanoseconds")),
            (i64::MAX, None),
            (i64::MIN, None),
            (-1_795_253_400, None),
        ] {
            assert_eq!(Timestamp::from_millis(millis).mistaken_unit(), expected, "{millis}");
        }
    }

    #[test]
    fn text_that_is_no_time_is_refused() {
        for text in [
            "yesterday",
            "9999-12-31x",
            "9999-12-31T25:00:00Z",
            "9999-12-310",
            "9999-12-31T10:00:00",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_last_day_is_written_and_read_as_no_end() {
        for millis in [LAST_DAY, LAST_DAY + 1, Timestamp::NO_END.0 + 999] {
            let at = Timestamp::from_millis(millis);
            assert!(at.is_no_end());
            assert_eq!(at.to_string().parse(), Ok(Timestamp::NO_END), "{millis}");
        }
        assert!(!Timestamp::from_millis(LAST_DAY - 1).is_no_end());
        assert!(Timestamp::from_millis(i64::MAX).is_no_end());
    }
}
