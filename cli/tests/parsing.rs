//! `sealwax parse`: the structure of messages as text and as JSON.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::Folder;

const MAIL: &str = "Subject: secret words\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nhello\n\
--a\nContent-Type: application/octet-stream; name=b.bin\nContent-Transfer-Encoding: base64\n\nAAECAwQFBgcICQ==\n--a--\n";

#[test]
fn the_picture_shows_each_part_its_state_and_what_is_odd() {
    let folder = Folder::new();
    folder.file("a.eml", MAIL);
    let run = folder.run("parse a.eml");
    for words in [
        "multipart/mixed",
        "1 text/plain, 5 B",
        "2 application/octet-stream, 10 B, base64, `b.bin`",
        "uninspectable",
        "unknown-content",
        "not everything was inspected",
    ] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    assert!(!run.stdout.contains("secret words"));
}

#[test]
fn json_says_the_same_on_one_line() {
    let folder = Folder::new();
    folder.file("a.eml", MAIL);
    let run = folder.run("parse --json a.eml");
    let shape: serde_json::Value = serde_json::from_str(run.stdout.trim()).unwrap();
    assert_eq!(shape["complete"], false);
    assert_eq!(shape["parts"][2]["state"], "uninspectable");
    assert_eq!(shape["parts"][2]["size"], 10);
    assert_eq!(shape["anomalies"][0]["kind"], "unknown-content");
}

#[test]
fn a_file_that_is_absent_is_named_and_the_others_are_shown() {
    let folder = Folder::new();
    folder.file("a.eml", MAIL);
    let run = folder.run("parse absent.eml a.eml");
    assert!(run.stderr.contains("absent.eml") && run.stdout.contains("multipart/mixed"));
    assert_eq!(run.code, 2);
}

#[test]
fn the_limits_are_those_of_the_policy() {
    let folder = Folder::new();
    folder.file("a.eml", MAIL);
    folder.file("policy.toml", "[limits]\nparts = 1\n");
    let run = folder.run("parse --policy policy.toml a.eml");
    assert!(run.stdout.contains("parts-limit"), "{}", run.stdout);
}
