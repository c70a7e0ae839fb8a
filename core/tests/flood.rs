//! However many findings a message has, its verdict is no weaker than if all were listed.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::LazyLock;

use proptest::prelude::*;

use sealwax::engine::{Cancel, Engine, EvaluateErrorKind, FeedErrorKind, Live, RedactErrorKind, Scan};
use sealwax::message::{AnomalyKind, PartPath};
use sealwax::policy::Verdict;
use sealwax::redact::Redaction;
use sealwax::{Timestamp, Transaction};

static WIDE: LazyLock<Engine> = LazyLock::new(|| Engine::with_profile("hipaa-2013").unwrap());
/// Lists three findings, and tells three values apart.
static NARROW: LazyLock<Engine> = LazyLock::new(|| Engine::builder().limit("findings", 3).build().unwrap());

fn transaction() -> Transaction {
    let transaction = Transaction::from("nurse@clinic.example").unwrap();
    transaction.to("ann@example.org").unwrap()
}

fn verdict(engine: &Engine, raw: &str) -> Verdict {
    engine
        .evaluate(raw.as_bytes(), &transaction(), Timestamp::EPOCH)
        .unwrap()
}

/// Whether `verdict` asks for all that `least` does.
fn is_no_weaker(verdict: &Verdict, least: &Verdict) -> bool {
    let (class, other) = (&verdict.classification, &least.classification);
    let counted = |(label, count): (&String, &u32)| class.counts.get(label).is_some_and(|most| most >= count);
    let asked = verdict.deliveries.iter().zip(&least.deliveries);
    class.level >= other.level
        && class.categories.is_superset(&other.categories)
        && class.implied_phi == other.implied_phi
        && other.counts.iter().all(counted)
        && verdict.complete == least.complete
        && asked
            .into_iter()
            .all(|(delivery, other)| delivery.requirement.covers(other.requirement))
}

/// What tells something, what tells nothing, and what speaks for a text that is public.
const PIECES: &[&str] = &[
    "MRN 38857281",
    "she has type 2 diabetes mellitus",
    "HbA1c 9.1",
    "Dear Ann Lee, your appointment with Dr Cedar is due",
    "Patient Joan Dack, DOB 02/06/1991",
    "diabtes",
    "call 617-555-0134",
    "bob@example.org",
    "carol@example.com",
    "SSN 536-90-4399",
    "SSN 536-90-4401",
    "card 4111 1111 1111 1111",
    "IBAN GB82 WEST 1234 5698 7654 32",
    "12 North Main Street, Springfield, IL 62704",
    "-----BEGIN PRIVATE KEY-----",
    "salary and tax form",
    "symptoms include wheezing, talk to your doctor, unsubscribe here",
    "we studied 240 patients, methods: randomized",
    "breast cancer walk, register at linda@run.example",
    "Name: ____ Phone: (___) ___-____",
    "see you at lunch",
];

fn message() -> impl Strategy<Value = String> {
    let pieces = || prop::collection::vec(prop::sample::select(PIECES), 0..14);
    let numbers = prop::collection::vec("SSN 53[1-9]-9[0-9]-[1-9][0-9]{3}|[a-z]{3,8}@example[.]org", 0..14);
    (prop::sample::select(PIECES), pieces(), numbers, pieces(), any::<bool>()).prop_map(
        |(subject, before, flood, behind, html)| {
            let lines = before
                .iter()
                .copied()
                .chain(flood.iter().map(String::as_str))
                .chain(behind);
            let kind = if html { "text/html" } else { "text/plain" };
            let body = lines.collect::<Vec<_>>().join(if html { "<br>\r\n" } else { "\r\n" });
            format!("From: ann@example.org\r\nSubject: {subject}\r\nContent-Type: {kind}\r\n\r\n{body}\r\n")
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_message_that_is_not_listed_whole_asks_for_no_less(raw in message()) {
        let (narrow, wide) = (verdict(&NARROW, &raw), verdict(&WIDE, &raw));
        prop_assert!(is_no_weaker(&narrow, &wide), "{raw}\n{:?}\n{:?}", narrow.classification, wide.classification);
    }

    #[test]
    fn what_is_listed_is_found_and_the_rest_is_counted(raw in message()) {
        let (narrow, wide) = (NARROW.scan(raw.as_bytes()), WIDE.scan(raw.as_bytes()));
        let key = |scan: &Scan| -> Vec<String> { scan.entities.iter().map(|entity| format!("{entity:?}")).collect() };
        let all = key(&wide);
        prop_assert_eq!(wide.unlisted, 0);
        prop_assert!(narrow.entities.len() <= 3);
        prop_assert!(key(&narrow).iter().all(|listed| all.contains(listed)));
        let counted = u64::try_from(narrow.entities.len()).unwrap() + narrow.unlisted;
        prop_assert!(counted >= u64::try_from(all.len()).unwrap(), "{counted} of {}", all.len());
    }

    #[test]
    fn a_flood_before_or_behind_lowers_nothing(
        telling in prop::sample::select(&PIECES[..9]),
        other in prop::sample::select(&PIECES[..9]),
        flood in prop::collection::btree_set("[a-z]{5,9}@example[.]org", 10..60),
        subject in any::<bool>(),
    ) {
        let flood = flood.into_iter().collect::<Vec<_>>().join("\r\n");
        let told = format!("{telling}.\r\n{other}.\r\n");
        let title = if subject { telling } else { "hello" };
        let least = verdict(&WIDE, &format!("Subject: {title}\r\n\r\n{told}"));
        for body in [format!("{flood}\r\n\r\n{told}"), format!("{told}\r\n{flood}\r\n")] {
            let found = verdict(&NARROW, &format!("Subject: {title}\r\n\r\n{body}"));
            prop_assert!(is_no_weaker(&found, &least), "{body}");
        }
    }
}

#[test]
fn redaction_takes_out_what_is_not_listed() {
    let rows: Vec<String> = (1000..1100).map(|row| format!("Her SSN is 536-90-{row}.")).collect();
    let text = rows.join("\n");
    let (redacted, summary) = NARROW.redact_text(&text, &Redaction::by_type()).unwrap();
    assert_eq!(redacted.matches("[US_SSN]").count(), 100);
    assert!(!redacted.contains("536-90"));
    assert_eq!(summary.redacted["US_SSN"], 100);
    let found = NARROW.identifiers_in_text(&text, None).unwrap();
    assert!(found.iter().any(|one| one.label == "US_SSN" && one.count >= 100));
}

#[test]
fn ten_individuals_are_critical_whatever_the_limit() {
    let rows: Vec<String> = (10..21).map(|row| format!("SSN 536-90-43{row}, asthma")).collect();
    let found = NARROW.scan_text(&rows.join("\n"));
    assert_eq!(found.classification.level, sealwax::classify::Level::Critical);
    assert!(found.complete && found.unlisted > 0);
    let said = |reason: &String| reason == "more than 3 values: of the others each finding counts as one";
    assert!(found.classification.reasons.iter().any(said));
}

#[test]
fn work_that_is_spent_leaves_the_scan_incomplete() {
    let engine = Engine::builder().limit("work", 200_000).build().unwrap();
    let body = "See you at lunch.\r\n".repeat(20_000);
    let scan = engine.scan(format!("Subject: hello\r\n\r\n{body}").as_bytes());
    assert!(!scan.complete);
    assert!(
        scan.anomalies
            .iter()
            .any(|anomaly| anomaly.kind == AnomalyKind::WorkLimit)
    );
}

#[test]
fn a_text_that_takes_more_looks_than_it_may_leaves_the_scan_incomplete() {
    let text = format!("{}\n%41%42%43", "ssn: dob: mrn: ".repeat(24_000));
    assert!(NARROW.scan_text(&text).complete);
    let scan = Engine::builder().limit("looks", 1).build().unwrap().scan_text(&text);
    assert!(!scan.complete);
    assert_eq!(scan.anomalies[0].kind, AnomalyKind::WorkLimit);
}

#[test]
fn half_a_list_of_identifiers_is_not_given() {
    let spent = Engine::builder().limit("work", 200_000).build().unwrap();
    let cancel = Cancel::new();
    let called_off = WIDE.stopped_by(&cancel);
    cancel.cancel();
    let text = "See you at lunch.\r\n".repeat(20_000);
    for (engine, kind) in [
        (&spent, RedactErrorKind::WorkLimit),
        (&called_off, RedactErrorKind::Cancelled),
    ] {
        assert_eq!(engine.identifiers_in_text(&text, None).unwrap_err().kind(), kind);
        let raw = format!("Subject: hello\r\n\r\n{text}");
        assert_eq!(engine.identifiers(raw.as_bytes(), None).unwrap_err().kind(), kind);
    }
}

#[test]
fn feeds_share_a_budget_and_give_it_back() {
    let engine = Engine::builder().feed_budget(100_000).build().unwrap();
    let mut feeds = [engine.feed(transaction()), engine.feed(transaction())];
    feeds[0].raw(&vec![b'x'; 80_000]).unwrap();
    let error = feeds[1].raw(&vec![b'x'; 80_000]).unwrap_err();
    assert_eq!(error.kind(), FeedErrorKind::Budget);
    // What comes behind the piece that was refused fits, and there is no verdict all the same.
    feeds[1].raw(b"Subject: x\r\n\r\nx").unwrap();
    let refused = feeds[1].finish(Timestamp::EPOCH).unwrap_err();
    assert_eq!(refused.kind(), EvaluateErrorKind::Refused);
    let [first, mut second] = feeds;
    drop(first);
    second.reset(transaction());
    second.raw(&vec![b'x'; 80_000]).unwrap();
    assert!(second.finish(Timestamp::EPOCH).is_ok());
    drop(second);
    assert_eq!(engine.fed_bytes(), 0);
}

#[test]
fn a_finished_feed_holds_no_message_whatever_it_gave() {
    let engine = Engine::builder().build().unwrap();
    let mut feed = engine.feed(transaction());
    feed.raw(&b"Subject: x\r\n\r\n".repeat(100_000)).unwrap();
    feed.part_text(PartPath::root().child(9), "there is no such part")
        .unwrap();
    assert!(engine.fed_bytes() > 1_000_000);
    assert!(feed.finish(Timestamp::EPOCH).is_err());
    assert!(engine.fed_bytes() < 500_000, "{}", engine.fed_bytes());
    let live = Live::new(engine.clone());
    live.shadow(Some(Engine::builder().build().unwrap()));
    let mut shadowed = live.feed(transaction());
    shadowed.raw(&b"Subject: x\r\n\r\n".repeat(100_000)).unwrap();
    assert!(shadowed.finish(Timestamp::EPOCH).is_ok());
    assert!(engine.fed_bytes() < 500_000, "{}", engine.fed_bytes());
}

#[test]
fn a_late_call_stops_no_other_message() {
    let mut feed = WIDE.feed(transaction());
    let cancel = feed.cancel();
    feed.raw(b"Subject: x\r\n\r\nx\r\n").unwrap();
    cancel.cancel();
    assert_eq!(
        feed.finish(Timestamp::EPOCH).unwrap_err().kind(),
        EvaluateErrorKind::Cancelled
    );
    feed.reset(transaction());
    cancel.cancel();
    feed.raw(b"Subject: x\r\n\r\nx\r\n").unwrap();
    assert!(feed.finish(Timestamp::EPOCH).unwrap().complete);
}
