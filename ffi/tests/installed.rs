//! The library as it is installed: programs outside the tree find it by pkg-config and by `CMake`.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod toolchain;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use toolchain::{SONAME, project, succeed, tool};

/// The installed tree: that of `SEALWAX_PREFIX`, which continuous integration makes once, else one of our own.
fn prefix() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| std::env::var_os("SEALWAX_PREFIX").map_or_else(install, PathBuf::from))
}

/// Installs for all tests of this process. Another one, of a runner that gives each test its own, waits until it ends.
fn install() -> PathBuf {
    static LOCK: OnceLock<File> = OnceLock::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let lock = LOCK.get_or_init(|| File::create(folder.join("prefix.lock")).unwrap());
    lock.lock().unwrap();
    let prefix = folder.join("prefix");
    let mut install = Command::new(env!("CARGO"));
    install
        .args(["xtask", "install", "--profile", "dev", "--prefix"])
        .arg(&prefix);
    succeed(install.current_dir(project("")));
    prefix
}

/// An empty folder for a program of this name.
fn outside(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the program of the README with the installed library.
fn check(program: &Path) {
    let output = succeed(Command::new(program).env("LD_LIBRARY_PATH", prefix().join("lib")));
    assert!(output.stdout.starts_with(b"ann@example.org: portal ("));
}

#[test]
fn the_tree_holds_what_a_c_programmer_looks_for() {
    for file in [
        "include/sealwax.h",
        "include/sealwax.hpp",
        "lib/libsealwax.a",
        "lib/libsealwax.so",
        &format!("lib/{SONAME}"),
        "lib/pkgconfig/sealwax.pc",
        "lib/cmake/sealwax/sealwax-config.cmake",
        "lib/cmake/sealwax/sealwax-config-version.cmake",
    ] {
        assert!(prefix().join(file).exists(), "{file}");
    }
    assert_eq!(
        fs::read_link(prefix().join("lib/libsealwax.so")).unwrap(),
        Path::new(SONAME)
    );
}

#[test]
fn the_line_of_the_readme_compiles_and_runs() {
    let (Some(_), Some(_)) = (tool("cc"), tool("pkg-config")) else {
        return;
    };
    let folder = outside("by-pkg-config");
    fs::copy(project("examples/c/readme.c"), folder.join("readme.c")).unwrap();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "cc readme.c $(pkg-config --cflags --libs sealwax)"])
        .current_dir(&folder);
    succeed(shell.env("PKG_CONFIG_PATH", prefix().join("lib/pkgconfig")));
    check(&folder.join("a.out"));
}

#[test]
fn a_static_program_needs_the_library_no_more() {
    let (Some(mut cc), Some(mut pkg_config)) = (tool("cc"), tool("pkg-config")) else {
        return;
    };
    let folder = outside("static");
    let asked = pkg_config
        .args(["--static", "--libs", "sealwax"])
        .env("PKG_CONFIG_PATH", prefix().join("lib/pkgconfig"));
    let libraries = String::from_utf8(succeed(asked).stdout).unwrap();
    cc.arg(project("examples/c/readme.c"))
        .arg("-I")
        .arg(prefix().join("include"))
        .arg("-o")
        .arg(folder.join("readme"));
    cc.arg("-Wl,-Bstatic").args(
        libraries
            .split_whitespace()
            .filter(|word| word.ends_with("sealwax") || word.starts_with("-L")),
    );
    cc.arg("-Wl,-Bdynamic")
        .args(libraries.split_whitespace().filter(|word| !word.ends_with("sealwax")));
    succeed(&mut cc);
    let output = succeed(&mut Command::new(folder.join("readme")));
    assert!(output.stdout.starts_with(b"ann@example.org: portal ("));
}

#[test]
fn a_cmake_project_links_both_forms() {
    let (Some(_), Some(mut configure), Some(mut build)) = (tool("cc"), tool("cmake"), tool("cmake")) else {
        return;
    };
    let folder = outside("by-cmake");
    fs::copy(project("examples/c/readme.c"), folder.join("readme.c")).unwrap();
    fs::write(folder.join("CMakeLists.txt"), CMAKE_LISTS).unwrap();
    configure
        .args(["-S", ".", "-B", "build"])
        .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()));
    succeed(configure.current_dir(&folder));
    succeed(build.args(["--build", "build"]).current_dir(&folder));
    check(&folder.join("build/shared"));
    check(&folder.join("build/static"));
}

const CMAKE_LISTS: &str = "\
cmake_minimum_required(VERSION 3.13)
project(outside C)
find_package(sealwax 0.1 REQUIRED)
add_executable(shared readme.c)
target_link_libraries(shared PRIVATE sealwax::sealwax)
add_executable(static readme.c)
target_link_libraries(static PRIVATE sealwax::static)
";

#[test]
fn the_package_refuses_another_minor_version_before_1_0() {
    let Some(mut cmake) = tool("cmake") else { return };
    let folder = outside("wrong-version");
    fs::write(
        folder.join("CMakeLists.txt"),
        CMAKE_LISTS.replace("sealwax 0.1", "sealwax 0.2"),
    )
    .unwrap();
    cmake
        .args(["-S", ".", "-B", "build"])
        .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()));
    assert!(!cmake.current_dir(&folder).output().unwrap().status.success());
}
