//! The facts file.

use serde::{Deserialize, Serialize};

use crate::policy::Content;
use crate::{Timestamp, Transaction};

/// What `evaluate --facts` reads: the transaction, the time, and, where there is no message, what it holds.
///
/// ```
/// # use sealwax::json::Facts;
/// let facts = Facts::from_json(r#"{"transaction": {"sender": "ann@clinic.example", "recipients": []}}"#)?;
/// assert_eq!(facts.transaction.sender.as_str(), "ann@clinic.example");
/// # Ok::<(), sealwax::json::FactsError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// When the decision is made; without it, the caller's own time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The envelope and what the host knows of the people in it.
    pub transaction: Transaction,
    /// What the message holds, for a decision without a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
}

impl Facts {
    /// Reads a facts file.
    ///
    /// # Errors
    ///
    /// [`FactsError`] with the place when the text is not JSON, or names a fact that there is not.
    pub fn from_json(text: &str) -> Result<Self, FactsError> {
        serde_json::from_str(text).map_err(FactsError)
    }

    /// The same as text that [`Facts::from_json`] reads.
    #[must_use]
    pub fn to_json(&self) -> String {
        super::line(self)
    }
}

/// A facts file could not be read.
#[derive(Debug, thiserror::Error)]
#[error("facts, line {}, column {}: {}", self.line(), self.column(), self.reason())]
pub struct FactsError(serde_json::Error);

impl FactsError {
    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.0.line()
    }

    /// The column, from 1 and in bytes.
    #[must_use]
    pub fn column(&self) -> usize {
        self.0.column()
    }

    /// What is wrong, without the place.
    fn reason(&self) -> String {
        let text = self.0.to_string();
        text.rsplit_once(" at line ")
            .map_or(text.clone(), |(reason, _)| reason.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_that_there_is_not_is_named_with_its_place() {
        let error =
            Facts::from_json("{\"transaction\": {\"sender\": \"a@b.example\",\n\"purpse\": \"x\"}}").unwrap_err();
        assert_eq!((error.line(), error.column()), (2, 8));
        assert!(
            error
                .to_string()
                .starts_with("facts, line 2, column 8: unknown field `purpse`"),
            "{error}"
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        let facts = Facts {
            at: Some(Timestamp::EPOCH),
            transaction: Transaction::from("a@b.example"),
            content: None,
        };
        assert_eq!(Facts::from_json(&facts.to_json()).unwrap(), facts);
    }
}
