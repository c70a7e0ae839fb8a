//! Passphrases: a key that a person remembers.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::chunks::InputKey;
use super::error::{KeyError, KeyErrorKind, SealErrorKind};
use super::key_ref::KeyRef;
use super::random::Random;
use super::recipient::{DataKey, Unwrap, Wrap};
use super::secret::{WRAPPED_LEN, unwrap, wrap};
use super::stanza::StanzaKind;
use super::wire::Reader;
use crate::crypto::{CryptoError, KEY_LEN, Provider};

/// A passphrase, stretched with Argon2id (RFC 9106).
///
/// It is the only recipient of its message, so that a header cannot make a reader stretch it again and again, and so
/// that nobody but those who know it can have sealed the message. Text is normalised (NFC), so it does not matter how an accent was typed.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{Cost, Opener, Passphrase, Sealer};
/// let cheap = Cost { memory_kib: 64, passes: 1, lanes: 1 }; // for this example only
/// let passphrase = Passphrase::new("correct horse battery staple")?.cost(cheap);
/// let sealed = Sealer::new(Provider::ring()).recipient(&passphrase).seal(b"labs")?;
/// assert_eq!(Opener::new(Provider::ring()).identity(&passphrase).open(&sealed)?.as_slice(), b"labs");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Passphrase {
    text: Zeroizing<String>,
    cost: Cost,
    key_ref: KeyRef,
}

/// What one guess costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// How often the memory is gone through.
    pub passes: u32,
    /// Lanes, which are computed one after the other.
    pub lanes: u32,
}

impl Cost {
    /// The second recommended option of RFC 9106, section 4: 64 MiB, three passes, four lanes.
    pub const RFC_9106: Self = Self {
        memory_kib: 65_536,
        passes: 3,
        lanes: 4,
    };

    /// The most that opening spends on the word of a stranger: 256 MiB, ten passes, sixteen lanes.
    pub const MAX: Self = Self {
        memory_kib: 262_144,
        passes: 10,
        lanes: 16,
    };

    fn is_allowed(self) -> bool {
        let Self {
            memory_kib,
            passes,
            lanes,
        } = Self::MAX;
        self.memory_kib <= memory_kib && self.passes <= passes && self.lanes <= lanes
    }

    /// The key for `text`: `None` when the cost is over the limit or not one that Argon2id has.
    fn stretch(self, text: &str, salt: &[u8; SALT_LEN]) -> Option<Zeroizing<[u8; KEY_LEN]>> {
        if !self.is_allowed() {
            return None;
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(KEY_LEN)).ok()?;
        let mut key = Zeroizing::new([0; KEY_LEN]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2
            .hash_password_into(text.as_bytes(), salt, key.as_mut_slice())
            .ok()?;
        Some(key)
    }
}

impl Passphrase {
    /// The passphrase `text`, at the cost of [`Cost::RFC_9106`] when it seals.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Empty`] when the text is empty, as a variable is that nobody set.
    ///
    /// ```
    /// use sealwax::seal::{KeyErrorKind, Passphrase};
    /// assert_eq!(Passphrase::new("").unwrap_err().kind(), KeyErrorKind::Empty);
    /// ```
    pub fn new(text: &str) -> Result<Self, KeyError> {
        if text.is_empty() {
            return Err(KeyError::new(KeyErrorKind::Empty, 1));
        }
        let mut normal = Zeroizing::new(String::with_capacity(text.len().saturating_mul(3))); // NFC at most triples
        normal.extend(text.nfc());
        Ok(Self {
            text: normal,
            cost: Cost::RFC_9106,
            key_ref: KeyRef::derived(PROVIDER, String::new()),
        })
    }

    /// The same passphrase with another cost for what it seals; more than [`Cost::MAX`] fails when sealing.
    #[must_use]
    pub fn cost(self, cost: Cost) -> Self {
        Self { cost, ..self }
    }
}

impl Wrap for Passphrase {
    fn kind(&self) -> StanzaKind {
        StanzaKind::Passphrase
    }

    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn is_outside_provider(&self) -> bool {
        true
    }

    fn wrapped_len(&self) -> usize {
        FRONT_LEN + WRAPPED_LEN
    }

    fn wrap(&self, binding: &[u8], data_key: &DataKey, random: &mut Random) -> Result<Vec<u8>, SealErrorKind> {
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt).map_err(|_| SealErrorKind::Crypto)?;
        let key = self
            .cost
            .stretch(&self.text, &salt)
            .ok_or(SealErrorKind::PassphraseCost)?;
        let mut out = Vec::with_capacity(self.wrapped_len());
        out.extend_from_slice(&salt);
        for number in [self.cost.memory_kib, self.cost.passes, self.cost.lanes] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        let wrapped = InputKey::new(random.provider(), &key).and_then(|key| wrap(&key, binding, data_key, random));
        out.extend_from_slice(&wrapped.map_err(|_| SealErrorKind::Crypto)?);
        Ok(out)
    }
}

impl Unwrap for Passphrase {
    fn fits(&self, kind: StanzaKind, key_ref: &KeyRef) -> bool {
        kind == StanzaKind::Passphrase && *key_ref == self.key_ref
    }

    fn is_outside_provider(&self) -> bool {
        true
    }

    fn unwrap(&self, provider: Provider, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, CryptoError> {
        let (salt, cost, wrapped) = read(wrapped).ok_or(CryptoError(()))?;
        let key = cost.stretch(&self.text, &salt).ok_or(CryptoError(()))?;
        unwrap(&InputKey::new(provider, &key)?, binding, wrapped)
    }
}

fn read(wrapped: &[u8]) -> Option<([u8; SALT_LEN], Cost, &[u8])> {
    let mut reader = Reader::new(wrapped);
    let salt = reader.array()?;
    let cost = Cost {
        memory_kib: reader.word()?,
        passes: reader.word()?,
        lanes: reader.word()?,
    };
    Some((salt, cost, reader.take(WRAPPED_LEN).filter(|_| reader.is_empty())?))
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

const PROVIDER: &str = "passphrase";
const SALT_LEN: usize = 16;
/// Salt and cost, before the wrap.
const FRONT_LEN: usize = SALT_LEN + 12;
