//! What AWS KMS reads and writes, and what it says when it refuses.

use sealwax::crypto::hex;
use serde::{Deserialize, Serialize};

use crate::error::KmsErrorKind;
use crate::http::Reply;
use crate::service::Wiped;

/// What AWS says with the status 400, though it means that it is to be asked again.
pub(super) fn again(reply: &Reply) -> Option<KmsErrorKind> {
    match code(reply).as_str() {
        "ThrottlingException" | "Throttling" | "TooManyRequestsException" => Some(KmsErrorKind::Throttled),
        "DependencyTimeoutException" | "KMSInternalException" | "KeyUnavailableException" => {
            Some(KmsErrorKind::Unavailable)
        }
        _ => None,
    }
}

pub(super) fn refusal(reply: &Reply) -> KmsErrorKind {
    match code(reply).as_str() {
        "DisabledException" | "KMSInvalidStateException" => KmsErrorKind::Disabled,
        "IncorrectKeyException" | "InvalidCiphertextException" => KmsErrorKind::Mismatch,
        "InvalidKeyUsageException" => KmsErrorKind::Unsuitable,
        "NotFoundException" => KmsErrorKind::NoKey,
        "AccessDeniedException"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationTokenException"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException" => KmsErrorKind::Denied,
        _ if matches!(reply.status, 401 | 403) => KmsErrorKind::Denied,
        _ => KmsErrorKind::Refused(reply.status),
    }
}

/// The name of an error: what stands behind `#` in `__type`.
fn code(reply: &Reply) -> String {
    if reply.is_success() {
        return String::new();
    }
    let failure: Failure = reply.json().unwrap_or_default();
    let (_, name) = failure.kind.rsplit_once('#').unwrap_or(("", &failure.kind));
    name.to_owned()
}

#[derive(Deserialize, Default)]
struct Failure {
    #[serde(rename = "__type", default)]
    kind: String,
}

#[derive(Serialize)]
pub(super) struct Context {
    #[serde(rename = "sealwax-binding")]
    pub(super) binding: String,
}

impl Context {
    pub(super) fn of(binding: &[u8]) -> Self {
        Self { binding: hex(binding) }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DescribeKey<'a> {
    pub(super) key_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Encrypt<'a> {
    pub(super) key_id: &'a str,
    pub(super) plaintext: &'a str,
    pub(super) encryption_context: Context,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Decrypt<'a> {
    pub(super) key_id: &'a str,
    pub(super) ciphertext_blob: &'a str,
    pub(super) encryption_context: Context,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReEncrypt<'a> {
    pub(super) source_key_id: &'a str,
    pub(super) ciphertext_blob: &'a str,
    pub(super) source_encryption_context: Context,
    pub(super) destination_key_id: &'a str,
    pub(super) destination_encryption_context: Context,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    pub(super) key_metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Metadata {
    pub(super) arn: String,
    pub(super) key_state: String,
    pub(super) key_usage: String,
    pub(super) key_spec: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Wrapped {
    pub(super) ciphertext_blob: String,
    pub(super) key_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Unwrapped {
    pub(super) plaintext: Wiped,
    pub(super) key_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Rewrapped {
    pub(super) ciphertext_blob: String,
    pub(super) key_id: String,
    pub(super) source_key_id: String,
}
