//! Running other programs.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use crate::Failure;

/// Runs `command` and waits for it, with its output where ours goes.
///
/// # Errors
///
/// Says what was run when it cannot be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command
        .status()
        .map_err(|error| format!("cannot start `{}`: {error}", words(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed: {status}", words(command)).into())
    }
}

/// Runs cargo in `root` with `arguments`, by the same cargo that runs us.
///
/// # Errors
///
/// As [`run`].
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Result<(), Failure> {
    run(Command::new(cargo_program()).args(arguments).current_dir(root))
}

/// The cargo that runs us.
pub(crate) fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The program and its arguments as one line.
pub(crate) fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
