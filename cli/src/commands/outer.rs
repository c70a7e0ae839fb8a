//! `sealwax outer`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use sealwax::Address;
use sealwax::outer;
use sealwax::policy::{Delivery, Verdict};

use super::evaluate::Question;
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::files::{Output, Readers};

/// Give the message as it leaves, with the edits of its verdict made
///
/// The same question as `evaluate`. By TLS the whole message leaves, with its edits. Of a sealed message it is the header
/// fields that stand outside of the seal, without an empty line at the end, so that the sealed container can be put
/// straight behind them; `--inner` gives what goes into the container.
#[derive(Debug, Args)]
pub(crate) struct Outer {
    #[command(flatten)]
    question: Question,

    /// Whose message it is, where it is not the same for all recipients
    #[arg(long, value_name = "ADDRESS")]
    recipient: Option<String>,

    /// What leaves when the contract cannot be met
    #[arg(long)]
    fallback: bool,

    /// What goes into the seal: the message without every Bcc and Resent-Bcc
    #[arg(long, conflicts_with_all = ["fallback", "recipient"])]
    inner: bool,

    /// Where to write it; standard output without it
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    output: PathBuf,
}

impl Outer {
    pub(crate) fn run(self, _: &Console) -> Result<Outcome, Failure> {
        let (raw, verdict) = self.question.judged()?;
        let raw = raw.ok_or_else(|| {
            Failure::new("there is no message to edit").next_step("name the message instead of --no-message")
        })?;
        let bytes = if self.inner {
            outer::inner(&raw)
        } else {
            self.outer(&raw, &verdict)?
        };
        let mut output = Output::create(&self.output, Readers::Anybody)?;
        output.write_all(&bytes)?;
        output.finish()?;
        Ok(Outcome::Fine)
    }

    /// What leaves, which is the same for all who are asked about.
    fn outer(&self, raw: &[u8], verdict: &Verdict) -> Result<Vec<u8>, Failure> {
        let asked = self.asked(verdict)?;
        let mut messages = asked.iter().map(|delivery| self.leaving(delivery, raw));
        let first = messages.next().unwrap_or_else(|| Ok(Vec::new()))?;
        for message in messages {
            if message? != first {
                return Err(Failure::new("the message does not leave alike for all recipients")
                    .next_step("name one of them with --recipient"));
            }
        }
        Ok(first)
    }

    fn asked<'v>(&self, verdict: &'v Verdict) -> Result<Vec<&'v Delivery>, Failure> {
        let Some(name) = &self.recipient else {
            return Ok(verdict.deliveries.iter().collect());
        };
        let address = Address::recipient(name).map_err(|error| Failure::new(format!("--recipient: {error}")))?;
        let own = verdict
            .deliveries
            .iter()
            .filter(|delivery| delivery.recipient == address);
        let own: Vec<_> = own.collect();
        if own.is_empty() {
            return Err(Failure::new(format!("`{name}` is no recipient of the message"))
                .next_step("name one of --to, or of `recipients` of the facts"));
        }
        Ok(own)
    }

    fn leaving(&self, delivery: &Delivery, raw: &[u8]) -> Result<Vec<u8>, Failure> {
        let (leaving, action) = if self.fallback {
            let fallback = delivery.fallback.as_ref();
            (
                fallback.and_then(|fallback| fallback.outer(raw)),
                fallback.map(|fallback| fallback.action),
            )
        } else {
            (delivery.outer(raw), Some(delivery.action))
        };
        leaving.ok_or_else(|| {
            let recipient = delivery.recipient.as_str();
            Failure::new(match action {
                Some(action) => format!("`{recipient}`: nothing leaves, since the verdict is to {action} the message"),
                None => format!("`{recipient}`: there is no fallback"),
            })
            .next_step("`sealwax explain` says why")
        })
    }
}
