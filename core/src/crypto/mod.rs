//! AES-256-GCM, HKDF-Expand-SHA-512, Ed25519, hashes and randomness.
//!
//! A [`Provider`] is a value that names who does the work. A cargo feature only makes a provider available; it never
//! changes which one a caller gets. Every provider computes the same bytes, so what one sealed another opens.
//!
//! Keys are wiped: secrets of this crate live in `Zeroizing`, and a provider's own key schedule is overwritten when it
//! is dropped. Copies that the compiler leaves on the stack are beyond the reach of safe code.

#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips"))]
mod aws_lc;
mod backend;
mod hash;
mod hash_key;
#[cfg(any(feature = "aws-lc", feature = "aws-lc-fips", feature = "ring", feature = "pure-rust"))]
mod hkdf;
#[cfg(feature = "pure-rust")]
mod pure_rust;
#[cfg(feature = "ring")]
mod ring;

use std::fmt;

pub(crate) use backend::{Backend, Cipher, Hkdf, Nonce, Signature, Signatures, Tag};
pub use hash::{hex, hmac_sha256, sha256, sha512};
pub(crate) use hash_key::Hasher;
pub use hash_key::{HashKey, HashKeyError};

/// Length of an AES-256 key in bytes.
pub const KEY_LEN: usize = 32;
/// Length of a GCM nonce in bytes.
pub const NONCE_LEN: usize = 12;
/// Length of a GCM tag in bytes.
pub const TAG_LEN: usize = 16;
/// Length of an Ed25519 public key in bytes.
pub const PUBLIC_KEY_LEN: usize = 32;
/// Length of an Ed25519 signature in bytes.
pub const SIGNATURE_LEN: usize = 64;

/// Who does the cryptography.
///
/// ```
/// # #[cfg(feature = "ring")] {
/// use sealwax::crypto::Provider;
/// assert_eq!(Provider::ring().name(), "ring");
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct Provider(&'static dyn Backend);

impl Provider {
    /// The `ring` library: hand-written assembly from `BoringSSL`, the fast choice. Needs the feature `ring` (default).
    #[cfg(feature = "ring")]
    #[must_use]
    pub fn ring() -> Self {
        Self(&ring::Ring)
    }

    /// The `RustCrypto` libraries: portable, without assembly or a C compiler. Needs the feature `pure-rust`.
    #[cfg(feature = "pure-rust")]
    #[must_use]
    pub fn pure_rust() -> Self {
        Self(&pure_rust::PureRust)
    }

    /// AWS-LC, about twice as fast as `ring` on processors with AVX-512. Needs the feature `aws-lc` and a C compiler to
    /// build.
    #[cfg(feature = "aws-lc")]
    #[must_use]
    pub fn aws_lc() -> Self {
        Self(&aws_lc::AwsLc)
    }

    /// The FIPS module of AWS-LC. Needs the feature `aws-lc-fips`, and cmake and Go to build.
    ///
    /// It does encryption, key derivation, randomness and RSA inside of the module, and refuses what would be computed
    /// outside of it: recipients by public key over X25519, P-256, P-384 or X-Wing, those of certificates
    /// among them, passphrases (Argon2id), and signatures of senders (Ed25519). Hashes of
    /// headers and of key names are computed outside. This *uses* a validated module; it is not validated itself.
    #[cfg(feature = "aws-lc-fips")]
    #[must_use]
    pub fn aws_lc_fips() -> Self {
        Self(&aws_lc::AwsLcFips)
    }

    /// Every provider that this build contains, the preferred one first.
    ///
    /// ```
    /// use sealwax::crypto::Provider;
    /// let names: Vec<_> = Provider::all().iter().map(Provider::name).collect();
    /// # #[cfg(feature = "ring")]
    /// assert_eq!(names.first(), Some(&"ring"));
    /// ```
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![
            #[cfg(feature = "ring")]
            Self::ring(),
            #[cfg(feature = "pure-rust")]
            Self::pure_rust(),
            #[cfg(feature = "aws-lc")]
            Self::aws_lc(),
            #[cfg(feature = "aws-lc-fips")]
            Self::aws_lc_fips(),
        ]
    }

    /// The short name for logs and `--version`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// Fills `out` from the generator of the operating system.
    ///
    /// # Errors
    ///
    /// [`CryptoError`] when the system gives no randomness.
    pub fn fill_random(self, out: &mut [u8]) -> Result<(), CryptoError> {
        self.0.random(out)
    }

    /// Whether it refuses whatever is computed outside of its validated module.
    pub(crate) fn is_module_only(self) -> bool {
        self.0.is_module_only()
    }

    /// What makes and checks signatures, if the provider allows any.
    pub(crate) fn signatures(self) -> Result<&'static dyn Signatures, CryptoError> {
        self.0.signatures().ok_or(CryptoError(()))
    }

    /// A provider of a test's own.
    #[cfg(any(test, feature = "_testing"))]
    pub(crate) fn of(backend: &'static dyn Backend) -> Self {
        Self(backend)
    }

    pub(crate) fn backend(self) -> &'static dyn Backend {
        self.0
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({})", self.name())
    }
}

impl PartialEq for Provider {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Provider {}

/// The cryptography itself failed: the tag does not match, or the system has no randomness to give.
///
/// It says nothing more on purpose: a reason would help whoever forges messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cryptography failed")]
pub struct CryptoError(pub(crate) ());

#[cfg(test)]
mod tests;
