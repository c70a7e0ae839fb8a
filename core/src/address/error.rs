//! Why a text is no address.

use std::convert::Infallible;
use std::fmt;

/// Why a text is no address. It holds nothing of the text, since an address says who somebody is; where the address came
/// from a list, it says its place there.
///
/// ```
/// # use sealwax::{AddressErrorKind, Transaction};
/// let error = Transaction::from("ann@clinic.example")?.to("bob@example.org")?.to("x@a.example,y@b.example").unwrap_err();
/// assert_eq!(error.kind(), AddressErrorKind::Several);
/// assert_eq!(error.recipient(), Some(2));
/// assert!(error.to_string().ends_with(", at recipients[1].address, recipient 2"));
/// # Ok::<(), sealwax::AddressError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressError {
    kind: AddressErrorKind,
    place: Option<Place>,
}

/// The kinds of [`AddressError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressErrorKind {
    /// It holds a control character or a line break.
    Control,
    /// What stands behind the `@` is no domain and no address literal.
    Domain,
    /// What stands before the `@` is no local part.
    LocalPart,
    /// The local part has more than 64 octets, or the domain more than 255 (RFC 5321, section 4.5.3.1).
    Long,
    /// There is no `@`.
    Missing,
    /// It is the null reverse-path, which only a sender can have.
    Null,
    /// It routes through another host: `<@a.example:b@c.example>`, `b%c.example@a.example`, `c.example!b@a.example`.
    Route,
    /// There is more than one address, or more than one `@` outside of quotes.
    Several,
    /// A bracket, quote or comment is not closed, or something stands where nothing may.
    Shape,
}

/// Where the address stands in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Recipient(usize),
    Sender,
}

impl AddressError {
    pub(crate) const fn new(kind: AddressErrorKind) -> Self {
        Self { kind, place: None }
    }

    /// The same error, as one of the transaction's sender.
    #[must_use]
    pub fn of_sender(self) -> Self {
        Self {
            place: Some(Place::Sender),
            ..self
        }
    }

    /// The same error, as one of the recipient at `index`; the first is 0.
    #[must_use]
    pub fn of_recipient(self, index: usize) -> Self {
        Self {
            place: Some(Place::Recipient(index)),
            ..self
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(self) -> AddressErrorKind {
        self.kind
    }

    /// Which recipient it is of, counted from 1; `None` when it is of none.
    #[must_use]
    pub fn recipient(self) -> Option<usize> {
        match self.place {
            Some(Place::Recipient(index)) => Some(index.saturating_add(1)),
            Some(Place::Sender) | None => None,
        }
    }
}

impl AddressErrorKind {
    const fn sentence(self) -> &'static str {
        match self {
            Self::Control => "an address holds no control character and no line break",
            Self::Domain => {
                "behind the `@` of an address stands a domain such as `lab.example`, or an address literal such as \
                 `[192.0.2.1]` or `[IPv6:2001:db8::1]`"
            }
            Self::LocalPart => {
                "before the `@` of an address stand visible letters, digits, single dots and some signs; anything else \
                 is written in quotes"
            }
            Self::Long => "an address has at most 64 octets before the `@` and 255 behind it",
            Self::Missing => "an address has an `@`, as in `ann@lab.example`",
            Self::Null => "only a sender can have the empty address",
            Self::Route => "an address that routes through another host is not taken; give the last address alone",
            Self::Several => "more than one address or `@` stands where one address is expected; give each on its own",
            Self::Shape => {
                "a bracket, quote or comment of an address is not closed, or something stands behind it; expected \
                 `ann@lab.example` or `Ann <ann@lab.example>`"
            }
        }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.sentence())?;
        match self.place {
            Some(Place::Recipient(index)) => {
                write!(
                    f,
                    ", at recipients[{index}].address, recipient {}",
                    index.saturating_add(1)
                )
            }
            Some(Place::Sender) => f.write_str(", at sender"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for AddressError {}

impl From<Infallible> for AddressError {
    /// An [`Address`](super::Address) that is parsed already cannot fail.
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
