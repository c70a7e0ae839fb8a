//! What a policy knows beside rules: words of the customer, and who makes a message a matter of health.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::classify::{Category, RuleSpec, Strictness, Switch};
use crate::detect::{Case, Confidence, DetectorSpec, Lane, Sense};
use crate::policy::Pattern;

/// How readily content counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Classifying {
    /// How readily words of health beside a person are taken for PHI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phi: Option<Strictness>,
    /// From which setting on rules are used, by their id, where it is another than theirs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) rules: BTreeMap<String, Switch>,
    /// Rules of the customer.
    #[serde(rename = "rule", skip_serializing_if = "Vec::is_empty")]
    pub(crate) own: Vec<RuleSpec>,
}

impl Classifying {
    /// What both say: of what each says alone, this one counts.
    pub(crate) fn absorb(&mut self, included: Self) {
        self.phi = self.phi.or(included.phi);
        for (id, switch) in included.rules {
            self.rules.entry(id).or_insert(switch);
        }
        self.own.extend(included.own);
    }

    /// The rules in force: those built in and the customer's, each with the setting from which on it is used.
    pub(crate) fn composition(&self) -> Vec<RuleSpec> {
        let all = crate::classify::rules().into_iter().chain(self.own.iter().cloned());
        let switched = |mut rule: RuleSpec| {
            if let Some(switch) = self.rules.get(&rule.id) {
                rule.strictness = switch.setting()?;
            }
            Some(rule)
        };
        all.filter_map(switched).collect()
    }
}

/// A mailing list or audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Its `List-Id` (RFC 2919) or the name by which the host calls it, ASCII case apart.
    pub(crate) id: String,
    /// Whether being on it tells something of a person's health.
    #[serde(default)]
    pub(crate) health: bool,
}

/// Senders with something in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sender {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) members: BTreeSet<Pattern>,
    /// Whether everybody of the policy's `[organization]` belongs to them, so that a profile need not know its domains.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) organization: bool,
    /// Whether they treat people or pay for treatment, so that writing to somebody tells of their health.
    #[serde(default)]
    pub(crate) health: bool,
}

/// The customer's own people, as keyed hashes in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RosterFile {
    pub(crate) name: String,
    /// The name of the resource, beside the policy for the command line.
    pub(crate) file: String,
}

/// Forms by their words, in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormFile {
    pub(crate) name: String,
    /// The name of the resource, beside the policy for the command line.
    pub(crate) file: String,
    /// Whether filling one in tells of somebody's health.
    #[serde(default)]
    pub(crate) health: bool,
}

/// Values that one detector finds and that say nothing about anybody: the clinic's own telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Allow {
    pub(crate) id: String,
    /// The id of the detector whose findings are silenced.
    pub(crate) detector: String,
    /// The values, whatever their separators and case.
    pub(crate) values: BTreeSet<String>,
    /// Why, for the readers of the policy.
    #[serde(default)]
    pub(crate) reason: String,
}

/// Words and phrases of the customer that stand for a category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Term {
    pub(crate) id: String,
    pub(crate) category: Category,
    pub(crate) words: Vec<String>,
    /// What they say where they stand beside a person; without any, what their category tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) senses: Vec<Sense>,
}

impl Term {
    /// The detector that finds them.
    pub(crate) fn detector(&self) -> DetectorSpec {
        DetectorSpec {
            id: self.id.clone(),
            label: self.id.to_ascii_uppercase().replace('-', "_"),
            title: format!("Terms of `{}`", self.id),
            category: Some(self.category.clone()),
            senses: self.senses.clone(),
            safe_harbor: None,
            lane: Lane::Terms,
            pattern: None,
            prefixes: Vec::new(),
            check: None,
            labels: Vec::new(),
            keys: Vec::new(),
            reach: 0,
            links: Vec::new(),
            unless: Vec::new(),
            far: false,
            capitals: false,
            block: false,
            sample: false,
            lists: Vec::new(),
            terms: self.words.clone(),
            endings: Vec::new(),
            case: Case::Any,
            language: None,
            confidence: Confidence {
                bare: Some(TERM_CONFIDENCE),
                labelled: None,
            },
            source: "the policy".into(),
            examples: self.words.first().cloned().into_iter().collect(),
            counterexamples: Vec::new(),
        }
    }
}

/// The customer's own word for it is as good as a word of the built-in dictionaries.
const TERM_CONFIDENCE: f64 = 0.9;
