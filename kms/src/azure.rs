//! Azure Key Vault and Managed HSM.

use sealwax::crypto::KEY_LEN;
use sealwax::seal::KeyRef;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::encode::{base64url, blob_url, data_key_url, json};
use crate::error::{KmsError, KmsErrorKind, Report};
use crate::http::{Client, Reply, Request};
use crate::reach::Reach;
use crate::secret::{Secret, Supply};
use crate::service::{Api, DataKey, Wiped, is_segment, named, provider};

/// A key of Azure Key Vault or of a Managed HSM. Headers name it `azure-key-vault:KEY/VERSION`.
///
/// Azure wraps keys without anything beside them, so that the wrap itself is not bound to the message. The body is: a wrapped key
/// that somebody moves to another message is unwrapped by Azure, and opens nothing. What is lost is that Azure would refuse it, and
/// that its log would name the message; a [`Cached`](crate::Cached) key that also seals binds the wrap again. Azure has no call
/// that wraps anew by itself.
///
/// ```no_run
/// use sealwax::seal::KeyService;
/// use sealwax_kms::{AzureKeyVault, AzureWrap, Reach, Secret, Supply};
/// let token = Supply::by(|| std::env::var("ACCESS_TOKEN").ok().map(Secret::from)); // OAuth 2.0, as your library renews it
/// let key = AzureKeyVault::new("https://clinic.vault.azure.net", "mail", AzureWrap::RsaOaep256, token, Reach::default())?;
/// let service = KeyService::new(key.current()?); // a recipient and an identity
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct AzureKeyVault {
    key_ref: KeyRef,
    key: String,
    version: Option<String>,
    wrap: AzureWrap,
    token: Supply<Secret>,
    client: Client,
    report: Report,
}

/// How Azure wraps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AzureWrap {
    /// By AES key wrap (RFC 3394) under a symmetric key, which only a Managed HSM has.
    A256Kw,
    /// By RSA-OAEP with SHA-256 and MGF1 of SHA-256.
    RsaOaep256,
}

impl AzureWrap {
    fn name(self) -> &'static str {
        match self {
            Self::A256Kw => "A256KW",
            Self::RsaOaep256 => "RSA-OAEP-256",
        }
    }

    /// Whether a key of this type wraps so.
    fn suits(self, kind: &str) -> bool {
        match self {
            Self::A256Kw => matches!(kind, "oct" | "oct-HSM"),
            Self::RsaOaep256 => matches!(kind, "RSA" | "RSA-HSM"),
        }
    }
}

impl AzureKeyVault {
    /// The key of this name in the vault at this address. Nothing is asked yet, and no version is known: it opens, and wraps after
    /// [`AzureKeyVault::version`] or [`AzureKeyVault::current`].
    ///
    /// # Errors
    ///
    /// [`KmsErrorKind::Name`] for a key that Azure has no such names for, [`KmsErrorKind::Address`] for an address that is not one.
    pub fn new(
        address: &str,
        key: &str,
        wrap: AzureWrap,
        token: impl Into<Supply<Secret>>,
        reach: Reach,
    ) -> Result<Self, KmsError> {
        let made = (|| {
            if !is_segment(key) {
                return Err(KmsErrorKind::Name);
            }
            Ok(Self {
                key_ref: named(PROVIDER, key, 0)?,
                key: key.to_owned(),
                version: None,
                wrap,
                token: token.into(),
                client: Client::new(&reach, address)?,
                report: reach.report,
            })
        })();
        made.map_err(|kind| KmsError::new(Self::SERVICE, key, kind))
    }

    /// The key in this version, which new messages are wrapped under and name. Those of every other version are opened as well.
    ///
    /// # Errors
    ///
    /// [`KmsErrorKind::Name`] for what is no version.
    pub fn version(self, version: &str) -> Result<Self, KmsError> {
        let id = format!("{}/{version}", self.key);
        match named(PROVIDER, &id, 0).ok().filter(|_| is_segment(version)) {
            Some(key_ref) => Ok(Self {
                key_ref,
                version: Some(version.to_owned()),
                ..self
            }),
            None => Err(KmsError::new(Self::SERVICE, &self.key, KmsErrorKind::Name)),
        }
    }

    /// The key in its newest version, for which the service is asked now. Ask again after a rotation.
    ///
    /// # Errors
    ///
    /// [`KmsError`], also when the key is disabled, or of a type that does not wrap in this way.
    pub fn current(self) -> Result<Self, KmsError> {
        match self.newest() {
            Ok(version) => self.version(&version),
            Err(kind) => Err(KmsError::of(Self::SERVICE, &self.key_ref, kind)),
        }
    }

    fn newest(&self) -> Result<String, KmsErrorKind> {
        let found: Described = self.ask(&format!("/keys/{}", self.key), None::<&Operation<'_>>)?;
        if !found.attributes.enabled {
            return Err(KmsErrorKind::Disabled);
        }
        if !self.wrap.suits(&found.key.kty) {
            return Err(KmsErrorKind::Unsuitable);
        }
        self.version_of(&found.key.kid).map(str::to_owned)
    }

    /// The version in the identifier of one of this key.
    fn version_of<'a>(&self, kid: &'a str) -> Result<&'a str, KmsErrorKind> {
        let (before, version) = kid.rsplit_once('/').ok_or(KmsErrorKind::Reply)?;
        let is_of_key = before.ends_with(&format!("/keys/{}", self.key));
        (is_of_key && is_segment(version))
            .then_some(version)
            .ok_or(KmsErrorKind::Reply)
    }

    fn ask<T: for<'a> Deserialize<'a>>(&self, path: &str, input: Option<&impl Serialize>) -> Result<T, KmsErrorKind> {
        let make = || {
            let token = self.token.get()?;
            let bearer = Zeroizing::new(format!("Bearer {}", token.text()?));
            let json_type = Zeroizing::new("application/json".to_owned());
            Ok(Request {
                path: format!("{path}?api-version={API_VERSION}"),
                headers: vec![("authorization", bearer), ("content-type", json_type)],
                body: input.map(json).transpose()?,
            })
        };
        let reply = self.client.send(make, |_| None)?;
        if reply.is_success() {
            reply.json()
        } else {
            Err(refusal(&reply, input.is_some()))
        }
    }

    /// Wraps or unwraps `value` under a version of the key, which must be the one that the service says it used.
    fn operate(&self, version: &str, verb: &str, value: &str) -> Result<Operated, KmsErrorKind> {
        let alg = self.wrap.name();
        let path = format!("/keys/{}/{version}/{verb}", self.key);
        let done: Operated = self.ask(&path, Some(&Operation { alg, value }))?;
        if self.version_of(&done.kid)? == version {
            Ok(done)
        } else {
            Err(KmsErrorKind::Reply)
        }
    }
}

impl Api for AzureKeyVault {
    const SERVICE: &'static str = "Azure Key Vault";

    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn report(&self) -> &Report {
        &self.report
    }

    fn opens(&self, key_ref: &KeyRef) -> bool {
        key_ref.provider() == PROVIDER && version_in(&self.key, key_ref).is_some()
    }

    fn wrap(&self, _: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KmsErrorKind> {
        let version = self.version.as_deref().ok_or(KmsErrorKind::Version)?;
        let wrapped = self.operate(version, "wrapkey", &base64url(data_key))?;
        blob_url(&wrapped.value.0)
    }

    fn unwrap(&self, key_ref: &KeyRef, _: &[u8], wrapped: &[u8]) -> Result<DataKey, KmsErrorKind> {
        let version = version_in(&self.key, key_ref).ok_or(KmsErrorKind::Name)?;
        let unwrapped = self.operate(version, "unwrapkey", &base64url(wrapped))?;
        data_key_url(&unwrapped.value.0)
    }
}

provider!(AzureKeyVault);

/// The version that a header names, if it is one of this key; it may be a stranger's.
fn version_in<'a>(key: &str, key_ref: &'a KeyRef) -> Option<&'a str> {
    let version = key_ref.id().strip_prefix(key)?.strip_prefix('/')?;
    is_segment(version).then_some(version)
}

fn refusal(reply: &Reply, was_post: bool) -> KmsErrorKind {
    let failure: Failure = reply.json().unwrap_or_default();
    let inner = failure.error.innererror.map(|inner| inner.code).unwrap_or_default();
    match (reply.status, failure.error.code.as_str()) {
        (403, _) if inner == "KeyDisabled" => KmsErrorKind::Disabled,
        (401 | 403, _) => KmsErrorKind::Denied,
        (404, _) => KmsErrorKind::NoKey,
        (400, "BadParameter") if was_post => KmsErrorKind::Mismatch,
        (status, _) => KmsErrorKind::Refused(status),
    }
}

#[derive(Deserialize, Default)]
struct Failure {
    #[serde(default)]
    error: Code,
}

#[derive(Deserialize, Default)]
struct Code {
    #[serde(default)]
    code: String,
    innererror: Option<Inner>,
}

#[derive(Deserialize)]
struct Inner {
    #[serde(default)]
    code: String,
}

#[derive(Serialize)]
struct Operation<'a> {
    alg: &'a str,
    value: &'a str,
}

#[derive(Deserialize)]
struct Operated {
    kid: String,
    value: Wiped,
}

#[derive(Deserialize)]
struct Described {
    key: JsonWebKey,
    attributes: Attributes,
}

#[derive(Deserialize)]
struct JsonWebKey {
    kid: String,
    kty: String,
}

#[derive(Deserialize)]
struct Attributes {
    enabled: bool,
}

/// Who holds the key, in headers.
const PROVIDER: &str = "azure-key-vault";
/// The version of Azure's API that has all of this, for Key Vault and Managed HSM.
const API_VERSION: &str = "7.4";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_a_header_names_is_one_of_this_key() {
        let version = |id: &str| {
            let key_ref = named(PROVIDER, id, 0).unwrap();
            version_in("mail", &key_ref).map(str::to_owned)
        };
        assert_eq!(version("mail/0123abcd").as_deref(), Some("0123abcd"));
        for id in [
            "mail",
            "mail/",
            "mail2/0",
            "other/0",
            "mail/..",
            "mail/0/unwrapkey",
            "mail/0?x",
            "mail/a b",
        ] {
            assert_eq!(version(id), None, "{id}");
        }
    }
}
