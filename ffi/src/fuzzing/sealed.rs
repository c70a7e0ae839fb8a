//! Keys of every kind, and sealed messages in pieces.

use std::ffi::{c_char, c_void};
use std::ptr;

use super::{Host, Text, check, choose, free_json, give_text};
use crate::bytes::readable;
use crate::context::{sealwax_context, sealwax_context_add, sealwax_context_free, sealwax_context_new};
use crate::error::sealwax_error;
use crate::header::sealwax_sealed_header_len;
use crate::keyring::{
    sealwax_keyring, sealwax_keyring_add_certificate, sealwax_keyring_add_key, sealwax_keyring_add_local,
    sealwax_keyring_add_passphrase, sealwax_keyring_add_ring, sealwax_keyring_add_rsa_secret_key, sealwax_keyring_free,
    sealwax_keyring_new,
};
use crate::opener::{
    sealwax_opener, sealwax_opener_free, sealwax_opener_len, sealwax_opener_new, sealwax_opener_open_detached,
    sealwax_opener_open_in_place, sealwax_opener_past_retention,
};
use crate::rewrapper::{
    sealwax_rewrapper_context, sealwax_rewrapper_free, sealwax_rewrapper_new, sealwax_rewrapper_remove,
    sealwax_rewrapper_rewrap_detached,
};
use crate::sealer::{
    sealwax_sealer, sealwax_sealer_bucket, sealwax_sealer_free, sealwax_sealer_new, sealwax_sealer_retention,
    sealwax_sealer_seal_in_place,
};
use crate::status::{SEALWAX_OK, sealwax_status};
use crate::stream::{
    sealwax_chunkwise_reader_free, sealwax_chunkwise_reader_new, sealwax_chunkwise_reader_read,
    sealwax_opener_open_stream, sealwax_seek_reader_free, sealwax_seek_reader_len, sealwax_seek_reader_new,
    sealwax_seek_reader_read_at, sealwax_writer_finish, sealwax_writer_free, sealwax_writer_new, sealwax_writer_write,
};

/// The first byte names the kind. The key goes into a ring of its own: one more passphrase would make all sealing slow.
pub(super) fn add_key_of_kind(argument: &[u8]) {
    let calls: [Text<sealwax_keyring>; 6] = [
        sealwax_keyring_add_key,
        sealwax_keyring_add_local,
        sealwax_keyring_add_passphrase,
        sealwax_keyring_add_rsa_secret_key,
        add_certificate,
        add_ring,
    ];
    let mut keyring = ptr::null_mut();
    // SAFETY: the place is a local.
    check(|error| unsafe { sealwax_keyring_new(&raw mut keyring, error) });
    if let Some((call, text)) = choose(&calls, argument) {
        give_text(call, keyring, text);
    }
    // SAFETY: the handle is ours.
    unsafe { sealwax_keyring_free(keyring) };
}

impl Host {
    /// The first half is the name of a pair and of a bucket, the second its value: it is stored, then supplied.
    pub(super) fn seal_in_context(&self, argument: &[u8]) {
        let (name, value) = argument.split_at(argument.len() / 2);
        let context = context_of(name, value);
        for (stored, supplied) in [(context, ptr::null_mut()), (ptr::null_mut(), context)] {
            let Some(sealer) = self.sealer(stored, supplied) else {
                continue;
            };
            let sealed = seal_in_place(sealer, value);
            let opener = self.opener(supplied);
            let opened = sealed.as_deref().and_then(|sealed| open_in_place(opener, sealed));
            assert_eq!(
                opened.as_deref(),
                sealed.as_ref().map(|_| value),
                "what was sealed opens"
            );
            free_both(sealer, opener);
        }
        self.rewrap_apart(context, argument);
        // SAFETY: the handle is ours.
        unsafe { sealwax_context_free(context) };
    }

    /// The argument names a bucket, and a retention; its text is what is sealed.
    pub(super) fn seal_in_bucket(&self, argument: &[u8]) {
        let Some(sealer) = self.sealer(ptr::null_mut(), ptr::null_mut()) else {
            return;
        };
        let (start, length) = (argument.as_ptr().cast(), argument.len());
        let until = argument.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes));
        // SAFETY: the handle is ours, and the bytes are a slice.
        check(|error| unsafe { sealwax_sealer_retention(sealer, start, length, until, error) });
        give_text(sealwax_sealer_bucket, sealer, argument);
        let opener = self.opener(ptr::null_mut());
        // SAFETY: the handle is ours.
        check(|error| unsafe { sealwax_opener_past_retention(opener, error) });
        let sealed = seal_in_place(sealer, argument);
        let opened = sealed.as_deref().and_then(|sealed| open_in_place(opener, sealed));
        assert_eq!(
            opened.as_deref(),
            sealed.as_ref().map(|_| argument),
            "what was sealed opens"
        );
        free_both(sealer, opener);
    }

    /// Parts a sealed message where its header ends, else in the middle, and opens the parts.
    pub(super) fn open_apart(&self, sealed: &[u8]) {
        let (start, len, mut at) = (sealed.as_ptr(), sealed.len(), 0);
        // SAFETY: the bytes are a slice, and the place is a local.
        let status = check(|error| unsafe { sealwax_sealed_header_len(start, len, &raw mut at, error) });
        let at = if status == SEALWAX_OK { at } else { len / 2 };
        let (header, body) = sealed.split_at_checked(at).unwrap_or_default();
        let opener = self.opener(ptr::null_mut());
        let (mut plain, mut needed) = (vec![0; len], 0);
        let (room, capacity, out) = (plain.as_mut_ptr(), plain.len(), &raw mut needed);
        let (head, head_len, body, body_len) = (header.as_ptr(), header.len(), body.as_ptr(), body.len());
        // SAFETY: the handle is ours, the bytes are slices, the buffer is a vector, and the place is a local.
        let status = check(|error| unsafe {
            sealwax_opener_open_detached(opener, head, head_len, body, body_len, room, capacity, out, error)
        });
        plain.truncate(needed);
        let whole = open_in_place(opener, sealed);
        assert_eq!((status == SEALWAX_OK).then_some(plain), whole, "apart as together");
        let (sealer, mut length) = (ptr::null_mut(), 0);
        // SAFETY: the handle is ours, the bytes are a slice, and the place is a local.
        let status = check(|error| unsafe { sealwax_opener_len(opener, start, len, &raw mut length, error) });
        assert!(whole.is_none_or(|whole| status == SEALWAX_OK && whole.len() == length));
        free_both(sealer, opener);
    }

    /// Opens a message by the host's callbacks: whole, chunk by chunk, and from its middle.
    pub(super) fn open_streams(&self, sealed: &[u8]) {
        let opener = self.opener(ptr::null_mut());
        let whole = open_in_place(opener, sealed);
        assert_eq!(open_stream(opener, sealed), whole, "a stream as the whole");
        assert_eq!(open_chunkwise(opener, sealed), whole, "chunk by chunk as the whole");
        let middle = whole
            .as_ref()
            .map(|plain| plain.get(plain.len() / 2..).unwrap_or_default());
        let found = open_from_middle(opener, sealed);
        assert!(
            middle.is_none() || found.as_deref() == middle,
            "from the middle as the whole"
        );
        free_both(ptr::null_mut(), opener);
    }

    /// Seals what comes in two pieces, by a callback.
    pub(super) fn write_stream(&self, plain: &[u8]) {
        let Some(sealer) = self.sealer(ptr::null_mut(), ptr::null_mut()) else {
            return;
        };
        let (mut written, mut writer): (Vec<u8>, _) = (Vec::new(), ptr::null_mut());
        let user = (&raw mut written).cast();
        // SAFETY: the handle is ours, the vector outlives the writer, and the place is a local.
        check(|error| unsafe { sealwax_writer_new(sealer, user, Some(write), None, &raw mut writer, error) });
        let (first, second) = plain.split_at(plain.len() / 2);
        for piece in [first, second] {
            // SAFETY: the handle is ours, and the bytes are a slice.
            check(|error| unsafe { sealwax_writer_write(writer, piece.as_ptr(), piece.len(), error) });
        }
        // SAFETY: the handle is ours.
        let status = check(|error| unsafe { sealwax_writer_finish(writer, error) });
        // SAFETY: as above.
        unsafe { sealwax_writer_free(writer) };
        let opener = self.opener(ptr::null_mut());
        let opened = open_in_place(opener, &written);
        assert_eq!(
            (status, opened.as_deref()),
            (SEALWAX_OK, Some(plain)),
            "what was written opens"
        );
        free_both(sealer, opener);
    }

    fn rewrap_apart(&self, context: *mut sealwax_context, argument: &[u8]) {
        let (mut rewrapper, mut header) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the handle is alive, and the place is a local.
        check(|error| unsafe { sealwax_rewrapper_new(self.keyring, &raw mut rewrapper, error) });
        // SAFETY: the handles are alive.
        check(|error| unsafe { sealwax_rewrapper_context(rewrapper, context, error) });
        let name = argument.get(..argument.len().min(32)).unwrap_or_default();
        give_text(sealwax_rewrapper_remove, rewrapper, name);
        let (start, len, out) = (argument.as_ptr(), argument.len(), &raw mut header);
        let none = ptr::null_mut();
        // SAFETY: the handle is ours, the bytes are slices, the place is a local, and NULL is allowed for `changed`.
        let status = check(|error| unsafe {
            sealwax_rewrapper_rewrap_detached(rewrapper, start, len, start, len, out, none, error)
        });
        assert_eq!(status == SEALWAX_OK, !header.is_null());
        free_json(header);
        // SAFETY: the handle is ours.
        unsafe { sealwax_rewrapper_free(rewrapper) };
    }

    fn sealer(&self, stored: *mut sealwax_context, supplied: *mut sealwax_context) -> Option<*mut sealwax_sealer> {
        let mut sealer = ptr::null_mut();
        // SAFETY: the handles are alive or NULL, and the place is a local.
        let status =
            check(|error| unsafe { sealwax_sealer_new(self.keyring, stored, supplied, &raw mut sealer, error) });
        (status == SEALWAX_OK).then_some(sealer)
    }

    fn opener(&self, supplied: *mut sealwax_context) -> *mut sealwax_opener {
        let mut opener = ptr::null_mut();
        // SAFETY: the handle is alive, the context is alive or NULL, and the place is a local.
        check(|error| unsafe { sealwax_opener_new(self.keyring, supplied, &raw mut opener, error) });
        opener
    }
}

/// The certificate with the time at which nothing is checked, in the shape of the other calls.
unsafe extern "C" fn add_certificate(
    keyring: *mut sealwax_keyring,
    pem: *const c_char,
    length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    // SAFETY: the caller's arguments are those of this call.
    unsafe { sealwax_keyring_add_certificate(keyring, pem, length, 0, error) }
}

/// A ring whose keys only open, in the shape of the other calls.
unsafe extern "C" fn add_ring(
    keyring: *mut sealwax_keyring,
    ring: *const c_char,
    length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    // SAFETY: the caller's arguments are those of this call, and NULL is allowed with 0.
    unsafe { sealwax_keyring_add_ring(keyring, ring, length, ptr::null(), 0, error) }
}

fn context_of(name: &[u8], value: &[u8]) -> *mut sealwax_context {
    let mut context = ptr::null_mut();
    // SAFETY: the place is a local.
    check(|error| unsafe { sealwax_context_new(&raw mut context, error) });
    let (start, len, value_start, value_len) = (name.as_ptr().cast(), name.len(), value.as_ptr().cast(), value.len());
    // SAFETY: the handle is ours, and the bytes are slices.
    check(|error| unsafe { sealwax_context_add(context, start, len, value_start, value_len, error) });
    context
}

/// Seals in a buffer with room to spare.
fn seal_in_place(sealer: *const sealwax_sealer, plain: &[u8]) -> Option<Vec<u8>> {
    let mut buffer = plain.to_vec();
    buffer.resize(plain.len().saturating_add(ROOM), 0);
    let (start, room, len, mut needed) = (buffer.as_mut_ptr(), buffer.len(), plain.len(), 0);
    let out = &raw mut needed;
    // SAFETY: the handle is alive, the buffer is a vector, and the place is a local.
    let status = check(|error| unsafe { sealwax_sealer_seal_in_place(sealer, start, room, len, out, error) });
    buffer.truncate(needed);
    (status == SEALWAX_OK).then_some(buffer)
}

fn open_in_place(opener: *const sealwax_opener, sealed: &[u8]) -> Option<Vec<u8>> {
    let (mut buffer, mut length) = (sealed.to_vec(), 0);
    let (start, room, out) = (buffer.as_mut_ptr(), buffer.len(), &raw mut length);
    // SAFETY: the handle is alive, the buffer is a vector, and the place is a local.
    let status = check(|error| unsafe { sealwax_opener_open_in_place(opener, start, room, out, error) });
    buffer.truncate(length);
    (status == SEALWAX_OK).then_some(buffer)
}

fn open_stream(opener: *const sealwax_opener, sealed: &[u8]) -> Option<Vec<u8>> {
    let (mut written, mut length): (Vec<u8>, _) = (Vec::new(), 0);
    let (user, taker, size) = (given(&sealed), (&raw mut written).cast(), sealed.len() as u64);
    let (read, write, out) = (Some(read_at as _), Some(write as _), &raw mut length);
    // SAFETY: the handle is alive, the bytes and the vector outlive the call, and the place is a local.
    let status = check(|error| unsafe {
        sealwax_opener_open_stream(opener, size, user, read, None, taker, write, None, out, error)
    });
    let opened = (status == SEALWAX_OK).then_some(written);
    assert!(opened.as_ref().is_none_or(|plain| plain.len() as u64 == length));
    opened
}

fn open_chunkwise(opener: *const sealwax_opener, sealed: &[u8]) -> Option<Vec<u8>> {
    let (mut rest, mut reader) = (sealed, ptr::null_mut());
    let user = (&raw mut rest).cast();
    // SAFETY: the handle is alive, the bytes outlive the reader, and the place is a local.
    let status =
        check(|error| unsafe { sealwax_chunkwise_reader_new(opener, user, Some(read), None, &raw mut reader, error) });
    if status != SEALWAX_OK {
        return None;
    }
    let (mut plain, mut piece) = (Vec::new(), [0; 999]);
    let opened = loop {
        let mut length = 0;
        let (room, capacity, out) = (piece.as_mut_ptr(), piece.len(), &raw mut length);
        // SAFETY: the handle is ours, and the buffer and the place are locals.
        let status = check(|error| unsafe { sealwax_chunkwise_reader_read(reader, room, capacity, out, error) });
        plain.extend_from_slice(piece.get(..length).unwrap_or_default());
        if status != SEALWAX_OK || length == 0 {
            break status == SEALWAX_OK;
        }
    };
    // SAFETY: the handle is ours.
    unsafe { sealwax_chunkwise_reader_free(reader) };
    opened.then_some(plain)
}

fn open_from_middle(opener: *const sealwax_opener, sealed: &[u8]) -> Option<Vec<u8>> {
    let (user, size, mut reader) = (given(&sealed), sealed.len() as u64, ptr::null_mut());
    let out = &raw mut reader;
    // SAFETY: the handle is alive, the bytes outlive the reader, and the place is a local.
    let status = check(|error| unsafe { sealwax_seek_reader_new(opener, size, user, Some(read_at), None, out, error) });
    if status != SEALWAX_OK {
        return None;
    }
    // SAFETY: the handle is ours.
    let half = unsafe { sealwax_seek_reader_len(reader) } / 2;
    let (mut plain, mut length) = (vec![0; sealed.len()], 0);
    let (room, capacity, out) = (plain.as_mut_ptr(), plain.len(), &raw mut length);
    // SAFETY: the handle is ours, the buffer is a vector, and the place is a local.
    let status = check(|error| unsafe { sealwax_seek_reader_read_at(reader, half, room, capacity, out, error) });
    // SAFETY: the handle is ours.
    unsafe { sealwax_seek_reader_free(reader) };
    plain.truncate(length);
    (status == SEALWAX_OK).then_some(plain)
}

fn free_both(sealer: *mut sealwax_sealer, opener: *mut sealwax_opener) {
    // SAFETY: the handle is ours or NULL.
    unsafe { sealwax_sealer_free(sealer) };
    // SAFETY: as above.
    unsafe { sealwax_opener_free(opener) };
}

/// The value of a callback that reads `bytes` and changes nothing of them.
fn given(bytes: &&[u8]) -> *mut c_void {
    (&raw const *bytes).cast_mut().cast()
}

/// Takes pieces of a stream into a vector.
unsafe extern "C" fn write(user: *mut c_void, bytes: *const u8, length: usize) -> sealwax_status {
    // SAFETY: every caller gives a vector that outlives the stream.
    let written = unsafe { &mut *user.cast::<Vec<u8>>() };
    // SAFETY: the library gives bytes that can be read.
    let piece = unsafe { readable(bytes, length, "bytes") };
    written.extend_from_slice(piece.unwrap_or_default());
    SEALWAX_OK
}

/// Gives a stream from the rest of a slice.
unsafe extern "C" fn read(user: *mut c_void, buffer: *mut u8, capacity: usize, length: *mut usize) -> sealwax_status {
    // SAFETY: every caller gives a slice that outlives the stream.
    let rest = unsafe { &mut *user.cast::<&[u8]>() };
    let (piece, after) = rest.split_at_checked(capacity).unwrap_or((rest, &[]));
    *rest = after;
    // SAFETY: the library gives a buffer of this capacity and a place.
    unsafe { put(piece, buffer, length) }
}

/// Gives bytes of a slice from any place.
unsafe extern "C" fn read_at(
    user: *mut c_void,
    offset: u64,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> sealwax_status {
    // SAFETY: every caller gives a slice that outlives the call.
    let bytes = unsafe { *user.cast::<&[u8]>() };
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|at| bytes.get(at..))
        .unwrap_or_default();
    let piece = rest.get(..capacity).unwrap_or(rest);
    // SAFETY: the library gives a buffer of this capacity and a place.
    unsafe { put(piece, buffer, length) }
}

/// Copies `piece`, which fits, to `buffer`.
unsafe fn put(piece: &[u8], buffer: *mut u8, length: *mut usize) -> sealwax_status {
    // SAFETY: the callers give no more than the buffer holds.
    unsafe { ptr::copy_nonoverlapping(piece.as_ptr(), buffer, piece.len()) };
    // SAFETY: the place is one of the library's.
    unsafe { *length = piece.len() };
    SEALWAX_OK
}

/// More than a header of this target takes.
const ROOM: usize = 4096;
