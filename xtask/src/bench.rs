//! `cargo xtask bench`: runs the benches and says what they measured.

mod check;
mod mail;
mod peers;
mod report;

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

pub(crate) use report::replace;

use crate::{Failure, corpora, shell};

/// Runs every bench, or those with the peers of mail, sealing or policies, and prints a table; `--write` also puts it into
/// `docs/PERFORMANCE.md`. `--check` counts instructions instead of time.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let (words, write) = match words.split_last() {
        Some((&"--write", rest)) => (rest, true),
        _ => (words, false),
    };
    if words == ["--check"] {
        return check::run(root, write);
    }
    let (mark, table) = match words {
        [] => (OWN, own(root)?),
        ["--mail"] => (MAIL, mail::measure(root)?),
        ["--peers"] => (PEERS, peers::measure(root)?),
        ["--policies"] => (POLICIES, peers::policies(root)?),
        _ => return Err("usage: cargo xtask bench [--check | --mail | --peers | --policies] [--write]".into()),
    };
    println!("\n{}\n\n{table}", machine());
    if write {
        let page = root.join("docs/PERFORMANCE.md");
        let text = replace(&fs::read_to_string(&page)?, mark, &format!("{}\n\n{table}", machine()))?;
        fs::write(page, text)?;
    }
    Ok(())
}

/// The table of the project's own benches.
fn own(root: &Path) -> Result<String, Failure> {
    let measured = root.join("target/bench");
    forget(&measured)?;
    for name in corpora::NAMES {
        corpora::file(root, name)?;
    }
    shell::run(
        Command::new(shell::cargo_program())
            .args(["bench", "--package", "sealwax-benches", "--"])
            .args(TIMES)
            .env("CRITERION_HOME", &measured)
            .current_dir(root),
    )?;
    Ok(report::table(&report::read(&measured)?))
}

/// Takes away what an earlier run measured, so that a bench that is gone leaves no row.
fn forget(measured: &Path) -> io::Result<()> {
    match fs::remove_dir_all(measured) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What was measured, without which the numbers say nothing.
fn machine() -> String {
    format!("One core of {}, medians of one run:", processor())
}

/// The model of this machine's processor.
pub(crate) fn processor() -> String {
    let described = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = described.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("an unknown processor", |rest| rest.trim_start_matches(['\t', ' ', ':']));
    model.to_owned()
}

/// Where the tables stand in the page.
const OWN: &str = "<!-- measured -->";
const MAIL: &str = "<!-- mail -->";
const PEERS: &str = "<!-- peers -->";
const POLICIES: &str = "<!-- policies -->";

/// Short enough that all benches take about a minute, long enough that medians of two runs differ by a few per cent.
const TIMES: [&str; 7] = [
    "--warm-up-time",
    "0.3",
    "--measurement-time",
    "1",
    "--sample-size",
    "20",
    "--noplot",
];
