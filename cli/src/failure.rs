//! What can go wrong, for a person: the place, what is wrong there, and the next step.

use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::secrets;

/// How a command that ran to its end came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well: exit code 0.
    Fine,
    /// The answer to the question is "no": exit code 1.
    No,
    /// Some input could not be read, and was reported: exit code 2.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::No => Self::from(1),
            Outcome::Failed => Self::from(2),
        }
    }
}

/// Why a command, or one of its inputs, came to nothing. Holds no message text and no key.
#[derive(Debug)]
pub(crate) struct Failure {
    text: String,
    next_step: Option<String>,
    closed_pipe: bool,
}

impl Failure {
    /// A failure in words: lower case, no final dot, the user's words in backticks.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: secrets::hidden(&text.into()),
            next_step: None,
            closed_pipe: false,
        }
    }

    /// The operating system refused to read `path`.
    pub(crate) fn reading(path: &Path, error: &io::Error) -> Self {
        let failure = Self::new(format!("`{}`: cannot be read: {}", path.display(), cause(error)));
        match error.kind() {
            io::ErrorKind::NotFound => failure.next_step("check the spelling, or the folder you are in"),
            io::ErrorKind::PermissionDenied => failure.next_step("run it as a user who may read the file"),
            _ => failure,
        }
    }

    /// The operating system refused to write `path`.
    pub(crate) fn writing(path: &Path, error: &io::Error) -> Self {
        Self {
            closed_pipe: error.kind() == io::ErrorKind::BrokenPipe,
            ..Self::new(format!("`{}`: cannot be written: {}", path.display(), cause(error)))
        }
    }

    /// The operating system refused to remove `path`.
    pub(crate) fn removing(path: &Path, error: &io::Error) -> Self {
        Self::new(format!("`{}`: cannot be removed: {}", path.display(), cause(error)))
    }

    /// The same, with what the user can do next.
    pub(crate) fn next_step(mut self, text: impl Into<String>) -> Self {
        self.next_step = Some(secrets::hidden(&text.into()));
        self
    }

    /// What the user can do next.
    pub(crate) fn hint(&self) -> Option<&str> {
        self.next_step.as_deref()
    }

    /// Whether the reader of our output went away, which is no fault.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        self.closed_pipe
    }
}

impl From<io::Error> for Failure {
    /// Standard output could not be written.
    fn from(error: io::Error) -> Self {
        Self::writing(Path::new("standard output"), &error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The operating system's words without Rust's `(os error 2)`, which helps nobody.
fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.strip_prefix(|first: char| first.is_ascii_uppercase())
        .and_then(|rest| Some(format!("{}{rest}", text.chars().next()?.to_ascii_lowercase())))
        .unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_has_its_exit_code() {
        let code = |outcome: Outcome| format!("{:?}", ExitCode::from(outcome));
        for (outcome, expected) in [(Outcome::Fine, 0), (Outcome::No, 1), (Outcome::Failed, 2)] {
            assert_eq!(code(outcome), format!("{:?}", ExitCode::from(expected)));
        }
    }

    #[test]
    fn an_absent_file_is_named_with_a_next_step() {
        let failure = Failure::reading(Path::new("gone.eml"), &io::Error::from_raw_os_error(2));
        assert_eq!(
            failure.to_string(),
            "`gone.eml`: cannot be read: no such file or directory"
        );
        assert!(failure.hint().is_some());
    }

    #[test]
    fn only_a_broken_pipe_counts_as_closed() {
        assert!(Failure::from(io::Error::from(io::ErrorKind::BrokenPipe)).is_closed_pipe());
        assert!(!Failure::from(io::Error::from(io::ErrorKind::StorageFull)).is_closed_pipe());
    }
}
