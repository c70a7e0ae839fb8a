//! X.509 certificates, whose keys data keys are wrapped for.

use std::fmt;
use std::str::FromStr;

use x509_cert::der::Decode;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::ext::pkix::KeyUsage;
use x509_cert::name::Name;

use super::{Credentials, PrivateKey, form};
use crate::Timestamp;
use crate::seal::error::{KeyError, KeyErrorKind, SealErrorKind};
#[cfg(feature = "hpke")]
use crate::seal::hpke::PublicKey;
use crate::seal::key_ref::KeyRef;
use crate::seal::random::Random;
use crate::seal::recipient::{DataKey, Wrap};
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
use crate::seal::rsa::RsaPublicKey;
use crate::seal::stanza::StanzaKind;

/// An X.509 certificate, as S/MIME has them: whoever has it can seal for its owner.
///
/// Its key is an RSA key of 2,048 to 8,192 bits (feature `aws-lc` or `aws-lc-fips`), or one on P-256, P-384 or X25519 (feature
/// `hpke`), for which is sealed as for a [`PublicKey`](crate::seal::PublicKey) of the same bytes.
///
/// Only the key is used. That the certificate is the recipient's, and that it was not revoked, is for the host to know;
/// so is the time: this crate reads no clock, and gives [`Certificate::not_before`] and [`Certificate::not_after`].
#[derive(Clone)]
pub struct Certificate {
    key: CertifiedKey,
    validity: [Timestamp; 2],
}

#[derive(Clone)]
enum CertifiedKey {
    #[cfg(feature = "hpke")]
    Hpke(PublicKey),
    #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
    Rsa(RsaPublicKey),
}

impl Certificate {
    /// Reads the certificate in a PEM text (RFC 7468): of a chain, in any order, that of the owner, who issued no other one; of a
    /// renewed one, that which is valid the longest.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Type`] when there is no PEM in it; [`KeyErrorKind::Form`] when it holds something else, certificates
    /// of several owners, or one whose key cannot be used or is not for this: a key usage, if there is one, allows
    /// `keyEncipherment` for RSA (RFC 5280, section 4.2.1.3) and `keyAgreement` for curves (RFC 5480, section 3).
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let missing = KeyError::new(KeyErrorKind::Type { expected: BEGIN }, 1);
        let found = Credentials::recognise(text).ok_or(missing)??;
        found.certificate().cloned()
    }

    /// Reads the certificate of a file in DER, as a `.der`, `.cer` or `.crt` often is, or in PEM.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Form`], as [`Certificate::from_pem`].
    pub fn from_file(file: &[u8]) -> Result<Self, KeyError> {
        Credentials::read(file, None)?.certificate().cloned()
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
        self.lock().key_ref()
    }

    fn read(found: &x509_cert::Certificate) -> Result<Self, KeyErrorKind> {
        let validity = found.tbs_certificate().validity();
        let times = time(&validity.not_before).zip(time(&validity.not_after));
        let (not_before, not_after) = times.ok_or(form::DAMAGED_CERTIFICATE)?;
        Ok(Self {
            key: CertifiedKey::read(found)?,
            validity: [not_before, not_after],
        })
    }

    fn lock(&self) -> &dyn Wrap {
        match &self.key {
            #[cfg(feature = "hpke")]
            CertifiedKey::Hpke(key) => key,
            #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
            CertifiedKey::Rsa(key) => key,
        }
    }
}

impl CertifiedKey {
    fn read(found: &x509_cert::Certificate) -> Result<Self, KeyErrorKind> {
        let public = found.tbs_certificate().subject_public_key_info();
        let curve = public.algorithm.parameters.as_ref();
        let curve = curve.and_then(|parameters| parameters.decode_as::<ObjectIdentifier>().ok());
        #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
        if public.algorithm.oid == super::RSA {
            check_usage(found, KeyUsage::key_encipherment)?;
            let key = x509_cert::der::Encode::to_der(public).ok();
            let key = key.and_then(|key| RsaPublicKey::read(&key)).map(Self::Rsa);
            return key.ok_or_else(|| unfit("an RSA key that has not 2,048 to 8,192 bits"));
        }
        #[cfg(feature = "hpke")]
        if let Some(exchange) = super::private_key::exchange(public.algorithm.oid, curve) {
            check_usage(found, KeyUsage::key_agreement)?;
            let point = public.subject_public_key.as_bytes().unwrap_or_default();
            return match PublicKey::from_bytes(exchange, point) {
                Ok(key) => Ok(Self::Hpke(key)),
                Err(_) if matches!(point, [2 | 3, ..]) => Err(unfit("a key whose point is compressed")),
                Err(_) => Err(unfit("a key that is not on its curve")),
            };
        }
        if public.algorithm.oid == super::EC && curve.is_none() {
            return Err(unfit("a key whose curve is spelled out instead of named"));
        }
        Err(unfit(form::of_algorithm(public.algorithm.oid, curve)))
    }
}

impl Wrap for Certificate {
    fn kind(&self) -> StanzaKind {
        self.lock().kind()
    }

    fn key_ref(&self) -> &KeyRef {
        self.lock().key_ref()
    }

    fn is_outside_provider(&self) -> bool {
        self.lock().is_outside_provider()
    }

    fn wrapped_len(&self) -> usize {
        self.lock().wrapped_len()
    }

    fn wrap(&self, binding: &[u8], data_key: &DataKey, random: &mut Random) -> Result<Vec<u8>, SealErrorKind> {
        self.lock().wrap(binding, data_key, random)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.key_ref())
    }
}

impl FromStr for Certificate {
    type Err = KeyError;

    /// As [`Certificate::from_pem`].
    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::from_pem(text)
    }
}

/// A certificate of a file, and what tells whether it is that of the owner or of somebody who vouches for it.
#[derive(Clone)]
pub(super) struct Listed {
    certificate: Result<Certificate, KeyError>,
    subject: Name,
    issuer: Name,
}

impl Listed {
    /// Reads a certificate that begins in this line.
    pub(super) fn read(der: &[u8], line: usize) -> Result<Self, KeyError> {
        let damaged = KeyError::new(form::DAMAGED_CERTIFICATE.into(), 1).on(line);
        let found = x509_cert::Certificate::from_der(der).map_err(|_| damaged)?;
        Ok(Self {
            certificate: Certificate::read(&found).map_err(|kind| KeyError::new(kind, 1).on(line)),
            subject: found.tbs_certificate().subject().clone(),
            issuer: found.tbs_certificate().issuer().clone(),
        })
    }

    fn issued(&self, other: &Self) -> bool {
        other.issuer == self.subject && other.issuer != other.subject
    }

    fn is_of(&self, keys: &[PrivateKey]) -> bool {
        let certificate = self.certificate.as_ref();
        certificate.is_ok_and(|certificate| keys.iter().any(|key| key.key_ref() == certificate.key_ref()))
    }
}

impl fmt::Debug for Listed {
    /// Without the names, which may be those of patients.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.certificate.fmt(f)
    }
}

/// The certificate of the owner: that of a secret key beside it, else of somebody who issued no other one of the list.
/// `None` when the list is empty.
pub(super) fn owner<'a>(listed: &'a [Listed], keys: &[PrivateKey]) -> Option<Result<&'a Certificate, KeyError>> {
    let has_key = listed.iter().any(|one| one.is_of(keys));
    let is_owner = |one: &&Listed| {
        if has_key {
            one.is_of(keys)
        } else {
            !listed.iter().any(|other| one.issued(other))
        }
    };
    let owners = || listed.iter().filter(is_owner);
    let fit = || owners().filter_map(|one| one.certificate.as_ref().ok());
    let several = || Err(KeyError::new(form::SEVERAL.into(), 1));
    let Some(best) = fit().max_by_key(|certificate| certificate.not_after()) else {
        let first = owners().find_map(|one| one.certificate.as_ref().err());
        return (!listed.is_empty()).then(|| first.map_or_else(several, |error| Err(*error)));
    };
    let is_sole = fit().all(|certificate| certificate.key_ref() == best.key_ref());
    Some(if is_sole { Ok(best) } else { several() })
}

/// Fails when a certificate has a key usage that does not allow this one.
fn check_usage(found: &x509_cert::Certificate, allows: impl Fn(&KeyUsage) -> bool) -> Result<(), KeyErrorKind> {
    let usage = found.tbs_certificate().get_extension::<KeyUsage>();
    match usage.map_err(|_| form::DAMAGED_CERTIFICATE)? {
        Some((_, usage)) if !allows(&usage) => Err(unfit("a key that is not for encryption, by its key usage")),
        _ => Ok(()),
    }
}

fn unfit(holding: &'static str) -> KeyErrorKind {
    form::CERTIFICATE.with(holding, form::OTHER_CERTIFICATE).into()
}

fn time(time: &x509_cert::time::Time) -> Option<Timestamp> {
    let since_epoch = time.to_unix_duration().as_millis();
    i64::try_from(since_epoch).ok().map(Timestamp::from_millis)
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
