//! Mail addresses: one type, made by one function, for every face, file and fact.

mod domain;
mod error;
mod header;
mod local;
mod parse;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use domain::Domain;
pub use error::{AddressError, AddressErrorKind};
pub(crate) use header::named;
pub(crate) use local::folded_detail;

/// A mail address in its one form: a mailbox (RFC 5321, section 4.1.2, with the UTF-8 of RFC 6531), or the null
/// reverse-path of a bounce.
///
/// The forms in which hosts hand addresses over are taken apart; what is not one address is an error. The local part
/// keeps its case for the server that delivers, but two addresses that differ only in it are equal.
///
/// ```
/// # use sealwax::Address;
/// for written in ["ann@lab.example", "Ann Smith <ann@LAB.example.>", " <ann@lab。example> (at work)", "\"ann\"@lab.example"] {
///     assert_eq!(Address::parse(written)?.as_str(), "ann@lab.example");
/// }
/// assert!(Address::parse("ann@lab.example,bob@lab.example").is_err());
/// assert_eq!(Address::parse("ANN@lab.example")?, Address::parse("ann@lab.example")?);
/// # Ok::<(), sealwax::AddressError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Address {
    text: Box<str>,
    domain: Option<Domain>,
}

impl Address {
    /// Reads an address. The empty text and `<>` are [`Address::null`].
    ///
    /// # Errors
    ///
    /// [`AddressError`] with what is wrong; it holds nothing of `text`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let Some((local, domain)) = parse::mailbox(text)? else {
            return Ok(Self::null());
        };
        Ok(Self {
            text: format!("{local}@{domain}").into(),
            domain: Some(domain),
        })
    }

    /// Reads the address of somebody who can be written to: anything but the null reverse-path.
    ///
    /// ```
    /// # use sealwax::{Address, AddressErrorKind};
    /// assert_eq!(Address::recipient("<>").unwrap_err().kind(), AddressErrorKind::Null);
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Address::parse`], and [`AddressErrorKind::Null`].
    pub fn recipient(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)?.not_null()
    }

    /// The null reverse-path `<>` (RFC 5321, section 4.5.5): the sender of bounces and other notices. Nobody can be
    /// written to at it.
    #[must_use]
    pub fn null() -> Self {
        Self::default()
    }

    /// The address of `local`, which is in its one form, at a domain.
    pub(crate) fn at(local: &str, domain: Domain) -> Self {
        Self {
            text: format!("{local}@{domain}").into(),
            domain: Some(domain),
        }
    }

    /// Whether it is the null reverse-path.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.domain.is_none()
    }

    /// The address as text; empty for the null reverse-path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The domain; `None` for the null reverse-path.
    ///
    /// ```
    /// # use sealwax::Address;
    /// assert_eq!(Address::parse("Ann@Clinic.Example")?.domain().unwrap().as_str(), "clinic.example");
    /// # Ok::<(), sealwax::AddressError>(())
    /// ```
    #[must_use]
    pub fn domain(&self) -> Option<&Domain> {
        self.domain.as_ref()
    }

    /// What stands before the `@`, in quotes where it needs them; empty for the null reverse-path.
    #[must_use]
    pub fn local_part(&self) -> &str {
        // A domain holds no `@`.
        self.text.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// The part after `+` of the local part (RFC 5233), whatever its case.
    pub(crate) fn detail(&self) -> Option<String> {
        let local = local::unquoted(self.local_part());
        let (_, detail) = local.split_once('+')?;
        folded_detail(detail)
    }

    /// The address of the one whose plus-address it is, `ann@lab.example` of `ann+news@lab.example`; `None` for an address
    /// without a detail (RFC 5233).
    pub(crate) fn bare(&self) -> Option<Self> {
        let local = local::unquoted(self.local_part());
        let (user, _) = local.split_once('+')?;
        Some(Self::at(&local::canonical(user).ok()?, self.domain.clone()?))
    }

    /// The text that is the same for all addresses that are equal, for a place that keeps and compares texts.
    ///
    /// ```
    /// # use sealwax::Address;
    /// assert_eq!(Address::parse("Ärztin@Clinic.example")?.key(), "ärztin@clinic.example");
    /// # Ok::<(), sealwax::AddressError>(())
    /// ```
    #[must_use]
    pub fn key(&self) -> String {
        self.text.chars().flat_map(local::fold).collect()
    }

    pub(crate) fn not_null(self) -> Result<Self, AddressError> {
        if self.is_null() {
            return Err(AddressError::new(AddressErrorKind::Null));
        }
        Ok(self)
    }

    /// Reads a recipient's address where serde asks for one.
    pub(crate) fn deserialize_recipient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)?
            .not_null()
            .map_err(serde::de::Error::custom)
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        if self.text.is_ascii() && other.text.is_ascii() {
            return self.text.eq_ignore_ascii_case(&other.text);
        }
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Address {}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Address {
    fn cmp(&self, other: &Self) -> Ordering {
        let folded = |address: &'_ Self| address.key();
        folded(self).cmp(&folded(other))
    }
}

impl Hash for Address {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Address {
    type Error = AddressError;

    fn try_from(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl TryFrom<&String> for Address {
    type Error = AddressError;

    fn try_from(text: &String) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
