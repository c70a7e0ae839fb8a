//! `docs/FORMAT.md` and its vectors, read by this crate and by an independent reader.
#![allow(clippy::similar_names, reason = "an opener gives what is opened")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::fs;

use common::{python_with, testdata, unhex};
use sealwax::crypto::{Provider, hex, sha256};
use sealwax::seal::{Context, Header, KeyRef, LocalKey, Opener, Passphrase};
use serde_json::Value;

#[test]
fn every_valid_vector_opens_with_every_provider() {
    for provider in Provider::all() {
        for case in cases("valid.json") {
            let opened = open(provider, &case).unwrap_or_else(|| panic!("{}", case["name"]));
            assert_eq!(case["plain_sha256"], hex(&sha256(&[&opened])), "{}", case["name"]);
        }
    }
    assert_eq!(cases("valid.json").len(), 30);
}

#[test]
fn the_digest_of_a_header_is_that_of_its_bytes() {
    for case in ["valid.json", "rsa.json", "ec.json"].into_iter().flat_map(cases) {
        let header = case.get("header").unwrap_or(&case["sealed"]);
        let sealed = unhex(header.as_str().unwrap());
        let header = Header::take_from(&mut sealed.as_slice()).unwrap();
        let digest = Header::parse(&sealed).unwrap().digest();
        assert_eq!(digest.as_bytes(), &sha256(&[&header]), "{}", case["name"]);
    }
}

#[test]
fn every_invalid_vector_is_refused_by_every_provider() {
    for provider in Provider::all() {
        for case in cases("invalid.json") {
            assert_eq!(open(provider, &case), None, "{}", case["name"]);
        }
    }
    assert_eq!(cases("invalid.json").len(), 78);
}

#[test]
fn every_vector_of_a_later_kind_is_as_it_says_with_every_provider() {
    let files = ["rsa.json", "ec.json", "anonymous.json", "endings.json"];
    for provider in Provider::all() {
        for case in files.into_iter().flat_map(cases) {
            let opened = open(provider, &case).map(|plain| hex(&sha256(&[&plain])));
            let expected = case["plain_sha256"].as_str().map(str::to_owned);
            assert_eq!(opened, expected, "{}", case["name"]);
        }
    }
    assert_eq!(files.map(|file| cases(file).len()), [6, 12, 12, 22]);
}

#[test]
fn the_sender_of_a_vector_is_the_one_that_it_names() {
    for provider in Provider::all() {
        for case in cases("endings.json") {
            let opener = opener(provider, &case);
            let sealed = unhex(case["sealed"].as_str().unwrap());
            let sender = opener.open_signed(&sealed).ok().and_then(|opened| opened.sender);
            assert_eq!(sender.map(|key| key.to_string()).as_deref(), case["sender"].as_str());
        }
    }
}

#[test]
fn the_independent_reader_agrees_on_every_vector() {
    let Some(mut python) = python_with("cryptography.cobblestone") else {
        return;
    };
    let files = [
        "sealed/reader.py",
        "sealed/valid.json",
        "sealed/invalid.json",
        "sealed/rsa.json",
        "sealed/ec.json",
        "sealed/anonymous.json",
        "sealed/endings.json",
    ]
    .map(testdata);
    let output = python.args(files).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(said.trim(), "62 valid and 98 invalid messages, 0 not as they say");
}

#[test]
fn the_example_of_the_page_is_a_vector() {
    let page = include_str!("../../docs/FORMAT.md");
    let (_, rest) = page.split_once("```hex\n").unwrap();
    let shown: String = rest.split_once("```").unwrap().0.split_whitespace().collect();
    let cases = cases("valid.json");
    let case = cases
        .iter()
        .find(|case| case["name"] == "the example of the page")
        .unwrap();
    assert_eq!(case["sealed"], shown);
    assert_eq!(open(Provider::ring(), case).unwrap(), b"MRN 12345678");
    assert!(page.contains(case["keys"][0]["text"].as_str().unwrap()));
}

fn cases(file: &str) -> Vec<Value> {
    let vectors: Value = serde_json::from_slice(&fs::read(testdata("sealed").join(file)).unwrap()).unwrap();
    vectors["cases"].as_array().unwrap().clone()
}

fn open(provider: Provider, case: &Value) -> Option<Vec<u8>> {
    let opener = opener(provider, case);
    let sealed = unhex(case["sealed"].as_str().unwrap());
    let opened = match case.get("header") {
        Some(header) => opener.open_detached(&unhex(header.as_str().unwrap()), &sealed),
        None => opener.open(&sealed),
    };
    opened.ok().map(|plain| plain.to_vec())
}

fn opener(provider: Provider, case: &Value) -> Opener {
    let mut opener = Opener::new(provider).past_retention();
    for key in case["keys"].as_array().unwrap() {
        let text = key["text"].as_str().unwrap();
        opener = match key.get("key_ref") {
            Some(name) => opener.identity(text.parse::<LocalKey>().unwrap().named(key_ref(name))),
            None => opener.identity(text.parse::<sealwax::seal::Identity>().unwrap()),
        };
    }
    for words in case.get("passphrases").and_then(Value::as_array).into_iter().flatten() {
        opener = opener.identity(Passphrase::new(words.as_str().unwrap()).unwrap());
    }
    let supplied = case.get("supplied").and_then(Value::as_object).into_iter().flatten();
    let pairs = supplied.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
    opener.supplied(Context::from_pairs(pairs).unwrap())
}

fn key_ref(name: &Value) -> KeyRef {
    let version = u32::try_from(name[2].as_u64().unwrap()).unwrap();
    KeyRef::new(name[0].as_str().unwrap(), name[1].as_str().unwrap(), version).unwrap()
}
