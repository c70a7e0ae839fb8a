//! Content that mail programs show and most parsers lose: every variant is exposed or at least flagged, none is silent.
//!
//! A family is a way of hiding; each is varied by a seeded generator over line ends, encodings and surroundings. A
//! tenth of the families was held out until the others passed. Their first run showed 168 of 196 variants and one
//! family that was silent (undeclared quoted-printable), which was mended. Seven more families were therefore held out
//! later: their first run showed 196 of 196 variants, and nothing was mended by them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may panic"
)]

mod case;
mod families;
mod payload;
mod tricks;

use std::collections::BTreeMap;
use std::io::Write;

use sealwax::message::{Limits, Message, Severity};

use case::Case;
use families::{FAMILIES, Family, HELD_OUT, HELD_OUT_LATER};

/// Variants of each family.
const VARIANTS: u64 = 28;

#[test]
fn hidden_content_is_exposed_or_flagged_and_never_silent() {
    measure("development", FAMILIES);
}

#[test]
fn hidden_content_of_families_that_were_held_out_is_never_silent() {
    measure("held out", HELD_OUT);
}

#[test]
fn hidden_content_of_families_that_were_written_last_is_never_silent() {
    measure("held out later", HELD_OUT_LATER);
}

/// Seeds that were run while the reader was mended, and seeds that were not looked at before.
const SEEDS: std::ops::Range<u64> = 0..2;
const SEEDS_HELD_OUT: std::ops::Range<u64> = 1_000..1_002;

#[test]
fn no_trick_hides_a_text_a_page_or_a_file_in_any_line_ends() {
    every_trick("development", SEEDS);
}

#[test]
fn no_trick_of_seeds_that_were_held_out_hides_anything() {
    every_trick("held out", SEEDS_HELD_OUT);
}

type Ending = fn(&[u8]) -> Vec<u8>;

/// Hides each payload by each trick with each line end.
fn every_trick(name: &str, seeds: std::ops::Range<u64>) {
    let ends: [(&str, Ending); 3] = [("LF", <[u8]>::to_vec), ("CRLF", case::with_crlf), ("CR", case::with_cr)];
    let (mut all, mut exposed, mut silent) = (0, 0, BTreeMap::new());
    for seed in seeds {
        let mut case = Case::new(seed);
        for payload in payload::payloads(&case.secret.clone()) {
            for (trick, raw) in tricks::messages(&mut case, &payload) {
                for (end, write) in ends {
                    all += 1;
                    match verdict(&write(&raw), &case.secret) {
                        Seen::Exposed => exposed += 1,
                        Seen::Flagged => {}
                        Seen::Silent => silent
                            .entry(trick.clone())
                            .or_insert_with(Vec::new)
                            .push((payload.name, end)),
                    }
                }
            }
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "tricks, {name}: {all} messages, {exposed} exposed, {} silent tricks",
        silent.len()
    );
    assert!(silent.is_empty(), "{silent:#?}");
}

/// Runs every variant of the families, prints the shares, and fails when one is silent.
fn measure(name: &str, families: &[(&str, Family)]) {
    let (mut exposed, mut flagged, mut silent) = (0, 0, BTreeMap::new());
    for (number, (family, hide)) in families.iter().enumerate() {
        for variant in 0..VARIANTS {
            let mut case = Case::new(u64::try_from(number).unwrap() * 1_000 + variant);
            let raw = hide(&mut case);
            let raw = if case.crlf { case::with_crlf(&raw) } else { raw };
            match verdict(&raw, &case.secret) {
                Seen::Exposed => exposed += 1,
                Seen::Flagged => flagged += 1,
                Seen::Silent => *silent.entry(*family).or_insert(0) += 1,
            }
        }
    }
    let all = exposed + flagged + silent.values().sum::<i32>();
    let _ = writeln!(
        std::io::stderr(),
        "hidden content, {name}: {all} variants of {} families: {exposed} exposed, {flagged} flagged only, silent: {silent:?}",
        families.len()
    );
    assert!(silent.is_empty());
}

enum Seen {
    Exposed,
    Flagged,
    Silent,
}

fn verdict(raw: &[u8], secret: &str) -> Seen {
    let message = Message::parse(raw, &Limits::default());
    let shows = |text: &str| text.contains(secret);
    if message
        .units()
        .iter()
        .any(|unit| shows(unit.text()) || unit.views().iter().any(|view| shows(view.text())))
    {
        return Seen::Exposed;
    }
    let odd = message
        .anomalies()
        .iter()
        .any(|anomaly| anomaly.kind.severity() >= Severity::Suspicious);
    if odd || !message.is_complete() {
        Seen::Flagged
    } else {
        Seen::Silent
    }
}
