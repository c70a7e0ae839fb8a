//! How far each lane has come.

use super::super::lane::{OpenRecord, OpenTable};

/// Where each way of looking goes on in the next stretch, in bytes of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Lanes {
    pub(super) terms: usize,
    pub(super) cues: usize,
    pub(super) mentions: usize,
    pub(super) labelled: usize,
    pub(super) names: usize,
    pub(super) prefixed: usize,
    pub(super) emails: usize,
    pub(super) table: OpenTable,
    pub(super) record: OpenRecord,
    /// Whether a block was found.
    pub(super) has_block: bool,
}

impl Lanes {
    /// The same for a text that has at `to` what this one has at `from`, and so many bytes before it.
    pub(super) fn moved(&self, from: usize, to: usize, same: usize) -> Self {
        let moved = |place: usize| place.saturating_add(to).saturating_sub(from);
        // What is read before is done with.
        let by = |place: usize| moved(place.max(from.saturating_sub(same)));
        Self {
            terms: by(self.terms),
            cues: by(self.cues),
            mentions: by(self.mentions),
            labelled: by(self.labelled),
            names: by(self.names),
            prefixed: by(self.prefixed),
            emails: by(self.emails),
            table: self.table.moved(by),
            record: self.record.moved(by(self.record.next()), moved),
            has_block: false,
        }
    }

    pub(super) const fn is_outside_of_records(&self) -> bool {
        self.record.is_closed()
    }

    /// The farthest place that is read.
    pub(super) fn end(&self) -> usize {
        let places = [
            self.terms,
            self.cues,
            self.mentions,
            self.labelled,
            self.names,
            self.prefixed,
            self.emails,
            self.table.next(),
            self.record.next(),
        ];
        places.into_iter().max().unwrap_or_default()
    }
}
