//! More text never makes less of a message.
//!
//! Many cases: `PROPTEST_CASES=100000 cargo test --release --package sealwax --lib monotone`.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{Category, Level, Strictness, rules};
use crate::Engine;

/// An engine at each setting.
static ENGINES: LazyLock<Vec<Engine>> = LazyLock::new(|| {
    let engine = |setting| Engine::builder().strictness(setting).build().unwrap();
    Strictness::ALL.into_iter().map(engine).collect()
});

/// What a text is at each setting.
fn of(text: &str) -> Vec<(Level, bool)> {
    let each = ENGINES.iter().map(|engine| {
        let classification = engine.scan_text(text).classification;
        (classification.level, classification.is(&Category::Phi))
    });
    each.collect()
}

/// Whether `after` is no less than `before`, at every setting.
fn is_no_less(before: &[(Level, bool)], after: &[(Level, bool)]) -> bool {
    before
        .iter()
        .zip(after)
        .all(|(before, after)| after.0 >= before.0 && (after.1 || !before.1))
}

/// Messages that hold something: the examples of every rule.
fn messages() -> Vec<String> {
    rules().into_iter().flat_map(|rule| rule.examples).collect()
}

/// Paragraphs of other things: news, advertising, research, persons, illnesses, code, other languages, numbers, nothing.
const PARAGRAPHS: &[&str] = &[
    "Unsubscribe here, this is our monthly newsletter.",
    "We studied 240 patients in a randomized trial; see the abstract.",
    "The quarterback tore his ACL, the coach said at the press conference.",
    "In chapter three of the novel the wizard dies of a fever.",
    "The cat needs her vaccine, and the roses have a disease.",
    "fn main() { let error = parse(input)?; return Err(error); }",
    "Tom called.",
    "Please ask Maria Chen about it.",
    "She said that it was fine.",
    "My sister comes on Friday.",
    "Asthma affects people of all ages.",
    "The clinic is closed on Monday.",
    "Der Termin wurde leider verschoben, bitte rufen Sie uns an.",
    "El paciente no pudo venir a la cita de ayer.",
    "Call 617-555-0134 or write to desk@example.org.",
    "The total is 1,204.50 for 12 units, reference 5550134.",
    "| item | count |\n| bolts | 14 |",
    "- milk\n- bread\n- eggs",
    "> On Tuesday you wrote that the meeting is at noon.",
    "See you at noon.",
    "HE SHOUTED THAT THE DEADLINE IS TODAY.",
    "https://shop.example/sale?id=123",
];

/// The paragraphs of ordinary and sensitive messages of the corpus that every face runs, as one more pool.
fn pool() -> Vec<String> {
    let examples = rules().into_iter().flat_map(|rule| rule.counterexamples);
    let detectors = crate::detect::built_in()
        .unwrap()
        .into_iter()
        .flat_map(|spec| spec.counterexamples);
    let fixed = PARAGRAPHS.iter().map(|text| (*text).to_owned());
    fixed
        .chain(examples)
        .chain(detectors.filter(|text| !text.contains("-----")))
        .collect()
}

/// `text` with `paragraph` between two of its paragraphs, before or behind them all.
fn with_paragraph(text: &str, paragraph: &str, place: usize) -> String {
    let mut paragraphs: Vec<&str> = text.split("\n\n").collect();
    paragraphs.insert(place % (paragraphs.len() + 1), paragraph);
    paragraphs.join("\n\n")
}

/// As many cases as `PROPTEST_CASES` says, and `usual` without it.
fn cases(usual: u32) -> ProptestConfig {
    let config = ProptestConfig::default();
    let cases = std::env::var_os("PROPTEST_CASES").map_or(usual, |_| config.cases);
    ProptestConfig { cases, ..config }
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn a_paragraph_more_never_makes_less_of_a_message(
        text in prop::sample::select(messages()), paragraph in prop::sample::select(pool()), place in 0..4_usize,
    ) {
        let longer = with_paragraph(&text, &paragraph, place);
        prop_assert!(is_no_less(&of(&text), &of(&longer)), "{longer:?}");
    }

    #[test]
    fn nothing_in_its_own_paragraph_hides_whom_a_number_identifies(
        sentence in prop::sample::select(PARAGRAPHS.iter().filter(|text| !text.contains('\n')).collect::<Vec<_>>()),
        is_first in any::<bool>(),
    ) {
        let text = "Her MRN is 38857281 and she has diabetes.";
        let longer = if is_first { format!("{sentence} {text}") } else { format!("{text} {sentence}") };
        prop_assert!(is_no_less(&of(text), &of(&longer)), "{longer:?}");
    }

    #[test]
    fn within_a_paragraph_only_what_speaks_against_it_makes_less(
        text in prop::sample::select(messages()), sentence in prop::sample::select(QUIET.to_vec()), is_first in any::<bool>(),
    ) {
        prop_assume!(!text.contains('\n'));
        let longer = if is_first { format!("{sentence} {text}") } else { format!("{text} {sentence}") };
        prop_assert!(is_no_less(&of(&text), &of(&longer)), "{longer:?}");
    }
}

/// Sentences in which nothing speaks against anything.
const QUIET: &[&str] = &[
    "Tom called.",
    "Please ask Maria Chen about it.",
    "She said that it was fine.",
    "My sister comes on Friday.",
    "The door is open.",
    "See you at noon.",
    "Call 617-555-0134.",
    "Thank you for the notes.",
    "We moved to the third floor.",
];

#[test]
fn every_paragraph_of_the_pool_at_every_place_of_every_message_makes_no_less_of_it() {
    let mut less = Vec::new();
    for text in messages() {
        let before = of(&text);
        for paragraph in PARAGRAPHS {
            for place in 0..=text.split("\n\n").count() {
                let longer = with_paragraph(&text, paragraph, place);
                if !is_no_less(&before, &of(&longer)) {
                    less.push(longer);
                }
            }
        }
    }
    assert!(less.is_empty(), "{} of them: {less:#?}", less.len());
}
