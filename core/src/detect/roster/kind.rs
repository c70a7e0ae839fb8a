//! The kinds of numbers that a roster knows.

/// A kind of number by which the customer knows a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// An account.
    Account,
    /// A health plan's member or policy.
    Member,
    /// A medical record.
    Mrn,
    /// Any other number of one person.
    Other,
    /// A telephone.
    Phone,
    /// A Social Security number.
    Ssn,
}

impl Identifier {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Account,
        Self::Member,
        Self::Mrn,
        Self::Other,
        Self::Phone,
        Self::Ssn,
    ];

    /// The name on the command line and in a detector's id.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Member => "member",
            Self::Mrn => "mrn",
            Self::Other => "other",
            Self::Phone => "phone",
            Self::Ssn => "ssn",
        }
    }

    /// The type name of a finding, its letter in 45 CFR 164.514(b)(2)(i), and what it is in words.
    pub(super) const fn finding(self) -> (&'static str, char, &'static str) {
        match self {
            Self::Account => ("ACCOUNT_NUMBER", 'J', "account number"),
            Self::Member => ("HEALTH_PLAN_ID", 'I', "health plan number"),
            Self::Mrn => ("MRN", 'H', "medical record number"),
            Self::Other => ("UNIQUE_ID", 'R', "number"),
            Self::Phone => ("PHONE_NUMBER", 'D', "telephone number"),
            Self::Ssn => ("US_SSN", 'G', "Social Security number"),
        }
    }

    /// The header names that mean it, in words.
    pub(super) const fn headers(self) -> &'static [&'static str] {
        match self {
            Self::Account => &["account", "account number", "account no", "acct", "patient account"],
            Self::Member => &[
                "member",
                "member id",
                "member number",
                "policy number",
                "subscriber id",
                "health plan id",
                "mbi",
            ],
            Self::Mrn => &[
                "mrn",
                "medical record number",
                "medical record",
                "record number",
                "patient id",
                "patient number",
                "chart number",
            ],
            Self::Other => &[
                "other",
                "id number",
                "student id",
                "employee id",
                "client id",
                "customer id",
            ],
            Self::Phone => &[
                "phone",
                "phone number",
                "telephone",
                "mobile",
                "cell",
                "home phone",
                "mobile phone",
            ],
            Self::Ssn => &["ssn", "social security number", "social security", "social"],
        }
    }
}

/// The type names that rosters and forms find beside those of the catalogue.
pub(crate) const LABELS: [&str; 3] = ["ACCOUNT_NUMBER", "FORM_ENTRY", "UNIQUE_ID"];
