//! From a lookup of Postfix to a line of its TLS policy table, by way of the engine.

use std::collections::BTreeMap;
use std::fmt;

use sealwax::classify::{Classification, Level};
use sealwax::engine::Engine;
use sealwax::evidence::{PostfixPolicy, Transport};
use sealwax::policy::{Action, Content};
use sealwax::tls::Suite;
use sealwax::{Recipient, Timestamp, Transaction};
use serde::Deserialize;

/// What the server knows: who sends, what Postfix enforces, and what is known of next hops.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Facts {
    /// The transaction that every decision is made for; its recipients come from the lookup.
    transaction: Transaction,
    /// What is known of a next hop, by the key under which Postfix asks for it: `example.org`, `[relay.example]:587`.
    #[serde(default)]
    next_hops: BTreeMap<String, Recipient>,
}

/// Answers lookups.
pub(crate) struct Lookup {
    pub(crate) engine: Engine,
    pub(crate) facts: Facts,
}

/// What a lookup comes to.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    /// The line of the table.
    Found(String),
    /// There is no such table or key.
    NotFound,
    /// Nothing may be sent now; Postfix defers the message.
    Temporary(&'static str),
}

impl fmt::Display for Answer {
    /// Writes the answer as `socketmap_table(5)` asks for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found(line) => write!(f, "OK {line}"),
            Self::NotFound => f.write_str("NOTFOUND "),
            Self::Temporary(reason) => write!(f, "TEMP {reason}"),
        }
    }
}

impl Lookup {
    /// Answers `TABLE KEY`, as Postfix asks it.
    ///
    /// `sensitive` is the table for messages that hold PHI, or of which nothing is known; `normal` is for those that
    /// were scanned and hold nothing. A parent domain (`.example.org`) is not found, so that nothing is inherited.
    pub(crate) fn answer(&self, question: &str, now: Timestamp) -> Answer {
        let Some((table, key)) = question.split_once(' ') else {
            return Answer::NotFound;
        };
        let content = match table {
            "normal" => nothing_found(),
            "sensitive" => Content::default(),
            _ => return Answer::NotFound,
        };
        if key.is_empty() || key.starts_with('.') {
            return Answer::NotFound;
        }
        self.decide(&content, key, now)
    }

    fn decide(&self, content: &Content, key: &str, now: Timestamp) -> Answer {
        let mut transaction = self.facts.transaction.clone();
        let known = self.facts.next_hops.get(key).cloned();
        let unknown = || Recipient::new(format!("postmaster@{}", domain(key)));
        let Ok(recipient) = known.map_or_else(unknown, Ok) else {
            return Answer::Temporary("the next hop is no domain");
        };
        transaction.recipients = vec![recipient];
        let Ok(verdict) = self.engine.evaluate_content(content, &transaction, now) else {
            return Answer::Temporary("no decision could be made");
        };
        let Some(delivery) = verdict.deliveries.into_iter().next() else {
            return Answer::Temporary("no decision could be made");
        };
        let is_unsealed = delivery.method.is_some_and(|method| !method.is_sealed());
        let leaves = delivery.action == Action::Send && is_unsealed;
        let Some(contract) = delivery.transport.filter(|_| leaves) else {
            return Answer::Temporary("the policy lets nothing leave this way");
        };
        enforced(&contract.postfix, contract.level, &contract.suites)
    }
}

/// The line, if Postfix will do by it what the decision asks for: a line that is weaker, or that admits a suite beside
/// those that will do, is never given. Without `suites` any will do.
fn enforced(line: &str, level: Transport, suites: &[&str]) -> Answer {
    let admitted = |policy: &PostfixPolicy| {
        let taken = policy.suites().into_iter();
        suites.is_empty() || taken.map(Suite::iana).all(|suite| suites.contains(&suite))
    };
    match line.parse::<PostfixPolicy>() {
        Ok(policy) if policy.proves() >= level && admitted(&policy) => Answer::Found(policy.to_string()),
        _ => Answer::Temporary("the decision cannot be written as a line of the table"),
    }
}

/// The domain in `example.org`, `example.org:587`, `[relay.example.org]` or `[relay.example.org]:587`.
fn domain(key: &str) -> &str {
    let bracketed = key.strip_prefix('[').and_then(|rest| rest.split(']').next());
    bracketed.unwrap_or_else(|| key.split(':').next().unwrap_or(key))
}

/// A message that was scanned to its end and holds nothing.
fn nothing_found() -> Content {
    Content {
        classification: Classification::default(),
        complete: true,
        subject_level: Level::None,
        ..Content::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(enforces: &str) -> Lookup {
        let facts = format!(
            r#"{{"transaction": {{"sender": "desk@clinic.example", "methods": ["tls"], "enforces": "{enforces}"}},
                "next_hops": {{"[relay.example]:587": {{"address": "postmaster@partner.example", "baa": "signed"}}}}}}"#
        );
        Lookup {
            engine: Engine::with_profile("hipaa-2013").unwrap(),
            facts: serde_json::from_str(&facts).unwrap(),
        }
    }

    fn answer(enforces: &str, question: &str) -> String {
        lookup(enforces).answer(question, Timestamp::EPOCH).to_string()
    }

    #[test]
    fn phi_leaves_only_where_the_name_is_verified() {
        let found = answer("verified", "sensitive [relay.example]:587");
        assert!(found.starts_with("OK secure "), "{found}");
    }

    #[test]
    fn phi_for_a_next_hop_without_an_agreement_is_deferred() {
        assert!(answer("verified", "sensitive example.org").starts_with("TEMP "));
    }

    #[test]
    fn a_message_that_holds_nothing_is_encrypted_still() {
        let found = answer("verified", "normal example.org");
        assert!(found.starts_with("OK encrypt"), "{found}");
    }

    #[test]
    fn what_postfix_does_not_enforce_is_deferred() {
        assert!(answer("none", "sensitive [relay.example]:587").starts_with("TEMP "));
    }

    #[test]
    fn other_tables_and_parent_domains_are_not_found() {
        for question in [
            "",
            "sensitive",
            "sensitive ",
            "sensitive .example.org",
            "other example.org",
        ] {
            assert_eq!(answer("verified", question), "NOTFOUND ", "{question}");
        }
    }

    #[test]
    fn a_line_that_proves_less_than_the_decision_is_never_given() {
        for (line, level) in [
            ("verify", Transport::Verified),
            ("may", Transport::Encrypted),
            ("secure colour=blue", Transport::Verified),
        ] {
            assert!(matches!(enforced(line, level, &[]), Answer::Temporary(_)), "{line}");
        }
    }

    #[test]
    fn a_line_that_admits_another_suite_is_never_given() {
        let suites = ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"];
        let line = |protocols| format!("encrypt protocols={protocols} ciphers=high exclude=ALL");
        let given = |protocols| enforced(&line(protocols), Transport::Encrypted, &suites);
        assert!(matches!(given(">=TLSv1.2"), Answer::Temporary(_)));
        assert!(matches!(given(">=TLSv1.2:<=TLSv1.2"), Answer::Found(_)));
    }

    #[test]
    fn the_domain_is_what_stands_before_the_port() {
        for key in ["example.org", "example.org:587", "[example.org]", "[example.org]:587"] {
            assert_eq!(domain(key), "example.org");
        }
    }
}
