//! What is in a message: the units through the scanner, the findings together.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use zeroize::Zeroizing;

use super::silence::Changed;
use super::{Engine, EvaluateError, PartTexts};
use crate::Transaction;
use crate::classify::{
    Category, Classification, Context, Gathered, Level, Participants, Strictness, WhyNot, structure,
};
use crate::detect::{Finding, Role, Scratch, Sense, is_blank_form};
use crate::ground::Watch;
use crate::message::{Anomaly, Header, Message, OpaqueKind, Place, TextUnit};
use crate::policy::Content;
use crate::text::{Span, View};

/// What is in a message.
#[derive(Clone, Debug)]
pub struct Scan {
    /// What the message is.
    pub classification: Classification,
    /// Whether everything in it could be inspected.
    pub complete: bool,
    /// What is odd about its form.
    pub anomalies: Vec<Anomaly>,
    /// What it holds that cannot be read, by kind.
    pub opaque: BTreeSet<OpaqueKind>,
    /// How readily words of health beside a person were taken for PHI.
    pub strictness: Strictness,
    /// Every rule of composition that holds in it, whatever the setting; `classification.rule` is the first that the setting
    /// uses.
    pub rules: Vec<String>,
    /// Why it is no PHI, where it is none: the rule that comes nearest, and what it lacks.
    pub why_not: Option<WhyNot>,
    /// What was found, in the order of the text units and, in each, of the text; no more than
    /// [`Limits::findings`](crate::message::Limits::findings).
    pub entities: Vec<Entity>,
    /// How many findings there are beyond those that are listed; what the message is takes them all in. One that several
    /// readings of a text show may count for each.
    pub unlisted: u64,
}

/// A finding as it is shown.
#[derive(Clone)]
pub struct Entity {
    /// The type, such as `US_SSN`.
    pub label: String,
    /// Where in the message its text unit stands.
    pub place: Place,
    /// What inside of the place the text was drawn from; see [`TextUnit::member`].
    pub member: Option<String>,
    /// Where it stands in the decoded text, in bytes; `None` when the text is neither the decoded content of the part nor
    /// the text that the host read in it.
    pub span: Option<Span>,
    /// The same in Unicode code points.
    pub code_points: Option<Range<usize>>,
    /// How sure it is, from 0 to 1.
    pub confidence: f64,
    /// Whether it is a misspelling of what it stands for.
    pub fuzzy: bool,
    /// Why it is one, in words that show nothing of it; see [`Finding::why`].
    pub why: String,
    text: Option<Zeroizing<String>>,
}

impl Entity {
    /// The matched text, where the scan was asked to keep it.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_ref().map(|text| text.as_str())
    }
}

impl fmt::Debug for Entity {
    /// Shows what was found and where, never the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Entity");
        shown
            .field("label", &self.label)
            .field("place", &self.place)
            .field("span", &self.span);
        shown.field("confidence", &self.confidence).finish_non_exhaustive()
    }
}

impl Engine {
    /// Finds out what is in a message, without the matched text. Cannot fail.
    ///
    /// ```
    /// # use sealwax::engine::Engine;
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let scan = engine.scan(b"Subject: hello\r\n\r\nHer SSN is 536-90-4399.\r\n");
    /// assert_eq!(scan.entities[0].label, "US_SSN");
    /// assert_eq!(scan.entities[0].code_points, Some(11..22));
    /// assert_eq!(scan.entities[0].text(), None);
    /// # Ok::<(), sealwax::engine::BuildError>(())
    /// ```
    #[must_use]
    pub fn scan(&self, raw: &[u8]) -> Scan {
        self.scanned(raw, Text::Forget)
    }

    /// As [`Engine::scan`], with what the host read in parts that the engine cannot read.
    ///
    /// # Errors
    ///
    /// [`EvaluateErrorKind::UnknownPart`](super::EvaluateErrorKind::UnknownPart) for the text of a part that the message
    /// does not have. See [`PartTexts`] for an example.
    pub fn scan_with(&self, raw: &[u8], texts: &PartTexts) -> Result<Scan, EvaluateError> {
        let watch = self.watch(self.limits(), None);
        let message = Self::parse_with(raw, texts, self.limits(), &watch)?;
        Ok(Inspection::new(self, message, &watch, Some(Text::Forget)).scan())
    }

    /// As [`Engine::scan`], for one text without a message around it; it counts as part 1.
    #[must_use]
    pub fn scan_text(&self, text: &str) -> Scan {
        self.scanned_text(text, Text::Forget)
    }

    /// As [`Engine::scan`], with the matched text in each entity: for somebody who may read the message.
    #[must_use]
    pub fn scan_keeping_text(&self, raw: &[u8]) -> Scan {
        self.scanned(raw, Text::Keep)
    }

    /// As [`Engine::scan_text`], with the matched text in each entity.
    #[must_use]
    pub fn scan_text_keeping_text(&self, text: &str) -> Scan {
        self.scanned_text(text, Text::Keep)
    }

    fn scanned(&self, raw: &[u8], text: Text) -> Scan {
        let watch = self.watch(self.limits(), None);
        let message = Message::parse_watched(raw, self.limits(), &watch);
        Inspection::new(self, message, &watch, Some(text)).scan()
    }

    fn scanned_text(&self, text: &str, keep: Text) -> Scan {
        let watch = self.watch(self.limits(), None);
        Inspection::new(self, Message::from_text(text), &watch, Some(keep)).scan()
    }
}

/// Whether entities keep the matched text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Forget,
    Keep,
}

/// A message and what its findings come to.
pub(super) struct Inspection<'e> {
    engine: &'e Engine,
    message: Message,
    whole: Gathered<'e>,
    subject: Gathered<'e>,
    blank: Blank,
    changed: Changed,
    scratch: Scratch,
    entities: Vec<Entity>,
    unlisted: u64,
}

impl<'e> Inspection<'e> {
    /// Looks through `message` as far as `watch` lets it go on. With `text` the findings are listed.
    pub(super) fn new(engine: &'e Engine, message: Message, watch: &Watch<'_>, text: Option<Text>) -> Self {
        let limit = engine.limits().findings;
        let mut inspection = Self {
            engine,
            whole: Gathered::new(limit, Participants::of(&message), &engine.inner.composition),
            subject: Gathered::new(limit, Participants::default(), &engine.inner.composition),
            message,
            blank: Blank::default(),
            changed: Changed::default(),
            scratch: Scratch::default(),
            entities: Vec::new(),
            unlisted: 0,
        };
        let units = inspection.message.take_units();
        for unit in units.iter().take_while(|_| watch.stop().is_none()) {
            inspection.look(unit, watch, text);
        }
        inspection.message.give_units(units);
        if let Some(stop) = watch.stop() {
            inspection.message.note_stop(stop);
        }
        inspection
    }

    /// Looks through one text unit.
    fn look(&mut self, unit: &TextUnit, watch: &Watch<'_>, text: Option<Text>) {
        let limit = self.engine.limits().findings;
        let is_subject = *unit.place() == Place::Subject;
        let mut view = Some(unit.view());
        let made = view.as_ref().map(structure).unwrap_or_default();
        if is_subject {
            self.subject.begin(unit.place(), made.clone());
        }
        self.whole.begin(unit.place(), made);
        let (mut changed, mut scratch) = (std::mem::take(&mut self.changed), std::mem::take(&mut self.scratch));
        let (mut tells, mut unlisted) = (false, 0_u64);
        let mut gather = |finding: &Finding| {
            tells |= tells_of_care(finding);
            self.whole.add(finding);
            if is_subject {
                self.subject.add(finding);
            }
        };
        let findings = self.engine.findings(
            (unit, &mut view),
            limit,
            watch,
            (&mut changed, &mut scratch),
            &mut |finding| {
                unlisted = unlisted.saturating_add(u64::from(is_shown(&finding)));
                gather(&finding);
            },
        );
        findings.iter().for_each(&mut gather);
        self.whole.end();
        if is_subject {
            self.subject.end();
        }
        (self.changed, self.scratch) = (changed, scratch);
        self.blank.add(unit, view, tells);
        self.unlisted = self.unlisted.saturating_add(unlisted);
        if let Some(text) = text {
            self.list(unit, &findings, text);
        }
    }

    /// Lists the findings of a unit, as long as there is room.
    fn list(&mut self, unit: &TextUnit, findings: &[Finding], text: Text) {
        let room = self.engine.limits().findings.saturating_sub(self.entities.len());
        let shown = || findings.iter().filter(|finding| is_shown(finding));
        let mut counter = CodePoints::new(unit.text());
        self.entities.extend(
            shown()
                .take(room)
                .map(|finding| entity(unit, finding, text, &mut counter)),
        );
        let left = u64::try_from(shown().skip(room).count()).unwrap_or(u64::MAX);
        self.unlisted = self.unlisted.saturating_add(left);
    }

    /// What the whole message is.
    fn classification(&self, context: &Context) -> Classification {
        let mut classification = self.whole.classification(context);
        let reasons = self.engine.inner.silence.reasons(&self.changed);
        classification.reasons.extend(reasons);
        classification.silenced.clone_from(&self.changed.silenced);
        classification.forms.clone_from(&self.changed.forms);
        classification
    }

    /// What the policy needs to know of the message.
    pub(super) fn content(&self, transaction: &Transaction) -> Content {
        let classification = self.classification(&self.context(transaction));
        Content {
            subject_level: self.subject_level(&classification),
            classification,
            complete: self.message.is_complete(),
            anomalies: self
                .message
                .anomalies()
                .iter()
                .map(|anomaly| anomaly.kind.name().to_owned())
                .collect(),
            opaque: self.opaque(),
            triggers: self.triggers(transaction),
        }
    }

    /// How sensitive the subject is. Beside a recipient's address, health words in it are as good as PHI when the
    /// message is.
    fn subject_level(&self, message: &Classification) -> Level {
        let alone = Context {
            strictness: self.engine.strictness(),
            ..Context::default()
        };
        let level = self.subject.classification(&alone).level;
        if message.is(&Category::Phi) && self.subject.tells_of_health() {
            return level.max(Level::Sensitive);
        }
        level
    }

    fn scan(self) -> Scan {
        let context = self.context(&Transaction::default());
        let classification = self.classification(&context);
        let is_phi = classification.is(&Category::Phi);
        Scan {
            rules: self.whole.rules(&context),
            why_not: (!is_phi).then(|| self.whole.why_not(&context)),
            classification,
            complete: self.message.is_complete(),
            anomalies: self.message.anomalies().to_vec(),
            opaque: self.opaque(),
            strictness: self.engine.strictness(),
            entities: self.entities,
            unlisted: self.unlisted,
        }
    }

    /// What the host, the policy and the message's own headers say beside the text. Of a header that stands twice each
    /// counts: one more must not hide the other.
    fn context(&self, transaction: &Transaction) -> Context {
        let policy = self.engine.policy();
        let mut context = policy.context(transaction, self.values("List-Id").next(), self.values("From").next());
        let lists = self.values("List-Id").skip(1);
        let lists = lists.map(|id| policy.context(transaction, Some(id), None));
        let senders = self.values("From").skip(1);
        let senders = senders.map(|from| policy.context(transaction, None, Some(from)));
        for further in lists.chain(senders) {
            context.health_list |= further.health_list;
            context.health_sender |= further.health_sender;
        }
        context.participants.clone_from(self.whole.participants());
        context.strictness = self.engine.strictness();
        context.blank_form = self.blank.is_blank();
        context.discussion = self.is_discussion();
        self.add_opaque(&mut context);
        context
    }

    /// Whether a list hands it on to which its members post: `List-Post` names where (RFC 2369, section 3.4), or is `NO` for
    /// a newsletter; older lists say `Precedence: list`.
    fn is_discussion(&self) -> bool {
        self.values("List-Post").any(|post| post.contains('<'))
            || self
                .values("Precedence")
                .any(|precedence| precedence.trim().eq_ignore_ascii_case("list"))
    }

    /// The kinds of what cannot be read.
    fn opaque(&self) -> BTreeSet<OpaqueKind> {
        self.message.opaque().iter().map(|opaque| opaque.kind).collect()
    }

    /// What nobody read. A decoration tells nothing, unless it is all that there is.
    fn add_opaque(&self, context: &mut Context) {
        let unread = self.message.opaque().iter().filter(|opaque| !opaque.is_read);
        let mut unread = unread.map(|opaque| opaque.kind).peekable();
        if unread.peek().is_none() {
            return;
        }
        let is_alone = !self.says_something();
        context.only_opaque = is_alone;
        context.opaque = unread.filter(|kind| kind.may_tell() || is_alone).collect();
    }

    /// Whether the parts hold more than a few words.
    fn says_something(&self) -> bool {
        let texts = self.message.units().iter().filter(|unit| unit.is_content());
        let words = texts.map(|unit| {
            let is_word = |word: &&str| word.chars().filter(|letter| letter.is_alphabetic()).nth(1).is_some();
            let view = unit.view();
            view.text().split_whitespace().filter(is_word).take(FEW_WORDS).count()
        });
        words.sum::<usize>() >= FEW_WORDS
    }

    /// The values of every header of this name.
    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let headers = self.message.headers().iter();
        let named = headers.filter(move |header| header.name().eq_ignore_ascii_case(name));
        named.map(Header::value)
    }

    fn triggers(&self, transaction: &Transaction) -> BTreeSet<String> {
        let headers = self
            .message
            .headers()
            .iter()
            .map(|header| (header.name(), header.value()));
        let recipients: Vec<_> = transaction
            .recipients
            .iter()
            .map(|recipient| recipient.address.clone())
            .collect();
        self.engine
            .policy()
            .triggers(self.message.subject().unwrap_or_default(), headers, &recipients)
    }
}

/// With fewer words than this a text says no more than that something comes with it: `See attached`, `FYI`, the line
/// that a telephone adds below what it sends.
const FEW_WORDS: usize = 8;

/// Whether every text that speaks of health or care is a form that nobody filled in.
#[derive(Default)]
struct Blank {
    tells: bool,
    is_filled: bool,
}

impl Blank {
    /// Takes in a unit, of which `view` is what a reader sees; `tells` says whether it speaks of health or care.
    fn add(&mut self, unit: &TextUnit, view: Option<View<'_>>, tells: bool) {
        if tells && !self.is_filled {
            self.tells = true;
            self.is_filled = !is_blank_form(view.unwrap_or_else(|| unit.view()).text());
        }
    }

    const fn is_blank(&self) -> bool {
        self.tells && !self.is_filled
    }
}

fn tells_of_care(finding: &Finding) -> bool {
    let detector = finding.detector();
    let other = detector
        .category()
        .is_some_and(|category| *category != Category::PersonalIdentifier);
    other
        || detector
            .senses()
            .iter()
            .any(|sense| sense.role() == Role::Health || *sense == Sense::Pay)
}

/// Words that only say how others are meant are not shown.
fn is_shown(finding: &Finding) -> bool {
    finding.detector().category().is_some()
}

fn entity(unit: &TextUnit, finding: &Finding, keep: Text, counter: &mut CodePoints<'_>) -> Entity {
    let span = finding.span();
    let code_points = counter.range(span);
    let own = unit.has_offsets();
    let text = unit.text().get(span.start..span.end).filter(|_| keep == Text::Keep);
    Entity {
        label: finding.detector().label().to_owned(),
        place: unit.place().clone(),
        member: unit.member().map(str::to_owned),
        span: own.then_some(span),
        code_points: if own { code_points } else { None },
        confidence: finding.confidence(),
        fuzzy: finding.is_fuzzy(),
        why: finding.why(),
        text: text.map(|text| Zeroizing::new(text.to_owned())),
    }
}

/// Counts code points in one sweep over a text whose spans come in the order of their starts.
struct CodePoints<'a> {
    text: &'a str,
    bytes: usize,
    count: usize,
}

impl<'a> CodePoints<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: 0,
            count: 0,
        }
    }

    fn range(&mut self, span: Span) -> Option<Range<usize>> {
        self.count = self
            .count
            .saturating_add(self.text.get(self.bytes..span.start)?.chars().count());
        self.bytes = span.start;
        let within = self.text.get(span.start..span.end)?.chars().count();
        Some(self.count..self.count.saturating_add(within))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_are_counted_in_one_sweep() {
        let mut counter = CodePoints::new("é 1 ü 22");
        assert_eq!(counter.range(Span::new(3, 4)), Some(2..3));
        assert_eq!(counter.range(Span::new(3, 7)), Some(2..5));
        assert_eq!(counter.range(Span::new(8, 10)), Some(6..8));
    }

    #[test]
    fn a_second_list_or_sender_cannot_hide_the_one_of_health() {
        let policy = "[[list]]\nid = 'dialysis.clinic.example'\nhealth = true\n\
                      [[sender]]\nname = 'dialysis'\nmembers = ['dialysis.example']\nhealth = true";
        let engine = Engine::builder().policy_toml(policy).build().unwrap();
        for headers in [
            "List-Id: <news.clinic.example>\nList-Id: <dialysis.clinic.example>",
            "List-Id: <dialysis.clinic.example>\nList-Id: <news.clinic.example>",
            "From: a@clinic.example\nFrom: a@dialysis.example",
            "From: a@dialysis.example\nFrom: a@clinic.example",
        ] {
            let verdict = engine
                .evaluate(
                    format!("{headers}\n\nOur office moves.\n").as_bytes(),
                    &Transaction::from("a@clinic.example")
                        .unwrap()
                        .to("b@example.org")
                        .unwrap(),
                    crate::Timestamp::EPOCH,
                )
                .unwrap();
            assert!(verdict.classification.implied_phi, "{headers}");
        }
    }

    #[test]
    fn in_what_a_discussion_list_hands_on_names_alone_identify_nobody() {
        let engine = Engine::builder().strictness(Strictness::Strict).build().unwrap();
        let rule = |headers: &str, text: &str| {
            let scan = engine.scan(format!("{headers}\nFrom: bob@list.example\n\n{text}\n").as_bytes());
            scan.classification.rule
        };
        let (list, named) = ("List-Post: <mailto:talk@list.example>", "Peter Lang has HIV.");
        assert_eq!(rule(list, named), None);
        assert_eq!(rule("Precedence: list", named), None);
        assert_eq!(rule(list, "I was prescribed it for my lupus."), None);
        // Who only reads does not discuss, and a number identifies everywhere.
        for headers in [
            "List-Post: NO",
            "List-Id: <news.clinic.example>",
            "Precedence: bulk",
            "Subject: x",
        ] {
            assert!(rule(headers, named).is_some(), "{headers}");
        }
        for text in [
            "His MRN is 38857281. He has HIV.",
            "Dear Ann,\n\nyour biopsy shows a melanoma.",
        ] {
            assert!(rule(list, text).is_some(), "{text}");
        }
        let scan = engine.scan(format!("{list}\n\n{named}\n").as_bytes());
        assert!(scan.why_not.unwrap().lacks[0].words.starts_with("a discussion list"));
    }

    #[test]
    fn the_matched_text_is_kept_only_on_request_and_never_shown_by_debug() {
        let engine = Engine::with_profile("hipaa-2013").unwrap();
        let kept = engine.scan_text_keeping_text("SSN 536-90-4399");
        assert_eq!(kept.entities[0].text(), Some("536-90-4399"));
        assert!(!format!("{kept:?}").contains("536-90"));
        assert_eq!(engine.scan_text("SSN 536-90-4399").entities[0].text(), None);
    }

    #[test]
    fn a_policy_adds_its_own_rule_over_its_own_words_and_switches_one_off() {
        let policy = |classification: &str| {
            format!(
                "[[term]]\nid = 'programmes'\ncategory = 'treatment'\nwords = ['lotus circle']\nsenses = ['visit']\n\
                 {classification}"
            )
        };
        let rule = "[[classification.rule]]\nid = 'programme'\nsays = 'somebody of a programme'\nperson = ['full-name']\n\
                    health = ['visit']\nwithin = 'sentence'\nstrictness = 'narrow'\n\
                    examples = ['Moira Teague joins the lotus circle.']\ncounterexamples = ['Moira Teague joins the choir.']";
        let engine = |text: String| Engine::builder().policy_toml(text).build();
        let text = "Peter Lang comes to the lotus circle.";
        assert_eq!(engine(policy("")).unwrap().scan_text(text).classification.rule, None);
        let own = engine(policy(rule)).unwrap().scan_text(text);
        assert_eq!(own.classification.rule.as_deref(), Some("programme"));
        assert_eq!(own.classification.level, Level::Sensitive);

        let wrong = engine(policy(&rule.replace("the choir", "the lotus circle, too"))).unwrap_err();
        assert_eq!(wrong.kind(), crate::engine::BuildErrorKind::Policy);
        assert!(
            wrong.line().is_some() && wrong.to_string().contains("counterexample 1"),
            "{wrong}"
        );

        let text = "Peter Lang has HIV.";
        let rule_of = |rules: &str| {
            engine(format!("[classification.rules]\n{rules}"))
                .unwrap()
                .scan_text(text)
        };
        let before = rule_of("").classification.rule.unwrap();
        let after = rule_of(&format!("{before} = 'off'")).classification.rule;
        assert_ne!(after.as_deref(), Some(before.as_str()));
    }
}
