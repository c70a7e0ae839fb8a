//! `cargo xtask corpus`: the shared corpus for programs that read no TOML.

#[path = "../../core/tests/cases/mod.rs"]
mod cases;

use std::env;
use std::path::Path;

use crate::Failure;

/// Unpacks every case into a folder of its own below the one that is named; `testdata/README.md` lists the files.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let [folder] = words else {
        return Err("name the folder to unpack the corpus into: `cargo xtask corpus target/corpus`".into());
    };
    // The command runs in the root; the user named the folder where they stand.
    let folder = env::current_dir()?.join(folder);
    for case in cases::read(&root.join("testdata/corpus"))? {
        cases::unpack(&case, &folder.join(&case.id))?;
    }
    Ok(())
}
