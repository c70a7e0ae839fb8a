//! The key and the chunk cipher of a Cobblestone-256 body.

use zeroize::Zeroizing;

use super::cobblestone::{CHUNK_LEN, MAX_CHUNKS, PREFIX_LEN, opened_len};
use super::random::Random;
use crate::crypto::{Cipher, CryptoError, Hkdf, KEY_LEN, NONCE_LEN, Nonce, Provider, TAG_LEN, Tag};

/// The key that bodies are made under (the *input key* of the published text); each body has a chunk cipher of its own.
///
/// The key is hashed once for all its bodies, and what was made of it is wiped when it is dropped.
pub(super) struct InputKey {
    provider: Provider,
    hkdf: Box<dyn Hkdf>,
}

impl InputKey {
    pub(super) fn new(provider: Provider, key: &[u8; KEY_LEN]) -> Result<Self, CryptoError> {
        let hkdf = provider.backend().hkdf(key)?;
        Ok(Self { provider, hkdf })
    }

    pub(super) fn provider(&self) -> Provider {
        self.provider
    }

    /// HKDF-Expand-SHA-512 with the key, for what is not a body.
    pub(super) fn expand(&self, info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
        self.hkdf.expand(info, out)
    }

    /// A cipher for a new body with a random salt.
    pub(super) fn sealing(&self, context: &[u8], random: &mut Random) -> Result<NewBody, CryptoError> {
        let mut salt = [0; SALT_LEN];
        random.fill(&mut salt)?;
        self.salted(context, salt)
    }

    /// A cipher for a new body with a salt that no other body under this key has.
    pub(super) fn salted(&self, context: &[u8], salt: Salt) -> Result<NewBody, CryptoError> {
        let (chunks, commitment) = self.derive(&salt, context)?;
        let mut prefix = [0; PREFIX_LEN];
        for (to, from) in prefix.iter_mut().zip(salt.iter().chain(&commitment)) {
            *to = *from;
        }
        Ok(NewBody { chunks, prefix })
    }

    /// The cipher for a body that exists, once its commitment has been checked and its length is one that a body can
    /// have.
    pub(super) fn opening(&self, context: &[u8], body: &[u8]) -> Result<Chunks, CryptoError> {
        opened_len(len_u64(body.len())).ok_or(CryptoError(()))?;
        self.committed(context, body.first_chunk().ok_or(CryptoError(()))?)
    }

    /// The cipher for the body that begins with `prefix`, once its commitment has been checked.
    pub(super) fn committed(&self, context: &[u8], prefix: &Prefix) -> Result<Chunks, CryptoError> {
        let (salt, commitment) = prefix.split_first_chunk::<SALT_LEN>().ok_or(CryptoError(()))?;
        let (chunks, expected) = self.derive(salt, context)?;
        if !same(&expected, commitment) {
            return Err(CryptoError(()));
        }
        Ok(chunks)
    }

    fn derive(&self, salt: &Salt, context: &[u8]) -> Result<(Chunks, Commitment), CryptoError> {
        let mut derived = Zeroizing::new([0; KEY_LEN + NONCE_LEN + COMMITMENT_LEN]);
        self.expand(&[LABEL, salt, context], derived.as_mut_slice())?;
        let (chunk_key, rest) = derived.split_first_chunk::<KEY_LEN>().ok_or(CryptoError(()))?;
        let (base_nonce, commitment) = rest.split_first_chunk::<NONCE_LEN>().ok_or(CryptoError(()))?;
        let chunks = Chunks {
            cipher: self.provider.backend().cipher(chunk_key)?,
            base_nonce: *base_nonce,
        };
        Ok((chunks, commitment.try_into().map_err(|_| CryptoError(()))?))
    }
}

/// What a new body is made of: its chunk cipher, and the salt and commitment that stand before its first chunk.
pub(super) struct NewBody {
    pub(super) chunks: Chunks,
    pub(super) prefix: Prefix,
}

/// The chunk cipher of one body.
pub(super) struct Chunks {
    cipher: Box<dyn Cipher>,
    base_nonce: Nonce,
}

impl Chunks {
    pub(super) fn seal(&self, number: u64, text: &mut [u8]) -> Result<Tag, CryptoError> {
        self.cipher.seal(&self.nonce(number)?, &[], text)
    }

    pub(super) fn open(&self, number: u64, text: &mut [u8], tag: &Tag) -> Result<(), CryptoError> {
        self.cipher.open(&self.nonce(number)?, &[], text, tag)
    }

    /// Seals `text` to `out`: the chunk and its tag.
    pub(super) fn seal_to(&self, number: u64, text: &[u8], out: &mut [u8]) -> Result<(), CryptoError> {
        self.cipher.seal_to(&self.nonce(number)?, text, out)
    }

    /// Opens `text` to `out`, which has the same length.
    pub(super) fn open_to(&self, number: u64, text: &[u8], out: &mut [u8], tag: &Tag) -> Result<(), CryptoError> {
        self.cipher.open_to(&self.nonce(number)?, text, out, tag)
    }

    /// Opens the text that stands in `buffer` from `start` on, and moves it to the front.
    pub(super) fn open_to_front(
        &self,
        number: u64,
        buffer: &mut [u8],
        start: usize,
        tag: &Tag,
    ) -> Result<(), CryptoError> {
        self.cipher.open_to_front(&self.nonce(number)?, buffer, start, tag)
    }

    /// The base nonce XOR the chunk number as a big-endian integer.
    fn nonce(&self, number: u64) -> Result<Nonce, CryptoError> {
        if number >= MAX_CHUNKS {
            return Err(CryptoError(()));
        }
        let mut nonce = self.base_nonce;
        for (byte, counter) in nonce.iter_mut().rev().zip(number.to_le_bytes()) {
            *byte ^= counter;
        }
        Ok(nonce)
    }
}

/// Whether two commitments, MACs or salts are equal, in time that does not depend on where they differ.
pub(super) fn same(left: &[u8], right: &[u8]) -> bool {
    let difference = left
        .iter()
        .zip(right)
        .fold(0, |difference, (a, b)| difference | (a ^ b));
    std::hint::black_box(difference) == 0 && left.len() == right.len()
}

/// A length as the format counts it; `usize` is never wider than 64 bits on a platform that Rust supports.
pub(super) fn len_u64(len: usize) -> u64 {
    len as u64
}

/// What a body begins with: its salt and its commitment.
pub(super) type Prefix = [u8; PREFIX_LEN];
/// What no other body under the same key begins with.
pub(super) type Salt = [u8; SALT_LEN];
pub(super) const SALT_LEN: usize = 24;
/// What a body commits to its key and context by.
type Commitment = [u8; COMMITMENT_LEN];
pub(super) const COMMITMENT_LEN: usize = 32;
/// Bytes of a full chunk with its tag.
pub(super) const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;
/// The domain and the registered name of the cipher, ended by a zero byte, before salt and context.
const LABEL: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";
