use std::fmt;
use std::sync::Arc;

use super::{DetectorSpec, Sense};
use crate::ground::Category;
use crate::text::Span;

/// Something that was found in a text unit: where, by which detector, and how sure. Never the matched text.
#[derive(Clone)]
pub struct Finding {
    pub(super) detector: Arc<Detector>,
    pub(super) span: Span,
    pub(super) confidence: f64,
    pub(super) strength: Strength,
    pub(super) fuzzy: bool,
    pub(super) labelled: bool,
    pub(super) digest: u64,
}

impl Finding {
    /// Who found it.
    #[must_use]
    pub fn detector(&self) -> &Detector {
        &self.detector
    }

    /// Where it stands in the text of the unit.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// How sure it is, from 0 to 1.
    #[must_use]
    pub const fn confidence(&self) -> f64 {
        self.confidence
    }

    /// What speaks for it.
    #[must_use]
    pub const fn strength(&self) -> Strength {
        self.strength
    }

    /// Whether it is a misspelling of what it stands for.
    #[must_use]
    pub const fn is_fuzzy(&self) -> bool {
        self.fuzzy
    }

    /// Whether a label stands beside it.
    #[must_use]
    pub const fn is_labelled(&self) -> bool {
        self.labelled
    }

    /// Why it is one, in words that show nothing of it.
    ///
    /// ```
    /// # use sealwax::detect::Scanner;
    /// # use sealwax::text::View;
    /// let findings = Scanner::builder().build()?.scan(&View::fold("card 4111 1111 1111 1111"));
    /// assert_eq!(findings[0].why(), "payment card number: its check digits are right, and it stands beside its label");
    /// # Ok::<(), sealwax::detect::DetectError>(())
    /// ```
    #[must_use]
    pub fn why(&self) -> String {
        let mut why = sentence_case(self.detector.title());
        let speaks = match self.strength {
            Strength::Dictionary => "it is in the dictionary",
            Strength::Label => "it has a form that such values have",
            Strength::Shape => "it has a form of its own",
            Strength::Checksum => "its check digits are right",
            Strength::Exact => "it equals an entry of it",
        };
        let label = if self.labelled {
            ", and it stands beside its label"
        } else {
            ""
        };
        let spelling = if self.fuzzy { ", misspelt" } else { "" };
        let rest = [": ", speaks, label, spelling];
        why.reserve(rest.iter().map(|piece| piece.len()).sum());
        why.extend(rest);
        why
    }

    /// Equal for equal values, whatever their separators and case; for counting distinct values, never for showing.
    pub(crate) const fn digest(&self) -> u64 {
        self.digest
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding")
            .field("detector", &self.detector.id())
            .field("span", &self.span)
            .field("confidence", &self.confidence)
            .field("strength", &self.strength)
            .field("fuzzy", &self.fuzzy)
            .field("labelled", &self.labelled)
            .finish_non_exhaustive()
    }
}

/// From this confidence on an identifier or an account counts.
pub(crate) const SURE: f64 = 0.7;

/// What speaks for a finding. The order goes from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// A word of a dictionary.
    Dictionary,
    /// A label beside a value of a common shape.
    Label,
    /// A shape that has rules of its own.
    Shape,
    /// A check digit, or a structure that chance seldom meets.
    Checksum,
    /// Somebody or something that the customer's own roster names.
    Exact,
}

impl Strength {
    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dictionary => "dictionary",
            Self::Label => "label",
            Self::Shape => "shape",
            Self::Checksum => "checksum",
            Self::Exact => "exact",
        }
    }
}

/// The title as it stands within a sentence; an abbreviation such as `US` or `DEA` keeps its capitals.
pub(crate) fn sentence_case(title: &str) -> String {
    let mut characters = title.chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            let mut text = String::with_capacity(title.len());
            text.extend(first.to_lowercase());
            text.push(second);
            text.push_str(characters.as_str());
            text
        }
        _ => title.to_owned(),
    }
}

/// A detector as a finding names it.
#[derive(Debug, PartialEq)]
pub struct Detector {
    id: Box<str>,
    label: Box<str>,
    title: Box<str>,
    category: Option<Category>,
    senses: Box<[Sense]>,
    safe_harbor: Option<char>,
    sample: bool,
}

impl Detector {
    /// A detector of identifiers that is no row of the catalogue.
    pub(super) fn new(id: &str, label: &str, title: &str, category: Category, safe_harbor: Option<char>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            title: title.into(),
            category: Some(category),
            senses: Box::default(),
            safe_harbor,
            sample: false,
        }
    }

    /// The same, whose findings say this where they are put together with others.
    pub(super) fn saying(self, sense: Sense) -> Self {
        Self {
            senses: [sense].into(),
            ..self
        }
    }

    /// The name in the policy, such as `us-ssn`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The type name, such as `US_SSN`.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What it finds, in words.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The kind of content that its findings stand for; none for words that only say how others are meant.
    #[must_use]
    pub const fn category(&self) -> Option<&Category> {
        self.category.as_ref()
    }

    /// What its findings say where they are put together with others.
    #[must_use]
    pub const fn senses(&self) -> &[Sense] {
        &self.senses
    }

    /// Whether its findings are known from samples and belong to nobody.
    #[must_use]
    pub const fn is_sample(&self) -> bool {
        self.sample
    }

    /// The letter of the identifier in 45 CFR 164.514(b)(2)(i), when it is one of the eighteen.
    #[must_use]
    pub const fn safe_harbor(&self) -> Option<char> {
        self.safe_harbor
    }
}

impl From<&DetectorSpec> for Detector {
    fn from(spec: &DetectorSpec) -> Self {
        Self {
            id: spec.id.as_str().into(),
            label: spec.label.as_str().into(),
            title: spec.title.as_str().into(),
            category: spec.category.clone(),
            senses: spec.senses.as_slice().into(),
            safe_harbor: spec.safe_harbor,
            sample: spec.sample,
        }
    }
}
