mod build;
mod local;

use std::fmt;
use std::sync::Arc;

use super::fuzzy::{Memo, Speller};
use super::lane::{
    self, Candidate, Dictionary, Form, Gate, Keys, Labelled, Links, Mentions, Names, OpenRecord, OpenTable, Prefixes,
    Programs, STRETCH_BYTES, Stretch, Value, Window,
};
use super::lexicon::Lexicon;
use super::phrases::Phrases;
use super::plan::Groups;
use super::spec::Confidence;
use super::token::Token;
use super::work;
use super::{Acquaintances, Detector, Finding, Strength};
use crate::ground::Watch;
use crate::text::{Change, View};

pub use build::ScannerBuilder;
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
        self.each(view, &Watch::none(), &mut |finding| findings.push(finding));
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
    /// that a decoding shows it again. It needs no more memory for a long text than for a short one.
    pub(crate) fn each(&self, view: &View<'_>, watch: &Watch<'_>, take: &mut dyn FnMut(Finding)) {
        let (mut closed, mut memos) = (Closed::default(), Memos::default());
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
        let traces = self.each_in_view(view, Known::Nothing(&cuts), &mut memos, watch, &mut |finding| {
            closed.note(&finding, view);
            take(finding);
        });
        if let Some((written, local)) = &written {
            closed.settle();
            self.each_in_view(
                written,
                Known::of(local.as_ref(), &traces),
                &mut memos,
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
            self.each_in_view(
                decoded_view,
                Known::of(local.as_ref(), &traces),
                &mut memos,
                watch,
                take,
            );
            decoded = decoding.next();
        }
    }

    /// The same without what is known of a view.
    #[cfg(any(test, feature = "_testing"))]
    fn each_wholly(&self, view: &View<'_>, take: &mut dyn FnMut(Finding)) {
        let (mut closed, mut memos, watch) = (Closed::default(), Memos::default(), Watch::none());
        let nothing = || Known::Nothing(&[]);
        self.each_in_view(view, nothing(), &mut memos, &watch, &mut |finding| {
            closed.note(&finding, view);
            take(finding);
        });
        if let Some(written) = view.gaps_kept() {
            closed.settle();
            self.each_in_view(written, nothing(), &mut memos, &watch, &mut |finding| {
                if !closed.displaces(&finding) {
                    take(finding);
                }
            });
        }
        for decoded in view.decodings() {
            self.each_in_view(&decoded, nothing(), &mut memos, &watch, take);
        }
    }

    /// What is found in a view, by the built-in detectors and by the customer's; how it was looked through where that was
    /// asked for.
    fn each_in_view(
        &self,
        view: &View<'_>,
        known: Known<'_>,
        memos: &mut Memos,
        watch: &Watch<'_>,
        take: &mut dyn FnMut(Finding),
    ) -> [Trace; 2] {
        let scanners = [Some(self), self.own.as_deref()];
        let memos = [&mut memos.built_in, &mut memos.own];
        let mut traces = [Trace::default(), Trace::default()];
        for (index, ((scanner, memo), trace)) in scanners.into_iter().zip(memos).zip(&mut traces).enumerate() {
            let Some(scanner) = scanner else { continue };
            let mut course = Course {
                scanner,
                view,
                memo,
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
        let correct = |tokens: &mut [Token]| watch.owe(work::of(|| self.speller.correct(text, tokens, memo)).1);
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

/// What words were found to be meant to be, by the vocabulary of the catalogue and by that of the customer.
#[derive(Default)]
struct Memos {
    built_in: Memo,
    own: Memo,
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

/// Where each way of looking goes on in the next stretch, in bytes of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lanes {
    terms: usize,
    cues: usize,
    mentions: usize,
    labelled: usize,
    names: usize,
    prefixed: usize,
    emails: usize,
    table: OpenTable,
    record: OpenRecord,
    /// Whether a block was found.
    has_block: bool,
}

impl Lanes {
    /// The same for a text that has at `to` what this one has at `from`, and so many bytes before it.
    fn moved(&self, from: usize, to: usize, same: usize) -> Self {
        let moved = |place: usize| place.saturating_add(to).saturating_sub(from);
        // What is read before is done with.
        let by = |place: usize| moved(place.max(from.saturating_sub(same)));
        Self {
            terms: by(self.terms),
            cues: by(self.cues),
            mentions: by(self.mentions),
            labelled: by(self.labelled),
            names: by(self.names),
            prefixed: by(self.prefixed),
            emails: by(self.emails),
            table: self.table.moved(by),
            record: self.record.moved(by(self.record.next()), moved),
            has_block: false,
        }
    }

    const fn is_outside_of_records(&self) -> bool {
        self.record.is_closed()
    }

    /// The farthest place that is read.
    fn end(&self) -> usize {
        let places = [
            self.terms,
            self.cues,
            self.mentions,
            self.labelled,
            self.names,
            self.prefixed,
            self.emails,
            self.table.next(),
            self.record.next(),
        ];
        places.into_iter().max().unwrap_or_default()
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

/// What is found in a text whose gaps are closed. Of what is found where they stay as they were written, that counts
/// beside it which overlaps none of it, or for which a checksum speaks and which overlaps none of its type.
#[derive(Default)]
struct Closed {
    found: Vec<Finding>,
    longest: usize,
}

impl Closed {
    fn note(&mut self, finding: &Finding, view: &View<'_>) {
        if view.gaps_kept().is_some() && self.found.len() < CLOSED {
            self.longest = self.longest.max(finding.span.len());
            self.found.push(finding.clone());
        }
    }

    fn settle(&mut self) {
        self.found.sort_by_key(Finding::span);
    }

    fn displaces(&self, finding: &Finding) -> bool {
        let before = self.found.partition_point(|other| other.span.start < finding.span.end);
        let reach = finding.span.start.saturating_sub(self.longest);
        let near = self
            .found
            .iter()
            .take(before)
            .rev()
            .take_while(|other| other.span.start >= reach);
        let mut near = near.take(NEAR_CLOSED).filter(|other| other.span.overlaps(finding.span));
        near.any(|other| finding.strength < Strength::Checksum || other.detector.label() == finding.detector.label())
    }
}

/// What is found beyond so many displaces nothing: more is then found than closing the gaps would leave.
const CLOSED: usize = 1 << 14;
/// So many stand at one place at most; more are not looked at, so that the time stays linear.
const NEAR_CLOSED: usize = 64;

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
    use proptest::prelude::*;

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

    /// What is found in stretches of so many bytes.
    fn in_stretches(text: &str, bytes: usize) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut course = Course {
            scanner: shared(),
            view: &View::fold(text),
            memo: &mut Memo::default(),
            watch: &Watch::none(),
            take: &mut |finding| findings.push(finding),
        };
        course.whole(bytes);
        in_order(findings)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_text_in_stretches_is_read_as_one_piece(
            pieces in prop::collection::vec((prop::sample::select(PIECES), prop::sample::select(BETWEEN)), 0..80),
            bytes in 1_usize..400,
        ) {
            let text: String = pieces.iter().flat_map(|(piece, between)| [*piece, *between]).collect();
            let whole = in_stretches(&text, usize::MAX);
            prop_assert_eq!(format!("{:?}", in_stretches(&text, bytes)), format!("{whole:?}"));
        }
    }

    /// A text of these pieces, each of which stands as it is, encoded or letter-spaced.
    fn mixed(pieces: &[(&str, &str, u8)]) -> String {
        let mut text = String::new();
        for (piece, between, how) in pieces {
            match how {
                0 => text.extend(piece.bytes().map(|byte| format!("%{byte:02x}"))),
                1 => text.extend(piece.bytes().map(|byte| format!("{byte:02x}"))),
                2 => text.extend(piece.chars().map(|letter| format!("{letter} "))),
                3 => text.push_str("=20 =3D %41%42%43 %0a%0a"),
                _ => text.push_str(piece),
            }
            text.push_str(between);
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_view_looked_through_where_it_differs_shows_the_same(
            pieces in prop::collection::vec(
                (prop::sample::select(PIECES), prop::sample::select(BETWEEN), 0_u8..=255), 0..900,
            ),
            rare in 1_u8..60,
        ) {
            let pieces: Vec<_> = pieces.iter().map(|(piece, between, how)| (*piece, *between, how / rare)).collect();
            let text = mixed(&pieces);
            let view = View::fold(&text);
            prop_assert_eq!(format!("{:?}", shared().scan(&view)), format!("{:?}", shared().scan_wholly(&view)), "{}", text);
        }
    }

    #[test]
    fn a_line_of_codes_costs_what_stands_around_it() {
        let paragraph = "Her SSN is 536-90-4399 and she has diabtes.\nCall (617) 555-0134 about it, calnoriste.\n\n";
        let work = |line: &str| {
            let text = format!("{}{line}\n{}", paragraph.repeat(300), paragraph.repeat(300));
            let view = View::fold(&text);
            assert_eq!(
                format!("{:?}", shared().scan(&view)),
                format!("{:?}", shared().scan_wholly(&view))
            );
            work::of(|| shared().scan(&view)).1
        };
        let plain = work("nothing of the kind");
        for line in ["=20 =3D %41%42%43", "d i a b e t e s", "U1NOOiA1MzYtOTAtNDM5OQ=="] {
            assert!(work(line) < plain + plain / 5, "{line}: {} and {plain}", work(line));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn one_look_at_all_forms_hides_no_value(
            pieces in prop::collection::vec((prop::sample::select(PIECES), prop::sample::select(BETWEEN)), 0..20),
            noise in "[0-9A-Z+( \u{e9}\u{df}-]{0,40}",
        ) {
            let mut text: String = pieces.iter().flat_map(|(piece, between)| [*piece, *between]).collect();
            text.push_str(&noise);
            let tokens = super::super::token::tokens(&text);
            let window = Window::whole(&text, &tokens);
            let found = |gate: &Gate| {
                let mut found = Vec::new();
                lane::bare(&window, gate, &shared().bare, |detector| shared().bare_value(detector), &mut found);
                found
            };
            prop_assert_eq!(found(shared().gate()), found(&Gate::default()));
        }
    }

    const PIECES: &[&str] = &[
        "4111 1111 1111 1111",
        "4111 1111",
        "SSN 536-90-4399",
        "536-90-4399 (SSN)",
        "48213377    is her MRN",
        "MRN",
        "name,ssn,date of birth,phone",
        "Ann Lee,536-90-4399,1974-07-02,617-555-0134",
        "MRN\tSSN",
        "38857281\t536904399",
        "Mcneill, Melissa J",
        "Saul D. Brink",
        "ann.lee+x@mail.example.org",
        "chest pain",
        "diabtes and hypertension",
        "type 2 diabetes mellitus of the",
        "12 North Main Street, Springfield, IL 62704",
        "GB82 WEST 1234 5698 7654 32",
        "-----BEGIN PRIVATE KEY-----",
        "https://www.example.org/a?b=c",
        "symptoms include",
        "patient",
        "{\"name\":[{\"family\":\"Okafor\",\"given\":[\"Rosalind\"]}]",
        "\"address\":{\"city\":\"Springfield\"}}",
        "<name><given>Rosalind</given></name>",
        "(617) 555-0134",
    ];
    const BETWEEN: &[&str] = &["\n", " ", ", ", ",", "\t", "\n\n", ": ", ""];

    #[test]
    fn readings_that_overlap_without_end_are_parted_and_none_is_lost() {
        let text = "4111 1111 1111 1111 ".repeat(6_000);
        let cards = |bytes: usize| {
            let found = in_stretches(&text, bytes);
            let cards = found
                .iter()
                .filter(|finding| finding.detector().label() == "CREDIT_CARD");
            cards.count()
        };
        assert!(cards(STRETCH_BYTES) >= cards(usize::MAX));
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
                work::of(|| scanner.scan(&View::fold(&text))).1
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
        "calnoriste cantroseli caronlites ",
        "password is the password for: ",
        "Dr. Mr. Mrs. ",
        "{\"name\":[",
        "<a<a ",
        "<name>",
        "\"{\\\"a",
        "password. ",
        "mysql -u ",
    ];
}
