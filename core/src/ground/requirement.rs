//! The requirement lattice: a product of ordered dimensions, whose join is the maximum of each.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Transport;

/// What is required of a message on its way to one recipient.
///
/// Two requirements are joined by taking the maximum of each dimension, so the join never lowers anything:
///
/// ```
/// # use sealwax::evidence::Transport;
/// # use sealwax::policy::{MessageProtection, Requirement};
/// let baseline = Requirement { transport: Transport::Encrypted, ..Requirement::NONE };
/// let sealed = Requirement { message: MessageProtection::Sealed, ..Requirement::NONE };
/// let both = baseline.join(sealed);
/// assert_eq!((both.transport, both.message), (Transport::Encrypted, MessageProtection::Sealed));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Requirement {
    /// How well the connection is protected.
    pub transport: Transport,
    /// How well the message itself is protected.
    pub message: MessageProtection,
    /// Which cryptography will do.
    pub crypto: CryptoFloor,
    /// Whether the key exchange must be post-quantum.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub post_quantum: bool,
    /// Whether the message may leave at all.
    pub disposition: Disposition,
    /// How much evidence the audit record keeps.
    pub audit: AuditLevel,
    /// How many days the audit record is kept at least, beyond the default.
    #[serde(skip_serializing_if = "is_zero")]
    pub retention_days: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(days: &u32) -> bool {
    *days == 0
}

impl Requirement {
    /// The bottom of the lattice: nothing is required.
    pub const NONE: Self = Self {
        transport: Transport::None,
        message: MessageProtection::None,
        crypto: CryptoFloor::Any,
        post_quantum: false,
        disposition: Disposition::Send,
        audit: AuditLevel::Normal,
        retention_days: 0,
    };

    /// The least requirement that asks for all that either asks for.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            transport: self.transport.max(other.transport),
            message: self.message.max(other.message),
            crypto: self.crypto.max(other.crypto),
            post_quantum: self.post_quantum || other.post_quantum,
            disposition: self.disposition.max(other.disposition),
            audit: self.audit.max(other.audit),
            retention_days: self.retention_days.max(other.retention_days),
        }
    }

    /// How high the value of `dimension` stands, for comparison with another value of the same dimension.
    #[must_use]
    pub(crate) const fn rank(self, dimension: Dimension) -> u32 {
        match dimension {
            Dimension::Transport => self.transport as u32,
            Dimension::Message => self.message as u32,
            Dimension::Crypto => self.crypto as u32,
            Dimension::PostQuantum => self.post_quantum as u32,
            Dimension::Disposition => self.disposition as u32,
            Dimension::Audit => self.audit as u32,
            Dimension::Retention => self.retention_days,
        }
    }

    /// The name of the value of `dimension`, as the policy file writes it.
    #[must_use]
    pub fn value(self, dimension: Dimension) -> String {
        match dimension {
            Dimension::Transport => self.transport.name().into(),
            Dimension::Message => self.message.name().into(),
            Dimension::Crypto => self.crypto.name().into(),
            Dimension::PostQuantum => self.post_quantum.to_string(),
            Dimension::Disposition => self.disposition.name().into(),
            Dimension::Audit => self.audit.name().into(),
            Dimension::Retention => format!("{} days", self.retention_days),
        }
    }

    /// Whether this asks for at least all that `other` asks for.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.join(other) == self
    }
}

/// A dimension of the lattice, as explanations name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// [`Requirement::transport`].
    Transport,
    /// [`Requirement::message`].
    Message,
    /// [`Requirement::crypto`].
    Crypto,
    /// [`Requirement::post_quantum`].
    PostQuantum,
    /// [`Requirement::disposition`].
    Disposition,
    /// [`Requirement::audit`].
    Audit,
    /// [`Requirement::retention_days`].
    Retention,
}

/// How well the message itself is protected. The order is the meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageProtection {
    /// Not at all.
    #[default]
    None,
    /// By the portal, S/MIME or PGP.
    Sealed,
    /// And the reader is authenticated by a second factor.
    SealedAuthenticated,
}

/// Which cryptography of a connection will do. The order is the meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CryptoFloor {
    /// Whatever is negotiated.
    #[default]
    Any,
    /// TLS 1.2 or later with a suite that NIST SP 800-52r2 recommends.
    #[serde(rename = "tls12-nist")]
    Tls12Nist,
    /// An AEAD suite with forward secrecy (RFC 9325).
    ForwardSecretAead,
    /// The same, with AES-256 and nothing else.
    #[serde(rename = "aes256-only")]
    Aes256Only,
}

/// Whether a message may leave. The order is the meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// It may.
    #[default]
    Send,
    /// After somebody has approved.
    RequireApproval,
    /// It is kept.
    Hold,
    /// It goes back to the sender.
    Return,
}

/// How much evidence an audit record keeps. The order is the meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditLevel {
    /// What was decided and why.
    #[default]
    Normal,
    /// And every piece of evidence that was used.
    Full,
}

macro_rules! display_as_kebab {
    ($($type:ty { $($variant:ident => $name:literal),+ $(,)? })+) => { $(
        impl $type {
            /// Every value, in order.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The name used in the policy, in JSON and in C.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    )+ };
}

display_as_kebab! {
    MessageProtection { None => "none", Sealed => "sealed", SealedAuthenticated => "sealed-authenticated" }
    CryptoFloor {
        Any => "any",
        Tls12Nist => "tls12-nist",
        ForwardSecretAead => "forward-secret-aead",
        Aes256Only => "aes256-only",
    }
    Disposition { Send => "send", RequireApproval => "require-approval", Hold => "hold", Return => "return" }
    AuditLevel { Normal => "normal", Full => "full" }
    Dimension {
        Transport => "transport",
        Message => "message",
        Crypto => "crypto",
        PostQuantum => "post-quantum",
        Disposition => "disposition",
        Audit => "audit",
        Retention => "retention",
    }
}
