//! A part of the message: what it says it is, where it stands, and whether it was inspected.

use std::ops::Range;

use super::{PartPath, TransferEncoding};

/// How far a part was inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartState {
    /// Its text was drawn out and is scanned.
    Inspected,
    /// It is a picture, a sound, a film or a font: it holds no text to draw out. The scan stays complete; whether it
    /// raises is a matter of what stands beside it ([`Message::opaque`](super::Message::opaque)).
    Opaque,
    /// Encrypted, damaged, beyond a limit or of an unknown format: the scan is incomplete.
    Uninspectable,
}

impl PartState {
    /// The name as JSON writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inspected => "inspected",
            Self::Opaque => "opaque",
            Self::Uninspectable => "uninspectable",
        }
    }
}

/// A part of the message: a leaf, a multipart or an embedded message.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    pub(super) path: PartPath,
    pub(super) content_type: Box<str>,
    pub(super) charset: Option<Box<str>>,
    pub(super) encoding: TransferEncoding,
    pub(super) name: Option<Box<str>>,
    pub(super) format: Option<&'static str>,
    pub(super) attachment: bool,
    pub(super) size: usize,
    pub(super) raw: Option<Range<usize>>,
    pub(super) body: Option<Range<usize>>,
    pub(super) state: PartState,
}

impl Part {
    /// The IMAP section number; the root for a multipart that is the whole message.
    pub const fn path(&self) -> &PartPath {
        &self.path
    }

    /// The declared media type in lower case, `text/plain` when none is declared.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The declared charset.
    pub fn charset(&self) -> Option<&str> {
        self.charset.as_deref()
    }

    /// The transfer encoding that was undone.
    pub const fn encoding(&self) -> TransferEncoding {
        self.encoding
    }

    /// The file name, decoded.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The format that the content has by its first bytes, where that was told: `zip`, `pdf`, `png`, ...
    pub const fn format(&self) -> Option<&'static str> {
        self.format
    }

    /// Whether `Content-Disposition` says `attachment`.
    pub const fn is_attachment(&self) -> bool {
        self.attachment
    }

    /// Whether it holds other parts.
    pub fn is_composite(&self) -> bool {
        self.content_type.starts_with("multipart/") || self.content_type.starts_with("message/rfc822")
    }

    /// The bytes of the decoded content.
    pub const fn decoded_size(&self) -> usize {
        self.size
    }

    /// Where the part with its header stands in the raw message; `None` inside of encoded content.
    pub fn raw(&self) -> Option<Range<usize>> {
        self.raw.clone()
    }

    /// Where its body stands in the raw message, undecoded; `None` inside of encoded content.
    pub fn body(&self) -> Option<Range<usize>> {
        self.body.clone()
    }

    /// How far it was inspected.
    pub const fn state(&self) -> PartState {
        self.state
    }
}

impl std::fmt::Debug for Part {
    /// Shows type, place and state; a file name may be a patient's, so it is not shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part")
            .field("path", &self.path)
            .field("content_type", &self.content_type)
            .field("encoding", &self.encoding)
            .field("size", &self.size)
            .field("body", &self.body)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
