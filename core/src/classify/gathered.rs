//! The findings of a message, taken one by one in bounded memory.

use super::compose::composed;
use super::composition::{Composed, Composition};
use super::facts::Facts;
use super::tally::Tally;
use super::{Classification, Context, Participants, WhyNot};
use crate::detect::Finding;
use crate::message::Place;
use crate::text::Structure;

/// What the findings of a message come to so far. In whatever order they come, and however many of them, none is lost for
/// what the message is.
pub(crate) struct Gathered<'c> {
    pub(super) tally: Tally,
    pub(super) composed: Composed,
    pub(super) composition: &'c Composition,
    /// Those of the text unit that is read now.
    facts: Facts,
    is_subject: bool,
    participants: Participants,
}

impl<'c> Gathered<'c> {
    /// Nothing yet, of a message from and to `participants`; `limit` values are told apart.
    pub(crate) fn new(limit: usize, participants: Participants, composition: &'c Composition) -> Self {
        Self {
            tally: Tally::new(limit, participants.clone()),
            composed: Composed::default(),
            composition,
            facts: Facts::default(),
            is_subject: false,
            participants,
        }
    }

    /// Goes on to the text unit that stands at `place` and is made like `structure`.
    pub(crate) fn begin(&mut self, place: &Place, structure: Structure) {
        self.is_subject = *place == Place::Subject;
        self.facts = Facts::of(structure);
    }

    /// The people whom the message is from and to.
    pub(crate) const fn participants(&self) -> &Participants {
        &self.participants
    }

    pub(crate) fn add(&mut self, finding: &Finding) {
        self.tally.add(finding);
        self.facts.note(finding, &self.participants);
    }

    /// Ends the text unit.
    pub(crate) fn end(&mut self) {
        let facts = std::mem::take(&mut self.facts);
        self.composed.add(&facts, self.composition, self.is_subject);
    }

    /// What the message is.
    pub(crate) fn classification(&self, context: &Context) -> Classification {
        composed(self, context)
    }

    /// The rules that hold in the text, whatever the setting.
    pub(crate) fn rules(&self, context: &Context) -> Vec<String> {
        self.composed.rules(self.composition, context.blank_form)
    }

    /// Why the text is no PHI, where it is none.
    pub(crate) fn why_not(&self, context: &Context) -> WhyNot {
        self.composed.why_not(self.composition, context)
    }

    /// See [`tells_of_health`](super::tells_of_health).
    pub(crate) fn tells_of_health(&self) -> bool {
        super::compose::health(&self.tally)
    }
}
