//! What goes back to Python. Something large is written while the interpreter is released, or a piece at a time.
#![expect(
    unsafe_code,
    reason = "`PyBytes::new_with` clears the bytes, and `PyString::new` copies them, while they hold the interpreter"
)]

use std::mem::MaybeUninit;
use std::slice;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::input::PIECE;
use crate::{error, released};

/// `len` bytes that `fill` writes.
pub(crate) fn bytes<E: Send>(
    py: Python<'_>,
    len: usize,
    fill: impl FnOnce(&mut [u8]) -> Result<(), E> + Send,
) -> PyResult<Result<Bound<'_, PyBytes>, E>> {
    let size = isize::try_from(len).map_err(|_| error::argument("the result is too long"))?;
    // SAFETY: NULL asks for `size` bytes that nobody has written yet.
    let made = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyBytes_FromStringAndSize(std::ptr::null(), size)) }?;
    // SAFETY: it is an object of bytes, and nobody else has it yet, so that it may be written without the interpreter.
    let place =
        unsafe { slice::from_raw_parts_mut(ffi::PyBytes_AsString(made.as_ptr()).cast::<MaybeUninit<u8>>(), len) };
    let filled = released(py, len, || {
        place.fill(MaybeUninit::new(0));
        // SAFETY: every byte was written in the line before.
        fill(unsafe { slice::from_raw_parts_mut(place.as_mut_ptr().cast::<u8>(), len) })
    });
    Ok(match filled {
        Ok(()) => Ok(made.cast_into::<PyBytes>()?),
        Err(failure) => Err(failure),
    })
}

/// The same bytes as Python's.
pub(crate) fn copy<'py>(py: Python<'py>, content: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    if content.len() <= PIECE {
        return Ok(PyBytes::new(py, content));
    }
    let copied = bytes(py, content.len(), |place| {
        place.copy_from_slice(content);
        Ok::<(), Never>(())
    });
    copied.map(|made| made.unwrap_or_else(|never| match never {}))
}

/// No error.
enum Never {}

/// The same text as Python's.
pub(crate) fn text<'py>(py: Python<'py>, content: &str) -> PyResult<Bound<'py, PyString>> {
    let (first, mut rest) = content.split_at(content.floor_char_boundary(PIECE));
    let mut made = PyString::new(py, first).into_ptr();
    while !rest.is_empty() {
        py.detach(|| ());
        let (piece, others) = rest.split_at(rest.floor_char_boundary(PIECE));
        let piece = PyString::new(py, piece);
        // SAFETY: both are texts, and `made` is ours alone: it grows in its place, or is NULL after an error.
        unsafe { ffi::PyUnicode_Append(&raw mut made, piece.as_ptr()) };
        if made.is_null() {
            return Err(PyErr::fetch(py));
        }
        rest = others;
    }
    // SAFETY: it is a text that is ours.
    Ok(unsafe { Bound::from_owned_ptr_or_err(py, made) }?.cast_into()?)
}
