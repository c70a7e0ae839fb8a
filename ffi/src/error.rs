//! What went wrong, for a log.

use std::ffi::c_char;
use std::fmt;

use crate::handle::{free, lend, read};
use crate::status::{SEALWAX_NULL, sealwax_status};
use crate::text::Text;

/// What went wrong in one call: a status, a text, and the place in the policy or the facts. It never holds text of a
/// message, a key or a match, so it can be logged as it is. A call that takes `sealwax_error **error` clears
/// `*error` first; when it fails, `*error` is the caller's, to be freed with `sealwax_error_free`. Pass NULL when
/// the status is enough.
pub struct sealwax_error {
    status: sealwax_status,
    text: Text,
    file: Option<Text>,
    line: usize,
    column: usize,
}

impl sealwax_error {
    pub(crate) fn new(status: sealwax_status, text: impl fmt::Display) -> Self {
        Self {
            status,
            // One line, whatever a policy's author wrote: a line break would forge a line of the host's log.
            text: Text::new(&text.to_string().replace(char::is_control, " ")),
            file: None,
            line: 0,
            column: 0,
        }
    }

    /// Adds the place, counted from 1.
    pub(crate) fn at(mut self, line: usize, column: usize) -> Self {
        self.line = line;
        self.column = column;
        self
    }

    /// Names the included file that the place is in.
    pub(crate) fn of(mut self, file: Option<&str>) -> Self {
        self.file = file.map(|name| Text::new(&name.replace(char::is_control, " ")));
        self
    }

    /// Gives the line, counted from 1, and keeps the column.
    pub(crate) fn on(mut self, line: usize) -> Self {
        self.line = line;
        self
    }

    #[cfg(test)]
    pub(crate) fn line(&self) -> usize {
        self.line
    }

    pub(crate) fn status(&self) -> sealwax_status {
        self.status
    }
}

/// The status of `error`; `SEALWAX_NULL` when `error` is NULL.
///
/// Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_error_status(error: *const sealwax_error) -> sealwax_status {
    read!(error, SEALWAX_NULL, error.status)
}

/// The text of `error`, one line of UTF-8 with a final NUL, which lives as long as `error` does; NULL when `error` is
/// NULL. `length` may be NULL; otherwise it is given the length in bytes without the final NUL.
///
/// Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_error_text(error: *const sealwax_error, length: *mut usize) -> *const c_char {
    lend!(error, length, Some(&error.text))
}

/// The included file of the policy that is wrong, by the name that the policy includes it by, one line of UTF-8 with a
/// final NUL, which lives as long as `error` does; NULL when it is the policy itself, when the error is of something else, or
/// when `error` is NULL. `length` may be NULL; otherwise it is given the length in bytes without the final NUL.
///
/// Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_error_file(error: *const sealwax_error, length: *mut usize) -> *const c_char {
    lend!(error, length, error.file.as_ref())
}

/// The line, from 1, at which the policy or the facts are wrong; 0 when the error has no place or `error` is NULL.
///
/// Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_error_line(error: *const sealwax_error) -> usize {
    read!(error, 0, error.line)
}

/// The column, from 1, at which the policy or the facts are wrong; 0 when the error has no place or `error` is NULL.
///
/// Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_error_column(error: *const sealwax_error) -> usize {
    read!(error, 0, error.column)
}

/// Frees `error`; NULL is fine. The text that was read from it ends with it.
///
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_error_free(error: *mut sealwax_error) {
    free!(error);
}

#[cfg(test)]
impl fmt::Display for sealwax_error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_whatever_it_quotes() {
        let error = sealwax_error::new(SEALWAX_NULL, "unknown key `a\r\nroot: ok\0`");
        assert_eq!(error.to_string(), "unknown key `a  root: ok `");
    }
}
