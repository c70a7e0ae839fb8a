//! What a scan found, and what was decided, turned into Python's objects when they are asked for.

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use sealwax::engine::{Entity, Scan};
use sealwax::json;
use sealwax::policy::Verdict;

use crate::RELEASE_FROM;
use crate::input::Given;

/// What a scan found: as JSON, its entities one by one.
#[pyclass(frozen, module = "sealwax._sealwax")]
pub(crate) struct Found {
    scan: Scan,
    id: String,
}

impl Found {
    pub(crate) const fn new(scan: Scan, id: String) -> Self {
        Self { scan, id }
    }
}

impl Drop for Found {
    fn drop(&mut self) {
        free(std::mem::take(&mut self.scan.entities));
    }
}

#[pymethods]
impl Found {
    /// All but the entities.
    fn summary(&self) -> String {
        json::scan_summary(&self.scan, &self.id)
    }

    fn __len__(&self) -> usize {
        self.scan.entities.len()
    }

    fn __getitem__(&self, index: Given<'_>) -> PyResult<String> {
        let index: usize = index.number("index", 0..=usize::MAX)?;
        let entity: Option<&Entity> = self.scan.entities.get(index);
        let entity = entity.map(json::entity);
        entity.ok_or_else(|| PyIndexError::new_err("there is no such entity"))
    }
}

/// A verdict: as JSON, its deliveries one by one.
#[pyclass(frozen, module = "sealwax._sealwax")]
pub(crate) struct Decided(Verdict);

impl Decided {
    pub(crate) const fn new(verdict: Verdict) -> Self {
        Self(verdict)
    }
}

impl Drop for Decided {
    fn drop(&mut self) {
        free(std::mem::take(&mut self.0.deliveries));
    }
}

#[pymethods]
impl Decided {
    /// All but the deliveries.
    fn summary(&self) -> String {
        json::verdict_summary(&self.0)
    }

    fn __len__(&self) -> usize {
        self.0.deliveries.len()
    }

    fn __getitem__(&self, index: Given<'_>) -> PyResult<String> {
        let index: usize = index.number("index", 0..=usize::MAX)?;
        let delivery = self.0.deliveries.get(index).map(json::delivery);
        delivery.ok_or_else(|| PyIndexError::new_err("there is no such delivery"))
    }
}

/// Frees what was found, with the interpreter released where there is much of it: each has memory of its own.
fn free<T: Send>(values: Vec<T>) {
    if values.len().saturating_mul(size_of::<T>()) < RELEASE_FROM {
        return;
    }
    // Without an interpreter there is nobody to wait, and the values go with the closure.
    let _ = Python::try_attach(|py| py.detach(move || drop(values)));
}
