//! Who signs messages, and by whom they must be signed.

use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::crypto::{CryptoError, Provider};
use sealwax::seal::{KeyErrorKind, KeyRing, Opener, SigningKey, VerifyingKey, key_lines};

use crate::failure::Failure;
use crate::keys::KeyFile;
use crate::rings::RingKeys;

/// The key that signs a message.
#[derive(Debug, Args)]
pub(crate) struct Signing {
    /// Sign the message with the key in a file (see `sealwax keygen --type ed25519`) or in a key ring, so that its readers know
    /// who sealed it; nobody else learns it
    #[arg(long, value_name = "FILE")]
    sign: Option<PathBuf>,

    /// Which signing key of a key ring; it may be left out where there is one
    #[arg(long, value_name = "ID", requires = "sign")]
    signer: Option<String>,
}

impl Signing {
    /// The file that is read for it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.sign.iter()
    }

    /// The key, if one is named.
    pub(crate) fn key(&self, rings: &RingKeys) -> Result<Option<SigningKey>, Failure> {
        let Some(path) = &self.sign else { return Ok(None) };
        let key = match KeyFile::read(path, rings)? {
            KeyFile::Ring(_, ring) => self.active(path, &ring),
            _ if self.signer.is_some() => {
                Err(failed(path, "is no key ring, of which one key could be named").next_step("leave out --signer"))
            }
            KeyFile::Lines(_, text) => sole_key(path, &text),
            KeyFile::Credentials(..) => Err(failed(
                path,
                "is a key file of another program, which does not sign here",
            )),
        };
        key.map(Some)
    }

    fn active(&self, path: &Path, ring: &KeyRing) -> Result<SigningKey, Failure> {
        let mut ids: Vec<&str> = ring.signers().map(|(id, ..)| id).collect();
        ids.dedup();
        let id = match (&self.signer, ids.as_slice()) {
            (Some(id), _) => id.as_str(),
            (None, [id]) => id,
            (None, []) => return Err(failed(path, "has no signing key").next_step(MAKE_IN_RING)),
            (None, _) => {
                return Err(failed(path, "has several signing keys").next_step("name the one that signs: --signer ID"));
            }
        };
        let key = ring.active_signer(id).cloned();
        key.ok_or_else(|| failed(path, &format!("has no active signing key `{id}`")).next_step(MAKE_IN_RING))
    }
}

/// Who must have signed a message.
#[derive(Debug, Args)]
pub(crate) struct Senders {
    /// Open it only if this sender signed it: their public key, a file with such keys, or a key ring with signing keys; of
    /// several, one must have
    #[arg(long, value_name = "SENDER")]
    sender: Vec<String>,
}

/// The senders that are known, by the names that they have here.
pub(crate) struct Known(Vec<(String, VerifyingKey)>);

impl Senders {
    /// The files that are read for it.
    pub(crate) fn files(&self) -> impl Iterator<Item = PathBuf> {
        let paths = self
            .sender
            .iter()
            .filter(|argument| argument.parse::<VerifyingKey>().is_err());
        paths.map(PathBuf::from)
    }

    pub(crate) fn read(&self, rings: &RingKeys) -> Result<Known, Failure> {
        let mut known = Vec::new();
        for argument in &self.sender {
            match argument.parse::<VerifyingKey>() {
                Ok(key) => known.push((key.to_string(), key)),
                Err(error) if matches!(error.kind(), KeyErrorKind::Type { .. }) => {
                    known.extend(in_file(Path::new(argument), rings)?);
                }
                Err(error) => return Err(Failure::new(format!("the sender `{argument}`: {error}")).next_step(ASK)),
            }
        }
        Ok(Known(known))
    }
}

impl Known {
    /// An opener that opens only what one of them signed, if there is any.
    pub(crate) fn ask(&self, opener: Opener) -> Opener {
        self.0.iter().fold(opener, |opener, (_, key)| opener.sender(*key))
    }

    /// What a sender is called.
    pub(crate) fn name(&self, sender: VerifyingKey) -> String {
        let known = self.0.iter().find(|(_, key)| *key == sender);
        known.map_or_else(|| sender.to_string(), |(name, _)| name.clone())
    }
}

/// The senders in a file: public keys, or those of signing keys, also in a key ring.
fn in_file(path: &Path, rings: &RingKeys) -> Result<Vec<(String, VerifyingKey)>, Failure> {
    let known = match KeyFile::read(path, rings)? {
        KeyFile::Ring(_, ring) => {
            let signers = ring.signers();
            let named = signers.map(|(id, version, key)| Ok((format!("{id}#{version}"), public(key)?)));
            named.collect::<Result<Vec<_>, Failure>>()?
        }
        KeyFile::Credentials(..) => Vec::new(),
        KeyFile::Lines(_, text) => in_lines(path, &text)?,
    };
    // An opener that asks for nobody opens what anybody sealed.
    if known.is_empty() {
        return Err(failed(path, "holds no sender").next_step(ASK));
    }
    Ok(known)
}

fn in_lines(path: &Path, text: &str) -> Result<Vec<(String, VerifyingKey)>, Failure> {
    let mut known = Vec::new();
    for (number, line) in key_lines(text) {
        let key = match line.parse::<SigningKey>() {
            Ok(key) => public(&key)?,
            Err(_) => line
                .parse()
                .map_err(|error| failed(path, &format!("line {number}: {error}")).next_step(ASK))?,
        };
        known.push((key.to_string(), key));
    }
    Ok(known)
}

/// The public half of a signing key.
pub(crate) fn public(key: &SigningKey) -> Result<VerifyingKey, Failure> {
    let public = key.verifying_key(Provider::ring());
    public.map_err(|error: CryptoError| Failure::new(error.to_string()))
}

fn sole_key(path: &Path, text: &str) -> Result<SigningKey, Failure> {
    let mut lines = key_lines(text);
    match (lines.next(), lines.next()) {
        (Some((number, line)), None) => {
            let key = line.parse();
            key.map_err(|error| failed(path, &format!("line {number}: {error}")).next_step(MAKE))
        }
        (None, _) => Err(failed(path, "holds no key").next_step(MAKE)),
        _ => Err(failed(path, "holds several keys, and one signs").next_step(MAKE)),
    }
}

fn failed(path: &Path, what: &str) -> Failure {
    Failure::new(format!("`{}`: {what}", path.display()))
}

const MAKE: &str = "make a signing key with `sealwax keygen --type ed25519 -o FILE`";
const MAKE_IN_RING: &str = "make one with `sealwax keygen --type ed25519 --ring FILE --id ID`";
const ASK: &str = "a sender's key begins with `sealwax-ed25519-1`: ask the sender for it by a way that you trust";
