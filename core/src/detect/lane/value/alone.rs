//! Whether a value stands alone, or is a piece of something longer.

use std::ops::Range;

/// Whether a value is not a piece of something longer, such as a version, a date or a part number; `listed_before` and
/// `listed_behind` say where it may stand in a list without blanks.
pub(super) fn stands_alone(text: &str, range: &Range<usize>, listed_before: bool, listed_behind: bool) -> bool {
    let mut before = text.get(..range.start).unwrap_or_default().chars().rev();
    let before_glued = glued(&mut before, listed_before) || (!listed_before && is_money(text, range.start));
    !(before_glued || is_glued_behind(text, range, listed_behind))
}

/// Whether what stands behind a value belongs to the same thing.
pub(super) fn is_glued_behind(text: &str, range: &Range<usize>, listed: bool) -> bool {
    let mut after = text.get(range.end..).unwrap_or_default().chars();
    let value = text.get(range.clone()).unwrap_or_default();
    value.ends_with(char::is_alphanumeric) && glued(&mut after, listed)
}

/// Whether the next character, or the next two, belong to the same thing.
fn glued(outward: &mut dyn Iterator<Item = char>, listed: bool) -> bool {
    match (outward.next(), outward.next()) {
        (Some(next), _) if next.is_alphanumeric() => true,
        (Some('_'), _) => !listed,
        (Some(',' | '/'), Some(beyond)) => !listed && beyond.is_ascii_digit(),
        (Some('-' | '.'), Some(beyond)) => beyond.is_ascii_digit(),
        _ => false,
    }
}

/// Whether a sign of money stands before `start`.
fn is_money(text: &str, start: usize) -> bool {
    text.get(..start)
        .is_some_and(|head| head.ends_with(['$', '\u{20ac}', '\u{a3}']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_something_longer_does_not_stand_alone() {
        for (text, alone) in [
            ("x 123 y", true),
            ("(123)", true),
            ("123.", true),
            ("1.123", false),
            ("a123", false),
            ("123-4", false),
            ("$123", false),
            ("MR-123", true),
        ] {
            let start = text.find("123").unwrap();
            assert_eq!(stands_alone(text, &(start..start + 3), false, false), alone, "{text}");
        }
    }

    #[test]
    fn a_checked_value_stands_alone_in_a_list_without_blanks() {
        for (text, alone) in [
            ("1,123,4", true),
            ("1/123/4", true),
            ("a_123_4", true),
            ("$123", true),
            ("1.123", false),
            ("123.4", false),
            ("1-123", false),
            ("a123", false),
            ("123a", false),
        ] {
            let start = text.find("123").unwrap();
            assert_eq!(stands_alone(text, &(start..start + 3), true, true), alone, "{text}");
        }
    }
}
