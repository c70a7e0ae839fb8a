//! The library of a token, and the keys on its tokens.

use std::fmt;
use std::path::Path;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use sealwax::seal::{KeyRef, KeyRefError};

use crate::token_key::TokenKey;

/// The library of the maker of a token. Clones share it; it is put away with the last of them and of its keys.
#[derive(Clone)]
pub struct Module(Pkcs11);

impl Module {
    /// Loads the library at `path`, whose code then runs in this process: it is as trusted as the process.
    ///
    /// # Errors
    ///
    /// [`TokenError::Library`] when it cannot be loaded or does not start.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, TokenError> {
        let library = Pkcs11::new(path).map_err(|_| TokenError::Library)?;
        match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // Another part of this process uses the same library already.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(Self(library)),
            Err(_) => Err(TokenError::Library),
        }
    }

    /// The AES key of 256 bits that is labelled `key` on the token labelled `token`. Headers name it
    /// `pkcs11:TOKEN/KEY`.
    ///
    /// # Errors
    ///
    /// [`TokenError`]: no such token or key, more than one, a key of another size, or a wrong PIN.
    pub fn key(&self, token: &str, pin: &str, key: &str) -> Result<TokenKey, TokenError> {
        let key_ref = key_ref(token, key)?;
        let session = self.session(token, pin, Access::Read)?;
        let handle = find(&session, key)?.ok_or(TokenError::NoKey)?;
        check_size(&session, handle)?;
        Ok(TokenKey::new(key_ref, session, handle))
    }

    /// Makes an AES key of 256 bits on the token, which stays there for good and cannot be read out.
    ///
    /// # Errors
    ///
    /// [`TokenError`]: no such token, a wrong PIN, a key of this label that is there already, or a token that refuses.
    pub fn generate(&self, token: &str, pin: &str, key: &str) -> Result<TokenKey, TokenError> {
        let key_ref = key_ref(token, key)?;
        let session = self.session(token, pin, Access::Write)?;
        if find(&session, key)?.is_some() {
            return Err(TokenError::KeyExists);
        }
        let handle = session.generate_key(&Mechanism::AesKeyGen, &new_key(key));
        let handle = handle.map_err(|_| TokenError::Refused)?;
        Ok(TokenKey::new(key_ref, session, handle))
    }

    fn session(&self, token: &str, pin: &str, access: Access) -> Result<Session, TokenError> {
        let slot = self.slot(token)?;
        let session = match access {
            Access::Read => self.0.open_ro_session(slot),
            Access::Write => self.0.open_rw_session(slot),
        };
        let session = session.map_err(|_| TokenError::Refused)?;
        match session.login(UserType::User, Some(&AuthPin::new(pin.into()))) {
            // A login is for the whole process, and another key of the token may have made it.
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(session),
            Err(_) => Err(TokenError::Pin),
        }
    }

    fn slot(&self, token: &str) -> Result<Slot, TokenError> {
        let slots = self.0.get_slots_with_token().map_err(|_| TokenError::Refused)?;
        let is_wanted = |slot: &Slot| self.0.get_token_info(*slot).is_ok_and(|found| found.label() == token);
        let mut wanted = slots.into_iter().filter(is_wanted);
        let slot = wanted.next().ok_or(TokenError::NoToken)?;
        wanted.next().map_or(Ok(slot), |_| Err(TokenError::Ambiguous))
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Module")
    }
}

/// What a session may do.
#[derive(Clone, Copy)]
enum Access {
    Read,
    Write,
}

fn key_ref(token: &str, key: &str) -> Result<KeyRef, TokenError> {
    Ok(KeyRef::new("pkcs11", &format!("{token}/{key}"), 0)?)
}

/// The one AES key of this label.
fn find(session: &Session, label: &str) -> Result<Option<ObjectHandle>, TokenError> {
    let wanted = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::Label(label.into()),
    ];
    match *session.find_objects(&wanted).map_err(|_| TokenError::Refused)? {
        [] => Ok(None),
        [key] => Ok(Some(key)),
        _ => Err(TokenError::Ambiguous),
    }
}

/// Fails unless the token says that the key has 256 bits.
fn check_size(session: &Session, key: ObjectHandle) -> Result<(), TokenError> {
    let told = session.get_attributes(key, &[AttributeType::ValueLen]);
    match told.map_err(|_| TokenError::Refused)?.as_slice() {
        [Attribute::ValueLen(len)] if u64::from(*len) == KEY_LEN => Ok(()),
        _ => Err(TokenError::Size),
    }
}

fn new_key(label: &str) -> [Attribute; 10] {
    [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::Label(label.into()),
        Attribute::ValueLen(KEY_LEN.into()),
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Encrypt(true),
        Attribute::Decrypt(true),
    ]
}

/// A token or its key cannot be used. It names no key and no PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Two tokens or two keys have the label.
    #[error("more than one token or key has this label")]
    Ambiguous,
    /// A key of this label is there already.
    #[error("the token has a key with this label already")]
    KeyExists,
    /// The library cannot be loaded.
    #[error("the library of the token cannot be loaded or does not start")]
    Library,
    /// The labels are too long to name a key in a header, or hold control characters.
    #[error(transparent)]
    Name(#[from] KeyRefError),
    /// The token has no such key.
    #[error("the token has no AES key with this label")]
    NoKey,
    /// There is no such token.
    #[error("no token has this label")]
    NoToken,
    /// The token refuses the PIN, or is locked.
    #[error("the token refuses the PIN")]
    Pin,
    /// The key has fewer bits than a data key.
    #[error("the key on the token is no AES key of 256 bits")]
    Size,
    /// The token refuses.
    #[error("the token refuses, or is not there any more")]
    Refused,
}

/// Bytes of an AES-256 key.
const KEY_LEN: u64 = 32;
