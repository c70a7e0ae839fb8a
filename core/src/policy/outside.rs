//! The allow-list: the headers that stand outside of the seal.

use super::{Keeps, Kept};

/// A header that stands outside of the seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outside {
    /// The header's name.
    pub name: &'static str,
    /// What of its value stays.
    pub keeps: Keeps,
    /// What transport or the reader's mail program needs it for.
    pub reason: &'static str,
    /// Where that is written.
    pub source: &'static str,
}

const fn row(name: &'static str, keeps: Keeps, reason: &'static str, source: &'static str) -> Outside {
    Outside {
        name,
        keeps,
        reason,
        source,
    }
}

/// The headers that stand outside of the seal, in the order in which they are written. Every other one goes: what the
/// reader needs of it is inside.
///
/// What is kept is that of `hcp_shy` (RFC 9788, section 3.2.2), addresses without their names and the date in UTC;
/// the list is shorter than that policy's, which also keeps what it does not know.
///
/// ```
/// # use sealwax::policy::OUTSIDE;
/// assert!(OUTSIDE.iter().any(|row| row.name == "From"));
/// assert!(OUTSIDE.iter().all(|row| row.name != "Message-ID"));
/// ```
pub const OUTSIDE: [Outside; 8] = [
    row(
        "Date",
        Keeps::Date,
        "a message must have one",
        "RFC 5322, section 3.6.1",
    ),
    row(
        "From",
        Keeps::Addresses,
        "a message must have one, and DMARC judges by it",
        "RFC 5322, section 3.6.2; RFC 7489, section 3.1",
    ),
    row(
        "Sender",
        Keeps::Addresses,
        "needed beside several authors",
        "RFC 5322, section 3.6.2",
    ),
    row(
        "Reply-To",
        Keeps::Addresses,
        "where an answer goes",
        "RFC 5322, section 3.6.2",
    ),
    row(
        "To",
        Keeps::Addresses,
        "whom it is for, and whom an answer to all goes to",
        "RFC 5322, section 3.6.3",
    ),
    row(
        "Cc",
        Keeps::Addresses,
        "whom an answer to all goes to",
        "RFC 5322, section 3.6.3",
    ),
    row(
        "Subject",
        Keeps::Text,
        "what the reader sees in a list; the policy's `[subject]` replaces it from its level on",
        "RFC 5322, section 3.6.5",
    ),
    row(
        "Auto-Submitted",
        Keeps::Keyword,
        "keeps robots from answering robots",
        "RFC 3834, section 5",
    ),
];

/// The allow-list as an edit holds it.
pub(super) fn kept() -> Vec<Kept> {
    let kept = |row: &Outside| Kept {
        name: row.name.into(),
        keeps: row.keeps,
    };
    OUTSIDE.iter().map(kept).collect()
}
