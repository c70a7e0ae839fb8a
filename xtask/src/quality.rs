//! `quality`: scans the labelled sets of an evaluation folder, sums up and counts the word lists.
//!
//! The folder holds `score.py` and one folder for each split, in which every folder with a `labels.jsonl` is a set of
//! messages, and `prose/messages.jsonl.gz` and `kinds.jsonl.gz` hold messages; `near_misses.json` lists words that must not match, `real_typos.json` misspellings that should, and
//! `recognizers.json` cases of other projects' tests.

mod cases;
mod interval;
mod measured;
mod predict;
mod recognizers;
mod reliability;
mod seen;
mod sets;
mod summary;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sealwax::classify::Strictness;
use sealwax::detect::Scanner;
use sealwax::engine::Engine;

use super::Failure;
use measured::Measured;
use sets::Set;
use summary::Scanned;

/// Scores every split of the folder that is the first word: sums, intervals and the worth of each rule; with `--tables` also
/// by recipe and type.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let options = Options::read(words)?;
    let strictest = Engine::builder().strictness(Strictness::Strict).build()?;
    for split in folders(&options.folder)? {
        println!("# {}", split.display());
        let sets = scanned(&strictest, sets::all(&split)?, options.ham(&split))?;
        summary::print(&sets);
        let measured = Measured::of(&sets);
        measured.print();
        if options.records {
            measured.record(root)?;
        }
        let scanner = Scanner::builder().build()?;
        if options.tables {
            tables(root, &strictest, &options.folder, &split)?;
        }
        cases::count(&scanner, &split, options.verbose)?;
    }
    Ok(())
}

/// What the command was asked for.
struct Options {
    folder: PathBuf,
    ham: Option<PathBuf>,
    records: bool,
    tables: bool,
    verbose: bool,
}

impl Options {
    fn read(words: &[&str]) -> Result<Self, Failure> {
        let mut words = words.iter().copied();
        let (mut folder, mut ham, mut flags) = (None, None, Vec::new());
        while let Some(word) = words.next() {
            match word {
                "--ham" => {
                    let folder = words.next().ok_or("--ham needs a folder of ordinary mail")?;
                    ham = Some(PathBuf::from(folder));
                }
                "--record" | "--tables" | "--verbose" => flags.push(word),
                _ if word.starts_with("--") => return Err(USAGE.into()),
                _ => folder = Some(PathBuf::from(word)),
            }
        }
        Ok(Self {
            folder: folder.ok_or(USAGE)?,
            ham,
            records: flags.contains(&"--record"),
            tables: flags.contains(&"--tables"),
            verbose: flags.contains(&"--verbose"),
        })
    }

    /// The folder of ordinary mail: the one that was named, else a copy of the `SpamAssassin` corpus beside the evaluation folder.
    fn ham(&self, split: &Path) -> Option<PathBuf> {
        let beside = split.join("../../mail/spamassassin");
        self.ham.clone().or_else(|| beside.is_dir().then_some(beside))
    }
}

const USAGE: &str =
    "name the folder of the evaluation set: `cargo xtask quality DIR [--ham DIR] [--record] [--tables] [--verbose]`";

fn scanned(engine: &Engine, mut sets: Vec<Set>, ham: Option<PathBuf>) -> Result<Vec<Scanned>, Failure> {
    match ham {
        Some(folder) => sets.push(sets::ham(&folder)?),
        None => println!("\nno ordinary mail: name a folder of it with --ham"),
    }
    let scan = |set: Set| Scanned {
        seen: seen::all(engine, &set),
        set,
    };
    Ok(sets.into_iter().map(scan).collect())
}

/// By recipe and type of value, what the scorer of the folder says, and what a confidence is worth.
fn tables(root: &Path, engine: &Engine, folder: &Path, split: &Path) -> Result<(), Failure> {
    let scorer = folder.join("score.py");
    if !scorer.is_file() {
        return Err(format!("`{}` is no file: the folder must hold the scorer", scorer.display()).into());
    }
    let out = root.join("target").join("quality");
    fs::create_dir_all(&out)?;
    for set in folders(split)? {
        if set.join("labels.jsonl").is_file() {
            let predictions = predict::set(engine, &set, &out)?;
            score(&scorer, &set, &predictions)?;
            reliability::print(&set.join("labels.jsonl"), &predictions)?;
        }
    }
    Ok(())
}

fn folders(of: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(of)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn score(scorer: &Path, set: &Path, predictions: &Path) -> Result<(), Failure> {
    println!("\n## {}\n", set.display());
    let status = Command::new("python3")
        .arg(scorer)
        .arg("--labels")
        .arg(set.join("labels.jsonl"))
        .arg("--pred")
        .arg(predictions)
        .args(breakdown(set))
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err("the scorer failed".into())
    }
}

/// How the recipes of a set are split up further.
fn breakdown(set: &Path) -> &'static [&'static str] {
    match set.file_name().and_then(|name| name.to_str()) {
        Some("evasion") => &["--by", "technique"],
        Some("typos") => &["--by", "edits"],
        _ => &[],
    }
}
