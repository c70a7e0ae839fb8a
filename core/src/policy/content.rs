//! What is known of a message's content, and what the policy takes it for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::classify::{Category, Classification, Level};
use crate::message::{AnomalyKind, OpaqueKind};

/// What was found in a message: the optional `content` member of a facts file.
///
/// What is missing takes the safe end: a message of which nothing is known counts as PHI.
///
/// ```
/// # use sealwax::policy::Content;
/// assert!(!Content::default().complete);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// What the message is.
    pub classification: Classification,
    /// Whether everything in the message could be inspected.
    #[serde(default)]
    pub complete: bool,
    /// The names of the anomalies of its form. One that [raises](AnomalyKind::raises) makes the message count as PHI, as
    /// if something had not been inspected.
    #[serde(default)]
    pub anomalies: BTreeSet<String>,
    /// What it holds that cannot be read, by kind: also what the host read for the engine, whose reading may miss some.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub opaque: BTreeSet<OpaqueKind>,
    /// How sensitive the subject is on its own, since sealing does not cover it.
    #[serde(default = "unknown_subject")]
    pub subject_level: Level,
    /// The triggers that the sender set ([`Policy::triggers`](super::Policy::triggers)).
    #[serde(default)]
    pub triggers: BTreeSet<String>,
}

impl Default for Content {
    /// Nothing is known of the message.
    fn default() -> Self {
        Self {
            classification: Classification::default(),
            complete: false,
            anomalies: BTreeSet::new(),
            opaque: BTreeSet::new(),
            subject_level: unknown_subject(),
            triggers: BTreeSet::new(),
        }
    }
}

impl Content {
    /// Whether everything was inspected, and every mail program reads it as it was read here.
    pub(super) fn is_sure(&self) -> bool {
        // What is not known may be the worst there is.
        let raises = |name: &String| AnomalyKind::named(name).is_none_or(AnomalyKind::raises);
        self.complete && !self.anomalies.iter().any(raises)
    }
}

fn unknown_subject() -> Level {
    Level::Sensitive
}

/// What the policy takes a message for: what was found, raised where not all is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) categories: BTreeSet<Category>,
    pub(super) level: Level,
}

impl From<&Content> for Taken {
    fn from(content: &Content) -> Self {
        let mut categories = content.classification.categories.clone();
        if !content.is_sure() || content.classification.implied_phi {
            categories.insert(Category::Phi);
        }
        let implied = categories.iter().map(Category::least_level).max().unwrap_or_default();
        Self {
            level: content.classification.level.max(implied),
            categories,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_inspected_is_taken_for_phi() {
        let taken = Taken::from(&Content::default());
        assert!(taken.categories.contains(&Category::Phi));
        assert_eq!(taken.level, Level::Sensitive);
    }

    #[test]
    fn what_mail_programs_read_differently_is_taken_for_phi_and_what_is_harmless_is_not() {
        for kind in AnomalyKind::ALL {
            let content = Content {
                complete: true,
                anomalies: BTreeSet::from([kind.name().to_owned()]),
                ..Content::default()
            };
            let is_phi = Taken::from(&content).categories.contains(&Category::Phi);
            assert_eq!(is_phi, kind.raises(), "{}", kind.name());
        }
    }

    #[test]
    fn implied_phi_is_phi() {
        let mut content = Content {
            complete: true,
            ..Content::default()
        };
        assert_eq!(Taken::from(&content).level, Level::None);
        content.classification.implied_phi = true;
        assert_eq!(Taken::from(&content).level, Level::Sensitive);
    }

    #[test]
    fn a_category_brings_its_level_even_when_the_level_was_not_given() {
        let mut content = Content {
            complete: true,
            ..Content::default()
        };
        content.classification.categories.insert(Category::Financial);
        assert_eq!(Taken::from(&content).level, Level::Sensitive);
    }
}
