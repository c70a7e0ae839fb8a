//! No change to a container hides its text in silence: whatever byte is changed, wherever it is cut and whatever stretch
//! of it is repeated, the text is shown, or the message is incomplete or odd, or no program shows the text any more.
//!
//! A run draws some of the changes by `PROPTEST_RNG_SEED`; `SEALWAX_SWEEP=all` makes every one of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;
mod samples;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;

use samples::{CANARY, Sample};
use sealwax::message::{Limits, Message, Severity};

#[test]
fn every_sample_shows_its_text_and_is_neither_odd_nor_incomplete() {
    for Sample { name, bytes, .. } in samples::all() {
        let message = parse(&bytes);
        assert!(shows(&message), "{name}");
        assert_eq!(is_calm(&message), name != "ole", "{name}: {:?}", message.anomalies());
    }
}

#[test]
fn a_change_hides_no_text_in_silence_while_its_bytes_stand_there() {
    let mut silent = Vec::new();
    for sample in samples::all() {
        for (change, bytes) in drawn(&sample) {
            let stands = bytes.windows(sample.needle.len()).any(|window| window == sample.needle);
            if stands && is_silent(&bytes) {
                silent.push(format!("{}: {change}", sample.name));
            }
        }
    }
    assert!(
        silent.is_empty(),
        "{} are silent: {:#?}",
        silent.len(),
        &silent[..silent.len().min(40)]
    );
}

#[test]
fn what_another_program_shows_of_a_changed_file_is_not_passed_over_in_silence() {
    let Some(mut python) = common::python_with("zipfile") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut asked = BTreeMap::new();
    for sample in samples::all() {
        for (change, bytes) in drawn(&sample).into_iter().filter(|(_, bytes)| is_silent(bytes)) {
            let path = folder
                .path()
                .join(format!("{}-{}", asked.len(), sample.name.replace(", ", ".")));
            std::fs::write(&path, bytes).unwrap();
            asked.insert(path.display().to_string(), format!("{}: {change}", sample.name));
        }
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/container_oracle.py");
    let mut child = python
        .args([script, CANARY])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let names: String = asked.keys().map(|path| path.clone() + "\n").collect();
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(names.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    let answers: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (programs, answers) = answers.split_first().unwrap();
    for missing in programs["missing"].as_array().unwrap() {
        common::need::<()>(missing.as_str().unwrap(), None);
    }
    assert_eq!(answers.len(), asked.len());
    let shown: Vec<String> = answers
        .iter()
        .filter(|answer| !answer["shown"].as_array().unwrap().is_empty())
        .map(|answer| format!("{} ({})", asked[answer["file"].as_str().unwrap()], answer["shown"]))
        .collect();
    let _ = writeln!(
        std::io::stderr(),
        "{} silent changes, of which other programs show {}",
        asked.len(),
        shown.len()
    );
    assert!(shown.is_empty(), "{:#?}", &shown[..shown.len().min(40)]);
}

fn parse(attachment: &[u8]) -> Message {
    let head = b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n";
    Message::parse(&[head.as_slice(), attachment].concat(), &Limits::default())
}

/// Whether the canary is shown, with any number of blanks in it.
fn shows(message: &Message) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    message.units().iter().any(|unit| words(unit.text()).contains(CANARY))
}

/// Whether nothing about the message raises its protection.
fn is_calm(message: &Message) -> bool {
    message.is_complete()
        && message
            .anomalies()
            .iter()
            .all(|anomaly| anomaly.kind.severity() == Severity::Notice)
}

fn is_silent(attachment: &[u8]) -> bool {
    let message = parse(attachment);
    !shows(&message) && is_calm(&message)
}

/// The changes of a run: all, or one of so many as keeps it short.
fn drawn(sample: &Sample) -> Vec<(String, Vec<u8>)> {
    let all = changes(&sample.bytes);
    if std::env::var("SEALWAX_SWEEP").is_ok_and(|value| value == "all") {
        return all;
    }
    let step = all.len().div_ceil(DRAWN);
    let seed = std::env::var("PROPTEST_RNG_SEED")
        .ok()
        .and_then(|seed| seed.parse::<usize>().ok())
        .unwrap_or_default();
    all.into_iter().skip(seed % step).step_by(step).collect()
}

/// Every byte changed in four ways, every cut, and stretches of some lengths repeated from every place.
fn changes(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut changes = Vec::new();
    for at in 0..bytes.len() {
        for value in [bytes[at] ^ 1, bytes[at] ^ 0x80, 0, 0xFF] {
            if value != bytes[at] {
                let mut other = bytes.to_vec();
                other[at] = value;
                changes.push((format!("{value:#04x} at {at}"), other));
            }
        }
        changes.push((format!("cut at {at}"), bytes[..at].to_vec()));
        for length in REPEATED {
            let end = (at + length).min(bytes.len());
            let repeated = [&bytes[..end], &bytes[at..]].concat();
            changes.push((format!("{at}..{end} repeated"), repeated));
        }
    }
    changes
}

/// How many changes of each sample a short run makes.
const DRAWN: usize = 250;
const REPEATED: [usize; 4] = [1, 4, 30, 100];
