//! Where the patterns may hold, by the Hyperscan or Vectorscan of the system: candidates, without a check of any value.

use std::ffi::{CString, c_char, c_int, c_uint, c_ulonglong, c_void};
use std::ptr;

use crate::patterns::PATTERNS;

/// A database of all patterns, and the room to search with it.
pub(crate) struct Candidates {
    database: *mut c_void,
    scratch: *mut c_void,
}

impl Candidates {
    pub(crate) fn new() -> Self {
        let expressions: Vec<CString> = PATTERNS
            .iter()
            .map(|(_, pattern)| CString::new(*pattern).unwrap())
            .collect();
        let pointers: Vec<*const c_char> = expressions.iter().map(|expression| expression.as_ptr()).collect();
        let (mut database, mut scratch, mut failure) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        // SAFETY: each expression ends with a zero, there are as many as is said, and the places are locals.
        let compiled = unsafe {
            hs_compile_multi(
                pointers.as_ptr(),
                ptr::null(),
                ptr::null(),
                pointers.len() as c_uint,
                HS_MODE_BLOCK,
                ptr::null(),
                &raw mut database,
                &raw mut failure,
            )
        };
        assert_eq!(compiled, 0, "a pattern was refused");
        // SAFETY: the database was just made, and the place is a local.
        assert_eq!(unsafe { hs_alloc_scratch(database, &raw mut scratch) }, 0);
        Self { database, scratch }
    }

    /// How many ends of candidates there are.
    pub(crate) fn count(&self, text: &str) -> usize {
        let mut count = 0_usize;
        // SAFETY: both are ours, the text has its length, and the context lives as long as the call.
        let scanned = unsafe {
            hs_scan(
                self.database,
                text.as_ptr().cast(),
                text.len() as c_uint,
                0,
                self.scratch,
                Some(found),
                (&raw mut count).cast(),
            )
        };
        assert_eq!(scanned, 0);
        count
    }
}

impl Drop for Candidates {
    fn drop(&mut self) {
        // SAFETY: it is ours.
        unsafe { hs_free_scratch(self.scratch) };
        // SAFETY: it is ours.
        unsafe { hs_free_database(self.database) };
    }
}

extern "C" fn found(_: c_uint, _: c_ulonglong, _: c_ulonglong, _: c_uint, context: *mut c_void) -> c_int {
    // SAFETY: it is the count of the call that goes on.
    unsafe { *context.cast::<usize>() += 1 };
    0
}

type Found = extern "C" fn(c_uint, c_ulonglong, c_ulonglong, c_uint, *mut c_void) -> c_int;

const HS_MODE_BLOCK: c_uint = 1;

#[link(name = "hs")]
unsafe extern "C" {
    fn hs_compile_multi(
        expressions: *const *const c_char,
        flags: *const c_uint,
        ids: *const c_uint,
        elements: c_uint,
        mode: c_uint,
        platform: *const c_void,
        database: *mut *mut c_void,
        error: *mut *mut c_void,
    ) -> c_int;
    fn hs_alloc_scratch(database: *const c_void, scratch: *mut *mut c_void) -> c_int;
    fn hs_scan(
        database: *const c_void,
        data: *const c_char,
        length: c_uint,
        flags: c_uint,
        scratch: *mut c_void,
        found: Option<Found>,
        context: *mut c_void,
    ) -> c_int;
    fn hs_free_scratch(scratch: *mut c_void) -> c_int;
    fn hs_free_database(database: *mut c_void) -> c_int;
}
