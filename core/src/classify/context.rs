/// What is known of a message beside its findings. What is not known is left at its default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context<'a> {
    /// The list's name or `List-Id` (RFC 2919), from the header or from the host.
    pub list: Option<&'a str>,
    /// Whether being on the list tells something of a person's health, as the host or the policy says.
    pub health_list: bool,
    /// Whether the sender treats people or pays for treatment, as the policy says.
    pub health_sender: bool,
    /// What the message is for, for instance `appointment`.
    pub purpose: Option<&'a str>,
}

impl Context<'_> {
    /// Whether something outside the text supplies the health context.
    pub(super) const fn implies_health(&self) -> bool {
        self.health_list || self.health_sender
    }
}
