//! How well a mail connection is protected.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How well the connection to the next hop is protected. The order is the meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// Clear text.
    #[default]
    None,
    /// TLS if the server offers it (RFC 7435).
    Opportunistic,
    /// TLS with any certificate: safe from an eavesdropper, not from an impostor.
    Encrypted,
    /// TLS with a certificate that PKIX verifies for the expected name (RFC 8461 `enforce`, Postfix `secure`).
    Verified,
    /// TLS authenticated by DNSSEC (RFC 7672).
    Dane,
}

impl Transport {
    /// Every level, in order.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::Opportunistic,
        Self::Encrypted,
        Self::Verified,
        Self::Dane,
    ];

    /// The name used in the policy, in JSON and in C.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Opportunistic => "opportunistic",
            Self::Encrypted => "encrypted",
            Self::Verified => "verified",
            Self::Dane => "dane",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
