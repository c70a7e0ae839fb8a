//! A key on a token.

use std::fmt;
use std::sync::Mutex;

use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::ObjectHandle;
use cryptoki::session::Session;
use sealwax::crypto::{KEY_LEN, NONCE_LEN, TAG_LEN};
use sealwax::seal::{KeyProvider, KeyProviderError, KeyRef, StanzaKind};
use zeroize::Zeroizing;

/// An AES key on a token, which wraps and unwraps data keys there. Threads take turns: a session does one thing at a
/// time.
pub struct TokenKey {
    key_ref: KeyRef,
    session: Mutex<Session>,
    handle: ObjectHandle,
}

impl TokenKey {
    pub(crate) fn new(key_ref: KeyRef, session: Session, handle: ObjectHandle) -> Self {
        Self {
            key_ref,
            session: Mutex::new(session),
            handle,
        }
    }

    /// Runs `work` in the session. A thread that panicked there left no state behind that matters: each operation
    /// begins anew.
    fn run<T>(&self, work: impl FnOnce(&Session) -> cryptoki::error::Result<T>) -> Result<T, KeyProviderError> {
        let session = self.session.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        work(&session).map_err(|_| KeyProviderError)
    }
}

impl KeyProvider for TokenKey {
    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn kind(&self) -> StanzaKind {
        StanzaKind::Pkcs11
    }

    fn max_wrapped_len(&self) -> usize {
        WRAPPED_LEN
    }

    /// Nonce, wrapped data key, tag.
    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KeyProviderError> {
        self.run(|session| {
            let mut nonce = [0; NONCE_LEN];
            session.generate_random_slice(&mut nonce)?;
            let mut wrapped = nonce.to_vec();
            let mechanism = Mechanism::AesGcm(GcmParams::new(&mut nonce, binding, TAG_BITS.into())?);
            wrapped.extend(session.encrypt(&mechanism, self.handle, data_key)?);
            Ok(wrapped)
        })
    }

    fn unwrap(&self, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError> {
        let (nonce, sealed) = wrapped.split_first_chunk().ok_or(KeyProviderError)?;
        let mut nonce: [u8; NONCE_LEN] = *nonce;
        let opened = self.run(|session| {
            let mechanism = Mechanism::AesGcm(GcmParams::new(&mut nonce, binding, TAG_BITS.into())?);
            session.decrypt(&mechanism, self.handle, sealed).map(Zeroizing::new)
        })?;
        opened
            .as_slice()
            .try_into()
            .map(Zeroizing::new)
            .map_err(|_| KeyProviderError)
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKey({})", self.key_ref)
    }
}

const TAG_BITS: u64 = 128;
const WRAPPED_LEN: usize = NONCE_LEN + KEY_LEN + TAG_LEN;
