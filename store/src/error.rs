//! Why the registry could not answer.

use std::fmt;

use sealwax::consent::ConsentError;

/// Why the registry could not answer, or refused. Holds nothing of a record.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    cause: Cause,
}

/// The kinds of [`StoreError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// A line is not what was written, or the database would let somebody alter one: see [`StoreError::place`].
    Broken,
    /// Another process has held the file for too long.
    Busy,
    /// The file is no registry, or is damaged.
    Damaged,
    /// The file was written by a newer version.
    Newer,
    /// The record or the change was refused.
    Refused,
    /// The file could not be read or written.
    Unreachable,
}

#[derive(Debug)]
enum Cause {
    Broken {
        place: Option<u64>,
        words: String,
    },
    Database(rusqlite::Error),
    #[cfg(unix)]
    File(std::io::ErrorKind),
    Refused(ConsentError),
    Words(&'static str),
}

impl StoreError {
    pub(crate) fn newer() -> Self {
        Self {
            kind: StoreErrorKind::Newer,
            cause: Cause::Words("the registry was written by a newer version"),
        }
    }

    pub(crate) fn damaged(words: &'static str) -> Self {
        Self {
            kind: StoreErrorKind::Damaged,
            cause: Cause::Words(words),
        }
    }

    /// A line is missing where number `number` should stand, or one was put in before it.
    pub(crate) fn gap(number: u64) -> Self {
        Self::broken(
            Some(number),
            format!("line {number} is missing, or another stands in its place"),
        )
    }

    pub(crate) fn altered(number: u64) -> Self {
        let other = if number == 1 {
            ", or the registry has another key"
        } else {
            ""
        };
        Self::broken(
            Some(number),
            format!("line {number} is not what was written there, or a line before it is gone{other}"),
        )
    }

    /// No line has the link that was kept as a checkpoint.
    pub(crate) fn cut_off(lines: u64) -> Self {
        Self::broken(
            Some(lines.saturating_add(1)),
            format!("the registry ends with line {lines}, and no line has the head that is asked for"),
        )
    }

    /// A table, index or trigger is gone, altered, or none of the registry's own.
    pub(crate) fn reshaped(kind: &str, name: &str) -> Self {
        let words = format!("the {kind} `{name}` is not what the registry made, so lines may have been altered");
        Self::broken(None, words)
    }

    fn broken(place: Option<u64>, words: String) -> Self {
        Self {
            kind: StoreErrorKind::Broken,
            cause: Cause::Broken { place, words },
        }
    }

    #[cfg(unix)]
    pub(crate) fn unreachable(kind: std::io::ErrorKind) -> Self {
        Self {
            kind: StoreErrorKind::Unreachable,
            cause: Cause::File(kind),
        }
    }

    /// The number of the line, from 1, at which the chain is broken; `None` when no line is to blame.
    #[must_use]
    pub fn place(&self) -> Option<u64> {
        match &self.cause {
            Cause::Broken { place, .. } => *place,
            _ => None,
        }
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// Why the record or the change was refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&ConsentError> {
        match &self.cause {
            Cause::Refused(error) => Some(error),
            _ => None,
        }
    }
}

impl From<ConsentError> for StoreError {
    fn from(error: ConsentError) -> Self {
        Self {
            kind: StoreErrorKind::Refused,
            cause: Cause::Refused(error),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, NotADatabase};
        let kind = match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => StoreErrorKind::Busy,
            Some(DatabaseCorrupt | NotADatabase) => StoreErrorKind::Damaged,
            _ => StoreErrorKind::Unreachable,
        };
        Self {
            kind,
            cause: Cause::Database(error),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Database(error) => write!(f, "the registry cannot be used: {error}"),
            Cause::Refused(error) => error.fmt(f),
            Cause::Broken { words, .. } => write!(f, "the registry was tampered with: {words}"),
            #[cfg(unix)]
            Cause::File(kind) => write!(f, "the registry cannot be opened: {kind}"),
            Cause::Words(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for StoreError {}
