//! What shows that a choice was made, and made knowingly.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The notice that told the individual of the risk. Its text is kept by the host; the registry holds its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "NoticeShape", into = "NoticeShape")]
pub struct RiskNotice {
    /// The version of the text.
    pub version: String,
    /// The SHA-256 of the text, in hexadecimal digits.
    pub sha256: Option<String>,
    /// The language of the text (BCP 47).
    pub language: Option<String>,
    /// When it was delivered.
    pub delivered_at: Option<Timestamp>,
}

impl From<&str> for RiskNotice {
    /// A notice of which only the version is known.
    fn from(version: &str) -> Self {
        Self {
            version: version.to_owned(),
            sha256: None,
            language: None,
            delivered_at: None,
        }
    }
}

/// A notice in JSON: a bare version, or all that is known.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum NoticeShape {
    Version(String),
    Full(FullNotice),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FullNotice {
    version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delivered_at: Option<Timestamp>,
}

impl From<NoticeShape> for RiskNotice {
    fn from(shape: NoticeShape) -> Self {
        match shape {
            NoticeShape::Version(version) => Self::from(version.as_str()),
            NoticeShape::Full(FullNotice {
                version,
                sha256,
                language,
                delivered_at,
            }) => Self {
                version,
                sha256,
                language,
                delivered_at,
            },
        }
    }
}

impl From<RiskNotice> for NoticeShape {
    fn from(notice: RiskNotice) -> Self {
        let RiskNotice {
            version,
            sha256,
            language,
            delivered_at,
        } = notice;
        if sha256.is_none() && language.is_none() && delivered_at.is_none() {
            return Self::Version(version);
        }
        Self::Full(FullNotice {
            version,
            sha256,
            language,
            delivered_at,
        })
    }
}

/// Who chose in the individual's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Representative {
    /// Who, as a pseudonym of the host's.
    pub id: String,
    /// By what right, such as `parent` or `power of attorney`.
    pub authority: String,
}

/// How a choice was expressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expression {
    /// In which form.
    pub form: Form,
    /// The SHA-256 of what shows it (a scan, a recording, a message), in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artefact_sha256: Option<String>,
}

/// The form in which a choice was expressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// In a portal or a form, signed electronically.
    Electronic,
    /// By mail.
    Email,
    /// Spoken, and written down by whoever heard it.
    Oral,
    /// On paper, signed.
    Paper,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Electronic, Self::Email, Self::Oral, Self::Paper];

    /// The name in JSON, in CSV and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Electronic => "electronic",
            Self::Email => "email",
            Self::Oral => "oral",
            Self::Paper => "paper",
        }
    }
}
