//! What is wrong with a fact of the host's.

use std::fmt;

/// A fact that the host gave and that would count for nothing: a name that the policy does not know, or a time that
/// cannot be meant.
///
/// It names the field, the recipient and what would do. The value itself is not repeated, since nobody knows what a host
/// put there.
///
/// ```
/// # use sealwax::policy::{Content, FactErrorKind, Policy, Resources};
/// # use sealwax::{Timestamp, Transaction};
/// let policy = Policy::from_toml("flags = ['vip']", &Resources::new())?;
/// let mut transaction = Transaction::default();
/// transaction.flags.insert("VIP".into());
/// let error = policy.decide(&Content::default(), &transaction, Timestamp::EPOCH).unwrap_err();
/// assert_eq!((error.kind(), error.field(), error.nearest()), (FactErrorKind::Unknown, "flags", Some("vip")));
/// assert_eq!(error.to_string(), "`flags`: the policy does not know this value, expected `vip` (did you mean `vip`?)");
/// # Ok::<(), sealwax::policy::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: FactErrorKind,
    field: &'static str,
    recipient: Option<usize>,
    allowed: Vec<String>,
    nearest: Option<String>,
}

/// What is wrong with a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FactErrorKind {
    /// A time lies in the first weeks of 1970 or far in the future, as one does that was given in another unit than
    /// milliseconds.
    Time,
    /// A name that the policy does not know.
    Unknown,
}

impl FactError {
    pub(super) fn new(kind: FactErrorKind, field: &'static str, recipient: Option<usize>) -> Self {
        Self(Box::new(Inner {
            kind,
            field,
            recipient,
            allowed: Vec::new(),
            nearest: None,
        }))
    }

    /// Names what would do, and the nearest of it.
    pub(super) fn allowing<'a>(mut self, value: &str, allowed: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.allowed = allowed.into_iter().map(str::to_owned).collect();
        let nearest = super::nearest::nearest(value, self.0.allowed.iter().map(String::as_str));
        self.0.nearest = nearest.map(str::to_owned);
        self
    }

    /// Names the nearest of what would do, where that is too much to be listed.
    pub(super) fn near<'a>(mut self, value: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.nearest = super::nearest::nearest(value, known).map(str::to_owned);
        self
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> FactErrorKind {
        self.0.kind
    }

    /// The field, as a facts file names it: `flags`, or `evidence.suite` of a recipient.
    #[must_use]
    pub fn field(&self) -> &str {
        self.0.field
    }

    /// Which recipient it is of, counted from 1 in the order of the transaction; `None` for the message as a whole.
    #[must_use]
    pub fn recipient(&self) -> Option<usize> {
        self.0.recipient
    }

    /// The values that would do; empty where there are none, or too many to be listed.
    #[must_use]
    pub fn allowed(&self) -> &[String] {
        &self.0.allowed
    }

    /// The known value that was probably meant.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        self.0.nearest.as_deref()
    }

    fn expected(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let allowed = &self.0.allowed;
        match (self.0.field, allowed.len()) {
            ("evidence.suite", _) => f.write_str(", expected the name of a cipher suite by IANA, OpenSSL or GnuTLS"),
            (_, 0) => f.write_str(", which declares none"),
            (_, count) => {
                let shown = allowed.get(..count.min(MAXIMUM_SHOWN)).unwrap_or_default();
                write!(f, ", expected `{}`", shown.join("`, `"))?;
                match count.saturating_sub(MAXIMUM_SHOWN) {
                    0 => Ok(()),
                    more => write!(f, " or one of {more} more"),
                }
            }
        }
    }
}

impl fmt::Display for FactError {
    /// `recipient 2, `evidence.protocol`: ..., expected ... (did you mean ...?)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.0.recipient {
            write!(f, "recipient {place}, ")?;
        }
        write!(f, "`{}`: ", self.0.field)?;
        match self.0.kind {
            FactErrorKind::Time => f.write_str("this time cannot be meant, expected milliseconds since 1970"),
            FactErrorKind::Unknown => {
                f.write_str("the policy does not know this value")?;
                self.expected(f)?;
                match &self.0.nearest {
                    Some(name) => write!(f, " (did you mean `{name}`?)"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl std::error::Error for FactError {}

/// A line of an error holds so many names; a policy can know thousands of groups.
const MAXIMUM_SHOWN: usize = 12;
