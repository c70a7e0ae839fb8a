//! `sealwax check`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::console::{Console, Ink};
use crate::engine;
use crate::failure::{Failure, Outcome};
use crate::output::print;

/// Check a policy
///
/// Reads the policy and all it includes, and names the line and column of what is wrong. It does not yet prove that no
/// protected message can leave unprotected.
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
}

impl Check {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let engine = engine::load(Some(&self.policy))?;
        let id = engine.policy().id();
        let checked = Checked {
            policy: &id.name,
            hash: &id.hash,
            valid: true,
            proved: false,
        };
        if self.json {
            print::json(&checked)?;
            return Ok(Outcome::Fine);
        }
        let valid = console.out.paint(Ink::Good, "valid");
        let proved = console.out.paint(Ink::Warn, "not proved yet");
        print::text(&format!(
            "{}  {valid}, {proved}\n  policy {} {}\n",
            self.policy.display(),
            id.name,
            id.hash
        ))?;
        Ok(Outcome::Fine)
    }
}
