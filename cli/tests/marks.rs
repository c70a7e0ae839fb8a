//! Files as editors and spreadsheets save them: with a byte order mark, or in UTF-16.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::Folder;

/// A file that a command reads as text, by the name that `folder` gives it, and the command.
const READERS: &[(&str, &str)] = &[
    ("local.key", "seal --key local.key m -o out"),
    ("local.key", "seal --to local.key m -o out"),
    ("local.key", "open --key local.key m.local -o out"),
    ("x25519.key", "open --key x25519.key m.x25519 -o out"),
    ("link.key", "open --key link.key m.link -o out"),
    ("ring", "seal --key ring --id clinic-7 m -o out"),
    ("ring", "rewrap --key local.key --add ring --id clinic-7 m.local"),
    ("words", "open --passphrase-file words m.words -o out"),
    ("words", "open --key ann.p12 --key-passphrase-file words m.ann -o out"),
    ("ann.crt", "seal --to ann.crt m -o out"),
    ("hash.key", "roster make people.csv --key hash.key -o out"),
    ("people.csv", "roster make people.csv --key hash.key -o out"),
    ("facts.json", "evaluate --facts facts.json m.eml"),
    ("policy.toml", "check policy.toml"),
    ("policy.json", "check policy.json"),
    ("part.json", "check whole.toml"),
    ("records.jsonl", "scan --jsonl records.jsonl"),
    ("waivers.csv", "consent import --dry-run waivers.csv"),
    ("main.cf", "tls lint --file main.cf"),
];

fn folder() -> Folder {
    let folder = Folder::new();
    folder.file("m", "labs");
    folder.file("m.eml", "Subject: x\r\n\r\nlabs\r\n");
    folder.file("words", "correct horse\nand a note\n");
    for kind in ["local", "x25519", "link", "hash"] {
        folder.run(&format!("keygen --type {kind} -o {kind}.key")).fine();
    }
    folder.run("keygen --ring ring --id clinic-7").fine();
    for kind in ["local", "x25519", "link"] {
        folder.run(&format!("seal --key {kind}.key m -o m.{kind}")).fine();
    }
    folder.run("seal --passphrase-file words m -o m.words").fine();
    folder.file("ann.p12", include_bytes!("../../testdata/credentials/p256.p12"));
    folder.file("ann.crt", include_str!("../../testdata/sealed/p256.crt"));
    folder.run("seal --to ann.crt m -o m.ann").fine();
    folder.file("people.csv", "given name,family name,mrn\nAnn,Lee,48213377\n");
    let facts = r#"{"transaction": {"sender": "a@clinic.example", "recipients": [{"address": "b@x.example"}]}}"#;
    folder.file("facts.json", facts);
    folder.file("policy.toml", "name = 'x'\n");
    folder.file("policy.json", r#"{"name": "x"}"#);
    folder.file("whole.toml", "include = ['part.json']\n");
    folder.file("part.json", r#"{"name": "part"}"#);
    folder.file("records.jsonl", "{\"text\": \"labs\"}\n");
    let head = "id,recipient,basis,categories,effective_from,actor,risk_notice";
    let row = "w1,ann@example.org,preference,phi,2026-01-01T00:00:00Z,desk,2026-01";
    folder.file("waivers.csv", format!("{head}\n{row}\n"));
    let settings = "smtpd_tls_mandatory_protocols = >=TLSv1.2\nsmtpd_tls_mandatory_ciphers = high\n";
    folder.file("main.cf", settings);
    folder
}

#[test]
fn a_byte_order_mark_is_skipped_by_every_reader() {
    let folder = folder();
    for (file, command) in READERS {
        let plain = folder.run(command);
        let content = folder.read(file);
        folder.file(file, [b"\xef\xbb\xbf".as_slice(), &content].concat());
        let marked = folder.run(command);
        folder.file(file, &content);
        assert!(plain.code < 2, "{command}: {}", plain.stderr);
        assert_eq!(
            (marked.code, &marked.stdout),
            (plain.code, &plain.stdout),
            "{command}: {}",
            marked.stderr
        );
    }
}

#[test]
fn every_reader_names_the_encoding_of_a_file_in_utf_16() {
    let folder = folder();
    for (file, command) in READERS {
        let content = folder.read(file);
        let text = String::from_utf8(content.clone()).unwrap();
        for (mark, order) in [
            ([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            ([0xfe, 0xff], u16::to_be_bytes),
        ] {
            folder.file(
                file,
                [mark.to_vec(), text.encode_utf16().flat_map(order).collect()].concat(),
            );
            let error = folder.run(command).failed();
            assert!(error.contains("UTF-16 (") && error.contains(file), "{command}: {error}");
        }
        folder.file(file, &content);
    }
}

#[test]
fn a_passphrase_is_the_same_with_and_without_a_mark() {
    let folder = folder();
    folder.file("marked", "\u{feff}correct horse\n");
    folder.run("open --passphrase-file marked m.words -o out").fine();
    assert_eq!(folder.read("out"), b"labs");
    folder.run("seal --passphrase-file marked m -o again").fine();
    folder.run("open --passphrase-file words again -o out").fine();
}
