//! `sealwax purge`.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::Timestamp;
use sealwax::seal::cobblestone::PREFIX_LEN;
use sealwax::seal::{Header, Opener};

use crate::clock;
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::keys::Opening;
use crate::pairs;
use crate::protect::Protect;

use super::rewrap;

/// Remove the messages whose retention has ended
///
/// The end is proved to be what was sealed, which takes a key that opens the message. A message in a bucket that another key
/// opens, as that of a legal hold, stays. Removing a file does not overwrite it: what must not come back is shredded.
#[derive(Debug, Args)]
pub(crate) struct Purge {
    #[command(flatten)]
    protect: Protect,

    #[command(flatten)]
    opening: Opening,

    /// A pair that was given when the messages were sealed; messages of this version need none
    #[arg(long, value_name = "NAME=VALUE")]
    context: Vec<String>,

    /// Really remove the messages; without it only say which would be
    #[arg(long)]
    destroy: bool,

    /// Sealed messages, or folders of them
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

/// What becomes of a message.
enum Fate {
    /// It is not past its end.
    Kept,
    /// It is past its end, and somebody holds it: the keys that open it.
    Held(String),
    Removed(Timestamp),
}

impl Purge {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        self.protect.apply()?;
        let opener = self.opening.opener()?.supplied(pairs::context(&self.context)?);
        let now = clock::now()?;
        let (mut lines, mut outcome, mut removed) = (String::new(), Outcome::Fine, 0_usize);
        for path in rewrap::sealed_files(&self.paths, |_| {}) {
            let fate = path.and_then(|path| Ok((self.purge(&opener, now, &path)?, path)));
            let (said, path) = match fate {
                Ok((Fate::Kept, _)) => continue,
                Ok((Fate::Held(by), path)) => (format!("held: {by}"), path),
                Ok((Fate::Removed(end), path)) => {
                    removed = removed.saturating_add(1);
                    let done = if self.destroy { "removed" } else { "would be removed" };
                    (format!("{done}: kept until {end}"), path)
                }
                Err(failure) => {
                    outcome = Outcome::Failed;
                    console.report(&failure);
                    continue;
                }
            };
            lines.push_str(&[said, path.display().to_string()].join("\t"));
            lines.push('\n');
        }
        files::write(Path::new("-"), lines.as_bytes(), Readers::Anybody)?;
        let done = if self.destroy {
            "removed"
        } else {
            "would remove (give --destroy to do it)"
        };
        console.note(&format!("{done}: {removed} messages"));
        Ok(outcome)
    }

    fn purge(&self, opener: &Opener, now: Timestamp, path: &Path) -> Result<Fate, Failure> {
        let start = beginning(path).map_err(|error| Failure::reading(path, &error))?;
        let said = Header::parse(&start).map_err(|error| Failure::new(format!("`{}`: {error}", path.display())))?;
        if said.retention().end().is_none_or(|end| now <= end) {
            return Ok(Fate::Kept); // whoever wrote a later end into it keeps it, and loses the message itself
        }
        let proved = opener.proved_header(&start).map_err(|_| unproved(path))?;
        if proved.is_held() {
            let keys: Vec<String> = proved
                .stanzas()
                .iter()
                .map(|stanza| stanza.key_ref().to_string())
                .collect();
            return Ok(Fate::Held(keys.join(", ")));
        }
        let Some(end) = proved.retention().end() else {
            return Ok(Fate::Kept);
        };
        if self.destroy && !files::remove(path, &start)? {
            return Err(Failure::new(format!("`{}`: was changed meanwhile", path.display())).next_step("run it again"));
        }
        Ok(Fate::Removed(end))
    }
}

/// The header of a message and what proves it.
fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut start = Header::take_from(&mut file)?;
    let most = u64::try_from(PREFIX_LEN).unwrap_or(u64::MAX);
    file.take(most).read_to_end(&mut start)?;
    Ok(start)
}

fn unproved(path: &Path) -> Failure {
    let is_header =
        fs::metadata(path).is_ok_and(|found| beginning(path).is_ok_and(|start| is_shorter(found.len(), &start)));
    let failure = Failure::new(format!("`{}`: no key proves when its retention ends", path.display()));
    failure.next_step(if is_header {
        "it is a header in a file of its own: remove it with its body by hand"
    } else {
        "give a key that opens it, and what an older version was given to seal it: --context"
    })
}

/// Whether a file holds nothing behind what was read of it: less than a body.
fn is_shorter(len: u64, start: &[u8]) -> bool {
    Header::take_from(&mut &*start).is_ok_and(|header| u64::try_from(header.len()).is_ok_and(|header| header == len))
}
