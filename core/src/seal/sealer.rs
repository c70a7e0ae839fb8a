//! Seals messages.

use std::collections::BTreeSet;

use zeroize::Zeroize;

use super::binding;
use super::body;
use super::chunks::{InputKey, NewBody, Salt, len_u64};
use super::cobblestone;
use super::context::Context;
use super::ending::{Ending, NewEnding, Signing};
use super::error::{SealError, SealErrorKind};
use super::header::{Core, MAX_HEADER_LEN, MAX_RETENTION_CLASS_LEN, MAX_STANZAS, Retention, SealedId, header_len};
use super::random::Random;
use super::recipient::{DataKey, Recipient};
use super::rewrap::{BUCKET, is_bucket_key};
use super::sender::{self, SigningKey};
use super::stanza::StanzaKind;
use crate::crypto::{CryptoError, Provider};

/// Seals any number of messages for the same recipients, each under a data key of its own.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{Context, LocalKey, Opener, Sealer};
///
/// let key = LocalKey::generate(Provider::ring())?;
/// let context = Context::from_pairs([("message-id", "<1@clinic.example>")])?;
/// let sealer = Sealer::new(Provider::ring()).recipient(&key).supplied(context.clone());
/// let sealed = sealer.seal(b"labs")?;
/// assert_eq!(sealed.len(), sealer.sealed_len(4)?);
///
/// let opener = Opener::new(Provider::ring()).identity(&key);
/// assert!(opener.open(&sealed).is_err()); // the context must be given again
/// assert_eq!(opener.supplied(context).open(&sealed)?.as_slice(), b"labs");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sealer {
    provider: Provider,
    recipients: Vec<Recipient>,
    stored: Context,
    supplied: Context,
    retention: Retention,
    key_epoch: u32,
    stanza_mac: bool,
    anonymous: bool,
    padded: bool,
    signing_key: Option<SigningKey>,
    threads: usize,
}

/// What a new message is made with once its header stands: the body, and what stands behind the content.
pub(super) struct Begun {
    pub(super) body: NewBody,
    pub(super) ending: NewEnding,
}

impl Sealer {
    /// A sealer without recipients: add at least one.
    #[must_use]
    pub fn new(provider: Provider) -> Self {
        Self {
            provider,
            recipients: Vec::new(),
            stored: Context::default(),
            supplied: Context::default(),
            retention: Retention::default(),
            key_epoch: 0,
            stanza_mac: true,
            anonymous: false,
            padded: false,
            signing_key: None,
            threads: 1,
        }
    }

    /// Adds somebody who will be able to open the messages.
    #[must_use]
    pub fn recipient(mut self, recipient: impl Into<Recipient>) -> Self {
        let recipient = recipient.into();
        self.recipients.push(if self.anonymous {
            recipient.without_name()
        } else {
            recipient
        });
        self
    }

    /// Pairs that stand in clear in the header: never anything about a patient.
    #[must_use]
    pub fn stored(self, stored: Context) -> Self {
        Self { stored, ..self }
    }

    /// Pairs that are not in the message and must be given again to open it.
    #[must_use]
    pub fn supplied(self, supplied: Context) -> Self {
        Self { supplied, ..self }
    }

    /// How long the messages are kept.
    #[must_use]
    pub fn retention(self, retention: Retention) -> Self {
        let not_after = retention.end();
        Self {
            retention: Retention { not_after, ..retention },
            ..self
        }
    }

    /// The epoch of the key ring that the messages are sealed in; 0 is none.
    #[must_use]
    pub fn key_epoch(self, key_epoch: u32) -> Self {
        Self { key_epoch, ..self }
    }

    /// Protects the recipient list, which is the default: a removed or added stanza makes the message refuse to open.
    /// Recipients can then be changed only by somebody who can open the message.
    #[must_use]
    pub fn protect_recipients(self) -> Self {
        Self {
            stanza_mac: true,
            ..self
        }
    }

    /// Names no recipient, whether added before or after this; see [`Recipient::anonymous`].
    ///
    /// # Errors
    ///
    /// [`SealErrorKind::Named`] when one of them is a key service; for one that is added later, when a message is sealed.
    pub fn anonymous(self) -> Result<Self, SealError> {
        let recipients = self.recipients.into_iter().map(Recipient::anonymous);
        Ok(Self {
            recipients: recipients.collect::<Result<_, _>>()?,
            anonymous: true,
            ..self
        })
    }

    /// Pads the messages, so that their length tells only about how long the content is (Padmé). What is shorter than 256 bytes, with
    /// a mark of one byte and the 96 of a signature, is made that long; to all else at most 7 % are added. They are sealed by one
    /// thread.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{LocalKey, Opener, Sealer};
    /// let key = LocalKey::generate(Provider::ring())?;
    /// let sealer = Sealer::new(Provider::ring()).recipient(&key).padded();
    /// let sealed = sealer.seal(b"positive")?;
    /// assert_eq!(sealed.len(), sealer.seal(b"not detected")?.len());
    /// assert_eq!(Opener::new(Provider::ring()).identity(&key).open(&sealed)?.as_slice(), b"positive");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn padded(self) -> Self {
        Self { padded: true, ..self }
    }

    /// Signs the messages, so that whoever opens one knows who sealed it ([`Opener::sender`](super::Opener::sender)); whoever
    /// does not open it sees only that it is signed. They are sealed by one thread.
    #[must_use]
    pub fn sign(self, key: &SigningKey) -> Self {
        Self {
            signing_key: Some(key.clone()),
            ..self
        }
    }

    /// Leaves the recipient list unprotected: whoever can write to the store may then take recipients away unnoticed, and a
    /// host without keys can ([`Rewrapper::remove`](super::Rewrapper::remove)).
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{Header, LocalKey, Sealer};
    /// let sealer = Sealer::new(Provider::ring()).recipient(LocalKey::generate(Provider::ring())?);
    /// assert!(Header::parse(&sealer.seal(b"labs")?)?.has_stanza_mac());
    /// assert!(!Header::parse(&sealer.leave_recipients_open().seal(b"labs")?)?.has_stanza_mac());
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn leave_recipients_open(self) -> Self {
        Self {
            stanza_mac: false,
            ..self
        }
    }

    /// How many threads may share the sealing of one large message (from 1 MiB on); 1 unless set. They are joined before
    /// the call returns. Sealing in place and streams use one thread.
    #[must_use]
    pub fn threads(self, threads: usize) -> Self {
        Self { threads, ..self }
    }

    /// The length of the sealed message for `plain_len` bytes of plaintext: exact, or with a [`KeyService`] among the
    /// recipients the most that it can be, since a service decides itself how long its wrapped keys are.
    ///
    /// [`KeyService`]: super::KeyService
    ///
    /// # Errors
    ///
    /// [`SealErrorKind::MessageTooLong`] when there is no such length.
    pub fn sealed_len(&self, plain_len: usize) -> Result<usize, SealError> {
        let len = self
            .body_len(plain_len)
            .and_then(|len| len.checked_add(self.header_len()));
        len.ok_or(SealError::new(SealErrorKind::MessageTooLong))
    }

    /// Seals `plain` into a fresh buffer.
    ///
    /// # Errors
    ///
    /// [`SealError`]: see [`SealErrorKind`].
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let needed = self.sealed_len(plain.len())?;
        if self.threads > 1 || !self.ending().is_none() {
            let mut out = vec![0; needed];
            let len = self.seal_into(plain, &mut out)?;
            out.truncate(len);
            return Ok(out);
        }
        let mut out = Vec::with_capacity(needed);
        let begun = self.begin(&mut out)?;
        body::append(&begun.body, plain, &mut out).map_err(crypto)?;
        Ok(out)
    }

    /// Seals `plain` into a header and a body, for a store that keeps them apart (a database column and an object).
    ///
    /// # Errors
    ///
    /// [`SealError`]: see [`SealErrorKind`].
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{LocalKey, Opener, Sealer};
    /// let key = LocalKey::generate(Provider::ring())?;
    /// let (header, body) = Sealer::new(Provider::ring()).recipient(&key).seal_detached(b"labs")?;
    /// let opener = Opener::new(Provider::ring()).identity(&key);
    /// assert_eq!(opener.open_detached(&header, &body)?.as_slice(), b"labs");
    /// assert_eq!(opener.open(&[header, body].concat())?.as_slice(), b"labs");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn seal_detached(&self, plain: &[u8]) -> Result<(Vec<u8>, Vec<u8>), SealError> {
        let (header, begun) = self.begin_apart()?;
        if self.ending().is_none() {
            return Ok((header, body::seal(&begun.body, plain).map_err(crypto)?));
        }
        let needed = self.body_len(plain.len());
        let mut body = vec![0; needed.ok_or(SealError::new(SealErrorKind::MessageTooLong))?];
        copy_to_front(plain, &mut body);
        let sealed = begun.seal_in_place(&mut body, plain.len(), 0).map_err(crypto);
        sealed.inspect_err(|_| body.zeroize())?;
        Ok((header, body))
    }

    /// Seals `plain` into the caller's buffer and gives the length.
    ///
    /// # Errors
    ///
    /// [`SealErrorKind::ShortBuffer`] when `out` has fewer than [`Sealer::sealed_len`] bytes; nothing is written then.
    pub fn seal_into(&self, plain: &[u8], out: &mut [u8]) -> Result<usize, SealError> {
        let needed = self.sealed_len(plain.len())?;
        let short = SealError::new(SealErrorKind::ShortBuffer { needed });
        let (out, _) = out.split_at_mut_checked(needed).ok_or(short)?;
        if !self.ending().is_none() {
            copy_to_front(plain, out);
            return self.seal_in_place(out, plain.len()).inspect_err(|_| out.zeroize());
        }
        let (head, begun) = self.begin_apart()?;
        let (front, room) = out.split_at_mut_checked(head.len()).ok_or(short)?;
        front.copy_from_slice(&head);
        let len = body::fill(&begun.body, plain, room, self.threads).map_err(crypto)?;
        Ok(head.len().saturating_add(len))
    }

    /// Seals the first `plain_len` bytes of `buffer` in place and gives the length of the sealed message, which starts
    /// where the plaintext did. No second buffer is used, and none of the plaintext is left.
    ///
    /// # Errors
    ///
    /// [`SealErrorKind::ShortBuffer`] when `buffer` has fewer than [`Sealer::sealed_len`] bytes; it is unchanged then.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{LocalKey, Opener, Sealer};
    /// let key = LocalKey::generate(Provider::ring())?;
    /// let sealer = Sealer::new(Provider::ring()).recipient(&key);
    /// let mut buffer = vec![0; sealer.sealed_len(4)?];
    /// buffer[..4].copy_from_slice(b"labs");
    /// let len = sealer.seal_in_place(&mut buffer, 4)?;
    /// let opened = Opener::new(Provider::ring()).identity(&key).open_in_place(&mut buffer[..len])?;
    /// assert_eq!(opened, b"labs");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn seal_in_place(&self, buffer: &mut [u8], plain_len: usize) -> Result<usize, SealError> {
        let needed = self.sealed_len(plain_len)?;
        let (buffer, _) = buffer
            .split_at_mut_checked(needed)
            .ok_or(SealError::new(SealErrorKind::ShortBuffer { needed }))?;
        let (head, begun) = self.begin_apart()?;
        let end = begun.seal_in_place(buffer, plain_len, head.len()).map_err(crypto)?;
        copy_to_front(&head, buffer);
        Ok(end)
    }

    /// What stands behind the content of the messages.
    fn ending(&self) -> Ending {
        Ending {
            signed: self.signing_key.is_some(),
            padded: self.padded,
        }
    }

    /// The length of the body for a content of `plain_len` bytes.
    fn body_len(&self, plain_len: usize) -> Option<usize> {
        let text_len = self.ending().text_len(len_u64(plain_len))?;
        usize::try_from(cobblestone::sealed_len(text_len)?).ok()
    }

    /// A new header in a buffer of its own, and what its body is made of.
    pub(super) fn begin_apart(&self) -> Result<(Vec<u8>, Begun), SealError> {
        let mut header = Vec::with_capacity(self.header_len());
        let begun = self.begin(&mut header)?;
        Ok((header, begun))
    }

    /// Appends a new header to `out` and gives what its body is made of.
    fn begin(&self, out: &mut Vec<u8>) -> Result<Begun, SealError> {
        self.check()?;
        let full = self
            .stored
            .joined(&self.supplied)
            .map_err(|_| SealError::new(SealErrorKind::Context))?;
        let mut random = Random::new(self.provider);
        let (data_key, sealed_id) = draw(&mut random).map_err(crypto)?;
        let key = InputKey::new(self.provider, &data_key).map_err(crypto)?;
        let core = self.core(sealed_id, &key).map_err(crypto)?;
        let broken = SealError::new(SealErrorKind::Crypto);
        let start = out.len();
        core.write(out).ok_or(broken)?;
        let bound = out.get(start..).unwrap_or_default();
        let context = binding::body_context(bound, &full);
        let salt = self.salt(&key, bound).map_err(crypto)?;
        let list = out.len();
        self.write_stanzas(out, &sealed_id, &data_key, &mut random)
            .map_err(SealError::new)?;
        if self.stanza_mac {
            let mac = binding::stanza_mac(&key, out.get(list..).unwrap_or_default());
            out.extend_from_slice(&mac.map_err(crypto)?);
        }
        if out.len().saturating_sub(start) > MAX_HEADER_LEN {
            return Err(SealError::new(SealErrorKind::TooManyRecipients));
        }
        let body = match salt {
            Some(salt) => key.salted(&context, salt),
            None => key.sealing(&context, &mut random),
        };
        let body = body.map_err(crypto)?;
        let bound = out.get(start..list).unwrap_or_default();
        let signing = self.signing_key.clone().map(|key| Signing {
            key,
            provider: self.provider,
            covered: sender::covered(bound, &body.prefix),
        });
        let ending = NewEnding::new(self.padded, signing);
        Ok(Begun { body, ending })
    }

    /// The salt of a body that not everybody who can unwrap its key can check otherwise; other salts are random.
    fn salt(&self, key: &InputKey, bound: &[u8]) -> Result<Option<Salt>, CryptoError> {
        let supplied = !self.supplied.is_empty();
        supplied.then(|| binding::salt(key, bound)).transpose()
    }

    fn check(&self) -> Result<(), SealError> {
        check_recipients(self.recipients.iter().map(Recipient::kind))?;
        if self.signing_key.is_some() && self.provider.signatures().is_err() {
            return Err(SealError::new(SealErrorKind::OutsideModule));
        }
        if self.anonymous && self.recipients.iter().any(Recipient::is_asked_by_name) {
            return Err(SealError::new(SealErrorKind::Named));
        }
        let class = &self.retention.class;
        if class.len() > MAX_RETENTION_CLASS_LEN || class.contains(char::is_control) {
            return Err(SealError::new(SealErrorKind::RetentionClass));
        }
        if let Some(bucket) = self.stored.get(BUCKET)
            && (!is_bucket_key(bucket, self.recipients.iter().map(Recipient::name)) || self.has_namesakes())
        {
            return Err(SealError::new(SealErrorKind::Bucket));
        }
        Ok(())
    }

    /// Whether two recipients have one name: destroying the key of one would not destroy what the other opens.
    fn has_namesakes(&self) -> bool {
        let names: BTreeSet<_> = self.recipients.iter().map(Recipient::key_ref).collect();
        names.len() < self.recipients.len()
    }

    /// Adds a pair to the stored context.
    pub(super) fn store(self, name: &str, value: &str) -> Result<Self, SealError> {
        let pair = Context::from_pairs([(name, value)]);
        let stored = pair.and_then(|pair| self.stored.joined(&pair));
        Ok(Self {
            stored: stored.map_err(|_| SealError::new(SealErrorKind::Context))?,
            ..self
        })
    }

    fn core(&self, sealed_id: SealedId, key: &InputKey) -> Result<Core, CryptoError> {
        Ok(Core {
            sealed_id,
            key_epoch: self.key_epoch,
            retention: self.retention.clone(),
            stored: self.stored.clone(),
            supplied: binding::supplied_mac(key, &self.supplied)?,
            stanza_mac: self.stanza_mac,
            ending: self.ending(),
        })
    }

    fn write_stanzas(
        &self,
        out: &mut Vec<u8>,
        id: &SealedId,
        data_key: &DataKey,
        random: &mut Random,
    ) -> Result<(), SealErrorKind> {
        let count = u16::try_from(self.recipients.len()).map_err(|_| SealErrorKind::TooManyRecipients)?;
        out.extend_from_slice(&count.to_be_bytes());
        for recipient in &self.recipients {
            let stanza = recipient.wrap(id, data_key, random)?;
            stanza.write(out).ok_or(SealErrorKind::KeyProvider)?; // only a key service can return too much
        }
        Ok(())
    }

    fn header_len(&self) -> usize {
        let stanzas = self
            .recipients
            .iter()
            .map(Recipient::stanza_len)
            .fold(0, usize::saturating_add);
        header_len(
            self.retention.class.len(),
            self.stored.canonical_len(),
            stanzas,
            self.stanza_mac,
        )
    }
}

impl Begun {
    /// Seals the content at the front of `buffer` and what stands behind it, so that the body follows `before` bytes of room
    /// for a header. Gives the place where it ends.
    fn seal_in_place(mut self, buffer: &mut [u8], plain_len: usize, before: usize) -> Result<usize, CryptoError> {
        let (content, room) = buffer.split_at_mut_checked(plain_len).ok_or(CryptoError(()))?;
        self.ending.pass(content);
        let (behind, zeros) = self.ending.finish()?;
        let zeros = usize::try_from(zeros).map_err(|_| CryptoError(()))?;
        let len = behind.len().saturating_add(zeros);
        let (room, _) = room.split_at_mut_checked(len).ok_or(CryptoError(()))?;
        room.fill(0);
        copy_to_front(&behind, room);
        body::seal_in_place(&self.body, buffer, plain_len.saturating_add(len), before)
    }
}

fn copy_to_front(from: &[u8], to: &mut [u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

/// Whether a message may have recipients of these kinds together.
pub(super) fn check_recipients(kinds: impl Iterator<Item = StanzaKind>) -> Result<(), SealError> {
    let (count, passphrases) = kinds.fold((0_usize, false), |(count, found), kind| {
        (count + 1, found || kind == StanzaKind::Passphrase)
    });
    let kind = match count {
        0 => SealErrorKind::NoRecipient,
        1 => return Ok(()),
        2..=MAX_STANZAS if passphrases => SealErrorKind::PassphraseNotAlone,
        2..=MAX_STANZAS => return Ok(()),
        _ => SealErrorKind::TooManyRecipients,
    };
    Err(SealError::new(kind))
}

/// A fresh data key and id.
fn draw(random: &mut Random) -> Result<(DataKey, SealedId), CryptoError> {
    let mut data_key = DataKey::default();
    let mut sealed_id = [0; 16];
    random.fill(data_key.as_mut_slice())?;
    random.fill(&mut sealed_id)?;
    Ok((data_key, SealedId::new(sealed_id)))
}

fn crypto(_: CryptoError) -> SealError {
    SealError::new(SealErrorKind::Crypto)
}
