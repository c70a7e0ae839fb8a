//! Link secrets: what the fragment of a pickup link carries.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::bech32;
use super::error::{KeyError, KeyErrorKind, SealErrorKind};
use super::key_ref::KeyRef;
use super::local::{WRAPPED_LEN, fingerprint, unwrap, wrap};
use super::recipient::{DataKey, Unwrap, Wrap};
use super::stanza::StanzaKind;
use crate::crypto::{CryptoError, KEY_LEN, Provider};

/// 32 secret bytes for one pickup link: whoever has the whole link can open the message.
///
/// The text form, `sealwax-link-1...`, consists of letters and digits only and belongs into the fragment of the link
/// (after `#`), which a browser does not send to the server. Make a new secret for each message.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{LinkSecret, Opener, Sealer};
/// let secret = LinkSecret::generate(Provider::ring())?;
/// let sealed = Sealer::new(Provider::ring()).recipient(&secret).seal(b"labs")?;
/// let link = format!("https://portal.example/pickup/1#{}", *secret.to_text());
/// let (_, fragment) = link.split_once('#').unwrap_or_default();
/// let opener = Opener::new(Provider::ring()).identity(fragment.parse::<LinkSecret>()?);
/// assert_eq!(opener.open(&sealed)?.as_slice(), b"labs");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct LinkSecret {
    secret: Zeroizing<[u8; KEY_LEN]>,
    key_ref: KeyRef,
}

impl LinkSecret {
    /// A fresh secret from the generator of the operating system.
    ///
    /// # Errors
    ///
    /// [`CryptoError`] when the system gives no randomness.
    pub fn generate(provider: Provider) -> Result<Self, CryptoError> {
        let mut secret = Zeroizing::new([0; KEY_LEN]);
        provider.backend().random(secret.as_mut_slice())?;
        Ok(Self::from_bytes(&secret))
    }

    /// The secret with these bytes, which must be uniformly random.
    #[must_use]
    pub fn from_bytes(secret: &[u8; KEY_LEN]) -> Self {
        let key_ref = KeyRef::derived(PROVIDER, fingerprint(secret));
        Self {
            secret: Zeroizing::new(*secret),
            key_ref,
        }
    }

    /// How headers name this secret: a fingerprint.
    pub fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    /// The text form; it is secret, and wiped when dropped.
    pub fn to_text(&self) -> Zeroizing<String> {
        bech32::encode(PREFIX, self.secret.as_slice())
    }

    /// Reads `text` if it begins as a link secret does.
    pub(super) fn recognise(text: &str) -> Option<Result<Self, KeyError>> {
        bech32::has_prefix(PREFIX, text).then(|| text.parse())
    }
}

impl Wrap for LinkSecret {
    fn kind(&self) -> StanzaKind {
        StanzaKind::Link
    }

    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn wrapped_len(&self) -> usize {
        WRAPPED_LEN
    }

    fn wrap(&self, provider: Provider, binding: &[u8], data_key: &DataKey) -> Result<Vec<u8>, SealErrorKind> {
        wrap(provider, &self.secret, binding, data_key)
    }
}

impl Unwrap for LinkSecret {
    fn fits(&self, kind: StanzaKind, key_ref: &KeyRef) -> bool {
        kind == StanzaKind::Link && *key_ref == self.key_ref
    }

    fn unwrap(&self, provider: Provider, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, CryptoError> {
        unwrap(provider, &self.secret, binding, wrapped)
    }
}

impl FromStr for LinkSecret {
    type Err = KeyError;

    /// Reads the text form.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = bech32::decode(PREFIX, EXPECTED, text)?;
        let secret = bytes
            .as_slice()
            .try_into()
            .map_err(|_| KeyError::new(KeyErrorKind::Length, text.len()))?;
        Ok(Self::from_bytes(secret))
    }
}

impl fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkSecret({})", self.key_ref)
    }
}

const PROVIDER: &str = "link";
const PREFIX: &str = "sealwax-link-";
const EXPECTED: &str = "sealwax-link-1";
