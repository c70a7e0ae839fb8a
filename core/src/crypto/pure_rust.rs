//! The provider over `RustCrypto`. Its keys wipe themselves (feature `zeroize` of `aes-gcm` and `sha2`).

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit};
use ed25519_dalek::{Signer, SigningKey, Verifier, VerifyingKey};
use hmac::{Hmac, Mac};
use sha2::Sha512;
use zeroize::Zeroizing;

use super::CryptoError;
use super::backend::{Backend, Cipher, Hkdf, Key, Nonce, PublicKey, Signature, Signatures, Tag};
use super::hkdf::expand;

pub(super) struct PureRust;

impl Backend for PureRust {
    fn name(&self) -> &'static str {
        "pure-rust"
    }

    fn cipher(&self, key: &Key) -> Result<Box<dyn Cipher>, CryptoError> {
        Ok(Box::new(Gcm(Aes256Gcm::new(key.into()))))
    }

    fn hkdf(&self, prk: &[u8]) -> Result<Box<dyn Hkdf>, CryptoError> {
        let key = <Hmac<Sha512> as KeyInit>::new_from_slice(prk).map_err(|_| CryptoError(()))?;
        Ok(Box::new(HmacKey(key)))
    }

    fn random(&self, out: &mut [u8]) -> Result<(), CryptoError> {
        getrandom::fill(out).map_err(|_| CryptoError(()))
    }

    fn signatures(&self) -> Option<&'static dyn Signatures> {
        Some(&Self)
    }
}

impl Signatures for PureRust {
    fn public(&self, seed: &Key) -> Result<PublicKey, CryptoError> {
        Ok(SigningKey::from_bytes(seed).verifying_key().to_bytes())
    }

    fn sign(&self, seed: &Key, message: &[u8]) -> Result<Signature, CryptoError> {
        Ok(SigningKey::from_bytes(seed).sign(message).to_bytes())
    }

    fn verify(&self, public: &PublicKey, message: &[u8], signature: &Signature) -> Result<(), CryptoError> {
        let key = VerifyingKey::from_bytes(public).map_err(|_| CryptoError(()))?;
        key.verify(message, &signature.into()).map_err(|_| CryptoError(()))
    }
}

struct Gcm(Aes256Gcm);

impl Cipher for Gcm {
    fn seal(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8]) -> Result<Tag, CryptoError> {
        let tag = self.0.encrypt_inout_detached(nonce.into(), aad, InOutBuf::from(text));
        tag.map(Into::into).map_err(|_| CryptoError(()))
    }

    fn open(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8], tag: &Tag) -> Result<(), CryptoError> {
        let opened = self
            .0
            .decrypt_inout_detached(nonce.into(), aad, InOutBuf::from(text), tag.into());
        opened.map_err(|_| CryptoError(()))
    }
}

struct HmacKey(Hmac<Sha512>);

impl Hkdf for HmacKey {
    fn expand(&self, info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        let hmac = |text: &[u8]| {
            let block: [u8; 64] = self.0.clone().chain_update(text).finalize().into_bytes().into();
            Zeroizing::new(block)
        };
        expand(hmac, info, out)
    }
}
