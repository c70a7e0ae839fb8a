//! A policy from anywhere, and a decision under it.

use crate::evidence::Transport;
use crate::policy::{Content, Policy, Resources};
use crate::{Timestamp, Transaction};

/// Reads `input` as a policy in either form; where it is one, decides under it and checks that nothing unknown leaves
/// in clear text.
pub fn policy(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let none = Resources::new();
    for read in [Policy::from_toml(text, &none), Policy::from_json(text, &none)] {
        match read {
            Ok(policy) => decide(&policy),
            Err(error) => drop(error.to_string()),
        }
    }
}

fn decide(policy: &Policy) {
    let transaction = Transaction::from("ann@clinic.example").and_then(|transaction| transaction.to("bob@example.org"));
    let Ok(transaction) = transaction else {
        return;
    };
    let Ok(deliveries) = policy.decide(&Content::default(), &transaction, Timestamp::EPOCH) else {
        return;
    };
    for delivery in deliveries {
        let level = delivery
            .transport
            .as_ref()
            .map_or(Transport::None, |contract| contract.level);
        let is_bare = delivery.method.is_some_and(|method| !method.is_sealed()) && level < Transport::Verified;
        assert!(!is_bare, "unknown content left by less than verified TLS");
        drop(delivery.to_string());
    }
}
