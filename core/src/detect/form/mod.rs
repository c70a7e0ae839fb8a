//! Forms known by their words, so that a blank one is told from a filled one.
//!
//! A form's file holds the hashes of its words in their order. A text that shares runs of three words with a form is
//! laid beside it word by word: what stands between the form's own words is what somebody entered. The hashes have no
//! key: a blank form is no secret, and nothing else is in the file.

mod file;
mod find;
mod set;

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use thiserror::Error;

use super::token::{Token, mix, tokens};
use super::{Finding, Scanner, Strength};
use crate::text::View;

pub use set::{FormSet, FormUse};

/// A set of forms, ready to be recognised.
///
/// ```
/// use sealwax::detect::{FormBuilder, Forms};
/// use sealwax::text::View;
///
/// let blank = "Intake form of the clinic. Your name: ____ Your date of birth: ____ What brings you here today? ____";
/// let mut builder = FormBuilder::new();
/// builder.add("intake", &View::fold(blank))?;
/// let forms = Forms::read(&builder.finish())?;
/// assert_eq!(forms.entries(&View::fold(blank)), Some(vec![]));
/// let filled = blank.replacen("____", "Ann Lee", 1);
/// let entry = filled.find("Ann").unwrap();
/// assert_eq!(forms.entries(&View::fold(&filled)), Some(vec![entry..entry + 7]));
/// assert_eq!(forms.entries(&View::fold("Your name is Ann Lee")), None);
/// # Ok::<(), sealwax::detect::FormError>(())
/// ```
#[derive(Clone)]
pub struct Forms {
    forms: Vec<Form>,
    /// The forms in which three words stand one behind the other.
    shingles: HashMap<u64, Vec<usize>>,
}

/// One form, or one page of it: the hashes of its words in their order.
#[derive(Clone)]
struct Form {
    words: Vec<u64>,
}

impl Forms {
    /// Reads the bytes that [`FormBuilder::finish`] gave.
    ///
    /// # Errors
    ///
    /// [`FormError::Format`] when they are no forms.
    pub fn read(bytes: &[u8]) -> Result<Self, FormError> {
        let forms: Vec<Form> = file::read(bytes)?.into_iter().map(|words| Form { words }).collect();
        let mut shingles: HashMap<u64, Vec<usize>> = HashMap::new();
        for (index, form) in forms.iter().enumerate() {
            for shingle in form.words.windows(SHINGLE).map(shingle) {
                let owners = shingles.entry(shingle).or_default();
                if owners.last() != Some(&index) && owners.len() < SHARED_BY {
                    owners.push(index);
                }
            }
        }
        Ok(Self { forms, shingles })
    }

    /// What somebody entered into the form that `view` is a copy of, as places in its text; `None` when it is none.
    #[must_use]
    pub fn entries(&self, view: &View<'_>) -> Option<Vec<std::ops::Range<usize>>> {
        self.copy(view).map(|copy| copy.entries)
    }

    /// The form that `view` is a copy of.
    fn copy(&self, view: &View<'_>) -> Option<find::Copy> {
        find::copy(self, view)
    }
}

impl fmt::Debug for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forms")
            .field("forms", &self.forms.len())
            .finish_non_exhaustive()
    }
}

/// Makes the file of a set of [`Forms`].
#[derive(Clone, Debug, Default)]
pub struct FormBuilder {
    forms: Vec<Vec<u64>>,
}

impl FormBuilder {
    /// A set without forms.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a blank form, or a page of one; `name` stands in an error.
    ///
    /// # Errors
    ///
    /// [`FormError::Short`] when it has fewer than 12 words, by which ordinary text could pass for it,
    /// [`FormError::Long`] when it has more than 20,000, and [`FormError::Filled`] when it holds what somebody entered, which
    /// a copy of the form would not be searched for.
    ///
    /// ```
    /// use sealwax::detect::{FormBuilder, FormError};
    /// use sealwax::text::View;
    /// let filled = "Intake form of the clinic. Patient name: Ann Lee\nDate of birth: 5/15/1975\nWhat brings you here today?";
    /// let error = FormBuilder::new().add("intake", &View::fold(filled)).unwrap_err();
    /// assert!(matches!(error, FormError::Filled { .. }), "{error}");
    /// ```
    pub fn add(&mut self, name: &str, blank: &View<'_>) -> Result<(), FormError> {
        let words: Vec<u64> = tokens(blank.text()).iter().map(|token| token.hash).collect();
        match words.len() {
            0..SHORTEST => Err(FormError::Short(name.into())),
            SHORTEST..=LONGEST => {
                refuse_filled(name, blank)?;
                self.forms.push(words);
                Ok(())
            }
            _ => Err(FormError::Long(name.into())),
        }
    }

    /// The bytes of the set.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        file::write(&self.forms)
    }
}

/// A form cannot be taken in, or the bytes are no forms.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FormError {
    /// The form holds what somebody entered.
    #[error("`{name}`: is filled in ({labels}); make the form from a blank copy")]
    Filled {
        /// The form.
        name: Box<str>,
        /// The types of what was entered.
        labels: Box<str>,
    },
    /// The bytes are no set of forms.
    #[error("these bytes are no forms, or not of this version")]
    Format,
    /// The form has too many words.
    #[error("`{0}`: a form has at most 20000 words")]
    Long(Box<str>),
    /// The form has so few words that ordinary text would pass for it.
    #[error("`{0}`: a form, and each page of it, has at least 12 words")]
    Short(Box<str>),
}

/// Fails when the text holds what one person has: a name or a birth date behind its label, or a number of theirs. A clinic's own name,
/// address, telephone and account stand in blank forms as well.
fn refuse_filled(name: &str, blank: &View<'_>) -> Result<(), FormError> {
    let scanner = Scanner::builder().build().map_err(|_| FormError::Format)?;
    let entered = |finding: &Finding| {
        let is_theirs = finding
            .detector()
            .safe_harbor()
            .is_some_and(|letter| PERSONAL.contains(&letter));
        is_theirs && (finding.is_labelled() || finding.strength() >= Strength::Label)
    };
    let found = scanner.scan(blank);
    let labels: BTreeSet<&str> = found
        .iter()
        .filter(|finding| entered(finding))
        .map(|finding| finding.detector().label())
        .collect();
    if labels.is_empty() {
        return Ok(());
    }
    Err(FormError::Filled {
        name: name.into(),
        labels: Vec::from_iter(labels).join(", ").into(),
    })
}

/// The letters of names, dates of a person, and the numbers of persons, records and members (45 CFR 164.514(b)(2)(i)).
const PERSONAL: [char; 5] = ['A', 'C', 'G', 'H', 'I'];

/// Three words, one behind the other.
fn shingle(words: &[u64]) -> u64 {
    words.iter().fold(0, |hash, word| {
        word.to_le_bytes().into_iter().map(char::from).fold(hash, mix)
    })
}

const SHINGLE: usize = 3;
const SHORTEST: usize = 12;
const LONGEST: usize = 20_000;
/// Three words that stand in more forms than this tell none of them.
const SHARED_BY: usize = 16;

#[cfg(test)]
mod tests;
