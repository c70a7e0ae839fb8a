//! Bytes that the caller lends.

use std::borrow::Cow;
use std::ops::Deref;

use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error;

/// The bytes of a buffer: `bytes` as they stand, every other buffer as a copy, since somebody may write to it while
/// the interpreter is released.
pub(crate) struct Input<'a>(Cow<'a, [u8]>);

impl<'a, 'py> FromPyObject<'a, 'py> for Input<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyBytes>() {
            return Ok(Self(Cow::Borrowed(object.extract()?)));
        }
        let buffer = PyBuffer::<u8>::get(&object).map_err(|_| error::argument(EXPECTED))?;
        Ok(Self(Cow::Owned(buffer.to_vec(object.py())?)))
    }
}

impl Deref for Input<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

const EXPECTED: &str = "expected bytes, bytearray, or a memoryview of unsigned bytes";
