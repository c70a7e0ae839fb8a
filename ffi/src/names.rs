//! The numbers that C has for the words of the core. 0 is never one of them: it is the answer of a NULL handle or of
//! an absent value, and a host that treats it as "do not send" is right.

use sealwax::classify::Level;
use sealwax::evidence::{EvidenceKind, Transport};
use sealwax::policy::{Action, Method};
use sealwax::redact::Mode;
use sealwax::{Authentication, BaaState, Party};

use crate::error::sealwax_error;
use crate::status::SEALWAX_RANGE;

/// Action: send the message by the delivery's method.
pub const SEALWAX_ACTION_SEND: i32 = 1;
/// Action: keep the message until somebody approves.
pub const SEALWAX_ACTION_APPROVE: i32 = 2;
/// Action: keep the message.
pub const SEALWAX_ACTION_HOLD: i32 = 3;
/// Action: give the message back to the sender.
pub const SEALWAX_ACTION_RETURN: i32 = 4;
/// Action: do not send the message, and tell nobody outside; for bulk mail that is TLS or nothing.
pub const SEALWAX_ACTION_DROP: i32 = 5;

/// Method: as it is, over a TLS connection of the level that the contract names.
pub const SEALWAX_METHOD_TLS: i32 = 1;
/// Method: sealed for the recipient's mail client by S/MIME (RFC 8551).
pub const SEALWAX_METHOD_SMIME: i32 = 2;
/// Method: sealed for the recipient's mail client by OpenPGP (RFC 9580).
pub const SEALWAX_METHOD_PGP: i32 = 3;
/// Method: sealed, and picked up from a portal.
pub const SEALWAX_METHOD_PORTAL: i32 = 4;
/// Method: as it is, by SMTP, over TLS only where the server offers it; it may leave in clear text. No host offers it:
/// it is what TLS comes to where a waiver allows as much.
pub const SEALWAX_METHOD_CLEAR: i32 = 5;
/// Method: as it is, inside of the host's own trust zone; nothing leaves by SMTP.
pub const SEALWAX_METHOD_LOCAL: i32 = 6;

/// Transport level: clear text.
pub const SEALWAX_TRANSPORT_NONE: i32 = 1;
/// Transport level: TLS if the server offers it (RFC 7435).
pub const SEALWAX_TRANSPORT_OPPORTUNISTIC: i32 = 2;
/// Transport level: TLS with any certificate.
pub const SEALWAX_TRANSPORT_ENCRYPTED: i32 = 3;
/// Transport level: TLS with a certificate that PKIX verifies for the expected name.
pub const SEALWAX_TRANSPORT_VERIFIED: i32 = 4;
/// Transport level: TLS authenticated by DNSSEC (RFC 7672).
pub const SEALWAX_TRANSPORT_DANE: i32 = 5;

/// Level of a message: nothing was found.
pub const SEALWAX_LEVEL_NONE: i32 = 1;
/// Level of a message: an identifier alone.
pub const SEALWAX_LEVEL_PERSONAL: i32 = 2;
/// Level of a message: PHI, financial data, or a credential.
pub const SEALWAX_LEVEL_SENSITIVE: i32 = 3;
/// Level of a message: key material, or sensitive data of ten or more distinct individuals.
pub const SEALWAX_LEVEL_CRITICAL: i32 = 4;

/// Evidence: a TLSA record secured by DNSSEC (RFC 7672).
pub const SEALWAX_EVIDENCE_DANE: i32 = 1;
/// Evidence: the last delivery to the domain.
pub const SEALWAX_EVIDENCE_LAST_DELIVERY: i32 = 2;
/// Evidence: the message never leaves the host's own trust zone.
pub const SEALWAX_EVIDENCE_LOCAL: i32 = 3;
/// Evidence: an MTA-STS policy in `enforce` mode (RFC 8461).
pub const SEALWAX_EVIDENCE_MTA_STS_ENFORCE: i32 = 4;
/// Evidence: an MTA-STS policy in `testing` mode, which binds nobody.
pub const SEALWAX_EVIDENCE_MTA_STS_TESTING: i32 = 5;
/// Evidence: a written agreement with the partner on how mail travels.
pub const SEALWAX_EVIDENCE_PARTNER_AGREEMENT: i32 = 6;
/// Evidence: a connection made to find out; it proves at most `SEALWAX_TRANSPORT_ENCRYPTED`.
pub const SEALWAX_EVIDENCE_PROBE: i32 = 7;
/// Evidence: the administrator's own table.
pub const SEALWAX_EVIDENCE_STATIC_TABLE: i32 = 8;

/// Business associate agreement: one stands that forbids PHI.
pub const SEALWAX_BAA_PHI_FORBIDDEN: i32 = 1;
/// Business associate agreement: nothing is known. This is what a new recipient has.
pub const SEALWAX_BAA_UNKNOWN: i32 = 2;
/// Business associate agreement: there is none and none is needed; the recipient is the patient, or treats them.
pub const SEALWAX_BAA_NOT_NEEDED: i32 = 3;
/// Business associate agreement: one stands.
pub const SEALWAX_BAA_SIGNED: i32 = 4;
/// Business associate agreement: it is known that none stands with an organisation that needs one.
pub const SEALWAX_BAA_NONE: i32 = 5;

/// Party: an organisation, which may need a business associate agreement.
pub const SEALWAX_PARTY_ORGANIZATION: i32 = 1;
/// Party: nothing is known, whatever `default_recipient` says.
pub const SEALWAX_PARTY_UNKNOWN: i32 = 2;
/// Party: a person who writes for themselves, such as a patient.
pub const SEALWAX_PARTY_INDIVIDUAL: i32 = 3;

/// Authentication of a reader: none; the portal then seals nothing for them. Of a new recipient it is not known.
pub const SEALWAX_AUTHENTICATION_NONE: i32 = 1;
/// Authentication of a reader: by one factor.
pub const SEALWAX_AUTHENTICATION_SINGLE_FACTOR: i32 = 2;
/// Authentication of a reader: by a second factor as well.
pub const SEALWAX_AUTHENTICATION_SECOND_FACTOR: i32 = 3;

/// Edit: add a header of this name and value.
pub const SEALWAX_EDIT_ADD: i32 = 1;
/// Edit: remove every header of this name.
pub const SEALWAX_EDIT_REMOVE: i32 = 2;
/// Edit: replace the header of this name, `Subject`, by this value; sealing does not cover it.
pub const SEALWAX_EDIT_REPLACE: i32 = 3;
/// Edit: keep only the headers of these names, which stand outside of the seal, and of each its addresses, its date,
/// its keyword or its text. A comma and a blank stand between the names; `sealwax_delivery_outer` makes the edit.
pub const SEALWAX_EDIT_KEEP: i32 = 4;

/// Mode of redaction: a star for each letter and digit of a value.
pub const SEALWAX_MODE_MASK: i32 = 1;
/// Mode of redaction: the type and a pseudonym, the same wherever the same value stands and the same key is used.
pub const SEALWAX_MODE_PSEUDONYM: i32 = 2;
/// Mode of redaction: nothing in the place of a value.
pub const SEALWAX_MODE_REMOVE: i32 = 3;
/// Mode of redaction: the type, such as `[US_SSN]`. This is what a new redaction has.
pub const SEALWAX_MODE_TYPE: i32 = 4;

/// Kind of key: the secret of a pickup link, for the part of the link behind `#`.
pub const SEALWAX_KEY_LINK: i32 = 1;
/// Kind of key: 256 bits that both seal and open.
pub const SEALWAX_KEY_LOCAL: i32 = 2;
/// Kind of key: a pair on NIST P-256 (RFC 9180).
pub const SEALWAX_KEY_P256: i32 = 3;
/// Kind of key: a pair on X25519 (RFC 9180).
pub const SEALWAX_KEY_X25519: i32 = 4;
/// Kind of key: a pair of X-Wing, which also holds against a quantum computer.
pub const SEALWAX_KEY_XWING: i32 = 5;
/// Kind of key: a pair on NIST P-384 (RFC 9180).
pub const SEALWAX_KEY_P384: i32 = 6;

/// The kinds of keys that are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Link,
    Local,
    P256,
    P384,
    X25519,
    Xwing,
}

/// A word of the core that C knows by a number.
pub(crate) trait Number: Copy + 'static {
    /// Every value with its number.
    const TABLE: &'static [(i32, Self)];

    /// The number of this value.
    fn number(self) -> i32;

    /// The value of `number`, or the error that names the argument.
    fn from_number(number: i32, argument: &str) -> Result<Self, sealwax_error> {
        let row = Self::TABLE.iter().find(|(known, _)| *known == number);
        row.map(|(_, value)| *value)
            .ok_or_else(|| sealwax_error::new(SEALWAX_RANGE, format!("`{argument}` has no value {number}")))
    }
}

macro_rules! numbers {
    ($($type:ty { $($variant:ident => $number:ident),+ $(,)? })+) => { $(
        impl Number for $type {
            const TABLE: &'static [(i32, Self)] = &[$(($number, Self::$variant)),+];

            fn number(self) -> i32 {
                match self { $(Self::$variant => $number),+ } // a new variant breaks the build here
            }
        }
    )+ };
}

numbers! {
    Action {
        Send => SEALWAX_ACTION_SEND,
        Approve => SEALWAX_ACTION_APPROVE,
        Hold => SEALWAX_ACTION_HOLD,
        Return => SEALWAX_ACTION_RETURN,
        Drop => SEALWAX_ACTION_DROP,
    }
    Method {
        Tls => SEALWAX_METHOD_TLS,
        Smime => SEALWAX_METHOD_SMIME,
        Pgp => SEALWAX_METHOD_PGP,
        Portal => SEALWAX_METHOD_PORTAL,
        Clear => SEALWAX_METHOD_CLEAR,
        Local => SEALWAX_METHOD_LOCAL,
    }
    Transport {
        None => SEALWAX_TRANSPORT_NONE,
        Opportunistic => SEALWAX_TRANSPORT_OPPORTUNISTIC,
        Encrypted => SEALWAX_TRANSPORT_ENCRYPTED,
        Verified => SEALWAX_TRANSPORT_VERIFIED,
        Dane => SEALWAX_TRANSPORT_DANE,
    }
    Level {
        None => SEALWAX_LEVEL_NONE,
        Personal => SEALWAX_LEVEL_PERSONAL,
        Sensitive => SEALWAX_LEVEL_SENSITIVE,
        Critical => SEALWAX_LEVEL_CRITICAL,
    }
    EvidenceKind {
        Dane => SEALWAX_EVIDENCE_DANE,
        LastDelivery => SEALWAX_EVIDENCE_LAST_DELIVERY,
        Local => SEALWAX_EVIDENCE_LOCAL,
        MtaStsEnforce => SEALWAX_EVIDENCE_MTA_STS_ENFORCE,
        MtaStsTesting => SEALWAX_EVIDENCE_MTA_STS_TESTING,
        PartnerAgreement => SEALWAX_EVIDENCE_PARTNER_AGREEMENT,
        Probe => SEALWAX_EVIDENCE_PROBE,
        StaticTable => SEALWAX_EVIDENCE_STATIC_TABLE,
    }
    BaaState {
        PhiForbidden => SEALWAX_BAA_PHI_FORBIDDEN,
        Unknown => SEALWAX_BAA_UNKNOWN,
        NotNeeded => SEALWAX_BAA_NOT_NEEDED,
        Signed => SEALWAX_BAA_SIGNED,
        None => SEALWAX_BAA_NONE,
    }
    Party {
        Organization => SEALWAX_PARTY_ORGANIZATION,
        Unknown => SEALWAX_PARTY_UNKNOWN,
        Individual => SEALWAX_PARTY_INDIVIDUAL,
    }
    KeyKind {
        Link => SEALWAX_KEY_LINK,
        Local => SEALWAX_KEY_LOCAL,
        P256 => SEALWAX_KEY_P256,
        X25519 => SEALWAX_KEY_X25519,
        Xwing => SEALWAX_KEY_XWING,
        P384 => SEALWAX_KEY_P384,
    }
    Mode {
        Mask => SEALWAX_MODE_MASK,
        Pseudonym => SEALWAX_MODE_PSEUDONYM,
        Remove => SEALWAX_MODE_REMOVE,
        Type => SEALWAX_MODE_TYPE,
    }
    Authentication {
        None => SEALWAX_AUTHENTICATION_NONE,
        SingleFactor => SEALWAX_AUTHENTICATION_SINGLE_FACTOR,
        SecondFactor => SEALWAX_AUTHENTICATION_SECOND_FACTOR,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    fn check<T: Number + PartialEq + Debug>() {
        for (index, (number, value)) in T::TABLE.iter().enumerate() {
            assert_eq!(
                usize::try_from(*number),
                Ok(index + 1),
                "numbers count from 1: {value:?}"
            );
            assert_eq!(value.number(), *number);
            assert_eq!(T::from_number(*number, "x").ok(), Some(*value));
        }
    }

    #[test]
    fn every_number_stands_for_one_value() {
        check::<Action>();
        check::<Authentication>();
        check::<BaaState>();
        check::<EvidenceKind>();
        check::<KeyKind>();
        check::<Level>();
        check::<Method>();
        check::<Mode>();
        check::<Party>();
        check::<Transport>();
    }

    #[test]
    fn zero_and_numbers_past_the_end_are_no_value() {
        for number in [i32::MIN, -1, 0, 6, i32::MAX] {
            assert!(Transport::from_number(number, "level").is_err(), "{number}");
        }
    }
}
