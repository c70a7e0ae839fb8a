//! The shared corpus through the Rust API, with places counted both in code points and in bytes.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod cases;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::Path;

use cases::{Case, Delivery, Entity};
use sealwax::engine::Scan;
use sealwax::message::Message;
use sealwax::outer;
use sealwax::policy::{self, Verdict};

#[test]
fn every_case_gives_what_it_expects() {
    let cases = cases::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/corpus"))).unwrap();
    let wrong: Vec<String> = cases.iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(cases.len() > 30);
}

/// What is not as the case expects, one line for each thing.
fn differences(case: &Case) -> Vec<String> {
    let engine = cases::engine(case).unwrap();
    let at = case.facts.at.unwrap();
    let verdict = engine.evaluate(&case.message, &case.facts.transaction, at).unwrap();
    let scan = engine.scan_keeping_text(&case.message);
    let mut wrong = Wrong(Vec::new());
    wrong.classification(case, &verdict);
    wrong.entities(case, &scan, &engine.parse(&case.message));
    wrong.deliveries(case, &verdict);
    wrong.leaving(case, &verdict);
    wrong
        .0
        .into_iter()
        .map(|line| format!("{} ({}): {line}", case.id, case.name))
        .collect()
}

struct Wrong(Vec<String>);

impl Wrong {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "what is compared is made for the comparison"
    )]
    fn compare<T: PartialEq + Debug>(&mut self, what: &str, expected: Option<T>, real: T) {
        if let Some(expected) = expected.filter(|expected| *expected != real) {
            self.0.push(format!("{what} is {real:?}, expected {expected:?}"));
        }
    }

    fn classification(&mut self, case: &Case, verdict: &Verdict) {
        let expect = &case.expect;
        let categories: BTreeSet<String> = verdict
            .classification
            .categories
            .iter()
            .map(ToString::to_string)
            .collect();
        self.compare("level", expect.level.clone(), verdict.classification.level.to_string());
        self.compare("complete", expect.complete, verdict.complete);
        if !expect.includes.is_subset(&categories) {
            self.0.push(format!(
                "categories are {categories:?}, expected at least {:?}",
                expect.includes
            ));
        }
        self.compare("categories", expect.categories.clone(), categories);
    }

    fn entities(&mut self, case: &Case, scan: &Scan, message: &Message) {
        let expected = case.expect.entities.as_deref();
        if expected.is_some_and(<[Entity]>::is_empty) && !scan.entities.is_empty() {
            self.0.push(format!("found {:?}, expected nothing", scan.entities));
        }
        for entity in expected.unwrap_or_default() {
            self.entity(entity, scan, message);
        }
        for found in scan
            .entities
            .iter()
            .filter(|found| case.expect.absent.contains(&found.label))
        {
            self.0.push(format!("found {found:?}, expected none"));
        }
    }

    /// The entity is found; and its place, however it is counted, holds its text.
    fn entity(&mut self, expected: &Entity, scan: &Scan, message: &Message) {
        let at = |found: &&sealwax::engine::Entity| {
            found.label == expected.label
                && found.place.to_string() == expected.part
                && found.code_points == Some(expected.start..expected.end)
        };
        let Some(found) = scan.entities.iter().find(at) else {
            let labels: Vec<_> = scan
                .entities
                .iter()
                .map(|found| (&found.label, &found.code_points))
                .collect();
            self.0.push(format!("no {expected:?} among {labels:?}"));
            return;
        };
        let unit = message
            .units()
            .iter()
            .find(|unit| *unit.place() == found.place && unit.member().is_none())
            .unwrap();
        let counted: String = unit.text().chars().take(expected.end).skip(expected.start).collect();
        let bytes = found.span.unwrap();
        self.compare(
            "the text by code points",
            Some(expected.text.as_str()),
            counted.as_str(),
        );
        self.compare(
            "the text by bytes",
            Some(Some(expected.text.as_str())),
            unit.text().get(bytes.start..bytes.end),
        );
        self.compare("the text", Some(Some(expected.text.as_str())), found.text());
    }

    /// What leaves, and what goes into the seal.
    fn leaving(&mut self, case: &Case, verdict: &Verdict) {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let outer = verdict.deliveries.iter().map(|delivery| delivery.outer(&case.message));
        let outer: Vec<String> = outer.map(|outer| text(outer.unwrap_or_default())).collect();
        self.compare("what leaves", case.expect.outer.clone(), outer);
        self.compare(
            "what is sealed",
            case.expect.inner.clone(),
            text(outer::inner(&case.message)),
        );
    }

    fn deliveries(&mut self, case: &Case, verdict: &Verdict) {
        let Some(expected) = &case.expect.deliveries else {
            return;
        };
        self.compare(
            "the number of deliveries",
            Some(expected.len()),
            verdict.deliveries.len(),
        );
        for (expected, real) in expected.iter().zip(&verdict.deliveries) {
            self.delivery(expected, real);
        }
    }

    fn delivery(&mut self, expected: &Delivery, real: &policy::Delivery) {
        let of = |what: &str| format!("{what} for {}", expected.recipient);
        let contract = real.transport.as_ref().map(|contract| contract.level.to_string());
        let fallback = real
            .fallback
            .as_ref()
            .and_then(|fallback| fallback.method)
            .map(|method| method.to_string());
        self.compare(
            &of("recipient"),
            Some(expected.recipient.as_str()),
            real.recipient.as_str(),
        );
        self.compare(&of("action"), Some(expected.action.as_str()), real.action.name());
        self.compare(
            &of("method"),
            Some(expected.method.as_deref()),
            real.method.map(policy::Method::name),
        );
        self.compare(&of("level"), expected.level.clone().map(Some), contract);
        self.compare(&of("fallback"), expected.fallback.clone().map(Some), fallback);
        self.compare(&of("waiver"), Some(expected.waiver.clone()), real.waiver.clone());
        let unapplied = real.unapplied_waivers.iter();
        let unapplied: Vec<String> = unapplied.map(|one| format!("{} {}", one.waiver, one.reason)).collect();
        self.compare(&of("unapplied"), expected.unapplied.clone(), unapplied);
        self.compare(&of("archive"), expected.archive, real.archive);
        let rules: Vec<&str> = real.why.iter().map(|why| why.rule.as_str()).collect();
        if expected.rule.as_deref().is_some_and(|rule| !rules.contains(&rule)) {
            self.0.push(format!(
                "{} is none of {rules:?}, expected {:?}",
                of("rule"),
                expected.rule
            ));
        }
    }
}

#[test]
fn an_expectation_that_does_not_hold_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = r#"
        [[case]]
        name = "all wrong"
        message = "Subject: x\n\nSSN 536-90-4399\n"
        [case.expect]
        level = "none"
        categories = ["phi"]
        includes = ["financial"]
        complete = false
        absent = ["US_SSN"]
        entities = [{ type = "CREDIT_CARD", part = "1", start = 0, end = 1, text = "S" }]
        outer = ["x"]
        inner = "x"
        deliveries = [{ recipient = "x@y.example", action = "hold", level = "dane", rule = "none", waiver = "w", fallback = "tls", unapplied = ["w x"], archive = true }]
    "#;
    fs::write(folder.path().join("wrong.toml"), wrong).unwrap();
    fs::create_dir(folder.path().join("policies")).unwrap();
    fs::write(folder.path().join("policies/hipaa.toml"), "include = ['hipaa-2013']").unwrap();
    let wrong: Vec<String> = cases::read(folder.path())
        .unwrap()
        .iter()
        .flat_map(differences)
        .collect();
    let nouns = "level categories complete found no|CREDIT recipient action method level fallback waiver unapplied archive rule leaves sealed";
    assert_eq!(wrong.len(), 17, "{wrong:#?}, {nouns}");
}
