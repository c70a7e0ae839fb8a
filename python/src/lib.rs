//! The extension module `sealwax._sealwax`: thin, positional and private.
//!
//! What a Python developer sees (types, defaults, documentation, `datetime`, `EmailMessage`) is typed Python in
//! `python/sealwax`; here stands what has to be Rust. Results cross as the JSON of `sealwax::json`, so that
//! `to_dict()` cannot differ from the command line.
#![expect(
    clippy::needless_pass_by_value,
    reason = "what comes from Python is handed over by value"
)]

mod engine;
mod error;
mod feed;
mod found;
mod input;
mod key;
mod outer;
mod output;
mod redact;
mod ring;
mod sealing;
mod signal;
mod stream;

use pyo3::PyClass;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::False;

/// The module; it needs no global lock, so a free-threaded interpreter stays free-threaded.
#[pymodule(gil_used = false)]
mod _sealwax {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::engine::Engine;
    #[pymodule_export]
    use crate::feed::{Cancel, Facts, Feed};
    #[pymodule_export]
    use crate::found::{Decided, Found};
    #[pymodule_export]
    use crate::key::{
        Certificate, Credentials, HashKey, KeyService, LinkSecret, LocalKey, Passphrase, PublicKey, RsaSecretKey,
        SecretKey, SigningKey, VerifyingKey,
    };
    #[pymodule_export]
    use crate::outer::{inner, outer};
    #[pymodule_export]
    use crate::ring::KeyRing;
    #[pymodule_export]
    use crate::sealing::{header, protect_memory};
    #[pymodule_export]
    use crate::stream::{ChunkwiseReader, Reader, Writer};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// Of this module alone: Python's own blocks are none of its.
#[global_allocator]
static ALLOCATOR: sealwax_pages::Pages = sealwax_pages::Pages;

/// The size in bytes from which the interpreter is released: below it, giving up the lock and taking it again costs
/// more than the work that others could do meanwhile.
const RELEASE_FROM: usize = 2048;

/// Runs `work`, with the interpreter released when `size` bytes are worth it.
fn released<T: Send>(py: Python<'_>, size: usize, work: impl FnOnce() -> T + Send) -> T {
    if size < RELEASE_FROM {
        return work();
    }
    py.detach(work)
}

/// A value that belongs to one thread at a time, for one call. Who calls it from a second one, or from inside of the first,
/// is told so.
fn exclusive<'py, T: PyClass<Frozen = False>>(value: &Bound<'py, T>) -> PyResult<PyRefMut<'py, T>> {
    let used = "the object is in use by another call, and takes one at a time";
    value.try_borrow_mut().map_err(|_| error::argument(used))
}
