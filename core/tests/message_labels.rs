//! The labels of the evaluation set stand where the message module says that they stand.

mod common;

use std::collections::BTreeMap;

use sealwax::message::{Limits, Message};
use serde_json::Value;

#[test]
fn every_label_stands_at_its_code_points_in_the_unit_of_its_part() {
    let Some(folder) = common::shared("data/eval/dev") else {
        return;
    };
    let (mut found, mut lost) = (0_usize, BTreeMap::new());
    for set in ["messages", "typos", "evasion"] {
        let labels = std::fs::read_to_string(folder.join(set).join("labels.jsonl")).unwrap();
        for label in labels.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            let raw = std::fs::read(folder.join(set).join(label["file"].as_str().unwrap())).unwrap();
            let message = Message::parse(&raw, &Limits::default());
            for span in label["spans"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|span| span["start"].is_u64())
            {
                let expected = span["source"].as_str().or(span["text"].as_str()).unwrap();
                match text_at(&message, span) {
                    Some(text) if text == expected => found += 1,
                    _ => *lost.entry(label["file"].to_string()).or_insert(0) += 1,
                }
            }
        }
    }
    assert!(lost.is_empty(), "{found} found, lost: {lost:?}");
    assert!(found > 5_000);
}

/// The text of the unit of the label's part, at the label's code points.
fn text_at(message: &Message, span: &Value) -> Option<String> {
    let place = span["part"].as_str()?;
    let unit = message
        .units()
        .iter()
        .find(|unit| unit.place().to_string() == place && unit.member().is_none())?;
    let start = usize::try_from(span["start"].as_u64()?).ok()?;
    let end = usize::try_from(span["end"].as_u64()?).ok()?;
    Some(unit.text().chars().skip(start).take(end - start).collect())
}
