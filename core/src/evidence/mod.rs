//! What a host knows of how a recipient can be reached, and what it proves at a time.
//!
//! The core looks nothing up: the host supplies [`Evidence`], and [`capability`] says which [`Transport`] it proves
//! at a time. Expired evidence proves nothing, a fresh failure wins over every success, and what is not known is none.
//!
//! What the host finds is read by pure parsers: MTA-STS ([`StsRecord`], [`StsPolicy`]), DANE ([`Tlsa`]), Postfix's policy
//! table ([`PostfixEntry`]), `Received:` headers ([`ReceivedTls`]) and TLS reports (`TlsReport`, feature `serde`).

mod capability;
mod error;
mod mta_sts;
mod postfix;
mod received;
#[cfg(feature = "serde")]
mod tls_report;
mod tlsa;

use serde::{Deserialize, Serialize};

pub(crate) use capability::last_connections;
pub use capability::{Capability, capability};
pub use error::{EvidenceError, EvidenceErrorKind};
pub use mta_sts::{StsMode, StsPolicy, StsRecord};
#[cfg(test)]
pub(crate) use postfix::POSTFIX_HIGH;
pub use postfix::{PostfixEntry, PostfixLevel, PostfixPolicy};
pub use received::{ReceivedTls, ReceivedWriter};
#[cfg(feature = "serde")]
pub use tls_report::{
    DateRange, FailureDetail, FailureType, PolicyReport, PolicyType, ReportedPolicy, Summary, TlsReport,
};
pub use tlsa::{CertificateUsage, Matching, Selector, Tlsa};

use crate::Timestamp;
pub use crate::ground::Transport;
use crate::tls::{Protocol, Suite};

/// One thing that the host knows of how a recipient's server can be reached.
///
/// ```
/// # use sealwax::Timestamp;
/// # use sealwax::evidence::{Evidence, EvidenceKind, Transport};
/// let evidence = Evidence::new(EvidenceKind::MtaStsEnforce, Transport::Verified, Timestamp::EPOCH);
/// assert!(!evidence.failed);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Where the knowledge comes from.
    pub kind: EvidenceKind,
    /// The level it speaks of: proved, or, when `failed`, not reached.
    pub level: Transport,
    /// When it was observed.
    pub observed_at: Timestamp,
    /// When it ends; `None` stands for the kind's own life time ([`EvidenceKind::life_time`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// The protocol version that was negotiated, such as `TLSv1.3`, as [`Protocol::by_name`](crate::tls::Protocol::by_name)
    /// reads it. One before TLS 1.2 proves nothing, and neither does one that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// The cipher suite that was negotiated, as [`Suite::by_name`](crate::tls::Suite::by_name) reads it: by its IANA,
    /// OpenSSL or `GnuTLS` name. One that is not known proves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suite: Option<String>,
    /// Whether the attempt to reach `level` failed (RFC 8460, section 4.3).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
}

impl Evidence {
    /// Evidence of `kind` for `level`, observed at `observed_at`.
    #[must_use]
    pub fn new(kind: EvidenceKind, level: Transport, observed_at: Timestamp) -> Self {
        Self {
            kind,
            level,
            observed_at,
            valid_until: None,
            protocol: None,
            suite: None,
            failed: false,
        }
    }

    /// Whether the connection that was seen, if one was, can prove anything: TLS 1.2 or later (RFC 8996), by a suite that
    /// is known.
    ///
    /// ```
    /// # use sealwax::Timestamp;
    /// # use sealwax::evidence::{Evidence, EvidenceKind, Transport, capability};
    /// let mut seen = Evidence::new(EvidenceKind::LastDelivery, Transport::Verified, Timestamp::EPOCH);
    /// assert!(seen.is_sound());
    /// seen.protocol = Some("TLS1.0".into());
    /// assert!(!seen.is_sound());
    /// assert_eq!(capability(&[seen], Timestamp::EPOCH).transport, Transport::None);
    /// ```
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let is_modern = |name: &str| Protocol::by_name(name).is_some_and(|version| version >= Protocol::Tls12);
        let is_known = |name: &str| Suite::by_name(name).is_some();
        self.protocol.as_deref().is_none_or(is_modern) && self.suite.as_deref().is_none_or(is_known)
    }
}

/// Where a piece of evidence comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// A TLSA record secured by DNSSEC (RFC 7672).
    Dane,
    /// The last delivery to this domain.
    LastDelivery,
    /// The message never leaves the host's own trust zone.
    Local,
    /// An MTA-STS policy in `enforce` mode (RFC 8461).
    MtaStsEnforce,
    /// An MTA-STS policy in `testing` mode, which binds nobody.
    MtaStsTesting,
    /// A written agreement with the partner on how mail travels.
    PartnerAgreement,
    /// A connection made to find out; it proves at most `encrypted`.
    Probe,
    /// The administrator's own table.
    StaticTable,
}

impl EvidenceKind {
    /// The most that evidence of this kind can prove.
    #[must_use]
    pub const fn ceiling(self) -> Transport {
        match self {
            Self::Dane | Self::Local => Transport::Dane,
            Self::LastDelivery | Self::MtaStsEnforce | Self::PartnerAgreement | Self::StaticTable => {
                Transport::Verified
            }
            Self::MtaStsTesting => Transport::Opportunistic,
            Self::Probe => Transport::Encrypted,
        }
    }

    /// How many milliseconds evidence of this kind lives when it names no end; `None` is for ever.
    #[must_use]
    pub const fn life_time(self) -> Option<i64> {
        match self {
            Self::Local | Self::PartnerAgreement | Self::StaticTable => None,
            Self::Dane | Self::Probe => Some(DAY_MILLIS),
            Self::LastDelivery | Self::MtaStsEnforce | Self::MtaStsTesting => Some(WEEK_MILLIS),
        }
    }
}

/// DNS answers and probes age within a day.
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// RFC 8461, section 3.2, recommends a `max_age` of weeks; a week without a new look is the shorter, safer end.
const WEEK_MILLIS: i64 = 7 * DAY_MILLIS;
