//! Opens sealed messages.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use super::binding;
use super::body;
use super::chunks::{Chunks, InputKey, Prefix, len_u64, same};
use super::cobblestone;
use super::context::Context;
use super::ending::Ending;
use super::error::{OpenError, OpenErrorKind};
use super::header::{Header, NO_CONTEXT, Parsed};
use super::recipient::{DataKey, Identity};
use super::sender::{self, ContentDigest, SignatureBlock, VerifyingKey};
use super::stanza::StanzaKind;
use crate::Timestamp;
use crate::crypto::{CryptoError, Provider};

/// The most stanzas that one call tries to unwrap: a bound on what a hostile header can cost.
pub const MAX_TRIED_STANZAS: usize = 64;

/// Opens messages with the keys that it holds.
///
/// Nothing is released before the whole message has been verified.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{LocalKey, Opener, Sealer};
/// let (ours, theirs) = (LocalKey::generate(Provider::ring())?, LocalKey::generate(Provider::ring())?);
/// let sealed = Sealer::new(Provider::ring()).recipient(&ours).seal(b"labs")?;
/// let opener = Opener::new(Provider::ring()).identity(&theirs);
/// assert!(opener.open(&sealed).is_err());
/// assert_eq!(opener.identity(&ours).open(&sealed)?.as_slice(), b"labs");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Opener {
    provider: Provider,
    identities: Vec<Identity>,
    supplied: Context,
    senders: Vec<VerifyingKey>,
    threads: usize,
    time: Time,
}

/// What was sealed, and who signed it.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// What was sealed; wiped when dropped.
    pub content: Zeroizing<Vec<u8>>,
    /// Whose signature it bears, proved to be right; `None` when nobody signed it, or the provider allows no signatures.
    /// Whether the key is that of somebody whom you know is for you to say, or for [`Opener::sender`].
    pub sender: Option<VerifyingKey>,
}

/// `Debug` shows no content.
impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}

/// What opens the body of one message, whose key fits.
pub(super) struct Unlocked {
    pub(super) chunks: Chunks,
    pub(super) ending: Ending,
    pub(super) senders: Senders,
}

/// Who may have signed a message.
pub(super) struct Senders {
    provider: Provider,
    /// What the signature covers beside the content, if there is one.
    covered: [u8; 64],
    /// Whom the opener asks for; empty for anybody or nobody.
    wanted: Vec<VerifyingKey>,
}

/// What an opener knows of the time.
#[derive(Clone, Copy, Debug)]
enum Time {
    At(Timestamp),
    Clock(fn() -> Timestamp),
    Past,
    Unknown,
}

impl Opener {
    /// An opener without keys: add at least one.
    #[must_use]
    pub fn new(provider: Provider) -> Self {
        Self {
            provider,
            identities: Vec::new(),
            supplied: Context::default(),
            senders: Vec::new(),
            threads: 1,
            time: Time::Unknown,
        }
    }

    /// Adds a key.
    #[must_use]
    pub fn identity(mut self, identity: impl Into<Identity>) -> Self {
        self.identities.push(identity.into());
        self
    }

    /// The pairs that were supplied when the message was sealed.
    #[must_use]
    pub fn supplied(self, supplied: Context) -> Self {
        Self { supplied, ..self }
    }

    /// Opens only what this sender signed, or another one that was added by this method; see [`SigningKey`](super::SigningKey).
    /// A message that was signed by somebody else, or by nobody, is refused with [`OpenErrorKind::Sender`].
    ///
    /// Without this call everything opens; a signature that is there is checked nevertheless, and one that is wrong makes a
    /// message refuse to open. Only a provider that allows no signatures passes over them.
    #[must_use]
    pub fn sender(mut self, sender: VerifyingKey) -> Self {
        self.senders.push(sender);
        self
    }

    /// The time for which it opens: a message that was to be destroyed before it does not open any more. Without this call,
    /// or one of the two below, no message opens that has an end.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::Timestamp;
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{LocalKey, OpenErrorKind, Opener, Retention, Sealer};
    /// let key = LocalKey::generate(Provider::ring())?;
    /// let end: Timestamp = "2033-01-01T00:00:00Z".parse()?;
    /// let retention = Retention { class: "mail-6y".into(), not_after: Some(end) };
    /// let sealed = Sealer::new(Provider::ring()).recipient(&key).retention(retention).seal(b"labs")?;
    /// let opener = Opener::new(Provider::ring()).identity(&key);
    /// let kind = |opener: &Opener| opener.open(&sealed).map(drop).map_err(|error| error.kind());
    /// assert_eq!(kind(&opener), Err(OpenErrorKind::Untimed));
    /// assert_eq!(kind(&opener.clone().at(end)), Ok(()));
    /// let later = Timestamp::from_millis(end.as_millis() + 1);
    /// assert_eq!(kind(&opener.clone().at(later)), Err(OpenErrorKind::Ended));
    /// assert_eq!(kind(&opener.past_retention()), Ok(()));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        Self {
            time: Time::At(now),
            ..self
        }
    }

    /// Asks `clock` for the time when a message has an end.
    #[must_use]
    pub fn clock(self, clock: fn() -> Timestamp) -> Self {
        Self {
            time: Time::Clock(clock),
            ..self
        }
    }

    /// Opens messages also after they were to be destroyed, as a legal hold may ask for.
    #[must_use]
    pub fn past_retention(self) -> Self {
        Self {
            time: Time::Past,
            ..self
        }
    }

    /// How many threads may share the opening of one large message (from 1 MiB on); 1 unless set. They are joined before
    /// the call returns. Opening in place and streams use one thread.
    #[must_use]
    pub fn threads(self, threads: usize) -> Self {
        Self { threads, ..self }
    }

    /// The bytes that opening into a buffer takes, told by header and length of the message; nothing is verified. It is the
    /// length of the plaintext, and of what stands behind it in a message that is padded or signed.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when the header cannot be read or no sealed message has this length.
    pub fn opened_len(sealed: &[u8]) -> Result<usize, OpenError> {
        let header = Parsed::read(sealed).map_err(|_| OpenError::CLOSED)?;
        let body = sealed.len().saturating_sub(header.len);
        let len = cobblestone::opened_len(len_u64(body)).and_then(|len| usize::try_from(len).ok());
        len.ok_or(OpenError::CLOSED)
    }

    /// Opens a sealed message into a fresh buffer, which is wiped when dropped.
    ///
    /// # Errors
    ///
    /// [`OpenError`], the same for every reason but that its retention has ended.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        self.open_signed(sealed).map(|opened| opened.content)
    }

    /// Opens a sealed message, and says who signed it.
    ///
    /// # Errors
    ///
    /// [`OpenError`], the same for every reason but that its retention has ended, or that it is not of a sender who was asked
    /// for.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{LocalKey, Opener, Sealer, SigningKey};
    /// let (key, ours) = (LocalKey::generate(Provider::ring())?, SigningKey::generate(Provider::ring())?);
    /// let sealer = Sealer::new(Provider::ring()).recipient(&key);
    /// let opener = Opener::new(Provider::ring()).identity(&key);
    /// assert_eq!(opener.open_signed(&sealer.seal(b"labs")?)?.sender, None);
    /// let signed = opener.open_signed(&sealer.sign(&ours).seal(b"labs")?)?;
    /// assert_eq!(signed.sender, Some(ours.verifying_key(Provider::ring())?));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_signed(&self, sealed: &[u8]) -> Result<Opened, OpenError> {
        let (unlocked, start) = self.unlock(sealed)?;
        self.open_body(&unlocked, sealed.get(start..).unwrap_or_default())
    }

    /// Opens a body whose header was stored apart.
    ///
    /// # Errors
    ///
    /// [`OpenError`], the same for every reason but that its retention has ended.
    pub fn open_detached(&self, header: &[u8], body: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        self.open_signed_detached(header, body).map(|opened| opened.content)
    }

    /// [`Opener::open_signed`] for a body whose header was stored apart.
    ///
    /// # Errors
    ///
    /// As for [`Opener::open_signed`].
    pub fn open_signed_detached(&self, header: &[u8], body: &[u8]) -> Result<Opened, OpenError> {
        let unlocked = self.unlock_detached(header, body.first_chunk().ok_or(OpenError::CLOSED)?)?;
        self.open_body(&unlocked, body)
    }

    /// Opens a sealed message into the caller's buffer and gives the length of the plaintext. When it does not open,
    /// nothing of the plaintext is left in `out`.
    ///
    /// # Errors
    ///
    /// [`OpenError`], also when `out` has fewer than [`Opener::opened_len`] bytes.
    pub fn open_into(&self, sealed: &[u8], out: &mut [u8]) -> Result<usize, OpenError> {
        let (unlocked, start) = self.unlock(sealed)?;
        let body = sealed.get(start..).unwrap_or_default();
        let text_len = body::open_into(&unlocked.chunks, body, out, self.threads).map_err(closed)?;
        let text = out.get_mut(..text_len).unwrap_or_default();
        unlocked.keep_content(text)
    }

    /// Opens a sealed message in place and gives the plaintext, which then stands at the start of `sealed`; the rest is
    /// wiped. A message that turns out wrong after the first chunk was opened is wiped as a whole.
    ///
    /// # Errors
    ///
    /// [`OpenError`], the same for every reason but that its retention has ended.
    pub fn open_in_place<'a>(&self, sealed: &'a mut [u8]) -> Result<&'a mut [u8], OpenError> {
        let (unlocked, start) = self.unlock(sealed)?;
        let text_len = body::open_in_place(&unlocked.chunks, sealed, start).map_err(closed)?;
        let len = unlocked.keep_content(sealed.get_mut(..text_len).unwrap_or_default())?;
        sealed.get_mut(..len).ok_or(OpenError::CLOSED)
    }

    fn open_body(&self, unlocked: &Unlocked, body: &[u8]) -> Result<Opened, OpenError> {
        let mut text = self.open_text(&unlocked.chunks, body)?;
        let (len, sender) = unlocked.content(&text)?;
        text.truncate(len);
        Ok(Opened { content: text, sender })
    }

    fn open_text(&self, chunks: &Chunks, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        if self.threads <= 1 {
            return body::open(chunks, body).map_err(closed);
        }
        let len = cobblestone::opened_len(len_u64(body.len())).and_then(|len| usize::try_from(len).ok());
        let mut text = Zeroizing::new(vec![0; len.ok_or(OpenError::CLOSED)?]);
        body::open_into(chunks, body, &mut text, self.threads).map_err(closed)?;
        Ok(text)
    }

    /// Reads the header and gives what opens the body that follows it, and where that begins.
    fn unlock(&self, sealed: &[u8]) -> Result<(Unlocked, usize), OpenError> {
        let parsed = Parsed::read(sealed).map_err(|_| OpenError::CLOSED)?;
        let prefix = sealed.get(parsed.len..).and_then(<[u8]>::first_chunk);
        Ok((self.unlock_body(&parsed, prefix.ok_or(OpenError::CLOSED)?)?, parsed.len))
    }

    /// The same for a body that begins with `prefix`.
    pub(super) fn unlock_detached(&self, header: &[u8], prefix: &Prefix) -> Result<Unlocked, OpenError> {
        let parsed = Parsed::read(header).map_err(|_| OpenError::CLOSED)?;
        if parsed.len != header.len() {
            return Err(OpenError::CLOSED);
        }
        self.unlock_body(&parsed, prefix)
    }

    /// What the first data key opens which the message commits to. Whoever knows a public key can write a
    /// stanza for it that holds another data key; such a stanza hides no other.
    fn unlock_body(&self, parsed: &Parsed<'_>, prefix: &Prefix) -> Result<Unlocked, OpenError> {
        let mut keys = self.data_keys(&parsed.header);
        let found = keys.find_map(|data_key| self.fitting(parsed, &data_key, prefix).ok());
        let chunks = found.ok_or(OpenError::CLOSED)?;
        self.check_end(&parsed.header)?;
        let ending = parsed.header.core.ending;
        let covered = ending.signed.then(|| sender::covered(parsed.bound, prefix));
        let senders = Senders {
            provider: self.provider,
            covered: covered.unwrap_or([0; 64]),
            wanted: self.senders.clone(),
        };
        Ok(Unlocked {
            chunks,
            ending,
            senders,
        })
    }

    /// Whether the message may still be opened. Its end is what was sealed, once the body commits to the header.
    fn check_end(&self, header: &Header) -> Result<(), OpenError> {
        let Some(end) = header.retention().end() else {
            return Ok(());
        };
        let now = match self.time {
            Time::At(now) => now,
            Time::Clock(clock) => clock(),
            Time::Past => return Ok(()),
            Time::Unknown => return Err(OpenError::new(OpenErrorKind::Untimed)),
        };
        if end < now {
            Err(OpenError::new(OpenErrorKind::Ended))
        } else {
            Ok(())
        }
    }

    /// What the header of `sealed` says, proved to be what was sealed, whether or not the retention has ended; the header and
    /// the first [`PREFIX_LEN`](cobblestone::PREFIX_LEN) bytes behind it are enough. A context that was supplied need not be
    /// known for messages of this version.
    ///
    /// # Errors
    ///
    /// [`OpenError`], the same for every reason but that its retention has ended.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{LocalKey, Opener, Sealer};
    /// let key = LocalKey::generate(Provider::ring())?;
    /// let mut sealed = Sealer::new(Provider::ring()).recipient(&key).key_epoch(7).seal(b"labs")?;
    /// let opener = Opener::new(Provider::ring()).identity(&key);
    /// assert_eq!(opener.proved_header(&sealed)?.key_epoch(), 7);
    /// sealed[31] = 8; // the epoch
    /// assert!(opener.proved_header(&sealed).is_err());
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn proved_header(&self, sealed: &[u8]) -> Result<Header, OpenError> {
        let parsed = Parsed::read(sealed).map_err(|_| OpenError::CLOSED)?;
        let prefix = sealed.get(parsed.len..).and_then(<[u8]>::first_chunk);
        self.proved_data_key(&parsed, prefix.ok_or(OpenError::CLOSED)?)?;
        Ok(parsed.header)
    }

    /// The chunk cipher under `data_key`, if the whole message commits to that key and to the context.
    fn fitting(&self, parsed: &Parsed<'_>, data_key: &DataKey, prefix: &Prefix) -> Result<Chunks, OpenError> {
        let key = InputKey::new(self.provider, data_key).map_err(closed)?;
        check_list(parsed, &key)?;
        self.committed(parsed, &key, prefix)
    }

    /// The chunk cipher under `key`, if the body commits to it and to the context.
    fn committed(&self, parsed: &Parsed<'_>, key: &InputKey, prefix: &Prefix) -> Result<Chunks, OpenError> {
        let core = &parsed.header.core;
        let supplied = binding::supplied_mac(key, &self.supplied).map_err(closed)?;
        check(&supplied, &core.supplied)?;
        let full = core.stored.joined(&self.supplied).map_err(|_| OpenError::CLOSED)?;
        let context = binding::body_context(parsed.bound, &full);
        key.committed(&context, prefix).map_err(closed)
    }

    /// The data key that is proved to be that of the body which begins with `prefix`, once the recipient list has been
    /// checked if it is protected. Where a context was supplied that is not known here, the salt of the body is the proof.
    pub(super) fn proved_data_key(&self, parsed: &Parsed<'_>, prefix: &Prefix) -> Result<DataKey, OpenError> {
        let mut keys = self.data_keys(&parsed.header);
        let found = keys.find(|data_key| self.proves(parsed, data_key, prefix).is_ok());
        found.ok_or(OpenError::CLOSED)
    }

    fn proves(&self, parsed: &Parsed<'_>, data_key: &DataKey, prefix: &Prefix) -> Result<(), OpenError> {
        let key = InputKey::new(self.provider, data_key).map_err(closed)?;
        check_list(parsed, &key)?;
        if self.committed(parsed, &key, prefix).is_ok() {
            return Ok(());
        }
        let salt = binding::salt(&key, parsed.bound).map_err(closed)?;
        let salted = prefix.get(..salt.len()).unwrap_or_default();
        let is_supplied = parsed.header.core.supplied != NO_CONTEXT;
        if is_supplied {
            check(&salt, salted)
        } else {
            Err(OpenError::CLOSED)
        }
    }

    /// The data keys of the stanzas that one of the keys unwraps, in their order. None is proved to be that of the body.
    fn data_keys<'a>(&'a self, header: &'a Header) -> impl Iterator<Item = DataKey> + 'a {
        let alone = header.stanzas.len() == 1;
        let fitting = header.stanzas.iter().flat_map(|stanza| {
            let identities = self.identities.iter().filter(|identity| identity.fits(stanza));
            identities.map(move |identity| (identity, stanza))
        });
        let tried = fitting
            .filter(move |(_, stanza)| alone || stanza.kind() != StanzaKind::Passphrase)
            .take(MAX_TRIED_STANZAS);
        tried.filter_map(|(identity, stanza)| identity.unwrap(self.provider, &header.core.sealed_id, stanza).ok())
    }
}

impl Unlocked {
    /// How long the content of a text is, and who signed it.
    fn content(&self, text: &[u8]) -> Result<(usize, Option<VerifyingKey>), OpenError> {
        let (content, block) = self.ending.part(text).ok_or(OpenError::CLOSED)?;
        let sender = self.senders.check(block, || ContentDigest::of(content))?;
        Ok((content.len(), sender))
    }

    /// Leaves nothing of `text` but its content, whose length it gives; and of one that turns out wrong nothing.
    fn keep_content(&self, text: &mut [u8]) -> Result<usize, OpenError> {
        let content = self.content(text).map(|(len, _)| len);
        let kept = content.unwrap_or_default();
        text.get_mut(kept..).unwrap_or_default().zeroize();
        content
    }
}

impl Senders {
    /// Who signed the content that has this digest, with the signature in `block`; fails when it is not right, or not that
    /// of somebody who is asked for.
    pub(super) fn check(
        &self,
        block: Option<&SignatureBlock>,
        content: impl FnOnce() -> [u8; 64],
    ) -> Result<Option<VerifyingKey>, OpenError> {
        let sender = match block {
            Some(block) if self.provider.signatures().is_ok() => {
                let message = sender::message(&self.covered, &content());
                Some(VerifyingKey::of(block, self.provider, &message).map_err(closed)?)
            }
            _ => None,
        };
        if self.wanted.is_empty() || sender.is_some_and(|sender| self.wanted.contains(&sender)) {
            Ok(sender)
        } else {
            Err(OpenError::new(OpenErrorKind::Sender))
        }
    }

    /// Fails when somebody is asked for: no part of a message proves who signed it.
    pub(super) fn refuse_part(&self) -> Result<(), OpenError> {
        if self.wanted.is_empty() {
            Ok(())
        } else {
            Err(OpenError::new(OpenErrorKind::Sender))
        }
    }
}

/// Whether the recipient list is the one that was protected, if it was.
fn check_list(parsed: &Parsed<'_>, key: &InputKey) -> Result<(), OpenError> {
    match &parsed.header.stanza_mac {
        Some(mac) => check(&binding::stanza_mac(key, parsed.list).map_err(closed)?, mac),
        None => Ok(()),
    }
}

fn check(expected: &[u8], found: &[u8]) -> Result<(), OpenError> {
    if same(expected, found) {
        Ok(())
    } else {
        Err(OpenError::CLOSED)
    }
}

fn closed(_: CryptoError) -> OpenError {
    OpenError::CLOSED
}
