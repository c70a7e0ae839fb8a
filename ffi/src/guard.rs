//! The wall between Rust and C: no panic crosses it, and every failure becomes a status.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::sealwax_error;
use crate::handle::give;
use crate::out::Out;
use crate::status::{SEALWAX_OK, SEALWAX_PANIC, sealwax_status};

/// Runs the body of a call; a failure goes to `error`, when the caller wants it, and its status is returned.
///
/// # Safety
///
/// `error` is NULL or can be written until the call returns.
pub(crate) unsafe fn guard(
    error: *mut *mut sealwax_error,
    body: impl FnOnce() -> Result<(), sealwax_error>,
) -> sealwax_status {
    // SAFETY: the caller's promise is ours.
    let error = unsafe { Out::optional(error) };
    // What a panic leaves behind is safe to look at: a handle that could be half changed, the feed, says so itself.
    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return SEALWAX_OK,
        Ok(Err(failure)) => failure,
        Err(_) => sealwax_error::new(SEALWAX_PANIC, "a fault in the library; please report it"),
    };
    let status = failure.status();
    if error.is_wanted() {
        error.set(give(failure));
    }
    status
}

/// Runs the body of a call that has no status; a panic gives `fallback`.
pub(crate) fn guard_or<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(fallback)
}

/// A call that answers with a status.
macro_rules! call {
    ($error:ident, $body:block) => {{
        let body = || $body;
        // SAFETY: the header's rule for `error`: NULL or writable until the call returns.
        unsafe { $crate::guard::guard($error, body) }
    }};
}

pub(crate) use call;

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;
    use crate::handle::take;
    use crate::status::SEALWAX_RANGE;

    fn answer(body: fn() -> Result<(), sealwax_error>) -> (sealwax_status, Option<String>) {
        let mut error = ptr::null_mut();
        // SAFETY: `error` is a local.
        let status = unsafe { guard(&raw mut error, body) };
        // SAFETY: the guard made it, and nobody else frees it.
        let error = unsafe { take(error) };
        (status, error.map(|error| error.to_string()))
    }

    #[test]
    fn a_panic_is_a_status_and_its_message_stays_inside() {
        let (status, text) = answer(|| panic!("canary 078-05-1120"));
        assert_eq!(status, SEALWAX_PANIC);
        assert!(!text.unwrap().contains("canary"));
    }

    #[test]
    fn a_failure_gives_its_status_and_its_text() {
        let (status, text) = answer(|| Err(sealwax_error::new(SEALWAX_RANGE, "`level` is 9")));
        assert_eq!((status, text.as_deref()), (SEALWAX_RANGE, Some("`level` is 9")));
    }

    #[test]
    fn success_leaves_no_error() {
        assert_eq!(answer(|| Ok(())), (SEALWAX_OK, None));
    }

    #[test]
    fn a_panic_without_a_status_gives_the_fallback() {
        assert_eq!(guard_or(7, || panic!("canary")), 7);
    }
}
