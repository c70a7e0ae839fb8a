//! From a path of keys to a line and column.

#[cfg(feature = "serde")]
use std::borrow::Cow;
#[cfg(feature = "serde")]
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

#[cfg(feature = "serde")]
use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

/// A step of a path through a policy file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Index(usize),
    Key(&'a str),
}

/// The place of the value at `path` in a TOML text, or of the last step that is there.
pub(super) fn locate(text: &str, path: &[Step<'_>]) -> Option<(usize, usize)> {
    let root = DeTable::parse(text).ok()?;
    let mut value: Option<&DeValue<'_>> = None;
    let mut span: Option<Range<usize>> = None;
    for step in path {
        let next = match (*step, value) {
            (Step::Key(key), None) => root.get_ref().get(key),
            (Step::Key(key), Some(DeValue::Table(table))) => table.get(key),
            (Step::Index(index), Some(DeValue::Array(array))) => array.get(index),
            _ => None,
        };
        let Some(next) = next else { break };
        span = Some(next.span());
        value = Some(next.get_ref());
    }
    span.map(|span| line_and_column(text, span.start))
}

/// The same in a JSON text: each step looks only into the value that the step before found.
#[cfg(feature = "serde")]
pub(super) fn locate_json(text: &str, path: &[Step<'_>]) -> Option<(usize, usize)> {
    let mut value: &RawValue = serde_json::from_str(text).ok()?;
    let mut found = None;
    for step in path {
        let inner = match *step {
            Step::Key(key) => serde_json::from_str::<BTreeMap<Cow<'_, str>, &RawValue>>(value.get())
                .ok()
                .and_then(|members| members.get(key).copied()),
            Step::Index(index) => serde_json::from_str::<Vec<&RawValue>>(value.get())
                .ok()
                .and_then(|elements| elements.get(index).copied()),
        };
        let Some(inner) = inner else { break };
        // The values borrow from the text, so the distance of their starts is their offset in it.
        found = Some(inner.get().as_ptr().addr().saturating_sub(text.as_ptr().addr()));
        value = inner;
    }
    found.map(|offset| line_and_column(text, offset))
}

/// The line and the column in characters, both from 1, of a byte offset.
pub(super) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count();
    (before.matches('\n').count() + 1, column + 1)
}

/// Writes a path as `rule[2].when.category`.
pub(super) fn write_path(path: &[Step<'_>]) -> String {
    struct Written<'a>(&'a [Step<'a>]);
    impl fmt::Display for Written<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            for (position, step) in self.0.iter().enumerate() {
                match step {
                    Step::Index(index) => write!(f, "[{index}]")?,
                    Step::Key(key) if position == 0 => f.write_str(key)?,
                    Step::Key(key) => write!(f, ".{key}")?,
                }
            }
            Ok(())
        }
    }
    Written(path).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name = 'é'\n[[rule]]\nid = 'a'\n[[rule]]\nwhen = { 'ä' = 1, category = ['phi', 'x'] }\n";

    #[test]
    fn a_value_is_found_by_its_path() {
        let path = [
            Step::Key("rule"),
            Step::Index(1),
            Step::Key("when"),
            Step::Key("category"),
            Step::Index(1),
        ];
        assert_eq!(locate(TEXT, &path), Some((5, 38)));
        assert_eq!(write_path(&path), "rule[1].when.category[1]");
    }

    #[test]
    fn a_path_that_ends_early_gives_the_last_place_that_is_there() {
        assert_eq!(locate(TEXT, &[Step::Key("name"), Step::Key("no")]), Some((1, 8)));
        assert_eq!(locate(TEXT, &[Step::Key("no")]), None);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_value_in_json_is_found_by_its_path() {
        let text = "{\n \"name\": \"\u{e9}\",\n \"rule\": [{}, {\"when\": {\"category\": [\"phi\", \"x\"]}}]\n}";
        let path = [
            Step::Key("rule"),
            Step::Index(1),
            Step::Key("when"),
            Step::Key("category"),
            Step::Index(1),
        ];
        assert_eq!(locate_json(text, &path), Some((3, 45)));
        assert_eq!(locate_json(text, &[Step::Key("name"), Step::Key("no")]), Some((2, 10)));
        assert_eq!(locate_json(text, &[Step::Key("no")]), None);
        assert_eq!(locate_json("{", &path), None);
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(line_and_column("ää\nöx", 7), (2, 2));
    }
}
