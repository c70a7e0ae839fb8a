//! Link secrets: what opens the message of one pickup link.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::bech32;
use super::error::KeyError;
use super::key_ref::KeyRef;
use super::secret::{Form, Holder, Secret};
use super::stanza::StanzaKind;
use crate::crypto::{CryptoError, KEY_LEN, Provider};

/// 32 secret bytes for one pickup link: whoever has them and gets at the message opens it.
///
/// The text form, `sealwax-link-1...`, consists of letters and digits only. It must not travel by the same way as the link, such
/// as in a mail whose fragment it is, unless the portal asks the reader for something else as well before it hands the message out:
/// else whoever reads that mail reads the message ([`Delivery::reader`](crate::policy::Delivery::reader)). A page of the portal
/// that has authenticated its reader puts it into the fragment of an address (after `#`), which a browser does not send to a
/// server. Make a new secret for each message.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{LinkSecret, Opener, Sealer};
/// let secret = LinkSecret::generate(Provider::ring())?;
/// let sealed = Sealer::new(Provider::ring()).recipient(&secret).seal(b"labs")?;
/// let told_by_another_way = secret.to_text();
/// let opener = Opener::new(Provider::ring()).identity(told_by_another_way.parse::<LinkSecret>()?);
/// assert_eq!(opener.open(&sealed)?.as_slice(), b"labs");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct LinkSecret(Secret);

impl LinkSecret {
    /// A fresh secret from the generator of the operating system.
    ///
    /// # Errors
    ///
    /// [`CryptoError`] when the system gives no randomness.
    pub fn generate(provider: Provider) -> Result<Self, CryptoError> {
        Secret::generate(&Self::FORM, provider).map(Self)
    }

    /// The secret with these bytes, which must be uniformly random.
    #[must_use]
    pub fn from_bytes(secret: &[u8; KEY_LEN]) -> Self {
        Self(Secret::from_bytes(&Self::FORM, secret))
    }

    /// How headers name this secret: a fingerprint.
    pub fn key_ref(&self) -> &KeyRef {
        self.0.key_ref()
    }

    /// The text form; it is secret, and wiped when dropped.
    pub fn to_text(&self) -> Zeroizing<String> {
        self.0.to_text(&Self::FORM)
    }

    /// Reads `text` if it begins as a link secret does.
    pub(super) fn recognise(text: &str) -> Option<Result<Self, KeyError>> {
        bech32::has_prefix(Self::FORM.prefix, text).then(|| text.parse())
    }
}

impl Holder for LinkSecret {
    const FORM: Form = Form {
        kind: StanzaKind::Link,
        provider: "link",
        prefix: "sealwax-link-",
        start: "sealwax-link-1",
    };

    fn secret(&self) -> &Secret {
        &self.0
    }
}

impl FromStr for LinkSecret {
    type Err = KeyError;

    /// Reads the text form.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        Secret::parse(&Self::FORM, text).map(Self)
    }
}

impl fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkSecret({})", self.key_ref())
    }
}
