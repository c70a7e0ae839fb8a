//! Keeps keys out of swap and core dumps.

use sealwax::memory::Protection;

use crate::error::sealwax_error;
use crate::guard::call;
use crate::out::out;
use crate::status::sealwax_status;

/// A flag of `sealwax_memory_protect`: all memory of the process, now and later, is locked against swapping.
pub const SEALWAX_MEMORY_LOCKED: u32 = 1;
/// A flag of `sealwax_memory_protect`: no core dump is written, and no process of the same user may read the memory.
pub const SEALWAX_MEMORY_NO_DUMPS: u32 = 2;

/// Asks the system to keep the memory of the whole process, and with it every key, out of swap and core dumps, and tells what
/// it granted: `*granted` is `SEALWAX_MEMORY_` flags or'ed together, or 0.
///
/// It is the one function that changes the process; a host that does this itself does not call it. On Linux, memory is
/// locked only where the process may lock without limit (`ulimit -l unlimited`), since under a limit later allocations
/// would fail; other systems grant nothing. Asked twice, it tells the same. A refusal is no failure: a host that needs
/// protection looks at `*granted`.
///
/// Returns `SEALWAX_OK`; `SEALWAX_NULL` when `granted` is NULL. Any thread may call it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_memory_protect(granted: *mut u32, error: *mut *mut sealwax_error) -> sealwax_status {
    call!(error, {
        let granted = out!(granted);
        granted.set(flags(Protection::ask()));
        Ok(())
    })
}

fn flags(granted: Protection) -> u32 {
    let flag = |holds, flag| if holds { flag } else { 0 };
    flag(granted.locked, SEALWAX_MEMORY_LOCKED) | flag(granted.no_dumps, SEALWAX_MEMORY_NO_DUMPS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_grant_is_a_flag_of_its_own() {
        let flags = |locked, no_dumps| flags(Protection { locked, no_dumps });
        assert_eq!(
            [
                flags(false, false),
                flags(true, false),
                flags(false, true),
                flags(true, true)
            ],
            [0, 1, 2, 3]
        );
    }
}
