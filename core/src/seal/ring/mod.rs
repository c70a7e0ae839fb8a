//! Key rings: local keys and signing keys with ids, versions and a life of their own.

mod versions;

use std::fmt::{self, Write};

use zeroize::Zeroizing;

use self::versions::{Slot, Versions};
use super::key_file::key_lines;
use super::key_ref::KeyRef;
use super::local::LocalKey;
use super::sender::SigningKey;
use crate::crypto::{CryptoError, Provider};

/// Local keys by id and version. For each id at most one version is active: it seals and opens. Retired versions only
/// open; destroyed ones are a note that they were. The same holds for the signing keys of senders.
///
/// The text form has one line for each key: `key ID VERSION STATE SECRET` or `signer ID VERSION STATE SECRET`, and before
/// them `epoch NUMBER`, which grows with every change. It is secret: keep it in a file of mode 0600, or better [wrapped](Self::wrap) for a passphrase or a key
/// service, so that the file alone opens nothing.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{KeyRing, Opener, Sealer};
/// let mut ring = KeyRing::default();
/// ring.rotate("clinic-7", Provider::ring())?;
/// let seal = |ring: &KeyRing| {
///     ring.active("clinic-7").map(|key| Sealer::new(Provider::ring()).recipient(key).seal(b"labs"))
/// };
/// let sealed = seal(&ring).transpose()?.unwrap_or_default();
/// ring.rotate("clinic-7", Provider::ring())?; // what was sealed before still opens
/// let ring = KeyRing::parse(&ring.to_text())?;
/// assert_eq!(ring.epoch(), 2);
/// let open = |ring: &KeyRing| ring.identities().fold(Opener::new(Provider::ring()), Opener::identity).open(&sealed);
/// assert!(open(&ring).is_ok());
/// let mut ring = ring;
/// assert_eq!(ring.destroy("clinic-7"), 2);
/// assert!(open(&ring).is_err());
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeyRing {
    epoch: u32,
    keys: Versions<LocalKey>,
    signers: Versions<SigningKey>,
}

/// Where a version of a key stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It seals and opens.
    Active,
    /// Its secret is gone.
    Destroyed,
    /// It only opens.
    Retired,
}

impl KeyState {
    const ALL: [Self; 3] = [Self::Active, Self::Destroyed, Self::Retired];

    /// The word in the text form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Destroyed => "destroyed",
            Self::Retired => "retired",
        }
    }
}

impl KeyRing {
    /// Reads the text form. Empty lines and lines that begin with `#` are left out.
    ///
    /// # Errors
    ///
    /// [`RingError`] with the line and what is wrong with it; it never quotes the line.
    pub fn parse(text: &str) -> Result<Self, RingError> {
        let mut ring = Self::default();
        for (number, line) in key_lines(text) {
            ring.read_line(line).map_err(|kind| RingError { kind, line: number })?;
        }
        Ok(ring)
    }

    /// The text form; it is secret, and wiped when dropped.
    pub fn to_text(&self) -> Zeroizing<String> {
        let keys = self.keys.iter().map(|(id, version, slot)| {
            let text = slot.key().map(LocalKey::to_text);
            ("key", id, version, slot.state(), text)
        });
        let signers = self.signers.iter().map(|(id, version, slot)| {
            let text = slot.key().map(SigningKey::to_text);
            ("signer", id, version, slot.state(), text)
        });
        let lines: Vec<_> = keys.chain(signers).collect();
        let room = lines.iter().map(|(_, id, ..)| id.len().saturating_add(128));
        // Never grows, so no copy is left behind.
        let mut text = Zeroizing::new(String::with_capacity(room.fold(32, usize::saturating_add)));
        let _ = writeln!(text, "epoch {}", self.epoch); // writing to a string cannot fail
        for (what, id, version, state, secret) in lines {
            let _ = write!(text, "{what} {id} {version} {}", state.name());
            if let Some(secret) = secret {
                text.push(' ');
                text.push_str(&secret);
            }
            text.push('\n');
        }
        text
    }

    /// How often the ring has changed: headers carry it as their key epoch.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The key that seals for `id`.
    pub fn active(&self, id: &str) -> Option<&LocalKey> {
        self.keys.active(id)
    }

    /// Every key that opens.
    pub fn identities(&self) -> impl Iterator<Item = &LocalKey> {
        self.keys.iter().filter_map(|(_, _, slot)| slot.key())
    }

    /// Every version of every key that opens or did: id, version, state.
    pub fn versions(&self) -> impl Iterator<Item = (&str, u32, KeyState)> {
        self.keys.iter().map(|(id, version, slot)| (id, version, slot.state()))
    }

    /// Makes a new version of `id` active and retires the one that was; the first version is 1.
    ///
    /// # Errors
    ///
    /// [`RotateError`] when the id cannot be one, or the system gives no randomness.
    pub fn rotate(&mut self, id: &str, provider: Provider) -> Result<&LocalKey, RotateError> {
        let version = self.keys.next(id).ok_or(RotateError::Id)?;
        let key = LocalKey::generate(provider)?.named(key_ref(id, version).ok_or(RotateError::Id)?);
        self.keys.rotate(id, version, key);
        self.epoch = self.epoch.saturating_add(1);
        self.keys.active(id).ok_or(RotateError::Id)
    }

    /// Destroys every version of `id` and gives how many there were. What was sealed under them alone never opens
    /// again, if no copy of the ring is left anywhere.
    pub fn destroy(&mut self, id: &str) -> usize {
        let destroyed = self.keys.destroy(id);
        self.epoch = self.epoch.saturating_add(u32::from(destroyed > 0));
        destroyed
    }

    /// The key that signs for the sender `id`.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{KeyRing, LocalKey, Opener, Sealer};
    /// let mut ring = KeyRing::default();
    /// ring.rotate_signer("front-desk", Provider::ring())?;
    /// let key = LocalKey::generate(Provider::ring())?;
    /// let sealer = Sealer::new(Provider::ring()).recipient(&key);
    /// let sealed = sealer.sign(ring.active_signer("front-desk").ok_or("no signer")?).seal(b"labs")?;
    ///
    /// ring.rotate_signer("front-desk", Provider::ring())?; // what was signed before is still verified
    /// let opened = Opener::new(Provider::ring()).identity(&key).open_signed(&sealed)?;
    /// let signer = ring.signers().find(|(_, _, signer)| signer.verifying_key(Provider::ring()).ok() == opened.sender);
    /// assert_eq!(signer.map(|(id, version, _)| (id, version)), Some(("front-desk", 1)));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn active_signer(&self, id: &str) -> Option<&SigningKey> {
        self.signers.active(id)
    }

    /// Every version of every signing key that is not destroyed: id, version, key. Retired ones only tell who signed.
    pub fn signers(&self) -> impl Iterator<Item = (&str, u32, &SigningKey)> {
        let signers = self.signers.iter();
        signers.filter_map(|(id, version, slot)| Some((id, version, slot.key()?)))
    }

    /// Makes a new version of the signing key `id` active and retires the one that was; the first version is 1. Signing keys
    /// and those that open have names of their own.
    ///
    /// # Errors
    ///
    /// [`RotateError`] when the id cannot be one, or the system gives no randomness.
    pub fn rotate_signer(&mut self, id: &str, provider: Provider) -> Result<&SigningKey, RotateError> {
        let version = self.signers.next(id).ok_or(RotateError::Id)?;
        key_ref(id, version).ok_or(RotateError::Id)?;
        self.signers.rotate(id, version, SigningKey::generate(provider)?);
        self.epoch = self.epoch.saturating_add(1);
        self.signers.active(id).ok_or(RotateError::Id)
    }

    /// Destroys every version of the signing key `id`, as when it was stolen, and gives how many there were: the ring names
    /// nobody by it any more.
    pub fn destroy_signer(&mut self, id: &str) -> usize {
        let destroyed = self.signers.destroy(id);
        self.epoch = self.epoch.saturating_add(u32::from(destroyed > 0));
        destroyed
    }

    fn read_line(&mut self, line: &str) -> Result<(), RingErrorKind> {
        let mut words = line.split_ascii_whitespace();
        match (
            words.next(),
            words.next(),
            words.next(),
            words.next(),
            words.next(),
            words.next(),
        ) {
            (Some("epoch"), Some(number), None, ..) => {
                self.epoch = number.parse().map_err(|_| RingErrorKind::Number)?;
                Ok(())
            }
            (Some("key"), Some(id), Some(version), Some(state), secret, None) => {
                let version = version.parse().map_err(|_| RingErrorKind::Number)?;
                let name = key_ref(id, version).ok_or(RingErrorKind::Line)?;
                let slot = read_slot(state, secret, |secret| {
                    let key: LocalKey = secret.parse().map_err(|_| RingErrorKind::Key)?;
                    Ok(key.named(name))
                })?;
                self.keys.insert(id, version, slot)
            }
            (Some("signer"), Some(id), Some(version), Some(state), secret, None) => {
                let version = version.parse().map_err(|_| RingErrorKind::Number)?;
                key_ref(id, version).ok_or(RingErrorKind::Line)?;
                let slot = read_slot(state, secret, |secret| {
                    secret.parse().map_err(|_| RingErrorKind::SigningKey)
                })?;
                self.signers.insert(id, version, slot)
            }
            _ => Err(RingErrorKind::Line),
        }
    }
}

fn read_slot<K>(
    state: &str,
    secret: Option<&str>,
    read: impl FnOnce(&str) -> Result<K, RingErrorKind>,
) -> Result<Slot<K>, RingErrorKind> {
    let state = KeyState::ALL
        .into_iter()
        .find(|known| known.name() == state)
        .ok_or(RingErrorKind::State)?;
    let key = || read(secret.ok_or(RingErrorKind::Line)?);
    match state {
        KeyState::Active => key().map(Slot::Active),
        KeyState::Destroyed if secret.is_none() => Ok(Slot::Destroyed),
        KeyState::Destroyed => Err(RingErrorKind::Line),
        KeyState::Retired => key().map(Slot::Retired),
    }
}

/// The name of a version in headers; an id has no blanks, which end a word in the text form.
fn key_ref(id: &str, version: u32) -> Option<KeyRef> {
    let fits = version > 0 && !id.is_empty() && !id.contains(char::is_whitespace);
    fits.then(|| KeyRef::new("local", id, version).ok()).flatten()
}

/// A key could not be rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RotateError {
    /// The provider failed, or the system gave no randomness.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The id is empty, too long or has blanks, or its versions have run out.
    #[error("a key id has at most {} bytes and no blanks", super::MAX_KEY_NAME_LEN)]
    Id,
}

/// A key ring cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {kind}")]
pub struct RingError {
    kind: RingErrorKind,
    line: usize,
}

impl RingError {
    /// What is wrong.
    pub fn kind(&self) -> RingErrorKind {
        self.kind
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Debug for RingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RingError({self})")
    }
}

/// What is wrong with a line of a key ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RingErrorKind {
    /// The secret is not a local key.
    #[error("expected a key that begins with `SEALWAX-LOCAL-1`; it was mistyped or cut")]
    Key,
    /// The line is of no known form.
    #[error("expected `epoch NUMBER`, `key ID VERSION STATE SECRET` or `signer ID VERSION STATE SECRET`")]
    Line,
    /// A number is not one.
    #[error("expected a number")]
    Number,
    /// The secret is not a signing key.
    #[error("expected a key that begins with `SEALWAX-ED25519-SECRET-1`; it was mistyped or cut")]
    SigningKey,
    /// The state is not known.
    #[error("expected `active`, `retired` or `destroyed`")]
    State,
    /// The version stands twice, or two versions are active.
    #[error("this version stands twice, or two versions of the key are active")]
    Twice,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut ring = KeyRing::default();
        for id in ["a", "b", "a", "a"] {
            ring.rotate(id, Provider::ring()).unwrap();
        }
        ring.destroy("b");
        for id in ["a", "desk", "desk"] {
            ring.rotate_signer(id, Provider::ring()).unwrap();
        }
        assert_eq!(ring.destroy_signer("a"), 1);
        let read = KeyRing::parse(&format!("# a comment\n\n{}", *ring.to_text())).unwrap();
        assert_eq!(*read.to_text(), *ring.to_text());
        let versions: Vec<_> = read
            .versions()
            .map(|(id, version, state)| (id, version, state.name()))
            .collect();
        let expected = [
            ("a", 1, "retired"),
            ("a", 2, "retired"),
            ("a", 3, "active"),
            ("b", 1, "destroyed"),
        ];
        assert_eq!((read.epoch(), versions), (9, expected.to_vec()));
        let signers: Vec<_> = read.signers().map(|(id, version, _)| (id, version)).collect();
        assert_eq!(signers, [("desk", 1), ("desk", 2)]);
        assert!(read.active_signer("desk").is_some() && read.active_signer("a").is_none());
    }

    #[test]
    fn a_destroyed_id_starts_anew_with_a_version_of_its_own() {
        let mut ring = KeyRing::default();
        ring.rotate("a", Provider::ring()).unwrap();
        assert_eq!((ring.destroy("a"), ring.destroy("a"), ring.destroy("x")), (1, 0, 0));
        assert!(ring.active("a").is_none());
        assert_eq!(ring.rotate("a", Provider::ring()).unwrap().key_ref().version(), 2);
    }

    #[test]
    fn a_broken_line_is_named_and_never_quoted() {
        let key = LocalKey::from_bytes(&[1; 32]).to_text();
        let cases = [
            ("epoch x".to_owned(), RingErrorKind::Number),
            ("kez a 1 active".to_owned(), RingErrorKind::Line),
            ("key a 1 active".to_owned(), RingErrorKind::Line),
            (format!("key a 0 active {}", *key), RingErrorKind::Line),
            (format!("key a 1 idle {}", *key), RingErrorKind::State),
            (format!("key a 1 destroyed {}", *key), RingErrorKind::Line),
            ("key a 1 active SEALWAX-LOCAL-1CANARY".to_owned(), RingErrorKind::Key),
            (format!("signer a 1 active {}", *key), RingErrorKind::SigningKey),
            (
                format!("signer a 1 active {}", "SEALWAX-ED25519-SECRET-1CANARY"),
                RingErrorKind::SigningKey,
            ),
            (
                format!("key a 1 active {0}\nkey a 2 active {0}", *key),
                RingErrorKind::Twice,
            ),
            (
                format!("key a 1 retired {0}\nkey a 1 retired {0}", *key),
                RingErrorKind::Twice,
            ),
        ];
        for (text, kind) in cases {
            let error = KeyRing::parse(&text).unwrap_err();
            assert_eq!((error.kind(), error.line()), (kind, text.lines().count()), "{text}");
            assert!(!format!("{error} {error:?}").contains("CANARY"));
        }
    }

    #[test]
    fn an_id_that_cannot_be_written_is_refused() {
        let mut ring = KeyRing::default();
        for id in ["", "a b", "a\tb", &"x".repeat(256)] {
            assert_eq!(ring.rotate(id, Provider::ring()).unwrap_err(), RotateError::Id);
            assert_eq!(ring.rotate_signer(id, Provider::ring()).unwrap_err(), RotateError::Id);
        }
        assert_eq!(*ring.to_text(), "epoch 0\n");
    }
}
