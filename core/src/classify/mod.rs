//! From findings to what a message is: categories, a level, and the reasons.

mod classification;
mod compose;
mod composition;
mod context;
mod evidence;
mod facts;
mod gathered;
#[cfg(test)]
mod monotone;
#[cfg(test)]
mod neighbours;
#[cfg(test)]
mod paraphrase;
mod participants;
mod rule;
mod tally;
mod why_not;

pub use classification::Classification;
pub(crate) use compose::structure;
pub use compose::{Scanned, classify, tells_of_health};
pub(crate) use composition::Composition;
pub use context::Context;
pub(crate) use gathered::Gathered;
pub use participants::Participants;
pub(crate) use rule::Switch;
pub use rule::{Distance, Measured, RuleSpec, Strictness, UnknownStrictness, rules};

pub use crate::ground::{Category, Level};
pub use why_not::{Lack, LackKind, WhyNot};
