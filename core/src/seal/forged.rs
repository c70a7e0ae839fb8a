//! Messages from parts that somebody chose, with everything right that takes the data key: what a hostile sender can make, or
//! a reader who adds a recipient.
//!
//! A fuzzer that changes the bytes of a sealed message comes no further than its first check. One that changes the parts and has
//! them sealed anew comes to whatever stands behind it.

use super::binding;
use super::body;
use super::chunks::InputKey;
use super::context::Context;
use super::header::{Parsed, STANZA_MAC, SealedId};
use super::random::Random;
use super::recipient::Recipient;
use crate::crypto::{CryptoError, KEY_LEN, Provider};

/// What the header of a message says, as bytes that may break any rule.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    /// From the magic to the end of the core.
    pub(crate) core: Vec<u8>,
    /// The count of the stanzas, and the stanzas.
    pub(crate) list: Vec<u8>,
}

impl Parts {
    /// The parts of a message; `None` when it has no header.
    pub(crate) fn of(sealed: &[u8]) -> Option<Self> {
        let parsed = Parsed::read(sealed).ok()?;
        Some(Self {
            core: parsed.bound.to_vec(),
            list: parsed.list.to_vec(),
        })
    }

    /// Makes the length that the core announces the one that it has.
    pub(crate) fn fit(&mut self) {
        let len = self.core.len().saturating_sub(LENGTH_END);
        let len = u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes();
        if let Some(field) = self.core.get_mut(LENGTH_END.saturating_sub(len.len())..LENGTH_END) {
            field.copy_from_slice(&len);
        }
    }

    /// A message of these parts with `plain` in it, under a data key that somebody chose.
    pub(crate) fn seal(
        &self,
        provider: Provider,
        data_key: &[u8; KEY_LEN],
        supplied: &Context,
        plain: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let key = InputKey::new(provider, data_key)?;
        let mut out = [self.core.as_slice(), &self.list].concat();
        if self.core.get(FLAGS).is_some_and(|flags| flags & STANZA_MAC != 0) {
            out.extend(binding::stanza_mac(&key, &self.list)?);
        }
        let stored = Parsed::read(&out).map(|parsed| parsed.header.core.stored);
        let full = stored.unwrap_or_default().joined(supplied).unwrap_or_default();
        let salt = binding::salt(&key, &self.core)?;
        let body = key.salted(&binding::body_context(&self.core, &full), salt)?;
        out.extend(body::seal(&body, plain)?);
        Ok(out)
    }
}

/// The bytes of a stanza that holds `data_key` for `recipient`, in the message of this id.
pub(crate) fn stanza(
    recipient: &Recipient,
    provider: Provider,
    id: [u8; 16],
    data_key: [u8; KEY_LEN],
) -> Option<Vec<u8>> {
    let mut random = Random::new(provider);
    let stanza = recipient.wrap(&SealedId::new(id), &data_key.into(), &mut random).ok()?;
    let mut bytes = Vec::new();
    stanza.write(&mut bytes)?;
    Some(bytes)
}

/// The context that canonical bytes hold, and the bytes that it is written as.
pub(crate) fn canonical(bytes: &[u8]) -> Option<(Context, Vec<u8>)> {
    let context = Context::read(bytes)?;
    let written = context.canonical();
    Some((context, written))
}

/// `bytes` as the text of a key of type `prefix`, and what such a text holds.
pub(crate) fn key_text(prefix: &str, bytes: &[u8]) -> (String, Option<Vec<u8>>) {
    let text = super::bech32::encode(prefix, bytes);
    let read = super::bech32::decode(prefix, "", &text).ok();
    (text.to_string(), read.map(|bytes| bytes.to_vec()))
}

/// Where the flags stand: behind magic, version and suite.
const FLAGS: usize = 7;
/// Where the length of the core ends, and the core begins.
const LENGTH_END: usize = 12;
