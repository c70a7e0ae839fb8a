//! The sum of a scan over many messages.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use indicatif::HumanBytes;
use sealwax::classify::Level;

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

/// How often a type was found, and in how many messages.
#[derive(Debug, Default)]
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

    /// The sum in words; with the time it took, also how often each type was found, and how fast it went.
    pub(crate) fn render(&self, elapsed: Option<Duration>, console: &Console) -> String {
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
        if let Some(elapsed) = elapsed {
            text.push_str(&self.types(console));
            let _ = writeln!(text, "\n{}", self.speed(elapsed));
        }
        text
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
        format!("\n{}", table.render(console.out, 2))
    }

    #[expect(clippy::cast_precision_loss, reason = "a speed is shown with three digits")]
    fn speed(&self, elapsed: Duration) -> String {
        let seconds = elapsed.as_secs_f64().max(1e-6);
        let messages = self.messages() as f64 / seconds;
        let megabytes = self.bytes as f64 / seconds / 1e6;
        format!("{seconds:.2} s, {messages:.0} messages/s, {megabytes:.1} MB/s")
    }
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
        let with_types = summary.render(Some(Duration::from_secs(2)), &console);
        assert!(with_types.contains("US_SSN      2         1"), "{with_types}");
        assert!(with_types.contains("2.00 s, 1 messages/s"), "{with_types}");
    }
}
