//! What a scan found, and what was decided, turned into Python's objects one by one.

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use sealwax::engine::Entity;
use sealwax::json;
use sealwax::policy::{Delivery, Verdict};

use crate::RELEASE_FROM;
use crate::input::Given;

/// The entities of a scan, each as JSON.
#[pyclass(frozen, module = "sealwax._sealwax")]
pub(crate) struct Found(Vec<Entity>);

impl Found {
    pub(crate) const fn new(entities: Vec<Entity>) -> Self {
        Self(entities)
    }
}

impl Drop for Found {
    fn drop(&mut self) {
        free(std::mem::take(&mut self.0));
    }
}

#[pymethods]
impl Found {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __getitem__(&self, index: Given<'_>) -> PyResult<String> {
        let index: usize = index.number("index", 0..=usize::MAX)?;
        let entity = self.0.get(index).map(json::entity);
        entity.ok_or_else(|| PyIndexError::new_err("there is no such entity"))
    }
}

/// The deliveries of a verdict, each as JSON.
#[pyclass(frozen, module = "sealwax._sealwax")]
pub(crate) struct Deliveries(Vec<Delivery>);

/// A verdict as JSON without its deliveries, and these.
pub(crate) fn decided(verdict: Verdict) -> (String, Deliveries) {
    (json::verdict_summary(&verdict), Deliveries(verdict.deliveries))
}

impl Drop for Deliveries {
    fn drop(&mut self) {
        free(std::mem::take(&mut self.0));
    }
}

#[pymethods]
impl Deliveries {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __getitem__(&self, index: Given<'_>) -> PyResult<String> {
        let index: usize = index.number("index", 0..=usize::MAX)?;
        let delivery = self.0.get(index).map(json::delivery);
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
