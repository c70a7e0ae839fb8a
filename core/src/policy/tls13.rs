//! The suites of TLS 1.3 to which an administrator has limited the server.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::tls::{Protocol, Suite};

/// A suite of TLS 1.3 (RFC 8446, appendix B.4), by its IANA name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tls13Suite(&'static str);

impl Tls13Suite {
    fn parse(text: &str) -> Option<Self> {
        let suite = Suite::by_name(text).filter(|suite| suite.highest() == Protocol::Tls13)?;
        Some(Self(suite.iana()))
    }

    pub(crate) const fn iana(self) -> &'static str {
        self.0
    }
}

impl Serialize for Tls13Suite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Tls13Suite {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format_args!(
                "`{}` is no suite of TLS 1.3, expected names such as `TLS_AES_256_GCM_SHA384`",
                text.escape_debug()
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::{Policy, Resources};

    #[test]
    fn only_a_suite_of_tls_1_3_is_taken() {
        for (suite, is_taken) in [
            ("TLS_AES_256_GCM_SHA384", true),
            ("TLS_AES_128_GCM_SHA256", true),
            ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", false),
            ("TLS_AES_257_GCM_SHA384", false),
            ("", false),
        ] {
            let policy = Policy::from_toml(&format!("tls13_suites = ['{suite}']"), &Resources::new());
            assert_eq!(policy.is_ok(), is_taken, "{suite}");
        }
    }
}
