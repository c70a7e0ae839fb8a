//! What the proof of a policy came to, in words and as JSON.

use std::fmt;

use serde::Serialize;

use super::{Example, Finding, Prover};
use crate::policy::PolicyError;
use crate::policy::compile::Table;
use crate::policy::model::PolicyFile;

/// What is proved of a policy.
///
/// What the proof proves is the policy, given what was found in a message; it does not prove the scanner.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The built-in invariants I1 to I7, then the policy's own.
    pub invariants: Vec<Proof>,
    /// Rules, triggers and floors whose conditions no message meets.
    pub dead: Vec<String>,
    /// Rules, triggers and floors that apply, but never raise anything that others do not raise as well.
    pub shadowed: Vec<String>,
    /// How much work it was, in clauses looked at.
    pub work: u64,
}

impl Report {
    pub(in crate::policy) fn of(file: &PolicyFile, table: &Table) -> Result<Self, PolicyError> {
        let mut prover = Prover::new(file, table)?;
        let invariants = prover.invariants()?;
        let (dead, shadowed) = prover.useless();
        Ok(Self {
            invariants,
            dead,
            shadowed,
            work: prover.work(),
        })
    }

    /// Whether every invariant holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.invariants.iter().all(|proof| proof.holds)
    }
}

/// One invariant and whether it holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proof {
    /// `I1` to `I7`, or the name that the policy gives it.
    pub name: String,
    /// What it says.
    pub statement: String,
    /// Whether the policy itself states it.
    pub own: bool,
    /// Whether it holds for every message, sender and recipient.
    pub holds: bool,
    /// Whether the question was given up because the budget was used up; such an invariant does not hold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exhausted: bool,
    /// A message that shows the fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterexample: Option<Box<Example>>,
}

impl Proof {
    pub(super) fn new(name: &str, statement: &str, finding: Finding, own: bool) -> Self {
        let holds = matches!(finding, Finding::Holds);
        let exhausted = matches!(finding, Finding::Exhausted);
        let counterexample = match finding {
            Finding::Fails(example) => example,
            Finding::Exhausted | Finding::Holds => None,
        };
        Self {
            name: name.to_owned(),
            statement: statement.to_owned(),
            own,
            holds,
            exhausted,
            counterexample,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for proof in &self.invariants {
            writeln!(f, "{proof}")?;
        }
        for rule in &self.dead {
            writeln!(
                f,
                "dead: `{rule}` never applies, because its conditions contradict each other"
            )?;
        }
        for rule in &self.shadowed {
            writeln!(f, "shadowed: `{rule}` raises nothing that others do not raise as well")?;
        }
        Ok(())
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer = match (self.holds, self.exhausted) {
            (true, _) => "proved",
            (false, true) => "not decided within the budget",
            (false, false) => "FAILS",
        };
        write!(f, "{answer}: {}", self.name)?;
        if self.statement.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", self.statement)
    }
}
