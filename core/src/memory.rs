//! Keeps the keys of this process out of swap and core dumps, as far as the system grants it.
//!
//! This is for programs, and for libraries that a program asks: it changes the whole process.

/// What the system granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    /// All memory of the process, now and later, is locked against swapping.
    pub locked: bool,
    /// No core dump is written, and no process of the same user may read the memory (Linux, `PR_SET_DUMPABLE`).
    pub no_dumps: bool,
}

impl Protection {
    /// Asks the system for both and says what it granted; asked twice, it says the same.
    ///
    /// On Linux, memory is locked only where the process may lock without limit (`ulimit -l unlimited`), since under a
    /// limit later allocations would fail. On other systems nothing is granted.
    ///
    /// ```
    /// # #[cfg(target_os = "linux")]
    /// assert!(sealwax::memory::Protection::ask().no_dumps);
    /// ```
    #[cfg(target_os = "linux")]
    #[must_use = "the system may refuse"]
    pub fn ask() -> Self {
        use rustix::mm::{MlockAllFlags, mlockall};
        use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        let no_dumps =
            setrlimit(Resource::Core, none).is_ok() && set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok();
        let unlimited = getrlimit(Resource::Memlock).current.is_none();
        let all = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
        Self {
            locked: unlimited && mlockall(all).is_ok(),
            no_dumps,
        }
    }

    /// Asks the system for both and says what it granted: on this system, nothing.
    #[cfg(not(target_os = "linux"))]
    #[must_use = "the system may refuse"]
    pub fn ask() -> Self {
        Self {
            locked: false,
            no_dumps: false,
        }
    }
}
