//! Seals and opens a text with a key of Vault or OpenBao, at `VAULT_ADDR` with `VAULT_TOKEN`:
//! `cargo run --example vault -- mail "some text"`.

use std::error::Error;

use sealwax::crypto::Provider;
use sealwax::seal::{KeyService, Opener, Sealer};
use sealwax_kms::{Bounds, Cached, Reach, Secret, VaultTransit};

/// The text again, after it was sealed for the key and opened by it.
pub(crate) fn seal_and_open(address: &str, token: &str, key: &str, text: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let reach = Reach::default().report(|error| drop(error.to_string())); // to your log
    let key = VaultTransit::new(address, key, Secret::new(token), reach)?.current()?;
    let key = KeyService::new(Cached::new(key, Bounds::default(), Provider::ring()));
    let sealed = Sealer::new(Provider::ring()).recipient(&key).seal(text)?;
    let opened = Opener::new(Provider::ring()).identity(&key).open(&sealed)?;
    Ok(opened.to_vec())
}

#[allow(
    dead_code,
    clippy::print_stdout,
    reason = "the test calls the function above, and the program prints"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let (address, token) = (std::env::var("VAULT_ADDR")?, std::env::var("VAULT_TOKEN")?);
    let [key, text] = std::env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| "usage: vault KEY TEXT")?;
    println!(
        "{}",
        String::from_utf8(seal_and_open(&address, &token, &key, text.as_bytes())?)?
    );
    Ok(())
}
