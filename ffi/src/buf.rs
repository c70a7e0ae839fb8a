//! Bytes of a length that only the library knows.

use std::ptr;

use zeroize::Zeroizing;

use crate::handle::{free, read};

/// Bytes that a call has made, such as JSON. They live as long as the handle and are wiped when it is freed.
pub struct sealwax_buf {
    bytes: Zeroizing<Vec<u8>>,
}

impl sealwax_buf {
    /// A copy of `bytes`, which the caller wipes. A NUL follows them, outside their length, so that JSON can be
    /// printed as a C string.
    pub(crate) fn copied(bytes: &[u8]) -> Self {
        // Its room is taken at once: a vector that grows leaves an unwiped copy behind.
        let mut copy = Zeroizing::new(Vec::with_capacity(bytes.len().saturating_add(1)));
        copy.extend_from_slice(bytes);
        copy.push(0);
        Self { bytes: copy }
    }
}

impl From<String> for sealwax_buf {
    fn from(json: String) -> Self {
        Self::copied(Zeroizing::new(json).as_bytes())
    }
}

impl From<Vec<u8>> for sealwax_buf {
    fn from(bytes: Vec<u8>) -> Self {
        Self::copied(&bytes)
    }
}

/// The bytes of `buf`, followed by a NUL that is not counted; NULL when `buf` is NULL.
///
/// Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_buf_data(buf: *const sealwax_buf) -> *const u8 {
    read!(buf, ptr::null(), buf.bytes.as_ptr())
}

/// The number of bytes in `buf`; 0 when `buf` is NULL.
///
/// Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_buf_len(buf: *const sealwax_buf) -> usize {
    read!(buf, 0, buf.bytes.len().saturating_sub(1))
}

/// Wipes and frees `buf`; NULL is fine.
///
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_buf_free(buf: *mut sealwax_buf) {
    free!(buf);
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn the_bytes_end_in_a_nul_that_is_not_counted() {
        let buf = sealwax_buf::copied(b"{}");
        // SAFETY: `buf` is a local.
        assert_eq!(unsafe { sealwax_buf_len(&raw const buf) }, 2);
        // SAFETY: as above.
        let start = unsafe { sealwax_buf_data(&raw const buf) };
        // SAFETY: the bytes end in a NUL.
        assert_eq!(unsafe { CStr::from_ptr(start.cast()) }, c"{}");
    }
}
