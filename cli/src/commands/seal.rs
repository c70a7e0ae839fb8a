//! `sealwax seal`.

use std::path::PathBuf;

use clap::Args;
use sealwax::crypto::Provider;
use sealwax::seal::{Recipient, Sealer};
use zeroize::Zeroizing;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::keys;

/// Seal a message, so that only who has a key can open it
///
/// Each message gets a data key of its own (AES-256-GCM), which is wrapped for every key that is given.
#[derive(Debug, Args)]
pub(crate) struct Seal {
    /// A file with the keys to seal for (see `sealwax keygen`)
    #[arg(long, value_name = "FILE", required_unless_present = "to")]
    key: Vec<PathBuf>,

    /// Somebody else who can open it: a public key (`sealwax-x25519-1...`), or a file with keys
    #[arg(long, value_name = "RECIPIENT")]
    to: Vec<String>,

    /// What to seal; `-` is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// Where to write the sealed message; `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

impl Seal {
    pub(crate) fn run(self, _: &Console) -> Result<Outcome, Failure> {
        let sealer = self
            .recipients()?
            .into_iter()
            .fold(Sealer::new(Provider::ring()), Sealer::recipient);
        let plain = Zeroizing::new(files::read(&self.input)?);
        let message = sealer
            .seal(&plain)
            .map_err(|error| Failure::new(format!("`{}`: cannot be sealed: {error}", self.input.display())))?;
        files::write(&self.output, &message, Readers::Anybody)?;
        Ok(Outcome::Fine)
    }

    fn recipients(&self) -> Result<Vec<Recipient>, Failure> {
        let mut recipients = Vec::new();
        for path in &self.key {
            recipients.extend(keys::recipients(path)?);
        }
        for name in &self.to {
            recipients.extend(keys::named(name)?);
        }
        Ok(recipients)
    }
}
