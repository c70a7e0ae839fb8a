//! What is odd about a message: typed, named as a policy fact, explained to the administrator.

use std::fmt;

use serde::{Serialize, Serializer};

use super::PartPath;

/// One odd thing about a message, at the part where it was met.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anomaly {
    /// What is odd.
    pub kind: AnomalyKind,
    /// The part, or the root for the message as a whole.
    pub part: PartPath,
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.part.numbers().is_empty() {
            return f.write_str(self.kind.sentence());
        }
        write!(f, "part {}: {}", self.part, self.kind.sentence())
    }
}

impl Serialize for AnomalyKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// How much an anomaly weighs, from the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Sloppy but common in honest mail; nothing is hidden by it.
    Notice,
    /// Mail programs disagree about what the message says, which honest software hardly ever writes.
    Suspicious,
    /// Something was not inspected: the scan is incomplete.
    Blind,
}

macro_rules! anomaly_kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident, $name:literal, $severity:ident, $sentence:literal;)+) => {
        /// The kinds of anomaly.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum AnomalyKind { $($(#[doc = $doc])+ $kind,)+ }

        impl AnomalyKind {
            /// Every kind, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// The name of the policy fact.
            ///
            /// ```
            /// # use sealwax::message::AnomalyKind;
            /// assert_eq!(AnomalyKind::BoundaryMissing.name(), "boundary-missing");
            /// ```
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }

            /// One sentence for the administrator.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$kind => $sentence,)+ }
            }

            /// The kind of this name.
            ///
            /// ```
            /// # use sealwax::message::AnomalyKind;
            /// assert_eq!(AnomalyKind::named("boundary-missing"), Some(AnomalyKind::BoundaryMissing));
            /// ```
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }

            /// Whether a message that has it is taken for PHI under every policy: all kinds but those of
            /// [`Severity::Notice`].
            ///
            /// ```
            /// # use sealwax::message::AnomalyKind;
            /// assert!(AnomalyKind::BoundaryConflict.raises() && !AnomalyKind::BoundaryUnclosed.raises());
            /// ```
            #[must_use]
            pub fn raises(self) -> bool {
                self.severity() > Severity::Notice
            }

            /// How much it weighs.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$kind => Severity::$severity,)+ }
            }
        }
    };
}

anomaly_kinds! {
    /// An archive that says two things about a file.
    ArchiveConflict, "archive-conflict", Suspicious, "an archive says two things about what it holds, so that two programs unpack it differently";
    /// A container whose structure is broken.
    ArchiveDamaged, "archive-damaged", Blind, "an archive or document is damaged and was not read to its end";
    /// A file in an archive that its directory does not name, or several of one name.
    ArchiveHidden, "archive-hidden", Suspicious, "an archive holds a file that its directory does not name, or several of one name";
    /// Base64 with foreign characters, padding in the middle or an impossible length.
    Base64Malformed, "base64-malformed", Notice, "base64 content holds characters or padding that do not belong there";
    /// Two boundaries that cannot be told apart, or several `boundary` parameters.
    BoundaryConflict, "boundary-conflict", Suspicious, "a boundary is given twice or equals that of an enclosing part";
    /// A line that starts as a boundary and goes on.
    BoundaryLookalike, "boundary-lookalike", Suspicious, "a line looks like a boundary to some mail programs and not to others";
    /// A boundary that is empty, too long or holds characters that RFC 2046 forbids.
    BoundaryMalformed, "boundary-malformed", Suspicious, "a boundary is empty, too long or holds forbidden characters";
    /// A multipart without a boundary.
    BoundaryMissing, "boundary-missing", Blind, "a multipart names no boundary, so that its parts cannot be told apart";
    /// A multipart whose closing boundary never comes.
    BoundaryUnclosed, "boundary-unclosed", Notice, "a multipart ends without its closing boundary";
    /// Reading was called off.
    Cancelled, "cancelled", Blind, "the host called the reading off before its end";
    /// Bytes that the declared charset does not have.
    CharsetInvalid, "charset-invalid", Notice, "text holds bytes that its charset does not have";
    /// UTF-16, UTF-32, ISO-2022, HZ or EBCDIC that no charset declares, or another byte order than the declared one.
    CharsetGuessed, "charset-guessed", Suspicious, "text is written in UTF-16, UTF-32, ISO-2022, HZ or EBCDIC where nothing or something else is declared; it was read as that, too";
    /// A charset that is not known.
    CharsetUnknown, "charset-unknown", Suspicious, "text names a charset that is not known";
    /// UTF-7, which hides text from most scanners.
    CharsetUtf7, "charset-utf7", Suspicious, "text is written in UTF-7, which current mail programs no longer write";
    /// A comment inside a structured MIME header.
    CommentInField, "comment-in-field", Suspicious, "a MIME header holds a comment that some mail programs read as part of the value";
    /// Several different `Content-Type` headers.
    ContentTypeDuplicate, "content-type-duplicate", Suspicious, "a part has several content types that differ";
    /// A `Content-Type` that does not parse.
    ContentTypeMalformed, "content-type-malformed", Notice, "a content type cannot be read";
    /// A control character in a header.
    ControlInHeader, "control-in-header", Suspicious, "a header holds NUL or another control character";
    /// The decoded content is larger than the limit.
    DecodedLimit, "decoded-limit", Blind, "the decoded content is larger than the limit";
    /// Parts nested deeper than the limit.
    DepthLimit, "depth-limit", Blind, "parts are nested deeper than the limit";
    /// A header that may stand once and stands several times with different values.
    DuplicateHeader, "duplicate-header", Notice, "a header that may stand once stands several times with different values";
    /// Malformed RFC 2047.
    EncodedWordMalformed, "encoded-word-malformed", Notice, "an encoded word in a header cannot be decoded";
    /// RFC 2047 inside a MIME parameter, where RFC 2231 belongs.
    EncodedWordParameter, "encoded-word-parameter", Notice, "a MIME parameter is written as an encoded word, which the standard forbids";
    /// A transfer encoding other than 7bit, 8bit, binary on a composite type.
    EncodingOnComposite, "encoding-on-composite", Suspicious, "a multipart or message part carries a transfer encoding, which the standard forbids";
    /// Several different transfer encodings.
    EncodingDuplicate, "encoding-duplicate", Suspicious, "a part has several transfer encodings that differ";
    /// Base64 or quoted-printable of which so much breaks the rules that no way to read it is sure.
    EncodingGarbled, "encoding-garbled", Blind, "so much of an encoded part breaks the rules of its encoding that what it holds is not sure";
    /// A transfer encoding that is not one of the five.
    EncodingUnknown, "encoding-unknown", Suspicious, "a transfer encoding is not one that the standard knows";
    /// Content that only a key opens.
    EncryptedContent, "encrypted-content", Blind, "content is encrypted or protected by a password and was not inspected";
    /// A container that grows more than the limit.
    ExpansionLimit, "expansion-limit", Blind, "an archive or compressed document grows beyond the limit";
    /// `message/external-body`.
    ExternalBody, "external-body", Blind, "the content stands somewhere else and was not inspected";
    /// A type that says one thing and content that is another.
    FormatMismatch, "format-mismatch", Suspicious, "the content is of another format than its type says";
    /// A header line without a colon.
    HeaderColonMissing, "header-colon-missing", Suspicious, "a header line has no colon";
    /// A boundary inside of a header block.
    HeaderCut, "header-cut", Suspicious, "a boundary stands inside of a header, which some mail programs read on";
    /// A MIME header in a folded line, which belongs to the header before it.
    HeaderFolded, "header-folded", Suspicious, "a MIME header stands in a folded line, which some mail programs read as a header of its own";
    /// Headers larger or more than the limit.
    HeaderLimit, "header-limit", Blind, "the headers are larger or more than the limit";
    /// A multipart or a message of which only the header is there, as bounces return it.
    HeaderOnly, "header-only", Notice, "a message is given by its header alone, without its body, as bounces return it";
    /// A blank between a header's name and its colon.
    HeaderSpaceBeforeColon, "header-space-before-colon", Suspicious, "a blank stands between a header's name and its colon";
    /// Raw 8-bit text in a header that is not UTF-8.
    HeaderUndeclared, "header-undeclared", Notice, "a header holds 8-bit text that is not UTF-8";
    /// CR without LF in the header block.
    LineEndBare, "line-end-bare", Suspicious, "a header block holds a carriage return without a line feed";
    /// A mailbox: several messages in one, each behind a line `From ...`.
    Mailbox, "mailbox", Notice, "a message or a part is a mailbox of several messages, of which each was read";
    /// A message larger than the limit.
    MessageLimit, "message-limit", Blind, "the message is larger than the limit";
    /// A multipart without parts.
    MultipartEmpty, "multipart-empty", Blind, "a multipart holds no part";
    /// A file name given twice and differently.
    NameConflict, "name-conflict", Suspicious, "an attachment has two different file names";
    /// More header parameters than the limit.
    ParameterLimit, "parameter-limit", Blind, "a MIME header holds more parameters than the limit";
    /// Parameters that are doubled, unquoted or unfinished.
    ParameterMalformed, "parameter-malformed", Suspicious, "a MIME parameter is doubled, unfinished or wrongly continued";
    /// Header lines of a part before the first or behind the last boundary.
    PartOutside, "part-outside", Suspicious, "what looks like a part stands outside of the boundaries of a multipart";
    /// `message/partial`.
    PartialMessage, "partial-message", Blind, "the message is one fragment of a larger one";
    /// More parts than the limit.
    PartsLimit, "parts-limit", Blind, "the message has more parts than the limit";
    /// Quoted-printable that breaks its rules.
    QuotedPrintableMalformed, "quoted-printable-malformed", Notice, "quoted-printable content breaks the rules of its encoding";
    /// Encoded content in a place that is not declared as such.
    RescuedContent, "rescued-content", Notice, "encoded content stands where no header declares it; it was decoded and scanned";
    /// A document whose pages are pictures of paper, without a text layer.
    ScannedPages, "scanned-pages", Blind, "a document holds pictures of pages and no text";
    /// The blank line after the header holds blanks, or a line before it is no field, so that the body may start there.
    SeparatorAmbiguous, "separator-ambiguous", Suspicious, "the line between header and body is not empty, so that mail programs disagree where the body starts";
    /// Bytes before, behind or between what a file's format accounts for.
    StrayContent, "stray-content", Suspicious, "a file holds content before, behind or between what its own format accounts for";
    /// Content of an unknown or unread format.
    UnknownContent, "unknown-content", Blind, "content is of a format that is not read";
    /// The work budget is spent.
    WorkLimit, "work-limit", Blind, "reading the message costs more work than the limit";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_its_own_kebab_case_name_and_a_sentence() {
        let mut names = BTreeSet::new();
        for kind in AnomalyKind::ALL {
            assert!(names.insert(kind.name()), "{} stands twice", kind.name());
            assert!(
                kind.name()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
            assert!(
                kind.sentence().len() > 20 && !kind.sentence().ends_with('.'),
                "{}",
                kind.name()
            );
        }
        assert!(names.len() >= 25);
    }

    #[test]
    fn every_limit_makes_the_scan_incomplete() {
        for kind in AnomalyKind::ALL.iter().filter(|kind| kind.name().ends_with("-limit")) {
            assert_eq!(kind.severity(), Severity::Blind, "{}", kind.name());
        }
    }

    #[test]
    fn an_anomaly_of_a_part_names_the_part() {
        let anomaly = Anomaly {
            kind: AnomalyKind::NameConflict,
            part: PartPath::root().child(2),
        };
        assert_eq!(
            anomaly.to_string(),
            "part 2: an attachment has two different file names"
        );
    }
}
