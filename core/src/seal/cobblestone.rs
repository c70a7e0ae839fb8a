//! Cobblestone-256, the published body of a sealed message, on its own.
//!
//! C2SP *chunked-encryption* (<https://c2sp.org/chunked-encryption>) with AES-256-GCM and HKDF-Expand-SHA-512: a random
//! salt of 24 bytes, a commitment to key and context of 32 bytes, then chunks of 16 KiB, each with a tag of 16 bytes.
//! The last chunk is always shorter than 16 KiB and may be empty, so a truncated body never opens. Other
//! implementations read it, for example `cryptography.cobblestone` of Python.

use zeroize::Zeroizing;

use super::body;
use super::chunks::{COMMITMENT_LEN, InputKey, SALT_LEN, SEALED_CHUNK_LEN, len_u64};
use super::random::Random;
use crate::crypto::{CryptoError, KEY_LEN, Provider, TAG_LEN};

/// Plaintext bytes in every chunk but the last.
pub const CHUNK_LEN: usize = 16_384;
/// Bytes before the first chunk: the salt and the commitment.
pub const PREFIX_LEN: usize = SALT_LEN + COMMITMENT_LEN;
/// The most chunks that one body may have (4 PiB): the bound of the published text.
pub const MAX_CHUNKS: u64 = 1 << 38;

/// Seals `plain` under `key`, bound to `context`, with a fresh random salt.
///
/// # Errors
///
/// [`CryptoError`] when the system gives no randomness or the body would have more than [`MAX_CHUNKS`] chunks.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::cobblestone;
/// let body = cobblestone::seal(Provider::ring(), &[7; 32], b"demo", b"hello")?;
/// assert_eq!(body.len(), 56 + 5 + 16);
/// assert_eq!(cobblestone::open(Provider::ring(), &[7; 32], b"demo", &body)?.as_slice(), b"hello");
/// assert!(cobblestone::open(Provider::ring(), &[7; 32], b"other", &body).is_err());
/// # }
/// # Ok::<(), sealwax::crypto::CryptoError>(())
/// ```
pub fn seal(provider: Provider, key: &[u8; KEY_LEN], context: &[u8], plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let body = InputKey::new(provider, key)?.sealing(context, &mut Random::new(provider))?;
    body::seal(&body, plain)
}

/// Opens a whole body; nothing is released unless all of it is genuine and complete.
///
/// # Errors
///
/// [`CryptoError`] for a wrong key or context and for a body that was changed, cut or extended; they are not told
/// apart.
pub fn open(
    provider: Provider,
    key: &[u8; KEY_LEN],
    context: &[u8],
    body: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let chunks = InputKey::new(provider, key)?.opening(context, body)?;
    body::open(&chunks, body)
}

/// The length of the body for `plain` bytes of plaintext; `None` above [`MAX_CHUNKS`].
///
/// ```
/// use sealwax::seal::cobblestone;
/// assert_eq!(cobblestone::sealed_len(0), Some(72));
/// assert_eq!(cobblestone::sealed_len(16_384), Some(56 + 16_384 + 16 + 16)); // the last chunk is empty
/// ```
#[must_use]
pub fn sealed_len(plain: u64) -> Option<u64> {
    let chunks = plain.checked_div(len_u64(CHUNK_LEN))?.checked_add(1)?;
    if chunks > MAX_CHUNKS {
        return None;
    }
    plain
        .checked_add(chunks.checked_mul(len_u64(TAG_LEN))?)?
        .checked_add(len_u64(PREFIX_LEN))
}

/// The length of the plaintext in a body of `sealed` bytes; `None` when no body has that length.
///
/// ```
/// use sealwax::seal::cobblestone;
/// assert_eq!(cobblestone::opened_len(72), Some(0));
/// assert_eq!(cobblestone::opened_len(71), None);
/// ```
#[must_use]
pub fn opened_len(sealed: u64) -> Option<u64> {
    let chunks_len = sealed.checked_sub(len_u64(PREFIX_LEN))?;
    let full = chunks_len.checked_div(len_u64(SEALED_CHUNK_LEN))?;
    let last = chunks_len
        .checked_rem(len_u64(SEALED_CHUNK_LEN))?
        .checked_sub(len_u64(TAG_LEN))?;
    if full >= MAX_CHUNKS {
        return None;
    }
    full.checked_mul(len_u64(CHUNK_LEN))?.checked_add(last)
}
