//! Places in text.

use std::ops::Range;

/// A half-open range of UTF-8 bytes in the decoded text of a unit.
///
/// JSON and Python count Unicode code points of the same text: see [`Span::code_points`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The number of bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span covers nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether the two share a byte.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The same place counted in Unicode code points; `None` when the span is not a place in `text`.
    ///
    /// ```
    /// # use sealwax::text::Span;
    /// assert_eq!(Span::new(3, 4).code_points("é x"), Some(2..3));
    /// ```
    #[must_use]
    pub fn code_points(self, text: &str) -> Option<Range<usize>> {
        let before = text.get(..self.start)?.chars().count();
        let within = text.get(self.start..self.end)?.chars().count();
        Some(before..before.saturating_add(within))
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}
