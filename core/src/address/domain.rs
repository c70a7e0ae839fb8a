//! The domain of an address.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{AddressError, AddressErrorKind};

/// A mail domain in its one form: lower case, A-labels (RFC 5890), no trailing dot; or an address literal.
///
/// U-labels, full-width letters and the ideographic dots are folded by UTS 46 (non-transitional, with its checks of
/// hyphens, joiners and direction); `xn--` labels that no U-label has are refused. So are numbers as last label:
/// `192.0.2.1` is no domain, and the literal is `[192.0.2.1]` (RFC 5321, section 4.1.3).
///
/// ```
/// # use sealwax::Domain;
/// for written in ["lab.example", "LAB.Example.", "lab。example", "ｌａｂ.example"] {
///     assert_eq!(Domain::parse(written)?.as_str(), "lab.example");
/// }
/// assert_eq!(Domain::parse("bücher.example")?.as_str(), "xn--bcher-kva.example");
/// assert_eq!(Domain::parse("[ipv6:2001:DB8:0::1]")?.as_str(), "[IPv6:2001:db8::1]");
/// # Ok::<(), sealwax::AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(Box<str>);

impl Domain {
    /// Reads a domain or an address literal; blanks around it do not count.
    ///
    /// # Errors
    ///
    /// [`AddressErrorKind::Domain`] and [`AddressErrorKind::Long`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim_matches(super::parse::BLANKS);
        if text.len() > MAXIMUM_INPUT {
            return Err(AddressError::new(AddressErrorKind::Long));
        }
        let canonical = if text.starts_with('[') {
            literal(text)
        } else {
            name(text)
        };
        let canonical = canonical.ok_or(AddressError::new(AddressErrorKind::Domain))?;
        if canonical.len() > MAXIMUM_NAME {
            return Err(AddressError::new(AddressErrorKind::Long));
        }
        Ok(Self(canonical.into()))
    }

    /// The domain of one label, which is lower-case letters only.
    pub(crate) fn of_word(word: &str) -> Self {
        Self(word.into())
    }

    /// The domain below this one by `label`, which is lower-case letters only.
    pub(crate) fn below(&self, label: &str) -> Self {
        Self(format!("{label}.{self}").into())
    }

    /// The domain as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is an address literal, such as `[192.0.2.1]`, and no name.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.0.starts_with('[')
    }

    /// Whether it lies below `parent`; no domain lies below itself, and nothing below a literal.
    ///
    /// ```
    /// # use sealwax::Domain;
    /// let (east, lab) = (Domain::parse("east.lab.example")?, Domain::parse("lab.example")?);
    /// assert!(east.is_below(&lab) && !lab.is_below(&lab));
    /// # Ok::<(), sealwax::AddressError>(())
    /// ```
    #[must_use]
    pub fn is_below(&self, parent: &Self) -> bool {
        let labels = self.0.strip_suffix(&*parent.0);
        labels.is_some_and(|labels| labels.len() > 1 && labels.ends_with('.'))
    }
}

/// A name as A-labels; `None` when it is none.
fn name(text: &str) -> Option<String> {
    let ascii = Uts46::new().to_ascii(
        text.as_bytes(),
        AsciiDenyList::EMPTY,
        Hyphens::CheckFirstLast,
        DnsLength::VerifyAllowRootDot,
    );
    let ascii = ascii.ok()?;
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    let last = name.rsplit('.').next()?;
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    (name.split('.').all(is_label) && !is_number).then(|| name.to_owned())
}

/// Letters, digits and hyphens, and the underscore that private networks use.
fn is_label(label: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    !label.is_empty() && label.bytes().all(is_allowed)
}

/// An address literal; an IPv4 address that is written as IPv6 (RFC 4291, section 2.5.5.2) is the same host.
fn literal(text: &str) -> Option<String> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let (tag, rest) = inner.split_once(':').unwrap_or(("", inner));
    if tag.is_empty() {
        return Some(format!("[{}]", Ipv4Addr::from_str(inner).ok()?));
    }
    if !tag.eq_ignore_ascii_case("IPv6") {
        return None;
    }
    let address = Ipv6Addr::from_str(rest).ok()?;
    Some(match address.to_ipv4_mapped() {
        Some(mapped) => format!("[{mapped}]"),
        None => format!("[IPv6:{address}]"),
    })
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Domain {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl Serialize for Domain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Domain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A name of 255 octets in DNS is one of 253 as text (RFC 1035, section 2.3.4).
const MAXIMUM_NAME: usize = 253;

/// What can still become a name of 253 octets: a label in Unicode is at most four times as long. Encoding a label costs
/// the square of its length, so the bound comes first.
const MAXIMUM_INPUT: usize = 4 * 255;
