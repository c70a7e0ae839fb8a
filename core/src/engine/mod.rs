//! The engine: the policy compiled once, and every message taken through the rooms.
//!
//! An [`Engine`] is immutable and shared by any number of threads; a clone is a handle to the same one. A [`Feed`] takes
//! one message in pieces, as a mail server gives it. [`Live`] holds the engine that is current and lets it be replaced
//! while messages are on their way.

mod budget;
mod builder;
#[cfg(feature = "serde")]
mod bundle;
mod evaluate;
mod feed;
mod findings;
mod live;
mod redact;
mod scan;
mod silence;
mod spool;
mod texts;

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

pub use crate::ground::Cancel;
use budget::Budget;
pub use builder::{BuildError, BuildErrorKind, EngineBuilder};
pub use evaluate::{EvaluateError, EvaluateErrorKind};
pub use feed::{Feed, FeedError, FeedErrorKind};
pub use live::{Differences, Live};
pub use redact::{RedactError, RedactErrorKind};
pub use scan::{Entity, Scan};
pub use texts::PartTexts;

use crate::classify::{Composition, Strictness};
use crate::crypto::Provider;
use crate::detect::{FormSet, Roster, Scanner};
use crate::ground::Watch;
use crate::message::{Limits, Message};
use crate::policy::Policy;
use crate::redact::Placeholders;
use crate::seal::{Identity, OpenError, Opener, Recipient, SealError, Sealer};

/// A policy and the scanner that it asks for, ready for messages. Immutable, and shared by clones.
///
/// ```
/// # use sealwax::engine::Engine;
/// # use sealwax::{Timestamp, Transaction};
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let transaction = Transaction::from("nurse@clinic.example")?.to("ann@example.org")?;
/// let verdict = engine.evaluate(b"Subject: hello\r\n\r\nSee you at lunch.\r\n", &transaction, Timestamp::EPOCH)?;
/// assert_eq!(verdict.deliveries.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    /// Who may call off what this handle is asked for.
    cancel: Option<Cancel>,
}

/// What clones of an engine share.
struct Inner {
    policy: Policy,
    limits: Limits,
    scanner: Scanner,
    rosters: Vec<Roster>,
    forms: Vec<FormSet>,
    silence: silence::Silence,
    placeholders: Placeholders,
    strictness: Strictness,
    composition: Composition,
    provider: Provider,
    feeds: Budget,
}

impl Engine {
    /// Begins an engine of the built-in profile `hipaa-2013`, until the builder is told otherwise.
    #[must_use]
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// An engine of a built-in profile.
    ///
    /// # Errors
    ///
    /// [`BuildErrorKind::Policy`] when there is no profile of this name.
    pub fn with_profile(name: &str) -> Result<Self, BuildError> {
        Self::builder().profile(name).build()
    }

    /// An engine from what [`EngineBuilder::compile`] gave, such as a file that `sealwax compile` wrote and that the host
    /// mapped. Nothing is parsed but the policy, and what lies there for ever is not copied: processes share it.
    ///
    /// ```
    /// # use sealwax::engine::Engine;
    /// let bundle = Engine::builder().policy_toml("include = [\"hipaa-2013\"]").compile()?;
    /// let engine = Engine::from_bundle(bundle.leak())?;
    /// assert_eq!(engine.scan_text("His SSN is 536-90-4399.").entities.len(), 1);
    /// # Ok::<(), sealwax::engine::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`EngineBuilder::build`] says of [`EngineBuilder::bundle`]. A policy that names rosters needs their key, which only the
    /// builder takes.
    #[cfg(feature = "serde")]
    pub fn from_bundle(bytes: &'static [u8]) -> Result<Self, BuildError> {
        Self::builder().bundle(bytes).build()
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// How readily words of health beside a person are taken for PHI.
    #[must_use]
    pub fn strictness(&self) -> Strictness {
        self.inner.strictness
    }

    /// The limits within which messages are read.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// The memory that the dictionaries of the scanner hold, in bytes; see [`Scanner::memory`].
    ///
    /// ```
    /// # use sealwax::engine::Engine;
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// assert!((1 << 20..64 << 20).contains(&engine.scanner_memory()));
    /// # Ok::<(), sealwax::engine::BuildError>(())
    /// ```
    #[must_use]
    pub fn scanner_memory(&self) -> usize {
        self.inner.scanner.memory()
    }

    /// Who does the cryptography.
    #[must_use]
    pub fn provider(&self) -> Provider {
        self.inner.provider
    }

    /// A handle to the same engine, whose work `cancel` calls off: a scan is then incomplete, with the anomaly `cancelled`,
    /// and there is no verdict and no redacted message. Sealing and opening are not stopped.
    ///
    /// ```
    /// # use sealwax::engine::{Cancel, Engine};
    /// # use sealwax::message::AnomalyKind;
    /// let cancel = Cancel::new();
    /// let engine = Engine::with_profile("hipaa-2013")?.stopped_by(&cancel);
    /// cancel.cancel();
    /// let scan = engine.scan(b"Subject: hello\r\n\r\nHer SSN is 536-90-4399.\r\n");
    /// assert_eq!((scan.complete, scan.anomalies[0].kind), (false, AnomalyKind::Cancelled));
    /// # Ok::<(), sealwax::engine::BuildError>(())
    /// ```
    #[must_use]
    pub fn stopped_by(&self, cancel: &Cancel) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            cancel: Some(cancel.clone()),
        }
    }

    /// The watch over one message that may cost so much, and that `cancel` calls off as well.
    fn watch<'a>(&'a self, limits: &Limits, cancel: Option<&'a Cancel>) -> Watch<'a> {
        Watch::new(limits.work, [self.cancel.as_ref(), cancel])
    }

    /// Takes a message apart. Cannot fail: what cannot be read is an anomaly, or makes the message incomplete.
    #[must_use]
    pub fn parse(&self, raw: &[u8]) -> Message {
        Message::parse(raw, self.limits())
    }

    /// Seals `plaintext` for `recipients`, with an empty context.
    ///
    /// # Errors
    ///
    /// See [`Sealer::seal`].
    pub fn seal(&self, plaintext: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, SealError> {
        let sealer = recipients.iter().fold(Sealer::new(self.inner.provider), |sealer, to| {
            sealer.recipient(to.clone())
        });
        sealer.seal(plaintext)
    }

    /// Opens a sealed message with the first of `identities` that can, releasing nothing before the last byte verified.
    ///
    /// # Errors
    ///
    /// One opaque [`OpenError`] for every reason.
    pub fn open(&self, sealed: &[u8], identities: &[Identity]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let opener = identities.iter().fold(Opener::new(self.inner.provider), |opener, by| {
            opener.identity(by.clone())
        });
        opener.open(sealed)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("policy", self.inner.policy.id())
            .finish_non_exhaustive()
    }
}
