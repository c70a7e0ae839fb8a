//! People from a table.

use thiserror::Error;

use super::build::Person;
use super::date::in_table;
use super::kind::Identifier;
use super::name::{Called, number, words};
use super::{RosterError, RosterErrorKind};
use crate::csv::Records;

/// What a column of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The date of birth.
    BirthDate,
    /// The family name.
    FamilyName,
    /// The whole name, in either order with a comma, else the given name first.
    FullName,
    /// The given name; what follows the first word is a middle name, which is not needed.
    GivenName,
    /// Nothing that a roster takes in.
    Ignored,
    /// A number of one person.
    Number(Identifier),
}

impl Column {
    /// The column of this name on the command line: `given-name`, `mrn` and so on.
    ///
    /// ```
    /// use sealwax::detect::{Identifier, RosterColumn};
    /// assert_eq!(RosterColumn::named("mrn"), Some(RosterColumn::Number(Identifier::Mrn)));
    /// assert_eq!(RosterColumn::named("shoe-size"), None);
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let number = Identifier::ALL.into_iter().find(|kind| kind.name() == name);
        let named = NAMED.iter().find(|(known, _, _)| *known == name);
        number.map(Self::Number).or(named.map(|(_, column, _)| *column))
    }

    /// The names that [`named`](Self::named) knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED
            .iter()
            .map(|(name, _, _)| *name)
            .chain(Identifier::ALL.map(Identifier::name))
    }

    /// What a column with this header holds.
    fn of_header(header: &str) -> Self {
        let header = words(&header.replace('_', " ")).join(" ");
        let is = |headers: &[&str]| headers.contains(&header.as_str());
        let number = Identifier::ALL.into_iter().find(|kind| is(kind.headers()));
        let named = NAMED.iter().find(|(_, _, headers)| is(headers));
        number.map_or_else(|| named.map_or(Self::Ignored, |(_, column, _)| *column), Self::Number)
    }
}

/// The name on the command line, the column, and the headers that mean it, in words.
const NAMED: &[(&str, Column, &[&str])] = &[
    (
        "birth-date",
        Column::BirthDate,
        &["dob", "date of birth", "birth date", "birthdate", "birthday", "born"],
    ),
    (
        "family-name",
        Column::FamilyName,
        &["last name", "lastname", "family name", "surname", "last", "family"],
    ),
    (
        "full-name",
        Column::FullName,
        &["name", "full name", "patient", "patient name", "member name", "client"],
    ),
    (
        "given-name",
        Column::GivenName,
        &["first name", "firstname", "given name", "first", "given", "forename"],
    ),
    ("ignored", Column::Ignored, &[]),
];

/// The people of a table (RFC 4180, or with `;` or tabs) whose first line names the columns.
pub struct Table<'a> {
    records: Records<'a>,
    columns: Vec<Column>,
}

impl<'a> Table<'a> {
    /// Reads the first line. Columns are known by their header; `mapped` says what a column holds whose header is not
    /// known or misleads.
    ///
    /// # Errors
    ///
    /// [`RosterErrorKind::Columns`] when a mapped column is not there, or no column holds names or numbers.
    pub fn read(text: &'a str, mapped: &[(String, Column)]) -> Result<Self, RosterError> {
        let refused = |detail: String| RosterError::new(RosterErrorKind::Columns, detail);
        let first = text.lines().next().unwrap_or_default();
        let separator = [';', '\t']
            .into_iter()
            .find(|separator| !first.contains(',') && first.contains(*separator));
        let mut records = Records::new(text, separator.unwrap_or(','));
        let (_, head) = records.next().ok_or_else(|| refused("the table is empty".into()))?;
        if let Some((column, _)) = mapped
            .iter()
            .find(|(column, _)| !head.iter().any(|header| header.trim() == column))
        {
            return Err(refused(format!("the table has no column `{column}`")));
        }
        let of = |header: &String| {
            let mapped = mapped.iter().find(|(column, _)| column == header.trim());
            mapped.map_or_else(|| Column::of_header(header), |(_, column)| *column)
        };
        let columns: Vec<Column> = head.iter().map(of).collect();
        let has = |wanted| columns.contains(&wanted);
        let is_number = |column: &Column| matches!(column, Column::Number(_));
        let named = has(Column::FullName) || (has(Column::GivenName) && has(Column::FamilyName));
        if !named && !columns.iter().any(is_number) {
            return Err(refused("no column of the table holds names or numbers; map one".into()));
        }
        Ok(Self { records, columns })
    }

    /// What each column holds, in their order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many bytes of the table were read.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.records.bytes()
    }

    fn person(&self, fields: &[String]) -> Result<Person, PersonError> {
        if fields.len() != self.columns.len() {
            return Err(PersonError::Fields);
        }
        let cells = || self.columns.iter().zip(fields.iter().map(|field| field.trim()));
        let field = |wanted| {
            cells()
                .find(|(column, cell)| **column == wanted && !cell.is_empty())
                .map(|(_, cell)| cell)
        };
        let called = match (
            field(Column::GivenName),
            field(Column::FamilyName),
            field(Column::FullName),
        ) {
            (Some(given), Some(family), _) => Some(Called::of(given, family).ok_or(PersonError::Name)?),
            (_, _, Some(name)) => Some(Called::in_full(name).ok_or(PersonError::Name)?),
            (None, None, None) => None,
            _ => return Err(PersonError::Name),
        };
        let born = field(Column::BirthDate).map(|date| in_table(date).ok_or(PersonError::BirthDate));
        let mut numbers = Vec::new();
        for (column, cell) in cells() {
            if let (Column::Number(kind), false) = (column, cell.is_empty()) {
                numbers.push((*kind, long_enough(number(cell))?));
            }
        }
        let person = Person {
            called,
            born: born.transpose()?,
            numbers,
        };
        let is_empty = person.called.is_none() && person.numbers.is_empty();
        if is_empty { Err(PersonError::Empty) } else { Ok(person) }
    }
}

/// A shorter number, or one of letters, is met by chance: a year, a ZIP code, a word.
fn long_enough(number: String) -> Result<String, PersonError> {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let length = number.chars().count();
    let fits = (LEAST_CHARACTERS..=super::find::MOST_CHARACTERS).contains(&length) && digits >= LEAST_DIGITS;
    fits.then_some(number).ok_or(PersonError::Number)
}

const LEAST_CHARACTERS: usize = 6;
const LEAST_DIGITS: usize = 3;

impl std::fmt::Debug for Table<'_> {
    /// Shows the columns, never a row.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl Iterator for Table<'_> {
    /// The line on which a row begins, and the person in it.
    type Item = (usize, Result<Person, PersonError>);

    fn next(&mut self) -> Option<Self::Item> {
        let (line, fields) = self.records.next()?;
        Some((line, self.person(&fields)))
    }
}

/// Why a row is no person that a roster could recognise. It quotes nothing of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PersonError {
    /// The date of birth is no date.
    #[error("the birth date is no date")]
    BirthDate,
    /// There is neither a name nor a number.
    #[error("there is neither a name nor a number")]
    Empty,
    /// The row has more or fewer fields than the first line.
    #[error("the row has not as many fields as there are columns")]
    Fields,
    /// Only half of a name is there.
    #[error("the name has not both a given name and a family name")]
    Name,
    /// A number is so short that it would be met by chance, or longer than any.
    #[error("a number has fewer than 6 or more than 40 letters and digits, or fewer than 3 digits")]
    Number,
}
