//! The rules by which findings come to PHI, as data.

use serde::{Deserialize, Serialize};

use crate::detect::{Role, Scanner, Sense};
use crate::message::{PartPath, Place};
use crate::text::View;

use super::composition::Composition;
use super::{Context, Gathered, Participants, structure};

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
    /// Where the law says so; empty for a rule of the house.
    #[serde(default)]
    pub citation: String,
    /// Per set of messages, how often it is right where it holds; `cargo xtask quality` counts it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<Measured>,
    /// Why it is used before `strict`, although it is not sure that four of five of the messages in which it holds are PHI.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub although: String,
    /// Texts in which it holds.
    pub examples: Vec<String>,
    /// Texts in which it does not.
    pub counterexamples: Vec<String>,
}

/// How often a rule is right on a set of messages: those in which it holds that are PHI.
///
/// ```
/// # use sealwax::classify::rules;
/// for rule in rules() {
///     for measured in rule.measured {
///         assert!(measured.right <= measured.of && measured.least <= measured.most);
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The set of messages; `all` is all of them together.
    pub set: String,
    /// In how many it holds and is right.
    pub right: u32,
    /// In how many it holds.
    pub of: u32,
    /// The lower end of the interval that holds the share in 95 of 100 cases, in percent. Kinds of messages are drawn, not messages.
    pub least: u8,
    /// Its upper end.
    pub most: u8,
}

impl RuleSpec {
    /// What is known of it on all sets together; none where it was never measured.
    ///
    /// ```
    /// # use sealwax::classify::rules;
    /// let rules = rules();
    /// let named = rules.iter().find(|rule| rule.id == "named-statement").expect("a built-in rule");
    /// assert!(named.worth().is_some_and(|worth| worth.right > 0));
    /// ```
    #[must_use]
    pub fn worth(&self) -> Option<&Measured> {
        self.measured.iter().find(|measured| measured.set == "all")
    }

    /// Whether the rule holds in `text`, of which `scanner` finds the parts. No other rule is asked.
    ///
    /// ```
    /// # use sealwax::classify::rules;
    /// # use sealwax::detect::Scanner;
    /// let scanner = Scanner::builder().build()?;
    /// let rules = rules();
    /// let named = rules.iter().find(|rule| rule.id == "named-statement").expect("a built-in rule");
    /// assert!(named.holds_in("Peter Lang has HIV.", &scanner));
    /// assert!(!named.holds_in("Peter Lang has a car.", &scanner));
    /// # Ok::<(), sealwax::detect::DetectError>(())
    /// ```
    #[must_use]
    pub fn holds_in(&self, text: &str, scanner: &Scanner) -> bool {
        let composition = Composition::of(vec![self.clone()]);
        let view = View::fold(text);
        let mut gathered = Gathered::new(usize::MAX, Participants::default(), &composition);
        gathered.begin(&Place::Part(PartPath::root().child(1)), structure(&view));
        scanner.scan(&view).iter().for_each(|finding| gathered.add(finding));
        gathered.end();
        let strictest = Context {
            strictness: Strictness::Strict,
            ..Context::default()
        };
        gathered.classification(&strictest).rule.is_some()
    }

    /// What keeps it from being a rule, if anything does: the field, what is wrong there, and the sense that stands there
    /// wrongly, if it is one.
    pub(crate) fn fault(&self) -> Option<RuleFault> {
        let wrong = |field, what: String| Some(RuleFault { field, what });
        let is_word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if self.id.is_empty() || !self.id.chars().all(is_word) {
            return wrong("id", "expected an id of small letters, digits and `-`".to_owned());
        }
        for (field, senses, role, what) in [
            ("person", &self.person, Role::Person, "says whom a rule identifies"),
            (
                "health",
                &self.health,
                Role::Health,
                "tells of health, care or its payment",
            ),
            ("against", &self.against, Role::Against, "speaks against a rule"),
        ] {
            if let Some(sense) = senses.iter().find(|sense| sense.role() != role) {
                return wrong(
                    field,
                    format!("`{}` is nothing that {what}: {}", sense.name(), known(role)),
                );
            }
            if senses.is_empty() && field != "against" {
                return wrong(field, format!("one thing at least that {what}: {}", known(role)));
            }
        }
        let needed = [
            (
                "says",
                !self.says.trim().is_empty(),
                "a rule says in words what it takes for PHI",
            ),
            (
                "examples",
                !self.examples.is_empty(),
                "a rule needs a text in which it holds",
            ),
            (
                "counterexamples",
                !self.counterexamples.is_empty(),
                "a rule needs a text in which it does not hold",
            ),
            ("words", self.words <= MOST_WORDS, "a rule asks for 16 words at most"),
            (
                "all-words",
                self.all_words <= MOST_WORDS,
                "a rule asks for 16 words at most",
            ),
        ];
        let fault = needed.into_iter().find(|(_, is_there, _)| !is_there);
        fault.map(|(field, _, what)| RuleFault {
            field,
            what: what.to_owned(),
        })
    }
}

/// Why a [`RuleSpec`] is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleFault {
    pub(crate) field: &'static str,
    pub(crate) what: String,
}

/// The words that stand for `role`.
fn known(role: Role) -> String {
    let all = Sense::ALL.iter().filter(|sense| sense.role() == role);
    let names: Vec<String> = all.map(|sense| format!("`{}`", sense.name())).collect();
    format!("expected {}", names.join(", "))
}

/// Words are told apart by 64 bits; of many, two are often one.
const MOST_WORDS: u32 = 16;

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

/// From which setting on a policy uses a rule, or that it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Switch {
    Narrow,
    Balanced,
    Strict,
    Off,
}

impl Switch {
    /// The setting, unless the rule is off.
    pub(crate) const fn setting(self) -> Option<Strictness> {
        match self {
            Self::Narrow => Some(Strictness::Narrow),
            Self::Balanced => Some(Strictness::Balanced),
            Self::Strict => Some(Strictness::Strict),
            Self::Off => None,
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
    use super::*;
    use crate::detect::shared;

    #[test]
    fn every_rule_holds_in_its_examples_and_in_no_counterexample() {
        let mut wrong = Vec::new();
        for spec in rules() {
            let missed = spec.examples.iter().filter(|text| !spec.holds_in(text, shared()));
            wrong.extend(missed.map(|text| format!("`{}` misses {text:?}", spec.id)));
            let taken = spec.counterexamples.iter().filter(|text| spec.holds_in(text, shared()));
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
            assert_eq!(spec.fault(), None, "{id}");
            assert!(!spec.citation.is_empty(), "{id}");
        }
        let ids: std::collections::BTreeSet<_> = specs.iter().map(|spec| &spec.id).collect();
        assert_eq!(ids.len(), specs.len());
    }

    #[test]
    fn a_rule_is_strict_only_unless_it_was_measured_to_be_right_or_says_why_not() {
        for spec in rules() {
            let id = &spec.id;
            for measured in &spec.measured {
                let share = f64::from(measured.right) / f64::from(measured.of.max(1)) * 100.0;
                let bounds = f64::from(measured.least) - 1.0..=f64::from(measured.most) + 1.0;
                assert!(
                    measured.right <= measured.of && measured.of > 0 && measured.most <= 100,
                    "{id}: {measured:?}"
                );
                assert!(bounds.contains(&share), "{id}: {measured:?}");
            }
            let is_sure = spec.worth().is_some_and(|worth| worth.least >= 80);
            if spec.strictness == Strictness::Strict || is_sure {
                assert!(spec.although.is_empty(), "{id} needs no reason");
            } else {
                assert!(!spec.although.is_empty(), "{id}: {:?}", spec.worth());
            }
            let sets: u32 = spec
                .measured
                .iter()
                .filter(|one| one.set != "all")
                .map(|one| one.of)
                .sum();
            assert_eq!(sets, spec.worth().map_or(0, |worth| worth.of), "{id}");
        }
    }
}
