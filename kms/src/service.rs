//! What the services have in common: each is a [`KeyProvider`], and tells its host of failures.
//!
//! [`KeyProvider`]: sealwax::seal::KeyProvider

use sealwax::crypto::KEY_LEN;
use sealwax::seal::{KeyProviderError, KeyRef, WrappedKey};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::error::{KmsError, KmsErrorKind, Report};

pub(crate) type DataKey = Zeroizing<[u8; KEY_LEN]>;

/// A service, as its API has it.
pub(crate) trait Api {
    /// What its maker calls it.
    const SERVICE: &'static str;

    fn key_ref(&self) -> &KeyRef;

    fn report(&self) -> &Report;

    fn opens(&self, key_ref: &KeyRef) -> bool;

    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KmsErrorKind>;

    fn unwrap(&self, key_ref: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, KmsErrorKind>;

    fn rewrap(&self, old: WrappedKey<'_>, binding: &[u8]) -> Result<Vec<u8>, KmsErrorKind> {
        let _ = (old, binding);
        Err(KmsErrorKind::NoRewrap)
    }
}

/// Tells the host why, and the engine that it failed.
pub(crate) fn told<A: Api, T>(api: &A, key_ref: &KeyRef, done: Result<T, KmsErrorKind>) -> Result<T, KeyProviderError> {
    done.map_err(|kind| {
        api.report().tell(&KmsError::of(A::SERVICE, key_ref, kind));
        KeyProviderError
    })
}

/// Lets a service stand where the engine asks for a `KeyProvider`. `Debug` shows its key only.
macro_rules! provider {
    ($service:ty) => {
        impl sealwax::seal::KeyProvider for $service {
            fn key_ref(&self) -> &sealwax::seal::KeyRef {
                $crate::service::Api::key_ref(self)
            }

            fn opens(&self, key_ref: &sealwax::seal::KeyRef) -> bool {
                $crate::service::Api::opens(self, key_ref)
            }

            fn wrap(
                &self,
                binding: &[u8],
                data_key: &[u8; sealwax::crypto::KEY_LEN],
            ) -> Result<Vec<u8>, sealwax::seal::KeyProviderError> {
                let wrapped = $crate::service::Api::wrap(self, binding, data_key);
                $crate::service::told(self, $crate::service::Api::key_ref(self), wrapped)
            }

            fn unwrap(
                &self,
                key_ref: &sealwax::seal::KeyRef,
                binding: &[u8],
                wrapped: &[u8],
            ) -> Result<$crate::service::DataKey, sealwax::seal::KeyProviderError> {
                let data_key = $crate::service::Api::unwrap(self, key_ref, binding, wrapped);
                $crate::service::told(self, key_ref, data_key)
            }

            fn rewrap(
                &self,
                old: sealwax::seal::WrappedKey<'_>,
                binding: &[u8],
            ) -> Result<Vec<u8>, sealwax::seal::KeyProviderError> {
                let wrapped = $crate::service::Api::rewrap(self, old, binding);
                $crate::service::told(self, old.key_ref, wrapped)
            }
        }

        impl std::fmt::Debug for $service {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(
                    f,
                    "{}({})",
                    stringify!($service),
                    $crate::service::Api::key_ref(self)
                )
            }
        }
    };
}

pub(crate) use provider;

/// A text of an answer that is wiped when it was used.
#[derive(Default)]
pub(crate) struct Wiped(pub(crate) Zeroizing<String>);

impl<'de> Deserialize<'de> for Wiped {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Zeroizing::new(text)))
    }
}

/// Whether the text may stand between two slashes of a path as it is.
#[cfg(any(feature = "azure", feature = "gcp", feature = "vault"))]
pub(crate) fn is_segment(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte);
    !text.is_empty() && text.bytes().all(fits) && text.bytes().any(|byte| byte != b'.')
}

/// A key that its service calls so.
pub(crate) fn named(provider: &str, id: &str, version: u32) -> Result<KeyRef, KmsErrorKind> {
    KeyRef::new(provider, id, version).map_err(|_| KmsErrorKind::Name)
}

#[cfg(all(test, any(feature = "azure", feature = "gcp", feature = "vault")))]
mod tests {
    use super::*;

    #[test]
    fn a_segment_of_a_path_stays_one() {
        for text in ["mail-2027", "mail_7.b", "example.com:project"] {
            assert!(is_segment(text), "{text}");
        }
        for text in ["", ".", "..", "a/b", "a?b", "a%2fb", "a b", "a#b", "\u{e9}", "a\r\nb"] {
            assert!(!is_segment(text), "{text:?}");
        }
    }
}
