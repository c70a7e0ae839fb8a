//! What the targets executed.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use sealwax::Timestamp;

use crate::{Failure, bench};

/// One run of one target.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) target: String,
    executions: u64,
    seconds: u64,
    /// The day and the time, in UTC.
    ended: String,
    commit: String,
    pub(super) found: bool,
}

impl Run {
    /// A run that ends now.
    pub(super) fn new(root: &Path, target: &str, executions: u64, seconds: u64, found: bool) -> Result<Self, Failure> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        Ok(Self {
            target: target.to_owned(),
            executions,
            seconds,
            ended: Timestamp::from_millis(i64::try_from(now)?).to_string(),
            commit: commit(root)?,
            found,
        })
    }

    /// Reads what `line` wrote.
    fn read(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [target, executions, seconds, ended, commit, finding] = *fields.as_slice() else {
            return None;
        };
        Some(Self {
            target: target.to_owned(),
            executions: executions.parse().ok()?,
            seconds: seconds.parse().ok()?,
            ended: ended.to_owned(),
            commit: commit.to_owned(),
            found: finding == FINDING,
        })
    }

    fn line(&self) -> String {
        let Self {
            target,
            executions,
            seconds,
            ended,
            commit,
            ..
        } = self;
        format!(
            "{target}\t{executions}\t{seconds}\t{ended}\t{commit}\t{}\n",
            self.finding()
        )
    }

    fn finding(&self) -> &'static str {
        if self.found { FINDING } else { "none" }
    }

    fn day(&self) -> &str {
        self.ended.get(..10).unwrap_or(&self.ended)
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (target, executions, seconds) = (&self.target, self.executions, self.seconds);
        write!(
            f,
            "{target}: {executions} executions in {seconds} s, findings: {}",
            self.finding()
        )
    }
}

/// The last run of each target.
pub(super) struct Record(BTreeMap<String, Run>);

impl Record {
    /// What the runs here left, and else what the page says.
    pub(super) fn read(root: &Path) -> Result<Self, Failure> {
        let page = fs::read_to_string(root.join(PAGE))?;
        let kept = fs::read_to_string(kept(root)).unwrap_or_default();
        let runs = rows(&page).chain(kept.lines().filter_map(Run::read));
        Ok(Self(runs.map(|run| (run.target.clone(), run)).collect()))
    }

    /// Targets that were never run come first, then the others by the time of their last run.
    pub(super) fn sort_by_age(&self, targets: &mut [String]) {
        targets.sort_by_key(|target| self.0.get(target).map(|run| run.ended.clone()));
    }

    /// Keeps a run at once, so that nothing is lost when the next one is broken off.
    pub(super) fn keep(&mut self, root: &Path, run: &Run) -> Result<(), Failure> {
        self.0.insert(run.target.clone(), run.clone());
        let lines: String = self.0.values().map(Run::line).collect();
        let path = kept(root);
        fs::create_dir_all(path.parent().unwrap_or(root))?;
        Ok(fs::write(path, lines)?)
    }

    /// Puts the table into the page.
    pub(super) fn write_page(&self, root: &Path) -> Result<(), Failure> {
        let page = root.join(PAGE);
        let text = fs::read_to_string(&page)?;
        Ok(fs::write(&page, bench::replace(&text, MARK, &table(self.0.values()))?)?)
    }
}

/// The runs in Markdown, and their sum.
pub(super) fn table<'a>(runs: impl Iterator<Item = &'a Run>) -> String {
    let (mut table, mut executions, mut seconds) = (HEAD.to_owned(), 0, 0);
    for run in runs {
        executions += run.executions;
        seconds += run.seconds;
        let (target, count, time) = (&run.target, thousands(run.executions), run.seconds);
        let (day, commit, finding) = (run.day(), &run.commit, run.finding());
        let _ = writeln!(
            table,
            "| `{target}` | {count} | {time} | {day} | {commit} | {finding} |"
        );
    }
    let (executions, seconds) = (thousands(executions), thousands(seconds));
    let _ = writeln!(table, "| all | {executions} | {seconds} | | | |");
    table
}

/// The runs that stand in a page.
fn rows(page: &str) -> impl Iterator<Item = Run> {
    let table = page.split_once(MARK).map_or("", |(_, rest)| rest);
    let table = table.split_once(END).map_or("", |(table, _)| table);
    table.lines().filter_map(|line| {
        let cells = line.trim_matches('|').replace([',', '`'], "");
        let cells: Vec<&str> = cells.split('|').map(str::trim).collect();
        Run::read(&cells.join("\t")).filter(|run| !run.commit.is_empty())
    })
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    groups.join(",")
}

fn commit(root: &Path) -> Result<String, Failure> {
    let mut git = Command::new("git");
    let output = git
        .args(["rev-parse", "--short=7", "HEAD"])
        .current_dir(root)
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn kept(root: &Path) -> PathBuf {
    root.join("fuzz/target/runs.tsv")
}

const PAGE: &str = "fuzz/README.md";
const MARK: &str = "<!-- runs -->";
const END: &str = "<!-- end -->";
const HEAD: &str =
    "| target | executions | seconds | day | commit | findings |\n| --- | ---: | ---: | --- | --- | --- |\n";
const FINDING: &str = "one";

#[cfg(test)]
mod tests {
    use super::*;

    fn run(target: &str, ended: &str) -> Run {
        Run {
            target: target.into(),
            executions: 1_234_567,
            seconds: 60,
            ended: ended.into(),
            commit: "abcdef1".into(),
            found: false,
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let run = run("fold", "2026-11-28T07:00:00Z");
        assert_eq!(Run::read(run.line().trim_end()), Some(run.clone()));
        let page = format!("text\n{MARK}\n{}{END}\n", table([&run].into_iter()));
        let day = Run {
            ended: "2026-11-28".into(),
            ..run
        };
        assert_eq!(rows(&page).collect::<Vec<_>>(), [day]);
    }

    #[test]
    fn a_night_begins_with_what_was_not_run_for_the_longest_time() {
        let runs = [
            run("a", "2026-11-28T07:00:00Z"),
            run("b", "2026-11-27"),
            run("c", "2026-11-28T06:00:00Z"),
        ];
        let record = Record(runs.into_iter().map(|run| (run.target.clone(), run)).collect());
        let mut targets = ["a", "b", "c", "new"].map(str::to_owned);
        record.sort_by_age(&mut targets);
        assert_eq!(targets, ["new", "b", "c", "a"]);
    }

    #[test]
    fn the_page_has_a_place_for_the_table() {
        let page = bench::replace(include_str!("../../../fuzz/README.md"), MARK, "new\n").unwrap();
        assert!(page.contains("<!-- runs -->\nnew\n<!-- end -->\n"));
    }
}
