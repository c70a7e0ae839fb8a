//! What ties header, context and body together.

use super::chunks::{InputKey, SALT_LEN, Salt};
use super::context::Context;
use super::header::{Mac, NO_CONTEXT};
use crate::crypto::{CryptoError, sha512};

/// The context under which the body is sealed: a label and a SHA-512 digest.
pub(super) type BodyContext = [u8; BODY_LABEL.len() + 64];

/// Binds the body to the header from its magic to the end of its core, and to the whole context.
pub(super) fn body_context(bound: &[u8], full: &Context) -> BodyContext {
    let digest = sha512(&[bound, &full.canonical()]);
    let mut context = [0; BODY_LABEL.len() + 64];
    context
        .iter_mut()
        .zip(BODY_LABEL.iter().chain(&digest))
        .for_each(|(to, from)| *to = *from);
    context
}

/// The hash of the supplied context, keyed with the data key, that stands in the header.
///
/// It is keyed, since a plain hash of something as guessable as a set of recipients would confirm a guess to whoever
/// reads the store.
pub(super) fn supplied_mac(key: &InputKey, supplied: &Context) -> Result<Mac, CryptoError> {
    if supplied.is_empty() {
        return Ok(NO_CONTEXT);
    }
    mac(key, SUPPLIED_LABEL, &supplied.canonical())
}

/// The check over the recipient list, keyed with the data key: the stanza count and the stanzas.
pub(super) fn stanza_mac(key: &InputKey, list: &[u8]) -> Result<Mac, CryptoError> {
    mac(key, STANZAS_LABEL, list)
}

/// The salt of a body whose context was supplied: it shows that a data key is the body's to whoever does not know what was
/// supplied, and who therefore cannot check the commitment. No two bodies share a data key, so no two share a salt.
pub(super) fn salt(key: &InputKey, bound: &[u8]) -> Result<Salt, CryptoError> {
    let mut salt = [0; SALT_LEN];
    key.expand(&[SALT_LABEL, &sha512(&[bound])], &mut salt)?;
    Ok(salt)
}

fn mac(key: &InputKey, label: &[u8], bytes: &[u8]) -> Result<Mac, CryptoError> {
    let mut mac = NO_CONTEXT;
    key.expand(&[label, &sha512(&[bytes])], &mut mac)?;
    Ok(mac)
}

const BODY_LABEL: &[u8] = b"SLWX1";
const SALT_LABEL: &[u8] = b"SLWX1 salt";
const SUPPLIED_LABEL: &[u8] = b"SLWX1 supplied";
const STANZAS_LABEL: &[u8] = b"SLWX1 stanzas";
