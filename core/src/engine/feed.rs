//! One message, pushed in pieces.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::evaluate::Spooled;
use super::live::Shadow;
use super::{Engine, EvaluateError, PartTexts};
use crate::message::PartPath;
use crate::policy::Verdict;
use crate::{Timestamp, Transaction};

/// One message that is pushed into the engine in pieces of any size; the verdict is that of the whole.
///
/// Headers and body come apart, as a milter gets them, or together through [`Feed::raw`]. What goes beyond
/// [`Limits::message_bytes`](crate::message::Limits) is not kept, and the scan is then incomplete. A feed belongs to one
/// thread at a time and can be used again after [`Feed::reset`].
///
/// ```
/// # use sealwax::engine::Engine;
/// # use sealwax::{Timestamp, Transaction};
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let mut feed = engine.feed(Transaction::from("nurse@clinic.example")?.to("ann@example.org")?);
/// feed.header(b"Subject", b"hello");
/// feed.body(b"See you ");
/// feed.body(b"at lunch.\r\n");
/// let verdict = feed.finish(Timestamp::EPOCH)?;
/// assert!(verdict.complete);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Feed {
    engine: Engine,
    transaction: Transaction,
    spool: Zeroizing<Vec<u8>>,
    in_body: bool,
    truncated: bool,
    texts: PartTexts,
    /// A candidate that decides too.
    shadow: Option<Arc<Shadow>>,
}

impl Engine {
    /// Begins a message of `transaction`.
    #[must_use]
    pub fn feed(&self, transaction: Transaction) -> Feed {
        Feed {
            engine: self.clone(),
            transaction,
            spool: Zeroizing::new(Vec::new()),
            in_body: false,
            truncated: false,
            texts: PartTexts::new(),
            shadow: None,
        }
    }
}

impl Feed {
    /// The same with a candidate whose differences are counted.
    pub(super) fn beside(self, shadow: Option<Arc<Shadow>>) -> Self {
        Self { shadow, ..self }
    }

    /// Takes one header: its name, and its value with the line breaks of its folds, without the last one.
    ///
    /// A header that comes after the body is kept as text of the body, so that it is scanned.
    pub fn header(&mut self, name: &[u8], value: &[u8]) {
        for piece in [name, b": ", value, b"\r\n"] {
            self.push(piece);
        }
    }

    /// Takes a piece of the body.
    pub fn body(&mut self, chunk: &[u8]) {
        if !self.in_body {
            self.in_body = true;
            self.push(b"\r\n");
        }
        self.push(chunk);
    }

    /// Takes a piece of the raw message, headers included.
    pub fn raw(&mut self, chunk: &[u8]) {
        self.in_body = true;
        self.push(chunk);
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
    /// feed.raw(b"Content-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\n\r\nSUkqAAgAAAAAAA==\r\n");
    /// feed.part_text(PartPath::root().child(1), "Lab report. MRN 38857281, diagnosis: diabetes");
    /// assert!(feed.finish(Timestamp::EPOCH)?.classification.is(&Category::Phi));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn part_text(&mut self, part: PartPath, text: &str) {
        self.texts.add(part, text);
    }

    /// The verdict for what was taken.
    ///
    /// # Errors
    ///
    /// See [`Engine::evaluate_with`].
    pub fn finish(&mut self, now: Timestamp) -> Result<Verdict, EvaluateError> {
        let spooled = Spooled {
            raw: &self.spool,
            truncated: self.truncated,
            texts: &self.texts,
        };
        let verdict = self.engine.evaluate_spooled(spooled, &self.transaction, now)?;
        if let Some(shadow) = &self.shadow {
            shadow.observe(&verdict, spooled, &self.transaction, now);
        }
        Ok(verdict)
    }

    /// Forgets the message, wiping what was kept, and begins the next one.
    pub fn reset(&mut self, transaction: Transaction) {
        self.spool.iter_mut().for_each(|byte| *byte = 0);
        self.spool.clear();
        self.transaction = transaction;
        self.in_body = false;
        self.truncated = false;
        self.texts.clear();
    }

    fn push(&mut self, piece: &[u8]) {
        let room = self.engine.limits().message_bytes.saturating_sub(self.spool.len());
        let taken = piece.get(..room).unwrap_or(piece);
        self.truncated |= taken.len() < piece.len();
        self.make_room(taken.len());
        self.spool.extend_from_slice(taken);
    }

    /// Grows the spool by hand, since a vector that grows by itself leaves an unwiped copy behind.
    fn make_room(&mut self, more: usize) {
        let needed = self.spool.len().saturating_add(more);
        if needed <= self.spool.capacity() {
            return;
        }
        let mut larger = Vec::with_capacity(needed.max(self.spool.capacity().saturating_mul(2)).max(FIRST_BYTES));
        larger.extend_from_slice(&self.spool);
        self.spool = Zeroizing::new(larger);
    }
}

/// Most mail is smaller, so that its spool is allocated once.
const FIRST_BYTES: usize = 16 * 1024;

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed")
            .field("bytes", &self.spool.len())
            .field("truncated", &self.truncated)
            .finish_non_exhaustive()
    }
}
