//! From findings to what a message is: categories, a level, and the reasons.

mod classification;
mod level;

pub use classification::Classification;
pub use level::{Category, Level};
