//! The sum of a scan over many messages.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use indicatif::HumanBytes;
use sealwax::classify::Level;
use serde::Serialize;

use super::{Align, Table, level_ink, level_words};
use crate::console::{Console, Ink};

/// How many messages there were, of which levels, and what was found in them.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// The inputs that could not be read.
    pub(crate) failed: u64,
    bytes: u64,
    incomplete: u64,
    levels: BTreeMap<Level, u64>,
    types: BTreeMap<String, Found>,
}

/// What a scan took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) elapsed: Duration,
    /// The memory of the scanner's tables, in bytes.
    pub(crate) scanner: usize,
    /// What building the engine added to the resident memory, in bytes: tables, compiled expressions, the policy.
    pub(crate) engine: Option<u64>,
}

impl Cost {
    /// At least a microsecond, so that a speed is a number.
    fn seconds(self) -> f64 {
        self.elapsed.as_secs_f64().max(1e-6)
    }
}

/// How often a type was found, and in how many messages.
#[derive(Debug, Default, Serialize)]
struct Found {
    times: u64,
    messages: u64,
}

impl Summary {
    /// Adds a message.
    pub(crate) fn add(&mut self, level: Level, complete: bool, bytes: usize, counts: BTreeMap<String, u64>) {
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        self.incomplete += u64::from(!complete);
        *self.levels.entry(level).or_default() += 1;
        for (name, times) in counts {
            let found = self.types.entry(name).or_default();
            found.times += times;
            found.messages += 1;
        }
    }

    /// The messages that were read.
    pub(crate) fn messages(&self) -> u64 {
        self.levels.values().sum()
    }

    /// The sum in words; with what it took, also how often each type was found, and how fast it went.
    pub(crate) fn render(&self, cost: Option<Cost>, console: &Console) -> String {
        let mut text = format!("\n{}\n", self.heading(console));
        for level in Level::ALL.into_iter().rev() {
            let number = self.levels.get(&level).copied().unwrap_or_default();
            let words = format!("{number:>9} {}", level_words(level));
            let ink = if number == 0 { Ink::Quiet } else { level_ink(level) };
            let _ = writeln!(text, "{}", console.out.paint(ink, &words));
        }
        if self.incomplete > 0 {
            let words = format!("{:>9} not wholly inspected", self.incomplete);
            let _ = writeln!(text, "{}", console.out.paint(Ink::Warn, &words));
        }
        if let Some(cost) = cost {
            text.push_str(&self.types(console));
            let _ = writeln!(text, "\n{}", self.speed(cost));
            let _ = writeln!(text, "{}", memory(cost));
        }
        text
    }

    /// The sum as one line of JSON; see `docs/JSON.md`.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a speed needs no more digits than a float has"
    )]
    pub(crate) fn json(&self, cost: Cost) -> String {
        let shape = Shape {
            messages: self.messages(),
            bytes: self.bytes,
            failed: self.failed,
            incomplete: self.incomplete,
            seconds: cost.seconds(),
            bytes_per_second: self.bytes as f64 / cost.seconds(),
            messages_per_second: self.messages() as f64 / cost.seconds(),
            scanner_bytes: cost.scanner,
            engine_bytes: cost.engine,
            levels: Level::ALL
                .map(|level| (level, self.levels.get(&level).copied().unwrap_or_default()))
                .into(),
            types: &self.types,
        };
        serde_json::to_string(&shape).unwrap_or_default() + "\n"
    }

    fn heading(&self, console: &Console) -> String {
        let read = format!("{} ({})", count(self.messages(), "message"), HumanBytes(self.bytes));
        let read = console.out.paint(Ink::Strong, &read);
        if self.failed == 0 {
            return read;
        }
        let failed = format!("{} could not be read", count(self.failed, "input"));
        format!("{read}, {}", console.out.paint(Ink::Bad, &failed))
    }

    fn types(&self, console: &Console) -> String {
        if self.types.is_empty() {
            return String::new();
        }
        let mut table = Table::new([
            ("TYPE", Align::Left),
            ("FOUND", Align::Right),
            ("MESSAGES", Align::Right),
        ]);
        for (name, found) in &self.types {
            table.row([name.clone(), found.times.to_string(), found.messages.to_string()]);
        }
        format!("\n{}", table.render(console.out, 2, console.width))
    }

    #[expect(clippy::cast_precision_loss, reason = "a speed is shown with three digits")]
    fn speed(&self, cost: Cost) -> String {
        let seconds = cost.seconds();
        let messages = self.messages() as f64 / seconds;
        let megabytes = self.bytes as f64 / seconds / 1e6;
        format!("{seconds:.2} s, {messages:.0} messages/s, {megabytes:.1} MB/s")
    }
}

fn memory(cost: Cost) -> String {
    let tables = HumanBytes(u64::try_from(cost.scanner).unwrap_or(u64::MAX));
    let whole = cost
        .engine
        .map(|engine| format!("; {} with the whole engine", HumanBytes(engine)));
    let whole = whole.unwrap_or_default();
    format!("scanner: {tables} of tables, shared by all threads{whole}")
}

/// The sum in JSON.
#[derive(Serialize)]
struct Shape<'a> {
    messages: u64,
    bytes: u64,
    failed: u64,
    incomplete: u64,
    seconds: f64,
    bytes_per_second: f64,
    messages_per_second: f64,
    scanner_bytes: usize,
    engine_bytes: Option<u64>,
    levels: BTreeMap<Level, u64>,
    types: &'a BTreeMap<String, Found>,
}

/// `1 message`, `2 messages`.
fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::ColorChoice;

    #[test]
    fn the_sum_names_every_level_and_what_failed() {
        let mut summary = Summary {
            failed: 1,
            ..Summary::default()
        };
        summary.add(Level::Sensitive, false, 1000, [("US_SSN".to_owned(), 2)].into());
        summary.add(Level::None, true, 24, BTreeMap::new());
        let console = Console::new(ColorChoice::Never);
        let text = summary.render(None, &console);
        assert!(
            text.contains("2 messages (1.00 KiB), 1 input could not be read"),
            "{text}"
        );
        assert!(
            text.contains("1 sensitive") && text.contains("0 critical") && text.contains("1 not wholly"),
            "{text}"
        );
        let cost = Cost {
            elapsed: Duration::from_secs(2),
            scanner: 3 << 20,
            engine: Some(5 << 20),
        };
        let with_types = summary.render(Some(cost), &console);
        assert!(with_types.contains("US_SSN      2         1"), "{with_types}");
        assert!(with_types.contains("2.00 s, 1 messages/s"), "{with_types}");
        assert!(
            with_types.contains("scanner: 3.00 MiB of tables, shared by all threads; 5.00 MiB with the whole engine"),
            "{with_types}"
        );
        let line = summary.json(cost);
        assert!(line.contains(r#""bytes":1024,"failed":1,"incomplete":1,"seconds":2.0,"bytes_per_second":512.0"#));
        assert!(line.contains(r#""scanner_bytes":3145728"#) && line.contains(r#""US_SSN":{"times":2,"messages":1}"#));
    }
}
