//! Runs the bodies of the fuzz targets over their seeds and over everything that once broke them.
#![cfg(feature = "_testing")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic, and names an input before it runs"
)]

use std::fs;
use std::path::Path;

use sealwax_ffi::fuzzing::{BODIES, Body};

#[test]
fn every_target_holds_its_promise_on_its_seeds_and_regressions() {
    for (target, body) in BODIES {
        let seeds = replay("seeds", target, *body);
        assert!(seeds >= 3, "{target}: {seeds} seeds");
        replay("regressions", target, *body);
    }
}

#[test]
fn every_target_of_this_crate_has_a_body() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
    for entry in fs::read_dir(targets).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let known = BODIES.iter().any(|(body, _)| *body == name);
        let source = fs::read_to_string(&path).unwrap();
        assert_eq!(source.contains("sealwax_ffi::fuzzing::"), known, "{name}");
    }
}

/// Runs every input of a folder, which may be absent, and counts them.
fn replay(folder: &str, target: &str, body: Body) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz")
        .join(folder)
        .join(target);
    let inputs: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    for input in &inputs {
        println!("{}", input.display());
        body(&fs::read(input).unwrap());
    }
    inputs.len()
}
