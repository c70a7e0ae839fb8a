//! The host's own functions, and the value that they are given.

use std::ffi::c_void;
use std::io::{self, Read, Seek, SeekFrom, Write};

use sealwax::seal::OpenError;

use crate::error::sealwax_error;
use crate::sealer::seal_error;
use crate::status::{SEALWAX_NULL, SEALWAX_OK, SEALWAX_OPEN, SEALWAX_TEMPORARY, sealwax_status};

/// Ends the life of a `user` value that was given to the library together with callbacks. It is called exactly once: when
/// the handle that holds the callbacks is freed, or when the call that was to take them fails.
pub type sealwax_drop_function = Option<unsafe extern "C" fn(user: *mut c_void)>;

/// Takes the next `length` bytes of a stream. Returns `SEALWAX_OK` when it has taken all of them.
pub type sealwax_write_function =
    Option<unsafe extern "C" fn(user: *mut c_void, bytes: *const u8, length: usize) -> sealwax_status>;

/// Gives the next bytes of a stream: at most `capacity` into `buffer`, and their number into `*length`; 0 is the end.
pub type sealwax_read_function = Option<
    unsafe extern "C" fn(user: *mut c_void, buffer: *mut u8, capacity: usize, length: *mut usize) -> sealwax_status,
>;

/// Gives the bytes from `offset` on: at most `capacity` into `buffer`, and their number into `*length`; 0 is the end.
pub type sealwax_read_at_function = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        offset: u64,
        buffer: *mut u8,
        capacity: usize,
        length: *mut usize,
    ) -> sealwax_status,
>;

/// The host's value, whose life ends with this one.
pub(crate) struct User {
    value: *mut c_void,
    drop: sealwax_drop_function,
}

// SAFETY: the manual asks for a value that may be used on the threads that the host calls the library on.
unsafe impl Send for User {}
// SAFETY: as above; what is called at the same time from several threads is said so in the manual.
unsafe impl Sync for User {}

impl User {
    pub(crate) fn new(value: *mut c_void, drop: sealwax_drop_function) -> Self {
        Self { value, drop }
    }

    pub(crate) fn value(&self) -> *mut c_void {
        self.value
    }
}

impl Drop for User {
    fn drop(&mut self) {
        if let Some(drop) = self.drop {
            // SAFETY: the host gave both for this, and nothing else holds the value any more.
            unsafe { drop(self.value) }
        }
    }
}

/// A stream that the host takes.
pub(crate) struct Sink {
    pub(crate) user: User,
    pub(crate) write: unsafe extern "C" fn(*mut c_void, *const u8, usize) -> sealwax_status,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: the bytes live until the host's function returns, which is what the manual promises it.
        let status = unsafe { (self.write)(self.user.value(), bytes.as_ptr(), bytes.len()) };
        taken(status).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A stream that the host gives.
pub(crate) struct Source {
    pub(crate) user: User,
    pub(crate) read: unsafe extern "C" fn(*mut c_void, *mut u8, usize, *mut usize) -> sealwax_status,
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut length = 0;
        // SAFETY: the buffer and the length can be written until the host's function returns.
        let status = unsafe { (self.read)(self.user.value(), out.as_mut_ptr(), out.len(), &raw mut length) };
        within(status, length, out.len())
    }
}

/// Bytes that the host gives from any place.
pub(crate) struct Place {
    pub(crate) user: User,
    pub(crate) read_at: unsafe extern "C" fn(*mut c_void, u64, *mut u8, usize, *mut usize) -> sealwax_status,
    pub(crate) size: u64,
    pub(crate) position: u64,
}

impl Read for Place {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut length = 0;
        let (user, at) = (self.user.value(), self.position);
        // SAFETY: the buffer and the length can be written until the host's function returns.
        let status = unsafe { (self.read_at)(user, at, out.as_mut_ptr(), out.len(), &raw mut length) };
        let length = within(status, length, out.len())?;
        self.position = self.position.saturating_add(length as u64);
        Ok(length)
    }
}

impl Seek for Place {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(distance) => self.size.checked_add_signed(distance),
            SeekFrom::Current(distance) => self.position.checked_add_signed(distance),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// The function behind a callback; NULL ends the call with `SEALWAX_NULL`.
pub(crate) fn present<F>(function: Option<F>, name: &str) -> Result<F, sealwax_error> {
    function.ok_or_else(|| sealwax_error::new(SEALWAX_NULL, format!("`{name}` is NULL")))
}

/// The status of a stream that stopped.
pub(crate) fn stream_error(error: &io::Error) -> sealwax_error {
    let inner = error.get_ref();
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<OpenError>()) {
        return sealwax_error::new(SEALWAX_OPEN, error);
    }
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref()) {
        return seal_error(*error);
    }
    sealwax_error::new(SEALWAX_TEMPORARY, "a callback failed")
}

fn taken(status: sealwax_status) -> io::Result<()> {
    if status == SEALWAX_OK {
        Ok(())
    } else {
        Err(io::ErrorKind::Other.into())
    }
}

/// A length that the host gives is believed only within the room that it had.
fn within(status: sealwax_status, length: usize, room: usize) -> io::Result<usize> {
    taken(status)?;
    if length > room {
        return Err(io::ErrorKind::Other.into());
    }
    Ok(length)
}
