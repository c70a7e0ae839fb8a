//! The names that a partner's certificate is matched against.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One name for Postfix's `match=`: a host name, or `.lab.example` for every host below a domain.
///
/// Nothing else is taken. `hostname` stands for the name that an unauthenticated MX record gives, which proves nothing;
/// `nexthop` and `dot-nexthop` are what an empty list stands for already; and a `:`, a blank or a line break would write
/// a second name, or a second attribute, into the line that the server obeys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MatchName(Box<str>);

impl MatchName {
    /// Reads a name; `Err` says why it is none.
    fn parse(text: &str) -> Result<Self, &'static str> {
        if STRATEGIES.iter().any(|word| word.eq_ignore_ascii_case(text)) {
            return Err("it is one of Postfix's own words, not the name in a certificate");
        }
        if !text.is_ascii() {
            return Err("a certificate holds the ASCII form of the name (`xn--...`)");
        }
        let host = text.strip_prefix('.').unwrap_or(text);
        let labels: Vec<&str> = host.split('.').collect();
        if host.len() > LONGEST_NAME || !labels.iter().copied().all(is_label) {
            return Err("it is no host name");
        }
        if labels
            .last()
            .is_some_and(|label| label.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Err("it is an address, and the name in the certificate is what is matched");
        }
        if text.starts_with('.') && labels.len() < 2 {
            return Err("every host of a top-level domain would match");
        }
        Ok(Self(text.to_ascii_lowercase().into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// RFC 1123, section 2.1, and RFC 1035, section 2.3.4.
fn is_label(label: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len()) && label.bytes().all(is_part) && !label.starts_with('-') && !label.ends_with('-')
}

/// RFC 1035, section 2.3.4, less the length of the root.
const LONGEST_NAME: usize = 253;

/// What Postfix takes for `match=` besides names (`postconf(5)`, `smtp_tls_secure_cert_match`).
const STRATEGIES: [&str; 3] = ["hostname", "nexthop", "dot-nexthop"];

impl Serialize for MatchName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for MatchName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|why| {
            serde::de::Error::custom(format_args!(
                "`{}` is no name to match: {why}; expected `mx.lab.example` or `.lab.example`",
                text.escape_debug()
            ))
        })
    }
}

impl fmt::Display for MatchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Policy, PolicyErrorKind, Resources};

    #[test]
    fn a_host_name_or_a_domain_with_a_leading_dot_is_kept_in_lower_case() {
        for (text, kept) in [
            ("mx.lab.example", "mx.lab.example"),
            (".lab.example", ".lab.example"),
            ("MX1.Lab.Example", "mx1.lab.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(MatchName::parse(text).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_would_match_another_name_or_write_another_word_is_refused() {
        let long = format!("{}.example", "a".repeat(64));
        for text in [
            "",
            ".",
            " ",
            "hostname",
            "HostName",
            "nexthop",
            "dot-nexthop",
            "nexthop:dot-nexthop",
            "mx.lab.example:hostname",
            "mx.lab.example ",
            " mx.lab.example",
            "mx.lab.example protocols=SSLv3",
            "mx.lab.example\tciphers=null",
            "mx.lab.example\nfoo.example may",
            "mx.lab.example\r",
            "mx.lab.example,x",
            "\"mx.lab.example\"",
            "mx.lab.example.",
            "mx..lab.example",
            "*.lab.example",
            "-mx.lab.example",
            "mx-.lab.example",
            "mx_1.lab.example",
            "bücher.example",
            "mx。lab。example",
            "192.0.2.1",
            "[192.0.2.1]",
            ".example",
            "ann@lab.example",
            "mx.lab.example\0",
            &long,
        ] {
            assert!(MatchName::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_policy_with_such_a_name_is_refused_at_its_place() {
        let text =
            "name = \"x\"\n[[partner]]\nname = \"lab\"\nmembers = [\"lab.example\"]\nmatch_names = [\"hostname\"]\n";
        let error = Policy::from_toml(text, &Resources::new()).unwrap_err();
        assert_eq!((error.kind(), error.line()), (PolicyErrorKind::Value, Some(5)));
        assert!(error.message().starts_with("`hostname` is no name to match"), "{error}");
    }
}
