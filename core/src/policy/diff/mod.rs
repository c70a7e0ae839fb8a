//! Whether a message gets weaker under another policy.

mod composition;
mod parts;

use std::collections::BTreeMap;

use serde::Serialize;

pub use composition::Composing;
pub use parts::{Direction, Part};

use super::model::PolicyFile;
use super::proof::{Example, Prover, literals};
use super::{Dimension, Policy, Requirement};

/// What changes for the worse from one policy to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diff {
    /// Per rule of the old policy and dimension, a message of which the new policy asks for less.
    pub weaker: Vec<Weaker>,
    /// Changes beside the rules that can make a message weaker, in words.
    pub changed: Vec<String>,
    /// Those of them that are groups, lists, partners, recipient sets and senders, each with its direction.
    pub parts: Vec<Part>,
    /// What changes in what is taken for PHI, for the worse and for the better.
    pub composition: Vec<Composing>,
    /// Whether the question was given up because the budget was used up.
    pub exhausted: bool,
}

/// A message of which the new policy asks for less.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Weaker {
    /// The rule of the old policy that the new one does not make up for.
    pub rule: String,
    /// In which dimension.
    pub dimension: Dimension,
    /// What the old policy asks for.
    pub old: String,
    /// What the new one asks for.
    pub new: String,
    /// The message.
    pub example: Example,
}

impl Diff {
    /// Whether no message gets weaker, as far as can be proved.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.weaker.is_empty() && self.changed.is_empty() && !self.exhausted
    }
}

impl Policy {
    /// Whether any message gets weaker when `new` takes the place of this policy, with an example for each rule of this
    /// policy and each dimension.
    ///
    /// The rules are compared by proof, over every message there can be. Where who belongs to a set, what a sender's
    /// word is, or what a waiver may do changes beside the rules, that is listed in words.
    ///
    /// ```
    /// # use sealwax::policy::{Policy, Resources};
    /// let none = Resources::new();
    /// let rule = "[[rule]]\nid = 'seal'\nwhen = { category = 'phi' }\nrequire = { message = 'sealed' }";
    /// let (strict, lax) = (Policy::from_toml(rule, &none)?, Policy::profile("minimal")?);
    /// let diff = strict.diff(&lax);
    /// assert_eq!(diff.weaker[0].rule, "seal");
    /// assert!(lax.diff(&strict).holds());
    /// # Ok::<(), sealwax::policy::PolicyError>(())
    /// ```
    #[must_use]
    pub fn diff(&self, new: &Self) -> Diff {
        let mut prover = Prover::asking(&new.file, &new.table, &self.table.literals);
        let parts: Vec<Part> = people(&self.file, &new.file)
            .into_iter()
            .map(|(kind, name)| Part::of(kind, name, self, new))
            .collect();
        let beside = changes(&self.file, &new.file).into_iter();
        let composition = composition::changes(self, new);
        let lowered = composition.iter().filter(|change| change.can_lower());
        let beside = beside.chain(parts.iter().map(Part::words));
        let mut diff = Diff {
            weaker: Vec::new(),
            changed: beside.chain(lowered.map(Composing::words)).collect(),
            parts,
            composition,
            exhausted: false,
        };
        for guard in &self.table.guards {
            let Some(raiser) = self.table.raisers.get(guard.raiser) else {
                continue;
            };
            for (dimension, found) in prover.not_reached(&literals(&self.table, guard), raiser.require) {
                let Some(example) = found else {
                    diff.exhausted = true;
                    continue;
                };
                let is_known = |weaker: &Weaker| weaker.rule == raiser.rule && weaker.dimension == dimension;
                if let Some(weaker) = self.weaker(new, dimension, example) {
                    let weaker = Weaker {
                        rule: raiser.rule.clone(),
                        ..weaker
                    };
                    if !diff.weaker.iter().any(is_known) {
                        diff.weaker.push(weaker);
                    }
                }
            }
        }
        diff
    }

    /// The example with what either policy asks for it; `None` when the new one asks for no less after all, because a
    /// set or an agreement that differs decides it.
    fn weaker(&self, new: &Self, dimension: Dimension, example: Example) -> Option<Weaker> {
        let asked = |policy: &Self| -> Option<Requirement> {
            let deliveries = policy.decide_by_known(&example.content, &example.transaction, example.at);
            deliveries.first().map(|delivery| delivery.requirement)
        };
        let (old, new) = (asked(self)?, asked(new)?);
        (new.rank(dimension) < old.rank(dimension)).then(|| Weaker {
            rule: String::new(),
            dimension,
            old: old.value(dimension),
            new: new.value(dimension),
            example,
        })
    }
}

/// The changes beside the rules that can make a message weaker.
fn changes(old: &PolicyFile, new: &PolicyFile) -> Vec<String> {
    let mut changed: Vec<String> = old
        .distrusted_tls
        .difference(&new.distrusted_tls)
        .map(|pattern| format!("TLS is no longer distrusted for `{pattern}`"))
        .collect();
    let sayings = [
        (is_relaxed(old, new), "a waiver may go further down (`relax_floor`)"),
        (
            new.waivers.unwrap_or_default() < old.waivers.unwrap_or_default(),
            "waivers are accepted on more grounds (`waivers`)",
        ),
        (
            old.entity != new.entity && new.entity.is_some(),
            "other waivers may apply, since the policy names another entity (`entity`)",
        ),
        (
            is_more_waivable(old, new),
            "a waiver may lower a floor that it could not (`waivable`)",
        ),
        (
            new.archive.unwrap_or_default() < old.archive.unwrap_or_default(),
            "fewer messages are archived (`archive`)",
        ),
        (
            old.tls13_suites != new.tls13_suites && !new.tls13_suites.is_empty(),
            "contracts rely on another limit of the server's suites of TLS 1.3 (`tls13_suites`)",
        ),
        (
            is_laxer(old, new),
            "fewer subjects are replaced or returned (`[subject]`)",
        ),
        (
            old.defaults != new.defaults,
            "other values stand in for facts that are not given (`[defaults]`)",
        ),
        (
            new.default_recipient.unwrap_or_default() > old.default_recipient.unwrap_or_default(),
            "less is asked of recipients of whom nobody says who they are (`default_recipient`)",
        ),
        (
            old.organization != new.organization,
            "other domains are the organisation's own (`[organization]`)",
        ),
        (
            new.unknown_facts.unwrap_or_default() < old.unknown_facts.unwrap_or_default(),
            "a fact that is not known is no error any more (`unknown_facts`)",
        ),
        (old.purposes != new.purposes, "other purposes are known (`purposes`)"),
        (old.accounts != new.accounts, "other accounts are known (`accounts`)"),
    ];
    changed.extend(
        sayings
            .into_iter()
            .filter(|(is_so, _)| *is_so)
            .map(|(_, words)| words.to_owned()),
    );
    let names = |kind: &'static str, names: Vec<&String>| -> Vec<String> {
        names
            .into_iter()
            .map(|name| format!("the {kind} `{name}` is described in another way"))
            .collect()
    };
    changed.extend(names(
        "stream",
        differing(&old.streams, &new.streams, |stream| (&stream.name, stream)),
    ));
    changed.extend(names(
        "trigger",
        differing(&old.triggers, &new.triggers, |trigger| (&trigger.name, trigger)),
    ));
    changed.extend(names(
        "detector",
        differing(&old.detectors, &new.detectors, |one| (&one.id, one)),
    ));
    changed.extend(names(
        "term",
        differing(&old.terms, &new.terms, |term| (&term.id, term)),
    ));
    changed.extend(names(
        "roster",
        differing(&old.rosters, &new.rosters, |roster| (&roster.name, roster)),
    ));
    changed.extend(names(
        "form",
        differing(&old.forms, &new.forms, |form| (&form.name, form)),
    ));
    // A form that is new can silence the words of a blank copy.
    changed.extend(names(
        "form",
        differing(&new.forms, &old.forms, |form| (&form.name, form.file.as_str())),
    ));
    changed.dedup();
    changed.extend(longer_allows(old, new));
    changed.extend(composition::speaking_against(old, new));
    changed
}

/// The sets of people and the lists that stand otherwise in the new policy, or only there where that can lower something.
fn people<'a>(old: &'a PolicyFile, new: &'a PolicyFile) -> Vec<(&'static str, &'a str)> {
    let parties: Vec<_> = new.recipients.iter().filter(|set| set.party.is_some()).collect();
    let named = [
        (
            "group",
            differing(&old.groups, &new.groups, |group| (&group.name, group)),
        ),
        (
            "recipient set",
            differing(&old.recipients, &new.recipients, |set| (&set.name, set)),
        ),
        (
            "partner",
            differing(&old.partners, &new.partners, |partner| (&partner.name, partner)),
        ),
        ("partner", added(&old.partners, &new.partners, |partner| &partner.name)),
        (
            "recipient set",
            added(&old.recipients, &new.recipients, |set| &set.name)
                .into_iter()
                .filter(|name| parties.iter().any(|set| set.name == **name))
                .collect(),
        ),
        ("list", differing(&old.lists, &new.lists, |list| (&list.id, list))),
        (
            "sender",
            differing(&old.senders, &new.senders, |sender| (&sender.name, sender)),
        ),
    ];
    named
        .into_iter()
        .flat_map(|(kind, names)| names.into_iter().map(move |name| (kind, name.as_str())))
        .collect()
}

fn is_relaxed(old: &PolicyFile, new: &PolicyFile) -> bool {
    match (old.relax_floor, new.relax_floor) {
        (None, Some(_)) => true,
        (Some(old), Some(new)) => !new.covers(old),
        (_, None) => false,
    }
}

/// Whether a floor of the old policy that no waiver lowers has none in the new one that asks for as much.
fn is_more_waivable(old: &PolicyFile, new: &PolicyFile) -> bool {
    let mut kept = old.floors.iter().filter(|floor| !floor.waivable);
    kept.any(|floor| {
        let same = new
            .floors
            .iter()
            .filter(|other| !other.waivable && other.scope == floor.scope && other.of == floor.of);
        let asked = same.fold(Requirement::NONE, |asked, other| asked.join(other.require));
        !asked.covers(floor.require)
    })
}

fn is_laxer(old: &PolicyFile, new: &PolicyFile) -> bool {
    let (old, new) = (
        old.subject.clone().unwrap_or_default(),
        new.subject.clone().unwrap_or_default(),
    );
    new.from > old.from || new.action < old.action
}

/// The names of what is new: it says something of people of whom the old policy said nothing.
fn added<'a, T>(old: &[T], new: &'a [T], name: fn(&T) -> &String) -> Vec<&'a String> {
    let is_old = |one: &&T| old.iter().any(|known| name(known) == name(one));
    new.iter().filter(|one| !is_old(one)).map(name).collect()
}

/// The allow-lists that silence what no list of the old policy does.
fn longer_allows(old: &PolicyFile, new: &PolicyFile) -> Vec<String> {
    let silences = |value: &String, detector: &String| {
        let mut lists = old.allows.iter().filter(|allow| allow.detector == *detector);
        lists.any(|allow| allow.values.contains(value))
    };
    let longer = new.allows.iter().filter(|allow| {
        let mut values = allow.values.iter();
        values.any(|value| !silences(value, &allow.detector))
    });
    longer
        .map(|allow| {
            format!(
                "the allow-list `{}` silences more findings of `{}`",
                allow.id, allow.detector
            )
        })
        .collect()
}

/// The names of what stands in the old policy, and stands otherwise or not at all in the new one.
fn differing<'a, T, V: PartialEq + 'a>(
    old: &'a [T],
    new: &'a [T],
    part: fn(&'a T) -> (&'a String, V),
) -> Vec<&'a String> {
    let new: BTreeMap<&String, V> = new.iter().map(part).collect();
    let old = old.iter().map(part);
    old.filter(|(name, value)| new.get(name) != Some(value))
        .map(|(name, _)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::policy::Resources;
    use crate::policy::sample::{content, policy, transaction};
    use crate::{Standing, Timestamp};

    fn load(policy: &Value) -> Policy {
        Policy::from_json(&policy.to_string(), &Resources::new()).unwrap()
    }

    fn toml(text: &str) -> Policy {
        Policy::from_toml(text, &Resources::new()).unwrap()
    }

    /// The partners whose agreement stands at the time of the tests.
    fn standing(policy: &Policy) -> Vec<&String> {
        let stands = |partner: &&crate::policy::model::Partner| {
            let agreement = partner.agreement.as_ref();
            agreement.is_none_or(|agreement| agreement.standing(Timestamp::EPOCH) == Standing::Stands)
        };
        policy
            .file
            .partners
            .iter()
            .filter(stands)
            .map(|partner| &partner.name)
            .collect()
    }

    proptest! {
        #[test]
        fn a_message_that_gets_weaker_is_never_overlooked(
            (old, new) in (policy(), policy()), content in content(), transaction in transaction(),
        ) {
            let (old, new) = (load(&old), load(&new));
            let asked = |policy: &Policy| policy.decide_by_known(&content, &transaction, Timestamp::EPOCH).remove(0);
            let (before, after) = (asked(&old), asked(&new));
            let diff = old.diff(&new);
            let is_waived = before.waiver.is_some() || after.waiver.is_some();
            if !after.requirement.covers(before.requirement) && !is_waived {
                // No rule proves that an agreement stands which did not, since no guard can ask for its time: it is a
                // change of the partner, and of nothing else this is so.
                let partner_stands = standing(&old) != standing(&new);
                let is_shown = diff.parts.iter().any(|part| part.kind == "partner");
                prop_assert!(!diff.weaker.is_empty() || (partner_stands && is_shown));
            }
            for weaker in &diff.weaker {
                prop_assert_ne!(&weaker.old, &weaker.new);
            }
        }

        #[test]
        fn a_policy_is_no_weaker_than_itself_nor_with_a_rule_more(policy in policy()) {
            let mut fewer = policy.clone();
            fewer["rule"].as_array_mut().unwrap().pop();
            let (whole, fewer) = (load(&policy), load(&fewer));
            prop_assert!(whole.diff(&whole).holds());
            prop_assert!(fewer.diff(&whole).holds());
        }
    }

    #[test]
    fn what_changes_beside_the_rules_is_listed() {
        for (old, new, word) in [
            ("", "relax_floor = {}", "waiver"),
            (
                "relax_floor = { transport = 'encrypted' }",
                "relax_floor = {}",
                "waiver",
            ),
            ("", "entity = 'Clinic'", "entity"),
            (
                "[[floor]]\nscope = 'domain'\nof = 'a.example'\nrequire = { audit = 'full' }\nwaivable = false",
                "[[floor]]\nscope = 'domain'\nof = 'a.example'\nrequire = { audit = 'full' }",
                "waivable",
            ),
            ("", "archive = 'never'", "archive"),
            ("distrusted_tls = ['a.example']", "", "distrusted"),
            ("[subject]\nfrom = 'none'", "", "subject"),
            ("[[list]]\nid = 'a'\nhealth = true", "", "list"),
            (
                "[[trigger]]\nname = 'a'\nplus = ['b', 'c']",
                "[[trigger]]\nname = 'a'\nplus = 'b'",
                "trigger",
            ),
            (
                "",
                "[[partner]]\nname = 'a'\nmembers = ['b.example']\ntransport = 'verified'",
                "partner",
            ),
            ("", "tls13_suites = ['TLS_AES_256_GCM_SHA384']", "tls13_suites"),
            ("purposes = ['a']", "", "purposes"),
            ("", "default_recipient = 'individual'", "default_recipient"),
            ("default_recipient = 'organization'", "", "default_recipient"),
            ("", "[organization]\ndomains = ['a.example']", "organization"),
            ("[organization]\ndomains = ['a.example']", "", "organization"),
            (
                "",
                "[[recipients]]\nname = 'a'\nmembers = ['b.example']\nparty = 'individual'",
                "recipient set",
            ),
            (
                "[[partner]]\nname = 'a'\nmembers = ['b.example']\nbaa = 'signed'\nagreement = { end = '2026-12-31' }",
                "[[partner]]\nname = 'a'\nmembers = ['b.example']\nbaa = 'signed'",
                "partner",
            ),
            (
                "[[recipients]]\nname = 'a'\nmembers = ['b.example']",
                "",
                "recipient set",
            ),
            ("[[roster]]\nname = 'patients'\nfile = 'a.roster'", "", "roster"),
            ("", "[[form]]\nname = 'intake'\nfile = 'a.forms'", "form"),
            ("[[form]]\nname = 'intake'\nfile = 'a.forms'\nhealth = true", "", "form"),
            (
                "[[allow]]\nid = 'own'\ndetector = 'us-phone'\nvalues = ['a']",
                "[[allow]]\nid = 'own'\ndetector = 'us-phone'\nvalues = ['a', 'b']",
                "allow-list",
            ),
        ] {
            let diff = toml(old).diff(&toml(new));
            assert_eq!(diff.changed.len(), 1, "{old} {new}");
            assert!(diff.changed[0].contains(word), "{}", diff.changed[0]);
        }
        assert!(toml("").diff(&toml("distrusted_tls = ['a.example']")).holds());
        let allow = toml("[[allow]]\nid = 'own'\ndetector = 'us-phone'\nvalues = ['a']");
        assert!(allow.diff(&toml("")).holds(), "a shorter allow-list is no weaker");
    }

    #[test]
    fn a_change_of_people_has_its_direction_and_an_example() {
        let partner = |baa: &str| format!("[[partner]]\nname = 'lab'\nmembers = ['lab.example']\nbaa = '{baa}'");
        let sender = "[[sender]]\nname = 'dialysis'\nmembers = ['dialysis.example']\nhealth = true";
        let list = "[[list]]\nid = 'renal'\nhealth = true";
        for (old, new, kind, direction, words) in [
            (
                partner("phi-forbidden"),
                partner("signed"),
                "partner",
                Direction::Weaker,
                "mail with PHI to somebody@lab.example is given back now, and would be sent by portal",
            ),
            (
                partner("signed"),
                partner("phi-forbidden"),
                "partner",
                Direction::Stronger,
                "mail with PHI to somebody@lab.example is sent by",
            ),
            (
                sender.to_owned(),
                String::new(),
                "sender",
                Direction::Weaker,
                "ordinary mail of somebody@dialysis.example is sent by portal now, and would be sent by encrypted TLS",
            ),
            (
                list.to_owned(),
                String::new(),
                "list",
                Direction::Weaker,
                "ordinary mail to the list renal is sent by portal now, and would be sent by encrypted TLS",
            ),
        ] {
            let diff = toml(&old).diff(&toml(&new));
            let part = &diff.parts[0];
            assert_eq!((part.kind, part.direction), (kind, direction), "{part:?}");
            assert!(part.example.as_ref().unwrap().contains(words), "{part:?}");
            assert!(diff.changed.contains(&part.words()), "{:?}", diff.changed);
        }
    }
}
