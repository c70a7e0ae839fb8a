//! From specifications to a scanner: everything is compiled, and examples are run.

use std::fmt;
use std::sync::Arc;

use super::super::lane::{Dictionary, Endings, Keys, Links, Mentions, Names, Prefixes, Value};
use super::super::plan::{Detectors, Plan, Reader, Writer};
use super::super::spec::{DetectorSpec, Lane};
use super::super::{DetectError, DetectErrorKind, check};
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
        let scanner = Scanner::beside(self.compiled()?, false)?;
        for spec in &self.specs {
            try_examples(&scanner, spec)?;
        }
        Ok(scanner)
    }

    /// The customer's own detectors, compiled.
    fn compiled(&self) -> Result<Option<Detectors>, DetectError> {
        let own = (!self.specs.is_empty()).then(|| Detectors::of(self.specs.clone()));
        own.transpose()
    }

    /// Writes what [`Scanner::read`] builds the same scanner from.
    ///
    /// # Errors
    ///
    /// As [`Self::build`].
    pub(crate) fn write(&self, image: &mut Writer) -> Result<(), DetectError> {
        match self.compiled()? {
            None => image.section(&[]),
            Some(own) => {
                image.section(&[1]);
                own.write(image)?;
            }
        }
        Ok(())
    }
}

impl Scanner {
    /// The scanner that [`ScannerBuilder::write`] wrote, whose examples were run before it was written; `None` when there
    /// is none.
    pub(crate) fn read(image: &mut Reader) -> Option<Result<Self, DetectError>> {
        let has_own = !image.section()?.is_empty();
        let own = if has_own { Some(Detectors::read(image)?) } else { None };
        Some(Self::beside(own, true))
    }

    /// The built-in scanner, and the customer's `own` detectors beside it, whose patterns are known to be good or not.
    fn beside(own: Option<Detectors>, is_known_good: bool) -> Result<Self, DetectError> {
        let mut scanner = assemble(Plan::built_in()?.detectors.clone(), true)?;
        if let Some(own) = own {
            let mut own = assemble(own, is_known_good)?;
            own.terms.takes_surnames = true;
            scanner.own = Some(Box::new(own));
        }
        Ok(scanner)
    }
}

/// The scanner of these detectors, whose patterns are known to be good or not.
fn assemble(Detectors { rows, tables }: Detectors, is_known_good: bool) -> Result<Scanner, DetectError> {
    let specs = rows.as_slice();
    let programs = &tables.programs;
    let detectors = specs.iter().enumerate().map(|(form, spec)| {
        let compiled = compile_one(spec, is_known_good)?;
        let value = compiled.value.map(|value| value.with_program(programs, form));
        Ok(Compiled { value, ..compiled })
    });
    let detectors = detectors.collect::<Result<Vec<_>, DetectError>>()?;
    let indexes_where = |wanted: fn(&DetectorSpec) -> bool| -> Vec<usize> {
        specs
            .iter()
            .enumerate()
            .filter(|(_, spec)| wanted(spec))
            .map(|(index, _)| index)
            .collect()
    };
    Ok(Scanner {
        gate: tables.gate,
        programs: tables.programs,
        detectors,
        bare: indexes_where(DetectorSpec::is_bare),
        prefixes: Prefixes::of(
            (0..)
                .zip(specs)
                .flat_map(|(index, spec)| spec.prefixes.iter().map(move |prefix| (index, prefix))),
        ),
        labels: tables.labels,
        label_owners: tables.label_owners,
        keys: Keys::of(
            (0..)
                .zip(specs)
                .flat_map(|(index, spec)| spec.keys.iter().map(move |path| (index, path))),
        ),
        terms: Dictionary::of(tables.terms, endings(specs, |spec| spec.category.is_some())?),
        cues: Dictionary::of(tables.cues, endings(specs, |spec| spec.category.is_none())?),
        speller: tables.speller,
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

fn compile_one(spec: &DetectorSpec, is_known_good: bool) -> Result<Compiled, DetectError> {
    let check = spec
        .check
        .as_deref()
        .map(|name| check::by_name(name).ok_or(name))
        .transpose();
    let check = check.map_err(|name| refused(spec, format_args!("unknown check `{name}`")))?;
    let value = if is_known_good {
        Value::known_good(spec, check)
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

/// The endings of the detectors that are wanted.
fn endings(specs: &[DetectorSpec], wanted: impl Fn(&DetectorSpec) -> bool) -> Result<Endings, DetectError> {
    let mut endings = Endings::default();
    for (owner, spec) in (0..).zip(specs).filter(|(_, spec)| wanted(spec)) {
        for ending in &spec.endings {
            if !endings.insert(ending, owner) {
                return Err(refused(spec, format_args!("the ending `{ending}` is too short")));
            }
        }
    }
    Ok(endings)
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
