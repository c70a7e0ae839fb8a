//! The engine that is current, and one that is tried beside it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;

use super::evaluate::Spooled;
use super::{Engine, EvaluateError, Feed, PartTexts};
use crate::policy::{Delivery, Verdict};
use crate::{Timestamp, Transaction};

/// The engine that is current, replaced while messages are on their way.
///
/// A message keeps the engine it began with. A replacement that fails to build never gets here, so the old engine stays:
///
/// ```
/// # use sealwax::engine::{Engine, Live};
/// let live = Live::new(Engine::with_profile("minimal")?);
/// if let Ok(next) = Engine::builder().policy_toml("name = ").build() {
///     live.replace(next);
/// }
/// assert_eq!(live.current().policy().id().name, "minimal");
/// # Ok::<(), sealwax::engine::BuildError>(())
/// ```
#[derive(Debug)]
pub struct Live {
    current: RwLock<Engine>,
    shadow: RwLock<Option<Arc<Shadow>>>,
}

/// A candidate and what was counted of it.
#[derive(Debug)]
pub(super) struct Shadow {
    engine: Engine,
    messages: AtomicU64,
    same: AtomicU64,
    stricter: AtomicU64,
    weaker: AtomicU64,
    otherwise: AtomicU64,
    undecided: AtomicU64,
}

/// How a candidate decided beside the current engine: the counts are of deliveries, one for each recipient.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Differences {
    /// The messages that both decided on.
    pub messages: u64,
    /// Both ask for the same, and take the same way.
    pub same: u64,
    /// The candidate asks for more, and for less in nothing.
    pub stricter: u64,
    /// The candidate asks for less in something.
    pub weaker: u64,
    /// Both ask for the same, and take another way.
    pub otherwise: u64,
    /// The messages that the candidate gave no verdict on, since it does not know a fact that the host names.
    pub undecided: u64,
}

impl Live {
    /// Holds `engine` as the current one.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self {
            current: RwLock::new(engine),
            shadow: RwLock::new(None),
        }
    }

    /// A handle to the current engine; the lock is held only while the handle is copied.
    #[must_use]
    pub fn current(&self) -> Engine {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes `engine` the current one and gives back the one before.
    pub fn replace(&self, engine: Engine) -> Engine {
        std::mem::replace(
            &mut *self.current.write().unwrap_or_else(PoisonError::into_inner),
            engine,
        )
    }

    /// Tries `candidate` beside the current engine from now on, or nothing, and gives back what was counted so far.
    pub fn shadow(&self, candidate: Option<Engine>) -> Differences {
        let shadow = candidate.map(|engine| Arc::new(Shadow::new(engine)));
        let mut held = self.shadow.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *held, shadow).map_or_else(Differences::default, |before| before.counted())
    }

    /// What was counted of the candidate so far.
    #[must_use]
    pub fn differences(&self) -> Differences {
        self.candidate()
            .map_or_else(Differences::default, |shadow| shadow.counted())
    }

    /// Decides with the current engine; a candidate decides too, and only its differences are counted.
    ///
    /// ```
    /// # use sealwax::engine::{Engine, Live};
    /// # use sealwax::{Timestamp, Transaction};
    /// let live = Live::new(Engine::with_profile("minimal")?);
    /// let strict = Engine::builder().policy_toml("[baseline]\nmessage = 'sealed'").build()?;
    /// live.shadow(Some(strict));
    /// let transaction = Transaction::from("ann@clinic.example")?.to("bob@example.org")?;
    /// let verdict = live.evaluate(b"Subject: lunch\r\n\r\nAt noon?\r\n", &transaction, Timestamp::EPOCH)?;
    /// assert_eq!(verdict.policy.name, "minimal");
    /// assert_eq!(live.differences().stricter, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Engine::evaluate`].
    pub fn evaluate(&self, raw: &[u8], transaction: &Transaction, now: Timestamp) -> Result<Verdict, EvaluateError> {
        let verdict = self.current().evaluate(raw, transaction, now)?;
        if let Some(shadow) = self.candidate() {
            shadow.observe(&verdict, Spooled::whole(raw, &PartTexts::new()), transaction, now);
        }
        Ok(verdict)
    }

    /// Begins a message that is pushed in pieces. It keeps the engine and the candidate that are current now, and the
    /// candidate's differences are counted when it is finished.
    #[must_use]
    pub fn feed(&self, transaction: Transaction) -> Feed {
        self.current().feed(transaction).beside(self.candidate())
    }

    fn candidate(&self) -> Option<Arc<Shadow>> {
        self.shadow.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Shadow {
    const fn new(engine: Engine) -> Self {
        Self {
            engine,
            messages: AtomicU64::new(0),
            same: AtomicU64::new(0),
            stricter: AtomicU64::new(0),
            weaker: AtomicU64::new(0),
            otherwise: AtomicU64::new(0),
            undecided: AtomicU64::new(0),
        }
    }

    /// Lets the candidate decide on a message, of which the rest may be missing, and counts how it differs. A candidate
    /// that cannot decide changes nothing for the message, and is counted.
    pub(super) fn observe(&self, live: &Verdict, message: Spooled<'_>, transaction: &Transaction, now: Timestamp) {
        match self.engine.evaluate_spooled(message, transaction, now) {
            Ok(candidate) => self.count(live, &candidate),
            Err(_) => drop(self.undecided.fetch_add(1, Ordering::Relaxed)),
        }
    }

    fn count(&self, live: &Verdict, candidate: &Verdict) {
        self.messages.fetch_add(1, Ordering::Relaxed);
        for (live, candidate) in live.deliveries.iter().zip(&candidate.deliveries) {
            self.counter(live, candidate).fetch_add(1, Ordering::Relaxed);
        }
    }

    fn counter(&self, live: &Delivery, candidate: &Delivery) -> &AtomicU64 {
        if live.requirement == candidate.requirement {
            let is_same = live.action == candidate.action && live.method == candidate.method;
            return if is_same { &self.same } else { &self.otherwise };
        }
        if candidate.requirement.covers(live.requirement) {
            &self.stricter
        } else {
            &self.weaker
        }
    }

    fn counted(&self) -> Differences {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Differences {
            messages: read(&self.messages),
            same: read(&self.same),
            stricter: read(&self.stricter),
            weaker: read(&self.weaker),
            otherwise: read(&self.otherwise),
            undecided: read(&self.undecided),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(policy: &str) -> Engine {
        Engine::builder().policy_toml(policy).build().unwrap()
    }

    #[test]
    fn each_difference_has_its_counter() {
        let transaction = Transaction::from("ann@clinic.example")
            .unwrap()
            .to("bob@example.org")
            .unwrap();
        for (candidate, expected) in [
            ("", [1, 0, 0, 0]),
            ("[baseline]\ntransport = 'dane'\ncrypto = 'aes256-only'", [0, 1, 0, 0]),
            ("[baseline]\ntransport = 'dane'", [0, 1, 0, 0]),
        ] {
            let live = Live::new(engine(""));
            live.shadow(Some(engine(candidate)));
            live.evaluate(b"Subject: lunch\r\n\r\nAt noon?\r\n", &transaction, Timestamp::EPOCH)
                .unwrap();
            let found = live.differences();
            assert_eq!(
                [found.same, found.stricter, found.weaker, found.otherwise],
                expected,
                "{candidate}"
            );
        }
        let live = Live::new(engine("[baseline]\ntransport = 'dane'"));
        live.shadow(Some(engine("")));
        live.evaluate(b"Subject: lunch\r\n\r\nAt noon?\r\n", &transaction, Timestamp::EPOCH)
            .unwrap();
        assert_eq!(live.shadow(None).weaker, 1);
        assert_eq!(live.differences(), Differences::default());
        let live = Live::new(engine("[baseline]\nmessage = 'sealed'"));
        live.shadow(Some(engine("on_unmet = 'drop'\n[baseline]\nmessage = 'sealed'")));
        live.evaluate(b"Subject: lunch\r\n\r\nAt noon?\r\n", &transaction, Timestamp::EPOCH)
            .unwrap();
        assert_eq!(live.differences().otherwise, 1);
    }

    #[test]
    fn a_candidate_that_does_not_know_a_fact_is_counted_and_changes_nothing() {
        let live = Live::new(engine("flags = ['vip']"));
        live.shadow(Some(engine("flags = ['board']")));
        let mut transaction = Transaction::from("ann@clinic.example")
            .unwrap()
            .to("bob@example.org")
            .unwrap();
        transaction.flags.insert("vip".into());
        live.evaluate(b"Subject: lunch\r\n\r\nAt noon?\r\n", &transaction, Timestamp::EPOCH)
            .unwrap();
        let found = live.differences();
        assert_eq!((found.messages, found.undecided), (0, 1));
    }

    #[test]
    fn a_message_in_pieces_is_tried_beside_the_current_engine_too() {
        let live = Live::new(engine(""));
        live.shadow(Some(engine("[baseline]\nmessage = 'sealed'")));
        let transaction = Transaction::from("ann@clinic.example")
            .unwrap()
            .to("bob@example.org")
            .unwrap();
        let mut feed = live.feed(transaction.clone());
        for piece in b"Subject: lunch\r\n\r\nAt noon?\r\n".chunks(7) {
            feed.raw(piece).unwrap();
        }
        feed.finish(Timestamp::EPOCH).unwrap();
        feed.reset(transaction);
        feed.raw(b"Subject: lunch\r\n\r\nAt one?\r\n").unwrap();
        feed.finish(Timestamp::EPOCH).unwrap();
        let found = live.differences();
        assert_eq!((found.messages, found.stricter), (2, 2));
    }
}
