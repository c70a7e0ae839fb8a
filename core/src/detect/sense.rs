use serde::{Deserialize, Serialize};

/// What a finding says where it is put together with others: of whom a text speaks, what it tells of this person's health,
/// care or payment for care, or why it speaks of nobody.
///
/// ```
/// # use sealwax::detect::{Role, Sense};
/// assert_eq!(Sense::Condition.role(), Role::Health);
/// assert_eq!(Sense::Condition.name(), "condition");
/// assert_eq!(Sense::named("condition"), Some(Sense::Condition));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Sense {
    /// A number that one person has alone. The engine says so of every sure one.
    Identifier,
    /// Somebody of the customer's roster. The engine says so.
    Roster,
    /// The number of a card or an account. The engine says so.
    Account,
    /// A telephone number or an address of somebody else than the participants. The engine says so.
    Contact,
    /// The reader where the message names this one person. The engine says so.
    Addressee,
    /// A first and a last name: `Rosalind Okafor`, `Okafor, Rosalind`.
    FullName,
    /// A name behind a title: `Mrs. Okafor`, `Herr Lang`.
    TitledName,
    /// A first name alone.
    FirstName,
    /// A relative: `my son`.
    Kin,
    /// Somebody by what they are to the writer: `the patient`, `our resident`, `our driver`.
    Role,
    /// Somebody by age and sex, as charts write it: `88F`, `a 45 year old woman`.
    Case,
    /// The reader: `you`, `your`.
    Reader,
    /// The writer: `I`, `my`.
    Writer,
    /// Somebody who was named before: `she`, `his`.
    Pronoun,
    /// A disease or disorder.
    Condition,
    /// A drug.
    Drug,
    /// A procedure or a piece of equipment of care.
    Procedure,
    /// A test.
    Test,
    /// A value of a test.
    Result,
    /// A symptom.
    Symptom,
    /// A specialty.
    Specialty,
    /// What lay people call any of these.
    LayWord,
    /// What clinicians write for any of these: `s/p`, `CABG`.
    Abbreviation,
    /// A code of a diagnosis, a procedure or a drug.
    Code,
    /// A visit, an appointment, an admission.
    Visit,
    /// Insurance of health.
    Coverage,
    /// A bill or a claim for care.
    Bill,
    /// A word of care that says nothing by itself: `clinic`, `patient`.
    Care,
    /// A phrase that tells of one person's care and nothing else: `was diagnosed with`, `your test results`.
    Told,
    /// Research.
    Research,
    /// News, sport and public life.
    News,
    /// Teaching and advice to everybody.
    Teaching,
    /// Marketing, and mail to many.
    Marketing,
    /// A figure of speech.
    Idiom,
    /// Programs, their text and their tests.
    Software,
    /// Tales, games and jokes.
    Fiction,
    /// Animals and plants.
    Animal,
    /// What is said of somebody: `has`, `takes`, `is on`.
    Statement,
    /// Pay and taxes: a number that identifies a person is then financial.
    Pay,
}

/// What a [`Sense`] is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It says of whom the text speaks.
    Person,
    /// It tells of health, care or payment for care.
    Health,
    /// It says that the text speaks of nobody, or of what is no health.
    Against,
    /// Something else.
    Other,
}

impl Sense {
    /// Every sense, in order.
    pub const ALL: &[Self] = &[
        Self::Identifier,
        Self::Roster,
        Self::Account,
        Self::Contact,
        Self::Addressee,
        Self::FullName,
        Self::TitledName,
        Self::FirstName,
        Self::Kin,
        Self::Role,
        Self::Case,
        Self::Reader,
        Self::Writer,
        Self::Pronoun,
        Self::Condition,
        Self::Drug,
        Self::Procedure,
        Self::Test,
        Self::Result,
        Self::Symptom,
        Self::Specialty,
        Self::LayWord,
        Self::Abbreviation,
        Self::Code,
        Self::Visit,
        Self::Coverage,
        Self::Bill,
        Self::Care,
        Self::Told,
        Self::Research,
        Self::News,
        Self::Teaching,
        Self::Marketing,
        Self::Idiom,
        Self::Software,
        Self::Fiction,
        Self::Animal,
        Self::Statement,
        Self::Pay,
    ];

    /// The name in data, policies and reasons.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::Roster => "roster",
            Self::Account => "account",
            Self::Contact => "contact",
            Self::Addressee => "addressee",
            Self::FullName => "full-name",
            Self::TitledName => "titled-name",
            Self::FirstName => "first-name",
            Self::Kin => "kin",
            Self::Role => "role",
            Self::Case => "case",
            Self::Reader => "reader",
            Self::Writer => "writer",
            Self::Pronoun => "pronoun",
            Self::Condition => "condition",
            Self::Drug => "drug",
            Self::Procedure => "procedure",
            Self::Test => "test",
            Self::Result => "result",
            Self::Symptom => "symptom",
            Self::Specialty => "specialty",
            Self::LayWord => "lay-word",
            Self::Abbreviation => "abbreviation",
            Self::Code => "code",
            Self::Visit => "visit",
            Self::Coverage => "coverage",
            Self::Bill => "bill",
            Self::Care => "care",
            Self::Told => "told",
            Self::Research => "research",
            Self::News => "news",
            Self::Teaching => "teaching",
            Self::Marketing => "marketing",
            Self::Idiom => "idiom",
            Self::Software => "software",
            Self::Fiction => "fiction",
            Self::Animal => "animal",
            Self::Statement => "statement",
            Self::Pay => "pay",
        }
    }

    /// The name in words, such as `full name`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Identifier => "a number that one person has",
            Self::Roster => "somebody of the roster",
            Self::Account => "the number of an account",
            Self::Contact => "a telephone number or address",
            Self::Addressee => "the addressee",
            Self::FullName => "a full name",
            Self::TitledName => "a name behind a title",
            Self::FirstName => "a first name",
            Self::Kin => "a relative",
            Self::Role => "somebody by a role",
            Self::Case => "somebody by age and sex",
            Self::Reader => "the reader",
            Self::Writer => "the writer",
            Self::Pronoun => "a pronoun",
            Self::Condition => "a condition",
            Self::Drug => "a drug",
            Self::Procedure => "a procedure",
            Self::Test => "a test",
            Self::Result => "a result",
            Self::Symptom => "a symptom",
            Self::Specialty => "a specialty",
            Self::LayWord => "a lay word of illness",
            Self::Abbreviation => "an abbreviation of clinicians",
            Self::Code => "a medical code",
            Self::Visit => "a visit",
            Self::Coverage => "insurance of health",
            Self::Bill => "a bill for care",
            Self::Care => "a word of care",
            Self::Told => "a phrase of one person's care",
            Self::Research => "research",
            Self::News => "news",
            Self::Teaching => "teaching",
            Self::Marketing => "marketing",
            Self::Idiom => "a figure of speech",
            Self::Software => "programs",
            Self::Fiction => "fiction",
            Self::Animal => "animals or plants",
            Self::Statement => "a verb of having or taking",
            Self::Pay => "pay",
        }
    }

    /// The sense of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|sense| sense.name() == name)
    }

    /// What it is there for.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Identifier
            | Self::Roster
            | Self::Account
            | Self::Contact
            | Self::Addressee
            | Self::FullName
            | Self::TitledName
            | Self::FirstName
            | Self::Kin
            | Self::Role
            | Self::Case
            | Self::Reader
            | Self::Writer
            | Self::Pronoun => Role::Person,
            Self::Condition
            | Self::Drug
            | Self::Procedure
            | Self::Test
            | Self::Result
            | Self::Symptom
            | Self::Specialty
            | Self::LayWord
            | Self::Abbreviation
            | Self::Code
            | Self::Visit
            | Self::Coverage
            | Self::Bill
            | Self::Care
            | Self::Told => Role::Health,
            Self::Research
            | Self::News
            | Self::Teaching
            | Self::Marketing
            | Self::Idiom
            | Self::Software
            | Self::Fiction
            | Self::Animal => Role::Against,
            Self::Statement | Self::Pay => Role::Other,
        }
    }
}
