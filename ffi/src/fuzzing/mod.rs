//! The bodies of the fuzz targets of the C interface.
//!
//! The input of `c_interface` is a program of calls: one byte names a call, the next says how many of the bytes that follow it
//! is given; 255 says that the length stands in two more. So orders, lengths and texts that no host would think of come through the very functions that C calls.

mod build;
mod facts;
mod sealed;

use std::ffi::c_char;
use std::ptr;
use std::sync::OnceLock;

use sealwax::Transaction;
use sealwax::engine::Engine;
use sealwax::seal::LocalKey;

use crate::buf::{sealwax_buf, sealwax_buf_data, sealwax_buf_free, sealwax_buf_len};
use crate::bytes::readable;
use crate::delivery::{
    sealwax_delivery_recipient, sealwax_delivery_why_count, sealwax_delivery_why_reason, sealwax_message_inner,
};
use crate::engine::{sealwax_engine, sealwax_engine_evaluate_facts, sealwax_engine_free, sealwax_engine_scan};
use crate::error::{sealwax_error, sealwax_error_free, sealwax_error_status};
use crate::feed::{
    sealwax_feed, sealwax_feed_body, sealwax_feed_finish, sealwax_feed_free, sealwax_feed_header, sealwax_feed_new,
    sealwax_feed_raw, sealwax_feed_reset,
};
use crate::handle::give;
use crate::header::{sealwax_sealed_header_json, sealwax_sealed_survivors};
use crate::keyring::{Key, sealwax_keyring, sealwax_keyring_add_local, sealwax_keyring_free, sealwax_keyring_new};
use crate::opener::{sealwax_opener_free, sealwax_opener_new, sealwax_opener_open};
use crate::redact::sealwax_engine_redact_text;
use crate::rewrapper::{
    sealwax_rewrapper_add, sealwax_rewrapper_free, sealwax_rewrapper_new, sealwax_rewrapper_rewrap,
};
use crate::ring::{
    sealwax_ring_free, sealwax_ring_new, sealwax_ring_rotate, sealwax_ring_text, sealwax_ring_unwrap, sealwax_ring_wrap,
};
use crate::sealer::{sealwax_sealer_free, sealwax_sealer_new, sealwax_sealer_seal};
use crate::status::{SEALWAX_OK, SEALWAX_PANIC, SEALWAX_SHORT, sealwax_status};
use crate::transaction::{
    sealwax_transaction, sealwax_transaction_add_recipient, sealwax_transaction_free, sealwax_transaction_from_json,
};
use crate::verdict::{
    sealwax_verdict, sealwax_verdict_delivery, sealwax_verdict_delivery_count, sealwax_verdict_free,
    sealwax_verdict_json,
};

pub use build::c_build;

/// Makes the calls that `program` names; no call may panic, and each must keep the promises of the manual.
///
/// # Panics
///
/// When a call breaks a promise: that is what the fuzzer looks for.
pub fn c_interface(mut program: &[u8]) {
    let mut host = Host::new();
    while let [call, length, rest @ ..] = program {
        let (length, rest) = match (length, rest) {
            (&u8::MAX, [high, low, rest @ ..]) => (u16::from_be_bytes([*high, *low]).into(), rest),
            _ => (usize::from(*length), rest),
        };
        let (argument, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        host.make(*call, argument);
        program = rest;
    }
}

/// A host with one handle of each kind.
struct Host {
    engine: *mut sealwax_engine,
    transaction: *mut sealwax_transaction,
    feed: *mut sealwax_feed,
    keyring: *mut sealwax_keyring,
}

impl Host {
    fn new() -> Self {
        let engine = engine().clone();
        let transaction =
            Transaction::from("ann@clinic.example").and_then(|transaction| transaction.to("bob@example.org"));
        let transaction = transaction.unwrap_or_default();
        let keys = vec![Key::both(&LocalKey::from_bytes(&KEY))];
        let mut host = Self {
            engine: give(sealwax_engine { engine }),
            transaction: give(sealwax_transaction { transaction }),
            feed: ptr::null_mut(),
            keyring: give(sealwax_keyring { keys, epoch: 0 }),
        };
        // SAFETY: the handles are alive, and the place is a field of ours.
        check(|error| unsafe { sealwax_feed_new(host.engine, host.transaction, &raw mut host.feed, error) });
        host
    }

    /// Makes the call that `call` names; other bytes name none.
    fn make(&mut self, call: u8, argument: &[u8]) {
        match call {
            b'a' => self.add_recipient(argument),
            b'b' => self.push_body(argument),
            b'd' => self.redact(argument),
            b'e' => self.evaluate(argument),
            b'f' => self.finish(),
            b'g' => read_header(argument),
            b'h' => self.push_header(argument),
            b'i' => rotate(self.keyring, argument),
            b'k' => self.add_key(argument),
            b'o' => drop(self.open(argument)),
            b'r' => self.push_raw(argument),
            b's' => self.seal(argument),
            b't' => self.replace_transaction(argument),
            b'w' => self.rewrap(argument),
            b'x' => self.scan(argument),
            b'z' => self.reset(),
            b'A' => self.set_text(argument),
            b'B' => self.seal_in_bucket(argument),
            b'C' => sealed::add_key_of_kind(argument),
            b'D' => self.open_apart(argument),
            b'E' => self.add_evidence(argument),
            b'J' => self.add_json(argument),
            b'M' => inner(argument),
            b'N' => self.identify(argument),
            b'R' => self.set_recipient(argument),
            b'S' => self.open_streams(argument),
            b'T' => self.part_text(argument),
            b'W' => self.write_stream(argument),
            b'X' => self.seal_in_context(argument),
            _ => {}
        }
    }

    fn add_recipient(&self, address: &[u8]) {
        let (start, length) = (address.as_ptr().cast(), address.len());
        // SAFETY: the handle is alive, the bytes are a slice, and NULL is allowed for the index.
        check(|error| unsafe {
            sealwax_transaction_add_recipient(self.transaction, start, length, ptr::null_mut(), error)
        });
    }

    fn replace_transaction(&mut self, json: &[u8]) {
        let (start, length, mut made) = (json.as_ptr().cast(), json.len(), ptr::null_mut());
        // SAFETY: the bytes are a slice, and the place is a local.
        let status = check(|error| unsafe { sealwax_transaction_from_json(start, length, &raw mut made, error) });
        assert_eq!(status == SEALWAX_OK, !made.is_null());
        if status == SEALWAX_OK {
            let old = std::mem::replace(&mut self.transaction, made);
            // SAFETY: the old handle is ours, and nobody has it any more.
            unsafe { sealwax_transaction_free(old) };
        }
    }

    fn push_header(&self, argument: &[u8]) {
        let (name, value) = argument.split_at(argument.len() / 3);
        let (name, value) = ((name.as_ptr(), name.len()), (value.as_ptr(), value.len()));
        // SAFETY: the handle is alive, and the bytes are slices.
        check(|error| unsafe { sealwax_feed_header(self.feed, name.0, name.1, value.0, value.1, error) });
    }

    fn push_body(&self, chunk: &[u8]) {
        // SAFETY: the handle is alive, and the bytes are a slice.
        check(|error| unsafe { sealwax_feed_body(self.feed, chunk.as_ptr(), chunk.len(), error) });
    }

    fn push_raw(&self, chunk: &[u8]) {
        // SAFETY: the handle is alive, and the bytes are a slice.
        check(|error| unsafe { sealwax_feed_raw(self.feed, chunk.as_ptr(), chunk.len(), error) });
    }

    fn finish(&self) {
        let mut verdict = ptr::null_mut();
        // SAFETY: the handle is alive, and the place is a local.
        let status = check(|error| unsafe { sealwax_feed_finish(self.feed, 0, &raw mut verdict, error) });
        read_all(status, verdict);
    }

    fn reset(&self) {
        // SAFETY: the handles are alive.
        check(|error| unsafe { sealwax_feed_reset(self.feed, self.transaction, error) });
    }

    /// The first half is the facts, the second the message.
    fn evaluate(&self, argument: &[u8]) {
        let (facts, raw) = argument.split_at(argument.len() / 2);
        let (start, length, mut verdict) = (facts.as_ptr().cast(), facts.len(), ptr::null_mut());
        let (raw, raw_length) = (raw.as_ptr(), raw.len());
        let out = &raw mut verdict;
        // SAFETY: the handle is alive, the bytes are slices, and the place is a local.
        let status = check(|error| unsafe {
            sealwax_engine_evaluate_facts(self.engine, start, length, raw, raw_length, 0, out, error)
        });
        read_all(status, verdict);
    }

    fn scan(&self, raw: &[u8]) {
        let (start, length, mut json) = (raw.as_ptr(), raw.len(), ptr::null_mut());
        let out = &raw mut json;
        // SAFETY: the handle is alive, the bytes are a slice, and the place is a local.
        check(|error| unsafe { sealwax_engine_scan(self.engine, ptr::null(), 0, start, length, 0, out, error) });
        free_json(json);
    }

    fn redact(&self, text: &[u8]) {
        let (start, length, mut redacted) = (text.as_ptr().cast(), text.len(), ptr::null_mut());
        let (out, none) = (&raw mut redacted, ptr::null_mut());
        // SAFETY: the handle is alive, the bytes are a slice, NULL is allowed for the rest, and the place is a local.
        let status = check(|error| unsafe {
            sealwax_engine_redact_text(
                self.engine,
                ptr::null(),
                ptr::null(),
                0,
                start,
                length,
                out,
                none,
                error,
            )
        });
        assert_eq!(status == SEALWAX_OK, !redacted.is_null());
        free_json(redacted);
    }

    fn rewrap(&self, sealed: &[u8]) {
        let (mut rewrapper, mut header, mut old) = (ptr::null_mut(), ptr::null_mut(), 0);
        let (start, length, made) = (sealed.as_ptr(), sealed.len(), &raw mut rewrapper);
        let (out, old_out, none) = (&raw mut header, &raw mut old, ptr::null_mut());
        // SAFETY: the handle is alive, and the place is a local.
        check(|error| unsafe { sealwax_rewrapper_new(self.keyring, made, error) });
        // SAFETY: the handles are alive.
        check(|error| unsafe { sealwax_rewrapper_add(rewrapper, self.keyring, error) });
        // SAFETY: the handle is alive, the bytes are a slice, the places are locals, and NULL is allowed for `changed`.
        let status =
            check(|error| unsafe { sealwax_rewrapper_rewrap(rewrapper, start, length, out, old_out, none, error) });
        assert_eq!(status == SEALWAX_OK, !header.is_null());
        assert!(old <= length);
        // SAFETY: the handle is ours.
        unsafe { sealwax_rewrapper_free(rewrapper) };
        free_json(header);
    }

    fn add_key(&self, key: &[u8]) {
        // SAFETY: the handle is alive, and the bytes are a slice.
        check(|error| unsafe { sealwax_keyring_add_local(self.keyring, key.as_ptr().cast(), key.len(), error) });
    }

    /// What was sealed opens again to the same bytes.
    fn seal(&self, plain: &[u8]) {
        let (mut sealer, mut sealed, mut needed) = (ptr::null_mut(), Vec::new(), 0);
        let (start, length, out) = (plain.as_ptr(), plain.len(), &raw mut needed);
        // SAFETY: the handle is alive, NULL is allowed for the contexts, and the place is a local.
        check(|error| unsafe { sealwax_sealer_new(self.keyring, ptr::null(), ptr::null(), &raw mut sealer, error) });
        // SAFETY: the handle is alive, the bytes are a slice, an empty buffer may be NULL, and the place is a local.
        let status =
            check(|error| unsafe { sealwax_sealer_seal(sealer, start, length, ptr::null_mut(), 0, out, error) });
        assert_eq!(status, SEALWAX_SHORT);
        sealed.resize(needed, 0);
        let (room, capacity) = (sealed.as_mut_ptr(), sealed.len());
        // SAFETY: as above, and the buffer is a vector of ours.
        let status = check(|error| unsafe { sealwax_sealer_seal(sealer, start, length, room, capacity, out, error) });
        assert_eq!((status, needed), (SEALWAX_OK, capacity));
        // SAFETY: the handle is ours.
        unsafe { sealwax_sealer_free(sealer) };
        assert_eq!(self.open(&sealed).as_deref(), Some(plain));
    }

    fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (mut opener, mut plain, mut needed) = (ptr::null_mut(), vec![0; sealed.len()], 0);
        let (start, length, out) = (sealed.as_ptr(), sealed.len(), &raw mut needed);
        let (room, capacity) = (plain.as_mut_ptr(), plain.len());
        // SAFETY: the handle is alive, NULL is allowed for the context, and the place is a local.
        check(|error| unsafe { sealwax_opener_new(self.keyring, ptr::null(), &raw mut opener, error) });
        // SAFETY: the handle is alive, the bytes are a slice, the buffer is a vector, and the place is a local.
        let status = check(|error| unsafe { sealwax_opener_open(opener, start, length, room, capacity, out, error) });
        // SAFETY: the handle is ours.
        unsafe { sealwax_opener_free(opener) };
        plain.truncate(needed);
        (status == SEALWAX_OK).then_some(plain)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // SAFETY: the handle is ours, and nobody has it any more.
        unsafe { sealwax_feed_free(self.feed) };
        // SAFETY: as above.
        unsafe { sealwax_keyring_free(self.keyring) };
        // SAFETY: as above.
        unsafe { sealwax_transaction_free(self.transaction) };
        // SAFETY: as above.
        unsafe { sealwax_engine_free(self.engine) };
    }
}

/// Reads a header in the two ways that C has.
fn read_header(sealed: &[u8]) {
    let (start, length, mut json, mut survivors) = (sealed.as_ptr(), sealed.len(), ptr::null_mut(), 0);
    let (out, count, mut nobody) = (&raw mut json, &raw mut survivors, ptr::null_mut());
    // SAFETY: the bytes are a slice, and the place is a local.
    let shown = check(|error| unsafe { sealwax_sealed_header_json(start, length, out, error) });
    // SAFETY: the place is a local.
    check(|error| unsafe { sealwax_keyring_new(&raw mut nobody, error) });
    // SAFETY: as above, and the keyring is alive.
    let counted = check(|error| unsafe { sealwax_sealed_survivors(start, length, nobody, count, error) });
    // SAFETY: the keyring is ours.
    unsafe { sealwax_keyring_free(nobody) };
    assert_eq!((shown, shown == SEALWAX_OK), (counted, !json.is_null()));
    free_json(json);
}

/// Reads a key ring, rotates a key of it, and writes it again, in clear and wrapped.
fn rotate(keyring: *mut sealwax_keyring, text: &[u8]) {
    unwrap(keyring, text);
    let (start, length, mut ring, mut written) = (text.as_ptr().cast(), text.len(), ptr::null_mut(), ptr::null_mut());
    let (made, out, id) = (&raw mut ring, &raw mut written, c"clinic-7");
    // SAFETY: the bytes are a slice, and the place is a local.
    if check(|error| unsafe { sealwax_ring_new(start, length, made, error) }) != SEALWAX_OK {
        return;
    }
    // SAFETY: the handle is ours, and the text is a constant. It is refused only when its versions have run out.
    check(|error| unsafe { sealwax_ring_rotate(ring, id.as_ptr(), id.count_bytes(), error) });
    // SAFETY: the handle is ours, and the place is a local.
    check(|error| unsafe { sealwax_ring_text(ring, out, error) });
    free_json(written);
    // SAFETY: the handles are alive, and the place is a local.
    let status = check(|error| unsafe { sealwax_ring_wrap(ring, keyring, out, error) });
    assert_eq!(status, SEALWAX_OK, "a ring is wrapped");
    // SAFETY: the buffer is ours.
    let start = unsafe { sealwax_buf_data(written) };
    // SAFETY: as above.
    let length = unsafe { sealwax_buf_len(written) };
    // SAFETY: as above, and it is not freed yet.
    let wrapped = unsafe { readable(start, length, "wrapped") };
    assert!(unwrap(keyring, wrapped.unwrap_or_default()), "what is wrapped is read");
    free_json(written);
    // SAFETY: the handle is ours.
    unsafe { sealwax_ring_free(ring) };
}

/// Whether the bytes are a wrapped ring.
fn unwrap(keyring: *mut sealwax_keyring, wrapped: &[u8]) -> bool {
    let (start, length, mut ring) = (wrapped.as_ptr(), wrapped.len(), ptr::null_mut());
    // SAFETY: the handle is alive, the bytes are a slice, and the place is a local.
    let status = check(|error| unsafe { sealwax_ring_unwrap(start, length, keyring, &raw mut ring, error) });
    // SAFETY: the handle is ours or NULL.
    unsafe { sealwax_ring_free(ring) };
    status == SEALWAX_OK
}

/// Finds the sealed message in a message; there is room for none in most.
fn inner(raw: &[u8]) {
    let (start, length, mut found) = (raw.as_ptr(), raw.len(), ptr::null_mut());
    // SAFETY: the bytes are a slice, and the place is a local.
    check(|error| unsafe { sealwax_message_inner(start, length, &raw mut found, error) });
    free_json(found);
}

/// A call that gives a handle a text.
type Text<T> = unsafe extern "C" fn(*mut T, *const c_char, usize, *mut *mut sealwax_error) -> sealwax_status;

/// Gives a handle, which must be alive, a text.
fn give_text<T>(call: Text<T>, handle: *mut T, text: &[u8]) -> sealwax_status {
    // SAFETY: every caller's handle is alive, and the bytes are a slice.
    check(|error| unsafe { call(handle, text.as_ptr().cast(), text.len(), error) })
}

/// A call that a byte chooses, and what is left for it.
fn choose<'a, T: Copy>(calls: &[T], argument: &'a [u8]) -> Option<(T, &'a [u8])> {
    let (byte, rest) = argument.split_first()?;
    let index = usize::from(*byte).checked_rem(calls.len())?;
    calls.get(index).map(|call| (*call, rest))
}

/// Makes a call and holds it to what the manual says of every call.
fn check(call: impl FnOnce(*mut *mut sealwax_error) -> sealwax_status) -> sealwax_status {
    let mut error = ptr::null_mut();
    let status = call(&raw mut error);
    assert_ne!(status, SEALWAX_PANIC);
    assert_eq!(status == SEALWAX_OK, error.is_null());
    if !error.is_null() {
        // SAFETY: the error is ours.
        assert_eq!(unsafe { sealwax_error_status(error) }, status);
    }
    // SAFETY: the error is ours or NULL.
    unsafe { sealwax_error_free(error) };
    status
}

/// Reads a verdict to its end and one index past it.
fn read_all(status: sealwax_status, verdict: *mut sealwax_verdict) {
    assert_eq!(status == SEALWAX_OK, !verdict.is_null());
    let mut json = ptr::null_mut();
    if status == SEALWAX_OK {
        // SAFETY: the handle is ours, and the place is a local.
        check(|error| unsafe { sealwax_verdict_json(verdict, &raw mut json, error) });
    }
    free_json(json);
    // SAFETY: the handle is ours or NULL.
    let count = unsafe { sealwax_verdict_delivery_count(verdict) };
    for index in 0..=count {
        // SAFETY: as above.
        let delivery = unsafe { sealwax_verdict_delivery(verdict, index) };
        // SAFETY: the delivery lives as long as the verdict, or is NULL; NULL is allowed for the length.
        let recipient = unsafe { sealwax_delivery_recipient(delivery, ptr::null_mut()) };
        assert_eq!(recipient.is_null(), index == count);
        // SAFETY: as above.
        let last = unsafe { sealwax_delivery_why_count(delivery) };
        // SAFETY: as above.
        assert!(unsafe { sealwax_delivery_why_reason(delivery, last, ptr::null_mut()) }.is_null());
    }
    // SAFETY: the handle is ours or NULL, and nobody has it any more.
    unsafe { sealwax_verdict_free(verdict) };
}

fn free_json(json: *mut sealwax_buf) {
    // SAFETY: the handle is ours or NULL.
    unsafe { sealwax_buf_free(json) };
}

/// Built once: a program of calls is short, and an engine takes longer to build.
#[expect(clippy::expect_used, reason = "the fuzzer stops when its engine cannot be built")]
fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::with_profile("hipaa-2013").expect("the profile is built in"))
}

/// The key of the seeds, so that mutations of them reach the body of a sealed message.
const KEY: [u8; 32] = [7; 32];

/// A body of a fuzz target.
pub type Body = fn(&[u8]);

/// Every body by the name of its target; `ffi/tests/fuzz_replay.rs` runs each over its seeds and regressions.
pub const BODIES: &[(&str, Body)] = &[("c_build", c_build), ("c_interface", c_interface)];
