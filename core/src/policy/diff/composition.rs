//! What changes in what is taken for PHI: the setting, and the rules of composition.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Direction;
use crate::classify::RuleSpec;
use crate::detect::{DetectorSpec, Role, Sense};
use crate::policy::Policy;
use crate::policy::model::PolicyFile;

/// The setting of what is taken for PHI, or a rule of composition, that is another in the new policy.
///
/// ```
/// # use sealwax::policy::{Direction, Policy, Resources};
/// let none = Resources::new();
/// let (old, new) = (
///     Policy::from_toml("[classification]\nphi = 'strict'", &none)?,
///     Policy::from_toml("[classification]\nphi = 'strict'\nrules.'named-word' = 'off'", &none)?,
/// );
/// let diff = old.diff(&new);
/// assert_eq!((diff.composition[0].name.as_str(), diff.composition[0].direction), ("named-word", Direction::Weaker));
/// assert!(!diff.holds() && new.diff(&old).holds());
/// # Ok::<(), sealwax::policy::PolicyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Composing {
    /// The id of the rule; `phi` for the setting.
    pub name: String,
    /// The setting of the old policy, or the one from which on it uses the rule; `off` where it does not.
    pub old: String,
    /// The same of the new policy.
    pub new: String,
    /// Whether less is taken for PHI, or more.
    pub direction: Direction,
}

impl Composing {
    /// Whether some message may be PHI no more.
    pub(super) fn can_lower(&self) -> bool {
        matches!(self.direction, Direction::Both | Direction::Weaker)
    }

    /// The change in words, for [`Diff::changed`](super::Diff::changed).
    pub(super) fn words(&self) -> String {
        let Self {
            name,
            old,
            new,
            direction,
            ..
        } = self;
        let direction = direction.name();
        if name == SETTING {
            return format!("words of health are taken for PHI by the setting `{new}`, not `{old}`: {direction}");
        }
        let by = |setting: &str| match setting {
            OFF => "not used".to_owned(),
            _ => format!("used from `{setting}` on"),
        };
        if old == new {
            return format!("the rule `{name}` of composition is another: {direction}");
        }
        format!(
            "the rule `{name}` of composition is {} now, and would be {}: {direction}",
            by(old),
            by(new)
        )
    }
}

/// The changes, that of the setting first, then by the ids of the rules.
pub(super) fn changes(old: &Policy, new: &Policy) -> Vec<Composing> {
    let (before, after) = (old.strictness(), new.strictness());
    let setting = (before != after).then(|| Composing {
        name: SETTING.to_owned(),
        old: before.name().to_owned(),
        new: after.name().to_owned(),
        direction: one_way(after < before),
    });
    let by_id = |policy: &Policy| -> BTreeMap<String, RuleSpec> {
        let rules = policy.composition().into_iter();
        rules.map(|rule| (rule.id.clone(), rule)).collect()
    };
    let (before, after) = (by_id(old), by_id(new));
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let rules = ids.into_iter().filter_map(|id| {
        let (before, after) = (before.get(id), after.get(id));
        let name = |rule: Option<&RuleSpec>| rule.map_or(OFF, |rule| rule.strictness.name()).to_owned();
        Some(Composing {
            name: id.clone(),
            old: name(before),
            new: name(after),
            direction: direction(before, after)?,
        })
    });
    setting.into_iter().chain(rules).collect()
}

/// What speaks against rules in the new policy alone: it can take a message out of PHI.
pub(super) fn speaking_against(old: &PolicyFile, new: &PolicyFile) -> Vec<String> {
    let speaking = |file: &PolicyFile| -> BTreeSet<String> {
        let terms = file.terms.iter().map(crate::policy::model::Term::detector);
        let all = file.detectors.iter().cloned().chain(terms);
        let against = |one: &DetectorSpec| one.senses.iter().any(|sense| sense.role() == Role::Against);
        all.filter(against).map(|one| one.id).collect()
    };
    let known = speaking(old);
    let added = speaking(new).into_iter().filter(|id| !known.contains(id));
    added
        .map(|id| format!("what `{id}` finds speaks against rules of composition: weaker"))
        .collect()
}

/// What becomes of what a rule takes for PHI; `None` where nothing does.
fn direction(before: Option<&RuleSpec>, after: Option<&RuleSpec>) -> Option<Direction> {
    match (before, after) {
        (Some(before), Some(after)) => match (takes(before, after), takes(after, before)) {
            (true, true) => None,
            (true, false) => Some(Direction::Weaker),
            (false, true) => Some(Direction::Stronger),
            (false, false) => Some(Direction::Both),
        },
        (Some(_), None) => Some(Direction::Weaker),
        (None, Some(_)) => Some(Direction::Stronger),
        (None, None) => None,
    }
}

/// Whether `wide` takes all for PHI that `narrow` does, as far as their fields say it.
fn takes(wide: &RuleSpec, narrow: &RuleSpec) -> bool {
    let has = |all: &[Sense], some: &[Sense]| some.iter().all(|sense| all.contains(sense));
    let beside = wide.beside.is_empty() || (!narrow.beside.is_empty() && has(&wide.beside, &narrow.beside));
    has(&wide.person, &narrow.person)
        && has(&wide.health, &narrow.health)
        && beside
        && has(&narrow.against, &wide.against)
        && wide.words <= narrow.words
        && wide.all_words <= narrow.all_words
        && wide.within == narrow.within
        && wide.strictness <= narrow.strictness
}

const fn one_way(is_weaker: bool) -> Direction {
    if is_weaker {
        Direction::Weaker
    } else {
        Direction::Stronger
    }
}

/// What the setting is called among the changes.
const SETTING: &str = "phi";
/// How a rule is used that is not.
const OFF: &str = "off";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Resources;

    fn of(text: &str) -> Policy {
        Policy::from_toml(text, &Resources::new()).unwrap()
    }

    fn own(fields: &str) -> String {
        let fixed = "[[classification.rule]]\nid = 'own'\nsays = 'a'\nexamples = ['a']\ncounterexamples = ['b']\n";
        format!("{fixed}{fields}")
    }

    const FIELDS: &str =
        "person = ['full-name']\nhealth = ['specialty']\nwithin = 'sentence'\nstrictness = 'balanced'\n";

    #[test]
    fn each_change_has_its_direction_both_ways() {
        let setting = |name: &str| format!("[classification]\nphi = '{name}'");
        let switch = |name: &str| format!("[classification.rules]\nnamed-word = '{name}'");
        let wider = FIELDS.replace("['full-name']", "['full-name', 'kin']");
        for (weak, strong, name) in [
            (setting("narrow"), setting("strict"), "phi"),
            (setting("balanced"), setting("strict"), "phi"),
            (switch("off"), String::new(), "named-word"),
            (String::new(), switch("narrow"), "named-word"),
            (switch("strict"), switch("balanced"), "named-word"),
            (String::new(), own(FIELDS), "own"),
            (own(FIELDS), own(&wider), "own"),
            (own(&format!("{FIELDS}against = ['news']")), own(FIELDS), "own"),
            (own(&format!("{FIELDS}beside = ['told']")), own(FIELDS), "own"),
            (own(&format!("{FIELDS}words = 2")), own(FIELDS), "own"),
        ] {
            let (weak, strong) = (of(&weak), of(&strong));
            let lowers = strong.diff(&weak);
            let change = |direction| (name, direction);
            let of = |change: &Composing| (change.name.clone(), change.direction);
            let (is_named, direction) = change(Direction::Weaker);
            assert_eq!(
                lowers.composition.iter().map(of).collect::<Vec<_>>(),
                [(is_named.to_owned(), direction)]
            );
            assert_eq!(lowers.changed.len(), 1, "{:?}", lowers.changed);
            assert!(lowers.changed[0].ends_with(": weaker") && lowers.changed[0].contains(name) || name == "phi");
            let raises = weak.diff(&strong);
            assert_eq!(raises.composition[0].direction, Direction::Stronger, "{name}");
            assert!(raises.holds(), "{:?}", raises.changed);
        }
    }

    #[test]
    fn a_rule_that_takes_other_things_may_lower() {
        let (old, new) = (own(FIELDS), own(&FIELDS.replace("full-name", "kin")));
        let diff = of(&old).diff(&of(&new));
        assert_eq!(diff.composition[0].direction, Direction::Both);
        assert!(!diff.holds());
    }

    #[test]
    fn what_newly_speaks_against_rules_is_listed() {
        let term = |senses: &str| format!("[[term]]\nid = 'walk'\ncategory = 'phi'\nwords = ['fun walk']\n{senses}");
        let (plain, against) = (of(&term("")), of(&term("senses = ['marketing']")));
        let changed = of("").diff(&against).changed;
        assert!(
            changed
                .iter()
                .any(|words| words.contains("`walk`") && words.contains("against")),
            "{changed:?}"
        );
        assert!(of("").diff(&plain).holds());
    }

    #[test]
    fn an_example_or_a_word_of_explanation_changes_nothing() {
        let other = own(FIELDS)
            .replace("says = 'a'", "says = 'c'")
            .replace("examples = ['a']", "examples = ['a', 'c']");
        assert!(of(&own(FIELDS)).diff(&of(&other)).composition.is_empty());
    }
}
