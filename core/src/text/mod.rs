//! Folding: one canonical view of a text unit, with a map back to the original.
//!
//! People and programs write the same thing in many ways: full-width digits, soft hyphens, Cyrillic letters that look
//! Latin, `1 2 3 - 4 5`. Detection reads a [`View`], in which all of them look the same, and reports places in the
//! original through its [`OffsetMap`]. Every step is linear in the text. What stands encoded in a text (percent, hexadecimal,
//! base64) is read in further views: [`View::decodings`].

mod encoded;
mod fold;
mod fronts;
mod homoglyph;
mod map;
mod mark;
mod runs;
mod spaced;
mod span;
mod structure;
mod tables;
mod view;

pub(crate) use fronts::Fronts;
pub(crate) use map::Change;
pub use map::OffsetMap;
pub use mark::{NotUtf8, unmarked, utf8, without_mark};
pub use span::Span;
pub use structure::{Block, Piece, Structure};
pub use view::View;
