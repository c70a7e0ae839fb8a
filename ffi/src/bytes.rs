//! Arguments that are a pointer and a length, checked before a slice is made.

use std::ffi::c_char;
use std::slice;

use crate::error::sealwax_error;
use crate::status::{SEALWAX_LENGTH, SEALWAX_NULL, SEALWAX_RANGE, SEALWAX_UTF8};

/// The bytes that the caller points at.
///
/// # Safety
///
/// When `start` is not NULL, `length` bytes can be read there for `'a`, and nobody changes them meanwhile.
pub(crate) unsafe fn readable<'a>(start: *const u8, length: usize, name: &str) -> Result<&'a [u8], sealwax_error> {
    check(start, length, name)?;
    if length == 0 {
        return Ok(&[]);
    }
    // SAFETY: not NULL, no longer than an object can be, and the caller promises the rest.
    Ok(unsafe { slice::from_raw_parts(start, length) })
}

/// The buffer that the caller lets us fill.
///
/// # Safety
///
/// When `start` is not NULL, `length` bytes can be read and written there for `'a`, and nobody else uses them.
pub(crate) unsafe fn writable<'a>(start: *mut u8, length: usize, name: &str) -> Result<&'a mut [u8], sealwax_error> {
    check(start, length, name)?;
    if length == 0 {
        return Ok(&mut []);
    }
    // SAFETY: not NULL, no longer than an object can be, and the caller promises the rest.
    Ok(unsafe { slice::from_raw_parts_mut(start, length) })
}

/// The text that the caller points at: UTF-8 without a NUL.
///
/// # Safety
///
/// As [`readable`].
pub(crate) unsafe fn utf8<'a>(start: *const c_char, length: usize, name: &str) -> Result<&'a str, sealwax_error> {
    // SAFETY: the caller's promise is ours.
    let bytes = unsafe { readable(start.cast(), length, name) }?;
    let text = str::from_utf8(bytes).map_err(|_| sealwax_error::new(SEALWAX_UTF8, format!("`{name}` is not UTF-8")))?;
    if text.contains('\0') {
        return Err(sealwax_error::new(SEALWAX_UTF8, format!("`{name}` holds a NUL")));
    }
    Ok(text)
}

/// Refuses an output that lies in the input, where a slice of each would be undefined behaviour.
pub(crate) fn refuse_overlap(
    input: *const u8,
    input_length: usize,
    output: *const u8,
    capacity: usize,
) -> Result<(), sealwax_error> {
    let (input, output) = (input.addr(), output.addr());
    let apart = input.saturating_add(input_length) <= output || output.saturating_add(capacity) <= input;
    if apart || input_length == 0 || capacity == 0 {
        return Ok(());
    }
    let text = "the buffers overlap: use the call that works in place";
    Err(sealwax_error::new(SEALWAX_RANGE, text))
}

fn check(start: *const u8, length: usize, name: &str) -> Result<(), sealwax_error> {
    if isize::try_from(length).is_err() {
        return Err(sealwax_error::new(
            SEALWAX_LENGTH,
            format!("`{name}` is longer than memory"),
        ));
    }
    if start.is_null() && length > 0 {
        return Err(sealwax_error::new(
            SEALWAX_NULL,
            format!("`{name}` is NULL with a length"),
        ));
    }
    Ok(())
}

/// The bytes of an argument; a bad one ends the call.
macro_rules! bytes {
    ($start:ident, $length:ident) => {
        // SAFETY: the header's rule for bytes: readable for their length until the call returns.
        unsafe { $crate::bytes::readable($start, $length, stringify!($start)) }?
    };
}

/// The text of an argument; a bad one ends the call.
macro_rules! text {
    ($start:ident, $length:ident) => {
        // SAFETY: the header's rule for text: readable for its length until the call returns.
        unsafe { $crate::bytes::utf8($start, $length, stringify!($start)) }?
    };
}

/// The caller's buffer; a bad one ends the call.
macro_rules! buffer {
    ($start:ident, $length:ident) => {
        // SAFETY: the header's rule for buffers: writable for their length, and nobody else's, until the call returns.
        unsafe { $crate::bytes::writable($start, $length, stringify!($start)) }?
    };
}

pub(crate) use {buffer, bytes, text};

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;
    use crate::status::sealwax_status;

    fn status_of(bytes: &[u8], length: usize) -> Option<sealwax_status> {
        let start = if bytes.is_empty() {
            ptr::null()
        } else {
            bytes.as_ptr().cast()
        };
        // SAFETY: the length is that of `bytes`, or refused before anything is read.
        unsafe { utf8(start, length, "name") }.err().map(|error| error.status())
    }

    #[test]
    fn null_is_taken_only_with_length_zero() {
        assert_eq!(status_of(b"", 0), None);
        assert_eq!(status_of(b"", 1), Some(SEALWAX_NULL));
    }

    #[test]
    fn a_length_that_no_object_has_is_refused() {
        for length in [usize::MAX, usize::MAX / 2 + 1] {
            assert_eq!(status_of(b"x", length), Some(SEALWAX_LENGTH));
        }
    }

    #[test]
    fn buffers_that_overlap_are_refused() {
        let place = [0; 8];
        let at = |offset: usize| place.as_ptr().wrapping_add(offset);
        assert!(refuse_overlap(at(0), 4, at(4), 4).is_ok());
        assert!(refuse_overlap(at(4), 4, at(0), 4).is_ok());
        assert!(refuse_overlap(at(0), 5, at(4), 4).is_err());
        assert!(refuse_overlap(at(0), 0, at(0), 4).is_ok());
    }

    #[test]
    fn text_is_utf8_without_a_nul() {
        assert_eq!(status_of("é".as_bytes(), 2), None);
        assert_eq!(status_of("é".as_bytes(), 1), Some(SEALWAX_UTF8));
        assert_eq!(status_of(b"a\0b", 3), Some(SEALWAX_UTF8));
    }
}
