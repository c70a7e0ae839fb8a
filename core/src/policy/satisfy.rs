//! The satisfaction matrix: what each way out offers, as an element of the lattice.

use super::{AuditLevel, CryptoFloor, Dimension, Disposition, MessageProtection, Method, Requirement};
use crate::Authentication;
use crate::evidence::Transport;

/// A way out for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Sealed for OpenPGP.
    Pgp,
    /// Sealed for the portal, where the reader is authenticated like this.
    Portal(Authentication),
    /// Sealed for S/MIME.
    Smime,
    /// As it is, over TLS of at least this level.
    Tls(Transport),
}

impl Way {
    /// The matrix.
    ///
    /// Sealing discharges the transport requirement for the body (the subject and other headers are dealt with by
    /// edits). TLS meets any cryptography because the contract demands it of the connection. S/MIME and PGP clients
    /// choose the length of their content key, so they meet no floor above approved algorithms; a portal message rests
    /// on symmetric 256-bit keys alone. A portal that asks its reader for nothing seals nothing: whoever sees the mail with the
    /// link reads the message.
    pub(super) const fn offers(self) -> Requirement {
        let (transport, message, crypto, post_quantum) = match self {
            Self::Tls(level) => (level, MessageProtection::None, CryptoFloor::Aes256Only, false),
            Self::Smime | Self::Pgp => (
                Transport::Dane,
                MessageProtection::Sealed,
                CryptoFloor::Tls12Nist,
                false,
            ),
            Self::Portal(Authentication::None) => (Transport::None, MessageProtection::None, CryptoFloor::Any, false),
            Self::Portal(Authentication::SingleFactor) => (
                Transport::Dane,
                MessageProtection::Sealed,
                CryptoFloor::Aes256Only,
                true,
            ),
            Self::Portal(Authentication::SecondFactor) => (
                Transport::Dane,
                MessageProtection::SealedAuthenticated,
                CryptoFloor::Aes256Only,
                true,
            ),
        };
        Requirement {
            transport,
            message,
            crypto,
            post_quantum,
            // Whether a message may leave, and how it is recorded, is no matter of the way it takes.
            disposition: Disposition::Return,
            audit: AuditLevel::Full,
            retention_days: u32::MAX,
        }
    }

    /// The first dimension of `requirement` that this way does not meet.
    pub(super) fn falls_short(self, requirement: Requirement) -> Option<Dimension> {
        let offers = self.offers();
        Dimension::ALL
            .into_iter()
            .find(|dimension| offers.rank(*dimension) < requirement.rank(*dimension))
    }

    /// The way of `method`, with TLS of `level` and a portal that authenticates its reader like this.
    pub(super) const fn of(method: Method, level: Transport, reader: Authentication) -> Self {
        match method {
            Method::Local | Method::Clear | Method::Tls => Self::Tls(level),
            Method::Smime => Self::Smime,
            Method::Pgp => Self::Pgp,
            Method::Portal => Self::Portal(reader),
        }
    }
}

/// How the portal authenticates a reader of whom `known` is known: where nothing is, the delivery asks for one factor.
pub(super) const fn asked_of(known: Option<Authentication>) -> Authentication {
    match known {
        Some(known) => known,
        None => Authentication::SingleFactor,
    }
}

/// The least that the portal asks of a reader before it opens a message with this requirement.
pub(super) const fn least_asked(requirement: Requirement) -> Authentication {
    match requirement.message {
        MessageProtection::SealedAuthenticated => Authentication::SecondFactor,
        MessageProtection::None | MessageProtection::Sealed => Authentication::SingleFactor,
    }
}

/// Every way out.
pub(super) const WAYS: [Way; 10] = [
    Way::Tls(Transport::None),
    Way::Tls(Transport::Opportunistic),
    Way::Tls(Transport::Encrypted),
    Way::Tls(Transport::Verified),
    Way::Tls(Transport::Dane),
    Way::Smime,
    Way::Pgp,
    Way::Portal(Authentication::None),
    Way::Portal(Authentication::SingleFactor),
    Way::Portal(Authentication::SecondFactor),
];

/// Every protection that can be asked for.
pub(super) fn protections() -> Vec<Requirement> {
    let mut all = vec![Requirement::NONE];
    all = every(&all, Transport::ALL, |required, transport| Requirement {
        transport,
        ..required
    });
    all = every(&all, MessageProtection::ALL, |required, message| Requirement {
        message,
        ..required
    });
    all = every(&all, CryptoFloor::ALL, |required, crypto| Requirement {
        crypto,
        ..required
    });
    every(&all, [false, true], |required, post_quantum| Requirement {
        post_quantum,
        ..required
    })
}

fn every<T: Copy, const N: usize>(
    all: &[Requirement],
    values: [T; N],
    with: fn(Requirement, T) -> Requirement,
) -> Vec<Requirement> {
    all.iter()
        .flat_map(|required| values.map(|value| with(*required, value)))
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The matrix in other words: what each way must not be taken for.
    pub(in crate::policy) fn is_enough(way: Way, required: Requirement) -> bool {
        let seals = match way {
            Way::Tls(_) | Way::Portal(Authentication::None) => MessageProtection::None,
            Way::Smime | Way::Pgp | Way::Portal(Authentication::SingleFactor) => MessageProtection::Sealed,
            Way::Portal(Authentication::SecondFactor) => MessageProtection::SealedAuthenticated,
        };
        let carries = match way {
            Way::Tls(level) => level >= required.transport,
            Way::Portal(Authentication::None) => required == Requirement::NONE,
            Way::Smime | Way::Pgp | Way::Portal(_) => true,
        };
        let is_client = matches!(way, Way::Smime | Way::Pgp);
        let is_portal = matches!(way, Way::Portal(_));
        carries
            && seals >= required.message
            && !(is_client && required.crypto > CryptoFloor::Tls12Nist)
            && (is_portal || !required.post_quantum)
    }

    #[test]
    fn every_cell_of_the_matrix_is_as_the_page_says() {
        let requirements = protections();
        assert_eq!(requirements.len(), 120);
        for way in WAYS {
            for required in &requirements {
                let satisfies = way.falls_short(*required).is_none();
                assert_eq!(satisfies, is_enough(way, *required), "{way:?} {required:?}");
                assert_eq!(satisfies, way.offers().covers(*required), "{way:?} {required:?}");
            }
        }
    }
}
