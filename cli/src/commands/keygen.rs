//! `sealwax keygen`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use sealwax::crypto::{CryptoError, HashKey, Provider};
use sealwax::seal::{KeyExchange, KeyRing, LinkSecret, LocalKey, RotateError, SecretKey, SigningKey};
use zeroize::Zeroizing;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::protect::Protect;
use crate::rings::{self, RingKeys};
use crate::senders;

/// Make a key for sealing and opening
///
/// Writes the secret key, with its public part in a comment. Whoever has the file can open what is sealed with it.
#[derive(Debug, Args)]
pub(crate) struct Keygen {
    #[command(flatten)]
    protect: Protect,

    /// The kind of key
    #[arg(long = "type", value_name = "TYPE", default_value = "local")]
    kind: Kind,

    /// Where to write the key, readable by its owner alone (mode 0600); standard output without it
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Replace a key that is already there; what was sealed with the old one can then not be opened any more
    #[arg(long, requires = "output")]
    force: bool,

    /// Make a new version of a key in a key ring, which is made if it is not there; older versions still open. Its type is
    /// `local`, or `ed25519` for one that signs
    #[arg(long, value_name = "FILE", requires = "id", conflicts_with = "output")]
    ring: Option<PathBuf>,

    /// The id of the key in the ring
    #[arg(long, value_name = "ID", requires = "ring")]
    id: Option<String>,

    #[command(flatten)]
    rings: RingKeys,
}

/// The kinds of keys.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// A key that signs messages, by which their readers know who sealed them; it opens nothing
    Ed25519,
    /// A key for rosters and pseudonyms, which opens nothing
    Hash,
    /// The secret of a pickup link
    Link,
    /// 256 bits that both seal and open
    Local,
    /// A key pair on NIST P-256
    P256,
    /// A key pair on NIST P-384
    P384,
    /// A key pair on X25519
    X25519,
    /// A key pair that also holds against a quantum computer: ML-KEM-768 with X25519
    Xwing,
}

impl Keygen {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        self.protect.apply()?;
        if let (Some(path), Some(id)) = (&self.ring, &self.id) {
            return self.rotate(path, id, console);
        }
        if self.rings.are_given() {
            return Err(Failure::new("only a key ring is wrapped, and none is named")
                .next_step("give --ring FILE --id ID, or leave out --ring-passphrase-file and --ring-key"));
        }
        let text = self.kind.make().map_err(|_| no_randomness())?;
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

impl Keygen {
    fn rotate(&self, path: &Path, id: &str, console: &Console) -> Result<Outcome, Failure> {
        let _held = files::hold(path)?;
        let mut ring = if path.exists() {
            rings::read(path, &self.rings)?
        } else {
            KeyRing::default()
        };
        let made = rotate(&mut ring, self.kind, id)?;
        rings::replace(path, &ring, &self.rings)?;
        console.note(&made);
        if !self.rings.are_given() {
            console.note(PLAIN);
        }
        Ok(Outcome::Fine)
    }
}

impl Kind {
    /// The text of a file with a fresh key.
    fn make(self) -> Result<Zeroizing<String>, CryptoError> {
        match self {
            Self::Ed25519 => {
                let key = SigningKey::generate(Provider::ring())?;
                let public = key.verifying_key(Provider::ring())?;
                Ok(file(&format!("public key: {public}"), &key.to_text()))
            }
            Self::Hash => HashKey::generate(Provider::ring())
                .map(|key| file("sealwax hash key: whoever has it can test a guess", &key.to_text())),
            Self::Link => LinkSecret::generate(Provider::ring()).map(|secret| {
                file(
                    &format!(
                        "sealwax link secret {}: never in the mail with its link",
                        secret.key_ref()
                    ),
                    &secret.to_text(),
                )
            }),
            Self::Local => LocalKey::generate(Provider::ring()).map(|key| {
                file(
                    &format!("sealwax key {}: whoever has it can seal and open", key.key_ref()),
                    &key.to_text(),
                )
            }),
            Self::P256 => pair(KeyExchange::P256),
            Self::P384 => pair(KeyExchange::P384),
            Self::X25519 => pair(KeyExchange::X25519),
            Self::Xwing => pair(KeyExchange::XWing),
        }
    }
}

fn pair(exchange: KeyExchange) -> Result<Zeroizing<String>, CryptoError> {
    let secret = SecretKey::generate(exchange, Provider::ring())?;
    Ok(file(&format!("public key: {}", secret.public()), &secret.to_text()))
}

/// A comment that anybody may read, and the secret.
fn file(comment: &str, secret: &str) -> Zeroizing<String> {
    Zeroizing::new(format!("# {comment}\n{secret}\n"))
}

/// Makes a new version of a key in `ring`, and says which.
fn rotate(ring: &mut KeyRing, kind: Kind, id: &str) -> Result<String, Failure> {
    let failed = |error: RotateError| Failure::new(format!("`{id}`: {error}"));
    match kind {
        Kind::Local => {
            let key = ring.rotate(id, Provider::ring()).map_err(failed)?;
            Ok(format!("made key {}", key.key_ref()))
        }
        Kind::Ed25519 => {
            let key = ring.rotate_signer(id, Provider::ring()).map_err(failed)?;
            Ok(format!("made signing key {id}, public key: {}", senders::public(key)?))
        }
        _ => Err(Failure::new("a key ring holds no keys of this type")
            .next_step("give --type local or --type ed25519, or -o FILE for a key by itself")),
    }
}

/// What somebody who made a ring should know.
const PLAIN: &str = "whoever reads the file of the ring has its keys; --ring-passphrase-file or --ring-key wraps it";

fn no_randomness() -> Failure {
    Failure::new("the operating system gives no random numbers")
}
