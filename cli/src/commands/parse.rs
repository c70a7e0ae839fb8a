//! `sealwax parse`.

use std::path::PathBuf;

use clap::Args;
use sealwax::json;
use sealwax::message::Message;

use crate::console::Console;
use crate::engine;
use crate::failure::{Failure, Outcome};
use crate::input::{Content, Format, Messages, Unread};
use crate::output;

/// Show the structure of messages
///
/// Shows each part with its type, size, encoding, charset and file name, whether it was inspected, and what is odd
/// about the message.
#[derive(Debug, Args)]
pub(crate) struct Parse {
    /// Messages (.eml), mailboxes (mbox), Maildirs, folders, or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    inputs: Vec<PathBuf>,

    /// The policy whose limits count; those that are built in without it
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// Answer with one JSON object a line
    #[arg(long)]
    json: bool,
}

impl Parse {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let mut outcome = Outcome::Fine;
        let limits = engine::limits(self.policy.as_deref())?;
        for message in Messages::new(self.inputs.clone(), Format::Mail) {
            match message.and_then(Unread::read) {
                Ok(read) => {
                    let message = match &read.content {
                        Content::Raw(raw) => Message::parse(raw, &limits),
                        Content::Text(text) => Message::from_text(text),
                    };
                    output::print::text(&self.render(&message, &read.id, console))?;
                }
                Err(failure) => {
                    console.report(&failure);
                    outcome = Outcome::Failed;
                }
            }
        }
        Ok(outcome)
    }

    fn render(&self, message: &Message, id: &str, console: &Console) -> String {
        if self.json {
            return format!("{}\n", json::message(message, id));
        }
        output::message::render(id, message, console)
    }
}
