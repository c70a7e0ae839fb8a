//! RSA-OAEP with SHA-256, for those who have an S/MIME certificate already.
//!
//! Computed by AWS-LC whatever provider seals, since the pure-Rust library leaks by timing (RUSTSEC-2023-0071).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey,
};
use zeroize::Zeroizing;

use super::credentials::{Credentials, PrivateKey};
use super::error::{KeyError, KeyErrorKind, SealErrorKind};
use super::key_ref::KeyRef;
use super::random::Random;
use super::recipient::{DataKey, Unwrap, Wrap};
use super::secret::fingerprint;
use super::stanza::StanzaKind;
use crate::crypto::{CryptoError, Provider};

/// An RSA key of 2,048 to 8,192 bits, that of a certificate.
#[derive(Clone)]
pub(super) struct RsaPublicKey {
    key: Arc<OaepPublicEncryptingKey>,
    key_ref: KeyRef,
}

impl RsaPublicKey {
    /// Reads a `SubjectPublicKeyInfo` in DER.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let public = PublicEncryptingKey::from_der(der).ok()?;
        Some(Self {
            key_ref: key_ref(&public)?,
            key: Arc::new(OaepPublicEncryptingKey::new(public).ok()?),
        })
    }
}

impl Wrap for RsaPublicKey {
    fn kind(&self) -> StanzaKind {
        StanzaKind::RsaOaep
    }

    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn wrapped_len(&self) -> usize {
        self.key.ciphertext_size()
    }

    fn wrap(&self, binding: &[u8], data_key: &DataKey, _: &mut Random) -> Result<Vec<u8>, SealErrorKind> {
        let mut wrapped = vec![0; self.key.ciphertext_size()];
        self.key
            .encrypt(
                &OAEP_SHA256_MGF1SHA256,
                data_key.as_slice(),
                &mut wrapped,
                Some(binding),
            )
            .map_err(|_| SealErrorKind::Crypto)?;
        Ok(wrapped)
    }
}

impl fmt::Debug for RsaPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaPublicKey({})", self.key_ref)
    }
}

/// The secret half of the RSA key in a [`Certificate`](super::Certificate). `Debug` shows its fingerprint only, and AWS-LC wipes it.
#[derive(Clone)]
pub struct RsaSecretKey {
    key: Arc<OaepPrivateDecryptingKey>,
    key_ref: KeyRef,
}

impl RsaSecretKey {
    /// Reads an unencrypted key in PEM (PKCS #8 or PKCS #1). [`Credentials`] reads encrypted ones, and other forms.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Type`] when there is no PEM in it; [`KeyErrorKind::Form`] when it holds something else, or no RSA key of
    /// 2,048 to 8,192 bits.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let expected = KeyErrorKind::Type { expected: PRIVATE_KEY };
        let found = Credentials::recognise(text).ok_or(KeyError::new(expected, 1))??;
        match found.secret_keys()?.first() {
            Some(PrivateKey::Rsa(key)) => Ok(key.clone()),
            _ => Err(KeyError::new(KeyErrorKind::Value, 1)),
        }
    }

    /// How headers name the key: the same fingerprint as in [`Certificate::key_ref`](super::Certificate::key_ref).
    pub fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    /// Reads a key in PKCS #8.
    pub(super) fn read(pkcs8: &[u8]) -> Option<Self> {
        let key = PrivateDecryptingKey::from_pkcs8(pkcs8).ok()?;
        Some(Self {
            key_ref: key_ref(&key.public_key())?,
            key: Arc::new(OaepPrivateDecryptingKey::new(key).ok()?),
        })
    }
}

impl Unwrap for RsaSecretKey {
    fn fits(&self, kind: StanzaKind, key_ref: &KeyRef) -> bool {
        kind == StanzaKind::RsaOaep && key_ref.may_be(&self.key_ref)
    }

    fn unwrap(&self, _: Provider, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, CryptoError> {
        let mut opened = Zeroizing::new(vec![0; self.key.min_output_size()]);
        let opened = self
            .key
            .decrypt(&OAEP_SHA256_MGF1SHA256, wrapped, &mut opened, Some(binding))
            .map_err(|_| CryptoError(()))?;
        (&*opened).try_into().map(Zeroizing::new).map_err(|_| CryptoError(()))
    }
}

impl fmt::Debug for RsaSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaSecretKey({})", self.key_ref)
    }
}

impl FromStr for RsaSecretKey {
    type Err = KeyError;

    /// As [`RsaSecretKey::from_pem`].
    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::from_pem(text)
    }
}

/// The fingerprint of the key in the one form that DER allows (`SubjectPublicKeyInfo`).
fn key_ref(public: &PublicEncryptingKey) -> Option<KeyRef> {
    let der = AsDer::<PublicKeyX509Der<'_>>::as_der(public).ok()?;
    Some(KeyRef::derived(PROVIDER, fingerprint(der.as_ref())))
}

const PROVIDER: &str = "rsa";
const PRIVATE_KEY: &str = "-----BEGIN PRIVATE KEY-----";
