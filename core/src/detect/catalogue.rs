//! The built-in catalogue: data files, which the plan is compiled from.

use serde::Deserialize;

use super::{DetectError, DetectErrorKind, DetectorSpec};

/// The built-in detectors, in the order of their files.
///
/// ```
/// let specs = sealwax::detect::built_in()?;
/// assert!(specs.iter().any(|spec| spec.id == "us-ssn"));
/// # Ok::<(), sealwax::detect::DetectError>(())
/// ```
///
/// # Errors
///
/// [`DetectErrorKind::Catalogue`] when a file is damaged, which a test of the crate rules out.
pub fn built_in() -> Result<Vec<DetectorSpec>, DetectError> {
    let mut specs = Vec::new();
    for (file, text) in FILES {
        let catalogue: Catalogue = toml::from_str(text).map_err(|error| {
            DetectError::new(
                DetectErrorKind::Catalogue,
                format_args!("`{file}`: {}", error.message()),
            )
        })?;
        specs.extend(catalogue.detector);
    }
    Ok(specs)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    detector: Vec<DetectorSpec>,
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../data/detectors/", $name)))),+]
    };
}

const FILES: &[(&str, &str)] = files![
    "against.toml",
    "clinical.toml",
    "contact.toml",
    "credentials.toml",
    "europe.toml",
    "finance.toml",
    "health.toml",
    "persons.toml",
    "records.toml",
    "things.toml",
    "us.toml",
    "world.toml",
    "health-es.toml",
    "health-fr.toml",
    "health-de.toml",
    "health-pt.toml",
    "health-it.toml",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::Lane;
    use super::super::scanner::shared;
    use super::*;
    use crate::text::View;

    #[test]
    fn ids_are_unique_and_every_row_says_where_it_comes_from() {
        let specs = built_in().unwrap();
        let ids: BTreeSet<_> = specs.iter().map(|spec| &spec.id).collect();
        assert_eq!(ids.len(), specs.len());
        assert!(ids.len() >= 120);
        let letters: BTreeSet<char> = specs.iter().filter_map(|spec| spec.safe_harbor).collect();
        assert_eq!(
            letters,
            ('A'..='R').collect(),
            "each of the eighteen identifiers has a detector"
        );
        for spec in &specs {
            assert!(!spec.source.is_empty() && !spec.title.is_empty(), "{}", spec.id);
            assert!(!spec.examples.is_empty(), "{}", spec.id);
            assert!(
                !matches!(spec.lane, Lane::Pattern | Lane::Email) || !spec.counterexamples.is_empty(),
                "{}",
                spec.id
            );
            let says = spec.category.is_some() || !spec.senses.is_empty() || spec.sample;
            assert!(says, "{}", spec.id);
            let sure = [spec.confidence.bare, spec.confidence.labelled];
            assert!(
                sure.iter().flatten().all(|confidence| (0.0..=1.0).contains(confidence)),
                "{}",
                spec.id
            );
        }
    }

    #[test]
    fn a_title_alone_is_no_name() {
        for text in ["Dear Ms. Phillips", "Patient: Mr", "<td>Ms</td>", "Dear Dr. Lee"] {
            let findings = shared().scan(&View::fold(text));
            let names = findings.iter().filter(|finding| finding.detector().label() == "PERSON");
            for name in names {
                let span = name.span();
                assert!(
                    !["Ms", "Mr", "Dr"].contains(&text.get(span.start..span.end).unwrap()),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn the_next_label_is_no_name_and_a_salutation_is() {
        let named = |text: &str| {
            let findings = shared().scan(&View::fold(text));
            findings.iter().any(|finding| finding.detector().label() == "PERSON")
        };
        for text in ["Name: Guardian:", "Name:\nCarer:\nName (Print): Initials"] {
            assert!(!named(text), "{text}");
        }
        for text in ["Dear Abelardo:", "Name: Abelardo", "Patient Name: Abelardo T. Stone"] {
            assert!(named(text), "{text}");
        }
    }

    #[test]
    fn every_finding_says_why_without_showing_it() {
        for spec in built_in().unwrap() {
            for text in &spec.examples {
                for finding in shared().scan(&View::fold(text)) {
                    let why = finding.why();
                    assert!(
                        !why.is_empty() && !why.chars().any(|character| character == '@'),
                        "{why}"
                    );
                    let digits = why.chars().filter(char::is_ascii_digit).count();
                    assert!(digits <= 2, "{why}");
                }
            }
        }
    }

    #[test]
    fn every_detector_finds_its_examples_and_no_counterexample() {
        let scanner = shared();
        let mut wrong = Vec::new();
        for spec in built_in().unwrap() {
            let finds = |text: &String| {
                scanner
                    .scan(&View::fold(text))
                    .iter()
                    .any(|finding| finding.detector().id() == spec.id)
            };
            let missed = spec.examples.iter().filter(|text| !finds(text));
            wrong.extend(missed.map(|text| format!("`{}` misses {text:?}", spec.id)));
            let taken = spec.counterexamples.iter().filter(|text| finds(text));
            wrong.extend(taken.map(|text| format!("`{}` takes {text:?}", spec.id)));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
