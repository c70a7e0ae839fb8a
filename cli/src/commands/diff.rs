//! `sealwax diff`.

use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use sealwax::policy::{Composing, Diff as Difference, Direction};

use crate::console::{Console, Ink};
use crate::engine;
use crate::failure::{Failure, Outcome};
use crate::output::print;

/// Ask whether any message gets weaker under a new policy
///
/// The rules are compared by proof, over every message there can be; each difference comes with a message that shows it.
/// Changes beside the rules that can weaken a message are listed in words. Exit code 1 when there are any of either.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The policy that holds now
    old: PathBuf,

    /// The policy that would take its place
    new: PathBuf,

    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let diff = engine::draft(&self.old)?.diff(&engine::draft(&self.new)?);
        if self.json {
            print::json(&diff)?;
        } else {
            print::text(&render(&diff, console)?)?;
        }
        Ok(if diff.holds() { Outcome::Fine } else { Outcome::No })
    }
}

fn render(diff: &Difference, console: &Console) -> Result<String, Failure> {
    let mut text = if diff.holds() {
        console.out.paint(Ink::Good, "no message gets weaker") + "\n"
    } else {
        console.out.paint(Ink::Bad, "messages can get weaker") + "\n"
    };
    for weaker in &diff.weaker {
        let facts = serde_json::to_string(&weaker.example).map_err(|error| Failure::new(error.to_string()))?;
        let (rule, dimension) = (&weaker.rule, weaker.dimension);
        let _ = writeln!(
            text,
            "  {dimension}: `{}` instead of `{}`, where `{rule}` asked for it",
            weaker.new, weaker.old
        );
        let _ = writeln!(text, "    {facts}");
    }
    for changed in &diff.changed {
        let _ = writeln!(text, "  beside the rules: {changed}");
    }
    let stronger = |change: &&Composing| change.direction == Direction::Stronger;
    for Composing { name, old, new, .. } in diff.composition.iter().filter(stronger) {
        let _ = writeln!(text, "  more is PHI: `{name}` is `{new}` instead of `{old}`");
    }
    if diff.exhausted {
        text.push_str("  not everything could be compared within the budget\n");
    }
    Ok(text)
}
