//! `cargo xtask ci`: every check that a change must pass, on a fresh machine too.

mod steps;
mod table;

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) use steps::PYTHON;
use steps::{STEPS, Step};
use table::Table;

use crate::{Failure, bench, readme, shell};

/// Installs what the checks need and runs them one after the other; the first that fails ends the run.
///
/// `cargo xtask ci STEP...` runs only the steps that are named. Property tests draw from the seed that
/// `.cargo/config.toml` names, so that a change fails by its own fault only; `--fresh` draws new ones.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    match Request::read(words)? {
        Request::Help => {
            print_help();
            Ok(())
        }
        Request::Write => write_page(root),
        Request::Fixed(steps) => run_steps(root, &steps),
        Request::Fresh(steps) => run_afresh(root, &steps),
    }
}

/// What the words behind `ci` ask for; no step means every step.
enum Request {
    Help,
    Write,
    Fixed(Vec<&'static Step>),
    Fresh(Vec<&'static Step>),
}

impl Request {
    fn read(words: &[&str]) -> Result<Self, Failure> {
        let (options, names): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| word.starts_with('-'));
        if options.iter().any(|option| matches!(*option, "--help" | "-h")) {
            return Ok(Self::Help);
        }
        if let Some(option) = options.iter().find(|option| !OPTIONS.contains(option)) {
            return Err(format!("there is no option `{option}`: the options are {}", OPTIONS.join(", ")).into());
        }
        if options.contains(&"--write") {
            return if words.len() == 1 {
                Ok(Self::Write)
            } else {
                Err("`--write` stands alone: it takes the table of the last run".into())
            };
        }
        let steps = names.into_iter().map(named).collect::<Result<_, _>>()?;
        Ok(if options.is_empty() {
            Self::Fixed(steps)
        } else {
            Self::Fresh(steps)
        })
    }
}

fn named(name: &str) -> Result<&'static Step, Failure> {
    let names = || STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ");
    let found = STEPS.iter().find(|step| step.name == name);
    found.ok_or_else(|| format!("there is no step `{name}`: the steps are {}", names()).into())
}

/// Runs `steps`, or every one, in the order of [`STEPS`].
fn run_steps(root: &Path, steps: &[&Step]) -> Result<(), Failure> {
    let seed = env::var(SEED).map_or_else(|_| "new ones".to_owned(), |seed| format!("the seed {seed}"));
    println!("ci: property tests draw from {seed} ({SEED})");
    let mut table = Table::new();
    let is_wanted = |step: &&Step| steps.is_empty() || steps.iter().any(|wanted| wanted.name == step.name);
    let outcome = STEPS.iter().filter(is_wanted).try_for_each(|step| {
        println!("\n==> {}: {}", step.name, step.purpose);
        let outcome = table.time(step.name, || (step.run)(root));
        outcome.map_err(|failure| format!("the step `{}` failed: {failure}", step.name).into())
    });
    println!("\n{table}");
    table.write(root)?;
    outcome
}

/// Runs the whole once and the tests [`ROUNDS`] times more, or only `steps` once, each time with a seed of its own; and
/// last the README with a release, which takes minutes to build.
///
/// The seed reaches every test by the environment, so this command starts itself with one; by cargo, since the tests build
/// another `xtask` in the place of this one.
fn run_afresh(root: &Path, steps: &[&Step]) -> Result<(), Failure> {
    let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
    run_with_new_seed(root, &names)?;
    if !names.is_empty() {
        return Ok(());
    }
    (0..ROUNDS).try_for_each(|_| run_with_new_seed(root, &["test"]))?;
    println!("\n==> readme: with a release, as it says");
    readme::run(root, &[])
}

fn run_with_new_seed(root: &Path, names: &[&str]) -> Result<(), Failure> {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos() % 1_000_000_000_000;
    let again = format!("{SEED}={seed} cargo xtask ci {}", names.join(" "));
    println!("\n==> drawn afresh; the same again: {again}");
    let mut command = Command::new(shell::cargo_program());
    command.args(["xtask", "ci"]).args(names).current_dir(root);
    command.env(SEED, seed.to_string());
    shell::run(&mut command).map_err(|_| format!("a run that was drawn afresh failed; the same again: {again}").into())
}

/// Puts the table that the last run left into `docs/CI.md`.
fn write_page(root: &Path) -> Result<(), Failure> {
    let cores = thread::available_parallelism()?;
    let table = format!(
        "{cores} cores of {}, one run:\n\n{}",
        bench::processor(),
        Table::last(root)?
    );
    let page = root.join("docs/CI.md");
    let text = fs::read_to_string(&page)?;
    Ok(fs::write(page, bench::replace(&text, TABLE, &table)?)?)
}

fn print_help() {
    println!("cargo xtask ci [--fresh] [STEP...]\n");
    println!("Runs every check that a change must pass, or the steps that are named, and prints what each took.\n");
    println!(
        "  --fresh  draw new values in property tests, run the tests {ROUNDS} times more, and the README with a release:"
    );
    println!("           before each release");
    println!("  --write  only put the table that the last run left into docs/CI.md\n");
    println!("Steps, in their order:");
    for step in STEPS {
        println!("  {:<10} {}", step.name, step.purpose);
    }
}

/// Before the table in `docs/CI.md`.
const TABLE: &str = "<!-- steps -->";

const OPTIONS: [&str; 3] = ["--fresh", "--write", "--help"];

/// The variable that proptest takes its seed from.
const SEED: &str = "PROPTEST_RNG_SEED";

/// How often a run that is drawn afresh runs the tests after the first time.
const ROUNDS: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_options_are_read_in_any_order() {
        let Ok(Request::Fresh(steps)) = Request::read(&["test", "--fresh", "docs"]) else {
            panic!("a fresh run is asked for");
        };
        assert_eq!(steps.iter().map(|step| step.name).collect::<Vec<_>>(), ["test", "docs"]);
        assert!(matches!(Request::read(&[]), Ok(Request::Fixed(steps)) if steps.is_empty()));
        assert!(matches!(Request::read(&["test", "--help"]), Ok(Request::Help)));
        assert!(matches!(Request::read(&["--write"]), Ok(Request::Write)));
        assert!(Request::read(&["--write", "test"]).is_err());
    }

    #[test]
    fn the_page_has_a_place_for_the_table() {
        let page = bench::replace(include_str!("../../docs/CI.md"), TABLE, "new\n").unwrap();
        assert!(page.contains("<!-- steps -->\nnew\n<!-- end -->\n"));
    }

    #[test]
    fn what_is_not_known_is_named_with_what_there_is() {
        let refused = |word| Request::read(&[word]).err().unwrap().to_string();
        assert_eq!(
            refused("--frsh"),
            "there is no option `--frsh`: the options are --fresh, --write, --help"
        );
        let step = refused("tests");
        assert!(
            step.starts_with("there is no step `tests`: the steps are deps, format, "),
            "{step}"
        );
    }

    #[test]
    fn property_tests_draw_from_a_seed_that_cargo_gives() {
        let seed = env::var(SEED).unwrap();
        assert!(seed.parse::<u64>().is_ok(), "{seed}");
    }
}
