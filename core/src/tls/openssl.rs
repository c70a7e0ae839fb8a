//! The language of OpenSSL cipher strings, for TLS 1.2 and below (TLS 1.3 suites are configured apart).

use super::{Authentication, BlockMode, Cipher, KeyExchange, Mac, Protocol, Suite};

/// What an OpenSSL cipher string admits, as OpenSSL 3.0 reads it.
///
/// Suites that OpenSSL 3.0 no longer has are kept in the answer, after those that it has: an older server under the
/// same string would offer them.
///
/// ```
/// # use sealwax::tls::CipherString;
/// let string = CipherString::parse("ECDHE+AESGCM:!AES128:!ROT13");
/// let names: Vec<_> = string.suites().iter().filter_map(|suite| suite.openssl()).collect();
/// assert_eq!(names, ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"]);
/// assert_eq!(string.unknown(), ["!ROT13"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CipherString {
    suites: Vec<Suite>,
    unknown: Vec<String>,
    security_level: Option<u8>,
}

impl CipherString {
    /// Reads `text`; elements that OpenSSL does not know are ignored by OpenSSL, and listed here.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut builder = Builder::new();
        let rest = builder.apply_macro(text);
        for element in rest.split([':', ',', ';', ' ']).filter(|element| !element.is_empty()) {
            builder.apply(element);
        }
        Self {
            suites: builder
                .pool
                .iter()
                .filter(|entry| entry.active)
                .map(|entry| entry.suite)
                .collect(),
            unknown: builder.unknown,
            security_level: builder.security_level,
        }
    }

    /// The suites in the order in which the server prefers them.
    #[must_use]
    pub fn suites(&self) -> &[Suite] {
        &self.suites
    }

    /// The elements that OpenSSL silently ignores.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// The security level that `@SECLEVEL=` sets.
    #[must_use]
    pub fn security_level(&self) -> Option<u8> {
        self.security_level
    }
}

/// A suite on its way through the string.
#[derive(Clone, Copy)]
struct Entry {
    suite: Suite,
    active: bool,
}

/// The list that OpenSSL edits: what comes later is appended to it, what is excluded for good leaves it.
struct Builder {
    pool: Vec<Entry>,
    unknown: Vec<String>,
    security_level: Option<u8>,
}

impl Builder {
    fn new() -> Self {
        let mut suites: Vec<Suite> = Suite::all()
            .filter(|suite| suite.openssl().is_some() && suite.highest() != Protocol::Tls13)
            .collect();
        suites.sort_by_key(|suite| {
            (
                suite.openssl_rank().unwrap_or(usize::MAX),
                std::cmp::Reverse(suite.bits()),
            )
        });
        let pool = suites.into_iter().map(|suite| Entry { suite, active: false }).collect();
        Self {
            pool,
            unknown: Vec::new(),
            security_level: None,
        }
    }

    /// Applies a word that stands for a whole string, which OpenSSL knows only at the head; gives what follows it.
    fn apply_macro<'a>(&mut self, text: &'a str) -> &'a str {
        for (word, meaning) in MACROS {
            if let Some(rest) = text.trim_start().strip_prefix(word) {
                meaning.split(':').for_each(|element| self.apply(element));
                return rest;
            }
        }
        text
    }

    fn apply(&mut self, element: &str) {
        if let Some((before, command)) = element.split_once('@') {
            if !before.is_empty() {
                self.apply(before);
            }
            return self.apply_command(element, command);
        }
        let (action, term) = Action::of(element);
        match Term::parse(term) {
            Some(term) => self.edit(action, &term),
            None => self.unknown.push(element.to_owned()),
        }
    }

    fn apply_command(&mut self, element: &str, command: &str) {
        let level = command.strip_prefix("SECLEVEL=").and_then(|level| level.parse().ok());
        match (command, level) {
            ("STRENGTH", _) => self.sort_by_strength(),
            (_, Some(level)) if level <= HIGHEST_SECURITY_LEVEL => self.security_level = Some(level),
            _ => self.unknown.push(element.to_owned()),
        }
    }

    fn edit(&mut self, action: Action, term: &Term) {
        let entries = std::mem::take(&mut self.pool);
        let (mut moved, mut kept): (Vec<Entry>, Vec<Entry>) = entries
            .into_iter()
            .partition(|entry| term.matches(entry.suite) && action.concerns(*entry));
        match action {
            Action::Add => set_active(&mut moved, true),
            Action::Delete => {
                set_active(&mut moved, false);
                moved.append(&mut kept);
            }
            Action::Kill => moved.clear(),
            Action::MoveToEnd => {}
        }
        kept.append(&mut moved);
        self.pool = kept;
    }

    fn sort_by_strength(&mut self) {
        self.pool.sort_by_key(|entry| std::cmp::Reverse(strength(entry.suite)));
    }
}

fn set_active(entries: &mut [Entry], active: bool) {
    for entry in entries {
        entry.active = active;
    }
}

/// What `@STRENGTH` sorts by: triple DES counts as 112 bits.
fn strength(suite: Suite) -> u16 {
    if suite.cipher() == Cipher::TripleDes {
        112
    } else {
        suite.bits()
    }
}

/// What an element does with the suites that it names.
#[derive(Clone, Copy, PartialEq)]
enum Action {
    Add,
    Delete,
    Kill,
    MoveToEnd,
}

impl Action {
    fn of(element: &str) -> (Self, &str) {
        for (sign, action) in [('!', Self::Kill), ('-', Self::Delete), ('+', Self::MoveToEnd)] {
            if let Some(term) = element.strip_prefix(sign) {
                return (action, term);
            }
        }
        (Self::Add, element)
    }

    fn concerns(self, entry: Entry) -> bool {
        match self {
            Self::Add => !entry.active,
            Self::Delete | Self::MoveToEnd => entry.active,
            Self::Kill => true,
        }
    }
}

/// Words joined by `+`, all of which a suite must match.
struct Term(Vec<Word>);

enum Word {
    Keyword(Keyword),
    Suite(Suite),
}

impl Term {
    fn parse(text: &str) -> Option<Self> {
        text.split('+').map(Word::parse).collect::<Option<Vec<_>>>().map(Self)
    }

    fn matches(&self, suite: Suite) -> bool {
        self.0.iter().all(|word| match word {
            Word::Keyword(holds) => holds(suite),
            Word::Suite(named) => *named == suite,
        })
    }
}

impl Word {
    fn parse(word: &str) -> Option<Self> {
        let keyword = KEYWORDS.iter().find(|(names, _)| names.contains(&word));
        if let Some((_, holds)) = keyword {
            return Some(Self::Keyword(*holds));
        }
        Suite::by_name(word)
            .filter(|suite| suite.iana() != word)
            .map(Self::Suite)
    }
}

/// Strings that one word at the head stands for (`ssl_ciph.c`, OpenSSL 3.0; RFC 6460 for Suite B).
const MACROS: &[(&str, &str)] = &[
    ("DEFAULT", "ALL:!COMPLEMENTOFDEFAULT:!eNULL"),
    ("SUITEB128ONLY", "ECDHE-ECDSA-AES128-GCM-SHA256"),
    (
        "SUITEB128C2",
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384",
    ),
    (
        "SUITEB128",
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384",
    ),
    ("SUITEB192", "ECDHE-ECDSA-AES256-GCM-SHA384"),
];

/// OpenSSL knows levels 0 to 5.
const HIGHEST_SECURITY_LEVEL: u8 = 5;

type Keyword = fn(Suite) -> bool;

/// The keywords of `openssl-ciphers(1)`, each with its other names.
const KEYWORDS: &[(&[&str], Keyword)] = &[
    (&["ALL"], |suite| suite.cipher() != Cipher::None),
    (&["COMPLEMENTOFALL", "eNULL", "NULL"], |suite| {
        suite.cipher() == Cipher::None
    }),
    (&["COMPLEMENTOFDEFAULT"], |suite| {
        suite.cipher() != Cipher::None && !suite.is_openssl_default()
    }),
    (&["HIGH"], is_high),
    (&["MEDIUM"], is_medium),
    (&["LOW"], |suite| suite.cipher() == Cipher::Des && !suite.is_export()),
    (&["EXP", "EXPORT"], Suite::is_export),
    (&["FIPS"], |suite| {
        matches!(suite.cipher(), Cipher::Aes | Cipher::TripleDes)
    }),
    (&["RSA"], |suite| is_exchange(suite, KeyExchange::Rsa) && has_rsa(suite)),
    (&["kRSA"], |suite| is_exchange(suite, KeyExchange::Rsa)),
    (&["kDHE", "kEDH"], is_ephemeral_dh),
    (&["DHE", "EDH"], |suite| is_ephemeral_dh(suite) && !is_anonymous(suite)),
    (&["ADH"], |suite| is_ephemeral_dh(suite) && is_anonymous(suite)),
    (&["kECDHE", "kEECDH"], is_ephemeral_ec),
    (&["ECDHE", "EECDH"], |suite| {
        is_ephemeral_ec(suite) && !is_anonymous(suite)
    }),
    (&["AECDH"], |suite| is_ephemeral_ec(suite) && is_anonymous(suite)),
    (&["kDH"], |suite| {
        suite.exchange() == KeyExchange::Dh && !is_anonymous(suite)
    }),
    (&["kECDH", "ECDH"], |suite| {
        suite.exchange() == KeyExchange::Ecdh && !is_anonymous(suite)
    }),
    (&["PSK"], |suite| suite.authentication() == Authentication::Psk),
    (&["kPSK"], |suite| suite.exchange() == KeyExchange::Psk),
    (&["kRSAPSK"], |suite| is_psk_with(suite, KeyExchange::Rsa)),
    (&["kDHEPSK"], |suite| is_psk_with(suite, KeyExchange::Dhe)),
    (&["kECDHEPSK"], |suite| is_psk_with(suite, KeyExchange::Ecdhe)),
    (&["SRP", "kSRP"], |suite| suite.exchange() == KeyExchange::Srp),
    (&["aSRP"], |suite| suite.authentication() == Authentication::Srp),
    (&["aRSA"], has_rsa),
    (&["aDSS", "DSS"], |suite| suite.authentication() == Authentication::Dss),
    (&["aECDSA", "ECDSA"], |suite| {
        suite.authentication() == Authentication::Ecdsa
    }),
    (&["aPSK"], |suite| {
        suite.authentication() == Authentication::Psk && !has_rsa(suite)
    }),
    (&["aNULL"], is_anonymous),
    (&["kGOST", "aGOST", "GOST"], |suite| {
        suite.authentication() == Authentication::Gost
    }),
    (&["AES"], |suite| suite.cipher() == Cipher::Aes),
    (&["AES128"], |suite| is_cipher(suite, Cipher::Aes, 128)),
    (&["AES256"], |suite| is_cipher(suite, Cipher::Aes, 256)),
    (&["AESGCM"], |suite| {
        suite.cipher() == Cipher::Aes && suite.mode() == BlockMode::Gcm
    }),
    (&["AESCCM"], |suite| {
        matches!(suite.mode(), BlockMode::Ccm | BlockMode::Ccm8)
    }),
    (&["AESCCM8"], |suite| suite.mode() == BlockMode::Ccm8),
    (&["ARIA", "ARIAGCM"], |suite| suite.cipher() == Cipher::Aria),
    (&["ARIA128"], |suite| is_cipher(suite, Cipher::Aria, 128)),
    (&["ARIA256"], |suite| is_cipher(suite, Cipher::Aria, 256)),
    (&["CAMELLIA"], |suite| suite.cipher() == Cipher::Camellia),
    (&["CAMELLIA128"], |suite| is_cipher(suite, Cipher::Camellia, 128)),
    (&["CAMELLIA256"], |suite| is_cipher(suite, Cipher::Camellia, 256)),
    (&["CBC"], |suite| suite.mode() == BlockMode::Cbc),
    (&["CHACHA20"], |suite| suite.cipher() == Cipher::Chacha20),
    (&["SEED"], |suite| suite.cipher() == Cipher::Seed),
    (&["IDEA"], |suite| suite.cipher() == Cipher::Idea),
    (&["3DES"], |suite| suite.cipher() == Cipher::TripleDes),
    (&["DES"], |suite| suite.cipher() == Cipher::Des),
    (&["RC4"], |suite| suite.cipher() == Cipher::Rc4),
    (&["RC2"], |suite| suite.cipher() == Cipher::Rc2),
    (&["MD5"], |suite| suite.mac() == Mac::Md5),
    (&["SHA1", "SHA"], |suite| suite.mac() == Mac::Sha1),
    (&["SHA256"], |suite| suite.mac() == Mac::Sha256),
    (&["SHA384"], |suite| suite.mac() == Mac::Sha384),
    (&["SSLv3"], |suite| first_version(suite) == Protocol::Ssl3),
    (&["TLSv1", "TLSv1.0"], |suite| first_version(suite) == Protocol::Tls10),
    (&["TLSv1.2"], |suite| first_version(suite) == Protocol::Tls12),
];

fn is_exchange(suite: Suite, exchange: KeyExchange) -> bool {
    suite.exchange() == exchange && suite.authentication() != Authentication::Psk
}

fn is_psk_with(suite: Suite, exchange: KeyExchange) -> bool {
    suite.exchange() == exchange && suite.authentication() == Authentication::Psk
}

fn is_anonymous(suite: Suite) -> bool {
    suite.authentication() == Authentication::None
}

fn is_ephemeral_dh(suite: Suite) -> bool {
    is_exchange(suite, KeyExchange::Dhe) || suite.exchange() == KeyExchange::Dh && is_anonymous(suite)
}

fn is_ephemeral_ec(suite: Suite) -> bool {
    is_exchange(suite, KeyExchange::Ecdhe) || suite.exchange() == KeyExchange::Ecdh && is_anonymous(suite)
}

/// Whether the server needs an RSA certificate; RSA-PSK does (RFC 4279, section 4).
fn has_rsa(suite: Suite) -> bool {
    suite.authentication() == Authentication::Rsa || is_psk_with(suite, KeyExchange::Rsa)
}

fn is_cipher(suite: Suite, cipher: Cipher, bits: u16) -> bool {
    suite.cipher() == cipher && suite.bits() == bits
}

fn is_high(suite: Suite) -> bool {
    matches!(
        suite.cipher(),
        Cipher::Aes | Cipher::Aria | Cipher::Camellia | Cipher::Chacha20
    )
}

fn is_medium(suite: Suite) -> bool {
    let medium = matches!(
        suite.cipher(),
        Cipher::Idea | Cipher::Rc2 | Cipher::Rc4 | Cipher::Seed | Cipher::TripleDes
    );
    medium && suite.bits() >= 128
}

/// The version that OpenSSL counts a suite by: it lets SSL 3.0 have what the RFCs gave to TLS 1.0 alone.
fn first_version(suite: Suite) -> Protocol {
    let curve = matches!(suite.exchange(), KeyExchange::Ecdh | KeyExchange::Ecdhe);
    let hash = matches!(suite.mac(), Mac::Sha256 | Mac::Sha384);
    match suite.lowest() {
        Protocol::Tls12 => Protocol::Tls12,
        _ if curve || hash => Protocol::Tls10,
        _ => Protocol::Ssl3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        CipherString::parse(text)
            .suites()
            .iter()
            .filter_map(|suite| suite.openssl())
            .collect()
    }

    #[test]
    fn a_name_adds_one_suite_and_order_is_kept() {
        assert_eq!(names("AES256-SHA:AES128-SHA"), ["AES256-SHA", "AES128-SHA"]);
        assert_eq!(names("AES128-SHA:AES256-SHA:@STRENGTH"), ["AES256-SHA", "AES128-SHA"]);
        assert_eq!(names("AES256-SHA:AES128-SHA:+AES256-SHA"), ["AES128-SHA", "AES256-SHA"]);
    }

    #[test]
    fn a_suite_that_is_killed_never_comes_back_and_one_that_is_deleted_may() {
        assert_eq!(names("AES256-SHA:!AES256:AES256-SHA"), [] as [&str; 0]);
        assert_eq!(names("AES256-SHA:-AES256:AES256-SHA"), ["AES256-SHA"]);
    }

    #[test]
    fn what_openssl_ignores_is_listed() {
        let string = CipherString::parse("HIGH:!EXPROT:AES256+NOPE:@SECLEVEL=9:@SECLEVEL=2");
        assert_eq!(string.unknown(), ["!EXPROT", "AES256+NOPE", "@SECLEVEL=9"]);
        assert_eq!(string.security_level(), Some(2));
    }

    #[test]
    fn a_macro_may_be_followed_by_exclusions() {
        assert!(names("DEFAULT:!aRSA:!kRSA").iter().all(|name| !name.contains("-RSA-")));
        assert_eq!(names("SUITEB192"), ["ECDHE-ECDSA-AES256-GCM-SHA384"]);
    }
}
