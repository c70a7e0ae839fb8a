//! An engine from a bundle is the engine from its policy, and what is no bundle is refused.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use sealwax::crypto::HashKey;
use sealwax::detect::{FormBuilder, RosterBuilder, RosterTable};
use sealwax::engine::{BuildErrorKind, Engine, EngineBuilder};
use sealwax::text::View;
use sealwax::{Timestamp, Transaction, json};

const POLICY: &str = r#"
name = "clinic"
include = ["hipaa-2013"]
categories = ["staff"]

[[detector]]
id = "badge"
label = "BADGE"
title = "Badge"
category = "custom:staff"
pattern = 'B\d{6}'
labels = ["badge"]
confidence = { bare = 0.5, labelled = 0.9 }
source = "our badge office"
examples = ["badge B123456"]

[[detector]]
id = "ticket"
label = "TICKET"
title = "Ticket"
category = "custom:staff"
pattern = '(?:T|TT)-\d{4}'
prefixes = ["T-", "TT-"]
confidence = { bare = 0.9 }
source = "us"
examples = ["see T-1234"]

[[term]]
id = "project"
category = "clinical-data"
words = ["projekt xaver", "zorblaxitis"]

[[rule]]
id = "staff"
when = { category = "custom:staff" }
require = { transport = "verified" }

[[roster]]
name = "patients"
file = "patients.roster"

[[form]]
name = "intake"
file = "intake.forms"
health = true
"#;

const FORM: &str = "New patient intake. Please write your full name, your date of birth, the name of the physician who sent you, \
                    the medicines that you take and the illnesses that you had. Sign below, and bring this page with you.";

fn key() -> HashKey {
    HashKey::from_bytes(&[7; 32])
}

/// The policy with the files that it names.
fn clinic() -> EngineBuilder {
    let mut forms = FormBuilder::new();
    forms.add("intake", &View::fold(FORM)).unwrap();
    let mut roster = RosterBuilder::new(&key(), [1; 16]);
    let table = "First name,Last name,MRN\nAnn,Veltkamp,48-213399\n";
    for (_, person) in RosterTable::read(table, &[]).unwrap() {
        roster.add(&person.unwrap());
    }
    Engine::builder()
        .policy_toml(POLICY)
        .resource("patients.roster", roster.finish())
        .resource("intake.forms", forms.finish())
        .roster_key(key())
}

const TEXTS: [&str; 8] = [
    "badge B482915 and B482916, ticket TT-4711",
    "He has zorblaxitis, she has zorblaxytis; projekt xaver goes on",
    "Ann Veltkamp comes on Monday",
    "Patient Maria Chen, MRN 48213377, has diabtes. SSN 536-90-4399",
    "Lunch at noon?",
    "card 4111 1111 1111 1111, password: hunter2-Xk9",
    "Her ICD-10 code is E11.9, and her phone 212-555-0147",
    FORM,
];

fn assert_same(one: &Engine, other: &Engine) {
    assert_eq!(one.policy().id(), other.policy().id());
    let transaction = Transaction::from("nurse@clinic.example").unwrap();
    let transaction = transaction.to("ann@example.org").unwrap();
    for text in TEXTS {
        let scans = [one, other].map(|engine| json::scan(&engine.scan_text(text), "t"));
        assert_eq!(scans[0], scans[1]);
        let raw = format!("From: nurse@clinic.example\r\nSubject: news\r\n\r\n{text}\r\n");
        let verdicts = [one, other].map(|engine| {
            let verdict = engine.evaluate(raw.as_bytes(), &transaction, Timestamp::EPOCH);
            json::verdict(&verdict.unwrap())
        });
        assert_eq!(verdicts[0], verdicts[1]);
    }
}

#[test]
fn an_engine_from_a_bundle_is_that_of_its_policy() {
    let bundle = clinic().compile().unwrap();
    let engine = Engine::builder().bundle(bundle).roster_key(key()).build().unwrap();
    assert_same(&clinic().build().unwrap(), &engine);
    assert_eq!(engine.scan_text(TEXTS[0]).entities.len(), 3);
}

#[test]
fn every_example_and_every_profile_can_be_compiled() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/policies");
    let mut sources: Vec<EngineBuilder> = sealwax::policy::Policy::profiles()
        .map(|name| Engine::builder().profile(name))
        .collect();
    for entry in fs::read_dir(examples).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path().join("policy.toml")).unwrap();
        sources.push(Engine::builder().policy_toml(text));
    }
    assert!(sources.len() > 10);
    for source in sources {
        let bundle = source.clone().compile().unwrap();
        assert_same(&source.build().unwrap(), &Engine::from_bundle(bundle.leak()).unwrap());
    }
}

#[test]
fn a_policy_that_is_refused_is_not_compiled() {
    let kind = |builder: EngineBuilder| builder.compile().unwrap_err().kind();
    assert_eq!(
        kind(Engine::builder().policy_toml("nmae = 'x'")),
        BuildErrorKind::Policy
    );
    let wrong = POLICY.replace("badge B123456", "badge 123456");
    assert_eq!(kind(clinic().policy_toml(wrong)), BuildErrorKind::Detector);
    assert_eq!(kind(Engine::builder().policy_toml(POLICY)), BuildErrorKind::Roster);
}

#[test]
fn a_bundle_needs_the_key_of_its_rosters() {
    let bundle = clinic().compile().unwrap();
    let error = Engine::builder().bundle(bundle).build().unwrap_err();
    assert_eq!(error.kind(), BuildErrorKind::Roster);
}

#[test]
fn a_bundle_of_another_build_says_so() {
    let mut bundle = Engine::builder().profile("minimal").compile().unwrap();
    let version = env!("CARGO_PKG_VERSION").as_bytes();
    let place = bundle
        .windows(version.len())
        .position(|bytes| bytes == version)
        .unwrap();
    bundle[place] = b'9';
    let error = Engine::builder().bundle(bundle).build().unwrap_err();
    assert_eq!(error.kind(), BuildErrorKind::Bundle);
    assert!(error.to_string().contains("compile it anew"), "{error}");
}

proptest! {
    #[test]
    fn a_bundle_that_is_changed_anywhere_is_refused(place in any::<prop::sample::Index>(), change in 1..=255_u8) {
        let mut bundle = Engine::builder().profile("minimal").compile().unwrap();
        let place = place.index(bundle.len());
        // Behind the version, before the digest, some bytes fill its section up to eight: they mean nothing.
        let version = 8 + 16 + 8 + env!("CARGO_PKG_VERSION").len();
        let is_filling = (version..version.next_multiple_of(8)).contains(&place);
        bundle[place] ^= change;
        match Engine::builder().bundle(bundle).build() {
            Err(error) => prop_assert_eq!(error.kind(), BuildErrorKind::Bundle),
            Ok(_) => prop_assert!(is_filling, "byte {} may be anything", place),
        }
    }

    #[test]
    fn a_bundle_that_is_cut_off_is_refused(place in any::<prop::sample::Index>()) {
        let mut bundle = Engine::builder().profile("minimal").compile().unwrap();
        bundle.truncate(place.index(bundle.len()));
        prop_assert_eq!(Engine::builder().bundle(bundle).build().unwrap_err().kind(), BuildErrorKind::Bundle);
    }
}
