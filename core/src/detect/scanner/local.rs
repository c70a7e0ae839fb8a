//! Views of a text that differ from it in some places only: each is looked through there, and around as far as a lane
//! reaches.
//!
//! A text is looked through in stretches. From one to the next goes only what the lanes and the waiting candidates have: a
//! [`Seam`]. Where a view has the very text that was looked through before and comes to it in the same state, it would find
//! the same and leave it in the same state, so that it is passed over. Where the state is another (a table that is still open,
//! a record, readings that overlap without end), it is looked through until it is the same again.

use std::ops::Range;

use super::super::fuzzy::Memo;
use super::super::lane::{STRETCH_BYTES, Stretch, back};
use super::super::pending::Pending;
use super::super::token::Token;
use super::super::{Finding, language};
use super::{Lanes, Scanner};
use crate::ground::Watch;
use crate::text::{Change, View};

/// What goes on from one stretch of a text to the next.
#[derive(Clone, Default)]
pub(super) struct State {
    pub(super) lanes: Lanes,
    /// Candidates, and words that only say how others are meant.
    pub(super) pending: [Pending; 2],
}

impl State {
    /// The same for a text that has at `to` what this one has at `from`.
    fn moved(&self, from: usize, to: usize) -> Self {
        Self {
            lanes: self.lanes.moved(from, to, REACH.min(from).min(to)),
            pending: self.pending.each_ref().map(|pending| pending.moved(from, to)),
        }
    }

    /// Whether it says the same at `at` as `other`, which holds no record that is open.
    fn is_at(&self, at: usize, other: &Self) -> bool {
        let here = self.moved(at, at);
        here.lanes == other.lanes && here.lanes.is_outside_of_records() && here.pending == other.pending
    }

    /// How far it depends on what the text has.
    fn end(&self) -> usize {
        let pending = self.pending.iter().map(Pending::end).max();
        self.lanes.end().max(pending.unwrap_or_default())
    }
}

/// The state between two stretches.
struct Seam {
    at: usize,
    state: State,
}

/// How a text was looked through.
#[derive(Default)]
pub(super) struct Trace {
    seams: Vec<Seam>,
    /// Whether a block was found, which is read without end.
    has_block: bool,
}

/// Where a view differs from the text that was looked through, and where it may find something else.
pub(super) struct Local {
    changes: Vec<Change>,
    /// In bytes of the text that was looked through, in its order and apart from one another.
    zones: Vec<Range<usize>>,
}

impl Local {
    /// `None` where most of the view is to be looked through, as all of it may then be.
    pub(super) fn of(text: &str, changes: &[Change]) -> Option<Self> {
        let zones = zones(text, changes)?;
        let bytes: usize = zones.iter().map(ExactSizeIterator::len).sum();
        (bytes < text.len() / 2).then(|| Self {
            changes: changes.to_vec(),
            zones,
        })
    }

    /// Where the stretches of the text have to end, so that the view can be compared there.
    pub(super) fn cuts(&self) -> impl Iterator<Item = usize> {
        let again = |end: usize| LATER.map(|later| end.saturating_add(later));
        self.zones
            .iter()
            .flat_map(move |zone| [zone.start].into_iter().chain(again(zone.end)))
    }

    /// The place of the view that the place `at` of the text is; `None` within what was changed.
    fn place(&self, at: usize) -> Option<usize> {
        let before = self.changes.partition_point(|change| change.original.end <= at);
        let next = self.changes.get(before);
        let last = before.checked_sub(1).and_then(|before| self.changes.get(before));
        let place = last.map_or(at, |last| {
            let behind = at.saturating_sub(last.original.end);
            last.derived.end.saturating_add(behind)
        });
        next.is_none_or(|next| at <= next.original.start).then_some(place)
    }

    /// Where in the view the first change behind the place `at` of the text begins.
    fn next_change(&self, at: usize) -> usize {
        let next = self.changes.partition_point(|change| change.original.end <= at);
        self.changes.get(next).map_or(usize::MAX, |change| change.derived.start)
    }

    /// Whether the view may find something else between the two places of the text.
    fn touches(&self, range: &Range<usize>) -> bool {
        let first = self.zones.partition_point(|zone| zone.end <= range.start);
        self.zones.get(first).is_some_and(|zone| zone.start < range.end)
    }
}

/// The stretches of `text` in which another result is possible where `changes` were made; `None` where there are too many.
fn zones(text: &str, changes: &[Change]) -> Option<Vec<Range<usize>>> {
    let mut zones: Vec<Range<usize>> = Vec::new();
    let mut judged = 0_usize;
    let first = changes.first().map_or(text.len(), |change| change.original.start);
    let moved = language::unmovable(text).filter(|paragraph| paragraph.end > first);
    let mut touched: Vec<Range<usize>> = changes
        .iter()
        .map(|change| change.original.clone())
        .chain(moved)
        .collect();
    touched.sort_by_key(|range| range.start);
    for range in touched {
        if range.end <= judged {
            continue;
        }
        let language = language::touched(text, range.clone());
        judged = language.end;
        let line = text
            .as_bytes()
            .get(..range.start)
            .and_then(|front| memchr::memrchr(b'\n', front));
        let line = line.map_or(0, |line| line.saturating_add(1));
        let zone = back(text, language.start.min(line), REACH, BEFORE)?..ahead(text, language.end)?;
        match zones.last_mut().filter(|last| zone.start <= last.end) {
            Some(last) => *last = last.start.min(zone.start)..last.end.max(zone.end),
            None => zones.push(zone),
        }
        if zones.len() > MOST {
            return None;
        }
    }
    Some(zones)
}

/// The place so far behind `at` that no lane looks back from there to what stands before `at`; `None` where it is too far.
fn ahead(text: &str, at: usize) -> Option<usize> {
    let rest = text.as_bytes().get(at..)?;
    let mut words = 0_usize;
    for (index, byte) in rest.iter().enumerate() {
        if index >= REACH && words >= BEHIND && byte.is_ascii_whitespace() {
            return Some(at.saturating_add(index));
        }
        if index >= FARTHEST {
            return None;
        }
        let ends = rest.get(index.saturating_add(1)).is_none_or(u8::is_ascii_whitespace);
        words = words.saturating_add(usize::from(byte.is_ascii_alphanumeric() && ends));
    }
    Some(text.len())
}

/// In bytes: no lane looks further, but to the end of a line, of a paragraph or of a block. A token behind its literal
/// beginning may be so long.
const REACH: usize = 1024 + 128;
/// In words: so far behind a label is looked for its value.
const BEFORE: usize = 48;
/// In words: what waits behind a stretch, and what the word behind it looks back at.
const BEHIND: usize = 112;
/// In bytes: where fewer words stand in so many, nothing is local.
const FARTHEST: usize = 8 * REACH;
/// In bytes behind a zone: where the view is compared again.
const LATER: [usize; 3] = [0, 2 * REACH, 8 * REACH];
/// So many zones are told apart.
const MOST: usize = 256;

/// How far a view is passed.
#[derive(Default)]
struct Passed<'t> {
    /// In bytes of the text that was looked through.
    at: usize,
    /// The same place in the view.
    here: usize,
    /// What is known there.
    seam: Option<&'t Seam>,
}

impl Passed<'_> {
    /// The state that the text was in, as one of the view.
    fn state(&self) -> State {
        let known = self.seam.map(|seam| seam.state.moved(seam.at, self.here));
        known.unwrap_or_default()
    }

    /// What begins to look through the view from here on; `None` where what is known depends on the `next` change.
    fn opened<'v>(&self, text: &'v str, next: usize) -> Option<(State, Stretch<'v>)> {
        let state = Some(self.state()).filter(|state| state.end() <= next)?;
        Some((state, Stretch::at(text, self.here)?))
    }
}

/// One scanner, looking through one view.
pub(super) struct Course<'c, 'v> {
    pub(super) scanner: &'c Scanner,
    pub(super) view: &'c View<'v>,
    pub(super) memo: &'c mut Memo,
    /// Room for tokens.
    pub(super) tokens: &'c mut Vec<Token>,
    pub(super) watch: &'c Watch<'c>,
    pub(super) take: &'c mut dyn FnMut(Finding),
}

impl Course<'_, '_> {
    /// Looks through all of the text in stretches of so many `bytes`.
    pub(super) fn whole(&mut self, bytes: usize) {
        let mut stretch = Stretch::before(self.view.text(), std::mem::take(self.tokens));
        self.on(&mut stretch, &mut State::default(), self.view.text().len(), bytes);
        *self.tokens = stretch.into_room();
    }

    /// The same, with the state at each of the `cuts`, which are in order.
    pub(super) fn traced(&mut self, cuts: &[usize]) -> Trace {
        let end = self.view.text().len();
        let mut stretch = Stretch::before(self.view.text(), std::mem::take(self.tokens));
        let mut state = State::default();
        let mut trace = Trace::default();
        let mut at = 0_usize;
        while at < end {
            let cut = cuts.get(cuts.partition_point(|cut| *cut <= at));
            at = cut
                .map_or(end, |cut| *cut)
                .min(at.saturating_add(STRETCH_BYTES))
                .min(end);
            if !self.on(&mut stretch, &mut state, at, STRETCH_BYTES) {
                break;
            }
            trace.has_block |= state.lanes.has_block;
            trace.seams.push(Seam {
                at,
                state: state.clone(),
            });
        }
        *self.tokens = stretch.into_room();
        trace
    }

    /// Looks through what is not known from the text that `trace` is of.
    pub(super) fn local(&mut self, local: &Local, trace: &Trace) {
        if trace.has_block || !self.pass(local, &trace.seams) {
            self.whole(STRETCH_BYTES);
        }
    }

    /// `false` where all of the text has to be looked through.
    fn pass(&mut self, local: &Local, seams: &[Seam]) -> bool {
        let text = self.view.text();
        let last = seams.last().map_or(0, |seam| seam.at);
        let mut known = Passed::default();
        // What is looked through now, since it is not known.
        let mut open: Option<(State, Stretch<'_>)> = None;
        for seam in seams {
            let end = if seam.at == last {
                Some(text.len())
            } else {
                local.place(seam.at)
            };
            let Some(end) = end else { continue };
            let is_touched = local.touches(&(known.at..seam.at));
            open = open.filter(|(state, _)| is_touched || !state.is_at(known.here, &known.state()));
            if open.is_none() && is_touched {
                open = known.opened(text, local.next_change(known.at));
                if open.is_none() {
                    return false;
                }
            }
            if let Some((state, stretch)) = &mut open
                && !self.on(stretch, state, end, STRETCH_BYTES)
            {
                return true;
            }
            known = Passed {
                at: seam.at,
                here: end,
                seam: Some(seam),
            };
        }
        true
    }

    /// Looks on through the text up to `to`, in stretches of so many `bytes` at most; `false` when it has to stop.
    fn on(&mut self, stretch: &mut Stretch<'_>, state: &mut State, to: usize, bytes: usize) -> bool {
        while stretch.end() < to {
            let end = stretch.end().saturating_add(bytes).min(to);
            if !self
                .scanner
                .stretch(self.view, stretch, end, state, (self.memo, self.watch), self.take)
            {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(derived: Range<usize>, original: Range<usize>) -> Change {
        Change { derived, original }
    }

    #[test]
    fn places_move_by_what_was_changed_before_them() {
        let local = Local {
            changes: vec![change(10..12, 10..20), change(30..50, 38..40)],
            zones: std::iter::once(5..45).collect(),
        };
        let places = [9, 10, 15, 20, 38, 39, 40, 60].map(|at| local.place(at));
        assert_eq!(
            places,
            [Some(9), Some(10), None, Some(12), Some(30), None, Some(50), Some(70)]
        );
        assert_eq!([0, 20, 40].map(|at| local.next_change(at)), [10, 30, usize::MAX]);
        assert!(local.touches(&(0..6)) && local.touches(&(44..99)) && !local.touches(&(45..99)));
    }

    #[test]
    fn a_change_reaches_as_far_as_a_lane_looks_and_to_the_end_of_its_paragraph() {
        let text = "some words in a row\n".repeat(500)
            + "\n"
            + &"and more of them ".repeat(400)
            + "\n\n"
            + &"end ".repeat(900);
        let place = text.find("and").unwrap();
        let found = zones(&text, &[change(0..1, place + 50..place + 51)]).unwrap();
        let [zone] = found.as_slice() else { panic!("{found:?}") };
        let end = text.find("end").unwrap();
        assert!(
            (place - REACH - 30..=place - REACH).contains(&zone.start),
            "{zone:?} {place}"
        );
        assert!((end + REACH..end + REACH + 30).contains(&zone.end), "{zone:?} {end}");
    }

    #[test]
    fn what_is_changed_in_most_places_is_not_local() {
        let text = "some words in a row\n".repeat(500);
        assert!(Local::of(&text, &[change(0..9, 0..9)]).is_none());
        assert!(Local::of(&"a".repeat(99_999), &[change(0..9, 50_000..50_009)]).is_none());
    }
}
