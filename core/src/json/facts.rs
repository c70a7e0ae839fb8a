//! The facts file.

use std::fmt::Write as _;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_path_to_error::{Path, Segment};

use crate::consent::{Preference, Waiver};
use crate::policy::{Content, nearest};
use crate::text::without_mark;
use crate::{Agreement, Timestamp, Transaction};

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
        read(text)
    }

    /// The same as text that [`Facts::from_json`] reads.
    #[must_use]
    pub fn to_json(&self) -> String {
        super::line(self)
    }
}

/// Reads the `transaction` of a facts file.
///
/// ```
/// # use sealwax::json;
/// let text = r#"{"sender": "", "recipients": [{"address": "bob@example.org", "baa": "singed"}]}"#;
/// let error = json::transaction(text).unwrap_err();
/// assert_eq!((error.recipient(), error.nearest()), (Some(1), Some("signed")));
/// ```
///
/// # Errors
///
/// As [`Facts::from_json`].
pub fn transaction(text: &str) -> Result<Transaction, FactsError> {
    read(text)
}

/// Reads the `agreement` of a recipient.
///
/// ```
/// # use sealwax::json;
/// assert!(json::agreement(r#"{"date": "2026-01-01"}"#).is_ok());
/// assert_eq!(json::agreement(r#"{"ends": "2026-01-01"}"#).unwrap_err().nearest(), Some("end"));
/// ```
///
/// # Errors
///
/// As [`Facts::from_json`].
pub fn agreement(text: &str) -> Result<Agreement, FactsError> {
    read(text)
}

/// Reads one of the `preferences` of a recipient.
///
/// ```
/// # use sealwax::json;
/// assert!(json::preference("{}").unwrap_err().reason().starts_with("missing field `id`"));
/// ```
///
/// # Errors
///
/// As [`Facts::from_json`].
pub fn preference(text: &str) -> Result<Preference, FactsError> {
    read(text)
}

/// Reads one of the `waivers` of a recipient.
///
/// ```
/// # use sealwax::json;
/// assert!(json::waiver("{}").unwrap_err().reason().starts_with("missing field `id`"));
/// ```
///
/// # Errors
///
/// As [`Facts::from_json`].
pub fn waiver(text: &str) -> Result<Waiver, FactsError> {
    read(text)
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, FactsError> {
    let mut json = serde_json::Deserializer::from_str(without_mark(text));
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().clone();
        FactsError::new(&error.into_inner(), Some(&path))
    })?;
    json.end().map_err(|error| FactsError::new(&error, None))?;
    Ok(value)
}

/// Facts could not be read: where, what is wrong, and what was expected.
///
/// A value is repeated only when it is one plain word, as a misspelt name is, since nobody knows what a host put there.
#[derive(Debug, thiserror::Error)]
#[error("facts, line {line}, column {column}: {reason}")]
pub struct FactsError {
    line: usize,
    column: usize,
    recipient: Option<usize>,
    reason: String,
    nearest: Option<String>,
}

impl FactsError {
    fn new(error: &serde_json::Error, path: Option<&Path>) -> Self {
        let text = error.to_string();
        let said = text.rsplit_once(" at line ").map_or(text.as_str(), |(said, _)| said);
        let mut told = Told::of(said);
        let recipient = path.and_then(place);
        told.add_place(path.map(shown).unwrap_or_default().as_str(), recipient);
        Self {
            line: error.line(),
            column: error.column(),
            recipient,
            reason: told.reason,
            nearest: told.nearest,
        }
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, from 1 and in bytes.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// Which recipient it is of, counted from 1; `None` when it is of none.
    #[must_use]
    pub fn recipient(&self) -> Option<usize> {
        self.recipient
    }

    /// The known name that was probably meant.
    #[must_use]
    pub fn nearest(&self) -> Option<&str> {
        self.nearest.as_deref()
    }

    /// What is wrong and in which field, without line and column.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// What serde says, without the values that it quotes.
struct Told {
    reason: String,
    nearest: Option<String>,
}

impl Told {
    fn of(said: &str) -> Self {
        for what in ["variant", "field"] {
            let quoted = said
                .strip_prefix("unknown ")
                .and_then(|rest| rest.strip_prefix(what)?.strip_prefix(" `")?.rsplit_once("`, expected "));
            if let Some((name, expected)) = quoted {
                return Self::unknown(what, name, expected);
            }
        }
        let reason = match said.rsplit_once(", expected ") {
            // `invalid type: string "...", expected a boolean`
            Some((wrong, expected)) if wrong.starts_with("invalid ") => {
                let kind = wrong.split(['"', '`']).next().unwrap_or_default().trim_end();
                format!("{kind}, expected {expected}")
            }
            _ => said.to_owned(),
        };
        Self { reason, nearest: None }
    }

    fn unknown(what: &str, name: &str, expected: &str) -> Self {
        let known = expected.split('`').skip(1).step_by(2);
        let shown = if is_word(name) {
            format!(" `{name}`")
        } else {
            String::new()
        };
        Self {
            reason: format!("unknown {what}{shown}, expected {expected}"),
            nearest: nearest(name, known).map(str::to_owned),
        }
    }

    fn add_place(&mut self, path: &str, recipient: Option<usize>) {
        if !path.is_empty() {
            let _ = write!(self.reason, ", at {path}");
        }
        if let Some(place) = recipient {
            let _ = write!(self.reason, ", recipient {place}");
        }
        if let Some(name) = &self.nearest {
            let _ = write!(self.reason, " (did you mean `{name}`?)");
        }
    }
}

/// The path, in the keys that facts have; of another key nothing is shown but that it is there.
fn shown(path: &Path) -> String {
    let mut shown = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => drop(write!(shown, "[{index}]")),
            Segment::Map { key } if is_word(key) => drop(write!(shown, ".{key}")),
            Segment::Map { .. } | Segment::Enum { .. } | Segment::Unknown => shown.push_str(".?"),
        }
    }
    shown.trim_start_matches('.').to_owned()
}

/// Which recipient a path leads to, from 1.
fn place(path: &Path) -> Option<usize> {
    let mut segments = path.iter();
    segments.find(|segment| matches!(segment, Segment::Map { key } if key == "recipients"))?;
    match segments.next() {
        Some(Segment::Seq { index }) => Some(index.saturating_add(1)),
        _ => None,
    }
}

/// Whether it is one plain word of the kind that fields and values are named by.
fn is_word(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphabetic() || matches!(letter, '-' | '_');
    (1..=LONGEST_WORD).contains(&name.len()) && name.chars().all(is_letter)
}

/// No field and no value of the facts has a longer name.
const LONGEST_WORD: usize = 36;

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
    fn a_value_that_there_is_not_has_its_field_its_recipient_and_the_nearest() {
        let facts = |recipient: &str| {
            format!(
                r#"{{"sender": "", "recipients": [{{"address": "a@b.example"}}, {{"address": "c@d.example", {recipient}}}]}}"#
            )
        };
        let evidence = |rest: &str| format!(r#""evidence": [{{"observed_at": "2026-01-01T00:00:00Z", {rest}}}]"#);
        for (recipient, path, near) in [
            (
                evidence(r#""kind": "dan", "level": "dane""#),
                "recipients[1].evidence[0].kind",
                Some("dane"),
            ),
            (
                evidence(r#""kind": "DANE", "level": "dane""#),
                "recipients[1].evidence[0].kind",
                Some("dane"),
            ),
            (
                evidence(r#""kind": " dane ", "level": "dane""#),
                "recipients[1].evidence[0].kind",
                Some("dane"),
            ),
            (
                evidence(r#""kind": "probes", "level": "dane""#),
                "recipients[1].evidence[0].kind",
                Some("probe"),
            ),
            (
                evidence(r#""kind": "", "level": "dane""#),
                "recipients[1].evidence[0].kind",
                None,
            ),
            (
                evidence(r#""kind": "dane", "level": "verifed""#),
                "recipients[1].evidence[0].level",
                Some("verified"),
            ),
            (r#""baa": "Signed""#.into(), "recipients[1].baa", Some("signed")),
            (
                r#""authentication": "second_factor""#.into(),
                "recipients[1].authentication",
                Some("second-factor"),
            ),
            (r#""intern": true"#.into(), "recipients[1].intern", Some("internal")),
        ] {
            let error = transaction(&facts(&recipient)).unwrap_err();
            assert_eq!((error.recipient(), error.nearest()), (Some(2), near), "{error}");
            assert!(
                error.to_string().contains(&format!("at {path}, recipient 2")),
                "{error}"
            );
        }
    }

    #[test]
    fn an_error_quotes_no_value_that_is_no_plain_word() {
        for wrong in [
            r#"{"sender": "a", "SSN 078-05-1120": 1}"#,
            r#"{"sender": "a", "recipients": [{"address": "a@b.example", "baa": "SSN 078-05-1120"}]}"#,
            r#"{"sender": "a", "recipients": [{"address": "a@b.example", "baa": "x`, expected 078-05-1120"}]}"#,
            r#"{"sender": "a", "require_tls": "078-05-1120"}"#,
            r#"{"sender": "a", "require_tls": "x, expected 078-05-1120"}"#,
            r#"{"sender": "a", "flags": "078-05-1120"}"#,
            r#"{"sender": "a", "recipients": 78051120}"#,
            r#"{"sender": "a"} 078-05-1120"#,
        ] {
            let error = transaction(wrong).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("1120"), "{error}");
            assert!(error.line() == 1 && error.column() > 1, "{error}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let facts = Facts {
            at: Some(Timestamp::EPOCH),
            transaction: Transaction::from("a@b.example").unwrap(),
            content: None,
        };
        assert_eq!(Facts::from_json(&facts.to_json()).unwrap(), facts);
    }
}
