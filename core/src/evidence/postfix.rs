//! Postfix's TLS policy table: reading and writing (`smtp_tls_policy_maps`, `TLS_README`).

use std::fmt;

use super::error::{EvidenceError, EvidenceErrorKind};
use super::{Evidence, EvidenceKind, Transport};
use crate::Timestamp;
use crate::text::without_mark;
use crate::tls::{CipherString, Protocol, Server, Suite};

/// What a table says of a destination: a level and its attributes.
///
/// ```
/// # use sealwax::evidence::{PostfixLevel, PostfixPolicy, Transport};
/// let policy: PostfixPolicy = "secure match=.example.com protocols=>=TLSv1.2".parse()?;
/// assert_eq!(policy.level, PostfixLevel::Secure);
/// assert_eq!(policy.proves(), Transport::Verified);
/// assert_eq!(policy.to_string(), "secure match=.example.com protocols=>=TLSv1.2");
/// # Ok::<(), sealwax::evidence::EvidenceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostfixPolicy {
    /// The level.
    pub level: PostfixLevel,
    /// `name=value`, in order; `match` may be there more than once.
    pub attributes: Vec<(String, String)>,
}

/// The security levels of Postfix's client. The order is that of its documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PostfixLevel {
    /// Clear text.
    None,
    /// TLS if it is offered.
    May,
    /// TLS, with any certificate.
    Encrypt,
    /// DANE if the records are there, else TLS if it is offered.
    Dane,
    /// DANE or nothing.
    DaneOnly,
    /// A certificate that is named by its digest.
    Fingerprint,
    /// A certificate for a name that the unauthenticated MX record may give.
    Verify,
    /// A certificate for a name that the table or the destination gives.
    Secure,
}

impl PostfixLevel {
    /// Every level.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::May,
        Self::Encrypt,
        Self::Dane,
        Self::DaneOnly,
        Self::Fingerprint,
        Self::Verify,
        Self::Secure,
    ];

    /// The name in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::May => "may",
            Self::Encrypt => "encrypt",
            Self::Dane => "dane",
            Self::DaneOnly => "dane-only",
            Self::Fingerprint => "fingerprint",
            Self::Verify => "verify",
            Self::Secure => "secure",
        }
    }

    /// What a delivery at this level is sure to have. `verify` is no more than `encrypted`, since it trusts the name
    /// that an unauthenticated MX record gives; `dane` falls back to `may`.
    #[must_use]
    pub const fn proves(self) -> Transport {
        match self {
            Self::None => Transport::None,
            Self::May | Self::Dane => Transport::Opportunistic,
            Self::Encrypt | Self::Verify => Transport::Encrypted,
            Self::Fingerprint | Self::Secure => Transport::Verified,
            Self::DaneOnly => Transport::Dane,
        }
    }

    /// The level that enforces `transport`.
    ///
    /// ```
    /// # use sealwax::evidence::{PostfixLevel, Transport};
    /// for transport in Transport::ALL {
    ///     assert_eq!(PostfixLevel::enforcing(transport).proves(), transport);
    /// }
    /// ```
    #[must_use]
    pub const fn enforcing(transport: Transport) -> Self {
        match transport {
            Transport::None => Self::None,
            Transport::Opportunistic => Self::May,
            Transport::Encrypted => Self::Encrypt,
            Transport::Verified => Self::Secure,
            Transport::Dane => Self::DaneOnly,
        }
    }
}

impl PostfixPolicy {
    /// The policy that enforces `transport`, with TLS of at least `lowest`.
    ///
    /// ```
    /// # use sealwax::evidence::{PostfixPolicy, Transport};
    /// # use sealwax::tls::Protocol;
    /// let policy = PostfixPolicy::enforcing(Transport::Verified, Some(Protocol::Tls13));
    /// assert_eq!(policy.to_string(), "secure protocols=>=TLSv1.3");
    /// ```
    #[must_use]
    pub fn enforcing(transport: Transport, lowest: Option<Protocol>) -> Self {
        let level = PostfixLevel::enforcing(transport);
        let lowest = lowest.filter(|_| level != PostfixLevel::None);
        let attributes = lowest.map(|lowest| ("protocols".to_owned(), format!(">={lowest}")));
        Self {
            level,
            attributes: attributes.into_iter().collect(),
        }
    }

    /// The values of an attribute.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes
            .iter()
            .filter(move |(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// What a delivery under the policy is sure to have.
    #[must_use]
    pub fn proves(&self) -> Transport {
        self.level.proves()
    }

    /// The suites of which a delivery under the policy may get any, with Postfix's own cipher lists.
    ///
    /// `ciphers` and `exclude` choose among the suites of TLS 1.2 and below. Where `protocols` admits TLS 1.3, those
    /// that OpenSSL offers there by default are among the answer, because no attribute can keep them out
    /// (`postconf(5)`, `smtp_tls_policy_maps`; `SSL_CTX_set_cipher_list(3)`).
    ///
    /// ```
    /// # use sealwax::evidence::PostfixPolicy;
    /// let names = |line: &str| -> Vec<&str> {
    ///     let policy: PostfixPolicy = line.parse().unwrap();
    ///     policy.suites().into_iter().map(|suite| suite.iana()).collect()
    /// };
    /// let open = names("encrypt protocols=>=TLSv1.2 ciphers=high exclude=AES128");
    /// assert!(open.contains(&"TLS_AES_128_GCM_SHA256"));
    /// let closed = names("encrypt protocols=>=TLSv1.2:<=TLSv1.2 ciphers=high exclude=AES128");
    /// assert!(!closed.iter().any(|name| name.contains("AES_128")));
    /// ```
    #[must_use]
    pub fn suites(&self) -> Vec<Suite> {
        let grade = self.values("ciphers").last().unwrap_or("medium");
        let list = GRADES.iter().find(|(name, _)| *name == grade);
        self.suites_of(list.map_or("ALL:COMPLEMENTOFALL", |(_, list)| list))
    }

    /// [`PostfixPolicy::suites`] where the grade stands for `list`, a string of OpenSSL.
    pub(crate) fn suites_of(&self, list: &str) -> Vec<Suite> {
        let excluded = self.values("exclude").flat_map(|words| words.split(':'));
        let excluded = excluded.filter(|word| !word.is_empty()).map(|word| format!(":!{word}"));
        let older = CipherString::parse(&(list.to_owned() + &excluded.collect::<String>()));
        let protocols = self.protocols();
        let newer = protocols.contains(&Protocol::Tls13).then(Suite::openssl_tls13);
        let has_version = |suite: &Suite| protocols.iter().any(|version| suite.is_of(*version));
        let older = older.suites().iter().copied().filter(has_version);
        newer.into_iter().flatten().chain(older).collect()
    }

    /// The versions that a delivery may get; a value that Postfix does not understand admits every one.
    fn protocols(&self) -> Vec<Protocol> {
        let value = self.values("protocols").last().unwrap_or_default();
        Server::Postfix
            .protocols(value)
            .unwrap_or_else(|_| Protocol::ALL.to_vec())
    }

    /// The policy as evidence: a table that the administrator keeps, as it stood at `observed_at`.
    #[must_use]
    pub fn evidence(&self, observed_at: Timestamp) -> Evidence {
        Evidence::new(EvidenceKind::StaticTable, self.proves(), observed_at)
    }
}

impl std::str::FromStr for PostfixPolicy {
    type Err = EvidenceError;

    /// Reads the right-hand side of a table.
    fn from_str(text: &str) -> Result<Self, EvidenceError> {
        policy(1, text)
    }
}

impl fmt::Display for PostfixPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.level.name())?;
        for (name, value) in &self.attributes {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

/// A line of a table: a destination and what holds for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostfixEntry {
    /// `example.com`, `.example.com` (what is below it), `[mx.example.com]`, each also with `:port`.
    pub destination: String,
    /// What holds for it.
    pub policy: PostfixPolicy,
}

impl PostfixEntry {
    /// Reads a table: comments and empty lines are passed over, lines that begin with a blank continue the one before.
    ///
    /// # Errors
    ///
    /// [`EvidenceErrorKind::Missing`] for a destination without a level, [`EvidenceErrorKind::Syntax`] for a level or
    /// an attribute that Postfix does not know, both with the line.
    ///
    /// ```
    /// # use sealwax::evidence::PostfixEntry;
    /// let table = PostfixEntry::parse_table("# partners\nexample.com  encrypt\n\n[mx.example.net]:587 secure\n  ciphers=high\n")?;
    /// assert_eq!(table.len(), 2);
    /// assert_eq!(table[1].to_string(), "[mx.example.net]:587 secure ciphers=high");
    /// # Ok::<(), sealwax::evidence::EvidenceError>(())
    /// ```
    pub fn parse_table(text: &str) -> Result<Vec<Self>, EvidenceError> {
        let mut lines: Vec<(usize, String)> = Vec::new();
        for (at, line) in without_mark(text).lines().enumerate() {
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            match lines.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
                Some((_, logical)) => {
                    logical.push(' ');
                    logical.push_str(line.trim());
                }
                None => lines.push((at + 1, line.trim().to_owned())),
            }
        }
        lines.iter().map(|(line, text)| Self::parse(*line, text)).collect()
    }

    /// The entry for a next hop, as Postfix looks it up: the whole, then without its port, then its parent domains with
    /// a leading dot. What is longer than a host name can be is not found.
    #[must_use]
    pub fn find<'a>(table: &'a [Self], next_hop: &str) -> Option<&'a Self> {
        if next_hop.len() > LONGEST_NEXT_HOP {
            return None;
        }
        let exact = |key: &str| table.iter().find(|entry| entry.destination.eq_ignore_ascii_case(key));
        if let Some(entry) = exact(next_hop) {
            return Some(entry);
        }
        if next_hop.starts_with('[') {
            let host = next_hop.split_once("]:").map(|(host, _)| host.to_owned() + "]");
            return host.and_then(|host| exact(&host));
        }
        let host = next_hop.split(':').next().unwrap_or(next_hop);
        exact(host).or_else(|| {
            let parents = host.match_indices('.').filter_map(|(at, _)| host.get(at..));
            parents.filter(|parent| parent.len() > 1).find_map(exact)
        })
    }

    fn parse(line: usize, text: &str) -> Result<Self, EvidenceError> {
        let (destination, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        Ok(Self {
            destination: destination.to_owned(),
            policy: policy(line, rest)?,
        })
    }
}

impl fmt::Display for PostfixEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.destination, self.policy)
    }
}

fn policy(line: usize, text: &str) -> Result<PostfixPolicy, EvidenceError> {
    let mut words = text.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    let word = words
        .next()
        .ok_or_else(|| error(EvidenceErrorKind::Missing, line, "a level"))?;
    let level = PostfixLevel::ALL.into_iter().find(|level| level.name() == word);
    let level = level.ok_or_else(|| error(EvidenceErrorKind::Syntax, line, LEVELS))?;
    let attributes = words.map(|word| attribute(line, word)).collect::<Result<Vec<_>, _>>()?;
    let policy = PostfixPolicy { level, attributes };
    if level == PostfixLevel::Fingerprint && policy.values("match").next().is_none() {
        return Err(error(EvidenceErrorKind::Missing, line, "`match=` with a fingerprint"));
    }
    Ok(policy)
}

fn attribute(line: usize, word: &str) -> Result<(String, String), EvidenceError> {
    let (name, value) = word
        .split_once('=')
        .ok_or_else(|| error(EvidenceErrorKind::Syntax, line, "`name=value`"))?;
    if !ATTRIBUTES.contains(&name) || value.is_empty() {
        return Err(error(
            EvidenceErrorKind::Syntax,
            line,
            "an attribute of a TLS policy with a value",
        ));
    }
    Ok((name.to_owned(), value.to_owned()))
}

fn error(kind: EvidenceErrorKind, line: usize, expected: &'static str) -> EvidenceError {
    EvidenceError::new(kind, line, expected)
}

const LEVELS: &str = "`none`, `may`, `encrypt`, `dane`, `dane-only`, `fingerprint`, `verify` or `secure`";

/// What the grades of `ciphers` stand for (`postconf -d tls_high_cipherlist` and its like; Postfix 3.7).
const GRADES: [(&str, &str); 2] = [
    ("high", POSTFIX_HIGH),
    ("medium", "aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH"),
];

/// What `high` stands for.
pub(crate) const POSTFIX_HIGH: &str = "aNULL:-aNULL:HIGH:@STRENGTH";

/// A host name of 255 bytes (RFC 1035, section 2.3.4), brackets, and a port.
const LONGEST_NEXT_HOP: usize = 255 + 8;

/// What Postfix 3.11 knows (`postconf(5)`, `smtp_tls_policy_maps`).
const ATTRIBUTES: &[&str] = &[
    "ciphers",
    "connection_reuse",
    "enable_rpk",
    "exclude",
    "match",
    "protocols",
    "servername",
    "tafile",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of Postfix's `TLS_README`.
    const EXAMPLE: &str = "\
example.edu                     none
example.mil                     may
example.gov                     encrypt ciphers=high
example.com                     verify match=hostname:dot-nexthop ciphers=high
example.net                     secure
.example.net                    secure match=.example.net:example.net
[mail.example.org]:587          secure match=nexthop
# Postfix 2.5 and later
example.org                     fingerprint
    match=EC:3B:2D:B0:5B:B1:FB:6D:20:A3:9D:72:F6:8D:12:35
    match=3D:95:34:51:24:66:33:B9:D2:40:99:C0:C1:17:0B:D1
";

    fn table() -> Vec<PostfixEntry> {
        PostfixEntry::parse_table(EXAMPLE).unwrap()
    }

    #[test]
    fn the_table_of_the_manual_is_read() {
        let levels: Vec<&str> = table().iter().map(|entry| entry.policy.level.name()).collect();
        assert_eq!(
            levels,
            [
                "none",
                "may",
                "encrypt",
                "verify",
                "secure",
                "secure",
                "secure",
                "fingerprint"
            ]
        );
        assert_eq!(table()[7].policy.values("match").count(), 2);
        assert_eq!(table()[7].policy.proves(), Transport::Verified);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let written: Vec<String> = table().iter().map(ToString::to_string).collect();
        assert_eq!(PostfixEntry::parse_table(&written.join("\n")).unwrap(), table());
    }

    #[test]
    fn a_next_hop_is_looked_up_as_postfix_does() {
        let table = table();
        let found = |hop| PostfixEntry::find(&table, hop).map(|entry| entry.destination.as_str());
        assert_eq!(found("Example.com"), Some("example.com"));
        assert_eq!(found("example.com:25"), Some("example.com"));
        assert_eq!(found("a.b.example.net"), Some(".example.net"));
        assert_eq!(found("[mail.example.org]:587"), Some("[mail.example.org]:587"));
        assert_eq!(found("[mail.example.org]"), None);
        assert_eq!(found("sub.example.com"), None);
    }

    #[test]
    fn verify_proves_no_more_than_encryption() {
        let evidence = table()[3].policy.evidence(Timestamp::EPOCH);
        assert_eq!(
            (evidence.kind, evidence.level),
            (EvidenceKind::StaticTable, Transport::Encrypted)
        );
    }

    #[test]
    fn a_broken_line_is_refused_with_its_number() {
        for (text, kind, line) in [
            ("example.com", EvidenceErrorKind::Missing, 1),
            ("# x\nexample.com sicher", EvidenceErrorKind::Syntax, 2),
            ("example.com secure colour=blue", EvidenceErrorKind::Syntax, 1),
            ("example.com secure high", EvidenceErrorKind::Syntax, 1),
            ("example.com fingerprint", EvidenceErrorKind::Missing, 1),
        ] {
            let error = PostfixEntry::parse_table(text).unwrap_err();
            assert_eq!((error.kind(), error.line()), (kind, line), "{text}");
        }
    }
}
