//! What a passphrase encrypts in key files of others: PBES2 of PKCS #5 (RFC 8018), with PBKDF2 over SHA-2 and AES in CBC mode.

use aes::{Aes128, Aes192, Aes256};
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use pbkdf2::pbkdf2_hmac;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use x509_cert::der::oid::ObjectIdentifier;
use zeroize::Zeroizing;

use super::asn1::{Fields, INTEGER, OCTET_STRING};
use super::form::KeyForm;
use crate::seal::error::KeyErrorKind;

/// The most that the passphrases of one file are stretched in all, counted in steps: a file that asks for more is refused, so
/// that a hostile one costs a few seconds. OpenSSL asks for 2,048, OWASP for 600,000.
pub(super) const MAX_STEPS: u32 = 10_000_000;

/// The steps that a file may still ask for.
pub(super) struct Steps(u32);

impl Steps {
    pub(super) fn new() -> Self {
        Self(MAX_STEPS)
    }

    pub(super) fn spend(&mut self, steps: u32, form: KeyForm) -> Result<(), KeyForm> {
        let unfit = form.with("a passphrase that is stretched more than 10,000,000 times", FEWER);
        self.0 = self.0.checked_sub(steps).ok_or(unfit)?;
        Ok(())
    }
}

/// How something is encrypted.
pub(super) struct Scheme<'a> {
    salt: &'a [u8],
    steps: u32,
    hash: Hash,
    cipher: Cipher,
    iv: &'a [u8],
    form: KeyForm,
}

/// The hash of PBKDF2 or of a MAC.
#[derive(Clone, Copy)]
pub(super) enum Hash {
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

#[derive(Clone, Copy)]
enum Cipher {
    Aes128,
    Aes192,
    Aes256,
}

impl<'a> Scheme<'a> {
    /// Reads the fields of an `AlgorithmIdentifier` in a file of this form.
    pub(super) fn read(mut algorithm: Fields<'a>, form: KeyForm) -> Result<Self, KeyForm> {
        let damaged = form.with("an encryption that is damaged", form.next_step());
        let name = algorithm.oid().ok_or(damaged)?;
        if name != PBES2 {
            return Err(old(name, form));
        }
        let mut parameters = algorithm.sequence().ok_or(damaged)?;
        let mut stretch = parameters.sequence().ok_or(damaged)?;
        let mut cipher = parameters.sequence().ok_or(damaged)?;
        if stretch.oid().ok_or(damaged)? != PBKDF2 {
            return Err(form.with("a passphrase that is not stretched by PBKDF2", form.next_step()));
        }
        let (salt, steps, hash) = pbkdf2(stretch.sequence().ok_or(damaged)?).ok_or(damaged)?;
        let name = cipher.oid().ok_or(damaged)?;
        Ok(Self {
            salt,
            steps,
            hash: hash.ok_or(form.with("a passphrase that is stretched by SHA-1", form.next_step()))?,
            cipher: Cipher::of(name).ok_or_else(|| old(name, form))?,
            iv: cipher.take(OCTET_STRING).filter(|iv| iv.len() == 16).ok_or(damaged)?,
            form,
        })
    }

    /// Decrypts `text`. Nothing proves that it is what was encrypted.
    pub(super) fn decrypt(
        &self,
        text: &[u8],
        passphrase: &str,
        steps: &mut Steps,
    ) -> Result<Zeroizing<Vec<u8>>, KeyErrorKind> {
        steps.spend(self.steps, self.form)?;
        let mut key = Zeroizing::new([0; 32]);
        let key = key.get_mut(..self.cipher.key_len()).unwrap_or_default();
        self.hash.stretch(passphrase.as_bytes(), self.salt, self.steps, key);
        self.cipher
            .decrypt(key, self.iv, text)
            .ok_or(KeyErrorKind::WrongPassphrase)
    }
}

/// The parameters of PBKDF2: the salt, the steps, and the hash if it is of SHA-2.
fn pbkdf2(mut fields: Fields<'_>) -> Option<(&[u8], u32, Option<Hash>)> {
    let salt = fields.take(OCTET_STRING)?;
    let steps = fields.number().filter(|steps| *steps > 0)?;
    if fields.tag() == Some(INTEGER) {
        fields.number()?; // the length of the key, which the cipher says as well
    }
    if fields.is_empty() {
        return Some((salt, steps, None)); // SHA-1, unless another one is named
    }
    let hash = Hash::of_hmac(fields.sequence()?.oid()?);
    fields.is_empty().then_some((salt, steps, hash))
}

impl Hash {
    fn of_hmac(name: ObjectIdentifier) -> Option<Self> {
        Some(match name {
            _ if name == oid("1.2.840.113549.2.8") => Self::Sha224,
            _ if name == oid("1.2.840.113549.2.9") => Self::Sha256,
            _ if name == oid("1.2.840.113549.2.10") => Self::Sha384,
            _ if name == oid("1.2.840.113549.2.11") => Self::Sha512,
            _ => return None,
        })
    }

    /// The hash of this name.
    pub(super) fn of(name: ObjectIdentifier) -> Option<Self> {
        Some(match name {
            _ if name == oid("2.16.840.1.101.3.4.2.4") => Self::Sha224,
            _ if name == oid("2.16.840.1.101.3.4.2.1") => Self::Sha256,
            _ if name == oid("2.16.840.1.101.3.4.2.2") => Self::Sha384,
            _ if name == oid("2.16.840.1.101.3.4.2.3") => Self::Sha512,
            _ => return None,
        })
    }

    fn stretch(self, passphrase: &[u8], salt: &[u8], steps: u32, key: &mut [u8]) {
        match self {
            Self::Sha224 => pbkdf2_hmac::<Sha224>(passphrase, salt, steps, key),
            Self::Sha256 => pbkdf2_hmac::<Sha256>(passphrase, salt, steps, key),
            Self::Sha384 => pbkdf2_hmac::<Sha384>(passphrase, salt, steps, key),
            Self::Sha512 => pbkdf2_hmac::<Sha512>(passphrase, salt, steps, key),
        }
    }
}

impl Cipher {
    fn of(name: ObjectIdentifier) -> Option<Self> {
        Some(match name {
            _ if name == oid("2.16.840.1.101.3.4.1.2") => Self::Aes128,
            _ if name == oid("2.16.840.1.101.3.4.1.22") => Self::Aes192,
            _ if name == oid("2.16.840.1.101.3.4.1.42") => Self::Aes256,
            _ => return None,
        })
    }

    fn key_len(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    fn decrypt(self, key: &[u8], iv: &[u8], text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut plain = Zeroizing::new(text.to_vec());
        let len = match self {
            Self::Aes128 => unpadded::<Decryptor<Aes128>>(key, iv, &mut plain)?,
            Self::Aes192 => unpadded::<Decryptor<Aes192>>(key, iv, &mut plain)?,
            Self::Aes256 => unpadded::<Decryptor<Aes256>>(key, iv, &mut plain)?,
        };
        plain.truncate(len);
        Some(plain)
    }
}

/// Decrypts in place and gives the length of what is left without padding.
fn unpadded<C: BlockModeDecrypt + KeyIvInit>(key: &[u8], iv: &[u8], text: &mut [u8]) -> Option<usize> {
    let cipher = C::new_from_slices(key, iv).ok()?;
    cipher.decrypt_padded::<Pkcs7>(text).ok().map(<[u8]>::len)
}

/// The error for a cipher that is not taken.
fn old(name: ObjectIdentifier, form: KeyForm) -> KeyForm {
    let row = OLD.iter().find(|(known, _)| *known == name);
    form.with(
        row.map_or("an encryption that is not known here", |(_, name)| *name),
        form.next_step(),
    )
}

/// Ciphers and schemes that are no longer safe.
const OLD: &[(ObjectIdentifier, &str)] = &[
    (oid("1.2.840.113549.1.12.1.1"), "the old cipher RC4"),
    (oid("1.2.840.113549.1.12.1.2"), "the old cipher RC4"),
    (oid("1.2.840.113549.1.12.1.3"), "the old cipher 3DES"),
    (oid("1.2.840.113549.1.12.1.4"), "the old cipher 3DES"),
    (oid("1.2.840.113549.1.12.1.5"), "the old cipher RC2"),
    (oid("1.2.840.113549.1.12.1.6"), "the old cipher RC2"),
    (oid("1.2.840.113549.1.5.1"), "the old cipher DES"),
    (oid("1.2.840.113549.1.5.3"), "the old cipher DES"),
    (oid("1.2.840.113549.1.5.4"), "the old cipher RC2"),
    (oid("1.2.840.113549.1.5.6"), "the old cipher RC2"),
    (oid("1.2.840.113549.1.5.10"), "the old cipher DES"),
    (oid("1.2.840.113549.1.5.11"), "the old cipher RC2"),
    (oid("1.2.840.113549.3.2"), "the old cipher RC2"),
    (oid("1.2.840.113549.3.7"), "the old cipher 3DES"),
    (oid("1.3.14.3.2.7"), "the old cipher DES"),
];

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const PBES2: ObjectIdentifier = oid("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = oid("1.2.840.113549.1.5.12");
const FEWER: &str =
    "encrypt it anew with fewer: `openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000 -in FILE -out key.pem`";

#[cfg(test)]
mod tests {
    use super::super::asn1::{NULL, OID, SEQUENCE, write};
    use super::super::form::ENCRYPTED_KEY;
    use super::*;

    /// The fields of an algorithm that stretches a passphrase in this many steps.
    fn algorithm(steps: &[u8]) -> Vec<u8> {
        let sequence = |fields: &[Vec<u8>]| value(SEQUENCE, &fields.concat());
        let name = |text: &str| value(OID, oid(text).as_bytes());
        let hash = sequence(&[name("1.2.840.113549.2.9"), value(NULL, &[])]);
        let parameters = sequence(&[value(OCTET_STRING, b"salt"), value(INTEGER, steps), hash]);
        let stretch = sequence(&[value(OID, PBKDF2.as_bytes()), parameters]);
        let cipher = sequence(&[name("2.16.840.1.101.3.4.1.42"), value(OCTET_STRING, &[0; 16])]);
        [value(OID, PBES2.as_bytes()), sequence(&[stretch, cipher])].concat()
    }

    fn value(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, tag, content);
        out
    }

    fn decrypted(steps: &[u8], left: &mut Steps) -> KeyErrorKind {
        let algorithm = algorithm(steps);
        let scheme = Scheme::read(Fields::of(&algorithm), ENCRYPTED_KEY).unwrap();
        scheme.decrypt(&[0; 32], "x", left).unwrap_err()
    }

    /// It would take an hour to do so many; that the test ends shows that they were not done.
    #[test]
    fn a_file_that_asks_for_too_many_steps_costs_none() {
        for steps in [
            [0x7f, 0xff, 0xff, 0xff].as_slice(),
            &[0, 0xff, 0xff, 0xff, 0xff],
            &[0, 0x98, 0x96, 0x81],
        ] {
            let mut left = Steps::new();
            let KeyErrorKind::Form(form) = decrypted(steps, &mut left) else {
                panic!("{steps:?}")
            };
            assert!(
                form.to_string().ends_with("stretched more than 10,000,000 times"),
                "{form}"
            );
            assert_eq!(left.0, MAX_STEPS);
        }
    }

    #[test]
    fn all_keys_of_a_file_share_one_bound() {
        let mut left = Steps(250);
        for _ in 0..2 {
            assert_eq!(decrypted(&[100], &mut left), KeyErrorKind::WrongPassphrase);
        }
        assert!(matches!(decrypted(&[100], &mut left), KeyErrorKind::Form(_)));
        assert_eq!(left.0, 50);
    }

    #[test]
    fn no_steps_and_numbers_that_are_none_are_refused() {
        for steps in [[0].as_slice(), &[0x80], &[], &[1, 0, 0, 0, 0], &[0, 1]] {
            let algorithm = algorithm(steps);
            assert!(
                Scheme::read(Fields::of(&algorithm), ENCRYPTED_KEY).is_err(),
                "{steps:?}"
            );
        }
    }
}
