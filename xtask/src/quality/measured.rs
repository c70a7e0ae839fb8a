//! What each rule of composition is worth: of the messages in which it holds, the share that is PHI.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sealwax::classify::rules;

use super::interval::{Counted, Share};
use super::sets::ORDINARY;
use super::summary::{Scanned, shown};
use crate::Failure;

/// Per rule and set, of the messages in which it holds those that are PHI, and all sets together. What holds
/// messages of another set once more says nothing of it.
pub(super) struct Measured {
    rules: Vec<(String, Vec<(&'static str, Counted)>)>,
    /// Per rule, in how many messages of ordinary mail it holds.
    ordinary: Vec<u32>,
}

/// What all sets together are called.
const ALL: &str = "all";

impl Measured {
    pub(super) fn of(sets: &[Scanned]) -> Self {
        let says = |scanned: &&Scanned| scanned.set.is_first;
        let telling: Vec<&Scanned> = sets.iter().filter(says).collect();
        let of_rule = |id: String| {
            let each = telling.iter().map(|scanned| (scanned.set.name, of_set(&id, scanned)));
            let mut measured: Vec<(&'static str, Counted)> = each.collect();
            let mut all = Counted::default();
            for (name, counted) in &measured {
                all.absorb(name, counted);
            }
            measured.push((ALL, all));
            (id, measured)
        };
        let ordinary = sets.iter().find(|scanned| scanned.set.name == ORDINARY);
        let held = |id: &str| ordinary.map_or(0, |scanned| scanned.each().filter(|(_, seen)| seen.holds(id)).count());
        let held = |id: &str| u32::try_from(held(id)).unwrap_or(u32::MAX);
        Self {
            ordinary: rules().iter().map(|rule| held(&rule.id)).collect(),
            rules: rules().into_iter().map(|rule| of_rule(rule.id)).collect(),
        }
    }

    pub(super) fn print(&self) {
        println!("\n## Rules\n\n| rule | set | right where it holds |\n| --- | --- | --- |");
        for ((id, measured), ordinary) in self.rules.iter().zip(&self.ordinary) {
            println!("| `{id}` | {ORDINARY} | holds in {ordinary} |");
            for (set, share) in measured
                .iter()
                .filter_map(|(set, counted)| Some((set, counted.share()?)))
            {
                println!("| `{id}` | {set} | {} |", shown(&share));
            }
        }
    }

    /// Writes the counts into the data of the rules.
    pub(super) fn record(&self, root: &Path) -> Result<(), Failure> {
        let file = root.join("core/data/composition/phi.toml");
        let lines: BTreeMap<&str, String> = self.rules.iter().map(|(id, sets)| (id.as_str(), row(sets))).collect();
        fs::write(&file, recorded(&fs::read_to_string(&file)?, &lines))?;
        Ok(())
    }
}

fn of_set(id: &str, scanned: &Scanned) -> Counted {
    let mut counted = Counted::default();
    for (message, seen) in scanned.each() {
        if let (true, Some(is_phi)) = (seen.holds(id), message.wanted.phi) {
            counted.add(&message.kind, is_phi);
        }
    }
    counted
}

/// The field of the data that holds the counts.
fn row(sets: &[(&'static str, Counted)]) -> String {
    let mut text = "measured = [\n".to_owned();
    for (set, Share { right, of, least, most }) in
        sets.iter().filter_map(|(set, counted)| Some((set, counted.share()?)))
    {
        let (least, most) = (percent(least), percent(most));
        let _ = writeln!(
            text,
            "  {{ set = \"{set}\", right = {right}, of = {of}, least = {least}, most = {most} }},"
        );
    }
    text.push_str("]\n");
    text
}

/// Whole percents of a share.
fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

/// The data with these counts in the place of what it held.
fn recorded(data: &str, rows: &BTreeMap<&str, String>) -> String {
    let mut text = String::new();
    let (mut id, mut is_old) = ("", false);
    for line in data.lines() {
        if let Some(named) = line.strip_prefix("id = \"") {
            id = named.trim_end_matches('"');
        }
        is_old |= line.starts_with("measured = [");
        if !is_old {
            if line.starts_with("examples = [") {
                text.push_str(rows.get(id).map_or("", String::as_str));
            }
            text.push_str(line);
            text.push('\n');
        }
        if is_old && line.ends_with(']') {
            is_old = false;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_take_the_place_of_those_before() {
        let data = "# a\n[[rule]]\nid = \"a\"\nsays = \"b\"\nexamples = [\"c\"]\n";
        let first = recorded(
            data,
            &[("a", "measured = [\n  { set = \"x\" },\n]\n".to_owned())].into(),
        );
        assert!(
            first.contains("says = \"b\"\nmeasured = [\n  { set = \"x\" },\n]\nexamples"),
            "{first}"
        );
        let second = recorded(&first, &[("a", "measured = [\n]\n".to_owned())].into());
        assert_eq!(second, data.replace("examples", "measured = [\n]\nexamples"));
    }
}
