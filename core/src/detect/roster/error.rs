use thiserror::Error;

/// A roster cannot be made or read. It quotes nothing but the names of columns.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{detail}")]
pub struct RosterError {
    kind: RosterErrorKind,
    detail: Box<str>,
}

/// The kinds of [`RosterError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RosterErrorKind {
    /// The columns of the table do not say who somebody is, or one is mapped that is not there.
    Columns,
    /// The bytes are no roster of a version that this engine reads.
    Format,
    /// The roster was made with another key.
    Key,
}

impl RosterError {
    pub(super) fn new(kind: RosterErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into().into(),
        }
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> RosterErrorKind {
        self.kind
    }
}
