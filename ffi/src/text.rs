//! Text that C reads: UTF-8, with a length and a final NUL.

use std::ffi::c_char;

/// A text that ends in NUL and has none inside.
pub(crate) struct Text(Box<[u8]>);

impl Text {
    pub(crate) fn new(text: &str) -> Self {
        // A NUL inside would end the text early for a reader that ignores the length.
        let mut bytes = text.replace('\0', "\u{fffd}").into_bytes();
        bytes.push(0);
        Self(bytes.into_boxed_slice())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    #[cfg(test)]
    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap().trim_end_matches('\0')
    }

    pub(crate) fn as_ptr(&self) -> *const c_char {
        self.0.as_ptr().cast()
    }
}

impl<T: AsRef<str>> From<T> for Text {
    fn from(text: T) -> Self {
        Self::new(text.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn a_nul_inside_is_replaced_so_that_length_and_terminator_agree() {
        let text = Text::new("a\0b");
        // SAFETY: a `Text` ends in NUL.
        let seen = unsafe { CStr::from_ptr(text.as_ptr()) };
        assert_eq!(seen.to_str(), Ok("a\u{fffd}b"));
        assert_eq!(seen.count_bytes(), text.len());
    }
}
