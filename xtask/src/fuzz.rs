//! `cargo xtask fuzz`: runs the fuzz targets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sealwax::message::{Limits, Media, Message, Part, TransferEncoding};

use crate::{Failure, shell, tool};

/// Runs one target, or every one, and stops at the first finding.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let request = Request::read(words)?;
    let targets = request.targets(root)?;
    let program = tool::CARGO_FUZZ.install(root)?;
    gather_mail(root)?;
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

/// Gives the targets that read mail and attachments real mail to start from, where it is there: below `SEALWAX_SHARED`,
/// else below `shared` beside the project.
fn gather_mail(root: &Path) -> Result<(), Failure> {
    let shared = std::env::var_os("SEALWAX_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    for folder in MAIL.iter().map(|folder| shared.join(folder)) {
        if !folder.is_dir() {
            println!("fuzz: skipped the seeds of {}, which is not there", folder.display());
            continue;
        }
        for (number, path) in files_below(&folder)?.iter().enumerate() {
            let raw = fs::read(path)?;
            let stem = format!("{}-{number}", folder.file_name().unwrap_or_default().to_string_lossy());
            for (at, (target, seed)) in seeds(&raw).into_iter().enumerate() {
                let corpus = root.join("fuzz/corpus").join(target);
                fs::create_dir_all(&corpus)?;
                fs::write(corpus.join(format!("{stem}-{at}")), seed)?;
            }
        }
    }
    Ok(())
}

/// What one message gives each target: itself, its HTML, and its attachments by their formats.
fn seeds(raw: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    if raw.len() > LARGEST_SEED {
        return Vec::new();
    }
    let message = Message::parse(raw, &Limits::default());
    let mut seeds = vec![("message", raw.to_vec())];
    let html = message.units().iter().filter(|unit| unit.media() == Media::Html);
    seeds.extend(html.map(|unit| ("html", unit.text().as_bytes().to_vec())));
    seeds.extend(
        message
            .parts()
            .iter()
            .filter_map(|part| Some((target_of(part)?, decoded(part, raw)?))),
    );
    seeds
}

/// The target that reads content of this part's format.
fn target_of(part: &Part) -> Option<&'static str> {
    let format = part.format().unwrap_or_default();
    let pkcs7 = part.content_type().ends_with("pkcs7-mime").then_some("pkcs7");
    FORMATS.iter().find(|name| **name == format).copied().or(pkcs7)
}

fn decoded(part: &Part, raw: &[u8]) -> Option<Vec<u8>> {
    let body = raw.get(part.body()?)?;
    if part.encoding() != TransferEncoding::Base64 {
        return Some(body.to_vec());
    }
    let letters: Vec<u8> = body
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD.decode(letters).ok()
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
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

/// Real mail, which is not part of the project.
const MAIL: [&str; 2] = ["data/mail", "data/eval"];

/// The targets that are named as the formats they read.
const FORMATS: [&str; 8] = ["dicom", "gzip", "ole", "pdf", "rtf", "tar", "tnef", "zip"];

/// A larger message makes every run slow and teaches the fuzzer nothing more.
const LARGEST_SEED: usize = 64 << 10;

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
    fn a_message_gives_itself_its_html_and_its_attachments() {
        let raw = b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/html\n\n<p>x\n\
--a\nContent-Type: application/rtf\nContent-Transfer-Encoding: base64\n\ne1xydGYxIHh9\n--a--\n";
        assert_eq!(
            seeds(raw),
            [
                ("message", raw.to_vec()),
                ("html", b"<p>x".to_vec()),
                ("rtf", br"{\rtf1 x}".to_vec())
            ]
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
