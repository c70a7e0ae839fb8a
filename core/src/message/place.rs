//! Where in a message a text unit stands.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// The place of a text unit: the subject, another header, or a part of the body.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The decoded text of the header of this name, which is not `Subject`.
    Header(Box<str>),
    /// A part of the body.
    Part(PartPath),
    /// The decoded subject.
    Subject,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) if is_ordinary(name) => write!(f, "header:{}", name.to_ascii_lowercase()),
            Self::Header(_) => f.write_str("header:other"),
            Self::Part(path) => path.fmt(f),
            Self::Subject => f.write_str("subject"),
        }
    }
}

/// Whether a header's name is a name: what stands before a colon may be content, which is never shown.
fn is_ordinary(name: &str) -> bool {
    name.len() <= LONGEST_NAME && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

/// The longest registered names have about 40 characters.
const LONGEST_NAME: usize = 48;

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An IMAP section number (RFC 9051, section 6.4.5.1): `1.2` is the second part of the first part.
///
/// ```
/// # use sealwax::message::PartPath;
/// let path = PartPath::root().child(1).child(2);
/// assert_eq!(path.to_string(), "1.2");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartPath(Box<[u32]>);

impl PartPath {
    /// The whole message, which has no number of its own.
    #[must_use]
    pub fn root() -> Self {
        Self(Box::default())
    }

    /// The `number`-th part (from 1) of this one.
    #[must_use]
    pub fn child(&self, number: u32) -> Self {
        Self(self.0.iter().copied().chain([number]).collect())
    }

    /// The numbers from the outside in.
    #[must_use]
    pub fn numbers(&self) -> &[u32] {
        &self.0
    }
}

impl FromStr for PartPath {
    type Err = PartPathError;

    /// Reads a section number, such as `2` or `1.2`.
    ///
    /// ```
    /// # use sealwax::message::PartPath;
    /// assert_eq!("1.2".parse(), Ok(PartPath::root().child(1).child(2)));
    /// assert!("1.TEXT".parse::<PartPath>().is_err() && "0".parse::<PartPath>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, PartPathError> {
        let number = |word: &str| {
            let is_number = !word.starts_with(['0', '+']);
            word.parse().ok().filter(|_| is_number)
        };
        let numbers: Option<Box<[u32]>> = text.split('.').map(number).collect();
        numbers.map(Self).ok_or(PartPathError(()))
    }
}

/// A text that is no section number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part is named by its IMAP section number: numbers from 1, joined by dots, such as `2` or `1.2`")]
pub struct PartPathError(());

impl fmt::Display for PartPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, number) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            number.fmt(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_name_that_is_content_is_not_shown() {
        assert_eq!(Place::Header("Comments".into()).to_string(), "header:comments");
        assert_eq!(Place::Header("536-90-4399".into()).to_string(), "header:other");
    }
}
