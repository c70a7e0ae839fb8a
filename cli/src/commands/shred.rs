//! `sealwax shred`.

use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::seal::KeyRef;

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
        let mut ring = read_ring(&self.ring)?;
        let versions = ring.destroy(&self.bucket);
        if versions == 0 {
            return Err(Failure::new(format!(
                "`{}`: has no key `{}`",
                self.ring.display(),
                self.bucket
            )));
        }
        let (lines, outcome) = self.report()?;
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

    /// A line for each message of the bucket.
    fn report(&self) -> Result<(String, Outcome), Failure> {
        let (mut lines, mut outcome) = (String::new(), Outcome::Fine);
        for path in rewrap::sealed_files(&self.paths) {
            let path = path?;
            let (header, _) = inspect::read(&path)?;
            if header.bucket() != Some(self.bucket.as_str()) {
                continue;
            }
            let keys: Vec<String> = header
                .survivors(&self.bucket)
                .map(|stanza| KeyRef::to_string(stanza.key_ref()))
                .collect();
            if !keys.is_empty() {
                outcome = Outcome::No;
            }
            let fate = if keys.is_empty() {
                "destroyed".to_owned()
            } else {
                format!("still opens: {}", keys.join(", "))
            };
            lines.push_str(&[header.sealed_id().to_string(), fate, path.display().to_string()].join("\t"));
            lines.push('\n');
        }
        Ok((lines, outcome))
    }
}
