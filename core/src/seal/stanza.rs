//! A stanza: the data key, wrapped for one recipient.

use std::fmt;

use super::header::SealedId;
use super::key_ref::KeyRef;
use super::wire::Reader;

/// How a stanza wraps the data key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StanzaKind {
    /// A kind that this version cannot open; other recipients of the message are not affected.
    Other(u16),
    /// Under a 256-bit key that both sides hold ([`LocalKey`](super::LocalKey)).
    Local,
}

impl StanzaKind {
    pub(super) fn code(self) -> u16 {
        match self {
            Self::Other(code) => code,
            Self::Local => 1,
        }
    }

    fn of(code: u16) -> Self {
        match code {
            1 => Self::Local,
            _ => Self::Other(code),
        }
    }
}

impl fmt::Display for StanzaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(code) => write!(f, "kind {code}"),
            Self::Local => f.write_str("local"),
        }
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
