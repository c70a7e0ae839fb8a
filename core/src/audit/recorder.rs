//! From a verdict to records.

use std::fmt;

use zeroize::Zeroizing;

use super::{Record, SCHEMA_VERSION};
use crate::crypto::{hex, hmac_sha256};
use crate::policy::{AuditLevel, Delivery, Verdict};
use crate::{Address, Domain, Timestamp, Transaction};

/// The key of the pseudonyms. Whoever holds it can tell whether a record is about an address that they know.
#[derive(Clone)]
pub struct PseudonymKey(Zeroizing<[u8; 32]>);

impl PseudonymKey {
    /// The key with these bytes, which the host keeps apart from the records.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The pseudonym of `text`: HMAC-SHA-256 (RFC 2104), the first 16 bytes in hexadecimal.
    ///
    /// ASCII case does not matter, since the domain of an address has none and its local part has none in practice.
    #[must_use]
    pub fn pseudonym(&self, text: &str) -> String {
        let mac = hmac_sha256(&self.0, text.to_ascii_lowercase().as_bytes());
        hex(mac.get(..PSEUDONYM_BYTES).unwrap_or(&mac))
    }
}

/// 128 bits: no two of 2^50 addresses share a pseudonym by chance.
const PSEUDONYM_BYTES: usize = 16;

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey(..)")
    }
}

/// Turns verdicts into records.
#[derive(Clone, Debug)]
pub struct Recorder {
    key: PseudonymKey,
}

impl Recorder {
    /// A recorder whose pseudonyms are made with `key`.
    #[must_use]
    pub fn new(key: PseudonymKey) -> Self {
        Self { key }
    }

    /// One record for each recipient of `transaction`, for which `verdict` was given `at` a time.
    ///
    /// ```
    /// # use sealwax::audit::{PseudonymKey, Recorder};
    /// # use sealwax::engine::Engine;
    /// # use sealwax::{Timestamp, Transaction};
    /// let engine = Engine::with_profile("hipaa-2013")?;
    /// let transaction = Transaction::from("nurse@clinic.example")?.to("ann@example.org")?;
    /// let verdict = engine.evaluate(b"Subject: hello\r\n\r\nSee you.\r\n", &transaction, Timestamp::EPOCH)?;
    /// let recorder = Recorder::new(PseudonymKey::new([7; 32]));
    /// let records = recorder.decisions(&verdict, &transaction, Some("<1@clinic.example>"), Timestamp::EPOCH);
    /// assert_eq!(records[0].recipient_domain, "example.org");
    /// assert!(!format!("{records:?}").contains("ann@"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn decisions(
        &self,
        verdict: &Verdict,
        transaction: &Transaction,
        message_id: Option<&str>,
        at: Timestamp,
    ) -> Vec<Record> {
        let deliveries = verdict.deliveries.iter().zip(&transaction.recipients);
        let record = |(delivery, recipient): (&Delivery, &crate::Recipient)| Record {
            schema: SCHEMA_VERSION,
            at,
            engine: env!("CARGO_PKG_VERSION"),
            policy: verdict.policy.clone(),
            message: message_id.map(|id| self.key.pseudonym(id)),
            sender: self.key.pseudonym(&transaction.sender.key()),
            sender_domain: domain(&transaction.sender),
            recipient: self.key.pseudonym(&delivery.recipient.key()),
            recipient_domain: domain(&delivery.recipient),
            stream: transaction.stream.clone(),
            purpose: transaction.purpose.clone(),
            level: verdict.classification.level,
            categories: verdict.classification.categories.clone(),
            counts: verdict.classification.counts.clone(),
            complete: verdict.complete,
            requirement: delivery.requirement,
            why: delivery.why.clone(),
            rejected: delivery.rejected.clone(),
            action: delivery.action,
            method: delivery.method,
            contract: delivery.transport.clone(),
            waiver: delivery.waiver.clone(),
            evidence: match delivery.requirement.audit {
                AuditLevel::Normal => Vec::new(),
                AuditLevel::Full => recipient.evidence.clone(),
            },
        };
        deliveries.map(record).collect()
    }
}

fn domain(address: &Address) -> String {
    address.domain().map(Domain::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_hangs_on_the_key_and_on_the_address() {
        let (one, other) = (PseudonymKey::new([1; 32]), PseudonymKey::new([2; 32]));
        assert_eq!(one.pseudonym("Ann@Example.org"), one.pseudonym("ann@example.org"));
        assert_ne!(one.pseudonym("ann@example.org"), one.pseudonym("bob@example.org"));
        assert_ne!(one.pseudonym("ann@example.org"), other.pseudonym("ann@example.org"));
    }

    #[test]
    fn the_key_does_not_show_in_debug() {
        assert_eq!(
            format!("{:?}", Recorder::new(PseudonymKey::new([0xAB; 32]))),
            "Recorder { key: PseudonymKey(..) }"
        );
    }
}
