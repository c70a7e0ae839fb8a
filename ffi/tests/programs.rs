//! C and C++ programs against the library: the examples, and what must hold for every host.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod toolchain;

use std::fs;
use std::path::Path;
use std::process::Command;

use sealwax::crypto::HashKey;
use sealwax::detect::{RosterBuilder, RosterTable};
use toolchain::{Language, Library, project, succeed, valgrind};

const MAIL: &str = "From: nurse@clinic.example\r\nSubject: your results\r\nX-Folded: one\r\n two\r\n\r\n\
    MRN 12345678, diagnosis: diabetes, HbA1c 9.1\r\n";

#[test]
fn the_c_example_decides_seals_and_opens_without_a_leak() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "examples/c/decide.c", &["-std=c99"]) else {
        return;
    };
    check_decision(&library, &program);
}

#[test]
fn the_cpp_example_decides_seals_and_opens_without_a_leak() {
    let library = Library::new();
    let Some(program) = library.compile(Language::Cpp, "examples/cpp/decide.cpp", &["-std=c++17"]) else {
        return;
    };
    check_decision(&library, &program);
}

fn check_decision(library: &Library, program: &Path) {
    let mail = library.path().join("message.eml");
    fs::write(&mail, MAIL).unwrap();
    let arguments = [
        mail.to_str().unwrap(),
        "nurse@clinic.example",
        "ann@example.org",
        "bob@example.org",
    ];
    let output = succeed(Command::new(program).args(arguments));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("ann@example.org: portal ("), "{text}");
    assert!(text.contains("bob@example.org: portal ("), "{text}");
    assert!(text.contains(&format!("sealed {} bytes as ", MAIL.len())), "{text}");
    valgrind(program, &arguments);
}

#[test]
fn the_examples_tell_what_is_wrong_with_their_arguments() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "examples/c/decide.c", &["-std=c11"]) else {
        return;
    };
    let output = Command::new(&program)
        .args(["/nowhere", "a@x.example", "b@x.example"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "/nowhere: cannot be read\n");
}

#[test]
fn the_program_of_the_readme_prints_the_decision() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "examples/c/readme.c", &["-std=c99"]) else {
        return;
    };
    let output = succeed(&mut Command::new(&program));
    assert!(output.stdout.starts_with(b"ann@example.org: portal ("));
    valgrind(&program, &[]);
}

#[test]
fn wrong_arguments_are_refused_without_a_wrong_access() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "ffi/tests/c/arguments.c", &["-std=c11"]) else {
        return;
    };
    succeed(&mut Command::new(&program));
    valgrind(&program, &[]);
}

#[test]
fn wrong_arguments_pass_the_sanitizers_of_the_c_side() {
    let library = Library::new();
    let options = ["-std=c11", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    let Some(program) = library.compile(Language::C, "ffi/tests/c/arguments.c", &options) else {
        return;
    };
    // Valgrind looks for leaks; the leak checker of the sanitizer cannot run where processes may not be traced.
    succeed(Command::new(&program).env("ASAN_OPTIONS", "detect_leaks=0"));
}

#[test]
fn every_key_and_every_stream_of_the_seal_works_from_c() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "ffi/tests/c/sealing.c", &["-std=c99"]) else {
        return;
    };
    succeed(&mut Command::new(&program));
    valgrind(&program, &[]);
}

#[test]
fn keys_live_and_die_and_recipients_change_from_c() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "ffi/tests/c/lifecycle.c", &["-std=c99"]) else {
        return;
    };
    let [certificate, key] = ["rsa.crt", "rsa.key"].map(|name| project("testdata/sealed").join(name));
    let archive = project("testdata/credentials/p256.p12");
    let arguments = [&certificate, &key, &archive].map(|path| path.to_str().unwrap());
    succeed(Command::new(&program).args(arguments));
    valgrind(&program, &arguments);
}

#[test]
fn an_engine_of_a_mapped_bundle_decides_as_that_of_its_policy_from_c() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "ffi/tests/c/bundle.c", &["-std=gnu11"]) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("clinic.bundle");
    succeed(Command::new(&program).arg(&bundle));
    valgrind(&program, &[bundle.to_str().unwrap()]);
}

#[test]
fn redaction_and_rosters_work_from_c() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "ffi/tests/c/redact.c", &["-std=c99"]) else {
        return;
    };
    let key = HashKey::from_bytes(&[7; 32]);
    let mut builder = RosterBuilder::new(&key, [1; 16]);
    let table = "given name,family name,birth date\nZebulon,Quistgaard,1961-03-04\n";
    for (_, person) in RosterTable::read(table, &[]).unwrap().by_ref() {
        builder.add(&person.unwrap());
    }
    let roster = library.path().join("key-and-roster");
    fs::write(&roster, [key.to_text().as_bytes(), b"\n", &builder.finish()].concat()).unwrap();
    let arguments = [roster.to_str().unwrap()];
    succeed(Command::new(&program).args(arguments));
    valgrind(&program, &arguments);
}

#[test]
fn cpp_owners_free_once_with_exceptions_and_without() {
    for options in [["-std=c++17", "-fexceptions"], ["-std=c++20", "-fno-exceptions"]] {
        let library = Library::new();
        let Some(program) = library.compile(Language::Cpp, "ffi/tests/c/owners.cpp", &options) else {
            return;
        };
        succeed(&mut Command::new(&program));
        valgrind(&program, &[]);
    }
}

#[test]
fn threads_share_an_engine_a_sealer_and_an_opener() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "ffi/tests/c/threads.c", &["-std=gnu11"]) else {
        return;
    };
    succeed(&mut Command::new(&program));
}

#[test]
fn both_sides_of_a_fork_go_on() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "ffi/tests/c/fork.c", &["-std=gnu11"]) else {
        return;
    };
    succeed(&mut Command::new(&program));
}

#[test]
fn the_library_is_loaded_let_go_and_loaded_again() {
    let library = Library::new();
    let Some(program) = library.compile(Language::C, "ffi/tests/c/reload.c", &["-std=gnu11"]) else {
        return;
    };
    succeed(Command::new(&program).arg(library.path().join("libsealwax.so")));
}
