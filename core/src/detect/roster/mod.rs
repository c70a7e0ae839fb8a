//! Exact data match: the customer's own people, known by keyed hashes alone.
//!
//! A [`Roster`] is made from a table by whoever has the [`HashKey`], and tells nothing without it: it holds HMACs of
//! names, numbers, and of names with their birth dates, and a keyed fingerprint of single words that spares most words
//! of a message the HMAC. `docs/decisions/0003-rosters.md` says what it gives away and to whom.
//!
//! Names are found in either order, with middle names and initials between, in any case and with or without accents;
//! numbers with any separators. A birth date is found beside its person's name only: by itself it is many people's.

mod build;
mod date;
mod error;
mod file;
mod find;
mod kind;
mod name;
mod table;

use std::fmt;

pub use build::{Person, RosterBuilder};
pub use error::{RosterError, RosterErrorKind};
pub use kind::Identifier;
pub(crate) use kind::LABELS;
pub use table::{Column, PersonError, Table};

use super::Finding;
use crate::crypto::HashKey;
use crate::text::View;

/// The people of a roster, ready to be recognised.
///
/// ```
/// use sealwax::crypto::HashKey;
/// use sealwax::detect::{Roster, RosterBuilder, RosterTable};
/// use sealwax::text::View;
///
/// let key = HashKey::from_bytes(&[7; 32]);
/// let mut builder = RosterBuilder::new(&key, [1; 16]);
/// for (_, person) in RosterTable::read("First name,Last name,MRN\nMaria,Lopez,48-213377\n", &[])? {
///     builder.add(&person?);
/// }
/// let roster = Roster::read("patients", &builder.finish(), &key)?;
/// let findings = roster.scan(&View::fold("LOPEZ, MARÍA E. (48 213 377)"));
/// assert_eq!(findings[0].detector().label(), "PERSON");
/// assert_eq!(findings[1].detector().id(), "roster-patients-mrn");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Roster {
    hashes: file::Hashes,
    found: find::Detectors,
}

impl Roster {
    /// Reads the bytes that [`RosterBuilder::finish`] gave; `name` is what the policy calls it.
    ///
    /// # Errors
    ///
    /// [`RosterErrorKind::Format`] when they are no roster, [`RosterErrorKind::Key`] when it was made with another key.
    pub fn read(name: &str, bytes: &[u8], key: &HashKey) -> Result<Self, RosterError> {
        Ok(Self {
            hashes: file::Hashes::read(bytes, key)?,
            found: find::Detectors::of(name),
        })
    }

    /// The people and numbers of the roster in `view`, in its order. The time is linear in the text.
    #[must_use]
    pub fn scan(&self, view: &View<'_>) -> Vec<Finding> {
        find::scan(&self.hashes, &self.found, view)
    }

    /// An estimate of the memory it holds, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.hashes.memory()
    }
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roster").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
