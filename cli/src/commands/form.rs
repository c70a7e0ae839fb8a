//! `sealwax form`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use sealwax::detect::{FormBuilder, FormError};
use sealwax::message::{Limits, Message};

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};

/// Let the scanner tell a blank form from a filled one
#[derive(Debug, Args)]
pub(crate) struct Form {
    #[command(subcommand)]
    command: FormCommand,
}

#[derive(Debug, Subcommand)]
enum FormCommand {
    Make(Make),
}

impl Form {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        match self.command {
            FormCommand::Make(command) => command.run(console),
        }
    }
}

/// Make a file of forms from blank ones
///
/// Takes text, HTML, PDF and office documents as they are attached to mail. A policy names the file in `[[form]]`.
#[derive(Debug, Args)]
struct Make {
    /// Blank forms
    #[arg(value_name = "FORM", required = true)]
    blanks: Vec<PathBuf>,

    /// Where to write the file of forms
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

impl Make {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let mut builder = FormBuilder::new();
        let mut pages = 0;
        for path in &self.blanks {
            pages += add(path, &mut builder)?;
        }
        files::write(&self.output, &builder.finish(), Readers::Anybody)?;
        console.note(&format!(
            "forms: {}, pages or texts in them: {pages}",
            self.blanks.len()
        ));
        Ok(Outcome::Fine)
    }
}

/// Adds every text of a form, each page or sheet for itself, and gives their number. A page with too few words to be
/// known is passed over beside one that has enough.
fn add(path: &Path, builder: &mut FormBuilder) -> Result<usize, Failure> {
    let message = attached(path)?;
    let name = path.display().to_string();
    let mut added = 0;
    let mut short = None;
    for unit in message.units() {
        match builder.add(&name, &unit.view()) {
            Ok(()) => added += 1,
            Err(error @ FormError::Short(_)) => short = Some(error),
            Err(error) => return Err(Failure::new(error.to_string())),
        }
    }
    match (added, short) {
        (0, Some(error)) => Err(Failure::new(error.to_string())),
        (0, None) => {
            Err(Failure::new(format!("`{name}`: holds no text")).next_step("give a form that is not a picture"))
        }
        (added, _) => Ok(added),
    }
}

/// The file as a message would carry it, so that it is read in the same way.
fn attached(path: &Path) -> Result<Message, Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let kind = match ending.to_ascii_lowercase().as_str() {
        "htm" | "html" => "text/html",
        "txt" | "md" => "text/plain",
        _ => "application/octet-stream",
    };
    let head = format!("Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: binary\n\n");
    let raw = [head.as_bytes(), &files::read(path)?].concat();
    Ok(Message::parse(&raw, &Limits::default()))
}
