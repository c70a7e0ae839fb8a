//! What one message may still cost, and whether anybody still waits for the answer.

mod cancel;

use std::cell::Cell;

pub use cancel::Cancel;

/// Asked between two pieces of work whether to go on. Once it says no it says so for ever.
pub(crate) struct Watch<'a> {
    cancels: [Option<&'a Cancel>; 2],
    /// The units of work that are left.
    left: Cell<u64>,
    /// The units that looking for something in the text may still take.
    granted: Cell<u64>,
    /// Units that looking took, and that are not taken from either yet.
    owed: Cell<usize>,
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
            granted: Cell::new(GRANTED),
            owed: Cell::new(0),
            stop: Cell::new(None),
        }
    }

    /// Over any amount of work.
    pub(crate) const fn none() -> Self {
        Self {
            granted: Cell::new(u64::MAX),
            ..Self::new(u64::MAX, [None, None])
        }
    }

    /// Grants so many units more for looking into the text.
    pub(crate) fn grant(&self, units: u64) {
        self.granted.set(self.granted.get().saturating_add(units));
    }

    /// Notes what looking took, which is known only behind it: it is taken with the next look, so that what was read wholly is
    /// never said to be cut.
    pub(crate) fn owe(&self, units: usize) {
        self.owed.set(self.owed.get().saturating_add(units));
    }

    /// Takes `bytes` that are looked through next from what is left, and what is owed from what is granted; `false` when the
    /// work shall stop instead.
    pub(crate) fn looks_on(&self, bytes: usize) -> bool {
        let owed = u64::try_from(self.owed.take()).unwrap_or(u64::MAX);
        match self.granted.get().checked_sub(owed) {
            Some(granted) => self.granted.set(granted),
            None => self.stop.set(self.stop.get().or(Some(Stop::Spent))),
        }
        self.goes_on(bytes)
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

/// The units that looking may take whatever the size of the text: a short one may be dense.
const GRANTED: u64 = 1 << 22;

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
    fn looking_takes_no_more_than_is_granted_and_only_the_next_look_says_so() {
        let watch = Watch::new(10, [None, None]);
        watch.owe(usize::try_from(GRANTED).unwrap());
        assert!(watch.looks_on(9));
        watch.grant(5);
        watch.owe(6);
        assert_eq!(watch.stop(), None);
        assert!(!watch.looks_on(1));
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
