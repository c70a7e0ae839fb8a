//! The waiver record.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::classify::{Category, Level};
use crate::{Address, Timestamp};

/// An individual's documented choice to receive mail with less protection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The record's id, unique in the registry.
    pub id: String,
    /// The exact address that the choice is for.
    pub recipient: Address,
    /// The ground it stands on.
    pub basis: Basis,
    /// What it covers.
    pub scope: Scope,
    /// From when on it can be active.
    pub effective_from: Timestamp,
    /// When it ends; `None` is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// The version of the risk notice that was given (HHS FAQ 2060); without one no waiver is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_notice: Option<String>,
    /// The append-only history of its status, oldest first.
    pub history: Vec<Change>,
}

/// The ground that a waiver stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Basis {
    /// The individual's right of access (45 CFR 164.524); the only basis with the liability shield of HHS FAQ 2061.
    #[serde(rename = "access-164.524")]
    Access,
    /// A written authorization (45 CFR 164.508).
    #[serde(rename = "authorization-164.508")]
    Authorization,
    /// A request for confidential communication (45 CFR 164.522(b)).
    #[serde(rename = "confidential-communication-164.522b")]
    ConfidentialCommunication,
    /// A general preference.
    #[serde(rename = "preference")]
    Preference,
}

/// What a waiver covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The purposes it covers; empty covers a message of any purpose.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub purposes: BTreeSet<String>,
    /// The categories it covers; a message with any other is not covered.
    pub categories: BTreeSet<Category>,
    /// The highest level it covers; `critical` is never covered, whatever stands here.
    #[serde(default = "default_maximum")]
    pub maximum: Level,
}

fn default_maximum() -> Level {
    Level::Sensitive
}

/// A change of status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// To what.
    pub status: Status,
    /// By whom.
    pub actor: String,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// The status of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// In force.
    Active,
    /// Past its end.
    Expired,
    /// Written down, not yet in force.
    Proposed,
    /// Withdrawn by the individual.
    Revoked,
    /// Out of force for now.
    Suspended,
    /// Replaced by a later record.
    Superseded,
}

impl Waiver {
    /// The status at `now`: that of the last change up to then; `None` before the first.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Option<Status> {
        if self.expires.is_some_and(|end| end <= now) {
            return Some(Status::Expired);
        }
        self.history
            .iter()
            .filter(|change| change.at <= now)
            .max_by_key(|change| change.at)
            .map(|change| change.status)
    }
}
