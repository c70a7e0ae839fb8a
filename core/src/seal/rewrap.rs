//! Changes who can open a message, without touching its body.

use super::binding;
use super::chunks::{InputKey, Prefix};
use super::cobblestone::PREFIX_LEN;
use super::context::Context;
use super::error::{SealError, SealErrorKind};
use super::header::{Header, HeaderError, MAX_HEADER_LEN, Parsed};
use super::key_ref::KeyRef;
use super::opener::{MAX_TRIED_STANZAS, Opener};
use super::random::Random;
use super::recipient::{DataKey, Identity, Recipient};
use super::sealer::{Sealer, check_recipients};
use super::stanza::{Stanza, StanzaKind};
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

    /// A key that opens the messages now. Removing alone needs none where the recipient list is not protected
    /// ([`Sealer::leave_recipients_open`]).
    #[must_use]
    pub fn identity(self, identity: impl Into<Identity>) -> Self {
        Self {
            opener: self.opener.identity(identity),
            ..self
        }
    }

    /// The pairs that were supplied when the messages were sealed. Messages of this version are rewrapped without them.
    #[must_use]
    pub fn supplied(self, supplied: Context) -> Self {
        Self {
            opener: self.opener.supplied(supplied),
            ..self
        }
    }

    /// Lets somebody open the messages. One who is [anonymous](Recipient::anonymous) gets a stanza more each time, since nobody
    /// sees that there is one.
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

    /// Takes the stanzas of a key away; one that is not there is no error. Where a stanza without a name may be that of the key,
    /// the change fails with [`SealErrorKind::Unnamed`].
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

    /// The new header for the message `sealed`, of which the header and the first [`PREFIX_LEN`] bytes behind it are enough.
    ///
    /// The data key is proved to be that of the body before anything is wrapped or taken away: whoever knows a public key
    /// can write a stanza for it that holds another one.
    ///
    /// # Errors
    ///
    /// [`RewrapError`]: the header cannot be read, no key opens it, or the change is not allowed.
    ///
    /// [`PREFIX_LEN`]: super::cobblestone::PREFIX_LEN
    pub fn rewrap(&self, sealed: &[u8]) -> Result<Rewrapped, RewrapError> {
        let parsed = Parsed::read(sealed)?;
        let body = sealed.get(parsed.len..).unwrap_or_default();
        self.change(&parsed, body)
    }

    /// The same for a header that is kept apart, and the body it belongs to, of which the first [`PREFIX_LEN`] bytes are
    /// enough.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{LocalKey, Opener, Rewrapper, Sealer, cobblestone::PREFIX_LEN};
    /// let (old, new) = (LocalKey::generate(Provider::ring())?, LocalKey::generate(Provider::ring())?);
    /// let (header, body) = Sealer::new(Provider::ring()).recipient(&old).seal_detached(b"labs")?;
    ///
    /// let rewrapper = Rewrapper::new(Provider::ring()).identity(&old).recipient(&new).replace_all();
    /// let change = rewrapper.rewrap_detached(&header, &body[..PREFIX_LEN])?;
    /// let opener = Opener::new(Provider::ring()).identity(&new);
    /// assert_eq!(opener.open_detached(&change.header, &body)?.as_slice(), b"labs");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`Rewrapper::rewrap`].
    ///
    /// [`PREFIX_LEN`]: super::cobblestone::PREFIX_LEN
    pub fn rewrap_detached(&self, header: &[u8], body: &[u8]) -> Result<Rewrapped, RewrapError> {
        let parsed = Parsed::read(header)?;
        if parsed.len != header.len() {
            return Err(RewrapError::Open(super::OpenError::CLOSED));
        }
        self.change(&parsed, body)
    }

    fn change(&self, parsed: &Parsed<'_>, body: &[u8]) -> Result<Rewrapped, RewrapError> {
        let old = &parsed.header.stanzas;
        // A stanza is known by its name alone, which whoever can write to the store can forge. Before a key that opens is
        // taken away, the others are therefore given anew.
        if old.iter().any(|stanza| self.may_be_removed(stanza)) {
            return Err(SealError::new(SealErrorKind::Unnamed).into());
        }
        let removes = old.iter().any(|stanza| !self.keeps(stanza));
        let stays = |stanza: &&Stanza| self.keeps(stanza) && !(removes && self.gives(stanza));
        let mut stanzas: Vec<Stanza> = old.iter().filter(stays).cloned().collect();
        let missing = self.missing(&stanzas, &parsed.header)?;
        let unchanged = missing.is_empty() && stanzas.len() == parsed.header.stanzas.len();
        if unchanged {
            return Ok(Rewrapped {
                header: parsed.bytes.to_vec(),
                old_len: parsed.len,
                changed: false,
            });
        }
        let data_key = self.data_key(parsed, !missing.is_empty(), body)?;
        if let Some(data_key) = &data_key {
            let mut random = Random::new(self.provider);
            for recipient in missing {
                let stanza = recipient.wrap(&parsed.header.core.sealed_id, data_key, &mut random);
                stanzas.push(stanza.map_err(SealError::new)?);
            }
        }
        let header = self.write(parsed, &stanzas, data_key.as_ref())?;
        Ok(Rewrapped {
            header,
            old_len: parsed.len,
            changed: true,
        })
    }

    /// Whether a stanza that stays names nobody, and may be for a key that is taken away by its name.
    fn may_be_removed(&self, stanza: &Stanza) -> bool {
        let provider = stanza.key_ref().provider();
        let mut removed = self.removed.iter();
        stanza.is_anonymous() && self.keeps(stanza) && removed.any(|key| key.provider() == provider)
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
            && !is_bucket_key(bucket, self.of_bucket(bucket, kept))
        {
            return Err(SealError::new(SealErrorKind::Bucket));
        }
        Ok(missing)
    }

    /// What must be keys of one bucket: those that are added, and those that stay and have its id. Nobody looks at a hold.
    fn of_bucket<'a>(&'a self, bucket: &'a str, kept: &'a [Stanza]) -> impl Iterator<Item = (StanzaKind, &'a KeyRef)> {
        let stay = kept.iter().filter(move |stanza| stanza.key_ref().id() == bucket);
        let stay = stay.filter(|stanza| !self.held.iter().any(|held| held.owns(stanza)));
        let added = self.added.iter().map(Recipient::name);
        added.chain(stay.map(Stanza::name).filter(|_| !self.added.is_empty()))
    }

    /// The data key of the body that begins with `body`, if the change needs it.
    fn data_key(&self, parsed: &Parsed<'_>, adds: bool, body: &[u8]) -> Result<Option<DataKey>, RewrapError> {
        if !adds && !parsed.header.has_stanza_mac() {
            return Ok(None);
        }
        let prefix: &Prefix = body.first_chunk().ok_or(RewrapError::Body)?;
        Ok(Some(self.opener.proved_data_key(parsed, prefix)?))
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
    /// Without its body nobody can tell whether a key is that of the message.
    #[error(
        "the first {} bytes of the body are needed to prove that a key is that of the message",
        PREFIX_LEN
    )]
    Body,
    /// The change is not allowed, or could not be made.
    #[error(transparent)]
    Change(#[from] SealError),
    /// The header cannot be read.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// No key opens the message, or a message of an older version does not open without what was supplied to it
    /// ([`Rewrapper::supplied`]).
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
    /// assert_eq!(header.survivors(Provider::ring(), &[key.into()]).count(), 0);
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

    /// Whether a message of a bucket has another holder than the key of its bucket, as a legal hold is ([`Rewrapper::hold`]),
    /// also one that bears the bucket's id elsewhere. Outside of buckets nobody tells a hold from any other recipient.
    pub fn is_held(&self) -> bool {
        let names = self.stanzas.iter().map(Stanza::name);
        self.bucket().is_some_and(|bucket| !is_bucket_key(bucket, names))
    }

    /// The stanzas that still open the message after the keys `destroyed` are gone. The message is destroyed only if there
    /// is none.
    ///
    /// Ask before the keys are destroyed: a stanza counts as theirs only when one of them unwraps it, since its name
    /// (provider, id and version) may be that of another key as well. Of a hostile header no more than
    /// [`MAX_TRIED_STANZAS`](super::MAX_TRIED_STANZAS) are tried, and the others count as surviving.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{Header, LocalKey, Sealer};
    /// let [ours, hold] = [LocalKey::generate(Provider::ring())?, LocalKey::generate(Provider::ring())?];
    /// let namesake = LocalKey::generate(Provider::ring())?.named(ours.key_ref().clone());
    /// let header = Header::parse(&Sealer::new(Provider::ring()).recipient(&ours).recipient(&hold).seal(b"labs")?)?;
    /// let survivors: Vec<_> = header.survivors(Provider::ring(), &[ours.into()]).cloned().collect();
    /// assert_eq!(survivors.first().map(|stanza| stanza.key_ref()), Some(hold.key_ref()));
    /// assert_eq!(header.survivors(Provider::ring(), &[namesake.into()]).count(), 2);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn survivors(&self, provider: Provider, destroyed: &[Identity]) -> impl Iterator<Item = &Stanza> {
        let (id, alone, mut tried) = (self.core.sealed_id, self.stanzas.len() == 1, 0_usize);
        let mut opens = move |one: &Identity, stanza: &Stanza| {
            if !one.fits(stanza) || (stanza.kind() == StanzaKind::Passphrase && !alone) {
                return false;
            }
            tried = tried.saturating_add(1);
            tried <= MAX_TRIED_STANZAS && one.unwrap(provider, &id, stanza).is_ok()
        };
        self.stanzas
            .iter()
            .filter(move |stanza| !destroyed.iter().any(|one| opens(one, stanza)))
    }
}

/// Whether all of these keys are the bucket's: of its id, and with one holder, since whoever destroys a key destroys
/// nothing that bears its id elsewhere.
pub(super) fn is_bucket_key<'a>(bucket: &str, mut keys: impl Iterator<Item = (StanzaKind, &'a KeyRef)>) -> bool {
    let mut holder = None;
    keys.all(|(kind, key)| {
        let found = (kind, key.provider());
        key.id() == bucket && *holder.get_or_insert(found) == found
    })
}

#[cfg(test)]
#[allow(clippy::similar_names, reason = "what a sealer makes is sealed")]
mod tests {
    use super::*;
    use crate::seal::{LocalKey, OpenError, Opener};

    /// What opens a message, what it is sealed for, and what its owner can be forged a stanza of.
    fn kinds() -> Vec<(Identity, Recipient)> {
        let local = LocalKey::from_bytes(&[1; 32]);
        let mut kinds = vec![(Identity::from(&local), Recipient::from(&local))];
        #[cfg(feature = "hpke")]
        for exchange in crate::seal::KeyExchange::ALL {
            let secret = crate::seal::SecretKey::from_bytes(exchange, &[3; 48][..exchange.secret_len()]).unwrap();
            kinds.push((Identity::from(&secret), Recipient::from(secret.public())));
        }
        kinds
    }

    /// `sealed` with a stanza for `victim` before all others, which holds a data key of the forger's. Where the list is
    /// protected, the forger protects it anew under that key.
    fn forged(sealed: &[u8], victim: &Recipient) -> Vec<u8> {
        let provider = Provider::ring();
        let parsed = Parsed::read(sealed).unwrap();
        let data_key = DataKey::new([0xee; 32]);
        let id = &parsed.header.core.sealed_id;
        let forged = victim.wrap(id, &data_key, &mut Random::new(provider)).unwrap();
        let stanzas = [vec![forged], parsed.header.stanzas.clone()].concat();
        let header = Rewrapper::new(provider).write(&parsed, &stanzas, Some(&data_key));
        [header.unwrap().as_slice(), &sealed[parsed.len..]].concat()
    }

    fn sealer(recipient: &Recipient) -> Sealer {
        Sealer::new(Provider::ring()).recipient(recipient)
    }

    fn supplied() -> Context {
        Context::from_pairs([("message-id", "<1@clinic.example>")]).unwrap()
    }

    fn apply(rewrapper: &Rewrapper, sealed: &[u8]) -> Result<Vec<u8>, RewrapError> {
        let change = rewrapper.rewrap(sealed)?;
        Ok([change.header.as_slice(), &sealed[change.old_len..]].concat())
    }

    #[test]
    fn a_forged_stanza_hides_none_that_opens() {
        for (identity, recipient) in kinds() {
            let sealed = sealer(&recipient).leave_recipients_open().seal(b"labs").unwrap();
            let attacked = forged(&sealed, &recipient);
            let opener = Opener::new(Provider::ring()).identity(&identity);
            assert_eq!(opener.open(&attacked).unwrap().as_slice(), b"labs", "{recipient:?}");
            assert_eq!(opener.open_in_place(&mut attacked.clone()).unwrap(), b"labs");
            let mut out = [0; 4];
            assert_eq!(opener.open_into(&attacked, &mut out), Ok(4));
            let mut streamed = Vec::new();
            let read = opener.open_stream(std::io::Cursor::new(&attacked), &mut streamed);
            assert_eq!((read.unwrap(), streamed.as_slice()), (4, b"labs".as_slice()));
            let header = Header::parse(&attacked).unwrap();
            assert_eq!(header.stanzas().len(), 2);
        }
    }

    #[test]
    fn a_forged_stanza_never_makes_a_change_throw_the_data_key_away() {
        let new = LocalKey::from_bytes(&[9; 32]);
        for (identity, recipient) in kinds() {
            for context in [Context::default(), supplied()] {
                let sealer = sealer(&recipient).supplied(context.clone());
                let sealed = sealer.leave_recipients_open().seal(b"labs").unwrap();
                let attacked = forged(&sealed, &recipient);
                let changer = Rewrapper::new(Provider::ring()).identity(&identity).recipient(&new);
                for changer in [changer.clone(), changer.replace_all()] {
                    let changed = apply(&changer, &attacked).unwrap();
                    let opener = Opener::new(Provider::ring()).identity(&new).supplied(context.clone());
                    assert_eq!(opener.open(&changed).unwrap().as_slice(), b"labs", "{recipient:?}");
                }
            }
        }
    }

    #[test]
    fn a_protected_list_that_was_forged_is_neither_opened_nor_changed() {
        let new = LocalKey::from_bytes(&[9; 32]);
        for (identity, recipient) in kinds() {
            let attacked = forged(&sealer(&recipient).seal(b"labs").unwrap(), &recipient);
            let opener = Opener::new(Provider::ring()).identity(&identity);
            assert!(opener.open(&attacked).is_err(), "{recipient:?}");
            let changer = Rewrapper::new(Provider::ring()).identity(&identity).recipient(&new);
            assert_eq!(
                apply(&changer.replace_all(), &attacked),
                Err(RewrapError::Open(OpenError::CLOSED))
            );
        }
    }

    #[test]
    fn a_message_whose_context_is_not_known_is_proved_by_its_salt_or_not_changed() {
        let (old, new) = (LocalKey::from_bytes(&[1; 32]), LocalKey::from_bytes(&[9; 32]));
        let sealed = sealer(&Recipient::from(&old))
            .supplied(supplied())
            .seal(b"labs")
            .unwrap();
        let changer = Rewrapper::new(Provider::ring()).identity(&old).recipient(&new);
        let salted_anew = {
            let mut sealed = sealed.clone();
            let body = Parsed::read(&sealed).unwrap().len;
            sealed[body] ^= 1;
            sealed
        };
        assert!(apply(&changer, &sealed).is_ok());
        assert!(apply(&changer.clone().supplied(supplied()), &sealed).is_ok());
        assert_eq!(apply(&changer, &salted_anew), Err(RewrapError::Open(OpenError::CLOSED)));
    }

    #[test]
    fn a_change_that_needs_the_data_key_needs_the_body_it_belongs_to() {
        let (old, new) = (LocalKey::from_bytes(&[1; 32]), LocalKey::from_bytes(&[9; 32]));
        let recipient = Recipient::from(&old);
        let (header, body) = sealer(&recipient).seal_detached(b"labs").unwrap();
        let (_, other) = sealer(&recipient).seal_detached(b"labs").unwrap();
        let changer = Rewrapper::new(Provider::ring()).identity(&old).recipient(&new);
        assert_eq!(changer.rewrap(&header), Err(RewrapError::Body));
        assert_eq!(changer.rewrap_detached(&header, &body[..55]), Err(RewrapError::Body));
        assert_eq!(
            changer.rewrap_detached(&header, &other),
            Err(RewrapError::Open(OpenError::CLOSED))
        );
        assert!(changer.rewrap_detached(&header, &body[..56]).is_ok());
    }

    #[test]
    fn only_what_a_destroyed_key_unwraps_is_destroyed() {
        let name = |provider: &str, version| KeyRef::new(provider, "clinic-7", version).unwrap();
        let key = |n, name: KeyRef| LocalKey::from_bytes(&[n; 32]).named(name);
        let ours = key(1, name("local", 1));
        let others = [
            key(1, name("local", 2)), // another version
            key(1, name("kms", 1)),   // another provider
            key(2, name("local", 1)), // another key of the same name
        ];
        for other in others {
            let sealer = sealer(&Recipient::from(&ours)).recipient(&other);
            let header = Header::parse(&sealer.seal(b"labs").unwrap()).unwrap();
            let left = |destroyed: &[Identity]| header.survivors(Provider::ring(), destroyed).count();
            assert_eq!(left(&[Identity::from(&ours)]), 1, "{other:?}");
            assert_eq!(left(&[Identity::from(&ours), Identity::from(&other)]), 0);
        }
    }

    #[test]
    fn a_bucket_s_id_at_another_holder_is_not_its_key() {
        let key = |n, provider: &str, version| {
            let name = KeyRef::new(provider, "clinic-7", version).unwrap();
            LocalKey::from_bytes(&[n; 32]).named(name)
        };
        let (ours, next, elsewhere) = (key(1, "local", 1), key(2, "local", 2), key(3, "kms", 1));
        let bucket = sealer(&Recipient::from(&ours)).bucket("clinic-7").unwrap();
        let refused = bucket.clone().recipient(&elsewhere).seal(b"labs").unwrap_err();
        assert_eq!(refused.kind(), SealErrorKind::Bucket);
        let sealed = bucket.seal(b"labs").unwrap();
        let changer = Rewrapper::new(Provider::ring()).identity(&ours);
        let bucket = RewrapError::Change(SealError::new(SealErrorKind::Bucket));
        assert_eq!(apply(&changer.clone().recipient(&elsewhere), &sealed), Err(bucket));
        assert!(apply(&changer.clone().recipient(&next), &sealed).is_ok());
        let is_held = |sealed: &[u8]| Header::parse(sealed).unwrap().is_held();
        let held = apply(&changer.clone().hold(&elsewhere), &sealed).unwrap();
        assert!(is_held(&held) && !is_held(&sealed));
        assert!(
            apply(&changer.clone().recipient(&elsewhere).replace_all(), &sealed).is_ok(),
            "it moves"
        );
        let held = apply(&changer.clone().hold(&elsewhere), &sealed).unwrap();
        assert!(apply(&changer.hold(&elsewhere).recipient(&next), &held).is_ok());
    }
}
