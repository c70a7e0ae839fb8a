//! What a text unit says of persons and of health, sentence by sentence, in whatever order it is found.

use super::composition::{Together, Words};
use super::evidence::{is_account, is_strong, is_weak};
use super::tally::LIKELY;
use super::{Category, Participants};
use crate::detect::{Finding, Role, Sense, Strength};
use crate::text::{Block, Structure};

/// A set of [`Sense`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Senses(u64);

impl Senses {
    pub(super) const fn of(mut senses: &[Sense]) -> Self {
        let mut set = 0;
        while let [first, rest @ ..] = senses {
            set |= 1_u64 << (*first as u8);
            senses = rest;
        }
        Self(set)
    }

    /// Those of these bits, for tests.
    #[cfg(test)]
    pub(super) const fn some(bits: u64) -> Self {
        Self(bits)
    }

    /// All that are there for the same.
    pub(super) const fn of_role(role: Role) -> Self {
        let (mut all, mut set) = (Sense::ALL, 0);
        while let [first, rest @ ..] = all {
            if first.role() as u8 == role as u8 {
                set |= 1_u64 << (*first as u8);
            }
            all = rest;
        }
        Self(set)
    }

    pub(super) const fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What is said in one text unit.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    structure: Structure,
    /// For each piece of the structure.
    pieces: Vec<Together>,
    is_addressed: bool,
}

impl Facts {
    /// Nothing yet, of a unit of this structure.
    pub(super) fn of(structure: Structure) -> Self {
        let pieces = structure.pieces();
        Self {
            is_addressed: pieces.iter().any(|piece| piece.kind == Block::Salutation),
            pieces: vec![Together::default(); pieces.len()],
            structure,
        }
    }

    pub(super) fn note(&mut self, finding: &Finding, participants: &Participants) {
        let Some(index) = self.structure.at(finding.span().start) else {
            return;
        };
        let (Some(place), Some(piece)) = (self.structure.pieces().get(index), self.pieces.get_mut(index)) else {
            return;
        };
        let mut senses = identified(finding, participants);
        if matches!(place.kind, Block::Signature | Block::Disclaimer) {
            senses = senses.both(Senses::of(&[Sense::Identifier, Sense::Roster, Sense::Account]));
        }
        piece.senses.add(senses);
        for &sense in senses_of(finding) {
            let Some(sense) = meant(sense, finding, participants).filter(|sense| is_said(*sense, place.kind)) else {
                continue;
            };
            self.is_addressed |= sense == Sense::Addressee;
            let is_faint = sense.role() == Role::Against && finding.confidence() < LIKELY;
            let is_guess = sense.role() == Role::Health && finding.is_fuzzy();
            let place = if is_faint || is_guess {
                &mut piece.unsure
            } else {
                &mut piece.senses
            };
            place.add(Senses::of(&[sense]));
            if is_faint {
                piece.faint_words |= word(finding);
            }
            if sense.role() == Role::Health {
                piece.all_words |= word(finding);
            }
            if sense.role() == Role::Health && sense != Sense::Care {
                piece.words |= word(finding);
            }
        }
    }

    pub(super) const fn is_addressed(&self) -> bool {
        self.is_addressed
    }

    /// What stands anywhere in it.
    pub(super) fn everything(&self) -> Senses {
        let mut all = Senses::default();
        self.pieces.iter().for_each(|piece| all.add(piece.senses));
        all
    }

    /// The pieces, block by block.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &[Together]> {
        let mut at = 0_usize;
        std::iter::from_fn(move || {
            let rest = self.pieces.get(at..).filter(|rest| !rest.is_empty())?;
            let places = self.structure.pieces().iter().skip(at.saturating_add(1));
            let count = places.take_while(|place| !place.opens_block).count().saturating_add(1);
            at = at.saturating_add(count);
            rest.get(..count)
        })
    }
}

/// Whether a finding in such a block says what it says elsewhere. Who signs is nobody whom the text speaks of, and a house's
/// name tells of nobody's health. A disclaimer speaks to its reader, of patients and of care in general; but whoever is named
/// in what only begins like one is named.
fn is_said(sense: Sense, block: Block) -> bool {
    match block {
        Block::Text | Block::Salutation => true,
        Block::Signature => false,
        Block::Disclaimer => !matches!(
            sense,
            Sense::Reader | Sense::Writer | Sense::Role | Sense::Care | Sense::Coverage | Sense::Told | Sense::Visit
        ),
    }
}

/// What a finding says; of one whose detector does not say, what its category tells.
fn senses_of(finding: &Finding) -> &[Sense] {
    let detector = finding.detector();
    match (detector.senses(), detector.category()) {
        ([], Some(Category::ClinicalData)) => &[Sense::Result],
        ([], Some(Category::InsuranceBilling)) => &[Sense::Coverage],
        ([], Some(Category::MedicalHistory)) => &[Sense::Condition],
        ([], Some(Category::Treatment)) => &[Sense::Procedure],
        (senses, _) => senses,
    }
}

/// The bit of the word that was found.
fn word(finding: &Finding) -> Words {
    let place = u32::try_from(finding.digest() % u64::from(Words::BITS)).unwrap_or_default();
    Words::from(1_u8).rotate_left(place)
}

/// Whom a finding identifies by what it is.
fn identified(finding: &Finding, participants: &Participants) -> Senses {
    let mut senses = Senses::default();
    if finding.strength() == Strength::Exact && finding.detector().category() == Some(&Category::PersonalIdentifier) {
        senses.add(Senses::of(&[Sense::Roster]));
    }
    if is_strong(finding) {
        senses.add(Senses::of(&[Sense::Identifier]));
    } else if is_account(finding) {
        senses.add(Senses::of(&[Sense::Account]));
    } else if is_weak(finding)
        && finding.detector().safe_harbor() != Some('A')
        && !participants.includes_digest(finding.digest())
    {
        senses.add(Senses::of(&[Sense::Contact]));
    }
    senses
}

/// What a finding means by one of its senses.
fn meant(sense: Sense, finding: &Finding, participants: &Participants) -> Option<Sense> {
    match sense.role() {
        Role::Person if is_name(sense) => {
            if participants.is_recipient(finding.digest()) {
                Some(Sense::Addressee)
            } else {
                (!participants.includes_digest(finding.digest())).then_some(sense)
            }
        }
        Role::Health if finding.confidence() < LIKELY => Some(Sense::Care),
        // A misspelling may raise, and is no reason to protect less.
        Role::Against => (!finding.is_fuzzy()).then_some(sense),
        _ => Some(sense),
    }
}

const fn is_name(sense: Sense) -> bool {
    matches!(sense, Sense::FullName | Sense::TitledName | Sense::FirstName)
}
