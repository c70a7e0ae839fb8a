//! `cargo xtask deny`: what may be in the dependency tree.

use std::path::Path;
use std::process::Command;

use crate::{Failure, shell, tool};

/// Checks the dependency tree against `deny.toml`.
///
/// The advisory database is fetched from its own host; where that cannot be reached, it is said and the rest counts.
pub(crate) fn run(root: &Path, _: &[&str]) -> Result<(), Failure> {
    let program = tool::CARGO_DENY.install(root)?;
    let check = |what: &[&str]| {
        let quiet = ["--log-level", "error", "check", "--hide-inclusion-graph"];
        shell::run(Command::new(&program).args(quiet).args(what).current_dir(root))
    };
    check(&["bans", "licenses", "sources"])?;
    if let Err(failure) = check(&["advisories"]) {
        if can_fetch_advisories(&program, root) {
            return Err(failure);
        }
        println!("deny: the advisory database cannot be reached from here, so advisories are not checked");
    }
    Ok(())
}

/// Whether the advisory database can be had, so that a failed check is a finding and not a missing network.
fn can_fetch_advisories(program: &Path, root: &Path) -> bool {
    let fetch = Command::new(program)
        .args(["--log-level", "off", "fetch", "db"])
        .current_dir(root)
        .output();
    fetch.is_ok_and(|output| output.status.success())
}
