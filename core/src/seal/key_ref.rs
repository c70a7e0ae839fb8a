//! The name of a key, by which a stanza finds who can unwrap it.

use std::fmt;
use std::str::FromStr;

use super::wire::{Reader, put_short_text};

/// The longest provider name or key id, in bytes: its length stands in one byte.
pub const MAX_KEY_NAME_LEN: usize = 255;

/// Which key a stanza is wrapped under: who holds it, its id there, and its version.
///
/// It stands in clear in the header, so it must not name a person.
///
/// ```
/// use sealwax::seal::KeyRef;
/// let key = KeyRef::new("local", "tenant-7/2027-01", 3)?;
/// assert_eq!(key.to_string(), "local:tenant-7/2027-01#3");
/// assert_eq!("local:tenant-7/2027-01#3".parse(), Ok(key));
/// # Ok::<(), sealwax::seal::KeyRefError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyRef {
    provider: Box<str>,
    id: Box<str>,
    version: u32,
}

impl KeyRef {
    /// The key `id` of `provider` in `version`; 0 is a key without versions.
    ///
    /// # Errors
    ///
    /// [`KeyRefError`] when a name is longer than [`MAX_KEY_NAME_LEN`] bytes, holds a control character, or the
    /// provider is empty.
    pub fn new(provider: &str, id: &str, version: u32) -> Result<Self, KeyRefError> {
        let fits = |name: &str| name.len() <= MAX_KEY_NAME_LEN && !name.contains(char::is_control);
        if provider.is_empty() || !fits(provider) || !fits(id) {
            return Err(KeyRefError(()));
        }
        Ok(Self {
            provider: provider.into(),
            id: id.into(),
            version,
        })
    }

    /// A key that is known by nothing but `id`, which this crate made.
    pub(super) fn derived(provider: &str, id: String) -> Self {
        Self {
            provider: provider.into(),
            id: id.into(),
            version: 0,
        }
    }

    /// Who holds the key: `local` or the name of a key service.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The id of the key at its provider.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The version of the key; 0 when it has none.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The name that names nobody, but tells who holds the key.
    pub(super) fn anonymous(&self) -> Self {
        Self::derived(&self.provider, String::new())
    }

    /// Whether a stanza of this name may be for the key that is called `own`: it is its name, or names nobody.
    pub(super) fn may_be(&self, own: &Self) -> bool {
        self == own || *self == own.anonymous()
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let (provider, id, version) = (reader.short_text()?, reader.short_text()?, reader.word()?);
        Self::new(provider, id, version).ok()
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) -> Option<()> {
        put_short_text(out, &self.provider)?;
        put_short_text(out, &self.id)?;
        out.extend_from_slice(&self.version.to_be_bytes());
        Some(())
    }

    pub(super) fn encoded_len(&self) -> usize {
        [1, self.provider.len(), 1, self.id.len(), 4].iter().sum()
    }
}

impl fmt::Display for KeyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.provider, self.id)?;
        if self.version > 0 {
            write!(f, "#{}", self.version)?;
        }
        Ok(())
    }
}

impl FromStr for KeyRef {
    type Err = KeyRefError;

    /// Reads what `Display` writes: `PROVIDER:ID`, and `#VERSION` if there is one.
    fn from_str(text: &str) -> Result<Self, KeyRefError> {
        let (provider, rest) = text.split_once(':').ok_or(KeyRefError(()))?;
        let versioned = rest
            .rsplit_once('#')
            .and_then(|(id, version)| Some((id, version.parse().ok()?)));
        let (id, version) = versioned.unwrap_or((rest, 0));
        Self::new(provider, id, version)
    }
}

/// The name of a key is empty, too long or holds a control character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key is named by a provider and an id of at most {MAX_KEY_NAME_LEN} bytes each, without control characters")]
pub struct KeyRefError(());
