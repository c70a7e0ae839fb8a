//! The stages of a scan one by one, for the benches. No part of the API.

use super::Scanner;
use super::token::tokens;
use crate::text::View;

/// A stage over a folded text; gives how much it found, so that nothing of it can be left out.
pub type Stage = fn(&Scanner, &View<'_>) -> usize;

/// Every stage by its name. Each includes the cutting into tokens, which `tokens` measures alone.
pub const STAGES: &[(&str, Stage)] = &[
    ("tokens", |_, view| tokens(view.text()).len()),
    ("spelling", |scanner, view| {
        let mut tokens = tokens(view.text());
        scanner.speller.correct(view.text(), &mut tokens);
        tokens.iter().filter(|token| token.is_fuzzy).count()
    }),
    ("dictionary", |scanner, view| {
        let found = scanner.words(view.text(), &tokens(view.text()), &scanner.terms);
        found.len()
    }),
    ("numbers", |scanner, view| {
        let mut found = Vec::new();
        scanner.numbers(view.text(), &tokens(view.text()), &mut found);
        found.len()
    }),
    ("prefixes and mail addresses", |scanner, view| {
        let mut found = Vec::new();
        scanner.literals(view.text(), &mut found);
        found.len()
    }),
    ("labels and tables", |scanner, view| {
        let mut found = Vec::new();
        scanner.labelled(view.text(), &tokens(view.text()), &mut found);
        found.len()
    }),
    ("names", |scanner, view| {
        let mut found = Vec::new();
        scanner.people(view.text(), &tokens(view.text()), &mut found);
        found.len()
    }),
    ("candidates and arbitration", |scanner, view| {
        scanner
            .arbitrated(view.text(), scanner.candidates(view.text(), &tokens(view.text())))
            .len()
    }),
];

#[cfg(test)]
mod tests {
    use super::super::shared;
    use super::*;

    #[test]
    fn every_stage_finds_its_part() {
        let text = "Patient Ann Lee, diabtes and asthma, MRN 38857281, SSN 536-90-4399, ann@example.org";
        for (name, stage) in STAGES {
            assert!(stage(shared(), &View::fold(text)) > 0, "{name}");
        }
    }
}
