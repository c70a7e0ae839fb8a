//! The traits that a provider implements.

use super::{CryptoError, KEY_LEN, NONCE_LEN, PUBLIC_KEY_LEN, SIGNATURE_LEN, TAG_LEN};

pub(crate) type Key = [u8; KEY_LEN];
pub(crate) type Nonce = [u8; NONCE_LEN];
pub(crate) type Tag = [u8; TAG_LEN];
pub(crate) type PublicKey = [u8; PUBLIC_KEY_LEN];
pub(crate) type Signature = [u8; SIGNATURE_LEN];

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

    /// HKDF-Expand-SHA-512 under `prk`. What was made of the key is wiped when it is dropped.
    fn hkdf(&self, prk: &[u8]) -> Result<Box<dyn Hkdf>, CryptoError>;

    /// Fills `out` from the generator of the operating system.
    fn random(&self, out: &mut [u8]) -> Result<(), CryptoError>;

    /// What makes and checks signatures; `None` where the provider allows none.
    fn signatures(&self) -> Option<&'static dyn Signatures> {
        None
    }
}

/// Ed25519 (RFC 8032). A secret key is its seed.
pub(crate) trait Signatures: Send + Sync {
    /// The public key of `seed`.
    fn public(&self, seed: &Key) -> Result<PublicKey, CryptoError>;

    /// Signs `message`.
    fn sign(&self, seed: &Key, message: &[u8]) -> Result<Signature, CryptoError>;

    /// Fails when `signature` is not that of `message`.
    fn verify(&self, public: &PublicKey, message: &[u8], signature: &Signature) -> Result<(), CryptoError>;
}

/// HKDF-Expand-SHA-512 (RFC 5869, section 2.3) with one pseudo-random key, which is hashed once for any number of calls.
///
/// Written over HMAC, since some libraries refuse a pseudo-random key shorter than the hash, and the published body
/// format takes one of 32 bytes.
pub(crate) trait Hkdf: Send + Sync {
    /// Fills `out`; `info` is given in pieces and joined. Fails when `out` is longer than 255 × 64 bytes.
    fn expand(&self, info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError>;
}

/// AES-256-GCM with one key.
///
/// Where opening fails, the contents of what was to hold the plaintext are unspecified and never plaintext that a caller
/// may use.
pub(crate) trait Cipher: Send + Sync {
    /// Encrypts `text` in place and gives its tag.
    fn seal(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8]) -> Result<Tag, CryptoError>;

    /// Decrypts `text` in place if `tag` is right.
    fn open(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8], tag: &Tag) -> Result<(), CryptoError>;

    /// Encrypts `text` to `out`, which has room for it and the tag: 16 bytes more.
    fn seal_to(&self, nonce: &Nonce, text: &[u8], out: &mut [u8]) -> Result<(), CryptoError> {
        let (to, tag) = out.split_last_chunk_mut::<TAG_LEN>().ok_or(CryptoError(()))?;
        copy(text, to)?;
        *tag = self.seal(nonce, &[], to)?;
        Ok(())
    }

    /// Decrypts `text` to `out`, which has the same length, if `tag` is right.
    fn open_to(&self, nonce: &Nonce, text: &[u8], out: &mut [u8], tag: &Tag) -> Result<(), CryptoError> {
        copy(text, out)?;
        self.open(nonce, &[], out, tag)
    }

    /// Decrypts `buffer` from `start` on, if `tag` is right, so that the plaintext stands at the front of `buffer`.
    fn open_to_front(&self, nonce: &Nonce, buffer: &mut [u8], start: usize, tag: &Tag) -> Result<(), CryptoError> {
        let text = buffer.get_mut(start..).ok_or(CryptoError(()))?;
        self.open(nonce, &[], text, tag)?;
        buffer.copy_within(start.., 0);
        Ok(())
    }
}

/// Copies `from` to `to` if both have the same length.
fn copy(from: &[u8], to: &mut [u8]) -> Result<(), CryptoError> {
    if from.len() != to.len() {
        return Err(CryptoError(()));
    }
    to.copy_from_slice(from);
    Ok(())
}
