//! Whether what a message says of persons and of health comes together to PHI: one pass of bit operations over its
//! sentences.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::Context;
use super::facts::{Facts, Senses};
use super::rule::{Distance, RuleSpec, Strictness, rules};
use super::why_not::{self, Near, WhyNot};
use crate::detect::{Role, Sense};

/// The rules, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Composition {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) spec: RuleSpec,
    pub(super) person: Senses,
    pub(super) health: Senses,
    pub(super) beside: Senses,
    against: Senses,
}

impl Rule {
    fn of(spec: RuleSpec) -> Self {
        Self {
            person: Senses::of(&spec.person),
            health: Senses::of(&spec.health),
            beside: Senses::of(&spec.beside),
            against: Senses::of(&spec.against),
            spec,
        }
    }

    /// Whether it holds of what stands together, in a paragraph with these senses.
    fn holds(&self, together: Together, paragraph: Senses) -> bool {
        together.senses.meets(self.person)
            && together.senses.meets(self.health)
            && (self.beside.is_empty() || together.senses.meets(self.beside))
            && together.words.count_ones() >= self.spec.words
            && together.all_words.count_ones() >= self.spec.all_words
            && self.against_it(together, paragraph).is_empty()
    }

    /// What speaks against it in a paragraph with these senses; nothing does against who is identified for certain.
    pub(super) const fn against_it(&self, together: Together, paragraph: Senses) -> Senses {
        if together.senses.both(self.person).meets(CERTAIN) {
            return Senses::of(&[]);
        }
        paragraph.both(self.against)
    }
}

/// Who is identified for certain: nothing speaks against it.
const CERTAIN: Senses = Senses::of(&[Sense::Identifier, Sense::Roster]);

impl Composition {
    /// The built-in rules.
    pub(crate) fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Composition> = LazyLock::new(|| Composition::of(rules()));
        &BUILT_IN
    }

    /// These rules.
    pub(crate) fn of(specs: Vec<RuleSpec>) -> Self {
        Self {
            rules: specs.into_iter().map(Rule::of).collect(),
        }
    }

    pub(super) fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

/// Different words, each as one bit by its hash: so many that two words of a paragraph seldom have the same.
pub(super) type Words = u64;

/// What stands together somewhere: the senses, and which words are different ones.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Together {
    pub(super) senses: Senses,
    /// Words of health, care or its payment, by their hash.
    pub(super) words: Words,
    /// The same with those that only support others.
    pub(super) all_words: Words,
    /// What speaks against it faintly, and what a word of health may mean that is misspelt.
    pub(super) unsure: Senses,
    /// The words that speak against it faintly, by their hash.
    pub(super) faint_words: Words,
}

impl Together {
    fn add(&mut self, other: Self) {
        self.senses.add(other.senses);
        self.words |= other.words;
        self.all_words |= other.all_words;
        self.unsure.add(other.unsure);
        self.faint_words |= other.faint_words;
    }

    /// The same with the words that are misspelt, where others tell of health or care: alone, such a word may be a name, or
    /// none of this language.
    fn guessing(mut self, beside: Senses) -> Self {
        if beside.meets(ALONE) || beside.meets(Senses::of(&[Sense::Visit, Sense::Bill])) {
            self.senses.add(self.guessed());
        }
        self
    }

    /// What words that are misspelt may mean.
    fn guessed(&self) -> Senses {
        self.unsure.both(HEALTH)
    }

    /// What speaks against it: one word that does so clearly, or two that do so faintly.
    fn against(&self) -> Senses {
        let mut against = self.senses.both(AGAINST);
        if self.faint_words.count_ones() >= FAINT {
            against.add(self.unsure.both(AGAINST));
        }
        against
    }
}

/// A misspelt word and two that only support others are as good as one that says something by itself.
const SUPPORTED: u32 = 3;
/// So many words that speak against something faintly are as good as one that does so clearly.
const FAINT: u32 = 2;

/// The rule that holds, and what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// The index of the rule.
    index: usize,
    pub(super) id: String,
    pub(super) reason: String,
}

/// What the text units of a message come to, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Composed {
    /// What stands anywhere in the message.
    everything: Together,
    /// What stands in the subject, which is the heading of every paragraph.
    subject: Senses,
    /// Whether the message names its reader.
    is_addressed: bool,
    /// Per setting, the first rule that holds in a paragraph.
    held: [Option<Held>; 3],
    /// The same where a discussion list hands the message on.
    held_in_discussion: [Option<Held>; 3],
    /// Per rule, how near it came to hold where it came nearest, as long as none holds.
    near: Vec<Option<Near>>,
    /// The indices of all rules that hold somewhere.
    holding: BTreeSet<usize>,
}

impl Composed {
    /// Takes in a text unit.
    pub(super) fn add(&mut self, facts: &Facts, composition: &Composition, is_subject: bool) {
        self.is_addressed |= facts.is_addressed();
        if is_subject {
            self.subject.add(facts.everything());
        }
        let mut last = self.subject.both(NAMED);
        for block in facts.blocks() {
            last = self.block(block, last, composition, is_subject);
        }
    }

    /// Takes in a block before which the persons of `last` were named; gives those that are named behind it. A pronoun may stand
    /// for any of them: who is named between a person and `she` must not hide the person.
    fn block(&mut self, block: &[Together], last: Senses, composition: &Composition, is_subject: bool) -> Senses {
        let mut paragraph = Together::default();
        for piece in block {
            paragraph.add(self.addressed(*piece));
        }
        self.everything.add(paragraph);
        let mut beside = paragraph.senses;
        beside.add(self.subject);
        if is_subject {
            beside.add(paragraph.guessed());
        }
        if paragraph.all_words.count_ones() >= SUPPORTED {
            beside.add(paragraph.guessed());
        }
        let mut paragraph = paragraph.guessing(beside);
        let mut bound = last;
        if !paragraph.senses.meets(HEALTH) {
            bound.add(paragraph.senses.both(NAMED));
            return bound;
        }
        let mut against = paragraph.against();
        against.add(self.subject.both(AGAINST));
        paragraph.senses.add(self.subject);
        for piece in block {
            let mut piece = self.addressed(*piece).guessing(beside);
            let named = piece.senses.both(NAMED);
            if named.is_empty() && piece.senses.meets(PRONOUN) {
                piece.senses.add(bound);
            }
            bound.add(named);
            piece.all_words = paragraph.all_words;
            self.ask(composition, Distance::Sentence, piece, against, paragraph.senses);
        }
        self.ask(composition, Distance::Paragraph, paragraph, against, paragraph.senses);
        bound
    }

    /// Whom words to the reader mean, where the message names this one person.
    fn addressed(&self, mut piece: Together) -> Together {
        if self.is_addressed && piece.senses.meets(READER) {
            piece.senses.add(Senses::of(&[Sense::Addressee]));
        }
        piece
    }

    /// Asks the rules of this distance of what stands `together`, in a paragraph with these senses of which some speak
    /// `against` it.
    fn ask(
        &mut self,
        composition: &Composition,
        distance: Distance,
        together: Together,
        against: Senses,
        paragraph: Senses,
    ) {
        for (index, rule) in composition.rules.iter().enumerate() {
            if rule.spec.within != distance {
                continue;
            }
            if !rule.holds(together, against) {
                self.note(index, || Near::of(rule, together, paragraph, against));
                continue;
            }
            self.holding.insert(index);
            keep(&mut self.held, rule, index, together);
            let senses = together.senses.without(TALKED_OF);
            let together = Together { senses, ..together };
            if rule.holds(together, against) {
                keep(&mut self.held_in_discussion, rule, index, together);
            }
        }
    }

    /// The ids of all rules that hold, whatever the setting; see [`Composed::held`].
    pub(super) fn rules(&self, composition: &Composition, is_blank: bool) -> Vec<String> {
        let whole = self.whole(composition);
        let rules = whole.holding.iter().filter_map(|index| composition.rules.get(*index));
        let holding = rules.filter(|rule| !is_blank || self.is_certain(rule));
        holding.map(|rule| rule.spec.id.clone()).collect()
    }

    /// Whether somebody whom the rule takes for identified is so for certain.
    fn is_certain(&self, rule: &Rule) -> bool {
        rule.person.both(CERTAIN).meets(self.everything.senses)
    }

    /// Keeps how near a rule came, where it came no nearer before and no rule holds yet.
    fn note(&mut self, index: usize, near: impl FnOnce() -> Near) {
        if self.held.iter().any(Option::is_some) {
            return;
        }
        if self.near.len() <= index {
            self.near.resize(index.saturating_add(1), None);
        }
        let Some(kept) = self.near.get_mut(index) else { return };
        let near = near();
        if kept.as_ref().is_none_or(|kept| near.is_nearer(kept)) {
            *kept = Some(near);
        }
    }

    /// Why none does, where none does.
    pub(super) fn why_not(&self, composition: &Composition, context: &Context) -> WhyNot {
        let setting = context.strictness;
        let whole = self.whole(composition);
        let stricter = Strictness::ALL.into_iter().filter(|stricter| *stricter > setting);
        let mut held = stricter.filter_map(|setting| whole.held.get(place(setting))?.as_ref());
        let spec = |held: &Held| Some(&composition.rules.get(held.index)?.spec);
        if let Some(spec) = whole.held.get(place(setting)).and_then(Option::as_ref).and_then(spec) {
            let lack = if context.blank_form {
                why_not::blank()
            } else {
                why_not::discussed()
            };
            return why_not::of(spec, vec![lack]);
        }
        if let Some(spec) = held.next().and_then(spec) {
            return why_not::of(spec, vec![why_not::unused(spec, setting)]);
        }
        if !self.everything.senses.meets(HEALTH) {
            return why_not::no_health(!self.everything.guessed().is_empty());
        }
        why_not::nearest(composition, &whole.near, self.everything.senses, setting)
            .unwrap_or_else(|| why_not::no_health(false))
    }

    /// The same with the rules of the whole message.
    fn whole(&self, composition: &Composition) -> Self {
        let mut whole = self.clone();
        let mut together = self.everything;
        together.senses.add(together.guessed());
        whole.ask(
            composition,
            Distance::Message,
            together,
            Senses::default(),
            together.senses,
        );
        whole
    }

    /// The rule that holds in this context. Where the whole message is a form that nobody filled in, only a number identifies
    /// somebody.
    pub(super) fn held(&self, composition: &Composition, context: &Context) -> Option<Held> {
        let whole = self.whole(composition);
        let held = if context.discussion {
            whole.held_in_discussion
        } else {
            whole.held
        };
        let held = held.get(place(context.strictness))?.clone()?;
        let rule = composition.rules.get(held.index)?;
        (!context.blank_form || self.is_certain(rule)).then_some(held)
    }

    /// Whether something tells of health, care or its payment.
    pub(super) fn tells_of_health(&self) -> bool {
        self.everything.senses.meets(ALONE)
    }
}

/// Keeps that this rule holds, at each setting that uses it and where none before it holds.
fn keep(held: &mut [Option<Held>; 3], rule: &Rule, index: usize, together: Together) {
    for setting in Strictness::ALL
        .into_iter()
        .filter(|setting| *setting >= rule.spec.strictness)
    {
        let Some(held) = held.get_mut(place(setting)) else {
            continue;
        };
        if held.as_ref().is_none_or(|held| held.index > index) {
            *held = Some(reason(index, rule, together));
        }
    }
}

const fn place(setting: Strictness) -> usize {
    match setting {
        Strictness::Narrow => 0,
        Strictness::Balanced => 1,
        Strictness::Strict => 2,
    }
}

/// What a rule found, in words.
fn reason(index: usize, rule: &Rule, together: Together) -> Held {
    let first = |wanted: &[Sense]| {
        let found = wanted
            .iter()
            .find(|sense| together.senses.meets(Senses::of(&[**sense])));
        found.map_or("nothing", |sense| sense.words())
    };
    let spec = &rule.spec;
    Held {
        index,
        id: spec.id.clone(),
        reason: format!(
            "{}: {} ({} and {}, in one {})",
            spec.id,
            spec.says,
            first(&spec.person),
            first(&spec.health),
            spec.within.name()
        ),
    }
}

/// Whom members of a discussion list talk of: themselves, and whoever is in the news. A number, somebody of the roster and the
/// reader identify there as everywhere.
const TALKED_OF: Senses = Senses::of(&[
    Sense::Contact,
    Sense::FullName,
    Sense::TitledName,
    Sense::FirstName,
    Sense::Kin,
    Sense::Writer,
]);
/// Persons whom a pronoun can stand for.
const NAMED: Senses = Senses::of(&[
    Sense::Roster,
    Sense::FullName,
    Sense::TitledName,
    Sense::FirstName,
    Sense::Kin,
    Sense::Role,
    Sense::Case,
]);
/// What tells of health by itself.
const ALONE: Senses = Senses::of(&[
    Sense::Condition,
    Sense::Drug,
    Sense::Procedure,
    Sense::Test,
    Sense::Result,
    Sense::Symptom,
    Sense::Specialty,
    Sense::LayWord,
    Sense::Abbreviation,
    Sense::Code,
    Sense::Told,
    Sense::Coverage,
]);
const HEALTH: Senses = Senses::of_role(Role::Health);
const AGAINST: Senses = Senses::of_role(Role::Against);
const PRONOUN: Senses = Senses::of(&[Sense::Pronoun]);
const READER: Senses = Senses::of(&[Sense::Reader]);
