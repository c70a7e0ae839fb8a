//! From what Criterion wrote to a table.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Failure;

/// One measured piece of work.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) subject: String,
    pub(crate) work: String,
    pub(crate) size: String,
    pub(crate) bytes: f64,
    /// The median time of one message.
    pub(crate) nanos: f64,
}

/// Every row below `folder`, by subject and size; in each, what it is measured against first.
pub(crate) fn read(folder: &Path) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    collect(folder, &mut rows)?;
    if rows.is_empty() {
        return Err("the benches measured nothing".into());
    }
    rows.sort_by(|left, right| {
        let by_name = |row: &Row| (!is_yardstick(row), row.work.clone());
        (left.subject.cmp(&right.subject))
            .then(left.bytes.total_cmp(&right.bytes))
            .then_with(|| by_name(left).cmp(&by_name(right)))
    });
    Ok(rows)
}

/// Criterion keeps the last run of each piece of work in a folder `new`.
fn collect(folder: &Path, rows: &mut Vec<Row>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.ends_with("new") {
            let [benchmark, estimates] = ["benchmark.json", "estimates.json"].map(|name| load(&path.join(name)));
            rows.push(row(&benchmark?, &estimates?).ok_or_else(|| format!("{}: no measurement", path.display()))?);
        } else if path.is_dir() {
            collect(&path, rows)?;
        }
    }
    Ok(())
}

fn load(path: &Path) -> Result<Value, Failure> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

fn row(benchmark: &Value, estimates: &Value) -> Option<Row> {
    let text = |name| benchmark.get(name)?.as_str().map(str::to_owned);
    Some(Row {
        subject: text("group_id")?,
        work: text("function_id")?,
        size: text("value_str")?,
        bytes: benchmark.pointer("/throughput/Bytes")?.as_f64()?,
        nanos: estimates.pointer("/median/point_estimate")?.as_f64()?,
    })
}

/// A Markdown table for each subject: its works below each other, and what they were done to side by side.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut tables = String::new();
    for subject in in_order(rows.iter().map(|row| &row.subject)) {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.subject == *subject).collect();
        let sizes = in_order(rows.iter().map(|row| &row.size));
        let _ = write!(tables, "| {subject} |");
        for size in &sizes {
            let _ = write!(tables, " {size} |");
        }
        let _ = write!(tables, "\n| --- |{}\n", " ---: |".repeat(sizes.len()));
        for work in in_order(rows.iter().map(|row| &row.work)) {
            let _ = write!(tables, "| {work} |");
            for size in &sizes {
                let cell = rows.iter().find(|row| row.work == *work && row.size == **size);
                let _ = write!(tables, " {} |", cell.map_or_else(String::new, |row| cell_of(row)));
            }
            tables.push('\n');
        }
        tables.push('\n');
    }
    tables
}

/// Each once, in the order in which they first come.
fn in_order<'a>(words: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let mut known = Vec::new();
    for word in words {
        if !known.contains(&word) {
            known.push(word);
        }
    }
    known
}

/// How long it took, and how fast that is.
fn cell_of(row: &Row) -> String {
    let time = match row.nanos {
        nanos if nanos < 1e3 => format!("{nanos:.0} ns"),
        nanos if nanos < 1e6 => format!("{:.1} µs", nanos / 1e3),
        nanos => format!("{:.1} ms", nanos / 1e6),
    };
    let speed = speed(row);
    let digits = usize::from(speed < 10.0);
    format!("{time}, {speed:.digits$} MB/s")
}

/// In MB/s: bytes a nanosecond are GB/s.
fn speed(row: &Row) -> f64 {
    row.bytes / row.nanos * 1_000.0
}

fn is_yardstick(row: &Row) -> bool {
    YARDSTICKS.contains(&row.work.as_str())
}

/// What others are measured against: looking at every byte, and the cipher alone.
const YARDSTICKS: [&str; 2] = ["memchr", "raw ring"];

/// `page` with `table` between the mark `begin` and the next end mark.
pub(crate) fn replace(page: &str, begin: &str, table: &str) -> Result<String, Failure> {
    let parts = page
        .split_once(begin)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or_else(|| format!("the page lacks `{begin}` or `{END}`"))?;
    Ok(format!("{before}{begin}\n{table}{END}{after}"))
}

const END: &str = "<!-- end -->";

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(work: &str, nanos: f64) -> Row {
        let words = |text: &str| text.to_owned();
        Row {
            subject: words("seal"),
            work: words(work),
            size: words("1 kB"),
            bytes: 1_000.0,
            nanos,
        }
    }

    #[test]
    fn each_subject_has_its_works_below_each_other_and_its_sizes_side_by_side() {
        let long = Row {
            size: "1 MB".to_owned(),
            bytes: 1e6,
            ..measured("ring", 200_000_000.0)
        };
        let table = table(&[measured("raw ring", 200.0), measured("ring", 4_000.0), long]);
        let expected = "| seal | 1 kB | 1 MB |\n| --- | ---: | ---: |\n| raw ring | 200 ns, 5000 MB/s |  |\n\
            | ring | 4.0 µs, 250 MB/s | 200.0 ms, 5.0 MB/s |\n\n";
        assert_eq!(table, expected);
    }

    #[test]
    fn a_row_is_read_from_what_criterion_writes() {
        let benchmark = serde_json::json!({
            "group_id": "seal", "function_id": "ring", "value_str": "1 kB", "throughput": { "Bytes": 1000 },
        });
        let estimates = serde_json::json!({ "median": { "point_estimate": 400.0 } });
        assert_eq!(row(&benchmark, &estimates), Some(measured("ring", 400.0)));
        assert_eq!(row(&benchmark, &serde_json::json!({})), None);
    }

    #[test]
    fn a_page_keeps_what_stands_around_its_table() {
        let page = "before\n<!-- measured -->\nold\n<!-- end -->\nafter\n";
        assert_eq!(
            replace(page, "<!-- measured -->", "new\n").unwrap(),
            "before\n<!-- measured -->\nnew\n<!-- end -->\nafter\n"
        );
        assert!(replace("no marks", "<!-- measured -->", "new").is_err());
    }
}
