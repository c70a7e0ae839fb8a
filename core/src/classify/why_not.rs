//! Why a message is no PHI: the rule that comes nearest to it, and what it lacks.

use serde::Serialize;

use super::composition::{Composition, Rule, Together};
use super::facts::Senses;
use super::rule::{Distance, RuleSpec, Strictness};
use crate::detect::{Role, Sense};

/// Why a message is no PHI: the rule of composition that comes nearest, and what it lacks. It holds nothing of the message
/// but what kinds of things were found.
///
/// ```
/// # use sealwax::classify::{LackKind, Strictness};
/// # use sealwax::engine::Engine;
/// let engine = Engine::builder().strictness(Strictness::Narrow).build()?;
/// let why_not = engine.scan_text("Peter Lang has HIV.").why_not.expect("no PHI at this setting");
/// assert_eq!(why_not.rule.as_deref(), Some("named-statement"));
/// assert_eq!(why_not.lacks[0].kind, LackKind::Strictness);
/// assert_eq!(why_not.lacks[0].words, "the rule is used from `balanced` on, and the setting is `narrow`");
/// # Ok::<(), sealwax::engine::BuildError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WhyNot {
    /// The rule that comes nearest; none where nothing tells of health, care or its payment.
    pub rule: Option<String>,
    /// What the rule says.
    pub says: Option<String>,
    /// What it lacks, one thing at least.
    pub lacks: Vec<Lack>,
}

/// One thing that keeps a rule from holding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lack {
    /// What kind of thing.
    pub kind: LackKind,
    /// In words.
    pub words: String,
}

/// What a rule can lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LackKind {
    /// Something in the paragraph speaks against it.
    Against,
    /// What must stand beside the two.
    Beside,
    /// A form that somebody filled in.
    Blank,
    /// What is there stands too far apart.
    Distance,
    /// Something that tells of health, care or its payment.
    Health,
    /// Somebody who is identified.
    Person,
    /// A setting that uses the rule.
    Strictness,
    /// As many different words of health or care.
    Words,
}

impl LackKind {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Against => "against",
            Self::Beside => "beside",
            Self::Blank => "blank",
            Self::Distance => "distance",
            Self::Health => "health",
            Self::Person => "person",
            Self::Strictness => "strictness",
            Self::Words => "words",
        }
    }

    /// How far a rule is from holding that lacks this: what only the setting decides is nearest.
    const fn weight(self) -> u32 {
        match self {
            Self::Strictness | Self::Blank => 1,
            Self::Against => 2,
            Self::Words => 3,
            Self::Distance => 4,
            Self::Beside => 5,
            Self::Person | Self::Health => 8,
        }
    }
}

impl Lack {
    const fn new(kind: LackKind, words: String) -> Self {
        Self { kind, words }
    }
}

/// How near a rule came somewhere in the message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    together: Together,
    /// What stands in the paragraph and speaks against the rule.
    against: Senses,
    /// The senses of the paragraph.
    paragraph: Senses,
    weight: u32,
}

impl Near {
    /// How near `rule` comes to what stands together in a paragraph.
    pub(super) fn of(rule: &Rule, together: Together, paragraph: Senses, against: Senses) -> Self {
        let mut near = Self {
            together,
            against: rule.against_it(together, against),
            paragraph,
            weight: 0,
        };
        near.weight = near.weigh(rule);
        near
    }

    /// Whether it lacks less.
    pub(super) const fn is_nearer(&self, other: &Self) -> bool {
        self.weight < other.weight
    }

    /// How much the rule lacks here.
    fn weigh(&self, rule: &Rule) -> u32 {
        let of = |wanted: Senses, kind: LackKind| {
            let is_there = wanted.is_empty() || self.together.senses.meets(wanted);
            let is_far = self.paragraph.meets(wanted);
            match (is_there, is_far) {
                (true, _) => 0,
                (false, true) => LackKind::Distance.weight(),
                (false, false) => kind.weight(),
            }
        };
        let only = |is_so: bool, kind: LackKind| if is_so { kind.weight() } else { 0 };
        [
            of(rule.person, LackKind::Person),
            of(rule.health, LackKind::Health),
            of(rule.beside, LackKind::Beside),
            only(self.are_few(&rule.spec), LackKind::Words),
            only(!self.against.is_empty(), LackKind::Against),
        ]
        .into_iter()
        .fold(0, u32::saturating_add)
    }

    /// What the rule lacks here, in words; `message` is what stands anywhere in the message.
    fn lacks(&self, rule: &Rule, message: Senses, setting: Strictness) -> Vec<Lack> {
        let spec = &rule.spec;
        let parts = self.parts(rule, message);
        let wanted = [&spec.person, &spec.health, &spec.beside].into_iter().zip(parts);
        let mut lacks: Vec<Lack> = wanted
            .filter_map(|(wanted, kind)| Some(self.lack(wanted, kind?, spec.within, message)))
            .collect();
        lacks.extend(self.too_few(spec));
        lacks.extend(self.spoken_against());
        if spec.strictness > setting {
            lacks.push(unused(spec, setting));
        }
        lacks
    }

    /// How much all of them weigh: of nearly every rule no more is asked.
    fn weight_of_lacks(&self, rule: &Rule, message: Senses, setting: Strictness) -> u32 {
        let [person, health, beside] = self.parts(rule, message);
        let only = |is_so: bool, kind: LackKind| is_so.then_some(kind);
        [
            person,
            health,
            beside,
            only(self.are_few(&rule.spec), LackKind::Words),
            only(self.against.meets(AGAINST), LackKind::Against),
            only(rule.spec.strictness > setting, LackKind::Strictness),
        ]
        .into_iter()
        .flatten()
        .map(LackKind::weight)
        .fold(0, u32::saturating_add)
    }

    /// Of the person, the health and what must stand beside them, what of each is not there, or too far off.
    fn parts(&self, rule: &Rule, message: Senses) -> [Option<LackKind>; 3] {
        [
            (rule.person, LackKind::Person),
            (rule.health, LackKind::Health),
            (rule.beside, LackKind::Beside),
        ]
        .map(|(wanted, kind)| {
            let is_there = wanted.is_empty() || self.together.senses.meets(wanted);
            let is_near = rule.spec.within == Distance::Sentence && self.paragraph.meets(wanted);
            let is_far = is_near || message.meets(wanted);
            (!is_there).then_some(if is_far { LackKind::Distance } else { kind })
        })
    }

    /// In words what is not there, or where else it is.
    fn lack(&self, wanted: &[Sense], kind: LackKind, within: Distance, message: Senses) -> Lack {
        let far = |senses: Senses, place: &str| {
            let found = wanted.iter().find(|sense| senses.meets(Senses::of(&[**sense])))?;
            let words = format!("{} stands {place}, not in the same {}", found.words(), within.name());
            Some(Lack::new(kind, words))
        };
        let in_paragraph = (within == Distance::Sentence).then(|| far(self.paragraph, "elsewhere in the paragraph"));
        let elsewhere = || far(message, "elsewhere in the message");
        in_paragraph
            .flatten()
            .or_else(elsewhere)
            .unwrap_or_else(|| Lack::new(kind, format!("nothing there is {}", any_of(wanted))))
    }

    fn are_few(&self, spec: &RuleSpec) -> bool {
        self.together.words.count_ones() < spec.words || self.together.all_words.count_ones() < spec.all_words
    }

    fn too_few(&self, spec: &RuleSpec) -> Option<Lack> {
        let counts = [
            (self.together.words.count_ones(), spec.words, "health"),
            (self.together.all_words.count_ones(), spec.all_words, "health and care"),
        ];
        let (found, needed, what) = counts.into_iter().find(|(found, needed, _)| found < needed)?;
        let words = format!("{needed} different words of {what} are needed, and there are {found}");
        Some(Lack::new(LackKind::Words, words))
    }

    fn spoken_against(&self) -> Option<Lack> {
        let found: Vec<Sense> = Sense::ALL
            .iter()
            .copied()
            .filter(|sense| sense.role() == Role::Against && self.against.meets(Senses::of(&[*sense])))
            .collect();
        let words = || {
            format!(
                "{} in the same paragraph or the subject speaks against it",
                any_of(&found)
            )
        };
        (!found.is_empty()).then(|| Lack::new(LackKind::Against, words()))
    }
}

/// That the setting does not use the rule.
pub(super) fn unused(spec: &RuleSpec, setting: Strictness) -> Lack {
    let words = format!(
        "the rule is used from `{}` on, and the setting is `{setting}`",
        spec.strictness
    );
    Lack::new(LackKind::Strictness, words)
}

/// That nobody filled in the form.
pub(super) fn blank() -> Lack {
    Lack::new(
        LackKind::Blank,
        "the message is a form that nobody filled in".to_owned(),
    )
}

/// That members of a list talk of whoever is named.
pub(super) fn discussed() -> Lack {
    Lack::new(
        LackKind::Against,
        "a discussion list hands the message on, in which a name alone identifies nobody".to_owned(),
    )
}

/// The rule of those that came near somewhere that lacks least, of several the first.
pub(super) fn nearest(
    composition: &Composition,
    near: &[Option<Near>],
    message: Senses,
    setting: Strictness,
) -> Option<WhyNot> {
    let candidates = composition.rules().iter().zip(near);
    let candidates = candidates.filter_map(|(rule, near)| Some((rule, near.as_ref()?)));
    let (rule, near) = candidates.min_by_key(|(rule, near)| near.weight_of_lacks(rule, message, setting))?;
    Some(of(&rule.spec, near.lacks(rule, message, setting))).filter(|why| !why.lacks.is_empty())
}

/// All that speaks against something.
const AGAINST: Senses = Senses::of_role(Role::Against);

/// That `spec` lacks this.
pub(super) fn of(spec: &RuleSpec, lacks: Vec<Lack>) -> WhyNot {
    WhyNot {
        rule: Some(spec.id.clone()),
        says: Some(spec.says.clone()),
        lacks,
    }
}

/// That nothing tells of health; `is_guess` says that a misspelt word may.
pub(super) fn no_health(is_guess: bool) -> WhyNot {
    let words = if is_guess {
        "a misspelt word of health alone tells of nothing"
    } else {
        "nothing tells of health, care or its payment"
    };
    WhyNot {
        rule: None,
        says: None,
        lacks: vec![Lack::new(LackKind::Health, words.to_owned())],
    }
}

/// `a condition, a drug or a test`.
fn any_of(senses: &[Sense]) -> String {
    let words: Vec<&str> = senses.iter().map(|sense| sense.words()).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;
    use crate::classify::Category;

    fn why_not(setting: Strictness, text: &str) -> WhyNot {
        let engine = Engine::builder().strictness(setting).build().unwrap();
        let scan = engine.scan_text(text);
        assert!(
            !scan.classification.is(&Category::Phi),
            "{text:?}: {:?}",
            scan.classification
        );
        scan.why_not.unwrap()
    }

    #[test]
    fn each_lack_is_told_with_the_rule_that_comes_nearest() {
        use LackKind::{Against, Distance, Health, Person, Strictness as Setting};
        use Strictness::{Balanced, Narrow, Strict};
        for (setting, text, rule, kind, words) in [
            (
                Narrow,
                "Peter Lang has HIV.",
                Some("named-statement"),
                Setting,
                "`balanced`",
            ),
            (Strict, "See you at noon.", None, Health, "nothing tells of health"),
            (
                Strict,
                "Diabetes and hypertension are common.",
                None,
                Person,
                "nothing there is",
            ),
            (
                Balanced,
                "Peter Lang called.\n\nLupus is a disease.",
                None,
                Distance,
                "elsewhere in the message",
            ),
            (
                Strict,
                "Unsubscribe here. Peter Lang has lupus.",
                None,
                Against,
                "marketing",
            ),
        ] {
            let why = why_not(setting, text);
            let found = why.lacks.iter().find(|lack| lack.kind == kind);
            let found = found.unwrap_or_else(|| panic!("{text:?}: {why:?}"));
            assert!(found.words.contains(words), "{text:?}: {why:?}");
            assert!(rule.is_none() || why.rule.as_deref() == rule, "{text:?}: {why:?}");
        }
    }

    #[test]
    fn a_rule_weighs_what_its_lacks_do_wherever_a_text_comes_near_it() {
        let composition = Composition::of(crate::classify::rules());
        let sets = || {
            let bits = (0_u64..64).map(|n| n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            bits.map(|bits| Senses::of(Sense::ALL).both(Senses::some(bits & bits.rotate_left(17))))
        };
        for (rule, (senses, other)) in composition
            .rules()
            .iter()
            .cycle()
            .zip(sets().zip(sets().skip(1).cycle()))
        {
            let together = Together {
                senses,
                words: 3,
                all_words: 7,
                ..Together::default()
            };
            for against in [Senses::default(), other.both(AGAINST)] {
                let near = Near::of(rule, together, other, against);
                for (message, setting) in sets().zip(Strictness::ALL.into_iter().cycle()) {
                    let lacks = near.lacks(rule, message, setting);
                    let weight: u32 = lacks.iter().map(|lack| lack.kind.weight()).sum();
                    assert_eq!(near.weight_of_lacks(rule, message, setting), weight, "{lacks:?}");
                }
            }
        }
    }

    #[test]
    fn a_message_that_is_phi_has_none_and_every_other_has_one_without_its_words() {
        let engine = Engine::builder().build().unwrap();
        for rule in crate::classify::rules() {
            for text in rule.examples.iter().chain(&rule.counterexamples) {
                let scan = engine.scan_text(text);
                let is_phi = scan.classification.is(&Category::Phi);
                assert_eq!(scan.why_not.is_some(), !is_phi, "{text:?}");
                let told = format!("{:?}", scan.why_not);
                for name in ["Lang", "Okafor", "Kowalski", "38857281", "lupus"] {
                    assert!(!told.contains(name), "{text:?}: {told}");
                }
            }
        }
    }
}
