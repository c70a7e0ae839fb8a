//! What was found in a message, for a person.

use std::fmt::Write;

use sealwax::classify::{Classification, WhyNot};
use sealwax::engine::{Entity, Scan};

use super::{Align, Table, level_ink, level_words, printable, wrapped};
use crate::console::{Console, Ink};

/// The lines about one message; what was found itself is among them where the scan kept it, and with `why_not` why it is no
/// PHI.
pub(crate) fn render(id: &str, scan: &Scan, why_not: bool, console: &Console) -> String {
    let mut text = heading(id, &scan.classification, console);
    if let Some(why_not) = scan.why_not.as_ref().filter(|_| why_not) {
        let _ = writeln!(text, "  {}", wrapped(&self::why_not(why_not), console.width, 2));
    }
    if !scan.complete {
        let _ = writeln!(
            text,
            "  {}",
            console.out.paint(Ink::Warn, "not everything in it could be inspected")
        );
    }
    for anomaly in &scan.anomalies {
        let _ = writeln!(
            text,
            "  {}",
            wrapped(&printable(&anomaly.to_string()), console.width, 2)
        );
    }
    if !scan.entities.is_empty() {
        text.push_str(&table(&scan.entities).render(console.out, 2, console.width));
    }
    if scan.unlisted > 0 {
        let more = format!("and {} more, which count and are not listed", scan.unlisted);
        let _ = writeln!(text, "  {}", console.out.paint(Ink::Warn, &more));
    }
    text
}

/// The name and level, and below them the categories and the reasons.
fn heading(id: &str, class: &Classification, console: &Console) -> String {
    let name = console.out.paint(Ink::Strong, &printable(id));
    let level = console.out.paint(level_ink(class.level), level_words(class.level));
    let mut text = format!("{name}  {level}\n");
    if !class.categories.is_empty() {
        let categories: Vec<String> = class
            .categories
            .iter()
            .map(|category| printable(&category.name()))
            .collect();
        let _ = writeln!(text, "  {}", wrapped(&categories.join(", "), console.width, 2));
    }
    for reason in &class.reasons {
        let _ = writeln!(text, "  {}", wrapped(&printable(reason), console.width, 2));
    }
    text
}

/// `no PHI: the nearest rule is ..., but ...`.
fn why_not(why_not: &WhyNot) -> String {
    let lacks: Vec<&str> = why_not.lacks.iter().map(|lack| lack.words.as_str()).collect();
    let lacks = lacks.join("; ");
    match (&why_not.rule, &why_not.says) {
        (Some(rule), Some(says)) => format!(
            "no PHI: the nearest rule is `{rule}` ({}), but {lacks}",
            printable(says)
        ),
        _ => format!("no PHI: {lacks}"),
    }
}

fn table(entities: &[Entity]) -> Table<7> {
    let mut table = Table::new([
        ("TYPE", Align::Left),
        ("PART", Align::Left),
        ("FILE", Align::Left),
        ("CHARACTERS", Align::Right),
        ("SURE", Align::Right),
        ("TEXT", Align::Left),
        ("WHY", Align::Left),
    ]);
    for entity in entities {
        table.row([
            entity.label.clone(),
            printable(&entity.place.to_string()),
            entity.member.as_deref().map(printable).unwrap_or_default(),
            entity
                .code_points
                .as_ref()
                .map(|place| format!("{}–{}", place.start, place.end))
                .unwrap_or_default(),
            format!("{:.0} %", entity.confidence * 100.0),
            entity.text().map(printable).unwrap_or_default(),
            printable(&entity.why),
        ]);
    }
    table
}
