//! What findings identify, and which tell of health.

use super::Category;
use super::tally::LIKELY;
use crate::detect::{Finding, SURE};

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
    alone && finding.confidence() >= SURE && detector.category() != Some(&Category::Financial)
}

/// A sure number of a card or an account.
pub(super) fn is_account(finding: &Finding) -> bool {
    finding.detector().safe_harbor() == Some('J') && finding.confidence() >= SURE
}

/// A name, an address or a telephone number.
pub(super) fn is_weak(finding: &Finding) -> bool {
    finding.confidence() >= LIKELY && matches!(finding.detector().safe_harbor(), Some('A' | 'B' | 'D' | 'E'))
}
