//! Puts findings together to what a message is.

use std::collections::{BTreeMap, BTreeSet};

use super::{Category, Classification, Context, Level};
use crate::detect::{Finding, Strength};
use crate::message::Place;

/// The findings of one text unit.
#[derive(Clone, Copy, Debug)]
pub struct Scanned<'a> {
    /// Where the unit stands.
    pub place: &'a Place,
    /// What was found in it.
    pub findings: &'a [Finding],
}

/// Says what a message is whose units were scanned.
///
/// PHI is an identifier and health context together (45 CFR 160.103); either alone is not. The health context may come
/// from `context` instead: then the recipient's address is the identifier, and the PHI is implied.
///
/// ```
/// # use sealwax::classify::{classify, Category, Context, Level, Scanned};
/// # use sealwax::detect::Scanner;
/// # use sealwax::message::{PartPath, Place};
/// # use sealwax::text::View;
/// let findings = Scanner::builder().build()?.scan(&View::fold("MRN 38857281, diagnosed with type 2 diabetes mellitus"));
/// let place = Place::Part(PartPath::root().child(1));
/// let classification = classify(&[Scanned { place: &place, findings: &findings }], &Context::default());
/// assert!(classification.is(&Category::Phi));
/// assert_eq!(classification.level, Level::Sensitive);
/// # Ok::<(), sealwax::detect::DetectError>(())
/// ```
#[must_use]
pub fn classify(units: &[Scanned<'_>], context: &Context<'_>) -> Classification {
    let tally = Tally::of(units);
    let mut classification = Classification {
        counts: tally.counts(),
        ..Classification::default()
    };
    tally.add_identifiers(&mut classification);
    tally.add_phi(context, &mut classification);
    tally.add_financial(&mut classification);
    tally.add_credentials(&mut classification);
    tally.add_custom(&mut classification);
    tally.raise_to_critical(&mut classification);
    classification
}

/// The distinct values of a message.
#[derive(Default)]
struct Tally<'a> {
    /// The surest finding of each label and value.
    values: BTreeMap<(&'a str, u64), &'a Finding>,
}

impl<'a> Tally<'a> {
    fn of(units: &[Scanned<'a>]) -> Self {
        let mut values: BTreeMap<(&str, u64), &Finding> = BTreeMap::new();
        for finding in units.iter().flat_map(|unit| unit.findings) {
            let kept = values
                .entry((finding.detector().label(), finding.digest()))
                .or_insert(finding);
            if finding.confidence() > kept.confidence() {
                *kept = finding;
            }
        }
        Self { values }
    }

    fn counts(&self) -> BTreeMap<String, u32> {
        let mut counts = BTreeMap::new();
        for (label, _) in self.values.keys() {
            let count: &mut u32 = counts.entry((*label).to_owned()).or_default();
            *count = count.saturating_add(1);
        }
        counts
    }

    /// Findings that identify a person by themselves. Mail addresses, links, Internet addresses and bare dates are
    /// in every message and do not count.
    fn identifiers(&self) -> impl Iterator<Item = &'a Finding> {
        self.values.values().copied().filter(|finding| {
            let detector = finding.detector();
            detector.safe_harbor().is_some()
                && finding.confidence() >= SURE
                && !matches!(detector.safe_harbor(), Some('F' | 'N' | 'O'))
                && *detector.category() != Category::Financial
        })
    }

    fn of_category(&self, wanted: impl Fn(&Category) -> bool) -> impl Iterator<Item = &'a Finding> {
        self.values
            .values()
            .copied()
            .filter(move |finding| wanted(finding.detector().category()))
    }

    fn add_identifiers(&self, classification: &mut Classification) {
        let titles = titles(self.identifiers());
        if titles.is_empty() {
            return;
        }
        classification.level = classification.level.max(Level::Personal);
        classification.categories.insert(Category::PersonalIdentifier);
        classification
            .reasons
            .push(format!("identifiers: {}", titles.join(", ")));
    }

    fn add_phi(&self, context: &Context<'_>, classification: &mut Classification) {
        let health: Vec<_> = self.of_category(is_health).collect();
        let weight: f64 = health.iter().map(|finding| finding.confidence()).sum();
        let inside = weight >= ENOUGH_HEALTH && classification.is(&Category::PersonalIdentifier);
        if !inside && !context.implies_health() {
            return;
        }
        // Whatever the text adds: rules ask for it, and content must never switch a rule off.
        classification.implied_phi = context.implies_health();
        classification.level = classification.level.max(Level::Sensitive);
        classification.categories.insert(Category::Phi);
        classification
            .categories
            .extend(health.iter().map(|finding| finding.detector().category().clone()));
        classification.reasons.push(if inside {
            format!(
                "health context beside an identifier: {}",
                titles(health.into_iter()).join(", ")
            )
        } else {
            "the list or the sender tells of the recipients' health".to_owned()
        });
    }

    fn add_financial(&self, classification: &mut Classification) {
        let financial = || self.of_category(|category| *category == Category::Financial);
        let sure = financial().any(|finding| {
            finding.confidence() >= SURE || finding.strength() == Strength::Checksum && finding.is_labelled()
        });
        if sure {
            classification.level = classification.level.max(Level::Sensitive);
            classification.categories.insert(Category::Financial);
            classification
                .reasons
                .push(format!("financial: {}", titles(financial()).join(", ")));
        }
    }

    fn add_credentials(&self, classification: &mut Classification) {
        let titles = titles(self.of_category(|category| *category == Category::Credential));
        if !titles.is_empty() {
            classification.level = classification.level.max(Level::Sensitive);
            classification.categories.insert(Category::Credential);
            classification
                .reasons
                .push(format!("credentials: {}", titles.join(", ")));
        }
    }

    fn add_custom(&self, classification: &mut Classification) {
        for finding in self.of_category(|category| matches!(category, Category::Custom(_))) {
            let category = finding.detector().category().clone();
            classification.level = classification.level.max(Level::Personal);
            if !classification.is(&category) {
                classification
                    .reasons
                    .push(format!("{category}: {}", finding.detector().title()));
            }
            classification.categories.insert(category);
        }
    }

    fn raise_to_critical(&self, classification: &mut Classification) {
        let key = self.values.keys().any(|(label, _)| *label == KEY_MATERIAL);
        let individuals = self.individuals();
        if key {
            classification.reasons.push("key material".to_owned());
        }
        let many = classification.level >= Level::Sensitive && individuals >= MANY_INDIVIDUALS;
        if many {
            classification
                .reasons
                .push(format!("{individuals} distinct individuals"));
        }
        if key || many {
            classification.level = Level::Critical;
        }
    }

    /// Distinct individuals: the largest number of distinct values of one numbering of persons.
    fn individuals(&self) -> usize {
        let count = |wanted: &&str| {
            self.identifiers()
                .filter(|finding| finding.detector().label() == *wanted)
                .count()
        };
        INDIVIDUAL.iter().map(count).max().unwrap_or_default()
    }
}

/// From this confidence on an identifier or an account counts.
const SURE: f64 = 0.7;
/// The confidence of one sure term, or of two weak ones.
const ENOUGH_HEALTH: f64 = 0.8;
/// The policy's levels call ten or more distinct individuals critical.
const MANY_INDIVIDUALS: usize = 10;
/// The label of key material.
const KEY_MATERIAL: &str = "PRIVATE_KEY";
/// Labels whose distinct values are distinct individuals.
const INDIVIDUAL: &[&str] = &["HEALTH_PLAN_ID", "MRN", "US_ITIN", "US_MBI", "US_SSN"];

fn is_health(category: &Category) -> bool {
    matches!(
        category,
        Category::ClinicalData | Category::InsuranceBilling | Category::MedicalHistory | Category::Treatment
    )
}

/// What was found in words, each once.
fn titles<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<String> {
    let titles: BTreeSet<&str> = findings.map(|finding| finding.detector().title()).collect();
    titles.into_iter().map(lower_first).collect()
}

/// The title as it stands within a sentence; an abbreviation such as `US` or `DEA` keeps its capitals.
fn lower_first(title: &str) -> String {
    let mut characters = title.chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(characters).collect()
        }
        _ => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Scanner;
    use crate::message::PartPath;
    use crate::text::View;

    fn of(text: &str) -> Classification {
        of_context(text, &Context::default())
    }

    fn of_context(text: &str, context: &Context<'_>) -> Classification {
        let findings = Scanner::builder().build().unwrap().scan(&View::fold(text));
        let place = Place::Part(PartPath::root().child(1));
        classify(
            &[Scanned {
                place: &place,
                findings: &findings,
            }],
            context,
        )
    }

    #[test]
    fn an_identifier_alone_is_personal_and_health_words_alone_are_nothing() {
        assert_eq!(of("Her MRN is 38857281.").level, Level::Personal);
        assert_eq!(of("Diabetes and hypertension are common.").level, Level::None);
    }

    #[test]
    fn both_together_are_phi_and_the_reason_shows_no_value() {
        let classification = of("Her MRN is 38857281, she has diabetes.");
        assert!(classification.is(&Category::Phi) && !classification.implied_phi);
        assert_eq!(classification.level, Level::Sensitive);
        assert!(classification.reasons.iter().all(|reason| !reason.contains("3885")));
    }

    #[test]
    fn a_health_list_implies_phi() {
        let classification = of_context(
            "Our office moves.",
            &Context {
                health_list: true,
                ..Context::default()
            },
        );
        assert!(classification.is(&Category::Phi) && classification.implied_phi);
    }

    #[test]
    fn phi_in_the_text_does_not_take_back_what_the_list_implies() {
        let listed = Context {
            health_list: true,
            ..Context::default()
        };
        let classification = of_context("Her MRN is 38857281, she has diabetes.", &listed);
        assert!(classification.is(&Category::Phi) && classification.implied_phi);
    }

    #[test]
    fn words_around_a_card_never_hide_it() {
        for text in [
            "4111 1111 1111 1111",
            "test invoice sample example 4111 1111 1111 1111 not a real card",
        ] {
            assert!(of(text).is(&Category::Financial), "{text}");
        }
    }

    #[test]
    fn key_material_and_ten_individuals_are_critical() {
        assert_eq!(of("-----BEGIN PRIVATE KEY-----").level, Level::Critical);
        let rows: Vec<String> = (10..20).map(|row| format!("SSN 536-90-43{row}, asthma")).collect();
        assert_eq!(of(&rows.join("\n")).level, Level::Critical);
        assert_eq!(of(&rows.join("\n")).counts["US_SSN"], 10);
    }
}
