//! The policy's allow-lists.

use std::collections::{BTreeMap, HashSet};

use crate::detect::{Finding, FormSet, FormUse, Strength, digest};
use crate::policy::Policy;
use crate::text::View;

/// What the allow-lists of a policy silence.
///
/// Only a finding that neither a checksum nor a label speaks for: a list of numbers must not hide a card, nor what the
/// text itself calls a record number.
#[derive(Clone, Debug, Default)]
pub(super) struct Silence {
    /// Per detector, the digests of its values.
    allowed: BTreeMap<Box<str>, HashSet<u64>>,
}

/// How the policy changed what is found in a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    /// Per detector, how many findings were silenced.
    pub(super) silenced: BTreeMap<String, u32>,
    /// Per section of forms that changed anything, how.
    pub(super) forms: BTreeMap<String, FormUse>,
}

impl Changed {
    /// Keeps how `forms` changed the findings of a text.
    pub(super) fn by_form(&mut self, forms: &FormSet, how: FormUse) {
        if how.is_none() {
            return;
        }
        let known = self.forms.entry(forms.name().to_owned()).or_default();
        *known = known.and(how);
    }
}

impl Silence {
    pub(super) fn of(policy: &Policy) -> Self {
        let mut allowed: BTreeMap<Box<str>, HashSet<u64>> = BTreeMap::new();
        for (detector, value) in policy.allowed() {
            allowed
                .entry(detector.into())
                .or_default()
                .insert(digest(View::fold(value).text()));
        }
        Self { allowed }
    }

    /// Whether `finding` is allowed, or a number of samples, which is nobody's; counts it then.
    pub(super) fn takes(&self, finding: &Finding, changed: &mut Changed) -> bool {
        let is_allowed = finding.detector().is_sample() || !self.allowed.is_empty() && self.allows(finding);
        if is_allowed {
            let count = changed.silenced.entry(finding.detector().id().to_owned()).or_default();
            *count = count.saturating_add(1);
        }
        is_allowed
    }

    fn allows(&self, finding: &Finding) -> bool {
        let values = self.allowed.get(finding.detector().id());
        finding.strength() < Strength::Checksum
            && !finding.is_labelled()
            && values.is_some_and(|values| values.contains(&finding.digest()))
    }

    /// What was changed and why, in words for the reasons of a classification.
    pub(super) fn reasons(&self, changed: &Changed) -> impl Iterator<Item = String> {
        let forms = changed.forms.iter().flat_map(|(name, how)| form_reasons(name, *how));
        self.silenced(changed).chain(forms)
    }

    fn silenced(&self, changed: &Changed) -> impl Iterator<Item = String> {
        changed.silenced.iter().map(|(detector, count)| {
            if self.allowed.contains_key(detector.as_str()) {
                let findings = if *count == 1 { "finding" } else { "findings" };
                return format!("the policy's allow-list silences {count} {findings} of `{detector}`");
            }
            let (numbers, are) = if *count == 1 {
                ("number", "is")
            } else {
                ("numbers", "are")
            };
            format!("{count} {numbers} known from samples {are} passed over (`{detector}`)")
        })
    }
}

fn form_reasons(name: &str, how: FormUse) -> impl Iterator<Item = String> {
    let silenced = (how.silenced > 0).then(|| {
        let findings = if how.silenced == 1 { "finding" } else { "findings" };
        format!("a blank copy of the form `{name}` silences {} {findings}", how.silenced)
    });
    let entries = (how.entries > 0).then(|| {
        let entries = if how.entries == 1 { "entry" } else { "entries" };
        format!("a filled copy of the form `{name}` adds {} {entries}", how.entries)
    });
    silenced.into_iter().chain(entries)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::Engine;
    use crate::classify::Category;

    fn engine(detector: &str, values: &[&str]) -> Engine {
        let policy = format!("[[allow]]\nid = 'own'\ndetector = '{detector}'\nvalues = {values:?}");
        Engine::builder().policy_toml(policy).build().unwrap()
    }

    fn labels(engine: &Engine, text: &str) -> Vec<String> {
        engine
            .scan_text(text)
            .entities
            .into_iter()
            .map(|entity| entity.label)
            .collect()
    }

    #[test]
    fn an_allowed_value_is_silenced_and_counted() {
        let engine = engine("us-address", &["12 North Main Street, Springfield, IL 62704"]);
        let text = "Visit us at 12 North Main Street, Springfield, IL 62704";
        let plain = Engine::with_profile("minimal").unwrap();
        assert_eq!(labels(&plain, text), ["STREET_ADDRESS"]);
        let scan = engine.scan_text(text);
        assert_eq!(scan.entities.len(), 0);
        assert_eq!(scan.classification.silenced["us-address"], 1);
        let reason = "the policy's allow-list silences 1 finding of `us-address`";
        assert!(scan.classification.reasons.iter().any(|given| given == reason));
        assert_eq!(
            labels(&engine, "Visit 14 North Main Street, Springfield, IL 62704"),
            ["STREET_ADDRESS"]
        );
    }

    #[test]
    fn a_number_of_samples_is_passed_over_and_the_scan_says_so() {
        let plain = Engine::with_profile("minimal").unwrap();
        for text in ["SSN 123-45-6789", "her SSN is 078-05-1120", "ssn 111-11-1111"] {
            let scan = plain.scan_text(text);
            assert_eq!(scan.entities.len(), 0, "{text}");
            assert_eq!(scan.classification.silenced.get("us-ssn-sample"), Some(&1), "{text}");
            let reason = "1 number known from samples is passed over (`us-ssn-sample`)";
            assert!(
                scan.classification.reasons.iter().any(|given| given == reason),
                "{text}"
            );
        }
        assert!(plain.scan_text("SSN 536-90-4399").classification.silenced.is_empty());
    }

    #[test]
    fn a_checksum_and_a_label_are_not_silenced() {
        let card = engine("card", &["4111 1111 1111 1111"]);
        assert_eq!(labels(&card, "4111 1111 1111 1111"), ["CREDIT_CARD"]);
        let record = engine("us-mrn", &["38857281"]);
        assert_eq!(labels(&record, "MRN 38857281"), ["MRN"]);
    }

    #[test]
    fn an_allow_list_of_an_unknown_detector_is_refused() {
        let policy = "[[allow]]\nid = 'own'\ndetector = 'us-fone'\nvalues = ['x']";
        let error = Engine::builder().policy_toml(policy).build().unwrap_err();
        assert_eq!((error.line(), error.column()), (Some(3), Some(12)));
        assert!(error.to_string().contains("did you mean `us-phone`?"), "{error}");
    }

    /// The last digit of a number whose check is that of Luhn.
    fn luhn(front: &str) -> String {
        let sum: u32 = front
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, byte)| {
                let digit = u32::from(byte - b'0');
                if place % 2 == 0 {
                    digit * 2 / 10 + digit * 2 % 10
                } else {
                    digit
                }
            })
            .sum();
        format!("{front}{}", (10 - sum % 10) % 10)
    }

    proptest! {
        // An engine takes a while to build, so that a case has many cards.
        #![proptest_config(ProptestConfig::with_cases(2))]
        #[test]
        fn no_allow_list_hides_a_number_whose_checksum_is_right(fronts in prop::collection::vec("411111[0-9]{9}", 20)) {
            let cards: Vec<String> = fronts.iter().map(|front| luhn(front)).collect();
            let engine = engine("card", &cards.iter().map(String::as_str).collect::<Vec<_>>());
            for card in &cards {
                let scan = engine.scan_text(&format!("test sample {card} not a card"));
                prop_assert!(scan.classification.is(&Category::Financial));
            }
        }
    }
}
