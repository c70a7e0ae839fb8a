//! Counts the work of a scan in tests, where time would say more of the machine than of the code.

/// Notes that `units` (bytes offered to an expression, words compared) were looked at. Costs nothing outside of tests.
pub(super) fn count(units: usize) {
    #[cfg(test)]
    DONE.set(DONE.get().saturating_add(units));
    #[cfg(not(test))]
    let _ = units;
}

#[cfg(test)]
thread_local! {
    static DONE: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The work that `job` takes.
#[cfg(test)]
pub(super) fn of<T>(job: impl FnOnce() -> T) -> usize {
    DONE.set(0);
    drop(job());
    DONE.get()
}
