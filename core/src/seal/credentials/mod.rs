//! Key files of other programs: certificates and secret keys in PEM, DER and PKCS #12.

#[cfg_attr(
    not(all(feature = "aws-lc", feature = "hpke", feature = "passphrase")),
    allow(dead_code, reason = "each kind of key needs a part of it")
)]
mod asn1;
mod certificate;
#[cfg(feature = "passphrase")]
mod encrypted;
mod form;
mod pem;
#[cfg(feature = "passphrase")]
mod pkcs12;
mod private_key;

use x509_cert::der::oid::ObjectIdentifier;

pub use self::certificate::Certificate;
use self::certificate::{Listed, owner};
#[cfg(feature = "passphrase")]
use self::encrypted::{Scheme, Steps};
pub use self::form::KeyForm;
use self::form::Shape;
pub use self::private_key::PrivateKey;
use super::error::{KeyError, KeyErrorKind};

/// What a key file of another program holds: certificates to seal for, and secret keys that open.
///
/// It is read from PEM with whatever text stands around its blocks, from DER, and from PKCS #12 (`.p12`, `.pfx`). Secret keys
/// are those of PKCS #8, plain or encrypted, and those for EC and RSA by themselves. What is encrypted is so by PBES2 with AES
/// and SHA-2, as OpenSSL 3 does by default; older ciphers are refused. Its passphrase is stretched at most 10,000,000 times.
/// `Debug` shows fingerprints only.
///
/// ```
/// # #[cfg(all(feature = "ring", feature = "hpke", feature = "passphrase"))] {
/// use sealwax::crypto::Provider;
/// use sealwax::seal::{Credentials, KeyErrorKind, Opener, Sealer};
/// let file = include_bytes!("../../../../testdata/credentials/p256.p12");
/// assert_eq!(Credentials::read(file, None).and_then(|found| found.certificate().map(drop)).unwrap_err().kind(), KeyErrorKind::Encrypted);
/// let found = Credentials::read(file, Some("correct horse"))?;
/// let sealed = Sealer::new(Provider::ring()).recipient(found.certificate()?).seal(b"labs")?;
/// let opener = found.secret_keys()?.iter().fold(Opener::new(Provider::ring()), Opener::identity);
/// assert_eq!(opener.open(&sealed)?.as_slice(), b"labs");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    certificates: Vec<Listed>,
    secret_keys: Vec<PrivateKey>,
    unfit_certificate: Option<KeyError>,
    unfit_key: Option<KeyError>,
}

impl Credentials {
    /// Reads a file. What of it cannot be used is an error only where nothing else can be: see the two methods below.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Form`] when nothing in it is a certificate or a key, in whatever form, or when there are too many.
    pub fn read(file: &[u8], passphrase: Option<&str>) -> Result<Self, KeyError> {
        let mut reader = Reader {
            passphrase,
            #[cfg(feature = "passphrase")]
            steps: Steps::new(),
            found: Self::default(),
        };
        if let Some(shape) = form::of_der(file) {
            reader.add(shape, file, 1);
            return reader.finish();
        }
        let blocks = pem::blocks(file);
        if blocks.is_empty() {
            let form = form::of_start(file).unwrap_or_else(|| form::of_nothing_known(file));
            return Err(KeyError::new(form.into(), 1));
        }
        for block in blocks {
            reader.block(&block);
        }
        reader.finish()
    }

    /// Whether a file is of a form that other programs write, even of one that [`Credentials::read`] only names.
    ///
    /// ```
    /// use sealwax::seal::Credentials;
    /// assert!(Credentials::is_in(b"-----BEGIN CERTIFICATE-----\n"));
    /// assert!(Credentials::is_in(b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA ann@example.org"));
    /// assert!(!Credentials::is_in(b"sealwax-link-1qqqq"));
    /// ```
    #[must_use]
    pub fn is_in(file: &[u8]) -> bool {
        pem::is_in(file) || form::of_der(file).is_some() || form::of_start(file).is_some()
    }

    /// Who can be sealed for: the owner of the secret key in the same file; where none can be read, of a chain in any order
    /// who issued no other certificate of it. Of a renewed certificate it is that which is valid the longest.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Form`] when there is no certificate that can be used, or those of several owners;
    /// [`KeyErrorKind::Encrypted`] or [`KeyErrorKind::WrongPassphrase`] when it is encrypted.
    pub fn certificate(&self) -> Result<&Certificate, KeyError> {
        let missing = self
            .unfit_certificate
            .unwrap_or(KeyError::new(form::LONE_KEY.into(), 1));
        owner(&self.certificates, &self.secret_keys).unwrap_or(Err(missing))
    }

    /// What opens.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Form`] when there is no secret key that can be used; [`KeyErrorKind::Encrypted`] or
    /// [`KeyErrorKind::WrongPassphrase`] when all of them are encrypted.
    pub fn secret_keys(&self) -> Result<&[PrivateKey], KeyError> {
        if self.secret_keys.is_empty() {
            return Err(self
                .unfit_key
                .unwrap_or(KeyError::new(form::LONE_CERTIFICATE.into(), 1)));
        }
        Ok(&self.secret_keys)
    }

    /// What `text` holds if it is of a form that other programs write.
    pub(super) fn recognise(text: &str) -> Option<Result<Self, KeyError>> {
        Self::is_in(text.as_bytes()).then(|| Self::read(text.as_bytes(), None))
    }
}

struct Reader<'a> {
    #[cfg_attr(not(feature = "passphrase"), expect(dead_code, reason = "nothing encrypted is read"))]
    passphrase: Option<&'a str>,
    #[cfg(feature = "passphrase")]
    steps: Steps,
    found: Credentials,
}

impl Reader<'_> {
    fn block(&mut self, block: &pem::Block<'_>) {
        let Some(shape) = form::of_label(block.label) else {
            return;
        };
        if block.is_encrypted {
            return self.refuse_key(form::OLD_PEM.into(), block.line);
        }
        match (shape, block.bytes()) {
            (Shape::Unfit(form), _) => self.refuse(form.into(), block.line),
            (shape, Some(der)) => self.add(shape, &der, block.line),
            (Shape::Certificate, None) => self.refuse_certificate(form::DAMAGED_PEM.into(), block.line),
            (_, None) => self.refuse_key(form::DAMAGED_PEM.into(), block.line),
        }
    }

    /// Adds what begins in this line.
    fn add(&mut self, shape: Shape, der: &[u8], line: usize) {
        match shape {
            Shape::Certificate => self.add_certificate(der, line),
            Shape::EncryptedPkcs8 => {
                let key = self.encrypted(der);
                self.add_key(key, line);
            }
            Shape::Pkcs1 => self.add_key(private_key::pkcs1(der).map_err(Into::into), line),
            Shape::Pkcs12 => self.add_pkcs12(der),
            Shape::Pkcs8 => self.add_key(private_key::pkcs8(der).map_err(Into::into), line),
            Shape::Sec1 => self.add_key(private_key::sec1(der).map_err(Into::into), line),
            Shape::Unfit(form) => self.refuse(form.into(), line),
        }
    }

    fn add_certificate(&mut self, der: &[u8], line: usize) {
        match Listed::read(der, line) {
            Ok(listed) if !self.is_full() => self.found.certificates.push(listed),
            Ok(_) => self.refuse(form::MANY.into(), line),
            Err(error) => drop(self.found.unfit_certificate.get_or_insert(error)),
        }
    }

    fn add_key(&mut self, key: Result<PrivateKey, KeyErrorKind>, line: usize) {
        match key {
            Ok(key) if !self.is_full() => self.found.secret_keys.push(key),
            Ok(_) => self.refuse(form::MANY.into(), line),
            Err(kind) => self.refuse_key(kind, line),
        }
    }

    #[cfg(feature = "passphrase")]
    fn encrypted(&mut self, der: &[u8]) -> Result<PrivateKey, KeyErrorKind> {
        encrypted_key(der, form::ENCRYPTED_KEY, self.passphrase, &mut self.steps)
    }

    #[cfg(not(feature = "passphrase"))]
    fn encrypted(&mut self, _: &[u8]) -> Result<PrivateKey, KeyErrorKind> {
        Err(form::ENCRYPTED_KEY
            .with("a passphrase, which this build cannot use", form::OTHER_KEY)
            .into())
    }

    #[cfg(feature = "passphrase")]
    fn add_pkcs12(&mut self, der: &[u8]) {
        match pkcs12::read(der, self.passphrase, &mut self.steps) {
            Ok(items) => items.into_iter().for_each(|item| match item {
                pkcs12::Item::Certificate(der) => self.add_certificate(&der, 1),
                pkcs12::Item::Key(key) => self.add_key(key, 1),
            }),
            Err(kind) => self.refuse(kind, 1),
        }
    }

    #[cfg(not(feature = "passphrase"))]
    fn add_pkcs12(&mut self, _: &[u8]) {
        self.refuse(
            form::PKCS12
                .with("a passphrase, which this build cannot use", form::CONVERT_PKCS12)
                .into(),
            1,
        );
    }

    /// Whether no more is taken: each key costs a check, and each certificate is compared with all others.
    fn is_full(&self) -> bool {
        self.found.certificates.len() + self.found.secret_keys.len() >= MAX_CREDENTIALS
    }

    fn refuse_certificate(&mut self, kind: KeyErrorKind, line: usize) {
        self.found
            .unfit_certificate
            .get_or_insert(KeyError::new(kind, 1).on(line));
    }

    fn refuse_key(&mut self, kind: KeyErrorKind, line: usize) {
        self.found.unfit_key.get_or_insert(KeyError::new(kind, 1).on(line));
    }

    fn refuse(&mut self, kind: KeyErrorKind, line: usize) {
        self.refuse_certificate(kind, line);
        self.refuse_key(kind, line);
    }

    /// What was found, if anything in it can be used.
    fn finish(self) -> Result<Credentials, KeyError> {
        let found = self.found;
        let too_many = [found.unfit_certificate, found.unfit_key].into_iter().flatten();
        if let Some(error) = too_many.into_iter().find(|error| error.kind() == form::MANY.into()) {
            return Err(error);
        }
        if found.certificates.is_empty() && found.secret_keys.is_empty() {
            let unfit = found.unfit_certificate.or(found.unfit_key);
            return unfit.map_or(Ok(found), Err);
        }
        Ok(found)
    }
}

/// The key in an `EncryptedPrivateKeyInfo` (RFC 5958, section 3) of a file of this form.
#[cfg(feature = "passphrase")]
fn encrypted_key(
    der: &[u8],
    form: KeyForm,
    passphrase: Option<&str>,
    steps: &mut Steps,
) -> Result<PrivateKey, KeyErrorKind> {
    let (algorithm, text) = encrypted_fields(der).ok_or(form::DAMAGED_KEY)?;
    let scheme = Scheme::read(algorithm, form)?;
    let passphrase = passphrase.ok_or(KeyErrorKind::Encrypted)?;
    let plain = scheme.decrypt(text, passphrase, steps)?;
    private_key::pkcs8(&plain).map_err(|form| match form {
        form::DAMAGED_KEY => KeyErrorKind::WrongPassphrase,
        form => form.into(),
    })
}

#[cfg(feature = "passphrase")]
fn encrypted_fields(der: &[u8]) -> Option<(asn1::Fields<'_>, &[u8])> {
    let mut fields = asn1::Fields::sole(der)?;
    let found = (fields.sequence()?, fields.take(asn1::OCTET_STRING)?);
    fields.is_empty().then_some(found)
}

/// Certificates and keys that one file may hold; a bundle of all authorities that browsers trust has about 150.
const MAX_CREDENTIALS: usize = 256;
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// Keys on curves, for signing as for agreement.
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
