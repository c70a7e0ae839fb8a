//! The transport contract: what the server enforces when it connects.

use super::{Contract, CryptoFloor};
use crate::evidence::{Capability, EvidenceKind, Transport};

/// The contract for TLS of `level` with `crypto`.
///
/// PHI never gets Postfix `verify`, which trusts unauthenticated MX records. Where the level rests on a TLSA record the
/// line is `dane-only`, because such a certificate need not verify by PKIX (RFC 7672, section 3.1).
pub(super) fn contract(
    level: Transport,
    crypto: CryptoFloor,
    capability: &Capability<'_>,
    match_names: &[String],
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
        suites: if enforced { suites(crypto).to_vec() } else { Vec::new() },
        postfix: postfix(level, crypto, match_names),
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
        CryptoFloor::Tls12Nist => format!("{security} protocols=>=TLSv1.2 ciphers=high"),
        CryptoFloor::ForwardSecretAead => {
            format!("{security} protocols=>=TLSv1.2 ciphers=high exclude=aNULL:kRSA:kDHE:SHA1:SHA256:SHA384")
        }
        // Postfix cannot choose among the suites of TLS 1.3, which offers AES-128, so the one version it can is named.
        CryptoFloor::Aes256Only => format!(
            "{security} protocols=TLSv1.2 ciphers=high \
             exclude=aNULL:kRSA:kDHE:SHA1:SHA256:SHA384:AES128:CHACHA20:ARIA:CAMELLIA:AESCCM"
        ),
    }
}

fn suites(crypto: CryptoFloor) -> &'static [&'static str] {
    match crypto {
        CryptoFloor::Any => &[],
        CryptoFloor::Tls12Nist | CryptoFloor::ForwardSecretAead => &FORWARD_SECRET_AEAD,
        CryptoFloor::Aes256Only => &AES_256,
    }
}

/// AES-GCM with forward secrecy: recommended by NIST SP 800-52r2, section 3.3.1, and by RFC 9325, section 4.2. The
/// CBC suites that NIST lists beside them are left out, so the list also serves the lower floor.
const FORWARD_SECRET_AEAD: [&str; 6] = [
    "TLS_AES_256_GCM_SHA384",
    "TLS_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
];

const AES_256: [&str; 3] = [
    "TLS_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
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
                "encrypt protocols=>=TLSv1.2 ciphers=high",
            ),
            (
                Transport::Verified,
                CryptoFloor::Tls12Nist,
                "secure match=nexthop:dot-nexthop protocols=>=TLSv1.2 ciphers=high",
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
        let agreed = contract(Transport::Verified, CryptoFloor::Tls12Nist, &proved, &[]);
        assert_eq!(agreed.level, Transport::Dane);
        assert!(agreed.postfix.starts_with("dane-only "));
    }

    #[test]
    fn every_suite_of_the_stricter_floor_is_one_of_the_laxer() {
        assert!(AES_256.iter().all(|suite| FORWARD_SECRET_AEAD.contains(suite)));
    }
}
