//! Programs of others that the commands need.

use std::path::{Path, PathBuf};

use crate::{Failure, shell};

/// A program from crates.io, installed below `target` when it is not there in this version.
///
/// # Errors
///
/// When it is neither there nor can be installed.
pub(crate) fn install(root: &Path, name: &str, version: &str) -> Result<PathBuf, Failure> {
    let folder = root.join("target/tools").join(format!("{name}-{version}"));
    let program = folder.join("bin").join(name);
    if !program.exists() {
        let folder = folder.to_string_lossy();
        let package = ["install", name, "--version", version, "--locked", "--quiet"];
        shell::cargo(root, &[&package[..], &["--root", &folder]].concat())?;
    }
    Ok(program)
}
