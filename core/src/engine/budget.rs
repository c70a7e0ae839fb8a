//! The memory that all feeds of an engine may hold together.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that may be held at once, and those that are.
#[derive(Debug)]
pub(super) struct Budget {
    most: usize,
    held: AtomicUsize,
}

impl Budget {
    pub(super) const fn new(most: usize) -> Self {
        Self {
            most,
            held: AtomicUsize::new(0),
        }
    }

    /// Takes `bytes`, which [`give_back`](Self::give_back) returns; `false`, and nothing is taken, when there are not so many.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let more = |held: usize| held.checked_add(bytes).filter(|held| *held <= self.most);
        self.held
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
            .is_ok()
    }

    pub(super) fn give_back(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(super) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

/// Six of the longest messages at once, or tens of thousands of ordinary ones.
pub(super) const FEED_BYTES: usize = 1 << 30;
