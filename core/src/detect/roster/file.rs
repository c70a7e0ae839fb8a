//! The keyed hashes of a roster, and the file they stand in.
//!
//! ```text
//! magic (16)  salt (16)  key check (16)  words: u32 count, u32 each  values: u32 count, u64 each
//! ```
//!
//! Numbers are little-endian and sorted, so that the file does not even tell the order of the table.

use std::collections::HashSet;
use std::hash::Hasher as _;

use siphasher::sip::SipHasher24;

use super::date::Day;
use super::kind::Identifier;
use super::{RosterError, RosterErrorKind};
use crate::crypto::{HashKey, Hasher};

/// Who can tell the values of one roster: its key and its salt.
#[derive(Clone)]
pub(super) struct Keyed {
    hasher: Hasher,
    words: SipHasher24,
    check: [u8; 16],
}

impl Keyed {
    pub(super) fn new(key: &HashKey, salt: &[u8; 16]) -> Self {
        let own = HashKey::from_bytes(&key.hash("sealwax roster", &[salt]));
        Self {
            hasher: own.hasher("value"),
            words: SipHasher24::new_with_key(&first(own.hash("words", &[]))),
            check: first(own.hash("check", &[])),
        }
    }

    /// The hash of a number.
    pub(super) fn number(&self, kind: Identifier, number: &str) -> u64 {
        self.value(&[kind.name().as_bytes(), number.as_bytes()])
    }

    /// The hash of a name.
    pub(super) fn name(&self, given: &str, family: &str) -> u64 {
        self.value(&[b"name", given.as_bytes(), family.as_bytes()])
    }

    /// The hash of a name with a birth date.
    pub(super) fn born(&self, given: &str, family: &str, day: Day) -> u64 {
        self.value(&[b"born", given.as_bytes(), family.as_bytes(), day.digits().as_bytes()])
    }

    fn value(&self, pieces: &[&[u8]]) -> u64 {
        u64::from_le_bytes(first(self.hasher.hash(pieces)))
    }

    /// The short hash of a word or a number by its fingerprint.
    pub(super) fn word(&self, role: Role, fingerprint: u64) -> u32 {
        let mut hasher = self.words;
        hasher.write_u8(role as u8);
        hasher.write_u64(fingerprint);
        let [first, second, third, fourth, ..] = hasher.finish().to_le_bytes();
        u32::from_le_bytes([first, second, third, fourth])
    }
}

/// What a word can be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    Family = 1,
    Given = 2,
    Number = 3,
}

/// The hashes of a roster.
#[derive(Clone)]
pub(super) struct Hashes {
    pub(super) keyed: Keyed,
    words: HashSet<u32>,
    values: Vec<u64>,
}

impl Hashes {
    pub(super) fn read(bytes: &[u8], key: &HashKey) -> Result<Self, RosterError> {
        let mut rest = bytes;
        let (salt, check) = head(&mut rest).ok_or_else(unreadable)?;
        let keyed = Keyed::new(key, &salt);
        if keyed.check != check {
            let detail = "the roster was made with another key";
            return Err(RosterError::new(RosterErrorKind::Key, detail));
        }
        let words = numbers(&mut rest).ok_or_else(unreadable)?;
        let values = numbers(&mut rest).ok_or_else(unreadable)?;
        let values: Vec<u64> = values.into_iter().map(u64::from_le_bytes).collect();
        if !rest.is_empty() || !values.is_sorted() {
            return Err(unreadable());
        }
        Ok(Self {
            keyed,
            words: words.into_iter().map(u32::from_le_bytes).collect(),
            values,
        })
    }

    /// Whether some value of the roster has this word in this role, or a word whose short hash is the same.
    pub(super) fn may_be(&self, role: Role, fingerprint: u64) -> bool {
        self.words.contains(&self.keyed.word(role, fingerprint))
    }

    /// Whether the value stands in the roster.
    pub(super) fn holds(&self, value: u64) -> bool {
        self.values.binary_search(&value).is_ok()
    }

    pub(super) fn memory(&self) -> usize {
        let values = self.values.capacity().saturating_mul(size_of::<u64>());
        values.saturating_add(self.words.capacity().saturating_mul(size_of::<u32>().saturating_add(1)))
    }
}

/// The file of these hashes.
pub(super) fn write(keyed: &Keyed, salt: &[u8; 16], mut words: Vec<u32>, mut values: Vec<u64>) -> Vec<u8> {
    words.sort_unstable();
    words.dedup();
    values.sort_unstable();
    values.dedup();
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let mut bytes = [MAGIC.as_slice(), salt, &keyed.check].concat();
    bytes.extend(count(words.len()));
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    bytes.extend(count(values.len()));
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

fn head(rest: &mut &[u8]) -> Option<([u8; 16], [u8; 16])> {
    let magic = rest.split_off(..MAGIC.len())?;
    let salt = rest.split_off(..16)?.try_into().ok()?;
    let check = rest.split_off(..16)?.try_into().ok()?;
    (magic == MAGIC).then_some((salt, check))
}

fn numbers<const N: usize>(rest: &mut &[u8]) -> Option<Vec<[u8; N]>> {
    let count = u32::from_le_bytes(rest.split_off(..4)?.try_into().ok()?);
    let length = usize::try_from(count).ok()?.checked_mul(N)?;
    let (numbers, _) = rest.split_off(..length)?.as_chunks();
    Some(numbers.to_vec())
}

fn first<const N: usize>(hash: [u8; 32]) -> [u8; N] {
    let mut bytes = [0; N];
    for (to, from) in bytes.iter_mut().zip(hash) {
        *to = from;
    }
    bytes
}

fn unreadable() -> RosterError {
    RosterError::new(
        RosterErrorKind::Format,
        "these bytes are no roster, or not of this version",
    )
}

/// The last byte is the version.
const MAGIC: &[u8; 16] = b"SEALWAX-ROSTER\0\x01";
