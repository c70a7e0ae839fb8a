//! SHA-256 and SHA-512 (FIPS 180-4), HMAC-SHA-256 (RFC 2104).

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

/// The SHA-256 digest of `pieces` joined.
///
/// ```
/// use sealwax::crypto::sha256;
/// assert_eq!(sha256(&[b"ab", b"c"]), sha256(&[b"abc"]));
/// assert_eq!(sha256(&[]).first(), Some(&0xe3));
/// ```
#[must_use]
pub fn sha256(pieces: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for piece in pieces {
        hash.update(piece);
    }
    hash.finalize().into()
}

/// The SHA-512 digest of `pieces` joined.
///
/// ```
/// use sealwax::crypto::sha512;
/// assert_eq!(sha512(&[b"ab", b"c"]), sha512(&[b"abc"]));
/// assert_eq!(sha512(&[]).first(), Some(&0xcf));
/// ```
#[must_use]
pub fn sha512(pieces: &[&[u8]]) -> [u8; 64] {
    let mut hash = Sha512::new();
    for piece in pieces {
        hash.update(piece);
    }
    hash.finalize().into()
}

/// Two small hexadecimal digits for each byte.
///
/// ```
/// assert_eq!(sealwax::crypto::hex(&[0x0f, 0xa0]), "0fa0");
/// ```
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(
        String::with_capacity(bytes.len().saturating_mul(2)),
        |mut text, byte| {
            let _ = write!(text, "{byte:02x}"); // writing to a string cannot fail
            text
        },
    )
}

const SHA256_BLOCK_LEN: usize = 64;

/// The HMAC-SHA-256 of `text` under `key`: what a value is called where the value itself must not stand.
///
/// ```
/// use sealwax::crypto::hmac_sha256;
/// assert_ne!(hmac_sha256(&[1; 32], b"ann@example.org"), hmac_sha256(&[2; 32], b"ann@example.org"));
/// ```
#[must_use]
pub fn hmac_sha256(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    let mut block = Zeroizing::new([0; SHA256_BLOCK_LEN]); // a short key is filled up with zeros (RFC 2104, section 2)
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_agrees_with_another_implementation() {
        let mac = hmac_sha256(&[0x0b; 32], b"Hi There"); // computed with Python's `hmac`
        assert_eq!(mac[..4], [0x19, 0x8a, 0x60, 0x7e]);
        assert_eq!(mac[28..], [0xa0, 0xb6, 0x8c, 0xf7]);
    }
}
