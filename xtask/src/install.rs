//! `cargo xtask install`: the C library where a C programmer expects it.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::{Failure, shell};

#[allow(
    dead_code,
    unreachable_pub,
    reason = "the library's own module, of which only one number is needed here"
)]
#[path = "../../ffi/src/abi.rs"]
mod abi;

/// Builds the C library and installs headers, libraries, the pkg-config file and the `CMake` package below `--prefix`.
///
/// `--profile dev` builds faster and is for tests; without it the profile is `release`.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let (prefix, profile) = match words {
        ["--prefix", prefix] => (prefix, "release"),
        ["--prefix", prefix, "--profile", profile] | ["--profile", profile, "--prefix", prefix] => (prefix, *profile),
        _ => return Err("usage: cargo xtask install --prefix DIRECTORY [--profile dev|release]".into()),
    };
    let built = build(root, profile)?;
    let prefix = std::path::absolute(prefix)?;
    install_headers(root, &prefix.join("include"))?;
    install_libraries(&built, &prefix.join("lib"))?;
    install_packages(&prefix)?;
    println!("installed below {}", prefix.display());
    Ok(())
}

/// Builds the library alone, so that no feature of another crate gets into it, and says where it lies.
fn build(root: &Path, profile: &str) -> Result<PathBuf, Failure> {
    shell::cargo(
        root,
        &[
            "build",
            "--quiet",
            "--package",
            "sealwax-ffi",
            "--lib",
            "--profile",
            profile,
        ],
    )?;
    Ok(target(root).join(if profile == "dev" { "debug" } else { profile }))
}

/// Where cargo builds.
pub(crate) fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn install_headers(root: &Path, include: &Path) -> Result<(), Failure> {
    for header in ["sealwax.h", "sealwax.hpp"] {
        install(&root.join("include").join(header), &include.join(header))?;
    }
    Ok(())
}

/// `libsealwax.so.N` is what programs load, `libsealwax.so` what the linker looks for.
fn install_libraries(built: &Path, lib: &Path) -> Result<(), Failure> {
    let soname = format!("libsealwax.so.{}", abi::SEALWAX_ABI);
    install(&built.join("libsealwax_ffi.so"), &lib.join(&soname))?;
    install(&built.join("libsealwax_ffi.a"), &lib.join("libsealwax.a"))?;
    let link = lib.join("libsealwax.so");
    match fs::remove_file(&link) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(symlink(soname, link)?),
    }
}

/// Both packages find the rest of the tree from where they lie, so that it can be moved.
fn install_packages(prefix: &Path) -> Result<(), Failure> {
    let cmake = prefix.join("lib/cmake/sealwax");
    for (path, template) in [
        (
            prefix.join("lib/pkgconfig/sealwax.pc"),
            include_str!("install/sealwax.pc.in"),
        ),
        (
            cmake.join("sealwax-config.cmake"),
            include_str!("install/sealwax-config.cmake.in"),
        ),
        (
            cmake.join("sealwax-config-version.cmake"),
            include_str!("install/sealwax-config-version.cmake.in"),
        ),
    ] {
        create_parent(&path)?;
        let text = template
            .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
            .replace("@ABI@", &abi::SEALWAX_ABI.to_string())
            .replace("@SYSTEM_LIBRARIES@", SYSTEM_LIBRARIES);
        fs::write(path, text)?;
    }
    Ok(())
}

fn install(from: &Path, to: &Path) -> Result<(), Failure> {
    create_parent(to)?;
    fs::copy(from, to).map_err(|error| format!("cannot copy {} to {}: {error}", from.display(), to.display()))?;
    Ok(())
}

fn create_parent(path: &Path) -> Result<(), Failure> {
    Ok(fs::create_dir_all(path.parent().unwrap_or(path))?)
}

/// What a program that links the static library needs besides: `rustc --print native-static-libs` on Linux.
const SYSTEM_LIBRARIES: &str = "-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc";
