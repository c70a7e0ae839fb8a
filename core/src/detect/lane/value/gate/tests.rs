use std::sync::OnceLock;

use proptest::prelude::*;
use regex::{Regex, RegexSet, RegexSetBuilder};

use super::super::super::super::scanner::shared;
use super::super::super::super::{DetectorSpec, Lane, built_in};
use super::super::expand;
use super::*;

/// The forms of the catalogue, each whether it needs no label.
struct Catalogue {
    specs: Vec<DetectorSpec>,
    gate: Gate,
    set: RegexSet,
}

fn form(spec: &DetectorSpec) -> Option<String> {
    spec.pattern.as_ref().map(|pattern| format!("^(?:{})", expand(pattern)))
}

fn is_bare(spec: &DetectorSpec) -> bool {
    spec.lane == Lane::Pattern && spec.confidence.bare.is_some() && spec.prefixes.is_empty()
}

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let specs = built_in().unwrap();
        let forms: Vec<_> = specs.iter().map(form).collect();
        let gate = Gate::of_forms(forms.iter().map(Option::as_deref).zip(specs.iter().map(is_bare)));
        let never = r"[^\s\S]".to_owned();
        let forms = forms.into_iter().map(|form| form.unwrap_or_else(|| never.clone()));
        let set = RegexSetBuilder::new(forms).size_limit(1 << 26).build().unwrap();
        Catalogue { specs, gate, set }
    })
}

/// Whatever stands at `start` goes through the gate.
fn assert_wide(text: &str, start: usize) {
    let Catalogue { specs, gate, set } = catalogue();
    let possible = gate.at(text, start);
    assert!(matches!(possible, Possible::These(_)));
    for detector in set.matches(text.get(start..).unwrap()) {
        let spec = specs.get(detector).unwrap();
        assert!(gate.admits(detector, text, start), "{} at {start} of {text:?}", spec.id);
        assert!(
            !is_bare(spec) || possible.includes(detector),
            "{} at {start} of {text:?}",
            spec.id
        );
    }
}

fn assert_wide_everywhere(text: &str) {
    for (start, _) in text.char_indices() {
        assert_wide(text, start);
    }
}

#[test]
fn whatever_stands_in_the_examples_goes_through() {
    for spec in &catalogue().specs {
        spec.examples
            .iter()
            .chain(&spec.counterexamples)
            .for_each(|text| assert_wide_everywhere(text));
    }
}

#[test]
fn most_words_and_numbers_do_not() {
    let gate = &catalogue().gate;
    for text in ["hello", "3 apples", "12:30", "v2", "1st of", "$4.50"] {
        assert!(gate.at(text, 0).is_nothing(), "{text}");
    }
    let card = catalogue().specs.iter().position(|spec| spec.id == "card").unwrap();
    assert!(gate.at("4111 1111 1111 1111", 0).includes(card));
    assert!(!gate.at("4111 apples", 0).includes(card));
}

#[test]
fn the_table_of_the_catalogue_is_small_and_the_same_each_time() {
    let gate = &catalogue().gate;
    assert!(gate.memory() < 300_000, "{}", gate.memory());
    assert_eq!(shared().gate().as_bytes(), gate.as_bytes());
}

#[test]
fn a_table_is_read_from_its_bytes_and_a_cut_one_is_refused_or_wide() {
    let forms = [Some("^[0-9]{3}"), None, Some("^(?:a|bc)")];
    let gate = Gate::of_forms(forms.into_iter().map(|form| (form, true)));
    let bytes = gate.as_bytes().to_vec();
    for length in 0..=bytes.len() {
        let cut = Gate::from_bytes(Cow::Owned(bytes.get(..length).unwrap().to_vec()));
        for text in ["123", "12", "bc", "x", ""] {
            let (whole, cut) = (gate.at(text, 0), cut.as_ref().map(|cut| cut.at(text, 0)));
            let is_wide = (0..3).all(|form| !whole.includes(form) || cut.is_none_or(|cut| cut.includes(form)));
            assert!(is_wide, "{length} {text}");
        }
    }
    let again = Gate::from_bytes(Cow::Owned(bytes)).unwrap();
    assert!(again.at("123", 0).includes(0) && !again.at("123", 0).includes(2));
    assert!(Gate::default().at("x", 0).includes(0) && Gate::default().admits(7, "x", 0));
}

#[test]
fn a_thousand_forms_of_a_customer_have_a_table_that_tells_them_apart() {
    let form = |number: usize| match number % 4 {
        0 => format!("^(?:B{number}[0-9]{{6}})"),
        1 => format!("^(?:(?i)[a-z]{{2}}-?{number}[0-9]{{2,8}})"),
        2 => format!("^(?:[A-Z]{{1,9}}.{{0,8}}{number})"),
        _ => format!("^(?:[0-9]{{{}}}/[0-9]+)", number % 17),
    };
    let forms: Vec<_> = (0..1_000).map(form).collect();
    let gate = Gate::of_forms(forms.iter().map(|form| (Some(form.as_str()), true)));
    assert!(gate.memory() < 1 << 22, "{}", gate.memory());
    for (number, text) in [(4, "B4123456"), (1, "ab-123"), (2, "AX  2"), (3, "123/1")] {
        assert!(
            gate.at(text, 0).includes(number) && gate.admits(number, text, 0),
            "{text}"
        );
    }
    assert!(gate.at("?", 0).is_nothing() && !gate.admits(4, "B5", 0));
}

#[test]
fn forms_that_would_take_long_are_tried_more_often_instead() {
    let forms: Vec<_> = (1..300)
        .map(|number| format!("^(?:(?:.{{0,9}}x){{0,{number}}}y)"))
        .collect();
    let gate = Gate::of_forms(forms.iter().map(|form| (Some(form.as_str()), true)));
    assert!(gate.memory() < 1 << 24, "{}", gate.memory());
    assert!(gate.at("abcxy", 0).includes(7) && gate.admits(7, "y", 0));
}

/// Forms of a few signs, put together in every way.
fn some_form() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        "[a-cé7]",
        "\\[[a-c]-[c-e7é]\\]",
        Just(r"\b".to_owned()),
        Just("$".to_owned()),
        Just("[^a]".to_owned()),
        Just(".".to_owned()),
        Just("(?i:k)".to_owned()),
        Just("[^\\s\\S]".to_owned()),
        Just("😀".to_owned()),
    ];
    one.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            (inner.clone(), 0..3_u32, 0..12_u32)
                .prop_map(|(part, least, more)| format!("(?:{part}){{{least},{}}}", least + more)),
            (inner.clone(), 0..12_u32).prop_map(|(part, least)| format!("(?:{part}){{{least},}}")),
            inner.prop_map(|part| format!("({part})*")),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_a_form_takes_goes_through(
        forms in prop::collection::vec(some_form(), 1..6),
        texts in prop::collection::vec("[a-eé7 kK\u{212a}😀]{0,12}", 8),
    ) {
        let forms: Vec<_> = forms.iter().map(|form| format!("^(?:{form})")).collect();
        let gate = Gate::of_forms(forms.iter().map(|form| (Some(form.as_str()), true)));
        for (form, pattern) in (0..).zip(&forms) {
            let Ok(pattern) = Regex::new(pattern) else { continue };
            for text in &texts {
                if pattern.is_match(text) {
                    prop_assert!(gate.at(text, 0).includes(form) && gate.admits(form, text, 0), "{pattern} {text:?}");
                }
            }
        }
    }

    #[test]
    fn whatever_stands_in_a_text_goes_through(text in "[0-9A-Za-z ./()+-]{0,40}|[0-9 -]{0,24}|\\PC{0,24}") {
        assert_wide_everywhere(&text);
    }
}
