//! Unpacks the shared corpus into a folder, for programs that read no TOML: `cargo xtask corpus FOLDER`.

#[path = "../tests/cases/mod.rs"]
mod cases;

use std::path::{Path, PathBuf};

fn main() -> Result<(), cases::Failure> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("name the folder to unpack the corpus into")?;
    for case in cases::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/corpus")))? {
        cases::unpack(&case, &folder.join(&case.id))?;
    }
    Ok(())
}
