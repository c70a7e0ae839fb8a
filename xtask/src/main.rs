//! Every command of the project's own: `cargo xtask COMMAND`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command line")]

mod abi;
mod bench;
mod ci;
mod composition;
mod corpora;
mod corpus;
mod deny;
mod deps;
mod detectors;
mod dos;
mod fips;
mod fuzz;
mod header;
mod install;
mod lexicon;
#[cfg(test)]
mod one_build;
mod plan;
mod quality;
mod readme;
mod reproducible;
mod same;
mod sbom;
mod shell;
mod suites;
mod tool;
mod unsafe_code;
mod vectors;

use std::path::Path;
use std::process::ExitCode;

/// Why a command failed, in words.
type Failure = Box<dyn std::error::Error>;

/// A command: its name, what comes behind it, what it is for, and what carries it out.
///
/// Each lives in a module of its own; `run` gets the root of the project and the words behind the name.
struct Command {
    name: &'static str,
    arguments: &'static str,
    purpose: &'static str,
    run: fn(&Path, &[&str]) -> Result<(), Failure>,
}

/// In the order of the alphabet.
const COMMANDS: &[Command] = &[
    Command {
        name: "abi",
        arguments: "[--check]",
        purpose: "write ffi/symbols.txt, the symbols that the C library exports, or check that it is up to date",
        run: abi::run,
    },
    Command {
        name: "bench",
        arguments: "[--check | --mail | --peers | --policies] [--write]",
        purpose: "run the benches, or sealing or policies beside other libraries; print a table, which --write puts into docs/PERFORMANCE.md; or compare the instructions of a scan with those on record",
        run: bench::run,
    },
    Command {
        name: "ci",
        arguments: "[--fresh | --write] [STEP...]",
        purpose: "install what the checks need and run every check that a change must pass, or the steps named; --help lists them",
        run: ci::run,
    },
    Command {
        name: "composition",
        arguments: "[--check]",
        purpose: "write docs/COMPOSITION.md, the rules by which findings come to PHI, or only say whether it is current",
        run: composition::run,
    },
    Command {
        name: "corpora",
        arguments: "",
        purpose: "fetch and make the texts that scanning is measured on",
        run: corpora::run,
    },
    Command {
        name: "corpus",
        arguments: "FOLDER",
        purpose: "unpack the shared corpus into one folder a case, for programs that read no TOML",
        run: corpus::run,
    },
    Command {
        name: "deny",
        arguments: "[--advisories]",
        purpose: "check licences, bans, sources and audits of every dependency, and advisories where they can be had; with --advisories it fails where they cannot",
        run: deny::run,
    },
    Command {
        name: "deps",
        arguments: "[--fips] [--hsm] [--mail]",
        purpose: "install the Debian packages that tests and examples use",
        run: deps::run,
    },
    Command {
        name: "detectors",
        arguments: "[--check]",
        purpose: "write docs/DETECTORS.md, the catalogue as a table, or only say whether it is current",
        run: detectors::run,
    },
    Command {
        name: "dos",
        arguments: "",
        purpose: "read messages that are made to be expensive, and print the time and memory of each",
        run: dos::run,
    },
    Command {
        name: "fips",
        arguments: "",
        purpose: "build the FIPS module of AWS-LC, which takes cmake, Go and minutes, and test its provider",
        run: fips::run,
    },
    Command {
        name: "fuzz",
        arguments: "[TARGET | --all] [--seconds N] [--no-sanitizer] [--write]",
        purpose: "run one fuzz target, or each, for a minute or N seconds, up to a finding; with --all a night through, whatever is found; --write puts the counts into fuzz/README.md",
        run: fuzz::run,
    },
    Command {
        name: "header",
        arguments: "[--check]",
        purpose: "write include/sealwax.h from the comments of ffi/src, or check that it is up to date",
        run: header::run,
    },
    Command {
        name: "install",
        arguments: "--prefix DIRECTORY [--profile dev|release]",
        purpose: "build the C library; install it with headers, a pkg-config file and a CMake package",
        run: install::run,
    },
    Command {
        name: "lexicon",
        arguments: "[--check]",
        purpose: "pack the word lists of the dictionary, or only say whether the pack is current",
        run: lexicon::run,
    },
    Command {
        name: "plan",
        arguments: "[--check]",
        purpose: "compile the catalogue of detectors into the file that the library begins with, or check that it is current",
        run: plan::run,
    },
    Command {
        name: "quality",
        arguments: "DIR [--ham DIR] [--record] [--tables] [--verbose]",
        purpose: "score detection, classification and each rule on a folder of labelled messages",
        run: quality::run,
    },
    Command {
        name: "readme",
        arguments: "[--profile dev|release]",
        purpose: "run the commands and programs that the README shows, and compare what they print",
        run: readme::run,
    },
    Command {
        name: "reproducible",
        arguments: "[--profile dev|release]",
        purpose: "build the C library twice, in two folders, and fail when a byte differs; leaves it with its hash in target/reproducible",
        run: reproducible::run,
    },
    Command {
        name: "same",
        arguments: "OLD NEW INPUT...",
        purpose: "scan the inputs with two builds of the command line, and say whether every finding is the same, and how fast each was",
        run: same::run,
    },
    Command {
        name: "sbom",
        arguments: "[FOLDER]",
        purpose: "write what is in the crate, the C library, the wheel and the command line, as CycloneDX, into target/sbom or the folder",
        run: sbom::run,
    },
    Command {
        name: "suites",
        arguments: "[--check]",
        purpose: "write the table of cipher suites from its lists, or only say whether it is current",
        run: suites::run,
    },
    Command {
        name: "unsafe",
        arguments: "[--check]",
        purpose: "write docs/UNSAFE.md, how often and why the compiler is told to trust, or only say whether it is current",
        run: unsafe_code::run,
    },
    Command {
        name: "vectors",
        arguments: "FOLDER",
        purpose: "write the test vectors of sealed messages anew, into the folder that is named",
        run: vectors::run,
    },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("the workspace has no root")?;
    let (name, rest) = words.split_first().unwrap_or((&"help", &[]));
    if matches!(*name, "help" | "--help" | "-h") {
        print_help();
        return Ok(());
    }
    let command = COMMANDS.iter().find(|command| command.name == *name);
    let command = command.ok_or_else(|| format!("there is no command `{name}`: `cargo xtask help` lists them"))?;
    (command.run)(root, rest)
}

fn print_help() {
    println!("Every command of the project's own, spelled the same by hand and in continuous integration.\n");
    for command in COMMANDS {
        println!("  cargo xtask {} {}", command.name, command.arguments);
        println!("      {}", command.purpose);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_stand_in_the_order_of_the_alphabet() {
        assert!(COMMANDS.iter().map(|command| command.name).is_sorted());
    }

    #[test]
    fn an_unknown_command_is_named() {
        let failure = run(&["frobnicate"]).unwrap_err();
        assert!(failure.to_string().contains("`frobnicate`"));
    }
}
