//! Whether the registry is what was written, and its key.

use std::path::PathBuf;

use clap::Args;
use sealwax::audit::{Chain, Link};
use sealwax_store::StoreErrorKind;

use super::Place;
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::{keys, output};

/// Say whether every line of the registry is what was written
///
/// Prints the number of lines and the head of the chain; note the head down elsewhere, and give it with `--head` the next
/// time: a registry that was cut off at its end is whole, and only that shows it. Exit code 1, with the place, when it is
/// not what was written.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// A head that was noted down: a line must still have it
    #[arg(long, value_name = "HEX")]
    head: Option<Link>,
}

impl Verify {
    pub(super) fn run(self, place: &Place) -> Result<Outcome, Failure> {
        let registry = place.existing()?;
        match registry.verify(self.head) {
            Ok(end) => {
                output::print::text(&format!("{} lines, head {}\n", end.lines, end.head))?;
                Ok(Outcome::Fine)
            }
            Err(error) if matches!(error.kind(), StoreErrorKind::Broken | StoreErrorKind::Damaged) => {
                output::print::text(&format!("{error}\n"))?;
                Ok(Outcome::No)
            }
            Err(error) => Err(place.broken(&error)),
        }
    }
}

/// Tie the lines of the registry together anew, under a key or another key
///
/// With a key nobody without it can make or alter a line. Keep it elsewhere than the registry, and give it to every command
/// with `--chain-key`.
#[derive(Debug, Args)]
pub(super) struct Rekey {
    /// The new key (see `sealwax keygen --type hash`); without it, none
    #[arg(long, value_name = "FILE")]
    new_key: Option<PathBuf>,
}

impl Rekey {
    pub(super) fn run(self, place: &Place, console: &Console) -> Result<Outcome, Failure> {
        let key = self.new_key.as_deref().map(keys::hash_key).transpose()?;
        let end = place
            .existing()?
            .rekey(key.map_or_else(Chain::default, Chain::keyed))
            .map_err(|error| place.broken(&error))?;
        console.note(&format!("tied {} lines together anew, head {}", end.lines, end.head));
        Ok(Outcome::Fine)
    }
}
