//! TLS reports (RFC 8460): what senders tell a domain of failed and successful sessions, read as evidence.

use serde::{Deserialize, Serialize};

use super::error::{EvidenceError, EvidenceErrorKind};
use super::{Evidence, EvidenceKind, Transport};
use crate::text::utf8;
use crate::{Domain, Timestamp};

/// A TLS report.
///
/// Fields that are not known are passed over, as RFC 8460 asks. A report is signed mail or HTTPS: whether it is to be
/// believed is for the host to say before it reads it as evidence.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TlsReport {
    /// Who reports.
    #[serde(default)]
    pub organization_name: Option<String>,
    /// From when to when.
    pub date_range: DateRange,
    /// Where to ask.
    #[serde(default)]
    pub contact_info: Option<String>,
    /// The report's id.
    pub report_id: String,
    /// One for each policy that was met.
    pub policies: Vec<PolicyReport>,
}

/// The time that a report tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DateRange {
    /// Its begin.
    pub start_datetime: Timestamp,
    /// Its end.
    pub end_datetime: Timestamp,
}

/// What a report tells of one policy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PolicyReport {
    /// The policy.
    pub policy: ReportedPolicy,
    /// How many sessions.
    pub summary: Summary,
    /// What failed.
    #[serde(default)]
    pub failure_details: Vec<FailureDetail>,
}

/// A policy that a report tells of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReportedPolicy {
    /// Its kind.
    pub policy_type: PolicyType,
    /// The domain that it is for.
    pub policy_domain: String,
}

/// The kind of a reported policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyType {
    /// Neither DANE nor MTA-STS.
    NoPolicyFound,
    /// MTA-STS.
    Sts,
    /// DANE.
    Tlsa,
}

/// How many sessions a report tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// Those that went well.
    pub total_successful_session_count: u64,
    /// Those that failed.
    pub total_failure_session_count: u64,
}

/// One kind of failure that was met.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FailureDetail {
    /// What failed.
    pub result_type: FailureType,
    /// How often.
    pub failed_session_count: u64,
    /// The server that did not do what was asked of it.
    #[serde(default)]
    pub receiving_mx_hostname: Option<String>,
}

/// What failed (RFC 8460, section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureType {
    /// The certificate has expired.
    CertificateExpired,
    /// The certificate is for another name.
    CertificateHostMismatch,
    /// No authority that is trusted signed the certificate.
    CertificateNotTrusted,
    /// DANE was demanded and no record was there.
    DaneRequired,
    /// DNSSEC did not validate.
    DnssecInvalid,
    /// The server does not offer TLS.
    StarttlsNotSupported,
    /// The MTA-STS policy could not be fetched.
    StsPolicyFetchError,
    /// The MTA-STS policy could not be read.
    StsPolicyInvalid,
    /// The certificate of the policy's own web server is not valid.
    StsWebpkiInvalid,
    /// A TLSA record is not valid, or none matched.
    TlsaInvalid,
    /// Anything else.
    #[serde(other)]
    ValidationFailure,
}

impl FailureType {
    /// Every type, in the order of their names.
    pub const ALL: [Self; 11] = [
        Self::CertificateExpired,
        Self::CertificateHostMismatch,
        Self::CertificateNotTrusted,
        Self::DaneRequired,
        Self::DnssecInvalid,
        Self::StarttlsNotSupported,
        Self::StsPolicyFetchError,
        Self::StsPolicyInvalid,
        Self::StsWebpkiInvalid,
        Self::TlsaInvalid,
        Self::ValidationFailure,
    ];

    /// The name of RFC 8460, section 4.3.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CertificateExpired => "certificate-expired",
            Self::CertificateHostMismatch => "certificate-host-mismatch",
            Self::CertificateNotTrusted => "certificate-not-trusted",
            Self::DaneRequired => "dane-required",
            Self::DnssecInvalid => "dnssec-invalid",
            Self::StarttlsNotSupported => "starttls-not-supported",
            Self::StsPolicyFetchError => "sts-policy-fetch-error",
            Self::StsPolicyInvalid => "sts-policy-invalid",
            Self::StsWebpkiInvalid => "sts-webpki-invalid",
            Self::TlsaInvalid => "tlsa-invalid",
            Self::ValidationFailure => "validation-failure",
        }
    }

    /// The lowest level that was not reached, which evidence of the failure speaks of: without TLS at all not even
    /// `encrypted`; with a certificate or a policy that does not hold, `verified`; with broken DNSSEC or TLSA, `dane`.
    ///
    /// ```
    /// # use sealwax::evidence::{FailureType, Transport};
    /// assert_eq!(FailureType::StarttlsNotSupported.level(), Transport::Encrypted);
    /// assert_eq!(FailureType::CertificateExpired.level(), Transport::Verified);
    /// ```
    #[must_use]
    pub const fn level(self) -> Transport {
        match self {
            Self::StarttlsNotSupported | Self::ValidationFailure => Transport::Encrypted,
            Self::CertificateExpired
            | Self::CertificateHostMismatch
            | Self::CertificateNotTrusted
            | Self::StsPolicyFetchError
            | Self::StsPolicyInvalid
            | Self::StsWebpkiInvalid => Transport::Verified,
            Self::DaneRequired | Self::DnssecInvalid | Self::TlsaInvalid => Transport::Dane,
        }
    }
}

impl TlsReport {
    /// Reads the JSON of a report, already unpacked from gzip.
    ///
    /// # Errors
    ///
    /// [`EvidenceErrorKind::Syntax`] with the line when it is no report, [`EvidenceErrorKind::TooLong`] above 16 MiB.
    pub fn parse(json: &[u8]) -> Result<Self, EvidenceError> {
        if json.len() > MAXIMUM_REPORT {
            return Err(EvidenceError::new(EvidenceErrorKind::TooLong, 1, "at most 16 MiB"));
        }
        let text = utf8(json)
            .map_err(|_| EvidenceError::new(EvidenceErrorKind::Syntax, 1, "a TLS report in UTF-8 (RFC 8460)"))?;
        serde_json::from_str(text).map_err(|error| {
            EvidenceError::new(
                EvidenceErrorKind::Syntax,
                error.line().max(1),
                "a TLS report (RFC 8460)",
            )
        })
    }

    /// What the report shows of `domain`: a success at the level that its policy asks for, and each failure, the
    /// weakest level first.
    ///
    /// Without a policy a success shows that TLS was used; sessions of which some failed show their failures only.
    #[must_use]
    pub fn evidence(&self, domain: &str) -> Vec<Evidence> {
        let asked = Domain::parse(domain).ok();
        let of_domain = |report: &&PolicyReport| {
            let reported = &report.policy.policy_domain;
            let is_same = asked.is_some() && Domain::parse(reported).ok() == asked;
            is_same || reported.eq_ignore_ascii_case(domain)
        };
        let mut evidence: Vec<Evidence> = self
            .policies
            .iter()
            .filter(of_domain)
            .flat_map(|report| report.evidence(self.date_range.end_datetime))
            .collect();
        evidence.sort_by_key(|item| (!item.failed, item.level));
        evidence.dedup();
        evidence
    }
}

impl PolicyReport {
    fn evidence(&self, at: Timestamp) -> Vec<Evidence> {
        let last = |level, failed| Evidence {
            failed,
            ..Evidence::new(EvidenceKind::LastDelivery, level, at)
        };
        let failures = self
            .failure_details
            .iter()
            .filter(|detail| detail.failed_session_count > 0);
        let failures: Vec<Evidence> = failures.map(|detail| last(detail.result_type.level(), true)).collect();
        if !failures.is_empty() {
            return failures;
        }
        let level = match self.policy.policy_type {
            PolicyType::NoPolicyFound => Transport::Encrypted,
            PolicyType::Sts => Transport::Verified,
            PolicyType::Tlsa => Transport::Dane,
        };
        match (
            self.summary.total_failure_session_count,
            self.summary.total_successful_session_count,
        ) {
            (0, 0) => Vec::new(),
            (0, _) => vec![last(level, false)],
            _ => vec![last(Transport::Encrypted, true)], // failures without details: assume the worst
        }
    }
}

/// A report a day of the largest domains stays far below this; RFC 8460 names no limit.
const MAXIMUM_REPORT: usize = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 8460, appendix B.
    const EXAMPLE: &str = include_str!("../../../testdata/evidence/rfc8460-appendix-b.json");

    fn example() -> TlsReport {
        TlsReport::parse(EXAMPLE.as_bytes()).unwrap()
    }

    #[test]
    fn the_report_of_the_rfc_is_read() {
        let report = example();
        assert_eq!(report.report_id, "5065427c-23d3-47ca-b6e0-946ea0e8c4be");
        assert_eq!(report.date_range.end_datetime.to_string(), "2016-04-01T23:59:59Z");
        let policy = &report.policies[0];
        assert_eq!(policy.policy.policy_type, PolicyType::Sts);
        assert_eq!(policy.summary.total_failure_session_count, 303);
        let results: Vec<FailureType> = policy.failure_details.iter().map(|detail| detail.result_type).collect();
        assert_eq!(
            results,
            [
                FailureType::CertificateExpired,
                FailureType::StarttlsNotSupported,
                FailureType::ValidationFailure
            ]
        );
    }

    #[test]
    fn failures_win_over_the_sessions_that_went_well() {
        let evidence = example().evidence("company-y.example");
        assert!(
            evidence
                .iter()
                .all(|item| item.failed && item.kind == EvidenceKind::LastDelivery)
        );
        let levels: Vec<Transport> = evidence.iter().map(|item| item.level).collect();
        assert_eq!(levels, [Transport::Encrypted, Transport::Verified]);
        assert_eq!(example().evidence("other.example"), []);
    }

    #[test]
    fn a_report_without_failures_shows_the_level_of_its_policy() {
        let mut report = example();
        report.policies[0].failure_details.clear();
        assert!(
            report.evidence("company-y.example")[0].failed,
            "failures without details still count"
        );
        report.policies[0].summary.total_failure_session_count = 0;
        let evidence = report.evidence("COMPANY-Y。example.");
        assert_eq!(
            (evidence.len(), evidence[0].level, evidence[0].failed),
            (1, Transport::Verified, false)
        );
    }

    #[test]
    fn a_result_that_nobody_knows_counts_as_the_worst() {
        let text = EXAMPLE.replace("certificate-expired", "quantum-doubt");
        let report = TlsReport::parse(text.as_bytes()).unwrap();
        assert_eq!(
            report.policies[0].failure_details[0].result_type.level(),
            Transport::Encrypted
        );
    }

    #[test]
    fn what_is_no_report_is_refused_with_its_line() {
        let error = TlsReport::parse(b"{\n  \"report-id\": 7\n}").unwrap_err();
        assert_eq!((error.kind(), error.line()), (EvidenceErrorKind::Syntax, 2));
        assert!(!error.to_string().contains('7'), "an error holds nothing of the text");
        assert!(TlsReport::parse(&EXAMPLE.as_bytes()[..200]).is_err());
    }
}
