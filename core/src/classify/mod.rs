//! From findings to what a message is: categories, a level, and the reasons.

mod classification;
mod compose;
mod context;
mod level;

pub use classification::Classification;
pub use compose::{Scanned, classify};
pub use context::Context;
pub use level::{Category, Level};
