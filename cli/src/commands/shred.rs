//! `sealwax shred`.

use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::seal::{Header, KeyRef, LocalKey, StanzaKind};

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::protect::Protect;

use super::keygen::read_ring;
use super::{inspect, rewrap};

/// Destroy the key of a bucket, and with it the messages
///
/// Says of each message in the bucket whether any other key still opens it (a legal hold does); exit code 1 when one
/// does. Copies of the key ring, in backups too, must be destroyed as well.
#[derive(Debug, Args)]
pub(crate) struct Shred {
    #[command(flatten)]
    protect: Protect,

    /// The key ring that holds the key
    #[arg(long, value_name = "FILE")]
    ring: PathBuf,

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
        let mut ring = read_ring(&self.ring)?;
        let keys: Vec<KeyRef> = ring
            .identities()
            .map(LocalKey::key_ref)
            .filter(|key| key.id() == self.bucket)
            .cloned()
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
            files::write(&self.ring, ring.to_text().as_bytes(), Readers::Owner)?;
        }
        files::write(Path::new("-"), lines.as_bytes(), Readers::Anybody)?;
        let done = if self.destroy {
            "destroyed"
        } else {
            "would destroy (give --destroy to do it)"
        };
        console.note(&format!("{done}: {versions} versions of key {}", self.bucket));
        Ok(outcome)
    }

    /// A line for each message of the bucket. What cannot be read is reported, and the others are gone through.
    fn report(&self, keys: &[KeyRef], console: &Console) -> (String, Outcome) {
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

/// The names of the stanzas that others than `keys` open. A name that stands twice may be that of another key.
fn survivors(header: &Header, keys: &[KeyRef]) -> Vec<String> {
    let mut destroyed: Vec<&KeyRef> = keys.iter().collect();
    let mut others = Vec::new();
    for stanza in header.stanzas() {
        let place = destroyed.iter().position(|key| *key == stanza.key_ref());
        match place.filter(|_| stanza.kind() == StanzaKind::Local) {
            Some(place) => drop(destroyed.swap_remove(place)),
            None => others.push(stanza.key_ref().to_string()),
        }
    }
    others
}
