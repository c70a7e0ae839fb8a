//! Predictions for a set of messages, in the form of the scorer.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sealwax::classify::Category;
use sealwax::engine::{Engine, Entity};
use serde_json::{Value, json};

use crate::Failure;

/// Scans the messages of `set` and gives the file of predictions.
pub(super) fn set(engine: &Engine, set: &Path, out: &Path) -> Result<PathBuf, Failure> {
    let name = set.file_name().ok_or("a set needs a name")?;
    let path = out.join(name).with_extension("jsonl");
    let mut file = std::io::BufWriter::new(fs::File::create(&path)?);
    for line in fs::read_to_string(set.join("labels.jsonl"))?.lines() {
        let label: Value = serde_json::from_str(line)?;
        let (Some(id), Some(eml)) = (text(&label, "id"), text(&label, "file")) else {
            return Err("a label has no id or no file".into());
        };
        let raw = fs::read(set.join(eml)).or_else(|_| fs::read(set.join("eml").join(eml)))?;
        writeln!(file, "{}", message(engine, id, &raw))?;
    }
    file.flush()?;
    Ok(path)
}

/// The prediction for one message.
fn message(engine: &Engine, id: &str, raw: &[u8]) -> Value {
    let scan = engine.scan_keeping_text(raw);
    json!({
        "id": id,
        "phi": scan.classification.is(&Category::Phi),
        "financial": scan.classification.is(&Category::Financial),
        "reasons": scan.classification.reasons,
        "entities": scan.entities.iter().map(entity).collect::<Vec<_>>(),
    })
}

fn entity(entity: &Entity) -> Value {
    let mut shape = serde_json::Map::new();
    let mut put = |key: &str, value: Value| shape.insert(key.to_owned(), value);
    put("type", entity.label.as_str().into());
    put("text", entity.text().into());
    put("confidence", entity.confidence.into());
    put("fuzzy", entity.fuzzy.into());
    // Offsets count in the part itself, not in what was drawn from it.
    if let (Some(place), None) = (&entity.code_points, &entity.member) {
        put("part", entity.place.to_string().into());
        put("start", place.start.into());
        put("end", place.end.into());
    }
    Value::Object(shape)
}

fn text<'a>(label: &'a Value, key: &str) -> Option<&'a str> {
    label.get(key)?.as_str()
}
