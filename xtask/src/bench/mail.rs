//! Reading, scanning and deciding on real mail, beside others on the same bytes in the same run.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::peers::{interpreter, output};
use crate::{Failure, corpora, shell};

/// Runs the programs of `benches/peers` on one core, the last ones with the interpreter that `SEALWAX_PYTHON` names or with an
/// environment that has Presidio, and gives a table: for each work a row for each who does it.
pub(super) fn measure(root: &Path) -> Result<String, Failure> {
    let folder = corpora::file(root, "natural")?.with_file_name("");
    for name in corpora::NAMES {
        corpora::file(root, name)?;
    }
    build(root)?;
    let mut rust = on_one_core(root.join("benches/peers/target/release/sealwax-peers").into());
    rust.args(["mail", SECONDS]).arg(&folder);
    let mut rows = Rows::read(&output(rust.current_dir(root))?)?;
    let mut python = on_one_core(interpreter(root));
    python.arg("benches/peers/face.py").arg(&folder);
    rows.0.extend(Rows::read(&output(python.current_dir(root))?)?.0);
    let python = root.join(PRESIDIO);
    if python.exists() {
        let mut presidio = on_one_core(python.into());
        presidio.arg("benches/peers/presidio.py").arg(&folder);
        rows.0.extend(Rows::read(&output(presidio.current_dir(root))?)?.0);
    } else {
        println!(
            "left out: Presidio; `python3 -m venv target/presidio && target/presidio/bin/pip install presidio-analyzer` fetches it"
        );
    }
    Ok(rows.table())
}

/// Builds the program, with the candidates of Hyperscan or Vectorscan where the system has one.
fn build(root: &Path) -> Result<(), Failure> {
    let mut cargo = Command::new(shell::cargo_program());
    cargo
        .args(["build", "--release", "--locked"])
        .args(["--manifest-path", "benches/peers/Cargo.toml"]);
    let library = Command::new("pkg-config").args(["--exists", "libhs"]).status();
    if library.is_ok_and(|status| status.success()) {
        cargo.args(["--features", "hyperscan"]);
    } else {
        println!("left out: Hyperscan; on Debian `apt install libhyperscan-dev` or `libvectorscan-dev` has it");
    }
    shell::run(cargo.current_dir(root))
}

/// A program that stays on the first core, where the system can see to it.
fn on_one_core(program: OsString) -> Command {
    let pinned = Command::new("taskset").args(["-c", "0", "true"]).status();
    if !pinned.is_ok_and(|status| status.success()) {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]).arg(program);
    command
}

/// What was measured of somebody's work.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    work: String,
    who: String,
    measured: Measured,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Measured {
    /// So many bytes, 0 where there are none, in so many nanoseconds.
    Time { bytes: f64, nanos: f64 },
    /// So many times.
    Count(f64),
}

struct Rows(Vec<Row>);

impl Rows {
    /// Reads lines of `WORK<TAB>WHO<TAB>BYTES<TAB>NANOSECONDS`, or of `WORK<TAB>WHO<TAB>count<TAB>NUMBER`.
    fn read(text: &str) -> Result<Self, Failure> {
        let row = |line: &str| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [work, who, bytes, number] = fields.as_slice() else {
                return Err(format!("`{line}` is no measurement").into());
            };
            let number = number.parse()?;
            let measured = match *bytes {
                "count" => Measured::Count(number),
                bytes => Measured::Time {
                    bytes: bytes.parse()?,
                    nanos: number,
                },
            };
            Ok(Row {
                work: (*work).to_owned(),
                who: (*who).to_owned(),
                measured,
            })
        };
        Ok(Self(text.lines().map(row).collect::<Result<_, Failure>>()?))
    }

    /// The works in the order in which they came, each with those who do it.
    fn table(&self) -> String {
        let mut table =
            String::from("| work | who | time | speed | Sealwax is |\n| --- | --- | ---: | ---: | ---: |\n");
        let mut works: Vec<&str> = Vec::new();
        for row in &self.0 {
            if !works.contains(&row.work.as_str()) {
                works.push(&row.work);
            }
        }
        for work in works {
            let rows: Vec<&Row> = self.0.iter().filter(|row| row.work == work).collect();
            let ours = rows.iter().find(|row| row.who.starts_with(OURS));
            for row in &rows {
                let beside = ours.filter(|ours| **ours != *row).and_then(|ours| beside(ours, row));
                let _ = writeln!(
                    table,
                    "| {work} | {} | {} | {} | {} |",
                    row.who,
                    shown(row.measured),
                    speed(row.measured),
                    beside.unwrap_or_default()
                );
            }
        }
        table
    }
}

fn shown(measured: Measured) -> String {
    match measured {
        Measured::Time { nanos, .. } if nanos >= 1e6 => format!("{:.1} ms", nanos / 1e6),
        Measured::Time { nanos, .. } => format!("{:.1} µs", nanos / 1e3),
        Measured::Count(number) => format!("{number:.0}"),
    }
}

fn speed(measured: Measured) -> String {
    match measured {
        Measured::Time { bytes, nanos } if bytes > 0.0 => {
            let megabytes = bytes / nanos * 1e3;
            let digits = usize::from(megabytes < 100.0) + usize::from(megabytes < 1.0);
            format!("{megabytes:.digits$} MB/s")
        }
        Measured::Time { .. } | Measured::Count(_) => String::new(),
    }
}

/// How many times as fast ours is, or how many times as slow.
fn beside(ours: &Row, theirs: &Row) -> Option<String> {
    let cost = |measured| match measured {
        Measured::Time { bytes, nanos } if bytes > 0.0 => nanos / bytes,
        Measured::Time { nanos, .. } => nanos,
        Measured::Count(number) => number,
    };
    let (ours, theirs) = (cost(ours.measured), cost(theirs.measured));
    let ratio = |ratio: f64, word: &str| {
        let digits = usize::from(ratio < 100.0);
        format!("{ratio:.digits$} × {word}")
    };
    match (ours > 0.0, theirs > 0.0) {
        (true, true) if ours <= theirs => Some(ratio(theirs / ours, "less")),
        (true, true) => Some(ratio(ours / theirs, "more")),
        _ => None,
    }
}

/// The interpreter of an environment that has Presidio.
const PRESIDIO: &str = "target/presidio/bin/python";
/// How the names of our own rows begin.
const OURS: &str = "sealwax";
/// How long the rounds of one work go on.
const SECONDS: &str = "6";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_work_has_its_rows_together_with_how_ours_is_beside_them() {
        let rows = Rows::read(
            "scan\tmemchr\t1000\t100\nscan\tsealwax\t1000\t50000.0\nstart\tsealwax, built in\t0\t2000000\n\
            scan\tPresidio\t500\t5000000\nasked\tsealwax\tcount\t3\n",
        );
        let table = rows.unwrap().table();
        let expected = "| scan | memchr | 0.1 µs | 10000 MB/s | 500 × more |\n\
            | scan | sealwax | 50.0 µs | 20.0 MB/s |  |\n\
            | scan | Presidio | 5.0 ms | 0.10 MB/s | 200 × less |\n\
            | start | sealwax, built in | 2.0 ms |  |  |\n\
            | asked | sealwax | 3 |  |  |\n";
        assert!(table.ends_with(expected), "{table}");
    }

    #[test]
    fn what_is_no_measurement_is_refused() {
        assert!(Rows::read("warming up").is_err());
        assert!(Rows::read("scan\tmemchr\tmany\t1").is_err());
    }
}
