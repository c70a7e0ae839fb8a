//! The steps of `cargo xtask ci`.

use std::path::Path;
use std::process::Command;

use crate::{
    Failure, abi, composition, deny, deps, detectors, header, install, lexicon, plan, readme, shell, suites, tool,
    unsafe_code,
};

pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) purpose: &'static str,
    pub(super) run: fn(&Path) -> Result<(), Failure>,
}

/// Cheap checks first, so that a slip is seen at once; Python before Rust, whose tests use its environment.
pub(super) const STEPS: &[Step] = &[
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
        purpose: "licences, bans, sources, audits, advisories",
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
        run: |root| readme::run(root, &["--profile", "dev"]),
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
    composition::run(root, &["--check"])?;
    detectors::run(root, &["--check"])?;
    lexicon::run(root, &["--check"])?;
    plan::run(root, &["--check"])?;
    unsafe_code::run(root, &["--check"])
}

/// Runs the package's own script, which makes the environment that the Rust tests use as well.
fn python(root: &Path) -> Result<(), Failure> {
    shell::run(&mut Command::new(root.join("python/check")))
}

/// Every test by nextest, which runs those of all crates side by side, and those of the documentation by cargo.
fn test(root: &Path) -> Result<(), Failure> {
    let prefix = install::target(root).join("prefix");
    install::run(root, &["--prefix", &prefix.to_string_lossy(), "--profile", "dev"])?;
    let with_artifacts = |command: &mut Command| {
        command
            .env("SEALWAX_PREFIX", &prefix)
            .env("SEALWAX_PYTHON", root.join(PYTHON));
        shell::run(command.current_dir(root))
    };
    let mut nextest = Command::new(tool::CARGO_NEXTEST.install(root)?);
    with_artifacts(nextest.args(["nextest", "run", "--workspace", "--no-fail-fast"]))?;
    with_artifacts(Command::new(shell::cargo_program()).args(["test", "--workspace", "--doc"]))
}

fn features(root: &Path) -> Result<(), Failure> {
    for features in ["", "aws-lc", "pure-rust", "pure-rust,serde", "ring"] {
        // Beside `one-build`, so that no macro is built another time.
        let packages = ["check", "-p", "sealwax", "-p", "sealwax-one-build"];
        shell::cargo(
            root,
            &[&packages[..], &["--no-default-features", "--features", features]].concat(),
        )?;
    }
    for features in ["", "aws", "azure", "gcp", "vault"] {
        let packages = [
            "check",
            "-p",
            "sealwax-kms",
            "-p",
            "sealwax-one-build",
            "--no-default-features",
            "--features",
        ];
        shell::cargo(root, &[&packages[..], &[features]].concat())?;
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
    let mut cargo = Command::new(shell::cargo_program());
    cargo
        .args(["package", "-p", "sealwax", "--allow-dirty", "--quiet"])
        .current_dir(root);
    // Nobody debugs what is built here, and the package does not hold the workspace's profile.
    shell::run(cargo.env("CARGO_PROFILE_DEV_DEBUG", "0"))
}

/// The interpreter of the Python package's own environment, below the root.
pub(crate) const PYTHON: &str = "target/python-venv/bin/python";
