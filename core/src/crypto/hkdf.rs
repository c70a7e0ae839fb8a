//! HKDF-Expand over any HMAC-SHA-512.

use super::CryptoError;

/// The blocks of HKDF-Expand-SHA-512: each is the HMAC of the one before it, the info and a counter from 1.
pub(super) fn expand_blocks<B: AsRef<[u8]>>(
    info: &[&[u8]],
    out: &mut [u8],
    mut hmac: impl FnMut(&[&[u8]]) -> B,
) -> Result<(), CryptoError> {
    let mut previous: Option<B> = None;
    for (index, chunk) in out.chunks_mut(SHA512_LEN).enumerate() {
        let counter = index
            .checked_add(1)
            .and_then(|count| u8::try_from(count).ok())
            .ok_or(CryptoError(()))?;
        let mut pieces: Vec<&[u8]> = Vec::with_capacity(info.len().saturating_add(2));
        pieces.extend(previous.as_ref().map(AsRef::as_ref));
        pieces.extend(info);
        let counter = [counter];
        pieces.push(&counter);
        let block = hmac(&pieces);
        for (to, from) in chunk.iter_mut().zip(block.as_ref()) {
            *to = *from;
        }
        previous = Some(block);
    }
    Ok(())
}

/// Length of a SHA-512 digest in bytes.
const SHA512_LEN: usize = 64;
