//! Runs the body of the fuzz target over its seeds and over everything that once broke it.
#![cfg(feature = "_testing")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic, and names an input before it runs"
)]

use std::fs;
use std::path::Path;

use sealwax_ffi::fuzzing::c_interface;

#[test]
fn the_target_holds_its_promise_on_its_seeds_and_regressions() {
    let seeds = replay("seeds");
    assert!(seeds >= 3, "{seeds} seeds");
    replay("regressions");
}

/// Runs every input of a folder, which may be absent, and counts them.
fn replay(folder: &str) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz")
        .join(folder)
        .join("c_interface");
    let inputs: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    for input in &inputs {
        println!("{}", input.display());
        c_interface(&fs::read(input).unwrap());
    }
    inputs.len()
}
