//! The proof against the slow path: trying every message.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::classify::{Classification, Level};
use crate::evidence::{Evidence, EvidenceKind};
use crate::policy::read::Form;
use crate::policy::{Content, Policy, PolicyErrorKind, Resources, compile, include};
use crate::{Recipient, Timestamp, Transaction};

const PURPOSES: [Option<&str>; 3] = [None, Some("billing"), Some("newsletter")];
const DOMAINS: [&str; 4] = ["lab.example", "east.lab.example", "other.example", "west.example"];

/// Every message that the rules of [`small`] can tell apart.
fn every_message() -> Vec<(Content, Transaction)> {
    let mut all = Vec::new();
    for level in Level::ALL {
        for (phi, complete, vip, verified) in every_four() {
            for domain in DOMAINS {
                for purpose in PURPOSES {
                    all.push(message(level, phi, complete, (vip, verified), domain, purpose));
                }
            }
        }
    }
    all
}

fn every_four() -> impl Iterator<Item = (bool, bool, bool, bool)> {
    (0..16_u8).map(|bits| (bits & 1 > 0, bits & 2 > 0, bits & 4 > 0, bits & 8 > 0))
}

fn message(
    level: Level,
    phi: bool,
    complete: bool,
    (vip, verified): (bool, bool),
    domain: &str,
    purpose: Option<&str>,
) -> (Content, Transaction) {
    let content = Content {
        classification: Classification {
            level,
            categories: phi.then_some(Category::Phi).into_iter().collect(),
            ..Classification::default()
        },
        complete,
        ..Content::default()
    };
    let known = verified.then(|| Evidence::new(EvidenceKind::StaticTable, Transport::Verified, Timestamp::EPOCH));
    let mut recipient = Recipient::new(format!("bob@{domain}")).unwrap();
    recipient.evidence.extend(known);
    let mut transaction = Transaction::from("ann@clinic.example").unwrap().recipient(recipient);
    transaction.purpose = purpose.map(str::to_owned);
    transaction.flags = vip.then(|| "vip".to_owned()).into_iter().collect();
    (content, transaction)
}

/// A policy whose rules and invariant ask only for what [`every_message`] varies.
fn small() -> impl Strategy<Value = Value> {
    let rules = prop::collection::vec((when(), requirement()), 1..6);
    (rules, when(), requirement()).prop_map(|(rules, when, require)| {
        let rules = rules.into_iter().enumerate();
        let rules: Vec<Value> = rules
            .map(|(index, (when, require))| json!({"id": format!("r{index}"), "when": when, "require": require}))
            .collect();
        json!({
            "flags": ["vip"],
            "purposes": ["billing", "newsletter", "results"],
            "defaults": {"purpose": "results"},
            "recipients": [
                {"name": "lab", "members": ["lab.example", "*.lab.example"]},
                {"name": "east", "members": ["east.lab.example"]},
            ],
            "partner": [{"name": "west", "members": ["west.example"], "baa": "signed"}],
            "rule": rules,
            "invariant": [{"id": "own", "when": when, "require": require}],
        })
    })
}

fn requirement() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({"message": "sealed"}),
        json!({"message": "sealed-authenticated"}),
        json!({"transport": "dane"}),
        json!({"disposition": "hold", "message": "sealed"}),
    ])
}

fn when() -> impl Strategy<Value = Value> {
    let sets = || prop::option::of(prop::sample::select(vec!["lab", "east", "west"]));
    let purpose = || prop::option::of(prop::sample::select(vec!["billing", "newsletter", "results"]));
    let level = prop::option::of(prop::sample::select(vec!["personal", "sensitive", "critical"]));
    let flags = any::<(bool, bool, bool, bool)>();
    (level, flags, sets(), sets(), purpose(), purpose()).prop_map(|(level, flags, lies, avoids, purpose, other)| {
        let (phi, incomplete, vip, unverified) = flags;
        let present = |value: Value| match value {
            Value::Object(map) => Value::Object(map.into_iter().filter(|(_, value)| !value.is_null()).collect()),
            other => other,
        };
        present(json!({
            "level": level,
            "category": phi.then_some("phi"),
            "incomplete": incomplete.then_some(true),
            "flag": vip.then_some("vip"),
            "lacks": present(json!({"transport": unverified.then_some("verified")})),
            "is": present(json!({"recipients": lies, "purpose": purpose})),
            "not": present(json!({"recipients": avoids, "purpose": other})),
        }))
    })
}

/// The model and the table, whether or not the invariants hold.
fn unproved(policy: &Value) -> (PolicyFile, Table) {
    let sources = include::sources(&policy.to_string(), Form::Json, &Resources::new()).unwrap();
    let file = include::merge(&sources);
    let table = compile::compile(&file).unwrap();
    (file, table)
}

/// `policy` without its invariant and with a rule that marks the messages in which `when` holds.
fn marked(policy: &Value, when: &Value) -> Policy {
    let mut marked = policy.clone();
    marked["invariant"] = json!([]);
    let rules = marked["rule"].as_array_mut().unwrap();
    rules.push(json!({"id": "mark", "when": when, "require": {"retention_days": MARK}}));
    Policy::from_json(&marked.to_string(), &Resources::new()).unwrap()
}

fn required(policy: &Policy, content: &Content, transaction: &Transaction) -> Requirement {
    policy
        .decide(content, transaction, Timestamp::EPOCH)
        .unwrap()
        .remove(0)
        .requirement
}

const MARK: u32 = 7777;

/// Whether a message shows that the invariant of `policy` does not hold.
fn shows_fault(policy: &Value, content: &Content, transaction: &Transaction) -> bool {
    let invariant = &policy["invariant"][0];
    let least: Requirement = serde_json::from_value(invariant["require"].clone()).unwrap();
    let found = required(&marked(policy, &invariant["when"]), content, transaction);
    found.retention_days == MARK && !found.covers(least)
}

proptest! {
    #[test]
    fn the_proof_agrees_with_trying_every_message(policy in small()) {
        let invariant = policy["invariant"][0].clone();
        let least: Requirement = serde_json::from_value(invariant["require"].clone()).unwrap();
        let with_mark = marked(&policy, &invariant["when"]);
        let is_fault = |(content, transaction): &(Content, Transaction)| {
            let found = required(&with_mark, content, transaction);
            found.retention_days == MARK && !found.covers(least)
        };
        let fails = every_message().iter().any(is_fault);
        let (file, table) = unproved(&policy);
        let proofs = Prover::new(&file, &table).unwrap().invariants().unwrap();
        let own = proofs.last().unwrap();
        prop_assert_eq!(own.holds, !fails);
        prop_assert!(proofs[..6].iter().all(|proof| proof.holds));
        prop_assert_eq!(Policy::from_json(&policy.to_string(), &Resources::new()).is_err(), fails);
        if let Some(example) = &own.counterexample {
            prop_assert!(shows_fault(&policy, &example.content, &example.transaction), "{:?}", example);
        }
    }

}

proptest! {
    // Each case tries every message against every rule.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 8, ..ProptestConfig::default() })]

    #[test]
    fn dead_and_shadowed_rules_are_those_that_no_message_needs(policy in small()) {
        let (file, table) = unproved(&policy);
        let (dead, shadowed) = Prover::new(&file, &table).unwrap().useless();
        let messages = every_message();
        let whole = marked(&policy, &json!({}));
        for (index, rule) in policy["rule"].as_array().unwrap().iter().enumerate() {
            let id = rule["id"].as_str().unwrap().to_owned();
            let with_mark = marked(&policy, &rule["when"]);
            let applies = messages.iter().any(|(content, transaction)| {
                required(&with_mark, content, transaction).retention_days == MARK
            });
            prop_assert_eq!(dead.contains(&id), !applies, "{}", rule);
            let mut fewer = policy.clone();
            fewer["rule"].as_array_mut().unwrap().remove(index);
            let fewer = marked(&fewer, &json!({}));
            let is_needed = messages.iter().any(|(content, transaction)| {
                required(&fewer, content, transaction) != required(&whole, content, transaction)
            });
            prop_assert_eq!(dead.contains(&id) || shadowed.contains(&id), !is_needed, "{}", rule);
        }
    }
}

/// A table whose built-in guards for `dimension` are taken out.
fn without(table: &Table, dimension: Dimension) -> Table {
    let mut table = table.clone();
    for raiser in &mut table.raisers {
        match dimension {
            Dimension::Crypto => raiser.require.crypto = CryptoFloor::Any,
            _ => raiser.require.transport = Transport::None,
        }
    }
    table
}

#[test]
fn each_built_in_invariant_fails_when_its_rule_is_taken_out() {
    let (file, table) = unproved(&json!({}));
    for (dimension, names) in [
        (Dimension::Transport, vec!["I1", "I2"]),
        (Dimension::Crypto, vec!["I3"]),
    ] {
        let table = without(&table, dimension);
        let proofs = Prover::new(&file, &table).unwrap().invariants().unwrap();
        let failing: Vec<&Proof> = proofs.iter().filter(|proof| !proof.holds).collect();
        assert_eq!(
            failing.iter().map(|proof| proof.name.as_str()).collect::<Vec<_>>(),
            names
        );
        assert!(failing.iter().all(|proof| proof.counterexample.is_some()));
    }
}

#[test]
fn a_fault_is_an_error_with_its_place_and_a_message_that_shows_it() {
    let text = "name = 'x'\n[[invariant]]\nid = 'sealed'\nwhen = { category = 'financial' }\n\
        require = { message = 'sealed' }";
    let error = Policy::from_toml(text, &Resources::new()).unwrap_err();
    assert_eq!((error.kind(), error.line()), (PolicyErrorKind::Invariant, Some(2)));
    let example = error.proof().unwrap().counterexample.clone().unwrap();
    assert!(example.content.classification.categories.contains(&Category::Financial));
    assert_eq!(example.content.classification.level, Level::Sensitive);
}

#[test]
fn a_question_that_costs_too_much_is_refused() {
    let (file, table) = unproved(&json!({"rule": [{"id": "a", "when": {"level": "critical"}, "require": {}}]}));
    let mut prover = Prover::new(&file, &table).unwrap();
    prover.budget = Budget(1);
    let answer = prover.ask(&[], &[(Dimension::Message, 1)], None);
    assert_eq!(answer, Answer::Exhausted);
    let proof = Proof::new("own", "", Finding::Exhausted, true);
    assert_eq!(include::unproved(proof, &[]).kind(), PolicyErrorKind::Budget);
}

#[test]
fn no_message_of_the_small_clinic_breaks_an_invariant() {
    let text = include_str!("../../../../examples/policies/small-clinic/policy.toml");
    let policy = Policy::from_toml(text, &Resources::new()).unwrap();
    let messages = every_message();
    assert!(messages.len() > 700);
    for (content, transaction) in messages {
        let found = required(&policy, &content, &transaction);
        let is_phi = content.classification.is(&Category::Phi) || !content.complete;
        assert!(!is_phi || found.transport >= Transport::Verified || found.message >= MessageProtection::Sealed);
        assert!(found.transport >= Transport::Encrypted && found.crypto >= CryptoFloor::Tls12Nist);
    }
}
