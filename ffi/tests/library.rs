//! What the shared library shows to the loader.

mod toolchain;

use std::collections::BTreeSet;
use std::fs;

use sealwax_ffi::abi::SEALWAX_ABI;
use toolchain::{SONAME, built, project, succeed, tool};

#[test]
fn the_soname_holds_the_number_of_the_abi_and_the_library_stays_loaded() {
    let Some(mut readelf) = tool("readelf") else { return };
    let output = succeed(readelf.arg("--dynamic").arg(built("libsealwax_ffi.so")));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(SONAME, format!("libsealwax.so.{SEALWAX_ABI}"));
    assert!(text.contains(&format!("[{SONAME}]")), "{text}");
    assert!(text.contains("NODELETE"), "{text}");
}

#[test]
fn the_exported_symbols_are_those_that_are_checked_in_and_in_the_manual() {
    let Some(mut nm) = tool("nm") else { return };
    let output = succeed(
        nm.args(["--dynamic", "--defined-only", "--format=just-symbols"])
            .arg(built("libsealwax_ffi.so")),
    );
    let exported: BTreeSet<_> = str::from_utf8(&output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    let checked_in = fs::read_to_string(project("ffi/symbols.txt")).unwrap();
    assert_eq!(
        exported,
        checked_in.lines().map(str::to_owned).collect(),
        "run `cargo xtask abi`"
    );
    let header = fs::read_to_string(project("include/sealwax.h")).unwrap();
    for symbol in &exported {
        assert!(symbol.starts_with("sealwax_"), "{symbol} has not our prefix");
        assert!(header.contains(&format!("{symbol}(")), "{symbol} is not in the manual");
    }
}

#[test]
fn every_function_of_the_manual_says_since_when_it_is() {
    let header = fs::read_to_string(project("include/sealwax.h")).unwrap();
    let functions = fs::read_to_string(project("ffi/symbols.txt")).unwrap();
    let lines: Vec<_> = header.lines().collect();
    for function in functions.lines() {
        let call = format!("{function}(");
        let declared = lines
            .iter()
            .position(|line| !line.starts_with("///") && !line.starts_with(" *") && line.contains(&call));
        let above = lines[..declared.unwrap()].iter().rev();
        let comment: Vec<_> = above.take_while(|line| line.starts_with("///")).collect();
        assert!(
            comment.iter().any(|line| line.contains("Since 0.1")),
            "{function}: {comment:?}"
        );
    }
}
