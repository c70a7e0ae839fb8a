//! The SMTP envelope and what the host knows of the people in it, as plain values.
//!
//! The serde shape of [`Transaction`] is the facts file of the command line and of C; see `docs/JSON.md`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Agreement;
use crate::consent::{Preference, Waiver};
use crate::evidence::{Evidence, Transport};
use crate::ground::Method;
use crate::{Address, AddressError};

/// An SMTP transaction (RFC 5321, section 3.3): a sender, recipients, and what the host knows and can do.
///
/// ```
/// # use sealwax::{Recipient, Transaction};
/// let transaction = Transaction::from("Ann <ann@clinic.example>")?
///     .to("bob@example.org")?
///     .recipient(Recipient::new("carol@clinic.example")?.internal(true));
/// assert_eq!(transaction.sender.as_str(), "ann@clinic.example");
/// # Ok::<(), sealwax::AddressError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transaction {
    /// The sender's address; [`Address::null`] for a bounce.
    pub sender: Address,
    /// The recipients, in the order of the answer's deliveries.
    #[serde(default)]
    pub recipients: Vec<Recipient>,
    /// The account that the sender belongs to, for the policy's account floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The groups that the sender belongs to, beside those that the policy derives from the address.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<String>,
    /// The stream the host sends it in, for instance `bulk` or `business`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// What the message is for, for instance `appointment`, `billing` or `newsletter`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The list or audience that the recipients were taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ListContext>,
    /// The methods that the host can carry out; `None` stands for TLS and the portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<BTreeSet<Method>>,
    /// The level below which the host refuses to send when a delivery asks for it; `None` stands for `encrypted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforces: Option<Transport>,
    /// Whether the client demanded REQUIRETLS in its MAIL command (RFC 8689): authenticated TLS on every hop.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub require_tls: bool,
    /// Facts that the host raises by name; the policy can only raise on them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub flags: BTreeSet<String>,
}

impl Transaction {
    /// A transaction from `sender`, with no recipient yet: a text, or an [`Address`] that is parsed already.
    ///
    /// # Errors
    ///
    /// [`AddressError`] when the text is no address. The empty one is that of a bounce.
    pub fn from<A: TryInto<Address, Error: Into<AddressError>>>(sender: A) -> Result<Self, AddressError> {
        Ok(Self {
            sender: sender.try_into().map_err(|error| error.into().of_sender())?,
            ..Self::default()
        })
    }

    /// Adds a recipient of whom nothing is known.
    ///
    /// # Errors
    ///
    /// [`AddressError`] with the recipient's index when the text is no address that can be written to.
    pub fn to<A: TryInto<Address, Error: Into<AddressError>>>(self, address: A) -> Result<Self, AddressError> {
        let index = self.recipients.len();
        let recipient = Recipient::new(address).map_err(|error| error.of_recipient(index))?;
        Ok(self.recipient(recipient))
    }

    /// Adds a recipient.
    #[must_use]
    pub fn recipient(mut self, recipient: Recipient) -> Self {
        self.recipients.push(recipient);
        self
    }
}

/// One recipient and what the host knows of them. What is not known takes the safe end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// The recipient's address, never the null one.
    #[serde(deserialize_with = "Address::deserialize_recipient")]
    pub address: Address,
    /// Whether the recipient belongs to the sender's own organisation; so does whoever lies in the domains of the
    /// policy's `[organization]`.
    #[serde(default)]
    pub internal: bool,
    /// Who the recipient is; `None` leaves it to the policy's sets, partners and `default_recipient`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    /// What is known of how the recipient's server can be reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// What the recipient's mail client can open.
    #[serde(default)]
    pub keys: ClientKeys,
    /// Whether a business associate agreement stands (45 CFR 164.504(e)).
    #[serde(default)]
    pub baa: BaaState,
    /// When that agreement stands, and which document it is; one that does not stand is as good as none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<Agreement>,
    /// How the recipient is authenticated when they open a message at the portal. `None` when it is not known: a delivery by
    /// the portal then asks for it ([`Delivery::reader`](crate::policy::Delivery::reader)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Authentication>,
    /// Waiver records that the host holds for this recipient.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
    /// The recipient's wishes about mail to them that the host holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preferences: Vec<Preference>,
}

impl Recipient {
    /// A recipient of whom nothing is known: a text, or an [`Address`] that is parsed already.
    ///
    /// # Errors
    ///
    /// [`AddressError`] when the text is no address that can be written to.
    pub fn new<A: TryInto<Address, Error: Into<AddressError>>>(address: A) -> Result<Self, AddressError> {
        Ok(Self::at(address.try_into().map_err(Into::into)?.not_null()?))
    }

    /// The same at an address that somebody can be written to.
    pub(crate) fn at(address: Address) -> Self {
        Self {
            address,
            internal: false,
            party: None,
            evidence: Vec::new(),
            keys: ClientKeys::default(),
            baa: BaaState::default(),
            agreement: None,
            authentication: None,
            waivers: Vec::new(),
            preferences: Vec::new(),
        }
    }

    /// Says whether the recipient belongs to the sender's own organisation.
    #[must_use]
    pub fn internal(mut self, internal: bool) -> Self {
        self.internal = internal;
        self
    }

    /// Says who the recipient is.
    ///
    /// ```
    /// # use sealwax::{Party, Recipient};
    /// assert_eq!(Recipient::new("ann@example.org")?.party(Party::Individual).party, Some(Party::Individual));
    /// # Ok::<(), sealwax::AddressError>(())
    /// ```
    #[must_use]
    pub fn party(mut self, party: Party) -> Self {
        self.party = Some(party);
        self
    }

    /// Adds a piece of evidence.
    #[must_use]
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }
}

/// What a recipient's mail client can open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientKeys {
    /// A valid S/MIME certificate is at hand (RFC 8551).
    #[serde(default)]
    pub smime: bool,
    /// A valid OpenPGP key is at hand (RFC 9580).
    #[serde(default)]
    pub pgp: bool,
}

/// Whether a business associate agreement stands (45 CFR 164.504(e)). The order goes from the weakest to the strongest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BaaState {
    /// An agreement stands that forbids PHI.
    PhiForbidden,
    /// It is known that no agreement stands with an organisation that needs one.
    None,
    /// Nothing is known of an agreement.
    #[default]
    Unknown,
    /// There is no agreement and none is needed: the recipient is the patient, or treats them.
    NotNeeded,
    /// An agreement stands.
    Signed,
}

/// Who a recipient is, as far as agreements go (45 CFR 160.103). The order goes from the weakest to the strongest: of
/// whom nothing is known may be an individual, an organisation is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// An organisation, which may be a business associate and then needs an agreement.
    Organization,
    /// Nothing is known.
    #[default]
    Unknown,
    /// A person who writes for themselves, such as a patient or a member: no agreement is needed with them.
    Individual,
}

impl Party {
    /// The name used in the policy, in JSON and in C.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Unknown => "unknown",
            Self::Individual => "individual",
        }
    }
}

/// How a recipient is authenticated when they open a message at the portal. The order is the meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// Not at all: whoever has the link reads the message, which is then as open as the mail with the link.
    #[default]
    None,
    /// By one factor, which does not travel with the link: an account, or a secret that was told by another way.
    SingleFactor,
    /// By a second factor as well.
    SecondFactor,
}

/// The list or audience that recipients were taken from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListContext {
    /// The list's name or `List-Id` (RFC 2919).
    pub id: String,
    /// Whether being on the list tells something of a person's health, as with "dialysis clinic patients".
    #[serde(default)]
    pub health: bool,
}
