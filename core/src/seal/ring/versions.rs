//! The versions of keys of one type, by id.

use std::collections::BTreeMap;

use super::{KeyState, RingErrorKind};

/// Keys by id and version. Of each id at most one version is active.
#[derive(Clone, Debug)]
pub(super) struct Versions<K>(BTreeMap<Box<str>, BTreeMap<u32, Slot<K>>>);

/// A version of a key.
#[derive(Clone, Debug)]
pub(super) enum Slot<K> {
    Active(K),
    Destroyed,
    Retired(K),
}

impl<K> Slot<K> {
    pub(super) fn state(&self) -> KeyState {
        match self {
            Self::Active(_) => KeyState::Active,
            Self::Destroyed => KeyState::Destroyed,
            Self::Retired(_) => KeyState::Retired,
        }
    }

    pub(super) fn key(&self) -> Option<&K> {
        match self {
            Self::Active(key) | Self::Retired(key) => Some(key),
            Self::Destroyed => None,
        }
    }
}

impl<K> Default for Versions<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Clone> Versions<K> {
    pub(super) fn active(&self, id: &str) -> Option<&K> {
        let mut versions = self.0.get(id)?.values();
        versions.find(|slot| slot.state() == KeyState::Active)?.key()
    }

    /// The number of the version that is made next; `None` when they have run out.
    pub(super) fn next(&self, id: &str) -> Option<u32> {
        let last = self.0.get(id).and_then(|versions| versions.last_key_value());
        last.map_or(0, |(version, _)| *version).checked_add(1)
    }

    /// Makes `key` the active version, and retires the one that was.
    pub(super) fn rotate(&mut self, id: &str, version: u32, key: K) {
        let versions = self.0.entry(id.into()).or_default();
        for slot in versions.values_mut() {
            if let Slot::Active(old) = slot {
                *slot = Slot::Retired(old.clone());
            }
        }
        versions.insert(version, Slot::Active(key));
    }

    /// Destroys every version of `id` and gives how many there were.
    pub(super) fn destroy(&mut self, id: &str) -> usize {
        let versions = self.0.get_mut(id).into_iter().flat_map(BTreeMap::values_mut);
        let living = versions.filter(|slot| slot.key().is_some());
        living.map(|slot| *slot = Slot::Destroyed).count()
    }

    /// Adds a version that was read.
    pub(super) fn insert(&mut self, id: &str, version: u32, slot: Slot<K>) -> Result<(), RingErrorKind> {
        if slot.state() == KeyState::Active && self.active(id).is_some() {
            return Err(RingErrorKind::Twice);
        }
        match self.0.entry(id.into()).or_default().insert(version, slot) {
            None => Ok(()),
            Some(_) => Err(RingErrorKind::Twice),
        }
    }

    /// Every version of every key.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u32, &Slot<K>)> {
        self.0.iter().flat_map(|(id, versions)| {
            let versions = versions.iter();
            versions.map(move |(version, slot)| (id.as_ref(), *version, slot))
        })
    }
}
