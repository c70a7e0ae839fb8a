//! The message: headers, parts, and the text units that are scanned, each with its place.
//!
//! [`Message::parse`] cannot fail: whatever the bytes are, it gives what can be read, names what is odd
//! ([`Anomaly`]), and says whether anything was left unread ([`Message::is_complete`]).

mod anomaly;
mod armour;
mod attribute;
mod base85;
mod charset;
mod content;
#[cfg(feature = "extract")]
mod extract;
mod field;
mod fields;
mod flowed;
mod freetext;
mod header;
mod html;
mod leaf;
mod lettered;
mod limits;
mod line_end;
mod link;
mod machine;
mod mailbox;
mod opaque;
mod overstrike;
mod page;
mod parse;
mod part;
mod place;
mod rescue;
mod script;
mod shifted;
mod sniff;
mod transfer;
mod unit;
mod utf7;
mod wide;
mod word;
mod xml;

pub use anomaly::{Anomaly, AnomalyKind, Severity};
pub use header::Header;
pub use limits::Limits;
pub use opaque::{Opaque, OpaqueKind};
pub use part::{Part, PartState};
pub use place::{PartPath, PartPathError, Place};
pub use transfer::TransferEncoding;
pub use unit::{Media, TextUnit};
pub(crate) use word::{decoded_value, encoded_words, unfold as unfolded};

use crate::ground::{Stop, Watch};

/// A mail message, read.
///
/// ```
/// # use sealwax::message::{Limits, Message, Place};
/// let raw = b"Subject: =?utf-8?Q?caf=C3=A9?=\r\nContent-Type: text/html\r\n\r\n<p>219-<b>09</b>-9999</p>\r\n";
/// let message = Message::parse(raw, &Limits::default());
/// assert_eq!(message.subject(), Some("café"));
/// assert_eq!(message.parts()[0].path().to_string(), "1");
/// let body = message.units().iter().find(|unit| matches!(unit.place(), Place::Part(_))).unwrap();
/// assert_eq!(body.text(), "<p>219-<b>09</b>-9999</p>\n");
/// assert!(body.view().text().contains("219-09-9999"));
/// assert!(message.is_complete());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    headers: Vec<Header>,
    parts: Vec<Part>,
    units: Vec<TextUnit>,
    anomalies: Vec<Anomaly>,
    opaque: Vec<Opaque>,
}

impl Message {
    /// Reads a raw message (RFC 5322) of any bytes, in time linear in their number.
    #[must_use]
    pub fn parse(raw: &[u8], limits: &Limits) -> Self {
        let mut reader = parse::Reader::new(limits);
        reader.message(raw);
        Self::gathered(reader)
    }

    /// The same, which stops when `watch` says so and is then incomplete.
    pub(crate) fn parse_watched(raw: &[u8], limits: &Limits, watch: &Watch<'_>) -> Self {
        let mut reader = parse::Reader::watched(limits, watch);
        reader.message(raw);
        Self::gathered(reader)
    }

    /// Takes the texts out for a while.
    pub(crate) fn take_units(&mut self) -> Vec<TextUnit> {
        std::mem::take(&mut self.units)
    }

    /// Puts the texts back.
    pub(crate) fn give_units(&mut self, units: Vec<TextUnit>) {
        self.units = units;
    }

    /// Writes down that the scan of the text was stopped before its end, once.
    pub(crate) fn note_stop(&mut self, stop: Stop) {
        let kind = match stop {
            Stop::Cancelled => AnomalyKind::Cancelled,
            Stop::Spent => AnomalyKind::WorkLimit,
        };
        let part = PartPath::root();
        if self.anomalies.iter().all(|anomaly| anomaly.kind != kind) {
            self.anomalies.insert(0, Anomaly { kind, part });
        }
    }

    fn gathered(reader: parse::Reader<'_>) -> Self {
        let anomalies = reader.anomalies();
        Self {
            opaque: reader.opaque.into_iter().collect(),
            headers: reader.headers,
            parts: reader.parts,
            units: reader.units,
            anomalies,
        }
    }

    /// One text, as a web form or a database holds it: a single unit at part 1, without header.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let path = PartPath::root().child(1);
        let part = leaf::Leaf::plain().part(&path, text.len());
        let text = charset::with_line_feeds(text.to_owned());
        let unit = TextUnit {
            place: Place::Part(path),
            member: None,
            structure: fields::Structure::of("text/plain", None, &text),
            text,
            media: Media::Plain,
            flowed: None,
        };
        Self {
            headers: Vec::new(),
            parts: vec![part],
            units: vec![unit],
            anomalies: Vec::new(),
            opaque: Vec::new(),
        }
    }

    /// Takes the text that somebody else read in a part: what the host's OCR found in a fax, or its transcript of a
    /// dictation. The text is scanned as the part's own. `false` when the message has no such leaf.
    ///
    /// A part that is all of one picture, sound, film or scan then counts as read, and as inspected. Beside a text
    /// without a letter or a digit it does not: nothing was found in it, and that is no reading. A file that is packed or
    /// encrypted in the part is not read by a text for the whole; the pictures of a PDF are.
    ///
    /// ```
    /// # use sealwax::message::{Limits, Message, PartPath, PartState};
    /// let raw = b"Content-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\n\r\nSUkqAAgAAAAAAA==\r\n";
    /// let mut message = Message::parse(raw, &Limits::default());
    /// let part = PartPath::root().child(1);
    /// assert!(message.add_part_text(&part, "MRN 38857281: positive"));
    /// assert_eq!(message.parts()[0].state(), PartState::Inspected);
    /// assert!(!message.add_part_text(&part.child(2), "no such part"));
    /// ```
    pub fn add_part_text(&mut self, path: &PartPath, text: &str) -> bool {
        let is_meant = |part: &&mut Part| part.path() == path && !part.is_composite();
        let Some(part) = self.parts.iter_mut().find(is_meant) else {
            return false;
        };
        let own = self
            .opaque
            .iter_mut()
            .filter(|opaque| opaque.part == *path && opaque.is_whole);
        if text.contains(char::is_alphanumeric) {
            let mut is_read = false;
            for opaque in own {
                opaque.is_read = true;
                is_read = true;
            }
            self.anomalies
                .retain(|anomaly| !(is_read && anomaly.part == *path && anomaly.kind == AnomalyKind::ScannedPages));
            let is_blind = |anomaly: &Anomaly| anomaly.part == *path && anomaly.kind.severity() == Severity::Blind;
            if is_read && !self.anomalies.iter().any(is_blind) {
                part.state = PartState::Inspected;
            }
        }
        self.units.push(TextUnit {
            place: Place::Part(path.clone()),
            member: Some(unit::HANDED_IN.into()),
            text: charset::with_line_feeds(text.to_owned()),
            media: Media::Plain,
            flowed: None,
            structure: None,
        });
        true
    }

    /// The header fields of the message, in their order.
    pub fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// The first header field of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&Header> {
        self.headers.iter().find(|header| header.is(name))
    }

    /// The decoded subject.
    pub fn subject(&self) -> Option<&str> {
        self.header("Subject").map(Header::value)
    }

    /// The parts in the order of the message: a multipart or an embedded message stands before what it holds.
    ///
    /// An embedded message (`message/rfc822`) and a multipart that is all of its body have the same section number.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The texts that are scanned.
    pub fn units(&self) -> &[TextUnit] {
        &self.units
    }

    /// What is odd, part by part, each kind once for a part.
    pub fn anomalies(&self) -> &[Anomaly] {
        &self.anomalies
    }

    /// The pictures, sounds, films and scans, which hold no text to draw out, part by part.
    ///
    /// ```
    /// # use sealwax::message::{Limits, Message, OpaqueKind};
    /// let raw = b"Content-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\n\r\nSUkqAAgAAAAAAA==\r\n";
    /// let message = Message::parse(raw, &Limits::default());
    /// assert_eq!(message.opaque()[0].kind, OpaqueKind::Fax);
    /// assert!(message.is_complete());
    /// ```
    pub fn opaque(&self) -> &[Opaque] {
        &self.opaque
    }

    /// Whether everything was inspected that can hold text. A part that is opaque by nature does not change that; what
    /// its context makes of it is for [`classify`](crate::classify) to say.
    pub fn is_complete(&self) -> bool {
        let blind = self
            .anomalies
            .iter()
            .any(|anomaly| anomaly.kind.severity() == Severity::Blind);
        !blind && self.parts.iter().all(|part| part.state() != PartState::Uninspectable)
    }
}

#[cfg(test)]
mod tests;
