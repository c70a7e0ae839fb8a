//! `cargo xtask abi`: the symbols that the shared library exports, and its SONAME.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{Failure, install, shell};

/// Writes the list of exported symbols to `ffi/symbols.txt`; with `--check`, compares.
///
/// A red check is a question: a symbol that is gone or changed needs a new `SEALWAX_ABI`, a new one does not.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let symbols = exported(root)?;
    let path = root.join("ffi/symbols.txt");
    match words {
        [] => Ok(fs::write(&path, symbols)?),
        ["--check"] if fs::read_to_string(&path).is_ok_and(|checked_in| checked_in == symbols) => Ok(()),
        ["--check"] => {
            Err("ffi/symbols.txt is not what the library exports: run `cargo xtask abi`, look at the diff".into())
        }
        _ => Err("usage: cargo xtask abi [--check]".into()),
    }
}

/// The names of the dynamic symbols that the library defines, one a line.
fn exported(root: &Path) -> Result<String, Failure> {
    shell::cargo(root, &["build", "--quiet", "--package", "sealwax-ffi", "--lib"])?;
    let library = install::target(root).join("debug/libsealwax_ffi.so");
    let mut nm = Command::new("nm");
    nm.args(["--dynamic", "--defined-only", "--format=just-symbols"])
        .arg(&library);
    let listed = nm
        .output()
        .map_err(|error| format!("cannot start `nm`: {error} (`cargo xtask deps` installs it)"))?;
    if !listed.status.success() {
        return Err(String::from_utf8_lossy(&listed.stderr).into_owned().into());
    }
    let mut names: Vec<_> = str::from_utf8(&listed.stdout)?.lines().collect();
    names.sort_unstable();
    Ok(names.join("\n") + "\n")
}
