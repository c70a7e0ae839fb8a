//! One message, pushed in pieces.

use std::fmt;
use std::sync::Arc;

use super::evaluate::Spooled;
use super::live::Shadow;
use super::spool::Spool;
use super::{Cancel, Engine, EvaluateError, PartTexts};
use crate::message::{Limits, PartPath};
use crate::policy::Verdict;
use crate::{Timestamp, Transaction};

/// One message that is pushed into the engine in pieces of any size; the verdict is that of the whole.
///
/// Headers and body come apart, as a milter gets them, or together through [`Feed::raw`]. What goes beyond
/// [`Limits::message_bytes`](crate::message::Limits) is not kept, and the scan is then incomplete. A feed belongs to one
/// thread at a time and can be used again after [`Feed::reset`]. Another thread can call it off by [`Feed::cancel`], and
/// [`Feed::deadline`] bounds what its message may cost.
///
/// All feeds of an engine together hold no more than its [budget](super::EngineBuilder::feed_budget). A piece that goes
/// beyond it is refused with an error, and so is the verdict: a host answers with a temporary failure (451 in SMTP).
///
/// ```
/// # use sealwax::engine::Engine;
/// # use sealwax::{Timestamp, Transaction};
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let mut feed = engine.feed(Transaction::from("nurse@clinic.example")?.to("ann@example.org")?);
/// feed.header(b"Subject", b"hello")?;
/// feed.body(b"See you ")?;
/// feed.body(b"at lunch.\r\n")?;
/// let verdict = feed.finish(Timestamp::EPOCH)?;
/// assert!(verdict.complete);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Feed {
    engine: Engine,
    transaction: Transaction,
    spool: Spool,
    in_body: bool,
    truncated: bool,
    texts: PartTexts,
    limits: Limits,
    cancel: Cancel,
    /// The bytes taken from the budget of the engine.
    held: usize,
    phase: Phase,
    /// A candidate that decides too.
    shadow: Option<Arc<Shadow>>,
}

/// How far a message is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It takes pieces.
    Taking,
    /// A piece was refused: there is no verdict.
    Refused,
    /// The verdict was asked for.
    Finished,
}

impl Engine {
    /// Begins a message of `transaction`.
    #[must_use]
    pub fn feed(&self, transaction: Transaction) -> Feed {
        Feed {
            engine: self.clone(),
            transaction,
            spool: Spool::default(),
            in_body: false,
            truncated: false,
            texts: PartTexts::new(),
            limits: *self.limits(),
            cancel: Cancel::new(),
            held: 0,
            phase: Phase::Taking,
            shadow: None,
        }
    }

    /// The bytes that all feeds of this engine hold now.
    ///
    /// ```
    /// # use sealwax::{Engine, Transaction};
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let mut feed = engine.feed(Transaction::from("nurse@clinic.example")?.to("ann@example.org")?);
    /// feed.raw(b"Subject: hello\r\n\r\nSee you.\r\n")?;
    /// assert!(engine.fed_bytes() >= 28);
    /// drop(feed);
    /// assert_eq!(engine.fed_bytes(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn fed_bytes(&self) -> usize {
        self.inner.feeds.held()
    }
}

impl Feed {
    /// The same with a candidate whose differences are counted.
    pub(super) fn beside(mut self, shadow: Option<Arc<Shadow>>) -> Self {
        self.shadow = shadow;
        self
    }

    /// What calls this message off, from any thread: it takes no more pieces then, and gives no verdict. The next message
    /// after a reset has another one, so that a call that comes late stops nothing else.
    ///
    /// ```
    /// # use sealwax::engine::{Engine, EvaluateErrorKind, FeedErrorKind};
    /// # use sealwax::{Timestamp, Transaction};
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let mut feed = engine.feed(Transaction::from("nurse@clinic.example")?.to("ann@example.org")?);
    /// let cancel = feed.cancel();
    /// std::thread::scope(|scope| drop(scope.spawn(|| cancel.cancel())));
    /// assert_eq!(feed.body(b"See you.").unwrap_err().kind(), FeedErrorKind::Cancelled);
    /// assert_eq!(feed.finish(Timestamp::EPOCH).unwrap_err().kind(), EvaluateErrorKind::Cancelled);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Bounds what this message may cost, in the units of [`Limits::work`], of which each byte takes about one for each time
    /// that it is looked at; more than the engine allows is not to be had. What is left when they are spent is not
    /// inspected: the message is then incomplete, which raises. It holds until the next reset.
    ///
    /// ```
    /// # use sealwax::{Engine, Timestamp, Transaction};
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let mut feed = engine.feed(Transaction::from("nurse@clinic.example")?.to("ann@example.org")?);
    /// feed.deadline(1_000);
    /// feed.raw("Subject: hello\r\n\r\n".as_bytes())?;
    /// feed.raw(&b"See you at lunch. ".repeat(1_000))?;
    /// assert!(!feed.finish(Timestamp::EPOCH)?.complete);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deadline(&mut self, work: u64) {
        self.limits.work = self.engine.limits().work.min(work);
    }

    /// Takes one header: its name, and its value with the line breaks of its folds, without the last one.
    ///
    /// A header that comes after the body is kept as text of the body, so that it is scanned.
    ///
    /// # Errors
    ///
    /// As [`Feed::raw`].
    pub fn header(&mut self, name: &[u8], value: &[u8]) -> Result<(), FeedError> {
        [name, b": ", value, b"\r\n"]
            .into_iter()
            .try_for_each(|piece| self.push(piece))
    }

    /// Takes a piece of the body.
    ///
    /// # Errors
    ///
    /// As [`Feed::raw`].
    pub fn body(&mut self, chunk: &[u8]) -> Result<(), FeedError> {
        if !self.in_body {
            self.in_body = true;
            self.push(b"\r\n")?;
        }
        self.push(chunk)
    }

    /// Takes a piece of the raw message, headers included.
    ///
    /// # Errors
    ///
    /// [`FeedErrorKind::Budget`] when all feeds of the engine together would hold more than its
    /// [budget](super::EngineBuilder::feed_budget), [`FeedErrorKind::Cancelled`] when the message was called off. There is
    /// no verdict then, whatever comes after it, until a reset. [`FeedErrorKind::Finished`] after [`Feed::finish`].
    pub fn raw(&mut self, chunk: &[u8]) -> Result<(), FeedError> {
        self.in_body = true;
        self.push(chunk)
    }

    /// Takes the text that the host read in the part with this IMAP section number: the OCR of a picture or a fax, the
    /// transcript of a dictation. It is scanned as the part's own text, and may come at any time before the end.
    ///
    /// ```
    /// # use sealwax::engine::Engine;
    /// # use sealwax::classify::Category;
    /// # use sealwax::message::PartPath;
    /// # use sealwax::{Timestamp, Transaction};
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let mut feed = engine.feed(Transaction::from("nurse@clinic.example")?.to("ann@example.org")?);
    /// feed.raw(b"Content-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\n\r\nSUkqAAgAAAAAAA==\r\n")?;
    /// feed.part_text(PartPath::root().child(1), "Lab report. MRN 38857281, diagnosis: diabetes")?;
    /// assert!(feed.finish(Timestamp::EPOCH)?.classification.is(&Category::Phi));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Feed::raw`].
    pub fn part_text(&mut self, part: PartPath, text: &str) -> Result<(), FeedError> {
        if self.phase == Phase::Finished {
            return self.refuse(FeedErrorKind::Finished);
        }
        self.hold(text.len())?;
        self.texts.add(part, text);
        Ok(())
    }

    /// The verdict for what was taken, once: the message is forgotten as soon as it is read, so that it is not held beside
    /// its own texts, and the feed takes no more until a reset.
    ///
    /// ```
    /// # use sealwax::engine::{Engine, EvaluateErrorKind, FeedErrorKind};
    /// # use sealwax::{Timestamp, Transaction};
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let mut feed = engine.feed(Transaction::from("nurse@clinic.example")?.to("ann@example.org")?);
    /// feed.raw(b"Subject: hello\r\n\r\nSee you at lunch.\r\n")?;
    /// assert!(feed.finish(Timestamp::EPOCH)?.complete);
    /// assert_eq!(feed.finish(Timestamp::EPOCH).unwrap_err().kind(), EvaluateErrorKind::Finished);
    /// assert_eq!(feed.body(b"And at dinner.\r\n").unwrap_err().kind(), FeedErrorKind::Finished);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`Engine::evaluate_with`]; and [`EvaluateErrorKind::Cancelled`](super::EvaluateErrorKind::Cancelled) when the
    /// message was called off, [`EvaluateErrorKind::Refused`](super::EvaluateErrorKind::Refused) when a piece of it was
    /// refused, [`EvaluateErrorKind::Finished`](super::EvaluateErrorKind::Finished) when there was a verdict, or an error in
    /// its place, before.
    pub fn finish(&mut self, now: Timestamp) -> Result<Verdict, EvaluateError> {
        if self.cancel.is_cancelled() {
            return Err(EvaluateError::cancelled());
        }
        match self.phase {
            Phase::Finished => return Err(EvaluateError::finished()),
            Phase::Refused => return Err(EvaluateError::refused()),
            Phase::Taking => self.phase = Phase::Finished,
        }
        self.spool.join();
        let verdict = self.verdict(now);
        if let (Some(shadow), Ok(verdict)) = (&self.shadow, &verdict) {
            shadow.observe(verdict, self.spooled(), &self.transaction, now);
        }
        self.forget();
        verdict
    }

    /// Reads the message, forgets it at once unless a candidate reads it too, and decides.
    fn verdict(&mut self, now: Timestamp) -> Result<Verdict, EvaluateError> {
        if self.transaction.recipients.is_empty() {
            return Err(EvaluateError::no_recipients());
        }
        let (engine, cancel) = (self.engine.clone(), self.cancel.clone());
        let watch = engine.watch(&self.limits, Some(&cancel));
        let message = Engine::parse_with(self.spool.joined(), &self.texts, &self.limits, &watch)?;
        if self.shadow.is_none() {
            self.forget();
        }
        let content = engine.content_of(message, self.truncated, &self.transaction, &watch)?;
        engine.evaluate_content(&content, &self.transaction, now)
    }

    fn spooled(&self) -> Spooled<'_> {
        Spooled {
            raw: self.spool.joined(),
            truncated: self.truncated,
            texts: &self.texts,
        }
    }

    /// Forgets the message, wiping what was kept, and begins the next one.
    pub fn reset(&mut self, transaction: Transaction) {
        self.forget();
        self.transaction = transaction;
        self.in_body = false;
        self.truncated = false;
        self.phase = Phase::Taking;
        self.limits = *self.engine.limits();
        self.cancel = Cancel::new();
    }

    /// Wipes what was taken, and gives its bytes back to the budget of the engine.
    fn forget(&mut self) {
        self.spool.clear();
        self.texts.clear();
        let kept = self.spool.capacity();
        self.engine.inner.feeds.give_back(self.held.saturating_sub(kept));
        self.held = kept;
    }

    fn push(&mut self, piece: &[u8]) -> Result<(), FeedError> {
        if self.cancel.is_cancelled() {
            return self.refuse(FeedErrorKind::Cancelled);
        }
        if self.phase == Phase::Finished {
            return self.refuse(FeedErrorKind::Finished);
        }
        let room = self.engine.limits().message_bytes.saturating_sub(self.spool.len());
        let taken = piece.get(..room).unwrap_or(piece);
        self.truncated |= taken.len() < piece.len();
        let needed = self.spool.needed(taken.len());
        self.hold(needed)?;
        self.spool.push(taken, needed);
        Ok(())
    }

    /// Takes `bytes` from the budget of the engine.
    fn hold(&mut self, bytes: usize) -> Result<(), FeedError> {
        if !self.engine.inner.feeds.take(bytes) {
            return self.refuse(FeedErrorKind::Budget);
        }
        self.held = self.held.saturating_add(bytes);
        Ok(())
    }

    fn refuse(&mut self, kind: FeedErrorKind) -> Result<(), FeedError> {
        if self.phase == Phase::Taking {
            self.phase = Phase::Refused;
        }
        Err(FeedError(kind))
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.engine.inner.feeds.give_back(self.held);
    }
}

/// A piece of a message is refused, and there is no verdict on the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.sentence())]
pub struct FeedError(FeedErrorKind);

impl FeedError {
    /// Why.
    #[must_use]
    pub const fn kind(self) -> FeedErrorKind {
        self.0
    }
}

/// Why a piece of a message is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FeedErrorKind {
    /// All feeds of the engine together hold as much as they may.
    Budget,
    /// The message was called off.
    Cancelled,
    /// The verdict was asked for before.
    Finished,
}

impl FeedErrorKind {
    const fn sentence(self) -> &'static str {
        match self {
            Self::Budget => "all feeds of the engine together hold as much as they may: try again when some have ended",
            Self::Cancelled => "the message was called off, so that it takes no more",
            Self::Finished => "the feed has given its verdict, and takes no more: reset it for the next message",
        }
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed")
            .field("bytes", &self.spool.len())
            .field("truncated", &self.truncated)
            .finish_non_exhaustive()
    }
}
