//! The shapes of minimisation.

use serde::Serialize;

use crate::redact::{Identified, Purpose, Summary};

/// What was taken out of a message or a text, as one line of JSON.
///
/// ```
/// # use sealwax::{Engine, json};
/// # use sealwax::redact::Redaction;
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let (_, summary) = engine.redact_text("MRN 38857281", &Redaction::by_type())?;
/// assert_eq!(json::redaction(&summary, "1"), r#"{"id":"1","redacted":{"MRN":1},"removed":[]}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn redaction(summary: &Summary, id: &str) -> String {
    #[derive(Serialize)]
    struct Shape<'a> {
        id: &'a str,
        #[serde(flatten)]
        summary: &'a Summary,
    }
    super::line(&Shape { id, summary })
}

/// Which identifiers a message or a text holds, and whether its purpose needs them, as one line of JSON.
///
/// ```
/// # use sealwax::{Engine, json};
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let found = engine.identifiers_in_text("MRN 38857281", None)?;
/// let text = json::identifiers(&found, None, "1");
/// assert!(text.starts_with(r#"{"id":"1","purpose":null,"safe_harbor":false,"unneeded":null,"identifiers":["#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn identifiers(found: &[Identified], purpose: Option<Purpose>, id: &str) -> String {
    #[derive(Serialize)]
    struct Shape<'a> {
        id: &'a str,
        purpose: Option<&'a str>,
        safe_harbor: bool,
        unneeded: Option<u32>,
        identifiers: &'a [Identified],
    }
    let unneeded = found
        .iter()
        .filter(|one| one.needed == Some(false))
        .map(|one| one.count);
    super::line(&Shape {
        id,
        purpose: purpose.map(Purpose::name),
        safe_harbor: found.is_empty(),
        unneeded: purpose.map(|_| unneeded.fold(0, u32::saturating_add)),
        identifiers: found,
    })
}
