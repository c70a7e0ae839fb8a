//! `quality`: scans the labelled sets of an evaluation folder, runs its scorer and counts the word lists.
//!
//! The folder holds `score.py` and one folder for each split, in which every folder with a `labels.jsonl` is a set of
//! messages; `near_misses.json` lists words that must not match, `real_typos.json` misspellings that should, and
//! `recognizers.json` cases of other projects' tests.

mod cases;
mod predict;
mod recognizers;
mod reliability;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sealwax::detect::Scanner;

use super::Failure;

/// Scores every split of the folder that is the first word; `--verbose` names the cases that went wrong.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let verbose = words.contains(&"--verbose");
    let folder = words.iter().find(|word| !word.starts_with("--"));
    let folder = PathBuf::from(folder.ok_or("name the folder of the evaluation set: `cargo xtask quality DIR`")?);
    let scorer = folder.join("score.py");
    if !scorer.is_file() {
        return Err(format!("`{}` is no file: the folder must hold the scorer", scorer.display()).into());
    }
    let scanner = Scanner::builder().build()?;
    let out = root.join("target").join("quality");
    fs::create_dir_all(&out)?;
    for split in folders(&folder)? {
        println!("# {}", split.display());
        for set in folders(&split)? {
            if set.join("labels.jsonl").is_file() {
                let predictions = predict::set(&scanner, &set, &out)?;
                score(&scorer, &set, &predictions)?;
                reliability::print(&set.join("labels.jsonl"), &predictions)?;
            }
        }
        cases::count(&scanner, &split, verbose)?;
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
