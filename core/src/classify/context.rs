use std::collections::BTreeSet;

use super::{Participants, Strictness};
use crate::message::OpaqueKind;

/// What is known of a message beside its findings. What is not known is left at its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, not a state")]
pub struct Context {
    /// Who it is from and to.
    pub participants: Participants,
    /// Whether being on its list tells something of a person's health, as the host or the policy says.
    pub health_list: bool,
    /// Whether the sender's relation to every recipient is one of care or its payment, as the policy says.
    pub health_sender: bool,
    /// Whether a discussion list hands it on: what its members tell of themselves and of others by name alone is talk among
    /// many, and no rule of a name holds of it.
    pub discussion: bool,
    /// Whether all that it holds is a form with its fields blank: words to whoever fills it in then identify nobody.
    pub blank_form: bool,
    /// What it holds that nobody read: pictures, faxes, sounds, films and scans.
    pub opaque: BTreeSet<OpaqueKind>,
    /// Whether that is all that it holds, but for a few words.
    pub only_opaque: bool,
    /// How readily words of health beside a person are taken for PHI.
    pub strictness: Strictness,
}

impl Context {
    /// Whether something outside the text supplies the health context.
    pub(super) const fn implies_health(&self) -> bool {
        self.health_list || self.health_sender
    }

    /// What nobody read, in words; `None` where there is nothing of the kind.
    pub(super) fn unread(&self) -> Option<String> {
        let words: Vec<&str> = self.opaque.iter().map(|kind| kind.words()).collect();
        (!words.is_empty()).then(|| words.join(" and "))
    }
}
