//! Other readings of the same bytes: what a mail program sees that takes another boundary, another line end or another front
//! than the strict reading does. What they find is kept as texts beside the part.

use std::borrow::Cow;

use super::{Entity, Reader, Source};
use crate::message::header::{Block, line_at};
use crate::message::leaf::Leaf;
use crate::message::wide::Wide;
use crate::message::{AnomalyKind, PartPath, Place, TextUnit, line_end, mailbox};

impl Reader<'_> {
    /// Reads a message, and where it is a mailbox of several, each of them.
    pub(super) fn messages(&mut self, bytes: &[u8]) {
        let root = PartPath::root();
        let mut all = mailbox::messages(bytes).into_iter();
        let first = all.next().unwrap_or_default();
        let mut source = Source::new(bytes.get(first).unwrap_or_default());
        source.base = Some(0);
        self.entity(&mut source, &Entity::message(0, root.clone(), 0));
        if !all.as_slice().is_empty() && self.spend(bytes.len(), &root) {
            // Most mail programs know no mailbox, and show all of it as the text of the first message.
            self.text(bytes, Some(&Leaf::plain()), &root, Some(":mailbox"));
        }
        for range in all {
            self.note(AnomalyKind::Mailbox, &root);
            if !self.count_file(&root) {
                return;
            }
            self.reread(bytes.get(range).unwrap_or_default(), 0, &root, ":mailbox");
        }
        let front = bytes.get(..bytes.len().min(FRONT_BYTES)).unwrap_or_default();
        if memchr::memchr2(b'\n', b'\r', bytes).is_none() && memchr::memchr3(0x0B, 0x0C, 0x85, front).is_some() {
            self.reread(&line_end::mended(bytes), 0, &root, ":as-lines");
        }
        if self.headers.is_empty()
            && let Some(wide) = Wide::of_text(bytes)
        {
            self.note(AnomalyKind::CharsetGuessed, &root);
            self.reread(wide.decode(bytes).as_bytes(), 0, &root, wide.member());
        }
    }

    /// Reads a body once more for each other boundary that a mail program may take, and keeps the texts. A message with such
    /// a body is disputed, so that one that stands in the raw message (`is_raw`) is read as text, too.
    pub(super) fn alternatives(&mut self, leaf: &Leaf, body: &[u8], entity: &Entity, own: &PartPath, is_raw: bool) {
        for boundary in &leaf.other_boundaries {
            // A boundary that is not in the body is a wrong guess, no finding.
            if !delimits(body, boundary) {
                continue;
            }
            self.alternatives += 1;
            if self.alternatives > ALTERNATIVES {
                return self.note(AnomalyKind::WorkLimit, own);
            }
            if !self.spend(body.len(), own) {
                return;
            }
            let mut other = self.beside();
            other.parts.push(leaf.part(own, 0));
            let mut source = Source::new(body);
            source.is_rescued = is_raw;
            other.multipart(&mut source, entity, boundary.clone(), leaf, 0, 0);
            if other.parts.len() == 1 {
                (self.decoded, self.work) = (other.decoded, other.work);
            } else {
                self.note(AnomalyKind::BoundaryConflict, own);
                self.keep(other, own, ":as-boundary");
            }
        }
    }

    /// Reads an entity once more where some mail programs see its header in another place: behind other line ends, or
    /// behind empty lines.
    pub(super) fn other_fronts(
        &mut self,
        block: &Block<'_>,
        front: usize,
        bytes: &[u8],
        entity: &Entity,
        own: &PartPath,
    ) {
        let rest = bytes.get(front..).unwrap_or_default();
        let is_odd = |kind: &AnomalyKind| matches!(kind, AnomalyKind::ControlInHeader | AnomalyKind::LineEndBare);
        let is_late = entity.is_message && block.is_empty() && block.body > front;
        let mended = || Some(line_end::mended(rest)).filter(|mended| mended != rest);
        let (other, member) = if block.odd.iter().any(is_odd)
            && let Some(mended) = mended()
        {
            (Cow::Owned(mended), ":as-lines")
        } else if is_late && Block::read(rest.trim_ascii_start(), 0, self.limits, |_| false).is_of_mime() {
            self.note(AnomalyKind::SeparatorAmbiguous, own);
            (Cow::Borrowed(rest.trim_ascii_start()), ":as-header")
        } else {
            return;
        };
        self.alternatives += 1;
        if self.alternatives > ALTERNATIVES {
            return self.note(AnomalyKind::WorkLimit, own);
        }
        self.reread(&other, entity.depth, own, member);
    }

    /// Reads bytes once more as a message that stands beside the part, and keeps what it finds as texts of the part.
    fn reread(&mut self, bytes: &[u8], depth: usize, own: &PartPath, member: &'static str) {
        if self.is_spent(depth, own) || !self.spend(bytes.len(), own) {
            return;
        }
        let mut other = self.beside();
        let mut source = Source::new(bytes);
        other.entity(&mut source, &Entity::message(0, own.clone(), depth + 1));
        self.keep(other, own, member);
    }

    /// A reader for another reading, with what is left of the budgets.
    fn beside(&self) -> Self {
        Self {
            watch: self.watch,
            decoded: self.decoded,
            work: self.work,
            size: self.size,
            #[cfg(feature = "extract")]
            unpacked: self.unpacked,
            files: self.files.saturating_add(self.parts.len()),
            alternatives: ALTERNATIVES,
            rescues: self.rescues,
            ..Reader::new(self.limits)
        }
    }

    /// Keeps what another reading found, as texts beside the part.
    fn keep(&mut self, other: Self, own: &PartPath, member: &'static str) {
        (self.decoded, self.work) = (other.decoded, other.work);
        #[cfg(feature = "extract")]
        {
            self.unpacked = other.unpacked;
        }
        self.files = self.files.saturating_add(other.parts.len());
        self.units.extend(other.units.into_iter().map(|unit| TextUnit {
            place: Place::Part(own.clone()),
            member: Some(member.into()),
            ..unit
        }));
        for anomaly in &other.anomalies {
            self.note(anomaly.kind, own);
        }
        for opaque in &other.opaque {
            self.saw(opaque.kind, own, false);
        }
    }
}

/// Whether some line of `body` is this boundary.
fn delimits(body: &[u8], boundary: &[u8]) -> bool {
    let sign = [b"--", boundary].concat();
    memchr::memmem::find_iter(body, &sign).any(|at| {
        let before = at.checked_sub(1).and_then(|at| body.get(at));
        let behind = line_at(body, at + sign.len()).trim_ascii_end();
        before.is_none_or(|&byte| byte == b'\n') && (behind.is_empty() || behind == b"--")
    })
}

/// A message that names more boundaries than these is not mail.
const ALTERNATIVES: usize = 16;
/// A message without any line end of the standard has another one within so many bytes.
const FRONT_BYTES: usize = 4_096;
