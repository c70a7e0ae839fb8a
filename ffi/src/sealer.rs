//! Seals messages into the caller's buffers.

use sealwax::crypto::Provider;
use sealwax::seal::{SealError, SealErrorKind, Sealer};

use crate::bytes::{buffer, bytes, refuse_overlap};
use crate::context::{optional, refuse_conflict, sealwax_context};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{free, give, shared};
use crate::keyring::sealwax_keyring;
use crate::out::{Out, out};
use crate::status::{
    SEALWAX_KEY, SEALWAX_LENGTH, SEALWAX_RANGE, SEALWAX_SEAL, SEALWAX_SHORT, SEALWAX_TEMPORARY, sealwax_status,
};

/// Seals any number of messages for the keys of a keyring, each under a data key of its own. Any number of threads may
/// use one at once.
pub struct sealwax_sealer {
    pub(crate) sealer: Sealer,
}

/// Makes a sealer for the keys that are in `keyring` now.
///
/// `stored` and `supplied` are the contexts that the messages are bound to; either may be NULL, which is an empty one.
/// `*sealer` is the caller's, to be freed with `sealwax_sealer_free`; the arguments are copied.
///
/// Returns `SEALWAX_OK`; `SEALWAX_KEY` when no key of the keyring seals; `SEALWAX_RANGE` when the contexts share a name or are
/// too long together; `SEALWAX_NULL` when `keyring` or `sealer` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_new(
    keyring: *const sealwax_keyring,
    stored: *const sealwax_context,
    supplied: *const sealwax_context,
    sealer: *mut *mut sealwax_sealer,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let sealer = out!(sealer);
        let keys = &shared!(keyring).keys;
        // SAFETY: the header's rule for handles: NULL, or ours and alive, and unchanged until the call returns.
        let stored = optional(unsafe { stored.as_ref() })?;
        // SAFETY: as above.
        let supplied = optional(unsafe { supplied.as_ref() })?;
        refuse_conflict(&stored, &supplied)?;
        let mut recipients = keys.iter().filter_map(|key| key.recipient.as_ref()).peekable();
        if recipients.peek().is_none() {
            return Err(sealwax_error::new(SEALWAX_KEY, "the keyring has no key that seals"));
        }
        let empty = Sealer::new(Provider::ring()).stored(stored).supplied(supplied);
        let built = recipients.fold(empty, Sealer::recipient);
        sealer.set(give(sealwax_sealer { sealer: built }));
        Ok(())
    })
}

/// The length of the sealed message for `plain_length` bytes: exact, or with a key of a key service the most that it can
/// be.
///
/// Returns `SEALWAX_OK`; `SEALWAX_LENGTH` when no sealed message is that long; `SEALWAX_NULL` when `sealer` or `length`
/// is NULL. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_len(
    sealer: *const sealwax_sealer,
    plain_length: usize,
    length: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let length = out!(length);
        let sealer = shared!(sealer);
        length.set(sealer.sealer.sealed_len(plain_length).map_err(seal_error)?);
        Ok(())
    })
}

/// Seals `plain` into `sealed`, a buffer of the caller's of `capacity` bytes that must not overlap `plain`.
///
/// On `SEALWAX_OK`, `*needed` is the number of bytes written; on `SEALWAX_SHORT`, it is the capacity that is needed
/// and nothing was written. After any other failure the buffer may hold part of a message that cannot be opened.
///
/// Returns `SEALWAX_OK`; `SEALWAX_SHORT`; `SEALWAX_SEAL`; `SEALWAX_TEMPORARY` when the system gives no randomness
/// or a key service fails; `SEALWAX_RANGE` when the buffers overlap; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any thread may call
/// it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_seal(
    sealer: *const sealwax_sealer,
    plain: *const u8,
    plain_length: usize,
    sealed: *mut u8,
    capacity: usize,
    needed: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let written = out!(needed);
        let sealer = &shared!(sealer).sealer;
        refuse_overlap(plain, plain_length, sealed, capacity)?;
        let plain = bytes!(plain, plain_length);
        let sealed = buffer!(sealed, capacity);
        set_or_needed(written, sealer.seal_into(plain, sealed))
    })
}

/// Seals the first `plain_length` bytes of `buffer`, which is `capacity` bytes long, in place. The sealed message
/// starts where the plaintext did, and none of the plaintext is left.
///
/// On `SEALWAX_OK`, `*needed` is the length of the sealed message; on `SEALWAX_SHORT`, it is the capacity that is
/// needed and the buffer is unchanged.
///
/// Returns `SEALWAX_OK`; `SEALWAX_SHORT`; `SEALWAX_SEAL`; `SEALWAX_TEMPORARY` when the system gives no randomness;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_seal_in_place(
    sealer: *const sealwax_sealer,
    buffer: *mut u8,
    capacity: usize,
    plain_length: usize,
    needed: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let written = out!(needed);
        let sealer = &shared!(sealer).sealer;
        let buffer = buffer!(buffer, capacity);
        set_or_needed(written, sealer.seal_in_place(buffer, plain_length))
    })
}

/// Wipes what it holds and frees `sealer`; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_free(sealer: *mut sealwax_sealer) {
    free!(sealer);
}

fn set_or_needed(needed: Out<usize>, sealed: Result<usize, SealError>) -> Result<(), sealwax_error> {
    match sealed {
        Ok(length) => needed.set(length),
        Err(error) => {
            if let SealErrorKind::ShortBuffer { needed: length } = error.kind() {
                needed.set(length);
            }
            return Err(seal_error(error));
        }
    }
    Ok(())
}

pub(crate) fn seal_error(error: SealError) -> sealwax_error {
    let status = match error.kind() {
        SealErrorKind::Context => SEALWAX_RANGE,
        SealErrorKind::Crypto | SealErrorKind::KeyProvider => SEALWAX_TEMPORARY,
        SealErrorKind::MessageTooLong => SEALWAX_LENGTH,
        SealErrorKind::NoRecipient => SEALWAX_KEY,
        SealErrorKind::ShortBuffer { .. } => SEALWAX_SHORT,
        _ => SEALWAX_SEAL,
    };
    sealwax_error::new(status, error)
}

const _: () = crate::handle::is_shared::<sealwax_sealer>();
