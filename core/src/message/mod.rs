//! The message: headers, parts, and the text units that are scanned, each with its place.

mod place;

pub use place::{PartPath, Place};
