//! What several integration tests share.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test may panic")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The value of a tool or package that a test needs, or `None` after a printed line when it is missing.
///
/// With `SEALWAX_REQUIRE=all`, as in continuous integration, a missing tool is a failure.
pub(crate) fn need<T>(what: &str, found: Option<T>) -> Option<T> {
    if found.is_none() {
        let required = std::env::var("SEALWAX_REQUIRE").is_ok_and(|value| value == "all");
        assert!(!required, "SEALWAX_REQUIRE=all, and {what} is missing");
        // Written past the test harness, which would hide what a passing test prints.
        let _ = writeln!(std::io::stderr(), "skipped: {what} is missing");
    }
    found
}

/// A Python interpreter (`SEALWAX_PYTHON`, else `python3`) that can import `module`.
pub(crate) fn python_with(module: &str) -> Option<Command> {
    let interpreter = std::env::var_os("SEALWAX_PYTHON").unwrap_or_else(|| "python3".into());
    let imported = Command::new(&interpreter)
        .arg("-c")
        .arg(format!("import {module}"))
        .output();
    let found = imported.is_ok_and(|output| output.status.success());
    need(
        &format!("a Python with `{module}`"),
        found.then(|| Command::new(interpreter)),
    )
}

/// A folder of the evaluation data, which is no part of the project: `SEALWAX_SHARED`, else `shared` beside the
/// checkout. A test that only measures against it is skipped with a printed line where it is absent.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let beside = || concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into();
    let folder = std::env::var_os("SEALWAX_SHARED")
        .map_or_else(beside, PathBuf::from)
        .join(path);
    if !folder.is_dir() {
        let _ = writeln!(
            std::io::stderr(),
            "skipped: there is no `{path}` of the evaluation data"
        );
        return None;
    }
    Some(folder)
}

/// The files of a folder and its sub-folders, in order.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// A file or folder of `testdata/`.
pub(crate) fn testdata(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata")).join(path)
}

/// The bytes of hexadecimal text.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    assert_eq!(text.len() % 2, 0, "hexadecimal text has an even length");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
