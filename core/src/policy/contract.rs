//! The transport contract: what the server enforces when it connects.

use super::{Contract, CryptoFloor};
use crate::evidence::{Capability, EvidenceKind, Transport};
use crate::tls::{Mode, Suite};

/// The contract for TLS of `level` with `crypto`.
///
/// PHI never gets Postfix `verify`, which trusts unauthenticated MX records. Where the level rests on a TLSA record the
/// line is `dane-only`, because such a certificate need not verify by PKIX (RFC 7672, section 3.1).
pub(super) fn contract(
    level: Transport,
    crypto: CryptoFloor,
    capability: &Capability<'_>,
    match_names: &[String],
    suites: &Suites,
) -> Contract {
    let by_dane = capability
        .by
        .is_some_and(|evidence| evidence.kind == EvidenceKind::Dane);
    let level = match level {
        Transport::Verified if by_dane && capability.transport == Transport::Dane => Transport::Dane,
        other => other,
    };
    let enforced = level >= Transport::Encrypted;
    Contract {
        level,
        minimum_protocol: (enforced && crypto > CryptoFloor::Any).then(|| "TLSv1.2".to_owned()),
        suites: if enforced {
            suites.of(crypto).to_vec()
        } else {
            Vec::new()
        },
        postfix: postfix(level, crypto, match_names),
        require_tls: false,
    }
}

/// The right-hand side of a `smtp_tls_policy_maps` entry (<https://www.postfix.org/postconf.5.html#smtp_tls_policy_maps>).
fn postfix(level: Transport, crypto: CryptoFloor, match_names: &[String]) -> String {
    let security = match level {
        Transport::None | Transport::Opportunistic => return "may".into(),
        Transport::Encrypted => "encrypt".to_owned(),
        Transport::Verified if match_names.is_empty() => "secure match=nexthop:dot-nexthop".to_owned(),
        Transport::Verified => format!("secure match={}", match_names.join(":")),
        Transport::Dane => "dane-only".to_owned(),
    };
    match crypto {
        CryptoFloor::Any => security,
        CryptoFloor::Tls12Nist => format!("{security} protocols=>=TLSv1.2 ciphers=high exclude={NOT_NIST}"),
        CryptoFloor::ForwardSecretAead => {
            format!("{security} protocols=>=TLSv1.2 ciphers=high exclude={NOT_NIST}:{NOT_MODERN}")
        }
        // Postfix cannot choose among the suites of TLS 1.3, which offers AES-128, so the one version it can is named.
        CryptoFloor::Aes256Only => {
            format!("{security} protocols=TLSv1.2 ciphers=high exclude={NOT_NIST}:{NOT_MODERN}:AES128")
        }
    }
}

/// What `high` holds beyond NIST SP 800-52r2, in OpenSSL's names.
const NOT_NIST: &str = "aNULL:ARIA:CAMELLIA:CHACHA20:SEED";

/// Key exchanges that RFC 10015 deprecates, CBC (by its hashes), and short tags.
const NOT_MODERN: &str = "kRSA:kDHE:SHA1:SHA256:SHA384:AESCCM8";

/// Per floor, the names of the suites that will do, looked up once for every decision of a policy.
#[derive(Clone, Debug)]
pub(super) struct Suites([(CryptoFloor, Vec<&'static str>); 4]);

impl Default for Suites {
    fn default() -> Self {
        let names = |mode: Mode| match mode {
            Mode::Any => Vec::new(),
            _ => mode.suites().into_iter().map(Suite::iana).collect(),
        };
        Self(MODES.map(|(floor, mode)| (floor, names(mode))))
    }
}

impl Suites {
    /// Whether `suite`, by its IANA or OpenSSL name, will do; one that is in no table is not held against anybody.
    pub(super) fn admits(&self, crypto: CryptoFloor, suite: &str) -> bool {
        let Some(known) = Suite::by_name(suite) else {
            return true;
        };
        let admitted = self.of(crypto);
        admitted.is_empty() || admitted.contains(&known.iana())
    }

    fn of(&self, crypto: CryptoFloor) -> &[&'static str] {
        let found = self.0.iter().find(|(floor, _)| *floor == crypto);
        found.map_or(&[], |(_, names)| names)
    }
}

/// Which set of suites each floor stands for.
const MODES: [(CryptoFloor, Mode); 4] = [
    (CryptoFloor::Any, Mode::Any),
    (CryptoFloor::Tls12Nist, Mode::Nist),
    (CryptoFloor::ForwardSecretAead, Mode::ForwardSecretAead),
    (CryptoFloor::Aes256Only, Mode::Aes256),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::evidence::{Evidence, capability};

    #[test]
    fn each_level_has_its_postfix_line() {
        for (level, crypto, expected) in [
            (Transport::None, CryptoFloor::Tls12Nist, "may"),
            (Transport::Opportunistic, CryptoFloor::Tls12Nist, "may"),
            (Transport::Encrypted, CryptoFloor::Any, "encrypt"),
            (
                Transport::Encrypted,
                CryptoFloor::Tls12Nist,
                "encrypt protocols=>=TLSv1.2 ciphers=high exclude=aNULL:ARIA:CAMELLIA:CHACHA20:SEED",
            ),
            (
                Transport::Verified,
                CryptoFloor::Tls12Nist,
                "secure match=nexthop:dot-nexthop protocols=>=TLSv1.2 ciphers=high exclude=aNULL:ARIA:CAMELLIA:CHACHA20:SEED",
            ),
            (Transport::Dane, CryptoFloor::Any, "dane-only"),
        ] {
            assert_eq!(postfix(level, crypto, &[]), expected);
        }
    }

    #[test]
    fn agreed_names_are_matched() {
        let names = ["mx1.lab.example".to_owned(), ".lab.example".to_owned()];
        let line = postfix(Transport::Verified, CryptoFloor::Any, &names);
        assert_eq!(line, "secure match=mx1.lab.example:.lab.example");
    }

    #[test]
    fn a_level_that_rests_on_dane_is_enforced_by_dane() {
        let evidence = [Evidence::new(EvidenceKind::Dane, Transport::Dane, Timestamp::EPOCH)];
        let proved = capability(&evidence, Timestamp::EPOCH);
        let agreed = contract(
            Transport::Verified,
            CryptoFloor::Tls12Nist,
            &proved,
            &[],
            &Suites::default(),
        );
        assert_eq!(agreed.level, Transport::Dane);
        assert!(agreed.postfix.starts_with("dane-only "));
    }

    #[test]
    fn each_floor_admits_fewer_suites_than_the_one_below() {
        let suites = Suites::default();
        let lengths = MODES.map(|(floor, _)| suites.of(floor).len());
        assert_eq!(lengths, [0, 70, 9, 4]);
    }
}
