//! Local keys: 32 secret bytes that seal and open.

use std::fmt;
use std::str::FromStr;

use zeroize::{Zeroize, Zeroizing};

use super::bech32;
use super::cobblestone;
use super::error::{KeyError, KeyErrorKind, SealErrorKind};
use super::key_ref::KeyRef;
use super::recipient::{DataKey, Unwrap, Wrap};
use super::stanza::StanzaKind;
use crate::crypto::{CryptoError, KEY_LEN, Provider, TAG_LEN, hex, sha512};

/// A symmetric key of 256 bits: whoever has it can seal and open.
///
/// It is wiped when dropped, and neither `Debug` nor any error shows it. Its text form is
/// `SEALWAX-LOCAL-1...`: a type prefix, the key, and a check against typing errors (Bech32, as in age).
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::LocalKey;
/// let key = LocalKey::generate(Provider::ring())?;
/// let text = key.to_text();
/// assert!(text.starts_with("SEALWAX-LOCAL-1"));
/// assert_eq!(text.parse::<LocalKey>()?.key_ref(), key.key_ref());
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct LocalKey {
    secret: Zeroizing<[u8; KEY_LEN]>,
    key_ref: KeyRef,
}

impl LocalKey {
    /// A fresh key from the generator of the operating system.
    ///
    /// # Errors
    ///
    /// [`CryptoError`] when the system gives no randomness.
    pub fn generate(provider: Provider) -> Result<Self, CryptoError> {
        let mut secret = Zeroizing::new([0; KEY_LEN]);
        provider.backend().random(secret.as_mut_slice())?;
        Ok(Self::from_bytes(&secret))
    }

    /// The key with these secret bytes, which must be uniformly random and never a password.
    ///
    /// ```
    /// use sealwax::seal::LocalKey;
    /// assert_eq!(LocalKey::from_bytes(&[7; 32]).key_ref().provider(), "local");
    /// ```
    #[must_use]
    pub fn from_bytes(secret: &[u8; KEY_LEN]) -> Self {
        Self {
            secret: Zeroizing::new(*secret),
            key_ref: KeyRef::derived(PROVIDER, fingerprint(secret)),
        }
    }

    /// The same key under a name of the caller's, for example the id and version in a key ring.
    ///
    /// ```
    /// use sealwax::seal::{KeyRef, LocalKey};
    /// let key = LocalKey::from_bytes(&[7; 32]).named(KeyRef::new("local", "tenant-7", 2)?);
    /// assert_eq!(key.key_ref().to_string(), "local:tenant-7#2");
    /// # Ok::<(), sealwax::seal::KeyRefError>(())
    /// ```
    #[must_use]
    pub fn named(self, key_ref: KeyRef) -> Self {
        Self { key_ref, ..self }
    }

    /// How headers name this key: by default the provider `local` and a fingerprint that does not reveal the key.
    pub fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    /// The text form; it is secret, and wiped when dropped.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = bech32::encode(PREFIX, self.secret.as_slice());
        text.make_ascii_uppercase();
        text
    }
}

impl Wrap for LocalKey {
    fn kind(&self) -> StanzaKind {
        StanzaKind::Local
    }

    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn wrapped_len(&self) -> usize {
        WRAPPED_LEN
    }

    fn wrap(&self, provider: Provider, binding: &[u8], data_key: &DataKey) -> Result<Vec<u8>, SealErrorKind> {
        wrap(provider, &self.secret, binding, data_key)
    }
}

impl Unwrap for LocalKey {
    fn fits(&self, kind: StanzaKind, key_ref: &KeyRef) -> bool {
        kind == StanzaKind::Local && *key_ref == self.key_ref
    }

    fn unwrap(&self, provider: Provider, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, CryptoError> {
        unwrap(provider, &self.secret, binding, wrapped)
    }
}

impl FromStr for LocalKey {
    type Err = KeyError;

    /// Reads the text form, in capital or small letters.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = bech32::decode(PREFIX, EXPECTED, text)?;
        let secret = bytes
            .as_slice()
            .try_into()
            .map_err(|_| KeyError::new(KeyErrorKind::Length, text.len()))?;
        Ok(Self::from_bytes(secret))
    }
}

impl fmt::Debug for LocalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalKey({})", self.key_ref)
    }
}

/// Wraps a data key under 32 secret bytes. The wrap is a Cobblestone-256 body of its own: it commits to the key, and
/// its random salt of 24 bytes sets no limit to how many messages one key may seal.
pub(super) fn wrap(
    provider: Provider,
    secret: &[u8; KEY_LEN],
    binding: &[u8],
    data_key: &DataKey,
) -> Result<Vec<u8>, SealErrorKind> {
    cobblestone::seal(provider, secret, binding, data_key.as_slice()).map_err(|_| SealErrorKind::Crypto)
}

/// Undoes [`wrap`].
pub(super) fn unwrap(
    provider: Provider,
    secret: &[u8; KEY_LEN],
    binding: &[u8],
    wrapped: &[u8],
) -> Result<DataKey, CryptoError> {
    let opened = cobblestone::open(provider, secret, binding, wrapped)?;
    opened
        .as_slice()
        .try_into()
        .map(Zeroizing::new)
        .map_err(|_| CryptoError(()))
}

/// Bytes of a data key wrapped under 32 secret bytes.
pub(super) const WRAPPED_LEN: usize = cobblestone::PREFIX_LEN + KEY_LEN + TAG_LEN;

/// The first eight bytes of a hash of the key: enough to tell keys apart, nothing to find the key by.
pub(super) fn fingerprint(key: &[u8]) -> String {
    let mut digest = sha512(&[b"SLWX1 key id", key]);
    let id = hex(digest.first_chunk::<8>().map_or(&[], <[u8; 8]>::as_slice));
    digest.zeroize();
    id
}

const PROVIDER: &str = "local";
const PREFIX: &str = "sealwax-local-";
const EXPECTED: &str = "SEALWAX-LOCAL-1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_fingerprint_and_nothing_of_the_key() {
        let key = LocalKey::from_bytes(&[0xab; 32]);
        assert_eq!(format!("{key:?}"), format!("LocalKey({})", key.key_ref()));
        assert!(!format!("{key:?}").contains("abab"));
    }

    #[test]
    fn the_text_form_is_read_in_both_cases() {
        let key = LocalKey::from_bytes(&[1; 32]);
        for text in [key.to_text().to_string(), key.to_text().to_lowercase()] {
            assert_eq!(text.parse::<LocalKey>().unwrap().secret, key.secret);
        }
    }

    #[test]
    fn a_key_of_another_type_or_length_is_refused() {
        let short = bech32::encode(PREFIX, &[0; 31]);
        assert_eq!(short.parse::<LocalKey>().unwrap_err().kind(), KeyErrorKind::Length);
        let other = "AGE-SECRET-KEY-1QQQQQQ".parse::<LocalKey>().unwrap_err();
        assert_eq!(
            other.kind(),
            KeyErrorKind::Type {
                expected: "SEALWAX-LOCAL-1"
            }
        );
    }
}
