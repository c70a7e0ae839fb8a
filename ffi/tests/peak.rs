//! How much memory a long message takes through C, as the system counts it. A program of its own, with one test.
#![cfg(target_os = "linux")]
#![expect(unsafe_code, reason = "this is the side of the caller")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::ptr;

use sealwax_ffi::buf::{sealwax_buf_free, sealwax_buf_len};
use sealwax_ffi::engine::{
    sealwax_engine, sealwax_engine_builder_build, sealwax_engine_builder_limit, sealwax_engine_builder_new,
    sealwax_engine_evaluate, sealwax_engine_free, sealwax_engine_scan,
};
use sealwax_ffi::feed::{sealwax_feed_finish, sealwax_feed_free, sealwax_feed_new, sealwax_feed_raw};
use sealwax_ffi::status::{SEALWAX_OK, sealwax_status};
use sealwax_ffi::transaction::{sealwax_transaction, sealwax_transaction_free, sealwax_transaction_from_json};
use sealwax_ffi::verdict::{sealwax_verdict, sealwax_verdict_free};

const FACTS: &str = r#"{"sender": "nurse@clinic.example", "recipients": [{"address": "ann@example.org"}]}"#;
/// What is found in some hundred kilobytes of these is far more than is listed.
const ROW: &str = "Ann Lee,1974-07-02,536-90-4399,38857281,617-555-0134,ann@example.org,type 2 diabetes\r\n";
const BYTES: usize = 8_000_000;

/// Beside the message itself, which the host has.
#[test]
fn a_long_message_takes_no_more_than_three_times_its_length_and_eight_mebibytes() {
    let cells = format!("<tr><td>{}</td></tr>\r\n", ROW.trim_end().replace(',', "</td><td>"));
    let object = format!("{{\"{}\"}},\r\n", ROW.trim_end().replace(',', "\",\""));
    let most = 3 * BYTES + (8 << 20);
    let host = Host::new();
    for (kind, row) in [("text/csv", ROW), ("text/html", &cells), ("application/json", &object)] {
        let head = format!("Subject: hello\r\nContent-Type: {kind}\r\n\r\n[");
        let raw = [head.as_bytes(), row.repeat(BYTES / row.len()).as_bytes()].concat();
        for (name, work) in [
            ("scan", Host::scan as fn(&Host, &[u8])),
            ("evaluate", Host::evaluate),
            ("feed", Host::feed),
        ] {
            let before = Memory::now().resident;
            fs::write("/proc/self/clear_refs", "5").unwrap();
            work(&host, &raw);
            let peak = Memory::now().peak - before;
            assert!(peak <= most, "{kind}, {name}: {peak} bytes");
        }
    }
}

/// An engine that looks through a small share of a long message, since that takes long in a build for tests.
struct Host {
    engine: *mut sealwax_engine,
    transaction: *mut sealwax_transaction,
}

impl Host {
    fn new() -> Self {
        let (mut builder, mut engine, mut transaction) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        let none = ptr::null_mut();
        let work = u64::try_from(BYTES).unwrap() + 400_000;
        // SAFETY: every place is a local, and every handle is alive.
        let statuses = unsafe {
            [
                sealwax_engine_builder_new(&raw mut builder, none),
                sealwax_engine_builder_limit(builder, c"work".as_ptr(), 4, work, none),
                sealwax_engine_builder_build(builder, &raw mut engine, none),
                sealwax_transaction_from_json(FACTS.as_ptr().cast(), FACTS.len(), &raw mut transaction, none),
            ]
        };
        assert_eq!(statuses, [SEALWAX_OK; 4]);
        Self { engine, transaction }
    }

    fn scan(&self, raw: &[u8]) {
        let (mut json, none) = (ptr::null_mut(), ptr::null_mut());
        let (start, length) = (raw.as_ptr(), raw.len());
        // SAFETY: the engine is alive, the message has its length, and the place is a local.
        let status = unsafe { sealwax_engine_scan(self.engine, ptr::null(), 0, start, length, 0, &raw mut json, none) };
        assert_eq!(status, SEALWAX_OK);
        // SAFETY: the buffer is ours.
        let length = unsafe { sealwax_buf_len(json) };
        assert!(length > 100_000, "little was found: {length} bytes");
        // SAFETY: as above.
        unsafe { sealwax_buf_free(json) };
    }

    fn evaluate(&self, raw: &[u8]) {
        let (mut verdict, none) = (ptr::null_mut(), ptr::null_mut());
        let (start, length) = (raw.as_ptr(), raw.len());
        // SAFETY: the handles are alive, the message has its length, and the place is a local.
        let status =
            unsafe { sealwax_engine_evaluate(self.engine, self.transaction, start, length, 0, &raw mut verdict, none) };
        Self::free(status, verdict);
    }

    fn feed(&self, raw: &[u8]) {
        let (mut feed, mut verdict, none) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        // SAFETY: the handles are alive, and the place is a local.
        let status = unsafe { sealwax_feed_new(self.engine, self.transaction, &raw mut feed, none) };
        assert_eq!(status, SEALWAX_OK);
        for chunk in raw.chunks(8_192) {
            // SAFETY: the feed is alive, and the chunk has its length.
            let status = unsafe { sealwax_feed_raw(feed, chunk.as_ptr(), chunk.len(), none) };
            assert_eq!(status, SEALWAX_OK);
        }
        // SAFETY: the feed is alive, and the place is a local.
        let status = unsafe { sealwax_feed_finish(feed, 0, &raw mut verdict, none) };
        Self::free(status, verdict);
        // SAFETY: the feed is ours.
        unsafe { sealwax_feed_free(feed) };
    }

    fn free(status: sealwax_status, verdict: *mut sealwax_verdict) {
        assert_eq!(status, SEALWAX_OK);
        // SAFETY: the verdict is ours.
        unsafe { sealwax_verdict_free(verdict) };
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // SAFETY: both are ours, and nobody uses them any more.
        unsafe { sealwax_transaction_free(self.transaction) };
        // SAFETY: as above.
        unsafe { sealwax_engine_free(self.engine) };
    }
}

/// What this process holds, and what it held at most, in bytes.
struct Memory {
    resident: usize,
    peak: usize,
}

impl Memory {
    fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_whitespace().next().unwrap().parse::<usize>().unwrap() * 1024
        };
        Self {
            resident: field("VmRSS:"),
            peak: field("VmHWM:"),
        }
    }
}
