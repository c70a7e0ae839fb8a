//! `cargo xtask deny`: what may be in the dependency tree.

use std::path::Path;
use std::process::Command;

use crate::{Failure, shell, tool};

/// Checks the dependency tree against `deny.toml`, and that each dependency was audited or exempted (`supply-chain/`).
///
/// The advisory database is fetched from its own host; where that cannot be reached, it is said and the rest counts. With
/// `--advisories`, which a release needs, it fails then.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let needs_advisories = match words {
        [] => false,
        ["--advisories"] => true,
        _ => return Err("usage: cargo xtask deny [--advisories]".into()),
    };
    let program = tool::CARGO_DENY.install(root)?;
    let check = |what: &[&str]| {
        let quiet = ["--log-level", "error", "check", "--hide-inclusion-graph"];
        shell::run(Command::new(&program).args(quiet).args(what).current_dir(root))
    };
    check(&["bans", "licenses", "sources"])?;
    vet(root)?;
    if let Err(failure) = check(&["advisories"]) {
        if needs_advisories || can_fetch_advisories(&program, root) {
            return Err(failure);
        }
        println!("{SKIPPED}");
    }
    Ok(())
}

/// Whether every dependency is one that somebody certified or exempted.
fn vet(root: &Path) -> Result<(), Failure> {
    let mut vet = Command::new(tool::CARGO_VET.install(root)?);
    // It is told by cargo which cargo it is called by, and is not called by one here.
    vet.env("CARGO", shell::cargo_program());
    let checked = shell::run(vet.args(["vet", "--locked"]).current_dir(root));
    checked.map_err(|failure| {
        let step = "read the dependency, then `cargo vet certify` or `cargo vet add-exemption NAME VERSION`";
        format!("{failure}: {step}").into()
    })
}

/// Whether the advisory database can be had, so that a failed check is a finding and not a missing network.
fn can_fetch_advisories(program: &Path, root: &Path) -> bool {
    let fetch = Command::new(program)
        .args(["--log-level", "off", "fetch", "db"])
        .current_dir(root)
        .output();
    fetch.is_ok_and(|output| output.status.success())
}

const SKIPPED: &str = "
deny: ADVISORIES WERE NOT CHECKED: the database cannot be reached from here, and there is no copy.
deny: `cargo xtask deny --advisories` fails instead; run it where the network allows, before a release at the latest.
";
