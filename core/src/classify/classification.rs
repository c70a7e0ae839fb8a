//! What a message is.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Category, Level};
use crate::detect::FormUse;

/// What a message is: its level, its categories, and the reasons in words.
///
/// The serde shape is the `classification` of a verdict and of a facts file; see `docs/JSON.md`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Classification {
    /// How sensitive it is.
    pub level: Level,
    /// The kinds of sensitive content in it.
    pub categories: BTreeSet<Category>,
    /// Per label, such as `US_SSN`, the number of distinct values.
    pub counts: BTreeMap<String, u32>,
    /// Whether the health context comes from outside the text: the list, the sender or the host.
    pub implied_phi: bool,
    /// The rule by which it is PHI, such as `named-condition`; none where it is not, or where the list, the sender or what
    /// nobody read says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Per detector, such as `us-phone`, the number of findings that the policy's allow-lists silenced, or that are known
    /// from samples.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub silenced: BTreeMap<String, u32>,
    /// Per section of forms of the policy that changed what is found, how.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub forms: BTreeMap<String, FormUse>,
    /// Why, in words; never a matched value.
    pub reasons: Vec<String>,
}

impl Classification {
    /// Whether the message holds content of this category.
    #[must_use]
    pub fn is(&self, category: &Category) -> bool {
        self.categories.contains(category)
    }
}
