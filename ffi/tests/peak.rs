//! How much memory a long message takes through C, as the system counts it: each message in a process of its own.
#![cfg(target_os = "linux")]
#![expect(unsafe_code, reason = "this is the side of the caller")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::env;
use std::fs;
use std::process::Command;
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
const LETTER: &str =
    "Dear Ann,\r\n\r\nthank you for the minutes of Tuesday, which I have read on the train.\r\n\r\nTom\r\n";
const OTHER: &str = "Liebe Änne,\r\n\r\nschöne Grüße aus Köln, wir hören uns später.\r\n\r\nJörg\r\n";
const BYTES: usize = 8_000_000;

/// Beside the message itself, which the host has.
#[test]
fn a_long_message_takes_no_more_than_three_times_its_length_and_eight_mebibytes() {
    let cases = KINDS.iter().flat_map(|kind| WORKS.map(|work| (*kind, work, BYTES)));
    // Text and the way back from it beside its source: what takes most is tried at another length as well.
    let cases = cases.chain([("table of people, HTML", "feed", 20_000_000)]);
    for (kind, work, bytes) in cases {
        // To look through all of a long message takes long in a build for tests: it is read, and little is looked through.
        let peak = peak(kind, work, bytes, bytes + 400_000);
        assert!(peak <= 3 * bytes + (8 << 20), "{kind}, {work}, {bytes} bytes: {peak}");
    }
}

/// The table of `docs/PERFORMANCE.md`: `cargo test --release -p sealwax-ffi --test peak -- --ignored --nocapture`.
#[test]
#[ignore = "it takes a minute, and only prints"]
fn peaks_by_size() {
    println!("| message | face | 5 MB | 20 MB |\n| --- | --- | ---: | ---: |");
    for kind in KINDS {
        for (work, face) in [("scan", "C, scan"), ("feed", "C, fed")] {
            let [short, long] = [5_000_000, 20_000_000].map(|bytes| peak(kind, work, bytes, usize::MAX));
            println!("| {kind} | {face} | {:.1} | {:.1} |", tenths(short), tenths(long));
        }
    }
}

fn tenths(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes / 100_000).unwrap()) / 10.0
}

const KINDS: &[&str] = &[
    "letters",
    "letters, not ASCII",
    "table of people, CSV",
    "table of people, HTML",
    "people, JSON",
];
const WORKS: [&str; 3] = ["scan", "evaluate", "feed"];

/// The most bytes that `work` takes, beside those that it had before, in a process of its own: what an earlier message left
/// behind in the allocator would hide them.
fn peak(kind: &str, work: &str, bytes: usize, limit: usize) -> usize {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "one_message", "--ignored", "--nocapture"])
        .env(CASE, format!("{kind}|{work}|{bytes}|{limit}"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let peak = said.lines().find_map(|line| line.split_once("peak: "));
    peak.map(|(_, number)| number.parse().unwrap()).unwrap()
}

const CASE: &str = "SEALWAX_PEAK_CASE";

/// What one process measures.
#[test]
#[ignore = "it is a part of the others"]
fn one_message() {
    let Ok(case) = env::var(CASE) else { return };
    let words: Vec<&str> = case.split('|').collect();
    let [kind, work, bytes, limit] = words.try_into().unwrap();
    let (bytes, limit): (usize, usize) = (bytes.parse().unwrap(), limit.parse().unwrap());
    let host = Host::new(limit.try_into().unwrap());
    let run = |raw: &[u8]| {
        match work {
            "scan" => return Some(host.scan(raw)),
            "evaluate" => host.evaluate(raw),
            _ => host.feed(raw),
        }
        None
    };
    run(&message(kind, 1)); // what an engine needs once
    let raw = message(kind, bytes);
    let before = Memory::now().resident;
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let listed = run(&raw);
    println!("peak: {}", Memory::now().peak - before);
    let is_letters = kind.starts_with("letters");
    assert!(
        is_letters || listed.is_none_or(|listed| listed > 100_000),
        "little was found"
    );
}

/// A message of this kind, of one row or letter at least.
fn message(kind: &str, bytes: usize) -> Vec<u8> {
    let cells = format!("<tr><td>{}</td></tr>\r\n", ROW.trim_end().replace(',', "</td><td>"));
    let object = format!("{{\"{}\"}},\r\n", ROW.trim_end().replace(',', "\",\""));
    let (media, row) = match kind {
        "table of people, CSV" => ("text/csv", ROW),
        "table of people, HTML" => ("text/html", cells.as_str()),
        "people, JSON" => ("application/json", object.as_str()),
        "letters, not ASCII" => ("text/plain; charset=utf-8", OTHER),
        _ => ("text/plain", LETTER),
    };
    let head = format!("Subject: hello\r\nContent-Type: {media}\r\n\r\n[");
    [head.as_bytes(), row.repeat(bytes.div_ceil(row.len())).as_bytes()].concat()
}

/// An engine that looks through as much of a message as the limit of its work lets it.
struct Host {
    engine: *mut sealwax_engine,
    transaction: *mut sealwax_transaction,
}

impl Host {
    fn new(work: u64) -> Self {
        let (mut builder, mut engine, mut transaction) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        let none = ptr::null_mut();
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

    /// How long the listing of all that was found is, in bytes.
    fn scan(&self, raw: &[u8]) -> usize {
        let (mut json, none) = (ptr::null_mut(), ptr::null_mut());
        let (start, length) = (raw.as_ptr(), raw.len());
        // SAFETY: the engine is alive, the message has its length, and the place is a local.
        let status = unsafe { sealwax_engine_scan(self.engine, ptr::null(), 0, start, length, 0, &raw mut json, none) };
        assert_eq!(status, SEALWAX_OK);
        // SAFETY: the buffer is ours.
        let length = unsafe { sealwax_buf_len(json) };
        // SAFETY: as above.
        unsafe { sealwax_buf_free(json) };
        length
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
