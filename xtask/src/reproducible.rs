//! `cargo xtask reproducible`: builds the C library twice, in two folders, and compares every byte.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sealwax::crypto::{hex, sha256};

use crate::{Failure, install, shell};

/// Builds `libsealwax` from the last commit in two folders of different names and lengths, and leaves it, with its hash, in
/// `target/reproducible`; fails when the two differ.
///
/// With `--profile dev` it is quicker and proves only that no path and no time gets in.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let profile = match words {
        [] => "release",
        ["--profile", profile @ ("dev" | "release")] => profile,
        _ => return Err("usage: cargo xtask reproducible [--profile dev|release]".into()),
    };
    let folder = install::target(root).join("reproducible");
    let [first, second] = ["one", "another-of-a-longer-name"].map(|name| folder.join(name));
    let built = [build(root, &first, profile)?, build(root, &second, profile)?];
    for name in LIBRARIES {
        let [one, other] = [fs::read(built[0].join(name))?, fs::read(built[1].join(name))?];
        if let Some(place) = difference(&one, &other) {
            return Err(
                format!("{name} is not the same from two folders: the first difference is at byte {place}").into(),
            );
        }
        let line = format!("{}  {name}", hex(&sha256(&[&one])));
        fs::write(folder.join(name), one)?;
        fs::write(folder.join(format!("{name}.sha256")), format!("{line}\n"))?;
        println!("reproducible: {line}");
    }
    for copy in [first, second] {
        fs::remove_dir_all(copy)?;
    }
    Ok(())
}

/// Builds the library in a fresh copy of the last commit and says where it lies.
fn build(root: &Path, copy: &Path, profile: &str) -> Result<PathBuf, Failure> {
    if copy.exists() {
        fs::remove_dir_all(copy)?;
    }
    fs::create_dir_all(copy)?;
    let archive = copy.join("source.tar");
    let mut git = Command::new("git");
    git.args(["archive", "--output"])
        .arg(&archive)
        .arg("HEAD")
        .current_dir(root);
    shell::run(&mut git)?;
    shell::run(Command::new("tar").arg("xf").arg(&archive).current_dir(copy))?;
    let target = copy.join("target");
    let mut cargo = Command::new(shell::cargo_program());
    cargo
        .args([
            "build",
            "--quiet",
            "--locked",
            "--package",
            "sealwax-ffi",
            "--lib",
            "--profile",
            profile,
        ])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_INCREMENTAL", "0")
        .env("SOURCE_DATE_EPOCH", "0")
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", rust_flags(copy)?)
        .env("CFLAGS", c_flags(copy)?);
    shell::run(&mut cargo)?;
    Ok(target.join(if profile == "dev" { "debug" } else { profile }))
}

/// What puts one name in the place of a folder that is another on every machine: for the compiler of Rust, and for that of C.
fn rust_flags(copy: &Path) -> Result<String, Failure> {
    let flags = names(copy)?.map(|(folder, name)| format!("--remap-path-prefix={folder}={name}"));
    Ok(flags.join("\x1f"))
}

fn c_flags(copy: &Path) -> Result<String, Failure> {
    let flags = names(copy)?.map(|(folder, name)| format!("-ffile-prefix-map={folder}={name}"));
    Ok(flags.join(" "))
}

fn names(copy: &Path) -> Result<[(String, &'static str); 2], Failure> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let home = home.ok_or("there is no home of cargo")?;
    Ok([(text(copy)?, "/sealwax"), (text(&home)?, "/cargo")])
}

/// A path as a flag can have it.
fn text(path: &Path) -> Result<String, Failure> {
    let text = path.to_string_lossy().into_owned();
    if text.contains([' ', '=']) {
        return Err(format!("a folder with a blank or `=` in its name cannot be replaced: `{text}`").into());
    }
    Ok(text)
}

/// Where two files differ first.
fn difference(one: &[u8], other: &[u8]) -> Option<usize> {
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    (one.len() != other.len() || same < one.len()).then_some(same)
}

/// What is shipped: the one that programs load, and the one that they are linked with.
const LIBRARIES: [&str; 2] = ["libsealwax_ffi.so", "libsealwax_ffi.a"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_found() {
        assert_eq!(difference(b"abc", b"abc"), None);
        assert_eq!(difference(b"abc", b"axc"), Some(1));
        assert_eq!(difference(b"abc", b"ab"), Some(2));
    }

    #[test]
    fn a_folder_is_replaced_for_both_compilers() {
        let (rust, c) = (
            rust_flags(Path::new("/a/b")).unwrap(),
            c_flags(Path::new("/a/b")).unwrap(),
        );
        assert!(
            rust.starts_with("--remap-path-prefix=/a/b=/sealwax\u{1f}--remap-path-prefix=/"),
            "{rust}"
        );
        assert!(
            c.starts_with("-ffile-prefix-map=/a/b=/sealwax -ffile-prefix-map=/"),
            "{c}"
        );
        assert!(rust_flags(Path::new("/a b")).is_err());
    }
}
