use std::fmt;

use super::date::Day;
use super::file::{Keyed, Role, write};
use super::kind::Identifier;
use super::name::{Called, fingerprint};
use crate::crypto::HashKey;

/// One person of a table, with every value in the form in which it is hashed.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub(super) called: Option<Called>,
    pub(super) born: Option<Day>,
    pub(super) numbers: Vec<(Identifier, String)>,
}

impl fmt::Debug for Person {
    /// Shows how much is known, never what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("named", &self.called.is_some())
            .field("born", &self.born.is_some())
            .field("numbers", &self.numbers.len())
            .finish()
    }
}

/// Makes the file of a [`Roster`](super::Roster): people go in, keyed hashes come out.
#[derive(Clone)]
pub struct RosterBuilder {
    keyed: Keyed,
    salt: [u8; 16],
    words: Vec<u32>,
    values: Vec<u64>,
}

impl RosterBuilder {
    /// A roster without people. `salt` is random and stands in the file: two rosters of the same people and key have
    /// nothing in common.
    #[must_use]
    pub fn new(key: &HashKey, salt: [u8; 16]) -> Self {
        Self {
            keyed: Keyed::new(key, &salt),
            salt,
            words: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Adds a person.
    pub fn add(&mut self, person: &Person) {
        if let Some(called) = &person.called {
            self.name(called, person.born);
        }
        for (kind, number) in &person.numbers {
            self.number(*kind, number);
            if *kind == Identifier::Phone && number.len() == NATIONAL_DIGITS {
                self.number(*kind, &format!("1{number}"));
            }
        }
    }

    /// The bytes of the roster.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        write(&self.keyed, &self.salt, self.words, self.values)
    }

    fn name(&mut self, called: &Called, born: Option<Day>) {
        self.word(Role::Given, &called.given);
        for family in called.families() {
            self.word(Role::Family, family.first().map_or("", String::as_str));
            let family = family.concat();
            self.values.push(self.keyed.name(&called.given, &family));
            let born = born.map(|day| self.keyed.born(&called.given, &family, day));
            self.values.extend(born);
        }
    }

    fn number(&mut self, kind: Identifier, number: &str) {
        self.word(Role::Number, number);
        self.values.push(self.keyed.number(kind, number));
    }

    fn word(&mut self, role: Role, word: &str) {
        self.words.push(self.keyed.word(role, fingerprint(word)));
    }
}

/// Digits of a North American number without the country code 1, with which it is written as well.
const NATIONAL_DIGITS: usize = 10;

impl fmt::Debug for RosterBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RosterBuilder")
            .field("values", &self.values.len())
            .finish_non_exhaustive()
    }
}
