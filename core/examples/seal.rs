//! Seals a message for a recipient's key and opens it again: `cargo run --package sealwax --example seal`.
//!
//! What is sealed is bound to its context: whoever opens it must name the same tenant and recipient, so that one sealed
//! message cannot be put in the place of another.
#![expect(clippy::print_stdout, reason = "it shows what comes out")]

use std::error::Error;

use sealwax::crypto::Provider;
use sealwax::seal::{Context, LocalKey, Opener, Sealer};

fn main() -> Result<(), Box<dyn Error>> {
    let provider = Provider::ring();
    let key = LocalKey::generate(provider)?;
    let sealed = Sealer::new(provider)
        .recipient(&key)
        .supplied(context("ann@example.org")?)
        .seal(MESSAGE)?;
    println!("{} bytes became {}", MESSAGE.len(), sealed.len());

    let opener_for =
        |recipient| Ok::<_, Box<dyn Error>>(Opener::new(provider).identity(&key).supplied(context(recipient)?));
    let opened = opener_for("ann@example.org")?.open(&sealed)?;
    println!("opened by its recipient: {}", opened.as_slice() == MESSAGE);

    let refused = opener_for("bob@example.org")?.open(&sealed).err();
    println!("in another's name: {}", refused.ok_or("it must be refused")?);
    Ok(())
}

fn context(recipient: &str) -> Result<Context, Box<dyn Error>> {
    Ok(Context::from_pairs([("tenant", "clinic-7"), ("recipient", recipient)])?)
}

const MESSAGE: &[u8] = b"Subject: your results\r\n\r\nThe biopsy shows a melanoma.\r\n";

#[test]
fn a_message_opens_for_its_recipient_alone() -> Result<(), Box<dyn Error>> {
    main()
}
