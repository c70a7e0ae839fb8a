//! From a regular expression to steps.

use std::collections::HashMap;

use regex_syntax::hir::{self, Class, Hir, HirKind, Repetition};

use super::{CLASS, Either, GROUPS, Look, Programs, Row, Step, heads, whole};

#[derive(Debug, Default)]
pub(super) struct Compiler {
    steps: Vec<Step>,
    /// The number of each class, by its ranges.
    numbers: HashMap<Vec<(char, char)>, u16>,
    /// Its bits and the place of its ranges, in the order of their numbers.
    classes: Vec<u64>,
    ranges: Vec<u32>,
    /// The number of each head.
    heads: HashMap<u128, u16>,
}

/// Steps of a program at most; those of the catalogue have some hundred.
const STEPS: usize = 4000;
/// No step of a larger place can be named.
const ALL_STEPS: usize = 1 << 24;

impl Compiler {
    /// Adds the program of a pattern: where it begins.
    pub(super) fn add(&mut self, pattern: &str) -> Option<u32> {
        let form = regex_syntax::parse(pattern).ok()?;
        let start = self.steps.len();
        let added = self.form(&form, start).and_then(|()| self.push(Step::Whole, start));
        let classes = &self.classes;
        let letters = |class: u16| {
            let first = usize::from(class).saturating_mul(CLASS);
            let word = |at: usize| classes.get(at).copied().map_or(0, u128::from);
            word(first) | word(first.saturating_add(1)) << u64::BITS
        };
        let added = added.and_then(|()| heads::fill(&mut self.steps, start, letters, &mut self.heads));
        if added.is_none() {
            self.steps.truncate(start);
            return None;
        }
        u32::try_from(start).ok()
    }

    pub(super) fn programs(self, starts: Vec<u32>) -> Programs {
        let mut heads: Vec<_> = self.heads.into_iter().collect();
        heads.sort_unstable_by_key(|(_, number)| *number);
        let words = heads.into_iter().flat_map(|(head, _)| {
            let bytes = head.to_le_bytes();
            let (low, high) = (bytes.first_chunk().copied(), bytes.last_chunk().copied());
            [low, high].map(|bytes| bytes.map_or(0, u64::from_le_bytes))
        });
        Programs {
            heads: words.collect(),
            starts: starts.into_iter().collect(),
            steps: self.steps.into_iter().map(Step::number).collect(),
            classes: self.classes.into_iter().collect(),
            ranges: self.ranges.into_iter().collect(),
        }
    }

    /// Adds a step of the program that begins at `start`.
    fn push(&mut self, step: Step, start: usize) -> Option<()> {
        let room = self.steps.len() < ALL_STEPS && self.steps.len().saturating_sub(start) < STEPS;
        room.then(|| self.steps.push(step))
    }

    /// Where the next step will be.
    fn next(&self) -> Option<u32> {
        u32::try_from(self.steps.len()).ok()
    }

    fn form(&mut self, form: &Hir, start: usize) -> Option<()> {
        match form.kind() {
            HirKind::Empty => Some(()),
            HirKind::Literal(literal) => {
                let mut letters = str::from_utf8(&literal.0).ok()?.chars();
                letters.try_for_each(|letter| self.push(Step::Letter(letter), start))
            }
            HirKind::Class(class) => {
                let class = self.number(ranges(class)?)?;
                self.push(Step::Class(class), start)
            }
            HirKind::Look(look) => self.push(Step::Look(known(*look)?), start),
            HirKind::Repetition(repetition) => self.repeated(repetition, start),
            HirKind::Capture(capture) => {
                let group = usize::try_from(capture.index).ok().filter(|group| *group <= GROUPS)?;
                let mark = u8::try_from(group.checked_mul(2)?).ok()?;
                self.push(Step::Mark(mark), start)?;
                self.form(&capture.sub, start)?;
                self.push(Step::Mark(mark.checked_add(1)?), start)
            }
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.form(part, start)),
            HirKind::Alternation(ways) => self.either(ways, start),
        }
    }

    /// The first of these ways that leads to the end.
    fn either(&mut self, ways: &[Hir], start: usize) -> Option<()> {
        let (last, others) = ways.split_last()?;
        let mut ends = Vec::new();
        for way in others {
            let choice = self.choice(way, start)?;
            ends.push(self.steps.len());
            self.push(Step::Whole, start)?;
            let other = self.next()?;
            self.choose(choice, other, true)?;
        }
        self.form(last, start)?;
        let end = self.next()?;
        ends.into_iter().try_for_each(|place| self.set(place, Step::Go(end)))
    }

    fn set(&mut self, place: usize, step: Step) -> Option<()> {
        *self.steps.get_mut(place)? = step;
        Some(())
    }

    fn repeated(&mut self, repetition: &Repetition, start: usize) -> Option<()> {
        if let Some(letters) = one_letter(&repetition.sub) {
            let bound = |times: u32| u16::try_from(times).ok().filter(|times| *times < u16::MAX);
            let row = Row {
                class: self.number(letters)?,
                least: bound(repetition.min)?,
                most: repetition.max.map_or(Some(u16::MAX), bound)?,
                is_greedy: repetition.greedy,
            };
            return self.push(Step::Row(row), start);
        }
        // What may be nothing is not repeated for ever.
        let may_be_nothing = repetition
            .sub
            .properties()
            .minimum_len()
            .is_none_or(|length| length == 0);
        if may_be_nothing && repetition.max.is_none() {
            return None;
        }
        for _ in 0..repetition.min {
            self.form(&repetition.sub, start)?;
        }
        let mut choices = Vec::new();
        if let Some(most) = repetition.max {
            for _ in repetition.min..most {
                choices.push(self.choice(&repetition.sub, start)?);
            }
        } else {
            let again = self.next()?;
            choices.push(self.choice(&repetition.sub, start)?);
            self.push(Step::Go(again), start)?;
        }
        let end = self.next()?;
        choices
            .into_iter()
            .try_for_each(|place| self.choose(place, end, repetition.greedy))
    }

    /// Adds a choice that will be made, and behind it `form`: where the choice is.
    fn choice(&mut self, form: &Hir, start: usize) -> Option<usize> {
        let place = self.steps.len();
        self.push(Step::Whole, start)?;
        self.form(form, start)?;
        Some(place)
    }

    /// Makes the choice at `place` between what stands behind it and the way at `other`.
    fn choose(&mut self, place: usize, other: u32, is_here_first: bool) -> Option<()> {
        let either = Either {
            other,
            is_here_first,
            heads: [0; 2],
        };
        self.set(place, Step::Either(either))
    }

    /// The number of the class of these ranges, which are in ascending order.
    fn number(&mut self, ranges: Vec<(char, char)>) -> Option<u16> {
        if let Some(number) = self.numbers.get(&ranges) {
            return Some(*number);
        }
        let number = u16::try_from(self.numbers.len()).ok()?;
        let mut bits = [0_u64; 2];
        let first = u32::try_from(self.ranges.len()).ok()?;
        for (from, to) in &ranges {
            for letter in (*from..=*to).take_while(char::is_ascii) {
                let code = u32::from(letter);
                if let Some(bits) = bits.get_mut(usize::from(code >= u64::BITS)) {
                    *bits |= 1 << (code & 63);
                }
            }
            if !to.is_ascii() {
                self.ranges.extend([u32::from((*from).max('\u{80}')), u32::from(*to)]);
            }
        }
        let place = whole([first, u32::try_from(self.ranges.len()).ok()?]);
        self.classes.extend(bits.into_iter().chain([place]));
        self.numbers.insert(ranges, number);
        Some(number)
    }
}

/// The ranges of the letters that a form of one letter takes.
fn one_letter(form: &Hir) -> Option<Vec<(char, char)>> {
    match form.kind() {
        HirKind::Class(class) => ranges(class),
        HirKind::Literal(literal) => {
            let mut letters = str::from_utf8(&literal.0).ok()?.chars();
            let letter = letters.next()?;
            letters.next().is_none().then(|| vec![(letter, letter)])
        }
        _ => None,
    }
}

/// The ranges of a class of letters; `None` where it is one of bytes beyond ASCII.
fn ranges(class: &Class) -> Option<Vec<(char, char)>> {
    match class {
        Class::Unicode(class) => Some(
            class
                .ranges()
                .iter()
                .map(|range| (range.start(), range.end()))
                .collect(),
        ),
        Class::Bytes(class) => {
            let ranges = class.ranges().iter();
            let ranges = ranges.map(|range| {
                range
                    .end()
                    .is_ascii()
                    .then(|| (range.start().into(), range.end().into()))
            });
            ranges.collect()
        }
    }
}

/// What must be so of a place, where a program knows it.
const fn known(look: hir::Look) -> Option<Look> {
    match look {
        hir::Look::Start => Some(Look::Start),
        hir::Look::End => Some(Look::End),
        hir::Look::WordUnicode => Some(Look::Edge),
        hir::Look::WordUnicodeNegate => Some(Look::NoEdge),
        _ => None,
    }
}
