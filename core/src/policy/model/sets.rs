//! The named parts of a policy: sets of people, streams, triggers, floors.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Any;
use crate::classify::Level;
use crate::evidence::Transport;
use crate::policy::match_name::MatchName;
use crate::policy::{Pattern, Requirement};
use crate::{Address, AddressError, Agreement, BaaState, Domain, Party};

/// A floor under everything that somebody sends; it can only raise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Floor {
    pub(crate) scope: Scope,
    /// The account, domain, group or address that it is for.
    pub(crate) of: String,
    pub(crate) require: Requirement,
    #[serde(default)]
    pub(crate) reason: String,
    /// Whether a waiver may lower what it asks for.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub(crate) waivable: bool,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_yes(value: &bool) -> bool {
    *value
}

impl Floor {
    /// The address or domain of a floor of a user or a domain in its one form; the name of any other as it stands.
    pub(crate) fn person(&self) -> Result<String, AddressError> {
        match self.scope {
            Scope::Domain => Ok(Domain::parse(&self.of)?.to_string()),
            Scope::User => Ok(Address::recipient(&self.of)?.key()),
            Scope::Account | Scope::Group => Ok(self.of.clone()),
        }
    }
}

/// Whose floor it is, from the widest to the narrowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scope {
    Account,
    Domain,
    Group,
    User,
}

impl Scope {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Domain => "domain",
            Self::Group => "group",
            Self::User => "user",
        }
    }
}

/// A group of senders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) members: BTreeSet<Pattern>,
}

/// A set of recipients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecipientSet {
    pub(crate) name: String,
    pub(crate) members: BTreeSet<Pattern>,
    /// Who all of them are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) party: Option<Party>,
}

/// The house itself: mail from one of its domains to one of its domains is internal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Organization {
    pub(crate) domains: BTreeSet<Pattern>,
}

/// An organisation with which something is agreed. It is a recipient set of the same name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Partner {
    pub(crate) name: String,
    pub(crate) members: BTreeSet<Pattern>,
    /// The state of the business associate agreement.
    #[serde(default)]
    pub(crate) baa: BaaState,
    /// When that agreement stands, and which document it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) agreement: Option<Agreement>,
    /// Who its people are; an agreement that is signed, missing or forbids PHI says that they are an organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) party: Option<Party>,
    /// The TLS that is agreed; it counts as evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) transport: Option<Transport>,
    /// The names that the certificate is matched against; empty stands for the recipient's domain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) match_names: Vec<MatchName>,
}

/// A kind of traffic that leaves by its own route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stream {
    pub(crate) name: String,
    /// Written into the header `Sealwax-Stream`, for the server's routing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    /// Instead of the policy's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) on_unmet: Option<OnUnmet>,
}

/// What happens when TLS does not meet the requirement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OnUnmet {
    /// Not sent, and nobody is told: TLS or nothing.
    Drop,
    /// Sealed for the mail client or the portal; given back when that is impossible too.
    #[default]
    Portal,
    /// Given back to the sender: TLS or a bounce.
    Return,
}

/// Whose rules waivers follow. The order is that of strictness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum WaiverRules {
    /// The rules in force: any documented choice of the individual.
    #[default]
    #[serde(rename = "hipaa-2013")]
    Hipaa2013,
    /// The rules as proposed in January 2025: a general preference is no ground.
    #[serde(rename = "hipaa-nprm-2025")]
    HipaaNprm2025,
    /// No waiver lowers anything, whatever `relax_floor` an included file has.
    #[serde(rename = "refused")]
    Refused,
}

/// Of which messages the host keeps a copy. The order is that of strictness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Archive {
    /// Of none.
    Never,
    /// Of what leaves under a waiver.
    #[default]
    Waived,
    /// Of what leaves in clear: without a contract that demands TLS, or under a waiver.
    Clear,
    /// Of all that leaves without being sealed.
    Unsealed,
}

/// A word or header by which a sender asks for protection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trigger {
    pub(crate) name: String,
    /// Tags in the subject, such as `[secure]`.
    #[serde(default, skip_serializing_if = "Any::is_empty")]
    pub(crate) subject: Any<String>,
    /// Headers, such as `X-Encrypt`, whatever their value.
    #[serde(default, skip_serializing_if = "Any::is_empty")]
    pub(crate) header: Any<String>,
    /// Plus-addresses, such as `secure` in `ann+secure@example.org`.
    #[serde(default, skip_serializing_if = "Any::is_empty")]
    pub(crate) plus: Any<String>,
    /// What it raises for every recipient; rules can also ask for it.
    #[serde(default)]
    pub(crate) require: Requirement,
}

/// What the sending client is told, instead of the built-in words; the reason and the contact follow either.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Replies {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) approve: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) drop: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hold: Option<String>,
    /// For what is given back, with 550.
    #[serde(rename = "return", skip_serializing_if = "Option::is_none")]
    pub(crate) refuse: Option<String>,
}

impl Replies {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These words, and those of `inner` where there are none.
    pub(crate) fn or(self, inner: Self) -> Self {
        Self {
            approve: self.approve.or(inner.approve),
            drop: self.drop.or(inner.drop),
            hold: self.hold.or(inner.hold),
            refuse: self.refuse.or(inner.refuse),
        }
    }
}

/// What happens to a sensitive subject when the message is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SubjectRule {
    /// From which level of the subject alone.
    pub(crate) from: Level,
    pub(crate) action: SubjectAction,
    /// The new subject.
    pub(crate) text: String,
}

impl Default for SubjectRule {
    fn default() -> Self {
        Self {
            from: Level::Personal,
            action: SubjectAction::Replace,
            text: "Secure message".into(),
        }
    }
}

/// What happens to a sensitive subject. The order is that of strictness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SubjectAction {
    #[default]
    Replace,
    Return,
}
