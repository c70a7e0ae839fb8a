//! 32 secret bytes under a name: what a local key and the secret of a pickup link have in common.

use std::fmt;
use std::sync::{Arc, OnceLock};

use zeroize::{Zeroize, Zeroizing};

use super::bech32;
use super::body;
use super::chunks::InputKey;
use super::cobblestone;
use super::error::{KeyError, KeyErrorKind, SealErrorKind};
use super::key_ref::KeyRef;
use super::random::Random;
use super::recipient::{DataKey, Unwrap, Wrap};
use super::stanza::StanzaKind;
use crate::crypto::{CryptoError, KEY_LEN, Provider, TAG_LEN, hex, sha512};
use crate::text::without_mark;

/// What a type of key does not share with the other.
pub(super) struct Form {
    pub(super) kind: StanzaKind,
    /// The provider that headers name.
    pub(super) provider: &'static str,
    /// The prefix of the text form, in small letters.
    pub(super) prefix: &'static str,
    /// How the text form begins, for errors.
    pub(super) start: &'static str,
}

/// The secret bytes and the name of a key. It is wiped when dropped.
#[derive(Clone)]
pub(super) struct Secret {
    bytes: Zeroizing<[u8; KEY_LEN]>,
    key_ref: KeyRef,
    /// The key as the first provider that used it wants it; it and all clones of the secret share it.
    hashed: Arc<OnceLock<InputKey>>,
}

impl Secret {
    pub(super) fn generate(form: &Form, provider: Provider) -> Result<Self, CryptoError> {
        let mut bytes = Zeroizing::new([0; KEY_LEN]);
        provider.backend().random(bytes.as_mut_slice())?;
        Ok(Self::from_bytes(form, &bytes))
    }

    /// The secret with these bytes, named by their fingerprint.
    pub(super) fn from_bytes(form: &Form, bytes: &[u8; KEY_LEN]) -> Self {
        Self {
            key_ref: KeyRef::derived(form.provider, fingerprint(bytes)),
            bytes: Zeroizing::new(*bytes),
            hashed: Arc::default(),
        }
    }

    pub(super) fn named(self, key_ref: KeyRef) -> Self {
        Self { key_ref, ..self }
    }

    pub(super) fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    /// Does what needs the key of `provider`.
    fn with_key<T>(
        &self,
        provider: Provider,
        work: impl FnOnce(&InputKey) -> Result<T, CryptoError>,
    ) -> Result<T, CryptoError> {
        if self.hashed.get().is_none() {
            let _ = self.hashed.set(InputKey::new(provider, &self.bytes)?); // another thread may have been first
        }
        match self.hashed.get() {
            Some(key) if key.provider() == provider => work(key),
            _ => work(&InputKey::new(provider, &self.bytes)?),
        }
    }

    /// The text form in small letters.
    pub(super) fn to_text(&self, form: &Form) -> Zeroizing<String> {
        bech32::encode(form.prefix, self.bytes.as_slice())
    }

    pub(super) fn parse(form: &Form, text: &str) -> Result<Self, KeyError> {
        let bytes = bech32::decode(form.prefix, form.start, without_mark(text))?;
        let bytes = bytes
            .as_slice()
            .try_into()
            .map_err(|_| KeyError::new(KeyErrorKind::Length, text.len()))?;
        Ok(Self::from_bytes(form, bytes))
    }
}

/// A type of key that is nothing but a [`Secret`].
pub(super) trait Holder: fmt::Debug + Send + Sync {
    const FORM: Form;

    fn secret(&self) -> &Secret;
}

impl<T: Holder> Wrap for T {
    fn kind(&self) -> StanzaKind {
        Self::FORM.kind
    }

    fn key_ref(&self) -> &KeyRef {
        self.secret().key_ref()
    }

    fn wrapped_len(&self) -> usize {
        WRAPPED_LEN
    }

    fn wrap(&self, binding: &[u8], data_key: &DataKey, random: &mut Random) -> Result<Vec<u8>, SealErrorKind> {
        self.secret()
            .with_key(random.provider(), |key| wrap(key, binding, data_key, random))
            .map_err(|_| SealErrorKind::Crypto)
    }
}

impl<T: Holder> Unwrap for T {
    fn fits(&self, kind: StanzaKind, key_ref: &KeyRef) -> bool {
        kind == Self::FORM.kind && key_ref.may_be(self.secret().key_ref())
    }

    fn unwrap(&self, provider: Provider, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, CryptoError> {
        self.secret().with_key(provider, |key| unwrap(key, binding, wrapped))
    }
}

/// Wraps a data key under 32 secret bytes. The wrap is a Cobblestone-256 body of its own: it commits to the key, and
/// its random salt of 24 bytes sets no limit to how many messages one key may seal.
pub(super) fn wrap(
    key: &InputKey,
    binding: &[u8],
    data_key: &DataKey,
    random: &mut Random,
) -> Result<Vec<u8>, CryptoError> {
    body::seal(&key.sealing(binding, random)?, data_key.as_slice())
}

/// Undoes [`wrap`].
pub(super) fn unwrap(key: &InputKey, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, CryptoError> {
    let mut data_key = DataKey::default();
    let chunks = key.opening(binding, wrapped)?;
    let len = body::open_into(&chunks, wrapped, data_key.as_mut_slice(), 1)?;
    if len == KEY_LEN {
        Ok(data_key)
    } else {
        Err(CryptoError(()))
    }
}

/// Bytes of a data key wrapped under 32 secret bytes.
pub(super) const WRAPPED_LEN: usize = cobblestone::PREFIX_LEN + KEY_LEN + TAG_LEN;

/// The first eight bytes of a hash of the key: enough to tell keys apart, nothing to find the key by.
pub(super) fn fingerprint(key: &[u8]) -> String {
    let mut digest = sha512(&[b"SLWX1 key id", key]);
    let id = hex(digest.first_chunk::<8>().map_or(&[], <[u8; 8]>::as_slice));
    digest.zeroize();
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::{LinkSecret, LocalKey};

    #[test]
    fn two_types_of_key_with_the_same_bytes_do_not_open_for_each_other() {
        let (local, link) = (LocalKey::from_bytes(&[7; 32]), LinkSecret::from_bytes(&[7; 32]));
        assert!(!Unwrap::fits(&local, StanzaKind::Link, link.key_ref()));
        assert!(!Unwrap::fits(&link, StanzaKind::Local, local.key_ref()));
        assert_eq!(local.key_ref().id(), link.key_ref().id());
    }

    #[test]
    fn the_text_form_is_read_in_both_cases() {
        let key = LocalKey::from_bytes(&[1; 32]);
        for text in [key.to_text().to_string(), key.to_text().to_lowercase()] {
            assert_eq!(text.parse::<LocalKey>().unwrap().key_ref(), key.key_ref());
        }
    }

    #[test]
    fn a_key_of_another_type_or_length_is_refused() {
        let short = bech32::encode(LocalKey::FORM.prefix, &[0; 31]);
        assert_eq!(short.parse::<LocalKey>().unwrap_err().kind(), KeyErrorKind::Length);
        for text in ["AGE-SECRET-KEY-1QQQQQQ", &LinkSecret::from_bytes(&[7; 32]).to_text()] {
            let expected = LocalKey::FORM.start;
            assert_eq!(
                text.parse::<LocalKey>().unwrap_err().kind(),
                KeyErrorKind::Type { expected }
            );
        }
    }
}
