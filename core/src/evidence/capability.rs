//! Combining evidence into what is proved at a time.

use super::{Evidence, EvidenceKind, Transport};
use crate::Timestamp;

/// What evidence proves at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capability<'a> {
    /// The level that is proved; `none` without valid evidence.
    pub transport: Transport,
    /// The evidence that proves it.
    pub by: Option<&'a Evidence>,
    /// Whether the message never leaves the host's own trust zone, which meets every transport requirement.
    pub local: bool,
    /// Of the valid failures that no later success answered, the newest at the lowest level: it says most of what does
    /// not work.
    pub failure: Option<&'a Evidence>,
}

/// What `evidence` proves at `now`.
///
/// Evidence from the future, expired evidence, levels above the kind's ceiling, and a connection by an old protocol or by
/// one or a suite that is not known ([`Evidence::is_sound`]) prove nothing. A failure wins over
/// every success that is not newer: those prove less than the level that failed. Of several failures the one at the
/// lowest level counts, so a further failure never proves more.
///
/// ```
/// # use sealwax::Timestamp;
/// # use sealwax::evidence::{Evidence, EvidenceKind, Transport, capability};
/// let probe = Evidence::new(EvidenceKind::Probe, Transport::Verified, Timestamp::EPOCH);
/// assert_eq!(capability(&[probe], Timestamp::EPOCH).transport, Transport::Encrypted);
/// ```
#[must_use]
pub fn capability(evidence: &[Evidence], now: Timestamp) -> Capability<'_> {
    let valid = || evidence.iter().filter(|item| is_valid(item, now));
    let counts = |item: &&Evidence| !item.failed && (item.kind == EvidenceKind::Local || item.is_sound());
    let successes = || valid().filter(counts);
    let failure = Transport::ALL.into_iter().find_map(|level| {
        let answers = successes().filter(|item| ceiling(item) >= level);
        let answered = answers.map(|item| item.observed_at).max();
        valid()
            .filter(|item| item.failed && item.level == level && Some(item.observed_at) >= answered)
            .max_by_key(|item| item.observed_at)
    });
    let by = successes().max_by_key(|item| (proved(item, failure), item.observed_at));
    Capability {
        transport: by.map_or(Transport::None, |item| proved(item, failure)),
        by,
        local: successes().any(|item| item.kind == EvidenceKind::Local),
        failure,
    }
}

/// The valid evidence of the last connection that was made: all of the newest time, so that their order says nothing.
pub(crate) fn last_connections(evidence: &[Evidence], now: Timestamp) -> impl Iterator<Item = &Evidence> {
    let is_connection = move |item: &&Evidence| {
        let is_one = matches!(item.kind, EvidenceKind::LastDelivery | EvidenceKind::Probe);
        let says_how = item.protocol.is_some() || item.suite.is_some();
        !item.failed && item.kind != EvidenceKind::Local && (is_one || says_how) && is_valid(item, now)
    };
    let last = evidence.iter().filter(is_connection).map(|item| item.observed_at).max();
    let all = evidence.iter().filter(is_connection);
    all.filter(move |item| Some(item.observed_at) == last)
}

/// Whether `item` has begun and not ended.
fn is_valid(item: &Evidence, now: Timestamp) -> bool {
    let lives = item
        .kind
        .life_time()
        .map(|life| item.observed_at.as_millis().saturating_add(life));
    let end = item.valid_until.map(Timestamp::as_millis).or(lives);
    item.observed_at <= now && end.is_none_or(|end| now.as_millis() < end)
}

/// The most that `item` proves, given the failure that stands.
///
/// What never leaves the trust zone is as safe as it gets, and failures elsewhere do not touch it.
fn proved(item: &Evidence, failure: Option<&Evidence>) -> Transport {
    match failure {
        _ if item.kind == EvidenceKind::Local => Transport::Dane,
        Some(failed) => ceiling(item).min(below(failed.level)),
        None => ceiling(item),
    }
}

fn ceiling(item: &Evidence) -> Transport {
    item.level.min(item.kind.ceiling())
}

/// The level just below.
fn below(level: Transport) -> Transport {
    match level {
        Transport::Dane => Transport::Verified,
        Transport::Verified => Transport::Encrypted,
        Transport::Encrypted => Transport::Opportunistic,
        Transport::Opportunistic | Transport::None => Transport::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn dane(observed: i64) -> Evidence {
        Evidence::new(EvidenceKind::Dane, Transport::Dane, at(observed))
    }

    #[test]
    fn no_evidence_proves_nothing() {
        assert_eq!(capability(&[], at(0)).transport, Transport::None);
    }

    #[test]
    fn expired_evidence_proves_nothing() {
        let expired = Evidence {
            valid_until: Some(at(10)),
            ..dane(0)
        };
        assert_eq!(
            capability(std::slice::from_ref(&expired), at(9)).transport,
            Transport::Dane
        );
        assert_eq!(capability(&[expired], at(10)).transport, Transport::None);
    }

    #[test]
    fn evidence_without_an_end_lives_as_long_as_its_kind() {
        let day = 24 * 60 * 60 * 1000;
        assert_eq!(capability(&[dane(0)], at(day - 1)).transport, Transport::Dane);
        assert_eq!(capability(&[dane(0)], at(day)).transport, Transport::None);
    }

    #[test]
    fn evidence_from_the_future_proves_nothing() {
        assert_eq!(capability(&[dane(5)], at(4)).transport, Transport::None);
    }

    #[test]
    fn a_probe_proves_at_most_encrypted() {
        let probe = Evidence::new(EvidenceKind::Probe, Transport::Dane, at(0));
        assert_eq!(capability(&[probe], at(0)).transport, Transport::Encrypted);
    }

    #[test]
    fn an_old_protocol_or_an_unknown_name_proves_nothing_and_answers_no_failure() {
        for (protocol, suite, expected) in [
            (None, None, Transport::Verified),
            (Some("TLSv1.2"), None, Transport::Verified),
            (Some("TLS1.3"), None, Transport::Verified),
            (
                Some("1.2"),
                Some("TLS_ECDHE_RSA_AES_256_GCM_SHA384"),
                Transport::Verified,
            ),
            (
                Some("TLS 1.2"),
                Some("ECDHE-RSA-AES256-GCM-SHA384"),
                Transport::Verified,
            ),
            (Some("TLSv1_3"), Some("TLS_AES_256_GCM_SHA384"), Transport::Verified),
            (Some("TLS1.0"), None, Transport::None),
            (Some("TLSv1"), None, Transport::None),
            (Some("TLSv1.1"), Some("ECDHE-RSA-AES256-SHA"), Transport::None),
            (Some("SSLv3"), None, Transport::None),
            (Some("TLSv1.4"), None, Transport::None),
            (Some(""), None, Transport::None),
            (Some("TLSv1.3"), Some("a suite of tomorrow"), Transport::None),
            (None, Some(""), Transport::None),
        ] {
            let seen = Evidence {
                protocol: protocol.map(str::to_owned),
                suite: suite.map(str::to_owned),
                ..Evidence::new(EvidenceKind::LastDelivery, Transport::Verified, at(7))
            };
            let proved = capability(std::slice::from_ref(&seen), at(8)).transport;
            assert_eq!(proved, expected, "{protocol:?} {suite:?}");
            let failed = Evidence {
                failed: true,
                ..Evidence::new(EvidenceKind::LastDelivery, Transport::Encrypted, at(5))
            };
            let is_answered = capability(&[failed, seen], at(8)).failure.is_none();
            assert_eq!(is_answered, expected == Transport::Verified, "{protocol:?} {suite:?}");
        }
    }

    #[test]
    fn the_last_connection_is_the_newest_whatever_the_order() {
        let seen = |protocol: &str, observed| Evidence {
            protocol: Some(protocol.to_owned()),
            ..Evidence::new(EvidenceKind::LastDelivery, Transport::Verified, at(observed))
        };
        let all = [
            seen("TLSv1.2", 3),
            seen("TLSv1.3", 5),
            dane(9),
            seen("TLSv1.1", 5),
            seen("TLSv1", 20),
        ];
        let last: Vec<_> = last_connections(&all, at(10)).collect();
        assert_eq!(last, [&all[1], &all[3]]);
    }

    #[test]
    fn a_fresh_failure_wins() {
        let failed = Evidence {
            failed: true,
            ..Evidence::new(EvidenceKind::LastDelivery, Transport::Encrypted, at(5))
        };
        let both = [dane(0), failed];
        let proved = capability(&both, at(6));
        assert_eq!(proved.transport, Transport::Opportunistic);
        assert!(proved.failure.is_some());
    }

    #[test]
    fn a_later_failure_at_a_higher_level_does_not_hide_one_at_a_lower_level() {
        let failed = |level, observed| Evidence {
            failed: true,
            ..Evidence::new(EvidenceKind::LastDelivery, level, at(observed))
        };
        let table = Evidence::new(EvidenceKind::StaticTable, Transport::Verified, at(0));
        let all = [table, failed(Transport::Encrypted, 5), failed(Transport::Dane, 6)];
        let proved = capability(&all, at(7));
        assert_eq!(proved.transport, Transport::Opportunistic);
        assert_eq!(proved.failure, Some(&all[1]));
    }

    #[test]
    fn a_newer_success_answers_a_failure() {
        let failed = Evidence {
            failed: true,
            ..Evidence::new(EvidenceKind::LastDelivery, Transport::Encrypted, at(5))
        };
        let all = [dane(0), failed, dane(7)];
        assert_eq!(capability(&all, at(8)).transport, Transport::Dane);
    }

    #[test]
    fn local_delivery_is_not_hurt_by_a_failure_elsewhere() {
        let failed = Evidence {
            failed: true,
            ..Evidence::new(EvidenceKind::LastDelivery, Transport::Encrypted, at(5))
        };
        let local = Evidence::new(EvidenceKind::Local, Transport::None, at(0));
        let both = [local, failed];
        let proved = capability(&both, at(6));
        assert!(proved.local);
        assert_eq!(proved.transport, Transport::Dane);
    }
}
