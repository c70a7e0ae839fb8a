//! `sealwax keygen`.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use sealwax::crypto::Provider;
use sealwax::seal::LocalKey;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::keys;

/// Make a key for sealing and opening
///
/// Writes the secret key, with its public part in a comment. Whoever has the file can open what is sealed with it.
#[derive(Debug, Args)]
pub(crate) struct Keygen {
    /// The kind of key
    #[arg(long = "type", value_name = "TYPE", default_value = "local")]
    kind: Kind,

    /// Where to write the key, readable by its owner alone (mode 0600); standard output without it
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Replace a key that is already there; what was sealed with the old one can then not be opened any more
    #[arg(long, requires = "output")]
    force: bool,
}

/// The kinds of keys.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// 256 bits that both seal and open
    Local,
}

impl Keygen {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let key = match self.kind {
            Kind::Local => LocalKey::generate(Provider::ring()),
        };
        let key = key.map_err(|_| Failure::new("the operating system gives no random numbers"))?;
        let text = keys::text(&key);
        match &self.output {
            None => files::write(Path::new("-"), text.as_bytes(), Readers::Owner)?,
            Some(path) if self.force => files::write(path, text.as_bytes(), Readers::Owner)?,
            Some(path) => files::write_new(path, text.as_bytes(), Readers::Owner)
                .map_err(|failure| failure.next_step("choose another name, or replace the key with --force"))?,
        }
        if !io::stdout().is_terminal() || self.output.is_some() {
            console.note(&format!("made key {}", key.key_ref()));
        }
        Ok(Outcome::Fine)
    }
}
