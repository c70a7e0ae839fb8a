//! Which of many forms can stand at a place, told by one short walk.
//!
//! The forms are read as automata of bytes without their boundaries of words, and made deterministic as far as their first
//! bytes go: those that need no label all together, and each by itself for where a label names it. Equal states are made
//! one. A walk of at most so many bytes ends in the set of the forms that may stand there: all that do, and some that differ
//! from the text only further on. The exact form decides.
//!
//! The table is plain bytes, so that it can be a static of the program. Its numbers are little-endian:
//!
//! | bytes | what |
//! | --- | --- |
//! | 5 × 4 | how many forms, columns, maps, rows and sets there are |
//! | 256 | the column of each byte; the last column is the end of the text |
//! | maps × columns | for each column its way out of a row, by number |
//! | rows × 8 | of each row the place of its map, and that of its ways |
//! | (forms + 1) × 2 | where the walk of all forms begins, then that of each form alone: a row, or a set with the highest bit |
//! | (sets + 1) × 4 | where the members of each set begin, and where the last ends |
//! | members × 2 | the members of the sets, each set in ascending order |
//! | the rest, 2 each | the ways: to a row, or to a set with the highest bit |

mod automaton;
mod table;

use std::borrow::Cow;

use super::super::super::work;
use super::Value;
use automaton::Automaton;
use table::Table;

/// The forms of the values of several detectors, each known by the index of its detector.
#[derive(Clone, Debug, Default)]
pub(in super::super::super) struct Gate {
    bytes: Cow<'static, [u8]>,
    parts: Parts,
    forms: usize,
    columns: usize,
    sets: usize,
}

/// Where each part of a table begins.
#[derive(Clone, Debug, Default)]
struct Parts {
    column_of: usize,
    maps: usize,
    rows: usize,
    starts: usize,
    sets: usize,
    members: usize,
    ways: usize,
}

impl Gate {
    /// The gate of the values of all detectors in their order, `None` for one that has none; the flag says whether a value
    /// needs no label.
    pub(in super::super::super) fn of<'a>(values: impl Iterator<Item = (Option<&'a Value>, bool)>) -> Self {
        Self::of_forms(values.map(|(value, is_bare)| (value.map(|value| value.pattern.as_str()), is_bare)))
    }

    fn of_forms<'a>(forms: impl Iterator<Item = (Option<&'a str>, bool)>) -> Self {
        let mut automaton = Automaton::default();
        for (form, is_bare) in forms {
            automaton.add(form, is_bare);
        }
        Self::from_bytes(Cow::Owned(Table::of(&automaton).bytes())).unwrap_or_default()
    }

    /// The table, to be kept and read again by [`Gate::from_bytes`].
    pub(in super::super::super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The gate whose table was kept; `None` where its parts do not fit.
    pub(in super::super::super) fn from_bytes(bytes: Cow<'static, [u8]>) -> Option<Self> {
        let count = |index: usize| number(&bytes, index.checked_mul(4)?);
        let (forms, columns) = (count(0)?, count(1)?);
        let (maps, rows, sets) = (count(2)?, count(3)?, count(4)?);
        let mut end = HEADER;
        let mut part = |count: usize, size: usize| {
            let start = end;
            end = start.checked_add(count.checked_mul(size)?)?;
            (end <= bytes.len()).then_some(start)
        };
        let parts = Parts {
            column_of: part(BYTES, 1)?,
            maps: part(maps, columns)?,
            rows: part(rows, ROW)?,
            starts: part(forms.checked_add(1)?, 2)?,
            sets: part(sets.checked_add(1)?, 4)?,
            members: part(0, 1)?,
            ways: 0,
        };
        let members = number(&bytes, parts.members.checked_sub(4)?)?;
        let ways = part(members, 2)?.checked_add(members.checked_mul(2)?)?;
        Some(Self {
            parts: Parts { ways, ..parts },
            forms,
            columns,
            sets,
            bytes,
        })
    }

    /// The values that need no label and may stand at `start` of `text`.
    #[inline]
    pub(super) fn at(&self, text: &str, start: usize) -> Possible<'_> {
        let members = self.walk(0, text, start).and_then(|set| self.members(set));
        members.map_or(Possible::Any, Possible::These)
    }

    /// Whether the value of this detector may stand at `start` of `text`.
    #[inline]
    pub(super) fn admits(&self, detector: usize, text: &str, start: usize) -> bool {
        self.walk(detector.saturating_add(1), text, start) != Some(NOTHING)
    }

    /// The set to which the text at `start` leads; `None` where the table cannot say.
    fn walk(&self, tree: usize, text: &str, start: usize) -> Option<usize> {
        let mut ahead = text.as_bytes().get(start..)?.iter();
        let tree = Some(tree).filter(|tree| *tree <= self.forms)?;
        let mut way = self.way(self.parts.starts.saturating_add(tree.saturating_mul(2)))?;
        for steps in 0..=DEPTH {
            if way & SET != 0 {
                work::count(steps);
                return Some(usize::from(way & !SET));
            }
            let column = match ahead.next() {
                Some(byte) => usize::from(
                    *self
                        .bytes
                        .get(self.parts.column_of.saturating_add(usize::from(*byte)))?,
                ),
                None => self.columns.saturating_sub(1),
            };
            let row = self.parts.rows.saturating_add(usize::from(way).saturating_mul(ROW));
            let [a, b, c, d, ways @ ..] = self.bytes.get(row..)?.first_chunk::<ROW>()?;
            let map = self.parts.maps.saturating_add(place([*a, *b, *c, *d]));
            let taken = usize::from(*self.bytes.get(map.saturating_add(column))?);
            let ways = self.parts.ways.saturating_add(place(*ways));
            way = self.way(ways.saturating_add(taken.saturating_mul(2)))?;
        }
        None
    }

    /// The way, of two bytes, that stands at `at`.
    fn way(&self, at: usize) -> Option<u16> {
        self.bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
    }

    fn members(&self, set: usize) -> Option<&[[u8; 2]]> {
        let place = |set: usize| number(&self.bytes, self.parts.sets.checked_add(set.checked_mul(4)?)?);
        let (from, to) = (
            place(Some(set).filter(|set| *set < self.sets)?)?,
            place(set.checked_add(1)?)?,
        );
        let members = self.bytes.get(self.parts.members..self.parts.ways)?.as_chunks().0;
        members.get(from..to)
    }

    /// The memory of the table, in bytes.
    pub(in super::super::super) fn memory(&self) -> usize {
        self.bytes.len()
    }
}

/// The number of four bytes at `at`.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().copied().map(place)
}

/// A place within a part. No number of a table is larger than its bytes, so that all are numbers of the machine.
fn place(number: [u8; 4]) -> usize {
    usize::try_from(u32::from_le_bytes(number)).unwrap_or(usize::MAX)
}

/// Values that may stand at a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Possible<'a> {
    /// Any of them.
    Any,
    /// Those of these detectors, each in two bytes, in ascending order.
    These(&'a [[u8; 2]]),
}

impl Possible<'_> {
    pub(super) fn is_nothing(self) -> bool {
        matches!(self, Self::These([]))
    }

    pub(super) fn includes(self, detector: usize) -> bool {
        match self {
            Self::Any => true,
            Self::These(detectors) => detectors.iter().any(|one| index(*one) == detector),
        }
    }
}

/// The index of a detector, as a table has it.
pub(super) fn index(detector: [u8; 2]) -> usize {
    usize::from(u16::from_le_bytes(detector))
}

/// Bytes of the numbers at the beginning, which say how large the parts are.
const HEADER: usize = 20;
/// One column for each byte.
const BYTES: usize = 256;
/// Bytes of a row.
const ROW: usize = 8;
/// An entry with this bit is a set.
const SET: u16 = 1 << 15;
/// The set of no form.
const NOTHING: usize = 0;
/// A walk looks at so many bytes at most.
const DEPTH: usize = 8;

#[cfg(test)]
mod tests;
