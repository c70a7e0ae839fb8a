//! What each step took.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::{Failure, install};

/// The steps that ran, in Markdown as `docs/CI.md` shows it.
pub(super) struct Table {
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    elapsed: Duration,
    /// What all processes of the step worked, which other work on the machine hardly changes.
    worked: Duration,
    passed: bool,
}

impl Table {
    pub(super) fn new() -> Self {
        Self { rows: Vec::new() }
    }

    /// Runs a step and adds its row, whether it passes or not.
    pub(super) fn time(
        &mut self,
        name: &'static str,
        step: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let (begin, worked_before) = (Instant::now(), worked());
        let outcome = step();
        self.rows.push(Row {
            name,
            elapsed: begin.elapsed(),
            worked: worked().saturating_sub(worked_before),
            passed: outcome.is_ok(),
        });
        outcome
    }

    /// Leaves the table in `target/ci-steps.md`.
    pub(super) fn write(&self, root: &Path) -> Result<(), Failure> {
        Ok(fs::write(kept(root), format!("{self}\n"))?)
    }

    /// The table that the last run left.
    pub(super) fn last(root: &Path) -> Result<String, Failure> {
        let path = kept(root);
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}: run `cargo xtask ci`", path.display()).into())
    }
}

fn kept(root: &Path) -> PathBuf {
    install::target(root).join("ci-steps.md")
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| step | seconds | processor seconds | outcome |")?;
        writeln!(f, "| --- | ---: | ---: | --- |")?;
        for row in &self.rows {
            let outcome = if row.passed { "passed" } else { "failed" };
            let (elapsed, worked) = (row.elapsed.as_secs(), row.worked.as_secs());
            writeln!(f, "| {} | {elapsed} | {worked} | {outcome} |", row.name)?;
        }
        let sum = |of: fn(&Row) -> Duration| self.rows.iter().map(of).sum::<Duration>().as_secs();
        let outcome = if self.rows.iter().all(|row| row.passed) {
            "passed"
        } else {
            "failed"
        };
        let (elapsed, worked) = (sum(|row| row.elapsed), sum(|row| row.worked));
        write!(f, "| all | {elapsed} | {worked} | {outcome} |")
    }
}

/// The time on a processor of every process that ended below this one; nothing where the system does not tell.
fn worked() -> Duration {
    let status = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    ended_children(&status).map_or(Duration::ZERO, |ticks| Duration::from_millis(ticks.saturating_mul(10)))
}

/// `cutime` and `cstime` of `proc_pid_stat(5)`, in hundredths of a second. The name of the program ends with a parenthesis.
fn ended_children(status: &str) -> Option<u64> {
    let (_, behind_name) = status.rsplit_once(')')?;
    let mut fields = behind_name.split_whitespace().skip(13);
    let mut field = || fields.next()?.parse::<u64>().ok();
    Some(field()?.saturating_add(field()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_the_step_that_failed() {
        let mut table = Table::new();
        table.time("format", || Ok(())).unwrap();
        table.time("lint", || Err("a warning".into())).unwrap_err();
        assert_eq!(
            table.to_string(),
            "| step | seconds | processor seconds | outcome |\n| --- | ---: | ---: | --- |\n\
             | format | 0 | 0 | passed |\n| lint | 0 | 0 | failed |\n| all | 0 | 0 | failed |"
        );
    }

    #[test]
    fn the_time_of_children_is_read_behind_any_name() {
        let status = "7 (a) name) S 1 7 7 0 -1 4194560 100 200 0 0 11 12 130 14 20 0 1 0 5 6 7";
        assert_eq!(ended_children(status), Some(144));
        assert_eq!(ended_children(""), None);
    }
}
