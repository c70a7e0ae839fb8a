//! The transit engine of HashiCorp Vault and of OpenBao.

mod shapes;

use sealwax::crypto::KEY_LEN;
use sealwax::seal::{KeyRef, WrappedKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use self::shapes::{Answer, Bound, Decrypt, Described, Encrypt, Unwrapped, Wrapped, refusal};
use crate::encode::{base64, data_key, json};
use crate::error::{KmsError, KmsErrorKind, Report};
use crate::http::{Client, Request};
use crate::reach::Reach;
use crate::secret::{Secret, Supply};
use crate::service::{Api, DataKey, is_segment, named, provider};

/// A key of the transit engine of HashiCorp Vault or OpenBao. Headers name it `vault-transit:MOUNT/KEY#VERSION`.
///
/// How the message is bound depends on the key, which [`VaultTransit::current`] asks for: by *associated data*, or for a key
/// that was made with `derived=true` by the *context* that Vault derives the message's own key from. Vault wraps anew by
/// itself ([`KeyService::rewrap`](sealwax::seal::KeyService::rewrap)) under derived keys only: its `rewrap` takes no associated data.
///
/// ```no_run
/// use sealwax::seal::KeyService;
/// use sealwax_kms::{Reach, Secret, Supply, VaultTransit};
/// let token = Supply::by(|| std::fs::read_to_string("/run/vault/token").ok().map(|token| Secret::new(token.trim())));
/// let key = VaultTransit::new("https://vault.example:8200", "mail", token, Reach::default())?.current()?;
/// let service = KeyService::new(key); // a recipient and an identity
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct VaultTransit {
    key_ref: KeyRef,
    mount: String,
    key: String,
    namespace: Option<String>,
    bound_by: BoundBy,
    token: Supply<Secret>,
    client: Client,
    report: Report,
}

/// How Vault binds a wrapped key to its message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BoundBy {
    AssociatedData,
    Context,
}

impl VaultTransit {
    /// The key of this name in the engine at `transit`. Nothing is asked yet: its version is not known, so that Vault takes the
    /// newest, and a derived key is refused.
    ///
    /// # Errors
    ///
    /// [`KmsErrorKind::Address`] for an address that is not one, [`KmsErrorKind::Name`] for a key that Vault has no such names for.
    pub fn new(address: &str, key: &str, token: impl Into<Supply<Secret>>, reach: Reach) -> Result<Self, KmsError> {
        let made = (|| {
            if !is_segment(key) {
                return Err(KmsErrorKind::Name);
            }
            Ok(Self {
                key_ref: named(PROVIDER, &format!("{MOUNT}/{key}"), 0)?,
                mount: MOUNT.to_owned(),
                key: key.to_owned(),
                namespace: None,
                bound_by: BoundBy::AssociatedData,
                token: token.into(),
                client: Client::new(&reach, address)?,
                report: reach.report,
            })
        })();
        made.map_err(|kind| KmsError::new(Self::SERVICE, key, kind))
    }

    /// The key in the engine at another mount, such as `tenants/clinic-7`.
    ///
    /// # Errors
    ///
    /// [`KmsErrorKind::Name`] when it is no path.
    pub fn mount(self, mount: &str) -> Result<Self, KmsError> {
        let fits = mount.split('/').all(is_segment);
        match named(PROVIDER, &format!("{mount}/{}", self.key), 0)
            .ok()
            .filter(|_| fits)
        {
            Some(key_ref) => Ok(Self {
                key_ref,
                mount: mount.to_owned(),
                ..self
            }),
            None => Err(KmsError::new(Self::SERVICE, &self.key, KmsErrorKind::Name)),
        }
    }

    /// The key in a namespace of Vault Enterprise or OpenBao, such as `clinics/seven`.
    ///
    /// # Errors
    ///
    /// [`KmsErrorKind::Name`] when it is no path.
    pub fn namespace(self, namespace: &str) -> Result<Self, KmsError> {
        if !namespace.split('/').all(is_segment) {
            return Err(KmsError::new(Self::SERVICE, &self.key, KmsErrorKind::Name));
        }
        Ok(Self {
            namespace: Some(namespace.to_owned()),
            ..self
        })
    }

    /// The key in its newest version, for which the service is asked now: new messages are wrapped under that one and name it,
    /// and those of all versions that Vault still has are opened. Ask again after a rotation.
    ///
    /// # Errors
    ///
    /// [`KmsError`], also when the key is of a kind that binds nothing, such as RSA.
    pub fn current(self) -> Result<Self, KmsError> {
        match self.described() {
            Ok((key_ref, bound_by)) => Ok(Self {
                key_ref,
                bound_by,
                ..self
            }),
            Err(kind) => Err(KmsError::of(Self::SERVICE, &self.key_ref, kind)),
        }
    }

    fn described(&self) -> Result<(KeyRef, BoundBy), KmsErrorKind> {
        let found: Described = self.ask("keys", None::<&Encrypt<'_>>)?;
        if !SUITABLE.contains(&found.kind.as_str()) || !found.supports_encryption {
            return Err(KmsErrorKind::Unsuitable);
        }
        if found.soft_deleted {
            return Err(KmsErrorKind::Disabled);
        }
        if found.latest_version == 0 {
            return Err(KmsErrorKind::Reply);
        }
        let key_ref = named(PROVIDER, self.key_ref.id(), found.latest_version)?;
        let bound_by = if found.derived {
            BoundBy::Context
        } else {
            BoundBy::AssociatedData
        };
        Ok((key_ref, bound_by))
    }

    fn ask<T: for<'a> Deserialize<'a>>(&self, verb: &str, input: Option<&impl Serialize>) -> Result<T, KmsErrorKind> {
        let reply = self.client.send(|| self.request(verb, input), |_| None)?;
        if !reply.is_success() {
            return Err(refusal(&reply));
        }
        Ok(reply.json::<Answer<T>>()?.data)
    }

    fn request(&self, verb: &str, input: Option<&impl Serialize>) -> Result<Request, KmsErrorKind> {
        let token = self.token.get()?;
        let mut headers = vec![
            ("x-vault-token", Zeroizing::new(token.text()?.to_owned())),
            ("x-vault-request", Zeroizing::new("true".to_owned())),
        ];
        if let Some(namespace) = &self.namespace {
            headers.push(("x-vault-namespace", Zeroizing::new(namespace.clone())));
        }
        if input.is_some() {
            headers.push(("content-type", Zeroizing::new("application/json".to_owned())));
        }
        Ok(Request {
            path: format!("/v1/{}/{verb}/{}", self.mount, self.key),
            headers,
            body: input.map(json).transpose()?,
        })
    }

    /// What binds a wrapped key of the version in `key_ref`. The context leaves the version away: Vault wraps anew under
    /// the same context only, and proves by the tag in which version something was wrapped.
    fn bound(&self, key_ref: &KeyRef, binding: &[u8]) -> Bound {
        match self.bound_by {
            BoundBy::AssociatedData => Bound {
                associated_data: Some(base64(binding).to_string()),
                context: None,
            },
            BoundBy::Context => {
                let version = key_ref.version().to_be_bytes();
                let unversioned = binding.strip_suffix(version.as_slice()).unwrap_or(binding);
                Bound {
                    associated_data: None,
                    context: Some(base64(unversioned).to_string()),
                }
            }
        }
    }

    fn version(&self) -> Option<u32> {
        Some(self.key_ref.version()).filter(|version| *version > 0)
    }

    /// What Vault wrapped, if it is of the version that was asked for.
    fn checked(&self, wrapped: Wrapped) -> Result<Vec<u8>, KmsErrorKind> {
        let found = version_of(&wrapped.ciphertext).ok_or(KmsErrorKind::Reply)?;
        if self.version().is_some_and(|version| version != found) {
            return Err(KmsErrorKind::Reply);
        }
        Ok(wrapped.ciphertext.into_bytes())
    }
}

impl Api for VaultTransit {
    const SERVICE: &'static str = "Vault transit";

    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn report(&self) -> &Report {
        &self.report
    }

    /// Any version, since Vault knows them all.
    fn opens(&self, key_ref: &KeyRef) -> bool {
        (key_ref.provider(), key_ref.id()) == (PROVIDER, self.key_ref.id())
    }

    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KmsErrorKind> {
        let plaintext = base64(data_key);
        let input = Encrypt {
            plaintext: &plaintext,
            key_version: self.version(),
            bound: self.bound(&self.key_ref, binding),
        };
        self.checked(self.ask("encrypt", Some(&input))?)
    }

    fn unwrap(&self, key_ref: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, KmsErrorKind> {
        let input = Decrypt {
            ciphertext: ciphertext(key_ref, wrapped)?,
            key_version: None,
            bound: self.bound(key_ref, binding),
        };
        let unwrapped: Unwrapped = self.ask("decrypt", Some(&input))?;
        data_key(&unwrapped.plaintext.0)
    }

    fn rewrap(&self, old: WrappedKey<'_>, _: &[u8]) -> Result<Vec<u8>, KmsErrorKind> {
        if self.bound_by != BoundBy::Context {
            return Err(KmsErrorKind::NoRewrap);
        }
        let input = Decrypt {
            ciphertext: ciphertext(old.key_ref, old.wrapped)?,
            key_version: self.version(),
            bound: self.bound(old.key_ref, old.binding),
        };
        self.checked(self.ask("rewrap", Some(&input))?)
    }
}

provider!(VaultTransit);

/// What was wrapped, if it is of the version that the header says.
fn ciphertext<'a>(key_ref: &KeyRef, wrapped: &'a [u8]) -> Result<&'a str, KmsErrorKind> {
    let text = str::from_utf8(wrapped).map_err(|_| KmsErrorKind::Mismatch)?;
    let version = version_of(text).ok_or(KmsErrorKind::Mismatch)?;
    if key_ref.version() > 0 && key_ref.version() != version {
        return Err(KmsErrorKind::Mismatch);
    }
    Ok(text)
}

/// The version in `vault:v1:...`.
fn version_of(ciphertext: &str) -> Option<u32> {
    let (version, _) = ciphertext.strip_prefix("vault:v")?.split_once(':')?;
    version.parse().ok().filter(|version| *version > 0)
}

/// Who holds the key, in headers.
const PROVIDER: &str = "vault-transit";
const MOUNT: &str = "transit";
/// The kinds of keys that authenticate what they encrypt.
const SUITABLE: [&str; 4] = [
    "aes128-gcm96",
    "aes256-gcm96",
    "chacha20-poly1305",
    "xchacha20-poly1305",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_in_a_ciphertext_is_that_of_the_header() {
        let key_ref = |version| named(PROVIDER, "transit/mail", version).unwrap();
        assert_eq!(ciphertext(&key_ref(2), b"vault:v2:AAAA"), Ok("vault:v2:AAAA"));
        assert_eq!(ciphertext(&key_ref(0), b"vault:v9:AAAA"), Ok("vault:v9:AAAA"));
        for text in [
            "vault:v1:AAAA",
            "vault:v2",
            "vault:v0:AAAA",
            "vault:v-2:AAAA",
            "v2:AAAA",
            "",
            "vault:v99999999999:A",
        ] {
            assert_eq!(
                ciphertext(&key_ref(2), text.as_bytes()),
                Err(KmsErrorKind::Mismatch),
                "{text}"
            );
        }
        assert_eq!(ciphertext(&key_ref(2), b"\xff"), Err(KmsErrorKind::Mismatch));
    }

    #[test]
    fn names_that_vault_does_not_have_are_refused_before_anything_is_sent() {
        let key = |name: &str| VaultTransit::new("https://vault.example", name, Secret::new("t"), Reach::default());
        for name in ["", "..", "a/b", "a?b", "mail\r\n"] {
            assert_eq!(
                key(name).map(drop).map_err(|error| error.kind()),
                Err(KmsErrorKind::Name),
                "{name:?}"
            );
        }
        for mount in ["", "/", "a//b", "../sys", "a?b"] {
            assert!(key("mail").unwrap().mount(mount).is_err(), "{mount}");
            assert!(key("mail").unwrap().namespace(mount).is_err(), "{mount}");
        }
        let there = key("mail").unwrap().mount("tenants/clinic-7").unwrap();
        assert_eq!(
            format!("{there:?}"),
            "VaultTransit(vault-transit:tenants/clinic-7/mail)"
        );
    }
}
