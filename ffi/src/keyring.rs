//! The keys that seal and open.

use std::ffi::c_char;

use sealwax::crypto::Provider;
use sealwax::seal::LocalKey;

use crate::buf::sealwax_buf;
use crate::bytes::text;
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::{exclusive, free, give, read};
use crate::out::out;
use crate::status::{SEALWAX_KEY, SEALWAX_TEMPORARY, sealwax_status};

/// Keys. Each of them can open what a sealer of this keyring seals, and an opener of it tries each of them.
///
/// It belongs to one thread at a time; sealers and openers copy what they need. The keys are wiped when it is freed.
pub struct sealwax_keyring {
    pub(crate) keys: Vec<LocalKey>,
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
        let keyring = out!(keyring);
        keyring.set(give(sealwax_keyring { keys: Vec::new() }));
        Ok(())
    })
}

/// Adds a local key in its text form: `SEALWAX-LOCAL-1...`, as `sealwax keygen` writes it, without blanks around it.
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
        let key: LocalKey = text!(key, key_length)
            .parse()
            .map_err(|error: sealwax::seal::KeyError| sealwax_error::new(SEALWAX_KEY, error).at(1, error.column()))?;
        keyring.keys.push(key);
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
        let text = out!(key);
        let keyring = exclusive!(keyring);
        let drawn = LocalKey::generate(Provider::ring())
            .map_err(|_| sealwax_error::new(SEALWAX_TEMPORARY, "the system gave no randomness"))?;
        text.set(give(sealwax_buf::copied(drawn.to_text().as_bytes())));
        keyring.keys.push(drawn);
        Ok(())
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
