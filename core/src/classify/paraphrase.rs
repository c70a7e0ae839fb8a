//! A rule is no list of phrases: what its examples say in other words is found as well.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Category, Strictness, rules};
use crate::Engine;

/// The texts of each rule, and the words that fill them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paraphrases {
    rule: Vec<Texts>,
    words: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the name in the data")]
struct Texts {
    id: String,
    /// Of a hundred paraphrases, so many are found at least, where it is not [`FLOOR`]; the data says why.
    floor: Option<usize>,
    texts: Vec<String>,
}

impl Paraphrases {
    fn read() -> Self {
        toml::from_str(include_str!("paraphrases.toml")).unwrap()
    }

    /// `text` with the words of one turn in its gaps; each gap has its own pace, so that words meet in every pair.
    fn filled(&self, text: &str, turn: usize) -> String {
        let (mut filled, mut rest) = (String::new(), text);
        let mut pace = turn;
        while let Some((before, (gap, behind))) = rest.split_once('{').and_then(|(a, b)| Some((a, b.split_once('}')?)))
        {
            let words = self.words.get(gap).unwrap_or_else(|| panic!("no words for `{gap}`"));
            filled.push_str(before);
            filled.push_str(&words[pace % words.len()]);
            pace = pace * 11 + 1;
            rest = behind;
        }
        filled + rest
    }
}

/// Of a hundred paraphrases of the examples of a rule, so many are PHI at the rule's own setting.
const FLOOR: usize = 90;
/// How often each text is filled.
const TURNS: usize = 12;

#[test]
fn nine_of_ten_paraphrases_of_each_rule_are_phi_at_its_setting() {
    let paraphrases = Paraphrases::read();
    let engines = Strictness::ALL.map(|setting| Engine::builder().strictness(setting).build().unwrap());
    let mut short = Vec::new();
    for rule in rules() {
        let texts = paraphrases.rule.iter().find(|texts| texts.id == rule.id);
        let texts = texts.unwrap_or_else(|| panic!("no paraphrases of `{}`", rule.id));
        let (texts, floor) = (&texts.texts, texts.floor.unwrap_or(FLOOR));
        assert!(texts.len() >= 5, "{}: {} texts", rule.id, texts.len());
        let place = Strictness::ALL
            .iter()
            .position(|setting| *setting == rule.strictness)
            .unwrap();
        let all = texts
            .iter()
            .flat_map(|text| (0..TURNS).map(|turn| paraphrases.filled(text, turn)));
        let (held, missed): (Vec<_>, Vec<_>) =
            all.partition(|text| engines[place].scan_text(text).classification.is(&Category::Phi));
        if held.len() * 100 < floor * (held.len() + missed.len()) {
            short.push(format!(
                "{}: {} of {}, not {missed:#?}",
                rule.id,
                held.len(),
                held.len() + missed.len()
            ));
        }
    }
    assert!(short.is_empty(), "{}", short.join("\n"));
}

#[test]
fn the_same_sentences_about_nobody_and_about_nothing_are_no_phi() {
    let paraphrases = Paraphrases::read();
    let engine = Engine::builder().strictness(Strictness::Strict).build().unwrap();
    for text in [
        "{condition} is a disease.",
        "{drug} is sold in most countries.",
        "{name} has a car.",
        "{name} takes the train.",
        "RE: {name}, the invoice",
        "Name: {name}\nDepartment: sales",
        "{specialty} expects everybody on the 9th.",
        "Dear {first},\n\na reminder of your visit to the bank.",
        "Unsubscribe here. {name} has {condition}, says the newsletter.",
    ] {
        for turn in 0..TURNS {
            let text = paraphrases.filled(text, turn);
            assert!(!engine.scan_text(&text).classification.is(&Category::Phi), "{text:?}");
        }
    }
}
