//! The waiver record.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::history::Change;
use super::notice::{Expression, Representative, RiskNotice};
use crate::ground::{Category, Level};
use crate::{Address, Timestamp};

/// An individual's documented choice to receive mail with less protection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The record's id, unique in the registry.
    pub id: String,
    /// Who the individual is, as a pseudonym of the host's: no name, no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub individual: Option<String>,
    /// The exact address that the choice is for.
    #[serde(deserialize_with = "Address::deserialize_recipient")]
    pub recipient: Address,
    /// Who chose in the individual's place (45 CFR 164.502(g)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<Representative>,
    /// The covered entity that the choice was made towards: it covers mail of no other. It is compared with the policy's
    /// `entity` and with the account that the sender belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// The only sender whose mail it covers; `None` is any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Address>,
    /// The only group of senders whose mail it covers; `None` is any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The ground it stands on.
    pub basis: Basis,
    /// What it covers.
    pub scope: Scope,
    /// From when on it can be active.
    pub effective_from: Timestamp,
    /// When it ends; `None` is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// When somebody has to ask again whether it still stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_by: Option<Timestamp>,
    /// The risk notice that was given (HHS FAQ 2060); without one no waiver is active. A bare version is read too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_notice: Option<RiskNotice>,
    /// The secure way that was offered instead, such as `portal`; without one no waiver is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternative_offered: Option<String>,
    /// How the choice was expressed, and the hash of what shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<Expression>,
    /// Who wrote it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_by: Option<String>,
    /// When the registry wrote it down; `None` when no registry did, or one that did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_at: Option<Timestamp>,
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

impl Basis {
    /// Every basis.
    pub const ALL: [Self; 4] = [
        Self::Access,
        Self::Authorization,
        Self::ConfidentialCommunication,
        Self::Preference,
    ];

    /// The name in JSON, in CSV and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "access-164.524",
            Self::Authorization => "authorization-164.508",
            Self::ConfidentialCommunication => "confidential-communication-164.522b",
            Self::Preference => "preference",
        }
    }

    /// The basis of this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.name() == name)
    }
}

/// Which rules of the United States a registry follows.
///
/// ```
/// # use sealwax::consent::{Basis, Profile};
/// assert!(Profile::Hipaa2013.accepts(Basis::Preference));
/// assert!(!Profile::HipaaNprm2025.accepts(Basis::Preference));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Profile {
    /// The rules in force since the Omnibus Rule of 2013.
    #[default]
    #[serde(rename = "hipaa-2013")]
    Hipaa2013,
    /// The rules as proposed in January 2025 (90 FR 898): a general preference is no ground any more, and what is kept
    /// is encrypted.
    #[serde(rename = "hipaa-nprm-2025")]
    HipaaNprm2025,
}

impl Profile {
    /// Whether a waiver may stand on `basis`.
    #[must_use]
    pub const fn accepts(self, basis: Basis) -> bool {
        match self {
            Self::Hipaa2013 => true,
            Self::HipaaNprm2025 => !matches!(basis, Basis::Preference),
        }
    }

    /// Whether what is kept, the registry too, must be encrypted at rest.
    #[must_use]
    pub const fn requires_encryption_at_rest(self) -> bool {
        matches!(self, Self::HipaaNprm2025)
    }
}

/// What a waiver covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The types of communication it covers; empty covers mail. One that is named and does not hold `email` covers none.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub communications: BTreeSet<String>,
    /// The purposes it covers; empty covers a message of any purpose.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub purposes: BTreeSet<String>,
    /// The categories it covers; a message with any other is not covered. `phi` covers what PHI brings along.
    pub categories: BTreeSet<Category>,
    /// The highest level it covers; `critical` is never covered, whatever stands here.
    #[serde(default = "default_maximum")]
    pub maximum: Level,
}

impl Scope {
    /// Whether it covers mail at all.
    #[must_use]
    pub fn covers_mail(&self) -> bool {
        self.communications.is_empty() || self.communications.contains("email")
    }

    /// Whether it covers `category`. PHI is an identifier and health context together, so whoever waives protection for
    /// PHI waives it for these: `personal-identifier` and `clinical-data`, `insurance-billing`, `medical-history`,
    /// `treatment`.
    ///
    /// ```
    /// # use sealwax::classify::{Category, Level};
    /// # use sealwax::consent::Scope;
    /// let phi = Scope {
    ///     communications: [].into(),
    ///     purposes: [].into(),
    ///     categories: [Category::Phi].into(),
    ///     maximum: Level::Sensitive,
    /// };
    /// assert!(phi.covers(&Category::ClinicalData) && !phi.covers(&Category::Financial));
    /// ```
    #[must_use]
    pub fn covers(&self, category: &Category) -> bool {
        let comes_with_phi = match category {
            Category::ClinicalData
            | Category::InsuranceBilling
            | Category::MedicalHistory
            | Category::PersonalIdentifier
            | Category::Phi
            | Category::Treatment => true,
            Category::Credential | Category::Custom(_) | Category::Financial => false,
        };
        self.categories.contains(category) || (comes_with_phi && self.categories.contains(&Category::Phi))
    }
}

fn default_maximum() -> Level {
    Level::Sensitive
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_the_first_shape_is_still_read() {
        let old = r#"{"id":"w1","recipient":"ann@example.org","basis":"access-164.524",
            "scope":{"purposes":["appointment"],"categories":["phi"]},"effective_from":"2026-01-01T00:00:00Z",
            "risk_notice":"2026-01","history":[{"at":"2026-01-01T00:00:00Z","status":"active","actor":"desk"}]}"#;
        let waiver: Waiver = serde_json::from_str(old).unwrap();
        assert_eq!(waiver.risk_notice, Some(RiskNotice::from("2026-01")));
        let text = serde_json::to_value(&waiver).unwrap();
        assert_eq!(
            text["risk_notice"], "2026-01",
            "a bare version is written as it was read"
        );
    }

    #[test]
    fn every_basis_is_found_by_the_name_that_json_gives_it() {
        for basis in Basis::ALL {
            assert_eq!(serde_json::to_value(basis).unwrap(), basis.name());
            assert_eq!(Basis::by_name(basis.name()), Some(basis));
        }
    }
}
