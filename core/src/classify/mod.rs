//! From findings to what a message is: categories, a level, and the reasons.

mod level;

pub use level::{Category, Level};
