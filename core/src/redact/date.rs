//! Dates moved by days, in the form in which they stand.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::crypto::HashKey;

/// How far the dates of one subject are moved.
#[derive(Clone, Copy)]
pub(super) struct Shift(i64);

impl Shift {
    pub(super) fn new(key: &HashKey, subject: &str) -> Self {
        let [first, second, third, fourth, ..] = key.hash("sealwax date shift", &[subject.as_bytes()]);
        let hash = u32::from_le_bytes([first, second, third, fourth]);
        let days = i64::from(hash % (2 * FARTHEST)) - i64::from(FARTHEST);
        // From -365 to 365, without 0.
        Self(if days >= 0 { days.saturating_add(1) } else { days })
    }

    /// The date that `text` is, moved and written alike; `None` when it is none.
    pub(super) fn moved(self, text: &str) -> Option<String> {
        let form = Form::of(text)?;
        let moved = form.date.checked_add(self.0.days()).ok()?;
        Some(form.write(moved))
    }
}

impl std::fmt::Debug for Shift {
    /// The number of days is a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shift")
    }
}

/// Days in either direction.
const FARTHEST: u32 = 365;

/// A date as it is written: its pieces, which of them are what, and what stands between them.
struct Form<'a> {
    date: Date,
    pieces: Vec<(Piece, &'a str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Between,
    Day,
    Month,
    Year,
}

impl<'a> Form<'a> {
    /// `1975-05-15`, `5/15/1975`, `15.05.1975`, `May 15, 1975`, `15 May 1975`.
    fn of(text: &'a str) -> Option<Self> {
        let mut pieces: Vec<(Piece, &str)> = split(text).map(|piece| (Piece::Between, piece)).collect();
        let words: Vec<usize> = (0..pieces.len())
            .filter(|&index| pieces.get(index).is_some_and(|(_, piece)| is_word(piece)))
            .collect();
        let [first, second, third] = words.as_slice().try_into().ok()?;
        let text_of = |index: usize| pieces.get(index).map_or("", |(_, piece)| *piece);
        let order = if text_of(first).len() == 4 && text_of(second).len() <= 2 {
            [Piece::Year, Piece::Month, Piece::Day]
        } else if month(text_of(first)).is_some() {
            [Piece::Month, Piece::Day, Piece::Year]
        } else if month(text_of(second)).is_some() || text.contains('.') || number(text_of(first))? > 12 {
            [Piece::Day, Piece::Month, Piece::Year]
        } else {
            [Piece::Month, Piece::Day, Piece::Year]
        };
        for (index, piece) in [first, second, third].into_iter().zip(order) {
            pieces.get_mut(index)?.0 = piece;
        }
        let value = |wanted| pieces.iter().find(|(piece, _)| *piece == wanted).map(|(_, text)| *text);
        let year = value(Piece::Year).and_then(year)?;
        let month = value(Piece::Month).and_then(|text| month(text).or_else(|| number(text)))?;
        let day = value(Piece::Day).and_then(number)?;
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Some(Self { date, pieces })
    }

    fn write(&self, date: Date) -> String {
        let piece = |(piece, text): &(Piece, &str)| match piece {
            Piece::Between => (*text).to_owned(),
            Piece::Day => padded(i16::from(date.day()), text),
            Piece::Month if number(text).is_some() => padded(i16::from(date.month()), text),
            Piece::Month => month_name(date, text),
            Piece::Year if text.len() == 2 => format!("{:02}", date.year() % 100),
            Piece::Year => format!("{:04}", date.year()),
        };
        self.pieces.iter().map(piece).collect()
    }
}

/// Runs of letters and digits, and what stands between them.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|character: char| character.is_alphanumeric() != first.is_alphanumeric());
        let (piece, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = after;
        Some(piece)
    })
}

fn is_word(piece: &str) -> bool {
    piece.starts_with(char::is_alphanumeric)
}

fn number(text: &str) -> Option<i16> {
    let digits = text
        .trim_end_matches("th")
        .trim_end_matches("st")
        .trim_end_matches("nd")
        .trim_end_matches("rd");
    digits.parse().ok().filter(|_| digits.len() <= 4)
}

/// A year of two digits is taken for one of the last century from 30 on.
fn year(text: &str) -> Option<i16> {
    let year = number(text)?;
    Some(match (text.len(), year) {
        (2, 30..) => year.saturating_add(1900),
        (2, _) => year.saturating_add(2000),
        _ => year,
    })
}

fn month(text: &str) -> Option<i16> {
    let name = text.to_ascii_lowercase();
    let found = (1..)
        .zip(MONTHS)
        .find(|(_, month)| name.len() >= 3 && month.to_ascii_lowercase().starts_with(&name));
    found.map(|(number, _)| number)
}

/// As long as it was written: `May`, `Sep`, `September`.
fn month_name(date: Date, text: &str) -> String {
    let index = usize::try_from(date.month()).unwrap_or_default().saturating_sub(1);
    let name = MONTHS.get(index).copied().unwrap_or_default();
    let short = text.len() == 3 && !text.eq_ignore_ascii_case("may");
    if short {
        name.chars().take(3).collect()
    } else {
        name.to_owned()
    }
}

fn padded(value: i16, like: &str) -> String {
    if like.starts_with('0') {
        format!("{value:02}")
    } else {
        value.to_string()
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_moves_in_its_own_form() {
        for (text, moved) in [
            ("1975-05-15", "1975-05-25"),
            ("05/09/1975", "05/19/1975"),
            ("5/9/75", "5/19/75"),
            ("15.05.1975", "25.05.1975"),
            ("25/12/1975", "4/1/1976"),
            ("May 25, 1975", "June 4, 1975"),
            ("25 Dec 1975", "4 Jan 1976"),
        ] {
            assert_eq!(Shift(10).moved(text).as_deref(), Some(moved));
        }
        for text in ["1975", "soon", "13/13/1975", "19750515", "1/2/3/4", ""] {
            assert_eq!(Shift(10).moved(text), None, "{text}");
        }
    }

    #[test]
    fn subjects_have_shifts_of_their_own_and_none_stays() {
        let key = HashKey::from_bytes(&[7; 32]);
        let days: Vec<i64> = (0..400)
            .map(|subject| Shift::new(&key, &subject.to_string()).0)
            .collect();
        assert!(days.iter().all(|days| *days != 0 && (-365..=365).contains(days)));
        assert!(days.iter().collect::<std::collections::BTreeSet<_>>().len() > 200);
        assert_eq!(Shift::new(&key, "7").0, days[7]);
    }
}
