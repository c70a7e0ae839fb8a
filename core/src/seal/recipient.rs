//! Who can open a message, and what opens it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::error::{KeyError, SealError, SealErrorKind};
use super::header::SealedId;
use super::key_ref::KeyRef;
use super::key_service::KeyService;
use super::link::LinkSecret;
use super::local::LocalKey;
use super::random::Random;
use super::stanza::{Stanza, StanzaKind, binding, encoded_len};
use crate::crypto::{CryptoError, KEY_LEN, Provider};
use crate::text::without_mark;

pub(super) type DataKey = Zeroizing<[u8; KEY_LEN]>;

/// A way to wrap a data key.
pub(super) trait Wrap: fmt::Debug + Send + Sync {
    fn kind(&self) -> StanzaKind;

    fn key_ref(&self) -> &KeyRef;

    /// Whether wrapping computes anything outside of the crypto provider.
    fn is_outside_provider(&self) -> bool {
        false
    }

    /// Bytes of the wrapped data key; a key service gives the most that it may return.
    fn wrapped_len(&self) -> usize;

    /// Wraps `data_key` with the provider that `random` is drawn from.
    fn wrap(&self, binding: &[u8], data_key: &DataKey, random: &mut Random) -> Result<Vec<u8>, SealErrorKind>;
}

/// A way to unwrap a data key.
pub(super) trait Unwrap: fmt::Debug + Send + Sync {
    /// Whether this key is the one that a stanza of `kind` names.
    fn fits(&self, kind: StanzaKind, key_ref: &KeyRef) -> bool;

    /// Whether unwrapping computes anything outside of the crypto provider.
    fn is_outside_provider(&self) -> bool {
        false
    }

    fn unwrap(
        &self,
        provider: Provider,
        key_ref: &KeyRef,
        binding: &[u8],
        wrapped: &[u8],
    ) -> Result<DataKey, CryptoError>;
}

/// Somebody who will be able to open a message. `Debug` shows the name of the key only.
///
/// Every kind of key turns into one; those that have a text form are also read from it.
///
/// ```
/// use sealwax::seal::{LocalKey, Recipient};
/// let recipient: Recipient = LocalKey::from_bytes(&[7; 32]).to_text().parse()?;
/// assert_eq!(recipient.key_ref().provider(), "local");
/// # Ok::<(), sealwax::seal::KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Recipient {
    lock: Arc<dyn Wrap>,
    /// What stands in the header in place of the key's name.
    hidden: Option<KeyRef>,
}

impl Recipient {
    pub(super) fn new(lock: impl Wrap + 'static) -> Self {
        Self {
            lock: Arc::new(lock),
            hidden: None,
        }
    }

    /// The same recipient, whom headers do not name: they tell the kind of the key only. Who opens such a message tries each
    /// key of that kind, of which no more than [`MAX_TRIED_STANZAS`](super::MAX_TRIED_STANZAS) are tried.
    ///
    /// # Errors
    ///
    /// [`SealErrorKind::Named`] for a key service or token, which is asked by the name of its key.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{Header, LocalKey, Opener, Recipient, Sealer};
    /// let [ann, bea] = [LocalKey::generate(Provider::ring())?, LocalKey::generate(Provider::ring())?];
    /// let sealed = [&ann, &bea].into_iter().try_fold(Sealer::new(Provider::ring()), |sealer, key| {
    ///     Ok::<_, sealwax::seal::SealError>(sealer.recipient(Recipient::from(key).anonymous()?))
    /// });
    /// let sealed = sealed?.seal(b"labs")?;
    /// assert!(Header::parse(&sealed)?.stanzas().iter().all(|stanza| stanza.key_ref().id().is_empty()));
    /// assert_eq!(Opener::new(Provider::ring()).identity(&bea).open(&sealed)?.as_slice(), b"labs");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn anonymous(self) -> Result<Self, SealError> {
        if self.is_asked_by_name() {
            return Err(SealError::new(SealErrorKind::Named));
        }
        Ok(self.without_name())
    }

    /// Whether its data key is unwrapped by somebody who is asked by the name of the key.
    pub(super) fn is_asked_by_name(&self) -> bool {
        matches!(self.kind(), StanzaKind::Kms | StanzaKind::Pkcs11)
    }

    pub(super) fn without_name(self) -> Self {
        let hidden = Some(self.lock.key_ref().anonymous()).filter(|name| name != self.lock.key_ref());
        Self { hidden, ..self }
    }

    /// How headers name the recipient's key.
    pub fn key_ref(&self) -> &KeyRef {
        self.hidden.as_ref().unwrap_or(self.lock.key_ref())
    }

    /// How the data key is wrapped for this recipient.
    pub fn kind(&self) -> StanzaKind {
        self.lock.kind()
    }

    /// What a stanza of this recipient is known by.
    pub(super) fn name(&self) -> (StanzaKind, &KeyRef) {
        (self.kind(), self.key_ref())
    }

    pub(super) fn wrap(&self, id: &SealedId, data_key: &DataKey, random: &mut Random) -> Result<Stanza, SealErrorKind> {
        if random.provider().is_module_only() && self.lock.is_outside_provider() {
            return Err(SealErrorKind::OutsideModule);
        }
        let binding = binding(self.kind(), id, self.key_ref()).ok_or(SealErrorKind::Crypto)?;
        let wrapped = self.lock.wrap(&binding, data_key, random)?;
        Ok(Stanza::new(self.kind(), self.key_ref().clone(), wrapped))
    }

    /// Whether `stanza` bears the name of this recipient; nobody knows one that has none.
    pub(super) fn owns(&self, stanza: &Stanza) -> bool {
        self.hidden.is_none() && stanza.name() == self.name()
    }

    /// The most bytes of this recipient's stanza.
    pub(super) fn stanza_len(&self) -> usize {
        encoded_len(self.key_ref(), self.lock.wrapped_len())
    }
}

impl From<&Self> for Recipient {
    fn from(recipient: &Self) -> Self {
        recipient.clone()
    }
}

impl FromStr for Recipient {
    type Err = KeyError;

    /// Reads a public key, a local key, a link secret or a certificate in PEM, told apart by how they begin. A secret
    /// key stands for its public half, but not one in PEM.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = without_mark(text);
        #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips", feature = "hpke"))]
        if let Some(found) = super::Credentials::recognise(text) {
            return found?.certificate().map(Self::from);
        }
        #[cfg(feature = "hpke")]
        if let Some(key) = super::hpke::PublicKey::recognise(text) {
            return key.map(Self::new);
        }
        #[cfg(feature = "hpke")]
        if let Some(key) = super::hpke::SecretKey::recognise(text) {
            return key.map(|key| Self::new(key.public().clone()));
        }
        if let Some(secret) = LinkSecret::recognise(text) {
            return secret.map(Self::new);
        }
        text.parse::<LocalKey>().map(Self::new)
    }
}

/// A secret that opens messages. `Debug` shows the name of the key only.
///
/// Every kind of secret turns into one; those that have a text form are also read from it.
///
/// ```
/// use sealwax::seal::{Identity, LocalKey};
/// let identity: Identity = LocalKey::from_bytes(&[7; 32]).to_text().parse()?;
/// # Ok::<(), sealwax::seal::KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Identity(Arc<dyn Unwrap>);

impl Identity {
    pub(super) fn new(secret: impl Unwrap + 'static) -> Self {
        Self(Arc::new(secret))
    }

    /// Whether `stanza` names this key.
    pub(super) fn fits(&self, stanza: &Stanza) -> bool {
        self.0.fits(stanza.kind(), stanza.key_ref())
    }

    pub(super) fn unwrap(&self, provider: Provider, id: &SealedId, stanza: &Stanza) -> Result<DataKey, CryptoError> {
        if provider.is_module_only() && self.0.is_outside_provider() {
            return Err(CryptoError(()));
        }
        let binding = binding(stanza.kind(), id, stanza.key_ref()).ok_or(CryptoError(()))?;
        self.0.unwrap(provider, stanza.key_ref(), &binding, stanza.wrapped())
    }
}

impl From<&Self> for Identity {
    fn from(identity: &Self) -> Self {
        identity.clone()
    }
}

impl FromStr for Identity {
    type Err = KeyError;

    /// Reads a secret key, a local key, a link secret or an unencrypted key in PEM, told apart by how they begin. Of several
    /// in PEM it is the first; [`Credentials`](super::Credentials) reads all.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = without_mark(text);
        #[cfg(any(feature = "aws-lc", feature = "aws-lc-fips", feature = "hpke"))]
        if let Some(found) = super::Credentials::recognise(text) {
            let found = found?;
            let first = found.secret_keys()?.first().map(Self::from);
            return first.ok_or(KeyError::new(super::KeyErrorKind::Value, 1));
        }
        #[cfg(feature = "hpke")]
        if let Some(key) = super::hpke::SecretKey::recognise(text) {
            return key.map(Self::new);
        }
        if let Some(secret) = LinkSecret::recognise(text) {
            return secret.map(Self::new);
        }
        text.parse::<LocalKey>().map(Self::new)
    }
}

/// Lets a key, or a reference to one, stand where a recipient or an identity is asked for.
macro_rules! turns_into {
    ($target:ident: $($key:ty),*) => {$(
        impl From<$key> for $target {
            fn from(key: $key) -> Self {
                Self::new(key)
            }
        }

        impl From<&$key> for $target {
            fn from(key: &$key) -> Self {
                Self::new(key.clone())
            }
        }
    )*};
}

turns_into!(Recipient: LinkSecret, LocalKey, KeyService);
turns_into!(Identity: LinkSecret, LocalKey, KeyService);
#[cfg(feature = "hpke")]
turns_into!(Recipient: super::hpke::PublicKey);
#[cfg(feature = "hpke")]
turns_into!(Identity: super::hpke::SecretKey);
#[cfg(feature = "passphrase")]
turns_into!(Recipient: super::passphrase::Passphrase);
#[cfg(feature = "passphrase")]
turns_into!(Identity: super::passphrase::Passphrase);
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips", feature = "hpke"))]
turns_into!(Recipient: super::credentials::Certificate);
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
turns_into!(Identity: super::rsa::RsaSecretKey);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Backend, Cipher, Hkdf};
    use crate::seal::{Cost, Header, KeyExchange, Opener, Passphrase, Rewrapper, Sealer, SecretKey};

    /// `ring`, but with the rule of a validated module.
    struct Strict;

    impl Backend for Strict {
        fn name(&self) -> &'static str {
            "strict"
        }

        fn is_module_only(&self) -> bool {
            true
        }

        fn cipher(&self, key: &[u8; KEY_LEN]) -> Result<Box<dyn Cipher>, CryptoError> {
            Provider::ring().backend().cipher(key)
        }

        fn hkdf(&self, prk: &[u8]) -> Result<Box<dyn Hkdf>, CryptoError> {
            Provider::ring().backend().hkdf(prk)
        }

        fn random(&self, out: &mut [u8]) -> Result<(), CryptoError> {
            Provider::ring().backend().random(out)
        }
    }

    #[test]
    fn a_provider_of_a_validated_module_refuses_what_is_computed_outside_of_it() {
        let cheap = Cost {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
        };
        let words = Passphrase::new("words").unwrap().cost(cheap);
        let mut outside = vec![(Recipient::from(&words), Identity::from(&words))];
        for exchange in KeyExchange::ALL {
            let secret = SecretKey::from_bytes(exchange, &[3; 48][..exchange.secret_len()]).unwrap();
            outside.push((secret.public().into(), secret.into()));
        }
        let filed = [
            (
                include_str!("../../../testdata/sealed/p256.crt"),
                include_str!("../../../testdata/sealed/p256.key"),
            ),
            (
                include_str!("../../../testdata/sealed/p384.crt"),
                include_str!("../../../testdata/sealed/p384.key"),
            ),
        ];
        outside.extend(filed.map(|(certificate, key)| (certificate.parse().unwrap(), key.parse().unwrap())));
        let strict = Provider::of(&Strict);
        for (recipient, identity) in outside {
            let refused = Sealer::new(strict).recipient(&recipient).seal(b"labs").unwrap_err();
            assert_eq!(refused.kind(), SealErrorKind::OutsideModule, "{recipient:?}");
            let sealed = Sealer::new(Provider::ring())
                .recipient(&recipient)
                .seal(b"labs")
                .unwrap();
            assert!(
                Opener::new(strict).identity(&identity).open(&sealed).is_err(),
                "{recipient:?}"
            );
            assert!(Opener::new(Provider::ring()).identity(&identity).open(&sealed).is_ok());
        }
        let key = LocalKey::from_bytes(&[1; 32]);
        let sealed = Sealer::new(strict).recipient(&key).seal(b"labs").unwrap();
        assert!(Opener::new(strict).identity(&key).open(&sealed).is_ok());
    }

    fn every_kind_of_key() -> Vec<(Recipient, Identity)> {
        let local = LocalKey::from_bytes(&[1; 32]).named(KeyRef::new("local", "clinic-7", 3).unwrap());
        let link = LinkSecret::from_bytes(&[2; 32]);
        let mut keys = vec![((&local).into(), (&local).into()), ((&link).into(), (&link).into())];
        for exchange in KeyExchange::ALL {
            let secret = SecretKey::from_bytes(exchange, &[3; 48][..exchange.secret_len()]).unwrap();
            keys.push((secret.public().into(), secret.into()));
        }
        keys
    }

    #[test]
    fn an_anonymous_recipient_of_any_kind_opens_and_stands_nowhere_in_the_header() {
        let decoys: Vec<Recipient> = [7, 8, 9].map(|n| LocalKey::from_bytes(&[n; 32]).into()).to_vec();
        for (recipient, identity) in every_kind_of_key() {
            let id = recipient.key_ref().id().to_owned();
            let everybody = decoys.iter().cloned().chain([recipient]);
            let sealer = everybody.fold(Sealer::new(Provider::ring()), Sealer::recipient);
            let message = sealer.clone().anonymous().unwrap().seal(b"labs").unwrap();
            assert!(!String::from_utf8_lossy(&message).contains(&id), "{id}");
            let header = Header::parse(&message).unwrap();
            assert!(header.stanzas().iter().all(Stanza::is_anonymous));
            let opener = Opener::new(Provider::ring()).identity(LocalKey::from_bytes(&[4; 32]));
            assert!(opener.open(&message).is_err());
            assert_eq!(opener.identity(&identity).open(&message).unwrap().as_slice(), b"labs");
            assert_eq!(header.survivors(Provider::ring(), &[identity]).count(), 3);
        }
    }

    #[test]
    fn who_is_added_to_an_anonymous_sealer_later_has_no_name_either() {
        let [early, late] = [1, 2].map(|n| LocalKey::from_bytes(&[n; 32]));
        let sealer = Sealer::new(Provider::ring()).recipient(&early).anonymous().unwrap();
        let message = sealer.recipient(&late).seal(b"labs").unwrap();
        let header = Header::parse(&message).unwrap();
        assert!(header.stanzas().iter().all(Stanza::is_anonymous));
        assert!(Opener::new(Provider::ring()).identity(&late).open(&message).is_ok());
    }

    #[test]
    fn a_key_is_not_taken_away_by_its_name_where_a_stanza_without_one_may_be_its() {
        let [ours, theirs, next] = [1, 2, 3].map(|n| LocalKey::from_bytes(&[n; 32]));
        let sealer = Sealer::new(Provider::ring()).recipient(&ours).recipient(&theirs);
        let message = sealer.anonymous().unwrap().seal(b"labs").unwrap();
        let changer = Rewrapper::new(Provider::ring()).identity(&ours).recipient(&next);
        let removed = changer.clone().remove(theirs.key_ref().clone()).rewrap(&message);
        assert_eq!(removed, Err(SealError::new(SealErrorKind::Unnamed).into()));
        let change = changer.replace_all().rewrap(&message).unwrap();
        let after = [change.header, message[change.old_len..].to_vec()].concat();
        let opens = |key: &LocalKey| Opener::new(Provider::ring()).identity(key).open(&after).is_ok();
        assert_eq!([&ours, &theirs, &next].map(opens), [false, false, true]);
    }

    #[test]
    fn an_anonymous_recipient_is_added_though_another_one_has_no_name_either() {
        let [ours, next] = [1, 2].map(|n| LocalKey::from_bytes(&[n; 32]));
        let sealer = Sealer::new(Provider::ring()).recipient(&ours);
        let message = sealer.anonymous().unwrap().seal(b"labs").unwrap();
        let hidden = Recipient::from(&next).anonymous().unwrap();
        let change = Rewrapper::new(Provider::ring())
            .identity(&ours)
            .recipient(hidden)
            .rewrap(&message)
            .unwrap();
        let after = [change.header, message[change.old_len..].to_vec()].concat();
        let opens = |key: &LocalKey| Opener::new(Provider::ring()).identity(key).open(&after).is_ok();
        assert_eq!([&ours, &next].map(opens), [true, true]);
    }
}
