//! Messages made to be expensive stay within the limits: what they yield grows no faster than they do. `cargo xtask dos`
//! measures time and memory of the same messages in an optimised build.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use sealwax::fuzzing::{Trap, traps};
use sealwax::message::{Limits, Message};

#[test]
fn every_trap_stays_within_the_limits_and_says_when_it_was_cut() {
    let limits = Limits::default();
    for trap in traps() {
        let raw = (trap.make)(BYTES);
        let message = Message::parse(&raw, &limits);
        assert!(message.parts().len() <= limits.parts, "{}", trap.name);
        assert!(
            message.units().len() <= limits.parts * TEXTS_OF_A_PART + limits.headers,
            "{}",
            trap.name
        );
        assert!(
            written(&message) <= most(&raw, &limits),
            "{}: {} bytes",
            trap.name,
            written(&message)
        );
    }
}

#[test]
fn a_trap_of_twice_the_size_yields_at_most_about_twice_the_text() {
    for trap in traps().filter(|trap| !trap.name.starts_with("ZIP")) {
        let (small, large) = (written_by(trap, BYTES / 4), written_by(trap, BYTES / 2));
        assert!(
            large <= small * 2 + small / 4 + 8_192,
            "{}: {small}, then {large}",
            trap.name
        );
    }
}

#[test]
fn a_trap_is_complete_exactly_when_nothing_in_it_is_beyond_a_limit() {
    for trap in traps() {
        let message = Message::parse(&(trap.make)(trap.bytes.min(MOST_BYTES)), &Limits::default());
        assert_eq!(
            message.is_complete(),
            trap.complete,
            "{}: {:?}",
            trap.name,
            message.anomalies()
        );
    }
}

fn written_by(trap: &Trap, bytes: usize) -> usize {
    written(&Message::parse(&(trap.make)(bytes), &Limits::default()))
}

/// The bytes of all texts with all their views.
fn written(message: &Message) -> usize {
    let views = |unit: &sealwax::message::TextUnit| unit.views().iter().map(|view| view.text().len()).sum::<usize>();
    message.units().iter().map(|unit| unit.text().len() + views(unit)).sum()
}

/// What a message may yield: its own readings, and what it may unpack, in text of up to three bytes for one and in
/// labels of up to eight times the text.
fn most(raw: &[u8], limits: &Limits) -> usize {
    let unpacked = (raw.len() * limits.expansion).max(1 << 20);
    (raw.len() + unpacked) * 12
}

/// Enough that quadratic work would be seen, little enough for a test.
const BYTES: usize = 64 << 10;
/// Enough to reach every limit that a trap is about, also that of a header.
const MOST_BYTES: usize = 3 << 19;
/// A part has two names, its text, and readings by other encodings.
const TEXTS_OF_A_PART: usize = 8;
