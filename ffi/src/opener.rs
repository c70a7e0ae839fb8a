//! Opens sealed messages into the caller's buffers.

use sealwax::Timestamp;
use sealwax::seal::{OpenError, Opener};

use crate::bytes::{buffer, bytes, refuse_overlap};
use crate::checks::at_least_one;
use crate::context::{optional, sealwax_context};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free, shared};
use crate::keyring::sealwax_keyring;
use crate::out::out;
use crate::status::{SEALWAX_OPEN, SEALWAX_SHORT, sealwax_status};

/// Opens messages with the keys of a keyring. Nothing is released before the whole message was verified. It belongs to one
/// thread at a time while it is changed; any number of threads may open with it at once.
pub struct sealwax_opener {
    pub(crate) opener: Opener,
}

/// Makes an opener with the keys that are in `keyring` now.
///
/// A message that is to be destroyed at a time opens only when the opener is told the time (`sealwax_opener_at`) and that is
/// not past, or when it opens past the retention (`sealwax_opener_past_retention`).
///
/// `supplied` is the context that was supplied when the messages were sealed; NULL is an empty one. `*opener` is the
/// caller's, to be freed with `sealwax_opener_free`; the arguments are copied.
///
/// Returns `SEALWAX_OK`; `SEALWAX_KEY` when no key of the keyring opens; `SEALWAX_NULL` when `keyring` or `opener` is NULL.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_new(
    keyring: *const sealwax_keyring,
    supplied: *const sealwax_context,
    opener: *mut *mut sealwax_opener,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(opener).give(|| {
            let keyring = shared!(keyring);
            // SAFETY: the header's rule for handles: NULL, or ours and alive, and unchanged until the call returns.
            let supplied = optional(unsafe { supplied.as_ref() })?;
            let opener = keyring.opener()?.supplied(supplied);
            Ok(sealwax_opener { opener })
        })
    })
}

/// Says how many threads may share the opening of one message of 1 MiB or more into another buffer; 1 without this call.
/// They are joined before the call that opens returns.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `threads` is 0; `SEALWAX_NULL` when `opener` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_threads(
    opener: *mut sealwax_opener,
    threads: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let opener = &mut exclusive!(opener).opener;
        *opener = opener.clone().threads(at_least_one(threads, "threads")?);
        Ok(())
    })
}

/// Says what time it is: a message that was to be destroyed before `now` (milliseconds since 1970-01-01 UTC) does not open.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `opener` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_at(
    opener: *mut sealwax_opener,
    now: i64,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let opener = &mut exclusive!(opener).opener;
        *opener = opener.clone().at(Timestamp::from_millis(now));
        Ok(())
    })
}

/// Opens messages also after they were to be destroyed, as a legal hold may ask for.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `opener` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_past_retention(
    opener: *mut sealwax_opener,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let opener = &mut exclusive!(opener).opener;
        *opener = opener.clone().past_retention();
        Ok(())
    })
}

/// The capacity that opening `sealed` takes, told by its header and length; nothing is verified. It is the length of the
/// plaintext, and of what stands behind it in a message that is padded or signed.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when it is no sealed message; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the
/// arguments. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_len(
    opener: *const sealwax_opener,
    sealed: *const u8,
    sealed_length: usize,
    length: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(length).fill(|| {
            shared!(opener);
            Opener::opened_len(bytes!(sealed, sealed_length)).map_err(open_error)
        })
    })
}

/// Opens `sealed` into `plain`, a buffer of the caller's of `capacity` bytes that must not overlap `sealed`.
///
/// On `SEALWAX_OK`, `*needed` is the number of bytes written; on `SEALWAX_SHORT`, it is the capacity that is needed
/// and nothing was written. After any other failure nothing of the plaintext is left in the buffer.
///
/// Returns `SEALWAX_OK`; `SEALWAX_SHORT`; `SEALWAX_OPEN` when the message does not open, whatever the reason;
/// `SEALWAX_RANGE` when the buffers overlap; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the arguments. Any thread may call
/// it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_open(
    opener: *const sealwax_opener,
    sealed: *const u8,
    sealed_length: usize,
    plain: *mut u8,
    capacity: usize,
    needed: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let written = out!(needed);
        let opener = &shared!(opener).opener;
        refuse_overlap(sealed, sealed_length, plain, capacity)?;
        let sealed = bytes!(sealed, sealed_length);
        let plain = buffer!(plain, capacity);
        let length = Opener::opened_len(sealed).map_err(open_error)?;
        if plain.len() < length {
            written.set(length);
            return Err(too_short());
        }
        written.set(opener.open_into(sealed, plain).map_err(open_error)?);
        Ok(())
    })
}

/// Opens the body of a message whose header was kept apart, as `sealwax_opener_open` does.
///
/// Returns as `sealwax_opener_open`. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_open_detached(
    opener: *const sealwax_opener,
    header: *const u8,
    header_length: usize,
    body: *const u8,
    body_length: usize,
    plain: *mut u8,
    capacity: usize,
    needed: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let written = out!(needed);
        let opener = &shared!(opener).opener;
        refuse_overlap(header, header_length, plain, capacity)?;
        refuse_overlap(body, body_length, plain, capacity)?;
        let (header, body) = (bytes!(header, header_length), bytes!(body, body_length));
        let plain = buffer!(plain, capacity);
        let opened = opener.open_detached(header, body).map_err(open_error)?;
        written.set(opened.len());
        let Some((room, _)) = plain.split_at_mut_checked(opened.len()) else {
            return Err(too_short());
        };
        room.copy_from_slice(&opened);
        Ok(())
    })
}

/// Opens the sealed message that fills `buffer` in place. The plaintext starts where the sealed message did, and
/// `*plain_length` is its length.
///
/// A failure leaves nothing of the plaintext in the buffer, and the sealed message may be destroyed.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when the message does not open, whatever the reason; `SEALWAX_NULL`,
/// `SEALWAX_LENGTH` for the arguments. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_open_in_place(
    opener: *const sealwax_opener,
    buffer: *mut u8,
    length: usize,
    plain_length: *mut usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(plain_length).fill(|| {
            let opener = &shared!(opener).opener;
            let plain = opener.open_in_place(buffer!(buffer, length)).map_err(open_error)?;
            Ok(plain.len())
        })
    })
}

/// Wipes what it holds and frees `opener`; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_opener_free(opener: *mut sealwax_opener) {
    free!(opener);
}

pub(crate) fn too_short() -> sealwax_error {
    sealwax_error::new(SEALWAX_SHORT, "the buffer for the plaintext is too short")
}

pub(crate) fn open_error(error: OpenError) -> sealwax_error {
    sealwax_error::new(SEALWAX_OPEN, error)
}

const _: () = crate::handle::is_shared::<sealwax_opener>();
