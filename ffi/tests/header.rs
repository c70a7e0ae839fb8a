//! The headers compile as every version of the languages, included twice, without a warning.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod toolchain;

use std::fs;
use std::path::Path;
use std::process::Command;

use toolchain::{Language, common::need, project, succeed};

#[test]
fn the_c_header_compiles_as_every_c_and_cpp() {
    compile_twice(Language::C, "sealwax.h", &["c99", "c11", "c17", "c2x"], &[]);
    compile_twice(
        Language::Cpp,
        "sealwax.h",
        &["c++11", "c++14", "c++17", "c++20", "c++23"],
        &[],
    );
}

#[test]
fn the_cpp_header_compiles_from_cpp17_with_exceptions_and_without() {
    for options in [[].as_slice(), &["-fno-exceptions"], &["-DSEALWAX_NO_EXCEPTIONS"]] {
        compile_twice(Language::Cpp, "sealwax.hpp", &["c++17", "c++20", "c++23"], options);
    }
}

/// Compiles a file that includes `header` twice and holds nothing else.
fn compile_twice(language: Language, header: &str, standards: &[&str], options: &[&str]) {
    let Some(compiler) = language.compiler() else { return };
    let folder = tempfile::tempdir().unwrap();
    let name = if matches!(language, Language::C) { "c" } else { "c++" };
    let source = folder.path().join("twice");
    fs::write(&source, format!("#include <{header}>\n#include <{header}>\n")).unwrap();
    for standard in standards {
        let standard = format!("-std={standard}");
        let run = |words: &[&str], file: &Path| {
            let mut run = Command::new(compiler.get_program());
            run.args(words)
                .args(["-x", name, &standard])
                .arg("-I")
                .arg(project("include"))
                .arg(file);
            run
        };
        let known = run(&["-E"], Path::new("/dev/null")).output().unwrap().status.success();
        if need(&format!("a compiler for {standard}"), known.then_some(())).is_some() {
            let strict = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-pedantic"];
            succeed(run(&strict, &source).args(options));
        }
    }
}
