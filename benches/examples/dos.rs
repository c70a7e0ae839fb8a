//! Reads every message that is made to be expensive, each in a process of its own, and prints what it costs.
//!
//! Without arguments it prints the table and fails when a row is above a bound; `dos FILE` reads one message and prints
//! its numbers, `dos FILE scanned` also looks for what it holds; `dos --only WORD` prints the rows whose name holds the
//! word.
//!
//! Time is what the processor spent, so that other work on the machine lengthens it little; where the system does not
//! tell it, it is the clock's. A row that is above a bound is measured again, and its cheapest run counts.
#![allow(clippy::print_stdout, reason = "this is a command line")]

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use sealwax::engine::Engine;
use sealwax::fuzzing::{Trap, each_view, people, scanned_traps, traps};
use sealwax::message::{Limits, Message};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let is_good = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => table("")?,
        ["--only", word] => table(word)?,
        [file] => {
            println!("{}", read(&std::fs::read(file)?));
            true
        }
        [file, SCANNED] => {
            println!("{}", scanned(&std::fs::read(file)?)?);
            true
        }
        _ => return Err("expected nothing, a file, or `--only` and a word".into()),
    };
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the rows whose name holds `word`; whether each keeps the bounds.
fn table(word: &str) -> Result<bool, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("message");
    let mut is_good = true;
    println!("| message | kB | ms | of a quarter, ms | peak kB | times | views | text kB | MB/s | is read | |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |");
    let read = traps().map(|trap| (trap, Job::Read));
    let scanned = scanned_traps().map(|trap| (trap, Job::Scan));
    let rows = read.chain(std::iter::once((&PEOPLE, Job::List))).chain(scanned);
    for (trap, job) in rows.filter(|(trap, _)| trap.name.contains(word)) {
        is_good &= row(trap, job, &file)?;
    }
    Ok(is_good)
}

/// Measures a trap and prints its row; whether it keeps the bounds.
fn row(trap: &Trap, job: Job, file: &Path) -> Result<bool, Box<dyn Error>> {
    let quarter = measure(trap, job, trap.bytes / 4, file)?;
    let mut whole = measure(trap, job, trap.bytes, file)?;
    for _ in 1..RUNS {
        if whole.verdict(&quarter, trap.name, job).is_none() {
            break;
        }
        let again = measure(trap, job, trap.bytes, file)?;
        if again.took < whole.took {
            whole = again;
        }
    }
    let mut verdict = whole.verdict(&quarter, trap.name, job);
    if verdict == Some(NOT_LINEAR) {
        // From one size on a text is looked through in more views: a step, and no growth behind it.
        let half = measure(trap, job, trap.bytes / 2, file)?;
        verdict = whole.verdict(&half, trap.name, job);
    }
    println!(
        "| {}{} | {} | {} | {} | {} | {:.1} | {} | {} | {:.1} | {} | {} |",
        trap.name,
        if job == Job::Read { "" } else { ", scanned" },
        whole.kilobytes,
        whole.took.as_millis(),
        quarter.took.as_millis(),
        whole.grown,
        exact(whole.grown) / exact(whole.kilobytes.max(1)),
        whole.views,
        whole.text,
        whole.speed(),
        if whole.complete { "wholly" } else { "to a limit" },
        verdict.unwrap_or("ok")
    );
    Ok(verdict.is_none())
}

/// What is done with a message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Job {
    /// It is taken apart.
    Read,
    /// What it holds is looked for: as fast as [`SPEED`] says, or not to its end.
    Scan,
    /// What it holds is looked for, and is more than is listed.
    List,
}

/// Makes a trap of so many bytes and reads it in a process of its own.
fn measure(trap: &Trap, job: Job, bytes: usize, file: &Path) -> Result<Cost, Box<dyn Error>> {
    std::fs::write(file, (trap.make)(bytes))?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(file).args((job != Job::Read).then_some(SCANNED));
    let output = command.output()?;
    let line = String::from_utf8(output.stdout)?;
    Cost::read(&line).ok_or_else(|| format!("`{}` was not read: {}", trap.name, output.status).into())
}

/// Reads a message with all its views, of which no more than one is held, as while it is scanned; prints microseconds
/// and kilobytes.
fn read(raw: &[u8]) -> String {
    let ((message, views), cost) = measured(raw, || {
        let message = Message::parse(raw, &Limits::default());
        let mut views = 0_usize;
        each_view(&message, &mut |_| views += 1);
        (message, views)
    });
    let text: usize = message.units().iter().map(|unit| unit.text().len()).sum();
    format!("{cost} {views} {} {}", text / 1024, message.is_complete())
}

/// Looks for what a message holds; prints the findings that are listed in place of the views.
fn scanned(raw: &[u8]) -> Result<String, Box<dyn Error>> {
    let engine = Engine::with_profile("hipaa-2013")?;
    // The pages of the plan are no cost of the message: all processes share them.
    drop(engine.scan(made_up().as_bytes()));
    drop(engine.scan(raw.get(..BEGINNING).unwrap_or(raw)));
    let (scan, cost) = measured(raw, || engine.scan(raw));
    let text: usize = engine.parse(raw).units().iter().map(|unit| unit.text().len()).sum();
    Ok(format!(
        "{cost} {} {} {}",
        scan.entities.len(),
        text / 1024,
        scan.complete
    ))
}

/// Words that nobody knows, each another: looked up, they bring the pages of the tables into memory that all processes share.
fn made_up() -> String {
    let word = |number: usize| (0..8).fold(String::new(), |word, place| word + syllable(number >> place));
    (0..4096_usize)
        .map(|number| word(number.wrapping_mul(40_503)) + " ")
        .collect()
}

fn syllable(number: usize) -> &'static str {
    SYLLABLES.get(number & 7).copied().unwrap_or_default()
}

const SYLLABLES: [&str; 8] = ["ba", "ce", "dri", "lo", "mu", "nes", "ti", "xa"];

/// What `job` gives, and what it cost: kilobytes of the message, microseconds, and kilobytes that were taken.
fn measured<T>(raw: &[u8], job: impl FnOnce() -> T) -> (T, String) {
    // What was allocated before is no cost of the message.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = peak();
    let started = Clock::start();
    let done = job();
    let took = started.elapsed().as_micros();
    let grown = peak().saturating_sub(before);
    (done, format!("{} {took} {grown}", raw.len() / 1024))
}

struct Cost {
    kilobytes: usize,
    took: Duration,
    /// In kB.
    grown: usize,
    views: usize,
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
            views: number()?,
            text: number()?,
            complete: words.next()? == "true",
        })
    }

    /// MB of text a second.
    fn speed(&self) -> f64 {
        exact(self.text) / 1024.0 / self.took.as_secs_f64().max(1e-9)
    }

    /// What is above its bound.
    fn verdict(&self, quarter: &Self, name: &str, job: Job) -> Option<&'static str> {
        let size = if job == Job::Scan {
            self.kilobytes.max(self.text)
        } else {
            self.kilobytes
        };
        let unpacked = if is_packed(name) {
            size.saturating_mul(UNPACKED)
        } else {
            0
        };
        let memory = unpacked + (size * MOST_MEMORY).max(size * MEMORY + SMALL);
        let growth = exact(self.kilobytes) / exact(quarter.kilobytes.max(1));
        if self.is_slow(job) {
            Some("TOO SLOW")
        } else if job == Job::List && self.views > Limits::default().findings {
            Some("TOO MANY FINDINGS")
        } else if self.grown > memory {
            Some("TOO LARGE")
        } else if self.complete == quarter.complete
            && self.took > FLOOR
            && self.took > quarter.took.mul_f64(growth.powf(LINEAR))
        {
            Some(NOT_LINEAR)
        } else {
            None
        }
    }

    fn is_slow(&self, job: Job) -> bool {
        let for_size = |time: Duration| time.mul_f64((exact(self.kilobytes) / exact(WHOLE)).max(1.0));
        match job {
            Job::Read => self.took > for_size(TIME),
            Job::List => self.took > for_size(SCAN_TIME),
            Job::Scan => self.complete && self.speed() < SPEED,
        }
    }
}

/// Whether a row packs much into little.
fn is_packed(name: &str) -> bool {
    PACKED.iter().any(|kind| name.starts_with(kind))
}

fn exact(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

/// What this process has spent on the processor, or the clock where the system does not tell.
struct Clock {
    spent: Option<Duration>,
    started: Instant,
}

impl Clock {
    fn start() -> Self {
        Self {
            spent: Self::spent(),
            started: Instant::now(),
        }
    }

    fn elapsed(&self) -> Duration {
        match (Self::spent(), self.spent) {
            (Some(now), Some(then)) => now.saturating_sub(then),
            _ => self.started.elapsed(),
        }
    }

    fn spent() -> Option<Duration> {
        let stat = std::fs::read_to_string("/proc/self/schedstat").ok()?;
        let spent = stat.split_ascii_whitespace().next()?.parse().ok()?;
        Some(Duration::from_nanos(spent))
    }
}

/// The largest resident memory in kB, where the system tells it.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or_default()
}

/// So much of a message brings into memory what it is looked up in.
const BEGINNING: usize = 64 << 10;
/// How the process that measures a row is told to look for what it holds.
const SCANNED: &str = "scanned";
const NOT_LINEAR: &str = "NOT LINEAR";
/// A message of nothing but findings.
const PEOPLE: Trap = Trap {
    name: "a table of 50,000 people",
    make: |bytes| [b"Content-Type: text/plain\r\n\r\n".to_vec(), people(bytes)].concat(),
    bytes: WHOLE << 10,
    complete: true,
};
/// So long may take what is found in 5 MB of nothing but findings; `Limits::findings` bounds how many are listed.
const SCAN_TIME: Duration = Duration::from_secs(5);
/// In MB a second, beside other work: so fast is any text looked through, or not to its end, and the scan says so. The aim is 20.
const SPEED: f64 = 0.8;
/// No message of 5 MB takes longer in an optimised build, and a larger one no longer for each 5 MB of it.
const TIME: Duration = Duration::from_millis(250);
/// In kB: what [`TIME`] is for.
const WHOLE: usize = 5 << 10;
/// No row may cost more than this power of how many times larger it is than its quarter, if that is cut by a limit when it is,
/// and than its half ...
const LINEAR: f64 = 1.4;
/// ... but so short a time tells nothing of that.
const FLOOR: Duration = Duration::from_millis(40);
/// How often a row is measured that is above a bound.
const RUNS: usize = 3;
/// A message takes no more than so many times its size, and [`SMALL`] kB besides ...
const MEMORY: usize = 3;
const SMALL: usize = 8 << 10;
/// ... but one that is made to be expensive may take so many times its size ...
const MOST_MEMORY: usize = 8;
/// ... and one that packs much into little what it lets unpack besides, which the limits bound: it may grow so many times.
const UNPACKED: usize = 64;
/// How the names of rows begin that do.
const PACKED: [&str; 3] = ["ZIP", "PDF: object streams", "PDF: filters"];
