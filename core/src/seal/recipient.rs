//! Who can open a message, and what opens it.

use zeroize::Zeroizing;

use super::header::SealedId;
use super::key_ref::KeyRef;
use super::local::{self, LocalKey};
use super::stanza::{Stanza, StanzaKind, binding, encoded_len};
use crate::crypto::{CryptoError, KEY_LEN, Provider};

pub(super) type DataKey = Zeroizing<[u8; KEY_LEN]>;

/// Somebody who will be able to open a message. `Debug` shows the name of the key only.
#[derive(Clone, Debug)]
pub struct Recipient(Lock);

#[derive(Clone, Debug)]
enum Lock {
    Local(LocalKey),
}

impl Recipient {
    /// How headers name the recipient's key.
    pub fn key_ref(&self) -> &KeyRef {
        match &self.0 {
            Lock::Local(key) => key.key_ref(),
        }
    }

    /// How the data key is wrapped for this recipient.
    pub fn kind(&self) -> StanzaKind {
        match &self.0 {
            Lock::Local(_) => StanzaKind::Local,
        }
    }

    pub(super) fn wrap(
        &self,
        provider: Provider,
        sealed_id: &SealedId,
        data_key: &DataKey,
    ) -> Result<Stanza, CryptoError> {
        let binding = binding(self.kind(), sealed_id, self.key_ref()).ok_or(CryptoError(()))?;
        let wrapped = match &self.0 {
            Lock::Local(key) => key.wrap(provider, &binding, data_key)?,
        };
        Ok(Stanza::new(self.kind(), self.key_ref().clone(), wrapped))
    }

    /// Bytes of this recipient's stanza.
    pub(super) fn stanza_len(&self) -> usize {
        match &self.0 {
            Lock::Local(key) => encoded_len(key.key_ref(), local::WRAPPED_LEN),
        }
    }
}

impl From<LocalKey> for Recipient {
    fn from(key: LocalKey) -> Self {
        Self(Lock::Local(key))
    }
}

impl From<&LocalKey> for Recipient {
    fn from(key: &LocalKey) -> Self {
        key.clone().into()
    }
}

impl From<&Self> for Recipient {
    fn from(recipient: &Self) -> Self {
        recipient.clone()
    }
}

/// A secret that opens messages. `Debug` shows the name of the key only.
#[derive(Clone, Debug)]
pub struct Identity(Secret);

#[derive(Clone, Debug)]
enum Secret {
    Local(LocalKey),
}

impl Identity {
    /// Whether `stanza` names this key.
    pub(super) fn fits(&self, stanza: &Stanza) -> bool {
        match &self.0 {
            Secret::Local(key) => stanza.kind() == StanzaKind::Local && stanza.key_ref() == key.key_ref(),
        }
    }

    pub(super) fn unwrap(
        &self,
        provider: Provider,
        sealed_id: &SealedId,
        stanza: &Stanza,
    ) -> Result<DataKey, CryptoError> {
        let binding = binding(stanza.kind(), sealed_id, stanza.key_ref()).ok_or(CryptoError(()))?;
        match &self.0 {
            Secret::Local(key) => key.unwrap(provider, &binding, stanza.wrapped()),
        }
    }
}

impl From<LocalKey> for Identity {
    fn from(key: LocalKey) -> Self {
        Self(Secret::Local(key))
    }
}

impl From<&LocalKey> for Identity {
    fn from(key: &LocalKey) -> Self {
        key.clone().into()
    }
}

impl From<&Self> for Identity {
    fn from(identity: &Self) -> Self {
        identity.clone()
    }
}
