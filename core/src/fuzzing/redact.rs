//! Taking out of a stranger's message what identifies somebody.

use std::sync::OnceLock;

use crate::Engine;
use crate::redact::Redaction;

/// Redacts any bytes as a message and as a text, in a mode that the first byte chooses, and the result again.
///
/// # Panics
///
/// When the second redaction still takes something out.
pub fn redact(bytes: &[u8]) {
    static ENGINE: OnceLock<Option<Engine>> = OnceLock::new();
    let Some(engine) = ENGINE.get_or_init(|| Engine::with_profile("minimal").ok()) else {
        return;
    };
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let redaction = match first % 3 {
        0 => Redaction::by_type(),
        1 => Redaction::mask(),
        _ => Redaction::remove(),
    };
    if let Ok((raw, _)) = engine.redact(rest, &redaction) {
        let again = engine.redact(&raw, &redaction).map(|(_, summary)| summary);
        assert!(
            again.is_ok_and(|summary| summary.redacted.is_empty()),
            "nothing is left to take out"
        );
    }
    if let Ok((text, _)) = engine.redact_text(&String::from_utf8_lossy(rest), &redaction) {
        let again = engine.redact_text(&text, &redaction).map(|(_, summary)| summary);
        assert!(
            again.is_ok_and(|summary| summary.redacted.is_empty()),
            "nothing is left to take out"
        );
    }
}
