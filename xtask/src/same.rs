//! `cargo xtask same`: whether two builds of the command line find the same.
//!
//! A change that makes the scan faster must change nothing of what it finds: every field of every finding, the reasons
//! and the anomalies of each message are compared. What differs is named by its place in the input, never shown.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::{Failure, shell};

/// Scans the inputs with both programs, compares what they say line by line, and prints how long each took.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let [old, new, inputs @ ..] = words else {
        return Err(USAGE.into());
    };
    if inputs.is_empty() {
        return Err(USAGE.into());
    }
    let folder = root.join("target/same");
    fs::create_dir_all(&folder)?;
    let mut differing = 0_usize;
    for input in inputs {
        let (before, after) = (folder.join("old"), folder.join("new"));
        let took = [scan(old, input, &before)?, scan(new, input, &after)?];
        let (lines, other) = compared(lines(&before)?, lines(&after)?, input)?;
        println!(
            "{input}: {lines} messages, {other} differ; {:.2} and {:.2} seconds, {:.2} times as fast",
            took[0],
            took[1],
            took[0] / took[1]
        );
        differing += other;
    }
    if differing == 0 {
        Ok(())
    } else {
        Err(format!("{differing} messages differ").into())
    }
}

const USAGE: &str =
    "usage: cargo xtask same OLD NEW INPUT...: two programs, then JSON lines, messages, mailboxes or folders";

/// What `program` says of `input`, written to `answer`; the seconds that it took on one thread.
fn scan(program: &str, input: &str, answer: &Path) -> Result<f64, Failure> {
    let is_records = Path::new(input).extension() == Some(OsStr::new("jsonl"));
    let mut command = Command::new(program);
    command
        .args(["scan", "--threads", "1", "--json"])
        .args(is_records.then_some("--jsonl"))
        .arg(input)
        .stdout(File::create(answer)?)
        .stderr(Stdio::inherit());
    let started = Instant::now();
    shell::run(&mut command)?;
    Ok(started.elapsed().as_secs_f64())
}

fn lines(file: &Path) -> Result<Lines<BufReader<File>>, Failure> {
    Ok(BufReader::new(File::open(file)?).lines())
}

/// How many lines there are, and how many of them differ; names the first few of those.
fn compared(
    mut before: impl Iterator<Item = std::io::Result<String>>,
    mut after: impl Iterator<Item = std::io::Result<String>>,
    input: &str,
) -> Result<(usize, usize), Failure> {
    let (mut count, mut differing) = (0, 0);
    loop {
        let (old, new) = (before.next().transpose()?, after.next().transpose()?);
        if old.is_none() && new.is_none() {
            return Ok((count, differing));
        }
        count += 1;
        if old != new {
            differing += 1;
            if differing <= NAMED {
                println!("{input}: message {count} differs");
            }
        }
    }
}

/// So many messages that differ are named for each input.
const NAMED: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_or_are_missing_are_counted() {
        let lines = |lines: &[&str]| lines.iter().map(|line| Ok((*line).to_owned())).collect::<Vec<_>>();
        let compared = |before: &[&str], after: &[&str]| {
            compared(lines(before).into_iter(), lines(after).into_iter(), "x").unwrap()
        };
        assert_eq!(compared(&["a", "b"], &["a", "b"]), (2, 0));
        assert_eq!(compared(&["a", "b"], &["a", "c"]), (2, 1));
        assert_eq!(compared(&["a", "b"], &["a"]), (2, 1));
    }
}
