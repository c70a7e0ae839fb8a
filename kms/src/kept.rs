//! Keys that are kept for a while.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use sealwax::crypto::KEY_LEN;
use zeroize::Zeroizing;

use crate::cache::Bounds;

/// A key in a place of its own, which the tables that hold it never copy, and which is wiped when the last holder drops it.
pub(crate) type Key = Arc<Zeroizing<[u8; KEY_LEN]>>;

/// Keys by the digest of what they were unwrapped from, the oldest first.
#[derive(Default)]
pub(crate) struct Kept {
    entries: HashMap<[u8; 32], Entry>,
    /// By the number of the entry. Entries are made in the order in which they expire, or nearly so.
    order: BTreeMap<u64, [u8; 32]>,
    next: u64,
}

struct Entry {
    key: Key,
    born: Duration,
    used: u32,
    number: u64,
}

impl Kept {
    /// The key, if it is there and may be used once more.
    pub(crate) fn take(&mut self, digest: &[u8; 32], now: Duration, bounds: &Bounds) -> Option<Key> {
        self.sweep(now, bounds);
        let entry = self.entries.get_mut(digest)?;
        if is_old(entry.born, now, bounds) {
            self.remove(digest);
            return None;
        }
        entry.used = entry.used.saturating_add(1);
        let key = Key::clone(&entry.key);
        if entry.used >= bounds.messages {
            self.remove(digest);
        }
        Some(key)
    }

    /// Keeps a key that was asked for at `born` and has been used once.
    pub(crate) fn put(&mut self, digest: [u8; 32], key: Key, born: Duration, now: Duration, bounds: &Bounds) {
        self.sweep(now, bounds);
        self.remove(&digest);
        if bounds.messages <= 1 || is_old(born, now, bounds) || bounds.bytes < ENTRY_LEN {
            return;
        }
        while self.len().saturating_add(ENTRY_LEN) > bounds.bytes {
            let Some(oldest) = self.order.first_key_value().map(|(_, digest)| *digest) else {
                break;
            };
            self.remove(&oldest);
        }
        let number = self.next;
        self.next = self.next.saturating_add(1);
        self.order.insert(number, digest);
        let used = 1;
        self.entries.insert(
            digest,
            Entry {
                key,
                born,
                used,
                number,
            },
        );
    }

    /// Drops what is too old, as far as it stands at the front.
    pub(crate) fn sweep(&mut self, now: Duration, bounds: &Bounds) {
        while let Some(oldest) = self.order.first_key_value().map(|(_, digest)| *digest) {
            let is_old = self
                .entries
                .get(&oldest)
                .is_none_or(|entry| is_old(entry.born, now, bounds));
            if !is_old {
                return;
            }
            self.remove(&oldest);
        }
    }

    /// The memory that is counted.
    fn len(&self) -> usize {
        self.entries.len().saturating_mul(ENTRY_LEN)
    }

    fn remove(&mut self, digest: &[u8; 32]) {
        if let Some(entry) = self.entries.remove(digest) {
            self.order.remove(&entry.number);
        }
    }
}

fn is_old(born: Duration, now: Duration, bounds: &Bounds) -> bool {
    now.saturating_sub(born) >= bounds.age
}

/// What one key counts for: the key and its counters, its digest twice, and what the tables need beside them.
pub(crate) const ENTRY_LEN: usize = 256;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> Key {
        Key::new(Zeroizing::new([byte; KEY_LEN]))
    }

    /// One use of one of a few keys, a while after the one before, by a service that takes its time.
    #[derive(Clone, Debug)]
    struct Use {
        key: u8,
        after: u64,
        takes: u64,
    }

    fn uses() -> impl Strategy<Value = Vec<Use>> {
        let one = (0_u8..6, 0_u64..40, 0_u64..20).prop_map(|(key, after, takes)| Use { key, after, takes });
        proptest::collection::vec(one, 1..200)
    }

    proptest! {
        #[test]
        fn no_key_is_used_beyond_a_bound(uses in uses(), age in 1_u64..100, messages in 0_u32..6, room in 0_usize..5) {
            let bounds = Bounds {
                age: Duration::from_millis(age),
                messages,
                bytes: room * ENTRY_LEN + 7,
            };
            let mut kept = Kept::default();
            let mut asked: HashMap<u8, (Duration, u32)> = HashMap::new();
            let mut now = Duration::ZERO;
            for one in uses {
                now += Duration::from_millis(one.after);
                let digest = [one.key; 32];
                if let Some(found) = kept.take(&digest, now, &bounds) {
                    let (born, used) = asked.get_mut(&one.key).expect("nothing is found that was not asked for");
                    *used += 1;
                    prop_assert_eq!(**found, [one.key; KEY_LEN]);
                    prop_assert!(now.saturating_sub(*born) < bounds.age);
                    prop_assert!(*used <= messages);
                } else {
                    let born = now;
                    now += Duration::from_millis(one.takes);
                    kept.put(digest, key(one.key), born, now, &bounds);
                    asked.insert(one.key, (born, 1));
                }
                prop_assert!(kept.len() <= bounds.bytes);
                prop_assert_eq!(kept.entries.len(), kept.order.len());
            }
        }
    }

    #[test]
    fn a_key_that_was_used_up_or_has_expired_is_dropped() {
        let bounds = Bounds {
            age: Duration::from_secs(10),
            messages: 2,
            bytes: 1 << 20,
        };
        let (mut kept, now) = (Kept::default(), Duration::from_secs(1));
        let (used, old) = (key(1), key(2));
        kept.put([1; 32], Key::clone(&used), now, now, &bounds);
        kept.put([2; 32], Key::clone(&old), now, now, &bounds);
        assert!(kept.take(&[1; 32], now, &bounds).is_some());
        assert_eq!(Arc::strong_count(&used), 1, "the last use drops it");
        assert_eq!(Arc::strong_count(&old), 2);
        kept.sweep(Duration::from_secs(11), &bounds);
        assert_eq!(Arc::strong_count(&old), 1);
    }

    #[test]
    fn the_oldest_key_makes_room() {
        let bounds = Bounds {
            bytes: 2 * ENTRY_LEN,
            ..Bounds::default()
        };
        let (mut kept, now) = (Kept::default(), Duration::ZERO);
        for number in 1..=3 {
            kept.put([number; 32], key(number), now, now, &bounds);
        }
        let there = [1, 2, 3].map(|number| kept.take(&[number; 32], now, &bounds).is_some());
        assert_eq!(there, [false, true, true]);
    }
}
