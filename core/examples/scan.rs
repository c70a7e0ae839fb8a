//! Says what a message is and why, and writes it without what identifies somebody:
//! `cargo run --package sealwax --example scan`.
#![expect(clippy::print_stdout, reason = "it shows what comes out")]

use std::error::Error;

use sealwax::Engine;
use sealwax::classify::Strictness;
use sealwax::engine::Scan;
use sealwax::redact::Redaction;

fn main() -> Result<(), Box<dyn Error>> {
    // A clinic would rather hear of too much than miss one; others begin with `balanced`, the default.
    let engine = Engine::builder().strictness(Strictness::Strict).build()?;
    println!("{}", summary(&engine.scan(MESSAGE)));

    let (without, taken) = engine.redact(MESSAGE, &Redaction::by_type())?;
    println!("\n{}", String::from_utf8_lossy(&without));
    println!("taken out: {:?}", taken.redacted);
    Ok(())
}

/// The level, the rule that makes it PHI, and the reasons; never what was found itself.
fn summary(scan: &Scan) -> String {
    let classification = &scan.classification;
    let rule = classification.rule.as_deref().unwrap_or("no rule");
    format!(
        "{}, by {rule}\n{}",
        classification.level,
        classification.reasons.join("\n")
    )
}

const MESSAGE: &[u8] = b"Subject: Peter Lang\r\n\r\nPeter Lang has HIV. His MRN is 38857281.\r\n";

#[test]
fn the_message_is_phi_and_its_number_is_taken_out() -> Result<(), Box<dyn Error>> {
    let engine = Engine::builder().strictness(Strictness::Strict).build()?;
    assert!(summary(&engine.scan(MESSAGE)).starts_with("sensitive, by identifier-and-health"));
    let (without, _) = engine.redact(MESSAGE, &Redaction::by_type())?;
    assert!(!String::from_utf8_lossy(&without).contains("38857281"));
    main()
}
