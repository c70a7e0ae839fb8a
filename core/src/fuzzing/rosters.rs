//! Rosters and forms: files that a host hands in, and the tables and pages that they are made from.

use super::script::{Script, repeats};
use crate::crypto::HashKey;
use crate::detect::{FormBuilder, Forms, Roster, RosterBuilder, RosterTable};
use crate::text::View;

/// Reads a table and makes a roster of it, or reads what stands behind the head of a roster; the first byte chooses.
///
/// # Panics
///
/// When a roster that was made is not read again, finds nobody's place in a text, or takes far more memory than its bytes; or an
/// error repeats a row.
pub fn roster(input: &[u8]) {
    let mut script = Script::new(input);
    let (kind, key) = (script.byte(), HashKey::from_bytes(&[7; 32]));
    let mut builder = RosterBuilder::new(&key, [1; 16]);
    if kind % 2 == 1 {
        let head = builder.finish();
        let head = head.get(..ROSTER_HEAD_LEN).unwrap_or_default();
        return find(&[head, script.rest()].concat(), &key, "LOPEZ, MARÍA E. (48 213 377)");
    }
    let text = String::from_utf8_lossy(script.rest());
    let Ok(table) = RosterTable::read(&text, &[]) else {
        return;
    };
    for (_, person) in table {
        match person {
            Ok(person) => builder.add(&person),
            Err(error) => assert!(!repeats(&error.to_string(), &text), "an error repeats a row"),
        }
    }
    let bytes = builder.finish();
    assert!(
        Roster::read("patients", &bytes, &key).is_ok(),
        "what is written is read"
    );
    find(&bytes, &key, &text);
}

fn find(bytes: &[u8], key: &HashKey, text: &str) {
    let Ok(roster) = Roster::read("patients", bytes, key) else {
        return;
    };
    assert!(roster.memory() <= bytes.len().saturating_mul(8).saturating_add(256));
    for finding in roster.scan(&View::fold(text)) {
        let span = finding.span();
        assert!(text.get(span.start..span.end).is_some(), "a person lies in the text");
    }
}

/// Makes forms of blank pages and lays another page beside them, or reads what stands behind the magic of a file of forms; the
/// first byte chooses, and pages end with the byte FF.
///
/// # Panics
///
/// When forms that were made are not read again, a blank page has entries, or an entry lies outside of its page.
pub fn form(input: &[u8]) {
    let mut script = Script::new(input);
    let kind = script.byte();
    let empty = FormBuilder::new().finish();
    if kind % 2 == 1 {
        let magic = empty.get(..FORM_MAGIC_LEN).unwrap_or_default();
        return lay(
            &[magic, script.rest()].concat(),
            "Your name: Ann Lee Your date of birth: 1970",
        );
    }
    let pages: Vec<_> = script
        .rest()
        .split(|byte| *byte == 0xff)
        .map(String::from_utf8_lossy)
        .collect();
    let Some((page, blanks)) = pages.split_last() else {
        return;
    };
    let mut builder = FormBuilder::new();
    for blank in blanks {
        if builder.add("intake", &View::fold(blank)).is_ok() {
            is_blank(blank);
        }
    }
    let bytes = builder.finish();
    assert!(Forms::read(&bytes).is_ok(), "what is written is read");
    lay(&bytes, page);
}

/// A page that is the only form has nothing that somebody entered.
fn is_blank(blank: &str) {
    let view = View::fold(blank);
    let mut builder = FormBuilder::new();
    let forms = builder
        .add("intake", &view)
        .ok()
        .and_then(|()| Forms::read(&builder.finish()).ok());
    let entries = forms.and_then(|forms| forms.entries(&view));
    assert!(
        entries.is_none_or(|entries| entries.is_empty()),
        "a blank page has entries"
    );
}

fn lay(bytes: &[u8], page: &str) {
    let Ok(forms) = Forms::read(bytes) else {
        return;
    };
    let view = View::fold(page);
    for entry in forms.entries(&view).unwrap_or_default() {
        assert!(view.text().get(entry).is_some(), "an entry lies in its page");
    }
}

/// Magic, salt and key check.
const ROSTER_HEAD_LEN: usize = 48;
const FORM_MAGIC_LEN: usize = 16;
