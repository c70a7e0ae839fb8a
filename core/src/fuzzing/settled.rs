//! A provider without chance, so that the same input always does the same.

use crate::crypto::{Backend, Cipher, CryptoError, Hkdf, KEY_LEN, Provider, Signatures};

/// The provider that a build prefers, but every random byte is [`CHANCE`].
pub(super) fn settled() -> Provider {
    Provider::of(&Settled)
}

struct Settled;

impl Settled {
    fn inner() -> Result<&'static dyn Backend, CryptoError> {
        Provider::all()
            .first()
            .map(|provider| provider.backend())
            .ok_or(CryptoError(()))
    }
}

impl Backend for Settled {
    fn name(&self) -> &'static str {
        "settled"
    }

    fn cipher(&self, key: &[u8; KEY_LEN]) -> Result<Box<dyn Cipher>, CryptoError> {
        Self::inner()?.cipher(key)
    }

    fn hkdf(&self, prk: &[u8]) -> Result<Box<dyn Hkdf>, CryptoError> {
        Self::inner()?.hkdf(prk)
    }

    fn random(&self, out: &mut [u8]) -> Result<(), CryptoError> {
        out.fill(CHANCE);
        Ok(())
    }

    fn signatures(&self) -> Option<&'static dyn Signatures> {
        Self::inner().ok()?.signatures()
    }
}

/// What every random byte of [`settled`] is; so are the data key and the id of a message that it seals.
pub(super) const CHANCE: u8 = 0x42;
