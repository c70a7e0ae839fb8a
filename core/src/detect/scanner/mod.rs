mod build;

use std::fmt;
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use super::arbitrate::arbitrate;
use super::fuzzy::Speller;
use super::lane::{self, Candidate, Dictionary, Labelled, Names, Value};
use super::phrases::Phrases;
use super::spec::Confidence;
use super::token::{Token, tokens};
use super::{Detector, Finding, Strength};
use crate::text::View;

pub use build::ScannerBuilder;

/// Finds what the catalogue and the customer's detectors describe. Built once, then shared by all threads.
///
/// ```
/// # use sealwax::detect::Scanner;
/// # use sealwax::text::View;
/// let scanner = Scanner::builder().build()?;
/// let findings = scanner.scan(&View::fold("Her SSN is 536-90-4399."));
/// assert_eq!(findings[0].detector().label(), "US_SSN");
/// assert_eq!(findings[0].span().code_points("Her SSN is 536-90-4399."), Some(11..22));
/// # Ok::<(), sealwax::detect::DetectError>(())
/// ```
pub struct Scanner {
    detectors: Vec<Compiled>,
    /// Detectors that need no label.
    bare: Vec<usize>,
    prefixes: AhoCorasick,
    /// The detector of each prefix.
    prefix_owners: Vec<usize>,
    labels: Phrases,
    /// The detectors that each label announces.
    label_owners: Vec<Vec<usize>>,
    /// Words and phrases; their owner is the index of a detector.
    pub(super) terms: Dictionary,
    /// Words that only say how others are meant: they compete with no finding.
    cues: Dictionary,
    pub(super) speller: Speller,
    emails: Vec<usize>,
    names: Names,
    /// The detectors of names.
    named: Vec<usize>,
    /// The customer's own detectors, which look by themselves: no reading of theirs displaces a built-in one.
    own: Option<Box<Scanner>>,
}

struct Compiled {
    detector: Arc<Detector>,
    value: Option<Value>,
    confidence: Confidence,
    reach: usize,
}

impl Scanner {
    /// A builder that starts from the built-in catalogue.
    #[must_use]
    pub fn builder() -> ScannerBuilder {
        ScannerBuilder::default()
    }

    /// What is found in the text of one unit, and in what stands encoded in it, in its order, each thing once. The same
    /// text gives the same findings.
    #[must_use]
    pub fn scan(&self, view: &View<'_>) -> Vec<Finding> {
        let mut findings = in_order(self.scan_view(view));
        if let Some(written) = view.gaps_kept() {
            let hidden = hidden_by(&findings, in_order(self.scan_view(written)));
            findings.extend(hidden);
        }
        for decoded in view.decodings() {
            findings.extend(self.scan_view(&decoded));
        }
        in_order(findings)
    }

    fn scan_view(&self, view: &View<'_>) -> Vec<Finding> {
        let mut findings = self.scan_alone(view);
        if let Some(own) = &self.own {
            findings.extend(own.scan_alone(view));
        }
        findings
    }

    /// What these detectors find, without the customer's.
    fn scan_alone(&self, view: &View<'_>) -> Vec<Finding> {
        let text = view.text();
        let mut tokens = tokens(text);
        self.speller.correct(text, &mut tokens);
        let mut chosen = self.arbitrated(text, self.candidates(text, &tokens));
        chosen.extend(self.arbitrated(text, self.words(text, &tokens, &self.cues)));
        chosen
            .iter()
            .filter_map(|candidate| self.finding(view, candidate))
            .collect()
    }

    /// Every detector, in the order of the catalogue.
    pub fn detectors(&self) -> impl Iterator<Item = &Detector> {
        let own = self.own.iter().flat_map(|own| &own.detectors);
        self.detectors.iter().chain(own).map(|compiled| &*compiled.detector)
    }

    /// The memory of the tables of words, phrases, labels and prefixes, in bytes, computed from their sizes. All threads
    /// share them. The compiled expressions, of at most a mebibyte each, are not counted.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.labels
            .memory()
            .saturating_add(self.terms.phrases.memory())
            .saturating_add(self.cues.phrases.memory())
            .saturating_add(self.prefixes.memory_usage())
            .saturating_add(self.names.memory())
            .saturating_add(self.speller.memory())
            .saturating_add(self.own.as_ref().map_or(0, |own| own.memory()))
    }

    /// Those of the `candidates` that stay.
    pub(super) fn arbitrated(&self, text: &str, candidates: Vec<Candidate>) -> Vec<Candidate> {
        let label = |detector: usize| Some(self.detectors.get(detector)?.detector.label());
        arbitrate(text, candidates, label)
    }

    pub(super) fn candidates(&self, text: &str, tokens: &[Token]) -> Vec<Candidate> {
        let mut found = self.words(text, tokens, &self.terms);
        self.numbers(text, tokens, &mut found);
        self.literals(text, &mut found);
        self.labelled(text, tokens, &mut found);
        self.people(text, tokens, &mut found);
        found
    }

    /// Values without a label.
    pub(super) fn numbers(&self, text: &str, tokens: &[Token], found: &mut Vec<Candidate>) {
        lane::bare(text, tokens, &self.bare_values(&self.bare), found);
    }

    /// Values that a literal beginning or an `@` gives away.
    pub(super) fn literals(&self, text: &str, found: &mut Vec<Candidate>) {
        lane::prefixed(text, &self.prefixes, &self.bare_values(&self.prefix_owners), found);
        for &detector in &self.emails {
            lane::emails(text, detector, self.bare_confidence(detector), found);
        }
    }

    /// Values beside a label, or in the column of one.
    pub(super) fn labelled(&self, text: &str, tokens: &[Token], found: &mut Vec<Candidate>) {
        lane::labelled(text, tokens, &self.labels, |set| self.announced(set), found);
        lane::tables(text, &self.labels, |set| self.announced(set), found);
    }

    /// Names of people.
    pub(super) fn people(&self, text: &str, tokens: &[Token], found: &mut Vec<Candidate>) {
        for &detector in &self.named {
            let confidence = self.bare_confidence(detector);
            lane::names(text, tokens, &self.names, detector, confidence, found);
        }
    }

    /// Words and phrases of a dictionary.
    pub(super) fn words(&self, text: &str, tokens: &[Token], dictionary: &Dictionary) -> Vec<Candidate> {
        let mut found = Vec::new();
        let owner = |owner| self.term(owner);
        lane::terms(text, tokens, dictionary, &self.speller, owner, &mut found);
        found
    }

    fn bare_values(&self, indexes: &[usize]) -> Vec<(usize, &Value, f64)> {
        let value = |index: &usize| {
            Some((
                *index,
                self.detectors.get(*index)?.value.as_ref()?,
                self.bare_confidence(*index),
            ))
        };
        indexes.iter().filter_map(value).collect()
    }

    fn bare_confidence(&self, index: usize) -> f64 {
        self.detectors
            .get(index)
            .and_then(|compiled| compiled.confidence.bare)
            .unwrap_or_default()
    }

    fn announced(&self, set: u32) -> impl Iterator<Item = Labelled<'_>> {
        let owners = usize::try_from(set).ok().and_then(|set| self.label_owners.get(set));
        owners.into_iter().flatten().filter_map(|&detector| {
            let compiled = self.detectors.get(detector)?;
            let value = compiled.value.as_ref()?;
            Some(Labelled {
                detector,
                value,
                confidence: compiled.confidence.labelled?,
                reach: compiled.reach,
            })
        })
    }

    fn term(&self, owner: u32) -> Option<(usize, f64)> {
        let index = usize::try_from(owner).ok()?;
        Some((index, self.detectors.get(index)?.confidence.bare?))
    }

    fn finding(&self, view: &View<'_>, candidate: &Candidate) -> Option<Finding> {
        let compiled = self.detectors.get(candidate.detector)?;
        let value = view.text().get(candidate.range.clone())?;
        Some(Finding {
            detector: Arc::clone(&compiled.detector),
            span: view.span(candidate.range.clone()),
            confidence: candidate.confidence,
            strength: candidate.strength,
            fuzzy: candidate.fuzzy,
            labelled: candidate.labelled,
            digest: lane::digest(value),
        })
    }
}

/// The findings in the order of the text, each thing once and as sure as any view shows it.
pub(crate) fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|left, right| {
        let surer = || right.confidence.total_cmp(&left.confidence);
        let name = || left.detector.id().cmp(right.detector.id());
        left.span.cmp(&right.span).then_with(name).then_with(surer)
    });
    findings.dedup_by(|next, kept| next.span == kept.span && next.detector.id() == kept.detector.id());
    findings
}

/// Those of the `written` findings, where gaps stay as they were written, that closing the gaps took away: beside `closed`
/// they count where they overlap none, or where a checksum speaks for them and none of their type.
fn hidden_by(closed: &[Finding], written: Vec<Finding>) -> Vec<Finding> {
    let mut ahead = closed.iter().peekable();
    let mut near: Vec<&Finding> = Vec::new();
    let mut is_hidden = |finding: &Finding| {
        near.retain(|other| other.span.end > finding.span.start);
        while let Some(other) = ahead.next_if(|other| other.span.start < finding.span.end) {
            near.push(other);
        }
        let displaces = |other: &&Finding| {
            other.span.overlaps(finding.span)
                && (finding.strength < Strength::Checksum || other.detector.label() == finding.detector.label())
        };
        !near.iter().any(|other| displaces(other))
    };
    written.into_iter().filter(|finding| is_hidden(finding)).collect()
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner")
            .field("detectors", &self.detectors.len())
            .finish_non_exhaustive()
    }
}

/// The built-in scanner, built once for all tests.
#[cfg(test)]
pub(crate) fn shared() -> &'static Scanner {
    static SCANNER: std::sync::OnceLock<Scanner> = std::sync::OnceLock::new();
    SCANNER.get_or_init(|| Scanner::builder().build().unwrap())
}

#[cfg(test)]
mod tests {
    use super::super::{DetectErrorKind, DetectorSpec};
    use super::*;

    fn badge(examples: &[&str], counterexamples: &[&str]) -> DetectorSpec {
        let text = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        DetectorSpec {
            examples: text(examples),
            counterexamples: text(counterexamples),
            ..toml::from_str(
                "id = 'badge'\nlabel = 'BADGE'\ntitle = 'Badge'\ncategory = 'custom:staff'\npattern = 'B\\d{6}'\n\
                 confidence = { bare = 0.5 }\nsource = 'us'\nexamples = []",
            )
            .unwrap()
        }
    }

    #[test]
    fn a_failing_example_refuses_the_detector_without_quoting_it() {
        let error = Scanner::builder()
            .detector(badge(&["B12345 canary"], &[]))
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), DetectErrorKind::Example);
        assert_eq!(error.to_string(), "detector `badge`: it does not find its example 1");
        let error = Scanner::builder()
            .detector(badge(&[], &["B123456"]))
            .build()
            .unwrap_err();
        assert_eq!(error.to_string(), "detector `badge`: it finds its counterexample 1");
    }

    #[test]
    fn a_detector_of_the_customers_never_displaces_a_built_in_one() {
        let mut spec = badge(&[], &[]);
        spec.pattern = Some(r"SSN \d{3}-\d{2}-\d{4}".into());
        spec.confidence.bare = Some(1.0);
        let scanner = Scanner::builder().detector(spec).build().unwrap();
        let findings = scanner.scan(&View::fold("SSN 536-90-4399"));
        let labels: Vec<_> = findings.iter().map(|finding| finding.detector().label()).collect();
        assert_eq!(labels, ["BADGE", "US_SSN"]);
    }

    #[test]
    fn unknown_names_and_bad_patterns_are_named() {
        let mut spec = badge(&[], &[]);
        spec.check = Some("nosuch".into());
        let error = Scanner::builder().detector(spec.clone()).build().unwrap_err();
        assert_eq!(error.to_string(), "detector `badge`: unknown check `nosuch`");
        spec.check = None;
        spec.pattern = Some("(".into());
        assert_eq!(
            Scanner::builder().detector(spec).build().unwrap_err().kind(),
            DetectErrorKind::Pattern
        );
    }

    #[test]
    fn findings_show_no_text_and_come_in_order() {
        let scanner = shared();
        let findings = scanner.scan(&View::fold(
            "card 4111 1111 1111 1111, SSN 536-90-4399, ann@canary.example",
        ));
        assert!(findings.is_sorted_by_key(Finding::span));
        let labels: Vec<_> = findings.iter().map(|finding| finding.detector().label()).collect();
        assert_eq!(labels, ["CREDIT_CARD", "US_SSN", "EMAIL_ADDRESS"]);
        assert!(!format!("{findings:?}{scanner:?}").contains("canary"));
    }

    #[test]
    fn equal_values_have_equal_digests() {
        let scanner = shared();
        let findings = scanner.scan(&View::fold("SSN 536-90-4399 and SSN 536 90 4399"));
        assert_eq!(findings[0].digest(), findings[1].digest());
    }

    #[test]
    fn a_scanner_is_shared_by_threads() {
        fn is_shared<T: Send + Sync>() {}
        is_shared::<Scanner>();
    }

    #[test]
    fn four_times_the_text_is_four_times_the_work() {
        let scanner = shared();
        for piece in HOSTILE {
            let work = |times: usize| {
                let text = piece.repeat(times);
                super::super::work::of(|| scanner.scan(&View::fold(&text)))
            };
            let (short, long) = (work(250), work(1000));
            assert!(long <= short * 5, "{piece:?}: {short} and {long}");
        }
    }

    /// Long runs of digits, of labels, of words that are nearly terms, of beginnings of values and of encoded text.
    const HOSTILE: &[&str] = &[
        "4",
        "4111 1111 ",
        "12-34-",
        "1\n> ",
        "mrn ",
        "ssn: dob: mrn: ",
        "member id, ",
        "diabetis hypertenson ",
        "diabetes of the ",
        "a@",
        "a@b.",
        "https://www.",
        "-----BEGIN ",
        "QUJD",
        "%41",
        "4142",
        "d i ",
        "Ann Ann, ",
        "ssn,dob\n",
        "+44 20 ",
    ];
}
