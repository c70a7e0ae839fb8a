//! From findings to what a message is: categories, a level, and the reasons.

mod classification;
mod compose;
mod context;
mod evidence;
mod gathered;
mod level;
#[cfg(test)]
mod neighbours;
mod participants;
mod tally;

pub use classification::Classification;
pub use compose::{Scanned, classify, tells_of_health};
pub use context::Context;
pub(crate) use gathered::Gathered;
pub use level::{Category, Level};
pub use participants::Participants;
