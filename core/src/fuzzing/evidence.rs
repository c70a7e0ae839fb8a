//! What a host finds about recipients, and what it keeps of them.

use crate::Timestamp;
use crate::consent::{parse_csv, parse_preferences};
use crate::evidence::{PostfixEntry, PostfixPolicy, ReceivedTls, StsPolicy, StsRecord, TlsReport, Tlsa, Transport};
use crate::tls::{CipherString, Rules, Server, parse_list};

/// Reads `data` with every parser of evidence, of TLS settings, of waivers and of preferences.
///
/// # Panics
///
/// When what was written is not read again as it was, or an incoming header proves more than encryption.
pub fn evidence(data: &[u8]) {
    drop(TlsReport::parse(data).map(|report| report.evidence("example.org")));
    drop(Tlsa::from_wire(data));
    let text = String::from_utf8_lossy(data);
    published(&text);
    table(&text);
    settings(&text);
    if let Some(clause) = ReceivedTls::find(&text) {
        let level = clause.evidence(Timestamp::EPOCH).level;
        assert!(level <= Transport::Encrypted, "a header proves no more than encryption");
    }
    if let Ok(rows) = parse_preferences(&text) {
        let good = rows.iter().filter_map(|(_, row)| row.as_ref().ok());
        good.for_each(|wish| assert_eq!(wish.check(), Ok(()), "only sound records are read"));
    }
    if let Ok(rows) = parse_csv(&text) {
        let good = rows.iter().filter_map(|(_, row)| row.as_ref().ok());
        good.for_each(|waiver| assert_eq!(waiver.check(), Ok(()), "only sound records are read"));
    }
}

fn published(text: &str) {
    if let Ok(record) = StsRecord::parse(text) {
        assert!(record.id().len() <= 32);
    }
    if let Ok(policy) = StsPolicy::parse(text) {
        let (host, patterns) = ("mx.example.org", policy.mx().len());
        assert!(patterns > 0 || policy.evidence(host, Timestamp::EPOCH).is_none());
    }
    drop(Tlsa::parse(text).map(|record| record.is_usable_for_mail()));
}

fn table(text: &str) {
    if let Ok(policy) = text.parse::<PostfixPolicy>() {
        assert_eq!(policy.to_string().parse(), Ok(policy), "what is written is read again");
    }
    if let Ok(entries) = PostfixEntry::parse_table(text) {
        let found = PostfixEntry::find(&entries, text);
        assert!(found.is_none_or(|entry| entries.contains(entry)));
    }
}

fn settings(text: &str) {
    let string = CipherString::parse(text);
    let mut seen = std::collections::HashSet::new();
    assert!(
        string.suites().iter().all(|suite| seen.insert(*suite)),
        "a suite stands in a list once"
    );
    drop(parse_list(text));
    for server in Server::ALL {
        let lint = Rules::default().lint_settings(*server, text);
        let lines = text.lines().count().max(1);
        assert!(lint.findings.iter().all(|finding| (1..=lines).contains(&finding.line)));
    }
}
