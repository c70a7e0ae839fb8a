//! `sealwax consent`.

mod preferences;
mod whole;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use sealwax::audit::Chain;
use sealwax::classify::{Category, Level};
use sealwax::consent::{
    Basis, Change, ConsentError, Expression, Form, Preference, Registry, Reminder, Representative, RiskNotice, Scope,
    Status, Waiver, parse_csv, parse_preferences,
};
use sealwax::{Address, Timestamp};
use sealwax_store::{Store, StoreError, StoreErrorKind};

use crate::arguments::named;
use crate::clock;
use crate::console::{Console, Ink};
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::keys;
use preferences::{Prefer, Preferences, Withdraw};
use whole::{Rekey, Verify};

/// Keep the registry of waivers and preferences
///
/// A waiver says who chose to receive mail with less protection, on what ground, and until when; a preference who wants no
/// mail of a kind, or another way.
#[derive(Debug, Args)]
pub(crate) struct Consent {
    #[command(flatten)]
    place: Place,

    #[command(subcommand)]
    command: ConsentCommand,
}

/// Where the registry is, and what ties its lines together.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The registry, an SQLite file; `add`, `prefer` and `import` make it when there is none
    #[arg(long, global = true, value_name = "FILE", default_value = "waivers.sqlite")]
    store: PathBuf,

    /// The key that ties the lines of the registry together, when it has one (see `sealwax keygen --type hash`)
    #[arg(long, global = true, value_name = "FILE")]
    chain_key: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum ConsentCommand {
    Add(Box<Add>),
    Revoke(Revoke),
    Show(Show),
    List(List),
    Prefer(Box<Prefer>),
    Withdraw(Withdraw),
    Preferences(Preferences),
    Import(Import),
    Export(Export),
    Verify(Verify),
    Rekey(Rekey),
}

impl Consent {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let place = &self.place;
        match self.command {
            ConsentCommand::Add(command) => command.run(place, console),
            ConsentCommand::Revoke(command) => command.run(place, console),
            ConsentCommand::Show(command) => command.run(place),
            ConsentCommand::List(command) => command.run(place, console),
            ConsentCommand::Prefer(command) => command.run(place, console),
            ConsentCommand::Withdraw(command) => command.run(place, console),
            ConsentCommand::Preferences(command) => command.run(place, console),
            ConsentCommand::Import(command) => command.run(place, console),
            ConsentCommand::Export(command) => command.run(place),
            ConsentCommand::Verify(command) => command.run(place),
            ConsentCommand::Rekey(command) => command.run(place, console),
        }
    }
}

/// Enter a waiver
///
/// It is active from `--from` on, unless `--proposed` is given. One without `--risk-notice` or without
/// `--alternative-offered` can only be proposed.
#[derive(Debug, Args)]
struct Add {
    /// The record's id, unique in the registry
    #[arg(long, value_name = "ID")]
    id: String,

    /// The exact address that the choice is for
    #[arg(long = "for", value_name = "ADDRESS", value_parser = Address::recipient)]
    recipient: Address,

    /// The ground: access-164.524, authorization-164.508, confidential-communication-164.522b, or preference
    #[arg(long, value_name = "BASIS", value_parser = basis)]
    basis: Basis,

    /// A category that it covers, such as phi, which covers what PHI brings along; more than once for more
    #[arg(long, value_name = "CATEGORY", required = true, value_parser = category)]
    category: Vec<Category>,

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

    /// The covered entity that it was given to: it covers mail of no other
    #[arg(long, value_name = "NAME")]
    entity: Option<String>,

    /// The only sender whose mail it covers
    #[arg(long, value_name = "ADDRESS", value_parser = Address::recipient)]
    sender: Option<Address>,

    /// The only group of senders whose mail it covers
    #[arg(long, value_name = "NAME")]
    group: Option<String>,

    /// Who enters it
    #[arg(long, value_name = "NAME")]
    by: String,

    /// Only propose it
    #[arg(long)]
    proposed: bool,
}

impl Add {
    fn run(self, place: &Place, console: &Console) -> Result<Outcome, Failure> {
        let waiver = self.waiver(clock::now()?);
        place
            .open()?
            .add(&waiver)
            .map_err(|error| refused(&waiver.id, &error))?;
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
            recipient: self.recipient,
            representative: representative.map(|(id, authority)| Representative { id, authority }),
            entity: self.entity,
            sender: self.sender,
            group: self.group,
            basis: self.basis,
            scope: Scope {
                communications: BTreeSet::new(),
                purposes: self.purpose.into_iter().collect(),
                categories: self.category.into_iter().collect(),
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
            entered_at: None,
            history: vec![Change {
                at: effective_from,
                status: if self.proposed {
                    Status::Proposed
                } else {
                    Status::Active
                },
                actor: self.by,
                reason: String::new(),
                entered_at: None,
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
    fn run(self, place: &Place, console: &Console) -> Result<Outcome, Failure> {
        let at = self.at.map_or_else(clock::now, Ok)?;
        let change = Change {
            at,
            status: self.to,
            actor: self.by,
            reason: self.reason,
            entered_at: None,
        };
        place
            .existing()?
            .change(&self.id, &change)
            .map_err(|error| refused(&self.id, &error))?;
        console.note(&format!("`{}` is {} from {at} on", self.id, self.to.name()));
        Ok(Outcome::Fine)
    }
}

/// Show a record with its history, as JSON: a waiver, else a preference
///
/// Exit code 1 when there is none of this id.
#[derive(Debug, Args)]
struct Show {
    /// The record's id
    id: String,
}

impl Show {
    fn run(self, place: &Place) -> Result<Outcome, Failure> {
        let registry = place.existing()?;
        let broken = |error| place.broken(&error);
        let mut out = io::stdout().lock();
        if let Some(waiver) = registry.find(&self.id).map_err(broken)? {
            serde_json::to_writer_pretty(&mut out, &waiver).map_err(io::Error::from)?;
        } else if let Some(preference) = registry.find_preference(&self.id).map_err(broken)? {
            serde_json::to_writer_pretty(&mut out, &preference).map_err(io::Error::from)?;
        } else {
            return Ok(Outcome::No);
        }
        writeln!(out)?;
        Ok(Outcome::Fine)
    }
}

/// List waivers with their status, at any point in time
#[derive(Debug, Args)]
struct List {
    /// Only those for this address
    #[arg(long = "for", value_name = "ADDRESS", value_parser = Address::recipient)]
    recipient: Option<Address>,

    /// As it was at this time, now without it (RFC 3339)
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,

    /// Only what had been entered by this time
    #[arg(long, value_name = "TIME")]
    known_at: Option<Timestamp>,

    /// Only those in force that end, or have to be reviewed, within this many days; exit code 1 when there are some
    #[arg(long, value_name = "DAYS")]
    due: Option<u16>,

    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

impl List {
    fn run(self, place: &Place, console: &Console) -> Result<Outcome, Failure> {
        let at = self.at.map_or_else(clock::now, Ok)?;
        let registry = place.existing()?;
        let waivers = match &self.recipient {
            Some(address) => registry.of_recipient(address),
            None => registry.all(),
        };
        let mut out = io::stdout().lock();
        let mut listed = false;
        for waiver in waivers.map_err(|error| place.broken(&error))? {
            let known = match self.known_at {
                Some(time) => waiver.as_known(time),
                None => Some(waiver),
            };
            let Some(waiver) = known else {
                continue; // nobody knew of it
            };
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
        "entered_at": waiver.entered_at,
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

/// Enter the records of a table (CSV) or of an export (JSON lines)
///
/// A table whose first line names `asks` holds preferences, else waivers; an export brings its histories. Every row is
/// judged for itself; what was refused, and why, is reported by line, and the rest is entered. Exit code 1 when a row was
/// refused.
#[derive(Debug, Args)]
struct Import {
    /// The table or export
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Only report
    #[arg(long)]
    dry_run: bool,
}

/// The number of a line, and what stands in it.
type Row = (usize, Result<Record, ConsentError>);

/// A record of either kind.
enum Record {
    Preference(Box<Preference>),
    Waiver(Box<Waiver>),
}

impl Import {
    fn run(self, place: &Place, console: &Console) -> Result<Outcome, Failure> {
        let rows = self.rows()?;
        let mut registry = if self.dry_run {
            Store::in_memory().map_err(|error| place.broken(&error))?
        } else {
            place.open()?
        };
        let (mut entered, mut refused) = (0, 0);
        let mut out = io::stdout().lock();
        for (line, row) in rows {
            let added = row.map_err(StoreError::from).and_then(|record| match record {
                Record::Preference(preference) => registry.add_preference(&preference),
                Record::Waiver(waiver) => registry.add(&waiver),
            });
            match added {
                Ok(()) => entered += 1,
                Err(error) if error.refusal().is_some() => {
                    refused += 1;
                    writeln!(out, "{}: line {line}: {error}", console.out.paint(Ink::Bad, "refused"))?;
                }
                Err(error) => return Err(place.broken(&error)),
            }
        }
        writeln!(out, "{entered} entered, {refused} refused")?;
        Ok(if refused > 0 { Outcome::No } else { Outcome::Fine })
    }

    fn rows(&self) -> Result<Vec<Row>, Failure> {
        let text: &str = &files::read_text(&self.file)?;
        if text.trim_start().starts_with('{') {
            return Ok(exported(text));
        }
        let head = text.lines().next().unwrap_or_default();
        let names_asks = head.split(',').any(|column| column.trim().trim_matches('"') == "asks");
        let failed = |error: ConsentError| Failure::new(format!("`{}`: {error}", self.file.display()));
        if names_asks {
            let rows = parse_preferences(text).map_err(failed)?.into_iter();
            return Ok(rows
                .map(|(line, row)| (line, row.map(|wish| Record::Preference(Box::new(wish)))))
                .collect());
        }
        let rows = parse_csv(text).map_err(failed)?.into_iter();
        Ok(rows
            .map(|(line, row)| (line, row.map(|waiver| Record::Waiver(Box::new(waiver)))))
            .collect())
    }
}

/// The records of an export, one a line.
fn exported(text: &str) -> Vec<(usize, Result<Record, ConsentError>)> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let record = |line: &str| {
        let waiver = serde_json::from_str(line).map(|waiver| Record::Waiver(Box::new(waiver)));
        let preference = || serde_json::from_str(line).map(|wish| Record::Preference(Box::new(wish)));
        waiver.or_else(|_| preference()).map_err(|_| ConsentError::unreadable())
    };
    lines.map(|(line, number)| (number, record(line))).collect()
}

/// Write every waiver with its history, one JSON object a line
#[derive(Debug, Args)]
struct Export {
    /// Only those that may be destroyed at this time: six years after they were last in effect
    #[arg(long, value_name = "TIME")]
    retained_until: Option<Timestamp>,

    /// The preferences instead
    #[arg(long)]
    preferences: bool,

    /// Where to write them, for the user alone (mode 0600); without it, standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    fn run(self, place: &Place) -> Result<Outcome, Failure> {
        let registry = place.existing()?;
        let broken = |error| place.broken(&error);
        let lines = if self.preferences {
            let all = registry.all_preferences().map_err(broken)?;
            self.lines(&all, Preference::retained_until)?
        } else {
            let all = registry.all().map_err(broken)?;
            self.lines(&all, Waiver::retained_until)?
        };
        let path = self.output.as_deref().unwrap_or(Path::new("-"));
        files::write(path, lines.as_bytes(), Readers::Owner)?;
        Ok(Outcome::Fine)
    }

    fn lines<T: serde::Serialize>(&self, all: &[T], end: fn(&T) -> Option<Timestamp>) -> Result<String, Failure> {
        let is_past = |record: &&T| match self.retained_until {
            None => true,
            Some(limit) => end(record).is_some_and(|end| end <= limit),
        };
        let mut lines = String::new();
        for record in all.iter().filter(is_past) {
            lines += &serde_json::to_string(record).map_err(io::Error::from)?;
            lines.push('\n');
        }
        Ok(lines)
    }
}

impl Place {
    /// A registry for reading beside a decision.
    pub(super) fn of(store: PathBuf, chain_key: Option<PathBuf>) -> Self {
        Self { store, chain_key }
    }

    /// Opens the registry, and makes it when there is none.
    fn open(&self) -> Result<Store, Failure> {
        Store::open_with(&self.store, self.chain()?).map_err(|error| self.broken(&error))
    }

    /// A registry that is there already: nobody gets an empty one for a name that is misspelled.
    fn existing(&self) -> Result<Store, Failure> {
        self.is_there()?;
        self.open()
    }

    /// The same, for reading only.
    pub(super) fn to_read(&self) -> Result<Store, Failure> {
        self.is_there()?;
        Store::open_to_read_with(&self.store, self.chain()?).map_err(|error| self.broken(&error))
    }

    fn is_there(&self) -> Result<(), Failure> {
        if self.store.exists() {
            return Ok(());
        }
        Err(
            Failure::new(format!("`{}`: there is no registry", self.store.display()))
                .next_step("name it with --store, or enter a first record with `sealwax consent add`"),
        )
    }

    fn chain(&self) -> Result<Chain, Failure> {
        let key = self.chain_key.as_deref().map(keys::hash_key).transpose()?;
        Ok(key.map_or_else(Chain::default, Chain::keyed))
    }

    pub(super) fn broken(&self, error: &StoreError) -> Failure {
        let failure = Failure::new(format!("`{}`: {error}", self.store.display()));
        if error.kind() == StoreErrorKind::Broken {
            return failure.next_step("look into it with `sealwax consent verify`, and compare it with a copy");
        }
        failure
    }
}

fn refused(id: &str, error: &StoreError) -> Failure {
    Failure::new(format!("`{id}`: {error}"))
}

fn category(name: &str) -> Result<Category, String> {
    Category::by_name(name).ok_or_else(|| {
        let known = Category::BUILT_IN.map(|category| category.name()).join(", ");
        format!("one of {known}, or custom:NAME for one that the policy declares")
    })
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
