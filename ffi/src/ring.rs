//! Key rings: keys with ids, versions and a life of their own.

use std::ffi::c_char;

use sealwax::crypto::Provider;
use sealwax::seal::{KeyRing, RingError, RotateError, UnwrapRingError};

use crate::buf::sealwax_buf;
use crate::bytes::{bytes, text};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free, read, shared};
use crate::keyring::{no_randomness, sealwax_keyring};
use crate::opener::open_error;
use crate::out::{Out, out};
use crate::sealer::seal_error;
use crate::status::{SEALWAX_KEY, SEALWAX_RANGE, sealwax_status};

/// A key ring, as `sealwax keygen --ring` keeps it in a file: for each id at most one active version that seals and opens,
/// older versions that only open, and notes of destroyed ones. To seal or open with it, give its text to
/// `sealwax_keyring_add_ring`.
///
/// It belongs to one thread at a time. Its keys are wiped when it is freed.
pub struct sealwax_ring {
    pub(crate) ring: KeyRing,
}

/// Reads the text of a key ring; an empty text is an empty ring.
///
/// The text is copied into memory that is wiped; the caller wipes its own. `*ring` is the caller's, to be freed with
/// `sealwax_ring_free`. Returns `SEALWAX_OK`; `SEALWAX_KEY` with the line of what is wrong; `SEALWAX_NULL`,
/// `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_ring_new(
    text: *const c_char,
    text_length: usize,
    ring: *mut *mut sealwax_ring,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(ring).give(|| {
            let ring = KeyRing::parse(text!(text, text_length)).map_err(ring_error)?;
            Ok(sealwax_ring { ring })
        })
    })
}

/// Draws a new version of the key `id` from the system's random generator; the version that sealed until now only opens
/// from here on.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when the id is empty, too long, or holds blanks or control characters;
/// `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the
/// arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_ring_rotate(
    ring: *mut sealwax_ring,
    id: *const c_char,
    id_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let ring = &mut exclusive!(ring).ring;
        let id = text!(id, id_length);
        ring.rotate(id, Provider::ring()).map(drop).map_err(rotate_error)
    })
}

/// Destroys every version of the key `id`: what was sealed under them alone, as all messages of a bucket of this id are,
/// never opens again, if no copy of the ring is left anywhere. `*versions`, which may be NULL, is how many there were; 0
/// means that there is no such key.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_ring_destroy(
    ring: *mut sealwax_ring,
    id: *const c_char,
    id_length: usize,
    versions: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        // SAFETY: the header's rule for out-parameters: NULL or writable until the call returns.
        let versions = unsafe { Out::optional(versions) };
        let ring = &mut exclusive!(ring).ring;
        versions.set(ring.destroy(text!(id, id_length)));
        Ok(())
    })
}

/// How often the ring has changed; 0 when `ring` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_ring_epoch(ring: *const sealwax_ring) -> u32 {
    read!(ring, 0, ring.ring.epoch())
}

/// Writes the ring as text, to be kept in a file that nobody else can read.
///
/// `*text` is as secret as the keys, and the caller's, to be freed with `sealwax_buf_free`, which wipes it. Returns
/// `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_ring_text(
    ring: *const sealwax_ring,
    text: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(text).give(|| Ok(sealwax_buf::copied(shared!(ring).ring.to_text().as_bytes())))
    })
}

/// Writes the ring as a sealed message for the keys of `keyring` that seal: a passphrase, a key service or any others. Its
/// file alone then opens nothing. The header says in clear that it is a key ring, and its epoch.
///
/// `*wrapped` is the caller's, to be freed with `sealwax_buf_free`. Returns `SEALWAX_OK`; `SEALWAX_KEY` when no key of the
/// keyring seals; `SEALWAX_SEAL` and `SEALWAX_TEMPORARY` as `sealwax_seal`; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_ring_wrap(
    ring: *const sealwax_ring,
    keyring: *const sealwax_keyring,
    wrapped: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(wrapped).give(|| {
            let sealer = shared!(keyring).sealer()?;
            let wrapped = shared!(ring).ring.wrap(&sealer).map_err(seal_error)?;
            Ok(sealwax_buf::copied(&wrapped))
        })
    })
}

/// Reads a wrapped key ring, as `sealwax_ring_wrap` and `sealwax keygen --ring` write it, with a key of `keyring` that opens.
///
/// `*ring` is the caller's, to be freed with `sealwax_ring_free`. Returns `SEALWAX_OK`; `SEALWAX_OPEN` when no key unwraps it, or it
/// was changed; `SEALWAX_KEY` when it is no wrapped key ring, or no key of the keyring opens; `SEALWAX_NULL`, `SEALWAX_LENGTH`
/// for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_ring_unwrap(
    wrapped: *const u8,
    wrapped_length: usize,
    keyring: *const sealwax_keyring,
    ring: *mut *mut sealwax_ring,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(ring).give(|| {
            let wrapped = bytes!(wrapped, wrapped_length);
            let opener = shared!(keyring).opener()?;
            let ring = KeyRing::unwrap(wrapped, &opener).map_err(unwrap_error)?;
            Ok(sealwax_ring { ring })
        })
    })
}

/// Wipes the keys and frees `ring`; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_ring_free(ring: *mut sealwax_ring) {
    free!(ring);
}

pub(crate) fn ring_error(error: RingError) -> sealwax_error {
    sealwax_error::new(SEALWAX_KEY, error).at(error.line(), 1)
}

fn unwrap_error(error: UnwrapRingError) -> sealwax_error {
    match error {
        UnwrapRingError::Open(error) => open_error(error),
        UnwrapRingError::Ring(error) => ring_error(error),
        other => sealwax_error::new(SEALWAX_KEY, other),
    }
}

pub(crate) fn rotate_error(error: RotateError) -> sealwax_error {
    match error {
        RotateError::Crypto(_) => no_randomness(),
        other => sealwax_error::new(SEALWAX_RANGE, other),
    }
}
