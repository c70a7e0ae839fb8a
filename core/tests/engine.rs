//! The engine through its public API: pieces and wholes, bad input, and nothing secret in what is written.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::LazyLock;

use proptest::prelude::*;
use sealwax::audit::{PseudonymKey, Recorder};
use sealwax::engine::{Engine, EvaluateErrorKind, Live};
use sealwax::evidence::{Evidence, EvidenceKind, Transport};
use sealwax::policy::{Action, Edit, Method};
use sealwax::{Recipient, Timestamp, Transaction};

const PHI: &str = "From: nurse@clinic.example\r\nTo: ann@example.org\r\nSubject: your visit\r\nMessage-ID: <1@clinic.example>\r\n\
    \r\nPatient Canary Birdsong, MRN 38857281, SSN 536-90-4399, was diagnosed with diabetes.\r\n";

/// One engine for all tests, as hosts have it.
fn engine() -> Engine {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::with_profile("hipaa-2013").unwrap());
    ENGINE.clone()
}

fn to(recipient: Recipient) -> Transaction {
    Transaction::from("nurse@clinic.example").unwrap().recipient(recipient)
}

fn known(kind: EvidenceKind, level: Transport) -> Recipient {
    Recipient::new("ann@example.org")
        .unwrap()
        .evidence(Evidence::new(kind, level, Timestamp::EPOCH))
}

#[test]
fn phi_takes_the_way_of_least_friction_that_is_safe() {
    let decide = |recipient| {
        engine()
            .evaluate(PHI.as_bytes(), &to(recipient), Timestamp::EPOCH)
            .unwrap()
    };
    let method = |recipient| {
        decide(recipient)
            .deliveries
            .first()
            .and_then(|delivery| delivery.method)
    };
    assert_eq!(
        method(known(EvidenceKind::MtaStsEnforce, Transport::Verified)),
        Some(Method::Tls)
    );
    assert_eq!(method(known(EvidenceKind::Local, Transport::None)), Some(Method::Local));
    assert_eq!(
        method(known(EvidenceKind::Probe, Transport::Encrypted)),
        Some(Method::Portal)
    );
    assert_eq!(method(Recipient::new("ann@example.org").unwrap()), Some(Method::Portal));
}

#[test]
fn the_readme_shows_the_verdict_of_its_message() {
    let readme = include_str!("../README.md");
    let raw = b"Subject: your results\r\n\r\nMRN 12345678, diagnosis: diabetes, HbA1c 9.1\r\n";
    let verdict = engine()
        .evaluate(raw, &to(Recipient::new("ann@example.org").unwrap()), Timestamp::EPOCH)
        .unwrap();
    assert!(
        readme.contains(&format!("```text\n{}\n```", verdict.deliveries[0])),
        "{}",
        verdict.deliveries[0]
    );
}

#[test]
fn a_sealed_message_does_not_keep_a_subject_that_tells_of_health() {
    let raw = b"Subject: start chemotherapy for leukemia\r\n\r\nAnn Lee, MRN 38857281, please call us.\r\n";
    let verdict = engine()
        .evaluate(raw, &to(Recipient::new("ann@example.org").unwrap()), Timestamp::EPOCH)
        .unwrap();
    let replaced = |edit: &Edit| matches!(edit, Edit::ReplaceSubject { .. });
    assert_eq!(verdict.deliveries[0].method, Some(Method::Portal));
    assert!(verdict.deliveries[0].edits.iter().any(replaced));
}

#[test]
fn a_host_that_can_only_send_in_the_clear_gets_no_permission() {
    let mut transaction = to(Recipient::new("ann@example.org").unwrap());
    transaction.methods = Some([Method::Tls].into());
    transaction.enforces = Some(Transport::None);
    let verdict = engine()
        .evaluate(PHI.as_bytes(), &transaction, Timestamp::EPOCH)
        .unwrap();
    assert_ne!(verdict.deliveries[0].action, Action::Send);
}

#[test]
fn a_transaction_without_recipients_is_an_error_of_the_host() {
    let error = engine()
        .evaluate(b"", &Transaction::from("a@b.example").unwrap(), Timestamp::EPOCH)
        .unwrap_err();
    assert_eq!(error.kind(), EvaluateErrorKind::NoRecipients);
}

#[test]
fn every_input_gets_a_verdict() {
    let deep = "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n".repeat(5_000);
    let binary: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let inputs: [&[u8]; 7] = [
        b"",
        b"\r\n",
        b"Subject: cut off in the mid",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsb",
        deep.as_bytes(),
        &binary,
        b"Subject: \xff\xfe\r\n\r\n\xc3\x28 \xf0\x9f",
    ];
    for raw in inputs {
        let verdict = engine()
            .evaluate(raw, &to(Recipient::new("ann@example.org").unwrap()), Timestamp::EPOCH)
            .unwrap();
        assert_eq!(verdict.deliveries.len(), 1);
    }
}

#[test]
fn what_cannot_be_inspected_raises() {
    let deep = "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n".repeat(5_000);
    let verdict = engine()
        .evaluate(
            deep.as_bytes(),
            &to(Recipient::new("ann@example.org").unwrap()),
            Timestamp::EPOCH,
        )
        .unwrap();
    assert!(!verdict.complete);
    assert_eq!(verdict.deliveries[0].method, Some(Method::Portal));
}

#[test]
fn a_feed_that_is_cut_off_at_the_limit_is_incomplete() {
    let engine = Engine::builder()
        .policy_toml("name = 'small'\n[limits]\nmessage_bytes = 64")
        .build()
        .unwrap();
    let mut feed = engine.feed(to(Recipient::new("ann@example.org").unwrap()));
    feed.header(b"Subject", b"hello").unwrap();
    feed.body(&[b'x'; 100]).unwrap();
    assert!(!feed.finish(Timestamp::EPOCH).unwrap().complete);
    feed.reset(to(Recipient::new("ann@example.org").unwrap()));
    feed.body(b"short").unwrap();
    assert!(feed.finish(Timestamp::EPOCH).unwrap().complete);
}

#[test]
fn a_policy_that_fails_to_build_leaves_the_old_engine_in_place() {
    let live = Live::new(Engine::with_profile("minimal").unwrap());
    let error = Engine::builder()
        .policy_toml("name = 'x'\n[[rule]]\nid = 1")
        .build()
        .unwrap_err();
    assert_eq!(error.line(), Some(3));
    assert_eq!(live.current().policy().id().name, "minimal");
    live.replace(engine());
    assert_eq!(live.current().policy().id().name, "hipaa-2013");
}

#[test]
fn a_section_that_no_room_reads_is_refused() {
    let error = Engine::builder()
        .policy_toml("name = 'x'\n[limits]\ndepht = 3")
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("`depht`"), "{error}");
}

#[test]
fn nothing_that_is_written_holds_content() {
    let engine = engine();
    let transaction = to(Recipient::new("ann@example.org").unwrap());
    let verdict = engine.evaluate(PHI.as_bytes(), &transaction, Timestamp::EPOCH).unwrap();
    let records = Recorder::new(PseudonymKey::new([7; 32])).decisions(
        &verdict,
        &transaction,
        Some("<1@clinic.example>"),
        Timestamp::EPOCH,
    );
    let mut feed = engine.feed(transaction);
    feed.raw(PHI.as_bytes()).unwrap();
    let written = [
        format!("{:?}", engine.parse(PHI.as_bytes())),
        format!("{:?}", engine.scan(PHI.as_bytes())),
        format!("{verdict:?}{}", verdict.deliveries[0]),
        format!("{feed:?}{engine:?}"),
        format!("{records:?}"),
        serde_json::to_string(&records).unwrap(),
        sealwax::json::verdict(&verdict),
        sealwax::json::scan(&engine.scan(PHI.as_bytes()), "1"),
    ];
    for text in written {
        for canary in ["Canary", "Birdsong", "38857281", "536-90", "5369043", "diabetes"] {
            assert!(!text.contains(canary), "`{canary}` in {text}");
        }
    }
    let records = format!("{records:?}");
    assert!(!records.contains("ann@") && !records.contains("<1@clinic"), "{records}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_message_in_pieces_gets_the_verdict_of_the_whole(cuts in prop::collection::vec(0..PHI.len(), 0..8)) {
        let engine = engine();
        let transaction = to(Recipient::new("ann@example.org").unwrap());
        let whole = engine.evaluate(PHI.as_bytes(), &transaction, Timestamp::EPOCH).unwrap();
        let mut cuts = cuts;
        cuts.extend([0, PHI.len()]);
        cuts.sort_unstable();
        let mut feed = engine.feed(transaction);
        for pair in cuts.windows(2) {
            feed.raw(&PHI.as_bytes()[pair[0]..pair[1]]).unwrap();
        }
        prop_assert_eq!(feed.finish(Timestamp::EPOCH).unwrap(), whole);
    }
}
