//! The runs of an offset map, packed: a hostile text has a run for each byte or two, which must not cost forty bytes.

use super::Span;

/// `len` derived bytes from `start` on, which came from `original`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) len: usize,
    pub(super) original: Span,
    /// Byte for byte; otherwise every derived byte stands for the whole of `original`.
    pub(super) copied: bool,
}

impl Run {
    pub(super) const fn end(&self) -> usize {
        self.start.saturating_add(self.len)
    }

    /// Where the derived byte at `at` begins in the original.
    pub(super) fn first_original(&self, at: usize) -> usize {
        if !self.copied {
            return if at >= self.end() {
                self.original.end
            } else {
                self.original.start
            };
        }
        self.original
            .start
            .saturating_add(at.saturating_sub(self.start))
            .min(self.original.end)
    }

    /// Where the derived byte before `end` ends in the original.
    pub(super) fn last_original(&self, end: usize) -> usize {
        if self.copied {
            self.first_original(end)
        } else {
            self.original.end
        }
    }
}

/// Runs in the order of the derived text, each of which starts where the one before it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Runs {
    /// All runs but the last, each as its length, the step in the original and, unless it is copied, its length there.
    packed: Vec<u8>,
    /// Where every sixteenth run stands.
    marks: Vec<Mark>,
    /// How many runs are packed.
    count: usize,
    /// Where the packed runs end in the original.
    end: usize,
    last: Option<Run>,
}

/// Where a run stands: in the packed bytes, in the derived text, and from where its step counts in the original.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mark {
    at: usize,
    start: usize,
    from: usize,
}

impl Runs {
    pub(super) const fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// Appends a run, or lengthens the last one when both are copied from one stretch.
    pub(super) fn push(&mut self, run: Run) {
        match &mut self.last {
            Some(last) if last.copied && run.copied && last.original.end == run.original.start => {
                last.len = last.len.saturating_add(run.len);
                last.original.end = run.original.end;
            }
            Some(last) => {
                let closed = std::mem::replace(last, run);
                self.pack(closed);
            }
            None => self.last = Some(run),
        }
    }

    /// Gives back the memory that is not used.
    pub(super) fn fit(&mut self) {
        self.packed.shrink_to_fit();
        self.marks.shrink_to_fit();
    }

    /// The runs from the one that holds the derived byte `at` on; from the last one when none does.
    pub(super) fn from(&self, at: usize) -> impl Iterator<Item = Run> {
        let next = self.marks.partition_point(|mark| mark.start <= at);
        let mark = next.checked_sub(1).and_then(|index| self.marks.get(index));
        let packed = Packed {
            bytes: mark.map_or(&[][..], |mark| self.packed.get(mark.at..).unwrap_or_default()),
            place: mark.copied().unwrap_or_default(),
        };
        packed.skip_while(move |run| run.end() <= at).chain(self.last)
    }

    /// All runs.
    pub(super) fn iter(&self) -> impl Iterator<Item = Run> {
        self.from(0)
    }

    fn pack(&mut self, run: Run) {
        if self.count.is_multiple_of(MARK) {
            self.marks.push(Mark {
                at: self.packed.len(),
                start: run.start,
                from: self.end,
            });
        }
        self.count = self.count.saturating_add(1);
        let step = run.original.start.wrapping_sub(self.end);
        self.number(run.len << 1 | usize::from(run.copied));
        self.number(step << 1 ^ (if step > usize::MAX / 2 { usize::MAX } else { 0 }));
        if !run.copied {
            self.number(run.original.len());
        }
        self.end = run.original.end;
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.packed.push(0x80 | u8::try_from(number & 0x7F).unwrap_or_default());
            number >>= 7;
        }
        self.packed.push(u8::try_from(number).unwrap_or_default());
    }
}

/// Unpacks runs from left to right.
struct Packed<'a> {
    bytes: &'a [u8],
    place: Mark,
}

impl Packed<'_> {
    fn number(&mut self) -> Option<usize> {
        let (mut number, mut shift) = (0, 0_u32);
        loop {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= usize::from(byte & 0x7F).checked_shl(shift)?;
            shift = shift.saturating_add(7);
            if byte < 0x80 {
                return Some(number);
            }
        }
    }
}

impl Iterator for Packed<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let length = self.number()?;
        let (len, copied) = (length >> 1, length & 1 == 1);
        let step = self.number()?;
        let step = step >> 1 ^ (if step & 1 == 1 { usize::MAX } else { 0 });
        let first = self.place.from.wrapping_add(step);
        let original = Span::new(first, first.saturating_add(if copied { len } else { self.number()? }));
        let run = Run {
            start: self.place.start,
            len,
            original,
            copied,
        };
        (self.place.start, self.place.from) = (run.end(), original.end);
        Some(run)
    }
}

/// A look-up unpacks so many runs at most.
const MARK: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_come_back_as_they_were_pushed() {
        let mut runs = Runs::default();
        let mut pushed = Vec::new();
        let mut start = 0;
        for number in 0..1_000_usize {
            let copied = !number.is_multiple_of(3);
            // Steps forward, backward and far ahead.
            let first = number * 1_000 + if number.is_multiple_of(5) { 0 } else { 100_000 };
            let len = 1 + number % 200;
            let run = Run {
                start,
                len,
                original: Span::new(first, first + if copied { len } else { number }),
                copied,
            };
            start += len;
            runs.push(run);
            pushed.push(run);
        }
        assert!(runs.iter().eq(pushed.iter().copied()));
        for run in &pushed {
            assert_eq!(runs.from(run.start).next(), Some(*run));
            assert_eq!(runs.from(run.end() - 1).next(), Some(*run));
        }
        assert_eq!(runs.from(start).next(), pushed.last().copied());
    }

    #[test]
    fn a_run_for_every_second_byte_costs_about_as_much_as_the_text() {
        let mut runs = Runs::default();
        for at in 0..100_000 {
            runs.push(Run {
                start: at,
                len: 1,
                original: Span::new(at * 2, at * 2 + 1),
                copied: true,
            });
        }
        assert!(runs.packed.len() + runs.marks.len() * size_of::<Mark>() < 400_000);
    }
}
