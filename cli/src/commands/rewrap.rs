//! `sealwax rewrap`.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::crypto::Provider;
use sealwax::seal::cobblestone::PREFIX_LEN;
use sealwax::seal::{Header, KeyRef, RewrapError, Rewrapped, Rewrapper};

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Sweep, pair};
use crate::keys;
use crate::pairs;
use crate::progress::Progress;
use crate::protect::Protect;
use crate::rings::RingKeys;

/// Change who can open sealed messages, without opening them
///
/// Only the header is made anew; the body is copied as it is. A message is replaced in one step by a finished one, so
/// that nothing is lost when the run is interrupted; the same run again does what is left, and removes the unfinished
/// messages (`.sealwax-….tmp`) that a killed run left in the folders. Of two runs at once, each sees what the other wrote.
/// Owner, mode, times and all names (hard links) of a message stay. Files in a folder that are no sealed messages are left
/// alone, whatever their names.
#[derive(Debug, Args)]
pub(crate) struct Rewrap {
    #[command(flatten)]
    protect: Protect,

    /// A file with keys that open the messages now, a key ring, or a private key of another program (PEM, DER, PKCS #12)
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,

    /// A file whose first line is a passphrase that opens the messages now
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    #[command(flatten)]
    rings: RingKeys,

    /// Which key of a ring is meant by `--add` or `--hold`; its active version is taken
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// Somebody who can open them from now on: their public key, a file with their keys, their certificate, or a ring
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

    /// A pair that was given when the messages were sealed; messages of this version need none
    #[arg(long, value_name = "NAME=VALUE")]
    context: Vec<String>,

    /// The body, when PATH is one header in a file of its own; it shows that a key is that of the message
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,

    /// Sealed messages, headers in files of their own, or folders of them
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

impl Rewrap {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        self.protect.apply()?;
        if self.body.is_some() && !matches!(self.paths.as_slice(), [path] if !path.is_dir()) {
            return Err(Failure::new("a body belongs to one header").next_step("name one header, and no folder"));
        }
        let rewrapper = self.rewrapper()?;
        let mut links = Links::among(&self.paths);
        let progress = Progress::over(&self.paths);
        let (mut changed, mut same, mut failed) = (0_usize, 0_usize, 0_usize);
        let (sweep, mut swept) = (Sweep::new(MAGIC, self.named()), 0_usize);
        let unfinished = |path: &Path| match sweep.remove(path) {
            Ok(removed) => swept = swept.saturating_add(usize::from(removed)),
            Err(failure) => progress.aside(|| console.report(&failure)),
        };
        for path in sealed_files(&self.paths, unfinished) {
            match path.and_then(|path| self.rewrap(&rewrapper, &path, &mut links, &progress)) {
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
        let files = files.chain(&self.body).chain(self.rings.files());
        files.cloned().chain(keys).collect()
    }

    fn rewrapper(&self) -> Result<Rewrapper, Failure> {
        let mut rewrapper = Rewrapper::new(Provider::ring()).supplied(pairs::context(&self.context)?);
        rewrapper = keys::identities(&self.key, &self.rings)?
            .iter()
            .fold(rewrapper, Rewrapper::identity);
        if let Some(path) = &self.passphrase_file {
            rewrapper = rewrapper.identity(keys::passphrase(path)?);
        }
        for argument in &self.add {
            let recipients = keys::recipients(argument, self.id.as_deref(), &self.rings)?;
            rewrapper = recipients.iter().fold(rewrapper, Rewrapper::recipient);
        }
        for argument in &self.hold {
            let recipients = keys::recipients(argument, self.id.as_deref(), &self.rings)?;
            rewrapper = recipients.iter().fold(rewrapper, Rewrapper::hold);
        }
        rewrapper = self.remove.iter().cloned().fold(rewrapper, Rewrapper::remove);
        Ok(if self.replace_all {
            rewrapper.replace_all()
        } else {
            rewrapper
        })
    }

    /// Rewraps one file, with all its names; whether it had to be changed.
    fn rewrap(
        &self,
        rewrapper: &Rewrapper,
        path: &Path,
        links: &mut Links,
        progress: &Progress,
    ) -> Result<bool, Failure> {
        let reading = |error: io::Error| Failure::reading(path, &error);
        for _ in 0..ROUNDS {
            let mut file = File::open(path).map_err(reading)?;
            let found = file.metadata().map_err(reading)?;
            let header = Header::take_from(&mut BufReader::new(&mut file)).map_err(reading)?;
            let change = self.change(rewrapper, path, &header, &mut file)?;
            if !change.changed {
                progress.advance(usize::try_from(found.len()).unwrap_or(usize::MAX));
                return Ok(false);
            }
            let others = links.other_names(path, &found)?;
            file.seek(SeekFrom::Start(len(&header))).map_err(reading)?;
            if files::replace(path, &header, &mut change.header.chain(&mut file))? {
                for (other, was) in others {
                    files::relink(path, &other, was)?;
                }
                progress.advance(usize::try_from(found.len()).unwrap_or(usize::MAX));
                return Ok(true);
            }
        }
        Err(Failure::new(format!("`{}`: others change it all the time", path.display())).next_step("try again later"))
    }

    /// The new header. What stands behind the old one, or in the file of the body, proves the key.
    fn change(&self, rewrapper: &Rewrapper, path: &Path, header: &[u8], file: &mut File) -> Result<Rewrapped, Failure> {
        let change = if let Some(body) = &self.body {
            let start = File::open(pair::body_of(header, body)).and_then(|mut file| beginning(&mut file));
            rewrapper.rewrap_detached(header, &start.map_err(|error| Failure::reading(body, &error))?)
        } else {
            let start = file.seek(SeekFrom::Start(len(header))).and_then(|_| beginning(file));
            rewrapper.rewrap_detached(header, &start.map_err(|error| Failure::reading(path, &error))?)
        };
        change.map_err(|error| {
            let failure = Failure::new(format!("`{}`: {error}", path.display()));
            match error {
                RewrapError::Body => failure.next_step("name the file of its body: --body FILE"),
                RewrapError::Open(_) => failure.next_step(PROOF),
                _ => failure,
            }
        })
    }
}

/// What to do when no key is proved.
const PROOF: &str = "check that a key opens it, and give what an older version was given to seal it: --context";

fn len(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// What the body begins with, where `file` stands.
fn beginning(file: &mut File) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    let most = u64::try_from(PREFIX_LEN).unwrap_or(u64::MAX);
    file.take(most).read_to_end(&mut start)?;
    Ok(start)
}

/// Another name of a file, and what makes it one of that file.
type OtherName = (PathBuf, (u64, u64));

/// The names that one file has among those that the command line means.
struct Links {
    paths: Vec<PathBuf>,
    names: Option<HashMap<(u64, u64), Vec<PathBuf>>>,
}

impl Links {
    fn among(paths: &[PathBuf]) -> Self {
        Self {
            paths: paths.to_vec(),
            names: None,
        }
    }

    /// The other names of the file at `path`, which is `found`. All of them must be meant: under one that is not, the old
    /// keys would go on to open.
    fn other_names(&mut self, path: &Path, found: &fs::Metadata) -> Result<Vec<OtherName>, Failure> {
        let Some(identity) = files::identity(found).filter(|identity| identity.names > 1) else {
            return Ok(Vec::new());
        };
        let names = self.names.get_or_insert_with(|| names(&self.paths));
        let names = names.get(&identity.file).map(Vec::as_slice).unwrap_or_default();
        let known = names.iter().filter(|name| is_still(name, identity.file)).count();
        if u64::try_from(known).unwrap_or(u64::MAX) < identity.names {
            let text = format!(
                "`{}`: has {} names (hard links), of which {known} are meant",
                path.display(),
                identity.names
            );
            return Err(Failure::new(text).next_step("name the folders of all of them"));
        }
        let others = names.iter().filter(|name| !files::is_same(name, path));
        Ok(others.map(|name| (name.clone(), identity.file)).collect())
    }
}

/// Whether the name still is one of the file.
fn is_still(name: &Path, file: (u64, u64)) -> bool {
    let found = fs::symlink_metadata(name)
        .ok()
        .and_then(|found| files::identity(&found));
    found.is_some_and(|found| found.file == file)
}

/// All names of the files that have more than one.
fn names(paths: &[PathBuf]) -> HashMap<(u64, u64), Vec<PathBuf>> {
    let mut names: HashMap<_, Vec<PathBuf>> = HashMap::new();
    for path in sealed_files(paths, |_| {}).flatten() {
        let found = fs::symlink_metadata(&path)
            .ok()
            .and_then(|found| files::identity(&found));
        if let Some(found) = found.filter(|found| found.names > 1) {
            let names = names.entry(found.file).or_default();
            if !names.iter().any(|name| files::is_same(name, &path)) {
                names.push(path);
            }
        }
    }
    names
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

/// How often a message is changed anew that others changed meanwhile; each time one of them has come further.
const ROUNDS: usize = 100;
/// How a sealed message begins.
const MAGIC: &[u8; 4] = b"SLWX";
