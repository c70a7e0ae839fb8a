//! Calling work off.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Calls work off, from any thread: what belongs to it stops at the next look, some thousand bytes further on. A clone is a
/// handle to the same one, and it cannot be taken back.
///
/// ```
/// # use sealwax::engine::{Cancel, Engine, EvaluateErrorKind};
/// # use sealwax::{Timestamp, Transaction};
/// let cancel = Cancel::new();
/// let engine = Engine::with_profile("hipaa-2013")?.stopped_by(&cancel);
/// std::thread::scope(|scope| drop(scope.spawn(|| cancel.cancel())));
/// let transaction = Transaction::from("nurse@clinic.example")?.to("ann@example.org")?;
/// let error = engine.evaluate(b"Subject: hello\r\n\r\nSee you.\r\n", &transaction, Timestamp::EPOCH).unwrap_err();
/// assert_eq!(error.kind(), EvaluateErrorKind::Cancelled);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Cancel {
    shared: Arc<Shared>,
}

struct Shared {
    is_cancelled: AtomicBool,
    /// Who else says so.
    ask: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl Cancel {
    /// One that nobody has called yet.
    #[must_use]
    pub fn new() -> Self {
        Self::of(None)
    }

    /// One that is called as well when `ask` says `true`. It is asked on the thread that works, between two pieces of some
    /// thousand bytes: for a host that looks at its signals or its own deadline there.
    ///
    /// ```
    /// # use sealwax::engine::Cancel;
    /// assert!(Cancel::asking(|| true).is_cancelled());
    /// assert!(!Cancel::asking(|| false).is_cancelled());
    /// ```
    #[must_use]
    pub fn asking(ask: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self::of(Some(Box::new(ask)))
    }

    fn of(ask: Option<Box<dyn Fn() -> bool + Send + Sync>>) -> Self {
        let is_cancelled = AtomicBool::new(false);
        Self {
            shared: Arc::new(Shared { is_cancelled, ask }),
        }
    }

    /// Calls the work off.
    pub fn cancel(&self) {
        self.shared.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was called off.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        if !self.shared.is_cancelled.load(Ordering::Relaxed) && self.shared.ask.as_ref().is_some_and(|ask| ask()) {
            self.cancel();
        }
        self.shared.is_cancelled.load(Ordering::Relaxed)
    }
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_cancelled = self.shared.is_cancelled.load(Ordering::Relaxed);
        f.debug_struct("Cancel")
            .field("is_cancelled", &is_cancelled)
            .finish_non_exhaustive()
    }
}
