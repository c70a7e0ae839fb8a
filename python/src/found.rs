//! What a scan found, turned into Python's objects one by one, when it is asked for.

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use sealwax::engine::Entity;
use sealwax::json;

use crate::input::Given;

/// The entities of a scan, each as JSON.
#[pyclass(frozen, module = "sealwax._sealwax")]
pub(crate) struct Found(Vec<Entity>);

impl Found {
    pub(crate) const fn new(entities: Vec<Entity>) -> Self {
        Self(entities)
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
