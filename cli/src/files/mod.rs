//! Files: read at once or in pieces, and written whole or not at all.

mod output;
pub(crate) mod pair;
mod replaced;
mod temporary;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sealwax::text::NotUtf8;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::failure::Failure;

pub(crate) use output::Output;
use replaced::Replaced;
pub(crate) use replaced::identity;
use temporary::temporary;
pub(crate) use temporary::{Sweep, is_temporary};

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whoever the user's `umask` allows.
    Anybody,
    /// The user alone (mode 0600): keys and plaintext.
    Owner,
}

/// Reads all of `path`; `-` is standard input.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = if is_standard(path) {
        read_to_end(io::stdin().lock())
    } else {
        fs::read(path)
    };
    bytes.map_err(|error| Failure::reading(path, &error))
}

/// Reads all of `path` as UTF-8 text without its byte order mark; `-` is standard input.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let bytes = Zeroizing::new(read(path)?);
    text(path, &bytes).map(str::to_owned)
}

/// The `bytes` of `path` as UTF-8 text, without the byte order mark before it.
pub(crate) fn text<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, Failure> {
    sealwax::text::utf8(bytes).map_err(|error| not_utf8(path, error))
}

/// The first `bytes` of `path`, which is read in pieces, without the byte order mark before them.
pub(crate) fn unmarked<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a [u8], Failure> {
    sealwax::text::unmarked(bytes).map_err(|error| not_utf8(path, error))
}

fn not_utf8(path: &Path, error: NotUtf8) -> Failure {
    Failure::new(format!("`{}`: {error}", path.display())).next_step("give a text file, saved as UTF-8")
}

/// What is read in pieces.
pub(crate) enum Input {
    /// A regular file, which can be read twice.
    File(File),
    /// A pipe or a device, which can be read only once.
    Once(Box<dyn Read>),
}

impl Read for Input {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(out),
            Self::Once(input) => input.read(out),
        }
    }
}

/// Opens `path` to be read in pieces; `-` is standard input.
pub(crate) fn open(path: &Path) -> Result<Input, Failure> {
    if is_standard(path) {
        return Ok(Input::Once(Box::new(io::stdin().lock())));
    }
    let failed = |error| Failure::reading(path, &error);
    let file = File::open(path).map_err(failed)?;
    let is_file = file.metadata().map_err(failed)?.is_file();
    Ok(if is_file {
        Input::File(file)
    } else {
        Input::Once(Box::new(file))
    })
}

/// Writes all of `bytes` to `path`, or leaves whatever stood there; see [`Output`].
pub(crate) fn write(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    written(path, bytes, readers)?.finish()
}

/// All of `bytes`, written to be put in the place of `path`.
pub(crate) fn written(path: &Path, bytes: &[u8], readers: Readers) -> Result<Output, Failure> {
    let mut output = Output::create(path, readers)?;
    match output.write_all(bytes) {
        Ok(()) => Ok(output),
        Err(error) => Err(output.blame(path, &error)),
    }
}

/// Replaces the file at `path` in one step by what `content` gives, if it still begins with `before`; whether it did. Its
/// owner, mode and times stay. No other run of this program comes between the look and the step.
pub(crate) fn replace(path: &Path, before: &[u8], content: &mut impl Read) -> Result<bool, Failure> {
    let failed = |error| Failure::writing(path, &error);
    let target = fs::canonicalize(path).map_err(failed)?;
    let mut file = temporary(&target, Readers::Owner).map_err(failed)?;
    io::copy(content, &mut file).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    let _held = hold(&target)?;
    if !begins_with(&target, before).map_err(failed)? {
        return Ok(false);
    }
    if let Some(replaced) = Replaced::find(&target).map_err(failed)? {
        replaced.give_owner_and_mode(file.as_file()).map_err(failed)?;
        replaced.give_times(file.as_file()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
    }
    persist(file, &target).map_err(failed)?;
    Ok(true)
}

fn begins_with(path: &Path, beginning: &[u8]) -> io::Result<bool> {
    let mut found = Vec::new();
    let len = u64::try_from(beginning.len()).unwrap_or(u64::MAX);
    File::open(path)?.take(len).read_to_end(&mut found)?;
    Ok(found == beginning)
}

/// Removes the file at `path`, or that a link there leads to, if it still begins with `before`; whether it did. A file with other names is not removed, since
/// it would stay under them.
pub(crate) fn remove(path: &Path, before: &[u8]) -> Result<bool, Failure> {
    let failed = |error| Failure::removing(path, &error);
    let target = fs::canonicalize(path).map_err(failed)?;
    let _held = hold(&target)?;
    if !begins_with(&target, before).map_err(failed)? {
        return Ok(false);
    }
    if let Some(found) = Replaced::find(&target).map_err(failed)? {
        found.refuse_other_names().map_err(failed)?;
    }
    fs::remove_file(&target).map_err(failed)?;
    settle_name(&target);
    Ok(true)
}

/// Makes `other`, which named the file `was`, a name of the file at `path` in one step.
pub(crate) fn relink(path: &Path, other: &Path, was: (u64, u64)) -> Result<(), Failure> {
    let failed = |error| Failure::writing(other, &error);
    let _held = hold(other)?;
    let found = fs::symlink_metadata(other).map_err(failed)?;
    if identity(&found).is_none_or(|found| found.file != was) {
        return Ok(()); // somebody else has put another file there
    }
    let link = temporary::unused(other).map_err(failed)?;
    fs::hard_link(fs::canonicalize(path).map_err(failed)?, &link).map_err(failed)?;
    let renamed = fs::rename(&link, other).map_err(failed);
    if renamed.is_err() {
        let _gone = fs::remove_file(&link);
    }
    settle_name(other);
    renamed
}

/// The same for a file that must not be there yet.
pub(crate) fn write_new(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    let file = beside(path, bytes, readers).map_err(|error| Failure::writing(path, &error))?;
    file.persist_noclobber(path)
        .map(|_| settle_name(path))
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => Failure::new(format!("`{}`: is already there", path.display())),
            _ => Failure::writing(path, &error.error),
        })
}

/// Keeps other runs of this program from changing `path` until the result is dropped: of two that read, change and write
/// a key ring, the second one waits. A link stands for the file that it leads to.
pub(crate) fn hold(path: &Path) -> Result<Option<File>, Failure> {
    // The folder is locked, since the file itself is replaced. Only Unix opens folders.
    if !cfg!(unix) {
        return Ok(None);
    }
    let folder = folder_of(&resolved(path));
    let failed = |error| Failure::writing(path, &error);
    let held = File::open(&folder).map_err(failed)?;
    held.lock().map_err(failed)?;
    Ok(Some(held))
}

/// Whether the two name one file, which need not be there yet.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let folder = || Some(fs::canonicalize(folder_of(path)).ok()?.join(path.file_name()?));
        fs::canonicalize(path).ok().or_else(folder)
    };
    !is_standard(one) && !is_standard(other) && place(one).is_some_and(|one| Some(one) == place(other))
}

/// Fails when standard input is named twice: it can be read only once.
pub(crate) fn read_once<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Result<(), Failure> {
    if paths.into_iter().filter(|path| is_standard(path)).count() > 1 {
        return Err(Failure::new("standard input is named twice, and can be read only once")
            .next_step("give one of the two as a file"));
    }
    Ok(())
}

/// Whether `path` stands for standard input or output.
fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn read_to_end(mut reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A finished temporary file in the folder of `path`, where a rename cannot cross file systems.
fn beside(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<NamedTempFile> {
    let mut file = temporary(path, readers)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Gives a finished file its name, in place of what stood there, and makes that last through a loss of power.
fn persist(file: NamedTempFile, target: &Path) -> io::Result<()> {
    file.persist(target).map_err(|error| error.error)?;
    settle_name(target);
    Ok(())
}

/// Makes a name that was given last through a loss of power. Not every file system knows how; the rename itself is done.
fn settle_name(target: &Path) {
    if cfg!(unix) {
        let _settled = File::open(folder_of(target)).and_then(|folder| folder.sync_all());
    }
}

/// The file that `path` leads to through links; itself when nothing is there yet.
fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The folder that `path` stands in.
pub(crate) fn folder_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        write(&path, b"one", Readers::Anybody).unwrap();
        write(&path, b"two", Readers::Owner).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_new_file_never_replaces_an_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write_new(&path, b"one", Readers::Owner).unwrap();
        let failure = write_new(&path, b"two", Readers::Owner).unwrap_err();
        assert!(failure.to_string().ends_with("is already there"));
        assert_eq!(fs::read(&path).unwrap(), b"one");
    }

    #[test]
    fn an_output_that_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut output = Output::create(&folder.path().join("out"), Readers::Owner).unwrap();
        output.write_all(b"half").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        drop(output);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn keys_and_plaintext_are_for_the_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write_new(&path, b"key", Readers::Owner).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_to_the_file_that_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "one").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        write(&link, b"two", Readers::Anybody).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"two");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        write(Path::new("/dev/null"), b"x", Readers::Anybody).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
