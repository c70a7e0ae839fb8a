//! One file for each command: its arguments, and what it does.

mod check;
mod compile;
mod completions;
mod consent;
mod diff;
mod evaluate;
mod explain;
mod form;
mod inspect;
mod keygen;
mod man;
mod open;
mod outer;
mod parse;
mod purge;
mod redact;
mod rewrap;
mod roster;
mod scan;
mod seal;
mod shred;
mod tls;

use crate::console::Console;
use crate::failure::{Failure, Outcome};

/// Makes the enum of all commands from one line each.
macro_rules! commands {
    ($($module:ident::$command:ident),+ $(,)?) => {
        /// A command with its arguments.
        #[derive(Debug, clap::Subcommand)]
        pub(crate) enum Command {
            $($command($module::$command)),+
        }

        impl Command {
            /// Carries it out.
            pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
                match self {
                    $(Self::$command(command) => command.run(console)),+
                }
            }
        }
    };
}

// In the order of `sealwax --help`.
commands! {
    scan::Scan,
    parse::Parse,
    evaluate::Evaluate,
    explain::Explain,
    outer::Outer,
    redact::Redact,
    check::Check,
    compile::Compile,
    diff::Diff,
    keygen::Keygen,
    seal::Seal,
    open::Open,
    inspect::Inspect,
    rewrap::Rewrap,
    shred::Shred,
    purge::Purge,
    roster::Roster,
    form::Form,
    tls::Tls,
    consent::Consent,
    completions::Completions,
    man::Man,
}
