//! The transport contract: what the server enforces when it connects.

use std::collections::BTreeSet;

use super::match_name::MatchName;
use super::tls13::Tls13Suite;
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
    match_names: &[MatchName],
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
        crypto,
        postfix: postfix(level, crypto, match_names, suites.keep_tls13(crypto)),
        require_tls: false,
    }
}

/// The right-hand side of a `smtp_tls_policy_maps` entry (<https://www.postfix.org/postconf.5.html#smtp_tls_policy_maps>).
///
/// `ciphers` and `exclude` choose among the suites of TLS 1.2 and below. Those of TLS 1.3 are OpenSSL's own three, of
/// which no floor above `any` admits every one (NIST SP 800-52r2 has no `ChaCha20`), and the server at the other end
/// chooses among them. So a line with a floor ends at TLS 1.2, the one version whose suite it can hold Postfix to, unless
/// the policy says that the server's OpenSSL is limited to suites that the floor admits (`keeps_tls13`).
fn postfix(level: Transport, crypto: CryptoFloor, match_names: &[MatchName], keeps_tls13: bool) -> String {
    let security = match level {
        Transport::None | Transport::Opportunistic => return "may".into(),
        Transport::Encrypted => "encrypt".to_owned(),
        Transport::Verified if match_names.is_empty() => "secure match=nexthop:dot-nexthop".to_owned(),
        Transport::Verified => format!("secure match={}", joined(match_names)),
        Transport::Dane => "dane-only".to_owned(),
    };
    match excluded(crypto) {
        None => security,
        Some(excluded) => {
            let protocols = if keeps_tls13 {
                ">=TLSv1.2"
            } else {
                ">=TLSv1.2:<=TLSv1.2"
            };
            format!("{security} protocols={protocols} ciphers=high exclude={excluded}")
        }
    }
}

fn joined(names: &[MatchName]) -> String {
    let names: Vec<&str> = names.iter().map(MatchName::as_str).collect();
    names.join(":")
}

/// What a floor leaves out of any cipher list, in OpenSSL's words, so that the list of the server does not matter.
fn excluded(crypto: CryptoFloor) -> Option<String> {
    match crypto {
        CryptoFloor::Any => None,
        CryptoFloor::Tls12Nist => Some(NOT_NIST.to_owned()),
        CryptoFloor::ForwardSecretAead => Some(format!("{NOT_NIST}:{NOT_MODERN}")),
        CryptoFloor::Aes256Only => Some(format!("{NOT_NIST}:{NOT_MODERN}:AES128")),
    }
}

/// What OpenSSL has beyond NIST SP 800-52r2.
const NOT_NIST: &str = "aNULL:eNULL:PSK:SRP:ARIA:CAMELLIA:CHACHA20:SEED:IDEA:3DES:DES:RC4:RC2:MD5:aGOST";

/// Key exchanges that RFC 10015 deprecates, CBC (by its hashes), and short tags.
const NOT_MODERN: &str = "kRSA:kDHE:kDH:kECDH:SHA1:SHA256:SHA384:AESCCM8";

/// Per floor, the names of the suites that will do, looked up once for every decision of a policy.
#[derive(Clone, Debug)]
pub(super) struct Suites {
    floors: [(CryptoFloor, Vec<&'static str>); 4],
    /// Those of TLS 1.3 to which the server is limited; empty when nobody says.
    tls13: Vec<&'static str>,
}

impl Default for Suites {
    fn default() -> Self {
        let names = |mode: Mode| match mode {
            Mode::Any => Vec::new(),
            _ => mode.suites().into_iter().map(Suite::iana).collect(),
        };
        Self {
            floors: MODES.map(|(floor, mode)| (floor, names(mode))),
            tls13: Vec::new(),
        }
    }
}

impl Suites {
    /// The same for a server that offers these suites of TLS 1.3 and no other.
    pub(super) fn with_tls13(suites: &BTreeSet<Tls13Suite>) -> Self {
        Self {
            tls13: suites.iter().map(|suite| suite.iana()).collect(),
            ..Self::default()
        }
    }

    /// Whether a connection by TLS 1.3 keeps the floor, whatever the other server chooses.
    fn keep_tls13(&self, crypto: CryptoFloor) -> bool {
        let admitted = self.of(crypto);
        !self.tls13.is_empty() && self.tls13.iter().all(|suite| admitted.contains(suite))
    }

    /// Whether `suite` will do.
    pub(super) fn admits(&self, crypto: CryptoFloor, suite: Suite) -> bool {
        let admitted = self.of(crypto);
        admitted.is_empty() || admitted.contains(&suite.iana())
    }

    fn of(&self, crypto: CryptoFloor) -> &[&'static str] {
        let found = self.floors.iter().find(|(floor, _)| *floor == crypto);
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
    use crate::evidence::{Evidence, POSTFIX_HIGH, PostfixPolicy, capability};
    use crate::policy::model::Partner;

    #[test]
    fn each_level_has_its_postfix_line() {
        let nist = format!("protocols=>=TLSv1.2:<=TLSv1.2 ciphers=high exclude={NOT_NIST}");
        for (level, crypto, expected) in [
            (Transport::None, CryptoFloor::Tls12Nist, "may".to_owned()),
            (Transport::Opportunistic, CryptoFloor::Tls12Nist, "may".to_owned()),
            (Transport::Encrypted, CryptoFloor::Any, "encrypt".to_owned()),
            (Transport::Encrypted, CryptoFloor::Tls12Nist, format!("encrypt {nist}")),
            (
                Transport::Verified,
                CryptoFloor::Tls12Nist,
                format!("secure match=nexthop:dot-nexthop {nist}"),
            ),
            (Transport::Dane, CryptoFloor::Any, "dane-only".to_owned()),
        ] {
            assert_eq!(postfix(level, crypto, &[], false), expected);
        }
    }

    #[test]
    fn a_line_admits_only_suites_of_its_contract_whatever_list_the_server_has() {
        let suites = Suites::default();
        for level in Transport::ALL
            .into_iter()
            .filter(|level| *level >= Transport::Encrypted)
        {
            for (crypto, mode) in MODES.into_iter().filter(|(crypto, _)| *crypto > CryptoFloor::Any) {
                let agreed = contract(level, crypto, &capability(&[], Timestamp::EPOCH), &[], &suites);
                let line: PostfixPolicy = agreed.postfix.parse().unwrap();
                for list in [POSTFIX_HIGH, "ALL:COMPLEMENTOFALL"] {
                    let admitted = line.suites_of(list);
                    assert!(admitted.len() > 1, "{line}: nothing is left");
                    for suite in admitted {
                        assert!(mode.admits(suite), "{line}: {suite}");
                        assert!(agreed.suites.contains(&suite.iana()), "{line}: {suite}");
                    }
                }
            }
        }
    }

    #[test]
    fn agreed_names_are_matched() {
        let text = "name = \"x\"\nmembers = []\nmatch_names = [\"mx1.lab.example\", \".lab.example\"]";
        let partner: Partner = toml::from_str(text).unwrap();
        let line = postfix(Transport::Verified, CryptoFloor::Any, &partner.match_names, false);
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
    fn a_line_goes_beyond_tls_1_2_only_where_the_server_is_limited_to_what_the_floor_admits() {
        let server = |names: &[&str]| {
            let file = format!("tls13_suites = {names:?}");
            let file: crate::policy::model::PolicyFile = toml::from_str(&file).unwrap();
            Suites::with_tls13(&file.tls13_suites)
        };
        let (aes256, aes128) = ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256");
        let chacha = "TLS_CHACHA20_POLY1305_SHA256";
        for (suites, nist, strong) in [
            (server(&[]), false, false),
            (server(&[aes256]), true, true),
            (server(&[aes256, aes128]), true, false),
            (server(&[aes256, aes128, chacha]), false, false),
        ] {
            for (crypto, keeps) in [(CryptoFloor::Tls12Nist, nist), (CryptoFloor::Aes256Only, strong)] {
                assert_eq!(suites.keep_tls13(crypto), keeps, "{suites:?} {crypto}");
                let line = postfix(Transport::Encrypted, crypto, &[], suites.keep_tls13(crypto));
                assert_eq!(!line.contains("<=TLSv1.2"), keeps, "{line}");
            }
        }
    }

    #[test]
    fn each_floor_admits_fewer_suites_than_the_one_below() {
        let suites = Suites::default();
        let lengths = MODES.map(|(floor, _)| suites.of(floor).len());
        assert_eq!(lengths, [0, 70, 9, 4]);
    }
}
