//! `sealwax compile`.

use std::path::PathBuf;

use clap::Args;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{self, Readers};
use crate::{engine, keys};

/// Compile a policy, so that engines start from it at once
///
/// Reads and proves the policy, runs the examples of its detectors, and writes what came of it, with the files that it
/// names, to one file. `--bundle FILE` of other commands takes it instead of `--policy`, as do hosts in Rust, C and Python. It
/// belongs to this build of sealwax: another one refuses it, and asks to compile it anew. Whoever can read it can read the
/// policy.
#[derive(Debug, Args)]
pub(crate) struct Compile {
    /// The policy file (TOML, or JSON when its name ends so)
    policy: PathBuf,

    /// Where to write the bundle
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,

    /// The key with which the policy's rosters were made, to say now whether they are whole
    #[arg(long, value_name = "FILE")]
    roster_key: Option<PathBuf>,
}

impl Compile {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let key = self.roster_key.as_deref().map(keys::hash_key).transpose()?;
        let bundle = engine::compile(&self.policy, key)?;
        files::write(&self.output, &bundle, Readers::Anybody)?;
        console.note(&format!("compiled, bytes: {}", bundle.len()));
        Ok(Outcome::Fine)
    }
}
