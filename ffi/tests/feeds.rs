//! Feeds through C: called off, bounded, and within a budget.
#![expect(unsafe_code, reason = "this is the side of the caller")]

use std::ptr;
use std::thread;

use sealwax_ffi::cancel::{sealwax_cancel, sealwax_cancel_call, sealwax_cancel_free, sealwax_feed_cancel};
use sealwax_ffi::engine::{
    sealwax_engine, sealwax_engine_builder_build, sealwax_engine_builder_feed_budget, sealwax_engine_builder_new,
    sealwax_engine_free,
};
use sealwax_ffi::feed::{
    sealwax_feed, sealwax_feed_deadline, sealwax_feed_finish, sealwax_feed_free, sealwax_feed_new, sealwax_feed_raw,
    sealwax_feed_reset,
};
use sealwax_ffi::status::{SEALWAX_CANCELLED, SEALWAX_OK, SEALWAX_TEMPORARY, sealwax_status};
use sealwax_ffi::transaction::{sealwax_transaction, sealwax_transaction_free, sealwax_transaction_from_json};
use sealwax_ffi::verdict::{sealwax_verdict_free, sealwax_verdict_is_complete};

const FACTS: &str = r#"{"sender": "nurse@clinic.example", "recipients": [{"address": "ann@example.org"}]}"#;

/// An engine with a budget of so many bytes, and a feed of it.
struct Feed {
    engine: *mut sealwax_engine,
    transaction: *mut sealwax_transaction,
    handle: *mut sealwax_feed,
}

impl Feed {
    fn new(budget: usize) -> Self {
        let (mut builder, mut engine) = (ptr::null_mut(), ptr::null_mut());
        let (mut transaction, mut feed) = (ptr::null_mut(), ptr::null_mut());
        let none = ptr::null_mut();
        // SAFETY: every place is a local, and every handle is alive.
        let statuses = unsafe {
            [
                sealwax_engine_builder_new(&raw mut builder, none),
                sealwax_engine_builder_feed_budget(builder, budget, none),
                sealwax_engine_builder_build(builder, &raw mut engine, none),
                sealwax_transaction_from_json(FACTS.as_ptr().cast(), FACTS.len(), &raw mut transaction, none),
                sealwax_feed_new(engine, transaction, &raw mut feed, none),
            ]
        };
        assert_eq!(statuses, [SEALWAX_OK; 5]);
        Self {
            engine,
            transaction,
            handle: feed,
        }
    }

    fn push(&self, chunk: &[u8]) -> sealwax_status {
        // SAFETY: the feed is alive, and the chunk has its length.
        unsafe { sealwax_feed_raw(self.handle, chunk.as_ptr(), chunk.len(), ptr::null_mut()) }
    }

    /// The status of the finish, and whether the verdict is complete.
    fn finish(&self) -> (sealwax_status, bool) {
        let mut verdict = ptr::null_mut();
        // SAFETY: the feed is alive, and the place is a local.
        let status = unsafe { sealwax_feed_finish(self.handle, 0, &raw mut verdict, ptr::null_mut()) };
        // SAFETY: NULL or ours.
        let complete = unsafe { sealwax_verdict_is_complete(verdict) } == 1;
        // SAFETY: NULL or ours.
        unsafe { sealwax_verdict_free(verdict) };
        (status, complete)
    }

    fn cancel(&self) -> Cancel {
        let mut cancel = ptr::null_mut();
        // SAFETY: the feed is alive, and the place is a local.
        let status = unsafe { sealwax_feed_cancel(self.handle, &raw mut cancel, ptr::null_mut()) };
        assert_eq!(status, SEALWAX_OK);
        Cancel(cancel)
    }

    fn reset(&self) {
        // SAFETY: both are alive.
        let status = unsafe { sealwax_feed_reset(self.handle, self.transaction, ptr::null_mut()) };
        assert_eq!(status, SEALWAX_OK);
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        // SAFETY: all three are ours, and freed once.
        unsafe {
            sealwax_feed_free(self.handle);
            sealwax_transaction_free(self.transaction);
            sealwax_engine_free(self.engine);
        }
    }
}

struct Cancel(*mut sealwax_cancel);

// SAFETY: the header says that any thread may use it.
unsafe impl Send for Cancel {}

impl Cancel {
    fn call(&self) {
        // SAFETY: it is alive.
        assert_eq!(unsafe { sealwax_cancel_call(self.0, ptr::null_mut()) }, SEALWAX_OK);
    }
}

impl Drop for Cancel {
    fn drop(&mut self) {
        // SAFETY: ours, and freed once.
        unsafe { sealwax_cancel_free(self.0) };
    }
}

const MESSAGE: &[u8] = b"Subject: lunch\r\n\r\nAt noon?\r\n";

#[test]
fn another_thread_calls_a_message_off_and_the_next_one_is_judged() {
    let feed = Feed::new(1 << 20);
    assert_eq!(feed.push(MESSAGE), SEALWAX_OK);
    let cancel = feed.cancel();
    thread::spawn(move || cancel.call()).join().unwrap();
    assert_eq!(feed.push(b"x"), SEALWAX_CANCELLED);
    assert_eq!(feed.finish(), (SEALWAX_CANCELLED, false));
    feed.reset();
    assert_eq!(feed.push(MESSAGE), SEALWAX_OK);
    assert_eq!(feed.finish(), (SEALWAX_OK, true));
}

#[test]
fn a_piece_beyond_the_budget_is_refused_and_so_is_the_verdict() {
    let feed = Feed::new(100_000);
    assert_eq!(feed.push(&vec![b'x'; 200_000]), SEALWAX_TEMPORARY);
    assert_eq!(feed.push(MESSAGE), SEALWAX_OK);
    assert_eq!(feed.finish(), (SEALWAX_TEMPORARY, false));
    feed.reset();
    assert_eq!(feed.push(MESSAGE), SEALWAX_OK);
    assert_eq!(feed.finish(), (SEALWAX_OK, true));
}

#[test]
fn a_deadline_in_work_leaves_the_verdict_incomplete() {
    let feed = Feed::new(1 << 20);
    // SAFETY: the feed is alive.
    assert_eq!(
        unsafe { sealwax_feed_deadline(feed.handle, 100, ptr::null_mut()) },
        SEALWAX_OK
    );
    assert_eq!(feed.push(MESSAGE), SEALWAX_OK);
    assert_eq!(feed.push(&b"See you at lunch. ".repeat(100)), SEALWAX_OK);
    assert_eq!(feed.finish(), (SEALWAX_OK, false));
}
