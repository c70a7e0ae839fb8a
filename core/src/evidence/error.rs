//! Why something a host found could not be read.

use std::fmt;

/// Why a record, a policy or a report could not be read, and where.
///
/// A host that meets one has no evidence: it must not treat the domain as if it had published nothing, but keep what
/// it knew before (RFC 8461, section 5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceError {
    kind: EvidenceErrorKind,
    line: usize,
    expected: &'static str,
}

/// The kinds of [`EvidenceError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EvidenceErrorKind {
    /// A field is absent that must be there.
    Missing,
    /// A value is not what its field allows.
    Syntax,
    /// The text is longer than the limit.
    TooLong,
    /// The version is not one that is understood.
    Version,
}

impl EvidenceError {
    pub(super) fn new(kind: EvidenceErrorKind, line: usize, expected: &'static str) -> Self {
        Self { kind, line, expected }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> EvidenceErrorKind {
        self.kind
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: expected {}", self.line, self.expected)
    }
}

impl std::error::Error for EvidenceError {}
