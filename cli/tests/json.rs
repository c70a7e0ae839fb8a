//! `docs/JSON.md` and the program name exactly the same fields.

#![expect(clippy::expect_used, reason = "a test may panic")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::Folder;
use serde_json::{Value, json};

type Names = BTreeSet<String>;

/// The fields of each table of the page, by the heading above it.
fn documented() -> BTreeMap<String, Names> {
    let page = include_str!("../../docs/JSON.md");
    let mut tables: BTreeMap<String, Names> = BTreeMap::new();
    let mut heading = "";
    for line in page.lines() {
        if line.starts_with('#') {
            heading = line.trim_start_matches('#').trim();
        }
        if let Some(field) = line.strip_prefix("| `").and_then(|rest| rest.split('`').next()) {
            tables.entry(heading.to_owned()).or_default().insert(field.to_owned());
        }
    }
    tables
}

/// The names of the fields of every object that `pointer` leads to, where `*` is every element of an array.
fn fields(samples: &[Value], pointer: &str) -> Names {
    let mut at: Vec<&Value> = samples.iter().collect();
    for step in pointer.split('/').filter(|step| !step.is_empty()) {
        at = at
            .into_iter()
            .flat_map(|value| match step {
                "*" => value.as_array().into_iter().flatten().collect::<Vec<_>>(),
                _ => vec![&value[step]],
            })
            .collect();
    }
    at.into_iter()
        .filter_map(Value::as_object)
        .flat_map(|object| object.keys().cloned())
        .collect()
}

#[track_caller]
fn same(heading: &str, real: &Names) {
    let documented = documented().remove(heading).expect("a table under this heading");
    assert_eq!(&documented, real, "{heading}");
}

const MESSAGE: &str = "\
Subject: results of ann
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Patient MRN: 48210937, type 2 diabetse, metformin.
12 North Main Street, Springfield, IL 62704

Intake form of the clinic: your name Ann Lee, please, and what brings you here today?
--b
Content-Type: multipart/mixed

--c--
--b--
";

/// The form that the message is a filled copy of.
const FORM: &str = "Intake form of the clinic: your name ____, please, and what brings you here today?";

const POLICY: &str = r#"
name = "every-field"
include = ["hipaa-2013"]

[[stream]]
name = "bulk"
label = "bulk"

[[recipients]]
name = "held"
members = ["held.example"]

[[rule]]
id = "hold"
when = { is = { recipients = "held" } }
require = { disposition = "return", post_quantum = true }
reason = "nobody may send there"

[[form]]
name = "intake"
file = "intake.forms"

[[allow]]
id = "our-own-house"
detector = "us-address"
values = ["12 North Main Street, Springfield, IL 62704"]
"#;

fn facts() -> Value {
    json!({
        "at": "2026-11-21T09:30:00Z",
        "transaction": {
            "sender": "ann@clinic.example",
            "stream": "bulk",
            "recipients": [
                {"address": "a@verified.example", "baa": "signed", "evidence": [
                    {"kind": "mta-sts-enforce", "level": "verified", "observed_at": "2026-11-21T09:00:00Z"}
                ]},
                {"address": "b@unknown.example"},
                {"address": "c@held.example"}
            ]
        }
    })
}

/// Recipients who chose less protection, or another way.
fn chosen() -> Value {
    let history = json!([{"at": "2026-01-01T00:00:00Z", "status": "active", "actor": "desk"}]);
    let waiver = |id: &str, categories: &[&str]| {
        json!({
            "id": id, "recipient": "a@chosen.example", "basis": "preference", "scope": {"categories": categories},
            "effective_from": "2026-01-01T00:00:00Z", "review_by": "2026-06-01T00:00:00Z", "risk_notice": "1",
            "alternative_offered": "portal", "history": history
        })
    };
    let letter = json!({
        "id": "p1", "recipient": "b@chosen.example", "asks": "elsewhere", "instead": "by letter",
        "effective_from": "2026-01-01T00:00:00Z", "history": history
    });
    json!({
        "at": "2026-11-21T09:30:00Z",
        "transaction": {
            "sender": "ann@clinic.example",
            "recipients": [
                {"address": "a@chosen.example", "waivers": [waiver("w1", &["phi"]), waiver("w2", &["treatment"])]},
                {"address": "b@chosen.example", "preferences": [letter]}
            ]
        }
    })
}

#[test]
fn a_scan_has_the_documented_fields() {
    let folder = Folder::new();
    folder.file("a.eml", MESSAGE);
    let inner = "Content-Type: text/html\n\n<img alt=\"SSN 536-90-4399\"><!-- SSN 536-90-4399 -->\n";
    folder.file("b.eml", inner);
    folder.file("p.toml", POLICY);
    folder.file("intake.txt", FORM);
    folder.run("form make intake.txt -o intake.forms").fine();
    let output = folder.run("scan --json --show-text --policy p.toml a.eml b.eml").fine();
    let records: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    same("Scan", &fields(&records, ""));
    same("Anomaly", &fields(&records, "anomalies/*"));
    same("Why not", &fields(&records, "why_not"));
    same("Lack", &fields(&records, "why_not/lacks/*"));
    let mut entity = fields(&records, "entities/*");
    entity.insert("member".into()); // only of a file inside an attachment
    same("Entity", &entity);
}

#[test]
fn a_verdict_has_the_documented_fields() {
    let folder = Folder::new();
    folder.file("a.eml", MESSAGE);
    folder.file("p.toml", POLICY);
    folder.file("intake.txt", FORM);
    folder.run("form make intake.txt -o intake.forms").fine();
    folder.file("f.json", facts().to_string());
    let output = folder
        .run("evaluate --json --policy p.toml --facts f.json a.eml")
        .fine();
    folder.file(
        "b.eml",
        "Subject: labs\n\nMRN: 48210937, diabetes mellitus, metformin.\n",
    );
    folder.file("g.json", chosen().to_string());
    let chosen = folder
        .run("evaluate --json --policy p.toml --facts g.json b.eml")
        .fine();
    let verdict = [&output, &chosen].map(|output| serde_json::from_str(output).unwrap());
    for (heading, pointer) in [
        ("Verdict", ""),
        ("Policy", "policy"),
        ("Classification", "classification"),
        ("Delivery", "deliveries/*"),
        ("Unapplied waiver", "deliveries/*/unapplied_waivers/*"),
        ("Proof", "deliveries/*/evidence"),
        ("Fallback", "deliveries/*/fallback"),
        ("Requirement", "deliveries/*/requirement"),
        ("Why", "deliveries/*/why/*"),
        ("Rejected", "deliveries/*/rejected/*"),
        ("Contract", "deliveries/*/transport"),
        ("Edit", "deliveries/*/edits/*"),
        ("Kept header", "deliveries/*/edits/*/headers/*"),
        ("Reply", "deliveries/*/reply"),
    ] {
        same(heading, &fields(&verdict, pointer));
    }
}

#[test]
fn minimisation_has_the_documented_fields() {
    let folder = Folder::new();
    let picture = "--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n";
    folder.file("a.eml", MESSAGE.replace("--b--\n", picture));
    let redacted = [serde_json::from_str(&folder.run("redact --json a.eml -o b.eml").fine()).unwrap()];
    same("Redaction", &fields(&redacted, ""));
    same("Removed part", &fields(&redacted, "removed/*"));
    let report = [serde_json::from_str(&folder.run("redact --json --report a.eml").fine()).unwrap()];
    same("Report of identifiers", &fields(&report, ""));
    same("Identifiers of one type", &fields(&report, "identifiers/*"));
}

#[test]
fn a_check_has_the_documented_fields() {
    let folder = Folder::new();
    folder.file("p.toml", POLICY);
    folder.file("intake.txt", FORM);
    folder.run("form make intake.txt -o intake.forms").fine();
    let checked = [serde_json::from_str(&folder.run("check --json p.toml").fine()).unwrap()];
    same("Check", &fields(&checked, ""));
    same("Invariant", &fields(&checked, "invariants/*"));
}

/// What is read refuses an unknown field and then names all that it knows.
#[test]
fn facts_take_the_documented_fields_and_no_other() {
    let folder = Folder::new();
    for (heading, pointer) in [
        ("Facts", ""),
        ("Transaction", "/transaction"),
        ("Recipient", "/transaction/recipients/0"),
        ("Agreement", "/transaction/recipients/0/agreement"),
        ("Evidence", "/transaction/recipients/0/evidence/0"),
        ("List", "/transaction/list"),
        ("Waiver", "/transaction/recipients/0/waivers/0"),
        ("Preference", "/transaction/recipients/0/preferences/0"),
        ("Content", "/content"),
        ("Classification", "/content/classification"),
    ] {
        let mut facts = facts();
        facts["transaction"]["list"] = json!({"id": "l"});
        for records in ["waivers", "preferences"]
            .into_iter()
            .filter(|records| pointer.contains(records))
        {
            facts["transaction"]["recipients"][0][records] = json!([{}]);
        }
        facts["transaction"]["recipients"][0]["agreement"] = json!({});
        facts["content"] = json!({"classification": {}});
        facts.pointer_mut(pointer).unwrap()["nonsense"] = json!(1);
        folder.file("f.json", facts.to_string());
        let error = folder.run("evaluate --facts f.json --no-message").failed();
        let (_, expected) = error.split_once("unknown field `nonsense`, expected ").expect(&error);
        same(
            heading,
            &expected
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .filter(|name| name != "docs")
                .collect(),
        );
    }
}

#[test]
fn a_record_takes_the_documented_fields() {
    let folder = Folder::new();
    let content = documented().remove("Record to scan").unwrap();
    assert_eq!(
        content.iter().map(String::as_str).collect::<Vec<_>>(),
        ["id", "raw", "raw_b64", "text"]
    );
    for name in content.iter().filter(|name| *name != "id") {
        let line = json!({"id": "x", name: "QUJD"}).to_string();
        assert!(
            folder
                .run_with("scan --json --jsonl -", line.as_bytes())
                .fine()
                .starts_with(r#"{"id":"x""#)
        );
    }
}

#[test]
fn tls_shows_the_documented_fields() {
    let folder = Folder::new();
    for (heading, arguments) in [
        ("Suite", "tls grade --json TLS_AES_256_GCM_SHA384"),
        (
            "List of suites",
            "tls grade --json ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256",
        ),
        ("TLS lint", "tls lint --json ECDHE-RSA-AES256-GCM-SHA384"),
    ] {
        let shown: Value = serde_json::from_str(&folder.run(arguments).fine()).unwrap();
        same(heading, &fields(&[shown], ""));
    }
}

#[test]
fn a_list_of_waivers_has_the_documented_fields() {
    let folder = Folder::new();
    let record = "--id w1 --for ann@example.org --basis preference --category phi --risk-notice 1 --alternative-offered portal --by desk";
    folder.run(&format!("consent add {record}")).fine();
    let shown: Value = serde_json::from_str(&folder.run("consent list --json").fine()).unwrap();
    same("Waiver in a list", &fields(&[shown], ""));
}
