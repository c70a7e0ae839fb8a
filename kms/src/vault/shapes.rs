//! What the transit engine reads and writes, and what it says when it refuses.

use serde::{Deserialize, Serialize};

use crate::error::KmsErrorKind;
use crate::http::Reply;
use crate::service::Wiped;

/// Vault tells apart by its words what went wrong; they are looked for, and go no further.
pub(super) fn refusal(reply: &Reply) -> KmsErrorKind {
    let failure: Failure = reply.json().unwrap_or_default();
    let says = |words: &str| failure.errors.iter().any(|error| error.contains(words));
    match reply.status {
        400 if says("key not found") => KmsErrorKind::NoKey,
        400 if says("disallowed by policy") || says("soft-deleted") || says("soft deleted") => KmsErrorKind::Disabled,
        400 if says("authentication failed") || says("invalid ciphertext") => KmsErrorKind::Mismatch,
        400 if says("missing 'context'") => KmsErrorKind::Version,
        400 if says("non-AEAD") => KmsErrorKind::Unsuitable,
        401 | 403 => KmsErrorKind::Denied,
        404 => KmsErrorKind::NoKey,
        status => KmsErrorKind::Refused(status),
    }
}

#[derive(Deserialize, Default)]
struct Failure {
    #[serde(default)]
    errors: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Bound {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) associated_data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) context: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Encrypt<'a> {
    pub(super) plaintext: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_version: Option<u32>,
    #[serde(flatten)]
    pub(super) bound: Bound,
}

#[derive(Serialize)]
pub(super) struct Decrypt<'a> {
    pub(super) ciphertext: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key_version: Option<u32>,
    #[serde(flatten)]
    pub(super) bound: Bound,
}

#[derive(Deserialize)]
pub(super) struct Answer<T> {
    pub(super) data: T,
}

#[derive(Deserialize)]
pub(super) struct Described {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) latest_version: u32,
    #[serde(default)]
    pub(super) derived: bool,
    #[serde(default)]
    pub(super) soft_deleted: bool,
    pub(super) supports_encryption: bool,
}

#[derive(Deserialize)]
pub(super) struct Wrapped {
    pub(super) ciphertext: String,
}

#[derive(Deserialize)]
pub(super) struct Unwrapped {
    pub(super) plaintext: Wiped,
}
