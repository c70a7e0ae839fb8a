//! Whatever text another MIME parser finds in a message, ours exposes too, over all mail of the evaluation data and of
//! the project.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use mail_parser::{MessageParser, PartType};
use sealwax::message::{Limits, Message, PartState};

/// Messages where another parser shows text that ours does not, and why that is right.
const EXPLAINED: &[(&str, &str)] = &[
    (
        "legacy/026.eml",
        "the text part is uuencoded: ours decodes it, mailparse shows the encoding",
    ),
    (
        "thirdparty/003.eml",
        "blanks follow `quoted-printable`: ours decodes it, the others show the encoding",
    ),
    ("malformed/009.eml", OUTER),
    ("malformed/011.eml", OUTER),
    ("malformed/012.eml", OUTER),
    ("messages/pdf_encrypted.eml", REFUSED),
    ("messages/pdf_js.eml", REFUSED),
    (
        "cjk/iso-2022-jp.1",
        "mail-parser reads Shift_JIS as Latin-1 without a feature of its own: ours reads it",
    ),
    (
        "messages/broken_richtext.eml",
        "a ZIP archive calls itself text: ours takes it apart, the others show its bytes",
    ),
];

const REFUSED: &str = "mail-parser refuses the base64 of a PDF and shows it encoded: ours reads the document";
const OUTER: &str =
    "mail-parser reads on over the boundary of the outer multipart: ours shows the same text in two parts";

#[test]
fn what_mail_parser_shows_is_exposed() {
    compare("mail-parser", |files| {
        files
            .iter()
            .map(|path| mail_parser_texts(&std::fs::read(path).unwrap()))
            .collect()
    });
}

#[test]
fn what_mailparse_shows_is_exposed() {
    compare("mailparse", |files| {
        files
            .iter()
            .map(|path| mailparse_texts(&std::fs::read(path).unwrap()))
            .collect()
    });
}

#[test]
fn what_cpython_shows_is_exposed() {
    let Some(mut python) = common::python_with("email") else {
        return;
    };
    compare("CPython email", |files| {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mime_oracle.py");
        let mut child = python
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let names: String = files.iter().map(|path| path.display().to_string() + "\n").collect();
        let mut input = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || input.write_all(names.as_bytes()));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        lines
            .lines()
            .map(|line| serde_json::from_str::<Answer>(line).unwrap().texts)
            .collect()
    });
}

#[derive(serde::Deserialize)]
struct Answer {
    texts: Vec<String>,
}

fn compare(oracle: &str, read: impl FnOnce(&[PathBuf]) -> Vec<Vec<String>>) {
    let files = mail();
    let answers = read(&files);
    assert_eq!(answers.len(), files.len());
    let (mut texts, mut missed) = (0_usize, BTreeMap::new());
    for (path, found) in files.iter().zip(answers) {
        let exposed = exposed(&std::fs::read(path).unwrap());
        for text in found.iter().map(|text| letters(text)).filter(|text| !text.is_empty()) {
            texts += 1;
            if !exposed.iter().any(|ours| ours.contains(&text)) && !is_explained(path) {
                missed
                    .entry(path.clone())
                    .or_insert_with(|| text.chars().take(60).collect::<String>());
            }
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "{oracle}: {texts} texts of {} messages, {} messages with a text that is not exposed",
        files.len(),
        missed.len()
    );
    assert!(missed.is_empty(), "{missed:#?}");
}

fn is_explained(path: &std::path::Path) -> bool {
    EXPLAINED.iter().any(|(end, _)| path.ends_with(end))
}

/// The messages of the evaluation data, where it is, and of the project.
fn mail() -> Vec<PathBuf> {
    let shared = ["data/mail", "data/eval"].into_iter().filter_map(common::shared);
    let folders = shared.chain([common::testdata("corpus")]);
    let is_mail = |path: &PathBuf| {
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default();
        !matches!(
            extension,
            "mmdb" | "py" | "json" | "jsonl" | "txt" | "md" | "tsv" | "toml" | "pem" | "key" | "crt"
        )
    };
    folders
        .flat_map(|folder| common::files_below(&folder))
        .filter(is_mail)
        .collect()
}

/// Letters and digits of every text that is scanned; a message with an uninspectable part exposes that it hides.
fn exposed(raw: &[u8]) -> Vec<String> {
    let message = Message::parse(raw, &Limits::default());
    assert!(
        message
            .parts()
            .iter()
            .all(|part| part.state() != PartState::Uninspectable)
            || !message.is_complete()
    );
    message.units().iter().map(|unit| letters(unit.text())).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn mail_parser_texts(raw: &[u8]) -> Vec<String> {
    // It panics on some of this mail; an oracle that fails has nothing to say.
    let texts = std::panic::catch_unwind(|| {
        let mut found = Vec::new();
        if let Some(message) = MessageParser::default().parse(raw) {
            gather(&message, &mut found);
        }
        found
    });
    texts.unwrap_or_default()
}

fn gather(message: &mail_parser::Message<'_>, found: &mut Vec<String>) {
    for part in &message.parts {
        match &part.body {
            PartType::Text(text) | PartType::Html(text) => found.push(text.to_string()),
            PartType::Message(inner) => gather(inner, found),
            _ => {}
        }
    }
}

fn mailparse_texts(raw: &[u8]) -> Vec<String> {
    let Ok(message) = mailparse::parse_mail(raw) else {
        return Vec::new();
    };
    let texts = message
        .parts()
        .filter(|part| part.subparts.is_empty() && part.ctype.mimetype.starts_with("text/"));
    texts.filter_map(|part| part.get_body().ok()).collect()
}
