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
use x509_cert::der::{DecodePem, Encode, SecretDocument};
use x509_cert::ext::pkix::KeyUsage;
use zeroize::Zeroizing;

use super::error::{KeyError, KeyErrorKind, SealErrorKind};
use super::key_ref::KeyRef;
use super::random::Random;
use super::recipient::{DataKey, Unwrap, Wrap};
use super::secret::fingerprint;
use super::stanza::StanzaKind;
use crate::Timestamp;
use crate::crypto::{CryptoError, Provider};

/// An X.509 certificate with an RSA key of 2,048 to 8,192 bits: whoever has it can seal for its owner.
///
/// Only the key is used. That the certificate is the recipient's, and that it was not revoked, is for the host to know;
/// so is the time: this crate reads no clock, and gives [`Certificate::not_before`] and [`Certificate::not_after`].
#[derive(Clone)]
pub struct Certificate {
    key: Arc<OaepPublicEncryptingKey>,
    key_ref: KeyRef,
    validity: [Timestamp; 2],
}

impl Certificate {
    /// Reads the first certificate of a PEM text (RFC 7468).
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Type`] when it is no certificate in PEM; [`KeyErrorKind::Value`] when its key is no RSA key of
    /// these lengths, or is not for enciphering keys (RFC 5280, section 4.2.1.3).
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let expected = KeyErrorKind::Type { expected: CERTIFICATE };
        let found = x509_cert::Certificate::from_pem(text).map_err(|_| KeyError::new(expected, 1))?;
        Self::read(&found).ok_or(KeyError::new(KeyErrorKind::Value, 1))
    }

    /// When it begins to be valid.
    pub fn not_before(&self) -> Timestamp {
        self.validity[0]
    }

    /// When it stops to be valid.
    pub fn not_after(&self) -> Timestamp {
        self.validity[1]
    }

    /// How headers name the key: a fingerprint of the public key, which a renewed certificate may share.
    pub fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    /// Reads `text` if it holds a certificate in PEM.
    pub(super) fn recognise(text: &str) -> Option<Result<Self, KeyError>> {
        text.contains(CERTIFICATE).then(|| Self::from_pem(text))
    }

    fn read(found: &x509_cert::Certificate) -> Option<Self> {
        let found = found.tbs_certificate();
        let usage = found.get_extension::<KeyUsage>().ok()?;
        if usage.is_some_and(|(_, usage)| !usage.key_encipherment()) {
            return None;
        }
        let public = found.subject_public_key_info().to_der().ok()?;
        let public = PublicEncryptingKey::from_der(&public).ok()?;
        let validity = found.validity();
        Some(Self {
            key_ref: key_ref(&public)?,
            key: Arc::new(OaepPublicEncryptingKey::new(public).ok()?),
            validity: [time(&validity.not_before)?, time(&validity.not_after)?],
        })
    }
}

impl Wrap for Certificate {
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

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.key_ref)
    }
}

impl FromStr for Certificate {
    type Err = KeyError;

    /// As [`Certificate::from_pem`].
    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::from_pem(text)
    }
}

/// The secret half of the key in a [`Certificate`]. `Debug` shows its fingerprint only, and AWS-LC wipes it.
#[derive(Clone)]
pub struct RsaSecretKey {
    key: Arc<OaepPrivateDecryptingKey>,
    key_ref: KeyRef,
}

impl RsaSecretKey {
    /// Reads an unencrypted PKCS #8 key in PEM: it begins with `-----BEGIN PRIVATE KEY-----`.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Type`] when it is no such key; [`KeyErrorKind::Value`] when it is no RSA key of 2,048 to 8,192
    /// bits.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let expected = KeyErrorKind::Type { expected: PRIVATE_KEY };
        let (_, document) = text
            .find(PRIVATE_KEY)
            .and_then(|at| text.get(at..))
            .and_then(|text| SecretDocument::from_pem(text).ok())
            .ok_or(KeyError::new(expected, 1))?;
        Self::read(document.as_bytes()).ok_or(KeyError::new(KeyErrorKind::Value, 1))
    }

    /// How headers name the key: the same fingerprint as in [`Certificate::key_ref`].
    pub fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    /// Reads `text` if it holds a secret key in PEM.
    pub(super) fn recognise(text: &str) -> Option<Result<Self, KeyError>> {
        text.contains(PRIVATE_KEY).then(|| Self::from_pem(text))
    }

    fn read(pkcs8: &[u8]) -> Option<Self> {
        let key = PrivateDecryptingKey::from_pkcs8(pkcs8).ok()?;
        Some(Self {
            key_ref: key_ref(&key.public_key())?,
            key: Arc::new(OaepPrivateDecryptingKey::new(key).ok()?),
        })
    }
}

impl Unwrap for RsaSecretKey {
    fn fits(&self, kind: StanzaKind, key_ref: &KeyRef) -> bool {
        kind == StanzaKind::RsaOaep && *key_ref == self.key_ref
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

fn time(time: &x509_cert::time::Time) -> Option<Timestamp> {
    let since_epoch = time.to_unix_duration().as_millis();
    i64::try_from(since_epoch).ok().map(Timestamp::from_millis)
}

const PROVIDER: &str = "rsa";
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";
const PRIVATE_KEY: &str = "-----BEGIN PRIVATE KEY-----";
