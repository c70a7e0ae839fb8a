use std::collections::BTreeMap;

use serde::Serialize;

use crate::message::PartPath;

/// What was taken out, by type and place; never a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Per type, such as `US_SSN`, how many values.
    pub redacted: BTreeMap<String, u32>,
    /// The parts of a message that were replaced as a whole.
    pub removed: Vec<Removed>,
}

/// A part that could not be rewritten, and was replaced by a line that says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// Its section number in the message that was given.
    #[serde(serialize_with = "number")]
    pub part: PartPath,
    /// Of which kind it was: `application`, `image` and so on.
    pub kind: &'static str,
}

fn number<S: serde::Serializer>(part: &PartPath, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(part)
}
