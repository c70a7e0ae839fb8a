use std::fmt;

/// Why a scanner cannot be built.
///
/// The message names the detector and never quotes a text that was scanned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct DetectError {
    kind: DetectErrorKind,
    detail: Box<str>,
}

/// The kinds of [`DetectError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DetectErrorKind {
    /// A catalogue file is not TOML of the expected form.
    Catalogue,
    /// An example is not found, or a counterexample is.
    Example,
    /// A detector names a check, a list or a lane that does not exist, or leaves out what its lane needs.
    Spec,
    /// A pattern is no regular expression, or grows too large.
    Pattern,
}

impl DetectError {
    pub(super) fn new(kind: DetectErrorKind, detail: impl fmt::Display) -> Self {
        Self {
            kind,
            detail: detail.to_string().into(),
        }
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> DetectErrorKind {
        self.kind
    }
}
