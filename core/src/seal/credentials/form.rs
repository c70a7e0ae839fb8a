//! The forms in which keys and certificates are met, by name: an error says what it found and what to do about it.

use std::fmt;

use x509_cert::der::oid::ObjectIdentifier;

use super::asn1::{BIT_STRING, CONTEXT_0, Fields, GENERALIZED_TIME, INTEGER, OCTET_STRING, OID, SEQUENCE, UTC_TIME};

/// What was found where a key or a certificate was looked for that can be used here, in words, and what to do about it.
///
/// It holds nothing of the file.
///
/// ```
/// use sealwax::seal::{Certificate, KeyErrorKind};
/// let text = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
/// let error = Certificate::from_pem(text).unwrap_err();
/// let KeyErrorKind::Form(form) = error.kind() else { panic!() };
/// assert_eq!(form.to_string(), "an OpenSSH private key");
/// assert_eq!(form.next_step(), "convert a copy of it with `ssh-keygen -p -m PKCS8 -f COPY`");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyForm {
    name: &'static str,
    holding: Option<&'static str>,
    next_step: &'static str,
}

impl KeyForm {
    /// What the owner of the file can do.
    pub const fn next_step(self) -> &'static str {
        self.next_step
    }

    pub(super) const fn new(name: &'static str, next_step: &'static str) -> Self {
        Self {
            name,
            holding: None,
            next_step,
        }
    }

    /// The same form, and what about it cannot be used.
    pub(super) const fn with(self, holding: &'static str, next_step: &'static str) -> Self {
        Self {
            name: self.name,
            holding: Some(holding),
            next_step,
        }
    }
}

impl fmt::Display for KeyForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        match self.holding {
            Some(holding) => write!(f, " with {holding}"),
            None => Ok(()),
        }
    }
}

/// What the fields of a value in DER say that it is, as far as it is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Certificate,
    EncryptedPkcs8,
    Pkcs1,
    Pkcs12,
    Pkcs8,
    Sec1,
    Unfit(KeyForm),
}

/// What a block of PEM with this label holds; `None` for what goes with a key and is passed over.
pub(super) fn of_label(label: &str) -> Option<Shape> {
    Some(match label {
        "CERTIFICATE" | "X509 CERTIFICATE" => Shape::Certificate,
        "ENCRYPTED PRIVATE KEY" => Shape::EncryptedPkcs8,
        "EC PRIVATE KEY" => Shape::Sec1,
        "PRIVATE KEY" => Shape::Pkcs8,
        "RSA PRIVATE KEY" => Shape::Pkcs1,
        "DH PARAMETERS" | "EC PARAMETERS" => return None,
        label => {
            let row = LABELS.iter().find(|(known, _)| *known == label);
            Shape::Unfit(row.map_or(UNKNOWN_PEM, |(_, form)| *form))
        }
    })
}

/// What a value in DER is; `None` when `file` is no such value.
pub(super) fn of_der(file: &[u8]) -> Option<Shape> {
    if file.first() != Some(&SEQUENCE) {
        return None;
    }
    if file.get(1) == Some(&0x80) {
        return Some(Shape::Unfit(INDEFINITE));
    }
    let Some((fields, tags)) = Fields::sole(file).and_then(|fields| Some((fields, fields.tags()?))) else {
        let is_long = file.get(1).is_some_and(|len| (0x81..=0x84).contains(len)); // no text goes on like that
        return is_long.then_some(Shape::Unfit(DAMAGED_DER));
    };
    Some(match tags.as_slice() {
        [SEQUENCE, SEQUENCE, BIT_STRING] => of_signed(fields).unwrap_or(Shape::Unfit(DAMAGED_DER)),
        [INTEGER, SEQUENCE, OCTET_STRING, ..] => Shape::Pkcs8,
        [SEQUENCE, OCTET_STRING] => Shape::EncryptedPkcs8,
        [INTEGER, OCTET_STRING, ..] => Shape::Sec1,
        [INTEGER, SEQUENCE] | [INTEGER, SEQUENCE, SEQUENCE] => Shape::Pkcs12,
        [SEQUENCE, BIT_STRING] => Shape::Unfit(PUBLIC_KEY),
        [OID, CONTEXT_0] => Shape::Unfit(PKCS7),
        [INTEGER, INTEGER] => Shape::Unfit(RSA_PUBLIC_KEY),
        tags if tags.iter().all(|tag| *tag == INTEGER) => match tags.len() {
            6 => Shape::Unfit(DSA_KEY),
            _ => Shape::Pkcs1,
        },
        _ => Shape::Unfit(UNKNOWN_DER),
    })
}

/// A certificate, a request for one, or a list of those that were revoked.
fn of_signed(mut signed: Fields<'_>) -> Option<Shape> {
    let content = signed.sequence()?.tags()?;
    let is_time = |tag: &u8| [UTC_TIME, GENERALIZED_TIME].contains(tag);
    Some(match content.as_slice() {
        [INTEGER, SEQUENCE, SEQUENCE, CONTEXT_0] => Shape::Unfit(REQUEST),
        [SEQUENCE, SEQUENCE, time, ..] | [INTEGER, SEQUENCE, SEQUENCE, time, ..] if is_time(time) => {
            Shape::Unfit(REVOCATIONS)
        }
        _ => Shape::Certificate,
    })
}

/// What a file that is neither PEM nor DER begins as.
pub(super) fn of_start(file: &[u8]) -> Option<KeyForm> {
    let file = file
        .strip_prefix("\u{feff}".as_bytes())
        .unwrap_or(file)
        .trim_ascii_start();
    let row = STARTS.iter().find(|(start, _)| file.starts_with(start));
    row.map(|(_, form)| *form)
}

/// What a file is that nothing else is known of.
pub(super) fn of_nothing_known(file: &[u8]) -> KeyForm {
    let is_wide = [b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| file.starts_with(*mark));
    if is_wide { UTF_16 } else { UNKNOWN }
}

/// Why a key of this algorithm, on this curve if it has one, cannot be used.
pub(super) fn of_algorithm(algorithm: ObjectIdentifier, curve: Option<ObjectIdentifier>) -> &'static str {
    let find = |wanted: ObjectIdentifier| ALGORITHMS.iter().find(|(known, _)| *known == wanted);
    let row = curve.and_then(find).or_else(|| find(algorithm));
    row.map_or("a key of an algorithm that is not known here", |(_, name)| *name)
}

pub(super) const CERTIFICATE: KeyForm = KeyForm::new("a certificate", OTHER_CERTIFICATE);
pub(super) const DAMAGED_CERTIFICATE: KeyForm =
    KeyForm::new("a certificate that is damaged or not written as RFC 5280 asks", COPY);
pub(super) const DAMAGED_KEY: KeyForm = KeyForm::new("a private key that is damaged", COPY);
pub(super) const DAMAGED_PEM: KeyForm = KeyForm::new("a block of PEM that is damaged or cut", COPY);
pub(super) const ENCRYPTED_KEY: KeyForm = KeyForm::new("an encrypted private key", CONVERT_KEY);
pub(super) const MANY: KeyForm = KeyForm::new("a file of more certificates and keys than are read", SEPARATE);
pub(super) const OLD_PEM: KeyForm = KeyForm::new("a private key in the old encryption of PEM, by MD5", CONVERT_KEY);
pub(super) const PKCS12: KeyForm = KeyForm::new("a PKCS #12 file", CONVERT_PKCS12);
pub(super) const PRIVATE_KEY: KeyForm = KeyForm::new("a private key", OTHER_KEY);
pub(super) const LONE_CERTIFICATE: KeyForm = KeyForm::new(
    "a certificate without its private key",
    "give the file that holds the private key",
);
pub(super) const LONE_KEY: KeyForm = KeyForm::new(
    "a private key without its certificate, which only opens",
    "give the certificate",
);
pub(super) const SEVERAL: KeyForm = KeyForm::new("a file with the certificates of several owners", SEPARATE);
const UNKNOWN: KeyForm = KeyForm::new(
    "neither PEM nor DER nor a key of this program",
    "make a key with `sealwax keygen -o FILE`",
);

const DAMAGED_DER: KeyForm = KeyForm::new("a file in DER that is damaged or cut", COPY);
const DSA_KEY: KeyForm = KeyForm::new("a DSA key, which signs only", OTHER_KEY);
const INDEFINITE: KeyForm = KeyForm::new("a file in BER with lengths that are left open", CONVERT_PKCS12);
const PGP_MESSAGE: KeyForm = KeyForm::new("a PGP message", "open it with the program that made it");
const PGP_PRIVATE: KeyForm = KeyForm::new("a PGP private key block", NO_PGP);
const PGP_PUBLIC: KeyForm = KeyForm::new("a PGP public key block", NO_PGP);
const PKCS7: KeyForm = KeyForm::new(
    "a PKCS #7 bundle",
    "take the certificates out: `openssl pkcs7 -print_certs -in FILE -out certs.pem`",
);
const PUBLIC_KEY: KeyForm = KeyForm::new("a bare public key", OTHER_CERTIFICATE);
const REQUEST: KeyForm = KeyForm::new("a certificate request", "give the certificate that was issued for it");
const REVOCATIONS: KeyForm = KeyForm::new("a list of revoked certificates", "give the certificate itself");
const RSA_PUBLIC_KEY: KeyForm = KeyForm::new("a bare RSA public key", OTHER_CERTIFICATE);
const SSH_PRIVATE: KeyForm = KeyForm::new(
    "an OpenSSH private key",
    "convert a copy of it with `ssh-keygen -p -m PKCS8 -f COPY`",
);
const SSH_PUBLIC: KeyForm = KeyForm::new("an OpenSSH public key", OTHER_CERTIFICATE);
const TRUSTED: KeyForm = KeyForm::new(
    "a trusted certificate of OpenSSL",
    "convert it with `openssl x509 -in FILE -out cert.pem`",
);
const UNKNOWN_DER: KeyForm = KeyForm::new(
    "a file in DER that is neither a certificate nor a key",
    OTHER_CERTIFICATE,
);
const UNKNOWN_PEM: KeyForm = KeyForm::new(
    "a block of PEM that is neither a certificate nor a key",
    OTHER_CERTIFICATE,
);

const UTF_16: KeyForm = KeyForm::new("a text in UTF-16", "save it as UTF-8");

/// Blocks of PEM that cannot be used.
const LABELS: &[(&str, KeyForm)] = &[
    (
        "ATTRIBUTE CERTIFICATE",
        KeyForm::new("an attribute certificate, which holds no key", OTHER_CERTIFICATE),
    ),
    ("CERTIFICATE REQUEST", REQUEST),
    ("CMS", PKCS7),
    ("DSA PARAMETERS", DSA_KEY),
    ("DSA PRIVATE KEY", DSA_KEY),
    ("NEW CERTIFICATE REQUEST", REQUEST),
    ("OPENSSH PRIVATE KEY", SSH_PRIVATE),
    ("PGP MESSAGE", PGP_MESSAGE),
    ("PGP PRIVATE KEY BLOCK", PGP_PRIVATE),
    ("PGP PUBLIC KEY BLOCK", PGP_PUBLIC),
    ("PKCS #7 SIGNED DATA", PKCS7),
    ("PKCS7", PKCS7),
    ("PUBLIC KEY", PUBLIC_KEY),
    ("RSA PUBLIC KEY", RSA_PUBLIC_KEY),
    ("TRUSTED CERTIFICATE", TRUSTED),
    ("X509 CRL", REVOCATIONS),
];

/// How files begin that are neither PEM nor DER.
const STARTS: &[(&[u8], KeyForm)] = &[
    (b"---- BEGIN SSH2 PUBLIC KEY", SSH_PUBLIC),
    (b"AGE-SECRET-KEY-1", KeyForm::new("an age identity", KEYGEN)),
    (b"MII", KeyForm::new("Base64 without its lines of PEM", WRAP)),
    (b"PuTTY-User-Key-File-", KeyForm::new("a PuTTY private key", PUTTY)),
    (
        b"age-encryption.org/",
        KeyForm::new("a file encrypted by age", "open it with `age -d` first"),
    ),
    (b"age1", KeyForm::new("an age recipient", KEYGEN)),
    (b"ecdsa-sha2-", SSH_PUBLIC),
    (b"sk-ecdsa-sha2-", SSH_PUBLIC),
    (b"sk-ssh-", SSH_PUBLIC),
    (b"ssh-", SSH_PUBLIC),
    (
        b"untrusted comment:",
        KeyForm::new("a key of minisign or signify, which signs only", KEYGEN),
    ),
    (
        b"{\"",
        KeyForm::new("JSON, perhaps a JSON web key", "convert the key to PEM (PKCS #8)"),
    ),
    (b"\xfe\xed\xfe\xed", KeyForm::new("a Java key store (JKS)", KEYTOOL)),
    (b"\xce\xce\xce\xce", KeyForm::new("a Java key store (JCEKS)", KEYTOOL)),
    (
        b"\x1e\xf1\xb5\xb0",
        KeyForm::new("a private key of Microsoft (PVK)", CONVERT_KEY),
    ),
    (b"\x99", PGP_PUBLIC),
    (b"\x95", PGP_PRIVATE),
    (b"\xc5", PGP_PRIVATE),
    (b"\xc6", PGP_PUBLIC),
];

/// Algorithms and curves of keys that cannot be used.
const ALGORITHMS: &[(ObjectIdentifier, &str)] = &[
    (oid("1.2.156.10197.1.301"), "an SM2 key"),
    (oid("1.2.840.10040.4.1"), "a DSA key, which signs only"),
    (oid("1.2.840.10045.2.1"), "an EC key on a curve that is not known here"),
    (oid("1.2.840.10045.3.1.1"), "a P-192 key"),
    (oid("1.2.840.10045.3.1.7"), "a P-256 key, which this build cannot use"),
    (oid("1.2.840.113549.1.1.1"), "an RSA key, which this build cannot use"),
    (oid("1.2.840.113549.1.1.7"), "an RSA key for one kind of OAEP only"),
    (oid("1.2.840.113549.1.1.10"), "an RSA-PSS key, which signs only"),
    (oid("1.2.840.113549.1.3.1"), "a Diffie-Hellman key"),
    (oid("1.2.840.10046.2.1"), "a Diffie-Hellman key"),
    (oid("1.3.101.110"), "an X25519 key, which this build cannot use"),
    (oid("1.3.101.111"), "an X448 key"),
    (oid("1.3.101.112"), "an Ed25519 key, which signs only"),
    (oid("1.3.101.113"), "an Ed448 key, which signs only"),
    (oid("1.3.132.0.10"), "a secp256k1 key"),
    (oid("1.3.132.0.33"), "a P-224 key"),
    (oid("1.3.132.0.34"), "a P-384 key, which this build cannot use"),
    (oid("1.3.132.0.35"), "a P-521 key"),
    (oid("1.3.36.3.3.2.8.1.1.7"), "a Brainpool P-256 key"),
    (oid("1.3.36.3.3.2.8.1.1.11"), "a Brainpool P-384 key"),
    (oid("1.3.36.3.3.2.8.1.1.13"), "a Brainpool P-512 key"),
    (oid("2.16.840.1.101.3.4.3.17"), "an ML-DSA key, which signs only"),
    (oid("2.16.840.1.101.3.4.3.18"), "an ML-DSA key, which signs only"),
    (oid("2.16.840.1.101.3.4.3.19"), "an ML-DSA key, which signs only"),
    (oid("2.16.840.1.101.3.4.4.1"), "an ML-KEM key"),
    (oid("2.16.840.1.101.3.4.4.2"), "an ML-KEM key"),
    (oid("2.16.840.1.101.3.4.4.3"), "an ML-KEM key"),
];

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const CONVERT_KEY: &str = "convert it with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out key.pem`";
/// What OpenSSL reads with `-legacy` becomes PEM, which is read here.
pub(super) const CONVERT_PKCS12: &str =
    "convert it with `openssl pkcs12 -legacy -aes256 -in FILE -out key.pem`, and give `key.pem`";
const COPY: &str = "copy the file anew from where it was made";
const KEYGEN: &str = "make a key with `sealwax keygen`";
const KEYTOOL: &str =
    "convert it with `keytool -importkeystore -srckeystore FILE -destkeystore key.p12 -deststoretype PKCS12`";
const NO_PGP: &str = "PGP keys are not taken: give a certificate, or make a key with `sealwax keygen`";
pub(super) const OTHER_CERTIFICATE: &str =
    "give a certificate with an RSA, P-256 or P-384 key, or the public key that `sealwax keygen --type x25519` makes";
pub(super) const OTHER_KEY: &str =
    "give a private key for RSA, P-256, P-384 or X25519, or one that `sealwax keygen` makes";
const PUTTY: &str = "export it with `puttygen FILE -O private-openssh -o key.pem`";
const SEPARATE: &str = "put each into a file of its own";
const WRAP: &str = "put its lines between `-----BEGIN CERTIFICATE-----` and `-----END CERTIFICATE-----`";
