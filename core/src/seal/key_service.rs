//! Keys that a service or a device keeps: the host wraps and unwraps.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::error::SealErrorKind;
use super::key_ref::KeyRef;
use super::random::Random;
use super::recipient::{DataKey, Unwrap, Wrap};
use super::stanza::StanzaKind;
use crate::crypto::{CryptoError, KEY_LEN, Provider};

/// A key management service or a hardware token, as the host reaches it.
///
/// This crate does no I/O: the host implements the trait over its client, and is called inside the call that seals or
/// opens, on the same thread.
///
/// `binding` names what the data key is for (the kind of stanza, the id of the message, the key). A service that takes
/// an encryption context or additional data must be given it, so that a wrapped key cannot be moved to another
/// message; otherwise it is enough that the body is bound to the message.
pub trait KeyProvider: Send + Sync {
    /// The key under which new messages are wrapped.
    fn key_ref(&self) -> &KeyRef;

    /// How the stanza is marked: [`StanzaKind::Kms`] unless the key is on a PKCS #11 token.
    fn kind(&self) -> StanzaKind {
        StanzaKind::Kms
    }

    /// The most bytes that [`KeyProvider::wrap`] returns; at most 65,535.
    fn max_wrapped_len(&self) -> usize {
        1024
    }

    /// Whether this provider unwraps what was wrapped under `key_ref`, which a stranger may have written. By default
    /// only what it would wrap under itself; a provider that still has older versions says so here.
    fn opens(&self, key_ref: &KeyRef) -> bool {
        key_ref == self.key_ref()
    }

    /// Wraps a data key.
    ///
    /// # Errors
    ///
    /// [`KeyProviderError`] when the service refuses or cannot be reached.
    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KeyProviderError>;

    /// Unwraps a data key.
    ///
    /// # Errors
    ///
    /// [`KeyProviderError`] when the service refuses or cannot be reached.
    fn unwrap(
        &self,
        key_ref: &KeyRef,
        binding: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError>;

    /// Wraps a data key anew under [`KeyProvider::key_ref`] and for `binding`, by the service itself, so that the data key
    /// does not leave it. By default no service can; see [`KeyService::rewrap`].
    ///
    /// # Errors
    ///
    /// [`KeyProviderError`] when the service has no such call, refuses or cannot be reached.
    fn rewrap(&self, old: WrappedKey<'_>, binding: &[u8]) -> Result<Vec<u8>, KeyProviderError> {
        let _ = (old, binding);
        Err(KeyProviderError)
    }
}

/// A data key as a header holds it. All of it may be a stranger's.
#[derive(Clone, Copy, Debug)]
pub struct WrappedKey<'a> {
    /// The key that it is wrapped under.
    pub key_ref: &'a KeyRef,
    /// What it was wrapped for.
    pub binding: &'a [u8],
    /// What the service returned.
    pub wrapped: &'a [u8],
}

/// A provider that its owner goes on to ask, such as a token for how often it has wrapped.
impl<P: KeyProvider + ?Sized> KeyProvider for Arc<P> {
    fn key_ref(&self) -> &KeyRef {
        (**self).key_ref()
    }

    fn kind(&self) -> StanzaKind {
        (**self).kind()
    }

    fn max_wrapped_len(&self) -> usize {
        (**self).max_wrapped_len()
    }

    fn opens(&self, key_ref: &KeyRef) -> bool {
        (**self).opens(key_ref)
    }

    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KeyProviderError> {
        (**self).wrap(binding, data_key)
    }

    fn unwrap(
        &self,
        key_ref: &KeyRef,
        binding: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError> {
        (**self).unwrap(key_ref, binding, wrapped)
    }

    fn rewrap(&self, old: WrappedKey<'_>, binding: &[u8]) -> Result<Vec<u8>, KeyProviderError> {
        (**self).rewrap(old, binding)
    }
}

/// A [`KeyProvider`] in its place among recipients and identities.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{KeyProvider, KeyProviderError, KeyRef, KeyService, Opener, Sealer};
/// use zeroize::Zeroizing;
///
/// struct Mask(KeyRef); // for show: a real service encrypts
///
/// impl KeyProvider for Mask {
///     fn key_ref(&self) -> &KeyRef {
///         &self.0
///     }
///     fn wrap(&self, _: &[u8], data_key: &[u8; 32]) -> Result<Vec<u8>, KeyProviderError> {
///         Ok(data_key.map(|byte| byte ^ 0x55).to_vec())
///     }
///     fn unwrap(&self, _: &KeyRef, _: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyProviderError> {
///         let wrapped: [u8; 32] = wrapped.try_into().map_err(|_| KeyProviderError)?;
///         Ok(Zeroizing::new(wrapped.map(|byte| byte ^ 0x55)))
///     }
/// }
///
/// let service = KeyService::new(Mask(KeyRef::new("demo-kms", "key-1", 0)?));
/// let sealed = Sealer::new(Provider::ring()).recipient(&service).seal(b"labs")?;
/// assert_eq!(Opener::new(Provider::ring()).identity(&service).open(&sealed)?.as_slice(), b"labs");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct KeyService(Arc<dyn KeyProvider>);

impl KeyService {
    /// The place for `provider`.
    pub fn new(provider: impl KeyProvider + 'static) -> Self {
        Self(Arc::new(provider))
    }

    pub(super) fn provider(&self) -> &dyn KeyProvider {
        &*self.0
    }
}

impl Wrap for KeyService {
    fn kind(&self) -> StanzaKind {
        self.0.kind()
    }

    fn key_ref(&self) -> &KeyRef {
        self.0.key_ref()
    }

    fn wrapped_len(&self) -> usize {
        self.0.max_wrapped_len()
    }

    fn wrap(&self, binding: &[u8], data_key: &DataKey, _: &mut Random) -> Result<Vec<u8>, SealErrorKind> {
        let wrapped = self
            .0
            .wrap(binding, data_key)
            .map_err(|KeyProviderError| SealErrorKind::KeyProvider)?;
        if wrapped.len() > self.wrapped_len() {
            return Err(SealErrorKind::KeyProvider);
        }
        Ok(wrapped)
    }
}

impl Unwrap for KeyService {
    fn fits(&self, kind: StanzaKind, key_ref: &KeyRef) -> bool {
        kind == self.0.kind() && self.0.opens(key_ref)
    }

    fn unwrap(&self, _: Provider, key_ref: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, CryptoError> {
        self.0
            .unwrap(key_ref, binding, wrapped)
            .map_err(|KeyProviderError| CryptoError(()))
    }
}

impl fmt::Debug for KeyService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyService({})", self.0.key_ref())
    }
}

/// A key service refused or could not be reached. It carries no reason, which might name a secret: the host logs its
/// own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key service refused or could not be reached")]
pub struct KeyProviderError;
