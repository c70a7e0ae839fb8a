//! `sealwax scan`.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use clap::Args;
use sealwax::classify::Level;
use sealwax::engine::{Engine, Scan as Found};
use sealwax::json;

use crate::console::Console;
use crate::engine::Choice;
use crate::failure::{Failure, Outcome};
use crate::input::{Content, Format, Messages, Unread};
use crate::memory;
use crate::output::{self, Cost, Summary};
use crate::pipeline;
use crate::progress::Progress;

/// Find what is sensitive in messages
///
/// Says for each message how sensitive it is, of which kind, and what was found where. What was found itself is shown
/// only when asked for.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct Scan {
    /// Messages (.eml), mailboxes (mbox), Maildirs, folders, or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    choice: Choice,

    /// Answer with one JSON object a line
    #[arg(long)]
    json: bool,

    /// Read one JSON record a line, with an `id` and a message as `raw` or `raw_b64`, or a `text`
    #[arg(long)]
    jsonl: bool,

    /// Say of a message that is no PHI which rule comes nearest and what it lacks; with --json that always stands in the
    /// answer
    #[arg(long)]
    why_not: bool,

    /// Show what was found, too: the output is then as sensitive as the messages
    #[arg(long)]
    show_text: bool,

    /// Sum up at the end what was found, how fast, and the memory of the scanner; with --json on standard error, as JSON
    #[arg(long)]
    stats: bool,

    /// How many threads work at once; all cores without it
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

impl Scan {
    pub(crate) fn run(self, console: &Console) -> Result<Outcome, Failure> {
        let before = memory::resident();
        let engine = self.choice.engine()?;
        let engine_memory = memory::resident()
            .zip(before)
            .map(|(after, before)| after.saturating_sub(before));
        let format = if self.jsonl { Format::JsonLines } else { Format::Mail };
        let started = Instant::now();
        let mut sink = Sink::new(&self.inputs, console);
        pipeline::ordered(
            Messages::new(self.inputs.clone(), format),
            self.threads.unwrap_or_else(all_cores),
            |message| self.look(&engine, message, console),
            |looked| sink.take(looked),
        )?;
        let summary = sink.finish();
        let cost = Cost {
            elapsed: started.elapsed(),
            scanner: engine.scanner_memory(),
            engine: engine_memory,
        };
        self.sum_up(&summary, cost, console)?;
        Ok(if summary.failed == 0 {
            Outcome::Fine
        } else {
            Outcome::Failed
        })
    }

    /// What one thread does with one message.
    fn look(&self, engine: &Engine, message: Result<Unread, Failure>, console: &Console) -> Result<Looked, Failure> {
        let message = message.and_then(Unread::read)?;
        let found = match (&message.content, self.show_text) {
            (Content::Raw(raw), false) => engine.scan(raw),
            (Content::Raw(raw), true) => engine.scan_keeping_text(raw),
            (Content::Text(text), false) => engine.scan_text(text),
            (Content::Text(text), true) => engine.scan_text_keeping_text(text),
        };
        let text = if self.json {
            json::scan(&found, &message.id) + "\n"
        } else {
            output::scan::render(&message.id, &found, self.why_not, console)
        };
        Ok(Looked {
            bytes: message.content.len(),
            level: found.classification.level,
            complete: found.complete,
            counts: counts(&found),
            text,
        })
    }

    fn sum_up(&self, summary: &Summary, cost: Cost, console: &Console) -> Result<(), Failure> {
        if self.json && self.stats {
            // Nobody is left to tell when standard error itself is closed.
            let _ = io::stderr().write_all(summary.json(cost).as_bytes());
            return Ok(());
        }
        let worth_it = self.stats || (!self.json && summary.messages() + summary.failed > 1);
        if !worth_it {
            return Ok(());
        }
        output::print::text(&summary.render(self.stats.then_some(cost), console))
    }
}

/// What is left of a message once it was looked at.
struct Looked {
    bytes: usize,
    level: Level,
    complete: bool,
    counts: BTreeMap<String, u64>,
    text: String,
}

/// Writes what comes out of the threads.
struct Sink<'a> {
    console: &'a Console,
    progress: Progress,
    to_terminal: bool,
    summary: Summary,
}

impl<'a> Sink<'a> {
    fn new(inputs: &[PathBuf], console: &'a Console) -> Self {
        Self {
            console,
            progress: Progress::over(inputs),
            to_terminal: io::stdout().is_terminal(),
            summary: Summary::default(),
        }
    }

    fn take(&mut self, looked: Result<Looked, Failure>) -> Result<(), Failure> {
        let looked = match looked {
            Ok(looked) => looked,
            Err(failure) => {
                self.summary.failed += 1;
                self.progress.aside(|| self.console.report(&failure));
                return Ok(());
            }
        };
        self.summary
            .add(looked.level, looked.complete, looked.bytes, looked.counts);
        self.progress.advance(looked.bytes);
        if self.to_terminal {
            return self.progress.aside(|| output::print::text(&looked.text));
        }
        output::print::text(&looked.text)
    }

    fn finish(self) -> Summary {
        self.progress.finish();
        self.summary
    }
}

/// How often each type was found.
fn counts(found: &Found) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for entity in &found.entities {
        *counts.entry(entity.label.clone()).or_default() += 1;
    }
    counts
}

fn all_cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
