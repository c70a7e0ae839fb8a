//! Policies with rules of their own: detectors, terms and people.

use sealwax::crypto::HashKey;
use sealwax::detect::{RosterBuilder, RosterTable};
use sealwax::engine::{Engine, EngineBuilder};

/// A name, and what begins the engine.
pub type Own = (&'static str, fn() -> EngineBuilder);

/// From no rules of its own to many.
pub const OWN: &[Own] = &[
    ("none", || policy("")),
    ("1 detector", || policy(&detectors(1))),
    ("100 detectors", || policy(&detectors(100))),
    ("1,000 detectors", || policy(&detectors(1_000))),
    ("100,000 terms", || policy(&terms(100_000))),
    ("100,000 people", || people(100_000)),
];

fn policy(own: &str) -> EngineBuilder {
    Engine::builder().policy_toml(format!("name = 'own'\ninclude = ['hipaa-2013']\n{own}"))
}

/// Detectors as hosts write them: behind a label, behind fixed letters, and by their form alone.
fn detectors(count: usize) -> String {
    (0..count).map(detector).collect()
}

fn detector(number: usize) -> String {
    let (id, word) = (number + 1_000, word(number));
    let shape = match number % 3 {
        0 => format!(
            "pattern = '[A-Z]\\d{{6}}'\nlabels = ['{word} number']\nconfidence = {{ labelled = 0.9 }}\n\
            examples = ['{word} number: B123456']\n"
        ),
        1 => format!(
            "pattern = 'Q{id}-\\d{{5}}'\nprefixes = ['Q{id}-']\nconfidence = {{ bare = 0.9 }}\n\
            examples = ['see Q{id}-12345']\n"
        ),
        _ => {
            format!(
                "pattern = '\\d{{3}}/{id}/\\d{{2}}'\nconfidence = {{ bare = 0.8 }}\nexamples = ['see 123/{id}/45']\n"
            )
        }
    };
    format!(
        "[[detector]]\nid = 'own-{id}'\nlabel = 'OWN_{id}'\ntitle = 'Own {id}'\ncategory = 'personal-identifier'\n\
        source = 'a bench'\n{shape}"
    )
}

/// So many words that no dictionary has.
fn terms(count: usize) -> String {
    let words: Vec<String> = (0..count).map(|number| format!("'{}'", word(number))).collect();
    format!(
        "[[term]]\nid = 'own'\ncategory = 'clinical-data'\nwords = [{}]\n",
        words.join(", ")
    )
}

/// A word of ten letters, another one for each number.
fn word(number: usize) -> String {
    const SYLLABLES: &[&str] = &[
        "ba", "co", "du", "fe", "gi", "ho", "ja", "ku", "le", "mi", "no", "pa", "ru", "se", "ti", "vo", "wa", "xu",
        "ye", "zi",
    ];
    let syllable = |place: u32| {
        SYLLABLES
            .get(number / 20_usize.pow(place) % 20)
            .copied()
            .unwrap_or_default()
    };
    let syllables = (0..4).map(syllable);
    ["zo"].into_iter().chain(syllables).collect()
}

fn people(count: usize) -> EngineBuilder {
    let key = HashKey::from_bytes(&[7; 32]);
    let rows = (0..count).map(|row| format!("First{row},Last{row},1975-05-15,MR{row:07}\n"));
    let table: String = std::iter::once("First name,Last name,DOB,MRN\n".to_owned())
        .chain(rows)
        .collect();
    let mut builder = RosterBuilder::new(&key, [1; 16]);
    for person in RosterTable::read(&table, &[]).into_iter().flatten() {
        if let (_, Ok(person)) = person {
            builder.add(&person);
        }
    }
    policy("[[roster]]\nname = 'people'\nfile = 'people.roster'\n")
        .resource("people.roster", builder.finish())
        .roster_key(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_finds_what_is_its_own() {
        let text = "zobabababa number: B123456, Q1001-12345, see 123/1002/45, zofebababa, First7 Last7";
        let found = |own: &EngineBuilder| own.clone().build().map(|engine| engine.scan_text(text).entities);
        let none = found(&policy("")).map_or(0, |found| found.len());
        for own in [policy(&terms(10)), people(10)] {
            assert!(found(&own).is_ok_and(|found| found.len() > none));
        }
        let found = found(&policy(&detectors(3))).unwrap_or_default();
        for label in ["OWN_1000", "OWN_1001", "OWN_1002"] {
            assert!(found.iter().any(|entity| entity.label == label), "{label}");
        }
    }
}
