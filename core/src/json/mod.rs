//! The JSON shapes of the command line, Python and C, written once; `docs/JSON.md` describes every field.

mod facts;
mod header;
mod message;
mod redact;
mod scan;
mod verdict;

use serde::Serialize;

pub use facts::{Facts, FactsError, agreement, preference, transaction, waiver};
pub use header::header;
pub use message::message;
pub use redact::{identifiers, redaction};
pub use scan::{entity, scan, scan_summary};
pub use verdict::{delivery, verdict, verdict_summary};

/// `shape` as one line of JSON.
#[expect(
    clippy::expect_used,
    reason = "our shapes have text for keys, and writing to memory cannot fail"
)]
fn line(shape: &impl Serialize) -> String {
    serde_json::to_string(shape).expect("a shape with text for keys")
}
