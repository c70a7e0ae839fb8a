//! What became of a delivery, and what is decided then.

use super::decide::Decider;
use super::{Content, Delivery, FactError, Policy};
use crate::evidence::{Evidence, EvidenceKind, FailureType, Transport};
use crate::{Address, Timestamp, Transaction};

/// How an attempt to deliver went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was delivered, over a connection of this level.
    Delivered(Transport),
    /// The contract could not be met; the name is that of a TLS report (RFC 8460, section 4.3).
    Failed(FailureType),
}

impl Outcome {
    /// The outcome of this name: that of the level over which it was delivered, such as `verified`, or of a failure, such
    /// as `certificate-expired`.
    ///
    /// ```
    /// # use sealwax::evidence::{FailureType, Transport};
    /// # use sealwax::policy::Outcome;
    /// assert_eq!(Outcome::named("verified"), Some(Outcome::Delivered(Transport::Verified)));
    /// assert_eq!(Outcome::named("tlsa-invalid"), Some(Outcome::Failed(FailureType::TlsaInvalid)));
    /// assert_eq!(Outcome::named("fine"), None);
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let level = Transport::ALL.into_iter().find(|level| level.name() == name);
        let failure = || FailureType::ALL.into_iter().find(|failure| failure.name() == name);
        level.map(Self::Delivered).or_else(|| failure().map(Self::Failed))
    }

    /// The evidence that the host keeps for the recipient's domain.
    ///
    /// ```
    /// # use sealwax::Timestamp;
    /// # use sealwax::evidence::FailureType;
    /// # use sealwax::policy::Outcome;
    /// let evidence = Outcome::Failed(FailureType::StarttlsNotSupported).evidence(Timestamp::EPOCH);
    /// assert!(evidence.failed);
    /// ```
    #[must_use]
    pub fn evidence(self, now: Timestamp) -> Evidence {
        let (level, failed) = match self {
            Self::Delivered(level) => (level, false),
            Self::Failed(failure) => (failure.level(), true),
        };
        Evidence {
            failed,
            ..Evidence::new(EvidenceKind::LastDelivery, level, now)
        }
    }
}

impl Policy {
    /// Decides again for `recipient` after an attempt to deliver, as if its outcome had been known before.
    ///
    /// A contract that could not be met takes TLS out of the choice as far as it failed, so the message goes by the next
    /// method that satisfies, or by what the policy says when none does. `None` when the transaction has no such
    /// recipient.
    ///
    /// # Errors
    ///
    /// As [`Policy::decide`].
    ///
    /// ```
    /// # use sealwax::evidence::FailureType;
    /// # use sealwax::policy::{Content, Method, Outcome, Policy};
    /// # use sealwax::{Timestamp, Transaction};
    /// let policy = Policy::profile("minimal")?;
    /// let harmless = Content { complete: true, ..Content::default() };
    /// let transaction = Transaction::from("ann@clinic.example")?.to("bob@example.org")?;
    /// let first = policy.decide(&harmless, &transaction, Timestamp::EPOCH)?;
    /// assert_eq!(first[0].method, Some(Method::Tls));
    /// let outcome = Outcome::Failed(FailureType::StarttlsNotSupported);
    /// let bob = "bob@example.org".parse()?;
    /// let second = policy.report_outcome(&harmless, &transaction, &bob, outcome, Timestamp::EPOCH)?;
    /// assert_eq!(second.unwrap().method, Some(Method::Portal));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn report_outcome(
        &self,
        content: &Content,
        transaction: &Transaction,
        recipient: &Address,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<Option<Delivery>, FactError> {
        let unknown = self.vocabulary.check(content, transaction, now)?;
        let decider = Decider::new(self, content, transaction, unknown, now);
        let mut recipients = transaction.recipients.iter().enumerate();
        let known = recipients.find(|(_, known)| known.address == *recipient);
        Ok(known.map(|(place, known)| decider.deliver(place, &known.clone().evidence(outcome.evidence(now)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_failure_is_that_of_a_report() {
        for failure in FailureType::ALL {
            assert_eq!(serde_json::to_value(failure).unwrap(), failure.name());
            assert_eq!(Outcome::named(failure.name()), Some(Outcome::Failed(failure)));
        }
    }
}
