//! Key services and tokens, as the host reaches them.

use std::ffi::{c_char, c_void};

use sealwax::crypto::KEY_LEN;
use sealwax::seal::{KeyProvider, KeyProviderError, KeyRef, KeyService};
use zeroize::Zeroizing;

use crate::bytes::text;
use crate::callback::{User, present, sealwax_drop_function};
use crate::error::sealwax_error;
use crate::guard::call;
use crate::handle::exclusive;
use crate::keyring::{Key, sealwax_keyring};
use crate::status::{SEALWAX_LENGTH, SEALWAX_OK, SEALWAX_RANGE, sealwax_status};

/// Wraps the 32 bytes of `data_key`: at most `capacity` bytes into `wrapped`, and their number into `*length`. `binding`
/// says what the key is for; a service that takes an encryption context or additional data is given it. Any status but
/// `SEALWAX_OK` makes the sealing fail with `SEALWAX_TEMPORARY`. The data key is secret: keep no copy.
pub type sealwax_wrap_function = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        binding: *const u8,
        binding_length: usize,
        data_key: *const u8,
        wrapped: *mut u8,
        capacity: usize,
        length: *mut usize,
    ) -> sealwax_status,
>;

/// Unwraps what `sealwax_wrap_function` wrapped, into the 32 bytes of `data_key`. Any status but `SEALWAX_OK` means that
/// the message does not open with this key.
pub type sealwax_unwrap_function = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        binding: *const u8,
        binding_length: usize,
        wrapped: *const u8,
        wrapped_length: usize,
        data_key: *mut u8,
    ) -> sealwax_status,
>;

/// Adds a key of a key service, which seals and opens by callbacks. Headers name it by `provider`, `id` and `version` (0
/// when it has none), in clear.
///
/// `max_wrapped` is the most bytes that `wrap` gives, at most 65,535. `user` is given to both, and to `drop`, which may
/// be NULL, as its type says: when the keyring and all sealers and openers made of it are freed, or at once when this
/// call fails. Callbacks come on the thread of the call that seals or opens, inside of it; when several threads seal or
/// open at once, so do the callbacks. They must not throw, jump out, or free what they are called by.
///
/// Returns `SEALWAX_OK`; `SEALWAX_RANGE` when a name is longer than 255 bytes or holds control characters, or `provider`
/// is empty; `SEALWAX_LENGTH` when `max_wrapped` is 0 or too large; `SEALWAX_NULL`, `SEALWAX_UTF8` for the arguments.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealwax_keyring_add_provider(
    keyring: *mut sealwax_keyring,
    provider: *const c_char,
    provider_length: usize,
    id: *const c_char,
    id_length: usize,
    version: u32,
    max_wrapped: usize,
    user: *mut c_void,
    wrap: sealwax_wrap_function,
    unwrap: sealwax_unwrap_function,
    drop: sealwax_drop_function,
    error: *mut *mut sealwax_error,
) -> sealwax_status {
    call!(error, {
        let user = User::new(user, drop);
        let keyring = exclusive!(keyring);
        let (provider, id) = (text!(provider, provider_length), text!(id, id_length));
        let key_ref = KeyRef::new(provider, id, version).map_err(|error| sealwax_error::new(SEALWAX_RANGE, error))?;
        if !(1..=usize::from(u16::MAX)).contains(&max_wrapped) {
            let text = "`max_wrapped` is not between 1 and 65535";
            return Err(sealwax_error::new(SEALWAX_LENGTH, text));
        }
        keyring.keys.push(Key::both(&KeyService::new(Callbacks {
            key_ref,
            max_wrapped,
            user,
            wrap: present(wrap, "wrap")?,
            unwrap: present(unwrap, "unwrap")?,
        })));
        Ok(())
    })
}

/// A key service behind two functions of the host's.
struct Callbacks {
    key_ref: KeyRef,
    max_wrapped: usize,
    user: User,
    wrap: unsafe extern "C" fn(*mut c_void, *const u8, usize, *const u8, *mut u8, usize, *mut usize) -> sealwax_status,
    unwrap: unsafe extern "C" fn(*mut c_void, *const u8, usize, *const u8, usize, *mut u8) -> sealwax_status,
}

impl KeyProvider for Callbacks {
    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn max_wrapped_len(&self) -> usize {
        self.max_wrapped
    }

    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KeyProviderError> {
        let (mut wrapped, mut length) = (vec![0; self.max_wrapped], 0);
        // SAFETY: all pointers are good for their lengths until the host's function returns.
        let status = unsafe {
            (self.wrap)(
                self.user.value(),
                binding.as_ptr(),
                binding.len(),
                data_key.as_ptr(),
                wrapped.as_mut_ptr(),
                wrapped.len(),
                &raw mut length,
            )
        };
        if status != SEALWAX_OK || length > wrapped.len() {
            return Err(KeyProviderError);
        }
        wrapped.truncate(length);
        Ok(wrapped)
    }

    fn unwrap(&self, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError> {
        let mut data_key = Zeroizing::new([0; KEY_LEN]);
        // SAFETY: all pointers are good for their lengths until the host's function returns.
        let status = unsafe {
            (self.unwrap)(
                self.user.value(),
                binding.as_ptr(),
                binding.len(),
                wrapped.as_ptr(),
                wrapped.len(),
                data_key.as_mut_ptr(),
            )
        };
        if status != SEALWAX_OK {
            return Err(KeyProviderError);
        }
        Ok(data_key)
    }
}
