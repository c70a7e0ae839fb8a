//! The other direction: who opted out of a kind of mail, or asked for another way.

use std::io::{self, Write};

use clap::Args;
use sealwax::consent::{Asks, Change, Preference, Registry, Status};
use sealwax::{Address, Timestamp};

use super::{Place, refused};
use crate::arguments::named;
use crate::clock;
use crate::console::{Console, Ink};
use crate::failure::{Failure, Outcome};

/// Enter what somebody asks for about mail to them: no mail of a kind, sealed mail only, or another way
///
/// It only raises: the mail is sealed, or it is returned. It holds from `--from` on.
#[derive(Debug, Args)]
pub(super) struct Prefer {
    /// The record's id, unique among the preferences
    #[arg(long, value_name = "ID")]
    id: String,

    /// The exact address that it is about
    #[arg(long = "for", value_name = "ADDRESS", value_parser = Address::recipient)]
    recipient: Address,

    /// What is asked for: elsewhere, opt-out, or sealed
    #[arg(long, value_name = "WISH", value_parser = asks)]
    asks: Asks,

    /// A kind of communication that it is about, such as newsletter; without one, every kind
    #[arg(long, value_name = "PURPOSE")]
    purpose: Vec<String>,

    /// The other way, in words for the sender, such as `by letter`
    #[arg(long, value_name = "WORDS", required_if_eq("asks", "elsewhere"))]
    instead: Option<String>,

    /// From when on, now without it (RFC 3339)
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,

    /// Until when
    #[arg(long, value_name = "TIME")]
    expires: Option<Timestamp>,

    /// The individual, as a pseudonym
    #[arg(long, value_name = "ID")]
    individual: Option<String>,

    /// The covered entity that was told; without it, every one
    #[arg(long, value_name = "NAME")]
    entity: Option<String>,

    /// Who enters it
    #[arg(long, value_name = "NAME")]
    by: String,
}

impl Prefer {
    pub(super) fn run(self, place: &Place, console: &Console) -> Result<Outcome, Failure> {
        let preference = self.preference(clock::now()?);
        place
            .open()?
            .add_preference(&preference)
            .map_err(|error| refused(&preference.id, &error))?;
        console.note(&format!("entered `{}`", preference.id));
        Ok(Outcome::Fine)
    }

    fn preference(self, now: Timestamp) -> Preference {
        let effective_from = self.from.unwrap_or(now);
        Preference {
            id: self.id,
            individual: self.individual,
            recipient: self.recipient,
            entity: self.entity,
            asks: self.asks,
            purposes: self.purpose.into_iter().collect(),
            instead: self.instead,
            effective_from,
            expires: self.expires,
            captured_by: Some(self.by.clone()),
            entered_at: None,
            history: vec![Change {
                at: effective_from,
                status: Status::Active,
                actor: self.by,
                reason: String::new(),
                entered_at: None,
            }],
        }
    }
}

/// Take a preference out of force: revoke it, or suspend, resume or expire it with `--to`
#[derive(Debug, Args)]
pub(super) struct Withdraw {
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
    #[arg(long, value_name = "STATUS", default_value = "revoked", value_parser = super::status)]
    to: Status,
}

impl Withdraw {
    pub(super) fn run(self, place: &Place, console: &Console) -> Result<Outcome, Failure> {
        let at = self.at.map_or_else(clock::now, Ok)?;
        let change = Change {
            at,
            status: self.to,
            actor: self.by,
            reason: self.reason,
            entered_at: None,
        };
        let mut registry = place.existing()?;
        registry
            .change_preference(&self.id, &change)
            .map_err(|error| refused(&self.id, &error))?;
        console.note(&format!("`{}` is {} from {at} on", self.id, self.to.name()));
        Ok(Outcome::Fine)
    }
}

/// List preferences with their status, at any point in time
#[derive(Debug, Args)]
pub(super) struct Preferences {
    /// Only those for this address
    #[arg(long = "for", value_name = "ADDRESS", value_parser = Address::recipient)]
    recipient: Option<Address>,

    /// As it was at this time, now without it (RFC 3339)
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,

    /// Only what had been entered by this time
    #[arg(long, value_name = "TIME")]
    known_at: Option<Timestamp>,

    /// Print one JSON object a line: the whole records
    #[arg(long)]
    json: bool,
}

impl Preferences {
    pub(super) fn run(self, place: &Place, console: &Console) -> Result<Outcome, Failure> {
        let at = self.at.map_or_else(clock::now, Ok)?;
        let registry = place.existing()?;
        let found = match &self.recipient {
            Some(address) => registry.preferences_of(address),
            None => registry.all_preferences(),
        };
        let mut out = io::stdout().lock();
        for preference in found.map_err(|error| place.broken(&error))? {
            let known = match self.known_at {
                Some(time) => preference.as_known(time),
                None => Some(preference),
            };
            let standing = known.and_then(|record| Some((record.status(at)?, record)));
            let Some((status, record)) = standing else {
                continue; // it had not been entered yet
            };
            if self.json {
                serde_json::to_writer(&mut out, &record).map_err(io::Error::from)?;
                writeln!(out)?;
            } else {
                writeln!(out, "{}", line(console, &record, status))?;
            }
        }
        Ok(Outcome::Fine)
    }
}

fn line(console: &Console, record: &Preference, status: Status) -> String {
    let ink = if status == Status::Active {
        Ink::Warn
    } else {
        Ink::Quiet
    };
    let kinds: Vec<&str> = record.purposes.iter().map(String::as_str).collect();
    let kinds = if kinds.is_empty() {
        "everything".into()
    } else {
        kinds.join(", ")
    };
    let instead = record
        .instead
        .as_ref()
        .map(|way| format!(": {way}"))
        .unwrap_or_default();
    format!(
        "{}  {}  {}  {} for {kinds}{instead}, from {}",
        record.id,
        console.out.paint(ink, status.name()),
        record.recipient,
        record.asks,
        record.effective_from,
    )
}

fn asks(name: &str) -> Result<Asks, String> {
    named(&Asks::ALL, Asks::name, name)
}
