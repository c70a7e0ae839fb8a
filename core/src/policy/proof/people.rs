//! The proof against the slow path, over who a recipient is and what is agreed with them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::policy::read::Form;
use crate::policy::{Content, Policy, Resources, compile, include};
use crate::{Agreement, BaaState, Party, Recipient, Timestamp, Transaction};

const STATES: [BaaState; 5] = [
    BaaState::PhiForbidden,
    BaaState::None,
    BaaState::Unknown,
    BaaState::NotNeeded,
    BaaState::Signed,
];
const PARTIES: [Option<Party>; 4] = [
    None,
    Some(Party::Organization),
    Some(Party::Unknown),
    Some(Party::Individual),
];
const DOMAINS: [&str; 5] = [
    "clinic.example",
    "east.lab.example",
    "lab.example",
    "north.lab.example",
    "other.example",
];
const SENDERS: [&str; 3] = ["ann@clinic.example", "bob@clinic.example", "ann@other.example"];

/// PHI on its way to everybody whom the rules of [`small`] can tell apart, before and after agreements end.
fn every_message() -> Vec<(Content, Transaction, Timestamp)> {
    let mut all = Vec::new();
    let later = Timestamp::from_millis(10 * 365 * 86_400_000);
    for sender in SENDERS {
        for domain in DOMAINS {
            for (state, party) in STATES.into_iter().flat_map(|state| PARTIES.map(|party| (state, party))) {
                for (internal, at) in [
                    (false, Timestamp::EPOCH),
                    (true, Timestamp::EPOCH),
                    (false, later),
                    (true, later),
                ] {
                    let mut recipient = Recipient::new(format!("bob@{domain}")).unwrap().internal(internal);
                    recipient.baa = state;
                    recipient.party = party;
                    all.push((
                        Content::default(),
                        Transaction::from(sender).unwrap().recipient(recipient),
                        at,
                    ));
                }
            }
        }
    }
    all
}

/// A policy whose rules and invariant ask only for what [`every_message`] varies.
fn small() -> impl Strategy<Value = Value> {
    let rules = prop::collection::vec(when(), 1..5);
    let party = || prop::option::of(prop::sample::select(&PARTIES[1..]));
    let words = (
        party(),
        party(),
        any::<bool>(),
        prop::sample::select(&STATES[..]),
        agreement(),
    );
    (rules, when(), words).prop_map(|(rules, when, (default, set, has_house, baa, agreement))| {
        let rules = rules.into_iter().enumerate();
        let rules: Vec<Value> = rules
            .map(|(index, when)| json!({"id": format!("r{index}"), "when": when, "require": {"message": "sealed"}}))
            .collect();
        let mut policy = json!({
            "recipients": [{"name": "lab", "members": ["lab.example", "*.lab.example"]}],
            "partner": [{"name": "east", "members": ["east.lab.example"], "baa": baa}],
            "floor": [{"scope": "user", "of": "ann@clinic.example", "require": {"audit": "full"}}],
            "rule": rules,
            "invariant": [{"id": "own", "when": when, "require": {"message": "sealed"}}],
        });
        if let Some(default) = default {
            policy["default_recipient"] = json!(default);
        }
        if let Some(set) = set {
            policy["recipients"][0]["party"] = json!(set);
        }
        if has_house {
            policy["organization"] = json!({"domains": ["clinic.example", "*.lab.example"]});
        }
        if baa == BaaState::Signed
            && let Some(agreement) = agreement
        {
            policy["partner"][0]["agreement"] = json!(agreement);
        }
        policy
    })
}

/// One that ends after the first of the two times, one that begins after it, or none.
fn agreement() -> impl Strategy<Value = Option<Agreement>> {
    prop::sample::select(vec![("", "1975-01-01"), ("1975-01-01", ""), ("", "")]).prop_map(|(date, end)| {
        let agreement = Agreement {
            date: date.parse().ok(),
            end: end.parse().ok(),
            ..Agreement::default()
        };
        agreement.is_dated().then_some(agreement)
    })
}

fn when() -> impl Strategy<Value = Value> {
    let states = prop::option::of(prop::sample::select(&STATES[1..]));
    let parties = prop::option::of(prop::sample::select(&[Party::Unknown, Party::Individual][..]));
    let sets = || prop::option::of(prop::sample::select(&["lab", "east"][..]));
    let direction = prop::option::of(prop::sample::select(&["internal", "external"][..]));
    (states, parties, sets(), sets(), direction).prop_map(|(baa, party, lies, avoids, direction)| {
        let present = |value: Value| match value {
            Value::Object(map) => Value::Object(map.into_iter().filter(|(_, value)| !value.is_null()).collect()),
            other => other,
        };
        json!({
            "lacks": present(json!({"baa": baa, "party": party})),
            "is": present(json!({"recipients": lies, "direction": direction})),
            "not": present(json!({"recipients": avoids})),
        })
    })
}

fn required(policy: &Value, message: &(Content, Transaction, Timestamp)) -> Requirement {
    let mut open = policy.clone();
    open["invariant"] = json!([]);
    let policy = Policy::from_json(&open.to_string(), &Resources::new()).unwrap();
    policy
        .decide(&message.0, &message.1, message.2)
        .unwrap()
        .remove(0)
        .requirement
}

/// `policy` with a rule that marks what its invariant speaks of.
fn marked(policy: &Value) -> Value {
    let mut marked = policy.clone();
    let when = policy["invariant"][0]["when"].clone();
    let rules = marked["rule"].as_array_mut().unwrap();
    rules.push(json!({"id": "mark", "when": when, "require": {"retention_days": MARK}}));
    marked
}

const MARK: u32 = 7777;

fn is_fault(found: Requirement) -> bool {
    found.retention_days == MARK && found.message < MessageProtection::Sealed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 2, ..ProptestConfig::default() })]

    #[test]
    fn the_proof_agrees_with_trying_everybody(policy in small()) {
        let marked = marked(&policy);
        let mut open = marked.clone();
        open["invariant"] = json!([]);
        let open = Policy::from_json(&open.to_string(), &Resources::new()).unwrap();
        let fails = every_message()
            .iter()
            .any(|(content, transaction, at)| is_fault(open.decide(content, transaction, *at).unwrap().remove(0).requirement));
        let sources = include::sources(&policy.to_string(), Form::Json, &Resources::new()).unwrap();
        let file = include::merge(&sources);
        let table = compile::compile(&file).unwrap();
        let proofs = Prover::new(&file, &table).unwrap().invariants().unwrap();
        let own = proofs.last().unwrap();
        prop_assert_eq!(own.holds, !fails, "{:?}", own.counterexample);
        if let Some(example) = &own.counterexample {
            let message = (example.content.clone(), example.transaction.clone(), example.at);
            prop_assert!(is_fault(required(&marked, &message)), "{:?}", example);
        }
    }
}
