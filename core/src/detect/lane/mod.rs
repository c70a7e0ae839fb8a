//! The ways of looking for values; each gives candidates, from which arbitration chooses.

mod block;
mod email;
mod key;
mod label;
mod listed;
mod mention;
mod name;
mod record;
mod spoken;
mod table;
mod term;
mod value;
mod window;
mod words;

use std::ops::Range;

pub(super) use email::emails;
pub(super) use key::{Keys, OpenRecord, keyed};
pub(super) use label::{Labelled, Links, labelled};
pub(super) use mention::{Mentions, mentions};
pub(super) use name::{Names, names};
pub(super) use table::{OpenTable, tables};
pub(super) use term::{Dictionary, Endings, Terms, terms};
pub(super) use value::{Form, Gate, Prefixes, Programs, Value, bare, prefixed};
pub(super) use window::{STRETCH_BYTES, Stretch, Window, back};
pub(super) use words::normal;

use super::Strength;
use super::token::{FNV_OFFSET, mix};

/// A finding before arbitration, in bytes of the folded text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    /// The index of the detector.
    pub(super) detector: usize,
    pub(super) range: Range<usize>,
    pub(super) confidence: f64,
    pub(super) strength: Strength,
    pub(super) fuzzy: bool,
    pub(super) labelled: bool,
}

/// Equal for values that differ in case and separators only.
pub(crate) fn digest(value: &str) -> u64 {
    if value.is_ascii() {
        let letters = value.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.fold(FNV_OFFSET, |hash, byte| {
            mix(hash, char::from(byte.to_ascii_lowercase()))
        });
    }
    value
        .chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .fold(FNV_OFFSET, mix)
}
