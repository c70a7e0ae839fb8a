//! Runs the bodies of the fuzz targets over their seeds and over everything that once broke them.

#![expect(
    clippy::print_stdout,
    reason = "a skip is printed, and an input is named before it runs"
)]

use std::fs;
use std::path::{Path, PathBuf};

use sealwax::fuzzing::BODIES;

#[test]
fn every_target_holds_its_promise_on_its_seeds_and_regressions() {
    let Some(fuzz) = folder() else { return };
    for (target, body) in BODIES {
        let seeds = inputs(&fuzz.join("seeds").join(target));
        assert!(!seeds.is_empty(), "the target `{target}` has no seed");
        for input in seeds.iter().chain(&inputs(&fuzz.join("regressions").join(target))) {
            println!("{}", input.display());
            body(&fs::read(input).unwrap());
        }
    }
}

#[test]
fn every_target_of_this_crate_has_a_body() {
    let Some(fuzz) = folder() else { return };
    for target in inputs(&fuzz.join("fuzz_targets")) {
        let source = fs::read_to_string(&target).unwrap();
        let name = target.file_stem().unwrap().to_str().unwrap();
        let known = BODIES.iter().any(|(body, _)| *body == name);
        assert_eq!(source.contains("sealwax::fuzzing::"), known, "{name}");
    }
}

/// The folder `fuzz`, which stands beside the crate in the project and not in the published package.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    if !folder.is_dir() {
        println!("skipped: the fuzz inputs are not part of the published package");
        return None;
    }
    Some(folder)
}

fn inputs(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
