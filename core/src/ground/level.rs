//! How sensitive a message is, and of which kind.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How sensitive a message is. The order is the meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing was found.
    #[default]
    None,
    /// An identifier alone.
    Personal,
    /// PHI, financial data, or a credential.
    Sensitive,
    /// Key material, or sensitive data of ten or more distinct individuals.
    Critical,
}

impl Level {
    /// Every level, in order.
    pub const ALL: [Self; 4] = [Self::None, Self::Personal, Self::Sensitive, Self::Critical];

    /// The name used in the policy, in JSON and in C.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Personal => "personal",
            Self::Sensitive => "sensitive",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A kind of sensitive content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Category {
    /// Results, vital signs, codes and notes.
    ClinicalData,
    /// Passwords, tokens, key material.
    Credential,
    /// A category that the policy declares.
    Custom(Box<str>),
    /// Cards, accounts, routing numbers, payroll and tax data.
    Financial,
    /// Members, claims, plans and their money.
    InsuranceBilling,
    /// Conditions and past care.
    MedicalHistory,
    /// Who somebody is.
    PersonalIdentifier,
    /// Identifier and health context together (45 CFR 160.103).
    Phi,
    /// Drugs, procedures, appointments.
    Treatment,
}

impl Category {
    /// Every category that needs no declaration.
    pub const BUILT_IN: [Self; 8] = [
        Self::ClinicalData,
        Self::Credential,
        Self::Financial,
        Self::InsuranceBilling,
        Self::MedicalHistory,
        Self::PersonalIdentifier,
        Self::Phi,
        Self::Treatment,
    ];

    /// The category of exactly this name: one that is built in, or `custom:NAME`. Nothing else, unlike `From`.
    ///
    /// ```
    /// # use sealwax::classify::Category;
    /// assert_eq!(Category::by_name("phi"), Some(Category::Phi));
    /// assert_eq!(Category::by_name("custom:research"), Some(Category::Custom("research".into())));
    /// assert_eq!(Category::by_name("ph1"), None);
    /// ```
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let custom = name.strip_prefix("custom:").filter(|rest| !rest.is_empty());
        let built_in = || Self::BUILT_IN.into_iter().find(|category| category.name() == name);
        custom.map(|rest| Self::Custom(rest.into())).or_else(built_in)
    }

    /// The level that content of this category has at least.
    #[must_use]
    pub const fn least_level(&self) -> Level {
        match self {
            Self::Credential | Self::Financial | Self::Phi => Level::Sensitive,
            Self::PersonalIdentifier => Level::Personal,
            Self::ClinicalData | Self::Custom(_) | Self::InsuranceBilling | Self::MedicalHistory | Self::Treatment => {
                Level::None
            }
        }
    }

    /// The name used in the policy, in JSON and in C; a category that the policy declares is `custom:NAME`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::ClinicalData => "clinical-data".into(),
            Self::Credential => "credential".into(),
            Self::Custom(name) => format!("custom:{name}"),
            Self::Financial => "financial".into(),
            Self::InsuranceBilling => "insurance-billing".into(),
            Self::MedicalHistory => "medical-history".into(),
            Self::PersonalIdentifier => "personal-identifier".into(),
            Self::Phi => "phi".into(),
            Self::Treatment => "treatment".into(),
        }
    }
}

impl From<Category> for String {
    fn from(category: Category) -> Self {
        category.name()
    }
}

impl From<String> for Category {
    /// Reads a built-in name; every other name is a custom category, with or without its `custom:` prefix.
    fn from(name: String) -> Self {
        match name.as_str() {
            "clinical-data" => Self::ClinicalData,
            "credential" => Self::Credential,
            "financial" => Self::Financial,
            "insurance-billing" => Self::InsuranceBilling,
            "medical-history" => Self::MedicalHistory,
            "personal-identifier" => Self::PersonalIdentifier,
            "phi" => Self::Phi,
            "treatment" => Self::Treatment,
            other => Self::Custom(other.strip_prefix("custom:").unwrap_or(other).into()),
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}
