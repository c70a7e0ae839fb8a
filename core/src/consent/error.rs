//! Why a waiver was refused.

use std::fmt;

/// Why a record, or a change of one, was refused. Holds nothing of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentError {
    kind: ConsentErrorKind,
    expected: String,
}

/// The kinds of [`ConsentError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConsentErrorKind {
    /// There is a record of this id already.
    Duplicate,
    /// A hash is none.
    Hash,
    /// Something is missing that the record needs.
    Incomplete,
    /// A value is not what its field allows.
    Syntax,
    /// The status may not follow the last.
    Transition,
    /// There is no record of this id.
    Unknown,
}

impl ConsentError {
    pub(super) fn new(kind: ConsentErrorKind, expected: impl Into<String>) -> Self {
        Self {
            kind,
            expected: expected.into(),
        }
    }

    /// There is a record of this id already. For registries.
    #[must_use]
    pub fn duplicate() -> Self {
        Self::new(ConsentErrorKind::Duplicate, "an id that no record has yet")
    }

    /// There is no record of this id. For registries.
    #[must_use]
    pub fn unknown() -> Self {
        Self::new(ConsentErrorKind::Unknown, "the id of a record")
    }

    /// The text is no record. For those that read some.
    #[must_use]
    pub fn unreadable() -> Self {
        Self::new(
            ConsentErrorKind::Syntax,
            "the fields of a waiver or of a preference, as an export has them",
        )
    }

    /// What the record needs, in words that go on from "needs".
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> ConsentErrorKind {
        self.kind
    }
}

impl fmt::Display for ConsentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the record needs {}", self.expected)
    }
}

impl std::error::Error for ConsentError {}
