//! The tables in the READMEs of the example policies, row by row.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sealwax::classify::{Category, Classification, Level};
use sealwax::engine::Engine;
use sealwax::evidence::{Evidence, EvidenceKind, Transport};
use sealwax::policy::{Action, Content, Delivery, Edit, Method};
use sealwax::{Authentication, Recipient, Timestamp, Transaction};
use serde::Deserialize;

const EXAMPLES: [&str; 6] = [
    "bank",
    "dialysis-newsletter",
    "hospital-research",
    "insurer",
    "law-firm",
    "small-clinic",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

/// A row of the table, and the facts that stand behind its words.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own in the file")]
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Case {
    message: String,
    outcome: String,
    /// A whole message, which is scanned; else what it holds.
    text: Option<String>,
    level: Level,
    holds: BTreeSet<Category>,
    counts: BTreeMap<String, u32>,
    subject: Level,
    incomplete: bool,
    from: Option<String>,
    to: String,
    internal: bool,
    local: bool,
    second_factor: bool,
    known: Option<Transport>,
    failed: Option<Transport>,
    purpose: Option<String>,
    stream: Option<String>,
    /// The level below which the host refuses to send.
    enforces: Option<Transport>,
    /// When it travels; on a day of 2026 without it.
    at: Option<Timestamp>,
    expect: Option<Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    action: Action,
    #[serde(default)]
    method: Option<String>,
    rule: String,
    #[serde(default)]
    edit: Option<String>,
}

#[test]
fn every_row_of_every_table_comes_out_as_it_says() {
    let mut faults = Vec::new();
    for name in EXAMPLES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../examples/policies")
            .join(name);
        let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
        let engine = Engine::builder().policy_toml(read("policy.toml")).build().unwrap();
        let cases: Cases = toml::from_str(&read("cases.toml")).unwrap();
        assert!(cases.case.len() >= 6, "{name}");
        let rows: Vec<String> = cases
            .case
            .iter()
            .map(|case| format!("| {} | {} |", case.message, case.outcome))
            .collect();
        let readme = read("README.md");
        let table: Vec<&str> = readme.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
        assert_eq!(table, rows, "{name}");
        for case in &cases.case {
            faults.extend(fault(name, case, &decide(&engine, case)));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_example_has_a_dead_rule() {
    for name in EXAMPLES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../examples/policies/{name}/policy.toml"));
        let engine = Engine::builder()
            .policy_toml(fs::read_to_string(path).unwrap())
            .build()
            .unwrap();
        let report = engine.policy().check().unwrap();
        assert!(report.holds());
        assert!(report.dead.is_empty(), "{name}: {:?}", report.dead);
    }
}

fn decide(engine: &Engine, case: &Case) -> Delivery {
    let transaction = case.transaction();
    let verdict = match &case.text {
        Some(text) => engine.evaluate(text.as_bytes(), &transaction, case.at()),
        None => engine.evaluate_content(&case.content(), &transaction, case.at()),
    };
    verdict.unwrap().deliveries.remove(0)
}

impl Case {
    fn at(&self) -> Timestamp {
        self.at.unwrap_or_else(|| "2026-11-21T09:30:00Z".parse().unwrap())
    }

    fn content(&self) -> Content {
        Content {
            classification: Classification {
                level: self.level,
                categories: self.holds.clone(),
                counts: self.counts.clone(),
                ..Classification::default()
            },
            complete: !self.incomplete,
            subject_level: self.subject,
            ..Content::default()
        }
    }

    fn transaction(&self) -> Transaction {
        let mut recipient = Recipient::new(self.to.as_str()).unwrap().internal(self.internal);
        let evidence = |kind, level| Evidence::new(kind, level, self.at());
        let known = self.known.map(|level| match level {
            Transport::Dane => evidence(EvidenceKind::Dane, level),
            _ => evidence(EvidenceKind::StaticTable, level),
        });
        let failed = self.failed.map(|level| Evidence {
            failed: true,
            ..evidence(EvidenceKind::LastDelivery, level)
        });
        let local = self.local.then(|| evidence(EvidenceKind::Local, Transport::Dane));
        recipient.evidence = known.into_iter().chain(failed).chain(local).collect();
        if self.second_factor {
            recipient.authentication = Some(Authentication::SecondFactor);
        }
        let sender = self.from.as_deref().unwrap_or("ann@sender.example");
        let mut transaction = Transaction::from(sender).unwrap().recipient(recipient);
        transaction.purpose.clone_from(&self.purpose);
        transaction.stream.clone_from(&self.stream);
        transaction.enforces = self.enforces;
        transaction
    }
}

/// What came out otherwise than the row says.
fn fault(name: &str, case: &Case, delivery: &Delivery) -> Option<String> {
    let expected = case.expect.as_ref().unwrap();
    let rule = delivery.decisive().map(|why| why.rule.as_str());
    let has_edit = |wanted: &String| {
        delivery.edits.iter().any(|found| match found {
            Edit::AddHeader { .. } => wanted == "add-header",
            Edit::KeepOnly { .. } => wanted == "keep-only",
            Edit::RemoveHeader { .. } => wanted == "remove-header",
            Edit::ReplaceSubject { .. } => wanted == "replace-subject",
        })
    };
    let is_as_said = delivery.action == expected.action
        && delivery.method.map(Method::name) == expected.method.as_deref()
        && rule == Some(&expected.rule)
        && expected.edit.as_ref().is_none_or(has_edit);
    (!is_as_said).then(|| format!("{name}: {}: {delivery} {:?}", case.message, delivery.why))
}
