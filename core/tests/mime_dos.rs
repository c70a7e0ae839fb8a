//! Messages made to be expensive: none takes long, and the time and memory of each are printed. With `--release` the
//! times are those of an optimised build.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sealwax::message::{Limits, Message};

#[test]
fn hostile_messages_cost_what_they_weigh() {
    let mut error = std::io::stderr();
    for (name, trap) in TRAPS {
        let raw = trap();
        reset_peak();
        let before = peak();
        let started = Instant::now();
        let message = Message::parse(&raw, &Limits::default());
        let views: usize = message.units().iter().map(|unit| unit.views().len()).sum();
        let took = started.elapsed();
        let grown = peak()
            .zip(before)
            .map_or(0, |(after, before)| after.saturating_sub(before));
        let _ = writeln!(
            error,
            "{name}: {} kB in {} ms, {grown} kB more memory, {} parts, {views} views, complete: {}",
            raw.len() / 1024,
            took.as_millis(),
            message.parts().len(),
            message.is_complete()
        );
        assert!(took < MOST, "{name} took {took:?}");
    }
}

/// Far above what an optimised build needs, and far below what quadratic work would.
const MOST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 5 });

type Trap = fn() -> Vec<u8>;

const TRAPS: &[(&str, Trap)] = &[
    ("100,000 parts", || parted(&"--a\n\nx\n".repeat(100_000))),
    ("100,000 empty parts", || parted(&"--a\n".repeat(100_000))),
    ("1,000 nested multiparts", || {
        let nested = (0..1_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"));
        nested.collect::<Vec<_>>().concat().into_bytes()
    }),
    ("10,000 nested messages", || {
        b"Content-Type: message/rfc822\n\n".repeat(10_000)
    }),
    ("64 boundaries that are prefixes of each other", || {
        let nested = (1..64).map(|n| format!("Content-Type: multipart/mixed; boundary={0}\n\n--{0}\n", "a".repeat(n)));
        let mut raw = nested.collect::<Vec<_>>().concat();
        raw.push_str(&format!("--{}!\n", "a".repeat(70)).repeat(40_000));
        raw.into_bytes()
    }),
    ("header of 3 MB", || {
        format!("Subject: {}\n\nx", "a ".repeat(1_500_000)).into_bytes()
    }),
    ("100,000 headers", || {
        format!("{}\n\nx", "X-A: b\n".repeat(100_000).trim_end()).into_bytes()
    }),
    ("100,000 folded lines", || {
        format!("Subject: a\n{}\nx", " b\n".repeat(100_000)).into_bytes()
    }),
    ("100,000 parameters", || {
        format!("Content-Type: text/plain{}\n\nx", "; a=b".repeat(100_000)).into_bytes()
    }),
    ("open comments", || {
        format!("Content-Type: text/plain {}\n\nx", "(".repeat(900_000)).into_bytes()
    }),
    ("open encoded words", || {
        format!("Subject: {}\n\nx", "=?a?q?x ".repeat(100_000)).into_bytes()
    }),
    ("open tags", || html("<div>")),
    ("open attributes", || html("<a b=\"")),
    ("open comments in HTML", || html("<!--")),
    ("open references", || html("&NotEqualTild")),
    ("hidden elements", || html("<p hidden>")),
    ("equals signs", || {
        [
            b"Content-Transfer-Encoding: quoted-printable\n\n".to_vec(),
            b"=".repeat(3 << 20),
        ]
        .concat()
    }),
    ("lines that announce files", || {
        [b"\n".to_vec(), b"begin 644 a\n".repeat(200_000)].concat()
    }),
    ("lines of base64", || {
        [
            b"\n".to_vec(),
            format!("{}\n\n", "QUFB".repeat(15)).repeat(50_000).into_bytes(),
        ]
        .concat()
    }),
    ("Content lines in a disputed message", || {
        [
            b"Content-Type: multipart/mixed\n\n".to_vec(),
            b"Content-Type: a\n\nQUFBQUFB\n".repeat(100_000),
        ]
        .concat()
    }),
    ("a bomb in a ZIP archive", || attached(&zipped(&vec![b'-'; 64 << 20]))),
    ("entities that name each other", || {
        attached(
            format!(
                "<?xml version=\"1.0\"?><!DOCTYPE l [{}]><l>&z;</l>",
                "<!ENTITY z \"&y;&y;&y;&y;\">".repeat(40_000)
            )
            .as_bytes(),
        )
    }),
    ("objects in a PDF", || {
        attached(&[b"%PDF-1.4\n".to_vec(), b"1 0 obj << /A [ ".repeat(60_000)].concat())
    }),
    ("groups in RTF", || {
        attached(&[br"{\rtf1".to_vec(), b"{".repeat(1 << 20)].concat())
    }),
    ("100 MB of zeros (optimised builds; else 4)", || {
        vec![0; if cfg!(debug_assertions) { 4 } else { 100 } << 20]
    }),
];

fn parted(parts: &str) -> Vec<u8> {
    format!("Content-Type: multipart/mixed; boundary=a\n\n{parts}--a--\n").into_bytes()
}

fn html(trap: &str) -> Vec<u8> {
    format!("Content-Type: text/html\n\n{}", trap.repeat((1 << 20) / trap.len())).into_bytes()
}

fn attached(content: &[u8]) -> Vec<u8> {
    [
        b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n".as_slice(),
        content,
    ]
    .concat()
}

/// An archive of one deflated file.
fn zipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    let packed = encoder.finish().unwrap();
    let size = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
    let common = [
        b"\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".as_slice(),
        &size(packed.len()),
        &size(content.len()),
        b"\x01\0\0\0",
    ]
    .concat();
    let local = [b"PK\x03\x04".as_slice(), &common, b"a", &packed].concat();
    let central = [b"PK\x01\x02\x14\0".as_slice(), &common, &[0; 14], b"a"].concat();
    let end = [
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0".as_slice(),
        &size(central.len()),
        &size(local.len()),
        b"\0\0",
    ]
    .concat();
    [local, central, end].concat()
}

/// Forgets the peak so far, where the system allows it.
fn reset_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The largest resident memory in kB, where the system tells it.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
