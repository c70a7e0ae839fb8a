//! `sealwax open`.

use std::path::PathBuf;

use clap::Args;
use sealwax::crypto::Provider;
use sealwax::seal::Opener;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::keys;

/// Open a sealed message
///
/// Nothing is written unless the whole message is proved to be what was sealed.
#[derive(Debug, Args)]
pub(crate) struct Open {
    /// A file with keys, each of which is tried
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<PathBuf>,

    /// The sealed message; `-` is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// Where to write the message, readable by its owner alone (mode 0600); `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

impl Open {
    pub(crate) fn run(self, _: &Console) -> Result<Outcome, Failure> {
        let mut opener = Opener::new(Provider::ring());
        for path in &self.key {
            opener = keys::identities(path)?.into_iter().fold(opener, Opener::identity);
        }
        let sealed = files::read(&self.input)?;
        let plain = opener.open(&sealed).map_err(|error| {
            Failure::new(format!("`{}`: {error}", self.input.display()))
                .next_step("check that the key is the one it was sealed for, and that the file is complete")
        })?;
        files::write(&self.output, &plain, Readers::Owner)?;
        Ok(Outcome::Fine)
    }
}
