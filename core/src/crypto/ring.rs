//! The provider over `ring`.

use std::hint::black_box;
use std::sync::LazyLock;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::backend::{Backend, Cipher, Hkdf, Key, Nonce, PublicKey, Signature, Signatures, Tag};
use super::hkdf::expand;
use super::{CryptoError, KEY_LEN};

pub(super) struct Ring;

impl Backend for Ring {
    fn name(&self) -> &'static str {
        "ring"
    }

    fn cipher(&self, key: &Key) -> Result<Box<dyn Cipher>, CryptoError> {
        Ok(Box::new(Gcm(aes_key(key)?)))
    }

    fn hkdf(&self, prk: &[u8]) -> Result<Box<dyn Hkdf>, CryptoError> {
        Ok(Box::new(HmacKey(hmac::Key::new(hmac::HMAC_SHA512, prk))))
    }

    fn random(&self, out: &mut [u8]) -> Result<(), CryptoError> {
        SystemRandom::new().fill(out).map_err(|_| CryptoError(()))
    }

    fn signatures(&self) -> Option<&'static dyn Signatures> {
        Some(&Self)
    }
}

impl Signatures for Ring {
    fn public(&self, seed: &Key) -> Result<PublicKey, CryptoError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| CryptoError(()))?;
        PublicKey::try_from(pair.public_key().as_ref()).map_err(|_| CryptoError(()))
    }

    fn sign(&self, seed: &Key, message: &[u8]) -> Result<Signature, CryptoError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| CryptoError(()))?;
        Signature::try_from(pair.sign(message).as_ref()).map_err(|_| CryptoError(()))
    }

    fn verify(&self, public: &PublicKey, message: &[u8], signature: &Signature) -> Result<(), CryptoError> {
        let key = UnparsedPublicKey::new(&ED25519, public);
        key.verify(message, signature).map_err(|_| CryptoError(()))
    }
}

/// `ring` does not wipe its keys (briansmith/ring#15), so the key schedule is overwritten with that of a known key. It
/// stands on the heap, inside the `Box<dyn Cipher>`, and never moves from there.
struct Gcm(LessSafeKey);

impl Cipher for Gcm {
    fn seal(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8]) -> Result<Tag, CryptoError> {
        let nonce = ring::aead::Nonce::assume_unique_for_key(*nonce);
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, Aad::from(aad), text)
            .map_err(|_| CryptoError(()))?;
        Tag::try_from(tag.as_ref()).map_err(|_| CryptoError(()))
    }

    fn open(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8], tag: &Tag) -> Result<(), CryptoError> {
        self.open_from(nonce, aad, text, 0, tag)
    }

    fn open_to_front(&self, nonce: &Nonce, buffer: &mut [u8], start: usize, tag: &Tag) -> Result<(), CryptoError> {
        self.open_from(nonce, &[], buffer, start, tag)
    }
}

impl Gcm {
    /// `ring` moves the text while it decrypts it.
    fn open_from(
        &self,
        nonce: &Nonce,
        aad: &[u8],
        buffer: &mut [u8],
        start: usize,
        tag: &Tag,
    ) -> Result<(), CryptoError> {
        let nonce = ring::aead::Nonce::assume_unique_for_key(*nonce);
        let opened = self
            .0
            .open_in_place_separate_tag(nonce, Aad::from(aad), (*tag).into(), buffer, start..);
        opened.map(|_| ()).map_err(|_| CryptoError(()))
    }
}

impl Drop for Gcm {
    fn drop(&mut self) {
        if let Some(blank) = BLANK_AES.as_ref() {
            self.0.clone_from(blank);
        }
        black_box(&self.0); // the store above counts as read, so it is not removed
    }
}

/// The state of an HMAC key is as good as the key: it is overwritten like the cipher's.
struct HmacKey(hmac::Key);

impl Hkdf for HmacKey {
    fn expand(&self, info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        expand(|text| hmac::sign(&self.0, text), info, out)
    }
}

impl Drop for HmacKey {
    fn drop(&mut self) {
        self.0.clone_from(&BLANK_HMAC);
        black_box(&self.0);
    }
}

/// What keys are overwritten with: made once, since a copy is much cheaper than a key schedule.
static BLANK_AES: LazyLock<Option<LessSafeKey>> = LazyLock::new(|| aes_key(&[0; KEY_LEN]).ok());
static BLANK_HMAC: LazyLock<hmac::Key> = LazyLock::new(|| hmac::Key::new(hmac::HMAC_SHA512, &[]));

fn aes_key(key: &Key) -> Result<LessSafeKey, CryptoError> {
    UnboundKey::new(&AES_256_GCM, key)
        .map(LessSafeKey::new)
        .map_err(|_| CryptoError(()))
}
