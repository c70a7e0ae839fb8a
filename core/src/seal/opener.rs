//! Opens sealed messages.

use zeroize::Zeroizing;

use super::binding::{self, BodyContext};
use super::body;
use super::chunks::{InputKey, len_u64, same};
use super::cobblestone;
use super::context::Context;
use super::error::OpenError;
use super::header::{Header, Parsed};
use super::recipient::{DataKey, Identity};
use super::stanza::StanzaKind;
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
    threads: usize,
}

impl Opener {
    /// An opener without keys: add at least one.
    #[must_use]
    pub fn new(provider: Provider) -> Self {
        Self {
            provider,
            identities: Vec::new(),
            supplied: Context::default(),
            threads: 1,
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

    /// How many threads may share the opening of one large message (from 1 MiB on); 1 unless set. They are joined before
    /// the call returns. Opening in place and streams use one thread.
    #[must_use]
    pub fn threads(self, threads: usize) -> Self {
        Self { threads, ..self }
    }

    /// The length of the plaintext, told by the length of the message; nothing is verified.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when the header cannot be read or no sealed message has this length.
    pub fn opened_len(sealed: &[u8]) -> Result<usize, OpenError> {
        let header = Parsed::read(sealed).map_err(|_| OpenError(()))?;
        let body = sealed.len().saturating_sub(header.len);
        let len = cobblestone::opened_len(len_u64(body)).and_then(|len| usize::try_from(len).ok());
        len.ok_or(OpenError(()))
    }

    /// Opens a sealed message into a fresh buffer, which is wiped when dropped.
    ///
    /// # Errors
    ///
    /// [`OpenError`], the same for every reason.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let unlocked = self.unlock(sealed)?;
        self.open_body(&unlocked, sealed.get(unlocked.start..).unwrap_or_default())
    }

    /// Opens a body whose header was stored apart.
    ///
    /// # Errors
    ///
    /// [`OpenError`], the same for every reason.
    pub fn open_detached(&self, header: &[u8], body: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let unlocked = self.unlock(header)?;
        if unlocked.start != header.len() {
            return Err(OpenError(()));
        }
        self.open_body(&unlocked, body)
    }

    /// Opens a sealed message into the caller's buffer and gives the length of the plaintext. When it does not open,
    /// nothing of the plaintext is left in `out`.
    ///
    /// # Errors
    ///
    /// [`OpenError`], also when `out` has fewer than [`Opener::opened_len`] bytes.
    pub fn open_into(&self, sealed: &[u8], out: &mut [u8]) -> Result<usize, OpenError> {
        let body = self.unlock(sealed)?;
        let sealed = sealed.get(body.start..).unwrap_or_default();
        body::open_into(&body.key, &body.context, sealed, out, self.threads).map_err(closed)
    }

    /// Opens a sealed message in place and gives the plaintext, which then stands at the start of `sealed`; the rest is
    /// wiped. A message that turns out wrong after the first chunk was opened is wiped as a whole.
    ///
    /// # Errors
    ///
    /// [`OpenError`], the same for every reason.
    pub fn open_in_place<'a>(&self, sealed: &'a mut [u8]) -> Result<&'a mut [u8], OpenError> {
        let body = self.unlock(sealed)?;
        let len = body::open_in_place(&body.key, &body.context, sealed, body.start);
        sealed.get_mut(..len.map_err(closed)?).ok_or(OpenError(()))
    }

    fn open_body(&self, unlocked: &Unlocked, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let Unlocked { key, context, .. } = unlocked;
        if self.threads <= 1 {
            return body::open(key, context, body).map_err(closed);
        }
        let len = cobblestone::opened_len(len_u64(body.len())).and_then(|len| usize::try_from(len).ok());
        let mut plain = Zeroizing::new(vec![0; len.ok_or(OpenError(()))?]);
        body::open_into(key, context, body, &mut plain, self.threads).map_err(closed)?;
        Ok(plain)
    }

    /// Reads the header, finds the data key and checks what does not need the body.
    pub(super) fn unlock(&self, sealed: &[u8]) -> Result<Unlocked, OpenError> {
        let parsed = Parsed::read(sealed).map_err(|_| OpenError(()))?;
        let data_key = self.data_key(&parsed.header).ok_or(OpenError(()))?;
        let key = InputKey::new(self.provider, &data_key).map_err(closed)?;
        let header = &parsed.header;
        check_list(&parsed, &key)?;
        let supplied = binding::supplied_mac(&key, &self.supplied).map_err(closed)?;
        check(&supplied, &header.core.supplied)?;
        let full = header.core.stored.joined(&self.supplied).map_err(|_| OpenError(()))?;
        Ok(Unlocked {
            key,
            context: binding::body_context(parsed.bound, &full),
            start: parsed.len,
        })
    }

    /// The data key, once the recipient list has been checked if it is protected.
    pub(super) fn listed_data_key(&self, parsed: &Parsed<'_>) -> Result<DataKey, OpenError> {
        let data_key = self.data_key(&parsed.header).ok_or(OpenError(()))?;
        if parsed.header.has_stanza_mac() {
            check_list(parsed, &InputKey::new(self.provider, &data_key).map_err(closed)?)?;
        }
        Ok(data_key)
    }

    /// The data key, from the first stanza that one of the keys unwraps.
    fn data_key(&self, header: &Header) -> Option<DataKey> {
        let alone = header.stanzas.len() == 1;
        let fitting = header.stanzas.iter().flat_map(|stanza| {
            self.identities
                .iter()
                .filter(|identity| identity.fits(stanza))
                .map(move |identity| (identity, stanza))
        });
        let mut tried = fitting
            .filter(|(_, stanza)| alone || stanza.kind() != StanzaKind::Passphrase)
            .take(MAX_TRIED_STANZAS);
        tried.find_map(|(identity, stanza)| identity.unwrap(self.provider, &header.core.sealed_id, stanza).ok())
    }
}

/// What the body opens with, and where it begins.
pub(super) struct Unlocked {
    pub(super) key: InputKey,
    pub(super) context: BodyContext,
    pub(super) start: usize,
}

/// Whether the recipient list is the one that was protected, if it was.
fn check_list(parsed: &Parsed<'_>, key: &InputKey) -> Result<(), OpenError> {
    match &parsed.header.stanza_mac {
        Some(mac) => check(&binding::stanza_mac(key, parsed.list).map_err(closed)?, mac),
        None => Ok(()),
    }
}

fn check(expected: &[u8; 32], found: &[u8; 32]) -> Result<(), OpenError> {
    if same(expected, found) {
        Ok(())
    } else {
        Err(OpenError(()))
    }
}

fn closed(_: CryptoError) -> OpenError {
    OpenError(())
}
