//! Randomness for one message.

use zeroize::{Zeroize, Zeroizing};

use crate::crypto::{CryptoError, Provider};

/// Random bytes of a provider, drawn many at a time, since a call to the operating system costs more than the bytes.
///
/// It lives no longer than the making of one header, so that two processes after a fork never share what was drawn.
pub(super) struct Random {
    provider: Provider,
    drawn: Zeroizing<[u8; DRAW_LEN]>,
    /// How many bytes have been given out; they are wiped.
    used: usize,
}

impl Random {
    /// Nothing is drawn before the first bytes are asked for.
    pub(super) fn new(provider: Provider) -> Self {
        Self {
            provider,
            drawn: Zeroizing::new([0; DRAW_LEN]),
            used: DRAW_LEN,
        }
    }

    pub(super) fn provider(&self) -> Provider {
        self.provider
    }

    /// Fills `out` with bytes that are given to nobody else.
    pub(super) fn fill(&mut self, out: &mut [u8]) -> Result<(), CryptoError> {
        if out.len() > DRAW_LEN.saturating_sub(self.used) {
            if out.len() > DRAW_LEN {
                return self.provider.backend().random(out);
            }
            self.provider.backend().random(self.drawn.as_mut_slice())?;
            self.used = 0;
        }
        let fresh = self
            .drawn
            .get_mut(self.used..)
            .and_then(|rest| rest.get_mut(..out.len()));
        let fresh = fresh.ok_or(CryptoError(()))?;
        out.copy_from_slice(fresh);
        fresh.zeroize();
        self.used = self.used.saturating_add(out.len());
        Ok(())
    }
}

/// What a message for one local key needs: its data key (32), its id (16), and the salts of the wrap and of the body (24
/// each).
const DRAW_LEN: usize = 96;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::crypto::{Backend, Cipher, Hkdf};

    /// A generator that counts: every byte that it gives differs from the 255 before it.
    struct Counting(AtomicUsize);

    impl Backend for Counting {
        fn name(&self) -> &'static str {
            "counting"
        }

        fn cipher(&self, _: &[u8; 32]) -> Result<Box<dyn Cipher>, CryptoError> {
            Err(CryptoError(()))
        }

        fn hkdf(&self, _: &[u8]) -> Result<Box<dyn Hkdf>, CryptoError> {
            Err(CryptoError(()))
        }

        fn random(&self, out: &mut [u8]) -> Result<(), CryptoError> {
            let start = self.0.fetch_add(out.len(), Ordering::Relaxed);
            for (byte, number) in out.iter_mut().zip(start..) {
                *byte = (number % 256).try_into().unwrap();
            }
            Ok(())
        }
    }

    #[test]
    fn no_byte_is_given_out_twice_whatever_the_sizes_asked_for() {
        static COUNTING: Counting = Counting(AtomicUsize::new(0));
        let mut random = Random::new(Provider::of(&COUNTING));
        let mut seen = HashSet::new();
        for len in [32, 16, 24, 24, 24, 60, 1, 0, 17] {
            let mut out = vec![0; len];
            random.fill(&mut out).unwrap();
            for byte in out {
                assert!(seen.insert(byte), "{byte} was given out twice");
            }
        }
    }

    #[test]
    fn a_message_for_one_local_key_takes_one_draw() {
        static COUNTING: Counting = Counting(AtomicUsize::new(0));
        let mut random = Random::new(Provider::of(&COUNTING));
        for len in [32, 16, 24, 24] {
            random.fill(&mut vec![0; len]).unwrap();
        }
        assert_eq!(COUNTING.0.load(Ordering::Relaxed), 96);
        let mut long = vec![0; 200];
        random.fill(&mut long).unwrap();
        assert_eq!((long[0], COUNTING.0.load(Ordering::Relaxed)), (96, 296));
    }
}
