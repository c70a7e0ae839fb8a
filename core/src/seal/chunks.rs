//! The chunk cipher of a Cobblestone-256 body.

use zeroize::Zeroizing;

use super::cobblestone::{CHUNK_LEN, MAX_CHUNKS, PREFIX_LEN, opened_len};
use crate::crypto::{Backend, Cipher, CryptoError, KEY_LEN, NONCE_LEN, Nonce, Provider, TAG_LEN, Tag};

/// The chunk cipher of one body.
pub(super) struct Chunks {
    cipher: Box<dyn Cipher>,
    base_nonce: Nonce,
}

impl Chunks {
    /// A cipher for a new body, and the salt and commitment that stand before its first chunk.
    pub(super) fn sealing(
        provider: Provider,
        key: &[u8; KEY_LEN],
        context: &[u8],
    ) -> Result<(Self, [u8; PREFIX_LEN]), CryptoError> {
        let mut salt = [0; SALT_LEN];
        provider.backend().random(&mut salt)?;
        let (chunks, commitment) = Self::derive(provider.backend(), key, &salt, context)?;
        let mut prefix = [0; PREFIX_LEN];
        for (to, from) in prefix.iter_mut().zip(salt.iter().chain(&commitment)) {
            *to = *from;
        }
        Ok((chunks, prefix))
    }

    /// The cipher for a body that exists, once its commitment has been checked and its length is one that a body can
    /// have; and the chunks.
    pub(super) fn opening<'a>(
        provider: Provider,
        key: &[u8; KEY_LEN],
        context: &[u8],
        body: &'a [u8],
    ) -> Result<(Self, &'a [u8]), CryptoError> {
        opened_len(len_u64(body.len())).ok_or(CryptoError(()))?;
        let (prefix, sealed) = body.split_first_chunk::<PREFIX_LEN>().ok_or(CryptoError(()))?;
        Ok((Self::committed(provider, key, context, prefix)?, sealed))
    }

    /// The cipher for the body that begins with `prefix`, once its commitment has been checked.
    pub(super) fn committed(
        provider: Provider,
        key: &[u8; KEY_LEN],
        context: &[u8],
        prefix: &[u8; PREFIX_LEN],
    ) -> Result<Self, CryptoError> {
        let (salt, commitment) = prefix.split_first_chunk::<SALT_LEN>().ok_or(CryptoError(()))?;
        let (chunks, expected) = Self::derive(provider.backend(), key, salt, context)?;
        if !same(&expected, commitment) {
            return Err(CryptoError(()));
        }
        Ok(chunks)
    }

    pub(super) fn seal(&self, number: u64, text: &mut [u8]) -> Result<Tag, CryptoError> {
        self.cipher.seal(&self.nonce(number)?, &[], text)
    }

    pub(super) fn open(&self, number: u64, text: &mut [u8], tag: &Tag) -> Result<(), CryptoError> {
        self.cipher.open(&self.nonce(number)?, &[], text, tag)
    }

    fn derive(
        backend: &dyn Backend,
        key: &[u8; KEY_LEN],
        salt: &[u8; SALT_LEN],
        context: &[u8],
    ) -> Result<(Self, [u8; COMMITMENT_LEN]), CryptoError> {
        let mut derived = Zeroizing::new([0; KEY_LEN + NONCE_LEN + COMMITMENT_LEN]);
        backend.expand(key, &[LABEL, salt, context], derived.as_mut_slice())?;
        let (chunk_key, rest) = derived.split_first_chunk::<KEY_LEN>().ok_or(CryptoError(()))?;
        let (base_nonce, commitment) = rest.split_first_chunk::<NONCE_LEN>().ok_or(CryptoError(()))?;
        let commitment = commitment.try_into().map_err(|_| CryptoError(()))?;
        Ok((
            Self {
                cipher: backend.cipher(chunk_key)?,
                base_nonce: *base_nonce,
            },
            commitment,
        ))
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

/// Whether two commitments are equal, in time that does not depend on where they differ.
pub(super) fn same(left: &[u8; COMMITMENT_LEN], right: &[u8]) -> bool {
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

/// Bytes of the random salt.
pub(super) const SALT_LEN: usize = 24;
/// Bytes of the commitment to key and context.
pub(super) const COMMITMENT_LEN: usize = 32;
/// Bytes of a full chunk with its tag.
pub(super) const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;
/// The domain and the registered name of the cipher, ended by a zero byte, before salt and context.
const LABEL: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";
