//! `cargo xtask fips`: the provider over the FIPS module of AWS-LC.

use std::path::Path;

use crate::{Failure, deps, shell};

/// Builds the module, with the lockfile that pins it, and runs the tests of its provider. It takes minutes, and cmake
/// and Go, so it is no part of `cargo xtask ci`.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    if !words.is_empty() {
        return Err("usage: cargo xtask fips".into());
    }
    deps::run(root, &["--fips"])?;
    shell::cargo(
        root,
        &[
            "test",
            "--locked",
            "--manifest-path",
            "fips/Cargo.toml",
            "--target-dir",
            "target/fips",
        ],
    )
}
