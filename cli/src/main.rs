//! The command line of Sealwax: scan mail, decide how it must travel, seal it and open it.

mod arguments;
mod clock;
mod commands;
mod console;
mod engine;
mod failure;
mod files;
mod input;
mod keys;
mod memory;
mod output;
mod pairs;
mod pipeline;
mod progress;
mod protect;
mod rings;
mod secrets;
mod senders;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::Outcome;

#[global_allocator]
static ALLOCATOR: sealwax_pages::Pages = sealwax_pages::Pages;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return secrets::report(&error),
    };
    let console = Console::new(arguments.color);
    let outcome = arguments.command.run(&console).unwrap_or_else(|failure| {
        if failure.is_closed_pipe() {
            return Outcome::Fine; // the reader has seen enough, as `head` has
        }
        console.report(&failure);
        Outcome::Failed
    });
    outcome.into()
}
