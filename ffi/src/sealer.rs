//! Seals messages into the caller's buffers.

use std::ffi::c_char;

use sealwax::seal::{Retention, SealError, SealErrorKind, Sealer};

use crate::bytes::{buffer, bytes, refuse_overlap, text};
use crate::checks::at_least_one;
use crate::context::{optional, refuse_conflict, sealwax_context};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free, shared};
use crate::keyring::sealwax_keyring;
use crate::out::{Out, out};
use crate::recipient::time;
use crate::status::{
    SEALWAX_KEY, SEALWAX_LENGTH, SEALWAX_RANGE, SEALWAX_SEAL, SEALWAX_SHORT, SEALWAX_TEMPORARY, sealwax_status,
};

/// Seals any number of messages for the keys of a keyring, each under a data key of its own. It belongs to one thread at a
/// time while it is changed; any number of threads may seal with it at once.
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
        out!(sealer).give(|| {
            let keyring = shared!(keyring);
            // SAFETY: the header's rule for handles: NULL, or ours and alive, and unchanged until the call returns.
            let stored = optional(unsafe { stored.as_ref() })?;
            // SAFETY: as above.
            let supplied = optional(unsafe { supplied.as_ref() })?;
            refuse_conflict(&stored, &supplied)?;
            let sealer = keyring.sealer()?.stored(stored).supplied(supplied);
            Ok(sealwax_sealer { sealer })
        })
    })
}

/// Says how long the messages are kept: the name of a class, which stands in clear in the header, and when they are to be
/// destroyed, or `SEALWAX_NO_TIME`.
///
/// The text is copied. A class of more than 255 bytes or with control characters makes sealing fail with `SEALWAX_SEAL`.
/// Returns `SEALWAX_OK`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_retention(
    sealer: *mut sealwax_sealer,
    class: *const c_char,
    class_length: usize,
    not_after: i64,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let sealer = exclusive!(sealer);
        let retention = Retention {
            class: text!(class, class_length).into(),
            not_after: time(not_after),
        };
        sealer.change(|sealer| Ok(sealer.retention(retention)))
    })
}

/// Puts the messages into a bucket, for crypto-shredding: every key of the keyring must have the id `bucket`, as the active
/// key of a key ring has (`sealwax_keyring_add_ring`), so that destroying that key destroys the messages. The name stands
/// in clear in the stored context. With other keys, sealing fails with `SEALWAX_SEAL`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when the sealer has a bucket already, or the stored context becomes too long;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_bucket(
    sealer: *mut sealwax_sealer,
    bucket: *const c_char,
    bucket_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let sealer = exclusive!(sealer);
        let bucket = text!(bucket, bucket_length);
        sealer.change(|sealer| sealer.bucket(bucket).map_err(seal_error))
    })
}

/// Protects the recipient list of the messages, as it is without this call too: one of which a recipient was taken away or
/// added by somebody who cannot open it does not open any more.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `sealer` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_protect_recipients(
    sealer: *mut sealwax_sealer,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        exclusive!(sealer).change(|sealer| Ok(sealer.protect_recipients()))
    })
}

/// Names no recipient of the messages in their headers, which tell the kind of each key only. Who opens one tries each key of
/// that kind, up to 64.
///
/// Returns `SEALWAX_OK`; `SEALWAX_SEAL` when a key is that of a key service, which is asked by its name; `SEALWAX_NULL` when
/// `sealer` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_anonymous(
    sealer: *mut sealwax_sealer,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        exclusive!(sealer).change(|sealer| sealer.anonymous().map_err(seal_error))
    })
}

/// Pads the messages, so that their length tells only about how long their content is: what is shorter than 256 bytes is made that
/// long, and at most 7 % are added to all else. They are sealed by one thread.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `sealer` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_padded(
    sealer: *mut sealwax_sealer,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, { exclusive!(sealer).change(|sealer| Ok(sealer.padded())) })
}

/// Leaves the recipient list of the messages unprotected: whoever can write to the store may then take recipients away
/// unnoticed, and `sealwax_rewrapper_remove` needs no key.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `sealer` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_leave_recipients_open(
    sealer: *mut sealwax_sealer,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        exclusive!(sealer).change(|sealer| Ok(sealer.leave_recipients_open()))
    })
}

/// Says how many threads may share the sealing of one message of 1 MiB or more into another buffer; 1 without this call.
/// They are joined before the call that seals returns.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `threads` is 0; `SEALWAX_NULL` when `sealer` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_sealer_threads(
    sealer: *mut sealwax_sealer,
    threads: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let sealer = exclusive!(sealer);
        let threads = at_least_one(threads, "threads")?;
        sealer.change(|sealer| Ok(sealer.threads(threads)))
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
        out!(length).fill(|| shared!(sealer).sealer.sealed_len(plain_length).map_err(seal_error))
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

impl sealwax_sealer {
    /// Replaces the sealer by a changed one; a change that fails leaves it as it was.
    pub(crate) fn change(
        &mut self,
        step: impl FnOnce(Sealer) -> Result<Sealer, sealwax_error>,
    ) -> Result<(), sealwax_error> {
        self.sealer = step(self.sealer.clone())?;
        Ok(())
    }
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
