//! `cargo xtask fuzz`: runs the fuzz targets.

mod mail;
mod record;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use record::{Record, Run};

use crate::{Failure, shell, tool};

/// Runs one target or every one and stops at the first finding; with `--all` every one to its end, those first that were not run
/// for the longest time, so that a night that is broken off goes on where it was.
///
/// `--write` puts what was counted into `fuzz/README.md`, and alone does nothing else.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let request = Request::read(words)?;
    let mut record = Record::read(root)?;
    if request.what != What::Nothing {
        let found = fuzz(root, &request, &mut record)?;
        if !found.is_empty() {
            let found = found.join("`, `");
            return Err(
                format!("a finding in `{found}`: the inputs are in fuzz/artifacts; mend them at their root").into(),
            );
        }
    }
    if request.write { record.write_page(root) } else { Ok(()) }
}

/// Runs what is asked for and gives the targets with a finding.
fn fuzz(root: &Path, request: &Request<'_>, record: &mut Record) -> Result<Vec<String>, Failure> {
    let mut targets = request.targets(root)?;
    if request.what == What::All {
        record.sort_by_age(&mut targets);
    }
    let program = tool::CARGO_FUZZ.install(root)?;
    mail::gather(root)?;
    let mut runs: Vec<Run> = Vec::new();
    for (number, target) in (1..).zip(&targets) {
        println!(
            "fuzz: {number} of {}: {target} for {} s",
            targets.len(),
            request.seconds
        );
        let run = one(root, &program, target, request)?;
        println!("fuzz: {run}");
        record.keep(root, &run)?;
        let found = run.found;
        runs.push(run);
        if found && request.what != What::All {
            break;
        }
    }
    println!("\n{}", record::table(runs.iter()));
    Ok(runs.into_iter().filter(|run| run.found).map(|run| run.target).collect())
}

/// Runs a target and counts what it executed. That it ends with an error is a finding, unless it counted nothing: then it did not
/// begin.
fn one(root: &Path, program: &Path, target: &str, request: &Request<'_>) -> Result<Run, Failure> {
    let mut command = command(root, program, target, request)?;
    let called = Instant::now();
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let lines = child.stderr.take().map(|stderr| BufReader::new(stderr).split(b'\n'));
    let (mut executions, mut begun) = (0, called);
    for line in lines.into_iter().flatten() {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        if !line.starts_with('#') {
            eprintln!("{line}"); // what begins so are its many steps
        }
        if line.starts_with(BEGUN) {
            begun = Instant::now();
        }
        let count = line.strip_prefix(COUNT).and_then(|count| count.trim().parse().ok());
        executions = count.unwrap_or(executions);
    }
    let found = !child.wait()?.success();
    if found && executions == 0 {
        return Err(format!("`{}` did not begin", shell::words(&command)).into());
    }
    Run::new(root, target, executions, begun.elapsed().as_secs(), found)
}

/// What is asked for.
#[derive(Debug, PartialEq)]
struct Request<'a> {
    what: What<'a>,
    seconds: u32,
    /// Whether memory is watched over as well, which makes everything slower.
    address: bool,
    write: bool,
}

#[derive(Debug, PartialEq)]
enum What<'a> {
    /// Every target, whatever is found.
    All,
    /// Every target up to the first finding.
    Each,
    Nothing,
    One(&'a str),
}

impl<'a> Request<'a> {
    fn read(words: &[&'a str]) -> Result<Self, Failure> {
        let what = match words {
            ["--write"] => What::Nothing,
            _ => What::Each,
        };
        let mut request = Self {
            what,
            seconds: SECONDS,
            address: true,
            write: false,
        };
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            match word {
                "--all" if request.what == What::Each => request.what = What::All,
                "--no-sanitizer" => request.address = false,
                "--seconds" => request.seconds = seconds(words.next())?,
                "--write" => request.write = true,
                target if !target.starts_with('-') && request.what == What::Each => request.what = What::One(target),
                _ => return Err(USAGE.into()),
            }
        }
        Ok(request)
    }

    /// The targets that are asked for.
    fn targets(&self, root: &Path) -> Result<Vec<String>, Failure> {
        let all = targets(root)?;
        match self.what {
            What::One(name) if !all.iter().any(|target| target == name) => {
                Err(format!("there is no target `{name}`, only {}", all.join(", ")).into())
            }
            What::One(name) => Ok(vec![name.to_owned()]),
            What::All | What::Each | What::Nothing => Ok(all),
        }
    }
}

fn seconds(count: Option<&str>) -> Result<u32, Failure> {
    let count = count.unwrap_or_default();
    let seconds = count.parse().ok().filter(|seconds| *seconds > 0);
    seconds.ok_or_else(|| format!("`{count}` is no number of seconds").into())
}

/// Every target, by the name of its file.
fn targets(root: &Path) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("fuzz/fuzz_targets"))? {
        let path = entry?.path();
        names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// `cargo fuzz run`, which keeps what it learns in `fuzz/corpus` and starts from the seeds and regressions.
fn command(root: &Path, program: &Path, target: &str, request: &Request<'_>) -> Result<Command, Failure> {
    let mut command = Command::new(program);
    command
        .arg("run")
        .args(
            (!request.address)
                .then_some(["--sanitizer", "none"])
                .into_iter()
                .flatten(),
        )
        .arg(target)
        .current_dir(root)
        // Sanitizers are not stable in the compiler; this allows them without a second toolchain.
        .env("RUSTC_BOOTSTRAP", "1");
    let corpus = root.join("fuzz/corpus").join(target);
    fs::create_dir_all(&corpus)?;
    let known = ["seeds", "regressions"].map(|kind| root.join("fuzz").join(kind).join(target));
    command.arg(corpus).args(known.iter().filter(|folder| folder.is_dir()));
    command
        .arg("--")
        .arg(format!("-max_total_time={}", request.seconds))
        .args(LIMITS);
    Ok(command)
}

/// How long a target runs when nobody says.
const SECONDS: u32 = 60;

/// An input that takes ten seconds or 2 GiB is a finding: everything is linear in its input.
const LIMITS: [&str; 4] = [
    "-timeout=10",
    "-rss_limit_mb=2048",
    "-print_final_stats=1",
    "-verbosity=1",
];

/// What the fuzzer says when it has read its seeds, and what it executed before it ends.
const BEGUN: &str = "INFO: Running with";
const COUNT: &str = "stat::number_of_executed_units:";

const USAGE: &str = "usage: cargo xtask fuzz [TARGET | --all] [--seconds N] [--no-sanitizer] [--write]";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_and_its_time_are_read() {
        let read = |words: &[&'static str]| Request::read(words).unwrap();
        let plain = |what, seconds| Request {
            what,
            seconds,
            address: true,
            write: false,
        };
        assert_eq!(read(&[]), plain(What::Each, SECONDS));
        assert_eq!(read(&["fold"]), plain(What::One("fold"), SECONDS));
        assert_eq!(read(&["--seconds", "5"]), plain(What::Each, 5));
        assert_eq!(read(&["fold", "--seconds", "5"]), plain(What::One("fold"), 5));
        let night = Request {
            write: true,
            address: false,
            ..plain(What::All, 600)
        };
        assert_eq!(read(&["--all", "--seconds", "600", "--no-sanitizer", "--write"]), night);
        assert_eq!(read(&["--write"]).what, What::Nothing);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for words in [
            &["--seconds"][..],
            &["--seconds", "soon"],
            &["--seconds", "0"],
            &["fold", "open_sealed"],
            &["fold", "--all"],
            &["--quick"],
        ] {
            assert!(Request::read(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn every_target_stands_in_the_page_and_in_the_crate() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
        let (page, manifest) = (read("fuzz/README.md"), read("fuzz/Cargo.toml"));
        for target in targets(&root).unwrap() {
            assert!(
                page.contains(&format!("`{target}`")),
                "fuzz/README.md does not say what `{target}` is given"
            );
            assert!(
                manifest.contains(&format!("name = \"{target}\"\n")),
                "`{target}` is not built"
            );
            assert!(
                root.join("fuzz/seeds").join(&target).is_dir(),
                "`{target}` has no seeds"
            );
        }
    }
}
