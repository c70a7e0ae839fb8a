//! Messages with the edits of a delivery made.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwax::outer as edited;

use crate::input::Given;
use crate::{error, output, released};

/// What leaves: the message with edits in the shape of a delivery's `edits`.
#[pyfunction]
#[pyo3(signature = (message, edits, /))]
pub(crate) fn outer(py: Python<'_>, message: Given<'_>, edits: Given<'_>) -> PyResult<Py<PyBytes>> {
    let message = message.bytes("message")?;
    let edits = serde_json::from_str(edits.text("edits")?);
    let edits: Vec<sealwax::policy::Edit> = edits.map_err(|_| error::edits())?;
    let edited = released(py, message.len(), || edited::apply(&message, &edits));
    Ok(output::copy(py, &edited)?.unbind())
}

/// What goes into the seal.
#[pyfunction]
#[pyo3(signature = (message, /))]
pub(crate) fn inner(py: Python<'_>, message: Given<'_>) -> PyResult<Py<PyBytes>> {
    let message = message.bytes("message")?;
    let inner = released(py, message.len(), || edited::inner(&message));
    Ok(output::copy(py, &inner)?.unbind())
}
