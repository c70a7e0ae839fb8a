//! What is wrong with a policy, and where.

use std::fmt;

use super::Proof;

/// A policy that was refused: what is wrong, where, and what was expected.
///
/// ```
/// # use sealwax::policy::{Policy, PolicyErrorKind, Resources};
/// let error = Policy::from_toml("name = \"x\"\nrelax_flor = {}\n", &Resources::new()).unwrap_err();
/// assert_eq!(error.kind(), PolicyErrorKind::UnknownField);
/// assert_eq!((error.line(), error.column()), (Some(2), Some(1)));
/// assert_eq!(error.nearest(), Some("relax_floor"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyError(Box<Inner>);

#[derive(Clone, Debug, PartialEq)]
struct Inner {
    kind: PolicyErrorKind,
    message: String,
    nearest: Option<String>,
    file: Option<String>,
    place: Option<(usize, usize)>,
    path: String,
    proof: Option<Proof>,
}

/// What kind of fault a policy has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyErrorKind {
    /// An invariant could not be decided within the budget of the proof.
    Budget,
    /// A fact is used against its direction, so that content could lower a requirement.
    Direction,
    /// A name is given twice.
    Duplicate,
    /// An included file is absent, includes itself, or includes too deep.
    Include,
    /// An invariant does not hold; [`PolicyError::proof`] holds a message that shows it.
    Invariant,
    /// The policy is larger than the engine accepts.
    Limit,
    /// The text is neither TOML nor JSON.
    Syntax,
    /// A key that no policy has.
    UnknownField,
    /// A name that is not declared.
    UnknownName,
    /// A value that its key does not take.
    Value,
}

impl PolicyError {
    pub(super) fn new(kind: PolicyErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            nearest: None,
            file: None,
            place: None,
            path: String::new(),
            proof: None,
        }))
    }

    /// Names the nearest of `known` when one is near enough to be what was meant.
    pub(super) fn near<'a>(mut self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.nearest = super::nearest::nearest(word, known).map(str::to_owned);
        self
    }

    /// Names what was meant, when that is known better than by nearness.
    pub(super) fn meaning(mut self, name: Option<String>) -> Self {
        self.0.nearest = name.or(self.0.nearest);
        self
    }

    /// The same with other words.
    pub(super) fn saying(mut self, message: String) -> Self {
        self.0.message = message;
        self
    }

    pub(super) fn in_file(mut self, file: &str) -> Self {
        self.0.file.get_or_insert_with(|| file.to_owned());
        self
    }

    pub(super) fn at(mut self, place: Option<(usize, usize)>) -> Self {
        self.0.place = self.0.place.or(place);
        self
    }

    pub(super) fn on(mut self, path: String) -> Self {
        self.0.path = path;
        self
    }

    pub(super) fn with_proof(mut self, proof: Proof) -> Self {
        self.0.proof = Some(proof);
        self
    }

    /// The invariant that does not hold, with a message that shows it.
    #[must_use]
    pub fn proof(&self) -> Option<&Proof> {
        self.0.proof.as_ref()
    }

    /// What kind of fault it is.
    #[must_use]
    pub fn kind(&self) -> PolicyErrorKind {
        self.0.kind
    }

    /// What is wrong and what was expected, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The included file that it is in; `None` for the policy itself.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The line, from 1; `None` where the form of the text gives none.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.0.place.map(|(line, _)| line)
    }

    /// The column in characters, from 1.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.0.place.map(|(_, column)| column)
    }

    /// The path of keys, such as `rule[2].when.category`; empty when the text could not be read so far.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The known name that was probably meant.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        self.0.nearest.as_deref()
    }
}

impl fmt::Display for PolicyError {
    /// `partners.toml: line 3, column 8: unknown category ..., did you mean ...?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if let Some(file) = &inner.file {
            write!(f, "{file}: ")?;
        }
        match inner.place {
            Some((line, column)) => write!(f, "line {line}, column {column}: ")?,
            None if !inner.path.is_empty() => write!(f, "at `{}`: ", inner.path)?,
            None => {}
        }
        f.write_str(&inner.message)?;
        match &inner.nearest {
            Some(name) => write!(f, " (did you mean `{name}`?)"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for PolicyError {}
