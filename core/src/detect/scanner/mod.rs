mod build;
mod closed;
mod lanes;
mod local;

use std::fmt;
use std::sync::Arc;

use super::fuzzy::{Memo, Speller};
use super::lane::{
    self, Candidate, Dictionary, Form, Gate, Keys, Labelled, Links, Mentions, Names, Prefixes, Programs, STRETCH_BYTES,
    Stretch, Value, Window,
};
use super::language::Paragraph;
use super::lexicon::Lexicon;
use super::phrases::Phrases;
use super::plan::Groups;
use super::spec::Confidence;
use super::token::Token;
use super::work;
use super::{Acquaintances, Detector, Finding};
use crate::ground::Watch;
use crate::text::{Change, View};

pub use build::ScannerBuilder;
use closed::Closed;
pub(super) use lanes::Lanes;
use local::{Course, Local, State, Trace};

/// Finds what the catalogue and the customer's detectors describe. Built once, then shared by all threads.
///
/// ```
/// # use sealwax::detect::Scanner;
/// # use sealwax::text::View;
/// let scanner = Scanner::builder().build()?;
/// let findings = scanner.scan(&View::fold("The SSN is 536-90-4399."));
/// assert_eq!(findings[0].detector().label(), "US_SSN");
/// assert_eq!(findings[0].span().code_points("The SSN is 536-90-4399."), Some(11..22));
/// # Ok::<(), sealwax::detect::DetectError>(())
/// ```
pub struct Scanner {
    detectors: Vec<Compiled>,
    /// Detectors that need no label.
    bare: Vec<usize>,
    /// Where values may stand.
    gate: Gate,
    /// The forms of the values.
    programs: Arc<Programs>,
    prefixes: Prefixes,
    labels: Phrases,
    /// The detectors that each label announces.
    label_owners: Groups,
    /// The keys of records whose strings are values.
    keys: Keys,
    /// Words and phrases; their owner is the index of a detector.
    pub(super) terms: Dictionary,
    /// Words that only say how others are meant: they compete with no finding.
    cues: Dictionary,
    pub(super) speller: Speller,
    emails: Vec<usize>,
    names: &'static Names,
    /// The detectors of names.
    named: Vec<usize>,
    /// The detectors of persons whom a text speaks of: as cues, they compete with no finding.
    mentions: Mentions,
    /// The customer's own detectors, which look by themselves: no reading of theirs displaces a built-in one.
    own: Option<Box<Scanner>>,
}

struct Compiled {
    detector: Arc<Detector>,
    value: Option<Value>,
    confidence: Confidence,
    reach: usize,
    links: Links,
    far: bool,
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
        let mut findings = Vec::new();
        self.each(view, &Watch::none(), &mut Scratch::default(), &mut |finding| {
            findings.push(finding);
        });
        in_order(findings)
    }

    /// The same, with every view looked through as if nothing of it were known: what [`scan`](Self::scan) must find.
    #[cfg(any(test, feature = "_testing"))]
    #[must_use]
    pub fn scan_wholly(&self, view: &View<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.each_wholly(view, &mut |finding| findings.push(finding));
        in_order(findings)
    }

    /// Hands what is found to `take` one by one, as far as `watch` lets it go on: in no order, and once for each time
    /// that a decoding shows it again. It needs no more memory for a long text than for a short one; what it needs is kept in
    /// `scratch` for the next one.
    pub(crate) fn each(
        &self,
        view: &View<'_>,
        watch: &Watch<'_>,
        scratch: &mut Scratch,
        take: &mut dyn FnMut(Finding),
    ) {
        let mut closed = Closed::default();
        scratch.forget();
        let mut decoding = view.decoding();
        let mut decoded = decoding.next();
        let written = view
            .gaps_kept()
            .map(|written| (written, Local::of(view.text(), &written_changes(view))));
        let local = decoded
            .as_ref()
            .and_then(|(_, changes)| Local::of(view.text(), changes));
        let locals = [written.as_ref().and_then(|(_, local)| local.as_ref()), local.as_ref()];
        let mut cuts: Vec<usize> = locals.into_iter().flatten().flat_map(Local::cuts).collect();
        cuts.sort_unstable();
        let traces = self.each_in_view(view, Known::Nothing(&cuts), scratch, watch, &mut |finding| {
            closed.note(&finding, view);
            take(finding);
        });
        if let Some((written, local)) = &written {
            closed.settle();
            self.each_in_view(
                written,
                Known::of(local.as_ref(), &traces),
                scratch,
                watch,
                &mut |finding| {
                    if !closed.displaces(&finding) {
                        take(finding);
                    }
                },
            );
        }
        while let Some((decoded_view, changes)) = decoded {
            let local = if cuts.is_empty() {
                None
            } else {
                Local::of(view.text(), changes)
            };
            self.each_in_view(decoded_view, Known::of(local.as_ref(), &traces), scratch, watch, take);
            decoded = decoding.next();
        }
    }

    /// The same without what is known of a view.
    #[cfg(any(test, feature = "_testing"))]
    fn each_wholly(&self, view: &View<'_>, take: &mut dyn FnMut(Finding)) {
        let (mut closed, mut scratch, watch) = (Closed::default(), Scratch::default(), Watch::none());
        let nothing = || Known::Nothing(&[]);
        self.each_in_view(view, nothing(), &mut scratch, &watch, &mut |finding| {
            closed.note(&finding, view);
            take(finding);
        });
        if let Some(written) = view.gaps_kept() {
            closed.settle();
            self.each_in_view(written, nothing(), &mut scratch, &watch, &mut |finding| {
                if !closed.displaces(&finding) {
                    take(finding);
                }
            });
        }
        for decoded in view.decodings() {
            self.each_in_view(&decoded, nothing(), &mut scratch, &watch, take);
        }
    }

    /// What is found in a view, by the built-in detectors and by the customer's; how it was looked through where that was
    /// asked for.
    fn each_in_view(
        &self,
        view: &View<'_>,
        known: Known<'_>,
        scratch: &mut Scratch,
        watch: &Watch<'_>,
        take: &mut dyn FnMut(Finding),
    ) -> [Trace; 2] {
        let scanners = [Some(self), self.own.as_deref()];
        let memos = [&mut scratch.built_in, &mut scratch.own];
        let mut traces = [Trace::default(), Trace::default()];
        for (index, ((scanner, memo), trace)) in scanners.into_iter().zip(memos).zip(&mut traces).enumerate() {
            let Some(scanner) = scanner else { continue };
            let mut course = Course {
                scanner,
                view,
                memo,
                tokens: &mut scratch.tokens,
                watch,
                take: &mut *take,
            };
            match known {
                Known::Nothing([]) => course.whole(STRETCH_BYTES),
                Known::Nothing(cuts) => *trace = course.traced(cuts),
                Known::Some(local, traces) => {
                    if let Some(trace) = traces.get(index) {
                        course.local(local, trace);
                    }
                }
            }
        }
        traces
    }

    /// Looks through the next stretch of a text, up to `end`; `false` when the work shall stop instead, or behind the last.
    fn stretch(
        &self,
        view: &View<'_>,
        stretch: &mut Stretch<'_>,
        end: usize,
        state: &mut State,
        (memo, watch): (&mut Memo, &Watch<'_>),
        take: &mut dyn FnMut(Finding),
    ) -> bool {
        let text = view.text();
        let correct = |tokens: &mut [Token], paragraph: &mut Paragraph| {
            watch.owe(work::of(|| self.speller.correct(text, tokens, memo, paragraph)).1);
        };
        if !stretch.advance(end, correct) || !watch.looks_on(stretch.len()) {
            return false;
        }
        let ((), units) = work::of(|| {
            self.look(stretch, state);
            for pending in &mut state.pending {
                let chosen = pending.arbitrated(text, stretch.settled(), |detector| self.label(detector));
                let found = chosen.iter().filter_map(|candidate| self.finding(view, candidate));
                found.for_each(&mut *take);
            }
        });
        watch.owe(units);
        true
    }

    /// Looks for candidates in a stretch, and for words that only say how others are meant.
    fn look(&self, stretch: &Stretch<'_>, state: &mut State) {
        let window = stretch.window();
        let lanes = &mut state.lanes;
        let [candidates, cues] = &mut state.pending;
        let known = candidates.found.len();
        self.candidates(&window, lanes, &mut candidates.found);
        let mut new = candidates.found.iter().skip(known);
        lanes.has_block |= new.any(|candidate| self.is_block(candidate.detector));
        self.words(&window, &mut lanes.cues, &self.cues, &mut cues.found);
        lane::mentions(&window, &mut lanes.mentions, self.names, self.mentions, &mut cues.found);
    }

    fn is_block(&self, detector: usize) -> bool {
        let value = self
            .detectors
            .get(detector)
            .and_then(|compiled| compiled.value.as_ref());
        value.is_some_and(Value::is_block)
    }

    fn label(&self, detector: usize) -> Option<&str> {
        Some(self.detectors.get(detector)?.detector.label())
    }

    /// Every detector, in the order of the catalogue.
    pub fn detectors(&self) -> impl Iterator<Item = &Detector> {
        let own = self.own.iter().flat_map(|own| &own.detectors);
        self.detectors.iter().chain(own).map(|compiled| &*compiled.detector)
    }

    /// Makes somebody known by the names that `full` consists of, before which a title stands or not.
    pub(crate) fn introduce(&self, people: &mut Acquaintances, full: &str, is_titled: bool) {
        people.meet(full, is_titled, self.names);
    }

    /// The same where a list has a first name of it: what an address field shows may be a house.
    pub(crate) fn introduce_if_listed(&self, people: &mut Acquaintances, full: &str) {
        people.meet_if_listed(full, self.names);
    }

    /// The memory of the tables of words, phrases, labels and prefixes, in bytes, computed from their sizes. All
    /// threads share them. The compiled expressions, of at most a mebibyte each, are not counted.
    #[must_use]
    pub fn memory(&self) -> usize {
        let own = self.own.as_ref().map_or(0, |own| own.own_memory());
        self.own_memory()
            .saturating_add(own)
            .saturating_add(Lexicon::built_in().memory())
    }

    /// The memory of what these detectors have for themselves: the lists of names and of ordinary words are read once
    /// in a process.
    fn own_memory(&self) -> usize {
        self.labels
            .memory()
            .saturating_add(self.label_owners.memory())
            .saturating_add(self.terms.memory())
            .saturating_add(self.cues.memory())
            .saturating_add(self.prefixes.memory())
            .saturating_add(self.keys.memory())
            .saturating_add(self.gate.memory())
            .saturating_add(self.programs.memory())
            .saturating_add(self.speller.memory())
    }

    /// Those of the `candidates` of a whole text that stay.
    #[cfg(feature = "_testing")]
    pub(super) fn arbitrated(&self, text: &str, candidates: Vec<Candidate>) -> Vec<Candidate> {
        super::arbitrate::arbitrate(text, candidates, |detector| self.label(detector))
    }

    pub(super) fn candidates(&self, window: &Window<'_>, lanes: &mut Lanes, found: &mut Vec<Candidate>) {
        self.words(window, &mut lanes.terms, &self.terms, found);
        self.numbers(window, found);
        self.literals(window, lanes, found);
        self.labelled(window, lanes, found);
        self.people(window, lanes, found);
    }

    /// Values without a label.
    pub(super) fn numbers(&self, window: &Window<'_>, found: &mut Vec<Candidate>) {
        lane::bare(
            window,
            &self.gate,
            &self.bare,
            |detector| self.bare_value(detector),
            found,
        );
    }

    /// Values that a literal beginning or an `@` gives away.
    pub(super) fn literals(&self, window: &Window<'_>, lanes: &mut Lanes, found: &mut Vec<Candidate>) {
        lane::prefixed(
            window,
            &mut lanes.prefixed,
            &self.prefixes,
            |detector| self.bare_value(detector),
            found,
        );
        let before = lanes.emails;
        for &detector in &self.emails {
            let mut free = before;
            lane::emails(window, &mut free, detector, self.bare_confidence(detector), found);
            lanes.emails = lanes.emails.max(free);
        }
    }

    /// Values beside a label, or in the column of one.
    pub(super) fn labelled(&self, window: &Window<'_>, lanes: &mut Lanes, found: &mut Vec<Candidate>) {
        lane::labelled(
            window,
            &mut lanes.labelled,
            &self.labels,
            |set| self.announced(set),
            found,
        );
        lane::tables(window, &mut lanes.table, &self.labels, |set| self.announced(set), found);
        lane::keyed(
            window,
            &mut lanes.record,
            &self.keys,
            |detector| self.keyed_value(detector),
            found,
        );
    }

    /// Names of people.
    pub(super) fn people(&self, window: &Window<'_>, lanes: &mut Lanes, found: &mut Vec<Candidate>) {
        let before = lanes.names;
        for &detector in &self.named {
            let confidence = self.bare_confidence(detector);
            let mut next = before;
            lane::names(window, &mut next, self.names, detector, confidence, found);
            lanes.names = next;
        }
    }

    /// Words and phrases of a dictionary.
    pub(super) fn words(
        &self,
        window: &Window<'_>,
        next: &mut usize,
        dictionary: &Dictionary,
        found: &mut Vec<Candidate>,
    ) {
        let owner = |owner| self.term(owner);
        lane::terms(window, next, dictionary, self.names, owner, found);
    }

    #[cfg(test)]
    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    fn form(&self, detector: usize) -> Option<Form<'_>> {
        let value = self.detectors.get(detector)?.value.as_ref()?;
        let gate = &self.gate;
        Some(Form { detector, value, gate })
    }

    fn bare_value(&self, index: usize) -> Option<(usize, Form<'_>, f64)> {
        Some((index, self.form(index)?, self.bare_confidence(index)))
    }

    fn keyed_value(&self, index: usize) -> Option<(Form<'_>, f64)> {
        Some((self.form(index)?, self.detectors.get(index)?.confidence.labelled?))
    }

    fn bare_confidence(&self, index: usize) -> f64 {
        self.detectors
            .get(index)
            .and_then(|compiled| compiled.confidence.bare)
            .unwrap_or_default()
    }

    fn announced(&self, set: u32) -> impl Iterator<Item = Labelled<'_>> {
        let owners = self.label_owners.group(usize::try_from(set).unwrap_or(usize::MAX));
        owners.filter_map(|detector| {
            let compiled = self.detectors.get(detector)?;
            Some(Labelled {
                detector,
                value: self.form(detector)?,
                confidence: compiled.confidence.labelled?,
                reach: compiled.reach,
                links: &compiled.links,
                far: compiled.far,
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

/// What a scan needs while it looks through a text. Whoever looks through several keeps it, so that it is asked for once.
#[derive(Default)]
pub(crate) struct Scratch {
    /// What words were found to be meant to be, by the vocabulary of the catalogue and by that of the customer.
    built_in: Memo,
    own: Memo,
    /// Room for the tokens of a stretch.
    tokens: Vec<Token>,
}

impl Scratch {
    fn forget(&mut self) {
        self.built_in.forget();
        self.own.forget();
    }
}

/// What is known of a view.
#[derive(Clone, Copy)]
enum Known<'k> {
    /// Nothing; and where the stretches of others may begin that differ from it.
    Nothing(&'k [usize]),
    /// How a text was looked through, and where the view differs from it.
    Some(&'k Local, &'k [Trace; 2]),
}

impl<'k> Known<'k> {
    fn of(local: Option<&'k Local>, traces: &'k [Trace; 2]) -> Self {
        local.map_or(Self::Nothing(&[]), |local| Self::Some(local, traces))
    }
}

/// Where the view with its gaps kept differs from the one in which they are closed.
fn written_changes(view: &View<'_>) -> Vec<Change> {
    let changed = |change: &Change| Change {
        derived: change.original.clone(),
        original: change.derived.clone(),
    };
    view.closed().iter().map(changed).collect()
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
mod tests;
