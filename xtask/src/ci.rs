//! `cargo xtask ci`: every check that a change must pass, on a fresh machine too.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::{Failure, abi, deny, deps, detectors, header, lexicon, readme, shell, suites};

/// Installs what the checks need and runs them one after the other; the first that fails ends the run.
///
/// `cargo xtask ci STEP...` runs only the steps that are named.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let unknown = words.iter().find(|word| !STEPS.iter().any(|step| step.name == **word));
    if let Some(word) = unknown {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!("there is no step `{word}`: the steps are {}", names.join(", ")).into());
    }
    let begin = Instant::now();
    for step in STEPS
        .iter()
        .filter(|step| words.is_empty() || words.contains(&step.name))
    {
        println!("\n==> {}: {}", step.name, step.purpose);
        let started = Instant::now();
        (step.run)(root)?;
        println!("==> {} passed in {} s", step.name, started.elapsed().as_secs());
    }
    println!("\nEvery step passed in {} s.", begin.elapsed().as_secs());
    Ok(())
}

struct Step {
    name: &'static str,
    purpose: &'static str,
    run: fn(&Path) -> Result<(), Failure>,
}

/// Cheap checks first, so that a slip is seen at once; Python before Rust, whose tests use its environment.
const STEPS: &[Step] = &[
    Step {
        name: "deps",
        purpose: "the Debian packages that the tests use",
        run: |root| deps::run(root, &["--hsm", "--mail"]),
    },
    Step {
        name: "format",
        purpose: "rustfmt",
        run: |root| shell::cargo(root, &["fmt", "--all", "--check"]),
    },
    Step {
        name: "lint",
        purpose: "clippy, without a warning",
        run: lint,
    },
    Step {
        name: "deny",
        purpose: "licences, bans, sources, advisories",
        run: |root| deny::run(root, &[]),
    },
    Step {
        name: "generated",
        purpose: "what is generated and checked in is current",
        run: generated,
    },
    Step {
        name: "python",
        purpose: "the Python package: tests, types, stubs",
        run: python,
    },
    Step {
        name: "test",
        purpose: "the Rust, command-line, C and C++ tests",
        run: test,
    },
    Step {
        name: "features",
        purpose: "each set of features builds",
        run: features,
    },
    Step {
        name: "docs",
        purpose: "the documentation, without a warning",
        run: docs,
    },
    Step {
        name: "package",
        purpose: "the crate packs and builds from its package",
        run: package,
    },
    Step {
        name: "readme",
        purpose: "what the README shows is so",
        run: |root| readme::run(root, &[]),
    },
];

fn lint(root: &Path) -> Result<(), Failure> {
    shell::cargo(
        root,
        &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
    )
}

fn generated(root: &Path) -> Result<(), Failure> {
    header::run(root, &["--check"])?;
    abi::run(root, &["--check"])?;
    suites::run(root, &["--check"])?;
    detectors::run(root, &["--check"])?;
    lexicon::run(root, &["--check"])
}

/// Runs the package's own script, which makes the environment that the Rust tests use as well.
fn python(root: &Path) -> Result<(), Failure> {
    shell::run(&mut Command::new(root.join("python/check")))
}

fn test(root: &Path) -> Result<(), Failure> {
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new(shell::cargo_program());
        command.args(arguments).current_dir(root);
        command.env("SEALWAX_PYTHON", root.join(PYTHON));
        shell::run(&mut command)
    };
    cargo(&["test", "--workspace", "--exclude", "sealwax-python"])
}

fn features(root: &Path) -> Result<(), Failure> {
    for features in ["", "aws-lc", "pure-rust", "pure-rust,serde", "ring"] {
        shell::cargo(
            root,
            &[
                "check",
                "-p",
                "sealwax",
                "--no-default-features",
                "--features",
                features,
            ],
        )?;
    }
    Ok(())
}

fn docs(root: &Path) -> Result<(), Failure> {
    let mut command = Command::new(shell::cargo_program());
    command
        .args(["doc", "--workspace", "--no-deps", "--exclude", "sealwax-python"])
        .current_dir(root);
    shell::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn package(root: &Path) -> Result<(), Failure> {
    shell::cargo(root, &["package", "-p", "sealwax", "--allow-dirty", "--quiet"])
}

/// The interpreter of the Python package's own environment, below the root.
pub(crate) const PYTHON: &str = "target/python-venv/bin/python";
