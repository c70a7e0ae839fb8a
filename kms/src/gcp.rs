//! Google Cloud KMS.

use sealwax::crypto::KEY_LEN;
use sealwax::seal::KeyRef;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::crc32c::crc32c;
use crate::encode::{base64, blob, data_key, json};
use crate::error::{KmsError, KmsErrorKind, Report};
use crate::http::{Client, Reply, Request};
use crate::reach::Reach;
use crate::secret::{Secret, Supply};
use crate::service::{Api, DataKey, Wiped, is_segment, named, provider};

/// A symmetric key of Google Cloud KMS. Headers name it `gcp-kms:projects/P/locations/L/keyRings/R/cryptoKeys/K#VERSION`.
///
/// The message is bound as *additional authenticated data*, and everything that goes to the service or comes from it is
/// checked by its CRC-32C on both sides. Google Cloud has no call that wraps anew by itself.
///
/// ```no_run
/// use sealwax::seal::KeyService;
/// use sealwax_kms::{GcpKms, Reach, Secret, Supply};
/// let token = Supply::by(|| std::env::var("ACCESS_TOKEN").ok().map(Secret::from)); // OAuth 2.0, as your library renews it
/// let name = "projects/clinic/locations/europe-west3/keyRings/mail/cryptoKeys/2027";
/// let service = KeyService::new(GcpKms::new(name, token, Reach::default())?.current()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct GcpKms {
    key_ref: KeyRef,
    token: Supply<Secret>,
    client: Client,
    report: Report,
}

impl GcpKms {
    /// The key of this resource name. Nothing is asked yet: its version is not known, and Google Cloud takes the primary one.
    ///
    /// # Errors
    ///
    /// [`KmsErrorKind::Name`] for what is no name of a key, [`KmsErrorKind::Address`] for the address of `reach`.
    pub fn new(name: &str, token: impl Into<Supply<Secret>>, reach: Reach) -> Result<Self, KmsError> {
        let made = (|| {
            if !is_key(name) {
                return Err(KmsErrorKind::Name);
            }
            Ok(Self {
                key_ref: named(PROVIDER, name, 0)?,
                token: token.into(),
                client: Client::new(&reach, USUAL)?,
                report: reach.report,
            })
        })();
        made.map_err(|kind| KmsError::new(Self::SERVICE, name, kind))
    }

    /// The key in its primary version, for which the service is asked now: new messages are wrapped under that one and name
    /// it, and those of all versions that are enabled are opened. Ask again after a rotation.
    ///
    /// # Errors
    ///
    /// [`KmsError`], also when the key is not for encryption, or its primary version is not enabled.
    pub fn current(self) -> Result<Self, KmsError> {
        match self.primary() {
            Ok(key_ref) => Ok(Self { key_ref, ..self }),
            Err(kind) => Err(KmsError::of(Self::SERVICE, &self.key_ref, kind)),
        }
    }

    fn primary(&self) -> Result<KeyRef, KmsErrorKind> {
        let found: Described = self.ask(self.key_ref.id(), None::<&Decrypt<'_>>)?;
        if found.purpose != "ENCRYPT_DECRYPT" {
            return Err(KmsErrorKind::Unsuitable);
        }
        let primary = found.primary.ok_or(KmsErrorKind::Disabled)?;
        if primary.state != "ENABLED" {
            return Err(KmsErrorKind::Disabled);
        }
        named(PROVIDER, self.key_ref.id(), self.version_of(&primary.name)?)
    }

    /// The version in the name of one of this key.
    fn version_of(&self, name: &str) -> Result<u32, KmsErrorKind> {
        let version = name
            .strip_prefix(self.key_ref.id())
            .and_then(|rest| rest.strip_prefix(VERSIONS));
        let version = version.and_then(|version| version.parse().ok());
        version.filter(|version| *version > 0).ok_or(KmsErrorKind::Reply)
    }

    fn ask<T: for<'a> Deserialize<'a>>(&self, path: &str, input: Option<&impl Serialize>) -> Result<T, KmsErrorKind> {
        let make = || {
            let token = self.token.get()?;
            let bearer = Zeroizing::new(format!("Bearer {}", token.text()?));
            let json_type = Zeroizing::new("application/json".to_owned());
            Ok(Request {
                path: format!("/v1/{path}"),
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
}

impl Api for GcpKms {
    const SERVICE: &'static str = "Google Cloud KMS";

    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn report(&self) -> &Report {
        &self.report
    }

    /// Any version, since what was wrapped names its own.
    fn opens(&self, key_ref: &KeyRef) -> bool {
        (key_ref.provider(), key_ref.id()) == (PROVIDER, self.key_ref.id())
    }

    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KmsErrorKind> {
        let (plaintext, bound) = (base64(data_key), base64(binding));
        let input = Encrypt {
            plaintext: &plaintext,
            plaintext_sum: Sum::of(data_key),
            bound: &bound,
            bound_sum: Sum::of(binding),
        };
        let (id, version) = (self.key_ref.id(), self.key_ref.version());
        let path = match version {
            0 => format!("{id}:encrypt"),
            version => format!("{id}{VERSIONS}{version}:encrypt"),
        };
        let wrapped: Wrapped = self.ask(&path, Some(&input))?;
        let used = self.version_of(&wrapped.name)?;
        let ciphertext = blob(&wrapped.ciphertext)?;
        let is_whole = wrapped.saw_plaintext && wrapped.saw_bound && wrapped.ciphertext_sum.is_of(&ciphertext);
        if !is_whole || (version > 0 && used != version) {
            return Err(KmsErrorKind::Reply);
        }
        Ok(ciphertext)
    }

    fn unwrap(&self, _: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, KmsErrorKind> {
        let (ciphertext, bound) = (base64(wrapped), base64(binding));
        let input = Decrypt {
            ciphertext: &ciphertext,
            ciphertext_sum: Sum::of(wrapped),
            bound: &bound,
            bound_sum: Sum::of(binding),
        };
        let path = format!("{}:decrypt", self.key_ref.id());
        let unwrapped: Unwrapped = self.ask(&path, Some(&input))?;
        let key = data_key(&unwrapped.plaintext.0)?;
        if unwrapped.plaintext_sum.is_of(key.as_slice()) {
            Ok(key)
        } else {
            Err(KmsErrorKind::Reply)
        }
    }
}

provider!(GcpKms);

fn is_key(name: &str) -> bool {
    let words: Vec<_> = name.split('/').collect();
    let [
        "projects",
        project,
        "locations",
        location,
        "keyRings",
        ring,
        "cryptoKeys",
        key,
    ] = words.as_slice()
    else {
        return false;
    };
    [project, location, ring, key].iter().all(|word| is_segment(word))
}

/// Google Cloud does not tell a changed ciphertext from one of another key: both are invalid arguments.
fn refusal(reply: &Reply, was_post: bool) -> KmsErrorKind {
    let failure: Failure = reply.json().unwrap_or_default();
    match (reply.status, failure.error.status.as_str()) {
        (400, "FAILED_PRECONDITION") => KmsErrorKind::Disabled,
        (400, "INVALID_ARGUMENT") if was_post => KmsErrorKind::Mismatch,
        (401 | 403, _) => KmsErrorKind::Denied,
        (404, _) => KmsErrorKind::NoKey,
        (status, _) => KmsErrorKind::Refused(status),
    }
}

#[derive(Deserialize, Default)]
struct Failure {
    #[serde(default)]
    error: Status,
}

#[derive(Deserialize, Default)]
struct Status {
    #[serde(default)]
    status: String,
}

/// A CRC-32C, which Google Cloud writes as a number in a text.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Sum(String);

impl Sum {
    fn of(bytes: &[u8]) -> Self {
        Self(crc32c(bytes).to_string())
    }

    fn is_of(&self, bytes: &[u8]) -> bool {
        self.0.parse() == Ok(crc32c(bytes))
    }
}

#[derive(Serialize)]
struct Encrypt<'a> {
    plaintext: &'a str,
    #[serde(rename = "plaintextCrc32c")]
    plaintext_sum: Sum,
    #[serde(rename = "additionalAuthenticatedData")]
    bound: &'a str,
    #[serde(rename = "additionalAuthenticatedDataCrc32c")]
    bound_sum: Sum,
}

#[derive(Serialize)]
struct Decrypt<'a> {
    ciphertext: &'a str,
    #[serde(rename = "ciphertextCrc32c")]
    ciphertext_sum: Sum,
    #[serde(rename = "additionalAuthenticatedData")]
    bound: &'a str,
    #[serde(rename = "additionalAuthenticatedDataCrc32c")]
    bound_sum: Sum,
}

#[derive(Deserialize)]
struct Described {
    purpose: String,
    primary: Option<Primary>,
}

#[derive(Deserialize)]
struct Primary {
    name: String,
    state: String,
}

#[derive(Deserialize)]
struct Wrapped {
    name: String,
    ciphertext: String,
    #[serde(rename = "ciphertextCrc32c")]
    ciphertext_sum: Sum,
    #[serde(rename = "verifiedPlaintextCrc32c", default)]
    saw_plaintext: bool,
    #[serde(rename = "verifiedAdditionalAuthenticatedDataCrc32c", default)]
    saw_bound: bool,
}

#[derive(Deserialize)]
struct Unwrapped {
    plaintext: Wiped,
    #[serde(rename = "plaintextCrc32c")]
    plaintext_sum: Sum,
}

/// Who holds the key, in headers.
const PROVIDER: &str = "gcp-kms";
const USUAL: &str = "https://cloudkms.googleapis.com";
const VERSIONS: &str = "/cryptoKeyVersions/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_as_google_names_it() {
        assert!(is_key(
            "projects/example.com:clinic/locations/global/keyRings/r/cryptoKeys/k"
        ));
        for name in [
            "",
            "k",
            "projects/p/locations/l/keyRings/r/cryptoKeys/",
            "projects/p/locations/l/keyRings/r/cryptoKeys/..",
            "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
            "projects/p/locations/l/keyRings/r/cryptoKeys/k:decrypt?x",
        ] {
            assert!(!is_key(name), "{name}");
        }
    }
}
