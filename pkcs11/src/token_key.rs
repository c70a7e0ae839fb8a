//! A key on a token.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::ObjectHandle;
use cryptoki::session::Session;
use sealwax::crypto::{KEY_LEN, NONCE_LEN, TAG_LEN};
use sealwax::seal::{KeyProvider, KeyProviderError, KeyRef, StanzaKind};
use zeroize::Zeroizing;

/// The most data keys that one key may wrap under random nonces of 96 bits (NIST SP 800-38D, section 8.3).
pub const MAX_WRAPS: u64 = 1 << 32;

/// An AES key on a token, which wraps and unwraps data keys there. Threads take turns: a session does one thing at a
/// time.
///
/// It wraps no more than [`MAX_WRAPS`] data keys. A token does not count; whoever uses a key in several processes, or over
/// several runs, keeps the number ([`TokenKey::wraps`]) and gives it back ([`TokenKey::wrapped_before`]).
pub struct TokenKey {
    key_ref: KeyRef,
    wraps: AtomicU64,
    cipher: Mutex<SessionKey>,
}

impl TokenKey {
    pub(crate) fn new(key_ref: KeyRef, session: Session, handle: ObjectHandle) -> Self {
        Self {
            key_ref,
            wraps: AtomicU64::new(0),
            cipher: Mutex::new(SessionKey { session, handle }),
        }
    }

    /// The same key, of which it is known that it wrapped `count` data keys before.
    #[must_use]
    pub fn wrapped_before(self, count: u64) -> Self {
        Self {
            wraps: AtomicU64::new(count),
            ..self
        }
    }

    /// How many data keys the key has wrapped, as far as is known here.
    pub fn wraps(&self) -> u64 {
        self.wraps.load(Ordering::Relaxed)
    }

    /// Runs `work` in the session. A thread that panicked there left no state behind that matters: each operation
    /// begins anew.
    fn run<T>(&self, work: impl FnOnce(&SessionKey) -> Result<T, KeyProviderError>) -> Result<T, KeyProviderError> {
        work(&self.cipher.lock().unwrap_or_else(PoisonError::into_inner))
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
        count(&self.wraps)?;
        self.run(|cipher| wrap(cipher, binding, data_key))
    }

    fn unwrap(&self, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError> {
        self.run(|cipher| unwrap(cipher, binding, wrapped))
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKey({})", self.key_ref)
    }
}

/// Counts one more wrap, unless the key has made all that it may.
fn count(wraps: &AtomicU64) -> Result<(), KeyProviderError> {
    let more = |wraps: u64| (wraps < MAX_WRAPS).then(|| wraps.saturating_add(1));
    let counted = wraps.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    counted.map(drop).map_err(|_| KeyProviderError)
}

/// Wraps a data key, and unwraps it again: what a token gives that does not open must not be found out when it is needed.
fn wrap(cipher: &impl Cipher, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KeyProviderError> {
    let mut nonce = [0; NONCE_LEN];
    cipher.random(&mut nonce)?;
    let sealed = cipher.encrypt(&mut nonce, binding, data_key)?;
    // A token may make a nonce of its own and write it over the one that it was given.
    let wrapped = [nonce.as_slice(), &sealed].concat();
    if *unwrap(cipher, binding, &wrapped)? == *data_key {
        Ok(wrapped)
    } else {
        Err(KeyProviderError)
    }
}

fn unwrap(cipher: &impl Cipher, binding: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError> {
    let (nonce, sealed) = wrapped.split_first_chunk().ok_or(KeyProviderError)?;
    let mut nonce: [u8; NONCE_LEN] = *nonce;
    let opened = cipher.decrypt(&mut nonce, binding, sealed)?;
    opened
        .as_slice()
        .try_into()
        .map(Zeroizing::new)
        .map_err(|_| KeyProviderError)
}

/// AES-GCM on a token.
trait Cipher {
    fn random(&self, out: &mut [u8]) -> Result<(), KeyProviderError>;

    /// The ciphertext and its tag, under `nonce` or under the one that stands there afterwards.
    fn encrypt(&self, nonce: &mut [u8; NONCE_LEN], binding: &[u8], plain: &[u8]) -> Result<Vec<u8>, KeyProviderError>;

    fn decrypt(
        &self,
        nonce: &mut [u8; NONCE_LEN],
        binding: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyProviderError>;
}

/// A key in a session of its token.
struct SessionKey {
    session: Session,
    handle: ObjectHandle,
}

impl Cipher for SessionKey {
    fn random(&self, out: &mut [u8]) -> Result<(), KeyProviderError> {
        let drawn = self.session.generate_random_slice(out);
        drawn.map(drop).map_err(|_| KeyProviderError)
    }

    fn encrypt(&self, nonce: &mut [u8; NONCE_LEN], binding: &[u8], plain: &[u8]) -> Result<Vec<u8>, KeyProviderError> {
        let parameters = GcmParams::new(nonce, binding, TAG_BITS.into()).map_err(|_| KeyProviderError)?;
        let sealed = self.session.encrypt(&Mechanism::AesGcm(parameters), self.handle, plain);
        sealed.map_err(|_| KeyProviderError)
    }

    fn decrypt(
        &self,
        nonce: &mut [u8; NONCE_LEN],
        binding: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyProviderError> {
        let parameters = GcmParams::new(nonce, binding, TAG_BITS.into()).map_err(|_| KeyProviderError)?;
        let opened = self
            .session
            .decrypt(&Mechanism::AesGcm(parameters), self.handle, sealed);
        opened.map(Zeroizing::new).map_err(|_| KeyProviderError)
    }
}

const TAG_BITS: u64 = 128;
const WRAPPED_LEN: usize = NONCE_LEN + KEY_LEN + TAG_LEN;

#[cfg(test)]
mod tests {
    use super::*;

    /// A token that is none: its tag is what it was given, and what it makes of the nonce and the ciphertext differs.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Token {
        /// It takes the nonce that it is given.
        Given,
        /// It writes a nonce of its own over the one that it is given, as `CloudHSM` and `ProtectServer` do.
        Own,
        /// It makes a nonce of its own and tells nobody.
        Silent,
        /// It puts a nonce of its own before the ciphertext.
        Before,
        /// Its ciphertext opens to something else.
        Broken,
    }

    impl Token {
        fn tag(nonce: &[u8], binding: &[u8]) -> [u8; TAG_LEN] {
            let mut tag = [0; TAG_LEN];
            for (at, byte) in nonce.iter().chain(binding).enumerate() {
                tag[at % TAG_LEN] ^= byte;
            }
            tag
        }
    }

    impl Cipher for Token {
        fn random(&self, out: &mut [u8]) -> Result<(), KeyProviderError> {
            out.fill(1);
            Ok(())
        }

        fn encrypt(
            &self,
            nonce: &mut [u8; NONCE_LEN],
            binding: &[u8],
            plain: &[u8],
        ) -> Result<Vec<u8>, KeyProviderError> {
            let used = if *self == Self::Given { *nonce } else { [9; NONCE_LEN] };
            if *self == Self::Own {
                *nonce = used;
            }
            let before: &[u8] = if *self == Self::Before { &used } else { &[] };
            let mask = if *self == Self::Broken { 1 } else { 0x55 };
            let sealed: Vec<u8> = plain.iter().map(|byte| byte ^ mask).collect();
            let told = if *self == Self::Broken { *nonce } else { used };
            Ok([before, &sealed, &Self::tag(&told, binding)].concat())
        }

        fn decrypt(
            &self,
            nonce: &mut [u8; NONCE_LEN],
            binding: &[u8],
            sealed: &[u8],
        ) -> Result<Zeroizing<Vec<u8>>, KeyProviderError> {
            let (sealed, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(KeyProviderError)?;
            if *tag != Self::tag(nonce, binding) {
                return Err(KeyProviderError);
            }
            Ok(Zeroizing::new(sealed.iter().map(|byte| byte ^ 0x55).collect()))
        }
    }

    #[test]
    fn the_nonce_that_the_token_used_is_kept() {
        for (token, nonce) in [(Token::Given, 1), (Token::Own, 9)] {
            let wrapped = wrap(&token, b"message", &[7; KEY_LEN]).unwrap();
            assert_eq!((wrapped.len(), wrapped[0]), (WRAPPED_LEN, nonce), "{token:?}");
            assert_eq!(*unwrap(&token, b"message", &wrapped).unwrap(), [7; KEY_LEN]);
            assert!(unwrap(&token, b"another", &wrapped).is_err());
        }
    }

    #[test]
    fn what_would_never_open_is_found_out_when_it_is_sealed() {
        for token in [Token::Silent, Token::Before, Token::Broken] {
            assert!(wrap(&token, b"message", &[7; KEY_LEN]).is_err(), "{token:?}");
        }
    }

    #[test]
    fn a_key_wraps_no_more_than_its_nonces_allow() {
        let wraps = AtomicU64::new(MAX_WRAPS - 1);
        assert!(count(&wraps).is_ok());
        assert!(count(&wraps).is_err());
        assert_eq!(wraps.into_inner(), MAX_WRAPS);
    }
}
