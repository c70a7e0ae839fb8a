//! Whatever stands around a value whose checksum is right, it counts.
//!
//! Many cases: `PROPTEST_CASES=100000 cargo test --release --package sealwax --lib neighbours`.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{Category, Context, Level, Scanned, classify};
use crate::Engine;
use crate::detect::{self, Finding, SURE, Strength, shared};
use crate::message::{PartPath, Place};
use crate::text::{Span, View};

/// The examples of the catalogue that a checksum speaks for, surely enough to count: the detector, and the example.
static CHECKED: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let examples = detect::built_in().unwrap().into_iter().flat_map(|spec| {
        let id = spec.id;
        spec.examples.into_iter().map(move |example| (id.clone(), example))
    });
    let checked = |(id, example): &(String, String)| counts(id, example, example).is_some();
    examples.filter(checked).collect()
});

/// How surely `id` finds a value with a checksum where `example` stands in `text`, if it counts.
fn counts(id: &str, example: &str, text: &str) -> Option<f64> {
    let start = text.find(example).unwrap();
    let place = Span::new(start, start + example.len());
    let findings = shared().scan(&View::fold(text));
    let wanted = |finding: &&Finding| {
        finding.detector().id() == id
            && finding.strength() == Strength::Checksum
            && finding.confidence() >= SURE
            && finding.span().overlaps(place)
    };
    findings.iter().find(wanted).map(Finding::confidence)
}

/// As many cases as `PROPTEST_CASES` says, and `usual` without it.
fn cases(usual: u32) -> ProptestConfig {
    let config = ProptestConfig::default();
    let cases = std::env::var_os("PROPTEST_CASES").map_or(usual, |_| config.cases);
    ProptestConfig { cases, ..config }
}

/// Words that speak against a value, and numbers.
const WORDS: &str = "((test|invoice|sample|example|unsubscribe|newsletter|study|fake|not real|tracking|order|[a-z]{1,9}|[0-9]{1,12})[ ,.:;\n]{1,2}){0,12}";
const WORDS_BEHIND: &str =
    "([ ,.:;\n]{1,2}(test|dummy|order|version|study|agenda|policy|expired|[a-z]{1,9}|[0-9]{1,12})){0,12}";

/// Digits of a line or a cell beside a value.
const DIGITS: &str = "[0-9]{1,9}([ -.][0-9]{1,4}){0,3}";
/// What stands between two cells, columns or values of a list.
const BETWEEN: &[&str] = &[
    " ", "  ", "\t", "\t\t", ", ", ",", ";", "; ", "|", " | ", "/", " / ", ":", ": ", " - ", "\n", " \n", "\n\n",
    "\r\n", "\n> ", "\n> > ", "\",\"", "\" \"", "(", ") ", "=", "#", "\u{a0}", "\u{3000}",
];

/// Texts around an example: what stands before and behind it, and how deeply the whole is quoted.
fn neighbours() -> impl Strategy<Value = (String, String, usize)> {
    let side = || (DIGITS, prop::sample::select(BETWEEN));
    let cells = (side(), side())
        .prop_map(|((before, left), (behind, right))| (format!("{before}{left}"), format!("{right}{behind}")));
    let words = (WORDS, WORDS_BEHIND).prop_map(|(before, behind)| (format!("{before}\n"), format!("\n{behind}")));
    (prop_oneof![cells, words], 0..3_usize).prop_map(|((before, behind), depth)| (before, behind, depth))
}

/// `text` as the reply quotes it.
fn quoted(text: &str, depth: usize) -> String {
    let mark = "> ".repeat(depth);
    format!("{mark}{}", text.replace('\n', &format!("\n{mark}")))
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn no_context_pushes_a_checksum_valid_value_below_the_line((before, behind, depth) in neighbours()) {
        prop_assert!(CHECKED.len() >= 60, "{}", CHECKED.len());
        for (id, example) in &*CHECKED {
            let text = quoted(&format!("{before}{example}{behind}"), depth);
            prop_assert!(counts(id, quoted(example, depth).get(2 * depth..).unwrap(), &text).is_some(), "{id}: {text:?}");
        }
    }

    #[test]
    fn no_context_takes_a_checksum_valid_value_out_of_its_category((before, behind, depth) in neighbours()) {
        for (value, category) in [
            ("4111 1111 1111 1111", Category::Financial),
            ("GB82 WEST 1234 5698 7654 32", Category::Financial),
            ("756.9217.0769.85", Category::PersonalIdentifier),
            ("1EG4-TE5-MK73", Category::PersonalIdentifier),
        ] {
            // What stands beside a record number without a blank may be a part of it.
            let blank = if value.starts_with("1EG") { "\n" } else { "" };
            let text = quoted(&format!("{before}{blank}{value}{blank}{behind}"), depth);
            let found = of(&text);
            prop_assert!(found.is(&category), "{value} in {text:?}");
        }
    }

    #[test]
    fn no_cell_of_a_table_takes_a_checksum_valid_value_away(before in DIGITS, behind in DIGITS, heads in any::<bool>()) {
        static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::with_profile("minimal").unwrap());
        let head = if heads { "<tr><th>Phone</th><th>Number</th><th>Date</th></tr>" } else { "" };
        let row = |(_, example): &(String, String)| {
            let example = example.replace('<', "&lt;").replace('>', "&gt;");
            format!("<tr><td>{before}</td><td>{example}</td><td>{behind}</td></tr>\r\n")
        };
        let rows: String = CHECKED.iter().map(row).collect();
        let message = format!("Subject: x\r\nContent-Type: text/html\r\n\r\n<table>{head}{rows}</table>\r\n");
        let scan = ENGINE.scan(message.as_bytes());
        for spec in detect::built_in().unwrap() {
            let known = CHECKED.iter().any(|(id, _)| *id == spec.id);
            prop_assert!(!known || scan.classification.counts.contains_key(&spec.label), "{} beside {before:?}, {behind:?}", spec.id);
        }
    }
}

/// What the properties found, and what was looked for beside it.
#[test]
fn a_value_counts_beside_what_once_hid_it() {
    for (id, value, text) in [
        ("ch-ahv", "7566111393095", "361 \n7566111393095"),
        ("card", "361 \n7566111393095", "361 \n7566111393095"),
        ("card", "4111111111111111", "12,4111111111111111,2027-01"),
        ("za-id", "5202130876029", "sample \nid number 5202130876029"),
        ("card", "4111111111111111", "4111111111111111/12/27/123"),
        ("card", "4111111111111111", "$4111111111111111"),
        ("card", "4111111111111111", "scan_4111111111111111_2.pdf"),
        ("aba-routing", "3222-7162-7", "0 ABA: 3222-7162-7 - 0 0"),
        ("aba-routing", "3222-7162-7", "ABA: 3222-7162-7 8 4 0 0"),
        (
            "iban",
            "NO93 8601 1117 947",
            "NO93 8601 1117 947 is it in or at to do as me",
        ),
    ] {
        assert!(counts(id, value, text).is_some(), "{id} in {text:?}");
    }
}

#[test]
fn a_number_beside_digits_that_make_a_card_of_it_is_still_somebody_s() {
    // The digits of both pass as a card of sixteen digits.
    for text in ["4000367 536-90-4399", "4000367\n536-90-4399"] {
        let found = of(text);
        assert!(found.counts.contains_key("CREDIT_CARD"), "{text:?}: {:?}", found.counts);
        assert!(found.counts.contains_key("US_SSN"), "{text:?}: {:?}", found.counts);
    }
}

#[test]
fn two_readings_of_one_number_are_one_individual() {
    let rows: Vec<String> = (10..19)
        .map(|row| format!("SSN 536-90-43{row}, asthma, 361 \n7566111393095"))
        .collect();
    let found = of(&rows.join("\n"));
    assert_eq!(found.counts["US_SSN"], 9);
    assert_eq!(found.level, Level::Sensitive);
}

#[test]
fn a_piece_of_a_longer_number_is_no_value() {
    for text in [
        "0.4111111111111111",
        "4111111111111111.25",
        "4111111111111111-7",
        "x4111111111111111",
    ] {
        assert!(!of(text).is(&Category::Financial), "{text}");
    }
}

fn of(text: &str) -> super::Classification {
    let view = View::fold(text);
    let findings = shared().scan(&view);
    let place = Place::Part(PartPath::root().child(1));
    classify(&[Scanned::new(&place, &view, &findings)], &Context::default())
}
