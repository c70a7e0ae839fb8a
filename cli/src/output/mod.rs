//! Answers for a person to read.

mod layout;
pub(crate) mod message;
pub(crate) mod print;
pub(crate) mod scan;
mod summary;
pub(crate) mod verdict;

use sealwax::classify::Level;

use crate::console::Ink;
pub(crate) use layout::{Align, Table, printable, wrapped};
pub(crate) use summary::{Cost, Summary};

/// A level in words.
pub(crate) fn level_words(level: Level) -> &'static str {
    match level {
        Level::None => "nothing sensitive",
        Level::Personal | Level::Sensitive | Level::Critical => level.name(),
    }
}

/// The colour of a level.
pub(crate) fn level_ink(level: Level) -> Ink {
    match level {
        Level::None => Ink::Good,
        Level::Personal => Ink::Strong,
        Level::Sensitive => Ink::Warn,
        Level::Critical => Ink::Bad,
    }
}
