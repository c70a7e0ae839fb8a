//! What a decision leaves behind: a record without message text.
//!
//! [`Recorder::decisions`] turns a verdict into one [`Record`] for each recipient, and the host's [`AuditSink`] keeps
//! them. Addresses and the Message-ID stand in a record only as keyed pseudonyms, so that two records of the same person
//! can be joined by whoever holds the key, and by nobody else.
//!
//! A [`Chain`] ties lines that are only ever added to each other, so that what was done to them afterwards is found.
//!
//! The store, retention and reports are not covered yet.

mod chain;
mod record;
mod recorder;

pub use chain::{Chain, Link, LinkError};
pub use record::{Record, SCHEMA_VERSION};
pub use recorder::{PseudonymKey, Recorder};

/// Where records go: a database, a log, a queue. The host implements it.
///
/// ```
/// # use std::sync::Mutex;
/// # use sealwax::audit::{AuditSink, Record, SinkError};
/// struct Memory(Mutex<Vec<Record>>);
/// impl AuditSink for Memory {
///     fn append(&self, records: &[Record]) -> Result<(), SinkError> {
///         self.0.lock().map_err(|_| SinkError::new("the list is poisoned"))?.extend_from_slice(records);
///         Ok(())
///     }
/// }
/// ```
pub trait AuditSink {
    /// Keeps `records`, all of them or none, and returns when they are safe.
    ///
    /// # Errors
    ///
    /// [`SinkError`] when they could not be kept; the host then treats the message as a temporary failure.
    fn append(&self, records: &[Record]) -> Result<(), SinkError>;
}

/// Records could not be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the audit records could not be kept: {reason}")]
pub struct SinkError {
    reason: String,
}

impl SinkError {
    /// An error for `reason`, which is written to logs: no content, no address.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}
