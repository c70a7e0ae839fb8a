//! Key rings.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwax::crypto::Provider;
use sealwax::seal::{self, Opener, Sealer};

use crate::error;
use crate::input::Given;
use crate::key::{Key, LocalKey, SigningKey, VerifyingKey};

/// Local keys with ids and versions: the newest version of an id seals and opens, older ones only open.
#[pyclass(frozen, module = "sealwax")]
pub(crate) struct KeyRing(seal::KeyRing);

#[pymethods]
impl KeyRing {
    /// Reads the text of a key ring file, as ``sealwax keygen --ring`` writes it; raises ``KeyFormatError``.
    #[staticmethod]
    #[pyo3(signature = (text, /))]
    fn from_text(text: Given<'_>) -> PyResult<Self> {
        seal::KeyRing::parse(text.text("text")?).map(Self).map_err(error::ring)
    }

    /// The text of a key ring file, which is as secret as the keys.
    fn to_text(&self) -> String {
        self.0.to_text().as_str().to_owned()
    }

    /// Reads a wrapped key ring, as ``to_wrapped`` and ``sealwax keygen --ring`` write it, with one of ``keys``; raises
    /// ``OpenError`` when none unwraps it, and ``KeyFormatError`` when it is no wrapped key ring.
    #[staticmethod]
    #[pyo3(signature = (wrapped, keys, /))]
    fn from_wrapped(py: Python<'_>, wrapped: Given<'_>, keys: Given<'_>) -> PyResult<Self> {
        let keys = keys.keys("keys")?;
        let empty = Opener::new(Provider::ring());
        let opener = keys.iter().filter_map(Key::identity).fold(empty, Opener::identity);
        let wrapped = wrapped.bytes("wrapped")?;
        let ring = py.detach(|| seal::KeyRing::unwrap(&wrapped, &opener));
        ring.map(Self).map_err(error::unwrapped)
    }

    /// The ring as a sealed message for ``keys``, such as one ``Passphrase``: its file alone then opens nothing. Raises
    /// ``SealError``.
    #[pyo3(signature = (keys, /))]
    fn to_wrapped(&self, py: Python<'_>, keys: Given<'_>) -> PyResult<Py<PyBytes>> {
        let mut sealer = Sealer::new(Provider::ring());
        for key in keys.keys("keys")? {
            sealer = sealer.recipient(key.recipient()?);
        }
        let wrapped = py.detach(|| self.0.wrap(&sealer)).map_err(error::seal)?;
        Ok(PyBytes::new(py, &wrapped).unbind())
    }

    /// A ring with a new version of the key ``id``, whose older versions still open.
    #[pyo3(signature = (id, /))]
    fn rotated(&self, id: Given<'_>) -> PyResult<Self> {
        let mut ring = self.0.clone();
        ring.rotate(id.text("id")?, Provider::ring())
            .map_err(error::randomness)?;
        Ok(Self(ring))
    }

    /// A ring in which every version of the key ``id`` is destroyed: what was sealed under them alone never opens again, if
    /// no copy of this ring is left anywhere.
    #[pyo3(signature = (id, /))]
    fn destroyed(&self, id: Given<'_>) -> PyResult<Self> {
        let mut ring = self.0.clone();
        ring.destroy(id.text("id")?);
        Ok(Self(ring))
    }

    /// Every version of every key: its id, its number, and ``active``, ``destroyed`` or ``retired``.
    #[getter]
    fn versions(&self) -> Vec<(String, u32, &'static str)> {
        let versions = self.0.versions();
        versions
            .map(|(id, version, state)| (id.to_owned(), version, state.name()))
            .collect()
    }

    /// The key that seals for ``id``; ``None`` when there is none.
    #[pyo3(signature = (id, /))]
    fn active(&self, id: Given<'_>) -> PyResult<Option<LocalKey>> {
        Ok(self.0.active(id.text("id")?).cloned().map(LocalKey))
    }

    /// Every key that opens.
    #[getter]
    fn keys(&self) -> Vec<LocalKey> {
        self.0.identities().cloned().map(LocalKey).collect()
    }

    /// A ring with a new version of the signing key ``id``, whose older versions still tell who signed.
    #[pyo3(signature = (id, /))]
    fn rotated_signer(&self, id: Given<'_>) -> PyResult<Self> {
        let mut ring = self.0.clone();
        ring.rotate_signer(id.text("id")?, Provider::ring())
            .map_err(error::randomness)?;
        Ok(Self(ring))
    }

    /// A ring in which every version of the signing key ``id`` is destroyed, as when it was stolen.
    #[pyo3(signature = (id, /))]
    fn destroyed_signer(&self, id: Given<'_>) -> PyResult<Self> {
        let mut ring = self.0.clone();
        ring.destroy_signer(id.text("id")?);
        Ok(Self(ring))
    }

    /// The key that signs for the sender ``id``; ``None`` when there is none.
    #[pyo3(signature = (id, /))]
    fn active_signer(&self, id: Given<'_>) -> PyResult<Option<SigningKey>> {
        Ok(self.0.active_signer(id.text("id")?).cloned().map(SigningKey))
    }

    /// Every version of every signing key that is not destroyed: its id, its number, and the key by which its signatures are
    /// known.
    #[getter]
    fn signers(&self) -> PyResult<Vec<(String, u32, VerifyingKey)>> {
        let signers = self.0.signers().map(|(id, version, key)| {
            let public = key.verifying_key(Provider::ring()).map_err(error::randomness)?;
            Ok((id.to_owned(), version, VerifyingKey(public)))
        });
        signers.collect()
    }

    /// How often the ring has changed.
    #[getter]
    fn epoch(&self) -> u32 {
        self.0.epoch()
    }

    #[new]
    fn new() -> Self {
        Self(seal::KeyRing::default())
    }

    fn __repr__(&self) -> String {
        format!("<KeyRing epoch={}>", self.0.epoch())
    }
}
