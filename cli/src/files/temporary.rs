//! Temporary files: each is named so that it can be told from everything that others made.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sealwax::crypto::Provider;
use tempfile::NamedTempFile;

use super::{Readers, folder_of, is_same};
use crate::failure::Failure;

/// An empty temporary file in the folder of `path`.
pub(super) fn temporary(path: &Path, readers: Readers) -> io::Result<NamedTempFile> {
    let name = name()?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(&name).rand_bytes(0);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode(path, readers)));
    let file = builder.tempfile_in(folder_of(path))?;
    // The lock tells a file in use from one that a killed run left behind; some file systems have no locks.
    let _unlocked = file.as_file().try_lock();
    Ok(file)
}

/// A name in the folder of `path` that no file has.
pub(super) fn unused(path: &Path) -> io::Result<PathBuf> {
    Ok(folder_of(path).join(name()?))
}

/// Whether this program gave the file at `path` its name, as that of a temporary file.
pub(crate) fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let random = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-'));
    random.is_some_and(|(random, _)| random.len() == DRAWN && name == named(random))
}

/// Removes the temporary files that killed runs left behind, and nothing that it cannot prove to be one.
pub(crate) struct Sweep {
    magic: &'static [u8],
    named: Vec<PathBuf>,
    began: SystemTime,
}

impl Sweep {
    /// For files that begin with `magic`, when they are written that far; none of those that are `named` is removed.
    pub(crate) fn new(magic: &'static [u8], named: Vec<PathBuf>) -> Self {
        let began = SystemTime::now();
        Self { magic, named, began }
    }

    /// Removes the file at `path` if a killed run left it behind; whether it did.
    pub(crate) fn remove(&self, path: &Path) -> Result<bool, Failure> {
        match self.try_remove(path) {
            // Another run has just given it its name, or removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            removed => removed.map_err(|error| Failure::removing(path, &error)),
        }
    }

    fn try_remove(&self, path: &Path) -> io::Result<bool> {
        if !is_temporary(path) || self.named.iter().any(|named| is_same(named, path)) {
            return Ok(false);
        }
        let metadata = fs::symlink_metadata(path)?;
        if !metadata.is_file() || !self.is_older(&metadata) || !is_own(path, &metadata)? {
            return Ok(false);
        }
        let mut file = File::open(path)?;
        // A run that still writes holds the lock; this one holds it until the file is gone.
        if file.try_lock().is_err() || !self.has_magic(&mut file)? {
            return Ok(false);
        }
        fs::remove_file(path)?;
        Ok(true)
    }

    /// Whether nobody wrote to it since this run began.
    fn is_older(&self, metadata: &Metadata) -> bool {
        metadata.modified().is_ok_and(|modified| modified < self.began)
    }

    fn has_magic(&self, file: &mut impl Read) -> io::Result<bool> {
        let mut beginning = Vec::new();
        let len = u64::try_from(self.magic.len()).unwrap_or(u64::MAX);
        file.take(len).read_to_end(&mut beginning)?;
        Ok(self.magic.starts_with(&beginning))
    }
}

/// Whether the file at `path` belongs to whoever runs this program: to the owner of a file that it makes there.
#[cfg(unix)]
fn is_own(path: &Path, metadata: &Metadata) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let mine = tempfile::tempfile_in(folder_of(path))?.metadata()?;
    Ok(mine.uid() == metadata.uid())
}

#[cfg(not(unix))]
fn is_own(_: &Path, _: &Metadata) -> io::Result<bool> {
    Ok(true)
}

/// A name that nobody else gives: a random number, and a checksum over it.
fn name() -> io::Result<String> {
    let mut random = [0; DRAWN / 2];
    Provider::ring().fill_random(&mut random).map_err(io::Error::other)?;
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
    let random = random.iter().flat_map(|byte| [byte >> 4, byte & 15].map(digit));
    Ok(named(&random.collect::<String>()))
}

fn named(random: &str) -> String {
    format!("{PREFIX}{random}-{:08x}{SUFFIX}", checksum(random))
}

/// FNV-1a of 32 bits, with a beginning of its own.
fn checksum(random: &str) -> u32 {
    let text = "sealwax temporary file ".bytes().chain(random.bytes());
    text.fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

const PREFIX: &str = ".sealwax-";
const SUFFIX: &str = ".tmp";
/// The hexadecimal digits that are drawn.
const DRAWN: usize = 16;

/// The mode of a new file in the place of `path`: what was there before is not opened to more people.
#[cfg(unix)]
fn mode(path: &Path, readers: Readers) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    let wanted = match readers {
        Readers::Anybody => 0o666,
        Readers::Owner => 0o600,
    };
    fs::metadata(path).map_or(wanted, |before| wanted & before.permissions().mode())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const MAGIC: &[u8] = b"SLWX";

    /// A sweep that begins when everything that is there has been written.
    fn sweep(named: Vec<PathBuf>) -> Sweep {
        let mut sweep = Sweep::new(MAGIC, named);
        sweep.began += Duration::from_secs(1);
        sweep
    }

    #[test]
    fn a_killed_run_s_file_is_removed_whole_half_or_empty() {
        let folder = tempfile::tempdir().unwrap();
        for content in ["", "SL", "SLWX", "SLWX and half a message"] {
            let left = folder.path().join(name().unwrap());
            fs::write(&left, content).unwrap();
            assert!(sweep(Vec::new()).remove(&left).unwrap(), "{content}");
            assert!(!left.exists(), "{content}");
        }
    }

    #[test]
    fn a_file_that_somebody_else_may_have_made_is_not_removed() {
        let folder = tempfile::tempdir().unwrap();
        let ours = name().unwrap();
        let altered = ours.replace(".tmp", "0.tmp");
        for (name, content) in [
            (".sealwax-key", "SLWX"),
            (".sealwax-x.tmp", ""),
            (".sealwax-0123456789abcdef-01234567.tmp", "SLWX"),
            (&altered, "SLWX"),
            (&ours, "SEALWAX-LOCAL-KEY-1"),
            (&ours, "SLW "),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            assert!(!sweep(Vec::new()).remove(&path).unwrap(), "{name} {content}");
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
    }

    #[test]
    fn a_file_that_is_held_young_named_or_no_file_is_not_removed() {
        let folder = tempfile::tempdir().unwrap();
        let held = temporary(&folder.path().join("out"), Readers::Owner).unwrap();
        assert!(is_temporary(held.path()));
        assert!(!sweep(Vec::new()).remove(held.path()).unwrap());
        let path = folder.path().join(name().unwrap());
        fs::write(&path, "SLWX").unwrap();
        assert!(!sweep(vec![path.clone()]).remove(&path).unwrap());
        let mut young = sweep(Vec::new());
        young.began = SystemTime::UNIX_EPOCH;
        assert!(!young.remove(&path).unwrap());
        let directory = folder.path().join(name().unwrap());
        fs::create_dir(&directory).unwrap();
        assert!(!sweep(Vec::new()).remove(&directory).unwrap());
        assert!(held.path().exists() && path.exists() && directory.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join(name().unwrap()));
        fs::write(&target, "SLWX").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(!sweep(Vec::new()).remove(&link).unwrap());
        assert!(link.exists());
    }
}
