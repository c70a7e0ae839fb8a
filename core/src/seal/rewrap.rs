//! Changes who can open a message, without touching its body.

use super::binding;
use super::chunks::InputKey;
use super::error::{SealError, SealErrorKind};
use super::header::{Header, HeaderError, MAX_HEADER_LEN, Parsed};
use super::key_ref::KeyRef;
use super::opener::Opener;
use super::random::Random;
use super::recipient::{DataKey, Identity, Recipient};
use super::sealer::{Sealer, check_recipients};
use super::stanza::Stanza;
use crate::crypto::Provider;

/// Adds, removes and replaces recipients by rewriting the header alone.
///
/// The same change made twice gives the same recipients, so an interrupted run over many messages is simply started
/// again. Removing somebody does not take back what they have already opened.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{LocalKey, Opener, Rewrapper, Sealer};
/// let (old, new) = (LocalKey::generate(Provider::ring())?, LocalKey::generate(Provider::ring())?);
/// let sealed = Sealer::new(Provider::ring()).recipient(&old).seal(b"labs")?;
///
/// let rewrapper = Rewrapper::new(Provider::ring()).identity(&old).recipient(&new).remove(old.key_ref().clone());
/// let change = rewrapper.rewrap(&sealed)?;
/// let body = sealed.get(change.old_len..).unwrap_or_default();
/// let rewrapped = [change.header.as_slice(), body].concat();
/// assert!(Opener::new(Provider::ring()).identity(&old).open(&rewrapped).is_err());
/// assert_eq!(Opener::new(Provider::ring()).identity(&new).open(&rewrapped)?.as_slice(), b"labs");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rewrapper {
    provider: Provider,
    opener: Opener,
    added: Vec<Recipient>,
    held: Vec<Recipient>,
    removed: Vec<KeyRef>,
    only_added: bool,
}

impl Rewrapper {
    /// A rewrapper that changes nothing yet.
    #[must_use]
    pub fn new(provider: Provider) -> Self {
        Self {
            provider,
            opener: Opener::new(provider),
            added: Vec::new(),
            held: Vec::new(),
            removed: Vec::new(),
            only_added: false,
        }
    }

    /// A key that opens the messages now. Removing alone needs none, unless the recipient list is protected.
    #[must_use]
    pub fn identity(self, identity: impl Into<Identity>) -> Self {
        Self {
            opener: self.opener.identity(identity),
            ..self
        }
    }

    /// Lets somebody open the messages.
    #[must_use]
    pub fn recipient(mut self, recipient: impl Into<Recipient>) -> Self {
        self.added.push(recipient.into());
        self
    }

    /// Lets the key of a legal hold open the messages, also those that belong to a bucket ([`Sealer::bucket`]).
    #[must_use]
    pub fn hold(mut self, recipient: impl Into<Recipient>) -> Self {
        self.held.push(recipient.into());
        self
    }

    /// Takes the stanzas of a key away; one that is not there is no error.
    #[must_use]
    pub fn remove(mut self, key_ref: KeyRef) -> Self {
        self.removed.push(key_ref);
        self
    }

    /// Takes every stanza away but those of the recipients that are added.
    #[must_use]
    pub fn replace_all(self) -> Self {
        Self {
            only_added: true,
            ..self
        }
    }

    /// The new header for the message, or for the header alone, that `sealed` begins with.
    ///
    /// # Errors
    ///
    /// [`RewrapError`]: the header cannot be read, no key opens it, or the change is not allowed.
    pub fn rewrap(&self, sealed: &[u8]) -> Result<Rewrapped, RewrapError> {
        let parsed = Parsed::read(sealed)?;
        let old = &parsed.header.stanzas;
        // A stanza is known by its name alone, which whoever can write to the store can forge. Before a key that opens is
        // taken away, the others are therefore given anew.
        let removes = old.iter().any(|stanza| !self.keeps(stanza));
        let stays = |stanza: &&Stanza| self.keeps(stanza) && !(removes && self.gives(stanza));
        let mut stanzas: Vec<Stanza> = old.iter().filter(stays).cloned().collect();
        let missing = self.missing(&stanzas, &parsed.header)?;
        let unchanged = missing.is_empty() && stanzas.len() == parsed.header.stanzas.len();
        if unchanged {
            let header = sealed.get(..parsed.len).unwrap_or_default().to_vec();
            return Ok(Rewrapped {
                header,
                old_len: parsed.len,
                changed: false,
            });
        }
        let data_key = self.data_key(&parsed, !missing.is_empty())?;
        if let Some(data_key) = &data_key {
            let mut random = Random::new(self.provider);
            for recipient in missing {
                let stanza = recipient.wrap(&parsed.header.core.sealed_id, data_key, &mut random);
                stanzas.push(stanza.map_err(SealError::new)?);
            }
        }
        let header = self.write(&parsed, &stanzas, data_key.as_ref())?;
        Ok(Rewrapped {
            header,
            old_len: parsed.len,
            changed: true,
        })
    }

    fn keeps(&self, stanza: &Stanza) -> bool {
        self.gives(stanza) || !(self.only_added || self.removed.contains(stanza.key_ref()))
    }

    /// Whether the stanza is of the name of a recipient that is added.
    fn gives(&self, stanza: &Stanza) -> bool {
        let mut recipients = self.added.iter().chain(&self.held);
        recipients.any(|recipient| recipient.owns(stanza))
    }

    /// The recipients that have no stanza yet, once the change is known to be allowed.
    fn missing<'a>(&'a self, kept: &[Stanza], header: &Header) -> Result<Vec<&'a Recipient>, SealError> {
        let missing: Vec<&Recipient> = self
            .added
            .iter()
            .chain(&self.held)
            .filter(|one| !has(kept, one))
            .collect();
        let kinds = kept
            .iter()
            .map(Stanza::kind)
            .chain(missing.iter().map(|one| one.kind()));
        check_recipients(kinds)?;
        if let Some(bucket) = header.bucket()
            && self.added.iter().any(|one| one.key_ref().id() != bucket)
        {
            return Err(SealError::new(SealErrorKind::Bucket));
        }
        Ok(missing)
    }

    /// The data key, if the change needs it.
    fn data_key(&self, parsed: &Parsed<'_>, adds: bool) -> Result<Option<DataKey>, RewrapError> {
        if !adds && !parsed.header.has_stanza_mac() {
            return Ok(None);
        }
        Ok(Some(self.opener.listed_data_key(parsed)?))
    }

    fn write(&self, parsed: &Parsed<'_>, stanzas: &[Stanza], data_key: Option<&DataKey>) -> Result<Vec<u8>, SealError> {
        let too_long = SealError::new(SealErrorKind::TooManyRecipients);
        let mut list = u16::try_from(stanzas.len())
            .map_err(|_| too_long)?
            .to_be_bytes()
            .to_vec();
        for stanza in stanzas {
            stanza.write(&mut list).ok_or(too_long)?;
        }
        let mut header = [parsed.bound, &list].concat();
        if let Some(data_key) = data_key.filter(|_| parsed.header.has_stanza_mac()) {
            let mac = InputKey::new(self.provider, data_key).and_then(|key| binding::stanza_mac(&key, &list));
            header.extend_from_slice(&mac.map_err(|_| SealError::new(SealErrorKind::Crypto))?);
        }
        if header.len() > MAX_HEADER_LEN {
            return Err(too_long);
        }
        Ok(header)
    }
}

/// What [`Rewrapper::rewrap`] made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrapped {
    /// The new header: the message is this and the old body.
    pub header: Vec<u8>,
    /// How many bytes of the old message it stands for; the body begins there.
    pub old_len: usize,
    /// Whether the new header differs from the old one.
    pub changed: bool,
}

/// A message could not be rewrapped; it is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RewrapError {
    /// The change is not allowed, or could not be made.
    #[error(transparent)]
    Change(#[from] SealError),
    /// The header cannot be read.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// No key opens the message.
    #[error(transparent)]
    Open(#[from] super::OpenError),
}

fn has(stanzas: &[Stanza], recipient: &Recipient) -> bool {
    stanzas.iter().any(|stanza| recipient.owns(stanza))
}

/// The stored pair that names the bucket of a message.
pub(super) const BUCKET: &str = "sealwax.bucket";

impl Sealer {
    /// Puts the messages into a bucket, for crypto-shredding: every recipient must be a key of the id `bucket`, so that
    /// destroying that key destroys the messages. Other recipients are refused now and when rewrapping, but for a
    /// legal hold ([`Rewrapper::hold`]). The name stands in clear in the stored context.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{Header, KeyRef, LocalKey, Sealer};
    /// let key = LocalKey::generate(Provider::ring())?.named(KeyRef::new("local", "clinic-7/2027-01", 1)?);
    /// let sealed = Sealer::new(Provider::ring()).recipient(&key).bucket("clinic-7/2027-01")?.seal(b"labs")?;
    /// let header = Header::parse(&sealed)?;
    /// assert_eq!(header.bucket(), Some("clinic-7/2027-01"));
    /// assert_eq!(header.survivors("clinic-7/2027-01").count(), 0);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SealErrorKind::Context`] when the stored context has a bucket already, or becomes too long.
    pub fn bucket(self, bucket: &str) -> Result<Self, SealError> {
        self.store(BUCKET, bucket)
    }
}

impl Header {
    /// The bucket that the message belongs to.
    pub fn bucket(&self) -> Option<&str> {
        self.stored_context().get(BUCKET)
    }

    /// The stanzas that still open the message after the keys of the id `bucket` were destroyed. The message is
    /// destroyed only if there is none.
    pub fn survivors(&self, bucket: &str) -> impl Iterator<Item = &Stanza> {
        self.stanzas
            .iter()
            .filter(move |stanza| stanza.key_ref().id() != bucket)
    }
}
