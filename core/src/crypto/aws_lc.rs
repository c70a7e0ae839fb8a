//! The providers over AWS-LC: the library itself, and its module with a FIPS 140-3 certificate.

use std::hint::black_box;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, UnboundKey};
use aws_lc_rs::{hmac, rand};

use super::backend::{Backend, Cipher, Hkdf, Key, Nonce, Tag};
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
