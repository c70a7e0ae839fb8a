//! How to redact.

use std::collections::BTreeSet;

use super::values::squeezed;
use super::{date, placeholder};
use crate::classify::Category;
use crate::crypto::HashKey;
use crate::detect::{Detector, Sense};
use crate::text::View;

/// What takes the place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A star for each letter and digit.
    Mask,
    /// The type with a pseudonym, which is the same wherever the same value stands and the same key is used.
    Pseudonym,
    /// Nothing.
    Remove,
    /// The type, such as `[US_SSN]`.
    Type,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Mask, Self::Pseudonym, Self::Remove, Self::Type];

    /// The name on the command line and in other languages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mask => "mask",
            Self::Pseudonym => "pseudonym",
            Self::Remove => "remove",
            Self::Type => "type",
        }
    }

    /// The mode of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// How a text or a message is redacted.
///
/// ```
/// use sealwax::Engine;
/// use sealwax::crypto::HashKey;
/// use sealwax::redact::Redaction;
///
/// let engine = Engine::with_profile("hipaa-2013")?;
/// let text = "Her SSN is 536-90-4399, she has diabetes.";
/// assert_eq!(engine.redact_text(text, &Redaction::by_type())?.0, "Her SSN is [US_SSN], she has diabetes.");
/// assert_eq!(engine.redact_text(text, &Redaction::mask())?.0, "Her SSN is ***-**-****, she has diabetes.");
/// let key = HashKey::from_bytes(&[7; 32]);
/// let (first, _) = engine.redact_text(text, &Redaction::pseudonyms(key.clone()))?;
/// let (again, _) = engine.redact_text("SSN 536 90 4399", &Redaction::pseudonyms(key))?;
/// assert!(first.contains(again.trim_start_matches("SSN ")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Redaction {
    mode: Mode,
    pseudonyms: Option<HashKey>,
    shift: Option<date::Shift>,
    kept: BTreeSet<Box<str>>,
    participants: bool,
}

impl Redaction {
    /// The redaction of a mode that was chosen by its name; `None` for pseudonyms without a key.
    ///
    /// ```
    /// use sealwax::redact::{Mode, Redaction};
    /// assert!(Redaction::of(Mode::Mask, None).is_some());
    /// assert!(Redaction::of(Mode::Pseudonym, None).is_none());
    /// ```
    #[must_use]
    pub fn of(mode: Mode, key: Option<&HashKey>) -> Option<Self> {
        match mode {
            Mode::Mask | Mode::Remove | Mode::Type => Some(Self::plain(mode)),
            Mode::Pseudonym => key.cloned().map(Self::pseudonyms),
        }
    }

    /// A star for each letter and digit of a value.
    #[must_use]
    pub fn mask() -> Self {
        Self::plain(Mode::Mask)
    }

    /// Nothing in the place of a value.
    #[must_use]
    pub fn remove() -> Self {
        Self::plain(Mode::Remove)
    }

    /// The type in the place of a value.
    #[must_use]
    pub fn by_type() -> Self {
        Self::plain(Mode::Type)
    }

    /// The type and a pseudonym in the place of a value: 64 bits of its HMAC-SHA-256, so that records of one person can
    /// still be put together by somebody who cannot tell who it is. Whoever has the key can test a guess.
    #[must_use]
    pub fn pseudonyms(key: HashKey) -> Self {
        Self {
            pseudonyms: Some(key),
            ..Self::plain(Mode::Pseudonym)
        }
    }

    /// Moves dates instead of replacing them, all dates of one `subject` by the same number of days, at most a year
    /// forwards or backwards: the time between them stays. A date that cannot be read is replaced as other values are.
    ///
    /// 45 CFR 164.514(b)(2)(i)(C) asks for more: of a date, only the year may stay.
    #[must_use]
    pub fn shift_dates(mut self, key: &HashKey, subject: &str) -> Self {
        self.shift = Some(date::Shift::new(key, subject));
        self
    }

    /// Leaves findings with this label, such as `PHONE_NUMBER`, as they are.
    #[must_use]
    pub fn keep(mut self, label: &str) -> Self {
        self.kept.insert(label.into());
        self
    }

    /// Leaves the address fields and the date of a message as they are.
    #[must_use]
    pub fn keep_participants(mut self) -> Self {
        self.participants = true;
        self
    }

    fn plain(mode: Mode) -> Self {
        Self {
            mode,
            pseudonyms: None,
            shift: None,
            kept: BTreeSet::new(),
            participants: false,
        }
    }

    pub(super) const fn keeps_participants(&self) -> bool {
        self.participants
    }

    /// The type as which what `detector` finds is taken out; `None` where it stays. Whom a text speaks of is taken out as a
    /// person.
    pub(super) fn taken_as<'a>(&self, detector: &'a Detector) -> Option<&'a str> {
        let label = match detector.category() {
            Some(Category::Credential | Category::Custom(_) | Category::Financial | Category::PersonalIdentifier) => {
                detector.label()
            }
            Some(_) => detector.safe_harbor().map(|_| detector.label())?,
            None => is_name(detector).then_some(PERSON)?,
        };
        (!self.kept.contains(label)).then_some(label)
    }

    /// Whether names are taken out.
    pub(crate) fn takes_names(&self) -> bool {
        !self.kept.contains(PERSON)
    }

    /// What takes the place of `value`, and whether it may be found again: a date that was moved is still a date.
    pub(super) fn replacement(&self, label: &str, value: &str) -> (String, bool) {
        let moved = self
            .shift
            .as_ref()
            .filter(|_| label.starts_with("DATE"))
            .and_then(|shift| shift.moved(value));
        if let Some(moved) = moved {
            return (moved, true);
        }
        let text = match self.mode {
            Mode::Mask => masked(value),
            Mode::Pseudonym => placeholder::named(label, &self.pseudonym(label, value)),
            Mode::Remove => String::new(),
            Mode::Type => placeholder::typed(label),
        };
        (text, false)
    }

    /// What takes the place of a mail address where the form of one is needed.
    pub(super) fn mailbox(&self, address: &str) -> String {
        let name = match self.mode {
            Mode::Pseudonym => self.pseudonym("EMAIL_ADDRESS", address),
            Mode::Mask | Mode::Remove | Mode::Type => "redacted".into(),
        };
        format!("{name}@{NOWHERE}")
    }

    fn pseudonym(&self, label: &str, value: &str) -> String {
        let value = squeezed(View::fold(value).text());
        let pieces = [label.as_bytes(), value.as_bytes()];
        let hash = self
            .pseudonyms
            .as_ref()
            .map(|key| key.hash("sealwax pseudonym", &pieces));
        placeholder::letters(&hash.unwrap_or_default())
    }
}

/// Whether `detector` finds names of people whom a text speaks of, which stand for nothing by themselves.
pub(super) fn is_name(detector: &Detector) -> bool {
    let names = [Sense::FirstName, Sense::FullName, Sense::TitledName];
    detector.category().is_none() && detector.senses().iter().any(|sense| names.contains(sense))
}

/// The type of names.
pub(super) const PERSON: &str = "PERSON";

/// The domain of addresses that are nobody's: RFC 2606 keeps `invalid` for that.
pub(super) const NOWHERE: &str = "redacted.invalid";

/// Letters and digits as stars; within markup, three stars.
fn masked(value: &str) -> String {
    if value.contains(['<', '&']) {
        return "***".into();
    }
    value
        .chars()
        .map(|character| if character.is_alphanumeric() { '*' } else { character })
        .collect()
}
