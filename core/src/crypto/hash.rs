//! SHA-256 and SHA-512 (FIPS 180-4).

use std::fmt::Write;

use sha2::{Digest, Sha256, Sha512};

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
