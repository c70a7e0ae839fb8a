//! The corpora, which `cargo xtask corpora` makes: JSON lines with a text or a raw message each.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// The texts or raw messages of the corpus of this name.
pub(crate) fn read(folder: &Path, name: &str) -> Vec<String> {
    let path = folder.join(format!("{name}.jsonl"));
    let lines = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    lines.lines().filter_map(content).collect()
}

fn content(line: &str) -> Option<String> {
    let record: Value = serde_json::from_str(line).ok()?;
    let content = record.get("text").or_else(|| record.get("raw"))?;
    content.as_str().map(str::to_owned)
}
