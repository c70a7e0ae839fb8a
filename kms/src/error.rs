//! What a key service says when it does not do what it was asked for.

use std::fmt;
use std::sync::Arc;

use sealwax::seal::KeyRef;

/// A key service did not do what it was asked for: which service, which key, why, and what to do about it. It holds nothing
/// of a message, no credentials and no key; the name of the key stands in clear in every message that is sealed for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{service}, key `{key}`: {kind}")]
pub struct KmsError {
    service: &'static str,
    key: Box<str>,
    kind: KmsErrorKind,
}

impl KmsError {
    pub(crate) fn new(service: &'static str, key: &str, kind: KmsErrorKind) -> Self {
        let key = key.into();
        Self { service, key, kind }
    }

    pub(crate) fn of(service: &'static str, key: &KeyRef, kind: KmsErrorKind) -> Self {
        match key.version() {
            0 => Self::new(service, key.id(), kind),
            version => Self::new(service, &format!("{}#{version}", key.id()), kind),
        }
    }

    /// The service, as its maker calls it.
    pub fn service(&self) -> &str {
        self.service
    }

    /// The key, as it was named when the service was asked, with its version behind `#`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Why.
    pub fn kind(&self) -> KmsErrorKind {
        self.kind
    }
}

/// Why a key service did not do what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KmsErrorKind {
    /// The address is not `https`, or `http` to this machine, or is not written as an address.
    #[error("its address is not `https://HOST`: give one, or `http` to this very machine")]
    Address,
    /// The callback gave no credentials, or those that cannot stand in a request.
    #[error("the host gave no credentials that can be sent: look at what the callback does")]
    Credentials,
    /// The service does not take the credentials, or does not let them use the key.
    #[error(
        "the service refuses the credentials or what they ask for: check that they are valid, and may use this key"
    )]
    Denied,
    /// The key, or this version of it, is disabled, or about to be destroyed.
    #[error("the key or this version of it is switched off: enable it, or open with another recipient's key")]
    Disabled,
    /// The host's log is set to take down every byte of a request, which would be credentials and keys. Nothing was sent.
    #[error("the log would hold its credentials and keys: set the level of `ureq_proto` to debug at most")]
    Logged,
    /// The service does not unwrap this: it was wrapped under another key or for another message, or was changed.
    #[error(
        "it does not unwrap this, which is of another key or another message, or was changed: use the key that sealed it"
    )]
    Mismatch,
    /// The name of the key, the region, the mount or the version is not written as the service writes it, or is too long.
    #[error("the service has no names of this form: write key, region, mount and version as the service shows them")]
    Name,
    /// There is no such key.
    #[error("there is no such key: check its name and where it is looked for, or make it")]
    NoKey,
    /// The certificates that were handed in cannot be read.
    #[error("the certificates to trust cannot be read: hand in PEM with at least one certificate")]
    Roots,
    /// The service does not wrap anew by itself under this key.
    #[error("it does not wrap anew by itself under this key: unwrap and wrap, as a `Rewrapper` does")]
    NoRewrap,
    /// The service answered something else, with this HTTP status.
    #[error("the service refuses with HTTP status {0}: see its own log of this request")]
    Refused(u16),
    /// The answer is not what the service documents: too long, incomplete, of another key, or with a wrong check sum.
    #[error("its answer is not what the service documents: check that the address is that of the service")]
    Reply,
    /// The service still asked for fewer requests at the last attempt.
    #[error("it is asked too often: try later, raise its quota, or cache data keys")]
    Throttled,
    /// The service did not answer in time.
    #[error("it did not answer in time: check the network, or allow more time")]
    Timeout,
    /// The service still failed at the last attempt.
    #[error("it is not available: try later")]
    Unavailable,
    /// No connection, or none that is secure.
    #[error("it cannot be reached securely: check its address, the network and the certificates that are trusted")]
    Unreachable,
    /// The key is of a kind that wraps no data keys bound to a message.
    #[error("the key is of a kind that cannot be used: use a symmetric key for encryption")]
    Unsuitable,
    /// A version of the key must be known before anything can be wrapped.
    #[error("no version of the key is known: ask the service for its current one first")]
    Version,
}

/// Who is told of failures: a sealed message that does not open says no reason.
#[derive(Clone, Default)]
pub(crate) struct Report(Option<Arc<Listener>>);

type Listener = dyn Fn(&KmsError) + Send + Sync;

impl Report {
    pub(crate) fn to(listener: impl Fn(&KmsError) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    pub(crate) fn tell(&self, error: &KmsError) {
        if let Some(listener) = &self.0 {
            listener(error);
        }
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Report" } else { "none" })
    }
}
