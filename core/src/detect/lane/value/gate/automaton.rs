//! The beginnings of forms as one automaton of bytes, in which a place may lead on in many ways (K. Thompson, "Regular
//! Expression Search Algorithm", CACM 11(6), 1968).
//!
//! It takes all that the forms take, and more: it knows no boundaries, of a letter beyond ASCII no more than how many bytes it
//! has, and of a long repetition no more than what a walk can see.

use std::iter;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Repetition};

use super::{BYTES, DEPTH};

#[derive(Debug, Default)]
pub(super) struct Automaton {
    nodes: Vec<(Node, u16)>,
    /// Where each form begins, of those that have one; and whether it is looked for everywhere.
    starts: Vec<(Option<usize>, bool)>,
}

/// A place in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A byte of this range leads on.
    Byte(u8, u8, usize),
    /// It leads on without a byte, in two ways.
    Either(usize, usize),
    Nowhere,
    /// The end of the form.
    Whole,
}

/// Nodes that are reached at once, in ascending order: bytes that may come, and the forms that stand here whatever comes.
pub(super) type State = Vec<usize>;

impl Automaton {
    /// Adds the form of the next detector. One that cannot be read stands everywhere.
    pub(super) fn add(&mut self, form: Option<&str>, is_bare: bool) {
        let start = form.map(|form| {
            let end = self.node(Node::Whole);
            regex_syntax::parse(form).map_or(end, |form| self.before(&form, end))
        });
        self.starts.push((start, is_bare));
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Where all forms begin that are looked for everywhere.
    pub(super) fn bare(&self) -> impl Iterator<Item = usize> {
        let bare = self.starts.iter().filter(|(_, is_bare)| *is_bare);
        bare.filter_map(|(start, _)| *start)
    }

    /// Where each form begins.
    pub(super) fn each(&self) -> impl Iterator<Item = Option<usize>> {
        self.starts.iter().map(|(start, _)| *start)
    }

    pub(super) fn at(&self, node: usize) -> Option<Node> {
        self.nodes.get(node).map(|(node, _)| *node)
    }

    /// The forms whose nodes are in `state`.
    pub(super) fn forms(&self, state: &[usize]) -> Vec<u16> {
        let mut forms: Vec<_> = state.iter().filter_map(|node| self.form(*node)).collect();
        forms.sort_unstable();
        forms.dedup();
        forms
    }

    /// Those of `state` that stand there whatever comes.
    pub(super) fn whole(&self, state: &[usize]) -> State {
        let is_whole = |node: &usize| self.at(*node) == Some(Node::Whole);
        state.iter().copied().filter(is_whole).collect()
    }

    /// The column of each byte: bytes that no node tells apart have the same one. And how many there are.
    pub(super) fn columns(&self) -> ([u8; BYTES], usize) {
        let mut begins = [false; BYTES];
        for (node, _) in &self.nodes {
            let Node::Byte(from, to, _) = node else { continue };
            for at in iter::once(*from).chain(to.checked_add(1)) {
                if let Some(begins) = begins.get_mut(usize::from(at)) {
                    *begins = true;
                }
            }
        }
        let mut column = 0_u8;
        let columns = begins.map(|begins| {
            column = column.saturating_add(u8::from(begins));
            column
        });
        (columns, usize::from(column).saturating_add(1))
    }

    pub(super) fn form(&self, node: usize) -> Option<u16> {
        self.nodes.get(node).map(|(_, form)| *form)
    }

    fn node(&mut self, node: Node) -> usize {
        let form = u16::try_from(self.starts.len()).unwrap_or(u16::MAX);
        self.nodes.push((node, form));
        self.nodes.len().saturating_sub(1)
    }

    fn either(&mut self, ways: impl IntoIterator<Item = usize>) -> usize {
        let mut ways = ways.into_iter();
        let Some(first) = ways.next() else {
            return self.node(Node::Nowhere);
        };
        ways.fold(first, |either, way| self.node(Node::Either(way, either)))
    }

    /// Where a `part` of a form begins that goes on at `next`.
    fn before(&mut self, part: &Hir, next: usize) -> usize {
        match part.kind() {
            HirKind::Empty | HirKind::Look(_) => next,
            HirKind::Literal(literal) => literal.0.iter().rev().fold(next, |next, byte| {
                let (from, to) = widened(*byte);
                self.node(Node::Byte(from, to, next))
            }),
            HirKind::Class(class) => self.class(class, next),
            HirKind::Capture(group) => self.before(&group.sub, next),
            HirKind::Alternation(parts) => {
                let ways: Vec<_> = parts.iter().map(|part| self.before(part, next)).collect();
                self.either(ways)
            }
            HirKind::Concat(parts) => {
                let mut read = 0_usize;
                let is_seen = |part: &&Hir| {
                    let is_seen = read < DEPTH;
                    read = read.saturating_add(part.properties().minimum_len().unwrap_or_default());
                    is_seen
                };
                let seen: Vec<&Hir> = parts.iter().take_while(is_seen).collect();
                seen.into_iter().rev().fold(next, |next, part| self.before(part, next))
            }
            HirKind::Repetition(repetition) => self.repeated(repetition, next),
        }
    }

    fn repeated(&mut self, repetition: &Repetition, next: usize) -> usize {
        let times = |times: u32| usize::try_from(times).unwrap_or(usize::MAX);
        let least = times(repetition.min).min(DEPTH);
        let most = repetition.max.map(times).filter(|most| *most <= DEPTH);
        let mut start = next;
        if let Some(most) = most {
            for _ in least..most {
                let once = self.before(&repetition.sub, start);
                start = self.either([once, next]);
            }
        } else {
            start = self.either([next, next]);
            let once = self.before(&repetition.sub, start);
            if let Some((again, _)) = self.nodes.get_mut(start) {
                *again = Node::Either(once, next);
            }
        }
        (0..least).fold(start, |start, _| self.before(&repetition.sub, start))
    }

    fn class(&mut self, class: &Class, next: usize) -> usize {
        let ranges: Vec<(u8, u8)> = match class {
            Class::Bytes(class) => class
                .ranges()
                .iter()
                .map(|range| (range.start(), range.end()))
                .collect(),
            Class::Unicode(class) => ascii(class).collect(),
        };
        let mut ways: Vec<usize> = ranges
            .into_iter()
            .map(|(from, to)| self.node(Node::Byte(from, to, next)))
            .collect();
        if let Class::Unicode(class) = class {
            let mut behind = next;
            for ((from, to), letters) in LEADS.into_iter().zip(LETTERS) {
                behind = self.node(Node::Byte(FOLLOWING.0, FOLLOWING.1, behind));
                if has_one_of(class, letters) {
                    ways.push(self.node(Node::Byte(from, to, behind)));
                }
            }
        }
        self.either(ways)
    }
}

/// Tells what is reached without a byte.
pub(super) struct Reach<'a> {
    pub(super) automaton: &'a Automaton,
    /// The round in which each node was reached last.
    reached: Vec<usize>,
    round: usize,
}

impl<'a> Reach<'a> {
    pub(super) fn of(automaton: &'a Automaton) -> Self {
        Self {
            automaton,
            reached: vec![0; automaton.nodes.len()],
            round: 0,
        }
    }

    /// What is reached from `open` before the next byte.
    pub(super) fn state(&mut self, open: impl Iterator<Item = usize>) -> State {
        self.round = self.round.saturating_add(1);
        let mut open: Vec<usize> = open.collect();
        let (mut state, mut whole) = (State::new(), Vec::new());
        while let Some(node) = open.pop() {
            let Some(round) = self.reached.get_mut(node).filter(|round| **round < self.round) else {
                continue;
            };
            *round = self.round;
            match self.automaton.at(node) {
                Some(Node::Either(one, other)) => open.extend([one, other]),
                Some(Node::Byte(..)) => state.push(node),
                Some(Node::Whole) => whole.push(node),
                Some(Node::Nowhere) | None => {}
            }
        }
        // Of a form that stands here, nothing more is asked.
        let forms = self.automaton.forms(&whole);
        let is_asked = |node: &usize| {
            self.automaton
                .form(*node)
                .is_some_and(|form| forms.binary_search(&form).is_err())
        };
        if !forms.is_empty() {
            state.retain(is_asked);
        }
        state.extend(whole);
        state.sort_unstable();
        state
    }
}

fn ascii(class: &ClassUnicode) -> impl Iterator<Item = (u8, u8)> {
    class.ranges().iter().filter_map(|range| {
        let from = u8::try_from(range.start()).ok().filter(u8::is_ascii)?;
        let to = u8::try_from(range.end()).ok().filter(u8::is_ascii);
        Some((from, to.unwrap_or(0x7f)))
    })
}

fn has_one_of(class: &ClassUnicode, (first, last): (char, char)) -> bool {
    class
        .ranges()
        .iter()
        .any(|range| range.start() <= last && range.end() >= first)
}

/// The bytes that lead letters of two, of three and of four bytes (RFC 3629).
const LEADS: [(u8, u8); 3] = [(0xc2, 0xdf), (0xe0, 0xef), (0xf0, 0xf4)];
/// The letters that they lead.
const LETTERS: [(char, char); 3] = [('\u{80}', '\u{7ff}'), ('\u{800}', '\u{ffff}'), ('\u{10000}', char::MAX)];
/// The bytes that follow them.
const FOLLOWING: (u8, u8) = (0x80, 0xbf);

/// A byte, or all of its kind where it belongs to a letter beyond ASCII.
fn widened(byte: u8) -> (u8, u8) {
    let kinds = LEADS.into_iter().chain([FOLLOWING]);
    let mut kinds = kinds.filter(|(from, to)| (*from..=*to).contains(&byte));
    kinds.next().unwrap_or((byte, byte))
}
