//! Decides how one message must travel to each of its recipients: `cargo run --package sealwax --example decide`.
//!
//! A service builds one engine and shares it among its threads; for each message it says what it knows of sender,
//! recipients and their servers, and hands over the bytes as they arrive.
#![expect(clippy::print_stdout, reason = "it shows what comes out")]

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use sealwax::evidence::{Evidence, EvidenceKind, Transport};
use sealwax::policy::Verdict;
use sealwax::{Engine, Recipient, Timestamp, Transaction};

fn main() -> Result<(), Box<dyn Error>> {
    let engine = Engine::with_profile("hipaa-2013")?;
    for delivery in decide(&engine)?.deliveries {
        println!("{delivery}");
    }
    Ok(())
}

fn decide(engine: &Engine) -> Result<Verdict, Box<dyn Error>> {
    let now = Timestamp::from_millis(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis().try_into()?);
    // The host looked up the policy of the recipient's domain: it enforces MTA-STS (RFC 8461).
    let verified = Evidence::new(EvidenceKind::MtaStsEnforce, Transport::Verified, now);
    let transaction = Transaction::from("nurse@clinic.example")?
        .recipient(Recipient::new("desk@heart-center.example")?.evidence(verified))
        .to("ann@example.org")?;
    let mut feed = engine.feed(transaction);
    for chunk in CHUNKS {
        feed.raw(chunk.as_bytes())?;
    }
    Ok(feed.finish(now)?)
}

/// What the client sends, piece by piece.
const CHUNKS: [&str; 3] = [
    "From: nurse@clinic.example\r\nSubject: your results\r\n\r\n",
    "Dear Ann,\r\n\r\nyour MRN is 38857281. ",
    "The biopsy shows a melanoma.\r\n",
];

#[test]
fn what_is_proved_of_a_server_spares_the_portal() -> Result<(), Box<dyn Error>> {
    use sealwax::policy::Method;
    let verdict = decide(&Engine::with_profile("hipaa-2013")?)?;
    let methods = verdict.deliveries.iter().map(|delivery| delivery.method);
    assert_eq!(methods.collect::<Vec<_>>(), [Some(Method::Tls), Some(Method::Portal)]);
    main()
}
