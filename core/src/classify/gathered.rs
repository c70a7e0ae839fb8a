//! The findings of a message, taken one by one in bounded memory.

use super::compose::composed;
use super::evidence::Title;
use super::tally::Tally;
use super::{Classification, Context, Participants};
use crate::detect::Finding;
use crate::message::Place;

/// What the findings of a message come to so far. In whatever order they come, and however many of them, none is lost for
/// what the message is.
pub(crate) struct Gathered {
    pub(super) tally: Tally,
    pub(super) titled: bool,
    /// That of the text unit that is read now, where it is a subject.
    title: Option<Title>,
    participants: Participants,
}

impl Gathered {
    /// Nothing yet, of a message from and to `participants`; `limit` values are told apart.
    pub(crate) fn new(limit: usize, participants: Participants) -> Self {
        Self {
            tally: Tally::new(limit, participants.clone()),
            titled: false,
            title: None,
            participants,
        }
    }

    /// Goes on to the text unit that stands at `place`.
    pub(crate) fn begin(&mut self, place: &Place) {
        self.title = (*place == Place::Subject).then(Title::default);
    }

    pub(crate) fn add(&mut self, finding: &Finding) {
        self.tally.add(finding);
        if let Some(title) = &mut self.title {
            title.add(finding, &self.participants);
            self.titled |= title.is_one();
        }
    }

    /// What the message is.
    pub(crate) fn classification(&self, context: &Context) -> Classification {
        composed(self, context)
    }

    /// See [`tells_of_health`](super::tells_of_health).
    pub(crate) fn tells_of_health(&self) -> bool {
        super::compose::health(&self.tally)
    }
}
