//! What speaks for and against PHI, weighed.

use super::tally::{LIKELY, Tallied, Tally};
use super::{Category, Context, Participants};
use crate::detect::{self, Finding, SURE};

/// The evidence of one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Evidence {
    /// Numbers and dates that identify one person by themselves.
    pub(super) strong: usize,
    /// Names and addresses of others than the participants.
    pub(super) named: usize,
    /// Numbers of cards and accounts: they identify a person (45 CFR 164.514(b)(2)(i)(J)), but stand in other business too.
    pub(super) accounts: usize,
    /// Telephone numbers.
    pub(super) phones: usize,
    /// The summed confidence of distinct health words and codes.
    pub(super) health: f64,
    /// That of words which tell of care without saying of what.
    pub(super) vague: f64,
    /// That of words to or about one person in care.
    pub(super) care: f64,
    /// That of words of one person's care which do not say whose it is.
    pub(super) case: f64,
    /// That of words of research, news and lists.
    pub(super) public: f64,
    /// All of it is a form that nobody filled in: it asks for names and numbers, and those in it are the house's own.
    pub(super) blank: bool,
    /// A name and a health word stand in the subject.
    pub(super) titled: bool,
}

impl Evidence {
    pub(super) fn of(tally: &Tally, titled: bool, context: &Context) -> Self {
        let mut evidence = Self {
            blank: context.blank_form,
            titled,
            ..Self::default()
        };
        for finding in tally.values() {
            evidence.add(finding, 1, context);
            // A misspelling may raise, and is no reason to protect less; neither is what is not told apart.
            if finding.detector().context() == Some(detect::Context::Public) && !finding.is_fuzzy() {
                evidence.public += finding.confidence();
            }
        }
        for Tallied { finding, times } in tally.beyond() {
            evidence.add(finding, *times, context);
        }
        evidence
    }

    /// Whether an identifier and health context stand together.
    pub(super) fn is_phi(&self) -> bool {
        self.is_certain() || (self.tells_of_health() && self.identifies() && self.probability() >= 0.5)
    }

    /// Whether something beside the words of care identifies a person.
    pub(super) const fn has_identifier(&self) -> bool {
        self.strong > 0 || self.named > 0 || self.phones > 0 || self.accounts > 0
    }

    /// An identifier of one person beside a health word: no word elsewhere in the text takes that back.
    const fn is_certain(&self) -> bool {
        self.strong > 0 && self.health >= SURE_HEALTH
    }

    /// A health word, or words that only one person's care is spoken of with.
    pub(super) fn tells_of_health(&self) -> bool {
        let cared_for = self.care > 0.0 || self.case > 0.0;
        self.health > 0.0 || (cared_for && (self.vague > 0.0 || self.strong > 0))
    }

    /// The words to or about one person in care identify a participant, whose address the message has.
    fn identifies(&self) -> bool {
        self.strong > 0 || (!self.blank && (self.has_identifier() || self.care > 0.0))
    }

    /// The probability of PHI.
    pub(super) fn probability(&self) -> f64 {
        let yes = |fact: bool| f64::from(u8::from(fact));
        let odds = BIAS
            + STRONG * yes(self.strong > 0)
            + PHONE * yes(self.phones > 0)
            + TITLED * yes(self.titled)
            + HEALTH * self.health.min(ENOUGH)
            + VAGUE * self.vague.min(ENOUGH_VAGUE)
            + CARE * (self.care + self.case).min(ENOUGH)
            - PUBLIC * self.public.min(ENOUGH);
        1.0 / (1.0 + (-odds).exp())
    }

    /// Adds what speaks for PHI in `times` values like `finding`.
    fn add(&mut self, finding: &Finding, times: u32, context: &Context) {
        let confidence = finding.confidence();
        let weight = confidence * f64::from(times);
        match finding.detector().context() {
            Some(detect::Context::Care) => self.care += weight,
            Some(detect::Context::Case) => self.case += weight,
            Some(detect::Context::Public | detect::Context::Pay) | None => {}
        }
        match finding.detector().category() {
            Some(category) if is_health(category) && confidence < SURE_HEALTH => self.vague += weight,
            Some(category) if is_health(category) => self.health += weight,
            _ => {}
        }
        if is_account(finding) {
            self.accounts = self.accounts.saturating_add(1);
        }
        if is_strong(finding) {
            self.strong = self.strong.saturating_add(1);
        } else if is_weak(finding) && !context.participants.includes_digest(finding.digest()) {
            let phone = matches!(finding.detector().safe_harbor(), Some('D' | 'E'));
            let count = if phone { &mut self.phones } else { &mut self.named };
            *count = count.saturating_add(1);
        }
    }
}

/// What a subject holds: a person's name beside a matter of health titles the message.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Title {
    named: bool,
    health: bool,
}

impl Title {
    pub(super) fn add(&mut self, finding: &Finding, participants: &Participants) {
        let detector = finding.detector();
        self.named |= detector.safe_harbor() == Some('A') && !participants.includes_digest(finding.digest());
        self.health |= detector.category().is_some_and(is_health) && finding.confidence() >= SURE_HEALTH;
    }

    pub(super) const fn is_one(self) -> bool {
        self.named && self.health
    }
}

/// The confidence of one weak health word.
const SURE_HEALTH: f64 = LIKELY;
/// More of the same says nothing more.
const ENOUGH: f64 = 3.0;
/// The words of care that two of them say all of.
const ENOUGH_VAGUE: f64 = 1.0;

// Log-odds: a logistic regression on the development split of the evaluation set, rounded; `TITLED` by hand.
const BIAS: f64 = -3.4;
const STRONG: f64 = 2.6;
const PHONE: f64 = 1.6;
const TITLED: f64 = 3.0;
const HEALTH: f64 = 1.6;
const VAGUE: f64 = 1.3;
const CARE: f64 = 3.5;
const PUBLIC: f64 = 2.1;

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
fn is_account(finding: &Finding) -> bool {
    finding.detector().safe_harbor() == Some('J') && finding.confidence() >= SURE
}

/// A name, an address or a telephone number.
pub(super) fn is_weak(finding: &Finding) -> bool {
    finding.confidence() >= LIKELY && matches!(finding.detector().safe_harbor(), Some('A' | 'B' | 'D' | 'E'))
}
