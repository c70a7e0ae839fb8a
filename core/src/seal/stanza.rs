//! A stanza: the data key, wrapped for one recipient.

use std::fmt;

use super::header::SealedId;
use super::key_ref::KeyRef;
use super::wire::Reader;

/// How a stanza wraps the data key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StanzaKind {
    /// To a public key: X25519, P-256 or P-384, also that of a certificate.
    Hpke,
    /// To a public key of X-Wing, which holds against a quantum computer.
    HpkePq,
    /// By a key management service.
    Kms,
    /// Under the secret of a pickup link.
    Link,
    /// Under a 256-bit key that both sides hold.
    Local,
    /// A kind that this version cannot open; other recipients of the message are not affected.
    Other(u16),
    /// Under a passphrase.
    Passphrase,
    /// By a PKCS #11 token.
    Pkcs11,
    /// To the RSA key of a certificate, by OAEP with SHA-256.
    RsaOaep,
}

impl StanzaKind {
    /// The number of the kind in the header.
    pub fn code(self) -> u16 {
        match self {
            Self::Other(code) => code,
            Self::Local => 1,
            Self::Kms => 2,
            Self::Pkcs11 => 3,
            Self::Hpke => 4,
            Self::HpkePq => 5,
            Self::RsaOaep => 6,
            Self::Passphrase => 7,
            Self::Link => 8,
        }
    }

    fn of(code: u16) -> Self {
        match code {
            1 => Self::Local,
            2 => Self::Kms,
            3 => Self::Pkcs11,
            4 => Self::Hpke,
            5 => Self::HpkePq,
            6 => Self::RsaOaep,
            7 => Self::Passphrase,
            8 => Self::Link,
            _ => Self::Other(code),
        }
    }
}

impl fmt::Display for StanzaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Other(code) => return write!(f, "kind {code}"),
            Self::Local => "local",
            Self::Kms => "kms",
            Self::Pkcs11 => "pkcs11",
            Self::RsaOaep => "rsa-oaep-sha256",
            Self::Hpke => "hpke",
            Self::HpkePq => "hpke-pq",
            Self::Passphrase => "passphrase",
            Self::Link => "link",
        })
    }
}

/// One entry of the recipient list: how, under which key, and the wrapped data key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stanza {
    kind: StanzaKind,
    key_ref: KeyRef,
    wrapped: Vec<u8>,
}

impl Stanza {
    pub(super) fn new(kind: StanzaKind, key_ref: KeyRef, wrapped: Vec<u8>) -> Self {
        Self { kind, key_ref, wrapped }
    }

    /// How the data key is wrapped.
    pub fn kind(&self) -> StanzaKind {
        self.kind
    }

    /// The key that unwraps it.
    pub fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    /// The wrapped data key.
    pub fn wrapped(&self) -> &[u8] {
        &self.wrapped
    }

    /// What a recipient's stanza is known by.
    pub(super) fn name(&self) -> (StanzaKind, &KeyRef) {
        (self.kind, &self.key_ref)
    }

    /// Whether it is for somebody whom it does not name. A passphrase has no name.
    pub fn is_anonymous(&self) -> bool {
        self.kind != StanzaKind::Passphrase && self.key_ref == self.key_ref.anonymous()
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let kind = StanzaKind::of(reader.short()?);
        let key_ref = KeyRef::read(reader)?;
        let len = usize::from(reader.short()?);
        Some(Self {
            kind,
            key_ref,
            wrapped: reader.take(len)?.to_vec(),
        })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) -> Option<()> {
        let len = u16::try_from(self.wrapped.len()).ok()?;
        out.extend_from_slice(&self.kind.code().to_be_bytes());
        self.key_ref.write(out)?;
        out.extend_from_slice(&len.to_be_bytes());
        out.extend_from_slice(&self.wrapped);
        Some(())
    }
}

/// Bytes of a stanza in the header.
pub(super) fn encoded_len(key_ref: &KeyRef, wrapped_len: usize) -> usize {
    [2, key_ref.encoded_len(), 2, wrapped_len].iter().sum()
}

/// What a wrapped data key is bound to: this kind, this message, this key. A stanza that is moved to another message,
/// or renamed, does not open.
pub(super) fn binding(kind: StanzaKind, sealed_id: &SealedId, key_ref: &KeyRef) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(WRAP_LABEL.len() + 2 + 16 + key_ref.encoded_len());
    out.extend_from_slice(WRAP_LABEL);
    out.extend_from_slice(&kind.code().to_be_bytes());
    out.extend_from_slice(sealed_id.as_bytes());
    key_ref.write(&mut out)?;
    Some(out)
}

const WRAP_LABEL: &[u8] = b"SLWX1 wrap";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back() {
        for code in 0..20 {
            assert_eq!(StanzaKind::of(code).code(), code);
        }
    }
}
