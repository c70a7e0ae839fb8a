//! `cargo xtask fuzz`: runs the fuzz targets.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{Failure, shell, tool};

/// Runs one target, or every one, and stops at the first finding.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let request = Request::read(words)?;
    let targets = request.targets(root)?;
    let program = tool::install(root, "cargo-fuzz", VERSION)?;
    for target in &targets {
        println!("fuzz: {target} for {} s", request.seconds);
        shell::run(&mut command(root, &program, target, request.seconds)?)?;
    }
    println!("fuzz: no finding in {}", targets.join(", "));
    Ok(())
}

#[derive(Debug, PartialEq)]
struct Request<'a> {
    target: Option<&'a str>,
    seconds: u32,
}

impl<'a> Request<'a> {
    fn read(words: &[&'a str]) -> Result<Self, Failure> {
        let (target, rest) = match words.split_first() {
            Some((word, rest)) if !word.starts_with('-') => (Some(*word), rest),
            _ => (None, words),
        };
        let seconds = match rest {
            [] => SECONDS,
            ["--seconds", count] => count
                .parse()
                .map_err(|_| format!("`{count}` is no number of seconds"))?,
            _ => return Err("expected `[TARGET] [--seconds N]`".into()),
        };
        Ok(Self { target, seconds })
    }

    /// The targets that are asked for.
    fn targets(&self, root: &Path) -> Result<Vec<String>, Failure> {
        let all = targets(root)?;
        match self.target {
            None => Ok(all),
            Some(name) if all.iter().any(|target| target == name) => Ok(vec![name.to_owned()]),
            Some(name) => Err(format!("there is no target `{name}`, only {}", all.join(", ")).into()),
        }
    }
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
fn command(root: &Path, program: &Path, target: &str, seconds: u32) -> Result<Command, Failure> {
    let mut command = Command::new(program);
    command
        .args(["run", target])
        .current_dir(root)
        // Sanitizers are not stable in the compiler; this allows them without a second toolchain.
        .env("RUSTC_BOOTSTRAP", "1");
    let corpus = root.join("fuzz/corpus").join(target);
    fs::create_dir_all(&corpus)?;
    let known = ["seeds", "regressions"].map(|kind| root.join("fuzz").join(kind).join(target));
    command.arg(corpus).args(known.iter().filter(|folder| folder.is_dir()));
    command.arg("--").arg(format!("-max_total_time={seconds}")).args(LIMITS);
    Ok(command)
}

const VERSION: &str = "0.13.2";

/// How long a target runs when nobody says.
const SECONDS: u32 = 60;

/// An input that takes ten seconds or 2 GiB is a finding: everything is linear in its input.
const LIMITS: [&str; 4] = [
    "-timeout=10",
    "-rss_limit_mb=2048",
    "-print_final_stats=1",
    "-verbosity=0",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_and_its_time_are_read() {
        let read = |words: &[&'static str]| Request::read(words).unwrap();
        assert_eq!(
            read(&[]),
            Request {
                target: None,
                seconds: SECONDS
            }
        );
        assert_eq!(
            read(&["fold"]),
            Request {
                target: Some("fold"),
                seconds: SECONDS
            }
        );
        assert_eq!(
            read(&["--seconds", "5"]),
            Request {
                target: None,
                seconds: 5
            }
        );
        assert_eq!(
            read(&["fold", "--seconds", "5"]),
            Request {
                target: Some("fold"),
                seconds: 5
            }
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for words in [
            &["--seconds"][..],
            &["--seconds", "soon"],
            &["fold", "open_sealed"],
            &["--quick"],
        ] {
            assert!(Request::read(words).is_err(), "{words:?}");
        }
    }
}
