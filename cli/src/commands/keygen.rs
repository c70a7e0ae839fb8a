//! `sealwax keygen`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use sealwax::crypto::Provider;
use sealwax::seal::{KeyExchange, LocalKey, SecretKey};
use zeroize::Zeroizing;

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
    /// A key pair on NIST P-256: whoever has the public key can seal, the secret one opens
    P256,
    /// A key pair on X25519
    X25519,
    /// A key pair that also resists a quantum computer (X-Wing: ML-KEM-768 with X25519)
    Xwing,
}

impl Kind {
    /// The text of a file with a fresh key.
    fn generate(self) -> Result<Zeroizing<String>, Failure> {
        let provider = Provider::ring();
        let pair = |exchange| SecretKey::generate(exchange, provider).map(|key| keys::secret_text(&key));
        let text = match self {
            Self::Local => LocalKey::generate(provider).map(|key| keys::local_text(&key)),
            Self::P256 => pair(KeyExchange::P256),
            Self::X25519 => pair(KeyExchange::X25519),
            Self::Xwing => pair(KeyExchange::XWing),
        };
        text.map_err(|_| Failure::new("the operating system gives no random numbers"))
    }
}

impl Keygen {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let text = self.kind.generate()?;
        match &self.output {
            None => files::write(Path::new("-"), text.as_bytes(), Readers::Owner)?,
            Some(path) if self.force => files::write(path, text.as_bytes(), Readers::Owner)?,
            Some(path) => files::write_new(path, text.as_bytes(), Readers::Owner)
                .map_err(|failure| failure.next_step("choose another name, or replace the key with --force"))?,
        }
        // The comment names the key, or holds its public half: what others may know of it.
        if let Some(comment) = text.lines().next().filter(|_| self.output.is_some()) {
            console.note(comment.trim_start_matches(['#', ' ']));
        }
        Ok(Outcome::Fine)
    }
}
