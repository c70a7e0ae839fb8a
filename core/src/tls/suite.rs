//! Cipher suites and what they are made of.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};

use super::named::named;
use super::table::{BY_IANA, BY_OPENSSL, SUITES};

/// A cipher suite of the table.
///
/// ```
/// # use sealwax::tls::{Cipher, Protocol, Suite};
/// let suite = Suite::by_name("ECDHE-RSA-AES256-GCM-SHA384").unwrap();
/// assert_eq!(suite.iana(), "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
/// assert_eq!((suite.cipher(), suite.bits()), (Cipher::Aes, 256));
/// assert_eq!(suite.lowest(), Protocol::Tls12);
/// assert_eq!(Suite::by_code([0xc0, 0x30]), Some(suite));
/// ```
#[derive(Clone, Copy)]
pub struct Suite(&'static Row);

impl Suite {
    /// Every suite of the table, by code.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        SUITES.iter().map(Self)
    }

    /// The suite of this IANA, OpenSSL or `GnuTLS` name, in any case.
    ///
    /// OpenSSL's older `EDH` for `DHE`, Java's `SSL_` for `TLS_`, and the `TLS_RSA_AES_128_CBC_SHA1` without a `WITH`
    /// (`gnutls-cli --list`) are understood.
    ///
    /// ```
    /// # use sealwax::tls::Suite;
    /// assert_eq!(Suite::by_name("EDH-RSA-DES-CBC3-SHA"), Suite::by_name("TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"));
    /// assert_eq!(Suite::by_name("TLS_RSA_ARCFOUR_128_SHA1"), Suite::by_name("TLS_RSA_WITH_RC4_128_SHA"));
    /// assert_eq!(Suite::by_name("ROT13"), None);
    /// ```
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        find(BY_OPENSSL, name)
            .or_else(|| find(BY_IANA, name))
            .or_else(|| by_older_name(name))
            .or_else(|| by_any_spelling(name))
    }

    /// The suite that TLS writes with these two bytes.
    #[must_use]
    pub fn by_code(code: [u8; 2]) -> Option<Self> {
        Self::by_number(u32::from(u16::from_be_bytes(code)))
    }

    /// The suite of this number: two bytes of TLS, or three of SSL 2.0 (whose numbers begin at `0x010080`).
    ///
    /// ```
    /// # use sealwax::tls::Suite;
    /// assert_eq!(Suite::by_number(0x01_0080).unwrap().iana(), "SSL_CK_RC4_128_WITH_MD5");
    /// ```
    #[must_use]
    pub fn by_number(number: u32) -> Option<Self> {
        let at = SUITES.binary_search_by_key(&number, |row| row.code).ok()?;
        SUITES.get(at).map(Self)
    }

    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0.code
    }

    /// The IANA name, or the name in common use for a suite that IANA never registered.
    #[must_use]
    pub fn iana(self) -> &'static str {
        self.0.iana
    }

    /// The OpenSSL name, where it has one.
    #[must_use]
    pub fn openssl(self) -> Option<&'static str> {
        self.0.openssl
    }

    /// How the keys are agreed.
    #[must_use]
    pub fn exchange(self) -> KeyExchange {
        self.0.exchange
    }

    /// How the server shows who it is.
    #[must_use]
    pub fn authentication(self) -> Authentication {
        self.0.authentication
    }

    /// What encrypts.
    #[must_use]
    pub fn cipher(self) -> Cipher {
        self.0.cipher
    }

    /// How the cipher is used.
    #[must_use]
    pub fn mode(self) -> BlockMode {
        self.0.mode
    }

    /// The key's length in bits; 0 without encryption.
    #[must_use]
    pub fn bits(self) -> u16 {
        self.0.bits
    }

    /// What protects against changes.
    #[must_use]
    pub fn mac(self) -> Mac {
        self.0.mac
    }

    /// The lowest version that defines the suite.
    #[must_use]
    pub fn lowest(self) -> Protocol {
        self.0.low
    }

    /// The highest version that has the suite.
    #[must_use]
    pub fn highest(self) -> Protocol {
        self.0.high
    }

    /// Whether `version` has the suite.
    pub(crate) fn is_of(self, version: Protocol) -> bool {
        (self.lowest()..=self.highest()).contains(&version)
    }

    /// The suites of TLS 1.3 that OpenSSL offers and takes when nothing chooses among them, in its order.
    ///
    /// A cipher string is not what chooses (`SSL_CTX_set_ciphersuites(3)`).
    ///
    /// ```
    /// # use sealwax::tls::Suite;
    /// let names: Vec<&str> = Suite::openssl_tls13().into_iter().map(Suite::iana).collect();
    /// assert_eq!(names, ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"]);
    /// ```
    #[must_use]
    pub fn openssl_tls13() -> Vec<Self> {
        let is_offered = |suite: &Self| suite.highest() == Protocol::Tls13 && suite.is_openssl_default();
        let mut suites: Vec<Self> = Self::all().filter(is_offered).collect();
        suites.sort_by_key(|suite| suite.openssl_rank());
        suites
    }

    /// Where the suite is defined.
    #[must_use]
    pub fn reference(self) -> &'static str {
        self.0.reference
    }

    /// Whether the suite was weakened to be exported.
    #[must_use]
    pub fn is_export(self) -> bool {
        self.0.export
    }

    /// Whether IANA registered the suite for TLS.
    #[must_use]
    pub fn is_registered(self) -> bool {
        !matches!(
            self.0.reference,
            "unregistered" | "unknown" | "draft-ietf-tls-56-bit-ciphersuites-01"
        )
    }

    /// Whether the value is a signal in the list and no suite: `TLS_FALLBACK_SCSV` and its like (RFC 5746, RFC 7507).
    #[must_use]
    pub fn is_signal(self) -> bool {
        self.0.iana.ends_with("_SCSV")
    }

    /// Whether NIST SP 800-52r2 lists the suite.
    #[must_use]
    pub fn is_nist(self) -> bool {
        self.0.nist
    }

    /// Whether a key that leaks later opens nothing that was recorded before.
    #[must_use]
    pub fn is_forward_secret(self) -> bool {
        match self.exchange() {
            KeyExchange::Any | KeyExchange::Dhe | KeyExchange::Eccpwd | KeyExchange::Ecdhe | KeyExchange::Srp => true,
            KeyExchange::Dh | KeyExchange::Ecdh => self.authentication() == Authentication::None,
            KeyExchange::Gost | KeyExchange::Krb5 | KeyExchange::None | KeyExchange::Psk | KeyExchange::Rsa => false,
        }
    }

    /// Whether encryption and integrity are one operation.
    #[must_use]
    pub fn is_aead(self) -> bool {
        self.mac() == Mac::Aead
    }

    /// Whether the suite encrypts with AES and a 256-bit key.
    #[must_use]
    pub fn is_aes256(self) -> bool {
        self.cipher() == Cipher::Aes && self.bits() == 256
    }

    /// Whether RFC 10015 deprecates or discourages the key exchange: RSA, finite fields, and static elliptic curves.
    #[must_use]
    pub fn is_deprecated(self) -> bool {
        matches!(
            self.exchange(),
            KeyExchange::Dh | KeyExchange::Dhe | KeyExchange::Ecdh | KeyExchange::Rsa
        )
    }

    /// Its place in OpenSSL 3.0's own order, for suites that OpenSSL 3.0 has.
    pub(super) fn openssl_rank(self) -> Option<usize> {
        self.0.openssl_rank
    }

    /// Whether OpenSSL 3.0's `DEFAULT` admits it.
    pub(super) fn is_openssl_default(self) -> bool {
        self.0.openssl_default
    }
}

fn find(index: &[(&str, usize)], name: &str) -> Option<Suite> {
    let at = index.binary_search_by(|(other, _)| (*other).cmp(name)).ok()?;
    let (_, row) = index.get(at)?;
    SUITES.get(*row).map(Suite)
}

fn by_older_name(name: &str) -> Option<Suite> {
    if let Some(rest) = name.strip_prefix("SSL_") {
        return find(BY_IANA, &format!("TLS_{rest}"));
    }
    let dhe = name.starts_with("EDH-") || name.starts_with("EXP-EDH-");
    if dhe {
        find(BY_OPENSSL, &name.replacen("EDH-", "DHE-", 1))
    } else {
        None
    }
}

/// A name in another case, or as `GnuTLS` writes it. Every suite is tried: such names are rare.
fn by_any_spelling(name: &str) -> Option<Suite> {
    let name = name.trim();
    let is_named = |suite: &Suite| {
        let known = [Some(suite.iana()), suite.openssl()];
        known
            .into_iter()
            .flatten()
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    let plain = gnutls(name);
    let is_spelled = |suite: &Suite| gnutls(suite.iana()) == plain;
    if !name.is_ascii() || name.len() > LONGEST_NAME {
        return None;
    }
    Suite::all().find(is_named).or_else(|| Suite::all().find(is_spelled))
}

/// The name as `GnuTLS` writes it: `TLS_ECDHE_RSA_AES_256_GCM_SHA384` for `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384`.
fn gnutls(name: &str) -> String {
    let plain = name
        .to_ascii_uppercase()
        .replace("_WITH_", "_")
        .replace("_ARCFOUR_", "_RC4_");
    let plain = plain
        .strip_suffix("_POLY1305_SHA256")
        .map(|rest| format!("{rest}_POLY1305"))
        .unwrap_or(plain);
    plain
        .strip_suffix("_SHA")
        .map(|rest| format!("{rest}_SHA1"))
        .unwrap_or(plain)
}

/// Longer than any name of the table; it bounds what a comparison costs.
const LONGEST_NAME: usize = 64;

impl PartialEq for Suite {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Eq for Suite {}

impl Hash for Suite {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number().hash(state);
    }
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Suite({})", self.iana())
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.iana())
    }
}

impl Serialize for Suite {
    /// Writes the IANA name.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.iana())
    }
}

/// A row of the generated table.
pub(super) struct Row {
    pub(super) code: u32,
    pub(super) iana: &'static str,
    pub(super) openssl: Option<&'static str>,
    pub(super) exchange: KeyExchange,
    pub(super) authentication: Authentication,
    pub(super) cipher: Cipher,
    pub(super) mode: BlockMode,
    pub(super) bits: u16,
    pub(super) mac: Mac,
    pub(super) low: Protocol,
    pub(super) high: Protocol,
    pub(super) reference: &'static str,
    pub(super) export: bool,
    pub(super) nist: bool,
    pub(super) openssl_default: bool,
    pub(super) openssl_rank: Option<usize>,
}

named! {
    /// How the keys of a connection are agreed.
    pub enum KeyExchange {
        /// By what the handshake of TLS 1.3 agrees on, which is ephemeral.
        Any => "any",
        /// Diffie-Hellman over a finite field with the certificate's key, or without any certificate.
        Dh => "DH",
        /// Ephemeral Diffie-Hellman over a finite field.
        Dhe => "DHE",
        /// The dragonfly password exchange (RFC 8492).
        Eccpwd => "ECCPWD",
        /// Diffie-Hellman over an elliptic curve with the certificate's key, or without any certificate.
        Ecdh => "ECDH",
        /// Ephemeral Diffie-Hellman over an elliptic curve.
        Ecdhe => "ECDHE",
        /// GOST R 34.10 (RFC 9189).
        Gost => "GOST",
        /// Kerberos (RFC 2712).
        Krb5 => "KRB5",
        /// Not at all.
        None => "none",
        /// A key that both sides have already (RFC 4279).
        Psk => "PSK",
        /// Encrypted to the certificate's RSA key.
        Rsa => "RSA",
        /// A password (RFC 5054).
        Srp => "SRP",
    }
}

named! {
    /// How the server of a connection shows who it is.
    pub enum Authentication {
        /// By what the handshake of TLS 1.3 agrees on.
        Any => "any",
        /// A DSA certificate.
        Dss => "DSS",
        /// A password (RFC 8492).
        Eccpwd => "ECCPWD",
        /// An ECDSA certificate.
        Ecdsa => "ECDSA",
        /// A GOST certificate.
        Gost => "GOST",
        /// Kerberos.
        Krb5 => "KRB5",
        /// Not at all.
        None => "none",
        /// A key that both sides have already.
        Psk => "PSK",
        /// An RSA certificate.
        Rsa => "RSA",
        /// A password (RFC 5054).
        Srp => "SRP",
    }
}

named! {
    /// What encrypts a connection.
    pub enum Cipher {
        /// AEGIS.
        Aegis => "AEGIS",
        /// AES (FIPS 197).
        Aes => "AES",
        /// ARIA (RFC 5794).
        Aria => "ARIA",
        /// Camellia (RFC 3713).
        Camellia => "Camellia",
        /// `ChaCha20` (RFC 8439).
        Chacha20 => "ChaCha20",
        /// DES.
        Des => "DES",
        /// GOST 28147-89.
        Gost28147 => "GOST 28147",
        /// IDEA.
        Idea => "IDEA",
        /// Kuznyechik (RFC 7801).
        Kuznyechik => "Kuznyechik",
        /// Magma (RFC 8891).
        Magma => "Magma",
        /// Nothing.
        None => "none",
        /// RC2.
        Rc2 => "RC2",
        /// RC4.
        Rc4 => "RC4",
        /// SEED (RFC 4269).
        Seed => "SEED",
        /// SM4.
        Sm4 => "SM4",
        /// Triple DES.
        TripleDes => "3DES",
    }
}

impl Cipher {
    /// Whether the cipher works on blocks of 64 bits.
    #[must_use]
    pub fn has_small_blocks(self) -> bool {
        matches!(
            self,
            Self::Des | Self::Gost28147 | Self::Idea | Self::Magma | Self::Rc2 | Self::TripleDes
        )
    }
}

named! {
    /// How a cipher is used.
    pub enum BlockMode {
        /// AEGIS's own.
        Aegis => "AEGIS",
        /// Chained blocks.
        Cbc => "CBC",
        /// Counter with CBC-MAC, 128-bit tag.
        Ccm => "CCM",
        /// Counter with CBC-MAC, 64-bit tag.
        Ccm8 => "CCM-8",
        /// Counter.
        Ctr => "CTR",
        /// Galois counter.
        Gcm => "GCM",
        /// Multilinear Galois (RFC 9058).
        Mgm => "MGM",
        /// No cipher, no mode.
        None => "none",
        /// With Poly1305.
        Poly1305 => "Poly1305",
        /// A stream cipher.
        Stream => "stream",
    }
}

named! {
    /// What protects a connection against changes.
    pub enum Mac {
        /// The cipher's mode itself.
        Aead => "AEAD",
        /// One of the GOST family.
        Gost => "GOST",
        /// HMAC-MD5.
        Md5 => "MD5",
        /// Nothing.
        None => "none",
        /// HMAC-SHA-1.
        Sha1 => "SHA-1",
        /// HMAC-SHA-256.
        Sha256 => "SHA-256",
        /// HMAC-SHA-384.
        Sha384 => "SHA-384",
    }
}

named! {
    /// A version of SSL or TLS. The order is the meaning.
    pub enum Protocol {
        /// SSL 2.0 (prohibited by RFC 6176).
        Ssl2 => "SSLv2",
        /// SSL 3.0 (prohibited by RFC 7568).
        Ssl3 => "SSLv3",
        /// TLS 1.0 (deprecated by RFC 8996).
        Tls10 => "TLSv1",
        /// TLS 1.1 (deprecated by RFC 8996).
        Tls11 => "TLSv1.1",
        /// TLS 1.2 (RFC 5246).
        Tls12 => "TLSv1.2",
        /// TLS 1.3 (RFC 8446).
        Tls13 => "TLSv1.3",
    }
}

impl Protocol {
    /// Reads a version as servers write it: `TLSv1.2`, `TLS1.2`, `TLS1_2`, `TLSv1`, `TLS 1.3`, `1.2`, in any case.
    ///
    /// ```
    /// # use sealwax::tls::Protocol;
    /// assert_eq!(Protocol::by_name("TLS1_3"), Some(Protocol::Tls13));
    /// assert_eq!(Protocol::by_name("TLSv1"), Some(Protocol::Tls10));
    /// assert_eq!(Protocol::by_name("TLSv9"), None);
    /// ```
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let plain: String = name
            .chars()
            .filter(|letter| !matches!(letter, ' ' | '.' | '_' | 'v' | 'V'))
            .collect();
        match name.trim() {
            "1.0" => return Some(Self::Tls10),
            "1.1" => return Some(Self::Tls11),
            "1.2" => return Some(Self::Tls12),
            "1.3" => return Some(Self::Tls13),
            _ => {}
        }
        match plain.to_ascii_uppercase().as_str() {
            "SSL2" | "SSL20" => Some(Self::Ssl2),
            "SSL3" | "SSL30" => Some(Self::Ssl3),
            "TLS1" | "TLS10" => Some(Self::Tls10),
            "TLS11" => Some(Self::Tls11),
            "TLS12" => Some(Self::Tls12),
            "TLS13" => Some(Self::Tls13),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_every_code_leads_back_to_its_row() {
        for suite in Suite::all() {
            assert_eq!(Suite::by_number(suite.number()), Some(suite));
            assert_eq!(Suite::by_name(suite.iana()), Some(suite));
            if let Some(name) = suite.openssl() {
                assert_eq!(Suite::by_name(name), Some(suite), "{name}");
            }
        }
    }

    #[test]
    fn every_suite_is_found_in_any_spelling() {
        for suite in Suite::all() {
            for name in [suite.iana().to_ascii_lowercase(), format!(" {} ", suite.iana())] {
                assert_eq!(Suite::by_name(&name), Some(suite), "{name}");
            }
            let found = Suite::by_name(&gnutls(suite.iana())).unwrap();
            assert_eq!(gnutls(found.iana()), gnutls(suite.iana()));
        }
        for (name, iana) in [
            (
                "TLS_ECDHE_RSA_AES_256_GCM_SHA384",
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            ),
            (
                "TLS_ECDHE_RSA_CHACHA20_POLY1305",
                "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            ),
            ("TLS_RSA_AES_128_CBC_SHA1", "TLS_RSA_WITH_AES_128_CBC_SHA"),
            ("TLS_DHE_RSA_3DES_EDE_CBC_SHA1", "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"),
            ("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
        ] {
            assert_eq!(Suite::by_name(name).map(Suite::iana), Some(iana), "{name}");
        }
        for name in [
            "",
            " ",
            "TLS_",
            "WITH",
            "AES",
            "TLS_AES_256_GCM",
            "a suite of tomorrow",
            "\u{2028}",
        ] {
            assert_eq!(Suite::by_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_version_is_read_in_every_spelling_of_servers() {
        for (names, version) in [
            (
                vec!["TLSv1", "TLSv1.0", "TLS1.0", "TLS 1.0", "tls1", "TLS1_0", "1.0"],
                Protocol::Tls10,
            ),
            (vec!["TLSv1.1", "TLS1.1", "TLSv1_1", "1.1"], Protocol::Tls11),
            (
                vec!["TLSv1.2", "TLS1.2", "TLS 1.2", "TLSv1_2", "TLS1_2", "tlsv1.2", " 1.2 "],
                Protocol::Tls12,
            ),
            (vec!["TLSv1.3", "TLS1.3", "TLS v1.3", "1.3"], Protocol::Tls13),
            (vec!["SSLv3", "SSL3", "SSL 3.0"], Protocol::Ssl3),
        ] {
            for name in names {
                assert_eq!(Protocol::by_name(name), Some(version), "{name}");
            }
        }
        for name in ["", "TLS", "TLSv1.4", "12", "1", "2", "1.2.3", "DTLS1.2", "yes"] {
            assert_eq!(Protocol::by_name(name), None, "{name}");
        }
    }

    #[test]
    fn nist_lists_seventy_suites_of_which_fifty_are_deprecated() {
        let nist: Vec<Suite> = Suite::all().filter(|suite| suite.is_nist()).collect();
        assert_eq!(nist.len(), 70);
        assert_eq!(nist.iter().filter(|suite| suite.is_deprecated()).count(), 50);
    }

    #[test]
    fn chacha20_has_a_key_of_256_bits() {
        assert!(
            Suite::all()
                .filter(|suite| suite.cipher() == Cipher::Chacha20)
                .all(|suite| suite.bits() == 256)
        );
    }
}
