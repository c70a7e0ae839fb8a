//! Cobblestone-256, the published body of a sealed message, on its own.
//!
//! C2SP *chunked-encryption* (<https://c2sp.org/chunked-encryption>) with AES-256-GCM and HKDF-Expand-SHA-512: a random
//! salt of 24 bytes, a commitment to key and context of 32 bytes, then chunks of 16 KiB, each with a tag of 16 bytes.
//! The last chunk is always shorter than 16 KiB and may be empty, so a truncated body never opens. Other
//! implementations read it, for example `cryptography.cobblestone` of Python.

use zeroize::{Zeroize, Zeroizing};

use crate::crypto::{Backend, Cipher, CryptoError, KEY_LEN, NONCE_LEN, Nonce, Provider, TAG_LEN, Tag};

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
    let len = sealed_len(len_u64(plain.len()))
        .and_then(|len| usize::try_from(len).ok())
        .ok_or(CryptoError(()))?;
    let mut out = Vec::with_capacity(len);
    append(provider, key, context, plain, &mut out)?;
    Ok(out)
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
    let (chunks, sealed) = Chunks::opening(provider, key, context, body)?;
    let len = opened_len(len_u64(body.len()))
        .and_then(|len| usize::try_from(len).ok())
        .ok_or(CryptoError(()))?;
    let mut plain = Zeroizing::new(Vec::with_capacity(len)); // never grows, so no copy is left behind
    for (number, chunk) in (0_u64..).zip(sealed.chunks(SEALED_CHUNK_LEN)) {
        let (text, tag) = chunk.split_last_chunk::<TAG_LEN>().ok_or(CryptoError(()))?;
        let start = plain.len();
        plain.extend_from_slice(text);
        chunks.open(number, plain.get_mut(start..).unwrap_or_default(), tag)?;
    }
    Ok(plain)
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

/// Appends the body to `out`, chunk by chunk, so that a buffer with enough capacity is filled only once.
pub(crate) fn append(
    provider: Provider,
    key: &[u8; KEY_LEN],
    context: &[u8],
    plain: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), CryptoError> {
    let (chunks, prefix) = Chunks::sealing(provider, key, context)?;
    out.extend_from_slice(&prefix);
    for (number, text) in (0_u64..).zip(texts(plain)) {
        let start = out.len();
        out.extend_from_slice(text);
        let tag = chunks.seal(number, out.get_mut(start..).unwrap_or_default())?;
        out.extend_from_slice(&tag);
    }
    Ok(())
}

/// Writes the body to the front of `out` and gives its length.
pub(crate) fn fill(
    provider: Provider,
    key: &[u8; KEY_LEN],
    context: &[u8],
    plain: &[u8],
    out: &mut [u8],
) -> Result<usize, CryptoError> {
    let len = body_len(plain.len())?;
    let (out, _) = out.split_at_mut_checked(len).ok_or(CryptoError(()))?;
    let (chunks, prefix) = Chunks::sealing(provider, key, context)?;
    let (front, sealed) = out.split_first_chunk_mut::<PREFIX_LEN>().ok_or(CryptoError(()))?;
    *front = prefix;
    for (number, (room, text)) in (0_u64..).zip(sealed.chunks_mut(SEALED_CHUNK_LEN).zip(texts(plain))) {
        let (to, tag) = room.split_last_chunk_mut::<TAG_LEN>().ok_or(CryptoError(()))?;
        to.copy_from_slice(text);
        *tag = chunks.seal(number, to)?;
    }
    Ok(len)
}

/// Seals the first `plain_len` bytes of `buffer` in place: the body comes to stand after `before` bytes of room for a
/// header. Gives the place where the body ends.
///
/// Chunks move towards the end, so the work goes from the last chunk backwards.
pub(crate) fn seal_in_place(
    provider: Provider,
    key: &[u8; KEY_LEN],
    context: &[u8],
    buffer: &mut [u8],
    plain_len: usize,
    before: usize,
) -> Result<usize, CryptoError> {
    let end = body_len(plain_len)?.saturating_add(before);
    let (buffer, _) = buffer.split_at_mut_checked(end).ok_or(CryptoError(()))?;
    let (chunks, prefix) = Chunks::sealing(provider, key, context)?;
    let first = before.saturating_add(PREFIX_LEN);
    let last = plain_len.checked_div(CHUNK_LEN).unwrap_or_default();
    for number in (0..=last).rev() {
        let from = number.saturating_mul(CHUNK_LEN);
        let until = plain_len.min(from.saturating_add(CHUNK_LEN));
        let to = number.saturating_mul(SEALED_CHUNK_LEN).saturating_add(first);
        buffer.copy_within(from..until, to);
        let room = buffer.get_mut(to..).unwrap_or_default();
        let (text, rest) = room
            .split_at_mut_checked(until.saturating_sub(from))
            .ok_or(CryptoError(()))?;
        *rest.first_chunk_mut::<TAG_LEN>().ok_or(CryptoError(()))? = chunks.seal(len_u64(number), text)?;
    }
    let front = buffer
        .get_mut(before..)
        .and_then(|rest| rest.first_chunk_mut::<PREFIX_LEN>());
    *front.ok_or(CryptoError(()))? = prefix;
    Ok(end)
}

/// [`sealed_len`] for what lies in memory.
fn body_len(plain_len: usize) -> Result<usize, CryptoError> {
    sealed_len(len_u64(plain_len))
        .and_then(|len| usize::try_from(len).ok())
        .ok_or(CryptoError(()))
}

/// The plaintext of each chunk: full ones, then one that is shorter and may be empty.
fn texts(plain: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (full, last) = plain.as_chunks::<CHUNK_LEN>();
    full.iter().map(<[u8; CHUNK_LEN]>::as_slice).chain([last])
}

/// Opens a body into the front of `out` and gives the length of the plaintext. On failure `out` is wiped as far as it
/// was written.
pub(crate) fn open_into(
    provider: Provider,
    key: &[u8; KEY_LEN],
    context: &[u8],
    body: &[u8],
    out: &mut [u8],
) -> Result<usize, CryptoError> {
    let (chunks, sealed) = Chunks::opening(provider, key, context, body)?;
    let len = opened_len(len_u64(body.len()))
        .and_then(|len| usize::try_from(len).ok())
        .ok_or(CryptoError(()))?;
    let (out, _) = out.split_at_mut_checked(len).ok_or(CryptoError(()))?;
    let opened = open_chunks(&chunks, sealed, out);
    if opened.is_err() {
        out.zeroize();
    }
    opened.map(|()| len)
}

fn open_chunks(chunks: &Chunks, sealed: &[u8], out: &mut [u8]) -> Result<(), CryptoError> {
    let mut room = out;
    for (number, chunk) in (0_u64..).zip(sealed.chunks(SEALED_CHUNK_LEN)) {
        let (text, tag) = chunk.split_last_chunk::<TAG_LEN>().ok_or(CryptoError(()))?;
        let (to, rest) = room.split_at_mut_checked(text.len()).ok_or(CryptoError(()))?;
        to.copy_from_slice(text);
        chunks.open(number, to, tag)?;
        room = rest;
    }
    Ok(())
}

/// Opens `buffer`, which holds `before` bytes of header and then the body, in place: the plaintext comes to stand at
/// its start and its length is returned. A buffer that turns out wrong after the first chunk was opened is wiped.
pub(crate) fn open_in_place(
    provider: Provider,
    key: &[u8; KEY_LEN],
    context: &[u8],
    buffer: &mut [u8],
    before: usize,
) -> Result<usize, CryptoError> {
    let (chunks, _) = Chunks::opening(provider, key, context, buffer.get(before..).unwrap_or_default())?;
    let opened = open_forwards(&chunks, buffer, before.saturating_add(PREFIX_LEN));
    if opened.is_err() {
        buffer.zeroize();
    }
    opened
}

/// Opens the chunks that begin at `first`, each moved to the front as soon as it is open.
fn open_forwards(chunks: &Chunks, buffer: &mut [u8], first: usize) -> Result<usize, CryptoError> {
    let count = buffer.len().saturating_sub(first).div_ceil(SEALED_CHUNK_LEN);
    let mut written = 0_usize;
    for number in 0..count {
        let from = number.saturating_mul(SEALED_CHUNK_LEN).saturating_add(first);
        let room = buffer.get_mut(from..).unwrap_or_default();
        let chunk = room.split_at_mut(room.len().min(SEALED_CHUNK_LEN)).0;
        let (text, tag) = chunk.split_last_chunk_mut::<TAG_LEN>().ok_or(CryptoError(()))?;
        chunks.open(len_u64(number), text, tag)?;
        let len = text.len();
        buffer.copy_within(from..from.saturating_add(len), written);
        written = written.saturating_add(len);
    }
    Ok(written)
}

/// The chunk cipher of one body.
pub(crate) struct Chunks {
    cipher: Box<dyn Cipher>,
    base_nonce: Nonce,
}

impl Chunks {
    /// A cipher for a new body, and the salt and commitment that stand before its first chunk.
    pub(crate) fn sealing(
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
    fn opening<'a>(
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
    pub(crate) fn committed(
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

    pub(crate) fn seal(&self, number: u64, text: &mut [u8]) -> Result<Tag, CryptoError> {
        self.cipher.seal(&self.nonce(number)?, &[], text)
    }

    pub(crate) fn open(&self, number: u64, text: &mut [u8], tag: &Tag) -> Result<(), CryptoError> {
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
pub(crate) fn same(left: &[u8; COMMITMENT_LEN], right: &[u8]) -> bool {
    let difference = left
        .iter()
        .zip(right)
        .fold(0, |difference, (a, b)| difference | (a ^ b));
    std::hint::black_box(difference) == 0 && left.len() == right.len()
}

/// A length as the format counts it; `usize` is never wider than 64 bits on a platform that Rust supports.
pub(crate) fn len_u64(len: usize) -> u64 {
    len as u64
}

const SALT_LEN: usize = 24;
pub(crate) const COMMITMENT_LEN: usize = 32;
/// Bytes of a full chunk with its tag.
pub(crate) const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;
/// The domain and the registered name of the cipher, ended by a zero byte, before salt and context.
const LABEL: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";
