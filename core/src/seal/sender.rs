//! Who sealed a message: a signature by Ed25519 (RFC 8032) over its header, its commitment and its content.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use super::bech32;
use super::chunks::Prefix;
use super::cobblestone::CHUNK_LEN;
use super::error::{KeyError, KeyErrorKind};
use crate::crypto::{CryptoError, KEY_LEN, PUBLIC_KEY_LEN, Provider, SIGNATURE_LEN, Signature, sha512};
use crate::text::without_mark;

/// The secret key of a sender, by which readers know who sealed a message ([`Sealer::sign`](super::Sealer::sign)).
///
/// It is wiped when dropped, and neither `Debug` nor any error shows it.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{LocalKey, OpenErrorKind, Opener, Sealer, SigningKey};
/// let [front_desk, stranger] = [SigningKey::generate(Provider::ring())?, SigningKey::generate(Provider::ring())?];
/// let key = LocalKey::generate(Provider::ring())?;
/// let sealer = Sealer::new(Provider::ring()).recipient(&key);
/// let opener = Opener::new(Provider::ring()).identity(&key).sender(front_desk.verifying_key(Provider::ring())?);
/// assert_eq!(opener.open(&sealer.clone().sign(&front_desk).seal(b"labs")?)?.as_slice(), b"labs");
/// for other in [sealer.clone(), sealer.sign(&stranger)] {
///     let refused = opener.open(&other.seal(b"labs")?);
///     assert_eq!(refused.unwrap_err().kind(), OpenErrorKind::Sender);
/// }
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SigningKey(Zeroizing<[u8; KEY_LEN]>);

impl SigningKey {
    /// A fresh key from the generator of the operating system.
    ///
    /// # Errors
    ///
    /// [`CryptoError`] when the system gives no randomness.
    pub fn generate(provider: Provider) -> Result<Self, CryptoError> {
        let mut seed = Zeroizing::new([0; KEY_LEN]);
        provider.fill_random(seed.as_mut_slice())?;
        Ok(Self(seed))
    }

    /// The key with this seed (RFC 8032, section 5.1.5), which must be uniformly random and never a password.
    #[must_use]
    pub fn from_bytes(seed: &[u8; KEY_LEN]) -> Self {
        Self(Zeroizing::new(*seed))
    }

    /// The public half, by which others know the sender.
    ///
    /// # Errors
    ///
    /// [`CryptoError`] when `provider` allows no signatures, as that of a FIPS module does.
    pub fn verifying_key(&self, provider: Provider) -> Result<VerifyingKey, CryptoError> {
        provider.signatures()?.public(&self.0).map(VerifyingKey)
    }

    /// The text form; it is secret, and wiped when dropped.
    ///
    /// ```
    /// use sealwax::seal::SigningKey;
    /// let text = SigningKey::from_bytes(&[7; 32]).to_text();
    /// assert!(text.starts_with("SEALWAX-ED25519-SECRET-1") && text.parse::<SigningKey>().is_ok());
    /// ```
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = bech32::encode(SECRET_PREFIX, self.0.as_slice());
        text.make_ascii_uppercase();
        text
    }

    /// Signs what [`message`] gives.
    pub(super) fn sign(&self, provider: Provider, message: &[u8]) -> Result<SignatureBlock, CryptoError> {
        let signatures = provider.signatures()?;
        let public = signatures.public(&self.0)?;
        let signature = signatures.sign(&self.0, message)?;
        let mut block = [0; BLOCK_LEN];
        for (to, from) in block.iter_mut().zip(public.iter().chain(&signature)) {
            *to = *from;
        }
        Ok(block)
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    /// Reads the text form, in capital or small letters.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        decode(SECRET_PREFIX, "SEALWAX-ED25519-SECRET-1", text).map(|seed| Self(Zeroizing::new(*seed)))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}

/// The public key of a sender. It stands nowhere in clear in a sealed message.
///
/// ```
/// use sealwax::seal::VerifyingKey;
/// let text = VerifyingKey::from_bytes(&[7; 32]).to_string();
/// assert!(text.starts_with("sealwax-ed25519-1"));
/// assert_eq!(text.parse(), Ok(VerifyingKey::from_bytes(&[7; 32])));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifyingKey([u8; PUBLIC_KEY_LEN]);

impl VerifyingKey {
    /// The key as RFC 8032 writes it. Bytes that are no key verify nothing.
    #[must_use]
    pub fn from_bytes(key: &[u8; PUBLIC_KEY_LEN]) -> Self {
        Self(*key)
    }

    /// The key as RFC 8032 writes it.
    pub fn as_bytes(&self) -> &[u8; PUBLIC_KEY_LEN] {
        &self.0
    }

    /// Whose signature stands in `block`, if it is one of `message`.
    pub(super) fn of(block: &SignatureBlock, provider: Provider, message: &[u8]) -> Result<Self, CryptoError> {
        let (key, signature) = block.split_first_chunk::<PUBLIC_KEY_LEN>().ok_or(CryptoError(()))?;
        if is_of_small_order(key) {
            return Err(CryptoError(()));
        }
        let signature = Signature::try_from(signature).map_err(|_| CryptoError(()))?;
        provider.signatures()?.verify(key, message, &signature)?;
        Ok(Self(*key))
    }
}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    /// Reads the text form, in capital or small letters.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        decode(PUBLIC_PREFIX, "sealwax-ed25519-1", text).map(|key| Self(*key))
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bech32::encode(PUBLIC_PREFIX, &self.0))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

/// Whether `key` is a point of order 1, 2, 4 or 8, in whatever encoding. Such a key is nobody's: a signature can be made without a
/// secret that it verifies for every message.
fn is_of_small_order(key: &[u8; PUBLIC_KEY_LEN]) -> bool {
    let mut y = *key;
    if let Some(last) = y.last_mut() {
        *last &= 0x7f; // without the sign of x
    }
    SMALL_ORDER.contains(&y)
}

fn decode(prefix: &str, start: &'static str, text: &str) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyError> {
    let bytes = bech32::decode(prefix, start, without_mark(text))?;
    let bytes = <[u8; KEY_LEN]>::try_from(bytes.as_slice()).map(Zeroizing::new);
    bytes.map_err(|_| KeyError::new(KeyErrorKind::Length, text.len()))
}

/// What a sender signs: the digest of the header up to the end of its core with the salt and the commitment of the body
/// ([`covered`]), and that of the content.
///
/// The commitment holds the data key and the context. It does not hold the content: everybody who opens a message could
/// seal another text under its data key, were that not signed as well.
pub(super) fn message(covered: &[u8; 64], content: &[u8; 64]) -> Vec<u8> {
    [SENDER_LABEL, covered, content].concat()
}

pub(super) fn covered(bound: &[u8], prefix: &Prefix) -> [u8; 64] {
    sha512(&[bound, prefix])
}

/// The digest of a content in pieces of [`CHUNK_LEN`] bytes, each hashed by itself, so that no reader needs all of it at once.
#[derive(Clone, Default)]
pub(super) struct ContentDigest {
    list: Sha512,
    piece: Sha512,
    /// Bytes of the piece that is not yet full.
    filled: usize,
}

impl ContentDigest {
    pub(super) fn of(content: &[u8]) -> [u8; 64] {
        let mut digest = Self::default();
        digest.update(content);
        digest.finish()
    }

    pub(super) fn update(&mut self, mut content: &[u8]) {
        while !content.is_empty() {
            let len = content.len().min(CHUNK_LEN.saturating_sub(self.filled));
            let (piece, rest) = content.split_at(len);
            self.piece.update(piece);
            self.filled = self.filled.saturating_add(len);
            content = rest;
            if self.filled == CHUNK_LEN {
                self.end_piece();
            }
        }
    }

    pub(super) fn finish(mut self) -> [u8; 64] {
        if self.filled > 0 {
            self.end_piece();
        }
        self.list.finalize().into()
    }

    fn end_piece(&mut self) {
        self.list.update(self.piece.finalize_reset());
        self.filled = 0;
    }
}

/// The y of the points of small order, little-endian, with those that are not below the prime 2^255 − 19.
const SMALL_ORDER: [[u8; PUBLIC_KEY_LEN]; 7] = [
    [0; PUBLIC_KEY_LEN],
    below(0x01, 0, 0),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    below(0xec, 0xff, 0x7f),
    below(0xed, 0xff, 0x7f),
    below(0xee, 0xff, 0x7f),
];

/// The number that begins with `first` and ends with `last`, with `middle` between them.
const fn below(first: u8, middle: u8, last: u8) -> [u8; PUBLIC_KEY_LEN] {
    let mut number = [middle; PUBLIC_KEY_LEN];
    number[0] = first;
    number[PUBLIC_KEY_LEN - 1] = last;
    number
}

/// A sender's public key and signature.
pub(super) type SignatureBlock = [u8; BLOCK_LEN];
pub(super) const BLOCK_LEN: usize = PUBLIC_KEY_LEN + SIGNATURE_LEN;
const SENDER_LABEL: &[u8] = b"SLWX1 sender";
const SECRET_PREFIX: &str = "sealwax-ed25519-secret-";
const PUBLIC_PREFIX: &str = "sealwax-ed25519-";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::{LocalKey, OpenErrorKind, Opener, Sealer};

    /// A fellow recipient has the data key, and with it whatever the commitment commits to.
    #[test]
    fn who_only_opens_a_message_cannot_put_another_content_under_its_signature() {
        let (key, sender) = (LocalKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let sealed = Sealer::new(Provider::ring())
            .recipient(&key)
            .sign(&sender)
            .seal(b"10 mg")
            .unwrap();
        let opener = Opener::new(Provider::ring()).identity(&key);
        let body = crate::seal::header::Parsed::read(&sealed).unwrap().len;
        let prefix = sealed[body..].first_chunk().unwrap();
        let unlocked = opener.unlock_detached(&sealed[..body], prefix).unwrap();
        let (text, tag) = sealed[body + prefix.len()..].split_last_chunk().unwrap();
        let mut text = text.to_vec();
        unlocked.chunks.open(0, &mut text, tag).unwrap();
        let forge = |text: &[u8]| {
            let mut text = text.to_vec();
            let tag = unlocked.chunks.seal(0, &mut text).unwrap();
            [&sealed[..body], prefix, &text, &tag].concat()
        };
        assert!(opener.open(&forge(&text)).is_ok());
        text[0] = b'9';
        for text in [text.as_slice(), b"90 mg", b""] {
            let refused = opener.open(&forge(text)).map(drop).map_err(|error| error.kind());
            assert_eq!(refused, Err(OpenErrorKind::Closed));
        }
    }

    #[test]
    fn every_provider_signs_and_verifies_as_rfc_8032_does() {
        // Section 7.1: TEST 1, TEST 2 and TEST 3.
        let rows = [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
        ];
        for (provider, row) in Provider::all()
            .into_iter()
            .flat_map(|provider| rows.map(|row| (provider, row)))
        {
            let (seed, public, message, signature) = row;
            let bytes = |text: &str| {
                let pairs = text.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
                pairs
                    .map(|pair| u8::from_str_radix(pair, 16).unwrap())
                    .collect::<Vec<_>>()
            };
            let key = SigningKey::from_bytes(&bytes(seed).try_into().unwrap());
            let block = key.sign(provider, &bytes(message)).unwrap();
            assert_eq!(
                block.to_vec(),
                [bytes(public), bytes(signature)].concat(),
                "{provider:?}"
            );
            let verified = VerifyingKey::of(&block, provider, &bytes(message));
            assert_eq!(verified, key.verifying_key(provider));
            assert!(VerifyingKey::of(&block, provider, b"another").is_err());
        }
    }

    #[test]
    fn a_key_of_small_order_is_nobody_s() {
        // The neutral element as key and as R, and S = 0: right for every message.
        let neutral = below(1, 0, 0);
        let block: SignatureBlock = [neutral, neutral, [0; 32]].concat().try_into().unwrap();
        for provider in Provider::all() {
            assert!(VerifyingKey::of(&block, provider, b"labs").is_err(), "{provider:?}");
        }
        assert!(is_of_small_order(&below(1, 0, 0x80)));
        let honest = SigningKey::from_bytes(&[1; 32])
            .verifying_key(Provider::ring())
            .unwrap();
        assert!(!is_of_small_order(honest.as_bytes()));
    }

    #[test]
    fn the_digest_is_that_of_the_digests_of_the_pieces() {
        for len in [0, 1, CHUNK_LEN - 1, CHUNK_LEN, CHUNK_LEN + 1, 3 * CHUNK_LEN] {
            let content: Vec<u8> = (0..=u8::MAX).cycle().take(len).collect();
            let list: Vec<u8> = content.chunks(CHUNK_LEN).flat_map(|piece| sha512(&[piece])).collect();
            assert_eq!(ContentDigest::of(&content), sha512(&[&list]), "{len}");
            let mut digest = ContentDigest::default();
            content.chunks(1000).for_each(|bytes| digest.update(bytes));
            assert_eq!(digest.finish(), ContentDigest::of(&content), "{len}");
        }
    }

    #[test]
    fn neither_debug_nor_an_error_shows_a_signing_key() {
        let key = SigningKey::from_bytes(&[0xab; 32]);
        let mut text = key.to_text().to_lowercase();
        text.replace_range(30..31, "b");
        let error = text.parse::<SigningKey>().unwrap_err();
        let shown = format!("{key:?} {error} {error:?}");
        assert!(
            !shown.contains("abab") && !shown.contains(text.get(24..40).unwrap()),
            "{shown}"
        );
    }

    #[test]
    fn a_public_key_does_not_pass_for_a_secret_one() {
        let public = VerifyingKey::from_bytes(&[7; 32]).to_string();
        let expected = "SEALWAX-ED25519-SECRET-1";
        assert_eq!(
            public.parse::<SigningKey>().unwrap_err().kind(),
            KeyErrorKind::Type { expected }
        );
    }
}
