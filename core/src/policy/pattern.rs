//! Which addresses a set holds.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Address;

/// A pattern over mail addresses, ASCII case apart.
///
/// | written | holds |
/// | --- | --- |
/// | `lab.example` | every address of exactly this domain |
/// | `*.lab.example` | every address of a domain below it |
/// | `ann@lab.example` | this address |
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// One address.
    Address(Box<str>),
    /// Every address of a domain.
    Domain(Box<str>),
    /// Every address of the domains below one.
    Below(Box<str>),
}

impl Pattern {
    /// Reads a pattern; `None` when it is neither an address nor a domain.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if let Some(domain) = text.strip_prefix("*@") {
            return is_domain(domain).then(|| Self::Domain(domain.into()));
        }
        if let Some(parent) = text.strip_prefix("*.") {
            return is_domain(parent).then(|| Self::Below(parent.into()));
        }
        match text.rsplit_once('@') {
            Some((local, domain)) => {
                (is_local(local) && is_domain(domain)).then(|| Self::Address(text.as_str().into()))
            }
            None => is_domain(&text).then(|| Self::Domain(text.as_str().into())),
        }
    }

    /// Whether the pattern holds `address`.
    ///
    /// ```
    /// # use sealwax::policy::Pattern;
    /// let below = Pattern::parse("*.lab.example").unwrap();
    /// assert!(below.holds(&"ann@east.lab.example".into()));
    /// assert!(!below.holds(&"ann@lab.example".into()));
    /// ```
    #[must_use]
    pub fn holds(&self, address: &Address) -> bool {
        match self {
            Self::Address(exact) => address.as_str().eq_ignore_ascii_case(exact),
            Self::Domain(domain) => address.domain() == **domain,
            Self::Below(parent) => address
                .domain()
                .strip_suffix(&**parent)
                .is_some_and(|below| below.len() > 1 && below.ends_with('.')),
        }
    }
}

fn is_domain(text: &str) -> bool {
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    text.split('.').all(is_label)
}

fn is_local(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '*')
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(text) | Self::Domain(text) => f.write_str(text),
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
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format_args!(
                "`{text}` is no pattern, expected `lab.example`, `*.lab.example` or `ann@lab.example`"
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
            ("*.lab.example", "ann@.lab.example", false),
            ("*.lab.example", "ann@eastlab.example", false),
            ("ann@lab.example", "ANN@lab.example", true),
            ("ann@lab.example", "joann@lab.example", false),
            ("lab.example", "", false),
        ] {
            let read = Pattern::parse(pattern).unwrap();
            assert_eq!(read.holds(&address.into()), expected, "{pattern} {address}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "",
            "*",
            "*.",
            "@lab.example",
            "ann@",
            "a b@lab.example",
            "lab..example",
            "*ann@lab.example",
        ] {
            assert_eq!(Pattern::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_pattern_is_written_as_it_is_read() {
        for text in ["lab.example", "*.lab.example", "ann@lab.example"] {
            assert_eq!(Pattern::parse(text).unwrap().to_string(), text);
        }
    }
}
