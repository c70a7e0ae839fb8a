//! Changes who can open a message, without touching its body.

use std::ffi::c_char;

use sealwax::crypto::Provider;
use sealwax::seal::{KeyRef, RewrapError, Rewrapper};

use crate::buf::sealwax_buf;
use crate::bytes::{bytes, text};
use crate::context::{optional, sealwax_context};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free, shared};
use crate::header::header_error;
use crate::keyring::sealwax_keyring;
use crate::opener::open_error;
use crate::out::{Out, out};
use crate::sealer::seal_error;
use crate::status::{SEALWAX_RANGE, SEALWAX_SEAL, sealwax_status};

/// Adds, removes and replaces the recipients of sealed messages by rewriting their headers alone. The same change made twice
/// gives the same recipients, so an interrupted run over many messages is simply started again. Removing somebody does not
/// take back what they have opened already.
///
/// It belongs to one thread at a time while it is changed; any number of threads may rewrap with it at once.
pub struct sealwax_rewrapper {
    rewrapper: Rewrapper,
}

/// Makes a rewrapper that changes nothing yet.
///
/// `keyring` holds the keys that open the messages now; it may be NULL, since removing alone needs none where the recipient
/// list was left open (`sealwax_sealer_leave_recipients_open`). `*rewrapper` is the caller's, to be freed with `sealwax_rewrapper_free`; the keys are
/// copied. Returns `SEALWAX_OK`; `SEALWAX_NULL` when `rewrapper` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_rewrapper_new(
    keyring: *const sealwax_keyring,
    rewrapper: *mut *mut sealwax_rewrapper,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(rewrapper).give(|| {
            // SAFETY: the header's rule for handles: NULL, or ours and alive, and unchanged until the call returns.
            let keyring = unsafe { keyring.as_ref() };
            let identities = keyring.into_iter().flat_map(sealwax_keyring::identities);
            Ok(sealwax_rewrapper {
                rewrapper: identities.fold(Rewrapper::new(Provider::ring()), Rewrapper::identity),
            })
        })
    })
}

/// Says what was supplied when the messages were sealed. Messages of this version are rewrapped without it.
///
/// The context is copied; NULL is an empty one. Returns `SEALWAX_OK`; `SEALWAX_NULL` when `rewrapper` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_rewrapper_context(
    rewrapper: *mut sealwax_rewrapper,
    supplied: *const sealwax_context,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let rewrapper = exclusive!(rewrapper);
        // SAFETY: the header's rule for handles: NULL, or ours and alive, and unchanged until the call returns.
        let supplied = optional(unsafe { supplied.as_ref() })?;
        rewrapper.change(|rewrapper| rewrapper.supplied(supplied));
        Ok(())
    })
}

/// Lets every key of `keyring` that seals open the messages. A message in a bucket takes only keys of the bucket.
///
/// The keys are copied. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_rewrapper_add(
    rewrapper: *mut sealwax_rewrapper,
    keyring: *const sealwax_keyring,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let rewrapper = exclusive!(rewrapper);
        let keyring = shared!(keyring);
        rewrapper.change(|rewrapper| keyring.recipients().fold(rewrapper, Rewrapper::recipient));
        Ok(())
    })
}

/// Lets every key of `keyring` that seals open the messages for a legal hold, also those that belong to a bucket
/// (`sealwax_sealer_bucket`).
///
/// The keys are copied. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_rewrapper_hold(
    rewrapper: *mut sealwax_rewrapper,
    keyring: *const sealwax_keyring,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let rewrapper = exclusive!(rewrapper);
        let keyring = shared!(keyring);
        rewrapper.change(|rewrapper| keyring.recipients().fold(rewrapper, Rewrapper::hold));
        Ok(())
    })
}

/// Takes a key away, named as headers name it (`sealwax_sealed_header_json`): `PROVIDER:ID`, and `#VERSION` if it has one.
/// A key that a message does not have is no error.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when it is no such name; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the
/// arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_rewrapper_remove(
    rewrapper: *mut sealwax_rewrapper,
    key: *const c_char,
    key_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let rewrapper = exclusive!(rewrapper);
        let key: KeyRef = text!(key, key_length)
            .parse()
            .map_err(|error| sealwax_error::new(SEALWAX_RANGE, error))?;
        rewrapper.change(|rewrapper| rewrapper.remove(key));
        Ok(())
    })
}

/// Takes every key away but those that are added.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `rewrapper` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_rewrapper_replace_all(
    rewrapper: *mut sealwax_rewrapper,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        exclusive!(rewrapper).change(Rewrapper::replace_all);
        Ok(())
    })
}

/// Makes the new header for the message that `sealed` is, of which the header and 56 bytes behind it are enough. The rewrapped
/// message is `*header` and, behind it, what stands in the message from `*old_length` on. When nothing had to be changed,
/// `*header` is the old one, and `*changed`, which may be NULL, is 0; otherwise it is 1. The body proves that a key is that of
/// the message: `sealwax_rewrapper_rewrap_detached` takes it apart from its header.
///
/// `*header` is the caller's, to be freed with `sealwax_buf_free`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_OPEN` when it is no sealed message or no key opens it; `SEALWAX_RANGE` when the beginning of
/// the body is missing; `SEALWAX_KEY` when nobody could open
/// it any more; `SEALWAX_SEAL` when the change is not allowed: a key that is not of the message's bucket, a passphrase beside
/// another key, too many recipients; `SEALWAX_TEMPORARY` when a key service fails; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the
/// arguments. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_rewrapper_rewrap(
    rewrapper: *const sealwax_rewrapper,
    sealed: *const u8,
    sealed_length: usize,
    header: *mut *mut sealwax_buf,
    old_length: *mut usize,
    changed: *mut i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        // SAFETY: the header's rule for out-parameters: NULL or writable until the call returns.
        let changed = unsafe { Out::optional(changed) };
        let (header, old_length) = (out!(header), out!(old_length));
        let rewrapper = &shared!(rewrapper).rewrapper;
        let change = rewrapper.rewrap(bytes!(sealed, sealed_length)).map_err(rewrap_error)?;
        old_length.set(change.old_len);
        changed.set(change.changed.into());
        header.give(|| Ok(sealwax_buf::copied(&change.header)))
    })
}

/// Makes the new header for `header`, which was kept apart from `body`, of which the first 56 bytes are enough.
///
/// Returns as `sealwax_rewrapper_rewrap` does. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_rewrapper_rewrap_detached(
    rewrapper: *const sealwax_rewrapper,
    header: *const u8,
    header_length: usize,
    body: *const u8,
    body_length: usize,
    new_header: *mut *mut sealwax_buf,
    changed: *mut i32,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        // SAFETY: the header's rule for out-parameters: NULL or writable until the call returns.
        let changed = unsafe { Out::optional(changed) };
        let new_header = out!(new_header);
        let rewrapper = &shared!(rewrapper).rewrapper;
        let (header, body) = (bytes!(header, header_length), bytes!(body, body_length));
        let change = rewrapper.rewrap_detached(header, body).map_err(rewrap_error)?;
        changed.set(change.changed.into());
        new_header.give(|| Ok(sealwax_buf::copied(&change.header)))
    })
}

/// Wipes what it holds and frees `rewrapper`; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_rewrapper_free(rewrapper: *mut sealwax_rewrapper) {
    free!(rewrapper);
}

impl sealwax_rewrapper {
    fn change(&mut self, step: impl FnOnce(Rewrapper) -> Rewrapper) {
        self.rewrapper = step(self.rewrapper.clone());
    }
}

fn rewrap_error(error: RewrapError) -> sealwax_error {
    match error {
        RewrapError::Body => sealwax_error::new(SEALWAX_RANGE, error),
        RewrapError::Change(error) => seal_error(error),
        RewrapError::Header(error) => header_error(error),
        RewrapError::Open(error) => open_error(error),
        other => sealwax_error::new(SEALWAX_SEAL, other),
    }
}

const _: () = crate::handle::is_shared::<sealwax_rewrapper>();
