//! The answer for a message: a [`Verdict`], with a [`Delivery`] for each recipient.

use std::fmt;

use serde::Serialize;

use super::{Action, CryptoFloor, Dimension, Edit, Method, Requirement};
use crate::classify::Classification;
use crate::consent::Unapplied;
use crate::evidence::{Capability, EvidenceKind, Transport};
use crate::{Address, Authentication, Timestamp};

/// The answer for a whole message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The policy that decided.
    pub policy: PolicyId,
    /// What the message is.
    pub classification: Classification,
    /// Whether everything in the message could be inspected.
    pub complete: bool,
    /// One answer for each recipient, in the order of the transaction.
    pub deliveries: Vec<Delivery>,
}

/// Which policy decided.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct PolicyId {
    /// The name that the policy gives itself.
    pub name: String,
    /// SHA-256 of its canonical form, in hexadecimal.
    pub hash: String,
}

/// The answer for one recipient.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Delivery {
    /// The recipient's address.
    pub recipient: Address,
    /// What the host does.
    pub action: Action,
    /// How the message travels; `None` when it does not.
    pub method: Option<Method>,
    /// What the portal asks of the recipient, at least, before it opens the message for them; `None` where neither the method
    /// nor the fallback is the portal. A portal that cannot ask for it does not take the message. The secret of a pickup link
    /// that is in the mail with the link authenticates nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reader: Option<Authentication>,
    /// What the host does when the contract cannot be met.
    pub fallback: Option<Fallback>,
    /// What was required.
    pub requirement: Requirement,
    /// Per dimension above the bottom, what set it.
    pub why: Vec<Why>,
    /// The methods that would have been less friction, and why each was rejected.
    pub rejected: Vec<Rejected>,
    /// The evidence that it rests on; `None` when nothing valid is known of the recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Proven>,
    /// What the server enforces when it connects; `None` when nothing leaves by SMTP.
    pub transport: Option<Contract>,
    /// Changes to the message that belong to the decision.
    pub edits: Vec<Edit>,
    /// Whether the host keeps a copy in its archive, because the policy asks for it of what leaves like this.
    pub archive: bool,
    /// What the host says to the sending client when the message is not taken.
    pub reply: Option<SmtpReply>,
    /// The id of the waiver that lowered the requirement.
    pub waiver: Option<String>,
    /// By when somebody should have asked whether that waiver still stands, where that time is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiver_review_due: Option<Timestamp>,
    /// The recipient's other waivers, and why each did not apply.
    pub unapplied_waivers: Vec<Unapplied>,
    /// The other way that the recipient asked for (45 CFR 164.522(b)), in the words of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

/// What set a dimension of the requirement.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Why {
    /// The dimension.
    pub dimension: Dimension,
    /// The name of its value.
    pub value: String,
    /// The rule that set it, or `baseline`, or the scope whose floor it is, such as `domain clinic.example`.
    pub rule: String,
    /// The reason, in words.
    pub reason: String,
    /// The citation that the rule names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
}

/// A method that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Rejected {
    /// The method.
    pub method: Method,
    /// Why, in words.
    pub reason: String,
}

/// What the server enforces when it connects.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Contract {
    /// The level below which it does not send.
    pub level: Transport,
    /// The lowest protocol version, such as `TLSv1.2`; `None` when any will do.
    pub minimum_protocol: Option<String>,
    /// The cipher suites that will do, by IANA name; empty when any will do.
    pub suites: Vec<&'static str>,
    /// The floor for cryptography that the suites keep.
    #[serde(skip)]
    pub crypto: CryptoFloor,
    /// The right-hand side of a Postfix `smtp_tls_policy_maps` entry that says the same.
    pub postfix: String,
    /// Whether the message is handed on with REQUIRETLS, and only to a server that offers it (RFC 8689, section 4.2.1).
    pub require_tls: bool,
}

impl Contract {
    /// The name of the list of its suites, which is that of the floor; `None` when any suite will do.
    ///
    /// ```
    /// # use sealwax::{Engine, Timestamp, Transaction};
    /// let engine = Engine::builder().policy_toml("[baseline]\ncrypto = 'aes256-only'\ntransport = 'encrypted'").build()?;
    /// let transaction = Transaction::from("ann@clinic.example")?.to("bob@example.org")?;
    /// let verdict = engine.evaluate(b"Subject: lunch\r\n\r\nAt noon?\r\n", &transaction, Timestamp::EPOCH)?;
    /// let contract = verdict.deliveries[0].transport.as_ref().expect("it leaves by SMTP");
    /// assert_eq!(contract.suite_list(), Some("aes256-only"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn suite_list(&self) -> Option<&'static str> {
        (!self.suites.is_empty()).then(|| self.crypto.name())
    }
}

/// The evidence that a decision rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proven {
    /// Where the knowledge comes from.
    pub kind: EvidenceKind,
    /// What it proves.
    pub level: Transport,
    /// When it was observed.
    pub observed_at: Timestamp,
    /// How many seconds old it was at the decision; an agreement and the administrator's own table have no age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_seconds: Option<i64>,
}

impl Proven {
    pub(super) fn of(capability: &Capability<'_>, now: Timestamp) -> Option<Self> {
        let by = capability.by?;
        let age = now.as_millis().saturating_sub(by.observed_at.as_millis()) / 1000;
        Some(Self {
            kind: by.kind,
            level: capability.transport,
            observed_at: by.observed_at,
            age_seconds: by.kind.life_time().map(|_| age),
        })
    }
}

/// What the host does when a contract cannot be met.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Fallback {
    /// The action.
    pub action: Action,
    /// The method, when the action is to send.
    pub method: Option<Method>,
    /// Changes to the message that belong to the method, instead of those of the delivery.
    pub edits: Vec<Edit>,
}

/// What the host says to the sending client (RFC 5321, section 4.2; RFC 3463).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct SmtpReply {
    /// The reply code, such as 550.
    pub code: u16,
    /// The enhanced status code, such as `5.7.1`.
    pub status: String,
    /// The text, which names no content.
    pub text: String,
}

impl fmt::Display for Delivery {
    /// One line for a log: `ann@example.org: verified TLS (baseline: PHI needs verified TLS)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.action, self.way()) {
            (Action::Send, Some(way)) => write!(f, "{}: {way}", self.recipient)?,
            (action, _) => write!(f, "{}: {action}", self.recipient)?,
        }
        match self.decisive() {
            Some(why) => write!(f, " ({}: {})", why.rule, why.reason),
            None => Ok(()),
        }
    }
}

impl Delivery {
    /// How the message travels, in one or two words that tell the levels of TLS apart; `None` when it does not.
    ///
    /// ```
    /// # use sealwax::policy::{Content, Policy};
    /// # use sealwax::{Timestamp, Transaction};
    /// let transaction = Transaction::from("ann@clinic.example")?.to("bob@example.org")?;
    /// let deliveries = Policy::profile("minimal")?.decide(&Content::default(), &transaction, Timestamp::EPOCH)?;
    /// assert_eq!(deliveries[0].way(), Some("portal"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn way(&self) -> Option<&'static str> {
        Some(match self.method? {
            Method::Local => "local delivery",
            Method::Clear => "clear text, or TLS where it is offered",
            Method::Tls => match self.transport.as_ref().map(|contract| contract.level) {
                Some(Transport::Dane) => "DANE TLS",
                Some(Transport::Verified) => "verified TLS",
                Some(Transport::Encrypted | Transport::Opportunistic | Transport::None) | None => "encrypted TLS",
            },
            Method::Smime => "S/MIME",
            Method::Pgp => "PGP",
            Method::Portal => "portal",
        })
    }

    /// What set the dimension that decided the action or the method; `None` when nothing was required.
    #[must_use]
    pub fn decisive(&self) -> Option<&Why> {
        let of = |dimension| self.why.iter().find(|why| why.dimension == dimension);
        match (self.action, self.method) {
            (Action::Send, Some(method)) if !method.is_sealed() => of(Dimension::Transport),
            (Action::Send, _) => of(Dimension::Message).or_else(|| of(Dimension::Transport)),
            _ => [Dimension::Disposition, Dimension::Message, Dimension::Transport]
                .into_iter()
                .find_map(of),
        }
    }
}
