//! Counts the work of a scan, so that it can be bounded, and so that tests need not measure time, which says more of
//! the machine than of the code.

use std::cell::Cell;

thread_local! {
    static DONE: Cell<usize> = const { Cell::new(0) };
}

/// Notes that `units` of work were done on this thread: about a byte looked at once, such as one that is offered to an
/// expression. What takes more than a look counts for more.
pub(super) fn count(units: usize) {
    DONE.set(DONE.get().wrapping_add(units));
}

/// The work that `job` takes.
pub(super) fn of<T>(job: impl FnOnce() -> T) -> (T, usize) {
    let before = DONE.get();
    let done = job();
    (done, DONE.get().wrapping_sub(before))
}
