//! `sealwax consent`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use sealwax::Timestamp;
use sealwax::classify::{Category, Level};
use sealwax::consent::{
    Basis, Change, Expression, Form, Registry, Reminder, Representative, RiskNotice, Scope, Status, Waiver, parse_csv,
};
use sealwax_store::{Store, StoreError};

use crate::arguments::named;
use crate::clock;
use crate::console::{Console, Ink};
use crate::failure::{Failure, Outcome};

/// Keep the registry of waivers
///
/// A waiver says who chose to receive mail with less protection, on what ground, and until when.
#[derive(Debug, Args)]
pub(crate) struct Consent {
    /// The registry, an SQLite file; `add` and `import` make it when there is none
    #[arg(long, global = true, value_name = "FILE", default_value = "waivers.sqlite")]
    store: PathBuf,

    #[command(subcommand)]
    command: ConsentCommand,
}

#[derive(Debug, Subcommand)]
enum ConsentCommand {
    Add(Box<Add>),
    Revoke(Revoke),
    Show(Show),
    List(List),
    Import(Import),
    Export(Export),
}

impl Consent {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        match self.command {
            ConsentCommand::Add(command) => command.run(&self.store, console),
            ConsentCommand::Revoke(command) => command.run(&self.store, console),
            ConsentCommand::Show(command) => command.run(&self.store),
            ConsentCommand::List(command) => command.run(&self.store, console),
            ConsentCommand::Import(command) => command.run(&self.store, console),
            ConsentCommand::Export(command) => command.run(&self.store),
        }
    }
}

/// Enter a waiver
///
/// It is active from `--from` on, unless `--proposed` is given. One without `--risk-notice` can only be proposed.
#[derive(Debug, Args)]
struct Add {
    /// The record's id, unique in the registry
    #[arg(long, value_name = "ID")]
    id: String,

    /// The exact address that the choice is for
    #[arg(long = "for", value_name = "ADDRESS")]
    recipient: String,

    /// The ground: access-164.524, authorization-164.508, confidential-communication-164.522b, or preference
    #[arg(long, value_name = "BASIS", value_parser = basis)]
    basis: Basis,

    /// A category that it covers, such as phi; more than once for more
    #[arg(long, value_name = "CATEGORY", required = true)]
    category: Vec<String>,

    /// A purpose that it covers; without one, every purpose
    #[arg(long, value_name = "PURPOSE")]
    purpose: Vec<String>,

    /// The highest level that it covers
    #[arg(long, value_name = "LEVEL", default_value = "sensitive", value_parser = level)]
    maximum: Level,

    /// From when on, now without it (RFC 3339)
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,

    /// Until when
    #[arg(long, value_name = "TIME")]
    expires: Option<Timestamp>,

    /// By when somebody has to ask again
    #[arg(long, value_name = "TIME")]
    review_by: Option<Timestamp>,

    /// The version of the risk notice that was given
    #[arg(long, value_name = "VERSION")]
    risk_notice: Option<String>,

    /// The SHA-256 of the notice's text
    #[arg(long, value_name = "HEX", requires = "risk_notice")]
    notice_sha256: Option<String>,

    /// The language of the notice's text
    #[arg(long, value_name = "TAG", requires = "risk_notice")]
    notice_language: Option<String>,

    /// When the notice was delivered
    #[arg(long, value_name = "TIME", requires = "risk_notice")]
    notice_delivered_at: Option<Timestamp>,

    /// The secure way that was offered instead, such as portal
    #[arg(long, value_name = "WAY")]
    alternative_offered: Option<String>,

    /// How the choice was expressed: electronic, email, oral, or paper
    #[arg(long, value_name = "FORM", value_parser = form)]
    form: Option<Form>,

    /// The SHA-256 of what shows the choice
    #[arg(long, value_name = "HEX", requires = "form")]
    artefact_sha256: Option<String>,

    /// The individual, as a pseudonym
    #[arg(long, value_name = "ID")]
    individual: Option<String>,

    /// Who chose in the individual's place, as a pseudonym
    #[arg(long, value_name = "ID", requires = "authority")]
    representative: Option<String>,

    /// By what right, such as parent
    #[arg(long, value_name = "RIGHT", requires = "representative")]
    authority: Option<String>,

    /// The covered entity
    #[arg(long, value_name = "NAME")]
    entity: Option<String>,

    /// Who enters it
    #[arg(long, value_name = "NAME")]
    by: String,

    /// Only propose it
    #[arg(long)]
    proposed: bool,
}

impl Add {
    fn run(self, store: &Path, console: &Console) -> Result<Outcome, Failure> {
        let waiver = self.waiver(clock::now()?);
        open(store)?.add(&waiver).map_err(|error| refused(&waiver.id, &error))?;
        console.note(&format!("entered `{}`", waiver.id));
        Ok(Outcome::Fine)
    }

    fn waiver(self, now: Timestamp) -> Waiver {
        let effective_from = self.from.unwrap_or(now);
        let notice = |version| RiskNotice {
            version,
            sha256: self.notice_sha256,
            language: self.notice_language,
            delivered_at: self.notice_delivered_at,
        };
        let representative = self.representative.zip(self.authority);
        Waiver {
            id: self.id,
            individual: self.individual,
            recipient: self.recipient.as_str().into(),
            representative: representative.map(|(id, authority)| Representative { id, authority }),
            entity: self.entity,
            basis: self.basis,
            scope: Scope {
                communications: BTreeSet::new(),
                purposes: self.purpose.into_iter().collect(),
                categories: self.category.into_iter().map(Category::from).collect(),
                maximum: self.maximum,
            },
            effective_from,
            expires: self.expires,
            review_by: self.review_by,
            risk_notice: self.risk_notice.map(notice),
            alternative_offered: self.alternative_offered,
            expression: self.form.map(|form| Expression {
                form,
                artefact_sha256: self.artefact_sha256,
            }),
            captured_by: Some(self.by.clone()),
            history: vec![Change {
                at: effective_from,
                status: if self.proposed {
                    Status::Proposed
                } else {
                    Status::Active
                },
                actor: self.by,
                reason: String::new(),
            }],
        }
    }
}

/// Take a waiver out of force: revoke it, or suspend, resume or expire it with `--to`
#[derive(Debug, Args)]
struct Revoke {
    /// The record's id
    id: String,

    /// Who asks for it
    #[arg(long, value_name = "NAME")]
    by: String,

    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,

    /// From when on, now without it (RFC 3339)
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,

    /// The new status: active, expired, revoked, superseded, or suspended
    #[arg(long, value_name = "STATUS", default_value = "revoked", value_parser = status)]
    to: Status,
}

impl Revoke {
    fn run(self, store: &Path, console: &Console) -> Result<Outcome, Failure> {
        let at = self.at.map_or_else(clock::now, Ok)?;
        let change = Change {
            at,
            status: self.to,
            actor: self.by,
            reason: self.reason,
        };
        existing(store)?
            .change(&self.id, &change)
            .map_err(|error| refused(&self.id, &error))?;
        console.note(&format!("`{}` is {} from {at} on", self.id, self.to.name()));
        Ok(Outcome::Fine)
    }
}

/// Show a record with its history, as JSON
///
/// Exit code 1 when there is none of this id.
#[derive(Debug, Args)]
struct Show {
    /// The record's id
    id: String,
}

impl Show {
    fn run(self, store: &Path) -> Result<Outcome, Failure> {
        let Some(waiver) = existing(store)?.find(&self.id).map_err(|error| broken(store, &error))? else {
            return Ok(Outcome::No);
        };
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &waiver).map_err(io::Error::from)?;
        writeln!(out)?;
        Ok(Outcome::Fine)
    }
}

/// List waivers with their status, at any point in time
#[derive(Debug, Args)]
struct List {
    /// Only those for this address
    #[arg(long = "for", value_name = "ADDRESS")]
    recipient: Option<String>,

    /// As it was at this time, now without it (RFC 3339)
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,

    /// Only those in force that end, or have to be reviewed, within this many days; exit code 1 when there are some
    #[arg(long, value_name = "DAYS")]
    due: Option<u16>,

    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

impl List {
    fn run(self, store: &Path, console: &Console) -> Result<Outcome, Failure> {
        let at = self.at.map_or_else(clock::now, Ok)?;
        let registry = existing(store)?;
        let waivers = match &self.recipient {
            Some(address) => registry.of_recipient(&address.as_str().into()),
            None => registry.all(),
        };
        let mut out = io::stdout().lock();
        let mut listed = false;
        for waiver in waivers.map_err(|error| broken(store, &error))? {
            let reminders = self.reminders(&waiver, at);
            if self.due.is_some() && reminders.is_empty() {
                continue;
            }
            let Some(status) = waiver.status(at) else {
                continue; // it had not been entered yet
            };
            listed = true;
            if self.json {
                serde_json::to_writer(&mut out, &row(&waiver, status, &reminders)).map_err(io::Error::from)?;
                writeln!(out)?;
            } else {
                writeln!(out, "{}", line(console, &waiver, status, &reminders))?;
            }
        }
        Ok(if self.due.is_some() && listed {
            Outcome::No
        } else {
            Outcome::Fine
        })
    }

    fn reminders(&self, waiver: &Waiver, at: Timestamp) -> Vec<Reminder> {
        let days = i64::from(self.due.unwrap_or_default());
        let until = Timestamp::from_millis(at.as_millis().saturating_add(days * DAY_MILLIS));
        if self.due.is_some() {
            waiver.reminders(at, until)
        } else {
            Vec::new()
        }
    }
}

fn row(waiver: &Waiver, status: Status, reminders: &[Reminder]) -> serde_json::Value {
    serde_json::json!({
        "id": waiver.id,
        "recipient": waiver.recipient,
        "status": status,
        "basis": waiver.basis,
        "effective_from": waiver.effective_from,
        "expires": waiver.expires,
        "retained_until": waiver.retained_until(),
        "due": reminders,
    })
}

fn line(console: &Console, waiver: &Waiver, status: Status, reminders: &[Reminder]) -> String {
    let ink = if status == Status::Active {
        Ink::Warn
    } else {
        Ink::Quiet
    };
    let expires = waiver.expires.map(|end| format!(", until {end}")).unwrap_or_default();
    let due: String = reminders.iter().map(reminder).collect();
    format!(
        "{}  {}  {}  {}, from {}{expires}{due}",
        waiver.id,
        console.out.paint(ink, status.name()),
        waiver.recipient,
        waiver.basis.name(),
        waiver.effective_from,
    )
}

fn reminder(reminder: &Reminder) -> String {
    match reminder {
        Reminder::Expires(at) => format!("; ends {at}"),
        Reminder::Review(at) => format!("; review by {at}"),
    }
}

/// Enter the waivers of a CSV table
///
/// Every row is judged for itself; what was refused, and why, is reported by line, and the rest is entered. Exit code 1
/// when a row was refused.
#[derive(Debug, Args)]
struct Import {
    /// The table; its first line names the columns
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,

    /// Only report
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    fn run(self, store: &Path, console: &Console) -> Result<Outcome, Failure> {
        let text = fs::read_to_string(&self.file).map_err(|error| Failure::reading(&self.file, &error))?;
        let rows = parse_csv(&text).map_err(|error| Failure::new(format!("`{}`: {error}", self.file.display())))?;
        let mut registry = if self.dry_run {
            Store::in_memory()
        } else {
            Store::open(store)
        }
        .map_err(|error| broken(store, &error))?;
        let (mut entered, mut refused) = (0, 0);
        let mut out = io::stdout().lock();
        for (line, row) in rows {
            match row.map_err(StoreError::from).and_then(|waiver| registry.add(&waiver)) {
                Ok(()) => entered += 1,
                Err(error) if error.refusal().is_some() => {
                    refused += 1;
                    writeln!(out, "{}: line {line}: {error}", console.out.paint(Ink::Bad, "refused"))?;
                }
                Err(error) => return Err(broken(store, &error)),
            }
        }
        writeln!(out, "{entered} entered, {refused} refused")?;
        Ok(if refused > 0 { Outcome::No } else { Outcome::Fine })
    }
}

/// Write every record with its history, one JSON object a line
#[derive(Debug, Args)]
struct Export {
    /// Only those that may be destroyed at this time: six years after they were last in effect
    #[arg(long, value_name = "TIME")]
    retained_until: Option<Timestamp>,
}

impl Export {
    fn run(self, store: &Path) -> Result<Outcome, Failure> {
        let waivers = existing(store)?.all().map_err(|error| broken(store, &error))?;
        let is_past = |waiver: &Waiver| match self.retained_until {
            None => true,
            Some(limit) => waiver.retained_until().is_some_and(|end| end <= limit),
        };
        let mut out = io::stdout().lock();
        for waiver in waivers.iter().filter(|waiver| is_past(waiver)) {
            serde_json::to_writer(&mut out, waiver).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Ok(Outcome::Fine)
    }
}

fn open(path: &Path) -> Result<Store, Failure> {
    Store::open(path).map_err(|error| broken(path, &error))
}

/// A registry that is there already: nobody gets an empty one for a name that is misspelled.
fn existing(path: &Path) -> Result<Store, Failure> {
    if path.exists() {
        return open(path);
    }
    Err(Failure::new(format!("`{}`: there is no registry", path.display()))
        .next_step("name it with --store, or enter a first record with `sealwax consent add`"))
}

fn broken(path: &Path, error: &StoreError) -> Failure {
    Failure::new(format!("`{}`: {error}", path.display()))
}

fn refused(id: &str, error: &StoreError) -> Failure {
    Failure::new(format!("`{id}`: {error}"))
}

fn basis(name: &str) -> Result<Basis, String> {
    named(&Basis::ALL, Basis::name, name)
}

fn form(name: &str) -> Result<Form, String> {
    named(&Form::ALL, Form::name, name)
}

fn level(name: &str) -> Result<Level, String> {
    named(&Level::ALL, Level::name, name)
}

fn status(name: &str) -> Result<Status, String> {
    named(&Status::ALL, Status::name, name)
}

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
