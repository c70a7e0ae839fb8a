//! Which addresses a set holds.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Address, AddressError, AddressErrorKind, Domain};

/// A pattern over mail addresses, case apart. Its domain is read as a [`Domain`] and its address as an [`Address`], so
/// U-labels, blanks around it and a trailing dot say nothing.
///
/// | written | holds |
/// | --- | --- |
/// | `lab.example`, `*@lab.example` | every address of exactly this domain |
/// | `*.lab.example` | every address of a domain below it |
/// | `ann@lab.example` | this address |
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// One address.
    Address(Address),
    /// Every address of a domain.
    Domain(Domain),
    /// Every address of the domains below one.
    Below(Domain),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// [`AddressError`] when it is neither an address nor a domain.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim_matches([' ', '\t']);
        if let Some(domain) = text.strip_prefix("*@") {
            return Ok(Self::Domain(Domain::parse(domain)?));
        }
        if let Some(parent) = text.strip_prefix("*.") {
            return Self::below(Domain::parse(parent)?);
        }
        if text.contains('@') {
            // The letters of a pattern have one case, so that a policy has one hash however it writes them.
            return Ok(Self::Address(Address::recipient(&Address::recipient(text)?.key())?));
        }
        Ok(Self::Domain(Domain::parse(text)?))
    }

    /// Everything below `parent`; nothing lies below an address literal.
    fn below(parent: Domain) -> Result<Self, AddressError> {
        if parent.is_literal() {
            return Err(AddressError::new(AddressErrorKind::Domain));
        }
        Ok(Self::Below(parent))
    }

    /// What was probably meant by a text that is no pattern: other programs write a domain as `@lab.example`, what lies
    /// below it as `.lab.example` or `*lab.example`, and a literal without its brackets.
    pub(super) fn meant(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(host) = IpAddr::from_str(text) {
            let tag = if host.is_ipv6() { "IPv6:" } else { "" };
            return Domain::parse(&format!("[{tag}{host}]")).ok().map(Self::Domain);
        }
        let bare = text.trim_start_matches(['*', '@', '.']);
        let sign = text.strip_suffix(bare)?;
        let domain = Domain::parse(bare).ok()?;
        match sign {
            "" => None,
            "@" => Some(Self::Domain(domain)),
            _ => Self::below(domain).ok(),
        }
    }

    /// Whether the pattern holds `address`.
    ///
    /// ```
    /// # use sealwax::policy::Pattern;
    /// let below = Pattern::parse("*.lab.example")?;
    /// assert!(below.holds(&"ann@east.lab.example".parse()?));
    /// assert!(!below.holds(&"ann@lab.example".parse()?));
    /// # Ok::<(), sealwax::AddressError>(())
    /// ```
    #[must_use]
    pub fn holds(&self, address: &Address) -> bool {
        match self {
            Self::Address(exact) => address == exact,
            Self::Domain(domain) => address.domain() == Some(domain),
            Self::Below(parent) => address.domain().is_some_and(|domain| domain.is_below(parent)),
        }
    }

    /// Whether the pattern holds `address` or the one whose plus-address it is. Only for what raises: whoever writes
    /// from `ann+news@lab.example` is still Ann.
    pub(super) fn holds_user(&self, address: &Address) -> bool {
        self.holds(address) || address.bare().is_some_and(|bare| self.holds(&bare))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Domain(domain) => write!(f, "{domain}"),
            Self::Below(parent) => write!(f, "*.{parent}"),
        }
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|error| {
            let meant = Self::meant(&text).map(|meant| format!(" (did you mean `{meant}`?)"));
            serde::de::Error::custom(format_args!(
                "`{text}` is no pattern, expected `lab.example`, `*.lab.example` or `ann@lab.example`: {error}{}",
                meant.unwrap_or_default()
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_holds_what_its_table_says() {
        for (pattern, address, expected) in [
            ("lab.example", "ann@lab.example", true),
            ("lab.example", "Ann@LAB.example", true),
            ("lab.example", "ann@east.lab.example", false),
            ("lab.example", "ann@notlab.example", false),
            ("*@lab.example", "ann@lab.example", true),
            ("*.lab.example", "ann@east.lab.example", true),
            ("*.lab.example", "ann@a.b.lab.example", true),
            ("*.lab.example", "ann@eastlab.example", false),
            ("ann@lab.example", "ANN@lab.example", true),
            ("ann@lab.example", "joann@lab.example", false),
            (" LAB.Example. ", "ann@lab.example", true),
            ("bücher.example", "ann@xn--bcher-kva.example", true),
            ("*.bücher.example", "ann@east.BÜCHER。example", true),
            ("[IPv6:2001:DB8::1]", "ann@[IPv6:2001:db8:0::1]", true),
            ("[192.0.2.1]", "ann@[IPv6:::ffff:192.0.2.1]", true),
            ("Lab <ann@lab.example>", "\"ann\"@lab.example", true),
            ("lab.example", "", false),
        ] {
            let read = Pattern::parse(pattern).unwrap();
            assert_eq!(read.holds(&address.parse().unwrap()), expected, "{pattern} {address}");
        }
    }

    #[test]
    fn a_user_is_held_by_each_plus_address_of_theirs_and_no_other_by_one() {
        for (pattern, address, expected) in [
            ("ann@lab.example", "ann@lab.example", true),
            ("ann@lab.example", "Ann+news@LAB.example", true),
            ("ann@lab.example", "ann+@lab.example", true),
            ("ann@lab.example", "ann+a+b@lab.example", true),
            ("ann@lab.example", "\"ann+a b\"@lab.example", true),
            ("\"an n\"@lab.example", "\"an n+x\"@lab.example", true),
            ("ann+news@lab.example", "ann+news@lab.example", true),
            ("ann+news@lab.example", "ann@lab.example", false),
            ("ann+news@lab.example", "ann+other@lab.example", false),
            ("ann@lab.example", "joann+news@lab.example", false),
            ("ann@lab.example", "ann+news@west.example", false),
            ("ann@lab.example", "+ann@lab.example", false),
            ("lab.example", "ann+news@lab.example", true),
        ] {
            let read = Pattern::parse(pattern).unwrap();
            assert_eq!(
                read.holds_user(&address.parse().unwrap()),
                expected,
                "{pattern} {address}"
            );
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["", "*", "*.", "@lab.example", "ann@", "a b@lab.example", "lab..example"] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_other_programs_write_is_recognised() {
        for (written, expected) in [
            ("@lab.example", Some("lab.example")),
            (".lab.example", Some("*.lab.example")),
            ("*lab.example", Some("*.lab.example")),
            ("*@*.lab.example", Some("*.lab.example")),
            ("192.0.2.1", Some("[192.0.2.1]")),
            ("2001:db8::1", Some("[IPv6:2001:db8::1]")),
            ("*", None),
            ("*.[192.0.2.1]", None),
            ("ann@", None),
        ] {
            assert!(Pattern::parse(written).is_err(), "{written}");
            assert_eq!(
                Pattern::meant(written).map(|meant| meant.to_string()).as_deref(),
                expected,
                "{written}"
            );
        }
    }

    #[test]
    fn a_pattern_is_written_as_it_is_read() {
        for text in ["lab.example", "*.lab.example", "ann@lab.example"] {
            assert_eq!(Pattern::parse(text).unwrap().to_string(), text);
        }
    }
}
