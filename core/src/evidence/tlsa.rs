//! TLSA records (RFC 6698), as mail uses them (RFC 7672).

use super::error::{EvidenceError, EvidenceErrorKind};
use super::{Evidence, EvidenceKind, Transport};
use crate::Timestamp;

/// One TLSA record.
///
/// ```
/// # use sealwax::evidence::{CertificateUsage, Tlsa};
/// let record = Tlsa::parse("3 1 1 d2abde240d7cd3ee6b4b28c54df034b9 7983a1d16e8a410e4561cb106618e971")?;
/// assert_eq!(record.usage(), CertificateUsage::DaneEe);
/// assert!(record.is_usable_for_mail());
/// # Ok::<(), sealwax::evidence::EvidenceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tlsa {
    usage: CertificateUsage,
    selector: Selector,
    matching: Matching,
    association: Vec<u8>,
}

/// What the record says of a certificate (RFC 7218 gives the names).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CertificateUsage {
    /// 3: it is the server's own.
    DaneEe,
    /// 2: it signed the server's.
    DaneTa,
    /// 1: it is the server's own, and a public authority signed it.
    PkixEe,
    /// 0: it is a public authority that signed the server's.
    PkixTa,
    /// Any other number.
    Unassigned(u8),
}

/// Which part of the certificate is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Selector {
    /// 0: the whole.
    Certificate,
    /// 1: the public key.
    PublicKey,
    /// Any other number.
    Unassigned(u8),
}

/// How it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Matching {
    /// 0: byte by byte.
    Full,
    /// 1: by SHA-256.
    Sha256,
    /// 2: by SHA-512.
    Sha512,
    /// Any other number.
    Unassigned(u8),
}

impl Tlsa {
    /// Reads a record as zone files write its data: three numbers (or the names of RFC 7218) and hexadecimal digits,
    /// with blanks and parentheses where zone files allow them (RFC 6698, section 2.2).
    ///
    /// # Errors
    ///
    /// [`EvidenceErrorKind::Missing`] with fewer than four fields, [`EvidenceErrorKind::Syntax`] for a field that is
    /// not what it must be, [`EvidenceErrorKind::TooLong`] above 64 KiB.
    pub fn parse(text: &str) -> Result<Self, EvidenceError> {
        if text.len() > 2 * MAXIMUM_DATA {
            return Err(too_long());
        }
        let mut words = text
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')'))
            .filter(|word| !word.is_empty());
        let mut number = |names: &[(&str, u8)], expected| -> Result<u8, EvidenceError> {
            let word = words.next().ok_or_else(|| missing(expected))?;
            let named = names
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(word))
                .map(|(_, number)| *number);
            named.or_else(|| word.parse().ok()).ok_or_else(|| syntax(expected))
        };
        let usage = number(USAGES, "a certificate usage")?;
        let selector = number(SELECTORS, "a selector")?;
        let matching = number(MATCHINGS, "a matching type")?;
        let association = unhex(&words.collect::<String>())?;
        Ok(Self::new(usage, selector, matching, association))
    }

    /// Reads a record as DNS carries its data (RFC 6698, section 2.1).
    ///
    /// # Errors
    ///
    /// [`EvidenceErrorKind::Missing`] below four bytes, [`EvidenceErrorKind::TooLong`] above 64 KiB.
    ///
    /// ```
    /// # use sealwax::evidence::{Matching, Tlsa};
    /// let record = Tlsa::from_wire(&[3, 1, 0, 0xff])?;
    /// assert_eq!(record.matching(), Matching::Full);
    /// # Ok::<(), sealwax::evidence::EvidenceError>(())
    /// ```
    pub fn from_wire(data: &[u8]) -> Result<Self, EvidenceError> {
        if data.len() > MAXIMUM_DATA {
            return Err(too_long());
        }
        match data {
            [usage, selector, matching, association @ ..] if !association.is_empty() => {
                Ok(Self::new(*usage, *selector, *matching, association.to_vec()))
            }
            _ => Err(missing("three numbers and the certificate's data")),
        }
    }

    fn new(usage: u8, selector: u8, matching: u8, association: Vec<u8>) -> Self {
        Self {
            usage: match usage {
                0 => CertificateUsage::PkixTa,
                1 => CertificateUsage::PkixEe,
                2 => CertificateUsage::DaneTa,
                3 => CertificateUsage::DaneEe,
                other => CertificateUsage::Unassigned(other),
            },
            selector: match selector {
                0 => Selector::Certificate,
                1 => Selector::PublicKey,
                other => Selector::Unassigned(other),
            },
            matching: match matching {
                0 => Matching::Full,
                1 => Matching::Sha256,
                2 => Matching::Sha512,
                other => Matching::Unassigned(other),
            },
            association,
        }
    }

    /// What it says of a certificate.
    #[must_use]
    pub fn usage(&self) -> CertificateUsage {
        self.usage
    }

    /// Which part is compared.
    #[must_use]
    pub fn selector(&self) -> Selector {
        self.selector
    }

    /// How it is compared.
    #[must_use]
    pub fn matching(&self) -> Matching {
        self.matching
    }

    /// What it is compared with.
    #[must_use]
    pub fn association(&self) -> &[u8] {
        &self.association
    }

    /// Whether mail can authenticate a server by it: usage 2 or 3 (RFC 7672, section 3.1.3), a selector and a matching
    /// type that are known, and a digest of the right length.
    #[must_use]
    pub fn is_usable_for_mail(&self) -> bool {
        let usage = matches!(self.usage, CertificateUsage::DaneEe | CertificateUsage::DaneTa);
        let selector = !matches!(self.selector, Selector::Unassigned(_));
        let length = match self.matching {
            Matching::Full => true,
            Matching::Sha256 => self.association.len() == 32,
            Matching::Sha512 => self.association.len() == 64,
            Matching::Unassigned(_) => false,
        };
        usage && selector && length
    }

    /// What the TLSA records of a mail server prove, seen at `observed_at` in an answer that lives `seconds`.
    ///
    /// `secure` says that DNSSEC validated the answer and the way to it (MX, addresses): without it records prove
    /// nothing. When none of the records is usable, TLS is demanded, but nobody is authenticated (RFC 7672, section
    /// 2.2).
    ///
    /// ```
    /// # use sealwax::Timestamp;
    /// # use sealwax::evidence::{Tlsa, Transport};
    /// let pkix = Tlsa::parse("0 0 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971")?;
    /// let evidence = Tlsa::evidence(&[pkix], true, Timestamp::EPOCH, 3600).unwrap();
    /// assert_eq!(evidence.level, Transport::Encrypted);
    /// # Ok::<(), sealwax::evidence::EvidenceError>(())
    /// ```
    #[must_use]
    pub fn evidence(records: &[Self], secure: bool, observed_at: Timestamp, seconds: u32) -> Option<Evidence> {
        if records.is_empty() || !secure {
            return None;
        }
        let usable = records.iter().any(Self::is_usable_for_mail);
        let level = if usable { Transport::Dane } else { Transport::Encrypted };
        let end = observed_at.as_millis().saturating_add(i64::from(seconds) * 1000);
        Some(Evidence {
            valid_until: Some(Timestamp::from_millis(end)),
            ..Evidence::new(EvidenceKind::Dane, level, observed_at)
        })
    }
}

fn unhex(digits: &str) -> Result<Vec<u8>, EvidenceError> {
    if digits.is_empty() {
        return Err(missing("the certificate's data"));
    }
    let values: Option<Vec<u32>> = digits.chars().map(|digit| digit.to_digit(16)).collect();
    let values = values.filter(|values| values.len() % 2 == 0);
    let values = values.ok_or_else(|| syntax("an even number of hexadecimal digits"))?;
    let pairs = values
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit));
    pairs
        .map(|byte| u8::try_from(byte).map_err(|_| syntax("hexadecimal digits")))
        .collect()
}

fn missing(expected: &'static str) -> EvidenceError {
    EvidenceError::new(EvidenceErrorKind::Missing, 1, expected)
}

fn syntax(expected: &'static str) -> EvidenceError {
    EvidenceError::new(EvidenceErrorKind::Syntax, 1, expected)
}

fn too_long() -> EvidenceError {
    EvidenceError::new(EvidenceErrorKind::TooLong, 1, "at most 64 KiB")
}

/// The names of RFC 7218, section 2.
const USAGES: &[(&str, u8)] = &[("PKIX-TA", 0), ("PKIX-EE", 1), ("DANE-TA", 2), ("DANE-EE", 3)];
const SELECTORS: &[(&str, u8)] = &[("Cert", 0), ("SPKI", 1)];
const MATCHINGS: &[(&str, u8)] = &[("Full", 0), ("SHA2-256", 1), ("SHA2-512", 2)];

/// The data of a DNS record has a length of two bytes (RFC 1035, section 3.2.1).
const MAXIMUM_DATA: usize = 65_535;

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 6698, section 2.3.
    const FIRST: &str = "( 0 0 1 d2abde240d7cd3ee6b4b28c54df034b9\n 7983a1d16e8a410e4561cb106618e971 )";
    const SECOND: &str = "( 1 1 2 92003ba34942dc74152e2f2c408d29ec\n a5a520e7f2e06bb944f4dca346baf63c\n \
                          1b177615d466f6c4b71c216a50292bd5\n 8c9ebdd2f74e38fe51ffd48c43326cbc )";
    const THIRD: &str = "( 3 0 0 30820307308201efa003020102020 )";

    #[test]
    fn the_records_of_the_rfc_are_read() {
        let first = Tlsa::parse(FIRST).unwrap();
        assert_eq!(
            (first.usage(), first.selector()),
            (CertificateUsage::PkixTa, Selector::Certificate)
        );
        assert_eq!((first.matching(), first.association().len()), (Matching::Sha256, 32));
        assert_eq!(first.association()[..2], [0xd2, 0xab]);
        let second = Tlsa::parse(SECOND).unwrap();
        assert_eq!(
            (second.usage(), second.selector()),
            (CertificateUsage::PkixEe, Selector::PublicKey)
        );
        assert_eq!((second.matching(), second.association().len()), (Matching::Sha512, 64));
    }

    #[test]
    fn the_shortened_record_of_the_rfc_ends_in_half_a_byte() {
        assert_eq!(Tlsa::parse(THIRD).unwrap_err().kind(), EvidenceErrorKind::Syntax);
    }

    #[test]
    fn names_and_wire_give_the_same_record() {
        let named = Tlsa::parse("DANE-EE SPKI SHA2-256 ff").unwrap();
        assert_eq!(named, Tlsa::from_wire(&[3, 1, 1, 0xff]).unwrap());
    }

    #[test]
    fn mail_uses_only_usages_two_and_three_with_known_parts_and_whole_digests() {
        let digest = "00".repeat(32);
        for (text, usable) in [
            (format!("3 1 1 {digest}"), true),
            (format!("2 0 1 {digest}"), true),
            (format!("3 1 2 {digest}{digest}"), true),
            ("3 1 0 abcd".to_owned(), true),
            (format!("1 1 1 {digest}"), false),
            (format!("3 2 1 {digest}"), false),
            (format!("3 1 9 {digest}"), false),
            ("3 1 1 abcd".to_owned(), false),
            (format!("7 1 1 {digest}"), false),
        ] {
            assert_eq!(Tlsa::parse(&text).unwrap().is_usable_for_mail(), usable, "{text}");
        }
    }

    #[test]
    fn records_without_dnssec_prove_nothing() {
        let record = Tlsa::parse(&format!("3 1 1 {}", "00".repeat(32))).unwrap();
        let records = [record];
        assert_eq!(Tlsa::evidence(&records, false, Timestamp::EPOCH, 60), None);
        assert_eq!(Tlsa::evidence(&[], true, Timestamp::EPOCH, 60), None);
        let proved = Tlsa::evidence(&records, true, Timestamp::EPOCH, 60).unwrap();
        assert_eq!(
            (proved.level, proved.valid_until),
            (Transport::Dane, Some(Timestamp::from_millis(60_000)))
        );
    }

    #[test]
    fn a_broken_record_is_refused_with_its_reason() {
        for (text, kind) in [
            ("", EvidenceErrorKind::Missing),
            ("3 1 1", EvidenceErrorKind::Missing),
            ("3 1 256 ff", EvidenceErrorKind::Syntax),
            ("x 1 1 ff", EvidenceErrorKind::Syntax),
            ("3 1 1 zz", EvidenceErrorKind::Syntax),
        ] {
            assert_eq!(Tlsa::parse(text).unwrap_err().kind(), kind, "{text}");
        }
        assert_eq!(
            Tlsa::from_wire(&[3, 1, 1]).unwrap_err().kind(),
            EvidenceErrorKind::Missing
        );
    }
}
