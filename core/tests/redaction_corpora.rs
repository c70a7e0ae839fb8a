//! What was redacted, scanned again, shows no identifier, and a second redaction leaves it as it is: for the corpora, the
//! examples of the catalogue in every form of a text, and generated texts.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::OnceLock;

use proptest::prelude::*;
use sealwax::Engine;
use sealwax::classify::Category;
use sealwax::crypto::HashKey;
use sealwax::detect::{DetectorSpec, built_in};
use sealwax::engine::Scan;
use sealwax::redact::{Identified, Redaction};

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::with_profile("hipaa-2013").unwrap())
}

fn catalogue() -> &'static [DetectorSpec] {
    static CATALOGUE: OnceLock<Vec<DetectorSpec>> = OnceLock::new();
    CATALOGUE.get_or_init(|| built_in().unwrap())
}

/// The types that redaction takes out.
fn taken() -> &'static BTreeSet<&'static str> {
    static TAKEN: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    TAKEN.get_or_init(|| {
        catalogue()
            .iter()
            .filter(|spec| is_taken(spec))
            .map(|spec| spec.label.as_str())
            .collect()
    })
}

fn is_taken(spec: &DetectorSpec) -> bool {
    match &spec.category {
        Some(Category::Credential | Category::Custom(_) | Category::Financial | Category::PersonalIdentifier) => true,
        Some(_) => spec.safe_harbor.is_some(),
        None => false,
    }
}

fn every_mode() -> [Redaction; 4] {
    [
        Redaction::by_type(),
        Redaction::mask(),
        Redaction::pseudonyms(HashKey::from_bytes(&[7; 32])),
        Redaction::remove(),
    ]
}

/// What is wrong with the redaction of a message: the types that a scan of it still shows, and whether a second redaction
/// changes it.
fn wrong_with(raw: &[u8], redaction: &Redaction) -> BTreeSet<String> {
    let Ok((redacted, _)) = engine().redact(raw, redaction) else {
        return ["refused".to_owned()].into();
    };
    let again = engine().redact(&redacted, redaction).unwrap().0;
    wrong(
        engine().scan(&redacted),
        engine().identifiers(&redacted, None).unwrap(),
        again != redacted,
    )
}

/// The same for a text.
fn wrong_with_text(text: &str, redaction: &Redaction) -> BTreeSet<String> {
    let Ok((redacted, _)) = engine().redact_text(text, redaction) else {
        return ["refused".to_owned()].into();
    };
    let again = engine().redact_text(&redacted, redaction).unwrap().0;
    wrong(
        engine().scan_text(&redacted),
        engine().identifiers_in_text(&redacted, None).unwrap(),
        again != redacted,
    )
}

fn wrong(scan: Scan, identifiers: Vec<Identified>, is_changed: bool) -> BTreeSet<String> {
    let shown = scan.entities.into_iter().map(|entity| entity.label);
    let shown = shown.filter(|label| taken().contains(label.as_str()));
    let identified = identifiers.into_iter().map(|one| one.label);
    let changed = is_changed.then(|| "changed again".to_owned());
    shown.chain(identified).chain(changed).collect()
}

/// Redacts each message in one mode after the other; says by totals alone what was wrong, since some of it is kept unread.
fn redact_all(messages: impl Iterator<Item = (String, Vec<u8>)>) {
    let modes = every_mode();
    let mut totals: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut count = 0_usize;
    for (index, (kind, raw)) in messages.enumerate() {
        let mode = &modes[index % modes.len()];
        for wrong in wrong_with(&raw, mode) {
            *totals.entry((kind.clone(), wrong)).or_default() += 1;
        }
        count += 1;
    }
    assert!(count > 0 && totals.is_empty(), "of {count} messages: {totals:#?}");
}

#[test]
fn no_message_of_the_corpus_shows_an_identifier_after_redaction() {
    let files = common::files_below(&common::testdata(""));
    let messages = files.into_iter().filter(|path| {
        path.extension()
            .is_some_and(|ending| ending == "eml" || ending == "toml")
    });
    redact_all(messages.map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read(path).unwrap())
    }));
}

#[test]
fn no_message_of_the_evaluation_data_shows_an_identifier_after_redaction() {
    let Some(folder) = common::shared("data/eval/dev") else {
        return;
    };
    let sets = ["messages", "typos", "evasion"].map(|set| folder.join(set).join("eml"));
    let files = sets.iter().flat_map(|set| common::files_below(set));
    let written = files.map(|path| {
        let kind = path.parent().and_then(|eml| eml.parent()).unwrap().file_name().unwrap();
        (kind.to_string_lossy().into_owned(), std::fs::read(&path).unwrap())
    });
    let packed = ["kinds.jsonl.gz", "prose/messages.jsonl.gz"].map(|name| folder.join(name));
    let packed = packed.iter().filter(|path| path.is_file()).flat_map(|path| {
        let mut lines = String::new();
        flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap())
            .read_to_string(&mut lines)
            .unwrap();
        let message = |line: &str| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            (
                row["kind"].as_str().unwrap_or("kinds").to_owned(),
                row["raw"].as_str().unwrap().as_bytes().to_vec(),
            )
        };
        lines.lines().map(message).collect::<Vec<_>>()
    });
    let all = std::env::var("SEALWAX_SWEEP").is_ok_and(|value| value == "all");
    redact_all(packed.chain(written).step_by(if all { 1 } else { STEP }));
}

/// A run redacts every eleventh message; `SEALWAX_SWEEP=all` every one.
const STEP: usize = 11;

#[test]
fn no_example_of_the_catalogue_shows_an_identifier_after_redaction() {
    let modes = every_mode();
    let mut wrong = BTreeMap::new();
    let examples = catalogue()
        .iter()
        .filter(|spec| is_taken(spec))
        .flat_map(|spec| &spec.examples);
    for (index, example) in examples.enumerate() {
        let found = wrong_with_text(example, &modes[index % modes.len()]);
        if !found.is_empty() {
            wrong.insert(example, found);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Texts in which people write such things: each takes two pieces.
const FORMS: &[fn(&str, &str) -> String] = &[
    |left, right| format!("{left} {right}"),
    |left, right| format!("{left}\n{right}\n"),
    |left, right| format!("> {left}\n> {right}; thanks\\\n"),
    |left, right| format!("{left},{right},x\n"),
    |left, right| format!("{left}\t{right}\t"),
    |left, right| format!("| {left} | {right} |"),
    |left, right| serde_json::json!({ "note": left, "value": right }).to_string(),
    |left, right| serde_json::json!({ "body": serde_json::json!({ "a": left, "b": [right] }).to_string() }).to_string(),
    |left, right| {
        format!("{{\n  \"name\": [ {{ \"text\": \"{left}\" }} ],\n  \"address\": {{ \"city\": \"{right}\" }}\n}}")
    },
    |left, right| format!("first name,mrn,note\n{left},48213377,{right}\n"),
    |left, right| format!("Dear {left},\n\nplease call {right}; bye\n"),
    |left, right| format!("PID|1||00482913^^^LAKE^MR||{left}||19640715|F|||{right}"),
    |left, right| format!("password: {left}; badge {right}"),
    |left, right| format!("[{left}] [US_SSN] {right} [MRN:"),
    |left, right| format!("<name><given>{left}</given></name><id value=\"{right}\"/>"),
];

fn example() -> impl Strategy<Value = &'static str> {
    let examples: Vec<&'static str> = catalogue()
        .iter()
        .flat_map(|spec| &spec.examples)
        .map(String::as_str)
        .collect();
    prop::sample::select(examples)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn no_text_of_examples_shows_an_identifier_after_redaction(
        pieces in prop::collection::vec((example(), example(), 0..FORMS.len()), 1..5),
        mode in 0..4_usize,
    ) {
        let text: String = pieces.iter().map(|(left, right, form)| FORMS[*form](left, right)).collect();
        let wrong = wrong_with_text(&text, &every_mode()[mode]);
        prop_assert!(wrong.is_empty(), "{wrong:?}: {text}");
    }
}
