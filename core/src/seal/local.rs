//! Local keys: 32 secret bytes that seal and open.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::error::KeyError;
use super::key_ref::KeyRef;
use super::secret::{Form, Holder, Secret};
use super::stanza::StanzaKind;
use crate::crypto::{CryptoError, KEY_LEN, Provider};

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
pub struct LocalKey(Secret);

impl LocalKey {
    /// A fresh key from the generator of the operating system.
    ///
    /// # Errors
    ///
    /// [`CryptoError`] when the system gives no randomness.
    pub fn generate(provider: Provider) -> Result<Self, CryptoError> {
        Secret::generate(&Self::FORM, provider).map(Self)
    }

    /// The key with these secret bytes, which must be uniformly random and never a password.
    ///
    /// ```
    /// use sealwax::seal::LocalKey;
    /// assert_eq!(LocalKey::from_bytes(&[7; 32]).key_ref().provider(), "local");
    /// ```
    #[must_use]
    pub fn from_bytes(secret: &[u8; KEY_LEN]) -> Self {
        Self(Secret::from_bytes(&Self::FORM, secret))
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
        Self(self.0.named(key_ref))
    }

    /// How headers name this key: by default the provider `local` and a fingerprint that does not reveal the key.
    pub fn key_ref(&self) -> &KeyRef {
        self.0.key_ref()
    }

    /// The text form; it is secret, and wiped when dropped.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = self.0.to_text(&Self::FORM);
        text.make_ascii_uppercase();
        text
    }
}

impl Holder for LocalKey {
    const FORM: Form = Form {
        kind: StanzaKind::Local,
        provider: "local",
        prefix: "sealwax-local-",
        start: "SEALWAX-LOCAL-1",
    };

    fn secret(&self) -> &Secret {
        &self.0
    }
}

impl FromStr for LocalKey {
    type Err = KeyError;

    /// Reads the text form, in capital or small letters.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        Secret::parse(&Self::FORM, text).map(Self)
    }
}

impl fmt::Debug for LocalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalKey({})", self.key_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_fingerprint_and_nothing_of_the_key() {
        let key = LocalKey::from_bytes(&[0xab; 32]);
        assert_eq!(format!("{key:?}"), format!("LocalKey({})", key.key_ref()));
        assert!(!format!("{key:?}").contains("abab"));
    }
}
