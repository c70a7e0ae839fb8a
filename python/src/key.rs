//! Keys of every kind.

use std::time::{Duration, SystemTime};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwax::Timestamp;
use sealwax::crypto::{self, KEY_LEN, Provider};
use sealwax::seal::{self, Identity, KeyProvider, KeyProviderError, KeyRef, Recipient};
use zeroize::Zeroizing;

use crate::error;
use crate::input::Given;

/// Any key of the package's.
#[derive(FromPyObject)]
pub(crate) enum Key<'py> {
    Certificate(Bound<'py, Certificate>),
    Link(Bound<'py, LinkSecret>),
    Local(Bound<'py, LocalKey>),
    Passphrase(Bound<'py, Passphrase>),
    Public(Bound<'py, PublicKey>),
    Rsa(Bound<'py, RsaSecretKey>),
    Secret(Bound<'py, SecretKey>),
    Service(Bound<'py, KeyService>),
}

impl Key<'_> {
    /// Who can open what is sealed with it. An RSA secret key only opens: to pass over it would shut its owner out.
    pub(crate) fn recipient(&self) -> PyResult<Recipient> {
        Ok(match self {
            Self::Certificate(key) => (&key.get().0).into(),
            Self::Link(key) => (&key.get().0).into(),
            Self::Local(key) => (&key.get().0).into(),
            Self::Passphrase(key) => (&key.get().0).into(),
            Self::Public(key) => (&key.get().0).into(),
            Self::Rsa(_) => {
                return Err(error::argument("an RsaSecretKey only opens: seal for its Certificate"));
            }
            Self::Secret(key) => key.get().0.public().into(),
            Self::Service(key) => (&key.get().0).into(),
        })
    }

    /// Whether somebody outside wraps with it.
    pub(crate) fn is_service(&self) -> bool {
        matches!(self, Self::Service(_))
    }

    /// What opens; a public key and a certificate do not.
    pub(crate) fn identity(&self) -> Option<Identity> {
        Some(match self {
            Self::Certificate(_) | Self::Public(_) => return None,
            Self::Link(key) => (&key.get().0).into(),
            Self::Local(key) => (&key.get().0).into(),
            Self::Passphrase(key) => (&key.get().0).into(),
            Self::Rsa(key) => (&key.get().0).into(),
            Self::Secret(key) => (&key.get().0).into(),
            Self::Service(key) => (&key.get().0).into(),
        })
    }
}

/// A class of keys that are read from text and have a name: what all of them share, and in braces what one has beside it.
macro_rules! named_key {
    ($(#[$doc:meta])+ $class:ident($key:ty), read by $from:ident $read:literal, named by $key_ref:expr, { $($own:tt)* }) => {
        $(#[$doc])+
        #[pyclass(frozen, module = "sealwax")]
        pub(crate) struct $class(pub(crate) $key);

        #[pymethods]
        impl $class {
            #[doc = $read]
            #[staticmethod]
            #[pyo3(signature = (text, /))]
            fn $from(text: Given<'_>) -> PyResult<Self> {
                sole_key(text.text("text")?).parse().map(Self).map_err(error::key)
            }

            /// How sealed messages name the key; it reveals nothing of it.
            #[getter]
            fn name(&self) -> String {
                self.key_ref().to_string()
            }

            fn __repr__(&self) -> String {
                format!("<{} {}>", stringify!($class), self.key_ref())
            }

            $($own)*
        }

        impl $class {
            fn key_ref(&self) -> &KeyRef {
                let key_ref: fn(&$key) -> &KeyRef = $key_ref;
                key_ref(&self.0)
            }
        }
    };
}

named_key! {
    /// A symmetric key of 256 bits: whoever has it can seal and open. ``repr`` shows its name only.
    LocalKey(seal::LocalKey), read by from_text "Reads the text form or a key file of it; raises ``KeyFormatError``.",
    named by seal::LocalKey::key_ref, {
        /// A fresh key from the generator of the operating system.
        #[staticmethod]
        fn generate() -> PyResult<Self> {
            let key = seal::LocalKey::generate(Provider::ring());
            key.map(Self).map_err(error::randomness)
        }

        /// The text form, which is as secret as the key.
        fn to_text(&self) -> String {
            self.0.to_text().as_str().to_owned()
        }
    }
}

named_key! {
    /// The secret of one pickup link, for the part of the link behind ``#``. ``repr`` shows its name only.
    LinkSecret(seal::LinkSecret), read by from_text "Reads the text form or a key file of it; raises ``KeyFormatError``.",
    named by seal::LinkSecret::key_ref, {
        /// A fresh secret from the generator of the operating system.
        #[staticmethod]
        fn generate() -> PyResult<Self> {
            let secret = seal::LinkSecret::generate(Provider::ring());
            secret.map(Self).map_err(error::randomness)
        }

        /// The text form, which is as secret as the secret.
        fn to_text(&self) -> String {
            self.0.to_text().as_str().to_owned()
        }
    }
}

named_key! {
    /// The secret half of a key pair, which opens what was sealed for the public half. ``repr`` shows its name only.
    SecretKey(seal::SecretKey), read by from_text "Reads the text form or a key file of it; raises ``KeyFormatError``.",
    named by |key| key.public().key_ref(), {
        /// A fresh pair on ``x25519``, ``p256``, ``p384``, or ``xwing``, which also holds against a quantum computer.
        #[staticmethod]
        #[pyo3(signature = (exchange = None), text_signature = "(exchange='x25519')")]
        fn generate(exchange: Option<Given<'_>>) -> PyResult<Self> {
            let exchange = match exchange.as_ref().map(|name| name.text("exchange")).transpose()? {
                Some("p256") => seal::KeyExchange::P256,
                Some("p384") => seal::KeyExchange::P384,
                None | Some("x25519") => seal::KeyExchange::X25519,
                Some("xwing") => seal::KeyExchange::XWing,
                Some(_) => return Err(error::exchange()),
            };
            let key = seal::SecretKey::generate(exchange, Provider::ring());
            key.map(Self).map_err(error::randomness)
        }

        /// The text form, which is as secret as the key.
        fn to_text(&self) -> String {
            self.0.to_text().as_str().to_owned()
        }

        /// The public half.
        #[getter]
        fn public(&self) -> PublicKey {
            PublicKey(self.0.public().clone())
        }
    }
}

named_key! {
    /// A public key: whoever has it can seal for its owner, and cannot open.
    PublicKey(seal::PublicKey), read by from_text "Reads the text form or a key file of it; raises ``KeyFormatError``.",
    named by seal::PublicKey::key_ref, {
        /// The text form.
        fn to_text(&self) -> String {
            self.0.to_string()
        }
    }
}

named_key! {
    /// The key of an S/MIME certificate (RSA, P-256, P-384 or X25519): whoever has it can seal for its owner, and cannot open.
    ///
    /// Only the key is used. That the certificate is the recipient's, that it is valid now, and that it was not revoked, is for
    /// the caller to know.
    Certificate(seal::Certificate),
    read by from_pem "Reads the owner's certificate of a PEM text (RFC 7468); raises ``KeyFormatError``.",
    named by seal::Certificate::key_ref, {
        /// When it begins to be valid.
        #[getter]
        fn not_before(&self) -> PyResult<SystemTime> {
            moment(self.0.not_before())
        }

        /// When it stops to be valid.
        #[getter]
        fn not_after(&self) -> PyResult<SystemTime> {
            moment(self.0.not_after())
        }
    }
}

named_key! {
    /// The secret half of the RSA key in a ``Certificate``, which opens. ``repr`` shows its name only.
    RsaSecretKey(seal::RsaSecretKey),
    read by from_pem "Reads an unencrypted RSA key in PEM; raises ``KeyFormatError``.",
    named by seal::RsaSecretKey::key_ref, {}
}

/// The secret key of a sender, by which readers know who sealed a message. ``repr`` shows nothing of it.
#[pyclass(frozen, module = "sealwax")]
pub(crate) struct SigningKey(pub(crate) seal::SigningKey);

#[pymethods]
impl SigningKey {
    /// A fresh key from the generator of the operating system.
    #[staticmethod]
    fn generate() -> PyResult<Self> {
        let key = seal::SigningKey::generate(Provider::ring());
        key.map(Self).map_err(error::randomness)
    }

    /// Reads the text form or a key file of it; raises ``KeyFormatError``.
    #[staticmethod]
    #[pyo3(signature = (text, /))]
    fn from_text(text: Given<'_>) -> PyResult<Self> {
        sole_key(text.text("text")?).parse().map(Self).map_err(error::key)
    }

    /// The text form, which is as secret as the key.
    fn to_text(&self) -> String {
        self.0.to_text().as_str().to_owned()
    }

    /// The public half, by which others know the sender.
    #[getter]
    fn verifying_key(&self) -> PyResult<VerifyingKey> {
        let key = self.0.verifying_key(Provider::ring());
        key.map(VerifyingKey).map_err(error::randomness)
    }

    #[expect(clippy::unused_self, reason = "nothing of the key is shown")]
    fn __repr__(&self) -> &'static str {
        "<SigningKey>"
    }
}

/// The public key of a sender.
#[pyclass(frozen, eq, hash, module = "sealwax")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct VerifyingKey(pub(crate) seal::VerifyingKey);

#[pymethods]
impl VerifyingKey {
    /// Reads the text form or a key file of it; raises ``KeyFormatError``.
    #[staticmethod]
    #[pyo3(signature = (text, /))]
    fn from_text(text: Given<'_>) -> PyResult<Self> {
        sole_key(text.text("text")?).parse().map(Self).map_err(error::key)
    }

    /// The text form.
    fn to_text(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<VerifyingKey {}>", self.0)
    }
}

/// What a key file of another program holds, read from PEM, DER or PKCS #12. ``repr`` shows the names of keys only.
#[pyclass(frozen, module = "sealwax")]
pub(crate) struct Credentials(seal::Credentials);

#[pymethods]
impl Credentials {
    /// Reads a file, with the passphrase of one that is encrypted; raises ``KeyFormatError``, which names what was found.
    #[staticmethod]
    #[pyo3(signature = (file, /, *, passphrase = None))]
    fn read(py: Python<'_>, file: Given<'_>, passphrase: Option<Given<'_>>) -> PyResult<Self> {
        let file = file.bytes("file")?;
        let words = passphrase.as_ref().and_then(Given::optional);
        let words = words.map(|words| words.text("passphrase")).transpose()?;
        let words = words.map(|words| Zeroizing::new(words.to_owned()));
        let found = py.detach(|| seal::Credentials::read(&file, words.as_ref().map(|words| words.as_str())));
        found.map(Self).map_err(error::key)
    }

    /// Whom can be sealed for: the owner, of a chain in any order. Raises ``KeyFormatError`` when there is none.
    #[getter]
    fn certificate(&self) -> PyResult<Certificate> {
        let certificate = self.0.certificate().map_err(error::key)?;
        Ok(Certificate(certificate.clone()))
    }

    /// What opens. Raises ``KeyFormatError`` when there is no secret key that can be used.
    #[getter]
    fn secret_keys<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let keys = self.0.secret_keys().map_err(error::key)?.iter();
        keys.map(|key| match key {
            seal::PrivateKey::Hpke(key) => Ok(Bound::new(py, SecretKey(key.clone()))?.into_any()),
            seal::PrivateKey::Rsa(key) => Ok(Bound::new(py, RsaSecretKey(key.clone()))?.into_any()),
            _ => Err(error::argument("a key of a kind that is newer than this package")),
        })
        .collect()
    }

    fn __repr__(&self) -> String {
        format!("<{:?}>", self.0)
    }
}

/// The one key in the text of a key file; the text itself where it holds none or several, or is PEM.
fn sole_key(text: &str) -> &str {
    let mut keys = seal::key_lines(text);
    match (keys.next(), keys.next()) {
        (Some((_, key)), None) => key,
        _ => text,
    }
}

/// The time as Python's ``datetime`` in UTC.
fn moment(at: Timestamp) -> PyResult<SystemTime> {
    let millis = Duration::from_millis(at.as_millis().unsigned_abs());
    let at = if at.as_millis() < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(millis)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(millis)
    };
    at.ok_or_else(|| error::argument("the time lies outside of what can be written"))
}

/// A key of 256 bits for rosters and pseudonyms. It opens nothing, but whoever has it can test a guess.
#[pyclass(frozen, module = "sealwax")]
pub(crate) struct HashKey(pub(crate) crypto::HashKey);

#[pymethods]
impl HashKey {
    /// A fresh key from the generator of the operating system.
    #[staticmethod]
    fn generate() -> PyResult<Self> {
        let key = crypto::HashKey::generate(Provider::ring());
        key.map(Self).map_err(error::randomness)
    }

    /// Reads the text form or a key file of it; raises ``KeyFormatError``.
    #[staticmethod]
    #[pyo3(signature = (text, /))]
    fn from_text(text: Given<'_>) -> PyResult<Self> {
        sole_key(text.text("text")?).parse().map(Self).map_err(error::hash_key)
    }

    /// The text form, which is as secret as the key.
    fn to_text(&self) -> String {
        self.0.to_text().as_str().to_owned()
    }

    #[expect(clippy::unused_self, reason = "nothing of the key is shown")]
    fn __repr__(&self) -> &'static str {
        "<HashKey>"
    }
}

/// A passphrase, stretched by Argon2id (RFC 9106). It seals alone.
#[pyclass(frozen, module = "sealwax")]
pub(crate) struct Passphrase(seal::Passphrase);

#[pymethods]
impl Passphrase {
    /// The passphrase ``text``; it does not matter how an accent is typed. Raises ``KeyFormatError`` when it is empty.
    #[new]
    #[pyo3(signature = (text, /))]
    fn new(text: Given<'_>) -> PyResult<Self> {
        seal::Passphrase::new(text.text("text")?).map(Self).map_err(error::key)
    }

    #[expect(clippy::unused_self, reason = "Python calls it on a value")]
    fn __repr__(&self) -> &'static str {
        "<Passphrase>"
    }
}

/// A key of a key management service or a token, as the host reaches it: by two callables.
///
/// ``wrap(binding, data_key)`` returns the wrapped key, at most ``max_wrapped`` bytes; ``unwrap(binding, wrapped)`` returns
/// the 32 bytes again. ``binding`` says what the key is for: give it to a service that takes an encryption context.
/// An exception of theirs makes the call fail and is not passed on, since it might name a secret: log it there. Threads
/// that seal or open at the same time call them at the same time.
#[pyclass(frozen, module = "sealwax")]
pub(crate) struct KeyService(seal::KeyService);

#[pymethods]
impl KeyService {
    /// The key that headers name by ``provider``, ``id`` and ``version``, in clear.
    #[new]
    #[pyo3(
        signature = (provider, id, *, wrap, unwrap, version = None, max_wrapped = None),
        text_signature = "(provider, id, *, wrap, unwrap, version=0, max_wrapped=1024)"
    )]
    fn new(
        provider: Given<'_>,
        id: Given<'_>,
        wrap: Given<'_>,
        unwrap: Given<'_>,
        version: Option<Given<'_>>,
        max_wrapped: Option<Given<'_>>,
    ) -> PyResult<Self> {
        let version = version.map(|version| version.number("version", 0..=u32::MAX));
        let max_wrapped = max_wrapped.map(|max| max.number("max_wrapped", 0..=u16::MAX));
        let (version, max_wrapped) = (version.unwrap_or(Ok(0))?, max_wrapped.unwrap_or(Ok(1024))?);
        let key_ref = KeyRef::new(provider.text("provider")?, id.text("id")?, version).map_err(error::key_name)?;
        Ok(Self(seal::KeyService::new(Callables {
            key_ref,
            wrap: wrap.callable("wrap")?,
            unwrap: unwrap.callable("unwrap")?,
            max_wrapped: max_wrapped.into(),
        })))
    }

    fn __repr__(&self) -> String {
        format!("<{:?}>", self.0)
    }
}

struct Callables {
    key_ref: KeyRef,
    wrap: Py<PyAny>,
    unwrap: Py<PyAny>,
    max_wrapped: usize,
}

impl KeyProvider for Callables {
    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn max_wrapped_len(&self) -> usize {
        self.max_wrapped
    }

    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KeyProviderError> {
        ask(&self.wrap, binding, data_key)
    }

    fn unwrap(&self, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError> {
        let data_key = Zeroizing::new(ask(&self.unwrap, binding, wrapped)?);
        data_key
            .as_slice()
            .try_into()
            .map(Zeroizing::new)
            .map_err(|_| KeyProviderError)
    }
}

/// Calls one of the two with bytes, for bytes.
fn ask(callable: &Py<PyAny>, binding: &[u8], key: &[u8]) -> Result<Vec<u8>, KeyProviderError> {
    Python::attach(|py| {
        let arguments = (PyBytes::new(py, binding), PyBytes::new(py, key));
        let answer = callable.call1(py, arguments).map_err(|_| KeyProviderError)?;
        answer.extract(py).map_err(|_| KeyProviderError)
    })
}
