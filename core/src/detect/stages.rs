//! The stages of a scan one by one, for the benches. No part of the API.

use super::Scanner;
use super::fuzzy::Memo;
use super::lane::{Candidate, Window};
use super::language::Paragraph;
use super::scanner::Lanes;
use super::token::tokens;
use super::work;
use crate::text::View;

/// A stage over a folded text; gives how much it found, so that nothing of it can be left out.
pub type Stage = fn(&Scanner, &View<'_>) -> usize;

/// Every stage by its name. Each includes the cutting into tokens and their spelling, which the first two measure
/// alone.
pub const STAGES: &[(&str, Stage)] = &[
    ("tokens", |_, view| tokens(view.text()).len()),
    ("spelling", |scanner, view| {
        let mut tokens = tokens(view.text());
        scanner.speller.correct(
            view.text(),
            &mut tokens,
            &mut Memo::default(),
            &mut Paragraph::default(),
        );
        tokens.iter().filter(|token| token.is_fuzzy).count()
    }),
    ("dictionary", |scanner, view| {
        found(scanner, view, |window, _, found| {
            scanner.words(window, &mut 0, &scanner.terms, found);
        })
        .len()
    }),
    ("numbers", |scanner, view| {
        found(scanner, view, |window, _, found| scanner.numbers(window, found)).len()
    }),
    ("prefixes and mail addresses", |scanner, view| {
        found(scanner, view, |window, lanes, found| {
            scanner.literals(window, lanes, found);
        })
        .len()
    }),
    ("labels and tables", |scanner, view| {
        found(scanner, view, |window, lanes, found| {
            scanner.labelled(window, lanes, found);
        })
        .len()
    }),
    ("names", |scanner, view| {
        found(scanner, view, |window, lanes, found| {
            scanner.people(window, lanes, found);
        })
        .len()
    }),
    ("candidates and arbitration", |scanner, view| {
        let found = found(scanner, view, |window, lanes, found| {
            scanner.candidates(window, lanes, found);
        });
        scanner.arbitrated(view.text(), found).len()
    }),
];

/// Whether each word is corrected as if it were compared with every word of the vocabulary.
pub fn is_corrected_as_defined(scanner: &Scanner, view: &View<'_>) -> bool {
    let (mut fast, mut slow) = (tokens(view.text()), tokens(view.text()));
    scanner
        .speller
        .correct(view.text(), &mut fast, &mut Memo::default(), &mut Paragraph::default());
    scanner.speller.correct_exhaustively(view.text(), &mut slow);
    fast == slow
}

/// The units of work that a whole scan takes.
pub fn work_of(scanner: &Scanner, view: &View<'_>) -> usize {
    work::of(|| scanner.scan(view)).1
}

/// What a stage finds in all of a text at once.
fn found(
    scanner: &Scanner,
    view: &View<'_>,
    stage: impl FnOnce(&Window<'_>, &mut Lanes, &mut Vec<Candidate>),
) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut tokens = tokens(view.text());
    scanner.speller.correct(
        view.text(),
        &mut tokens,
        &mut Memo::default(),
        &mut Paragraph::default(),
    );
    stage(&Window::whole(view.text(), &tokens), &mut Lanes::default(), &mut found);
    found
}

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
