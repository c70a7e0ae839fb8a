//! Dates as people write them.

use super::super::token::{Token, tokens};

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day {
    year: u16,
    month: u8,
    of_month: u8,
}

impl Day {
    /// `19750515`.
    pub(super) fn digits(self) -> String {
        format!("{:04}{:02}{:02}", self.year, self.month, self.of_month)
    }
}

/// The days that a date in a table can mean; a table that writes the month as a number puts it first, unless there is
/// no such month.
pub(super) fn in_table(text: &str) -> Option<Day> {
    let view = crate::text::View::fold(text);
    days(view.text(), &tokens(view.text())).into_iter().next()
}

/// The days that the date at the first of `tokens` can mean, the likeliest first: `05/04/75` is May or April, and of
/// this century or the last.
pub(super) fn days(text: &str, tokens: &[Token]) -> Vec<Day> {
    if let Some(digits) = tokens
        .first()
        .and_then(|token| piece(text, token))
        .filter(|digits| is_compact(digits))
    {
        return compact(digits);
    }
    let [first, second, third, ..] = tokens else {
        return Vec::new();
    };
    if !is_joint(text, first, second) || !is_joint(text, second, third) {
        return Vec::new();
    }
    let pieces = [first, second, third].map(|token| piece(text, token).unwrap_or_default());
    let numbers = pieces.map(number);
    let months = pieces.map(month);
    match (numbers, months) {
        ([Some(year), Some(month), Some(day)], _) if year > 31 && first.end.saturating_sub(first.start) == 4 => {
            all(&[(year, month, day)])
        }
        ([Some(one), Some(other), Some(year)], _) => years(year)
            .into_iter()
            .flat_map(|year| all(&[(year, one, other), (year, other, one)]))
            .collect(),
        ([None, Some(day), Some(year)], [Some(month), ..]) | ([Some(day), None, Some(year)], [_, Some(month), _]) => {
            years(year)
                .into_iter()
                .flat_map(|year| all(&[(year, month, day)]))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn piece<'a>(text: &'a str, token: &Token) -> Option<&'a str> {
    text.get(token.start..token.end)
}

fn is_compact(digits: &str) -> bool {
    digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `19750515` and `05151975`.
fn compact(digits: &str) -> Vec<Day> {
    let part = |range| digits.get(range).and_then(number).unwrap_or_default();
    all(&[
        (part(0..4), part(4..6), part(6..8)),
        (part(4..8), part(0..2), part(2..4)),
    ])
}

/// A number, also with an ending as in `5th`.
fn number(text: &str) -> Option<u16> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = text.len().saturating_sub(digits.len());
    (digits.len() <= 4 && matches!(ending, 0 | 2))
        .then(|| digits.parse().ok())
        .flatten()
}

/// The number of a month by its English name or the first three letters of it.
fn month(text: &str) -> Option<u16> {
    let name = text.to_ascii_lowercase();
    let found = (1..)
        .zip(MONTHS)
        .find(|(_, month)| name.len() >= 3 && month.starts_with(name.as_str()));
    found.map(|(number, _)| number)
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A year of two digits is one of the last century or of this.
fn years(year: u16) -> Vec<u16> {
    match year {
        0..=99 => vec![year.saturating_add(1900), year.saturating_add(2000)],
        _ => vec![year],
    }
}

fn all(days: &[(u16, u16, u16)]) -> Vec<Day> {
    let day = |&(year, month, day): &(u16, u16, u16)| {
        let exists = (1850..=2150).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        exists.then_some(Day {
            year,
            month: u8::try_from(month).ok()?,
            of_month: u8::try_from(day).ok()?,
        })
    };
    let mut found: Vec<Day> = days.iter().filter_map(day).collect();
    found.dedup();
    found
}

/// Pieces of a date stand close together.
fn is_joint(text: &str, left: &Token, right: &Token) -> bool {
    let gap = text.get(left.end..right.start).unwrap_or_default();
    gap.len() <= 2
        && gap
            .chars()
            .all(|character| matches!(character, ' ' | '-' | '/' | '.' | ',' | '\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_however_it_is_written() {
        for text in [
            "1975-05-15",
            "05/15/1975",
            "5/15/75",
            "15.05.1975",
            "May 15, 1975",
            "15 May 1975",
            "19750515",
            "05151975",
            "may 15th, 1975",
            "1975/5/15",
        ] {
            let found = days(text, &tokens(text));
            assert!(found.iter().any(|day| day.digits() == "19750515"), "{text} {found:?}");
        }
    }

    #[test]
    fn an_ambiguous_date_has_both_readings_and_nonsense_none() {
        let count = |text: &str| days(text, &tokens(text)).len();
        assert_eq!(count("05/04/1975"), 2);
        assert_eq!(count("05/04/75"), 4);
        for nonsense in ["13/13/1975", "1975", "99999999", "a b c", "10.0.0.1"] {
            assert_eq!(count(nonsense), 0, "{nonsense}");
        }
    }
}
