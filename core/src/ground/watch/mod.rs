//! What one message may still cost, and whether anybody still waits for the answer.

mod cancel;

use std::cell::Cell;

pub use cancel::Cancel;

/// Asked between two pieces of work whether to go on. Once it says no it says so for ever.
pub(crate) struct Watch<'a> {
    cancels: [Option<&'a Cancel>; 2],
    /// The units of work that are left.
    left: Cell<u64>,
    stop: Cell<Option<Stop>>,
}

/// Why work was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Somebody called it off.
    Cancelled,
    /// The units of work are spent.
    Spent,
}

impl<'a> Watch<'a> {
    /// Over `work` units, and until one of `cancels` is called.
    pub(crate) const fn new(work: u64, cancels: [Option<&'a Cancel>; 2]) -> Self {
        Self {
            cancels,
            left: Cell::new(work),
            stop: Cell::new(None),
        }
    }

    /// Over any amount of work.
    pub(crate) const fn none() -> Self {
        Self::new(u64::MAX, [None, None])
    }

    /// Takes `units` from what is left; `false` when the work shall stop instead.
    pub(crate) fn goes_on(&self, units: usize) -> bool {
        if self.stop.get().is_some() {
            return false;
        }
        if self.cancels.iter().flatten().any(|cancel| cancel.is_cancelled()) {
            self.stop.set(Some(Stop::Cancelled));
            return false;
        }
        let units = u64::try_from(units).unwrap_or(u64::MAX);
        match self.left.get().checked_sub(units) {
            Some(left) => self.left.set(left),
            None => self.stop.set(Some(Stop::Spent)),
        }
        self.stop.get().is_none()
    }

    /// Why it stopped, if it did.
    pub(crate) fn stop(&self) -> Option<Stop> {
        self.stop.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stopped_once_never_goes_on() {
        let watch = Watch::new(10, [None, None]);
        assert!(watch.goes_on(10));
        assert!(!watch.goes_on(1));
        assert!(!watch.goes_on(0));
        assert_eq!(watch.stop(), Some(Stop::Spent));
    }

    #[test]
    fn each_of_two_calls_stops_it() {
        let cancels = [Cancel::new(), Cancel::new()];
        for cancel in &cancels {
            let watch = Watch::new(10, cancels.each_ref().map(Some));
            cancel.cancel();
            assert!(!watch.goes_on(1));
            assert_eq!(watch.stop(), Some(Stop::Cancelled));
        }
    }
}
