use std::ops::Range;

use super::Span;
use super::runs::{Run, Runs};

/// From bytes of a derived text back to the bytes that they came from.
///
/// A map is written from left to right: [`copy`](Self::copy) for bytes that were taken as they were,
/// [`replace`](Self::replace) for what was rewritten, and nothing for what was dropped. It is a list of runs, not of
/// bytes, and a text that was not changed needs no run at all.
///
/// ```
/// # use sealwax::text::{OffsetMap, Span};
/// // `a&amp;b` was decoded to `a&b`.
/// let mut map = OffsetMap::new();
/// map.copy(0..1);
/// map.replace(1, 1..6);
/// map.copy(6..7);
/// assert_eq!(map.original(1..3), Span::new(1, 7));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffsetMap {
    /// In order of both texts; empty when the text is the original itself.
    runs: Runs,
    /// Bytes of the derived text.
    len: usize,
}

impl OffsetMap {
    /// The map of an empty text, to be written.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The map of a text of `len` bytes that is the original itself.
    #[must_use]
    pub fn identity(len: usize) -> Self {
        Self {
            runs: Runs::default(),
            len,
        }
    }

    /// Appends the bytes `original`, taken as they are.
    pub fn copy(&mut self, original: Range<usize>) {
        self.push(original.len(), original.into(), true);
    }

    /// Appends `len` bytes that stand for `original`.
    pub fn replace(&mut self, len: usize, original: Range<usize>) {
        self.push(len, original.into(), false);
    }

    /// Bytes of the derived text.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether the derived text is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The smallest piece of the original that holds everything the `derived` bytes came from.
    ///
    /// An empty range is an empty place. A range that leaves the text is cut to it.
    #[must_use]
    pub fn original(&self, derived: Range<usize>) -> Span {
        let end = derived.end.min(self.len);
        let start = derived.start.min(end);
        if self.runs.is_empty() {
            return Span::new(start, end);
        }
        let first = self.runs.from(start).next().map_or(0, |run| run.first_original(start));
        if start == end {
            return Span::new(first, first);
        }
        let last = self.runs.from(end.saturating_sub(1)).next();
        let last = last.map_or(first, |run| run.last_original(end));
        Span::new(first, last.max(first))
    }

    /// The map from a text derived in two steps: `self` leads to the middle text, `inner` from there to the original.
    #[must_use]
    pub fn compose(self, inner: &Self) -> Self {
        if inner.runs.is_empty() {
            return self;
        }
        if self.runs.is_empty() {
            return inner.clone();
        }
        let mut composed = Self::new();
        for run in self.runs.iter() {
            if run.copied {
                inner.each_within(run.original, |len, original, copied| {
                    composed.push(len, original, copied);
                });
            } else {
                composed.push(run.len, inner.original(run.original.start..run.original.end), false);
            }
        }
        composed.fitted()
    }

    /// Calls `piece` for each run of `self` within the derived bytes `within`, from left to right.
    fn each_within(&self, within: Span, mut piece: impl FnMut(usize, Span, bool)) {
        for run in self.runs.from(within.start).take_while(|run| run.start < within.end) {
            let start = run.start.max(within.start);
            let end = run.end().min(within.end);
            let original = Span::new(run.first_original(start), run.last_original(end));
            piece(end.saturating_sub(start), original, run.copied);
        }
    }

    /// The same in no more memory than it takes: what was written is held while the text is looked through.
    pub(super) fn fitted(mut self) -> Self {
        self.runs.fit();
        self
    }

    /// Where the derived text differs from the original, which has so many `bytes`; two places are one that no more than
    /// `apart` unchanged bytes part.
    pub(super) fn changes(&self, bytes: usize, apart: usize) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut same = Change::default();
        if self.runs.is_empty() && self.len == bytes {
            return changes;
        }
        let copied = self.runs.iter().filter(|run| run.copied);
        let stretches = copied.map(|run| (run.start..run.end(), run.original.start..run.original.end));
        for (derived, original) in stretches.chain(std::iter::once((self.len..self.len, bytes..bytes))) {
            let change = Change {
                derived: same.derived.end..derived.start,
                original: same.original.end..original.start,
            };
            if !change.derived.is_empty() || !change.original.is_empty() {
                change.join(&mut changes, apart);
            }
            same = Change { derived, original };
        }
        changes
    }

    fn push(&mut self, len: usize, original: Span, copied: bool) {
        if len == 0 {
            return;
        }
        let start = self.len;
        self.len = self.len.saturating_add(len);
        self.runs.push(Run {
            start,
            len,
            original,
            copied,
        });
    }
}

/// A stretch of a derived text, and what stands for it in the original.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) derived: Range<usize>,
    pub(crate) original: Range<usize>,
}

impl Change {
    /// Appends it, or lengthens the last one.
    fn join(self, changes: &mut Vec<Self>, apart: usize) {
        match changes.last_mut() {
            Some(last) if self.derived.start.saturating_sub(last.derived.end) <= apart => {
                last.derived.end = self.derived.end;
                last.original.end = self.original.end;
            }
            _ => changes.push(self),
        }
    }

    /// The changes of a text derived in two steps: `outer` leads to the middle text, `inner` from there to the original.
    pub(super) fn composed(outer: &[Self], inner: &[Self]) -> Vec<Self> {
        let mut middle: Vec<Range<usize>> = outer.iter().map(|change| change.original.clone()).collect();
        middle.extend(inner.iter().map(|change| change.derived.clone()));
        middle.sort_by_key(|range| (range.start, range.end));
        middle.dedup_by(|next, last| {
            let is_one = next.start <= last.end;
            last.end = if is_one { last.end.max(next.end) } else { last.end };
            is_one
        });
        let (mut derived, mut original) = (Moved::default(), Moved::default());
        middle
            .into_iter()
            .map(|range| {
                let starts = (derived.at(range.start), original.at(range.start));
                derived.pass(
                    outer,
                    range.end,
                    |change| (change.original.len(), change.derived.len()),
                    |change| change.original.end,
                );
                original.pass(
                    inner,
                    range.end,
                    |change| (change.derived.len(), change.original.len()),
                    |change| change.derived.end,
                );
                Self {
                    derived: starts.0..derived.at(range.end),
                    original: starts.1..original.at(range.end),
                }
            })
            .collect()
    }
}

/// How far a place is moved by the changes before it.
#[derive(Default)]
struct Moved {
    passed: usize,
    less: usize,
    more: usize,
}

impl Moved {
    const fn at(&self, place: usize) -> usize {
        place.saturating_add(self.more).saturating_sub(self.less)
    }

    /// Goes on to the changes that end at `place` or before.
    fn pass(
        &mut self,
        changes: &[Change],
        place: usize,
        lengths: impl Fn(&Change) -> (usize, usize),
        end: impl Fn(&Change) -> usize,
    ) {
        let rest = changes.get(self.passed..).unwrap_or_default();
        for change in rest.iter().take_while(|change| end(change) <= place) {
            let (less, more) = lengths(change);
            self.less = self.less.saturating_add(less);
            self.more = self.more.saturating_add(more);
            self.passed = self.passed.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ab&amp;c` to `ab&c`.
    fn entity() -> OffsetMap {
        let mut map = OffsetMap::new();
        map.copy(0..2);
        map.replace(1, 2..7);
        map.copy(7..8);
        map
    }

    #[test]
    fn neighbouring_copies_are_one_run() {
        let mut map = OffsetMap::new();
        map.copy(0..3);
        map.copy(3..9);
        assert_eq!(map.runs.iter().count(), 1);
        assert_eq!(map.len(), 9);
    }

    #[test]
    fn a_replaced_byte_stands_for_all_it_came_from() {
        assert_eq!(entity().original(2..3), Span::new(2, 7));
        assert_eq!(entity().original(1..4), Span::new(1, 8));
        assert_eq!(entity().original(0..2), Span::new(0, 2));
    }

    #[test]
    fn an_empty_range_is_an_empty_place() {
        assert!(entity().original(1..1).is_empty());
        assert_eq!(entity().original(4..4), Span::new(8, 8));
        assert_eq!(OffsetMap::new().original(0..5), Span::new(0, 0));
    }

    #[test]
    fn changes_are_what_was_rewritten_dropped_or_put_in() {
        let change = |derived: Range<usize>, original: Range<usize>| Change { derived, original };
        assert_eq!(entity().changes(8, 0), [change(2..3, 2..7)]);
        assert_eq!(OffsetMap::identity(8).changes(8, 0), []);
        let mut map = OffsetMap::new();
        map.copy(1..3);
        map.copy(5..9);
        map.replace(2, 9..9);
        assert_eq!(
            map.changes(10, 0),
            [change(0..0, 0..1), change(2..2, 3..5), change(6..8, 9..10)]
        );
        assert_eq!(map.changes(10, 2), [change(0..2, 0..5), change(6..8, 9..10)]);
        assert_eq!(OffsetMap::new().changes(3, 0), [change(0..0, 0..3)]);
    }

    #[test]
    fn changes_of_two_steps_are_those_of_both() {
        let change = |derived: Range<usize>, original: Range<usize>| Change { derived, original };
        let inner = [change(2..3, 2..7), change(20..30, 24..24)];
        let outer = [change(1..1, 1..2), change(9..14, 10..12), change(26..28, 24..32)];
        assert_eq!(
            Change::composed(&outer, &inner),
            [change(1..2, 1..7), change(9..14, 14..16), change(22..28, 24..26)]
        );
        assert_eq!(Change::composed(&outer, &[]), outer);
        assert_eq!(Change::composed(&[], &inner), inner);
    }

    #[test]
    fn two_steps_compose_to_one() {
        // The middle text `ab&c` lost its `b`, and `&` became `and`.
        let mut outer = OffsetMap::new();
        outer.copy(0..1);
        outer.replace(3, 2..3);
        outer.copy(3..4);
        let both = outer.compose(&entity());
        assert_eq!(both.len(), 5);
        assert_eq!(both.original(0..1), Span::new(0, 1));
        assert_eq!(both.original(1..4), Span::new(2, 7));
        assert_eq!(both.original(0..5), Span::new(0, 8));
    }

    #[test]
    fn a_copied_run_across_inner_runs_is_split_at_them() {
        let mut outer = OffsetMap::new();
        outer.copy(1..4);
        let both = outer.compose(&entity());
        assert_eq!(both.original(0..1), Span::new(1, 2));
        assert_eq!(both.original(1..2), Span::new(2, 7));
        assert_eq!(both.original(2..3), Span::new(7, 8));
    }

    #[test]
    fn the_identity_composes_to_the_other_map() {
        assert_eq!(OffsetMap::identity(4).compose(&entity()), entity());
        assert_eq!(entity().compose(&OffsetMap::identity(8)), entity());
    }
}
