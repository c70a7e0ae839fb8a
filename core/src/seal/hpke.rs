//! Public keys: HPKE (RFC 9180) over X25519, P-256, P-384, or X-Wing (ML-KEM-768 with X25519).

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use hpke::aead::AesGcm256;
use hpke::kdf::{HkdfSha256, HkdfSha384, Kdf};
use hpke::kem::{DhP256HkdfSha256, DhP384HkdfSha384, X25519HkdfSha256, XWing};
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use super::bech32;
use super::error::{KeyError, KeyErrorKind, SealErrorKind};
use super::key_ref::KeyRef;
use super::random::Random;
use super::recipient::{DataKey, Unwrap, Wrap};
use super::secret::fingerprint;
use super::stanza::StanzaKind;
use super::wire::Reader;
use crate::crypto::{CryptoError, KEY_LEN, Provider, TAG_LEN};
use crate::text::without_mark;

/// The key encapsulation of a public key. The rest of the suite follows: AES-256-GCM, with HKDF-SHA384 for P-384 and
/// HKDF-SHA256 for all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyExchange {
    /// NIST P-256 (RFC 9180, KEM 0x0010), for environments that need an approved curve.
    P256,
    /// NIST P-384 (RFC 9180, KEM 0x0011), for environments that ask for 192 bits.
    P384,
    /// X25519 (RFC 9180, KEM 0x0020).
    X25519,
    /// X-Wing (KEM 0x647a): ML-KEM-768 and X25519 together, for secrets that must outlive a quantum computer.
    XWing,
}

impl KeyExchange {
    /// Every key exchange.
    pub const ALL: [Self; 4] = [Self::P256, Self::P384, Self::X25519, Self::XWing];

    /// The bytes of a secret key.
    ///
    /// ```
    /// use sealwax::seal::KeyExchange;
    /// assert_eq!(KeyExchange::ALL.map(KeyExchange::secret_len), [32, 48, 32, 32]);
    /// ```
    pub fn secret_len(self) -> usize {
        self.row().secret_len
    }

    fn row(self) -> Row {
        match self {
            Self::P256 => P256_ROW,
            Self::P384 => P384_ROW,
            Self::X25519 => X25519_ROW,
            Self::XWing => XWING_ROW,
        }
    }
}

/// What differs from one key exchange to the next.
struct Row {
    name: &'static str,
    secret: &'static str,
    secret_start: &'static str,
    public: &'static str,
    public_start: &'static str,
    secret_len: usize,
    enc_len: usize,
    kind: StanzaKind,
}

const P256_ROW: Row = Row {
    name: "p256",
    secret: "sealwax-p256-secret-",
    secret_start: "SEALWAX-P256-SECRET-1",
    public: "sealwax-p256-",
    public_start: "sealwax-p256-1",
    secret_len: 32,
    enc_len: 65,
    kind: StanzaKind::Hpke,
};
const P384_ROW: Row = Row {
    name: "p384",
    secret: "sealwax-p384-secret-",
    secret_start: "SEALWAX-P384-SECRET-1",
    public: "sealwax-p384-",
    public_start: "sealwax-p384-1",
    secret_len: 48,
    enc_len: 97,
    kind: StanzaKind::Hpke,
};
const X25519_ROW: Row = Row {
    name: "x25519",
    secret: "sealwax-x25519-secret-",
    secret_start: "SEALWAX-X25519-SECRET-1",
    public: "sealwax-x25519-",
    public_start: "sealwax-x25519-1",
    secret_len: 32,
    enc_len: 32,
    kind: StanzaKind::Hpke,
};
const XWING_ROW: Row = Row {
    name: "xwing",
    secret: "sealwax-xwing-secret-",
    secret_start: "SEALWAX-XWING-SECRET-1",
    public: "sealwax-xwing-",
    public_start: "sealwax-xwing-1",
    secret_len: 32,
    enc_len: 1120,
    kind: StanzaKind::HpkePq,
};

/// A public key: whoever has it can seal for its owner.
///
/// The text form is `sealwax-x25519-1...` (or `p256`, `p384`, `xwing`). Its name in headers is a fingerprint.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    exchange: KeyExchange,
    bytes: Box<[u8]>,
    key_ref: KeyRef,
}

impl PublicKey {
    /// The public key with these bytes, as RFC 9180 (`SerializePublicKey`) or X-Wing write it.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Length`] or [`KeyErrorKind::Value`] when the bytes are no such key.
    pub fn from_bytes(exchange: KeyExchange, bytes: &[u8]) -> Result<Self, KeyError> {
        let valid = match exchange {
            KeyExchange::P256 => check_public::<DhP256HkdfSha256>(bytes),
            KeyExchange::P384 => check_public::<DhP384HkdfSha384>(bytes),
            KeyExchange::X25519 => check_public::<X25519HkdfSha256>(bytes),
            KeyExchange::XWing => check_public::<XWing>(bytes),
        };
        valid
            .then(|| Self::known(exchange, bytes))
            .ok_or(KeyError::new(KeyErrorKind::Value, 1))
    }

    /// How the key wraps.
    pub fn exchange(&self) -> KeyExchange {
        self.exchange
    }

    /// How headers name the key: a fingerprint.
    pub fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    /// The bytes of the key.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads `text` if it begins as a public key does.
    pub(super) fn recognise(text: &str) -> Option<Result<Self, KeyError>> {
        let exchange = KeyExchange::ALL
            .into_iter()
            .find(|exchange| bech32::has_prefix(exchange.row().public, text))?;
        let row = exchange.row();
        let bytes = bech32::decode(row.public, row.public_start, text);
        Some(bytes.and_then(|bytes| Self::from_bytes(exchange, &bytes)))
    }

    fn known(exchange: KeyExchange, bytes: &[u8]) -> Self {
        let key_ref = KeyRef::derived(exchange.row().name, fingerprint(bytes));
        Self {
            exchange,
            bytes: bytes.into(),
            key_ref,
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bech32::encode(self.exchange.row().public, &self.bytes))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.key_ref)
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    /// Reads the text form.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::recognise(without_mark(text)).unwrap_or(Err(KeyError::new(
            KeyErrorKind::Type {
                expected: X25519_ROW.public_start,
            },
            1,
        )))
    }
}

impl Wrap for PublicKey {
    fn kind(&self) -> StanzaKind {
        self.exchange.row().kind
    }

    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn is_outside_provider(&self) -> bool {
        true
    }

    fn wrapped_len(&self) -> usize {
        [2, self.exchange.row().enc_len, KEY_LEN, TAG_LEN].iter().sum()
    }

    fn wrap(&self, binding: &[u8], data_key: &DataKey, random: &mut Random) -> Result<Vec<u8>, SealErrorKind> {
        let wrapped = match self.exchange {
            KeyExchange::P256 => seal::<DhP256HkdfSha256, HkdfSha256>(&self.bytes, binding, data_key, random),
            KeyExchange::P384 => seal::<DhP384HkdfSha384, HkdfSha384>(&self.bytes, binding, data_key, random),
            KeyExchange::X25519 => seal::<X25519HkdfSha256, HkdfSha256>(&self.bytes, binding, data_key, random),
            KeyExchange::XWing => seal::<XWing, HkdfSha256>(&self.bytes, binding, data_key, random),
        };
        wrapped.map_err(|_| SealErrorKind::Crypto)
    }
}

/// The secret half of a [`PublicKey`]. It is wiped when dropped, and `Debug` shows its fingerprint only.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{KeyExchange, Opener, PublicKey, Sealer, SecretKey};
/// let secret = SecretKey::generate(KeyExchange::X25519, Provider::ring())?;
/// let public: PublicKey = secret.public().to_string().parse()?;
/// let sealed = Sealer::new(Provider::ring()).recipient(&public).seal(b"labs")?;
/// assert_eq!(Opener::new(Provider::ring()).identity(&secret).open(&sealed)?.as_slice(), b"labs");
/// assert!(secret.to_text().starts_with("SEALWAX-X25519-SECRET-1"));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SecretKey {
    secret: Zeroizing<Box<[u8]>>,
    public: PublicKey,
}

impl SecretKey {
    /// A fresh key from the generator of the operating system.
    ///
    /// # Errors
    ///
    /// [`CryptoError`] when the system gives no randomness.
    pub fn generate(exchange: KeyExchange, provider: Provider) -> Result<Self, CryptoError> {
        match exchange {
            KeyExchange::P256 => generate::<DhP256HkdfSha256>(exchange, provider),
            KeyExchange::P384 => generate::<DhP384HkdfSha384>(exchange, provider),
            KeyExchange::X25519 => generate::<X25519HkdfSha256>(exchange, provider),
            KeyExchange::XWing => generate::<XWing>(exchange, provider),
        }
    }

    /// The secret key with these bytes, of which there are [`KeyExchange::secret_len`]: an X25519, P-256 or P-384 scalar, or
    /// the seed of an X-Wing key.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Value`] when the bytes are no such key.
    pub fn from_bytes(exchange: KeyExchange, secret: &[u8]) -> Result<Self, KeyError> {
        let public = match exchange {
            KeyExchange::P256 => public_bytes::<DhP256HkdfSha256>(secret),
            KeyExchange::P384 => public_bytes::<DhP384HkdfSha384>(secret),
            KeyExchange::X25519 => public_bytes::<X25519HkdfSha256>(secret),
            KeyExchange::XWing => public_bytes::<XWing>(secret),
        };
        let public = public.ok_or(KeyError::new(KeyErrorKind::Value, 1))?;
        Ok(Self {
            secret: Zeroizing::new(secret.into()),
            public: PublicKey::known(exchange, &public),
        })
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The text form; it is secret, and wiped when dropped.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = bech32::encode(self.public.exchange.row().secret, &self.secret);
        text.make_ascii_uppercase();
        text
    }

    /// Reads `text` if it begins as a secret key does.
    pub(super) fn recognise(text: &str) -> Option<Result<Self, KeyError>> {
        let exchange = KeyExchange::ALL
            .into_iter()
            .find(|exchange| bech32::has_prefix(exchange.row().secret, text))?;
        Some(Self::read(exchange, text))
    }

    fn read(exchange: KeyExchange, text: &str) -> Result<Self, KeyError> {
        let row = exchange.row();
        let bytes = bech32::decode(row.secret, row.secret_start, text)?;
        if bytes.len() != row.secret_len {
            return Err(KeyError::new(KeyErrorKind::Length, text.len()));
        }
        Self::from_bytes(exchange, &bytes)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public.key_ref)
    }
}

impl FromStr for SecretKey {
    type Err = KeyError;

    /// Reads the text form.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::recognise(without_mark(text)).unwrap_or(Err(KeyError::new(
            KeyErrorKind::Type {
                expected: X25519_ROW.secret_start,
            },
            1,
        )))
    }
}

impl Unwrap for SecretKey {
    fn fits(&self, kind: StanzaKind, key_ref: &KeyRef) -> bool {
        kind == self.public.exchange.row().kind && key_ref.may_be(&self.public.key_ref)
    }

    fn is_outside_provider(&self) -> bool {
        true
    }

    fn unwrap(&self, _: Provider, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, CryptoError> {
        match self.public.exchange {
            KeyExchange::P256 => open::<DhP256HkdfSha256, HkdfSha256>(&self.secret, binding, wrapped),
            KeyExchange::P384 => open::<DhP384HkdfSha384, HkdfSha384>(&self.secret, binding, wrapped),
            KeyExchange::X25519 => open::<X25519HkdfSha256, HkdfSha256>(&self.secret, binding, wrapped),
            KeyExchange::XWing => open::<XWing, HkdfSha256>(&self.secret, binding, wrapped),
        }
    }
}

/// The number of the key encapsulation, the encapsulated key, and the sealed data key.
fn seal<K: Kem, H: Kdf>(
    public: &[u8],
    binding: &[u8],
    data_key: &DataKey,
    random: &mut Random,
) -> Result<Vec<u8>, hpke::HpkeError> {
    let public = K::PublicKey::from_bytes(public)?;
    let mut generator = Generator::new(random);
    let (enc, sealed) = hpke::single_shot_seal_with_rng::<AesGcm256, H, K>(
        &OpModeS::Base,
        &public,
        binding,
        data_key.as_slice(),
        &[],
        &mut generator,
    )?;
    if generator.failed {
        return Err(hpke::HpkeError::EncapError);
    }
    Ok([K::KEM_ID.to_be_bytes().as_slice(), &enc.to_bytes(), &sealed].concat())
}

fn open<K: Kem, H: Kdf>(secret: &[u8], binding: &[u8], wrapped: &[u8]) -> Result<DataKey, CryptoError> {
    let mut reader = Reader::new(wrapped);
    if reader.short() != Some(K::KEM_ID) {
        return Err(CryptoError(()));
    }
    let enc = reader.take(K::EncappedKey::size()).ok_or(CryptoError(()))?;
    let sealed = reader
        .take(KEY_LEN + TAG_LEN)
        .filter(|_| reader.is_empty())
        .ok_or(CryptoError(()))?;
    let opened = open_message::<K, H>(secret, enc, binding, &[], sealed).map_err(|_| CryptoError(()))?;
    opened
        .as_slice()
        .try_into()
        .map(Zeroizing::new)
        .map_err(|_| CryptoError(()))
}

/// The single-shot opening of RFC 9180, section 6.1, in base mode.
fn open_message<K: Kem, H: Kdf>(
    secret: &[u8],
    enc: &[u8],
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, hpke::HpkeError> {
    let secret = K::PrivateKey::from_bytes(secret)?;
    let enc = K::EncappedKey::from_bytes(enc)?;
    hpke::single_shot_open::<AesGcm256, H, K>(&OpModeR::Base, &secret, &enc, info, sealed, aad).map(Zeroizing::new)
}

fn generate<K: Kem>(exchange: KeyExchange, provider: Provider) -> Result<SecretKey, CryptoError> {
    let mut random = Random::new(provider);
    let mut generator = Generator::new(&mut random);
    let (secret, _) = K::gen_keypair_with_rng(&mut generator);
    if generator.failed {
        return Err(CryptoError(()));
    }
    let secret = Zeroizing::new(secret.to_bytes());
    SecretKey::from_bytes(exchange, &secret).map_err(|_| CryptoError(()))
}

fn check_public<K: Kem>(bytes: &[u8]) -> bool {
    K::PublicKey::from_bytes(bytes).is_ok()
}

fn public_bytes<K: Kem>(secret: &[u8]) -> Option<Vec<u8>> {
    let secret = K::PrivateKey::from_bytes(secret).ok()?;
    Some(K::sk_to_pk(&secret).to_bytes().to_vec())
}

/// The randomness of a provider in the shape that the library asks for, which cannot fail: a failure is kept,
/// and what was made with it is thrown away.
struct Generator<'a> {
    random: &'a mut Random,
    failed: bool,
}

impl<'a> Generator<'a> {
    fn new(random: &'a mut Random) -> Self {
        Self { random, failed: false }
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.failed |= self.random.fill(&mut bytes).is_err();
        bytes
    }
}

impl TryRng for Generator<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_ne_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_ne_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.failed |= self.random.fill(out).is_err();
        Ok(())
    }
}

impl TryCryptoRng for Generator<'_> {}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const VECTORS: &str = include_str!("../../../testdata/vectors/hpke_test.json");

    #[test]
    fn the_rows_of_rfc_9180_open() {
        let vectors: Value = serde_json::from_str(VECTORS).unwrap();
        let rows = vectors["base_mode_hkdf_sha256_aes_256_gcm"].as_array().unwrap();
        for row in rows {
            assert_opens(row);
        }
        assert_eq!(rows.len(), 2);
    }

    /// RFC 9180 has no row for this suite: that of the file was made by the package `cryptography` of Python, over OpenSSL.
    #[test]
    fn what_another_implementation_sealed_for_p384_opens() {
        let vectors: Value = serde_json::from_str(VECTORS).unwrap();
        let rows = vectors["base_mode_hkdf_sha384_aes_256_gcm"].as_array().unwrap();
        for row in rows {
            assert_eq!(row["kem_id"], 0x11);
            assert_opens(row);
        }
        assert_eq!(rows.len(), 1);
    }

    fn assert_opens(row: &Value) {
        let [secret, enc, info, aad, ct] = ["skRm", "enc", "info", "aad", "ct"].map(|name| bytes(row, name));
        let (exchange, opened) = match row["kem_id"].as_u64().unwrap() {
            0x10 => (
                KeyExchange::P256,
                open_message::<DhP256HkdfSha256, HkdfSha256>(&secret, &enc, &info, &aad, &ct),
            ),
            0x11 => (
                KeyExchange::P384,
                open_message::<DhP384HkdfSha384, HkdfSha384>(&secret, &enc, &info, &aad, &ct),
            ),
            _ => (
                KeyExchange::X25519,
                open_message::<X25519HkdfSha256, HkdfSha256>(&secret, &enc, &info, &aad, &ct),
            ),
        };
        assert_eq!(*opened.unwrap(), bytes(row, "pt"));
        assert_public_half(exchange, row);
    }

    #[test]
    fn the_published_seeds_of_x_wing_give_their_public_keys() {
        let vectors: Value = serde_json::from_str(VECTORS).unwrap();
        let rows = vectors["xwing_keys"].as_array().unwrap();
        for row in rows {
            assert_public_half(KeyExchange::XWing, row);
        }
        assert_eq!(rows.len(), 2);
    }

    fn assert_public_half(exchange: KeyExchange, row: &Value) {
        let secret = SecretKey::from_bytes(exchange, &bytes(row, "skRm")).unwrap();
        assert_eq!(secret.public().as_bytes(), bytes(row, "pkRm"));
    }

    fn bytes(row: &Value, name: &str) -> Vec<u8> {
        let pairs = row[name].as_str().unwrap().as_bytes().chunks(2);
        pairs
            .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }
}
