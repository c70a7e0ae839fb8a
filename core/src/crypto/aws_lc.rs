//! The providers over AWS-LC: the library itself, and its module with a FIPS 140-3 certificate.

use std::hint::black_box;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, UnboundKey};
use aws_lc_rs::{hmac, rand};

use super::backend::{Backend, Cipher, Key, Nonce, Tag};
use super::hkdf::expand_blocks;
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

    fn expand(&self, prk: &[u8], info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        expand(prk, info, out)
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

    fn expand(&self, prk: &[u8], info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        expand(prk, info, out)
    }

    fn random(&self, out: &mut [u8]) -> Result<(), CryptoError> {
        random(out)
    }
}

fn cipher(key: &Key) -> Result<Box<dyn Cipher>, CryptoError> {
    Ok(Box::new(Gcm(aes_key(key)?)))
}

/// The library wipes the state of an HMAC key itself.
fn expand(prk: &[u8], info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
    let key = hmac::Key::new(hmac::HMAC_SHA512, prk);
    expand_blocks(info, out, |pieces| {
        let mut context = hmac::Context::with_key(&key);
        for piece in pieces {
            context.update(piece);
        }
        context.sign()
    })
}

fn random(out: &mut [u8]) -> Result<(), CryptoError> {
    rand::fill(out).map_err(|_| CryptoError(()))
}

/// The key schedule of AES-GCM lies inside of the value and is not wiped by the library, so it is overwritten with
/// that of a known key. It stands on the heap, inside the `Box<dyn Cipher>`, and never moves from there.
struct Gcm(LessSafeKey);

impl Cipher for Gcm {
    fn seal(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8]) -> Result<Tag, CryptoError> {
        let nonce = aws_lc_rs::aead::Nonce::assume_unique_for_key(*nonce);
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, Aad::from(aad), text)
            .map_err(|_| CryptoError(()))?;
        Tag::try_from(tag.as_ref()).map_err(|_| CryptoError(()))
    }

    fn open(&self, nonce: &Nonce, aad: &[u8], text: &mut [u8], tag: &Tag) -> Result<(), CryptoError> {
        let nonce = aws_lc_rs::aead::Nonce::assume_unique_for_key(*nonce);
        let opened = self.0.open_in_place_separate_tag(nonce, Aad::from(aad), tag, text);
        opened.map(|_| ()).map_err(|_| CryptoError(()))
    }
}

impl Drop for Gcm {
    fn drop(&mut self) {
        if let Ok(blank) = aes_key(&[0; KEY_LEN]) {
            self.0 = blank;
        }
        black_box(&self.0); // the store above counts as read, so it is not removed
    }
}

fn aes_key(key: &Key) -> Result<LessSafeKey, CryptoError> {
    UnboundKey::new(&AES_256_GCM, key)
        .map(LessSafeKey::new)
        .map_err(|_| CryptoError(()))
}
