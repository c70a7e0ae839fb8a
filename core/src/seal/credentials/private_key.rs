//! Secret keys as other programs write them: PKCS #8 (RFC 5958), SEC 1 (RFC 5915), PKCS #1 (RFC 8017).

use x509_cert::der::oid::ObjectIdentifier;
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
use zeroize::Zeroizing;

use super::asn1::{CONTEXT_0, CONTEXT_1, Fields, OCTET_STRING, OID};
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
use super::asn1::{INTEGER, NULL, SEQUENCE, write};
use super::form::{self, DAMAGED_KEY, KeyForm, PRIVATE_KEY};
use crate::seal::Identity;
#[cfg(feature = "hpke")]
use crate::seal::hpke::{KeyExchange, PublicKey, SecretKey};
use crate::seal::key_ref::KeyRef;
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
use crate::seal::rsa::RsaSecretKey;

/// A secret key that another program made. `Debug` shows its fingerprint only.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PrivateKey {
    /// On P-256, P-384 or X25519.
    #[cfg(feature = "hpke")]
    Hpke(SecretKey),
    /// Of RSA.
    #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
    Rsa(RsaSecretKey),
}

impl PrivateKey {
    /// How headers name the key: the same fingerprint as in [`Certificate::key_ref`](super::Certificate::key_ref).
    pub fn key_ref(&self) -> &KeyRef {
        match self {
            #[cfg(feature = "hpke")]
            Self::Hpke(key) => key.public().key_ref(),
            #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
            Self::Rsa(key) => key.key_ref(),
        }
    }
}

impl From<&PrivateKey> for Identity {
    fn from(key: &PrivateKey) -> Self {
        match key {
            #[cfg(feature = "hpke")]
            PrivateKey::Hpke(key) => key.into(),
            #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
            PrivateKey::Rsa(key) => key.into(),
        }
    }
}

/// Reads a key of any algorithm: `OneAsymmetricKey` of RFC 5958.
pub(super) fn pkcs8(der: &[u8]) -> Result<PrivateKey, KeyForm> {
    let (algorithm, curve, key) = pkcs8_fields(der).ok_or(DAMAGED_KEY)?;
    #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
    if algorithm == super::RSA {
        return rsa(der);
    }
    #[cfg(feature = "hpke")]
    match exchange(algorithm, curve) {
        Some(KeyExchange::X25519) => return x25519(key),
        Some(exchange) => return curve_key(key, Some(exchange)),
        None => (),
    }
    #[cfg(not(feature = "hpke"))]
    let _ = key;
    Err(PRIVATE_KEY.with(form::of_algorithm(algorithm, curve), form::OTHER_KEY))
}

/// The algorithm, its curve if it names one, and what holds the key.
fn pkcs8_fields(der: &[u8]) -> Option<(ObjectIdentifier, Option<ObjectIdentifier>, &[u8])> {
    let mut fields = Fields::sole(der)?;
    fields.number().filter(|version| *version <= 1)?;
    let mut algorithm = fields.sequence()?;
    let name = algorithm.oid()?;
    let curve = match algorithm.tag() {
        Some(OID) => Some(algorithm.oid()?),
        _ => None,
    };
    let key = fields.take(OCTET_STRING)?;
    let is_known = |tag: &u8| [CONTEXT_0, CONTEXT_1, CONTEXT_1_STRING].contains(tag); // attributes, and the public half
    fields.tags()?.iter().all(is_known).then_some((name, curve, key))
}

/// Reads an EC key: `ECPrivateKey` of RFC 5915.
#[cfg(feature = "hpke")]
pub(super) fn sec1(der: &[u8]) -> Result<PrivateKey, KeyForm> {
    curve_key(der, None)
}

#[cfg(not(feature = "hpke"))]
pub(super) fn sec1(_: &[u8]) -> Result<PrivateKey, KeyForm> {
    Err(PRIVATE_KEY.with("an EC key, which this build cannot use", form::OTHER_KEY))
}

/// Reads an EC key whose curve is known, or stands in it.
#[cfg(feature = "hpke")]
fn curve_key(der: &[u8], known: Option<KeyExchange>) -> Result<PrivateKey, KeyForm> {
    let found = CurveKey::read(der).ok_or(DAMAGED_KEY)?;
    let named = match found.parameters {
        Some(parameters) => Some(named_curve(parameters)?),
        None => None,
    };
    let exchange = match (known, named) {
        (Some(known), Some(named)) if known != named => return Err(DAMAGED_KEY),
        (Some(exchange), _) | (None, Some(exchange)) => exchange,
        (None, None) => return Err(PRIVATE_KEY.with("an EC key that names no curve", form::OTHER_KEY)),
    };
    let key = found.secret(exchange).ok_or(DAMAGED_KEY)?;
    let is_whole = found.public.is_none_or(|point| is_point(key.public(), point));
    is_whole.then_some(PrivateKey::Hpke(key)).ok_or(DAMAGED_KEY)
}

#[cfg(feature = "hpke")]
fn named_curve(mut parameters: Fields<'_>) -> Result<KeyExchange, KeyForm> {
    let spelled_out = PRIVATE_KEY.with("an EC key whose curve is spelled out instead of named", form::OTHER_KEY);
    let curve = parameters.oid().filter(|_| parameters.is_empty()).ok_or(spelled_out)?;
    exchange(super::EC, Some(curve))
        .ok_or(PRIVATE_KEY.with(form::of_algorithm(super::EC, Some(curve)), form::OTHER_KEY))
}

/// The fields of an EC key.
#[cfg(feature = "hpke")]
struct CurveKey<'a> {
    secret: &'a [u8],
    parameters: Option<Fields<'a>>,
    public: Option<&'a [u8]>,
}

#[cfg(feature = "hpke")]
impl<'a> CurveKey<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let mut fields = Fields::sole(der)?;
        fields.number().filter(|version| *version == 1)?;
        let secret = fields.take(OCTET_STRING)?;
        let parameters = fields.take(CONTEXT_0).map(Fields::of);
        let public = match fields.take(CONTEXT_1) {
            Some(public) => {
                let bits = Fields::of(public).take(super::asn1::BIT_STRING)?;
                Some(bits.strip_prefix(&[0])?)
            }
            None => None,
        };
        fields.is_empty().then_some(Self {
            secret,
            parameters,
            public,
        })
    }

    /// The key, whose number some programs write without the zeros before it.
    fn secret(&self, exchange: KeyExchange) -> Option<SecretKey> {
        let mut padded = zeroize::Zeroizing::new(vec![0; exchange.secret_len()]);
        let zeros = padded.len().checked_sub(self.secret.len())?;
        padded.get_mut(zeros..)?.copy_from_slice(self.secret);
        SecretKey::from_bytes(exchange, &padded).ok()
    }
}

/// Whether `point` (SEC 1, section 2.3.3) is that of the public key: written in full, or compressed.
#[cfg(feature = "hpke")]
fn is_point(public: &PublicKey, point: &[u8]) -> bool {
    let full = public.as_bytes();
    if let [sign @ (2 | 3), x @ ..] = point {
        let is_odd = full.last().is_some_and(|last| last & 1 == 1);
        return (*sign == 3) == is_odd && full.get(1..=x.len()) == Some(x) && full.len() == 2 * x.len() + 1;
    }
    full == point
}

/// Reads an X25519 key: `CurvePrivateKey` of RFC 8410.
#[cfg(feature = "hpke")]
fn x25519(der: &[u8]) -> Result<PrivateKey, KeyForm> {
    let mut fields = Fields::of(der);
    let secret = fields.take(OCTET_STRING).filter(|_| fields.is_empty());
    let key = secret.and_then(|secret| SecretKey::from_bytes(KeyExchange::X25519, secret).ok());
    key.map(PrivateKey::Hpke).ok_or(DAMAGED_KEY)
}

/// Reads an RSA key by itself: `RSAPrivateKey` of RFC 8017.
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
pub(super) fn pkcs1(der: &[u8]) -> Result<PrivateKey, KeyForm> {
    let mut algorithm = Vec::new();
    write(&mut algorithm, OID, super::RSA.as_bytes());
    write(&mut algorithm, NULL, &[]);
    let mut fields = Zeroizing::new(Vec::with_capacity(der.len() + 64)); // never grows, so no copy is left behind
    write(&mut fields, INTEGER, &[0]);
    write(&mut fields, SEQUENCE, &algorithm);
    write(&mut fields, OCTET_STRING, der);
    let mut pkcs8 = Zeroizing::new(Vec::with_capacity(fields.len() + 64));
    write(&mut pkcs8, SEQUENCE, &fields);
    rsa(&pkcs8)
}

#[cfg(not(any(feature = "aws-lc", feature = "aws-lc-fips")))]
pub(super) fn pkcs1(_: &[u8]) -> Result<PrivateKey, KeyForm> {
    Err(PRIVATE_KEY.with("an RSA key, which this build cannot use", form::OTHER_KEY))
}

#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
fn rsa(pkcs8: &[u8]) -> Result<PrivateKey, KeyForm> {
    let unfit = PRIVATE_KEY.with(
        "an RSA key that is damaged or has not 2,048 to 8,192 bits",
        form::OTHER_KEY,
    );
    RsaSecretKey::read(pkcs8).map(PrivateKey::Rsa).ok_or(unfit)
}

/// The key exchange of an algorithm and its curve.
#[cfg(feature = "hpke")]
pub(super) fn exchange(algorithm: ObjectIdentifier, curve: Option<ObjectIdentifier>) -> Option<KeyExchange> {
    let known = [
        (super::EC, Some(P256), KeyExchange::P256),
        (super::EC, Some(P384), KeyExchange::P384),
        (EC_DH, Some(P256), KeyExchange::P256),
        (EC_DH, Some(P384), KeyExchange::P384),
        (X25519, None, KeyExchange::X25519),
    ];
    let row = known.into_iter().find(|row| (row.0, row.1) == (algorithm, curve));
    row.map(|(_, _, exchange)| exchange)
}

const CONTEXT_1_STRING: u8 = 0x81;
/// A key for agreement only (RFC 5480, section 2.1.2).
#[cfg(feature = "hpke")]
const EC_DH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.1.12");
#[cfg(feature = "hpke")]
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
#[cfg(feature = "hpke")]
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
#[cfg(feature = "hpke")]
const X25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.110");
