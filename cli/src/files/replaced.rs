//! What stays of a file that is replaced, and what is never replaced or written to.

use std::fs::{self, File, FileTimes, Metadata};
use std::io;
use std::path::Path;

use super::folder_of;

/// A file that will be replaced, as it was found.
pub(super) struct Replaced(Metadata);

impl Replaced {
    /// The file at `target`, if there is one.
    pub(super) fn find(target: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(target) {
            Ok(found) => Ok(Some(Self(found))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives `file` the owner, the group and the mode of the file in whose place it comes.
    pub(super) fn give_owner_and_mode(&self, file: &File) -> io::Result<()> {
        self.give_owner(file)?;
        file.set_permissions(self.0.permissions())
    }

    /// Gives `file` the times of the file in whose place it comes.
    pub(super) fn give_times(&self, file: &File) -> io::Result<()> {
        let times = FileTimes::new().set_modified(self.0.modified()?);
        file.set_times(self.0.accessed().map_or(times, |accessed| times.set_accessed(accessed)))
    }

    /// Gives `file` the owner and the group alone; its mode is its own.
    #[cfg(unix)]
    pub(super) fn give_owner(&self, file: &File) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt, fchown};
        let made = file.metadata()?;
        let changed = |wanted: u32, found: u32| (wanted != found).then_some(wanted);
        let (uid, gid) = (changed(self.0.uid(), made.uid()), changed(self.0.gid(), made.gid()));
        if uid.is_none() && gid.is_none() {
            return Ok(());
        }
        fchown(file, uid, gid)
            .map_err(|error| io::Error::new(error.kind(), "it would not keep its owner and its group"))
    }

    #[cfg(not(unix))]
    pub(super) fn give_owner(&self, _: &File) -> io::Result<()> {
        Ok(())
    }

    /// Fails when the file has other names, under which the old content would stay.
    pub(super) fn refuse_other_names(&self) -> io::Result<()> {
        match identity(&self.0) {
            Some(found) if found.names > 1 => Err(io::Error::other(format!(
                "it has {} names (hard links), and what it holds now would stay under the others",
                found.names
            ))),
            _ => Ok(()),
        }
    }
}

/// What makes two names one file, and how many names the file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) file: (u64, u64),
    pub(crate) names: u64,
}

/// The identity of a file, where the system tells it.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems tell none")]
pub(crate) fn identity(found: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    Some(Identity {
        file: (found.dev(), found.ino()),
        names: found.nlink(),
    })
}

#[cfg(not(unix))]
pub(crate) fn identity(_: &Metadata) -> Option<Identity> {
    None
}

/// Fails when `path` names what somebody else put into a folder that others may write to: a link leads to a place of
/// theirs, a pipe and a device are read by them, and a file that keeps its owner would be theirs. It is so with links,
/// pipes and devices in a folder of somebody else, too.
#[cfg(unix)]
pub(super) fn refuse_foreign(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    let folder = fs::metadata(folder_of(path))?;
    let own = own_uid()?;
    let trusted = |uid: u32| uid == own || uid == ROOT;
    let is_shared = folder.mode() & WRITABLE_BY_OTHERS != 0 || !(found.is_file() || trusted(folder.uid()));
    if trusted(found.uid()) || !is_shared {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "it was made by somebody else, in a folder that others may write to",
    ))
}

#[cfg(not(unix))]
pub(super) fn refuse_foreign(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whoever runs this program: the owner of a file that it makes.
#[cfg(unix)]
fn own_uid() -> io::Result<u32> {
    use std::os::unix::fs::MetadataExt;
    Ok(tempfile::tempfile()?.metadata()?.uid())
}

#[cfg(unix)]
const ROOT: u32 = 0;
/// The bits of a folder's mode by which its group and everybody may make files in it.
#[cfg(unix)]
const WRITABLE_BY_OTHERS: u32 = 0o022;
