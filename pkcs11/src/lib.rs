//! Seals with an AES key that never leaves its PKCS #11 token: a hardware security module, a smart card, or `SoftHSM`.
//!
//! ```no_run
//! use sealwax::crypto::Provider;
//! use sealwax::seal::{KeyService, Opener, Sealer};
//! use sealwax_pkcs11::Module;
//!
//! let module = Module::load("/usr/lib/softhsm/libsofthsm2.so")?;
//! let key = KeyService::new(module.key("clinic", "1234", "mail-2027")?);
//! let sealed = Sealer::new(Provider::ring()).recipient(&key).seal(b"labs")?;
//! assert_eq!(Opener::new(Provider::ring()).identity(&key).open(&sealed)?.as_slice(), b"labs");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The data key of a message is wrapped by the token with AES-GCM, bound to the message as additional data. The nonce of 96
//! bits is drawn by the token, which may replace it by one of its own while it encrypts; the one that it used is kept. What was
//! wrapped is unwrapped once before it is given out. One key may wrap at most 2^32 data keys (NIST SP 800-38D, section 8.3),
//! which are counted: make a new key well before that.
#![forbid(unsafe_code)]

mod module;
mod token_key;

pub use module::{Module, TokenError};
pub use token_key::{MAX_WRAPS, TokenKey};
