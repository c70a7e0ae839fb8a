//! `sealwax completions`.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::{Failure, Outcome};

/// Print the completion script of a shell
///
/// For bash: sealwax completions bash > ~/.local/share/bash-completion/completions/sealwax
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self, _: &Console) -> Result<Outcome, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "sealwax", &mut script);
        std::io::stdout().write_all(&script)?;
        Ok(Outcome::Fine)
    }
}
