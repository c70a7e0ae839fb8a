//! From an input that is open to the bytes of a message.

use std::borrow::Cow;
use std::fmt;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sealwax::message::Limits;
use serde::Deserialize;

use super::Input;
use crate::failure::Failure;

/// A message in memory, with the name that reports call it by.
pub(crate) struct Message {
    /// The file, `FILE#NUMBER` in a mailbox, or the record's own id.
    pub(crate) id: String,
    pub(crate) content: Content,
}

/// What is to be looked at.
pub(crate) enum Content {
    /// A whole message (RFC 5322).
    Raw(Vec<u8>),
    /// One text without headers.
    Text(String),
}

impl Content {
    /// The size in bytes.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Raw(bytes) => bytes.len(),
            Self::Text(text) => text.len(),
        }
    }
}

/// A message that the one who takes it still has to read; that is done by all threads at once.
#[derive(Debug)]
pub(crate) enum Unread {
    /// A message of a mailbox.
    Bytes { id: String, bytes: Vec<u8> },
    /// A file with one message.
    File(Limited),
    /// A line of JSON.
    Record { path: PathBuf, number: u64, line: Vec<u8> },
}

impl Unread {
    /// Reads it.
    pub(crate) fn read(self) -> Result<Message, Failure> {
        match self {
            Self::Bytes { id, bytes } => Ok(Message {
                id,
                content: Content::Raw(bytes),
            }),
            Self::File(limited) => limited.read(),
            Self::Record { path, number, line } => record(&path, number, &line),
        }
    }
}

/// A file of which no more is read than the engine looks at, with its first bytes at hand.
pub(crate) struct Limited {
    path: PathBuf,
    start: Vec<u8>,
    rest: Input,
}

impl Limited {
    /// Reads the first bytes.
    pub(super) fn new(path: PathBuf, mut input: Input) -> Result<Self, Failure> {
        let mut start = Vec::new();
        match input.by_ref().take(START).read_to_end(&mut start) {
            Ok(_) => Ok(Self {
                path,
                start,
                rest: input,
            }),
            Err(error) => Err(Failure::reading(&path, &error)),
        }
    }

    /// Whether the file starts with `prefix`, of at most [`START`] bytes.
    pub(super) fn starts_with(&self, prefix: &[u8]) -> bool {
        self.start.starts_with(prefix)
    }

    /// All of the file, without a limit.
    pub(super) fn whole(self) -> impl Read + Send {
        Cursor::new(self.start).chain(self.rest)
    }

    fn read(self) -> Result<Message, Failure> {
        let mut bytes = self.start;
        let room = message_limit().saturating_sub(bytes.len());
        let room = u64::try_from(room).unwrap_or(u64::MAX);
        match self.rest.take(room).read_to_end(&mut bytes) {
            Ok(_) => Ok(Message {
                id: self.path.display().to_string(),
                content: Content::Raw(bytes),
            }),
            Err(error) => Err(Failure::reading(&self.path, &error)),
        }
    }
}

impl fmt::Debug for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limited")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// One byte more than the engine reads of a message, so that it sees that a message is too long, and says so.
pub(super) fn message_limit() -> usize {
    Limits::default().message_bytes.saturating_add(1)
}

/// A record as it stands on its line, of which what needs no decoding is borrowed: a message may be long. Fields of other
/// names are for others.
#[derive(Deserialize)]
struct Record<'a> {
    id: Option<String>,
    #[serde(borrow)]
    raw: Option<Cow<'a, str>>,
    #[serde(borrow)]
    raw_b64: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

fn record(path: &Path, number: u64, line: &[u8]) -> Result<Message, Failure> {
    let failed = |what: &str| {
        Failure::new(format!("`{}`, record {number}: {what}", path.display()))
            .next_step(r#"a record is {"id": "...", "raw": "..."}, with `raw`, `raw_b64` or `text`"#)
    };
    // The words of serde may quote what stands in the record, so they are not repeated.
    let record: Record<'_> = serde_json::from_slice(line).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => failed("a field is not text"),
        _ => failed(&format!("is not JSON from column {} on", error.column())),
    })?;
    let content = match (record.raw, record.raw_b64, record.text) {
        (Some(raw), None, None) => Content::Raw(raw.into_owned().into_bytes()),
        (None, Some(base64), None) => Content::Raw(
            STANDARD
                .decode(base64.as_bytes())
                .map_err(|_| failed("`raw_b64` is not base64"))?,
        ),
        (None, None, Some(text)) => Content::Text(text.into_owned()),
        (None, None, None) => return Err(failed("has none of `raw`, `raw_b64` and `text`")),
        _ => return Err(failed("has more than one of `raw`, `raw_b64` and `text`")),
    };
    let id = record.id.unwrap_or_else(|| format!("{}#{number}", path.display()));
    Ok(Message { id, content })
}

/// Enough to tell a mailbox.
const START: u64 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Message, String> {
        record(Path::new("r.jsonl"), 3, line.as_bytes()).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_record_holds_a_message_a_message_in_base64_or_a_text() {
        for (line, size) in [
            (r#"{"id":"a","raw":"Subject: x\n\ny"}"#, 13),
            (r#"{"id":"a","raw_b64":"AAEC"}"#, 3),
            (r#"{"id":"a","text":"abc","label":7}"#, 3),
        ] {
            assert_eq!(read(line).unwrap().content.len(), size, "{line}");
        }
    }

    #[test]
    fn a_bad_record_is_named_by_its_number_and_never_quoted() {
        for (line, words) in [
            ("{", "is not JSON from column 1 on"),
            (r#"{"raw":123456789}"#, "a field is not text"),
            (r#"{"raw_b64":"123-45-6789"}"#, "`raw_b64` is not base64"),
            (r#"{"id":"x"}"#, "has none of `raw`, `raw_b64` and `text`"),
            (
                r#"{"raw":"x","text":"y"}"#,
                "has more than one of `raw`, `raw_b64` and `text`",
            ),
        ] {
            assert_eq!(read(line).err().unwrap(), format!("`r.jsonl`, record 3: {words}"));
        }
    }
}
