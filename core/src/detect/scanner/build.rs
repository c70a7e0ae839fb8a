//! From specifications to a scanner: everything is compiled, and examples are run.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

use super::super::fuzzy::Speller;
use super::super::lane::{Dictionary, Gate, Keys, Links, Mentions, Names, Value, normal};
use super::super::phrases::Phrases;
use super::super::spec::{Case, DetectorSpec, Lane};
use super::super::{DetectError, DetectErrorKind, Language, built_in, check, lexicon};
use super::{Compiled, Scanner};
use crate::text::View;

/// Builds a [`Scanner`].
#[derive(Clone, Debug, Default)]
pub struct ScannerBuilder {
    specs: Vec<DetectorSpec>,
}

impl ScannerBuilder {
    /// Adds a detector of the customer's own. Its examples are run when the scanner is built.
    #[must_use]
    pub fn detector(mut self, spec: DetectorSpec) -> Self {
        self.specs.push(spec);
        self
    }

    /// Compiles everything.
    ///
    /// # Errors
    ///
    /// When a detector is not well formed, or misses an example of its own or takes a counterexample.
    pub fn build(self) -> Result<Scanner, DetectError> {
        let mut scanner = compile(&built_in()?, true)?;
        if !self.specs.is_empty() {
            let mut own = compile(&self.specs, false)?;
            own.terms.takes_surnames = true;
            scanner.own = Some(Box::new(own));
        }
        for spec in &self.specs {
            try_examples(&scanner, spec)?;
        }
        Ok(scanner)
    }
}

fn compile(specs: &[DetectorSpec], is_built_in: bool) -> Result<Scanner, DetectError> {
    let detectors = specs
        .iter()
        .map(|spec| compile_one(spec, is_built_in))
        .collect::<Result<Vec<_>, _>>()?;
    let indexes_where = |wanted: fn(&DetectorSpec) -> bool| -> Vec<usize> {
        specs
            .iter()
            .enumerate()
            .filter(|(_, spec)| wanted(spec))
            .map(|(index, _)| index)
            .collect()
    };
    let (labels, label_owners) = compile_labels(specs);
    let (prefixes, prefix_owners) = compile_prefixes(specs)?;
    let (terms, words) = compile_terms(specs, |spec| spec.category.is_some())?;
    let (cues, phrases) = compile_terms(specs, |spec| spec.category.is_none())?;
    let others = specs.iter().flat_map(|spec| &spec.labels).chain(&phrases);
    let foreign = specs
        .iter()
        .filter(|spec| is_foreign(spec))
        .flat_map(|spec| &spec.terms);
    let speller = Speller::new(
        words.iter().map(String::as_str),
        others.map(String::as_str),
        foreign.map(String::as_str),
    );
    let bare =
        indexes_where(|spec| spec.lane == Lane::Pattern && spec.confidence.bare.is_some() && spec.prefixes.is_empty());
    let values = (0..)
        .zip(&detectors)
        .map(|(index, compiled)| (compiled.value.as_ref(), bare.contains(&index)));
    Ok(Scanner {
        gate: Gate::of(values),
        detectors,
        bare,
        prefixes,
        prefix_owners,
        labels,
        label_owners,
        keys: Keys::of(
            (0..)
                .zip(specs)
                .flat_map(|(index, spec)| spec.keys.iter().map(move |path| (index, path))),
        ),
        terms,
        cues,
        speller,
        emails: indexes_where(|spec| spec.lane == Lane::Email),
        names: Names::built_in(),
        named: indexes_where(|spec| spec.lane == Lane::Names),
        mentions: Mentions {
            full: specs.iter().position(|spec| spec.lane == Lane::FullNames),
            titled: specs.iter().position(|spec| spec.lane == Lane::TitledNames),
            first: specs.iter().position(|spec| spec.lane == Lane::FirstNames),
        },
        own: None,
    })
}

fn compile_one(spec: &DetectorSpec, is_built_in: bool) -> Result<Compiled, DetectError> {
    let check = spec
        .check
        .as_deref()
        .map(|name| check::by_name(name).ok_or(name))
        .transpose();
    let check = check.map_err(|name| refused(spec, format_args!("unknown check `{name}`")))?;
    let value = if is_built_in {
        Value::built_in(spec, check)
    } else {
        Value::compile(spec, check)?
    };
    if value.is_none() && spec.lane == Lane::Pattern {
        return Err(refused(spec, "`pattern` is missing"));
    }
    Ok(Compiled {
        detector: Arc::new(spec.into()),
        value,
        confidence: spec.confidence,
        reach: spec.reach,
        links: Links::of(&spec.links, &spec.unless),
        far: spec.far,
    })
}

fn compile_labels(specs: &[DetectorSpec]) -> (Phrases, Vec<Vec<usize>>) {
    let mut owners: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, spec) in specs.iter().enumerate() {
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
    let mut labels = Phrases::default();
    for (set, phrase) in (0..).zip(owners.keys()) {
        labels.insert(phrase, set);
    }
    (labels, owners.into_values().collect())
}

fn compile_prefixes(specs: &[DetectorSpec]) -> Result<(AhoCorasick, Vec<Vec<usize>>), DetectError> {
    let mut owners: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, spec) in specs.iter().enumerate() {
        for prefix in &spec.prefixes {
            owners.entry(prefix).or_default().push(index);
        }
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(owners.keys())
        .map_err(|_| DetectError::new(DetectErrorKind::Pattern, "the prefixes of all detectors are too large"))?;
    Ok((automaton, owners.into_values().collect()))
}

/// The dictionary of the detectors that are wanted, and all that words are corrected to.
fn compile_terms(
    specs: &[DetectorSpec],
    wanted: impl Fn(&DetectorSpec) -> bool,
) -> Result<(Dictionary, Vec<String>), DetectError> {
    let mut dictionary = Dictionary::default();
    let mut all = Vec::new();
    for (owner, spec) in (0..).zip(specs).filter(|(_, spec)| wanted(spec)) {
        let mut terms = spec.terms.clone();
        for name in &spec.lists {
            terms.extend(lexicon::list(name).ok_or_else(|| refused(spec, format_args!("unknown list `{name}`")))?);
        }
        for term in &terms {
            // A word of the grammar has no plural.
            let plural = spec.category.as_ref().map(|_| plural(term));
            for spelling in [Some(term.clone()), plural].into_iter().flatten() {
                let phrases = match spec.case {
                    Case::Upper => &mut dictionary.capitals,
                    Case::Any if is_foreign(spec) => &mut dictionary.foreign,
                    Case::Any => &mut dictionary.phrases,
                };
                phrases.insert(&spelling, owner);
                // `bloodpressure`; a short one may be a word of its own: `in far`.
                if spelling.len() > SHORTEST_JOINED {
                    phrases.insert(&spelling.replace([' ', '-'], ""), owner);
                }
            }
        }
        for ending in &spec.endings {
            if !dictionary.endings.insert(ending, owner) {
                return Err(refused(spec, format_args!("the ending `{ending}` is too short")));
            }
        }
        if !is_foreign(spec) && spec.case == Case::Any {
            all.extend(terms);
        }
    }
    Ok((dictionary, all))
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

fn refused(spec: &DetectorSpec, why: impl fmt::Display) -> DetectError {
    DetectError::new(DetectErrorKind::Spec, format_args!("detector `{}`: {why}", spec.id))
}

/// Runs the examples of `spec`, whose texts belong to the customer: an error counts them instead of quoting them.
fn try_examples(scanner: &Scanner, spec: &DetectorSpec) -> Result<(), DetectError> {
    let finds = |text: &String| {
        scanner
            .scan(&View::fold(text))
            .iter()
            .any(|finding| finding.detector().id() == spec.id)
    };
    let wrong = |what, number| {
        Err(DetectError::new(
            DetectErrorKind::Example,
            format_args!("detector `{}`: {what} {number}", spec.id),
        ))
    };
    if let Some(index) = spec.examples.iter().position(|text| !finds(text)) {
        return wrong("it does not find its example", index.saturating_add(1));
    }
    match spec.counterexamples.iter().position(finds) {
        Some(index) => wrong("it finds its counterexample", index.saturating_add(1)),
        None => Ok(()),
    }
}
