//! Minimisation.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use sealwax::redact::{Mode, Purpose, Redaction};
use sealwax::{Engine, json};

use crate::input::{Given, Input, Text};
use crate::key::HashKey;
use crate::signal::watched;
use crate::{error, output, released};

/// How to redact: a mode, a key, the subject whose dates are moved, the types that stay, whether participants stay.
#[derive(FromPyObject)]
pub(crate) struct How<'py>(Given<'py>, Given<'py>, Given<'py>, Given<'py>, Given<'py>);

impl How<'_> {
    fn redaction(&self) -> PyResult<Redaction> {
        let Self(mode, key, subject, keep, participants) = self;
        let key = key
            .optional()
            .map(|key| key.own::<HashKey>("key", "a HashKey"))
            .transpose()?;
        let key = key.map(|key| &key.get().0);
        let mode = Mode::named(mode.text("mode")?).ok_or_else(unknown_mode)?;
        let mut redaction = Redaction::of(mode, key).ok_or_else(|| needs_key("pseudonyms"))?;
        if let Some(subject) = subject.optional() {
            let subject = subject.text("shift_dates")?;
            redaction = redaction.shift_dates(key.ok_or_else(|| needs_key("moved dates"))?, subject);
        }
        if participants.flag("keep_participants")? {
            redaction = redaction.keep_participants();
        }
        let keep = keep.texts("keep")?;
        Ok(keep.iter().fold(redaction, |redaction, label| redaction.keep(label)))
    }
}

/// A message written anew, and what was taken out of it.
pub(crate) fn message(
    py: Python<'_>,
    engine: &Engine,
    raw: Input,
    id: &str,
    how: &How<'_>,
) -> PyResult<(Py<PyBytes>, String)> {
    let redaction = how.redaction()?;
    let done = watched(py, engine, raw.len(), move |engine| engine.redact(&raw, &redaction))?;
    let (raw, summary) = done.map_err(error::redact)?;
    let (copy, summary) = (output::copy(py, &raw)?.unbind(), json::redaction(&summary, id));
    released(py, raw.len(), move || drop(raw));
    Ok((copy, summary))
}

/// A text rewritten, and what was taken out of it.
pub(crate) fn text(
    py: Python<'_>,
    engine: &Engine,
    text: Text,
    id: &str,
    how: &How<'_>,
) -> PyResult<(Py<PyString>, String)> {
    let redaction = how.redaction()?;
    let done = watched(py, engine, text.len(), move |engine| {
        engine.redact_text(&text, &redaction)
    })?;
    let (text, summary) = done.map_err(error::redact)?;
    let (copy, summary) = (output::text(py, &text)?.unbind(), json::redaction(&summary, id));
    released(py, text.len(), move || drop(text));
    Ok((copy, summary))
}

/// The purpose of this name, if one is given.
pub(crate) fn purpose(name: &Given<'_>) -> PyResult<Option<Purpose>> {
    let Some(name) = name.optional() else {
        return Ok(None);
    };
    let purpose = Purpose::named(name.text("purpose")?);
    purpose.map(Some).map_err(|error| error::argument(error.to_string()))
}

fn unknown_mode() -> PyErr {
    error::argument(format!(
        "unknown mode, expected one of {}",
        Mode::ALL.map(Mode::name).join(", ")
    ))
}

fn needs_key(what: &str) -> PyErr {
    error::argument(format!("{what} need a key"))
}
