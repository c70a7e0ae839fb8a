//! Messages that are made to be expensive: what `core/tests/mime_dos.rs` bounds and `cargo xtask dos` measures.

mod attached;
mod mime;

/// One way to make reading expensive.
#[derive(Clone, Copy)]
pub struct Trap {
    /// What it does.
    pub name: &'static str,
    /// Makes a message that grows with the number of bytes asked for.
    pub make: fn(usize) -> Vec<u8>,
    /// How many bytes `cargo xtask dos` asks for.
    pub bytes: usize,
    /// Whether it is read to its end, because nothing in it is beyond a limit.
    pub complete: bool,
}

/// Every trap.
pub fn traps() -> impl Iterator<Item = &'static Trap> {
    mime::TRAPS.iter().chain(attached::TRAPS)
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

const KB: usize = 1 << 10;
const MB: usize = 1 << 20;
