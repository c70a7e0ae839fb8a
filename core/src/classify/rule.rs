//! The rules by which findings come to PHI, as data.

use serde::{Deserialize, Serialize};

use crate::detect::Sense;

/// A rule: whom it takes for identified, what it takes for health, care or payment for care, how near the two must stand,
/// and what speaks against it.
///
/// ```
/// # use sealwax::classify::{RuleSpec, Strictness, rules};
/// let rules: Vec<RuleSpec> = rules();
/// let named = rules.iter().find(|rule| rule.id == "named-condition").expect("a built-in rule");
/// assert_eq!(named.strictness, Strictness::Balanced);
/// assert!(!named.says.is_empty() && !named.examples.is_empty() && !named.counterexamples.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleSpec {
    /// The name in reasons and audit records, such as `named-condition`.
    pub id: String,
    /// What it says, in words.
    pub says: String,
    /// One of these identifies somebody.
    pub person: Vec<Sense>,
    /// One of these tells of health, care or payment for care.
    pub health: Vec<Sense>,
    /// One of these stands there as well; empty where nothing more is needed.
    #[serde(default)]
    pub beside: Vec<Sense>,
    /// How many different words of health, care or its payment stand there at least.
    #[serde(default = "one")]
    pub words: u32,
    /// The same with words that only support others, such as `clinic`, in the whole paragraph.
    #[serde(default)]
    pub all_words: u32,
    /// How near they stand to one another.
    pub within: Distance,
    /// None of these stands in the same paragraph, unless a number or the customer's roster identifies the person.
    #[serde(default)]
    pub against: Vec<Sense>,
    /// The loosest setting that uses the rule.
    pub strictness: Strictness,
    /// Where the law says so.
    pub citation: String,
    /// Texts in which it holds.
    pub examples: Vec<String>,
    /// Texts in which it does not.
    pub counterexamples: Vec<String>,
}

const fn one() -> u32 {
    1
}

/// How near to each other the parts of a rule stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distance {
    /// In one sentence, row or field. A pronoun stands for who was named before.
    Sentence,
    /// In one paragraph, table or record, with the persons of the subject.
    Paragraph,
    /// Anywhere in the message.
    Message,
}

impl Distance {
    /// The name in words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sentence => "sentence",
            Self::Paragraph => "paragraph",
            Self::Message => "message",
        }
    }
}

/// How readily words of health beside a person are taken for PHI. Each setting takes all that the ones before it take.
///
/// ```
/// # use sealwax::classify::Strictness;
/// assert!(Strictness::Narrow < Strictness::Strict);
/// assert_eq!("balanced".parse(), Ok(Strictness::Balanced));
/// assert_eq!(Strictness::default().name(), "balanced");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strictness {
    /// Only a number identifies somebody.
    Narrow,
    /// A name in the same sentence does as well; for everybody.
    #[default]
    Balanced,
    /// Whatever may tell of one person's health counts; for those to whom a miss is a breach.
    Strict,
}

impl Strictness {
    /// Every setting, from the loosest.
    pub const ALL: [Self; 3] = [Self::Narrow, Self::Balanced, Self::Strict];

    /// The name in policies, in JSON and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Narrow => "narrow",
            Self::Balanced => "balanced",
            Self::Strict => "strict",
        }
    }
}

impl std::fmt::Display for Strictness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Strictness {
    type Err = UnknownStrictness;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|setting| setting.name() == name);
        known.ok_or(UnknownStrictness)
    }
}

/// What [`Strictness`] is none of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownStrictness;

impl std::fmt::Display for UnknownStrictness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("expected `strict`, `balanced` or `narrow`")
    }
}

impl std::error::Error for UnknownStrictness {}

/// The built-in rules, in the order in which a message is asked for them.
#[must_use]
pub fn rules() -> Vec<RuleSpec> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        rule: Vec<RuleSpec>,
    }
    let file: Result<File, _> = toml::from_str(include_str!("../../data/composition/phi.toml"));
    // A test of the crate rules out that the file is damaged.
    file.map(|file| file.rule).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::composition::Composition;
    use super::super::{Context, Gathered, Participants};
    use super::*;
    use crate::classify::structure;
    use crate::detect::{Role, shared};
    use crate::message::{PartPath, Place};
    use crate::text::View;

    /// Whether `composition` takes `text` for PHI at its strictest.
    fn holds(composition: &Composition, text: &str) -> bool {
        let view = View::fold(text);
        let mut gathered = Gathered::new(usize::MAX, Participants::default(), composition);
        gathered.begin(&Place::Part(PartPath::root().child(1)), structure(&view));
        shared().scan(&view).iter().for_each(|finding| gathered.add(finding));
        gathered.end();
        let context = Context {
            strictness: Strictness::Strict,
            ..Context::default()
        };
        gathered.classification(&context).rule.is_some()
    }

    #[test]
    fn every_rule_holds_in_its_examples_and_in_no_counterexample() {
        let mut wrong = Vec::new();
        for spec in rules() {
            let alone = Composition::of(vec![spec.clone()]);
            let missed = spec.examples.iter().filter(|text| !holds(&alone, text));
            wrong.extend(missed.map(|text| format!("`{}` misses {text:?}", spec.id)));
            let taken = spec.counterexamples.iter().filter(|text| holds(&alone, text));
            wrong.extend(taken.map(|text| format!("`{}` takes {text:?}", spec.id)));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn every_rule_is_whole_and_says_what_it_may() {
        let specs = rules();
        assert!(specs.len() >= 8);
        for spec in &specs {
            let id = &spec.id;
            assert!(!spec.says.is_empty() && !spec.citation.is_empty(), "{id}");
            assert!(!spec.examples.is_empty() && !spec.counterexamples.is_empty(), "{id}");
            let all = |senses: &[Sense], role| senses.iter().all(|sense| sense.role() == role);
            assert!(all(&spec.person, Role::Person) && !spec.person.is_empty(), "{id}");
            assert!(all(&spec.health, Role::Health) && !spec.health.is_empty(), "{id}");
            assert!(all(&spec.against, Role::Against), "{id}");
        }
        let ids: std::collections::BTreeSet<_> = specs.iter().map(|spec| &spec.id).collect();
        assert_eq!(ids.len(), specs.len());
    }
}
