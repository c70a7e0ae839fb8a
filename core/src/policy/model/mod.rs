//! The policy file as it is written: the same model from TOML and from JSON.

mod atoms;
mod context;
mod sets;
mod unknown;
mod when;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub(crate) use atoms::{Any, DENIED_CONTENT, Found};
pub(crate) use context::{Allow, Classifying, FormFile, List, RosterFile, Sender, Term};
pub(crate) use sets::{
    Archive, Floor, Group, OnUnmet, Organization, Partner, RecipientSet, Replies, Scope, Stream, SubjectAction,
    SubjectRule, Trigger, WaiverRules,
};
pub use unknown::UnknownFacts;
pub(crate) use when::{ABILITY_KEYS, CONTENT_KEYS, Direction, NEUTRAL_KEYS, Neutral, When};

use super::tls13::Tls13Suite;
use super::{Pattern, Requirement};
use crate::Party;
use crate::detect::DetectorSpec;
use crate::message::Limits;

/// One policy file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PolicyFile {
    /// The name in verdicts and audit records.
    pub(crate) name: String,
    /// What the policy is for, for its readers.
    pub(crate) description: String,
    /// Whom a sender asks about a message that was not sent: an address, a number, an office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact: Option<String>,
    /// What the sending client is told, instead of the built-in words.
    #[serde(rename = "reply", skip_serializing_if = "Replies::is_empty")]
    pub(crate) replies: Replies,
    /// Profiles and other files whose content counts as if it stood here.
    pub(crate) include: Vec<String>,
    /// The name of the covered entity whose mail this is, which waivers can be bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entity: Option<String>,
    /// What every message needs, beyond the built-in baseline.
    pub(crate) baseline: Requirement,
    /// How far a waiver may lower a requirement; without it, not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) relax_floor: Option<Requirement>,
    /// Whose rules waivers follow; without it, those in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) waivers: Option<WaiverRules>,
    /// Of which messages the host keeps a copy; without it, of what leaves under a waiver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) archive: Option<Archive>,
    /// What becomes of a fact that the policy does not know; without it, an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unknown_facts: Option<UnknownFacts>,
    /// What happens when TLS does not meet the requirement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) on_unmet: Option<OnUnmet>,
    /// The values of facts that the host did not give.
    pub(crate) defaults: Defaults,
    /// Who a recipient is of whom nobody says it; without it, that is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_recipient: Option<Party>,
    /// The house itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) organization: Option<Organization>,
    /// Custom categories, beside those built in.
    pub(crate) categories: BTreeSet<String>,
    /// The flags that the host may raise.
    pub(crate) flags: BTreeSet<String>,
    /// The purposes that a message can have.
    pub(crate) purposes: BTreeSet<String>,
    /// The accounts that a sender can belong to.
    pub(crate) accounts: BTreeSet<String>,
    /// Domains at which TLS counts as `encrypted` at most, whatever is known of it.
    pub(crate) distrusted_tls: BTreeSet<Pattern>,
    /// The suites of TLS 1.3 to which the server's OpenSSL is limited, which no line of a policy map can do.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) tls13_suites: BTreeSet<Tls13Suite>,
    /// What happens to a sensitive subject, which sealing does not cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<SubjectRule>,
    #[serde(rename = "stream")]
    pub(crate) streams: Vec<Stream>,
    #[serde(rename = "trigger")]
    pub(crate) triggers: Vec<Trigger>,
    #[serde(rename = "group")]
    pub(crate) groups: Vec<Group>,
    #[serde(rename = "recipients")]
    pub(crate) recipients: Vec<RecipientSet>,
    #[serde(rename = "partner")]
    pub(crate) partners: Vec<Partner>,
    #[serde(rename = "floor")]
    pub(crate) floors: Vec<Floor>,
    #[serde(rename = "rule")]
    pub(crate) rules: Vec<Rule>,
    #[serde(rename = "invariant")]
    pub(crate) invariants: Vec<Invariant>,
    /// What reading a message may cost; read by `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limits: Option<Limits>,
    /// How readily content counts; read by `classify`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) classification: Option<Classifying>,
    /// Detectors of the customer; read by `detect`.
    #[serde(rename = "detector")]
    pub(crate) detectors: Vec<DetectorSpec>,
    #[serde(rename = "term")]
    pub(crate) terms: Vec<Term>,
    #[serde(rename = "roster")]
    pub(crate) rosters: Vec<RosterFile>,
    #[serde(rename = "form")]
    pub(crate) forms: Vec<FormFile>,
    #[serde(rename = "allow")]
    pub(crate) allows: Vec<Allow>,
    #[serde(rename = "list")]
    pub(crate) lists: Vec<List>,
    #[serde(rename = "sender")]
    pub(crate) senders: Vec<Sender>,
}

impl PolicyFile {
    /// The same policy with each address and domain in its one form.
    pub(crate) fn canonical(mut self) -> Self {
        for floor in &mut self.floors {
            if let Ok(person) = floor.person() {
                floor.of = person;
            }
        }
        self
    }
}

/// A rule: when all of its facts hold, its requirement is joined in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// The name in explanations.
    pub(crate) id: String,
    /// The facts; without any, every message.
    #[serde(default)]
    pub(crate) when: When,
    /// What it raises.
    pub(crate) require: Requirement,
    /// Why, in words for the sender.
    #[serde(default)]
    pub(crate) reason: String,
    /// The section of a law or standard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) citation: Option<String>,
}

/// What must hold for every message; the policy is refused when it does not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invariant {
    /// The name in reports.
    pub(crate) id: String,
    /// The facts; without any, every message.
    #[serde(default)]
    pub(crate) when: When,
    /// What is then required at least.
    pub(crate) require: Requirement,
    /// What it says, in words.
    #[serde(default)]
    pub(crate) reason: String,
}

/// The values of neutral facts that the host did not give.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Defaults {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) purpose: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stream: Option<String>,
}
