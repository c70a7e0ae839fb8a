//! Mailbox files: messages one behind the other, each behind a line `From ...` (RFC 4155).

use std::ops::Range;

use super::header::{has_name, is_separator, line_at};

/// The messages of a mailbox, each with its line; all in one when it is none.
pub(super) fn messages(bytes: &[u8]) -> Vec<Range<usize>> {
    if !is_separator(bytes) {
        return std::iter::once(0..bytes.len()).collect();
    }
    let mut starts = vec![0];
    starts.extend(
        memchr::memmem::find_iter(bytes, b"\nFrom ")
            .map(|at| at + 1)
            .filter(|&at| starts_one(bytes, at)),
    );
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    starts.iter().zip(ends).map(|(&start, end)| start..end).collect()
}

/// Whether content is a mailbox: it starts with such a line, and a header follows.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    is_separator(bytes) && has_name(line_at(bytes, line_at(bytes, 0).len()))
}

/// Whether a message starts at the line start `at`: an empty line stands before it, and a header follows.
fn starts_one(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    (before.ends_with(b"\n\n") || before.ends_with(b"\n\r\n")) && is_one(bytes.get(at..).unwrap_or_default())
}

/// The line of a mailbox, if it holds more than machines write: an address, or a word for one, and a date.
pub(super) fn words_of(line: &str) -> Option<&str> {
    let words = line
        .trim_start_matches('>')
        .strip_prefix("From ")
        .unwrap_or(line)
        .trim();
    let (sender, date) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let is_sender = sender.contains('@') || matches!(sender, "-" | "MAILER-DAEMON" | "???@???");
    let is_machine = is_sender && super::machine::is_date(date);
    (!is_machine).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_messages_of_a_mailbox_are_told_apart() {
        let mailbox = b"From a\nA: b\n\nFrom here on\n\nFrom b\nC: d\n\nx\nFrom c\nE: f\n";
        assert_eq!(messages(mailbox), [0..27, 27..mailbox.len()]);
        assert_eq!(messages(b"A: b\n\nFrom b\nC: d\n"), std::slice::from_ref(&(0..18)));
    }

    #[test]
    fn a_line_that_machines_write_says_nothing() {
        assert_eq!(words_of("From ann@example.org Mon Jan  1 00:00:00 2026"), None);
        assert_eq!(words_of("From MAILER-DAEMON Mon Jan  1 00:00:00 2026"), None);
        for line in [
            "From 219-09-9994 Mon Jan  1 00:00:00 2026",
            "From ann@example.org with diabetes",
            "From here",
        ] {
            assert_eq!(words_of(line), Some(line));
        }
    }
}
