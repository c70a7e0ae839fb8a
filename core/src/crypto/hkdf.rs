//! HKDF-Expand over any HMAC-SHA-512.

use zeroize::Zeroizing;

use super::CryptoError;

/// Fills `out` with the blocks of HKDF-Expand-SHA-512: each is the HMAC of the one before it, the info and a counter
/// from 1. `hmac` has taken in the pseudo-random key.
///
/// Block, info and counter stand in one buffer, since an HMAC is faster over one piece than over many.
pub(super) fn expand<B: AsRef<[u8]>>(
    hmac: impl Fn(&[u8]) -> B,
    info: &[&[u8]],
    out: &mut [u8],
) -> Result<(), CryptoError> {
    if out.len() > MAX_LEN {
        return Err(CryptoError(()));
    }
    let info_len = info.iter().map(|piece| piece.len()).fold(0, usize::saturating_add);
    let len = info_len.saturating_add(SHA512_LEN + 1);
    let mut text = Zeroizing::new(Vec::with_capacity(len)); // never grows, so no copy is left behind
    text.extend_from_slice(&[0; SHA512_LEN]);
    for piece in info {
        text.extend_from_slice(piece);
    }
    for (counter, room) in (1_u8..=u8::MAX).zip(out.chunks_mut(SHA512_LEN)) {
        text.truncate(len.saturating_sub(1));
        text.push(counter);
        let start = if counter == 1 { SHA512_LEN } else { 0 }; // there is no block before the first
        let block = hmac(text.get(start..).unwrap_or_default());
        copy(block.as_ref(), room);
        copy(block.as_ref(), &mut text);
    }
    Ok(())
}

/// Copies as much as both have.
fn copy(from: &[u8], to: &mut [u8]) {
    let len = from.len().min(to.len());
    to.split_at_mut(len).0.copy_from_slice(from.split_at(len).0);
}

/// Length of a SHA-512 digest in bytes.
const SHA512_LEN: usize = 64;
/// The counter of the blocks is one byte (RFC 5869, section 2.3).
const MAX_LEN: usize = 255 * SHA512_LEN;
