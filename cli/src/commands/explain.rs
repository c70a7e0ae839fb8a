//! `sealwax explain`.

use clap::Args;
use sealwax::policy::Delivery;

use super::evaluate::Question;
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::output::print;

/// Say in plain words what happens to a message and why
///
/// The same question as `evaluate`, answered for somebody who asks the help desk; no word of the message is repeated.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    question: Question,
}

impl Explain {
    pub(crate) fn run(self, _: &Console) -> Result<Outcome, Failure> {
        let verdict = self.question.verdict()?;
        let texts: Vec<String> = verdict.deliveries.iter().map(Delivery::explain).collect();
        print::text(&texts.join("\n"))?;
        Ok(Outcome::Fine)
    }
}
