//! A message that is fed in chunks of any size gets the verdict of the whole.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::sync::LazyLock;

use proptest::prelude::*;

use sealwax::engine::Engine;
use sealwax::{Timestamp, Transaction};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::with_profile("hipaa-2013").unwrap());

/// The verdict in JSON, with the classification and all reasons.
fn whole(engine: &Engine, raw: &[u8]) -> String {
    sealwax::json::verdict(&engine.evaluate(raw, &transaction(), Timestamp::EPOCH).unwrap())
}

/// The same for a feed that takes chunks of these sizes in turn.
fn fed(engine: &Engine, raw: &[u8], sizes: &[usize]) -> String {
    let mut feed = engine.feed(transaction());
    let mut rest = raw;
    for &size in sizes.iter().cycle() {
        let (chunk, tail) = rest.split_at(size.min(rest.len()));
        feed.raw(chunk).unwrap();
        rest = tail;
        if rest.is_empty() {
            break;
        }
    }
    sealwax::json::verdict(&feed.finish(Timestamp::EPOCH).unwrap())
}

fn transaction() -> Transaction {
    Transaction::from("nurse@clinic.example")
        .unwrap()
        .to("ann@example.org")
        .unwrap()
}

#[test]
fn every_message_of_the_corpus_is_read_alike_in_chunks() {
    let files = common::files_below(&common::testdata("corpus"));
    assert!(!files.is_empty());
    for path in &files {
        let raw = std::fs::read(path).unwrap();
        for sizes in [&[1][..], &[7, 1, 300], &[4_096]] {
            assert_eq!(fed(&ENGINE, &raw, sizes), whole(&ENGINE, &raw), "{}", path.display());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_in_any_chunks_are_read_alike(
        raw in proptest::collection::vec(any::<u8>(), 0..400),
        head in "(Subject: SSN 219-09-9999\r\n|Content-Type: multipart/mixed; boundary=a\r\n|){0,3}\r?\n(--a\n\n|=\r\n|SSN 219-09-9999 )?",
        sizes in proptest::collection::vec(1..64_usize, 1..8),
    ) {
            let raw = [head.as_bytes(), &raw].concat();
        prop_assert_eq!(fed(&ENGINE, &raw, &sizes), whole(&ENGINE, &raw));
    }
}
