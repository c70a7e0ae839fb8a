//! A file that is written in pieces and stands under its name only when it is whole.

use std::fs::{self, File};
use std::io::{self, StdoutLock, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::temporary::temporary;
use super::{Readers, is_standard, persist};
use crate::failure::Failure;

/// A place for a result; `-` is standard output.
///
/// A regular file is replaced in one step by a finished one beside it, which is removed when it is not finished; a link
/// keeps pointing to the file that is replaced; a device or a pipe is written to as it is.
pub(crate) struct Output {
    path: PathBuf,
    place: Place,
    failed: Option<Failure>,
}

enum Place {
    Beside { file: NamedTempFile, target: PathBuf },
    Device(File),
    Standard(StdoutLock<'static>),
}

impl Output {
    pub(crate) fn create(path: &Path, readers: Readers) -> Result<Self, Failure> {
        let place = Place::new(path, readers).map_err(|error| Failure::writing(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            place,
            failed: None,
        })
    }

    /// Puts the finished file in its place.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let finished = match self.place {
            Place::Beside { file, target } => file.as_file().sync_all().and_then(|()| persist(file, &target)),
            Place::Device(mut file) => file.flush(),
            Place::Standard(mut stdout) => return Ok(stdout.flush()?),
        };
        finished.map_err(|error| self.failed.take().unwrap_or(Failure::writing(&self.path, &error)))
    }

    /// Whether what is written stays unseen until it is finished.
    pub(crate) fn is_beside(&self) -> bool {
        matches!(self.place, Place::Beside { .. })
    }

    /// Why copying from `input` stopped: what was wrong here, or else there.
    pub(crate) fn blame(&mut self, input: &Path, error: &io::Error) -> Failure {
        self.failed.take().unwrap_or_else(|| Failure::reading(input, error))
    }

    fn note(&mut self, error: &io::Error) {
        self.failed = Some(match self.place {
            Place::Standard(_) => io::Error::from(error.kind()).into(),
            _ => Failure::writing(&self.path, error),
        });
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.place {
            Place::Beside { file, .. } => file.write(bytes),
            Place::Device(file) => file.write(bytes),
            Place::Standard(stdout) => stdout.write(bytes),
        };
        written.inspect_err(|error| self.note(error))
    }

    /// What is not whole need not be flushed: [`Output::finish`] does.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Place {
    fn new(path: &Path, readers: Readers) -> io::Result<Self> {
        if is_standard(path) {
            return Ok(Self::Standard(io::stdout().lock()));
        }
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return File::options().write(true).open(path).map(Self::Device);
        }
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let file = temporary(&target, readers)?;
        Ok(Self::Beside { file, target })
    }
}
