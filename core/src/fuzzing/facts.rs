//! What a host says: facts in JSON, and waivers and preferences from a spreadsheet.

use std::fmt::Display;
use std::sync::OnceLock;

use serde::Serialize;

use super::script::{Script, repeats};
use crate::consent::{COLUMNS, PREFERENCE_COLUMNS, Row, parse_csv, parse_preferences};
use crate::json::{self, Facts};
use crate::policy::Policy;
use crate::{Timestamp, Transaction};

/// Reads a facts file and each part of one, and decides under what it says.
///
/// # Panics
///
/// When facts have two forms, a recipient gets no decision, or an error repeats a value.
pub fn facts(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    is_itself(json::agreement(text), text, json::agreement);
    is_itself(json::preference(text), text, json::preference);
    is_itself(json::waiver(text), text, json::waiver);
    is_itself(json::transaction(text), text, json::transaction);
    is_itself(Facts::from_json(text), text, Facts::from_json);
    if let Ok(facts) = Facts::from_json(text) {
        assert_eq!(Facts::from_json(&facts.to_json()).ok().as_ref(), Some(&facts));
        decide(&facts.transaction, &facts);
    }
}

/// What was read is written and read again as the same, and an error keeps what it was given to itself.
fn is_itself<T: PartialEq + Serialize, E: Display>(
    read: Result<T, E>,
    text: &str,
    again: impl Fn(&str) -> Result<T, E>,
) {
    match read {
        Ok(value) => {
            let written = serde_json::to_string(&value).unwrap_or_default();
            assert!(again(&written).is_ok_and(|again| again == value), "it has two forms");
        }
        Err(error) => assert!(!repeats(&error.to_string(), text), "an error repeats a value"),
    }
}

fn decide(transaction: &Transaction, facts: &Facts) {
    static POLICY: OnceLock<Option<Policy>> = OnceLock::new();
    let Some(policy) = POLICY.get_or_init(|| Policy::profile("hipaa-2013").ok()) else {
        return;
    };
    let now = facts.at.unwrap_or(Timestamp::EPOCH);
    let content = facts.content.clone().unwrap_or_default();
    match policy.decide(&content, transaction, now) {
        Ok(deliveries) => assert_eq!(
            deliveries.len(),
            transaction.recipients.len(),
            "a recipient is left out"
        ),
        Err(error) => drop(error.to_string()),
    }
}

/// Reads a table of waivers and one of preferences: the first byte says whether the first line, which names the columns, is the
/// input's own.
///
/// # Panics
///
/// When a record that was read is not sound, has two forms, or its error repeats a row.
pub fn waivers(input: &[u8]) {
    let mut script = Script::new(input);
    let head = match script.byte() % 3 {
        0 => String::new(),
        1 => format!("{}\n", COLUMNS.join(",")),
        _ => format!("{}\n", PREFERENCE_COLUMNS.join(",")),
    };
    let text = format!("{head}{}", String::from_utf8_lossy(script.rest()));
    each(parse_csv(&text), &text, |waiver| {
        assert_eq!(waiver.check(), Ok(()), "only sound records are read");
        is_itself(Ok(waiver.clone()), &text, json::waiver);
    });
    each(parse_preferences(&text), &text, |preference| {
        assert_eq!(preference.check(), Ok(()), "only sound records are read");
        is_itself(Ok(preference.clone()), &text, json::preference);
    });
}

fn each<T, E: Display>(rows: Result<Vec<Row<T>>, E>, text: &str, sound: impl Fn(&T)) {
    let lines = text.lines().count();
    for (line, row) in rows.into_iter().flatten() {
        assert!((1..=lines.saturating_add(1)).contains(&line), "a row has a line");
        match row {
            Ok(record) => sound(&record),
            Err(error) => assert!(!repeats(&error.to_string(), text), "an error repeats a row"),
        }
    }
}
