//! The shared corpus through the program: it answers what the Rust API answers, to the letter.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../core/tests/cases/mod.rs"]
mod cases;
mod common;

use std::path::Path;

use cases::Case;
use common::Folder;

fn unpacked() -> (Folder, Vec<Case>) {
    let folder = Folder::new();
    let cases = cases::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/corpus"))).unwrap();
    for case in &cases {
        cases::unpack(case, &folder.path().join(&case.id)).unwrap();
    }
    (folder, cases)
}

#[test]
fn every_case_gets_the_verdict_of_the_engine() {
    let (folder, cases) = unpacked();
    assert!(cases.len() > 30);
    for Case { id, name, .. } in &cases {
        let arguments = format!("--policy {id}/policy.toml --facts {id}/facts.json {id}/message.eml");
        let verdict = folder.run(&format!("evaluate --json {arguments}")).fine();
        let expected = folder.read(&format!("{id}/verdict.json"));
        assert_eq!(verdict.trim_end().as_bytes(), expected, "{id} ({name})");
    }
}

#[test]
fn every_case_leaves_as_the_engine_says() {
    let (folder, cases) = unpacked();
    let with_outer = |case: &&Case| case.id.starts_with("outer-");
    for Case { id, name, facts, .. } in cases.iter().filter(with_outer) {
        let arguments = format!("--policy {id}/policy.toml --facts {id}/facts.json {id}/message.eml");
        let inner = folder.written(&format!("outer --inner {arguments}"));
        assert_eq!(inner, folder.read(&format!("{id}/inner.eml")), "{id} ({name})");
        for (number, recipient) in facts.transaction.recipients.iter().enumerate() {
            let address = recipient.address.as_str();
            let outer = folder.written(&format!("outer --recipient {address} {arguments}"));
            assert_eq!(outer, folder.read(&format!("{id}/outer-{number}.eml")), "{id} ({name})");
            let fallback = folder.written(&format!("outer --fallback --recipient {address} {arguments}"));
            assert_eq!(
                fallback,
                folder.read(&format!("{id}/fallback-{number}.eml")),
                "{id} ({name})"
            );
        }
    }
}

#[test]
fn every_case_gets_the_scan_of_the_engine() {
    let (folder, cases) = unpacked();
    for policy in ["clinic", "hipaa", "minimal"] {
        let of_policy: Vec<&Case> = cases
            .iter()
            .filter(|case| case.policy.ends_with(format!("{policy}.toml")))
            .collect();
        let policy = format!("{}/policy.toml", of_policy.first().unwrap().id);
        let messages: Vec<String> = of_policy
            .iter()
            .map(|case| format!("{}/message.eml", case.id))
            .collect();
        let lines = folder
            .run(&format!(
                "scan --json --show-text --policy {policy} {}",
                messages.join(" ")
            ))
            .fine();
        assert_eq!(lines.lines().count(), of_policy.len());
        for (line, case) in lines.lines().zip(of_policy) {
            let expected = String::from_utf8(folder.read(&format!("{}/scan.json", case.id))).unwrap();
            assert_eq!(
                line.replacen("/message.eml", "", 1),
                expected,
                "{} ({})",
                case.id,
                case.name
            );
        }
    }
}
