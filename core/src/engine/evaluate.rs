//! From a message and a transaction to a verdict.

use super::scan::Inspection;
use super::{Engine, PartTexts};
#[cfg(feature = "serde")]
use crate::Address;
use crate::ground::{Stop, Watch};
use crate::message::{Limits, Message};
#[cfg(feature = "serde")]
use crate::policy::Outcome;
use crate::policy::{Content, Delivery, FactError, Verdict};
use crate::{Timestamp, Transaction};

impl Engine {
    /// Decides how a message travels to each recipient of `transaction`.
    ///
    /// # Errors
    ///
    /// [`EvaluateErrorKind::NoRecipients`] when the transaction has none, and [`EvaluateErrorKind::Fact`] when it names
    /// something that the policy does not know; see [`Policy::decide`](crate::policy::Policy::decide).
    ///
    /// ```
    /// # use sealwax::engine::Engine;
    /// # use sealwax::policy::Method;
    /// # use sealwax::{Timestamp, Transaction};
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let transaction = Transaction::from("nurse@clinic.example")?.to("ann@example.org")?;
    /// let raw = b"Subject: your results\r\n\r\nMRN 12345678, diagnosis: diabetes, HbA1c 9.1\r\n";
    /// let verdict = engine.evaluate(raw, &transaction, Timestamp::EPOCH)?;
    /// assert_eq!(verdict.deliveries[0].method, Some(Method::Portal));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn evaluate(&self, raw: &[u8], transaction: &Transaction, now: Timestamp) -> Result<Verdict, EvaluateError> {
        self.evaluate_with(raw, &PartTexts::new(), transaction, now)
    }

    /// As [`Engine::evaluate`], with what the host read in parts that the engine cannot read.
    ///
    /// # Errors
    ///
    /// As [`Engine::evaluate`], and [`EvaluateErrorKind::UnknownPart`] for the text of a part that the message does not
    /// have: what was read there belongs to another message, or to another place.
    ///
    /// ```
    /// # use sealwax::engine::{Engine, EvaluateErrorKind, PartTexts};
    /// # use sealwax::message::PartPath;
    /// # use sealwax::{Timestamp, Transaction};
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let transaction = Transaction::from("nurse@clinic.example")?.to("ann@example.org")?;
    /// let mut texts = PartTexts::new();
    /// texts.add(PartPath::root().child(7), "a referral");
    /// let error = engine.evaluate_with(b"\r\nhello\r\n", &texts, &transaction, Timestamp::EPOCH).unwrap_err();
    /// assert_eq!(error.kind(), EvaluateErrorKind::UnknownPart);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn evaluate_with(
        &self,
        raw: &[u8],
        texts: &PartTexts,
        transaction: &Transaction,
        now: Timestamp,
    ) -> Result<Verdict, EvaluateError> {
        self.evaluate_spooled(Spooled::whole(raw, texts), transaction, now)
    }

    /// Decides for content that is already classified: a facts file without its message.
    ///
    /// # Errors
    ///
    /// As [`Engine::evaluate`].
    pub fn evaluate_content(
        &self,
        content: &Content,
        transaction: &Transaction,
        now: Timestamp,
    ) -> Result<Verdict, EvaluateError> {
        if transaction.recipients.is_empty() {
            return Err(Cause::NoRecipients.into());
        }
        Ok(self.verdict(content, self.policy().decide(content, transaction, now)?))
    }

    fn verdict(&self, content: &Content, deliveries: Vec<Delivery>) -> Verdict {
        Verdict {
            policy: self.policy().id().clone(),
            classification: content.classification.clone(),
            complete: content.complete,
            deliveries,
        }
    }

    /// Decides again for one recipient after an attempt to deliver, as if its outcome had been known before.
    ///
    /// A host calls it when a contract could not be met: the delivery then goes by the next method that satisfies, or by
    /// what the policy says when none does. See [`Policy::report_outcome`](crate::policy::Policy::report_outcome), which
    /// takes a message that is classified already.
    ///
    /// # Errors
    ///
    /// [`EvaluateErrorKind::UnknownRecipient`] when the transaction has no such recipient, else as [`Engine::evaluate`].
    ///
    /// ```
    /// # use sealwax::engine::Engine;
    /// # use sealwax::policy::{Method, Outcome};
    /// # use sealwax::evidence::FailureType;
    /// # use sealwax::{Timestamp, Transaction};
    /// let engine = Engine::with_profile("minimal")?;
    /// let transaction = Transaction::from("ann@clinic.example")?.to("bob@example.org")?;
    /// let raw = b"Subject: lunch\r\n\r\nAt noon?\r\n";
    /// let failed = Outcome::Failed(FailureType::StarttlsNotSupported);
    /// let verdict = engine.report_outcome(raw, &transaction, &"bob@example.org".parse()?, failed, Timestamp::EPOCH)?;
    /// assert_eq!(verdict.deliveries[0].method, Some(Method::Portal));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "serde")]
    pub fn report_outcome(
        &self,
        raw: &[u8],
        transaction: &Transaction,
        recipient: &Address,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<Verdict, EvaluateError> {
        let texts = PartTexts::new();
        let content = self.content(Spooled::whole(raw, &texts), transaction)?;
        let delivery = self
            .policy()
            .report_outcome(&content, transaction, recipient, outcome, now)?
            .ok_or(Cause::UnknownRecipient)?;
        Ok(self.verdict(&content, vec![delivery]))
    }

    /// As [`Engine::evaluate`], for a message of which the rest may be missing.
    pub(super) fn evaluate_spooled(
        &self,
        message: Spooled<'_>,
        transaction: &Transaction,
        now: Timestamp,
    ) -> Result<Verdict, EvaluateError> {
        if transaction.recipients.is_empty() {
            return Err(Cause::NoRecipients.into());
        }
        let content = self.content(message, transaction)?;
        self.evaluate_content(&content, transaction, now)
    }

    /// What the policy needs to know of a message.
    fn content(&self, message: Spooled<'_>, transaction: &Transaction) -> Result<Content, EvaluateError> {
        let watch = self.watch(self.limits(), None);
        let parsed = Self::parse_with(message.raw, message.texts, self.limits(), &watch)?;
        self.content_of(parsed, message.truncated, transaction, &watch)
    }

    /// The same of a message that is read, of which the rest may be missing.
    pub(super) fn content_of(
        &self,
        message: Message,
        truncated: bool,
        transaction: &Transaction,
        watch: &Watch<'_>,
    ) -> Result<Content, EvaluateError> {
        let mut content = Inspection::new(self, message, watch, None).content(transaction);
        content.complete &= !truncated;
        if watch.stop() == Some(Stop::Cancelled) {
            return Err(Cause::Cancelled.into());
        }
        Ok(content)
    }

    /// The message with what the host read in it.
    pub(super) fn parse_with(
        raw: &[u8],
        texts: &PartTexts,
        limits: &Limits,
        watch: &Watch<'_>,
    ) -> Result<Message, EvaluateError> {
        let mut message = Message::parse_watched(raw, limits, watch);
        if watch.stop() == Some(Stop::Cancelled) {
            return Err(Cause::Cancelled.into());
        }
        let handed_in = texts.hand_in(&mut message);
        handed_in.map_err(|_| Cause::UnknownPart)?;
        Ok(message)
    }
}

/// A message as a feed keeps it.
#[derive(Clone, Copy)]
pub(super) struct Spooled<'a> {
    pub(super) raw: &'a [u8],
    /// Whether the rest of it is missing.
    pub(super) truncated: bool,
    /// What the host read in its parts.
    pub(super) texts: &'a PartTexts,
}

impl<'a> Spooled<'a> {
    pub(super) const fn whole(raw: &'a [u8], texts: &'a PartTexts) -> Self {
        Self {
            raw,
            truncated: false,
            texts,
        }
    }
}

/// The host asked for something that has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct EvaluateError(#[from] Cause);

/// What was wrong with the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EvaluateErrorKind {
    /// The host called it off.
    Cancelled,
    /// A fact of the host's counts for nothing as it stands; [`EvaluateError::fact`] says which.
    Fact,
    /// The feed has given its verdict, and the message is gone.
    Finished,
    /// The transaction has no recipients.
    NoRecipients,
    /// A piece of the message was refused, see [`FeedError`](super::FeedError).
    Refused,
    /// A text is of a part that the message does not have.
    UnknownPart,
    /// The outcome is of a recipient whom the transaction does not have.
    UnknownRecipient,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Cause {
    #[error("it was called off before its end, so that there is no verdict")]
    Cancelled,
    #[error(transparent)]
    Fact(#[from] FactError),
    #[error("the feed has given its verdict, and the message is gone: reset it for the next one")]
    Finished,
    #[error(
        "a piece of the message was refused, so that there is no verdict: reset the feed and take the message again"
    )]
    Refused,
    #[error("the transaction has no recipients: add at least one before asking for a verdict")]
    NoRecipients,
    #[error(
        "a text is of a part that the message does not have: parts have IMAP section numbers, such as `2` or `1.2`"
    )]
    UnknownPart,
    #[error("the outcome is of a recipient whom the transaction does not have")]
    UnknownRecipient,
}

impl EvaluateError {
    /// There is no verdict on a message that was called off.
    pub(super) fn cancelled() -> Self {
        Cause::Cancelled.into()
    }

    /// There is one verdict on a message.
    pub(super) fn finished() -> Self {
        Cause::Finished.into()
    }

    /// Nobody is to get the message.
    pub(super) fn no_recipients() -> Self {
        Cause::NoRecipients.into()
    }

    /// There is no verdict on a message without a piece of it.
    pub(super) fn refused() -> Self {
        Cause::Refused.into()
    }

    /// What was wrong with the question.
    #[must_use]
    pub fn kind(&self) -> EvaluateErrorKind {
        match &self.0 {
            Cause::Cancelled => EvaluateErrorKind::Cancelled,
            Cause::Fact(_) => EvaluateErrorKind::Fact,
            Cause::Finished => EvaluateErrorKind::Finished,
            Cause::NoRecipients => EvaluateErrorKind::NoRecipients,
            Cause::Refused => EvaluateErrorKind::Refused,
            Cause::UnknownPart => EvaluateErrorKind::UnknownPart,
            Cause::UnknownRecipient => EvaluateErrorKind::UnknownRecipient,
        }
    }

    /// The fact that counts for nothing as it stands: its field, its recipient, and what would do.
    ///
    /// ```
    /// # use sealwax::engine::Engine;
    /// # use sealwax::{Timestamp, Transaction};
    /// let engine = Engine::builder().policy_toml("purposes = ['billing', 'newsletter']").build()?;
    /// let mut transaction = Transaction::from("ann@clinic.example")?.to("bob@example.org")?;
    /// transaction.purpose = Some("newsletters".into());
    /// let error = engine.evaluate(b"Subject: lunch\r\n\r\nAt noon?\r\n", &transaction, Timestamp::EPOCH).unwrap_err();
    /// assert_eq!(error.fact().and_then(|fact| fact.nearest()), Some("newsletter"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn fact(&self) -> Option<&FactError> {
        match &self.0 {
            Cause::Fact(error) => Some(error),
            Cause::Cancelled
            | Cause::Finished
            | Cause::NoRecipients
            | Cause::Refused
            | Cause::UnknownPart
            | Cause::UnknownRecipient => None,
        }
    }
}

impl From<FactError> for EvaluateError {
    fn from(error: FactError) -> Self {
        Self(error.into())
    }
}
