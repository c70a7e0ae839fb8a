//! What every command shares on the command line.

use clap::{Parser, ValueEnum};

use crate::commands::Command;

/// Scans mail, decides how it must travel to each recipient and why, seals it, and opens it again.
///
/// A policy file says what is required; nothing that is found in a message ever lowers it.
#[derive(Debug, Parser)]
#[command(name = "sealwax", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// When to colour the output; `auto` is on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When to colour the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Always,
    Auto,
    Never,
}

/// The value that bears this name, or a message that lists the names there are.
pub(crate) fn named<T: Copy>(all: &[T], name_of: fn(T) -> &'static str, name: &str) -> Result<T, String> {
    let found = all.iter().copied().find(|value| name_of(*value) == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|value| name_of(*value)).collect();
        format!("one of {}", names.join(", "))
    })
}

const EXIT_CODES: &str = "\
Exit codes: 0 fine; 1 the answer is \"no\"; 2 a wrong argument, or something that could not be read.";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_of_every_command_are_consistent() {
        Arguments::command().debug_assert();
    }
}
