//! PKCS #12 (RFC 7292): certificates and keys in one file under a passphrase, as `.p12` and `.pfx` are.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use x509_cert::der::oid::ObjectIdentifier;
use zeroize::Zeroizing;

use super::asn1::{CONTEXT_0_STRING, Fields, INTEGER, OCTET_STRING, SEQUENCE};
use super::encrypted::{Hash, Scheme, Steps};
use super::form::{KeyForm, PKCS12};
use super::private_key::PrivateKey;
use crate::seal::error::KeyErrorKind;

/// What stands in a file.
pub(super) enum Item {
    Certificate(Vec<u8>),
    Key(Result<PrivateKey, KeyErrorKind>),
}

/// Reads a file. Without a passphrase it is one that has none, or an empty one.
pub(super) fn read(der: &[u8], passphrase: Option<&str>, steps: &mut Steps) -> Result<Vec<Item>, KeyErrorKind> {
    let mut file = Fields::sole(der).ok_or(DAMAGED)?;
    file.number().filter(|version| *version == 3).ok_or(DAMAGED)?;
    let (kind, mut content) = content(file.sequence()).ok_or(DAMAGED)?;
    if kind != DATA {
        return Err(PKCS12
            .with("a signature instead of a passphrase", PKCS12.next_step())
            .into());
    }
    let safe = content.take(OCTET_STRING).ok_or(DAMAGED)?;
    let parts = parts(safe)?;
    if let Some(mac) = file.sequence() {
        let mac = MacOfFile::read(mac).ok_or(DAMAGED)?;
        mac.check(safe, passphrase, steps)?;
    }
    let mut reader = Reader {
        passphrase,
        steps,
        items: Vec::new(),
    };
    for part in parts {
        reader.part(&part).map_err(|kind| asked_for(kind, passphrase))?;
    }
    Ok(reader.items)
}

/// What a file is made of: bags, in clear or encrypted together.
enum Part<'a> {
    Clear(&'a [u8]),
    Encrypted(Scheme<'a>, &'a [u8]),
}

fn parts(safe: &[u8]) -> Result<Vec<Part<'_>>, KeyErrorKind> {
    let mut safe = Fields::sole(safe).ok_or(DAMAGED)?;
    let mut parts = Vec::new();
    while !safe.is_empty() {
        let (kind, mut content) = content(safe.sequence()).ok_or(DAMAGED)?;
        parts.push(match kind {
            _ if kind == DATA => Part::Clear(content.take(OCTET_STRING).ok_or(DAMAGED)?),
            _ if kind == ENCRYPTED => {
                let (algorithm, text) = encrypted(content).ok_or(DAMAGED)?;
                Part::Encrypted(Scheme::read(algorithm, PKCS12)?, text)
            }
            _ => {
                return Err(PKCS12
                    .with("a public key instead of a passphrase", PKCS12.next_step())
                    .into());
            }
        });
    }
    Ok(parts)
}

/// The type of a `ContentInfo` and its content.
fn content(info: Option<Fields<'_>>) -> Option<(ObjectIdentifier, Fields<'_>)> {
    let mut info = info?;
    let content = (info.oid()?, info.explicit()?);
    info.is_empty().then_some(content)
}

/// The algorithm and the text of `EncryptedData` (RFC 5652, section 8).
fn encrypted(mut content: Fields<'_>) -> Option<(Fields<'_>, &[u8])> {
    let mut fields = content.sequence()?;
    fields.number()?;
    let mut inner = fields.sequence()?;
    inner.oid()?;
    Some((inner.sequence()?, inner.take(CONTEXT_0_STRING)?))
}

struct Reader<'a> {
    passphrase: Option<&'a str>,
    steps: &'a mut Steps,
    items: Vec<Item>,
}

impl Reader<'_> {
    fn part(&mut self, part: &Part<'_>) -> Result<(), KeyErrorKind> {
        match part {
            Part::Clear(bags) => self.bags(bags).ok_or(DAMAGED)?,
            Part::Encrypted(scheme, text) => {
                let bags = scheme.decrypt(text, self.passphrase.unwrap_or_default(), self.steps)?;
                self.bags(&bags).ok_or(KeyErrorKind::WrongPassphrase)?;
            }
        }
        Ok(())
    }

    fn bags(&mut self, bags: &[u8]) -> Option<()> {
        let mut bags = Fields::sole(bags)?;
        while !bags.is_empty() {
            let mut bag = bags.sequence()?;
            let (kind, value) = (bag.oid()?, bag.explicit()?);
            match kind {
                _ if kind == CERTIFICATE => {
                    let (kind, der) = certificate(value)?;
                    let der = Some(der).filter(|_| kind == X509);
                    self.items.extend(der.map(|der| Item::Certificate(der.to_vec())));
                }
                _ if kind == KEY => {
                    let key = rest(value)?;
                    self.items
                        .push(Item::Key(super::private_key::pkcs8(&key).map_err(Into::into)));
                }
                _ if kind == ENCRYPTED_KEY => {
                    let words = self.passphrase.or(Some(""));
                    let key = super::encrypted_key(&rest(value)?, PKCS12, words, self.steps);
                    self.items
                        .push(Item::Key(key.map_err(|kind| asked_for(kind, self.passphrase))));
                }
                _ => (), // lists of revoked certificates, and secrets of other programs
            }
        }
        Some(())
    }
}

/// The certificate of a bag, and of which kind it is.
fn certificate(mut value: Fields<'_>) -> Option<(ObjectIdentifier, &[u8])> {
    let mut bag = value.sequence()?;
    Some((bag.oid()?, bag.explicit()?.take(OCTET_STRING)?))
}

/// The sequence that is left, with its tag.
fn rest(mut value: Fields<'_>) -> Option<Zeroizing<Vec<u8>>> {
    let fields = value.take(SEQUENCE)?;
    let mut der = Zeroizing::new(Vec::with_capacity(fields.len() + 16)); // never grows, so no copy is left behind
    super::asn1::write(&mut der, SEQUENCE, fields);
    value.is_empty().then_some(der)
}

/// The MAC over the whole content of a file.
struct MacOfFile<'a> {
    hash: ObjectIdentifier,
    expected: &'a [u8],
    salt: &'a [u8],
    steps: u32,
}

impl<'a> MacOfFile<'a> {
    fn read(mut fields: Fields<'a>) -> Option<Self> {
        let mut digest = fields.sequence()?;
        let hash = digest.sequence()?.oid()?;
        let expected = digest.take(OCTET_STRING)?;
        let salt = fields.take(OCTET_STRING)?;
        let steps = if fields.tag() == Some(INTEGER) {
            fields.number()?
        } else {
            1
        };
        (fields.is_empty() && steps > 0).then_some(Self {
            hash,
            expected,
            salt,
            steps,
        })
    }

    /// Fails when the passphrase is another one, or the content was changed.
    fn check(&self, content: &[u8], passphrase: Option<&str>, steps: &mut Steps) -> Result<(), KeyErrorKind> {
        let hash = match Hash::of(self.hash) {
            Some(hash) => hash,
            None if self.hash == PBMAC1 => return Err(other_mac("a MAC by PBMAC1").into()),
            None => return Err(other_mac("a MAC by SHA-1 or MD5, as of the time of RC2 and 3DES").into()),
        };
        steps.spend(self.steps, PKCS12)?;
        let password = password(passphrase.unwrap_or_default());
        let fits = match hash {
            Hash::Sha224 => fits!(Sha224, 64, self, &password, content),
            Hash::Sha256 => fits!(Sha256, 64, self, &password, content),
            Hash::Sha384 => fits!(Sha384, 128, self, &password, content),
            Hash::Sha512 => fits!(Sha512, 128, self, &password, content),
        };
        if fits {
            Ok(())
        } else {
            Err(asked_for(KeyErrorKind::WrongPassphrase, passphrase))
        }
    }
}

/// Whether the MAC by this hash, which reads blocks of this many bytes, is the expected one.
macro_rules! fits {
    ($hash:ty, $block:literal, $mac:expr, $password:expr, $content:expr) => {{
        let key = mac_key::<$hash>($block, $password, $mac.salt, $mac.steps);
        <Hmac<$hash>>::new_from_slice(&key)
            .is_ok_and(|mac| mac.chain_update($content).verify_slice($mac.expected).is_ok())
    }};
}
use fits;

/// A key for a MAC (RFC 7292, appendix B.2): as long as the hash, so that one block of its output is enough.
fn mac_key<D: Digest>(block: usize, password: &[u8], salt: &[u8], steps: u32) -> Zeroizing<Vec<u8>> {
    let repeated = |bytes: &[u8]| {
        let len = bytes.len().div_ceil(block).saturating_mul(block);
        Zeroizing::new(bytes.iter().copied().cycle().take(len).collect::<Vec<u8>>())
    };
    let first = D::new().chain_update(vec![MAC_PURPOSE; block]);
    let first = first.chain_update(&*repeated(salt)).chain_update(&*repeated(password));
    let mut key = Zeroizing::new(first.finalize().to_vec());
    for _ in 1..steps {
        let next = D::digest(&*key);
        key.copy_from_slice(&next);
    }
    key
}

/// A passphrase as the MAC takes it: UTF-16, big-endian, with a zero at the end.
fn password(passphrase: &str) -> Zeroizing<Vec<u8>> {
    let mut password = Zeroizing::new(Vec::with_capacity(passphrase.len() * 2 + 2)); // never grows
    for unit in passphrase.encode_utf16().chain([0]) {
        password.extend_from_slice(&unit.to_be_bytes());
    }
    password
}

fn other_mac(holding: &'static str) -> KeyForm {
    PKCS12.with(holding, PKCS12.next_step())
}

/// Where no passphrase was given, a wrong one means that there is one.
fn asked_for(kind: KeyErrorKind, passphrase: Option<&str>) -> KeyErrorKind {
    match kind {
        KeyErrorKind::WrongPassphrase if passphrase.is_none() => KeyErrorKind::Encrypted,
        kind => kind,
    }
}

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const DAMAGED: KeyErrorKind =
    KeyErrorKind::Form(PKCS12.with("a structure that is damaged or not known here", PKCS12.next_step()));
const DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.1");
const ENCRYPTED: ObjectIdentifier = oid("1.2.840.113549.1.7.6");
const KEY: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.1");
const ENCRYPTED_KEY: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.2");
const CERTIFICATE: ObjectIdentifier = oid("1.2.840.113549.1.12.10.1.3");
const X509: ObjectIdentifier = oid("1.2.840.113549.1.9.22.1");
const PBMAC1: ObjectIdentifier = oid("1.2.840.113549.1.5.14");
/// The purpose of a key for a MAC (RFC 7292, appendix B.3).
const MAC_PURPOSE: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = include_bytes!("../../../../testdata/credentials/p256.p12");

    #[test]
    fn a_mac_of_too_many_steps_is_refused_before_it_is_computed() {
        let mut fields = Fields::sole(FILE).unwrap();
        let (version, _, mac) = (fields.field(), fields.field(), fields.sequence().unwrap());
        assert!(version.is_some() && fields.is_empty());
        let mac = MacOfFile::read(mac).unwrap();
        assert_eq!(mac.steps, 2_048);
        let dear = MacOfFile { steps: u32::MAX, ..mac };
        let refused = dear.check(b"", Some("x"), &mut Steps::new()).unwrap_err();
        assert!(matches!(refused, KeyErrorKind::Form(form) if form.to_string().contains("10,000,000")));
    }

    #[test]
    fn every_cut_file_is_refused() {
        for len in 0..FILE.len() {
            let cut = FILE.get(..len).unwrap_or_default();
            assert!(read(cut, Some("correct horse"), &mut Steps::new()).is_err(), "{len}");
        }
        assert_eq!(read(FILE, Some("correct horse"), &mut Steps::new()).unwrap().len(), 2);
    }

    #[test]
    fn a_passphrase_becomes_utf_16_with_an_end() {
        assert_eq!(*password("a\u{1f512}"), [0, b'a', 0xd8, 0x3d, 0xdd, 0x12, 0, 0]);
        assert_eq!(*password(""), [0, 0]);
    }
}
