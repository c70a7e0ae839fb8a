//! The statuses: one table of numbers, grouped by hundreds and never reused.

use std::ffi::c_char;
use std::ptr;

use crate::guard::guard_or;
use crate::out::Out;

/// What a call answers: `SEALWAX_OK`, or one of the other `SEALWAX_` statuses below. Every status but `SEALWAX_OK`
/// is a failure, and a failure never means that a message may go: a host answers 4xx to the client and tries again.
pub type sealwax_status = i32;

/// The call did what it was asked.
pub const SEALWAX_OK: sealwax_status = 0;

/// A pointer that must not be NULL was NULL.
pub const SEALWAX_NULL: sealwax_status = 100;
/// A length is larger than any object can be, or than what the call takes.
pub const SEALWAX_LENGTH: sealwax_status = 101;
/// A text is not UTF-8, or holds a NUL.
pub const SEALWAX_UTF8: sealwax_status = 102;
/// The caller's buffer is too short. Nothing was written but the length that is needed.
pub const SEALWAX_SHORT: sealwax_status = 103;
/// A number is none of the constants of its group, holds an unknown flag bit, or is an index past the end.
pub const SEALWAX_RANGE: sealwax_status = 104;
/// The calls came in the wrong order, for instance a header after the body, or a second finish without a reset.
pub const SEALWAX_ORDER: sealwax_status = 105;

/// The policy cannot be used; the error has its line and column.
pub const SEALWAX_POLICY: sealwax_status = 200;
/// The facts are not the JSON that `docs/JSON.md` describes, and the error has its line and column; or they name what the
/// policy does not know, and the error's text has the field, the recipient and what would do.
pub const SEALWAX_FACTS: sealwax_status = 201;

/// A text is not one mail address. The error says of which recipient, by the place in the list, and holds nothing of
/// the text.
pub const SEALWAX_ADDRESS: sealwax_status = 202;

/// The message could not be evaluated, for instance because the transaction has no recipient.
pub const SEALWAX_EVALUATE: sealwax_status = 300;
/// Identifiers are still found after every effort to take them out. Nothing is given out then.
pub const SEALWAX_REDACT: sealwax_status = 301;

/// The message was called off, by `sealwax_cancel_call`. There is no verdict on it.
pub const SEALWAX_CANCELLED: sealwax_status = 302;

/// A key text cannot be read, or no key was given.
pub const SEALWAX_KEY: sealwax_status = 400;
/// The message could not be sealed.
pub const SEALWAX_SEAL: sealwax_status = 401;
/// The sealed message could not be opened. One answer for a wrong key, a damaged message and a foreign file, so that
/// nobody learns from it.
pub const SEALWAX_OPEN: sealwax_status = 402;

/// Something failed that may work the next time: the system's random generator, or all feeds of an engine together hold as
/// much as they may.
pub const SEALWAX_TEMPORARY: sealwax_status = 900;
/// A fault in the library itself. The call did nothing that counts; every handle but a feed can be used on, and a
/// feed after `sealwax_feed_reset`. Please report it.
pub const SEALWAX_PANIC: sealwax_status = 901;

/// The sentence for `status`, in English and without a final dot, for a log.
///
/// `length` may be NULL; otherwise it is given the length in bytes without the final NUL. The text is the library's
/// own and is never freed. A number that is no status has the sentence "unknown status".
///
/// Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_status_text(status: sealwax_status, length: *mut usize) -> *const c_char {
    guard_or(ptr::null(), || {
        let text = TABLE
            .iter()
            .find(|row| row.status == status)
            .map_or(c"unknown status", |row| row.text);
        // SAFETY: the caller promises that `length` is NULL or can be written.
        let length = unsafe { Out::optional(length) };
        length.set(text.count_bytes());
        text.as_ptr()
    })
}

struct Row {
    status: sealwax_status,
    text: &'static std::ffi::CStr,
}

const fn row(status: sealwax_status, text: &'static std::ffi::CStr) -> Row {
    Row { status, text }
}

const TABLE: [Row; 18] = [
    row(SEALWAX_OK, c"ok"),
    row(SEALWAX_NULL, c"a pointer that must not be NULL is NULL"),
    row(SEALWAX_LENGTH, c"a length is too large"),
    row(SEALWAX_UTF8, c"a text is not UTF-8 or holds a NUL"),
    row(SEALWAX_SHORT, c"the buffer is too short"),
    row(SEALWAX_RANGE, c"a number is out of its range"),
    row(SEALWAX_ORDER, c"the calls came in the wrong order"),
    row(SEALWAX_POLICY, c"the policy cannot be used"),
    row(SEALWAX_FACTS, c"the facts cannot be read"),
    row(SEALWAX_ADDRESS, c"a text is not one mail address"),
    row(SEALWAX_EVALUATE, c"the message could not be evaluated"),
    row(SEALWAX_REDACT, c"identifiers could not be taken out"),
    row(SEALWAX_CANCELLED, c"the message was called off"),
    row(SEALWAX_KEY, c"a key cannot be read or is missing"),
    row(SEALWAX_SEAL, c"the message could not be sealed"),
    row(SEALWAX_OPEN, c"the sealed message could not be opened"),
    row(SEALWAX_TEMPORARY, c"a temporary failure; try again"),
    row(SEALWAX_PANIC, c"a fault in the library"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn every_number_stands_once_and_in_order() {
        let numbers: Vec<_> = TABLE.iter().map(|row| row.status).collect();
        assert!(numbers.is_sorted());
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), TABLE.len());
    }

    #[test]
    fn every_status_has_a_sentence_without_a_final_dot() {
        for row in &TABLE {
            let mut length = 0;
            // SAFETY: `length` is a local.
            let text = unsafe { sealwax_status_text(row.status, &raw mut length) };
            // SAFETY: the texts of the table end in NUL and live for ever.
            let text = unsafe { CStr::from_ptr(text) }.to_str().unwrap();
            assert_eq!(text.len(), length);
            assert!(!text.is_empty() && !text.ends_with('.'), "{}", row.status);
        }
    }

    #[test]
    fn a_number_that_is_no_status_is_told_so() {
        // SAFETY: NULL is allowed for `length`.
        let text = unsafe { sealwax_status_text(12_345, ptr::null_mut()) };
        // SAFETY: as above.
        assert_eq!(unsafe { CStr::from_ptr(text) }, c"unknown status");
    }
}
