//! `sealwax roster`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use sealwax::crypto::Provider;
use sealwax::detect::{RosterBuilder, RosterColumn, RosterTable};
use zeroize::Zeroizing;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::keys;
use crate::progress::Progress;

/// Let the scanner know your own people without storing who they are
#[derive(Debug, Args)]
pub(crate) struct Roster {
    #[command(subcommand)]
    command: RosterCommand,
}

#[derive(Debug, Subcommand)]
enum RosterCommand {
    Make(Make),
}

impl Roster {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        match self.command {
            RosterCommand::Make(command) => command.run(console),
        }
    }
}

/// Make a roster of keyed hashes from a table of people
///
/// The first line of the table names its columns: names, birth dates, record numbers. The roster holds their keyed
/// hashes alone, and the key is not in it. A policy names it in `[[roster]]`.
#[derive(Debug, Args)]
struct Make {
    /// The table: CSV, or with `;` or tabs; `-` is standard input
    #[arg(value_name = "TABLE")]
    table: PathBuf,

    /// The key to hash with (see `sealwax keygen --type hash`)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    /// What a column holds, when its header does not say it: `birth-date`, `family-name`, `full-name`, `given-name`,
    /// `account`, `member`, `mrn`, `other`, `phone`, `ssn`, or `ignored`; may stand several times
    #[arg(long, value_name = "HEADER=KIND", value_parser = column)]
    column: Vec<(String, RosterColumn)>,

    /// Where to write the roster
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

impl Make {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let key = keys::hash_key(&self.key)?;
        let text = Zeroizing::new(files::read_text(&self.table)?);
        let mut table = RosterTable::read(&text, &self.column).map_err(|error| {
            Failure::new(format!("`{}`: {error}", self.table.display()))
                .next_step("name what a column holds with --column HEADER=KIND")
        })?;
        let mut builder = RosterBuilder::new(&key, salt()?);
        let made = read(&mut table, &mut builder, text.len());
        made.report(&self.table, console);
        if made.people == 0 {
            return Err(Failure::new(format!(
                "`{}`: no row of it is a person",
                self.table.display()
            )));
        }
        files::write(&self.output, &builder.finish(), Readers::Owner)?;
        Ok(if made.refused.is_empty() {
            Outcome::Fine
        } else {
            Outcome::Failed
        })
    }
}

/// What became of the rows.
#[derive(Default)]
struct Made {
    people: usize,
    /// Per reason, the lines of the rows that were refused.
    refused: BTreeMap<String, Vec<usize>>,
}

fn read(table: &mut RosterTable<'_>, builder: &mut RosterBuilder, bytes: usize) -> Made {
    let progress = Progress::of(u64::try_from(bytes).unwrap_or(u64::MAX));
    let mut made = Made::default();
    while let Some((line, person)) = table.next() {
        match person {
            Ok(person) => {
                builder.add(&person);
                made.people += 1;
            }
            Err(error) => made.refused.entry(error.to_string()).or_default().push(line),
        }
        progress.reach(table.bytes());
    }
    progress.finish();
    made
}

impl Made {
    fn report(&self, table: &std::path::Path, console: &Console) {
        let noun = if self.people == 1 { "person" } else { "people" };
        console.note(&format!("{} {noun}", self.people));
        for (why, lines) in &self.refused {
            let shown: Vec<String> = lines.iter().take(SHOWN_LINES).map(usize::to_string).collect();
            let more = lines.len().saturating_sub(SHOWN_LINES);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            console.report(&Failure::new(format!(
                "`{}`: {why}: line {}{more}",
                table.display(),
                shown.join(", ")
            )));
        }
    }
}

/// Lines that are named for one reason.
const SHOWN_LINES: usize = 10;

fn column(argument: &str) -> Result<(String, RosterColumn), String> {
    let (header, kind) = argument.rsplit_once('=').ok_or("expected HEADER=KIND")?;
    let column = RosterColumn::named(kind).ok_or_else(|| {
        let names: Vec<&str> = RosterColumn::names().collect();
        format!("one of {}", names.join(", "))
    })?;
    Ok((header.to_owned(), column))
}

fn salt() -> Result<[u8; 16], Failure> {
    let mut salt = [0; 16];
    let filled = Provider::ring().fill_random(&mut salt);
    filled.map_err(|_| Failure::new("the operating system gives no random numbers"))?;
    Ok(salt)
}
