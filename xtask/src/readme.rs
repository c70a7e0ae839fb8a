//! `cargo xtask readme`: the README says what is so.
//!
//! Each command that it shows is run and its output compared, and each program in it is compiled and run. The Rust
//! program is a documentation test of the crate.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ci::PYTHON;
use crate::{Failure, install, shell};

/// Runs what the README shows, with a release as it says; with `--profile dev`, with the build that the tests use.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let profile = match words {
        [] | ["--profile", "release"] => Profile::Release,
        ["--profile", "dev"] => Profile::Dev,
        _ => return Err("usage: cargo xtask readme [--profile dev|release]".into()),
    };
    let text = fs::read_to_string(root.join("README.md"))?;
    let blocks = blocks(&text);
    let shown: Vec<&Block> = blocks.iter().filter(|block| block.language == "console").collect();
    if shown.is_empty() {
        return Err("README.md shows no command".into());
    }
    run_main_job(root, profile, &one(&blocks, "sh")?.text)?;
    for block in shown {
        check_console(root, profile, block)?;
    }
    let verdict = &one(&blocks, "text")?.text;
    check_c(root, profile, &one(&blocks, "c")?.text, verdict)?;
    check_python(root, &one(&blocks, "python")?.text, verdict)
}

/// How the program and the library are built.
#[derive(Clone, Copy)]
enum Profile {
    Dev,
    Release,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }

    /// A command of the README, which names the release, with this profile.
    fn command(self, root: &Path, shown: &str) -> Command {
        let line = match self {
            Self::Dev => shown.replace("target/release/", "target/debug/"),
            Self::Release => shown.to_owned(),
        };
        println!("readme: {line}");
        let mut command = Command::new("bash");
        command.args(["-c", &line]).current_dir(root);
        command.env("SEALWAX_PROFILE", self.name());
        command
    }
}

/// Runs the first of the two commands, which builds what the commands below it run. The second one is running us.
fn run_main_job(root: &Path, profile: Profile, commands: &str) -> Result<(), Failure> {
    let command = commands
        .split_whitespace()
        .next()
        .ok_or("README.md shows no command for the main job")?;
    printed(&mut profile.command(root, command)).map(drop)
}

/// A fenced block: its language and its text.
struct Block {
    language: String,
    line: usize,
    text: String,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => blocks.push(block),
            (Some(language), None) => {
                open = Some(Block {
                    language: language.to_owned(),
                    line: index.saturating_add(1),
                    text: String::new(),
                });
            }
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    blocks
}

fn one<'a>(blocks: &'a [Block], language: &str) -> Result<&'a Block, Failure> {
    let mut found = blocks.iter().filter(|block| block.language == language);
    match (found.next(), found.next()) {
        (Some(block), None) => Ok(block),
        _ => Err(format!("README.md should show exactly one block of `{language}`").into()),
    }
}

/// Runs the commands behind `$ ` and compares what they print with what stands below each.
fn check_console(root: &Path, profile: Profile, block: &Block) -> Result<(), Failure> {
    for shown in block.text.split("$ ").skip(1) {
        let (command, expected) = shown.split_once('\n').unwrap_or((shown, ""));
        let printed = printed(&mut profile.command(root, command))?;
        if printed.trim_end() != expected.trim_end() {
            let place = format!("README.md:{}", block.line);
            return Err(format!("{place}: `{command}` prints something else than is shown:\n{printed}").into());
        }
    }
    Ok(())
}

/// Compiles the C program with the line that the README gives, against an installed tree.
fn check_c(root: &Path, profile: Profile, program: &str, verdict: &str) -> Result<(), Failure> {
    let folder = work_folder(root, "c")?;
    let prefix = folder.join("prefix");
    install::run(
        root,
        &["--prefix", &prefix.to_string_lossy(), "--profile", profile.name()],
    )?;
    fs::write(folder.join("readme.c"), program)?;
    let line = "cc -std=c99 -Wall -Wextra -Werror readme.c $(pkg-config --cflags --libs sealwax) -o readme && ./readme";
    let mut shell = Command::new("bash");
    shell.args(["-c", line]).current_dir(&folder);
    shell
        .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
        .env("LD_LIBRARY_PATH", prefix.join("lib"));
    same_verdict("C", &printed(&mut shell)?, verdict)
}

/// Runs the Python program with the interpreter of the tests, which has the package.
fn check_python(root: &Path, program: &str, verdict: &str) -> Result<(), Failure> {
    let folder = work_folder(root, "python")?;
    fs::write(folder.join("readme.py"), program)?;
    let python = root.join(PYTHON);
    same_verdict(
        "Python",
        &printed(Command::new(python).arg("readme.py").current_dir(&folder))?,
        verdict,
    )
}

fn same_verdict(language: &str, printed: &str, shown: &str) -> Result<(), Failure> {
    println!("readme: the {language} program");
    if printed.trim_end() == shown.trim_end() {
        return Ok(());
    }
    Err(format!("README.md: the {language} program prints another verdict than is shown:\n{printed}").into())
}

fn work_folder(root: &Path, name: &str) -> Result<PathBuf, Failure> {
    let folder = root.join("target/readme").join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// What `command` prints; an error when it fails.
fn printed(command: &mut Command) -> Result<String, Failure> {
    let output = command.output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("`{}` failed: {}\n{said}", shell::words(command), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_of_the_release_runs_with_the_build_of_the_tests_too() {
        let words = |profile: Profile| shell::words(&profile.command(Path::new("/"), "target/release/sealwax scan x"));
        assert_eq!(words(Profile::Release), "bash -c target/release/sealwax scan x");
        assert_eq!(words(Profile::Dev), "bash -c target/debug/sealwax scan x");
    }

    #[test]
    fn blocks_are_found_with_their_language() {
        let blocks = blocks("a\n```c\nint x;\n```\nb\n```\nplain\n```\n");
        let found: Vec<_> = blocks
            .iter()
            .map(|block| (block.language.as_str(), block.text.as_str()))
            .collect();
        assert_eq!(found, [("c", "int x;\n"), ("", "plain\n")]);
    }
}
