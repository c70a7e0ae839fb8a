//! Minimisation of texts and messages.

use super::Engine;
use super::silence::Changed;
use crate::detect::{Detector, Finding, ROSTER_LABELS, Scanner, Scratch};
use crate::ground::{Stop, Watch};
use crate::message::{Anomaly, AnomalyKind, Message, TextUnit};
use crate::redact::{
    Effort, Gone, Identified, Identifiers, Letter, Mark, Purpose, Redaction, Summary, names, participants, rewrite,
};

impl Engine {
    /// The types that this engine can find, such as `US_SSN`: those of the catalogue, of the policy and of rosters. Several
    /// detectors may find one type, which then comes several times.
    ///
    /// ```
    /// # use sealwax::Engine;
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// assert!(engine.types().any(|name| name == "US_SSN"));
    /// # Ok::<(), sealwax::engine::BuildError>(())
    /// ```
    pub fn types(&self) -> impl Iterator<Item = &str> {
        types(&self.inner.scanner)
    }

    /// `text` without what identifies somebody, and what was taken out.
    ///
    /// # Errors
    ///
    /// [`RedactError`] when something is still found after every effort, or not everything could be looked through; nothing is
    /// given out then.
    ///
    /// ```
    /// # use sealwax::Engine;
    /// # use sealwax::redact::Redaction;
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let (text, summary) = engine.redact_text("MRN 38857281; file 38857281 again", &Redaction::by_type())?;
    /// assert_eq!(text, "MRN [MRN]; file [MRN] again");
    /// assert_eq!(summary.redacted["MRN"], 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn redact_text(&self, text: &str, redaction: &Redaction) -> Result<(String, Summary), RedactError> {
        let mut gone = Gone::default();
        let mut message = Message::from_text(text);
        for effort in EFFORTS {
            let texts = self.rewritten(&message, redaction, effort, &mut gone)?;
            let Some(text) = texts.into_iter().next().flatten() else {
                let text = message.units().first().map(|unit| unit.text().to_owned());
                return Ok((text.unwrap_or_default(), summary(gone)));
            };
            message = Message::from_text(&text);
        }
        Err(RedactErrorKind::Unsettled.into())
    }

    /// A raw message without what identifies somebody, and what was taken out.
    ///
    /// It is written anew: the subject and every part that is text, rewritten; a line in the place of every other part;
    /// addresses that are nobody's; of the date, the year. All other header fields, file names included, are gone.
    ///
    /// # Errors
    ///
    /// As [`Engine::redact_text`].
    ///
    /// ```
    /// # use sealwax::Engine;
    /// # use sealwax::redact::Redaction;
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let raw = b"From: Ann Lee <ann@example.org>\r\nSubject: MRN 38857281\r\n\r\nHer SSN is 536-90-4399.\r\n";
    /// let (raw, summary) = engine.redact(raw, &Redaction::by_type())?;
    /// let text = String::from_utf8(raw)?;
    /// assert!(text.contains("From: redacted@redacted.invalid\r\nSubject: MRN [MRN]\r\n"));
    /// assert!(text.ends_with("\r\n\r\nHer SSN is [US_SSN].\r\n"));
    /// assert_eq!(summary.redacted.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn redact(&self, raw: &[u8], redaction: &Redaction) -> Result<(Vec<u8>, Summary), RedactError> {
        let mut message = self.read(raw)?;
        let mut gone = Gone::default();
        for name in participants(&message, redaction) {
            self.inner.scanner.introduce_if_listed(&mut gone.people, &name);
        }
        let mut written = None;
        for effort in EFFORTS {
            let texts = self.rewritten(&message, redaction, effort, &mut gone)?;
            if let (Some((bytes, removed)), true) = (&written, texts.iter().all(Option::is_none)) {
                let removed = Vec::clone(removed);
                return Ok((
                    Vec::clone(bytes),
                    Summary {
                        removed,
                        ..summary(gone)
                    },
                ));
            }
            let (bytes, removed) = Letter::write(&message, &texts, redaction);
            message = self.read(&bytes)?;
            // What the first round removed is a line of text in the next.
            let first = written.map(|(_, removed)| removed);
            written = Some((bytes, first.unwrap_or(removed)));
        }
        Err(RedactErrorKind::Unsettled.into())
    }

    /// The identifiers of 45 CFR 164.514(b)(2) in a raw message, and whether `purpose` needs them.
    ///
    /// # Errors
    ///
    /// [`RedactErrorKind::Cancelled`] when it was called off, [`RedactErrorKind::WorkLimit`] when not everything could be
    /// looked through: half of a list would be taken for all of it.
    ///
    /// ```
    /// # use sealwax::Engine;
    /// # use sealwax::redact::Purpose;
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let raw = b"Subject: your visit\r\n\r\nYour SSN is 536-90-4399.\r\n";
    /// let found = engine.identifiers(raw, Some(Purpose::named("appointment")?))?;
    /// assert_eq!((found[0].label.as_str(), found[0].safe_harbor, found[0].needed), ("US_SSN", 'G', Some(false)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn identifiers(&self, raw: &[u8], purpose: Option<Purpose>) -> Result<Vec<Identified>, RedactError> {
        let watch = self.watch(self.limits(), None);
        let message = Message::parse_watched(raw, self.limits(), &watch);
        let was_costly = |anomaly: &Anomaly| anomaly.kind == AnomalyKind::WorkLimit;
        if message.anomalies().iter().any(was_costly) {
            return Err(RedactErrorKind::WorkLimit.into());
        }
        self.identified(&message, &watch, purpose)
    }

    /// As [`Engine::identifiers`], for one text without a message around it.
    ///
    /// # Errors
    ///
    /// As [`Engine::identifiers`].
    pub fn identifiers_in_text(&self, text: &str, purpose: Option<Purpose>) -> Result<Vec<Identified>, RedactError> {
        let watch = self.watch(self.limits(), None);
        self.identified(&Message::from_text(text), &watch, purpose)
    }

    fn identified(
        &self,
        message: &Message,
        watch: &Watch<'_>,
        purpose: Option<Purpose>,
    ) -> Result<Vec<Identified>, RedactError> {
        let limit = self.limits().findings;
        let mut identifiers = Identifiers::default();
        let mut scratch = Scratch::default();
        for unit in message.units() {
            let kept = (&mut Changed::default(), &mut scratch);
            let beyond = &mut |finding: Finding| identifiers.add(&finding);
            let findings = self.findings((unit, &mut None), limit, watch, kept, beyond);
            identifiers.add_all(&findings);
        }
        went_on(watch)?;
        Ok(identifiers.named(purpose))
    }

    /// A message, read until somebody calls it off.
    fn read(&self, raw: &[u8]) -> Result<Message, RedactError> {
        let watch = self.watch(self.limits(), None);
        let message = Message::parse_watched(raw, self.limits(), &watch);
        if watch.stop() == Some(Stop::Cancelled) {
            return Err(RedactErrorKind::Cancelled.into());
        }
        Ok(message) // what was not read for its cost is no text, and is not given out
    }

    /// Per text unit of `message`, its new text; `None` where there is nothing to take out. However many findings there
    /// are, all of them go.
    fn rewritten(
        &self,
        message: &Message,
        redaction: &Redaction,
        effort: Effort,
        gone: &mut Gone,
    ) -> Result<Vec<Option<String>>, RedactError> {
        let watch = self.watch(self.limits(), None);
        let (mut named, mut scratch) = (Vec::new(), Scratch::default());
        let all: Vec<Vec<Mark>> = {
            let search = gone.values.search();
            let marks = |unit: &TextUnit| {
                let kept = (&mut Changed::default(), &mut scratch);
                let findings = self.findings((unit, &mut None), usize::MAX, &watch, kept, &mut drop);
                named.extend(names(unit, &findings, redaction).map(|(name, is_titled)| (name.to_owned(), is_titled)));
                Mark::of(
                    unit,
                    &findings,
                    redaction,
                    search.as_ref(),
                    gone,
                    &self.inner.placeholders,
                )
            };
            message.units().iter().map(marks).collect()
        };
        went_on(&watch)?;
        for (name, is_titled) in named {
            self.inner.scanner.introduce(&mut gone.people, &name, is_titled);
        }
        let units = message.units().iter().zip(&all);
        let new = |(unit, marks): (&TextUnit, &Vec<Mark>)| {
            (!marks.is_empty()).then(|| rewrite(unit.text(), marks, redaction, effort, gone))
        };
        Ok(units.map(new).collect())
    }
}

/// The types of what a scanner and rosters find.
pub(super) fn types(scanner: &Scanner) -> impl Iterator<Item = &str> {
    scanner.detectors().map(Detector::label).chain(ROSTER_LABELS)
}

/// An error when the work was stopped.
fn went_on(watch: &Watch<'_>) -> Result<(), RedactError> {
    match watch.stop() {
        Some(Stop::Cancelled) => Err(RedactErrorKind::Cancelled.into()),
        Some(Stop::Spent) => Err(RedactErrorKind::WorkLimit.into()),
        None => Ok(()),
    }
}

fn summary(gone: Gone) -> Summary {
    Summary {
        redacted: gone.counts,
        removed: Vec::new(),
    }
}

/// The rounds. A label that stays in the text may announce the next value when the first is gone; where that does not
/// end, whole lines go, and then the whole text.
const EFFORTS: [Effort; 10] = [
    Effort::Value,
    Effort::Value,
    Effort::Value,
    Effort::Value,
    Effort::Value,
    Effort::Line,
    Effort::Line,
    Effort::Line,
    Effort::Whole,
    Effort::Whole,
];

/// There is no redacted message, so that nothing is given out that identifies somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.sentence())]
pub struct RedactError(RedactErrorKind);

impl RedactError {
    /// Why.
    #[must_use]
    pub const fn kind(self) -> RedactErrorKind {
        self.0
    }
}

impl From<RedactErrorKind> for RedactError {
    fn from(kind: RedactErrorKind) -> Self {
        Self(kind)
    }
}

/// Why there is no redacted message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedactErrorKind {
    /// The host called it off.
    Cancelled,
    /// What identifies somebody is still found after every effort.
    Unsettled,
    /// Looking for identifiers costs more than [`Limits::work`](crate::message::Limits::work).
    WorkLimit,
}

impl RedactErrorKind {
    const fn sentence(self) -> &'static str {
        match self {
            Self::Cancelled => "it was called off before its end, so that nothing is given out",
            Self::Unsettled => "identifiers are still found after every effort to take them out",
            Self::WorkLimit => {
                "looking for identifiers costs more work than the limit `work`, so that nothing is given out"
            }
        }
    }
}
