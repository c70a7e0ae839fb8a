//! `cargo xtask deps`: the Debian packages that tests and examples use.

use std::path::Path;
use std::process::Command;

use crate::{Failure, shell};

/// Installs what is missing. Nothing else in the project installs packages.
pub(crate) fn run(_: &Path, words: &[&str]) -> Result<(), Failure> {
    let wanted = packages(words)?;
    let missing: Vec<_> = wanted.into_iter().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("deps: installing {}", missing.join(" "));
    shell::run(&mut as_root(&["apt-get", "update", "--quiet"]))?;
    let install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends"];
    shell::run(&mut as_root(&[install.as_slice(), &missing].concat()))
}

fn packages(words: &[&str]) -> Result<Vec<&'static str>, Failure> {
    let mut wanted = BASE.to_vec();
    for word in words {
        match *word {
            "--fips" => wanted.extend(FIPS),
            "--hsm" => wanted.extend(HSM),
            "--mail" => wanted.extend(MAIL),
            _ => {
                return Err(
                    format!("unknown option `{word}`: usage: cargo xtask deps [--fips] [--hsm] [--mail]").into(),
                );
            }
        }
    }
    Ok(wanted)
}

fn is_installed(package: &str) -> bool {
    let status = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output();
    status.is_ok_and(|output| output.status.success() && output.stdout == b"installed")
}

/// The command, through sudo for everybody but root.
fn as_root(words: &[&str]) -> Command {
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let mut command = Command::new(if is_root { "env" } else { "sudo" });
    // With this run level a package that brings a service does not start it: Postfix is wanted as a program only.
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"])
        .args(words);
    command
}

/// A C and C++ compiler, what the tests of the C interface run, and the programs that changed containers are shown to.
const BASE: &[&str] = &[
    "binutils",
    "bzip2",
    "cmake",
    "g++",
    "gcc",
    "libc6-dev",
    "libimage-exiftool-perl",
    "make",
    "openssl",
    "p7zip-full",
    "pkg-config",
    "poppler-utils",
    "qpdf",
    "unzip",
    "valgrind",
    "xz-utils",
    "zstd",
];

/// What builds the FIPS module of AWS-LC.
const FIPS: &[&str] = &["golang-go", "perl"];

/// A token in software.
const HSM: &[&str] = &["opensc", "softhsm2"];

/// A mail server, and what talks to it.
const MAIL: &[&str] = &["libmilter-dev", "postfix", "swaks"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_option_is_named() {
        assert!(
            packages(&["--frobnicate"])
                .unwrap_err()
                .to_string()
                .contains("`--frobnicate`")
        );
    }

    #[test]
    fn an_option_adds_to_the_base() {
        let wanted = packages(&["--mail"]).unwrap();
        assert!(wanted.contains(&"gcc") && wanted.contains(&"postfix") && !wanted.contains(&"softhsm2"));
    }
}
