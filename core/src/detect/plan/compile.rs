//! From specifications to tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::fuzzy::Speller;
use super::super::lane::{Gate, Programs, Terms, Value, normal};
use super::super::lexicon::Marks;
use super::super::phrases::{Phrases, PhrasesBuilder};
use super::super::spec::{Case, DetectorSpec};
use super::super::{DetectError, DetectErrorKind, Language, lexicon};
use super::{Groups, Reader, Writer};

/// What the words of a text are looked up in. An index of a detector is its place in the catalogue.
#[derive(Clone, Debug)]
pub(in super::super) struct Tables {
    pub(in super::super) labels: Phrases,
    /// The detectors that each label announces.
    pub(in super::super) label_owners: Groups,
    /// Words and phrases; their owner is the index of a detector.
    pub(in super::super) terms: Terms,
    /// Words that only say how others are meant.
    pub(in super::super) cues: Terms,
    pub(in super::super) speller: Speller,
    /// Where values may stand.
    pub(in super::super) gate: Gate,
    /// The forms of values.
    pub(in super::super) programs: Arc<Programs>,
}

impl Tables {
    /// Those of these detectors.
    ///
    /// # Errors
    ///
    /// When a detector names a list that is not there.
    pub(in super::super) fn of(specs: &[DetectorSpec]) -> Result<Self, DetectError> {
        let mut marks = Begun::default();
        let (labels, label_owners) = compile_labels(specs, &mut marks);
        let (terms, words) = compile_terms(specs, |spec| spec.category.is_some(), Marks::TERMS, &mut marks)?;
        let (cues, phrases) = compile_terms(specs, |spec| spec.category.is_none(), Marks::CUES, &mut marks)?;
        let others = specs.iter().flat_map(|spec| &spec.labels).chain(&phrases);
        let foreign = specs
            .iter()
            .filter(|spec| is_foreign(spec))
            .flat_map(|spec| &spec.terms);
        let speller = Speller::new(
            words.iter().map(String::as_str),
            others.map(String::as_str),
            foreign.map(String::as_str),
            marks,
        );
        let (gate, programs) = compile_values(specs);
        Ok(Self {
            labels,
            label_owners,
            terms,
            cues,
            speller,
            gate,
            programs: programs.into(),
        })
    }

    pub(in super::super) fn write(&self, image: &mut Writer) {
        self.labels.write(image);
        self.label_owners.write(image);
        self.terms.write(image);
        self.cues.write(image);
        self.speller.write(image);
        image.section(self.gate.as_bytes());
        self.programs.write(image);
    }

    pub(in super::super) fn read(image: &mut Reader) -> Option<Self> {
        Some(Self {
            labels: Phrases::read(image)?,
            label_owners: Groups::read(image)?,
            terms: Terms::read(image)?,
            cues: Terms::read(image)?,
            speller: Speller::read(image)?,
            gate: Gate::from_bytes(image.section()?)?,
            programs: Programs::read(image)?.into(),
        })
    }
}

/// Where values may stand, and their forms.
fn compile_values(specs: &[DetectorSpec]) -> (Gate, Programs) {
    let values: Vec<_> = specs.iter().map(|spec| Value::known_good(spec, None)).collect();
    let values = || values.iter().map(Option::as_ref);
    let gate = Gate::of(values().zip(specs.iter().map(DetectorSpec::is_bare)));
    (gate, Programs::of(values().map(|value| value.map(Value::pattern))))
}

/// What begins with a word, by the hash of it.
type Begun = BTreeMap<u64, Marks>;

/// The labels of all detectors, and the detectors that each announces.
fn compile_labels(specs: &[DetectorSpec], begun: &mut Begun) -> (Phrases, Groups) {
    let mut owners: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (index, spec) in (0..).zip(specs) {
        for label in &spec.labels {
            // `dateofbirth` is written as one word in forms and field names.
            for spelling in [normal(label), normal(&label.replace(' ', ""))] {
                let set = owners.entry(spelling).or_default();
                if !set.contains(&index) {
                    set.push(index);
                }
            }
        }
    }
    let mut labels = PhrasesBuilder::default();
    for (set, phrase) in (0..).zip(owners.keys()) {
        labels.insert(phrase, set);
    }
    (labels.marked(Marks::LABEL, begun), Groups::of(owners.values()))
}

/// The words and phrases of the detectors that are wanted, and all that words are corrected to.
fn compile_terms(
    specs: &[DetectorSpec],
    wanted: impl Fn(&DetectorSpec) -> bool,
    [everywhere, in_capitals, elsewhere]: [Marks; 3],
    begun: &mut Begun,
) -> Result<(Terms, Vec<String>), DetectError> {
    let (mut phrases, mut capitals, mut foreign) = <(PhrasesBuilder, PhrasesBuilder, PhrasesBuilder)>::default();
    let mut all = Vec::new();
    for (owner, spec) in (0..).zip(specs).filter(|(_, spec)| wanted(spec)) {
        let mut terms = spec.terms.clone();
        for name in &spec.lists {
            terms.extend(lexicon::list(name).ok_or_else(|| unknown_list(spec, name))?);
        }
        for term in &terms {
            // A word of the grammar has no plural.
            let plural = spec.category.as_ref().map(|_| plural(term));
            for spelling in [Some(term.clone()), plural].into_iter().flatten() {
                let phrases = match spec.case {
                    Case::Upper => &mut capitals,
                    Case::Any if is_foreign(spec) => &mut foreign,
                    Case::Any => &mut phrases,
                };
                phrases.insert(&spelling, owner);
                // `bloodpressure`; a short one may be a word of its own: `in far`.
                if spelling.len() > SHORTEST_JOINED {
                    phrases.insert(&spelling.replace([' ', '-'], ""), owner);
                }
            }
        }
        if !is_foreign(spec) && spec.case == Case::Any {
            all.extend(terms);
        }
    }
    let terms = Terms {
        phrases: phrases.marked(everywhere, begun),
        capitals: capitals.marked(in_capitals, begun),
        foreign: foreign.marked(elsewhere, begun),
    };
    Ok((terms, all))
}

/// Whether its terms are of another language than English.
fn is_foreign(spec: &DetectorSpec) -> bool {
    spec.language.is_some_and(|language| language != Language::English)
}

/// A phrase that is longer than this is found without its blanks too.
const SHORTEST_JOINED: usize = 9;

/// The plural of the last word, by the rules of spelling alone.
fn plural(term: &str) -> String {
    match term.strip_suffix('y').or(term.strip_suffix("is")) {
        Some(stem) if term.ends_with("is") => format!("{stem}es"),
        Some(stem) => format!("{stem}ies"),
        None if term.ends_with('s') => term.to_owned(),
        None => format!("{term}s"),
    }
}

fn unknown_list(spec: &DetectorSpec, name: &str) -> DetectError {
    let message = format_args!("detector `{}`: unknown list `{name}`", spec.id);
    DetectError::new(DetectErrorKind::Spec, message)
}
