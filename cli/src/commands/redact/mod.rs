//! `sealwax redact`.

mod report;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::Engine;
use sealwax::json;
use sealwax::redact::{Mode, Purpose, Redaction, Summary};

use crate::arguments::named;
use crate::console::Console;
use crate::engine::Choice;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::input::{Content, Format, Messages, Unread};
use crate::keys;
use crate::output;
use crate::progress::Progress;

/// Take out what identifies somebody, or report what need not be in a message
///
/// Words of health stay. A message is written anew: its texts are rewritten, addresses are replaced, all but a few header
/// fields go, and every part that is no text is replaced by a line that says so. Into a folder, each message of files,
/// folders and mailboxes is written under its number (000001.eml), since names of files often name people.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct Redact {
    /// The message, or a text with --text; `-` is standard input; for a report, or with a folder to write into, also
    /// several of them, folders and mailboxes
    #[arg(value_name = "FILE", required = true)]
    inputs: Vec<PathBuf>,

    /// Where to write what is left: a file, or a folder that exists; `-` is standard output
    #[arg(short, long, value_name = "OUT", required_unless_present = "report")]
    output: Option<PathBuf>,

    /// The file is a text and no message; one whose name ends in `.txt` or `.csv` is taken for a text
    #[arg(long)]
    text: bool,

    /// What takes the place of a value: `mask`, `pseudonym`, `remove`, or `type`
    #[arg(long, value_name = "MODE", default_value = "type", value_parser = |name: &str| named(&Mode::ALL, Mode::name, name))]
    mode: Mode,

    /// The key of pseudonyms and of moved dates (see `sealwax keygen --type hash`)
    #[arg(long, value_name = "FILE", required_if_eq("mode", "pseudonym"))]
    key: Option<PathBuf>,

    /// Move dates by a number of days that belongs to this subject, so that the time between them stays
    #[arg(long, value_name = "SUBJECT", requires = "key")]
    shift_dates: Option<String>,

    /// Leave values of this type, such as `PHONE_NUMBER`; may stand several times
    #[arg(long, value_name = "TYPE")]
    keep: Vec<String>,

    /// Leave the address fields and the date of a message
    #[arg(long)]
    keep_participants: bool,

    /// Report which identifiers are in it instead of taking them out; exit code 1 when the purpose does not need one
    #[arg(long, conflicts_with = "output")]
    report: bool,

    /// What the message is for: `appointment`, `billing`, `individual`, `newsletter`, `operations`, `research`,
    /// `research-limited`, or `treatment`
    #[arg(long, value_name = "PURPOSE", requires = "report", value_parser = |name: &str| Purpose::named(name))]
    purpose: Option<Purpose>,

    /// Answer in JSON, on standard error when the result itself goes to standard output
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    choice: Choice,
}

impl Redact {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let engine = self.choice.engine()?;
        self.check_types(&engine)?;
        match (&self.output, self.inputs.as_slice()) {
            (None, _) => self.report(&engine, console),
            (Some(folder), inputs) if folder.is_dir() => self.redact_into(&engine, folder, inputs, console),
            (Some(output), [input]) => self.redact(&engine, input, output, console),
            (Some(output), _) => Err(Failure::new(format!("`{}` is no folder", output.display()))
                .next_step("make a folder for the results of several inputs, and name it with `-o`")),
        }
    }

    fn redact(&self, engine: &Engine, input: &Path, output: &Path, console: &Console) -> Result<Outcome, Failure> {
        let (bytes, summary) = self.redacted(engine, &self.redaction()?, input, &files::read(input)?)?;
        files::write(output, &bytes, Readers::Owner)?;
        let to_standard = output.as_os_str() == "-";
        self.tell(&summary, &input.display().to_string(), to_standard, console)?;
        Ok(Outcome::Fine)
    }

    /// Writes every message of `inputs` into `folder` under its number; a failed one leaves its number free.
    fn redact_into(
        &self,
        engine: &Engine,
        folder: &Path,
        inputs: &[PathBuf],
        console: &Console,
    ) -> Result<Outcome, Failure> {
        let redaction = self.redaction()?;
        let progress = Progress::over(inputs);
        let (mut written, mut failed) = (0_usize, 0_usize);
        for (number, message) in (1..).zip(each(inputs)) {
            let done = message.and_then(|(id, bytes)| {
                progress.advance(bytes.len());
                let (bytes, summary) = self.redacted(engine, &redaction, Path::new(&id), &bytes)?;
                let ending = if self.is_text(Path::new(&id)) { "txt" } else { "eml" };
                let output = folder.join(format!("{number:06}.{ending}"));
                files::write_new(&output, &bytes, Readers::Owner)?;
                Ok((id, summary))
            });
            match done {
                Ok((id, summary)) => {
                    written += 1;
                    progress.aside(|| self.tell(&summary, &id, false, console))?;
                }
                Err(failure) => {
                    failed += 1;
                    progress.aside(|| console.report(&failure));
                }
            }
        }
        progress.finish();
        console.note(&format!("written {written}, failed {failed}"));
        Ok(if failed > 0 { Outcome::Failed } else { Outcome::Fine })
    }

    /// What is left of the `bytes` of one text or message.
    fn redacted(
        &self,
        engine: &Engine,
        redaction: &Redaction,
        path: &Path,
        bytes: &[u8],
    ) -> Result<(Vec<u8>, Summary), Failure> {
        let failed = |error| Failure::new(format!("`{}`: {error}", path.display()));
        if !self.is_text(path) {
            return engine.redact(bytes, redaction).map_err(failed);
        }
        let text = files::text(path, bytes)?;
        let (text, summary) = engine.redact_text(text, redaction).map_err(failed)?;
        Ok((text.into_bytes(), summary))
    }

    /// Fails when a type is to be kept that is never found: most likely it is misspelt.
    fn check_types(&self, engine: &Engine) -> Result<(), Failure> {
        let unknown = self
            .keep
            .iter()
            .find(|kept| !engine.types().any(|known| known == *kept));
        match unknown {
            None => Ok(()),
            Some(kept) => Err(Failure::new(format!("`--keep`: there is no type `{kept}`"))
                .next_step("take one that `sealwax scan` shows, such as `PHONE_NUMBER`")),
        }
    }

    fn redaction(&self) -> Result<Redaction, Failure> {
        let key = self.key.as_deref().map(keys::hash_key).transpose()?;
        let redaction = Redaction::of(self.mode, key.as_ref());
        let mut redaction = redaction.ok_or_else(|| Failure::new("`--mode pseudonym` needs `--key`"))?;
        if let (Some(subject), Some(key)) = (&self.shift_dates, &key) {
            redaction = redaction.shift_dates(key, subject);
        }
        if self.keep_participants {
            redaction = redaction.keep_participants();
        }
        Ok(self
            .keep
            .iter()
            .fold(redaction, |redaction, label| redaction.keep(label)))
    }

    fn is_text(&self, path: &Path) -> bool {
        let ending = path.extension().unwrap_or_default();
        self.text || ["csv", "txt"].iter().any(|text| ending.eq_ignore_ascii_case(text))
    }

    fn tell(&self, summary: &Summary, id: &str, to_standard: bool, console: &Console) -> Result<(), Failure> {
        if self.json {
            let line = json::redaction(summary, id);
            if to_standard {
                // Nobody is left to tell when standard error itself is closed.
                let _ = writeln!(io::stderr(), "{line}");
                return Ok(());
            }
            return output::print::text(&(line + "\n"));
        }
        let id = output::printable(id);
        let counts: Vec<String> = summary
            .redacted
            .iter()
            .map(|(label, count)| format!("{count} {label}"))
            .collect();
        let counts = if counts.is_empty() {
            "nothing".into()
        } else {
            counts.join(", ")
        };
        console.note(&format!("{id}: taken out: {counts}"));
        for removed in &summary.removed {
            console.note(&format!(
                "{id}: part {} ({}) was replaced as a whole",
                removed.part, removed.kind
            ));
        }
        Ok(())
    }
}

/// The messages and texts of `inputs`, each with its name.
fn each(inputs: &[PathBuf]) -> impl Iterator<Item = Result<(String, Vec<u8>), Failure>> + use<> {
    Messages::new(inputs.to_vec(), Format::Mail).map(|message| {
        let message = message.and_then(Unread::read)?;
        Ok(match message.content {
            Content::Raw(bytes) => (message.id, bytes),
            Content::Text(text) => (message.id, text.into_bytes()),
        })
    })
}
