//! Writing answers to standard output.

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::Failure;

/// Writes `text` as it is.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Writes `answer` as one line of JSON.
pub(crate) fn json(answer: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(answer).map_err(io::Error::from)?;
    text(&format!("{line}\n"))
}
