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
    Database(rusqlite::Error),
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
            Cause::Database(_) | Cause::Words(_) => None,
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
            Cause::Words(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for StoreError {}
