//! A hash table that never changes and lies in memory as it lies in a file.
//!
//! A slot is one number of 64 bits: the value in the low 24, and above them 40 bits of the spread hash; a slot of zero is
//! empty. Where a hash belongs is said by its low 32 bits; a slot that is taken is passed over for the next.

use std::collections::BTreeMap;

use super::{Numbers, Reader, Writer};

/// From hashes of 64 bits to numbers of 24 bits that are not zero.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Table {
    /// Some of them empty, or none at all.
    slots: Numbers<u64>,
}

/// The bits of a value.
const VALUE_BITS: u32 = 24;
/// The greatest value.
pub(in super::super) const GREATEST: u32 = (1 << VALUE_BITS) - 1;

impl Table {
    /// The table of these hashes; a value is at most [`GREATEST`], and a zero is left out.
    pub(in super::super) fn of(values: &BTreeMap<u64, u32>) -> Self {
        if values.is_empty() {
            return Self::default();
        }
        let mut slots = vec![0_u64; values.len().saturating_mul(SLOTS).div_ceil(ENTRIES)];
        for (hash, value) in values.iter().filter(|(_, value)| **value != 0) {
            let hash = spread(*hash);
            let mut place = place(hash, slots.len());
            while slots.get(place).is_some_and(|slot| *slot != 0) {
                place = after(place, slots.len());
            }
            if let Some(slot) = slots.get_mut(place) {
                *slot = tag(hash) | u64::from((*value).min(GREATEST));
            }
        }
        Self {
            slots: slots.into_iter().collect(),
        }
    }

    /// The value of `hash`, or zero.
    #[inline]
    pub(in super::super) fn value(&self, hash: u64) -> u32 {
        let (hash, slots) = (spread(hash), self.slots.as_chunks());
        let mut at = place(hash, slots.len());
        for _ in 0..slots.len() {
            let slot = slots.get(at).map_or(0, |slot| u64::from_le_bytes(*slot));
            if slot == 0 {
                return 0;
            }
            if (slot ^ hash) >> VALUE_BITS == 0 {
                return u32::try_from(slot & u64::from(GREATEST)).unwrap_or_default();
            }
            at = after(at, slots.len());
        }
        0
    }

    pub(in super::super) fn write(&self, image: &mut Writer) {
        self.slots.write(image);
    }

    pub(in super::super) fn read(image: &mut Reader) -> Option<Self> {
        Numbers::read(image).map(|slots| Self { slots })
    }

    /// The memory it holds, in bytes.
    pub(in super::super) fn memory(&self) -> usize {
        self.slots.memory()
    }
}

/// Every bit of a hash in every place; no two hashes become the same.
const fn spread(hash: u64) -> u64 {
    (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

const fn tag(hash: u64) -> u64 {
    hash >> VALUE_BITS << VALUE_BITS
}

/// Where a hash belongs among so many slots: as far along them as its low bits are from zero to their greatest.
fn place(hash: u64, slots: usize) -> usize {
    let share = (hash & u64::from(u32::MAX)).wrapping_mul(u64::try_from(slots).unwrap_or(u64::MAX));
    usize::try_from(share >> 32).unwrap_or_default()
}

/// The slot behind one, the first behind the last.
const fn after(place: usize, slots: usize) -> usize {
    let next = place.wrapping_add(1);
    if next >= slots { 0 } else { next }
}

/// Of so many slots so many are taken, so that few are passed over.
const SLOTS: usize = 5;
const ENTRIES: usize = 3;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_table_gives_what_was_put_in_and_nothing_else(
            values in prop::collection::btree_map(any::<u64>(), 1..=GREATEST, 0..200),
            others in prop::collection::vec(any::<u64>(), 20),
        ) {
            let mut image = Writer::default();
            Table::of(&values).write(&mut image);
            let table = Table::read(&mut Reader::of(image.into_bytes().into())).unwrap();
            for (hash, value) in &values {
                prop_assert_eq!(table.value(*hash), *value);
            }
            for hash in others.iter().filter(|hash| !values.contains_key(hash)) {
                prop_assert_eq!(table.value(*hash), 0);
            }
        }

        #[test]
        fn a_table_of_any_bytes_comes_to_an_end(
            bytes in prop::collection::vec(1_u8..3, 0..20).prop_map(|bytes| bytes.repeat(8)),
            hash in any::<u64>(),
        ) {
            let mut image = Writer::default();
            image.section(&bytes);
            Table::read(&mut Reader::of(image.into_bytes().into())).unwrap().value(hash);
        }
    }
}
