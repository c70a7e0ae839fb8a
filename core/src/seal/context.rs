//! Pairs that a sealed message is bound to.

use std::collections::BTreeMap;
use std::fmt;

use super::wire::Reader;

/// The longest canonical form of a context, in bytes. It is read before anything is authenticated.
pub const MAX_CONTEXT_LEN: usize = 65_536;

/// Names with values, sorted by name, each name once.
///
/// A context is *stored* (in clear in the header: a tenant, a policy hash, never anything about a patient) or
/// *supplied* (not in the message at all: whoever opens it must give the same pairs again). `Debug` shows the names
/// only.
///
/// ```
/// use sealwax::seal::Context;
/// let context = Context::from_pairs([("tenant", "clinic-7"), ("class", "mail")])?;
/// assert_eq!(context.get("tenant"), Some("clinic-7"));
/// assert!(Context::from_pairs([("tenant", "a"), ("tenant", "b")]).is_err());
/// # Ok::<(), sealwax::seal::ContextError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<Box<str>, Box<str>>);

impl Context {
    /// The context of `pairs`, in any order.
    ///
    /// # Errors
    ///
    /// [`ContextError`] when a name is empty or stands twice, or when the canonical form would be longer than
    /// [`MAX_CONTEXT_LEN`].
    pub fn from_pairs<N: AsRef<str>, V: AsRef<str>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, ContextError> {
        let mut map = BTreeMap::new();
        for (name, value) in pairs {
            let name = name.as_ref();
            if name.is_empty() || map.insert(name.into(), value.as_ref().into()).is_some() {
                return Err(ContextError(()));
            }
        }
        Self(map).within_limits()
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(AsRef::as_ref)
    }

    /// The pairs in canonical order: by the bytes of the name.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// The canonical bytes: the number of pairs, then name and value of each after its length.
    pub(super) fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.canonical_len());
        out.extend_from_slice(&be16(self.0.len()));
        for (name, value) in self.pairs() {
            out.extend_from_slice(&be16(name.len()));
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(&be32(value.len()));
            out.extend_from_slice(value.as_bytes());
        }
        out
    }

    pub(super) fn canonical_len(&self) -> usize {
        self.pairs().fold(2, |len, (name, value)| {
            len.saturating_add(6 + name.len()).saturating_add(value.len())
        })
    }

    /// Reads canonical bytes, all of them; anything that is not canonical is refused.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let count = reader.short()?;
        let mut map = BTreeMap::<Box<str>, Box<str>>::new();
        for _ in 0..count {
            let len = usize::from(reader.short()?);
            let name = std::str::from_utf8(reader.take(len)?).ok()?;
            let len = usize::try_from(reader.word()?).ok()?;
            let value = std::str::from_utf8(reader.take(len)?).ok()?;
            let in_order = map.last_key_value().is_none_or(|(last, _)| **last < *name);
            if name.is_empty() || !in_order {
                return None;
            }
            map.insert(name.into(), value.into());
        }
        if !reader.is_empty() {
            return None;
        }
        Self(map).within_limits().ok()
    }

    /// The pairs of both.
    pub(super) fn joined(&self, other: &Self) -> Result<Self, ContextError> {
        Self::from_pairs(self.pairs().chain(other.pairs()))
    }

    fn within_limits(self) -> Result<Self, ContextError> {
        if self.canonical_len() > MAX_CONTEXT_LEN {
            return Err(ContextError(()));
        }
        Ok(self)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A name stands twice or is empty, or the context is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a context has names that are not empty, each once, and at most {MAX_CONTEXT_LEN} bytes")]
pub struct ContextError(());

/// A length of at most [`MAX_CONTEXT_LEN`]: the limit of a context keeps both casts from saturating.
fn be16(len: usize) -> [u8; 2] {
    u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes()
}

fn be32(len: usize) -> [u8; 4] {
    u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_sorted_by_name_whatever_the_order_they_came_in() {
        let context = Context::from_pairs([("b", "2"), ("a", "1")]).unwrap();
        assert_eq!(context.canonical(), b"\0\x02\0\x01a\0\0\0\x011\0\x01b\0\0\0\x012");
        assert_eq!(context.canonical().len(), context.canonical_len());
        assert_eq!(Context::read(&context.canonical()), Some(context));
    }

    #[test]
    fn bytes_that_are_not_canonical_are_refused() {
        let cases: [&[u8]; 6] = [
            b"",
            b"\0\x01\0\x01a\0\0\0\x01",                    // cut
            b"\0\x01\0\0\0\0\0\0",                         // an empty name
            b"\0\x02\0\x01b\0\0\0\x012\0\x01a\0\0\0\x011", // out of order
            b"\0\x02\0\x01a\0\0\0\x011\0\x01a\0\0\0\x011", // twice
            b"\0\0\0",                                     // more bytes than pairs
        ];
        for bytes in cases {
            assert_eq!(Context::read(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_context_ends_at_its_limit() {
        let value = "x".repeat(MAX_CONTEXT_LEN - 2 - 6 - 1);
        assert!(Context::from_pairs([("n", &value)]).is_ok());
        assert!(Context::from_pairs([("n", format!("{value}x"))]).is_err());
    }

    #[test]
    fn debug_shows_no_value() {
        let context = Context::from_pairs([("subject", "CANARY")]).unwrap();
        assert_eq!(format!("{context:?}"), r#"{"subject"}"#);
    }
}
