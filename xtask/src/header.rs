//! `cargo xtask header`: the C header, which is the manual of the C interface.

use std::fs;
use std::path::Path;

use cbindgen::{Builder, Config, DocumentationStyle, Language, Style};

use crate::Failure;

/// Writes `include/sealwax.h` from the comments and signatures of `ffi/src`; with `--check`, compares.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let header = generate(root)?;
    let path = root.join("include/sealwax.h");
    match words {
        [] => Ok(fs::write(&path, header)?),
        ["--check"] if fs::read(&path).is_ok_and(|checked_in| checked_in == header) => Ok(()),
        ["--check"] => {
            Err("include/sealwax.h is not what `cargo xtask header` writes: run it and look at the diff".into())
        }
        _ => Err("usage: cargo xtask header [--check]".into()),
    }
}

fn generate(root: &Path) -> Result<Vec<u8>, Failure> {
    let bindings = Builder::new()
        .with_config(config())
        .with_crate(root.join("ffi"))
        .generate()?;
    let mut header = Vec::new();
    bindings.write(&mut header);
    Ok(header)
}

fn config() -> Config {
    Config {
        language: Language::C,
        style: Style::Type,
        cpp_compat: true,
        header: Some(PREAMBLE.trim_end().to_owned()),
        include_guard: Some("SEALWAX_H".to_owned()),
        no_includes: true,
        sys_includes: vec!["stddef.h".to_owned(), "stdint.h".to_owned()],
        usize_is_size_t: true,
        documentation_style: DocumentationStyle::Cxx,
        line_length: 100,
        tab_width: 4,
        ..Config::default()
    }
}

/// What holds for every function, said once.
const PREAMBLE: &str = include_str!("header.txt");
