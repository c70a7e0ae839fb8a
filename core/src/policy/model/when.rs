//! The condition of a rule. Its shape keeps the direction of every fact.
//!
//! What the message holds stands at the top and can only be asked for; what the recipient can do stands under `lacks`
//! and can only be missed; where the message goes and what for stands under `is` and `not`. So no rule can say that
//! more content, or less ability, lowers a requirement: there is no way to write it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Any, Found};
use crate::classify::{Category, Level};
use crate::evidence::Transport;
use crate::message::OpaqueKind;
use crate::policy::Method;
use crate::{Authentication, BaaState, Party};

/// A conjunction of facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct When {
    /// This level or a higher one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) level: Option<Level>,
    /// The subject alone has this level or a higher one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject_level: Option<Level>,
    /// Any of these categories.
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) category: Any<Category>,
    /// Something was found under any of these labels, such as `US_SSN`.
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) label: Any<String>,
    /// All of these categories.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) all_categories: Vec<Category>,
    /// Per label, at least so many distinct values; all of them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) count: BTreeMap<String, u32>,
    /// Something in the message could not be inspected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) incomplete: Option<Found>,
    /// The health context comes from outside the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) implied_phi: Option<Found>,
    /// Any of these anomalies of the message's form.
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) anomaly: Any<String>,
    /// Any of these kinds of content that cannot be read.
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) opaque: Any<OpaqueKind>,
    /// Any of these triggers was set by the sender.
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) trigger: Any<String>,
    /// Any of these flags was raised by the host.
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) flag: Any<String>,
    /// What the recipient does not have; all of them.
    pub(crate) lacks: Lacks,
    /// Where the message goes and what for; all of them.
    pub(crate) is: Neutral,
    /// Where the message does not go and what it is not for; none of them.
    pub(crate) not: Neutral,
}

/// What a recipient does not have: each holds when less is known than it names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Lacks {
    /// Evidence of this transport.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) transport: Option<Transport>,
    /// This state of a business associate agreement, or a better one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) baa: Option<BaaState>,
    /// This authentication, or a better one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authentication: Option<Authentication>,
    /// A key for each of these methods (`smime`, `pgp`).
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) keys: Any<Method>,
    /// The knowledge that they are this party, or one of whom less is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) party: Option<Party>,
}

impl Lacks {
    /// In words for a reason: until when the rule applies, such as "as long as no agreement and no verified TLS is
    /// known"; `None` when it asks for no lack.
    pub(crate) fn words(&self) -> Option<String> {
        let keys = self.keys.0.iter().map(|method| match method {
            Method::Smime => "S/MIME key",
            Method::Pgp => "PGP key",
            other => other.name(),
        });
        let missing: Vec<&str> = [
            self.baa.map(agreement_words),
            self.transport.map(transport_words),
            self.authentication.map(authentication_words),
        ]
        .into_iter()
        .flatten()
        .chain(keys)
        .collect();
        let known = (!missing.is_empty()).then(|| format!("no {} is known", missing.join(" and no ")));
        let party = self.party.and_then(party_words).map(str::to_owned);
        let clauses: Vec<String> = known.into_iter().chain(party).collect();
        (!clauses.is_empty()).then(|| format!("as long as {}", clauses.join(" and ")))
    }
}

const fn agreement_words(least: BaaState) -> &'static str {
    match least {
        BaaState::Signed => "signed agreement",
        BaaState::PhiForbidden | BaaState::None | BaaState::Unknown | BaaState::NotNeeded => "agreement",
    }
}

const fn transport_words(least: Transport) -> &'static str {
    match least {
        Transport::None | Transport::Opportunistic => "TLS",
        Transport::Encrypted => "encrypted TLS",
        Transport::Verified => "verified TLS",
        Transport::Dane => "TLS by DANE",
    }
}

const fn authentication_words(least: Authentication) -> &'static str {
    match least {
        Authentication::None | Authentication::SingleFactor => "sign-in",
        Authentication::SecondFactor => "sign-in with a second factor",
    }
}

/// Nobody is less than an organisation.
const fn party_words(least: Party) -> Option<&'static str> {
    match least {
        Party::Organization => None,
        Party::Unknown => Some("the recipient is an organisation"),
        Party::Individual => Some("the recipient is not known as an individual"),
    }
}

/// Facts that neither raise nor lower anything by themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Neutral {
    /// The sender's account.
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) account: Any<String>,
    /// Whether the recipient belongs to the sender's organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) direction: Option<Direction>,
    /// The sender's group.
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) group: Any<String>,
    /// What the message is for.
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) purpose: Any<String>,
    /// The recipient set, or the partner, that the recipient belongs to.
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) recipients: Any<String>,
    /// The stream that the message travels in.
    #[serde(skip_serializing_if = "Any::is_empty")]
    pub(crate) stream: Any<String>,
}

/// Whether the recipient belongs to the sender's organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Direction {
    External,
    Internal,
}

/// The keys of a `when` that ask for content.
pub(crate) const CONTENT_KEYS: [&str; 12] = [
    "all_categories",
    "anomaly",
    "category",
    "count",
    "flag",
    "implied_phi",
    "incomplete",
    "label",
    "level",
    "opaque",
    "subject_level",
    "trigger",
];

/// The keys under `lacks`.
pub(crate) const ABILITY_KEYS: [&str; 5] = ["authentication", "baa", "keys", "party", "transport"];

/// The keys under `is` and `not`.
pub(crate) const NEUTRAL_KEYS: [&str; 6] = ["account", "direction", "group", "purpose", "recipients", "stream"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lack_is_told_whole() {
        const ROWS: &[(&str, Option<&str>)] = &[
            ("", None),
            ("baa = 'signed'", Some("as long as no signed agreement is known")),
            (
                "baa = 'not-needed'\ntransport = 'verified'",
                Some("as long as no agreement and no verified TLS is known"),
            ),
            (
                "baa = 'not-needed'\nparty = 'unknown'",
                Some("as long as no agreement is known and the recipient is an organisation"),
            ),
            (
                "authentication = 'second-factor'\nkeys = ['smime', 'pgp']",
                Some("as long as no sign-in with a second factor and no S/MIME key and no PGP key is known"),
            ),
            (
                "party = 'individual'",
                Some("as long as the recipient is not known as an individual"),
            ),
            ("party = 'organization'", None),
        ];
        for (written, words) in ROWS {
            let lacks: Lacks = toml::from_str(written).unwrap();
            assert_eq!(lacks.words().as_deref(), *words, "{written}");
        }
    }

    #[test]
    fn the_lists_of_keys_name_every_field() {
        let full = "level = 'personal'\nsubject_level = 'personal'\ncategory = 'phi'\nlabel = 'A'\nall_categories = ['phi']\n\
            count = { A = 1 }\nincomplete = true\nimplied_phi = true\nanomaly = 'a'\nopaque = 'fax'\ntrigger = 'a'\nflag = 'a'\n\
            lacks = { transport = 'dane', baa = 'signed', authentication = 'second-factor', keys = 'pgp', party = 'individual' }\n\
            is = { account = 'a', direction = 'internal', group = 'a', purpose = 'a', recipients = 'a', stream = 'a' }";
        let when: When = toml::from_str(full).unwrap();
        let written = toml::Table::try_from(&when).unwrap();
        let keys = |table: &toml::Table| table.keys().cloned().collect::<Vec<_>>();
        let content: Vec<_> = keys(&written)
            .into_iter()
            .filter(|key| !["is", "lacks", "not"].contains(&key.as_str()))
            .collect();
        assert_eq!(content, CONTENT_KEYS);
        assert_eq!(keys(written["lacks"].as_table().unwrap()), ABILITY_KEYS);
        assert_eq!(keys(written["is"].as_table().unwrap()), NEUTRAL_KEYS);
    }
}
