//! MTA-STS: the TXT record that announces a policy, and the policy file (RFC 8461).

use super::error::{EvidenceError, EvidenceErrorKind};
use super::{Evidence, EvidenceKind, Transport};
use crate::Timestamp;

/// The TXT record at `_mta-sts.DOMAIN`, which says that there is a policy and which one is current.
///
/// ```
/// # use sealwax::evidence::StsRecord;
/// let record = StsRecord::parse("v=STSv1; id=20160831085700Z;")?;
/// assert_eq!(record.id(), "20160831085700Z");
/// # Ok::<(), sealwax::evidence::EvidenceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StsRecord {
    id: String,
}

impl StsRecord {
    /// Reads one record, its strings joined (RFC 8461, section 3.1). Fields other than `v` and `id` are passed over.
    ///
    /// # Errors
    ///
    /// [`EvidenceErrorKind::Version`] when it does not begin with `v=STSv1`, [`EvidenceErrorKind::Missing`] without an
    /// `id`, [`EvidenceErrorKind::Syntax`] when a field is not `name=value` or the `id` is not 1 to 32 letters and
    /// digits.
    pub fn parse(text: &str) -> Result<Self, EvidenceError> {
        let (version, rest) = text.split_once(';').unwrap_or((text, ""));
        if version.trim() != "v=STSv1" {
            return Err(error(EvidenceErrorKind::Version, 1, "`v=STSv1`"));
        }
        let mut id = None;
        for field in rest.split(';').map(str::trim).filter(|field| !field.is_empty()) {
            let (name, value) = field.split_once('=').ok_or_else(|| syntax(1, "`name=value`"))?;
            if name == "id" && id.is_none() {
                id = Some(value);
            }
        }
        let id = id.ok_or_else(|| error(EvidenceErrorKind::Missing, 1, "an `id`"))?;
        let letters = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if id.is_empty() || id.len() > MAXIMUM_ID || !letters {
            return Err(syntax(1, "an `id` of 1 to 32 letters and digits"));
        }
        Ok(Self { id: id.to_owned() })
    }

    /// The record of a domain among all its TXT records: records of other kinds do not count, and when not exactly one
    /// is left, the domain has no policy.
    ///
    /// ```
    /// # use sealwax::evidence::StsRecord;
    /// assert!(StsRecord::select(["v=spf1 -all", "v=STSv1; id=1;"]).is_some());
    /// assert!(StsRecord::select(["v=STSv1; id=1;", "v=STSv1; id=2;"]).is_none());
    /// ```
    #[must_use]
    pub fn select<'a>(records: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut records = records.into_iter().filter(|record| record.starts_with("v=STSv1"));
        let only = records.next()?;
        if records.next().is_some() {
            return None;
        }
        Self::parse(only).ok()
    }

    /// The policy's id: another one than before means that the policy has to be fetched again.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// What a policy asks of those who deliver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StsMode {
    /// Deliver only to a server that matches and has a valid certificate.
    Enforce,
    /// There is no policy any more.
    None,
    /// Report what would have failed.
    Testing,
}

/// A policy file, as it is fetched from `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`.
///
/// ```
/// # use sealwax::evidence::{StsMode, StsPolicy};
/// let policy = StsPolicy::parse("version: STSv1\nmode: enforce\nmx: *.example.net\nmax_age: 604800\n")?;
/// assert_eq!(policy.mode(), StsMode::Enforce);
/// assert!(policy.matches("mx1.example.net") && !policy.matches("a.mx1.example.net"));
/// # Ok::<(), sealwax::evidence::EvidenceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StsPolicy {
    mode: StsMode,
    mx: Vec<String>,
    max_age: u32,
}

impl StsPolicy {
    /// Reads a policy file (RFC 8461, section 3.2).
    ///
    /// Of a field that is there twice the first counts, except `mx`; fields that are not known are passed over.
    ///
    /// # Errors
    ///
    /// [`EvidenceErrorKind::TooLong`] above 64 KiB, [`EvidenceErrorKind::Version`] when it is not `STSv1`,
    /// [`EvidenceErrorKind::Missing`] without `mode`, `max_age`, or, in a mode that has one, `mx`, and
    /// [`EvidenceErrorKind::Syntax`] for a value that its field does not allow.
    pub fn parse(text: &str) -> Result<Self, EvidenceError> {
        if text.len() > MAXIMUM_POLICY {
            return Err(error(EvidenceErrorKind::TooLong, 1, "at most 64 KiB"));
        }
        let mut fields = Fields::default();
        for (at, line) in text.lines().enumerate() {
            fields.read(at + 1, line)?;
        }
        fields.finish()
    }

    /// What it asks.
    #[must_use]
    pub fn mode(&self) -> StsMode {
        self.mode
    }

    /// The patterns of server names.
    #[must_use]
    pub fn mx(&self) -> &[String] {
        &self.mx
    }

    /// How many seconds the policy lives from when it was fetched.
    #[must_use]
    pub fn max_age(&self) -> u32 {
        self.max_age
    }

    /// Whether a server of this name may be delivered to (RFC 8461, section 4.1): `*.` stands for exactly one label.
    #[must_use]
    pub fn matches(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        self.mx.iter().any(|pattern| match pattern.strip_prefix("*.") {
            Some(parent) => host
                .split_once('.')
                .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent)),
            None => host.eq_ignore_ascii_case(pattern),
        })
    }

    /// What the policy, fetched at `fetched_at`, proves of a delivery to `host`; nothing in mode `none` and for a
    /// server that does not match.
    #[must_use]
    pub fn evidence(&self, host: &str, fetched_at: Timestamp) -> Option<Evidence> {
        let (kind, level) = match self.mode {
            StsMode::Enforce => (EvidenceKind::MtaStsEnforce, Transport::Verified),
            StsMode::Testing => (EvidenceKind::MtaStsTesting, Transport::Opportunistic),
            StsMode::None => return None,
        };
        let end = fetched_at.as_millis().saturating_add(i64::from(self.max_age) * 1000);
        self.matches(host).then(|| Evidence {
            valid_until: Some(Timestamp::from_millis(end)),
            ..Evidence::new(kind, level, fetched_at)
        })
    }
}

/// The fields as far as they were read.
#[derive(Default)]
struct Fields {
    version: bool,
    mode: Option<StsMode>,
    mx: Vec<String>,
    max_age: Option<u32>,
    lines: usize,
}

impl Fields {
    fn read(&mut self, line: usize, text: &str) -> Result<(), EvidenceError> {
        self.lines = line;
        if text.trim().is_empty() {
            return Ok(());
        }
        let (name, value) = text.split_once(':').ok_or_else(|| syntax(line, "`name: value`"))?;
        let value = value.trim();
        match name.trim() {
            "version" if !self.version && value == "STSv1" => self.version = true,
            "version" if !self.version => return Err(error(EvidenceErrorKind::Version, line, "`STSv1`")),
            "mode" if self.mode.is_none() => self.mode = Some(mode(line, value)?),
            "max_age" if self.max_age.is_none() => self.max_age = Some(max_age(line, value)?),
            "mx" => self.mx.push(pattern(line, value)?),
            _ => {}
        }
        Ok(())
    }

    fn finish(self) -> Result<StsPolicy, EvidenceError> {
        let missing = |field| error(EvidenceErrorKind::Missing, self.lines.max(1), field);
        if !self.version {
            return Err(missing("a `version`"));
        }
        let mode = self.mode.ok_or_else(|| missing("a `mode`"))?;
        let max_age = self.max_age.ok_or_else(|| missing("a `max_age`"))?;
        if self.mx.is_empty() && mode != StsMode::None {
            return Err(missing("an `mx`"));
        }
        Ok(StsPolicy {
            mode,
            mx: self.mx,
            max_age,
        })
    }
}

fn mode(line: usize, value: &str) -> Result<StsMode, EvidenceError> {
    match value {
        "enforce" => Ok(StsMode::Enforce),
        "none" => Ok(StsMode::None),
        "testing" => Ok(StsMode::Testing),
        _ => Err(syntax(line, "`enforce`, `testing` or `none`")),
    }
}

fn max_age(line: usize, value: &str) -> Result<u32, EvidenceError> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = value.parse().ok().filter(|seconds| digits && *seconds <= MAXIMUM_AGE);
    seconds.ok_or_else(|| syntax(line, "seconds from 0 to 31557600"))
}

fn pattern(line: usize, value: &str) -> Result<String, EvidenceError> {
    let name = value.strip_prefix("*.").unwrap_or(value);
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if name.split('.').all(is_label) {
        Ok(value.to_owned())
    } else {
        Err(syntax(line, "a server name, with `*.` at most as its first label"))
    }
}

fn error(kind: EvidenceErrorKind, line: usize, expected: &'static str) -> EvidenceError {
    EvidenceError::new(kind, line, expected)
}

fn syntax(line: usize, expected: &'static str) -> EvidenceError {
    error(EvidenceErrorKind::Syntax, line, expected)
}

/// RFC 8461, section 3.1.
const MAXIMUM_ID: usize = 32;

/// A year, in seconds (RFC 8461, section 3.2).
const MAXIMUM_AGE: u32 = 31_557_600;

/// RFC 8461, section 3.3, suggests 64 kilobytes.
const MAXIMUM_POLICY: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 8461, section 3.2.
    const EXAMPLE: &str = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\n\
                           mx: backupmx.example.com\nmax_age: 604800\n";

    fn kind(text: &str) -> EvidenceErrorKind {
        StsPolicy::parse(text).unwrap_err().kind()
    }

    #[test]
    fn the_policy_of_the_rfc_is_read_with_either_line_end() {
        for text in [EXAMPLE.to_owned(), EXAMPLE.replace('\n', "\r\n")] {
            let policy = StsPolicy::parse(&text).unwrap();
            assert_eq!((policy.mode(), policy.max_age()), (StsMode::Enforce, 604_800));
            assert_eq!(
                policy.mx(),
                ["mail.example.com", "*.example.net", "backupmx.example.com"]
            );
        }
    }

    #[test]
    fn a_wildcard_stands_for_one_label() {
        let policy = StsPolicy::parse(EXAMPLE).unwrap();
        for (host, expected) in [
            ("mail.example.com", true),
            ("MAIL.example.com.", true),
            ("mx.example.net", true),
            ("a.mx.example.net", false),
            ("example.net", false),
            (".example.net", false),
            ("other.example.com", false),
        ] {
            assert_eq!(policy.matches(host), expected, "{host}");
        }
    }

    #[test]
    fn a_policy_proves_as_long_as_it_lives() {
        let policy = StsPolicy::parse(EXAMPLE).unwrap();
        let evidence = policy.evidence("mail.example.com", Timestamp::EPOCH).unwrap();
        assert_eq!(
            (evidence.kind, evidence.level),
            (EvidenceKind::MtaStsEnforce, Transport::Verified)
        );
        assert_eq!(evidence.valid_until, Some(Timestamp::from_millis(604_800_000)));
        assert_eq!(policy.evidence("mx.elsewhere.example", Timestamp::EPOCH), None);
    }

    #[test]
    fn a_policy_in_testing_binds_nobody_and_none_proves_nothing() {
        let testing = StsPolicy::parse(&EXAMPLE.replace("enforce", "testing")).unwrap();
        let evidence = testing.evidence("mail.example.com", Timestamp::EPOCH).unwrap();
        assert_eq!(
            (evidence.kind, evidence.level),
            (EvidenceKind::MtaStsTesting, Transport::Opportunistic)
        );
        let none = StsPolicy::parse("version: STSv1\nmode: none\nmax_age: 86400").unwrap();
        assert_eq!(none.evidence("mail.example.com", Timestamp::EPOCH), None);
    }

    #[test]
    fn the_first_of_two_counts_and_unknown_fields_are_passed_over() {
        let text = format!("{EXAMPLE}mode: none\nmax_age: 1\ncolour: blue\n");
        assert_eq!(StsPolicy::parse(&text), StsPolicy::parse(EXAMPLE));
    }

    #[test]
    fn a_broken_policy_is_refused_with_its_reason() {
        assert_eq!(kind(""), EvidenceErrorKind::Missing);
        assert_eq!(kind("version: STSv2"), EvidenceErrorKind::Version);
        assert_eq!(
            kind("version: STSv1\nmode: enforce\nmax_age: 1"),
            EvidenceErrorKind::Missing
        );
        assert_eq!(kind(&EXAMPLE.replace("enforce", "maybe")), EvidenceErrorKind::Syntax);
        assert_eq!(kind(&EXAMPLE.replace("604800", "31557601")), EvidenceErrorKind::Syntax);
        assert_eq!(kind(&EXAMPLE.replace("604800", "+5")), EvidenceErrorKind::Syntax);
        assert_eq!(kind(&EXAMPLE.replace("mx: *.", "mx: a.*.")), EvidenceErrorKind::Syntax);
        assert_eq!(kind(&"x".repeat(MAXIMUM_POLICY + 1)), EvidenceErrorKind::TooLong);
        let error = StsPolicy::parse("version: STSv1\nnonsense").unwrap_err();
        assert_eq!(error.to_string(), "line 2: expected `name: value`");
    }

    #[test]
    fn a_record_without_a_good_id_is_refused() {
        for (text, kind) in [
            ("v=STSv2; id=1;", EvidenceErrorKind::Version),
            ("v=STSv1;", EvidenceErrorKind::Missing),
            ("v=STSv1; id=a-b;", EvidenceErrorKind::Syntax),
            ("v=STSv1; id=;", EvidenceErrorKind::Syntax),
            (
                "v=STSv1; id=123456789012345678901234567890123;",
                EvidenceErrorKind::Syntax,
            ),
            ("v=STSv1; nonsense", EvidenceErrorKind::Syntax),
        ] {
            assert_eq!(StsRecord::parse(text).unwrap_err().kind(), kind, "{text}");
        }
    }
}
