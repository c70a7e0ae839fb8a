//! AWS KMS.

mod shapes;

use std::time::{SystemTime, UNIX_EPOCH};

use sealwax::Timestamp;
use sealwax::crypto::KEY_LEN;
use sealwax::seal::{KeyRef, WrappedKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use self::shapes::{
    Context, Decrypt, DescribeKey, Described, Encrypt, ReEncrypt, Rewrapped, Unwrapped, Wrapped, again, refusal,
};
use crate::encode::{base64, blob, data_key, json};
use crate::error::{KmsError, KmsErrorKind, Report};
use crate::http::{Client, Request};
use crate::reach::Reach;
use crate::secret::{Secret, Supply};
use crate::service::{Api, DataKey, named, provider};
use crate::sigv4::Signer;

/// A symmetric key of AWS KMS.
///
/// The message is bound by the *encryption context* `sealwax-binding`, which stands in CloudTrail beside each use of the key.
/// Headers name the key `aws-kms:KEY`. AWS rotates what is behind a key without a new name, and says no version.
///
/// ```no_run
/// use sealwax::seal::KeyService;
/// use sealwax_kms::{AwsCredentials, AwsKms, Reach};
/// let credentials = AwsCredentials::new("AKIA...", std::env::var("AWS_SECRET_ACCESS_KEY")?);
/// let key = AwsKms::new("eu-central-1", "alias/mail", credentials, Reach::default())?.current()?;
/// let service = KeyService::new(key); // a recipient and an identity
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct AwsKms {
    key_ref: KeyRef,
    older: Vec<KeyRef>,
    region: String,
    credentials: Supply<AwsCredentials>,
    client: Client,
    report: Report,
}

impl AwsKms {
    /// The key of this id, ARN or alias, in this region. Nothing is asked yet.
    ///
    /// # Errors
    ///
    /// [`KmsErrorKind::Name`] for a region or a key that AWS has no such names for, [`KmsErrorKind::Address`] for the address
    /// of `reach`.
    pub fn new(
        region: &str,
        key: &str,
        credentials: impl Into<Supply<AwsCredentials>>,
        reach: Reach,
    ) -> Result<Self, KmsError> {
        let made = (|| {
            let is_region = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            if region.is_empty() || !region.bytes().all(is_region) || !is_key(key) {
                return Err(KmsErrorKind::Name);
            }
            let end = if region.starts_with("cn-") { ".cn" } else { "" };
            let usual = format!("https://kms.{region}.amazonaws.com{end}");
            let client = Client::new(&reach, &usual)?;
            if client.address().has_path {
                return Err(KmsErrorKind::Address);
            }
            Ok(Self {
                key_ref: named(PROVIDER, key, 0)?,
                older: Vec::new(),
                region: region.to_owned(),
                credentials: credentials.into(),
                client,
                report: reach.report,
            })
        })();
        made.map_err(|kind| KmsError::new(Self::SERVICE, key, kind))
    }

    /// The same key by its ARN, for which the service is asked now: what an alias stands for may change, and a message that
    /// names an alias is not opened by the key that the alias had before.
    ///
    /// # Errors
    ///
    /// [`KmsError`], also when the key is disabled, or no symmetric key for encryption.
    pub fn current(self) -> Result<Self, KmsError> {
        match self.describe() {
            Ok(key_ref) => Ok(Self { key_ref, ..self }.also_opens_ref(self.key_ref)),
            Err(kind) => Err(KmsError::of(Self::SERVICE, &self.key_ref, kind)),
        }
    }

    /// Opens what another key of the region wrapped as well, and wraps it anew under this one when it is asked to
    /// ([`KeyService::rewrap`](sealwax::seal::KeyService::rewrap)).
    ///
    /// # Errors
    ///
    /// [`KmsErrorKind::Name`] for a key that AWS has no such names for.
    pub fn also_opens(self, key: &str) -> Result<Self, KmsError> {
        match named(PROVIDER, key, 0).ok().filter(|_| is_key(key)) {
            Some(key_ref) => Ok(self.also_opens_ref(key_ref)),
            None => Err(KmsError::new(Self::SERVICE, key, KmsErrorKind::Name)),
        }
    }

    fn also_opens_ref(mut self, key_ref: KeyRef) -> Self {
        self.older.push(key_ref);
        self
    }

    fn describe(&self) -> Result<KeyRef, KmsErrorKind> {
        let key_id = self.key_ref.id();
        let described: Described = self.ask("DescribeKey", &DescribeKey { key_id })?;
        let found = described.key_metadata;
        if found.key_state != "Enabled" {
            return Err(KmsErrorKind::Disabled);
        }
        if found.key_usage != "ENCRYPT_DECRYPT" || found.key_spec.is_some_and(|spec| spec != "SYMMETRIC_DEFAULT") {
            return Err(KmsErrorKind::Unsuitable);
        }
        if !found.arn.contains(":key/") {
            return Err(KmsErrorKind::Reply);
        }
        named(PROVIDER, &found.arn, 0).map_err(|_| KmsErrorKind::Reply)
    }

    fn ask<T: for<'a> Deserialize<'a>>(&self, action: &str, input: &impl Serialize) -> Result<T, KmsErrorKind> {
        let reply = self.client.send(|| self.request(action, input), again)?;
        if reply.is_success() {
            reply.json()
        } else {
            Err(refusal(&reply))
        }
    }

    fn request(&self, action: &str, input: &impl Serialize) -> Result<Request, KmsErrorKind> {
        let credentials = self.credentials.get()?;
        let (body, time, target) = (json(input)?, now(), format!("TrentService.{action}"));
        let mut headers = vec![
            ("content-type", "application/x-amz-json-1.1"),
            ("host", self.client.address().host.as_str()),
            ("x-amz-date", time.as_str()),
        ];
        if let Some(token) = &credentials.session_token {
            headers.push(("x-amz-security-token", token.text()?));
        }
        headers.push(("x-amz-target", &target));
        let signer = Signer {
            access_key: credentials.access_key.text()?,
            secret: credentials.secret.text()?,
            region: &self.region,
            service: "kms",
        };
        let authorization = signer.authorization(&time, &headers, &body);
        headers.push(("authorization", &authorization));
        let owned = |(name, value): (&'static str, &str)| (name, Zeroizing::new(value.to_owned()));
        Ok(Request {
            path: "/".to_owned(),
            headers: headers.into_iter().map(owned).collect(),
            body: Some(body),
        })
    }

    /// Fails when the service says that it used another key than the one that was named by its ARN.
    fn check_used(key: &str, used: &str) -> Result<(), KmsErrorKind> {
        if key.contains(":key/") && key != used {
            return Err(KmsErrorKind::Reply);
        }
        Ok(())
    }
}

impl Api for AwsKms {
    const SERVICE: &'static str = "AWS KMS";

    fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    fn report(&self) -> &Report {
        &self.report
    }

    fn opens(&self, key_ref: &KeyRef) -> bool {
        *key_ref == self.key_ref || self.older.contains(key_ref)
    }

    fn wrap(&self, binding: &[u8], data_key: &[u8; KEY_LEN]) -> Result<Vec<u8>, KmsErrorKind> {
        let (key_id, plaintext) = (self.key_ref.id(), base64(data_key));
        let input = Encrypt {
            key_id,
            plaintext: &plaintext,
            encryption_context: Context::of(binding),
        };
        let wrapped: Wrapped = self.ask("Encrypt", &input)?;
        Self::check_used(key_id, &wrapped.key_id)?;
        blob(&wrapped.ciphertext_blob)
    }

    fn unwrap(&self, key_ref: &KeyRef, binding: &[u8], wrapped: &[u8]) -> Result<DataKey, KmsErrorKind> {
        let ciphertext_blob = base64(wrapped);
        let input = Decrypt {
            key_id: key_ref.id(),
            ciphertext_blob: &ciphertext_blob,
            encryption_context: Context::of(binding),
        };
        let unwrapped: Unwrapped = self.ask("Decrypt", &input)?;
        Self::check_used(key_ref.id(), &unwrapped.key_id)?;
        data_key(&unwrapped.plaintext.0)
    }

    fn rewrap(&self, old: WrappedKey<'_>, binding: &[u8]) -> Result<Vec<u8>, KmsErrorKind> {
        let (ciphertext_blob, destination_key_id) = (base64(old.wrapped), self.key_ref.id());
        let input = ReEncrypt {
            source_key_id: old.key_ref.id(),
            ciphertext_blob: &ciphertext_blob,
            source_encryption_context: Context::of(old.binding),
            destination_key_id,
            destination_encryption_context: Context::of(binding),
        };
        let wrapped: Rewrapped = self.ask("ReEncrypt", &input)?;
        Self::check_used(destination_key_id, &wrapped.key_id)?;
        Self::check_used(old.key_ref.id(), &wrapped.source_key_id)?;
        blob(&wrapped.ciphertext_blob)
    }
}

provider!(AwsKms);

/// An access key of AWS. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct AwsCredentials {
    access_key: Secret,
    secret: Secret,
    session_token: Option<Secret>,
}

impl AwsCredentials {
    /// The id of an access key, and its secret.
    pub fn new(access_key: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        Self {
            access_key: access_key.into(),
            secret: secret.into(),
            session_token: None,
        }
    }

    /// The token of temporary credentials, those of a role.
    #[must_use]
    pub fn session_token(self, token: impl Into<Secret>) -> Self {
        Self {
            session_token: Some(token.into()),
            ..self
        }
    }
}

impl std::fmt::Debug for AwsCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AwsCredentials")
    }
}

fn is_key(key: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/".contains(&byte);
    !key.is_empty() && key.bytes().all(fits)
}

/// The time, as `20150830T123600Z`.
fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    let text = Timestamp::from_millis(seconds.saturating_mul(1000)).to_string();
    text.chars().filter(|sign| !"-:".contains(*sign)).collect()
}

/// Who holds the key, in headers.
const PROVIDER: &str = "aws-kms";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_written_as_aws_writes_it() {
        let now = now();
        assert!(
            now.len() == 16 && now.ends_with('Z') && now.chars().nth(8) == Some('T'),
            "{now}"
        );
    }

    #[test]
    fn names_that_aws_does_not_have_are_refused_before_anything_is_sent() {
        let refused = |region: &str, key: &str| {
            let made = AwsKms::new(region, key, AwsCredentials::new("a", "b"), Reach::default());
            made.map(drop).map_err(|error| error.kind())
        };
        assert_eq!(refused("eu-central-1", "alias/mail"), Ok(()));
        assert_eq!(refused("cn-north-1", "arn:aws-cn:kms:cn-north-1:1:key/2"), Ok(()));
        for (region, key) in [
            ("", "k"),
            ("eu.evil.example/", "k"),
            ("EU", "k"),
            ("eu", ""),
            ("eu", "a b"),
            ("eu", "a\"b"),
        ] {
            assert_eq!(refused(region, key), Err(KmsErrorKind::Name), "{region} {key}");
        }
        assert_eq!(refused("eu", &"k".repeat(256)), Err(KmsErrorKind::Name));
    }
}
