//! `cargo xtask composition`: writes `docs/COMPOSITION.md`, the rules by which findings come to PHI, from the data itself.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sealwax::classify::{Measured, RuleSpec, rules};
use sealwax::detect::{Role, Sense};

use crate::Failure;

/// Writes `docs/COMPOSITION.md`; with `--check` it only says whether the file is current.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<(), Failure> {
    let page = render(&rules());
    let target = root.join("docs/COMPOSITION.md");
    match words {
        [] => Ok(fs::write(target, page)?),
        ["--check"] if fs::read_to_string(&target).is_ok_and(|checked_in| checked_in == page) => Ok(()),
        ["--check"] => Err("docs/COMPOSITION.md is not what `cargo xtask composition` writes".into()),
        _ => Err("usage: cargo xtask composition [--check]".into()),
    }
}

fn render(specs: &[RuleSpec]) -> String {
    let mut page = PREAMBLE.to_owned();
    for spec in specs {
        page.push_str(&rule(spec));
    }
    page.push_str(SENSES);
    for sense in Sense::ALL {
        let role = match sense.role() {
            Role::Person => "a person",
            Role::Health => "health, care or its payment",
            Role::Against => "speaks against it",
            Role::Other => "something else",
        };
        let _ = writeln!(page, "| `{}` | {role} | {} |", sense.name(), sense.words());
    }
    page
}

/// A rule with its examples.
fn rule(spec: &RuleSpec) -> String {
    let mut text = format!("\n### `{}`\n\n{}.\n\n", spec.id, first_upper(&spec.says));
    let mut line = |what: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "- **{what}** {value}");
        }
    };
    line("Whom it identifies:", names(&spec.person));
    line("What tells of health:", names(&spec.health));
    line("Beside it:", names(&spec.beside));
    if spec.words > 1 {
        line("Different words of health, at least:", spec.words.to_string());
    }
    if spec.all_words > 0 {
        line(
            "Different words of health and care, at least:",
            spec.all_words.to_string(),
        );
    }
    line("Within:", format!("one {}", spec.within.name()));
    line("Not beside:", names(&spec.against));
    line("Used from the setting:", format!("`{}`", spec.strictness.name()));
    line("Citation:", spec.citation.clone());
    line("Right where it holds:", measured(spec));
    line("Used before `strict` although:", spec.although.clone());
    line("Holds in:", quoted(&spec.examples));
    line("Does not hold in:", quoted(&spec.counterexamples));
    text
}

/// The share of the messages in which it holds that are PHI, of all sets together and of each.
fn measured(spec: &RuleSpec) -> String {
    let Some(worth) = spec.worth() else {
        return "it never held in what was measured".to_owned();
    };
    let of = |one: &Measured| format!("{} of {}", one.right, one.of);
    let sets: Vec<String> = spec
        .measured
        .iter()
        .filter(|one| one.set != worth.set)
        .map(|one| format!("{} {}", one.set, of(one)))
        .collect();
    let seldom = if worth.of < FEW { ", too seldom to say" } else { "" };
    format!(
        "{} ({} to {} %{seldom}): {}",
        of(worth),
        worth.least,
        worth.most,
        sets.join("; ")
    )
}

/// A rule that held in fewer messages held too seldom to say what it is worth.
const FEW: u32 = 20;

fn names(senses: &[Sense]) -> String {
    let names: Vec<String> = senses.iter().map(|sense| format!("`{}`", sense.name())).collect();
    names.join(", ")
}

fn quoted(texts: &[String]) -> String {
    let quoted: Vec<String> = texts
        .iter()
        .map(|text| format!("“{}”", text.replace('\n', " ⏎ ")))
        .collect();
    quoted.join(", ")
}

fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const PREAMBLE: &str = "# From findings to PHI

Written by `cargo xtask composition` from `core/data/composition/phi.toml`; `cargo xtask ci` checks that it is current, and a
test runs the examples of each rule.

PHI is an identifier of one person beside something of this person's health, care or payment for care (45 CFR 160.103). A
message is PHI if one of the rules below holds somewhere in it; the reason that a scan gives names the rule, what it found
and how near. There is no score: each rule can be read, and either holds or does not. *Right where it holds* says of how many
labelled messages in which the rule holds somebody said that they are PHI, with the interval that holds this share in 95 of 100
cases; the sets and what they are not is told in [QUALITY.md](QUALITY.md). A rule of which it is not sure that it is right in
four of five is used at `strict` only, or says why not.

- A *sentence* is also a row of a table or a field of a record. `She` stands for who was named last.
- A *paragraph* is also a list, a table or a record. The subject is the heading of every paragraph.
- A *signature* identifies nobody and tells of nobody's health; of a *disclaimer* the words to its reader and of care in general
  are passed over. A number that one person has counts everywhere.
- The *addressee* is the reader of a message that names this person: in its salutation, or anywhere by a name of its `To`.
- What speaks *against* a rule is looked for in the same paragraph and in the subject, never elsewhere: one word that does so
  clearly (`unsubscribe`), or two that do so faintly (`season`). It cannot silence a rule where a number or the customer's
  roster identifies the person.
- A misspelt word counts where another word of health or care stands in the paragraph or the subject, or beside a number.

How readily the rules are used is the policy's: [`[classification] phi`](POLICY.md#teach-the-scanner). `narrow` uses the rules
of that setting only, `balanced` these and its own, `strict` all.

## The rules
";

const SENSES: &str = "
## What findings mean to them

Each row of [the detectors](DETECTORS.md) says by `senses` what its findings mean here.

| sense | tells of | in words |
| --- | --- | --- |
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_in_the_page_with_its_setting() {
        let specs = rules();
        let page = render(&specs);
        for spec in &specs {
            assert!(page.contains(&format!("### `{}`", spec.id)), "{}", spec.id);
        }
        assert!(page.contains("| `condition` | health, care or its payment | a condition |"));
    }
}
