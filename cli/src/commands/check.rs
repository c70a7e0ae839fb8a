//! `sealwax check`.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use sealwax::policy::{Example, Policy, Proof, Report};
use sealwax::{Agreement, DateOrTime, Standing, Timestamp};
use serde::Serialize;

use crate::clock;
use crate::console::{Console, Ink};
use crate::engine;
use crate::failure::{Failure, Outcome};
use crate::output::print;

/// Check a policy, and prove what it promises
///
/// Reads the policy and all it includes, names the line and column of what is wrong, and tries its detectors and rules
/// of composition on their examples. Then it proves, for every
/// message there can be, that nothing protected leaves unprotected, and names rules that are good for nothing. Exit code
/// 1 when an invariant does not hold.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The policy file (TOML, or JSON when its name ends so)
    policy: PathBuf,

    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// The answer in JSON; an invalid policy is an error, and has none.
#[derive(Serialize)]
struct Checked<'a> {
    policy: &'a str,
    hash: &'a str,
    valid: bool,
    proved: bool,
    #[serde(flatten)]
    report: &'a Report,
    agreements: Vec<Due<'a>>,
}

/// An agreement that somebody has to look after.
#[derive(Serialize)]
struct Due<'a> {
    partner: &'a str,
    state: &'static str,
    on: DateOrTime,
}

impl Check {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let policy = engine::draft(&self.policy)?;
        engine::try_examples(&self.policy, &policy)?;
        let report = policy.check().map_err(|error| Failure::new(error.to_string()))?;
        let id = policy.id();
        let checked = Checked {
            policy: &id.name,
            hash: &id.hash,
            valid: report.holds(),
            proved: report.holds(),
            report: &report,
            agreements: due(&policy, clock::now()?),
        };
        if self.json {
            print::json(&checked)?;
        } else {
            let name = self.policy.display().to_string();
            print::text(&render(&name, &checked, console)?)?;
        }
        Ok(if report.holds() { Outcome::Fine } else { Outcome::No })
    }
}

fn render(name: &str, checked: &Checked<'_>, console: &Console) -> Result<String, Failure> {
    let answer = if checked.valid {
        console.out.paint(Ink::Good, "valid, proved")
    } else {
        console.out.paint(Ink::Bad, "not valid: an invariant is not proved")
    };
    let mut text = format!("{name}  {answer}\n  policy {} {}\n", checked.policy, checked.hash);
    for proof in &checked.report.invariants {
        let ink = if proof.holds { Ink::Quiet } else { Ink::Bad };
        let _ = writeln!(text, "  {}", console.out.paint(ink, &proof.to_string()));
        if let Some(example) = &proof.counterexample {
            text.push_str(&shown(proof, example)?);
        }
    }
    for (word, names, why) in [
        (
            "dead",
            &checked.report.dead,
            "its conditions contradict each other, so it never applies",
        ),
        (
            "shadowed",
            &checked.report.shadowed,
            "it raises nothing that others do not raise as well",
        ),
    ] {
        for name in names {
            let _ = writeln!(text, "  {}: `{name}`: {why}", console.out.paint(Ink::Warn, word));
        }
    }
    for Due { partner, state, on } in &checked.agreements {
        let word = console.out.paint(Ink::Warn, "agreement");
        let _ = writeln!(text, "  {word}: that with `{partner}` {state} on {on}");
    }
    Ok(text)
}

/// The agreements that do not stand at `now`, or end soon after.
fn due(policy: &Policy, now: Timestamp) -> Vec<Due<'_>> {
    let agreements = policy.agreements();
    let due = agreements.filter_map(|(partner, agreement)| {
        let (state, on) = needs_care(agreement, now)?;
        Some(Due { partner, state, on })
    });
    due.collect()
}

fn needs_care(agreement: &Agreement, now: Timestamp) -> Option<(&'static str, DateOrTime)> {
    let soon = Timestamp::from_millis(now.as_millis().saturating_add(SOON));
    match agreement.standing(now) {
        Standing::Begins(on) => Some(("begins", on)),
        Standing::Ended(on) => Some(("ended", on)),
        Standing::Stands => {
            let end = agreement.end.filter(|end| end.after() <= soon)?;
            Some(("ends", end))
        }
    }
}

/// Ninety days in milliseconds: long enough to sign the next one.
const SOON: i64 = 90 * 86_400_000;

/// The message that shows a fault, as a facts file.
fn shown(proof: &Proof, example: &Example) -> Result<String, Failure> {
    let facts = serde_json::to_string(example).map_err(|error| Failure::new(error.to_string()))?;
    Ok(format!(
        "    this message breaks `{}`; save it as a file and run `sealwax evaluate --no-message --facts FILE`:\n    {facts}\n",
        proof.name
    ))
}
