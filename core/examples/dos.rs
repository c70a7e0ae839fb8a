//! Reads every message that is made to be expensive, each in a process of its own, and prints what it costs.
//!
//! Without arguments it prints the table and fails when a row is above a bound; `dos FILE` reads one message and prints
//! its numbers.
#![allow(clippy::print_stdout, reason = "this is a command line")]

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use sealwax::fuzzing::{Trap, traps};
use sealwax::message::{Limits, Message};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    match std::env::args_os().nth(1) {
        Some(file) => println!("{}", measured(&std::fs::read(file)?)),
        None if !table()? => return Ok(ExitCode::FAILURE),
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the table; whether every row keeps the bounds.
fn table() -> Result<bool, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("message");
    let mut good = true;
    println!(
        "{:<44} {:>9} {:>7} {:>9} {:>7} {:>7} {:>9}  verdict",
        "message", "kB", "ms", "peak kB", "times", "texts", "text kB"
    );
    for trap in traps() {
        std::fs::write(&file, (trap.make)(trap.bytes))?;
        good &= row(trap, &file)?;
    }
    Ok(good)
}

fn row(trap: &Trap, file: &Path) -> Result<bool, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?).arg(file).output()?;
    let line = String::from_utf8(output.stdout)?;
    let cost = Cost::read(&line).ok_or_else(|| format!("`{}` was not read: {}", trap.name, output.status))?;
    let verdict = cost.verdict(trap.name);
    println!(
        "{:<44} {:>9} {:>7} {:>9} {:>7.1} {:>7} {:>9}  {}, {}",
        trap.name,
        cost.kilobytes,
        cost.took.as_millis(),
        cost.grown,
        cost.times(),
        cost.texts,
        cost.text,
        if cost.complete { "complete" } else { "incomplete" },
        verdict.unwrap_or("ok")
    );
    Ok(verdict.is_none())
}

/// Reads a message with all its views; prints microseconds and kilobytes.
fn measured(raw: &[u8]) -> String {
    // What was allocated to read the file is no cost of the message.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = peak();
    let started = Instant::now();
    let message = Message::parse(raw, &Limits::default());
    let views: usize = message.units().iter().map(|unit| unit.views().len()).sum();
    let took = started.elapsed().as_micros();
    let grown = peak().saturating_sub(before);
    let text: usize = message.units().iter().map(|unit| unit.text().len()).sum();
    let (bytes, text) = (raw.len() / 1024, text / 1024);
    format!("{bytes} {took} {grown} {views} {text} {}", message.is_complete())
}

struct Cost {
    kilobytes: usize,
    took: Duration,
    /// In kB.
    grown: usize,
    texts: usize,
    /// In kB.
    text: usize,
    complete: bool,
}

impl Cost {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let mut number = || words.next()?.parse::<usize>().ok();
        Some(Self {
            kilobytes: number()?,
            took: Duration::from_micros(u64::try_from(number()?).ok()?),
            grown: number()?,
            texts: number()?,
            text: number()?,
            complete: words.next()? == "true",
        })
    }

    fn times(&self) -> f64 {
        let exact = |number: usize| u32::try_from(number).map_or(f64::MAX, f64::from);
        exact(self.grown) / exact(self.kilobytes.max(1))
    }

    /// What is above its bound.
    fn verdict(&self, name: &str) -> Option<&'static str> {
        let times = if name.starts_with("ZIP") { PACKED } else { MEMORY };
        let memory = self.kilobytes.saturating_mul(times).max(SMALL);
        if self.took > TIME {
            Some("TOO SLOW")
        } else if self.grown > memory {
            Some("TOO LARGE")
        } else {
            None
        }
    }
}

/// The largest resident memory in kB, where the system tells it.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or_default()
}

/// Nothing takes longer in an optimised build.
const TIME: Duration = Duration::from_millis(250);
/// Nothing needs more than so many times the message ...
const MEMORY: usize = 8;
/// ... but what it lets unpack, which the limits bound: it may grow 64 times.
const PACKED: usize = 64 + MEMORY;
/// In kB; so much is nothing, however small the message is.
const SMALL: usize = 8 << 10;
