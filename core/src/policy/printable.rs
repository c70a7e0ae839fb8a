//! Texts that go into headers, replies and logs are one line each.
//!
//! A line break in a label would begin a header of its own, and one in a reason would forge a line of a log.

use toml::Value;

use super::include::Source;
use super::locate::Step;
use super::{PolicyError, PolicyErrorKind};

/// Refuses a control character in any text of the files but those of [`FREE`].
pub(super) fn check(sources: &[Source]) -> Result<(), PolicyError> {
    for source in sources {
        let Ok(Value::Table(file)) = Value::try_from(&source.file) else {
            continue;
        };
        let mut path = Vec::new();
        for (key, value) in &file {
            if let Some(letter) = find(key, value, &mut path) {
                let code = u32::from(letter);
                let message = format!("the control character U+{code:04X}, expected text of one line");
                return Err(source.locate(PolicyError::new(PolicyErrorKind::Value, message), &path));
            }
        }
    }
    Ok(())
}

/// Whether `letter` breaks a line, moves a cursor, or turns the order of what is shown around.
///
/// These are the controls of Unicode (category Cc), its line and paragraph separator, and the formatting characters by
/// which text is shown in another order than it is read (Unicode Standard Annex 9, section 2).
pub(super) fn is_unprintable(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The first such character at `key` or below; `path` then leads to it.
fn find<'a>(key: &'a str, value: &'a Value, path: &mut Vec<Step<'a>>) -> Option<char> {
    if FREE.contains(&key) {
        return None;
    }
    path.push(Step::Key(key));
    let found = key.chars().find(|letter| is_unprintable(*letter));
    let found = found.or_else(|| find_in(value, path));
    if found.is_none() {
        path.pop();
    }
    found
}

fn find_in<'a>(value: &'a Value, path: &mut Vec<Step<'a>>) -> Option<char> {
    match value {
        Value::String(text) => text.chars().find(|letter| is_unprintable(*letter)),
        Value::Array(values) => values.iter().enumerate().find_map(|(index, value)| {
            path.push(Step::Index(index));
            let found = find_in(value, path);
            if found.is_none() {
                path.pop();
            }
            found
        }),
        Value::Table(table) => table.iter().find_map(|(key, value)| find(key, value, path)),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => None,
    }
}

/// What is read by the policy's authors or compared with the text of messages, and goes nowhere else.
const FREE: [&str; 13] = [
    "counterexamples",
    "description",
    "endings",
    "examples",
    "keys",
    "labels",
    "links",
    "pattern",
    "prefixes",
    "terms",
    "unless",
    "values",
    "words",
];

#[cfg(test)]
mod tests {
    use super::super::{Policy, Resources};
    use super::*;

    #[test]
    fn no_text_of_a_header_a_reply_or_a_log_holds_a_control_character() {
        for (text, path) in [
            ("name = \"a\\nb\"", "name"),
            ("flags = [\"a\", \"b\\u0000\"]", "flags[1]"),
            ("purposes = [\"a\\u001b[2J\"]", "purposes[0]"),
            ("accounts = [\"a\\tb\"]", "accounts[0]"),
            (
                "subject = { text = \"Secure\\r\\nBcc: eve@evil.example\" }",
                "subject.text",
            ),
            (
                "[[stream]]\nname = 'bulk'\nlabel = \"bulk\\r\\nX-Evil: 1\"",
                "stream[0].label",
            ),
            ("[[stream]]\nname = \"bulk\\n\"", "stream[0].name"),
            (
                "[[rule]]\nid = 'a'\nrequire = {}\nreason = \"a\\u2028b\"",
                "rule[0].reason",
            ),
            (
                "[[rule]]\nid = 'a'\nrequire = {}\nreason = \"a\\u202eb\"",
                "rule[0].reason",
            ),
            (
                "[[rule]]\nid = 'a'\nrequire = {}\ncitation = \"a\\u0085\"",
                "rule[0].citation",
            ),
            ("[[rule]]\nid = \"a\\u007f\"\nrequire = {}", "rule[0].id"),
            (
                "[[floor]]\nscope = 'domain'\nof = 'a.example'\nrequire = {}\nreason = \"a\\nb\"",
                "floor[0].reason",
            ),
            ("[[trigger]]\nname = \"a\\nb\"\nsubject = '[x]'", "trigger[0].name"),
            ("[[trigger]]\nname = 'a'\nheader = \"X\\nY\"", "trigger[0].header[0]"),
            ("[[list]]\nid = \"a\\nb\"", "list[0].id"),
            ("[[invariant]]\nid = \"a\\nb\"\nrequire = {}", "invariant[0].id"),
        ] {
            let error = Policy::from_toml(text, &Resources::new()).unwrap_err();
            assert_eq!(
                (error.kind(), error.path()),
                (PolicyErrorKind::Value, path),
                "{text}: {error}"
            );
            assert!(
                error.line().is_some() && error.to_string().contains("control character U+"),
                "{error}"
            );
            assert!(!error.to_string().chars().any(is_unprintable), "{error:?}");
        }
    }

    #[test]
    fn what_is_compared_with_text_may_hold_what_texts_hold() {
        for text in [
            "description = \"\"\"\nOf two\nlines\"\"\"",
            "[[rule]]\nid = 'a'\nrequire = {}\nreason = 'über 10 € – сейчас'",
            "[[term]]\nid = 'a'\ncategory = 'clinical-data'\nwords = [\"two\\twords\"]",
        ] {
            assert_eq!(Policy::from_toml(text, &Resources::new()).err(), None, "{text}");
        }
    }

    #[test]
    fn an_included_file_is_named() {
        let files = Resources::from([("labels.toml".to_owned(), b"name = \"a\\nb\"".to_vec())]);
        let error = Policy::from_toml("name = 'x'\ninclude = ['labels.toml']", &files).unwrap_err();
        assert_eq!(error.file(), Some("labels.toml"));
    }
}
