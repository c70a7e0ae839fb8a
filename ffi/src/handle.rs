//! Handles: boxed values behind opaque pointers.

use std::ffi::c_char;
use std::ptr;

use crate::error::sealwax_error;
use crate::guard::guard_or;
use crate::out::Out;
use crate::status::SEALWAX_NULL;
use crate::text::Text;

/// Hands `value` to the caller, who gives it back to [`take`].
pub(crate) fn give<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Takes back what [`give`] handed out; NULL is nothing.
///
/// # Safety
///
/// `handle` is NULL, or came from [`give`], was not taken yet, and nobody uses it.
pub(crate) unsafe fn take<T>(handle: *mut T) -> Option<Box<T>> {
    if handle.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    Some(unsafe { Box::from_raw(handle) })
}

/// The value behind a handle that others may read at the same time.
///
/// # Safety
///
/// `handle` is NULL, or came from this library, lives for `'a`, and nobody changes it meanwhile.
pub(crate) unsafe fn borrow<'a, T>(handle: *const T, name: &str) -> Result<&'a T, sealwax_error> {
    // SAFETY: the caller's promise.
    unsafe { handle.as_ref() }.ok_or_else(|| missing(name))
}

/// The value behind a handle that nobody else uses during the call.
///
/// # Safety
///
/// `handle` is NULL, or came from this library, lives for `'a`, and nobody else uses it meanwhile.
pub(crate) unsafe fn borrow_mut<'a, T>(handle: *mut T, name: &str) -> Result<&'a mut T, sealwax_error> {
    // SAFETY: the caller's promise.
    unsafe { handle.as_mut() }.ok_or_else(|| missing(name))
}

/// What `body` reads from the value behind a handle; `absent` when the handle is NULL or the body panics.
///
/// # Safety
///
/// As [`borrow`].
pub(crate) unsafe fn read_from<'a, T: 'a, R>(handle: *const T, absent: R, body: impl FnOnce(&'a T) -> R) -> R
where
    R: Copy,
{
    // SAFETY: the caller's promise.
    let value = unsafe { handle.as_ref() };
    guard_or(absent, || value.map_or(absent, body))
}

/// The pointer that C gets for a text inside the value behind a handle, with its length.
///
/// # Safety
///
/// As [`borrow`], and `length` is NULL or can be written.
pub(crate) unsafe fn lend_from<'a, T: 'a>(
    handle: *const T,
    length: *mut usize,
    body: impl FnOnce(&'a T) -> Option<&'a Text>,
) -> *const c_char {
    // SAFETY: the caller's promise.
    let length = unsafe { Out::optional(length) };
    // SAFETY: the caller's promise.
    let Some(text) = (unsafe { read_from(handle, None, body) }) else {
        return ptr::null();
    };
    length.set(text.len());
    text.as_ptr()
}

/// Proves at compile time that a handle may be used by any number of threads at once.
pub(crate) const fn is_shared<T: Send + Sync>() {}

fn missing(name: &str) -> sealwax_error {
    sealwax_error::new(SEALWAX_NULL, format!("`{name}` is NULL"))
}

/// The value behind a `const` handle; NULL ends the call with `SEALWAX_NULL`.
macro_rules! shared {
    ($handle:ident) => {
        // SAFETY: the header's rule for handles: NULL, or ours and alive, and unchanged until the call returns.
        unsafe { $crate::handle::borrow($handle, stringify!($handle)) }?
    };
}

/// The value behind a handle that the call changes; NULL ends the call with `SEALWAX_NULL`.
macro_rules! exclusive {
    ($handle:ident) => {
        // SAFETY: the header's rule for handles: NULL, or ours and alive, and used by one thread at a time.
        unsafe { $crate::handle::borrow_mut($handle, stringify!($handle)) }?
    };
}

/// Frees a handle; NULL is fine.
macro_rules! free {
    ($handle:ident) => {
        $crate::guard::guard_or((), || {
            // SAFETY: the header's rule for `_free`: NULL, or ours, freed once, and used by nobody any more.
            drop(unsafe { $crate::handle::take($handle) });
        })
    };
}

/// A value read from a `const` handle, or `$absent` when the handle is NULL.
macro_rules! read {
    ($handle:ident, $absent:expr, $body:expr) => {
        // SAFETY: the header's rule for handles: NULL, or ours and alive, and unchanged until the call returns.
        unsafe { $crate::handle::read_from($handle, $absent, |$handle| $body) }
    };
}

/// A text read from a `const` handle, which lives as long as the handle does; NULL when there is none.
macro_rules! lend {
    ($handle:ident, $length:ident, $body:expr) => {
        // SAFETY: the header's rules for handles and out-parameters.
        unsafe { $crate::handle::lend_from($handle, $length, |$handle| $body) }
    };
}

pub(crate) use {exclusive, free, lend, read, shared};
