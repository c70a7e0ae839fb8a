//! Keeps the keys of this process out of swap and core dumps, as far as the system grants it.

use clap::Args;
use sealwax::memory::Protection;

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
        match refused(Protection::ask()).filter(|_| self.require_locked_memory) {
            Some(what) => Err(Failure::new(what).next_step("run it with `ulimit -l unlimited`, on Linux")),
            None => Ok(()),
        }
    }
}

/// What the system did not grant, if anything.
fn refused(granted: Protection) -> Option<&'static str> {
    match granted {
        Protection { locked: false, .. } => Some("the memory of this program is not locked: keys may be swapped out"),
        Protection { no_dumps: false, .. } => Some("core dumps of this program are not switched off"),
        Protection { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_what_was_refused() {
        let refused = |locked, no_dumps| refused(Protection { locked, no_dumps });
        assert_eq!(refused(true, true), None);
        assert!(refused(false, true).unwrap().contains("not locked"));
        assert!(refused(true, false).unwrap().contains("core dumps"));
    }
}
