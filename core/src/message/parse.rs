//! The strict reading of a message: one pass from the first byte to the last.

mod readings;
mod source;

use std::collections::BTreeSet;
use std::ops::Range;

use self::source::{Delimiter, Source};
use super::content::Origin;
use super::header::{Block, Header};
use super::leaf::Leaf;
use super::{
    Anomaly, AnomalyKind, Limits, Opaque, OpaqueKind, Part, PartPath, PartState, TextUnit, TransferEncoding, freetext,
    line_end, mailbox,
};
use crate::ground::{Stop, Watch};

/// Reads a message and gathers what it holds.
pub(super) struct Reader<'l> {
    pub(super) limits: &'l Limits,
    /// Whether anybody still waits for the answer, where somebody may not.
    watch: Option<&'l Watch<'l>>,
    pub(super) headers: Vec<Header>,
    pub(super) parts: Vec<Part>,
    pub(super) units: Vec<TextUnit>,
    anomalies: BTreeSet<Anomaly>,
    /// What cannot be read.
    pub(super) opaque: BTreeSet<Opaque>,
    decoded: usize,
    work: u64,
    /// The bytes of the raw message, which bound what may be unpacked.
    pub(super) size: usize,
    /// The bytes that were unpacked so far.
    #[cfg(feature = "extract")]
    pub(super) unpacked: usize,
    /// The files and rescued stretches so far, which count as parts.
    files: usize,
    /// The readings by other boundaries so far.
    alternatives: usize,
    /// How many stretches that no header declares are being read within each other.
    pub(super) rescues: usize,
}

impl<'l> Reader<'l> {
    pub(super) const fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            watch: None,
            headers: Vec::new(),
            parts: Vec::new(),
            units: Vec::new(),
            anomalies: BTreeSet::new(),
            opaque: BTreeSet::new(),
            decoded: 0,
            work: 0,
            size: 0,
            #[cfg(feature = "extract")]
            unpacked: 0,
            files: 0,
            alternatives: 0,
            rescues: 0,
        }
    }

    /// The same, which stops when `watch` says so.
    pub(super) const fn watched(limits: &'l Limits, watch: &'l Watch<'l>) -> Self {
        let mut reader = Self::new(limits);
        reader.watch = Some(watch);
        reader
    }

    /// Reads the raw message.
    pub(super) fn message(&mut self, raw: &[u8]) {
        let readable = raw.get(..raw.len().min(self.limits.message_bytes)).unwrap_or_default();
        if readable.len() < raw.len() {
            self.note(AnomalyKind::MessageLimit, &PartPath::root());
        }
        self.size = readable.len();
        match line_end::of_carriage_returns(readable) {
            Some(mended) if self.spend(mended.len(), &PartPath::root()) => {
                self.note(AnomalyKind::LineEndBare, &PartPath::root());
                self.messages(&mended);
                self.rescue(&mended);
            }
            _ => {
                self.messages(readable);
                self.rescue(readable);
            }
        }
    }

    pub(super) fn anomaly_kinds(&self) -> impl Iterator<Item = AnomalyKind> {
        self.anomalies.iter().map(|anomaly| anomaly.kind)
    }

    /// Writes down an anomaly, once for each part.
    pub(super) fn note(&mut self, kind: AnomalyKind, part: &PartPath) {
        self.anomalies.insert(Anomaly {
            kind,
            part: part.clone(),
        });
    }

    /// Writes down content that cannot be read, once of a kind for each part.
    pub(super) fn saw(&mut self, kind: OpaqueKind, part: &PartPath, is_whole: bool) {
        self.opaque.insert(Opaque {
            kind,
            part: part.clone(),
            is_whole,
            is_read: false,
        });
    }

    /// The anomalies, part by part.
    pub(super) fn anomalies(&self) -> Vec<Anomaly> {
        let mut anomalies: Vec<_> = self.anomalies.iter().cloned().collect();
        anomalies.sort_by(|a, b| a.part.cmp(&b.part).then(a.kind.cmp(&b.kind)));
        anomalies
    }

    /// Takes `bytes` from the budgets of decoded bytes and of work; `false` when one is spent.
    pub(super) fn spend(&mut self, bytes: usize, path: &PartPath) -> bool {
        self.decoded = self.decoded.saturating_add(bytes);
        let within = self.decoded <= self.limits.decoded_bytes;
        if !within {
            self.note(AnomalyKind::DecodedLimit, path);
        }
        self.work(bytes, path) && within
    }

    /// Takes a look at `bytes` from the budget of work; `false` when it is spent.
    pub(super) fn work(&mut self, bytes: usize, path: &PartPath) -> bool {
        self.work = self.work.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        let within = self.work <= self.limits.work && self.watch.is_none_or(|watch| watch.goes_on(bytes));
        if !within {
            let is_cancelled = self.watch.and_then(Watch::stop) == Some(Stop::Cancelled);
            let kind = if is_cancelled {
                AnomalyKind::Cancelled
            } else {
                AnomalyKind::WorkLimit
            };
            self.note(kind, path);
        }
        within
    }

    /// Counts a file of a container, or a stretch without a header of its own, against the limit of parts.
    pub(super) fn count_file(&mut self, path: &PartPath) -> bool {
        self.files += 1;
        let within = self.files.saturating_add(self.parts.len()) <= self.limits.parts;
        if !within {
            self.note(AnomalyKind::PartsLimit, path);
        }
        within
    }

    /// How many bytes may still be unpacked, and the limit that says so: all of a message's containers together grow
    /// no more than one may, so that files that share their bytes cost no more than others.
    #[cfg(feature = "extract")]
    pub(super) fn room(&self) -> (usize, AnomalyKind) {
        let decoded = self.limits.decoded_bytes.saturating_sub(self.decoded);
        let grown = self.size.saturating_mul(self.limits.expansion).max(SMALL_BYTES);
        let grown = grown.saturating_sub(self.unpacked);
        if grown < decoded {
            (grown, AnomalyKind::ExpansionLimit)
        } else {
            (decoded, AnomalyKind::DecodedLimit)
        }
    }

    /// Takes unpacked bytes from the budgets of growth and of work.
    #[cfg(feature = "extract")]
    pub(super) fn unpacked(&mut self, bytes: usize, path: &PartPath) -> bool {
        self.unpacked = self.unpacked.saturating_add(bytes);
        self.work(bytes, path)
    }

    /// Reads the entity whose header starts at `entity.at`, up to the boundary that ends it.
    fn entity(&mut self, source: &mut Source<'_>, entity: &Entity) -> Delimiter {
        let bytes = source.bytes;
        let front = entity.at + if entity.is_message { mark(bytes, entity.at) } else { 0 };
        let mut block = Block::read(bytes, front, self.limits, |line| source.delimits(line));
        if entity.is_message {
            self.message_headers(&mut block, source, entity);
        }
        let leaf = Leaf::read(&block, entity, self.limits);
        let own = entity.own_path(leaf.is_multipart());
        if !entity.is_message {
            let headers = block.decoded(source.base.unwrap_or_default());
            self.units.extend(freetext::units(&headers, Some(&own)));
        }
        for kind in block.odd.iter().chain(&leaf.odd) {
            let is_returned = *kind == AnomalyKind::HeaderCut && source.is_returned_header(entity, block.body);
            self.note(if is_returned { AnomalyKind::HeaderOnly } else { *kind }, &own);
        }
        if block.is_ambiguous() {
            self.aside(source, ":raw", entity.at..block.body, &own, entity.depth);
        }
        for line in &block.separators {
            self.separator(source.bytes.get(line.clone()).unwrap_or_default(), &own);
        }
        for said in &leaf.parameters {
            self.unit(said.clone(), &own, Some(":parameter"));
        }
        let index = self.parts.len();
        self.parts.push(leaf.part(&own, 0));
        let end = self.content(source, entity, &leaf, &own, block.body, index);
        let body = source.bytes.get(block.body..end.start).unwrap_or_default();
        self.alternatives(&leaf, body, entity, &own, source.base.is_some());
        self.other_fronts(
            &block,
            front,
            source.bytes.get(..end.start).unwrap_or_default(),
            entity,
            &own,
        );
        self.place(index, source, entity.at..end.start, block.body..end.start);
        end
    }

    /// Reads what stands behind the header.
    fn content(
        &mut self,
        source: &mut Source<'_>,
        entity: &Entity,
        leaf: &Leaf,
        own: &PartPath,
        body: usize,
        index: usize,
    ) -> Delimiter {
        if leaf.is_composite() && self.is_spent(entity.depth, own) {
            return self.raw_leaf(source, own, body, index);
        }
        if leaf.is_multipart() {
            if let Some(boundary) = leaf.boundary.clone() {
                return self.multipart(source, entity, boundary, leaf, body, index);
            }
            if source.is_blank(body) {
                self.note(AnomalyKind::HeaderOnly, own);
                return source.next_delimiter(body);
            }
            self.note(AnomalyKind::BoundaryMissing, own);
            return self.raw_leaf(source, own, body, index);
        }
        if leaf.content_type == "message/partial" {
            self.note(AnomalyKind::PartialMessage, own);
            self.state(index, PartState::Uninspectable);
        }
        if leaf.is_message() && leaf.encoding == TransferEncoding::Identity {
            return self.entity(source, &Entity::message(body, own.clone(), entity.depth + 1));
        }
        let end = source.next_delimiter(body);
        let content = source.bytes.get(body..end.start).unwrap_or_default();
        self.leaf(leaf, content, own, index, entity.depth);
        self.note_lookalike(&end, own);
        end
    }

    /// Reads the parts of a multipart.
    fn multipart(
        &mut self,
        source: &mut Source<'_>,
        entity: &Entity,
        boundary: Vec<u8>,
        leaf: &Leaf,
        body: usize,
        index: usize,
    ) -> Delimiter {
        let own = entity.own_path(true);
        let is_blank = source.is_blank(body);
        if source.open.contains(&boundary) {
            self.note(AnomalyKind::BoundaryConflict, &own);
        }
        let level = source.open.len();
        source.open.push(boundary);
        let mut found = source.next_delimiter(body);
        self.note_lookalike(&found, &own);
        self.aside(source, ":preamble", body..found.start, &own, entity.depth);
        let mut number = 0;
        while found.level == Some(level) && !found.closing {
            number += 1;
            if self.files.saturating_add(self.parts.len()) >= self.limits.parts {
                self.note(AnomalyKind::PartsLimit, &own);
                source.open.truncate(level);
                return self.raw_leaf(source, &own, found.next, index);
            }
            let child = Entity {
                at: found.next,
                path: own.child(number),
                depth: entity.depth + 1,
                is_message: false,
                in_digest: leaf.is_digest(),
            };
            found = self.entity(source, &child);
        }
        source.open.truncate(level);
        if number == 0 && is_blank {
            // Nothing stands there that could be hidden: a bounce returns headers so.
            self.note(AnomalyKind::HeaderOnly, &own);
            return found;
        }
        if number == 0 {
            self.note(AnomalyKind::MultipartEmpty, &own);
            self.state(index, PartState::Uninspectable);
        }
        if found.level == Some(level) {
            let epilogue = found.next;
            found = source.next_delimiter(epilogue);
            self.aside(source, ":epilogue", epilogue..found.start, &own, entity.depth);
        } else {
            self.note(AnomalyKind::BoundaryUnclosed, &own);
        }
        found
    }

    /// Scans the line of a mailbox that holds more than a machine writes.
    fn separator(&mut self, line: &[u8], own: &PartPath) {
        let text = String::from_utf8_lossy(line);
        if let Some(words) = mailbox::words_of(text.trim()) {
            self.unit(words.to_owned(), own, Some(":mailbox"));
        }
    }

    /// Scans as plain text what cannot be taken apart.
    fn raw_leaf(&mut self, source: &mut Source<'_>, own: &PartPath, body: usize, index: usize) -> Delimiter {
        let end = source.next_delimiter(body);
        if !source.is_rescued {
            self.aside(source, ":raw", body..end.start, own, 0);
        }
        self.state(index, PartState::Uninspectable);
        end
    }

    /// Text beside the parts: before the first, behind the last, or in place of them.
    fn aside(&mut self, source: &Source<'_>, member: &str, range: Range<usize>, own: &PartPath, depth: usize) {
        let bytes = source.bytes.get(range).unwrap_or_default().trim_ascii();
        let declares = |line: &[u8]| {
            line.get(..8)
                .is_some_and(|front| front.eq_ignore_ascii_case(b"content-"))
        };
        if member != ":raw" && bytes.split(|&byte| byte == b'\n').any(declares) {
            self.note(AnomalyKind::PartOutside, own);
        }
        if bytes.is_empty() || !self.spend(bytes.len(), own) {
            return;
        }
        self.text(bytes, None, own, Some(member));
        if member != ":raw" {
            let leaf = Leaf::plain();
            let origin = Origin {
                leaf: &leaf,
                path: own,
                depth,
                member: Some(member),
            };
            self.embedded_files(bytes, &origin);
        }
    }

    fn message_headers(&mut self, block: &mut Block<'_>, source: &Source<'_>, entity: &Entity) {
        let headers = block.decoded(source.base.unwrap_or_default());
        block.odd.extend(freetext::duplicates(&headers));
        let outermost = entity.depth == 0 && self.headers.is_empty();
        let path = (!outermost).then_some(&entity.path);
        self.units.extend(freetext::units(&headers, path));
        if outermost {
            self.headers = headers;
        }
    }

    /// Whether a composite part of this depth may not be taken apart any more.
    fn is_spent(&mut self, depth: usize, own: &PartPath) -> bool {
        let too_deep = depth >= self.limits.depth;
        let too_many = self.files.saturating_add(self.parts.len()) >= self.limits.parts;
        if too_deep {
            self.note(AnomalyKind::DepthLimit, own);
        }
        if too_many {
            self.note(AnomalyKind::PartsLimit, own);
        }
        too_deep || too_many
    }

    fn note_lookalike(&mut self, found: &Delimiter, path: &PartPath) {
        if found.lookalike {
            self.note(AnomalyKind::BoundaryLookalike, path);
        }
    }

    pub(super) fn state(&mut self, index: usize, state: PartState) {
        if let Some(part) = self.parts.get_mut(index) {
            part.state = state;
        }
    }

    /// Writes down where the part stands.
    fn place(&mut self, index: usize, source: &Source<'_>, raw: Range<usize>, body: Range<usize>) {
        let Some(part) = self.parts.get_mut(index) else { return };
        let moved = |range: Range<usize>| {
            source
                .base
                .map(|base| base + range.start..base + range.end.max(range.start))
        };
        if part.is_composite() {
            part.size = body.len();
        }
        part.raw = moved(raw);
        part.body = moved(body);
    }

    /// Reads a whole message or part that stands decoded in memory.
    pub(super) fn embedded(&mut self, bytes: &[u8], path: &PartPath, depth: usize) {
        if self.is_spent(depth, path) {
            return;
        }
        let mut source = Source::new(bytes);
        self.entity(&mut source, &Entity::message(0, path.clone(), depth + 1));
    }
}

/// The bytes of the mark of UTF-8 at `at`, which an editor may have put before a header.
fn mark(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    if rest.starts_with(MARK) { MARK.len() } else { 0 }
}

/// U+FEFF in UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// What is unpacked of a small message may be very regular without being a bomb.
#[cfg(feature = "extract")]
pub(super) const SMALL_BYTES: usize = 1 << 20;

/// Where an entity stands in the tree.
pub(super) struct Entity {
    at: usize,
    path: PartPath,
    depth: usize,
    /// A message: its multipart has no number of its own, and its only leaf is number 1.
    is_message: bool,
    pub(super) in_digest: bool,
}

impl Entity {
    const fn message(at: usize, path: PartPath, depth: usize) -> Self {
        Self {
            at,
            path,
            depth,
            is_message: true,
            in_digest: false,
        }
    }

    fn own_path(&self, multipart: bool) -> PartPath {
        if self.is_message && !multipart {
            self.path.child(1)
        } else {
            self.path.clone()
        }
    }
}
