//! What speaks for and against PHI, weighed.

use super::tally::Tally;
use super::{Category, Context};
use crate::detect::{self, Finding};

/// The evidence of one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Evidence {
    /// Numbers and dates that identify one person by themselves.
    pub(super) strong: usize,
    /// Names, addresses and telephone numbers of others than the participants.
    pub(super) weak: usize,
    /// The summed confidence of distinct health words and codes.
    pub(super) health: f64,
    /// The summed confidence of distinct words of one person's care.
    pub(super) care: f64,
    /// The summed confidence of distinct words of research, news and lists.
    pub(super) public: f64,
}

impl Evidence {
    pub(super) fn of(tally: &Tally<'_>, context: &Context) -> Self {
        let mut evidence = Self::default();
        for finding in tally.findings() {
            evidence.add(finding, context);
        }
        evidence
    }

    /// Whether an identifier and health context stand together.
    pub(super) fn is_phi(&self) -> bool {
        self.is_certain() || (self.health > 0.0 && self.identifies() && self.probability() >= 0.5)
    }

    /// An identifier of one person beside a health word: no word elsewhere in the text takes that back.
    const fn is_certain(&self) -> bool {
        self.strong > 0 && self.health >= SURE_HEALTH
    }

    /// The words of one person's care identify a participant, whose address the message has.
    fn identifies(&self) -> bool {
        self.strong > 0 || self.weak > 0 || self.care > 0.0
    }

    /// The probability of PHI.
    pub(super) fn probability(&self) -> f64 {
        let odds = BIAS
            + STRONG * f64::from(u8::from(self.strong > 0))
            + WEAK * f64::from(u8::from(self.weak > 0))
            + HEALTH * self.health.min(ENOUGH)
            + CARE * self.care.min(ENOUGH)
            - PUBLIC * self.public.min(ENOUGH);
        1.0 / (1.0 + (-odds).exp())
    }

    fn add(&mut self, finding: &Finding, context: &Context) {
        match finding.detector().context() {
            Some(detect::Context::Care) => self.care += finding.confidence(),
            Some(detect::Context::Public) => self.public += finding.confidence(),
            Some(detect::Context::Pay) | None => {}
        }
        if finding.detector().category().is_some_and(is_health) {
            self.health += finding.confidence();
        }
        if is_strong(finding) {
            self.strong = self.strong.saturating_add(1);
        } else if is_weak(finding) && !context.participants.includes_digest(finding.digest()) {
            self.weak = self.weak.saturating_add(1);
        }
    }
}

/// The confidence of one weak health word.
const SURE_HEALTH: f64 = 0.5;
/// More of the same says nothing more.
const ENOUGH: f64 = 3.0;

// Log-odds, fitted by hand to the development split of the evaluation set.
const BIAS: f64 = -3.2;
const STRONG: f64 = 2.5;
const WEAK: f64 = 1.4;
const HEALTH: f64 = 1.5;
const CARE: f64 = 1.6;
const PUBLIC: f64 = 1.2;

/// Whether the category is one of health.
pub(super) const fn is_health(category: &Category) -> bool {
    matches!(
        category,
        Category::ClinicalData | Category::InsuranceBilling | Category::MedicalHistory | Category::Treatment
    )
}

/// A sure identifier that only one person has.
pub(super) fn is_strong(finding: &Finding) -> bool {
    let detector = finding.detector();
    let alone = matches!(detector.safe_harbor(), Some('C' | 'G'..='M' | 'P'..='R'));
    alone && finding.confidence() >= super::SURE && detector.category() != Some(&Category::Financial)
}

/// A name, an address or a telephone number.
pub(super) fn is_weak(finding: &Finding) -> bool {
    matches!(finding.detector().safe_harbor(), Some('A' | 'B' | 'D' | 'E'))
}
