//! That the faces share one build of the engine: what `one-build/` is for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::shell;

/// The features that each package is built with; a build for the host and one for the target may differ.
type Features = BTreeMap<String, BTreeSet<String>>;

#[test]
fn the_faces_share_one_build() {
    let engine = tree(&["sealwax", "--no-default-features", "--features", FEATURES]);
    let below_the_engine = |face: &str| {
        let mut features = tree(&[face]);
        features.retain(|package, _| engine.contains_key(package));
        features
    };
    let command_line = below_the_engine("sealwax-cli");
    assert!(command_line.keys().any(|package| package.starts_with("syn v")));
    for face in ["sealwax-ffi", "sealwax-python", "xtask"] {
        let mut other = below_the_engine(face);
        if face == "xtask" {
            other.retain(|package, _| !package.starts_with(OF_CBINDGEN));
        }
        for (package, features) in other {
            let expected = command_line.get(&package);
            assert_eq!(
                Some(&features),
                expected,
                "{package} of {face} is another one than that of the command line: align them in one-build/Cargo.toml"
            );
        }
    }
}

/// What `cargo tree` says of a package, which is the first of the words.
fn tree(words: &[&str]) -> Features {
    let mut cargo = Command::new(shell::cargo_program());
    cargo.args(["tree", "--edges", "normal,build", "--prefix", "none", "--no-dedupe"]);
    cargo.args(["--format", "{p}\t{f}", "--package"]).args(words);
    let output = cargo
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut features = Features::new();
    for line in str::from_utf8(&output.stdout).unwrap().lines() {
        let (package, of_package) = line.split_once('\t').unwrap();
        features
            .entry(package.to_owned())
            .or_default()
            .insert(of_package.to_owned());
    }
    features
}

/// What each face asks the engine for.
const FEATURES: &str = "aws-lc,extract,hpke,memory,passphrase,ring,serde";

/// The generator of the C header builds one more of this, for itself alone.
const OF_CBINDGEN: &str = "syn v2.";
