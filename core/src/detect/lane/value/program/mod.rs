//! Forms of values as programs: rows of steps that are followed where they lie, so that no process has to build anything
//! before it reads its first value.
//!
//! A program takes just what its regular expression takes: of several ways the first that the expression prefers
//! ("leftmost-first", as in Perl). It is followed by going back to the last choice where a way ends ([`run`]); a way that
//! cannot begin with the next letter is no choice ([`heads`]). Where it takes too long nevertheless, the program says so, and
//! the expression decides instead.

mod compile;
mod heads;
mod run;

use super::super::super::plan::{Numbers, Reader, Writer};
use compile::Compiler;
pub(super) use run::{Astray, Found};

/// The programs of several forms.
#[derive(Clone, Debug, Default)]
pub(in super::super::super) struct Programs {
    /// Where each form begins, from one on; zero where it has no program.
    starts: Numbers<u32>,
    /// The steps of all of them, each a [`Step`] as a number.
    steps: Numbers<u64>,
    /// Each class of letters: a bit for each of ASCII, in two numbers, and where its other letters stand.
    classes: Numbers<u64>,
    /// The first and the last of each range of letters beyond ASCII.
    ranges: Numbers<u32>,
    /// What ways begin with: a bit for each letter of ASCII, in two numbers.
    heads: Numbers<u64>,
}

/// What is done next. A step is known by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// This letter must stand here.
    Letter(char),
    /// A letter of this class must stand here.
    Class(u16),
    /// As many letters of a class as there are, or as few, within these bounds.
    Row(Row),
    /// There are two ways to go on.
    Either(Either),
    Go(u32),
    /// A group begins or ends here.
    Mark(u8),
    Look(Look),
    Whole,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    class: u16,
    least: u16,
    /// [`u16::MAX`] where there is no bound.
    most: u16,
    is_greedy: bool,
}

/// Two ways: the one that stands here, and another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Either {
    /// Where the other one begins.
    other: u32,
    /// Whether the one that stands here comes first.
    is_here_first: bool,
    /// What each of them begins with.
    heads: [u16; 2],
}

/// What must be so of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Start,
    End,
    /// A word begins or ends here (Unicode Technical Standard 18, Annex C).
    Edge,
    NoEdge,
}

/// No form has more groups.
const GROUPS: usize = 8;

impl Programs {
    /// Those of these patterns, in their order; a pattern that is none, or that a program cannot follow, has none.
    pub(in super::super::super) fn of<'a>(patterns: impl Iterator<Item = Option<&'a str>>) -> Self {
        let mut compiler = Compiler::default();
        let starts = patterns.map(|pattern| pattern.and_then(|pattern| compiler.add(pattern)));
        let starts = starts
            .map(|start| start.map_or(0, |start| start.saturating_add(1)))
            .collect();
        compiler.programs(starts)
    }

    /// Where the program of a form begins.
    pub(super) fn start(&self, form: usize) -> Option<u32> {
        self.starts.at(form)?.checked_sub(1)
    }

    pub(in super::super::super) fn write(&self, image: &mut Writer) {
        self.starts.write(image);
        self.steps.write(image);
        self.classes.write(image);
        self.ranges.write(image);
        self.heads.write(image);
    }

    pub(in super::super::super) fn read(image: &mut Reader) -> Option<Self> {
        Some(Self {
            starts: Numbers::read(image)?,
            steps: Numbers::read(image)?,
            classes: Numbers::read(image)?,
            ranges: Numbers::read(image)?,
            heads: Numbers::read(image)?,
        })
    }

    /// The memory they hold, in bytes.
    pub(in super::super::super) fn memory(&self) -> usize {
        let numbers = [&self.steps, &self.classes, &self.heads].map(Numbers::memory);
        let others = [&self.starts, &self.ranges].map(Numbers::memory);
        numbers.iter().chain(&others).sum()
    }

    #[inline]
    fn step(&self, index: u32) -> Option<Step> {
        Step::from_number(self.steps.at(usize::try_from(index).ok()?)?)
    }

    /// Whether a way with this head may begin with `byte`.
    #[inline]
    fn may_begin(&self, head: u16, byte: u8) -> bool {
        let word = usize::from(head)
            .saturating_mul(HEAD)
            .saturating_add(usize::from(byte >> 6));
        !byte.is_ascii() || self.heads.at(word).is_some_and(|bits| bits >> (byte & 63) & 1 == 1)
    }

    /// The letters of ASCII that are of a class.
    #[inline]
    fn plain(&self, class: u16) -> Plain {
        let first = usize::from(class).saturating_mul(CLASS);
        let bits = |index: usize| self.classes.at(first.saturating_add(index)).unwrap_or_default();
        Plain([bits(0), bits(1)])
    }

    /// Whether `letter` is of a class.
    #[inline]
    fn has(&self, class: u16, letter: char) -> bool {
        let first = usize::from(class).saturating_mul(CLASS);
        if letter.is_ascii() {
            let code = u32::from(letter);
            let word = first.saturating_add(usize::from(code >= u64::BITS));
            return self.classes.at(word).is_some_and(|bits| bits >> (code & 63) & 1 == 1);
        }
        let place = self.classes.at(first.saturating_add(2)).unwrap_or_default();
        let [start, end] = halves(place).map(|half| usize::try_from(half).unwrap_or(usize::MAX));
        let (mut range, code) = (start, u32::from(letter));
        while range < end {
            let (Some(from), Some(to)) = (self.ranges.at(range), self.ranges.at(range.saturating_add(1))) else {
                return false;
            };
            if code <= to {
                return code >= from;
            }
            range = range.saturating_add(2);
        }
        false
    }
}

/// Letters of ASCII, a bit for each.
#[derive(Clone, Copy)]
struct Plain([u64; 2]);

impl Plain {
    #[inline]
    const fn has(self, byte: u8) -> bool {
        let [low, high] = self.0;
        (if byte < 64 { low } else { high }) >> (byte & 63) & 1 == 1
    }
}

/// In numbers: what a head takes.
const HEAD: usize = 2;
/// In numbers: what a class takes.
const CLASS: usize = 3;

/// The lower and the upper half of a number.
#[inline]
fn halves(number: u64) -> [u32; 2] {
    [number & u64::from(u32::MAX), number >> u32::BITS].map(|half| u32::try_from(half).unwrap_or_default())
}

/// The number of these halves.
fn whole([low, high]: [u32; 2]) -> u64 {
    u64::from(low) | u64::from(high) << u32::BITS
}

impl Step {
    /// The kind of the step in the lowest byte, and what it is about above it.
    fn number(self) -> u64 {
        let of = |kind: u8, low: u32, high: u32| whole([u32::from(kind) | low << 8, high]);
        match self {
            Self::Letter(letter) => of(0, 0, letter.into()),
            Self::Class(class) => of(1, 0, class.into()),
            Self::Row(row) => {
                let [least, more] = row.least.to_le_bytes();
                let [most, even_more] = row.most.to_le_bytes();
                of(
                    if row.is_greedy { 2 } else { 3 },
                    row.class.into(),
                    u32::from_le_bytes([least, more, most, even_more]),
                )
            }
            Self::Either(either) => {
                let [here, other] = either.heads.map(u16::to_le_bytes);
                let heads = u32::from_le_bytes([here[0], here[1], other[0], other[1]]);
                of(if either.is_here_first { 4 } else { 5 }, either.other, heads)
            }
            Self::Go(place) => of(6, 0, place),
            Self::Mark(mark) => of(7, 0, mark.into()),
            Self::Look(look) => of(8, 0, look.number()),
            Self::Whole => of(9, 0, 0),
        }
    }

    #[inline]
    fn from_number(number: u64) -> Option<Self> {
        let [low, high] = halves(number);
        let short = |number: u32| u16::try_from(number & 0xffff).unwrap_or_default();
        Some(match low & 0xff {
            0 => Self::Letter(char::from_u32(high)?),
            1 => Self::Class(short(high)),
            kind @ (2 | 3) => Self::Row(Row {
                class: short(low >> 8),
                least: short(high),
                most: short(high >> 16),
                is_greedy: kind == 2,
            }),
            kind @ (4 | 5) => Self::Either(Either {
                other: low >> 8,
                is_here_first: kind == 4,
                heads: [short(high), short(high >> 16)],
            }),
            6 => Self::Go(high),
            7 => Self::Mark(u8::try_from(high).ok()?),
            8 => Self::Look(Look::from_number(high)?),
            9 => Self::Whole,
            _ => return None,
        })
    }
}

impl Look {
    const fn number(self) -> u32 {
        match self {
            Self::Start => 0,
            Self::End => 1,
            Self::Edge => 2,
            Self::NoEdge => 3,
        }
    }

    const fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Start,
            1 => Self::End,
            2 => Self::Edge,
            3 => Self::NoEdge,
            _ => return None,
        })
    }
}
