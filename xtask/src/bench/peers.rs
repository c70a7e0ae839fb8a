//! Sealing beside other libraries, of Rust and of Python, and deciding beside general policy languages.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Failure, ci, shell};

/// Runs the programs of `benches/peers` one after the other, and gives a table: a row for each peer.
pub(super) fn measure(root: &Path) -> Result<String, Failure> {
    let mut rust = Command::new(shell::cargo_program());
    rust.args(["run", "--release", "--locked", "--quiet"])
        .args(["--manifest-path", "benches/peers/Cargo.toml"])
        .args(["--", "sealing", SECONDS]);
    let mut python = Command::new(interpreter(root));
    python.args(["benches/peers/peers.py", SECONDS]);
    let mut rows = Rows::default();
    for command in [&mut rust, &mut python] {
        rows.read(&output(command.current_dir(root))?)?;
    }
    rows.table()
}

/// Runs the program of `benches/policies`, which prints its tables.
pub(super) fn policies(root: &Path) -> Result<String, Failure> {
    let mut program = Command::new(shell::cargo_program());
    program
        .args(["run", "--release", "--locked", "--quiet"])
        .args(["--manifest-path", "benches/policies/Cargo.toml"]);
    output(program.current_dir(root))
}

/// The interpreter that `SEALWAX_PYTHON` names, else that of the package's own environment, else `python3`.
pub(super) fn interpreter(root: &Path) -> std::ffi::OsString {
    let own = root.join(ci::PYTHON);
    env::var_os("SEALWAX_PYTHON").unwrap_or_else(|| if own.exists() { own.into() } else { "python3".into() })
}

/// What the command prints; its complaints go to the terminal.
pub(super) fn output(command: &mut Command) -> Result<String, Failure> {
    println!("$ {}", shell::words(command));
    let ran = command.stderr(Stdio::inherit()).output()?;
    if !ran.status.success() {
        return Err(format!("{} failed", shell::words(command)).into());
    }
    Ok(String::from_utf8(ran.stdout)?)
}

/// Median times in nanoseconds by work, in the order in which the works came, and by size.
#[derive(Default)]
struct Rows {
    works: Vec<(String, BTreeMap<u64, f64>)>,
}

impl Rows {
    /// Reads lines of `WORK<TAB>BYTES<TAB>NANOSECONDS`.
    fn read(&mut self, text: &str) -> Result<(), Failure> {
        for line in text.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [work, bytes, nanos] = fields.as_slice() else {
                return Err(format!("`{line}` is no measurement").into());
            };
            let (bytes, nanos) = (bytes.parse()?, nanos.parse()?);
            match self.works.iter_mut().find(|(known, _)| known == work) {
                Some((_, times)) => drop(times.insert(bytes, nanos)),
                None => self.works.push(((*work).to_owned(), BTreeMap::from([(bytes, nanos)]))),
            }
        }
        Ok(())
    }

    fn table(&self) -> Result<String, Failure> {
        let yardstick = self.works.iter().find(|(work, _)| work == YARDSTICK);
        let (_, yardstick) = yardstick.ok_or("the yardstick was not measured")?;
        let mut table = String::from("| microseconds a message, and the speed beside raw ring |");
        for size in yardstick.keys() {
            let _ = write!(table, " {} |", label(*size));
        }
        let _ = write!(table, "\n| --- |{}\n", " ---: |".repeat(yardstick.len()));
        for (work, times) in &self.works {
            let _ = write!(table, "| {work} |");
            for (size, raw) in yardstick {
                let _ = match times.get(size) {
                    Some(nanos) if work.ends_with(NO_BODY) => write!(table, " {:.1} |", nanos / 1_000.0),
                    Some(nanos) => write!(table, " {:.1} ({:.3}) |", nanos / 1_000.0, raw / nanos),
                    None => write!(table, " |"),
                };
            }
            table.push('\n');
        }
        Ok(table)
    }
}

fn label(bytes: u64) -> String {
    if bytes.is_multiple_of(1 << 20) {
        format!("{} MiB", bytes >> 20)
    } else {
        format!("{} kB", bytes / 1_000)
    }
}

const YARDSTICK: &str = "raw ring";
/// Touches no body, so that no cipher is a yardstick for it.
const NO_BODY: &str = "rewrap";
/// How long the rounds of one size go on, in each program.
const SECONDS: &str = "10";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_peer_has_a_row_with_its_speed_beside_the_yardstick() {
        let mut rows = Rows::default();
        rows.read("raw ring\t1000\t500\nraw ring\t26214400\t2500000\nage\t1000\t25000.0\nours, rewrap\t1000\t4000\n")
            .unwrap();
        let table = rows.table().unwrap();
        assert!(table.contains(" 1 kB | 25 MiB |\n| --- | ---: | ---: |\n"), "{table}");
        assert!(
            table.contains("| raw ring | 0.5 (1.000) | 2500.0 (1.000) |\n"),
            "{table}"
        );
        assert!(table.contains("| age | 25.0 (0.020) | |\n"), "{table}");
        assert!(table.contains("| ours, rewrap | 4.0 | |\n"), "{table}");
    }

    #[test]
    fn what_is_no_measurement_is_refused() {
        assert!(Rows::default().read("warming up").is_err());
        assert!(Rows::default().table().is_err());
    }
}
