//! Local keys.

use pyo3::prelude::*;
use sealwax::crypto::Provider;
use sealwax::seal;

use crate::error;

/// A symmetric key of 256 bits: whoever has it can seal and open. ``repr`` shows its name only.
#[pyclass(frozen, module = "sealwax")]
pub(crate) struct LocalKey(pub(crate) seal::LocalKey);

#[pymethods]
impl LocalKey {
    /// A fresh key from the generator of the operating system.
    #[staticmethod]
    fn generate() -> PyResult<Self> {
        let key = seal::LocalKey::generate(Provider::ring());
        key.map(Self).map_err(error::randomness)
    }

    /// Reads the text form; raises ``KeyFormatError``.
    #[staticmethod]
    #[pyo3(signature = (text, /))]
    fn from_text(text: &str) -> PyResult<Self> {
        text.parse().map(Self).map_err(error::key)
    }

    /// The text form, which is as secret as the key.
    fn to_text(&self) -> String {
        self.0.to_text().as_str().to_owned()
    }

    /// How sealed messages name the key; it does not reveal the key.
    #[getter]
    fn name(&self) -> String {
        self.0.key_ref().to_string()
    }

    fn __repr__(&self) -> String {
        format!("<LocalKey {}>", self.0.key_ref())
    }
}
