//! Bytes in JSON, written and read without leaving copies behind.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
#[cfg(any(feature = "aws", feature = "gcp", feature = "vault"))]
use base64::engine::general_purpose::STANDARD;
#[cfg(feature = "azure")]
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sealwax::crypto::KEY_LEN;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::error::KmsErrorKind;

/// Base64 with padding.
#[cfg(any(feature = "aws", feature = "gcp", feature = "vault"))]
pub(crate) fn base64(bytes: &[u8]) -> Zeroizing<String> {
    written(&STANDARD, bytes)
}

/// Base64 for URLs, without padding.
#[cfg(feature = "azure")]
pub(crate) fn base64url(bytes: &[u8]) -> Zeroizing<String> {
    written(&URL_SAFE_NO_PAD, bytes)
}

/// What was wrapped, which is not secret.
#[cfg(any(feature = "aws", feature = "gcp"))]
pub(crate) fn blob(text: &str) -> Result<Vec<u8>, KmsErrorKind> {
    STANDARD.decode(text).map_err(|_| KmsErrorKind::Reply)
}

#[cfg(feature = "azure")]
pub(crate) fn blob_url(text: &str) -> Result<Vec<u8>, KmsErrorKind> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| KmsErrorKind::Reply)
}

/// A data key, of which a service may say that it is something else.
#[cfg(any(feature = "aws", feature = "gcp", feature = "vault"))]
pub(crate) fn data_key(text: &str) -> Result<Zeroizing<[u8; KEY_LEN]>, KmsErrorKind> {
    key(&STANDARD, text)
}

#[cfg(feature = "azure")]
pub(crate) fn data_key_url(text: &str) -> Result<Zeroizing<[u8; KEY_LEN]>, KmsErrorKind> {
    key(&URL_SAFE_NO_PAD, text)
}

/// JSON in one buffer that never grows.
pub(crate) fn json(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, KmsErrorKind> {
    let mut counted = Count(0);
    serde_json::to_writer(&mut counted, value).map_err(|_| KmsErrorKind::Name)?;
    let mut out = Zeroizing::new(Vec::with_capacity(counted.0));
    serde_json::to_writer(&mut *out, value).map_err(|_| KmsErrorKind::Name)?;
    Ok(out)
}

fn written(alphabet: &GeneralPurpose, bytes: &[u8]) -> Zeroizing<String> {
    // One third more than the bytes, and then some: the text never moves.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len().saturating_mul(2).saturating_add(4)));
    alphabet.encode_string(bytes, &mut text);
    text
}

fn key(alphabet: &GeneralPurpose, text: &str) -> Result<Zeroizing<[u8; KEY_LEN]>, KmsErrorKind> {
    let mut room = Zeroizing::new([0; KEY_LEN + 2]); // decoding rounds up to whole groups
    let len = alphabet.decode_slice(text, room.as_mut_slice());
    let len = len.map_err(|_| KmsErrorKind::Reply)?;
    let key = room.get(..len).and_then(|key| key.try_into().ok());
    key.map(Zeroizing::new).ok_or(KmsErrorKind::Reply)
}

/// Counts what is written.
struct Count(usize);

impl std::io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(all(test, feature = "vault"))]
mod tests {
    use super::*;

    #[test]
    fn a_data_key_has_32_bytes_and_nothing_else_is_one() {
        for len in 0..200 {
            let text = base64(&vec![7; len]);
            let read = key(&STANDARD, &text);
            assert_eq!(read.is_ok(), len == KEY_LEN, "{len}");
        }
        for text in ["=", "AA", "\u{e9}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert!(key(&STANDARD, text).is_err(), "{text}");
        }
    }

    #[test]
    fn json_is_written_into_a_buffer_of_its_length() {
        let text = json(&serde_json::json!({ "plaintext": "AAAA", "key_version": 3 })).unwrap();
        assert_eq!((text.len(), text.capacity()), (36, 36));
    }
}
