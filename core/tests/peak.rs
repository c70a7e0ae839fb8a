//! How much memory a message takes, counted by the allocator: the same on every machine.
#![allow(unsafe_code, reason = "an allocator that counts")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may panic and print")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write as _;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use sealwax::engine::Engine;
use sealwax::fuzzing::people;
use sealwax::json;
use sealwax::{Timestamp, Transaction};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::with_profile("hipaa-2013").unwrap());

/// One test, since the allocator counts for all.
#[test]
fn a_message_takes_no_more_than_three_times_its_length() {
    what_is_found_takes_eight_mebibytes_at_most();
    a_long_message_takes_three_times_its_length_at_most();
}

fn what_is_found_takes_eight_mebibytes_at_most() {
    for (name, make) in MESSAGES {
        let raw = make(1 << 19);
        for (face, peak) in peaks(&raw) {
            let most = 3 * raw.len() + (8 << 20);
            assert!(peak <= most, "{name}, {face}: {peak} bytes for {} bytes", raw.len());
        }
    }
}

/// To look through all of a long message takes long in a build for tests, so that the work is bounded: it is read, and every
/// view of it is made, but little is looked through. Less is found, too, so that six of the eight mebibytes are enough; some
/// two of them are the sentences of the text, which are held whatever is found.
fn a_long_message_takes_three_times_its_length_at_most() {
    for (name, make) in MESSAGES {
        let raw = make(8_000_000);
        let work = u64::try_from(raw.len()).unwrap() + 400_000;
        let engine = Engine::builder().limit("work", work).limit("findings", 1_000);
        let engine = engine.build().unwrap();
        let is_read = name.starts_with("attachment") || !engine.scan(&raw).entities.is_empty();
        assert!(is_read, "{name}: the work was spent before anything was looked through");
        let peak = peak(|| fed(&engine, &raw));
        let most = 3 * raw.len() + (6 << 20);
        assert!(peak <= most, "{name}: {peak} bytes for {} bytes", raw.len());
    }
}

/// A table by size, as the allocator counts: `cargo test --release -p sealwax --test peak -- --ignored --nocapture`.
#[test]
#[ignore = "it takes a minute, and only prints"]
fn peaks_by_size() {
    println!("| message | size | scan and JSON | verdict | fed | times the message | scan, ms |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (name, make) in MESSAGES {
        for megabytes in [1, 5, 20, 50] {
            let raw = make(megabytes * 1_000_000);
            let peaks = peaks(&raw);
            let most = peaks.iter().map(|(_, peak)| *peak).max().unwrap();
            let mut row = format!("| {name} | {megabytes} MB |");
            for (_, peak) in peaks {
                write!(row, " {}.{} MB |", peak / 1_000_000, peak / 100_000 % 10).unwrap();
            }
            let started = Instant::now();
            drop(ENGINE.scan(&raw));
            let took = started.elapsed().as_millis();
            println!(
                "{row} {}.{:02} | {took} |",
                most / raw.len(),
                most * 100 / raw.len() % 100
            );
        }
    }
}

/// The most that each way holds at once, beside the message that the caller has.
fn peaks(raw: &[u8]) -> [(&'static str, usize); 3] {
    LazyLock::force(&ENGINE);
    let scan = peak(|| json::scan(&ENGINE.scan(raw), "1"));
    let verdict = peak(|| json::verdict(&ENGINE.evaluate(raw, &transaction(), Timestamp::EPOCH).unwrap()));
    let fed = peak(|| fed(&ENGINE, raw));
    [("scan and JSON", scan), ("verdict", verdict), ("fed", fed)]
}

fn fed(engine: &Engine, raw: &[u8]) -> String {
    let mut feed = engine.feed(transaction());
    raw.chunks(8_192).for_each(|chunk| feed.raw(chunk).unwrap());
    json::verdict(&feed.finish(Timestamp::EPOCH).unwrap())
}

fn transaction() -> Transaction {
    let transaction = Transaction::from("nurse@clinic.example").unwrap();
    transaction.to("ann@example.org").unwrap()
}

/// A name, and what makes a message of so many bytes.
type Make = (&'static str, fn(usize) -> Vec<u8>);

const MESSAGES: &[Make] = &[
    ("dense table", |bytes| mail("text/plain", &people(bytes))),
    ("dense table, CSV", |bytes| mail("text/csv", &people(bytes))),
    ("ordinary mail", |bytes| mail("text/plain", &letters(bytes))),
    ("mail in other letters", |bytes| {
        mail("text/plain; charset=utf-8", &other_letters(bytes))
    }),
    ("ordinary mail, base64", |bytes| {
        coded("text/plain", &letters(bytes / 4 * 3))
    }),
    ("dense page", |bytes| mail("text/html", &page(bytes))),
    ("page of letters", |bytes| mail("text/html", &letters(bytes))),
    ("dense JSON", |bytes| mail("application/json", &objects(bytes))),
    ("attachment, base64", |bytes| {
        coded("application/octet-stream", &noise(bytes / 4 * 3))
    }),
];

fn mail(kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("Subject: hello\r\nContent-Type: {kind}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn coded(kind: &str, content: &[u8]) -> Vec<u8> {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    let lines = content.chunks(57).map(|line| BASE64_STANDARD.encode(line) + "\r\n");
    let head = format!("Subject: hello\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    let mut raw = head.into_bytes();
    lines.for_each(|line| raw.extend_from_slice(line.as_bytes()));
    raw
}

/// The same as a table of HTML.
fn page(bytes: usize) -> Vec<u8> {
    let rows = String::from_utf8(people(bytes * 4 / 7)).unwrap();
    let row = |row: &str| format!("<tr><td>{}</td></tr>\r\n", row.replace(',', "</td><td>"));
    ["<table>", &rows.lines().map(row).collect::<String>(), "</table>"]
        .concat()
        .into_bytes()
}

/// The same as an array of objects.
fn objects(bytes: usize) -> Vec<u8> {
    let rows = String::from_utf8(people(bytes * 5 / 8)).unwrap();
    let mut rows = rows.lines();
    let names: Vec<_> = rows.next().unwrap().split(',').collect();
    let object = |row: &str| {
        let fields = names.iter().zip(row.split(','));
        let fields: Vec<_> = fields.map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
        format!("{{{}}}", fields.join(","))
    };
    format!("[{}]", rows.map(object).collect::<Vec<_>>().join(",\r\n")).into_bytes()
}

fn letters(bytes: usize) -> Vec<u8> {
    const LETTER: &str = "Dear Ann,\r\n\r\nthank you for the minutes of Tuesday. I have read them on the train and \
        agree with nearly all of it, but for the budget of the second quarter, which looks too high to me.\r\n\
        Could we talk about it when you are back? You reach me at 617-555-0134 until five.\r\n\r\nBest regards, Tom\r\n";
    LETTER.repeat(bytes / LETTER.len() + 1).into_bytes()
}

fn other_letters(bytes: usize) -> Vec<u8> {
    const LETTER: &str = "Liebe Änne,\r\n\r\nschöne Grüße aus Köln, wir hören uns später über das Gespräch vom Dienstag: 617-555-0134.\r\n\r\nJörg\r\n";
    LETTER.repeat(bytes / LETTER.len() + 1).into_bytes()
}

/// Bytes of no format.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..bytes).map(|_| next()).collect()
}

/// The most bytes that are allocated at once while `job` runs, beyond those before it.
fn peak<T>(job: impl FnOnce() -> T) -> usize {
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    drop(job());
    MOST.load(Ordering::Relaxed) - before
}

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn grow(bytes: usize) {
    let held = HELD.fetch_add(bytes, Ordering::Relaxed) + bytes;
    MOST.fetch_max(held, Ordering::Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // A large block grows in its place, or its pages are moved: both are never there at once.
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        grow(size);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
