//! The shape of a scan.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};

use crate::classify::{Category, Level, Strictness, WhyNot};
use crate::detect::FormUse;
use crate::engine::{Entity, Scan};
use crate::message::{Anomaly, AnomalyKind, OpaqueKind, Place};

/// A scan as one line of JSON; `id` is the file, or the record's own.
///
/// Offsets count Unicode code points. The matched text stands in it only where the scan was asked to keep it.
///
/// ```
/// # use sealwax::engine::Engine;
/// # use sealwax::json;
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let scan = engine.scan(b"Subject: hello\r\n\r\nSSN 536-90-4399\r\n");
/// assert!(json::scan(&scan, "1").starts_with(r#"{"id":"1","phi":false,"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn scan(scan: &Scan, id: &str) -> String {
    super::line(&Shape::new(scan, id))
}

/// One entity of a scan as it stands in the scan's line.
///
/// ```
/// # use sealwax::engine::Engine;
/// # use sealwax::json;
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let scan = engine.scan(b"Subject: hello\r\n\r\nSSN 536-90-4399\r\n");
/// let entity = json::entity(&scan.entities[0]);
/// assert!(entity.starts_with(r#"{"type":"US_SSN","part":"1","start":4,"end":15,"#));
/// assert!(json::scan(&scan, "1").contains(&entity));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn entity(entity: &Entity) -> String {
    super::line(&EntityShape::new(entity))
}

/// A scan as [`scan`] writes it, with an empty list of entities: for a host that reads them one by one.
///
/// ```
/// # use sealwax::engine::Engine;
/// # use sealwax::json;
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let scan = engine.scan(b"Subject: hello\r\n\r\nSSN 536-90-4399\r\n");
/// assert!(json::scan_summary(&scan, "1").ends_with(r#""unlisted":0,"entities":[]}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn scan_summary(scan: &Scan, id: &str) -> String {
    super::line(&Shape {
        entities: &[],
        ..Shape::new(scan, id)
    })
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the three questions that every reader of a scan asks"
)]
struct Shape<'a> {
    id: &'a str,
    phi: bool,
    financial: bool,
    credentials: bool,
    level: Level,
    rule: Option<&'a str>,
    strictness: Strictness,
    why_not: Option<&'a WhyNot>,
    categories: &'a BTreeSet<Category>,
    reasons: &'a [String],
    complete: bool,
    anomalies: Vec<AnomalyShape>,
    opaque: &'a BTreeSet<OpaqueKind>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    silenced: &'a BTreeMap<String, u32>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    forms: &'a BTreeMap<String, FormUse>,
    unlisted: u64,
    #[serde(serialize_with = "entities")]
    entities: &'a [Entity],
}

/// Each entity is turned into its shape when it is written, so that there is no second list of them.
fn entities<S: Serializer>(entities: &[Entity], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(entities.iter().map(EntityShape::new))
}

impl<'a> Shape<'a> {
    fn new(scan: &'a Scan, id: &'a str) -> Self {
        let classification = &scan.classification;
        Self {
            id,
            phi: classification.is(&Category::Phi),
            financial: classification.is(&Category::Financial),
            credentials: classification.is(&Category::Credential),
            level: classification.level,
            rule: classification.rule.as_deref(),
            strictness: scan.strictness,
            why_not: scan.why_not.as_ref(),
            categories: &classification.categories,
            reasons: &classification.reasons,
            complete: scan.complete,
            anomalies: scan.anomalies.iter().map(AnomalyShape::new).collect(),
            opaque: &scan.opaque,
            silenced: &classification.silenced,
            forms: &classification.forms,
            unlisted: scan.unlisted,
            entities: &scan.entities,
        }
    }
}

#[derive(Serialize)]
pub(super) struct AnomalyShape {
    kind: AnomalyKind,
    part: String,
}

impl AnomalyShape {
    pub(super) fn new(anomaly: &Anomaly) -> Self {
        Self {
            kind: anomaly.kind,
            part: anomaly.part.to_string(),
        }
    }
}

#[derive(Serialize)]
struct EntityShape<'a> {
    #[serde(rename = "type")]
    label: &'a str,
    part: &'a Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    member: Option<&'a str>,
    start: Option<usize>,
    end: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    confidence: f64,
    fuzzy: bool,
    why: &'a str,
}

impl<'a> EntityShape<'a> {
    fn new(entity: &'a Entity) -> Self {
        Self {
            label: &entity.label,
            part: &entity.place,
            member: entity.member.as_deref(),
            start: entity.code_points.as_ref().map(|range| range.start),
            end: entity.code_points.as_ref().map(|range| range.end),
            text: entity.text(),
            confidence: entity.confidence,
            fuzzy: entity.fuzzy,
            why: &entity.why,
        }
    }
}
