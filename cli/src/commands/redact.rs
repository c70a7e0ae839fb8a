//! `sealwax redact`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use sealwax::Engine;
use sealwax::json;
use sealwax::redact::{Identified, Mode, Purpose, Redaction, Summary};

use crate::arguments::named;
use crate::console::Console;
use crate::engine::Choice;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::keys;
use crate::output::{self, Align, Table};

/// Take out what identifies somebody, or report what need not be in a message
///
/// Words of health stay. A message is written anew: its texts are rewritten, addresses are replaced, all but a few header
/// fields go, and every part that is no text is replaced by a line that says so.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct Redact {
    /// The message, or a text with --text; `-` is standard input
    #[arg(value_name = "FILE")]
    input: PathBuf,

    /// Where to write what is left; `-` is standard output
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
        match &self.output {
            Some(output) if !self.report => self.redact(&engine, output, console),
            _ => self.report(&engine, console),
        }
    }

    fn redact(&self, engine: &Engine, output: &Path, console: &Console) -> Result<Outcome, Failure> {
        let redaction = self.redaction()?;
        let failed = |error| Failure::new(format!("`{}`: {error}", self.input.display()));
        let (bytes, summary) = if self.is_text() {
            let text = files::read_text(&self.input)?;
            let (text, summary) = engine.redact_text(&text, &redaction).map_err(failed)?;
            (text.into_bytes(), summary)
        } else {
            let raw = files::read(&self.input)?;
            engine.redact(&raw, &redaction).map_err(failed)?
        };
        files::write(output, &bytes, Readers::Anybody)?;
        self.tell(&summary, output, console)?;
        Ok(Outcome::Fine)
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

    fn is_text(&self) -> bool {
        let ending = self.input.extension().unwrap_or_default();
        self.text || ["csv", "txt"].iter().any(|text| ending.eq_ignore_ascii_case(text))
    }

    fn tell(&self, summary: &Summary, output: &Path, console: &Console) -> Result<(), Failure> {
        let to_standard = output.as_os_str() == "-";
        if self.json {
            let line = json::redaction(summary, &self.id());
            if to_standard {
                // Nobody is left to tell when standard error itself is closed.
                let _ = writeln!(io::stderr(), "{line}");
                return Ok(());
            }
            return output::print::text(&(line + "\n"));
        }
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
        console.note(&format!("taken out: {counts}"));
        for removed in &summary.removed {
            console.note(&format!(
                "part {} ({}) was replaced as a whole",
                removed.part, removed.kind
            ));
        }
        Ok(())
    }

    fn report(&self, engine: &Engine, console: &Console) -> Result<Outcome, Failure> {
        let found = if self.is_text() {
            engine.identifiers_in_text(&files::read_text(&self.input)?, self.purpose)
        } else {
            engine.identifiers(&files::read(&self.input)?, self.purpose)
        };
        let text = if self.json {
            json::identifiers(&found, self.purpose, &self.id()) + "\n"
        } else {
            render(&found, console)
        };
        output::print::text(&text)?;
        let unneeded = found.iter().any(|one| one.needed == Some(false));
        Ok(if unneeded { Outcome::No } else { Outcome::Fine })
    }

    fn id(&self) -> String {
        self.input.display().to_string()
    }
}

fn render(found: &[Identified], console: &Console) -> String {
    if found.is_empty() {
        return "no identifier of 45 CFR 164.514(b)(2) was found\n".into();
    }
    let mut table = Table::new([
        ("LETTER", Align::Left),
        ("KIND (45 CFR 164.514(b)(2)(i))", Align::Left),
        ("TYPE", Align::Left),
        ("FOUND", Align::Right),
        ("NEEDED", Align::Left),
    ]);
    for one in found {
        let needed = match one.needed {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        table.row([
            one.safe_harbor.to_string(),
            one.kind.into(),
            one.label.clone(),
            one.count.to_string(),
            needed.into(),
        ]);
    }
    table.render(console.out, 0, console.width)
}
