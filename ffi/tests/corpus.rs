//! The shared corpus through C: each case is unpacked to files, which `ffi/tests/c/corpus.c` reads.
//!
//! What must come out is what the Rust API gives, and `core/tests/corpus.rs` holds that to what the cases expect.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../core/tests/cases/mod.rs"]
mod cases;
mod toolchain;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use cases::Case;
use sealwax::classify::Level;
use sealwax::evidence::Transport;
use sealwax::policy::{Action, Delivery, Edit, Method, Verdict};
use toolchain::{Language, Library, project, succeed};

#[test]
fn every_case_gives_in_c_what_it_gives_in_rust() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "ffi/tests/c/corpus.c", &["-std=c11"]) else {
        return;
    };
    let cases = cases::read(&project("testdata/corpus")).unwrap();
    let folders = cases.iter().map(|case| {
        let folder = library.path().join(&case.id);
        unpack(case, &folder);
        folder
    });
    let output = succeed(Command::new(program).args(folders));
    let expected = format!("{0} of {0} cases as expected\n", cases.len());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[test]
fn a_verdict_that_differs_is_noticed_in_c() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "ffi/tests/c/corpus.c", &["-std=c11"]) else {
        return;
    };
    let case = cases::read(&project("testdata/corpus")).unwrap().swap_remove(0);
    for file in ["verdict.json", "verdict.txt", "scan.json", "inner.eml"] {
        let folder = library.path().join(&case.id);
        unpack(&case, &folder);
        let mut expected = fs::read(folder.join(file)).unwrap();
        expected[10] ^= 1;
        fs::write(folder.join(file), expected).unwrap();
        let output = Command::new(&program).arg(&folder).output().unwrap();
        assert!(!output.status.success(), "{file}");
    }
}

fn unpack(case: &Case, folder: &Path) {
    cases::unpack(case, folder).unwrap();
    let facts = &case.facts;
    let verdict = cases::engine(case)
        .unwrap()
        .evaluate(&case.message, &facts.transaction, facts.at.unwrap())
        .unwrap();
    fs::write(
        folder.join("transaction.json"),
        serde_json::to_string(&facts.transaction).unwrap(),
    )
    .unwrap();
    fs::write(folder.join("at.txt"), facts.at.unwrap().as_millis().to_string()).unwrap();
    fs::write(folder.join("verdict.txt"), by_index(&verdict)).unwrap();
}

/// The verdict in the lines of `corpus.c`.
fn by_index(verdict: &Verdict) -> String {
    let classification = &verdict.classification;
    let mut text = format!("policy {} {}\n", verdict.policy.name, verdict.policy.hash);
    let level = number(&Level::ALL, Some(classification.level));
    let (complete, implied) = (i32::from(verdict.complete), i32::from(classification.implied_phi));
    writeln!(text, "level {level} complete {complete} implied {implied}").unwrap();
    for category in &classification.categories {
        writeln!(text, "category {category}").unwrap();
    }
    for reason in &classification.reasons {
        writeln!(text, "reason {reason}").unwrap();
    }
    for delivery in &verdict.deliveries {
        write_delivery(&mut text, delivery);
    }
    text
}

fn write_delivery(text: &mut String, delivery: &Delivery) {
    let contract = delivery.transport.as_ref();
    writeln!(
        text,
        "delivery {} action {} method {} fallback {} {} level {} postfix {} protocol {} waiver {}",
        delivery.recipient,
        number(&ACTIONS, Some(delivery.action)),
        number(&METHODS, delivery.method),
        number(&ACTIONS, delivery.fallback.as_ref().map(|fallback| fallback.action)),
        number(
            &METHODS,
            delivery.fallback.as_ref().and_then(|fallback| fallback.method)
        ),
        number(&Transport::ALL, contract.map(|contract| contract.level)),
        or_dash(contract.map(|contract| &*contract.postfix)),
        or_dash(contract.and_then(|contract| contract.minimum_protocol.as_deref())),
        or_dash(delivery.waiver.as_deref()),
    )
    .unwrap();
    let due = delivery
        .waiver_review_due
        .map_or(i64::MIN, sealwax::Timestamp::as_millis);
    writeln!(
        text,
        "archive {} due {due} instead {}",
        i32::from(delivery.archive),
        or_dash(delivery.instead.as_deref())
    )
    .unwrap();
    for unapplied in &delivery.unapplied_waivers {
        writeln!(text, "unapplied {} {}", unapplied.waiver, unapplied.reason).unwrap();
    }
    let requirement = delivery.requirement;
    writeln!(
        text,
        "requirement {} {} {} {}",
        requirement.message.name(),
        requirement.audit.name(),
        requirement.retention_days,
        i32::from(requirement.post_quantum)
    )
    .unwrap();
    writeln!(text, "summary {delivery}").unwrap();
    match &delivery.reply {
        Some(reply) => writeln!(text, "reply {} {} {}", reply.code, reply.status, reply.text),
        None => writeln!(text, "reply 0 - -"),
    }
    .unwrap();
    for suite in contract.iter().flat_map(|contract| &contract.suites) {
        writeln!(text, "suite {suite}").unwrap();
    }
    write_reasons(text, delivery);
}

fn write_reasons(text: &mut String, delivery: &Delivery) {
    for edit in &delivery.edits {
        match edit {
            Edit::AddHeader { name, value } => writeln!(text, "edit 1 {name}: {value}"),
            Edit::KeepOnly { headers } => {
                let names: Vec<&str> = headers.iter().map(|kept| kept.name.as_str()).collect();
                writeln!(text, "edit 4 {}: -", names.join(", "))
            }
            Edit::RemoveHeader { name } => writeln!(text, "edit 2 {name}: -"),
            Edit::ReplaceSubject { value } => writeln!(text, "edit 3 Subject: {value}"),
        }
        .unwrap();
    }
    for why in &delivery.why {
        let citation = or_dash(why.citation.as_deref());
        writeln!(
            text,
            "why {} {} {}: {} ({citation})",
            why.dimension, why.value, why.rule, why.reason
        )
        .unwrap();
    }
    for rejected in &delivery.rejected {
        writeln!(
            text,
            "rejected {}: {}",
            number(&METHODS, Some(rejected.method)),
            rejected.reason
        )
        .unwrap();
    }
}

/// The number that the manual gives the value: its place in `all`, from 1; 0 when there is none.
fn number<T: PartialEq>(all: &[T], value: Option<T>) -> usize {
    let place = value.and_then(|value| all.iter().position(|known| *known == value));
    place.map_or(0, |place| place + 1)
}

fn or_dash(text: Option<&str>) -> &str {
    text.unwrap_or("-")
}

/// In the order of their numbers.
const METHODS: [Method; 6] = [
    Method::Tls,
    Method::Smime,
    Method::Pgp,
    Method::Portal,
    Method::Clear,
    Method::Local,
];

const ACTIONS: [Action; 5] = [
    Action::Send,
    Action::Approve,
    Action::Hold,
    Action::Return,
    Action::Drop,
];
