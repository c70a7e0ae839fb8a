//! The changes to a message that belong to a decision.

use serde::{Deserialize, Serialize};

use super::content::Taken;
use super::model::{SubjectAction, SubjectRule};
use super::verdict::Fallback;
use super::{Action, Content, Method, Policy, outside};
use crate::classify::Level;
use crate::message::AnomalyKind;

/// A change to the message.
///
/// The edits of a delivery hold in their order; [`outer::apply`](crate::outer::apply) makes them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "kebab-case")]
pub enum Edit {
    /// Adds a header.
    AddHeader {
        /// The header's name.
        name: String,
        /// Its value.
        value: String,
    },
    /// Removes every header but these, and of these all but what they keep, and takes away the body, which travels
    /// inside of the seal.
    KeepOnly {
        /// The headers that stay outside of the seal.
        headers: Vec<Kept>,
    },
    /// Removes every header of this name, however it is written and however often it stands.
    RemoveHeader {
        /// The header's name.
        name: String,
    },
    /// Puts one subject in the place of every subject, which sealing does not cover.
    ReplaceSubject {
        /// The new subject.
        value: String,
    },
}

/// A header that stays outside of the seal, and what of it stays.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kept {
    /// The header's name.
    pub name: String,
    /// What of its value stays.
    pub keeps: Keeps,
}

/// What of a header's value stays outside of the seal. Whatever else stands in it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keeps {
    /// The addresses, without display names, comments and names of groups.
    Addresses,
    /// The moment, in UTC.
    Date,
    /// The first word, if it is one that RFC 3834 or RFC 5436 knows.
    Keyword,
    /// The text of the first header of this name.
    Text,
}

impl Edit {
    /// Removes every header of this name.
    ///
    /// ```
    /// # use sealwax::policy::Edit;
    /// let edit = Edit::remove("Bcc");
    /// assert_eq!(edit, Edit::RemoveHeader { name: "Bcc".into() });
    /// ```
    #[must_use]
    pub fn remove(name: &str) -> Self {
        Self::RemoveHeader { name: name.into() }
    }
}

/// What the changes to a message rest on.
pub(super) struct Editor<'a> {
    pub(super) policy: &'a Policy,
    pub(super) content: &'a Content,
    pub(super) taken: &'a Taken,
    pub(super) stream: Option<&'a str>,
}

impl Editor<'_> {
    /// What becomes of `action` by `method`, and the changes that belong to it: a subject that may not leave turns a
    /// sealed message into a return.
    pub(super) fn edit(&self, action: Action, method: Option<Method>) -> (Action, Option<Method>, Vec<Edit>) {
        let Some(method) = method else {
            return (action, None, Vec::new());
        };
        let default = SubjectRule::default();
        let rule = self.policy.file.subject.as_ref().unwrap_or(&default);
        let is_exposed = method.is_sealed() && self.is_exposed(rule);
        if is_exposed && rule.action == SubjectAction::Return {
            return (Action::Return, None, Vec::new());
        }
        let mut edits: Vec<Edit> = HIDDEN.into_iter().map(Edit::remove).collect();
        edits.extend(self.stripped());
        edits.extend(method.is_sealed().then(|| Edit::KeepOnly {
            headers: outside::kept(),
        }));
        edits.extend(is_exposed.then(|| Edit::ReplaceSubject {
            value: rule.text.clone(),
        }));
        edits.extend(self.label());
        (action, Some(method), edits)
    }

    /// The same for what happens when the contract cannot be met.
    pub(super) fn edit_fallback(&self, fallback: &Fallback) -> Fallback {
        let (action, method, edits) = self.edit(fallback.action, fallback.method);
        Fallback { action, method, edits }
    }

    /// Whether the subject is too sensitive to stand outside, or was not seen.
    fn is_exposed(&self, rule: &SubjectRule) -> bool {
        self.content.subject_level >= rule.from.min(Level::Sensitive)
            || self.content.anomalies.contains(AnomalyKind::HeaderLimit.name())
    }

    /// Headers of the sender's that have no say here.
    fn stripped(&self) -> impl Iterator<Item = Edit> {
        // RFC 8689, section 5: the sender of PHI does not get to ask for less than TLS.
        let weaker = (self.taken.level >= Level::Sensitive).then(|| Edit::remove("TLS-Required"));
        let routes = self.policy.file.streams.iter().any(|stream| stream.label.is_some());
        weaker.into_iter().chain(routes.then(|| Edit::remove(STREAM_HEADER)))
    }

    fn label(&self) -> Option<Edit> {
        let streams = &self.policy.file.streams;
        let stream = streams
            .iter()
            .find(|stream| self.stream == Some(stream.name.as_str()))?;
        stream.label.as_ref().map(|label| Edit::AddHeader {
            name: STREAM_HEADER.into(),
            value: label.clone(),
        })
    }
}

/// Headers that name recipients whom the others do not see (RFC 5322, sections 3.6.3 and 3.6.6).
pub(crate) const HIDDEN: [&str; 2] = ["Bcc", "Resent-Bcc"];
/// The header by which a server routes streams apart; only the policy writes it.
const STREAM_HEADER: &str = "Sealwax-Stream";
