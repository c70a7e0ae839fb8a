//! One message, pushed in pieces, as a milter gets it.

use std::ffi::c_char;

use sealwax::Timestamp;
use sealwax::engine::{Cancel, Feed, FeedError, FeedErrorKind};
use sealwax::message::{PartPath, PartPathError};

use crate::bytes::{bytes, text};
use crate::engine::{evaluate_error, sealwax_engine};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free, shared};
use crate::out::out;
use crate::status::{
    SEALWAX_CANCELLED, SEALWAX_ORDER, SEALWAX_PANIC, SEALWAX_RANGE, SEALWAX_TEMPORARY, sealwax_status,
};
use crate::transaction::sealwax_transaction;
use crate::verdict::sealwax_verdict;

/// One message that is pushed in pieces of any size: either headers and then body, as a milter gets them, or the raw
/// message. It belongs to one thread at a time, keeps the engine alive that it was made from, and can be used for the
/// next message after a reset. What was pushed is wiped when it is reset or freed.
///
/// It keeps as much as the policy's limit on the length of a message allows; of a longer one the rest is not kept, and
/// the verdict says that it is not complete.
///
/// All feeds of an engine together hold no more than its budget (`sealwax_engine_builder_feed_budget`). A piece that goes
/// beyond it is refused with `SEALWAX_TEMPORARY`, and so is then the finish. Another thread can call a message off with
/// `sealwax_feed_cancel`; pieces and the finish then return `SEALWAX_CANCELLED`. Both hold until a reset.
pub struct sealwax_feed {
    feed: Feed,
    phase: Phase,
}

/// What was pushed last, so that calls in a wrong order are refused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Empty,
    Headers,
    Body,
    Raw,
    Finished,
    /// A call panicked half-way: what was kept may have a hole, and no verdict on it can be trusted.
    Broken,
}

/// While a message is not finished.
const OPEN: [Phase; 4] = [Phase::Empty, Phase::Headers, Phase::Body, Phase::Raw];

/// Begins a message of `transaction`, which is copied.
///
/// `*feed` is the caller's, to be freed with `sealwax_feed_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer
/// is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_feed_new(
    engine: *const sealwax_engine,
    transaction: *const sealwax_transaction,
    feed: *mut *mut sealwax_feed,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(feed).give(|| {
            let engine = &shared!(engine).engine;
            let transaction = shared!(transaction).transaction.clone();
            Ok(sealwax_feed {
                feed: engine.feed(transaction),
                phase: Phase::Empty,
            })
        })
    })
}

/// Takes one header: its name, and its value with the line breaks of its folds, without the last one. Both are bytes,
/// since headers come in any charset. The blank after the colon may be left out, as milters do.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ORDER` after the body, raw bytes or a finish; `SEALWAX_TEMPORARY`, `SEALWAX_CANCELLED` as the
/// feed says; `SEALWAX_NULL`, `SEALWAX_LENGTH` for
/// the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_feed_header(
    feed: *mut sealwax_feed,
    name: *const u8,
    name_length: usize,
    value: *const u8,
    value_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let feed = exclusive!(feed);
        let name = bytes!(name, name_length);
        let value = bytes!(value, value_length);
        feed.step(&[Phase::Empty, Phase::Headers], Phase::Headers, |feed| {
            feed.header(name, value).map_err(refused)
        })
    })
}

/// Takes a piece of the body, after the last header. The first piece begins behind the empty line.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ORDER` after raw bytes or a finish; `SEALWAX_TEMPORARY`, `SEALWAX_CANCELLED` as the feed says;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH` for the
/// arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_feed_body(
    feed: *mut sealwax_feed,
    chunk: *const u8,
    chunk_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let feed = exclusive!(feed);
        let chunk = bytes!(chunk, chunk_length);
        feed.step(&[Phase::Empty, Phase::Headers, Phase::Body], Phase::Body, |feed| {
            feed.body(chunk).map_err(refused)
        })
    })
}

/// Takes a piece of the raw message, headers included, for hosts that do not take messages apart.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ORDER` after a header, the body or a finish; `SEALWAX_TEMPORARY`, `SEALWAX_CANCELLED` as the
/// feed says; `SEALWAX_NULL`, `SEALWAX_LENGTH` for the
/// arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_feed_raw(
    feed: *mut sealwax_feed,
    chunk: *const u8,
    chunk_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let feed = exclusive!(feed);
        let chunk = bytes!(chunk, chunk_length);
        feed.step(&[Phase::Empty, Phase::Raw], Phase::Raw, |feed| {
            feed.raw(chunk).map_err(refused)
        })
    })
}

/// Takes the text that the host read in a part: the OCR of a picture or a fax, the transcript of a dictation. `part` is
/// the part's IMAP section number, such as `2` or `1.2`. The text is scanned as the part's own; it may come at any time
/// before the finish, and a part may have several.
///
/// A finish then returns `SEALWAX_EVALUATE` when the message has no such part.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when `part` is no section number; `SEALWAX_ORDER` after a finish;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_feed_part_text(
    feed: *mut sealwax_feed,
    part: *const c_char,
    part_length: usize,
    text: *const c_char,
    text_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let feed = exclusive!(feed);
        let part: PartPath = text!(part, part_length)
            .parse()
            .map_err(|error: PartPathError| sealwax_error::new(SEALWAX_RANGE, error))?;
        let text = text!(text, text_length);
        let phase = feed.phase;
        feed.step(&OPEN, phase, |feed| feed.part_text(part, text).map_err(refused))
    })
}

/// Bounds what this message may cost, in units of the policy's limit `work`, of which a byte takes about one for each time
/// that it is looked at; more than that limit is not to be had. What is left when they are spent is not inspected: the
/// verdict then says that it is not complete, which raises. It holds until a reset.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ORDER` after a finish; `SEALWAX_NULL` when `feed` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_feed_deadline(
    feed: *mut sealwax_feed,
    work: u64,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let feed = exclusive!(feed);
        let phase = feed.phase;
        feed.step(&OPEN, phase, |feed| {
            feed.deadline(work);
            Ok(())
        })
    })
}

/// Gives the verdict for what was pushed, at the time `now`. Nothing can be pushed then until a reset.
///
/// `*verdict` is the caller's, to be freed with `sealwax_verdict_free`; it does not need the feed any more.
///
/// Returns `SEALWAX_OK`; `SEALWAX_ORDER` after a finish; `SEALWAX_EVALUATE` when the transaction has no recipient, or the
/// message no part of which a text was given; `SEALWAX_TEMPORARY` when a piece was refused, `SEALWAX_CANCELLED` when the message
/// was called off; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_feed_finish(
    feed: *mut sealwax_feed,
    now: i64,
    verdict: *mut *mut sealwax_verdict,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(verdict).give(|| {
            let feed = exclusive!(feed);
            let decided = feed.step(&OPEN, Phase::Finished, |feed| {
                feed.finish(Timestamp::from_millis(now)).map_err(evaluate_error)
            })?;
            Ok(sealwax_verdict::new(decided))
        })
    })
}

/// Forgets the message, wipes what was kept, and begins the next one, of `transaction`, which is copied.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_feed_reset(
    feed: *mut sealwax_feed,
    transaction: *const sealwax_transaction,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let feed = exclusive!(feed);
        let transaction = shared!(transaction).transaction.clone();
        feed.phase = Phase::Broken;
        feed.feed.reset(transaction);
        feed.phase = Phase::Empty;
        Ok(())
    })
}

/// Wipes what was kept and frees `feed`; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_feed_free(feed: *mut sealwax_feed) {
    free!(feed);
}

impl sealwax_feed {
    /// What calls the message off that it takes now.
    pub(crate) fn cancel(&self) -> Cancel {
        self.feed.cancel()
    }

    /// Does `work` when the last phase is in `after`. While it runs the feed counts as broken, so that a panic in it
    /// leaves a feed that gives no verdict.
    fn step<T>(
        &mut self,
        after: &[Phase],
        next: Phase,
        work: impl FnOnce(&mut Feed) -> Result<T, sealwax_error>,
    ) -> Result<T, sealwax_error> {
        if self.phase == Phase::Broken {
            return Err(sealwax_error::new(
                SEALWAX_PANIC,
                "an earlier call on this feed failed; reset it",
            ));
        }
        if !after.contains(&self.phase) {
            return Err(sealwax_error::new(
                SEALWAX_ORDER,
                "this call cannot come at this point of a message",
            ));
        }
        self.phase = Phase::Broken;
        let done = work(&mut self.feed);
        self.phase = next;
        done
    }
}

fn refused(error: FeedError) -> sealwax_error {
    let status = match error.kind() {
        FeedErrorKind::Cancelled => SEALWAX_CANCELLED,
        FeedErrorKind::Finished => SEALWAX_ORDER,
        _ => SEALWAX_TEMPORARY,
    };
    sealwax_error::new(status, error)
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use sealwax::Transaction;
    use sealwax::engine::Engine;

    use super::*;
    use crate::guard::guard;

    fn feed() -> sealwax_feed {
        let engine = Engine::with_profile("hipaa-2013").unwrap();
        sealwax_feed {
            feed: engine.feed(
                Transaction::from("a@clinic.example")
                    .unwrap()
                    .to("b@example.org")
                    .unwrap(),
            ),
            phase: Phase::Empty,
        }
    }

    #[test]
    fn a_feed_that_panicked_gives_no_verdict() {
        let mut feed = feed();
        let body = || feed.step(&[Phase::Empty], Phase::Body, |_| panic!("half-way"));
        // SAFETY: NULL is allowed for the error.
        assert_eq!(unsafe { guard(ptr::null_mut(), body) }, SEALWAX_PANIC);
        let again = feed.step(&[Phase::Body], Phase::Finished, |_| Ok(()));
        assert_eq!(again.map_err(|error| error.status()), Err(SEALWAX_PANIC));
    }
}
