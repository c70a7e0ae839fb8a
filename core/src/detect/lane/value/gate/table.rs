//! From an automaton to a table: what may be reached together is one state, level by level; and from the last level back,
//! states that lead to the same are one row.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::iter;

use super::automaton::{Automaton, Node, Reach, State};
use super::{BYTES, DEPTH, SET};

pub(super) struct Table {
    forms: usize,
    column_of: [u8; BYTES],
    /// Without that of the end of the text.
    columns: usize,
    starts: Vec<u16>,
    /// Of each row, where each column leads, and the end of the text.
    rows: Numbered<Vec<u16>>,
    sets: Numbered<Vec<u16>>,
}

/// The states that so many bytes lead to.
struct Level {
    states: Vec<State>,
    /// For each state, the state of the next level to which each column leads; none where nothing more is asked.
    links: Vec<Vec<u16>>,
}

/// How far states are worked out.
#[derive(Clone, Copy)]
struct Bounds {
    depth: usize,
    states: usize,
    /// In nodes of states.
    work: usize,
}

/// All forms together; the built-in ones take half of it.
const TOGETHER: Bounds = Bounds {
    depth: DEPTH,
    states: 12_000,
    work: 1 << 22,
};
/// A form alone, of which there may be many.
const ALONE: Bounds = Bounds {
    depth: 4,
    states: 500,
    work: 10_000,
};
/// No way can name more rows.
const ROWS: usize = 32_000;

impl Table {
    pub(super) fn of(automaton: &Automaton) -> Self {
        let (column_of, columns) = automaton.columns();
        let mut table = Self {
            forms: automaton.len(),
            column_of,
            columns,
            starts: Vec::new(),
            rows: Numbered::default(),
            sets: Numbered::default(),
        };
        table.sets.number(Vec::new());
        let mut reach = Reach::of(automaton);
        let bare = reach.state(automaton.bare());
        let start = table.tree(&mut reach, bare, TOGETHER, Automaton::forms);
        table.starts.push(start);
        for form in automaton.each() {
            let alone = reach.state(form.into_iter());
            // Which one it is, is known: forms that look alike share their rows.
            let start = table.tree(&mut reach, alone, ALONE, |_, state| {
                state.first().map(|_| 0).into_iter().collect()
            });
            table.starts.push(start);
        }
        table
    }

    /// Adds all that is reached from the state `first`, and gives the way there; `members` are the forms of a state.
    fn tree(
        &mut self,
        reach: &mut Reach<'_>,
        first: State,
        bounds: Bounds,
        members: impl Fn(&Automaton, &[usize]) -> Vec<u16>,
    ) -> u16 {
        let room = ROWS.saturating_sub(self.rows.list.len());
        let bounds = Bounds {
            states: bounds.states.min(room),
            ..bounds
        };
        let automaton = reach.automaton;
        let mut set = |state: &[usize]| self.sets.number(members(automaton, state)) | SET;
        let (levels, last) = levels(reach, first, bounds, (&self.column_of, self.columns));
        // What may still come behind the last level is not looked at.
        let mut below: Vec<u16> = last.iter().map(|state| set(state)).collect();
        for level in levels.into_iter().rev() {
            let states = level.states.iter().zip(level.links);
            below = states
                .map(|(state, links)| {
                    let end = set(&automaton.whole(state));
                    let ways = links.iter().filter_map(|link| below.get(usize::from(*link)).copied());
                    let row: Vec<u16> = ways.chain([end]).collect();
                    if row.iter().all(|way| *way == end) {
                        return end;
                    }
                    self.rows.number(row)
                })
                .collect();
        }
        below.first().copied().unwrap_or(SET)
    }

    /// The bytes of the table, as [`super::Gate`] reads them.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let columns = self.columns.saturating_add(1);
        let mut maps = Numbered::default();
        let (mut rows, mut ways) = (Vec::new(), Vec::new());
        for row in &self.rows.list {
            let mut distinct = Numbered::default();
            let map: Vec<u8> = row.iter().map(|way| narrow(distinct.number(*way))).collect();
            rows.extend(wide(usize::from(maps.number(map)).saturating_mul(columns)));
            rows.extend(wide(ways.len()));
            ways.extend(distinct.list.into_iter().flat_map(u16::to_le_bytes));
        }
        let counts = [
            self.forms,
            columns,
            maps.list.len(),
            self.rows.list.len(),
            self.sets.list.len(),
        ];
        let mut members = 0_usize;
        let ends = self.sets.list.iter().map(|set| {
            members = members.saturating_add(set.len());
            members
        });
        let places: Vec<usize> = iter::once(0).chain(ends).collect();
        let mut bytes: Vec<u8> = counts.into_iter().flat_map(wide).collect();
        bytes.extend(self.column_of);
        bytes.extend(maps.list.into_iter().flatten());
        bytes.extend(rows);
        bytes.extend(self.starts.iter().flat_map(|start| start.to_le_bytes()));
        bytes.extend(places.into_iter().flat_map(wide));
        bytes.extend(self.sets.list.iter().flatten().flat_map(|member| member.to_le_bytes()));
        bytes.extend(ways);
        bytes
    }
}

/// The levels of states that are reached from `first`, and the states behind the last of them.
fn levels(
    reach: &mut Reach<'_>,
    first: State,
    bounds: Bounds,
    columns: (&[u8; BYTES], usize),
) -> (Vec<Level>, Vec<State>) {
    let mut levels = Vec::new();
    let mut states = vec![first];
    let (mut known, mut work) = (1_usize, 0_usize);
    while levels.len() < bounds.depth {
        let mut next = Numbered::default();
        let mut links = Vec::new();
        for state in &states {
            links.push(steps(reach, state, columns, &mut next));
            work = work.saturating_add(state.len());
            if known.saturating_add(next.list.len()) > bounds.states || work > bounds.work {
                return (levels, states);
            }
        }
        known = known.saturating_add(next.list.len());
        levels.push(Level { states, links });
        states = next.list;
    }
    (levels, states)
}

/// The state to which each column leads from `state`; none where nothing more is asked.
fn steps(
    reach: &mut Reach<'_>,
    state: &[usize],
    (column_of, columns): (&[u8; BYTES], usize),
    next: &mut Numbered<State>,
) -> Vec<u16> {
    let automaton = reach.automaton;
    let whole = automaton.whole(state);
    let column = |byte: u8| column_of.get(usize::from(byte)).copied().map(usize::from);
    let spans = state.iter().filter_map(|node| match automaton.at(*node)? {
        Node::Byte(from, to, behind) => Some((column(from)?, column(to)?, behind)),
        _ => None,
    });
    let spans: Vec<_> = spans.collect();
    if spans.is_empty() {
        return Vec::new();
    }
    let cuts = spans.iter().flat_map(|(from, to, _)| [*from, to.saturating_add(1)]);
    let mut cuts: Vec<usize> = cuts.chain([0, columns]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut known = HashMap::new();
    let mut links = Vec::with_capacity(columns);
    for (from, to) in cuts.iter().zip(cuts.iter().skip(1)) {
        let here = spans.iter().filter(|(first, last, _)| (first..=last).contains(&from));
        let open: Vec<usize> = here.map(|(_, _, behind)| *behind).collect();
        let link = *known
            .entry(open)
            .or_insert_with_key(|open| next.number(reach.state(open.iter().chain(&whole).copied())));
        links.extend(iter::repeat_n(link, to.saturating_sub(*from)));
    }
    links
}

/// Things in their order, each once.
#[derive(Default)]
struct Numbered<T> {
    list: Vec<T>,
    numbers: HashMap<T, u16>,
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    /// The number of `thing`, which is added where it is new.
    fn number(&mut self, thing: T) -> u16 {
        match self.numbers.entry(thing) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                self.list.push(new.key().clone());
                *new.insert(u16::try_from(self.list.len().saturating_sub(1)).unwrap_or(u16::MAX))
            }
        }
    }
}

/// A number of one byte: there are fewer columns than signs of ASCII and kinds of other bytes.
fn narrow(number: u16) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

/// A number in four bytes.
fn wide(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}
