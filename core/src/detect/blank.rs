//! Forms that nobody filled in, by their blanks.

/// Whether `text` is a form with all of its fields blank: labels with underscores, empty boxes or nothing behind them.
///
/// ```
/// # use sealwax::detect::is_blank_form;
/// assert!(is_blank_form("Name: ____ Date of birth: __/__/____\nDiabetes [ ] yes [ ] no\nMedication:\n"));
/// assert!(!is_blank_form("Name: Ann Lee\nDate of birth: 5/15/1975\nSignature: ____ Date: ____ Time: ____\n"));
/// ```
#[must_use]
pub fn is_blank_form(text: &str) -> bool {
    let (mut blank, mut filled) = (0_usize, 0_usize);
    for line in text.lines() {
        let (blanks, entries) = fields(line);
        blank = blank.saturating_add(blanks);
        filled = filled.saturating_add(entries);
    }
    blank >= LEAST && filled == 0
}

/// The blank and the filled fields of a line.
fn fields(line: &str) -> (usize, usize) {
    let boxes = ["[ ]", "( )", "☐"]
        .iter()
        .map(|empty| line.matches(empty).count())
        .sum::<usize>();
    let (mut blank, mut filled) = (boxes, 0_usize);
    let mut pieces = line.split(':');
    let mut label = pieces.next().unwrap_or_default();
    for value in pieces {
        if is_label(label) {
            if is_entry(value) {
                filled = filled.saturating_add(1);
            } else {
                blank = blank.saturating_add(1);
            }
        }
        label = value;
    }
    (blank, filled)
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

/// Fewer blanks stand in ordinary mail as well.
const LEAST: usize = 3;
const LABEL_WORDS: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

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
