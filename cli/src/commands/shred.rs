//! `sealwax shred`.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::crypto::Provider;
use sealwax::seal::{Header, Identity, KeyRing, Stanza};
use zeroize::Zeroizing;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Output, Readers};
use crate::protect::Protect;
use crate::rings::{self, RingKeys};

use super::{inspect, rewrap};

/// Destroy the key of a bucket, and with it the messages
///
/// Says of each message in the bucket whether any other key still opens it (a legal hold does); exit code 1 when one
/// does. The key is overwritten in the file of the ring, and that is brought to the disk, before the file is replaced; a wrapped ring
/// is overwritten as soon as it was replaced. An SSD,
/// a journal, snapshots and backups may still hold copies of it: they must be destroyed as well.
#[derive(Debug, Args)]
pub(crate) struct Shred {
    #[command(flatten)]
    protect: Protect,

    /// The key ring that holds the key
    #[arg(long, value_name = "FILE")]
    ring: PathBuf,

    #[command(flatten)]
    keys: RingKeys,

    /// The bucket, which is the id of its key
    #[arg(long, value_name = "ID")]
    bucket: String,

    /// Really destroy the key; without it only say what would be
    #[arg(long)]
    destroy: bool,

    /// The messages, or folders of them
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

impl Shred {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        self.protect.apply()?;
        let _held = files::hold(&self.ring)?;
        let mut ring = rings::read(&self.ring, &self.keys)?;
        let keys: Vec<Identity> = ring
            .identities()
            .filter(|key| key.key_ref().id() == self.bucket)
            .map(Identity::from)
            .collect();
        let versions = ring.destroy(&self.bucket);
        if versions == 0 {
            return Err(Failure::new(format!(
                "`{}`: has no key `{}`",
                self.ring.display(),
                self.bucket
            )));
        }
        let (lines, outcome) = self.report(&keys, console);
        if self.destroy {
            self.replace(&ring)?;
        }
        files::write(Path::new("-"), lines.as_bytes(), Readers::Anybody)?;
        let done = if self.destroy {
            "destroyed"
        } else {
            "would destroy (give --destroy to do it)"
        };
        console.note(&format!("{done}: {versions} versions of key {}", self.bucket));
        if self.destroy {
            console.note(REMAINS);
        }
        Ok(outcome)
    }

    /// Overwrites the keys in the file of the ring, and puts the new ring in its place. At each moment the file is a ring with
    /// all the other keys; a wrapped one is overwritten after that.
    fn replace(&self, ring: &KeyRing) -> Result<(), Failure> {
        if self.keys.are_given() {
            return rings::replace(&self.ring, ring, &self.keys);
        }
        let failed = |error: io::Error| Failure::writing(&self.ring, &error);
        let mut new = Output::create(&self.ring, Readers::Owner)?;
        new.write_all(ring.to_text().as_bytes())
            .map_err(|error| new.blame(&self.ring, &error))?;
        let before = Zeroizing::new(files::read(&self.ring)?);
        let mut file = File::options().write(true).open(&self.ring).map_err(failed)?;
        for (start, line) in self.overwritten(&before) {
            file.seek(SeekFrom::Start(start)).map_err(failed)?;
            file.write_all(line.as_bytes()).map_err(failed)?;
        }
        file.sync_all().map_err(failed)?;
        new.finish_held()
    }

    /// What to write over the lines of the bucket's keys, and where: notes of the same length that the keys are destroyed.
    fn overwritten(&self, before: &[u8]) -> Vec<(u64, String)> {
        let mut start = 0_u64;
        let mut overwritten = Vec::new();
        for line in before.split_inclusive(|byte| *byte == b'\n') {
            let words: Vec<&str> = str::from_utf8(line).unwrap_or_default().split_whitespace().collect();
            if let ["key", id, version, _, _] = words.as_slice()
                && *id == self.bucket
            {
                let note = format!("key {id} {version} destroyed");
                let ending = line.len().saturating_sub(line.trim_ascii_end().len());
                let room = line.len().saturating_sub(ending);
                overwritten.push((start, format!("{note:room$}")));
            }
            start = start.saturating_add(u64::try_from(line.len()).unwrap_or(u64::MAX));
        }
        overwritten
    }

    /// A line for each message of the bucket. What cannot be read is reported, and the others are gone through.
    fn report(&self, keys: &[Identity], console: &Console) -> (String, Outcome) {
        let (mut lines, mut outcome) = (String::new(), Outcome::Fine);
        for path in rewrap::sealed_files(&self.paths, |_| {}) {
            let read = path.and_then(|path| Ok((inspect::read(&path)?.0, path)));
            let (header, path) = match read {
                Ok(read) => read,
                Err(failure) => {
                    console.report(&failure);
                    outcome = Outcome::Failed;
                    continue;
                }
            };
            if header.bucket() != Some(self.bucket.as_str()) {
                continue;
            }
            let survivors = survivors(&header, keys);
            if !survivors.is_empty() && outcome == Outcome::Fine {
                outcome = Outcome::No;
            }
            let fate = match (survivors.is_empty(), self.destroy) {
                (true, true) => "destroyed".to_owned(),
                (true, false) => "would be destroyed".to_owned(),
                (false, _) => format!("still opens: {}", survivors.join(", ")),
            };
            lines.push_str(&[header.sealed_id().to_string(), fate, path.display().to_string()].join("\t"));
            lines.push('\n');
        }
        (lines, outcome)
    }
}

/// The names of the stanzas that others than `keys` open.
fn survivors(header: &Header, keys: &[Identity]) -> Vec<String> {
    let survivors = header.survivors(Provider::ring(), keys).map(Stanza::key_ref);
    survivors.map(ToString::to_string).collect()
}

/// What this program cannot reach.
const REMAINS: &str =
    "the key was overwritten in its file; an SSD, a journal, snapshots and backups may still hold copies";
