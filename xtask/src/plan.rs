//! `cargo xtask plan`: compiles the catalogue of detectors into the file that the library begins with.

use std::fs;
use std::path::Path;

use crate::Failure;

/// Writes `core/data/plan.bin`; with `--check` it only says whether the file is current.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let plan = sealwax::detect::built_in_plan()?;
    let target = root.join("core/data/plan.bin");
    match words {
        [] => Ok(fs::write(target, plan)?),
        ["--check"] if fs::read(target)? == plan => Ok(()),
        ["--check"] => Err("core/data/plan.bin is not what `cargo xtask plan` writes".into()),
        _ => Err("usage: cargo xtask plan [--check]".into()),
    }
}
