//! `sealwax rewrap`.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::crypto::Provider;
use sealwax::seal::{Header, KeyRef, Rewrapper};

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Sweep};
use crate::keys;
use crate::progress::Progress;
use crate::protect::Protect;

/// Change who can open sealed messages, without opening them
///
/// Only the header is made anew; the body is copied as it is. A message is replaced in one step by a finished one, so
/// that nothing is lost when the run is interrupted; the same run again does what is left, and removes the unfinished
/// messages (`.sealwax-….tmp`) that a killed run left in the folders. Files in a folder that are no sealed messages are
/// left alone, whatever their names.
#[derive(Debug, Args)]
pub(crate) struct Rewrap {
    #[command(flatten)]
    protect: Protect,

    /// A file with keys that open the messages now, or a key ring
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,

    /// A file whose first line is a passphrase that opens the messages now
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    /// Which key of a ring is meant by `--add` or `--hold`; its active version is taken
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// Somebody who can open them from now on: their public key, a file with their keys, or a ring
    #[arg(long, value_name = "RECIPIENT")]
    add: Vec<String>,

    /// The key of a legal hold, which may also open messages in a bucket
    #[arg(long, value_name = "RECIPIENT")]
    hold: Vec<String>,

    /// A key that does not open them any more, as `sealwax inspect` names it
    #[arg(long, value_name = "KEY")]
    remove: Vec<KeyRef>,

    /// Take every key away but those that are added
    #[arg(long, conflicts_with = "remove")]
    replace_all: bool,

    /// Sealed messages, headers in files of their own, or folders of them
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

impl Rewrap {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        self.protect.apply()?;
        let rewrapper = self.rewrapper()?;
        let progress = Progress::over(&self.paths);
        let (mut changed, mut same, mut failed) = (0_usize, 0_usize, 0_usize);
        let (sweep, mut swept) = (Sweep::new(MAGIC, self.named()), 0_usize);
        let unfinished = |path: &Path| match sweep.remove(path) {
            Ok(removed) => swept = swept.saturating_add(usize::from(removed)),
            Err(failure) => progress.aside(|| console.report(&failure)),
        };
        for path in sealed_files(&self.paths, unfinished) {
            match path.and_then(|path| rewrap(&rewrapper, &path, &progress)) {
                Ok(true) => changed = changed.saturating_add(1),
                Ok(false) => same = same.saturating_add(1),
                Err(failure) => {
                    failed = failed.saturating_add(1);
                    progress.aside(|| console.report(&failure));
                }
            }
        }
        progress.finish();
        console.note(&format!(
            "rewrapped {changed}, already as wanted {same}, failed {failed}"
        ));
        if swept > 0 {
            console.note(&format!(
                "removed {swept} unfinished file{} of killed runs",
                if swept == 1 { "" } else { "s" }
            ));
        }
        Ok(if failed > 0 { Outcome::Failed } else { Outcome::Fine })
    }

    /// Every file that the command line may name.
    fn named(&self) -> Vec<PathBuf> {
        let keys = self.add.iter().chain(&self.hold).map(PathBuf::from);
        let files = self.key.iter().chain(&self.passphrase_file).chain(&self.paths);
        files.cloned().chain(keys).collect()
    }

    fn rewrapper(&self) -> Result<Rewrapper, Failure> {
        let mut rewrapper = Rewrapper::new(Provider::ring());
        rewrapper = keys::identities(&self.key)?.iter().fold(rewrapper, Rewrapper::identity);
        if let Some(path) = &self.passphrase_file {
            rewrapper = rewrapper.identity(keys::passphrase(path)?);
        }
        for argument in &self.add {
            let recipients = keys::recipients(argument, self.id.as_deref())?;
            rewrapper = recipients.iter().fold(rewrapper, Rewrapper::recipient);
        }
        for argument in &self.hold {
            let recipients = keys::recipients(argument, self.id.as_deref())?;
            rewrapper = recipients.iter().fold(rewrapper, Rewrapper::hold);
        }
        rewrapper = self.remove.iter().cloned().fold(rewrapper, Rewrapper::remove);
        Ok(if self.replace_all {
            rewrapper.replace_all()
        } else {
            rewrapper
        })
    }
}

/// Rewraps one file; whether it had to be changed.
fn rewrap(rewrapper: &Rewrapper, path: &Path, progress: &Progress) -> Result<bool, Failure> {
    let reading = |error: io::Error| Failure::reading(path, &error);
    let mut file = File::open(path).map_err(reading)?;
    let len = file.metadata().map_err(reading)?.len();
    let header = Header::take_from(&mut BufReader::new(&mut file)).map_err(reading)?;
    let change = rewrapper
        .rewrap(&header)
        .map_err(|error| Failure::new(format!("`{}`: {error}", path.display())))?;
    if change.changed {
        let start = u64::try_from(change.old_len).unwrap_or(u64::MAX);
        file.seek(SeekFrom::Start(start)).map_err(reading)?;
        files::replace(path, &mut change.header.chain(&mut file))?;
    }
    progress.advance(usize::try_from(len).unwrap_or(usize::MAX));
    Ok(change.changed)
}

/// The files that are meant: those that are named, and in folders those that begin as sealed messages do. What another
/// run writes in a folder, or left there, is given to `unfinished` instead.
pub(super) fn sealed_files(
    paths: &[PathBuf],
    mut unfinished: impl FnMut(&Path),
) -> impl Iterator<Item = Result<PathBuf, Failure>> {
    let mut waiting: Vec<(PathBuf, bool)> = paths.iter().rev().map(|path| (path.clone(), true)).collect();
    std::iter::from_fn(move || {
        while let Some((path, named)) = waiting.pop() {
            if path.is_dir() {
                match entries(&path) {
                    Ok(entries) => waiting.extend(entries.into_iter().map(|entry| (entry, false))),
                    Err(failure) => return Some(Err(failure)),
                }
            } else if !named && files::is_temporary(&path) {
                unfinished(&path);
            } else if named || is_sealed(&path) {
                return Some(Ok(path));
            }
        }
        None
    })
}

/// The entries of a folder, last name first. Links are not among them.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: io::Error| Failure::reading(folder, &error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if !entry.file_type().map_err(failed)?.is_symlink() {
            paths.push(entry.path());
        }
    }
    paths.sort_unstable_by(|one, other| other.cmp(one));
    Ok(paths)
}

/// Whether a regular file begins as a sealed message does; a pipe is not waited for.
fn is_sealed(path: &Path) -> bool {
    let mut beginning = [0; MAGIC.len()];
    path.is_file()
        && File::open(path)
            .and_then(|mut file| file.read_exact(&mut beginning))
            .is_ok()
        && beginning == *MAGIC
}

/// How a sealed message begins.
const MAGIC: &[u8; 4] = b"SLWX";
