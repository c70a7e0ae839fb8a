//! What travels outside of the seal, and what inside: a message with the edits of its delivery applied.
//!
//! No host needs to cut headers itself. [`Delivery::outer`] gives what leaves: of a delivery by TLS the message with its
//! edits, and of a sealed one the header fields that stand outside of the seal, behind which the host puts the sealed
//! container. [`inner`] gives what goes into the seal.
//!
//! ```
//! # use sealwax::engine::Engine;
//! # use sealwax::{Timestamp, Transaction, outer};
//! let engine = Engine::with_profile("hipaa-2013")?;
//! let transaction = Transaction::from("nurse@clinic.example")?.to("ann@example.org")?;
//! let raw = b"To: \"Ann, MRN 12345678\" <ann@example.org>\r\nBcc: boss@clinic.example\r\nThread-Topic: diabetes\r\n\
//!     Subject: diabetes, MRN 12345678\r\n\r\nHbA1c 9.1\r\n";
//! let verdict = engine.evaluate(raw, &transaction, Timestamp::EPOCH)?;
//! let outside = verdict.deliveries[0].outer(raw).unwrap();
//! assert_eq!(outside, b"To: ann@example.org\r\nSubject: Secure message\r\n");
//! let inside = outer::inner(raw);
//! assert!(inside.starts_with(b"To: \"Ann, MRN 12345678\" <ann@example.org>\r\nThread-Topic: diabetes\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod field;
mod head;
mod keep;
mod mailbox;

use head::{Head, Line};

use crate::policy::{Delivery, Edit, Fallback, HIDDEN, Keeps, Kept};

/// The message with `edits` made, in their order.
///
/// What no edit is about stays byte for byte. A header counts as one of a name when any mail program reads it so:
/// whatever its case, with blanks before the colon, repeated, and with CRLF, LF or CR for a line end. Values of edits
/// are written as header values: without control characters, folded, and as encoded words (RFC 2047) where they are not
/// plain. With [`Edit::KeepOnly`] there is no body and no empty line at the end.
///
/// The header block with its empty line will do for `raw`: the body is copied as it is.
///
/// ```
/// # use sealwax::outer;
/// # use sealwax::policy::Edit;
/// let raw = b"Bcc: a@b.example\r\nTo: c@d.example\r\nBCC : e@f.example,\r\n g@h.example\r\n\r\nBcc: hi";
/// assert_eq!(outer::apply(raw, &[Edit::remove("Bcc")]), b"To: c@d.example\r\n\r\nBcc: hi");
/// ```
#[must_use]
pub fn apply(raw: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut letter = Letter::read(raw);
    for edit in edits {
        match edit {
            Edit::AddHeader { name, value } => letter.add(name, value),
            Edit::KeepOnly { headers } => letter.keep(headers),
            Edit::RemoveHeader { name } => letter.remove(name),
            Edit::ReplaceSubject { value } => letter.replace("Subject", value),
        }
    }
    letter.bytes()
}

/// What goes into the seal: the whole message but for every `Bcc` and `Resent-Bcc`, which name recipients whom the
/// others do not see.
///
/// ```
/// # use sealwax::outer;
/// assert_eq!(outer::inner(b"Bcc: a@b.example\nSubject: x\n\nhi"), b"Subject: x\n\nhi");
/// ```
#[must_use]
pub fn inner(raw: &[u8]) -> Vec<u8> {
    apply(raw, &HIDDEN.map(Edit::remove))
}

impl Delivery {
    /// What leaves for this recipient, of the message `raw` that was judged; `None` when nothing leaves.
    ///
    /// By TLS it is the message with the edits of the delivery. Of a sealed delivery it is the header fields that stand
    /// outside of the seal, without an empty line at the end, so that the sealed container, a MIME entity with
    /// `MIME-Version` and `Content-Type` of its own, is put straight behind them. What is sealed is
    /// [`inner(raw)`](inner).
    ///
    /// ```
    /// # use sealwax::engine::Engine;
    /// # use sealwax::{Timestamp, Transaction};
    /// let engine = Engine::with_profile("minimal")?;
    /// let transaction = Transaction::from("ann@clinic.example")?.to("bob@example.org")?;
    /// let raw = b"Subject: lunch\r\nBcc: eve@example.org\r\n\r\nAt noon?\r\n";
    /// let verdict = engine.evaluate(raw, &transaction, Timestamp::EPOCH)?;
    /// assert_eq!(verdict.deliveries[0].outer(raw).unwrap(), b"Subject: lunch\r\n\r\nAt noon?\r\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn outer(&self, raw: &[u8]) -> Option<Vec<u8>> {
        self.method.map(|_| apply(raw, &self.edits))
    }
}

impl Fallback {
    /// What leaves when the contract cannot be met, as [`Delivery::outer`] gives it; `None` when nothing leaves then.
    ///
    /// ```
    /// # use sealwax::engine::Engine;
    /// # use sealwax::{Timestamp, Transaction};
    /// let engine = Engine::with_profile("minimal")?;
    /// let transaction = Transaction::from("ann@clinic.example")?.to("bob@example.org")?;
    /// let raw = b"Subject: lunch\r\nX-Diet: vegetarian\r\n\r\nAt noon?\r\n";
    /// let verdict = engine.evaluate(raw, &transaction, Timestamp::EPOCH)?;
    /// let fallback = verdict.deliveries[0].fallback.as_ref().unwrap();
    /// assert_eq!(fallback.outer(raw).unwrap(), b"Subject: lunch\r\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn outer(&self, raw: &[u8]) -> Option<Vec<u8>> {
        self.method.map(|_| apply(raw, &self.edits))
    }
}

/// A message that is being edited.
struct Letter<'a> {
    head: Head<'a>,
    pieces: Vec<Piece<'a>>,
    /// With the empty line before it.
    body: &'a [u8],
}

/// A piece of the header block.
enum Piece<'a> {
    /// As it came.
    Line(Line<'a>),
    /// A field of ours.
    New(New),
}

/// A field of ours.
#[derive(Clone)]
struct New {
    name: String,
    /// With its line end.
    text: String,
}

impl<'a> Letter<'a> {
    fn read(raw: &'a [u8]) -> Self {
        let (head, lines) = Head::read(raw);
        Self {
            pieces: lines.into_iter().map(Piece::Line).collect(),
            body: raw.get(head.end..).unwrap_or_default(),
            head,
        }
    }

    /// Adds a field before the others, where every mail program takes it for one.
    fn add(&mut self, name: &str, value: &str) {
        let Some(new) = self.of_text(name, value) else { return };
        let is_before = |piece: &&Piece<'_>| match piece {
            Piece::Line(line) => !line.can_follow_a_field(),
            Piece::New(new) => !new.name.is_empty(),
        };
        let at = self.pieces.iter().take_while(is_before).count();
        let has_field = self.pieces.iter().any(|piece| match piece {
            Piece::Line(line) => line.field.is_some(),
            Piece::New(_) => true,
        });
        if !has_field && !self.pieces.is_empty() {
            // What follows is text without a header: it must not become one.
            let end = New {
                name: String::new(),
                text: self.head.line_end.into(),
            };
            self.pieces.insert(at, Piece::New(end));
        }
        self.pieces.insert(at, Piece::New(new));
    }

    fn remove(&mut self, name: &str) {
        self.pieces.retain(|piece| !piece.is(name));
    }

    /// Puts one field in the place of the first of this name, and takes the others away.
    fn replace(&mut self, name: &str, value: &str) {
        let Some(first) = self.pieces.iter().position(|piece| piece.is(name)) else {
            return self.add(name, value);
        };
        let behind = self.pieces.split_off(first);
        self.pieces.extend(self.of_text(name, value).map(Piece::New));
        self.pieces.extend(behind.into_iter().filter(|piece| !piece.is(name)));
    }

    /// Leaves nothing but `headers`, and of each what it keeps, in this order.
    fn keep(&mut self, headers: &[Kept]) {
        let mut pieces = Vec::new();
        for kept in headers {
            let own = self.pieces.iter().filter_map(|piece| match piece {
                Piece::New(new) if new.is(&kept.name) => Some(Piece::New(new.clone())),
                _ => None,
            });
            let before = pieces.len();
            pieces.extend(own);
            if pieces.len() == before {
                pieces.extend(self.kept(kept).map(Piece::New));
            }
        }
        self.pieces = pieces;
        self.body = b"";
    }

    /// The values of the fields of this name that are still there, with the line ends of folding.
    fn values(&self, name: &str) -> Vec<&'a [u8]> {
        let mut numbers: Vec<usize> = self.pieces.iter().filter_map(Piece::field).collect();
        numbers.dedup();
        let fields = numbers.iter().filter_map(|number| self.head.fields.get(*number));
        fields.filter(|field| field.is(name)).map(|field| field.value).collect()
    }

    /// What stays of the fields of one name.
    fn kept(&self, kept: &Kept) -> Option<New> {
        let value = keep::of(kept.keeps, &self.values(&kept.name))?;
        match kept.keeps {
            Keeps::Text => self.of_text(&kept.name, &value),
            Keeps::Addresses | Keeps::Date | Keeps::Keyword => Some(New {
                name: kept.name.clone(),
                text: field::of_tokens(&kept.name, &value, self.head.line_end)?,
            }),
        }
    }

    fn of_text(&self, name: &str, value: &str) -> Option<New> {
        Some(New {
            name: name.into(),
            text: field::of_text(name, value, self.head.line_end)?,
        })
    }

    fn bytes(&self) -> Vec<u8> {
        let size: usize = self.pieces.iter().map(|piece| piece.bytes().len()).sum();
        let mut out = Vec::with_capacity(size.saturating_add(self.body.len()));
        let mut next = Some(0);
        for piece in &self.pieces {
            let at = piece.at();
            if at.is_none() {
                self.end_line(&mut out, true);
            } else if at != next {
                self.end_line(&mut out, self.head.has_line_feeds);
            }
            out.extend_from_slice(piece.bytes());
            next = at.map(|at| at.saturating_add(piece.bytes().len()));
        }
        if !self.body.is_empty() && next != Some(self.head.end) {
            self.end_line(&mut out, self.head.has_line_feeds);
        }
        out.extend_from_slice(self.body);
        out
    }

    /// Where a piece is gone or new, the line before it ends for every mail program; a lone CR is no end to most.
    fn end_line(&self, out: &mut Vec<u8>, with_line_feed: bool) {
        match out.last() {
            Some(b'\r') if with_line_feed => out.push(b'\n'),
            None | Some(b'\n' | b'\r') => {}
            Some(_) => out.extend_from_slice(self.head.line_end.as_bytes()),
        }
    }
}

impl Piece<'_> {
    fn is(&self, name: &str) -> bool {
        match self {
            Self::Line(line) => line.is(name),
            Self::New(new) => new.is(name),
        }
    }

    /// The field that it begins or belongs to.
    fn field(&self) -> Option<usize> {
        match self {
            Self::Line(line) => line.field,
            Self::New(_) => None,
        }
    }

    /// Where it stands in the message.
    fn at(&self) -> Option<usize> {
        match self {
            Self::Line(line) => Some(line.at),
            Self::New(_) => None,
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Line(line) => line.bytes,
            Self::New(new) => new.text.as_bytes(),
        }
    }
}

impl New {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}
