//! Keeps the keys of this process out of swap and core dumps, as far as the system grants it.

use clap::Args;

use crate::failure::Failure;

/// What a command that holds keys does first.
#[derive(Debug, Args)]
pub(crate) struct Protect {
    /// Fail unless the memory of this program is locked against swapping and left out of core dumps; without it, as
    /// much of that is done as the system grants (locking needs `ulimit -l unlimited`)
    #[arg(long)]
    require_locked_memory: bool,
}

impl Protect {
    /// Asks the system; a refusal counts only where protection is required.
    pub(crate) fn apply(&self) -> Result<(), Failure> {
        let refused = Granted::ask().refused();
        match refused.filter(|_| self.require_locked_memory) {
            Some(what) => Err(Failure::new(what).next_step("run it with `ulimit -l unlimited`, on Linux")),
            None => Ok(()),
        }
    }
}

/// What the system granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Granted {
    no_dumps: bool,
    locked: bool,
}

impl Granted {
    #[cfg(target_os = "linux")]
    fn ask() -> Self {
        use rustix::mm::{MlockAllFlags, mlockall};
        use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        let no_dumps =
            setrlimit(Resource::Core, none).is_ok() && set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok();
        // Under a limit, locking what comes would make memory run out: then nothing is locked.
        let unlimited = getrlimit(Resource::Memlock).current.is_none();
        let all = MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT;
        Self {
            no_dumps,
            locked: unlimited && mlockall(all).is_ok(),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn ask() -> Self {
        Self {
            no_dumps: false,
            locked: false,
        }
    }

    fn refused(self) -> Option<&'static str> {
        match self {
            Self { locked: false, .. } => Some("the memory of this program is not locked: keys may be swapped out"),
            Self { no_dumps: false, .. } => Some("core dumps of this program are not switched off"),
            Self { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_what_was_refused() {
        let refused = |locked, no_dumps| Granted { no_dumps, locked }.refused();
        assert_eq!(refused(true, true), None);
        assert!(refused(false, true).unwrap().contains("not locked"));
        assert!(refused(true, false).unwrap().contains("core dumps"));
    }
}
