//! An engine in one file: the policy, read and proved, and its detectors, terms and forms, compiled. What took its time once
//! is not done again when the engine is built, and all processes that map the file share its pages.
//!
//! ```text
//! form   version, catalogue   SHA-256 of the rest   policy   detectors   files: name, bytes ...
//! ```
//!
//! Each is a section, or a few, of [`Writer`].

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::builder::{BuildError, Cause};
use crate::detect::{Scanner, ScannerBuilder, plan_digest};
use crate::ground::{Reader, Writer};
use crate::policy::{Policy, Resources};

/// What every bundle of this form begins with.
const FORM: &[u8] = b"sealwax bundle 1";

/// What is read from a bundle.
pub(super) struct Bundle {
    pub(super) policy: Policy,
    pub(super) scanner: Scanner,
    /// Rosters and forms, by the name that the policy gives their files.
    pub(super) resources: Resources,
}

/// The bundle of a policy that was proved, of its detectors, whose examples were run, and of the files that it names.
pub(super) fn write(policy: &Policy, detectors: &ScannerBuilder, resources: &Resources) -> Result<Vec<u8>, BuildError> {
    let mut content = Writer::default();
    policy.write(&mut content)?;
    detectors.write(&mut content)?;
    let rosters = policy.rosters().map(|(_, file)| file);
    let forms = policy.forms().map(|(_, file, _)| file);
    for (name, bytes) in rosters.chain(forms).filter_map(|file| resources.get_key_value(file)) {
        content.section(name.as_bytes());
        content.section(bytes);
    }
    let content = content.into_bytes();
    let mut image = Writer::default();
    image.section(FORM);
    image.section(VERSION.as_bytes());
    image.section(plan_digest()?);
    image.section(&Sha256::digest(&content));
    let mut bytes = image.into_bytes();
    bytes.extend(content);
    Ok(bytes)
}

/// Reads a bundle that this version wrote.
pub(super) fn read(bytes: Cow<'static, [u8]>) -> Result<Bundle, BuildError> {
    let mut image = Reader::of(bytes);
    if image.section().is_none_or(|form| form != FORM) {
        return Err(refused(
            "this is no bundle: expected a file that `sealwax compile` wrote",
        ));
    }
    let version = image.section().ok_or_else(damaged)?;
    let plan = image.section().ok_or_else(damaged)?;
    if version != VERSION.as_bytes() || plan != plan_digest()? {
        let other = String::from_utf8_lossy(&version);
        return Err(refused(format!(
            "the bundle was compiled by another build of sealwax, version {other}, and this is {VERSION}: compile it anew"
        )));
    }
    let digest = image.section().ok_or_else(damaged)?;
    if Sha256::digest(image.rest()).as_slice() != &*digest {
        return Err(damaged());
    }
    let policy = Policy::read(&mut image).ok_or_else(damaged)?;
    let scanner = Scanner::read(&mut image).ok_or_else(damaged)??;
    let mut resources = Resources::new();
    while let Some(name) = image.section() {
        let name = String::from_utf8_lossy(&name).into_owned();
        resources.insert(name, image.section().ok_or_else(damaged)?.into_owned());
    }
    Ok(Bundle {
        policy,
        scanner,
        resources,
    })
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn damaged() -> BuildError {
    refused("the bundle is damaged: compile it anew")
}

fn refused(why: impl Into<Box<str>>) -> BuildError {
    Cause::Bundle(why.into()).into()
}
