//! Exceptions: the classes of `sealwax.errors`, made from the engine's errors.

use std::fmt::{Debug, Display};

use pyo3::prelude::*;
use sealwax::AddressError;
use sealwax::crypto::HashKeyError;
use sealwax::engine::{BuildError, EvaluateError, FeedError, RedactError};
use sealwax::json::FactsError;
use sealwax::message::PartPathError;
use sealwax::seal::{
    ContextError, HeaderError, KeyError, KeyRefError, OpenError, RewrapError, RingError, SealError, UnwrapRingError,
};

mod classes {
    pyo3::import_exception!(sealwax.errors, ArgumentError);
    pyo3::import_exception!(sealwax.errors, EvaluateError);
    pyo3::import_exception!(sealwax.errors, FactsError);
    pyo3::import_exception!(sealwax.errors, HeaderError);
    pyo3::import_exception!(sealwax.errors, KeyFormatError);
    pyo3::import_exception!(sealwax.errors, OpenError);
    pyo3::import_exception!(sealwax.errors, PolicyError);
    pyo3::import_exception!(sealwax.errors, RedactError);
    pyo3::import_exception!(sealwax.errors, SealError);
}

pub(crate) fn policy(error: &BuildError) -> PyErr {
    classes::PolicyError::new_err((
        error.to_string(),
        code(error.kind()),
        error.line(),
        error.column(),
        error.file().map(str::to_owned),
    ))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(crate) fn evaluate(error: EvaluateError) -> PyErr {
    match error.fact() {
        Some(fact) => classes::FactsError::new_err((
            error.to_string(),
            code(fact.kind()),
            fact.field().to_owned(),
            fact.recipient(),
            fact.nearest().map(str::to_owned),
            fact.allowed().to_vec(),
        )),
        None => classes::EvaluateError::new_err((error.to_string(), code(error.kind()))),
    }
}

/// A piece of a message that a feed refuses.
pub(crate) fn fed(error: FeedError) -> PyErr {
    classes::EvaluateError::new_err((error.to_string(), code(error.kind())))
}

/// The facts are one line that the package wrote itself, so the place in it would tell nobody anything.
pub(crate) fn facts(error: &FactsError) -> PyErr {
    let (reason, nearest) = (error.reason().to_owned(), error.nearest().map(str::to_owned));
    classes::FactsError::new_err((reason, "facts", None::<String>, error.recipient(), nearest))
}

/// An argument of a type or a value that the call does not take.
pub(crate) fn argument(message: impl Into<String>) -> PyErr {
    classes::ArgumentError::new_err((message.into(),))
}

/// What is no section number of a part.
pub(crate) fn part(error: PartPathError) -> PyErr {
    classes::FactsError::new_err((error.to_string(), "part"))
}

/// Edits that no verdict has.
pub(crate) fn edits() -> PyErr {
    classes::FactsError::new_err(("the edits are not those of a delivery", "facts"))
}

/// A text that is no address; the error holds nothing of it.
pub(crate) fn address(error: AddressError) -> PyErr {
    classes::FactsError::new_err((error.to_string(), "address"))
}

/// A word that names no outcome of a delivery.
pub(crate) fn outcome() -> PyErr {
    classes::FactsError::new_err(("`outcome` names no outcome of a delivery", "facts"))
}

/// A file object whose `method` answers with something else than a binary file does.
pub(crate) fn file(method: &str, expected: &str) -> PyErr {
    argument(format!("`{method}` of `file` must return {expected}"))
}

pub(crate) fn key(error: KeyError) -> PyErr {
    classes::KeyFormatError::new_err((error.to_string(), code(error.kind())))
}

pub(crate) fn hash_key(error: HashKeyError) -> PyErr {
    classes::KeyFormatError::new_err((error.to_string(), "hash-key"))
}

pub(crate) fn redact(error: RedactError) -> PyErr {
    classes::RedactError::new_err((error.to_string(), code(error.kind())))
}

pub(crate) fn ring(error: RingError) -> PyErr {
    classes::KeyFormatError::new_err((error.to_string(), code(error.kind())))
}

pub(crate) fn unwrapped(error: UnwrapRingError) -> PyErr {
    match error {
        UnwrapRingError::Open(error) => open(error),
        UnwrapRingError::Ring(error) => ring(error),
        other => classes::KeyFormatError::new_err((other.to_string(), "type")),
    }
}

pub(crate) fn key_name(error: KeyRefError) -> PyErr {
    classes::KeyFormatError::new_err((error.to_string(), "name"))
}

pub(crate) fn exchange() -> PyErr {
    classes::KeyFormatError::new_err(("expected `x25519`, `p256`, `p384` or `xwing`", "exchange"))
}

pub(crate) fn randomness(error: impl Display) -> PyErr {
    classes::SealError::new_err((error.to_string(), "crypto"))
}

pub(crate) fn context(error: ContextError) -> PyErr {
    classes::SealError::new_err((error.to_string(), "context"))
}

pub(crate) fn seal(error: SealError) -> PyErr {
    classes::SealError::new_err((error.to_string(), code(error.kind())))
}

pub(crate) fn open(error: OpenError) -> PyErr {
    classes::OpenError::new_err((error.to_string(), code(error.kind())))
}

pub(crate) fn header(error: HeaderError) -> PyErr {
    classes::HeaderError::new_err((error.to_string(), code(error.kind())))
}

pub(crate) fn rewrap(error: RewrapError) -> PyErr {
    match error {
        RewrapError::Change(error) => seal(error),
        RewrapError::Header(error) => header(error),
        RewrapError::Open(error) => open(error),
        other => classes::SealError::new_err((other.to_string(), "rewrap")),
    }
}

/// The name of a kind as a stable word: `UnknownField` is `unknown-field`.
fn code(kind: impl Debug) -> String {
    let name = format!("{kind:?}");
    let name = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    let mut word = String::new();
    for (index, letter) in name.chars().enumerate() {
        if index > 0 && letter.is_ascii_uppercase() {
            word.push('-');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}
