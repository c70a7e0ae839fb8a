//! Forms that nobody filled in, by their blanks.

use memchr::{memchr, memmem, memrchr};

/// Whether `text` is a form with all of its fields blank: labels with underscores, empty boxes or nothing behind them.
///
/// ```
/// # use sealwax::detect::is_blank_form;
/// assert!(is_blank_form("Name: ____ Date of birth: __/__/____\nDiabetes [ ] yes [ ] no\nMedication:\n"));
/// assert!(!is_blank_form("Name: Ann Lee\nDate of birth: 5/15/1975\nSignature: ____ Date: ____ Time: ____\n"));
/// ```
#[must_use]
pub fn is_blank_form(text: &str) -> bool {
    let (bytes, mut at, mut blank) = (text.as_bytes(), 0_usize, 0_usize);
    while let Some(colon) = bytes.get(at..).and_then(|rest| memchr(b':', rest)) {
        let colon = at.saturating_add(colon);
        let (before, behind) = text.split_at_checked(colon).unwrap_or_default();
        let start = memrchr(b'\n', before.as_bytes()).map_or(0, |end| end.saturating_add(1));
        let length = memchr(b'\n', behind.as_bytes()).unwrap_or(behind.len());
        let end = colon.saturating_add(length);
        let Some(blanks) = blank_fields(text.get(start..end).unwrap_or_default()) else {
            return false; // as of nearly every text that is none
        };
        blank = blank.saturating_add(blanks);
        at = end;
    }
    blank >= LEAST || blank.saturating_add(boxes(text)) >= LEAST
}

/// The empty boxes of a text.
fn boxes(text: &str) -> usize {
    let count = |empty: &str| memmem::find_iter(text.as_bytes(), empty).count();
    BOXES.iter().map(|empty| count(empty)).fold(0, usize::saturating_add)
}

/// How many fields of a line are blank; `None` where one of them is filled in.
fn blank_fields(line: &str) -> Option<usize> {
    let mut blank = 0_usize;
    let mut pieces = line.split(':');
    let mut label = pieces.next().unwrap_or_default();
    for value in pieces {
        if is_label(label) {
            if is_entry(value) {
                return None;
            }
            blank = blank.saturating_add(1);
        }
        label = value;
    }
    Some(blank)
}

/// A label is a few words, of which the last may follow a blank: `____ Phone`.
fn is_label(text: &str) -> bool {
    let words = text.rsplit(['_', ']', ')']).next().unwrap_or_default();
    words.contains(char::is_alphabetic) && words.split_whitespace().count() <= LABEL_WORDS
}

/// Whether something stands behind a label before the blank of the next one.
fn is_entry(value: &str) -> bool {
    let before = value.split("__").next().unwrap_or_default();
    let is_blank = value.contains("__") || value.contains("[ ]");
    let text = if is_blank { before } else { value };
    text.contains(char::is_alphanumeric)
}

const BOXES: &[&str] = &["[ ]", "( )", "☐"];
/// Fewer blanks stand in ordinary mail as well.
const LEAST: usize = 3;
const LABEL_WORDS: usize = 6;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether a text is one, by every field of every line.
    fn is_one(text: &str) -> bool {
        let fields = text.lines().map(|line| {
            let boxes: usize = BOXES.iter().map(|empty| line.matches(empty).count()).sum();
            blank_fields(line).map(|blank| boxes + blank)
        });
        fields.sum::<Option<usize>>().is_some_and(|blank| blank >= LEAST)
    }

    proptest! {
        #[test]
        fn the_lines_that_are_passed_over_hold_no_field(
            lines in prop::collection::vec("([A-Z][a-z]{2,5} ?){0,3}(: ?(__|[a-z1]{0,3})|\\[ \\]|\\( \\)|☐|\r| ){0,4}", 0..6),
        ) {
            let text = lines.join("\n");
            prop_assert_eq!(is_blank_form(&text), is_one(&text), "{}", text);
        }
    }

    #[test]
    fn a_form_is_blank_until_somebody_fills_it_in() {
        const ROWS: &[(&str, bool)] = &[
            ("Name: ____ Phone: (___) ___-____\nSSN: ___-__-____\n", true),
            ("Patient:\nMRN:\nDiagnosis:\n", true),
            (
                "Name: Ann Lee Phone: 503-555-0142\nSSN: 536-90-4399\nSignature: ____\n",
                false,
            ),
            (
                "Patient: Ann Lee\nMRN: 48213377\nDiagnosis: diabetes\nSignature:\n",
                false,
            ),
            ("Dear Ann:\n\nYour results:\n\nHbA1c 9.1\n", false),
            (
                "________________\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: x\n",
                false,
            ),
            ("", false),
        ];
        for (text, blank) in ROWS {
            assert_eq!(is_blank_form(text), *blank, "{text}");
        }
    }
}
