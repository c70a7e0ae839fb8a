//! The providers over AWS-LC: the library itself, and its module with a FIPS 140-3 certificate.

use std::hint::black_box;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, UnboundKey};
#[cfg(feature = "aws-lc")]
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use aws_lc_rs::{hmac, rand};

use super::backend::{Backend, Cipher, Hkdf, Key, Nonce, Tag};
#[cfg(feature = "aws-lc")]
use super::backend::{PublicKey, Signature, Signatures};
use super::hkdf::expand;
use super::{CryptoError, KEY_LEN};

/// AWS-LC as it is.
#[cfg(feature = "aws-lc")]
pub(super) struct AwsLc;

/// AWS-LC through its FIPS module, and nothing that the module does not do.
#[cfg(feature = "aws-lc-fips")]
pub(super) struct AwsLcFips;

#[cfg(feature = "aws-lc")]
impl Backend for AwsLc {
    fn name(&self) -> &'static str {
        "aws-lc"
    }

    fn cipher(&self, key: &Key) -> Result<Box<dyn Cipher>, CryptoError> {
        cipher(key)
    }

    fn hkdf(&self, prk: &[u8]) -> Result<Box<dyn Hkdf>, CryptoError> {
        Ok(hkdf(prk))
    }

    fn random(&self, out: &mut [u8]) -> Result<(), CryptoError> {
        random(out)
    }

    fn signatures(&self) -> Option<&'static dyn Signatures> {
        Some(&Self)
    }
}

#[cfg(feature = "aws-lc")]
impl Signatures for AwsLc {
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

#[cfg(feature = "aws-lc-fips")]
impl Backend for AwsLcFips {
    fn name(&self) -> &'static str {
        "aws-lc-fips"
    }

    fn is_module_only(&self) -> bool {
        true
    }

    /// Fails when the module did not come up in its FIPS mode, which its power-on tests decide.
    fn cipher(&self, key: &Key) -> Result<Box<dyn Cipher>, CryptoError> {
        aws_lc_rs::try_fips_mode().map_err(|_| CryptoError(()))?;
        cipher(key)
    }

    fn hkdf(&self, prk: &[u8]) -> Result<Box<dyn Hkdf>, CryptoError> {
        Ok(hkdf(prk))
    }

    fn random(&self, out: &mut [u8]) -> Result<(), CryptoError> {
        random(out)
    }
}

fn cipher(key: &Key) -> Result<Box<dyn Cipher>, CryptoError> {
    Ok(Box::new(Gcm(aes_key(key)?)))
}

fn hkdf(prk: &[u8]) -> Box<dyn Hkdf> {
    Box::new(HmacKey(hmac::Key::new(hmac::HMAC_SHA512, prk)))
}

fn random(out: &mut [u8]) -> Result<(), CryptoError> {
    rand::fill(out).map_err(|_| CryptoError(()))
}

/// The key schedule of AES-GCM lies inside of the value and is not wiped by the library, so it is overwritten with
/// that of a known key. It stands on the heap, inside the `Box<dyn Cipher>`, and never moves from there.
struct Gcm(LessSafeKey);

impl Cipher for Gcm {
    fn seal(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8]) -> Result<Tag, CryptoError> {
        let tag = self
            .0
            .seal_in_place_separate_tag(once(nonce), Aad::from(aad), text)
            .map_err(|_| CryptoError(()))?;
        Tag::try_from(tag.as_ref()).map_err(|_| CryptoError(()))
    }

    fn open(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8], tag: &Tag) -> Result<(), CryptoError> {
        let opened = self
            .0
            .open_in_place_separate_tag(once(nonce), Aad::from(aad), tag, text);
        opened.map(|_| ()).map_err(|_| CryptoError(()))
    }

    /// The library encrypts from one buffer to another, which takes less time than to copy first.
    fn seal_to(&self, nonce: &Nonce, text: &[u8], out: &mut [u8]) -> Result<(), CryptoError> {
        self.0
            .seal_in_place_scatter(once(nonce), Aad::empty(), &mut [], text, out)
            .map_err(|_| CryptoError(()))
    }

    fn open_to(&self, nonce: &Nonce, text: &[u8], out: &mut [u8], tag: &Tag) -> Result<(), CryptoError> {
        self.0
            .open_separate_gather(once(nonce), Aad::empty(), text, tag, out)
            .map_err(|_| CryptoError(()))
    }
}

fn once(nonce: &Nonce) -> aws_lc_rs::aead::Nonce {
    aws_lc_rs::aead::Nonce::assume_unique_for_key(*nonce)
}

impl Drop for Gcm {
    fn drop(&mut self) {
        if let Ok(blank) = aes_key(&[0; KEY_LEN]) {
            self.0 = blank;
        }
        black_box(&self.0); // the store above counts as read, so it is not removed
    }
}

/// The library wipes the state of an HMAC key itself.
struct HmacKey(hmac::Key);

impl Hkdf for HmacKey {
    fn expand(&self, info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        expand(|text| hmac::sign(&self.0, text), info, out)
    }
}

fn aes_key(key: &Key) -> Result<LessSafeKey, CryptoError> {
    UnboundKey::new(&AES_256_GCM, key)
        .map(LessSafeKey::new)
        .map_err(|_| CryptoError(()))
}
