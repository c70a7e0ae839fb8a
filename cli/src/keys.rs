//! Key files: one key a line, or a key ring, where `#` starts a comment; or what other programs write (PEM, DER, PKCS #12).

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use clap::Args;
use sealwax::Timestamp;
use sealwax::crypto::{HashKey, Provider};
use sealwax::seal::{
    Certificate, Credentials, Identity, KeyError, KeyErrorKind, KeyRing, Opener, Passphrase, Recipient, key_lines,
};
use zeroize::Zeroizing;

use crate::clock;
use crate::failure::Failure;
use crate::files;
use crate::rings::RingKeys;

/// What opens messages, each of which is tried.
#[derive(Debug, Args)]
pub(crate) struct Opening {
    /// A file with keys that open the messages, a key ring, or a private key of another program (PEM, DER, PKCS #12)
    #[arg(long, value_name = "FILE", required_unless_present = "passphrase_file")]
    key: Vec<PathBuf>,

    /// A file whose first line is a passphrase that opens the messages
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    #[command(flatten)]
    rings: RingKeys,
}

impl Opening {
    /// The files that are read for it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.key.iter().chain(&self.passphrase_file).chain(self.rings.files())
    }

    /// What unwraps the key rings among them.
    pub(crate) fn rings(&self) -> &RingKeys {
        &self.rings
    }

    pub(crate) fn opener(&self) -> Result<Opener, Failure> {
        let mut opener = identities(&self.key, &self.rings)?
            .iter()
            .fold(Opener::new(Provider::ring()), Opener::identity);
        if let Some(path) = &self.passphrase_file {
            opener = opener.identity(passphrase(path)?);
        }
        Ok(opener)
    }
}

/// What unlocks key files that are encrypted.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Unlocking {
    /// A file whose first line is the passphrase of the key files that are encrypted (PKCS #8, PKCS #12)
    #[arg(long, value_name = "FILE")]
    key_passphrase_file: Option<PathBuf>,

    /// What stands there, read once.
    #[arg(skip)]
    words: Arc<OnceLock<Words>>,
}

impl Unlocking {
    /// The file that is read for it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.key_passphrase_file.iter()
    }

    /// The passphrase, if one is given.
    fn words(&self) -> Result<Option<&str>, Failure> {
        let Some(path) = &self.key_passphrase_file else {
            return Ok(None);
        };
        if self.words.get().is_none() {
            let _ = self.words.set(Words(first_line(path)?));
        }
        Ok(self.words.get().map(|words| words.0.as_str()))
    }
}

/// A passphrase as it was written.
struct Words(Zeroizing<String>);

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words")
    }
}

/// What a file holds.
pub(crate) enum KeyFile {
    /// Certificates and secret keys of another program.
    Credentials(PathBuf, Credentials),
    /// Keys, one a line.
    Lines(PathBuf, Zeroizing<String>),
    /// A key ring.
    Ring(PathBuf, KeyRing),
}

impl KeyFile {
    /// Reads a file; one that begins with `epoch` is a key ring, and a wrapped one is unwrapped by `rings`, which also has the
    /// passphrase of what is encrypted.
    pub(crate) fn read(path: &Path, rings: &RingKeys) -> Result<Self, Failure> {
        let bytes = Zeroizing::new(files::read(path)?);
        if KeyRing::is_wrapped(&bytes) {
            return Ok(Self::Ring(path.to_owned(), rings.unwrap(path, &bytes)?));
        }
        if Credentials::is_in(&bytes) {
            let found = Credentials::read(&bytes, rings.unlocking.words()?);
            let found = found.map_err(|error| refused(path, error))?;
            return Ok(Self::Credentials(path.to_owned(), found));
        }
        let text = files::text(path, &bytes)?;
        if key_lines(text)
            .next()
            .is_some_and(|(_, line)| line.starts_with("epoch "))
        {
            let ring = KeyRing::parse(text).map_err(|error| failed(path, &error.to_string()))?;
            return Ok(Self::Ring(path.to_owned(), ring));
        }
        Ok(Self::Lines(path.to_owned(), Zeroizing::new(text.to_owned())))
    }

    /// What opens messages.
    pub(crate) fn identities(&self) -> Result<Vec<Identity>, Failure> {
        match self {
            Self::Lines(path, text) => parse_lines(path, text),
            Self::Credentials(path, found) => {
                let keys = found.secret_keys().map_err(|error| refused(path, error))?;
                Ok(keys.iter().map(Identity::from).collect())
            }
            Self::Ring(_, ring) => Ok(ring.identities().map(Identity::from).collect()),
        }
    }

    /// Who can be sealed for: every key of the file, or the active key of `id` in a ring.
    pub(crate) fn recipients(&self, id: Option<&str>) -> Result<Vec<Recipient>, Failure> {
        match (self, id) {
            (Self::Lines(path, text), _) => parse_lines(path, text),
            (Self::Credentials(path, found), _) => Ok(vec![certificate(path, found, clock::now()?)?.into()]),
            (Self::Ring(path, ring), Some(id)) => {
                let key = ring
                    .active(id)
                    .ok_or_else(|| failed(path, &format!("has no active key `{id}`")))?;
                Ok(vec![key.into()])
            }
            (Self::Ring(path, _), None) => {
                Err(failed(path, "is a key ring").next_step("name the key to seal with: --id ID"))
            }
        }
    }

    /// How often a key ring has changed; 0 for a file of keys.
    pub(crate) fn epoch(&self) -> u32 {
        match self {
            Self::Credentials(..) | Self::Lines(..) => 0,
            Self::Ring(_, ring) => ring.epoch(),
        }
    }
}

/// What opens messages in several files, in their order.
pub(crate) fn identities(paths: &[PathBuf], rings: &RingKeys) -> Result<Vec<Identity>, Failure> {
    let mut identities = Vec::new();
    for path in paths {
        identities.extend(KeyFile::read(path, rings)?.identities()?);
    }
    Ok(identities)
}

/// The recipients that an argument means: a public key itself, a file of keys, or the active key of `id` in a ring. A secret
/// key is refused: other users see the command line, and a shell keeps it.
pub(crate) fn recipients(argument: &str, id: Option<&str>, rings: &RingKeys) -> Result<Vec<Recipient>, Failure> {
    if argument.parse::<Identity>().is_ok() {
        return Err(Failure::new(
            "a secret key stands on the command line, where other users see it and the shell keeps it",
        )
        .next_step(
            "put the key into a file and name that, or give the public key; make a new key if others may have seen it",
        ));
    }
    match argument.parse::<Recipient>() {
        Ok(recipient) => Ok(vec![recipient]),
        Err(error) if is_path(argument, error) => KeyFile::read(Path::new(argument), rings)?.recipients(id),
        Err(error) => Err(Failure::new(format!("the recipient `{argument}`: {error}")).next_step(MAKE)),
    }
}

/// The passphrase on the first line of a file.
pub(crate) fn passphrase(path: &Path) -> Result<Passphrase, Failure> {
    let words = first_line(path)?;
    Passphrase::new(&words).map_err(|_| failed(path, "holds no passphrase on its first line"))
}

fn first_line(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let bytes = Zeroizing::new(files::read(path)?);
    let text = files::text(path, &bytes)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// The key for rosters and pseudonyms in a file.
pub(crate) fn hash_key(path: &Path) -> Result<HashKey, Failure> {
    let bytes = Zeroizing::new(files::read(path)?);
    let text = files::text(path, &bytes)?;
    let (_, line) = key_lines(text).next().unwrap_or_default();
    line.parse().map_err(|error| {
        Failure::new(format!("`{}`: {error}", path.display()))
            .next_step("make a key with `sealwax keygen --type hash -o FILE`")
    })
}

/// The certificate of a file, if it is valid at `now`. Who issued it is not checked.
fn certificate(path: &Path, found: &Credentials, now: Timestamp) -> Result<Certificate, Failure> {
    let found = found.certificate().map_err(|error| refused(path, error))?.clone();
    if now < found.not_before() || found.not_after() < now {
        return Err(Failure::new(format!(
            "`{}`: the certificate is valid from {} to {} only",
            path.display(),
            found.not_before(),
            found.not_after()
        )));
    }
    Ok(found)
}

fn parse_lines<Key: std::str::FromStr<Err = KeyError>>(path: &Path, text: &str) -> Result<Vec<Key>, Failure> {
    let parse = |(number, line): (usize, &str)| {
        line.parse()
            .map_err(|error| failed(path, &format!("line {number}: {error}")))
    };
    let keys = key_lines(text).map(parse).collect::<Result<Vec<Key>, Failure>>()?;
    if keys.is_empty() {
        Err(failed(path, "holds no key"))
    } else {
        Ok(keys)
    }
}

fn failed(path: &Path, what: &str) -> Failure {
    Failure::new(format!("`{}`: {what}", path.display())).next_step(MAKE)
}

/// What is wrong with a file that another program wrote.
fn refused(path: &Path, error: KeyError) -> Failure {
    let place = match error.line() {
        1 => String::new(),
        line => format!("line {line}: "),
    };
    let (what, next) = match error.kind() {
        KeyErrorKind::Encrypted => ("is encrypted".to_owned(), UNLOCK),
        KeyErrorKind::Form(form) => (format!("is {form}"), form.next_step()),
        KeyErrorKind::WrongPassphrase => (error.kind().to_string(), UNLOCK),
        kind => (kind.to_string(), MAKE),
    };
    Failure::new(format!("`{}`: {place}{what}", path.display())).next_step(next)
}

/// Whether an argument that is no key names a file: it does not even begin as a key does, or a file is there.
fn is_path(argument: &str, error: KeyError) -> bool {
    match error.kind() {
        KeyErrorKind::Form(_) => Path::new(argument).exists(),
        kind => matches!(kind, KeyErrorKind::Type { .. }),
    }
}

const UNLOCK: &str = "give a file with its passphrase on the first line: --key-passphrase-file FILE";
const MAKE: &str = "make a key with `sealwax keygen -o FILE`";

#[cfg(test)]
mod tests {
    use std::fs;

    use sealwax::crypto::Provider;
    use sealwax::seal::LocalKey;

    use super::*;

    fn key_file(text: &str) -> Result<Vec<Recipient>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        fs::write(&path, text).unwrap();
        let recipients = KeyFile::read(&path, &RingKeys::default()).and_then(|file| file.recipients(Some("clinic")));
        recipients.map_err(|failure| failure.to_string().replace(&*path.display().to_string(), "k"))
    }

    #[test]
    fn every_line_is_a_key() {
        let [one, two] = [1, 2].map(|n| LocalKey::from_bytes(&[n; 32]));
        let keys = key_file(&format!("# a\r\n{}\r\n\n  {}\n", *one.to_text(), *two.to_text())).unwrap();
        let names: Vec<_> = keys.iter().map(Recipient::key_ref).collect();
        assert_eq!(names, [one.key_ref(), two.key_ref()]);
    }

    #[test]
    fn a_key_ring_gives_its_active_key() {
        let mut ring = KeyRing::default();
        ring.rotate("clinic", Provider::ring()).unwrap();
        ring.rotate("clinic", Provider::ring()).unwrap();
        assert_eq!(
            key_file(&ring.to_text()).unwrap()[0].key_ref().to_string(),
            "local:clinic#2"
        );
        assert_eq!(key_file("epoch 3\n").unwrap_err(), "`k`: has no active key `clinic`");
    }

    #[test]
    fn a_bad_line_is_named_by_its_number_and_never_quoted() {
        let secret = LocalKey::from_bytes(&[1; 32]).to_text().replace('Q', "P");
        let failure = key_file(&format!("# a\n{secret}")).unwrap_err();
        assert!(failure.starts_with("`k`: line 2: "), "{failure}");
        assert!(!failure.contains(&secret));
    }

    #[test]
    fn a_certificate_is_taken_while_it_is_valid() {
        let text = include_str!("../../testdata/sealed/rsa.crt");
        let read = Credentials::read(text.as_bytes(), None).unwrap();
        let at = |time: Timestamp| certificate(Path::new("c"), &read, time).map(|found| found.key_ref().clone());
        let found = Certificate::from_pem(text).unwrap();
        assert!(at(found.not_before()).is_ok() && at(found.not_after()).is_ok());
        for outside in [Timestamp::EPOCH, Timestamp::from_millis(i64::MAX)] {
            let failure = at(outside).unwrap_err().to_string();
            assert!(
                failure.starts_with("`c`: the certificate is valid from 20"),
                "{failure}"
            );
        }
    }

    #[test]
    fn a_file_without_a_key_is_refused() {
        assert_eq!(key_file("# nothing\n").unwrap_err(), "`k`: holds no key");
    }
}
