use super::Participants;

/// What is known of a message beside its findings. What is not known is left at its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Who it is from and to.
    pub participants: Participants,
    /// Whether being on its list tells something of a person's health, as the host or the policy says.
    pub health_list: bool,
    /// Whether the sender's relation to every recipient is one of care or its payment, as the policy says.
    pub health_sender: bool,
    /// Whether all that it holds is a form with its fields blank: words to whoever fills it in then identify nobody.
    pub blank_form: bool,
}

impl Context {
    /// Whether something outside the text supplies the health context.
    pub(super) const fn implies_health(&self) -> bool {
        self.health_list || self.health_sender
    }
}
