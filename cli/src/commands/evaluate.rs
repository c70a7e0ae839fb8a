//! `sealwax evaluate`.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use sealwax::consent::Registry;
use sealwax::engine::{Engine, EvaluateError, EvaluateErrorKind, PartTexts};
use sealwax::json::{self, Facts};
use sealwax::message::{PartPath, PartPathError};
use sealwax::policy::{Content, FactError, Policy, Verdict};
use sealwax::{Address, AddressError, Timestamp, Transaction};

use super::consent::Place;
use crate::console::Console;
use crate::engine::Choice;
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::{engine, files};

/// Decide how a message must travel to each recipient, and why
///
/// What the host knows of the recipients comes in a facts file; of a recipient who is only named with --to, nothing is
/// known, and what is not known takes the safe end.
#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    #[command(flatten)]
    question: Question,

    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// What is asked: a message or its facts, and whom it is for.
#[derive(Debug, Args)]
pub(super) struct Question {
    /// The message; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "no_message")]
    message: Option<PathBuf>,

    #[command(flatten)]
    choice: Choice,

    /// The sender's address, instead of the one in the facts
    #[arg(long, value_name = "ADDRESS", required_unless_present = "facts")]
    from: Option<String>,

    /// A recipient's address, beside those in the facts; may stand several times
    #[arg(long, value_name = "ADDRESS", required_unless_present = "facts")]
    to: Vec<String>,

    /// What is known of sender and recipients, in JSON
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,

    /// The registry of waivers and preferences (see `sealwax consent`): what it holds of a recipient takes the place of
    /// records of the same id in the facts
    #[arg(long, value_name = "FILE")]
    consent: Option<PathBuf>,

    /// The key that ties the lines of the registry together, when it has one
    #[arg(long, value_name = "FILE", requires = "consent")]
    chain_key: Option<PathBuf>,

    /// Decide on the `content` of the facts, without a message
    #[arg(long, requires = "facts", conflicts_with = "message")]
    no_message: bool,

    /// What was read in a part that the engine cannot read, such as the OCR of a fax: the part's section number and a
    /// text file; may stand several times
    #[arg(long, value_name = "PART=FILE", value_parser = part_text, requires = "message")]
    part_text: Vec<(PartPath, PathBuf)>,

    /// When the message travels, such as 2026-11-21T09:30:00Z; now without it
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
}

impl Evaluate {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let verdict = self.question.verdict()?;
        let text = if self.json {
            json::verdict(&verdict) + "\n"
        } else {
            output::verdict::render(&self.question.name(), &verdict, console)
        };
        output::print::text(&text)?;
        Ok(Outcome::Fine)
    }
}

impl Question {
    /// The answer.
    pub(super) fn verdict(&self) -> Result<Verdict, Failure> {
        Ok(self.judged()?.1)
    }

    /// The message that is asked about, if there is one, and the answer.
    pub(super) fn judged(&self) -> Result<(Option<Vec<u8>>, Verdict), Failure> {
        let mut facts = self.facts.as_deref().map_or_else(|| Ok(no_facts()), read_facts)?;
        self.complete(&mut facts.transaction)?;
        self.consult(&mut facts.transaction)?;
        let now = self.at.or(facts.at).unwrap_or_else(now);
        let raw = self.message.as_deref().map(files::read).transpose()?;
        let verdict = self.answer(raw.as_deref(), &facts, now)?;
        Ok((raw, verdict))
    }

    fn answer(&self, raw: Option<&[u8]>, facts: &Facts, now: Timestamp) -> Result<Verdict, Failure> {
        match (raw, &self.choice.policy) {
            (Some(raw), _) => decide(&self.choice.engine()?, raw, &self.texts()?, facts, now),
            (None, Some(policy)) => on_content(&engine::draft(policy)?, facts, now),
            (None, None) => on_content(self.choice.engine()?.policy(), facts, now),
        }
    }

    fn texts(&self) -> Result<PartTexts, Failure> {
        let mut texts = PartTexts::new();
        for (part, path) in &self.part_text {
            texts.add(part.clone(), &files::read_text(path)?);
        }
        Ok(texts)
    }

    fn name(&self) -> String {
        self.message
            .as_deref()
            .map_or("the facts".into(), |path| path.display().to_string())
    }

    /// Adds what the registry holds of each recipient.
    fn consult(&self, transaction: &mut Transaction) -> Result<(), Failure> {
        let Some(store) = self.consent.clone() else {
            return Ok(());
        };
        let place = Place::of(store, self.chain_key.clone());
        let registry = place.to_read()?;
        let broken = |error| place.broken(&error);
        for recipient in &mut transaction.recipients {
            let waivers = registry.of_recipient(&recipient.address).map_err(broken)?;
            let preferences = registry.preferences_of(&recipient.address).map_err(broken)?;
            recipient
                .waivers
                .retain(|given| waivers.iter().all(|kept| kept.id != given.id));
            recipient.waivers.extend(waivers);
            recipient
                .preferences
                .retain(|given| preferences.iter().all(|kept| kept.id != given.id));
            recipient.preferences.extend(preferences);
        }
        Ok(())
    }

    /// Adds what stands on the command line.
    fn complete(&self, transaction: &mut Transaction) -> Result<(), Failure> {
        if let Some(from) = &self.from {
            transaction.sender = Address::parse(from).map_err(|error| no_address(error.of_sender()))?;
        }
        let given = std::mem::take(transaction);
        let named = |all: Transaction, to: &String| all.to(to);
        *transaction = self.to.iter().try_fold(given, named).map_err(no_address)?;
        Ok(())
    }
}

fn no_address(error: AddressError) -> Failure {
    Failure::new(error.to_string()).next_step("give one address to each --to and to --from, such as ann@lab.example")
}

fn no_facts() -> Facts {
    Facts {
        at: None,
        transaction: Transaction::default(),
        content: None,
    }
}

fn read_facts(path: &Path) -> Result<Facts, Failure> {
    Facts::from_json(&files::read_text(path)?).map_err(|error| {
        Failure::new(format!("`{}`: {error}", path.display()))
            .next_step("docs/JSON.md names every field of a facts file")
    })
}

fn decide(engine: &Engine, raw: &[u8], texts: &PartTexts, facts: &Facts, now: Timestamp) -> Result<Verdict, Failure> {
    if facts.content.is_some() {
        return Err(Failure::new("the facts already say what the message holds")
            .next_step("take `content` out of the facts, or give --no-message instead of the message"));
    }
    engine
        .evaluate_with(raw, texts, &facts.transaction, now)
        .map_err(undecided)
}

/// Decides on facts alone, under a policy whose proof may fail: that is how a counterexample is looked into.
///
/// Content that the facts do not name takes the safe end.
fn on_content(policy: &Policy, facts: &Facts, now: Timestamp) -> Result<Verdict, Failure> {
    if facts.transaction.recipients.is_empty() {
        let text = "the transaction has no recipients: add at least one before asking for a verdict";
        return Err(Failure::new(text).next_step("name one with --to, or in `recipients` of the facts"));
    }
    let unknown = Content::default();
    let content = facts.content.as_ref().unwrap_or(&unknown);
    Ok(Verdict {
        policy: policy.id().clone(),
        classification: content.classification.clone(),
        complete: content.complete,
        deliveries: policy
            .decide(content, &facts.transaction, now)
            .map_err(|error| refused(&error))?,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn undecided(error: EvaluateError) -> Failure {
    if let Some(fact) = error.fact() {
        return refused(fact);
    }
    let step = match error.kind() {
        EvaluateErrorKind::UnknownPart => "`sealwax parse` shows the parts of a message with their numbers",
        _ => "name one with --to, or in `recipients` of the facts",
    };
    Failure::new(error.to_string()).next_step(step)
}

/// Reads `PART=FILE`.
fn part_text(pair: &str) -> Result<(PartPath, PathBuf), String> {
    let (part, file) = pair
        .split_once('=')
        .ok_or("expected `PART=FILE`, such as `2=fax.txt`")?;
    let part = part.parse().map_err(|error: PartPathError| error.to_string())?;
    Ok((part, file.into()))
}

fn refused(error: &FactError) -> Failure {
    Failure::new(error.to_string()).next_step("correct the facts, or declare the name in the policy (docs/POLICY.md)")
}

/// The clock of this machine; a clock before 1970 counts as 1970.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
