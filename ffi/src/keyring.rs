//! The keys that seal and open.

use std::ffi::c_char;

use sealwax::Timestamp;
use sealwax::crypto::{CryptoError, Provider};
use sealwax::seal::{
    Certificate, Credentials, Identity, KeyError, KeyErrorKind, KeyExchange, KeyRing, LinkSecret, LocalKey, Opener,
    Passphrase, Recipient, RsaSecretKey, Sealer, SecretKey, key_lines,
};
use zeroize::Zeroizing;

use crate::buf::sealwax_buf;
use crate::bytes::{bytes, text};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free, give, read};
use crate::names::{KeyKind, Number};
use crate::out::{Out, out};
use crate::ring::ring_error;
use crate::status::{SEALWAX_KEY, SEALWAX_TEMPORARY, sealwax_status};

/// Keys. A sealer of this keyring seals for each of them that seals, and an opener tries each that opens.
///
/// It belongs to one thread at a time; sealers and openers copy what they need. The keys are wiped when it is freed.
pub struct sealwax_keyring {
    pub(crate) keys: Vec<Key>,
    /// That of the key ring file that was added last, for headers.
    pub(crate) epoch: u32,
}

/// What one key does: a public key only seals, a retired one only opens.
pub(crate) struct Key {
    pub(crate) recipient: Option<Recipient>,
    pub(crate) identity: Option<Identity>,
}

impl Key {
    /// A key that seals and opens.
    pub(crate) fn both<'a, K>(key: &'a K) -> Self
    where
        Recipient: From<&'a K>,
        Identity: From<&'a K>,
    {
        Self {
            recipient: Some(key.into()),
            identity: Some(key.into()),
        }
    }

    /// The key of a certificate, which only seals, if it is valid at `now`.
    fn sealing(certificate: &Certificate, now: i64) -> Result<Self, sealwax_error> {
        let now = Timestamp::from_millis(now);
        if now < certificate.not_before() || certificate.not_after() < now {
            let text = "the certificate is not valid at this time";
            return Err(sealwax_error::new(SEALWAX_KEY, text));
        }
        Ok(Self {
            recipient: Some(certificate.into()),
            identity: None,
        })
    }

    fn opening(identity: Identity) -> Self {
        Self {
            recipient: None,
            identity: Some(identity),
        }
    }
}

/// Makes an empty keyring.
///
/// `*keyring` is the caller's, to be freed with `sealwax_keyring_free`. Returns `SEALWAX_OK`; `SEALWAX_NULL` when
/// `keyring` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_new(
    keyring: *mut *mut sealwax_keyring,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(keyring).give(|| {
            Ok(sealwax_keyring {
                keys: Vec::new(),
                epoch: 0,
            })
        })
    })
}

/// Adds a local key in its text form: `SEALWAX-LOCAL-1...`, alone or in a file as `sealwax keygen` writes it, with comments
/// behind `#`, blank lines and a byte order mark.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` with the
/// column of what is wrong; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_add_local(
    keyring: *mut sealwax_keyring,
    key: *const c_char,
    key_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let keyring = exclusive!(keyring);
        let (line, key) = sole_key(text!(key, key_length))?;
        let key: LocalKey = key.parse().map_err(|error| key_error(error).on(line))?;
        keyring.keys.push(Key::both(&key));
        Ok(())
    })
}

/// Adds a key of any kind in its text form, told apart by how it begins: a local key, a link secret, or a secret key of a
/// pair, which seal and open; or a public key, which only seals; alone or in a file as `sealwax keygen` writes it. What other
/// programs wrote is taken by `sealwax_keyring_add_certificate` and `sealwax_keyring_add_credentials`.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns as `sealwax_keyring_add_local`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_add_key(
    keyring: *mut sealwax_keyring,
    key: *const c_char,
    key_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let keyring = exclusive!(keyring);
        let text = text!(key, key_length);
        if text.contains(PEM) {
            return Err(sealwax_error::new(SEALWAX_KEY, OTHER_PROGRAM));
        }
        let (line, text) = sole_key(text)?;
        let recipient = text.parse().map_err(|error| any_key_error(error).on(line))?;
        keyring.keys.push(Key {
            recipient: Some(recipient),
            identity: text.parse().ok(),
        });
        Ok(())
    })
}

/// Adds the key of an X.509 certificate in a PEM text (RFC 7468), which only seals: by HPKE for P-256, P-384 and X25519, by
/// RSA-OAEP with SHA-256 for RSA, for those who have an S/MIME certificate already. Of a chain it is that of the owner. It
/// must be valid at the time `now`; who issued it, and whether it was revoked, is for the host to know. DER and PKCS #12 are
/// taken by `sealwax_keyring_add_credentials`.
///
/// The text is copied. Returns `SEALWAX_OK`; `SEALWAX_KEY`, with a text that says what was found, when it is no certificate,
/// its key is of another kind, no RSA key of 2,048 to 8,192 bits or not for encryption, or it is not valid at `now`;
/// `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_add_certificate(
    keyring: *mut sealwax_keyring,
    pem: *const c_char,
    pem_length: usize,
    now: i64,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let keyring = exclusive!(keyring);
        let certificate = Certificate::from_pem(text!(pem, pem_length)).map_err(key_error)?;
        keyring.keys.push(Key::sealing(&certificate, now)?);
        Ok(())
    })
}

/// Adds what is in a key file of another program, in PEM, DER or PKCS #12 (`.p12`, `.pfx`): its secret keys, which open, and,
/// when `seals` is not 0, the key of its certificate, which seals and must be valid at the time `now` as with
/// `sealwax_keyring_add_certificate`. Secret keys are for P-256, P-384, X25519 or RSA. `passphrase` opens what is encrypted
/// (PBES2 with AES and SHA-2; older ciphers are refused); with `passphrase_length` 0 there is none.
///
/// All is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY`, with a text that
/// says what was found and what can be done, when there is no secret key and `seals` is 0, no certificate and `seals` is not
/// 0, or the passphrase is missing or wrong, and then nothing is added; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the
/// arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_add_credentials(
    keyring: *mut sealwax_keyring,
    file: *const u8,
    file_length: usize,
    passphrase: *const c_char,
    passphrase_length: usize,
    seals: i32,
    now: i64,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let keyring = exclusive!(keyring);
        let file = bytes!(file, file_length);
        let passphrase = Some(text!(passphrase, passphrase_length)).filter(|text| !text.is_empty());
        let found = Credentials::read(file, passphrase).map_err(key_error)?;
        let (certificate, secret_keys) = (found.certificate(), found.secret_keys());
        let mut keys = Vec::new();
        if seals != 0 {
            keys.push(Key::sealing(certificate.map_err(key_error)?, now)?);
        }
        match secret_keys {
            Ok(secret_keys) => keys.extend(secret_keys.iter().map(Identity::from).map(Key::opening)),
            Err(error) if seals == 0 || is_locked(error) => return Err(key_error(error)),
            Err(_) => (), // the file of a certificate alone
        }
        keyring.keys.extend(keys);
        Ok(())
    })
}

/// Adds an unencrypted RSA key in PEM (PKCS #8: it begins with `-----BEGIN PRIVATE KEY-----`), which only opens what was
/// sealed for its certificate. Keys of other kinds and forms are taken by `sealwax_keyring_add_credentials`.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` when it is no
/// such key or has not 2,048 to 8,192 bits; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_add_rsa_secret_key(
    keyring: *mut sealwax_keyring,
    pem: *const c_char,
    pem_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let keyring = exclusive!(keyring);
        let secret = RsaSecretKey::from_pem(text!(pem, pem_length)).map_err(key_error)?;
        keyring.keys.push(Key::opening(Identity::from(&secret)));
        Ok(())
    })
}

/// Adds a passphrase, which is stretched by Argon2id with the cost that RFC 9106 recommends. It seals alone: a sealer of
/// a keyring with a passphrase and another key that seals fails with `SEALWAX_SEAL`.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_NULL`,
/// `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the arguments; `SEALWAX_KEY` when it is empty. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_add_passphrase(
    keyring: *mut sealwax_keyring,
    passphrase: *const c_char,
    passphrase_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let keyring = exclusive!(keyring);
        let text = text!(passphrase, passphrase_length);
        let passphrase = Passphrase::new(text).map_err(key_error)?;
        keyring.keys.push(Key::both(&passphrase));
        Ok(())
    })
}

/// Adds the keys of a key ring file, as `sealwax keygen --ring` writes it: the active key `id` seals and opens, all
/// others only open. With `id_length` 0 all of them only open. The epoch of the ring then stands in the headers of what the
/// keyring seals.
///
/// The text is copied into memory that is wiped; the caller wipes its own. Returns `SEALWAX_OK`; `SEALWAX_KEY` with the
/// line of what is wrong, or when there is no active key `id`; `SEALWAX_NULL`, `SEALWAX_LENGTH`, `SEALWAX_UTF8` for the
/// arguments. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_add_ring(
    keyring: *mut sealwax_keyring,
    ring: *const c_char,
    ring_length: usize,
    id: *const c_char,
    id_length: usize,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let keyring = exclusive!(keyring);
        let (text, id) = (text!(ring, ring_length), text!(id, id_length));
        let ring = KeyRing::parse(text).map_err(ring_error)?;
        let active = (!id.is_empty())
            .then(|| ring.active(id).ok_or_else(no_active_key))
            .transpose()?;
        keyring.epoch = ring.epoch();
        let opening = ring.identities().map(Identity::from).map(Key::opening);
        keyring.keys.extend(active.map(|key| Key {
            recipient: Some(key.into()),
            identity: None,
        }));
        keyring.keys.extend(opening);
        Ok(())
    })
}

/// Draws a fresh key of `kind`, one of the `SEALWAX_KEY_` kinds, from the system's random generator, adds it, and gives its
/// text form to be kept. `*public_key` is the public half as text, or empty when the kind has none; `public_key` may be
/// NULL.
///
/// `*key` is secret. Both are the caller's, to be freed with `sealwax_buf_free`, which wipes them. Returns `SEALWAX_OK`;
/// `SEALWAX_RANGE` when `kind` is none; `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL` when
/// `keyring` or `key` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_generate(
    keyring: *mut sealwax_keyring,
    kind: i32,
    key: *mut *mut sealwax_buf,
    public_key: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let text = out!(key);
        // SAFETY: the header's rule for out-parameters: NULL or writable until the call returns.
        let public = unsafe { Out::optional(public_key) };
        let keyring = exclusive!(keyring);
        let (drawn, secret, half) = draw(KeyKind::from_number(kind, "kind")?).map_err(|_| no_randomness())?;
        text.set(give(sealwax_buf::copied(secret.as_bytes())));
        if public.is_wanted() {
            public.set(give(sealwax_buf::copied(half.as_bytes())));
        }
        keyring.keys.push(drawn);
        Ok(())
    })
}

/// Draws a fresh local key from the system's random generator, adds it, and gives its text form to be kept.
///
/// `*key` is secret and the caller's, to be freed with `sealwax_buf_free`, which wipes it. Returns `SEALWAX_OK`;
/// `SEALWAX_TEMPORARY` when the system gives no randomness; `SEALWAX_NULL` when a pointer is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_generate_local(
    keyring: *mut sealwax_keyring,
    key: *mut *mut sealwax_buf,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        out!(key).give(|| {
            let keyring = exclusive!(keyring);
            let drawn = LocalKey::generate(Provider::ring()).map_err(|_| no_randomness())?;
            keyring.keys.push(Key::both(&drawn));
            Ok(sealwax_buf::copied(drawn.to_text().as_bytes()))
        })
    })
}

/// The number of keys; 0 when `keyring` is NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_len(keyring: *const sealwax_keyring) -> usize {
    read!(keyring, 0, keyring.keys.len())
}

/// Wipes the keys and frees `keyring`; NULL is fine. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_free(keyring: *mut sealwax_keyring) {
    free!(keyring);
}

/// A fresh key, its secret text, and its public text.
fn draw(kind: KeyKind) -> Result<(Key, Zeroizing<String>, String), CryptoError> {
    let exchange = match kind {
        KeyKind::Link => {
            let secret = LinkSecret::generate(Provider::ring())?;
            return Ok((Key::both(&secret), secret.to_text(), String::new()));
        }
        KeyKind::Local => {
            let key = LocalKey::generate(Provider::ring())?;
            return Ok((Key::both(&key), key.to_text(), String::new()));
        }
        KeyKind::P256 => KeyExchange::P256,
        KeyKind::P384 => KeyExchange::P384,
        KeyKind::X25519 => KeyExchange::X25519,
        KeyKind::Xwing => KeyExchange::XWing,
    };
    let secret = SecretKey::generate(exchange, Provider::ring())?;
    let key = Key {
        recipient: Some(secret.public().into()),
        identity: Some((&secret).into()),
    };
    Ok((key, secret.to_text(), secret.public().to_string()))
}

/// The one key in the text of a file, and the number of its line.
pub(crate) fn sole_key(text: &str) -> Result<(usize, &str), sealwax_error> {
    let mut keys = key_lines(text);
    match (keys.next(), keys.next()) {
        (Some((line, key)), _) if key.starts_with("epoch ") => {
            let text = "this is a key ring: it is taken by `sealwax_keyring_add_ring`";
            Err(sealwax_error::new(SEALWAX_KEY, text).on(line))
        }
        (Some(key), None) => Ok(key),
        (None, _) => Err(sealwax_error::new(SEALWAX_KEY, "the text holds no key")),
        (_, Some((line, _))) => Err(sealwax_error::new(SEALWAX_KEY, "expected one key, and here is another").on(line)),
    }
}

/// The error where a key of any kind would have done.
fn any_key_error(error: KeyError) -> sealwax_error {
    if matches!(error.kind(), KeyErrorKind::Type { .. }) {
        return sealwax_error::new(SEALWAX_KEY, EXPECTED).at(1, error.column());
    }
    key_error(error)
}

/// Whether a passphrase is missing or wrong.
fn is_locked(error: KeyError) -> bool {
    matches!(error.kind(), KeyErrorKind::Encrypted | KeyErrorKind::WrongPassphrase)
}

pub(crate) fn key_error(error: KeyError) -> sealwax_error {
    sealwax_error::new(SEALWAX_KEY, error).at(error.line(), error.column())
}

impl sealwax_keyring {
    /// Who can open what this keyring seals.
    pub(crate) fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.keys.iter().filter_map(|key| key.recipient.as_ref())
    }

    /// A sealer for all of its keys that seal.
    pub(crate) fn sealer(&self) -> Result<Sealer, sealwax_error> {
        let mut recipients = self.recipients().peekable();
        if recipients.peek().is_none() {
            return Err(sealwax_error::new(SEALWAX_KEY, "the keyring has no key that seals"));
        }
        let empty = Sealer::new(Provider::ring()).key_epoch(self.epoch);
        Ok(recipients.fold(empty, Sealer::recipient))
    }

    /// An opener with all of its keys that open.
    pub(crate) fn opener(&self) -> Result<Opener, sealwax_error> {
        let mut identities = self.identities().peekable();
        if identities.peek().is_none() {
            return Err(sealwax_error::new(SEALWAX_KEY, "the keyring has no key that opens"));
        }
        Ok(identities.fold(Opener::new(Provider::ring()), Opener::identity))
    }

    /// What opens.
    pub(crate) fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.keys.iter().filter_map(|key| key.identity.as_ref())
    }
}

fn no_active_key() -> sealwax_error {
    sealwax_error::new(SEALWAX_KEY, "the key ring has no active key of this id")
}

pub(crate) fn no_randomness() -> sealwax_error {
    sealwax_error::new(SEALWAX_TEMPORARY, "the system gave no randomness")
}

const EXPECTED: &str = "expected a local key (`SEALWAX-LOCAL-1`), a link secret (`sealwax-link-1`), the secret key of a pair \
                        (`SEALWAX-X25519-SECRET-1`, `SEALWAX-P256-SECRET-1`, `SEALWAX-P384-SECRET-1`, \
                        `SEALWAX-XWING-SECRET-1`), or a public key (`sealwax-x25519-1`, `sealwax-p256-1`, `sealwax-p384-1`, \
                        `sealwax-xwing-1`)";

const OTHER_PROGRAM: &str = "PEM is taken by `sealwax_keyring_add_certificate` and `sealwax_keyring_add_credentials`";

/// How every text in PEM begins (RFC 7468, section 2).
const PEM: &str = "-----BEGIN ";
