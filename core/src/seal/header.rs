//! The header: what stands in clear before the body.
//!
//! Its core is immutable and bound into the body; the stanzas after it can be added and removed by whoever holds the
//! data key, without touching the body.

use std::fmt;
use std::io::{self, Read};

use super::cobblestone;
use super::context::{Context, MAX_CONTEXT_LEN};
use super::ending::Ending;
use super::intake::read_header;
use super::stanza::Stanza;
use super::wire::{Reader, put_short_text};
use crate::Timestamp;
use crate::crypto::{hex, sha256};

/// The most recipients of one message: more than a mail server accepts in one transaction, and a bound on the work of
/// reading a header.
pub const MAX_STANZAS: usize = 4096;
/// The longest header in bytes: room for [`MAX_STANZAS`] of the longest kind that this crate writes, and a bound on the
/// memory that a stranger's header takes.
pub const MAX_HEADER_LEN: usize = 16 << 20;
/// The longest name of a retention class, in bytes.
pub const MAX_RETENTION_CLASS_LEN: usize = 255;

/// The random id of one sealed message, for logs and audit records: it names the message and reveals nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealedId([u8; 16]);

impl SealedId {
    pub(super) fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes of the id.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for SealedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for SealedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedId({self})")
    }
}

/// SHA-256 of a whole header, from its magic to where the body begins; written in hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeaderDigest([u8; 32]);

impl HeaderDigest {
    /// The bytes of the digest.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for HeaderDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for HeaderDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeaderDigest({self})")
    }
}

/// How long a message is kept: the name of a class, and the end if there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// The name of the class; empty for none. It stands in clear.
    pub class: Box<str>,
    /// When the message is to be destroyed; `None` to keep it without end, and so is [`Timestamp::NO_END`].
    pub not_after: Option<Timestamp>,
}

impl Retention {
    /// When the message is to be destroyed, if it ever is.
    ///
    /// ```
    /// # use sealwax::{Timestamp, seal::Retention};
    /// let until = |not_after: &str| -> Result<_, sealwax::TimestampError> {
    ///     Ok(Retention { class: "x".into(), not_after: Some(not_after.parse()?) }.end())
    /// };
    /// assert_eq!(until("2033-01-01T00:00:00Z")?.map(|end| end.as_millis()), Some(1_988_150_400_000));
    /// assert_eq!(until("9999-12-31")?, None);
    /// # Ok::<(), sealwax::TimestampError>(())
    /// ```
    #[must_use]
    pub fn end(&self) -> Option<Timestamp> {
        self.not_after.filter(|end| !end.is_no_end())
    }
}

/// What the header of a sealed message says in clear.
///
/// None of it is authenticated until the message has been opened.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{Header, LocalKey, Sealer, StanzaKind};
/// let key = LocalKey::generate(Provider::ring())?;
/// let sealed = Sealer::new(Provider::ring()).recipient(&key).seal(b"labs")?;
/// let header = Header::parse(&sealed)?;
/// assert_eq!(header.stanzas().len(), 1);
/// assert_eq!(header.stanzas().first().map(|stanza| stanza.kind()), Some(StanzaKind::Local));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub(super) core: Core,
    pub(super) stanzas: Vec<Stanza>,
    /// The check of the recipient list, when the message has one.
    pub(super) stanza_mac: Option<Mac>,
}

/// The immutable part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Core {
    pub(super) sealed_id: SealedId,
    pub(super) key_epoch: u32,
    pub(super) retention: Retention,
    pub(super) stored: Context,
    /// The keyed hash of the supplied context, or zero bytes when none was supplied.
    pub(super) supplied: Mac,
    pub(super) stanza_mac: bool,
    /// What stands behind the content of the body.
    pub(super) ending: Ending,
}

pub(super) type Mac = [u8; 32];

impl Header {
    /// Reads the header at the front of a sealed message, or a header that was stored apart from its body.
    ///
    /// # Errors
    ///
    /// [`HeaderError`] when this is no sealed message, a newer one, or one that breaks a rule of the format.
    pub fn parse(sealed: &[u8]) -> Result<Self, HeaderError> {
        Parsed::read(sealed).map(|parsed| parsed.header)
    }

    /// Takes the bytes of a header, and not one more, off the front of a stream; [`Header::parse`] reads them.
    ///
    /// # Errors
    ///
    /// What `input` gives, or an [`io::Error`] of the kind `InvalidData` when the stream is no sealed message or is cut.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{Header, LocalKey, Sealer};
    /// let key = LocalKey::generate(Provider::ring())?;
    /// let (header, body) = Sealer::new(Provider::ring()).recipient(&key).seal_detached(b"labs")?;
    /// let message = [header.clone(), body].concat();
    /// assert_eq!(Header::take_from(&mut message.as_slice())?, header);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take_from<R: Read>(input: &mut R) -> io::Result<Vec<u8>> {
        read_header(input)
    }

    /// The random id of the message.
    pub fn sealed_id(&self) -> SealedId {
        self.core.sealed_id
    }

    /// The epoch of the sender's key ring; 0 when there is none.
    pub fn key_epoch(&self) -> u32 {
        self.core.key_epoch
    }

    /// How long the message is kept.
    pub fn retention(&self) -> &Retention {
        &self.core.retention
    }

    /// The context that stands in clear.
    pub fn stored_context(&self) -> &Context {
        &self.core.stored
    }

    /// Whether opening needs the context that was supplied when the message was sealed.
    pub fn needs_context(&self) -> bool {
        self.core.supplied != NO_CONTEXT
    }

    /// Who can open the message.
    pub fn stanzas(&self) -> &[Stanza] {
        &self.stanzas
    }

    /// Whether a removed recipient would be noticed.
    pub fn has_stanza_mac(&self) -> bool {
        self.stanza_mac.is_some()
    }

    /// Whether the length of the message tells only about how long its content is ([`Sealer::padded`](super::Sealer::padded)).
    pub fn is_padded(&self) -> bool {
        self.core.ending.padded
    }

    /// Whether a sender signed the message ([`Sealer::sign`](super::Sealer::sign)). Who it was is known when it is opened.
    pub fn is_signed(&self) -> bool {
        self.core.ending.signed
    }

    /// The length of the content of a body of `body_len` bytes: exact, or in a padded message the most that it can be. `None`
    /// when no body of this message has that length; nothing is verified.
    pub fn content_len(&self, body_len: u64) -> Option<u64> {
        let text_len = cobblestone::opened_len(body_len)?;
        text_len.checked_sub(self.core.ending.least_len())
    }

    /// The digest of the whole header. A host that keeps it apart from the messages notices by it that somebody put an older
    /// header back, and with it a recipient that had been removed; and of two changes at once it lets the second one see
    /// that the first was made.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::{Provider, sha256};
    /// use sealwax::seal::{Header, LocalKey, Rewrapper, Sealer};
    /// let [key, other] = [LocalKey::generate(Provider::ring())?, LocalKey::generate(Provider::ring())?];
    /// let (header, body) = Sealer::new(Provider::ring()).recipient(&key).recipient(&other).seal_detached(b"labs")?;
    /// let before = Header::parse(&header)?.digest();
    /// assert_eq!(before.as_bytes(), &sha256(&[&header]));
    ///
    /// let remover = Rewrapper::new(Provider::ring()).identity(&key).remove(other.key_ref().clone());
    /// let kept = Header::parse(&remover.rewrap_detached(&header, &body)?.header)?.digest();
    /// assert_ne!(Header::parse(&header)?.digest(), kept); // the old header is back
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn digest(&self) -> HeaderDigest {
        let mut bytes = Vec::new();
        // What was read breaks no limit, so it can be written.
        let written = self.core.write(&mut bytes).and_then(|()| {
            bytes.extend_from_slice(&u16::try_from(self.stanzas.len()).ok()?.to_be_bytes());
            self.stanzas.iter().try_for_each(|stanza| stanza.write(&mut bytes))
        });
        bytes.extend(self.stanza_mac.iter().flatten());
        HeaderDigest(written.map(|()| sha256(&[&bytes])).unwrap_or_default())
    }
}

/// A header and where its pieces lie.
pub(super) struct Parsed<'a> {
    pub(super) header: Header,
    /// The whole header as it stands.
    pub(super) bytes: &'a [u8],
    /// From the magic to the end of the core: what the body is bound to.
    pub(super) bound: &'a [u8],
    /// The stanza count and the stanzas: what the stanza MAC covers.
    pub(super) list: &'a [u8],
    /// Length of the whole header; the body begins here.
    pub(super) len: usize,
}

impl<'a> Parsed<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, HeaderError> {
        let mut reader = Reader::new(bytes);
        let (core, bound_len) = Core::read(bytes, &mut reader)?;
        let stanzas = read_stanzas(&mut reader)?;
        let list_end = reader.position();
        let stanza_mac = if core.stanza_mac {
            Some(field(reader.array(), &reader)?)
        } else {
            None
        };
        Ok(Self {
            header: Header {
                core,
                stanzas,
                stanza_mac,
            },
            bytes: bytes.get(..reader.position()).unwrap_or_default(),
            bound: bytes.get(..bound_len).unwrap_or_default(),
            list: bytes.get(bound_len..list_end).unwrap_or_default(),
            len: reader.position(),
        })
    }
}

fn read_stanzas(reader: &mut Reader<'_>) -> Result<Vec<Stanza>, HeaderError> {
    let count = usize::from(field(reader.short(), reader)?);
    if count > MAX_STANZAS {
        return Err(HeaderError::at(HeaderErrorKind::Limit, reader));
    }
    let mut stanzas = Vec::new(); // not `with_capacity`: the count is a stranger's word
    for _ in 0..count {
        stanzas.push(field(Stanza::read(reader), reader)?);
        if reader.position() > MAX_HEADER_LEN {
            return Err(HeaderError::at(HeaderErrorKind::Limit, reader));
        }
    }
    Ok(stanzas)
}

impl Core {
    /// Reads from the magic to the end of the core; also gives the length of that.
    fn read(bytes: &[u8], reader: &mut Reader<'_>) -> Result<(Self, usize), HeaderError> {
        if !bytes.starts_with(MAGIC) {
            return Err(HeaderError::at(HeaderErrorKind::NotSealed, reader));
        }
        field(reader.take(MAGIC.len()), reader)?;
        if field(reader.byte(), reader)? != VERSION || field(reader.short(), reader)? != SUITE {
            return Err(HeaderError::at(HeaderErrorKind::Unsupported, reader));
        }
        let flags = field(reader.byte(), reader)?;
        if flags & !(STANZA_MAC | PADDED | SIGNED) != 0 {
            return Err(HeaderError::at(HeaderErrorKind::Unsupported, reader));
        }
        let len = usize::try_from(field(reader.word(), reader)?).unwrap_or(usize::MAX);
        if len > MAX_CORE_LEN {
            return Err(HeaderError::at(HeaderErrorKind::Limit, reader));
        }
        let fields = field(reader.take(len), reader)?;
        let core = Self::read_fields(fields, flags);
        Ok((field(core, reader)?, reader.position()))
    }

    fn read_fields(bytes: &[u8], flags: u8) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let sealed_id = SealedId::new(reader.array()?);
        let key_epoch = reader.word()?;
        let class: Box<str> = reader.short_text()?.into();
        let not_after = reader.long()?;
        let context_len = usize::try_from(reader.word()?).ok()?;
        let stored = Context::read(reader.take(context_len)?)?;
        let supplied = reader.array()?;
        if !reader.is_empty() || class.contains(char::is_control) {
            return None;
        }
        let not_after = (not_after != NO_END).then(|| Timestamp::from_millis(not_after));
        Some(Self {
            sealed_id,
            key_epoch,
            retention: Retention { class, not_after },
            stored,
            supplied,
            stanza_mac: flags & STANZA_MAC != 0,
            ending: Ending {
                signed: flags & SIGNED != 0,
                padded: flags & PADDED != 0,
            },
        })
    }

    /// Appends everything from the magic to the end of the core; `None` when a field breaks its limit.
    pub(super) fn write(&self, out: &mut Vec<u8>) -> Option<()> {
        let stored = self.stored.canonical();
        out.extend_from_slice(MAGIC);
        out.push(VERSION);
        out.extend_from_slice(&SUITE.to_be_bytes());
        out.push(self.flags());
        out.extend_from_slice(&u32::try_from(self.core_len()).ok()?.to_be_bytes());
        out.extend_from_slice(self.sealed_id.as_bytes());
        out.extend_from_slice(&self.key_epoch.to_be_bytes());
        put_short_text(out, &self.retention.class)?;
        let not_after = self.retention.not_after.map_or(NO_END, Timestamp::as_millis);
        out.extend_from_slice(&not_after.to_be_bytes());
        out.extend_from_slice(&u32::try_from(stored.len()).ok()?.to_be_bytes());
        out.extend_from_slice(&stored);
        out.extend_from_slice(&self.supplied);
        Some(())
    }

    fn flags(&self) -> u8 {
        let Ending { signed, padded } = self.ending;
        let set = [(self.stanza_mac, STANZA_MAC), (padded, PADDED), (signed, SIGNED)];
        set.iter()
            .filter(|(is_set, _)| *is_set)
            .fold(0, |flags, (_, flag)| flags | flag)
    }

    fn core_len(&self) -> usize {
        core_len(self.retention.class.len(), self.stored.canonical_len())
    }
}

/// Length of a whole header: from the magic to the body.
pub(super) fn header_len(class_len: usize, stored_len: usize, stanzas_len: usize, stanza_mac: bool) -> usize {
    let mac = if stanza_mac { MAC_LEN } else { 0 };
    [FIXED_LEN, core_len(class_len, stored_len), 2, stanzas_len, mac]
        .iter()
        .fold(0, |sum, len| sum.saturating_add(*len))
}

fn core_len(class_len: usize, stored_len: usize) -> usize {
    [16, 4, 1, class_len, 8, 4, stored_len, MAC_LEN].iter().sum()
}

/// A field that was read, or the error that the header ends or breaks a rule here.
fn field<T>(value: Option<T>, reader: &Reader<'_>) -> Result<T, HeaderError> {
    value.ok_or_else(|| HeaderError::at(HeaderErrorKind::Malformed, reader))
}

/// The header of a sealed message cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (byte {offset})")]
pub struct HeaderError {
    kind: HeaderErrorKind,
    offset: usize,
}

impl HeaderError {
    fn at(kind: HeaderErrorKind, reader: &Reader<'_>) -> Self {
        Self {
            kind,
            offset: reader.position(),
        }
    }

    /// What is wrong.
    pub fn kind(&self) -> HeaderErrorKind {
        self.kind
    }

    /// The place in the message, in bytes from 0.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

/// Why a header cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderErrorKind {
    /// More than a limit of the format allows.
    #[error("the header is over a limit of the format")]
    Limit,
    /// The header ends too early or breaks a rule.
    #[error("the header is cut or broken")]
    Malformed,
    /// The bytes do not begin as a sealed message does.
    #[error("this is not a sealed message")]
    NotSealed,
    /// A version, suite or flag that this version does not know.
    #[error("the message was sealed by a newer version")]
    Unsupported,
}

pub(super) const NO_CONTEXT: Mac = [0; MAC_LEN];

pub(super) const MAGIC: &[u8; 4] = b"SLWX";
const VERSION: u8 = 1;
/// Cobblestone-256: AES-256-GCM with HKDF-Expand-SHA-512.
const SUITE: u16 = 1;
/// Flag: a MAC over the recipient list stands after it.
pub(super) const STANZA_MAC: u8 = 1;
/// Flag: the text is padded, so that its length does not tell that of the content.
const PADDED: u8 = 2;
/// Flag: a signature of the sender stands behind the content.
const SIGNED: u8 = 4;
/// Magic, version, suite, flags and length of the core.
const FIXED_LEN: usize = 12;
pub(super) const MAC_LEN: usize = 32;
/// `not_after` of a message that is kept without end.
const NO_END: i64 = i64::MAX;
/// The longest core: every field at its limit.
const MAX_CORE_LEN: usize = 16 + 4 + 1 + MAX_RETENTION_CLASS_LEN + 8 + 4 + MAX_CONTEXT_LEN + MAC_LEN;
