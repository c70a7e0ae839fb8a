//! The key by which values are told apart without being known.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{CryptoError, KEY_LEN, Provider, hex, sha256};
use crate::text::without_mark;

/// A key of 256 bits that gives values their keyed hashes: those of a roster, and pseudonyms.
///
/// It opens nothing. Whoever has it can test a guess, so it is kept like a key; it is wiped when dropped, and neither
/// `Debug` nor an error shows it. Its text form is `SEALWAX-HASH-`, 64 hexadecimal digits, and 8 more as a check
/// against typing errors.
///
/// ```
/// use sealwax::crypto::HashKey;
/// let key = HashKey::from_bytes(&[7; 32]);
/// assert!(key.to_text().starts_with("SEALWAX-HASH-0707"));
/// assert_eq!(key.to_text().parse::<HashKey>()?.hash("roster", &[b"x"]), key.hash("roster", &[b"x"]));
/// # Ok::<(), sealwax::crypto::HashKeyError>(())
/// ```
#[derive(Clone)]
pub struct HashKey(Zeroizing<[u8; KEY_LEN]>);

impl HashKey {
    /// A fresh key from the generator of the operating system.
    ///
    /// # Errors
    ///
    /// [`CryptoError`] when the system gives no randomness.
    pub fn generate(provider: Provider) -> Result<Self, CryptoError> {
        let mut secret = Zeroizing::new([0; KEY_LEN]);
        provider.backend().random(secret.as_mut_slice())?;
        Ok(Self(secret))
    }

    /// The key with these secret bytes, which must be uniformly random and never a password.
    #[must_use]
    pub fn from_bytes(secret: &[u8; KEY_LEN]) -> Self {
        Self(Zeroizing::new(*secret))
    }

    /// The text form; it is secret, and wiped when dropped.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex(self.0.as_slice()));
        Zeroizing::new(format!("{PREFIX}{}{}", *digits, check(&self.0)))
    }

    /// The HMAC-SHA-256 of `pieces` for one `use_`; hashes of different uses have nothing to do with each other.
    ///
    /// Each piece is preceded by its length, so that `ab`, `c` and `a`, `bc` differ.
    ///
    /// ```
    /// use sealwax::crypto::HashKey;
    /// let key = HashKey::from_bytes(&[7; 32]);
    /// assert_ne!(key.hash("roster", &[b"ab", b"c"]), key.hash("roster", &[b"a", b"bc"]));
    /// assert_ne!(key.hash("roster", &[b"ab"]), key.hash("pseudonym", &[b"ab"]));
    /// ```
    #[must_use]
    pub fn hash(&self, use_: &str, pieces: &[&[u8]]) -> [u8; 32] {
        self.hasher(use_).hash(pieces)
    }

    /// The same for many values: the key is taken in once.
    pub(crate) fn hasher(&self, use_: &str) -> Hasher {
        let mut block = Zeroizing::new([0; BLOCK_LEN]); // a short key is filled up with zeros (RFC 2104, section 2)
        for (to, from) in block.iter_mut().zip(self.0.iter()) {
            *to = *from;
        }
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        take(&mut mac, use_.as_bytes());
        Hasher(mac)
    }
}

/// An HMAC that has taken in the key and the use.
#[derive(Clone)]
pub(crate) struct Hasher(Hmac<Sha256>);

impl Hasher {
    pub(crate) fn hash(&self, pieces: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for piece in pieces {
            take(&mut mac, piece);
        }
        mac.finalize().into_bytes().into()
    }
}

fn take(mac: &mut Hmac<Sha256>, piece: &[u8]) {
    mac.update(&u64::try_from(piece.len()).unwrap_or(u64::MAX).to_le_bytes());
    mac.update(piece);
}

fn check(secret: &[u8; KEY_LEN]) -> String {
    let digest = sha256(&[PREFIX.as_bytes(), secret]);
    hex(digest.get(..CHECK_LEN).unwrap_or_default())
}

const PREFIX: &str = "SEALWAX-HASH-";
const CHECK_LEN: usize = 4;
/// The block of SHA-256 (FIPS 180-4, figure 1).
const BLOCK_LEN: usize = 64;

/// A text is no hash key: a wrong beginning, a wrong length, or a typing error. It never quotes the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected `SEALWAX-HASH-` and 72 hexadecimal digits without a typing error")]
pub struct HashKeyError(());

impl FromStr for HashKey {
    type Err = HashKeyError;

    fn from_str(text: &str) -> Result<Self, HashKeyError> {
        let digits = without_mark(text).trim().strip_prefix(PREFIX).ok_or(HashKeyError(()))?;
        let (secret, given) = digits.split_at_checked(KEY_LEN * 2).ok_or(HashKeyError(()))?;
        let mut key = Zeroizing::new([0; KEY_LEN]);
        for (index, byte) in key.iter_mut().enumerate() {
            let pair = secret.get(index * 2..index * 2 + 2).ok_or(HashKeyError(()))?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| HashKeyError(()))?;
        }
        if !given.eq_ignore_ascii_case(&check(&key)) {
            return Err(HashKeyError(()));
        }
        Ok(Self(key))
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey")
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hmac_sha256;

    #[test]
    fn a_hash_is_hmac_sha256_over_lengths_and_pieces() {
        let text = [&4_u64.to_le_bytes()[..], b"test", &2_u64.to_le_bytes(), b"ab"].concat();
        let key = HashKey::from_bytes(&[9; 32]);
        assert_eq!(key.hash("test", &[b"ab"]), hmac_sha256(&[9; 32], &text));
    }

    #[test]
    fn every_typing_error_is_noticed_and_none_is_quoted() {
        let text = HashKey::from_bytes(&[0x5a; 32]).to_text();
        for place in PREFIX.len()..text.len() {
            let mut wrong = text.as_bytes().to_vec();
            wrong[place] = if wrong[place] == b'0' { b'1' } else { b'0' };
            let wrong = String::from_utf8(wrong).unwrap();
            let error = wrong.parse::<HashKey>().unwrap_err();
            assert!(!error.to_string().contains("5a5a"));
        }
        for other in ["", "SEALWAX-HASH-", "SEALWAX-LOCAL-1", text.get(..80).unwrap()] {
            assert!(other.parse::<HashKey>().is_err(), "{other}");
        }
    }

    #[test]
    fn debug_shows_no_byte() {
        let key = HashKey::from_bytes(&[0x5a; 32]);
        assert_eq!(format!("{key:?} {:?}", key.hasher("x")), "HashKey Hasher");
    }
}
