//! A file that is written in pieces and stands under its name only when it is whole.

use std::fs::{self, File, Metadata};
use std::io::{self, StdoutLock, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::replaced::{Replaced, identity, refuse_foreign};
use super::temporary::temporary;
use super::{Readers, hold, is_standard, pair, persist, resolved, settle_name};
use crate::failure::Failure;

/// A place for a result; `-` is standard output.
///
/// A regular file is replaced in one step by a finished one beside it, which is removed when it is not finished; a link
/// keeps pointing to the file that is replaced; a device or a pipe is written to as it is. The new file has the owner of the
/// old one, and its mode where anybody may read it. What somebody else put into a shared folder is not written to, and a file
/// with other names is not replaced.
pub(crate) struct Output {
    path: PathBuf,
    place: Place,
    failed: Option<Failure>,
}

#[expect(clippy::large_enum_variant, reason = "there are one or two at a time")]
enum Place {
    Beside(Beside),
    Device(File),
    Standard(StdoutLock<'static>),
}

/// A file beside the one that it will replace.
struct Beside {
    file: NamedTempFile,
    target: PathBuf,
    replaced: Option<Replaced>,
    readers: Readers,
}

impl Beside {
    /// Makes the file one that only has to be given its name.
    fn settle(&self) -> io::Result<()> {
        if let Some(replaced) = &self.replaced {
            match self.readers {
                Readers::Anybody => replaced.give_owner_and_mode(self.file.as_file())?,
                Readers::Owner => replaced.give_owner(self.file.as_file())?,
            }
        }
        self.file.as_file().sync_all()
    }

    /// Gives the file its name while no other run looks at what stands there to replace or remove it, unless the caller sees to
    /// that. Where a file system has no locks, nobody can be held off.
    fn finish(self, is_held: bool) -> io::Result<()> {
        self.settle()?;
        let _held = if is_held {
            None
        } else {
            hold(&self.target).ok().flatten()
        };
        persist(self.file, &self.target)
    }
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
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.put(false)
    }

    /// The same while the caller holds the folder of the file ([`hold`]).
    pub(crate) fn finish_held(self) -> Result<(), Failure> {
        self.put(true)
    }

    fn put(mut self, is_held: bool) -> Result<(), Failure> {
        let finished = match self.place {
            Place::Beside(beside) => beside.finish(is_held),
            Place::Device(mut file) => file.flush(),
            Place::Standard(mut stdout) => return Ok(stdout.flush()?),
        };
        finished.map_err(|error| self.failed.take().unwrap_or(Failure::writing(&self.path, &error)))
    }

    /// Puts a finished body and its header, which is `bytes`, in their places. The old pair opens until the header is
    /// replaced, and the new one from then on ([`pair`]).
    pub(crate) fn finish_pair(header: Self, body: Self, bytes: &[u8]) -> Result<(), Failure> {
        let (header_path, body_path) = (header.path.clone(), body.path.clone());
        let failed = |path: &Path, error: &io::Error| Failure::writing(path, error);
        match (header.place, body.place) {
            (Place::Beside(header), Place::Beside(body)) => {
                let _held = hold(&header.target)?;
                body.settle().map_err(|error| failed(&body_path, &error))?;
                header.settle().map_err(|error| failed(&header_path, &error))?;
                let none = || io::Error::other("it has no header");
                let waiting = pair::waiting(bytes, &body.target).ok_or_else(|| failed(&body_path, &none()))?;
                persist(body.file, &waiting).map_err(|error| failed(&body_path, &error))?;
                if let Err(error) = persist(header.file, &header.target) {
                    let _gone = fs::remove_file(&waiting); // the old pair stays
                    return Err(failed(&header_path, &error));
                }
                fs::rename(&waiting, &body.target).map_err(|error| failed(&body_path, &error))?;
                settle_name(&body.target);
                pair::forget(&body.target);
                Ok(())
            }
            // What went to a pipe is there already; a body without its header is lost.
            (header, body) => {
                let whole = |path: PathBuf, place| Self {
                    path,
                    place,
                    failed: None,
                };
                whole(body_path, body).finish()?;
                whole(header_path, header).finish()
            }
        }
    }

    /// Whether what is written stays unseen until it is finished.
    pub(crate) fn is_beside(&self) -> bool {
        matches!(self.place, Place::Beside(_))
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
            Place::Beside(beside) => beside.file.write(bytes),
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
        refuse_foreign(path)?;
        let target = resolved(path);
        refuse_foreign(&target)?;
        if let Ok(found) = fs::metadata(path)
            && !found.is_file()
        {
            return device(path, &found).map(Self::Device);
        }
        let replaced = Replaced::find(&target)?;
        if let Some(replaced) = &replaced {
            replaced.refuse_other_names()?;
        }
        Ok(Self::Beside(Beside {
            file: temporary(&target, readers)?,
            target,
            replaced,
            readers,
        }))
    }
}

/// The device or pipe at `path`, if it is still the one that was found.
fn device(path: &Path, found: &Metadata) -> io::Result<File> {
    let file = File::options().write(true).open(path)?;
    let same = |metadata: &Metadata| identity(metadata).map(|identity| identity.file);
    if same(&file.metadata()?) != same(found) {
        return Err(io::Error::other("it was exchanged while it was opened"));
    }
    Ok(file)
}
