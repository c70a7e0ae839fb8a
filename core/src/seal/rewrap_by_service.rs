//! Has a key service wrap anew what it wrapped, so that nobody else sees the data key.

use super::error::{SealError, SealErrorKind};
use super::header::{Header, MAX_HEADER_LEN, Parsed};
use super::key_ref::KeyRef;
use super::key_service::{KeyProvider, KeyService, WrappedKey};
use super::opener::MAX_TRIED_STANZAS;
use super::rewrap::{RewrapError, Rewrapped};
use super::stanza::{Stanza, binding};

impl KeyService {
    /// The new header for the message `sealed`, of which the header is enough: each stanza that the service unwraps under
    /// another key, or an older version, than its own ([`KeyProvider::opens`]) is wrapped anew by the service itself ([`KeyProvider::rewrap`]), such
    /// as under the new version of a key. This process never has the data key.
    ///
    /// Each stanza is replaced by one that holds what it held, whoever wrote it, so that no data key has to be proved. A
    /// protected list of recipients ([`Sealer::protect_recipients`], the default) can be changed with the data key only:
    /// there a [`Rewrapper`] does it.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{KeyProvider, KeyProviderError, KeyRef, KeyService, Opener, Sealer, WrappedKey};
    /// use zeroize::Zeroizing;
    ///
    /// struct Mask(KeyRef); // for show: a real service encrypts
    ///
    /// impl KeyProvider for Mask {
    ///     fn key_ref(&self) -> &KeyRef {
    ///         &self.0
    ///     }
    ///     fn opens(&self, key_ref: &KeyRef) -> bool {
    ///         key_ref.id() == self.0.id()
    ///     }
    ///     fn wrap(&self, _: &[u8], data_key: &[u8; 32]) -> Result<Vec<u8>, KeyProviderError> {
    ///         Ok(data_key.map(|byte| byte ^ 0x55).to_vec())
    ///     }
    ///     fn unwrap(&self, _: &KeyRef, _: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeyProviderError> {
    ///         let wrapped: [u8; 32] = wrapped.try_into().map_err(|_| KeyProviderError)?;
    ///         Ok(Zeroizing::new(wrapped.map(|byte| byte ^ 0x55)))
    ///     }
    ///     fn rewrap(&self, old: WrappedKey<'_>, _: &[u8]) -> Result<Vec<u8>, KeyProviderError> {
    ///         Ok(old.wrapped.to_vec())
    ///     }
    /// }
    ///
    /// let [first, second] = [1, 2].map(|version| KeyRef::new("demo-kms", "key-1", version).map(Mask).map(KeyService::new));
    /// let (first, second) = (first?, second?);
    /// let sealed = Sealer::new(Provider::ring()).recipient(&first).leave_recipients_open().seal(b"labs")?;
    /// let change = second.rewrap(&sealed)?;
    /// let body = sealed.get(change.old_len..).unwrap_or_default();
    /// let rewrapped = [change.header.as_slice(), body].concat();
    /// assert_eq!(Opener::new(Provider::ring()).identity(&second).open(&rewrapped)?.as_slice(), b"labs");
    /// assert!(!second.rewrap(&rewrapped)?.changed);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RewrapError`]: the header cannot be read, its list is protected ([`SealErrorKind::Protected`]), the key would leave its
    /// bucket, more stanzas than [`MAX_TRIED_STANZAS`] would be wrapped, or the service refuses.
    ///
    /// [`Rewrapper`]: super::Rewrapper
    /// [`Sealer::protect_recipients`]: super::Sealer::protect_recipients
    pub fn rewrap(&self, sealed: &[u8]) -> Result<Rewrapped, RewrapError> {
        let parsed = Parsed::read(sealed)?;
        let service = self.provider();
        let count = parsed
            .header
            .stanzas
            .iter()
            .filter(|one| is_behind(service, one))
            .count();
        if count == 0 {
            return Ok(Rewrapped {
                header: parsed.bytes.to_vec(),
                old_len: parsed.len,
                changed: false,
            });
        }
        check(service, &parsed.header, count).map_err(SealError::new)?;
        let header = rewrapped(service, &parsed).map_err(SealError::new)?;
        Ok(Rewrapped {
            header,
            old_len: parsed.len,
            changed: true,
        })
    }
}

/// Whether the service unwraps the stanza, and would wrap it under another key or a later version of the same. Who knows of an
/// older version only must not take a stanza back to it: it may be gone tomorrow.
fn is_behind(service: &dyn KeyProvider, stanza: &Stanza) -> bool {
    let (theirs, own) = (stanza.key_ref(), service.key_ref());
    let is_same_key = (theirs.provider(), theirs.id()) == (own.provider(), own.id());
    let is_newest = is_same_key && theirs.version() >= own.version();
    stanza.kind() == service.kind() && !is_newest && service.opens(theirs)
}

fn check(service: &dyn KeyProvider, header: &Header, count: usize) -> Result<(), SealErrorKind> {
    if header.has_stanza_mac() {
        return Err(SealErrorKind::Protected);
    }
    if count > MAX_TRIED_STANZAS {
        return Err(SealErrorKind::TooManyRecipients);
    }
    let holder = |key: &KeyRef| (key.provider().to_owned(), key.id().to_owned());
    let own = holder(service.key_ref());
    let mut older = header.stanzas.iter().filter(|one| is_behind(service, one));
    if header.bucket().is_some() && older.any(|stanza| holder(stanza.key_ref()) != own) {
        return Err(SealErrorKind::Bucket);
    }
    Ok(())
}

fn rewrapped(service: &dyn KeyProvider, parsed: &Parsed<'_>) -> Result<Vec<u8>, SealErrorKind> {
    let count = parsed.list.get(..2).ok_or(SealErrorKind::Crypto)?;
    let mut header = [parsed.bound, count].concat();
    for stanza in &parsed.header.stanzas {
        let written = if is_behind(service, stanza) {
            anew(service, &parsed.header, stanza)?.write(&mut header)
        } else {
            stanza.write(&mut header)
        };
        written.ok_or(SealErrorKind::KeyProvider)?; // only a service can return too much
    }
    if header.len() > MAX_HEADER_LEN {
        return Err(SealErrorKind::TooManyRecipients);
    }
    Ok(header)
}

fn anew(service: &dyn KeyProvider, header: &Header, stanza: &Stanza) -> Result<Stanza, SealErrorKind> {
    let id = header.sealed_id();
    let bound = |key_ref: &KeyRef| binding(stanza.kind(), &id, key_ref).ok_or(SealErrorKind::Crypto);
    let (old, new) = (bound(stanza.key_ref())?, bound(service.key_ref())?);
    let wrapped = WrappedKey {
        key_ref: stanza.key_ref(),
        binding: &old,
        wrapped: stanza.wrapped(),
    };
    let wrapped = service.rewrap(wrapped, &new).map_err(|_| SealErrorKind::KeyProvider)?;
    if wrapped.len() > service.max_wrapped_len() {
        return Err(SealErrorKind::KeyProvider);
    }
    Ok(Stanza::new(stanza.kind(), service.key_ref().clone(), wrapped))
}

#[cfg(test)]
#[allow(clippy::similar_names, reason = "what a sealer makes is sealed")]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::crypto::{KEY_LEN, Provider};
    use crate::seal::{KeyProviderError, LocalKey, Opener, Sealer, cobblestone};

    /// A service with a key for each version, whose wraps are bound.
    struct Versioned(KeyRef);

    impl Versioned {
        fn key(version: u32) -> [u8; KEY_LEN] {
            [u8::try_from(version).unwrap(); KEY_LEN]
        }
    }

    impl KeyProvider for Versioned {
        fn key_ref(&self) -> &KeyRef {
            &self.0
        }

        fn opens(&self, key_ref: &KeyRef) -> bool {
            (key_ref.provider(), key_ref.id()) == (self.0.provider(), self.0.id())
        }

        fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KeyProviderError> {
            let key = Self::key(self.0.version());
            cobblestone::seal(Provider::ring(), &key, binding, data_key).map_err(|_| KeyProviderError)
        }

        fn unwrap(
            &self,
            key_ref: &KeyRef,
            binding: &[u8],
            wrapped: &[u8],
        ) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError> {
            let key = Self::key(key_ref.version());
            let opened = cobblestone::open(Provider::ring(), &key, binding, wrapped).map_err(|_| KeyProviderError)?;
            opened
                .as_slice()
                .try_into()
                .map(Zeroizing::new)
                .map_err(|_| KeyProviderError)
        }

        fn rewrap(&self, old: WrappedKey<'_>, binding: &[u8]) -> Result<Vec<u8>, KeyProviderError> {
            self.wrap(binding, &*self.unwrap(old.key_ref, old.binding, old.wrapped)?)
        }
    }

    fn service(id: &str, version: u32) -> KeyService {
        KeyService::new(Versioned(KeyRef::new("kms", id, version).unwrap()))
    }

    fn opens(key: impl Into<crate::seal::Identity>, sealed: &[u8]) -> bool {
        Opener::new(Provider::ring()).identity(key).open(sealed).is_ok()
    }

    fn apply(service: &KeyService, sealed: &[u8]) -> Result<Vec<u8>, RewrapError> {
        let change = service.rewrap(sealed)?;
        Ok([change.header.as_slice(), &sealed[change.old_len..]].concat())
    }

    #[test]
    fn the_stanzas_of_the_service_are_wrapped_anew_and_no_other() {
        let (other, local) = (service("other", 1), LocalKey::from_bytes(&[9; 32]));
        let sealer = Sealer::new(Provider::ring()).leave_recipients_open();
        let sealer = sealer.recipient(&local).recipient(service("mail", 1)).recipient(&other);
        let sealed = sealer.seal(b"labs").unwrap();
        let rewrapped = apply(&service("mail", 2), &sealed).unwrap();
        let names = |sealed: &[u8]| {
            let header = Header::parse(sealed).unwrap();
            header
                .stanzas()
                .iter()
                .map(|one| one.key_ref().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&rewrapped)[1..], ["kms:mail#2", "kms:other#1"]);
        assert!(opens(&local, &rewrapped) && opens(&other, &rewrapped));
        assert!(opens(service("mail", 2), &rewrapped));
        for version in [1, 2] {
            assert_eq!(
                apply(&service("mail", version), &rewrapped).unwrap(),
                rewrapped,
                "never back"
            );
        }
    }

    #[test]
    fn a_protected_list_is_left_to_whoever_opens_the_message() {
        let sealed = Sealer::new(Provider::ring())
            .recipient(service("mail", 1))
            .seal(b"labs")
            .unwrap();
        let refused = Err(RewrapError::Change(SealError::new(SealErrorKind::Protected)));
        assert_eq!(apply(&service("mail", 2), &sealed), refused);
        assert_eq!(
            apply(&service("other", 2), &sealed).unwrap(),
            sealed,
            "nothing is to be done"
        );
    }

    #[test]
    fn a_moved_stanza_is_not_wrapped_anew() {
        let sealer = Sealer::new(Provider::ring())
            .leave_recipients_open()
            .recipient(service("mail", 1));
        let (one, other) = (sealer.seal(b"labs").unwrap(), sealer.seal(b"labs").unwrap());
        let start = Parsed::read(&one).unwrap().bound.len();
        let moved = [&one[..start], &other[start..]].concat();
        let refused = Err(RewrapError::Change(SealError::new(SealErrorKind::KeyProvider)));
        assert_eq!(apply(&service("mail", 2), &moved), refused);
    }

    #[test]
    fn a_key_stays_in_its_bucket() {
        struct Elsewhere(Versioned);

        impl KeyProvider for Elsewhere {
            fn key_ref(&self) -> &KeyRef {
                self.0.key_ref()
            }

            fn opens(&self, _: &KeyRef) -> bool {
                true
            }

            fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KeyProviderError> {
                self.0.wrap(binding, data_key)
            }

            fn unwrap(
                &self,
                key_ref: &KeyRef,
                binding: &[u8],
                wrapped: &[u8],
            ) -> Result<Zeroizing<[u8; KEY_LEN]>, KeyProviderError> {
                self.0.unwrap(key_ref, binding, wrapped)
            }

            fn rewrap(&self, old: WrappedKey<'_>, binding: &[u8]) -> Result<Vec<u8>, KeyProviderError> {
                self.0.rewrap(old, binding)
            }
        }

        let sealer = Sealer::new(Provider::ring())
            .leave_recipients_open()
            .recipient(service("mail", 1));
        let sealed = sealer.bucket("mail").unwrap().seal(b"labs").unwrap();
        let elsewhere = KeyRef::new("kms", "other", 1).unwrap();
        let refused = Err(RewrapError::Change(SealError::new(SealErrorKind::Bucket)));
        assert_eq!(
            apply(&KeyService::new(Elsewhere(Versioned(elsewhere))), &sealed),
            refused
        );
        assert!(apply(&service("mail", 2), &sealed).is_ok());
    }
}
