//! Messages that are made to be expensive: what `core/tests/mime_dos.rs` bounds and `cargo xtask dos` measures.

mod attached;
mod mime;
mod scanned;

use std::fmt::Write;

/// One way to make reading expensive.
#[derive(Clone, Copy)]
pub struct Trap {
    /// What it does.
    pub name: &'static str,
    /// Makes a message that grows with the number of bytes asked for.
    pub make: fn(usize) -> Vec<u8>,
    /// How many bytes `cargo xtask dos` asks for: as many as the bounds are for, but for what unpacks to much more, and
    /// for what shows that a larger message costs no more for its size.
    pub bytes: usize,
    /// Whether it is read to its end, because nothing in it is beyond a limit, however large it is.
    pub complete: bool,
}

/// Every trap.
pub fn traps() -> impl Iterator<Item = &'static Trap> {
    mime::TRAPS.iter().chain(attached::TRAPS)
}

/// Every trap for what looks for findings. None is beyond a limit but that of work.
pub fn scanned_traps() -> impl Iterator<Item = &'static Trap> {
    scanned::TRAPS.iter()
}

/// A table with a person in each row of about 94 bytes: a name and six identifiers. No text has more to find.
pub fn people(bytes: usize) -> Vec<u8> {
    let mut text = String::from("name,date of birth,ssn,mrn,phone,email,diagnosis\r\n");
    for row in 0..bytes / 94 {
        let (year, day) = (1930 + row % 80, 1 + row % 28);
        let ssn = format!(
            "{:03}-{:02}-{:04}",
            100 + row % 500,
            10 + row / 500 % 80,
            1_000 + row % 8_999
        );
        let (mrn, phone) = (38_000_000 + row, row % 10_000);
        let _ = write!(
            text,
            "Ann Lee,{year}-07-{day:02},{ssn},{mrn:08},617-555-{phone:04},p{row}@example.org,type 2 diabetes\r\n"
        );
    }
    text.into_bytes()
}

const fn trap(name: &'static str, bytes: usize, complete: bool, make: fn(usize) -> Vec<u8>) -> Trap {
    Trap {
        name,
        make,
        bytes,
        complete,
    }
}

/// As often as it fits into `bytes`, but once at least.
fn repeated(piece: &str, bytes: usize) -> String {
    piece.repeat((bytes / piece.len()).max(1))
}

/// A message of parts whose headers, of up to half of what a header may hold, are `bytes` together.
fn in_headers(bytes: usize, make: impl Fn(usize) -> String) -> Vec<u8> {
    let parts = bytes.div_ceil(MB / 2);
    let part = format!("--a\n{}\n\nx\n", make(bytes / parts.max(1)));
    format!(
        "Content-Type: multipart/mixed; boundary=a\n\n{}--a--\n",
        part.repeat(parts)
    )
    .into_bytes()
}

/// What the bounds are for; a trap is larger or smaller where its name says why.
const WHOLE: usize = 5 * MB;
const KB: usize = 1 << 10;
const MB: usize = 1 << 20;
