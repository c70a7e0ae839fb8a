//! Predictions for a set of messages, in the form of the scorer.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sealwax::classify::{Category, Context, Participants, Scanned, classify};
use sealwax::detect::{Finding, Scanner};
use sealwax::message::{Limits, Message, TextUnit};
use serde_json::{Value, json};

use crate::Failure;

/// Scans the messages of `set` and gives the file of predictions.
pub(super) fn set(scanner: &Scanner, set: &Path, out: &Path) -> Result<PathBuf, Failure> {
    let name = set.file_name().ok_or("a set needs a name")?;
    let path = out.join(name).with_extension("jsonl");
    let mut file = std::io::BufWriter::new(fs::File::create(&path)?);
    for line in fs::read_to_string(set.join("labels.jsonl"))?.lines() {
        let label: Value = serde_json::from_str(line)?;
        let (Some(id), Some(eml)) = (text(&label, "id"), text(&label, "file")) else {
            return Err("a label has no id or no file".into());
        };
        let raw = fs::read(set.join(eml)).or_else(|_| fs::read(set.join("eml").join(eml)))?;
        writeln!(file, "{}", message(scanner, id, &raw))?;
    }
    file.flush()?;
    Ok(path)
}

/// The prediction for one message.
fn message(scanner: &Scanner, id: &str, raw: &[u8]) -> Value {
    let message = Message::parse(raw, &Limits::default());
    let found: Vec<(&TextUnit, Vec<Finding>)> = message
        .units()
        .iter()
        .map(|unit| (unit, findings(scanner, unit)))
        .collect();
    let units: Vec<_> = found
        .iter()
        .map(|(unit, findings)| Scanned::new(unit.place(), &unit.view(), findings))
        .collect();
    let context = Context {
        participants: Participants::of(&message),
        ..Context::default()
    };
    let classification = classify(&units, &context);
    json!({
        "id": id,
        "phi": classification.is(&Category::Phi),
        "financial": classification.is(&Category::Financial),
        "reasons": classification.reasons,
        "entities": found.iter().flat_map(|(unit, findings)| findings.iter().map(|finding| entity(unit, finding))).collect::<Vec<_>>(),
    })
}

fn findings(scanner: &Scanner, unit: &TextUnit) -> Vec<Finding> {
    unit.views().iter().flat_map(|view| scanner.scan(view)).collect()
}

fn entity(unit: &TextUnit, finding: &Finding) -> Value {
    let span = finding.span();
    let mut entity = serde_json::Map::new();
    let mut put = |key: &str, value: Value| entity.insert(key.to_owned(), value);
    put("type", finding.detector().label().into());
    put("detector", finding.detector().id().into());
    put("text", unit.text().get(span.start..span.end).into());
    put("confidence", finding.confidence().into());
    put("fuzzy", finding.is_fuzzy().into());
    // Offsets count in the part itself, not in what was drawn from it.
    let place = span.code_points(unit.text()).filter(|_| unit.member().is_none());
    if let Some(place) = place {
        put("part", unit.place().to_string().into());
        put("start", place.start.into());
        put("end", place.end.into());
    }
    Value::Object(entity)
}

fn text<'a>(label: &'a Value, key: &str) -> Option<&'a str> {
    label.get(key)?.as_str()
}
