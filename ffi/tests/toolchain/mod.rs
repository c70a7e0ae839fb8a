//! Compiles C and C++ against the library that this test run built, and runs the programs.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

#[path = "../../../core/tests/common/mod.rs"]
pub(crate) mod common;

/// A compiler.
#[derive(Clone, Copy)]
pub(crate) enum Language {
    C,
    Cpp,
}

impl Language {
    fn program(self) -> &'static str {
        match self {
            Self::C => "cc",
            Self::Cpp => "c++",
        }
    }

    /// The compiler, or `None` after a printed line where there is none.
    pub(crate) fn compiler(self) -> Option<Command> {
        tool(self.program())
    }
}

/// A program of the system, or `None` after a printed line where there is none.
pub(crate) fn tool(name: &str) -> Option<Command> {
    let started = Command::new(name).arg("--version").output();
    let found = started.is_ok_and(|output| output.status.success());
    common::need(&format!("`{name}`"), found.then(|| Command::new(name)))
}

/// A folder with the library under the names that the linker and the loader look for.
pub(crate) struct Library(TempDir);

impl Library {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["libsealwax.so", SONAME] {
            symlink(built("libsealwax_ffi.so"), folder.path().join(name)).unwrap();
        }
        symlink(built("libsealwax_ffi.a"), folder.path().join("libsealwax.a")).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Compiles `source` with every warning an error, and gives the program's path.
    pub(crate) fn compile(&self, language: Language, source: &str, options: &[&str]) -> Option<PathBuf> {
        let source = project(source);
        let program = self.path().join(source.file_stem().unwrap());
        let mut compiler = language.compiler()?;
        compiler.args(WARNINGS).args(options).arg("-g").arg(&source);
        compiler
            .arg("-I")
            .arg(project("include"))
            .arg("-I")
            .arg(project("ffi/tests/c"));
        compiler
            .arg("-L")
            .arg(self.path())
            .args(["-lsealwax", "-pthread", "-ldl"]);
        compiler
            .arg(format!("-Wl,-rpath,{}", self.path().display()))
            .arg("-o")
            .arg(&program);
        succeed(&mut compiler);
        Some(program)
    }
}

/// The command's output; fails with all of it when the command fails.
pub(crate) fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Runs `program` under valgrind, which fails it for a leak or a wrong access.
pub(crate) fn valgrind(program: &Path, arguments: &[&str]) -> Option<Output> {
    let mut valgrind = tool("valgrind")?;
    valgrind.args([
        "--quiet",
        "--leak-check=full",
        "--show-leak-kinds=all",
        "--errors-for-leak-kinds=definite,indirect",
    ]);
    Some(succeed(valgrind.arg("--error-exitcode=9").arg(program).args(arguments)))
}

/// A path of the project.
pub(crate) fn project(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(path)
}

/// A file that cargo built beside this test.
pub(crate) fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().unwrap().join(name);
    assert!(path.exists(), "{} is missing", path.display());
    path
}

pub(crate) const SONAME: &str = "libsealwax.so.1";
const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Werror", "-pedantic"];
