//! `sealwax open`.

use std::path::PathBuf;

use clap::Args;
use sealwax::crypto::Provider;
use sealwax::seal::Opener;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::keys;
use crate::pairs;

/// Open a sealed message
///
/// Nothing is written unless the whole message is proved to be what was sealed.
#[derive(Debug, Args)]
pub(crate) struct Open {
    /// A file with keys, each of which is tried, or a key ring
    #[arg(long, value_name = "FILE", required_unless_present = "passphrase_file")]
    key: Vec<PathBuf>,

    /// Open with the passphrase on the first line of a file
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    /// A pair that was given when the message was sealed
    #[arg(long, value_name = "NAME=VALUE")]
    context: Vec<String>,

    /// The header, when it is in a file of its own
    #[arg(long, value_name = "FILE")]
    header: Option<PathBuf>,

    /// The sealed message; `-` is standard input
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// Where to write the message, readable by its owner alone (mode 0600); `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

impl Open {
    pub(crate) fn run(self, _: &Console) -> Result<Outcome, Failure> {
        let opener = self.opener()?;
        let sealed = files::read(&self.input)?;
        let result = match &self.header {
            None => opener.open(&sealed),
            Some(path) => opener.open_detached(&files::read(path)?, &sealed),
        };
        let plain = result.map_err(|error| {
            Failure::new(format!("`{}`: {error}", self.input.display()))
                .next_step("check that the key is the one it was sealed for, and that the file is complete")
        })?;
        files::write(&self.output, &plain, Readers::Owner)?;
        Ok(Outcome::Fine)
    }

    fn opener(&self) -> Result<Opener, Failure> {
        let keys = keys::identities(&self.key)?;
        let mut opener = keys.iter().fold(Opener::new(Provider::ring()), Opener::identity);
        if let Some(path) = &self.passphrase_file {
            opener = opener.identity(keys::passphrase(path)?);
        }
        Ok(opener.supplied(pairs::context(&self.context)?))
    }
}
