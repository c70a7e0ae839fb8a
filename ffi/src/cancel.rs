//! Calling the message of a feed off.

use sealwax::engine::Cancel;

use crate::error::sealwax_error;
use crate::feed::sealwax_feed;
use crate::guard::call;
use crate::handle::{free, shared};
use crate::out::out;
use crate::status::sealwax_status;

/// What calls the message of a feed off. Unlike the feed, any thread may use it at any time, also while another thread is
/// in `sealwax_feed_finish`, and it may outlive the feed.
pub struct sealwax_cancel {
    cancel: Cancel,
}

/// Makes what calls the message off that `feed` takes now. The next message after a reset needs another one, so that a call
/// that comes late stops nothing else.
///
/// `*cancel` is the caller's, to be freed with `sealwax_cancel_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is
/// NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_feed_cancel(
    feed: *const sealwax_feed,
    cancel: *mut *mut sealwax_cancel,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(cancel).give(|| {
            Ok(sealwax_cancel {
                cancel: shared!(feed).cancel(),
            })
        })
    })
}

/// Calls the message off: its feed takes no more pieces, and a finish, also one that is under way, returns
/// `SEALWAX_CANCELLED` soon. It cannot be taken back.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `cancel` is NULL. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_cancel_call(
    cancel: *const sealwax_cancel,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        shared!(cancel).cancel.cancel();
        Ok(())
    })
}

/// Frees `cancel`, which calls nothing off; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_cancel_free(cancel: *mut sealwax_cancel) {
    free!(cancel);
}

const _: () = crate::handle::is_shared::<sealwax_cancel>();
