//! What this process holds in memory, as far as the system tells.

/// Bytes that are resident, on Linux.
pub(crate) fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    resident_in(&status)
}

/// The field `VmRSS` of `proc_pid_status(5)`, which counts in KiB.
fn resident_in(status: &str) -> Option<u64> {
    let field = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = field.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_read_in_bytes() {
        assert_eq!(resident_in("VmHWM:\t  9 kB\nVmRSS:\t  12 kB\n"), Some(12 << 10));
        assert_eq!(resident_in("VmHWM:\t  9 kB\n"), None);
    }
}
