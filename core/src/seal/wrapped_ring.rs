//! Wrapped key rings: a ring in a sealed message, so that its file alone is no secret.

use super::error::{OpenError, SealError};
use super::header::Header;
use super::opener::Opener;
use super::ring::{KeyRing, RingError};
use super::sealer::Sealer;

impl KeyRing {
    /// The ring as a sealed message for the recipients of `sealer`: a passphrase, a key service, a token or any other key. Whoever has
    /// only the file has nothing. The header says in clear that it is a key ring, and its epoch.
    ///
    /// # Errors
    ///
    /// [`SealError`], as any message that cannot be sealed.
    ///
    /// ```
    /// # #[cfg(all(feature = "ring", feature = "passphrase"))] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{Cost, Header, KeyRing, Opener, Passphrase, Sealer};
    /// let cheap = Cost { memory_kib: 64, passes: 1, lanes: 1 }; // for this example only
    /// let passphrase = Passphrase::new("correct horse battery staple")?.cost(cheap);
    /// let mut ring = KeyRing::default();
    /// ring.rotate("clinic-7", Provider::ring())?;
    ///
    /// let wrapped = ring.wrap(&Sealer::new(Provider::ring()).recipient(&passphrase))?;
    /// assert!(KeyRing::is_wrapped(&wrapped) && Header::parse(&wrapped)?.key_epoch() == 1);
    /// let read = KeyRing::unwrap(&wrapped, &Opener::new(Provider::ring()).identity(&passphrase))?;
    /// assert_eq!(*read.to_text(), *ring.to_text());
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wrap(&self, sealer: &Sealer) -> Result<Vec<u8>, SealError> {
        let sealer = sealer.clone().key_epoch(self.epoch());
        sealer.store(CONTENT, KEY_RING)?.seal(self.to_text().as_bytes())
    }

    /// Reads a wrapped ring.
    ///
    /// # Errors
    ///
    /// [`UnwrapRingError`] when it is no wrapped ring, when no key of `opener` unwraps it, or when it was changed.
    pub fn unwrap(wrapped: &[u8], opener: &Opener) -> Result<Self, UnwrapRingError> {
        if !Self::is_wrapped(wrapped) {
            return Err(UnwrapRingError::Other);
        }
        let text = opener.open(wrapped)?;
        let text = str::from_utf8(&text).map_err(|_| UnwrapRingError::Other)?;
        Ok(Self::parse(text)?)
    }

    /// Whether `file` begins with the header of a wrapped ring. Nothing is proved by that.
    pub fn is_wrapped(file: &[u8]) -> bool {
        Header::parse(file).is_ok_and(|header| header.stored_context().get(CONTENT) == Some(KEY_RING))
    }
}

/// A wrapped key ring cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnwrapRingError {
    /// No key unwraps it, or it was changed.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It is a message, or nothing that was sealed.
    #[error("it is no wrapped key ring")]
    Other,
    /// What it holds is not the text of a ring.
    #[error(transparent)]
    Ring(#[from] RingError),
}

/// The name in the stored context of what says what was sealed, and what it says of key rings.
const CONTENT: &str = "sealwax.content";
const KEY_RING: &str = "key-ring";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Provider;
    use crate::seal::LocalKey;

    fn key(number: u8) -> LocalKey {
        LocalKey::from_bytes(&[number; 32])
    }

    fn sealer() -> Sealer {
        Sealer::new(Provider::ring()).recipient(key(1))
    }

    fn wrapped() -> Vec<u8> {
        let mut ring = KeyRing::default();
        ring.rotate("clinic", Provider::ring()).unwrap();
        ring.wrap(&sealer()).unwrap()
    }

    fn unwrap(wrapped: &[u8], number: u8) -> Result<KeyRing, UnwrapRingError> {
        KeyRing::unwrap(wrapped, &Opener::new(Provider::ring()).identity(key(number)))
    }

    #[test]
    fn only_its_key_unwraps_a_ring_and_the_file_shows_none_of_its_keys() {
        let wrapped = wrapped();
        let ring = unwrap(&wrapped, 1).unwrap();
        assert_eq!((ring.epoch(), ring.versions().count()), (1, 1));
        assert!(matches!(unwrap(&wrapped, 2), Err(UnwrapRingError::Open(_))));
        assert!(!String::from_utf8_lossy(&wrapped).contains("SEALWAX-LOCAL-1"));
    }

    #[test]
    fn no_byte_of_a_wrapped_ring_can_be_changed_or_cut() {
        let whole = wrapped();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(unwrap(&changed, 1).is_err(), "{at}");
            assert!(unwrap(&whole[..at], 1).is_err(), "{at}");
        }
    }

    #[test]
    fn a_message_that_holds_a_ring_is_no_wrapped_ring() {
        let mut ring = KeyRing::default();
        ring.rotate("clinic", Provider::ring()).unwrap();
        let message = sealer().seal(ring.to_text().as_bytes()).unwrap();
        assert_eq!(unwrap(&message, 1).unwrap_err(), UnwrapRingError::Other);
        assert_eq!(
            unwrap(ring.to_text().as_bytes(), 1).unwrap_err(),
            UnwrapRingError::Other
        );
    }
}
