//! The one trait that a provider implements.

use super::{CryptoError, KEY_LEN, NONCE_LEN, TAG_LEN};

pub(crate) type Key = [u8; KEY_LEN];
pub(crate) type Nonce = [u8; NONCE_LEN];
pub(crate) type Tag = [u8; TAG_LEN];

/// Exactly what the sealed message needs from a cryptographic library.
pub(crate) trait Backend: Send + Sync {
    /// The short name of the provider.
    fn name(&self) -> &'static str;

    /// Whether nothing may be computed outside of the provider's own, validated module.
    fn is_module_only(&self) -> bool {
        false
    }

    /// AES-256-GCM under `key`. The key schedule is wiped when the cipher is dropped.
    fn cipher(&self, key: &Key) -> Result<Box<dyn Cipher>, CryptoError>;

    /// Fills `out` with HKDF-Expand-SHA-512 (RFC 5869, section 2.3); `info` is given in pieces and joined.
    ///
    /// Written over HMAC, since some libraries refuse a pseudo-random key shorter than the hash, and the published
    /// body format takes one of 32 bytes. Fails when `out` is longer than 255 × 64 bytes.
    fn expand(&self, prk: &[u8], info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError>;

    /// Fills `out` from the generator of the operating system.
    fn random(&self, out: &mut [u8]) -> Result<(), CryptoError>;
}

/// AES-256-GCM with one key, in place.
pub(crate) trait Cipher: Send + Sync {
    /// Encrypts `text` and gives its tag.
    fn seal(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8]) -> Result<Tag, CryptoError>;

    /// Decrypts `text` if `tag` is right. When it is not, the contents of `text` are unspecified and never plaintext
    /// that a caller may use.
    fn open(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8], tag: &Tag) -> Result<(), CryptoError>;
}
