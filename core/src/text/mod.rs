//! Folding: one canonical view of a text unit, with a map back to the original.

mod span;

pub use span::Span;
