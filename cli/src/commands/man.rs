//! `sealwax man`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_mangen::Man as Page;

use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::{Failure, Outcome};

/// Write the manual pages
///
/// Without a folder, prints the page of `sealwax` itself: sealwax man | man -l -
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// A folder for the page of every command
    folder: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(self, _: &Console) -> Result<Outcome, Failure> {
        match self.folder {
            Some(folder) => clap_mangen::generate_to(Arguments::command(), &folder)
                .map_err(|error| Failure::writing(&folder, &error).next_step("make the folder first"))?,
            None => Page::new(Arguments::command()).render(&mut io::stdout())?,
        }
        io::stdout().flush()?;
        Ok(Outcome::Fine)
    }
}
