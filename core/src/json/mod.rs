//! The JSON shapes of the command line, Python and C, written once; `docs/JSON.md` describes every field.

mod facts;
mod scan;

use serde::Serialize;

pub use facts::{Facts, FactsError};
pub use scan::scan;

use crate::policy::Verdict;

/// A verdict as one line of JSON.
///
/// ```
/// # use sealwax::engine::Engine;
/// # use sealwax::{Timestamp, Transaction, json};
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let transaction = Transaction::from("nurse@clinic.example").to("ann@example.org");
/// let verdict = engine.evaluate(b"Subject: hello\r\n\r\nSee you.\r\n", &transaction, Timestamp::EPOCH)?;
/// assert!(json::verdict(&verdict).contains(r#""action":"send""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn verdict(verdict: &Verdict) -> String {
    line(verdict)
}

/// `shape` as one line of JSON.
#[expect(
    clippy::expect_used,
    reason = "our shapes have text for keys, and writing to memory cannot fail"
)]
fn line(shape: &impl Serialize) -> String {
    serde_json::to_string(shape).expect("a shape with text for keys")
}
