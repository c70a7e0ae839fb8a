//! Whether a confidence is the share of findings that are right.
//!
//! Counted over the types whose true values are all labelled in generated messages: record, member and claim numbers,
//! accounts, Social Security numbers and dates of birth. Names, words and telephone numbers also stand in the ordinary
//! text around them, unlabelled, so that nothing can be said of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::cases::text;
use crate::Failure;

/// Prints, per twentieth of confidence, how many findings there are, their mean confidence, and how many are right.
pub(super) fn print(labels: &Path, predictions: &Path) -> Result<(), Failure> {
    let labels = by_id(labels)?;
    let mut bins: BTreeMap<usize, Bin> = BTreeMap::new();
    for (id, message) in by_id(predictions)? {
        let Some(label) = labels.get(&id).filter(|label| is_generated(label)) else {
            continue;
        };
        for entity in rows(&message, "entities").iter().filter(|entity| is_known(entity)) {
            let confidence = entity.get("confidence").and_then(Value::as_f64).unwrap_or_default();
            bins.entry(bin_of(confidence))
                .or_default()
                .add(confidence, is_right(entity, label));
        }
    }
    if !bins.is_empty() {
        println!("\nconfidence   findings   mean    right");
    }
    for (bin, counts) in bins {
        counts.print(bin);
    }
    Ok(())
}

/// The findings of about one confidence.
#[derive(Default)]
struct Bin {
    findings: u32,
    right: u32,
    confidence: f64,
}

impl Bin {
    fn add(&mut self, confidence: f64, right: bool) {
        self.findings += 1;
        self.right += u32::from(right);
        self.confidence += confidence;
    }

    fn print(&self, bin: usize) {
        let share = |of: f64| of / f64::from(self.findings);
        println!(
            "{:.2} - {:.2}  {:8}   {:.3}   {:.3}",
            lower_end(bin),
            lower_end(bin + 1),
            self.findings,
            share(self.confidence),
            share(f64::from(self.right))
        );
    }
}

const BINS: usize = 20;

fn bin_of(confidence: f64) -> usize {
    (1..BINS).rev().find(|bin| lower_end(*bin) <= confidence).unwrap_or(0)
}

fn lower_end(bin: usize) -> f64 {
    u32::try_from(bin).map_or(1.0, f64::from) / 20.0
}

fn by_id(file: &Path) -> Result<BTreeMap<String, Value>, Failure> {
    let mut rows = BTreeMap::new();
    for line in fs::read_to_string(file)?.lines() {
        let row: Value = serde_json::from_str(line)?;
        if let Some(id) = text(&row, "id") {
            rows.insert(id.to_owned(), row);
        }
    }
    Ok(rows)
}

/// Whether every value of a known type in it is labelled.
fn is_generated(label: &Value) -> bool {
    let recipe = text(label, "recipe").unwrap_or_default();
    text(label, "structure") != Some("original")
        && ["phi.", "fin.", "both."].iter().any(|kind| recipe.starts_with(kind))
}

fn is_known(entity: &Value) -> bool {
    text(entity, "type").is_some_and(|label| KNOWN.contains(&label))
}

const KNOWN: &[&str] = &[
    "ABA_ROUTING_NUMBER",
    "CLAIM_NUMBER",
    "CREDIT_CARD",
    "DATE_OF_BIRTH",
    "HEALTH_PLAN_ID",
    "IBAN_CODE",
    "MRN",
    "US_BANK_NUMBER",
    "US_EIN",
    "US_MBI",
    "US_SSN",
];

/// Whether a labelled value of the type has the letters and digits of the finding, or some of them.
fn is_right(entity: &Value, label: &Value) -> bool {
    let found = plain(text(entity, "text").unwrap_or_default());
    rows(label, "spans").iter().any(|span| {
        let values = ["text", "canonical", "source"].map(|key| text(span, key));
        let mut values = values.into_iter().flatten().map(plain);
        span.get("type") == entity.get("type")
            && values.any(|value| !value.is_empty() && (value.contains(&found) || found.contains(&value)))
    })
}

fn plain(value: &str) -> String {
    let folded = sealwax::text::View::fold(value);
    let kept = folded.text().chars().filter(char::is_ascii_alphanumeric);
    kept.map(|character| character.to_ascii_lowercase()).collect()
}

fn rows<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_finding_is_right_when_its_value_is_labelled_with_its_type() {
        let label = json!({"spans": [{"type": "US_SSN", "text": "536-90-4399"}]});
        let entity = |label: &str, text: &str| json!({"type": label, "text": text});
        assert!(is_right(&entity("US_SSN", "536 90 4399"), &label));
        assert!(!is_right(&entity("MRN", "536 90 4399"), &label));
        assert!(!is_right(&entity("US_SSN", "536 90 4398"), &label));
    }

    #[test]
    fn confidences_fall_into_twentieths() {
        assert_eq!((bin_of(0.0), bin_of(0.85), bin_of(0.99), bin_of(1.0)), (0, 17, 19, 19));
    }
}
