//! `cargo xtask dos`: what messages that are made to be expensive cost.

use std::path::Path;

use crate::{Failure, shell};

/// Builds `benches/examples/dos.rs` for release and runs it; it fails when a message is above a bound.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    if !words.is_empty() {
        return Err("expected no words behind `dos`".into());
    }
    let example = ["--package", "sealwax-benches", "--example", "dos"];
    shell::cargo(root, &[&["run", "--quiet", "--release"], &example[..]].concat())
}
