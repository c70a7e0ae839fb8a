//! Sealing and reading mail beside other libraries: prints one line for each piece of work.
//!
//! Each number is the median of many rounds, and the rounds of all works take turns.
//!
//! - `sealing SECONDS` prints `WORK<TAB>BYTES<TAB>NANOSECONDS`;
//! - `mail SECONDS FOLDER` prints `WORK<TAB>WHO<TAB>BYTES<TAB>NANOSECONDS`, and `WORK<TAB>WHO<TAB>count<TAB>NUMBER` for what
//!   is counted. `FOLDER` holds the corpora.

mod allocations;
#[cfg(feature = "hyperscan")]
mod candidates;
mod corpus;
mod mail;
mod patterns;
mod rounds;
mod sealing;

use std::env;
use std::path::Path;
use std::time::Duration;

use rounds::{Clock, measure};

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let time = |seconds: &str| Duration::from_secs_f64(seconds.parse().expect("a number of seconds"));
    match words.as_slice() {
        ["sealing", seconds] => seal(time(seconds)),
        ["mail", seconds, folder] => read(time(seconds), Path::new(folder)),
        _ => panic!("usage: sealing SECONDS | mail SECONDS FOLDER"),
    }
}

fn seal(time: Duration) {
    for size in sealing::SIZES {
        for (work, nanos) in measure(sealing::works(size), Clock::Wall, time) {
            println!("{work}\t{size}\t{nanos:.1}");
        }
    }
}

fn read(time: Duration, folder: &Path) {
    for subject in mail::subjects(folder) {
        let (name, messages) = (subject.name, subject.messages as f64);
        let bytes = subject.bytes as f64 / messages;
        for (who, nanos) in measure(subject.works, Clock::Thread, time) {
            println!("{name}\t{who}\t{bytes:.0}\t{:.1}", nanos / messages);
        }
    }
    for (who, number) in mail::allocations(folder) {
        println!("allocations for a verdict on a clean mail of 5 kB\t{who}\tcount\t{number}");
    }
}
