//! What a host does with a message, and by which method.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a message travels. The order is that of friction for the reader, least first.
///
/// A host offers the four of [`Method::ALL`]. TLS is called by what it comes to in a delivery: [`Method::Local`] where
/// nothing leaves, [`Method::Clear`] where nothing demands a protected connection, because a waiver allows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// As it is, inside of the host's own trust zone: nothing leaves by SMTP.
    #[serde(skip_deserializing)]
    Local,
    /// As it is, by SMTP, over TLS only where the server offers it: it may leave in clear text.
    #[serde(skip_deserializing)]
    Clear,
    /// As it is, over a TLS connection of the level that the contract names.
    Tls,
    /// Sealed for the recipient's mail client (RFC 8551).
    Smime,
    /// Sealed for the recipient's mail client (RFC 9580).
    Pgp,
    /// Sealed, and picked up from a portal.
    Portal,
}

impl Method {
    /// Every method that a host can offer, least friction first.
    pub const ALL: [Self; 4] = [Self::Tls, Self::Smime, Self::Pgp, Self::Portal];

    /// The name used in the policy, in JSON and in C.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Clear => "clear",
            Self::Tls => "tls",
            Self::Smime => "smime",
            Self::Pgp => "pgp",
            Self::Portal => "portal",
        }
    }

    /// Whether the message itself is sealed, whatever protects the connection.
    ///
    /// ```
    /// # use sealwax::policy::Method;
    /// assert!(Method::Portal.is_sealed() && !Method::Tls.is_sealed());
    /// ```
    #[must_use]
    pub const fn is_sealed(self) -> bool {
        match self {
            Self::Local | Self::Clear | Self::Tls => false,
            Self::Smime | Self::Pgp | Self::Portal => true,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the host does with the message for one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Send it by the delivery's method.
    Send,
    /// Keep it until somebody approves.
    Approve,
    /// Keep it.
    Hold,
    /// Give it back to the sender.
    Return,
    /// Do not send it, and tell nobody outside: for bulk mail that is TLS or nothing.
    Drop,
}

impl Action {
    /// The name used in JSON and in C.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Approve => "approve",
            Self::Hold => "hold",
            Self::Return => "return",
            Self::Drop => "drop",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
