//! What is odd raises: under every profile, by the table in the documentation, and for no ordinary message.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use sealwax::engine::Engine;
use sealwax::evidence::Transport;
use sealwax::message::{AnomalyKind, Severity};
use sealwax::policy::{Content, MessageProtection, Policy, Requirement};
use sealwax::{Timestamp, Transaction};

const TABLE: &str = include_str!("../../docs/ANOMALIES.md");

/// What a harmless message to a stranger needs under a profile, with these anomalies.
fn required(profile: &str, anomalies: &[AnomalyKind]) -> Requirement {
    let mut content = Content {
        complete: true,
        ..Content::default()
    };
    content.subject_level = sealwax::classify::Level::None;
    content.anomalies = anomalies.iter().map(|kind| kind.name().to_owned()).collect();
    let transaction = Transaction::from("ann@clinic.example").unwrap();
    let transaction = transaction.to("bob@stranger.example").unwrap();
    let policy = Policy::profile(profile).unwrap();
    let deliveries = policy.decide(&content, &transaction, Timestamp::EPOCH).unwrap();
    deliveries.first().unwrap().requirement
}

#[test]
fn every_anomaly_that_raises_does_so_under_every_profile() {
    for profile in Policy::profiles() {
        let calm = required(profile, &[]);
        for kind in AnomalyKind::ALL {
            let raised = required(profile, &[*kind]);
            if kind.raises() {
                let is_safe = raised.transport >= Transport::Verified || raised.message >= MessageProtection::Sealed;
                assert!(is_safe && raised != calm, "{profile}: {}", kind.name());
            } else {
                assert_eq!(raised, calm, "{profile}: {}", kind.name());
            }
        }
    }
}

#[test]
fn a_message_that_mail_programs_read_differently_is_raised_from_end_to_end() {
    let raw = b"Subject: hi\nContent-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nx\n--a--\n";
    let transaction = Transaction::from("ann@clinic.example").unwrap();
    let transaction = transaction.to("bob@stranger.example").unwrap();
    for profile in Policy::profiles() {
        let engine = Engine::with_profile(profile).unwrap();
        let verdict = engine.evaluate(raw, &transaction, Timestamp::EPOCH).unwrap();
        assert!(verdict.complete);
        let required = verdict.deliveries[0].requirement;
        let is_safe = required.transport >= Transport::Verified || required.message >= MessageProtection::Sealed;
        assert!(is_safe, "{profile}");
    }
}

#[test]
fn the_table_in_the_documentation_has_every_kind_with_its_weight_and_says_why_the_harmless_ones_are() {
    let rows: Vec<Vec<&str>> = TABLE
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), AnomalyKind::ALL.len());
    for (row, kind) in rows.iter().zip(AnomalyKind::ALL) {
        let weight = match kind.severity() {
            Severity::Blind => "blind",
            Severity::Notice => "notice",
            Severity::Suspicious => "suspicious",
        };
        assert_eq!(
            row[..3],
            [format!("`{}`", kind.name()).as_str(), weight, kind.sentence()]
        );
        assert_eq!(row[3].is_empty(), kind.raises(), "{}", kind.name());
    }
}
