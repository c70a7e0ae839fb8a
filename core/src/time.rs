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
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    fn text_that_is_no_time_is_refused() {
        assert!("yesterday".parse::<Timestamp>().is_err());
    }
}
