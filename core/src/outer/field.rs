//! A field as it is written: one that no value can end early.

use crate::message::encoded_words;

/// A field with its line end, whose value is text; `None` without a name.
pub(super) fn of_text(name: &str, value: &str, line_end: &str) -> Option<String> {
    written(name, &encoded_words(plain(value).trim()), line_end)
}

/// A field whose value no mail program would decode: addresses, a date, a word.
pub(super) fn of_tokens(name: &str, value: &str, line_end: &str) -> Option<String> {
    written(name, &plain(value), line_end)
}

fn plain(value: &str) -> String {
    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn written(name: &str, value: &str, line_end: &str) -> Option<String> {
    let name: String = name.chars().filter(|c| c.is_ascii_graphic() && *c != ':').collect();
    (!name.is_empty()).then(|| folded(&format!("{name}: {value}")).replace('\n', line_end) + line_end)
}

/// Breaks lines before a blank, where they are too long.
fn folded(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut length = 0_usize;
    for (number, word) in field.split(' ').enumerate() {
        let width = word.len().saturating_add(1);
        if number > 1 && !word.is_empty() && length.saturating_add(width) > LINE {
            text.push('\n');
            length = 0;
        }
        if number > 0 {
            text.push(' ');
        }
        text.push_str(word);
        length = match word.rsplit_once('\n') {
            Some((_, last)) => last.len(),
            None => length.saturating_add(width),
        };
    }
    text
}

/// RFC 5322, section 2.1.1.
const LINE: usize = 78;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_one_field() {
        for (value, field) in [
            ("plain", "X: plain\r\n"),
            ("", "X: \r\n"),
            ("a\r\nBcc: b\0c", "X: a  Bcc: b c\r\n"),
            ("a\u{85}b\u{7f}", "X: a b\r\n"),
            ("caf\u{e9}", "X: =?utf-8?B?Y2Fmw6k=?=\r\n"),
            (
                "=?utf-8?Q?=0D=0ABcc:_x?=",
                "X: =?utf-8?B?PT91dGYtOD9RPz0wRD0wQUJjYzpfeD89?=\r\n",
            ),
        ] {
            assert_eq!(of_text("X", value, "\r\n").unwrap(), field);
        }
        assert_eq!(of_text("X\r\nY:", "a", "\n").unwrap(), "XY: a\n");
        assert_eq!(of_text(": ", "a", "\n"), None);
    }

    #[test]
    fn a_long_value_is_folded_and_unfolds_to_itself() {
        let value = ["word  two"; 40].join(" ");
        let field = of_text("Subject", &value, "\r\n").unwrap();
        assert!(
            field.lines().all(|line| line.len() <= LINE && !line.trim().is_empty()),
            "{field}"
        );
        assert_eq!(field.replace("\r\n", ""), format!("Subject: {value}"));
        let letters = "\u{e9}".repeat(300);
        assert!(
            of_text("Subject", &letters, "\r\n")
                .unwrap()
                .lines()
                .all(|line| line.len() <= LINE + 8)
        );
    }
}
