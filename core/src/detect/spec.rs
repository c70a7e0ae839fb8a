use serde::{Deserialize, Serialize};

use super::{Language, Sense};
use crate::ground::Category;

/// What a detector looks for, as the catalogue and the policy file give it.
///
/// ```
/// # use sealwax::detect::{DetectorSpec, Scanner};
/// # use sealwax::text::View;
/// let spec: DetectorSpec = toml::from_str(r#"
///     id = "badge"
///     label = "BADGE"
///     title = "Badge number of our staff"
///     category = "personal-identifier"
///     pattern = 'B\d{6}'
///     labels = ["badge"]
///     confidence = { labelled = 0.9 }
///     source = "our badge office"
///     examples = ["badge B123456"]
///     counterexamples = ["B123456"]
/// "#)?;
/// let scanner = Scanner::builder().detector(spec).build()?;
/// let findings = scanner.scan(&View::fold("The badge is B482915."));
/// assert_eq!(findings[0].detector().label(), "BADGE");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[expect(clippy::struct_excessive_bools, reason = "independent keys of one row")]
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DetectorSpec {
    /// The name in the policy, in reasons and in audit records, such as `us-ssn`.
    pub id: String,
    /// The type name of a finding, such as `US_SSN`; several detectors may share one.
    pub label: String,
    /// What it finds, in words.
    pub title: String,
    /// The kind of content that a finding stands for; none for words that only say how other findings are meant.
    #[serde(default)]
    pub category: Option<Category>,
    /// What a finding says where it is put together with others; see [`Sense`].
    #[serde(default)]
    pub senses: Vec<Sense>,
    /// The letter of the identifier in 45 CFR 164.514(b)(2)(i), `A` to `R`, when it is one of the eighteen.
    #[serde(default)]
    pub safe_harbor: Option<char>,
    /// How it is looked for.
    #[serde(default)]
    pub lane: Lane,
    /// The form of a value: a regular expression that is anchored at a place where a value can start. With a group, the value is
    /// what the group takes.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Literal beginnings of a value; with them the pattern is tried at those only.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// The name of the validator that a value must pass.
    #[serde(default)]
    pub check: Option<String>,
    /// Phrases that announce a value.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Paths of keys whose strings are values, in JSON and XML: `name.family` is the key `family` in what stands under `name`, or in
    /// a resource of FHIR of this type.
    #[serde(default)]
    pub keys: Vec<String>,
    /// How many tokens after its label a value may start.
    #[serde(default = "default_reach")]
    pub reach: usize,
    /// Signs and words of which one stands right before a value, behind its label: `:`, `is`. Without any, none is asked for.
    #[serde(default)]
    pub links: Vec<String>,
    /// Words that, between a label and its value, say that it is another's: `password for user:`.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Whether a value may stand up to two sentences behind its label, where nothing else fits.
    #[serde(default)]
    pub far: bool,
    /// Whether the letters of a value are capitals where no label speaks for it.
    #[serde(default)]
    pub capitals: bool,
    /// Whether a value is the first line of a block, such as a key, which is found whole.
    #[serde(default)]
    pub block: bool,
    /// Built-in word lists of the `terms` lane.
    #[serde(default)]
    pub lists: Vec<String>,
    /// Words and phrases of the `terms` lane.
    #[serde(default)]
    pub terms: Vec<String>,
    /// Endings of words of the `terms` lane, of four letters or more; an ordinary word is not taken by its ending.
    #[serde(default)]
    pub endings: Vec<String>,
    /// How the terms are written to count.
    #[serde(default)]
    pub case: Case,
    /// The language of the terms, when it is another than English: they do not count in English text, and no word is
    /// corrected to one of them.
    #[serde(default)]
    pub language: Option<Language>,
    /// Whether a value is known from samples and belongs to nobody: it is passed over, and the scan says so.
    #[serde(default)]
    pub sample: bool,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// Where the form and the check are defined.
    pub source: String,
    /// Texts in which it must find something.
    pub examples: Vec<String>,
    /// Texts in which it must find nothing.
    #[serde(default)]
    pub counterexamples: Vec<String>,
}

impl DetectorSpec {
    /// Whether its values are looked for without a label and without a literal beginning.
    pub(super) fn is_bare(&self) -> bool {
        self.lane == Lane::Pattern && self.confidence.bare.is_some() && self.prefixes.is_empty()
    }
}

/// How sure a finding is, from 0 to 1; without a number, nothing is found in that way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Confidence {
    /// Without a label beside it.
    #[serde(default)]
    pub bare: Option<f64>,
    /// With a label beside it.
    #[serde(default)]
    pub labelled: Option<f64>,
}

/// How the terms of a detector are written to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// In any way.
    #[default]
    Any,
    /// In capitals, with or without an `s` behind them: `MI`, `UTIs`.
    Upper,
}

/// How a detector's findings are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// E-mail addresses.
    Email,
    /// First names alone of persons whom the text speaks of.
    FirstNames,
    /// First and last names of persons whom the text speaks of, by their shape.
    FullNames,
    /// Names of people: a known first name and a capitalised word beside it.
    Names,
    /// Values of the pattern, wherever one can start or after a label.
    #[default]
    Pattern,
    /// Words and phrases.
    Terms,
    /// Names behind a title of persons whom the text speaks of.
    TitledNames,
}

/// `Account number (last 4 digits hidden) is:` and the like stand between a label and its value.
const fn default_reach() -> usize {
    6
}
