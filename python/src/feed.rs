//! One message in pieces.

use std::sync::Arc;

use pyo3::prelude::*;
use sealwax::engine::FeedError;
use sealwax::message::PartPath;
use sealwax::{Engine, Timestamp, Transaction, engine, json};

use crate::found::Decided;
use crate::input::Given;
use crate::signal::Signals;
use crate::{error, exclusive, released};

#[pyclass(module = "sealwax._sealwax")]
pub(crate) struct Feed {
    engine: Engine,
    inner: engine::Feed,
    signals: Signals,
    /// How many bytes were taken: whether the verdict is worth releasing the interpreter for.
    size: usize,
}

impl Feed {
    pub(crate) fn new(engine: &Engine, transaction: Transaction) -> Self {
        let signals = Signals::new();
        Self {
            inner: engine.stopped_by(&signals.cancel()).feed(transaction),
            engine: engine.clone(),
            signals,
            size: 0,
        }
    }

    /// Wipes what was taken, with the interpreter released, since that takes long for a long message.
    fn forget(&mut self, py: Python<'_>) {
        let inner = &mut self.inner;
        released(py, self.size, || inner.reset(Transaction::default()));
        self.size = 0;
    }

    /// Takes a piece of so many bytes, with the interpreter released when it is long. Most pieces are short, and others would
    /// have to be waited for after each.
    fn take(
        &mut self,
        py: Python<'_>,
        bytes: usize,
        take: impl FnOnce(&mut engine::Feed) -> Result<(), FeedError> + Send,
    ) -> PyResult<()> {
        self.size = self.size.saturating_add(bytes);
        let inner = &mut self.inner;
        let taken = if bytes >= RELEASE_PIECE_FROM {
            py.detach(|| take(inner))
        } else {
            take(inner)
        };
        taken.map_err(error::fed)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        // Without an interpreter there is nobody to wait, and the message is wiped behind this.
        let _ = Python::try_attach(|py| self.forget(py));
    }
}

/// A feed that takes and gives nothing.
fn called_off(engine: &Engine) -> engine::Feed {
    let feed = engine.feed(Transaction::default());
    feed.cancel().cancel();
    feed
}

/// To copy less than these bytes takes no longer than to give up the interpreter and to take it again.
const RELEASE_PIECE_FROM: usize = 64 * 1024;

/// What calls a message off, also while a thread is busy with its feed.
#[pyclass(frozen, module = "sealwax._sealwax")]
pub(crate) struct Cancel(engine::Cancel);

#[pymethods]
impl Cancel {
    fn call(&self) {
        self.0.cancel();
    }
}

#[pymethods]
impl Feed {
    #[pyo3(signature = (name, value, /))]
    fn header(slf: &Bound<'_, Self>, name: Given<'_>, value: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let (name, value) = (name.bytes("name")?, value.bytes("value")?);
        let size = name.len().saturating_add(value.len());
        this.take(slf.py(), size, |feed| feed.header(&name, &value))
    }

    #[pyo3(signature = (chunk, /))]
    fn body(slf: &Bound<'_, Self>, chunk: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let chunk = chunk.bytes("chunk")?;
        this.take(slf.py(), chunk.len(), |feed| feed.body(&chunk))
    }

    #[pyo3(signature = (chunk, /))]
    fn raw(slf: &Bound<'_, Self>, chunk: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let chunk = chunk.bytes("chunk")?;
        this.take(slf.py(), chunk.len(), |feed| feed.raw(&chunk))
    }

    #[pyo3(signature = (part, text, /))]
    fn part_text(slf: &Bound<'_, Self>, part: Given<'_>, text: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let (part, text) = (self::part(part.text("part")?)?, text.lasting_text("text")?);
        this.take(slf.py(), text.len(), |feed| feed.part_text(part, &text))
    }

    #[pyo3(signature = (at, /))]
    fn finish(slf: &Bound<'_, Self>, py: Python<'_>, at: Given<'_>) -> PyResult<Decided> {
        let (mut this, at) = (exclusive(slf)?, time(&at)?);
        let called_off = called_off(&this.engine);
        let mut inner = std::mem::replace(&mut this.inner, called_off);
        let verdict = this.signals.clone().during(py, this.size, move || {
            let verdict = inner.finish(at).map(Decided::new);
            (inner, verdict)
        });
        // When a handler raised, the work may go on for a moment, and the message is called off.
        let (inner, verdict) = verdict?;
        this.inner = inner;
        verdict.map_err(error::evaluate)
    }

    #[pyo3(signature = (transaction, /))]
    fn reset(slf: &Bound<'_, Self>, transaction: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let next = Self::new(&this.engine, Arc::unwrap_or_clone(self::transaction(&transaction)?));
        this.forget(slf.py());
        *this = next;
        Ok(())
    }

    #[pyo3(signature = (work, /))]
    fn deadline(slf: &Bound<'_, Self>, work: Given<'_>) -> PyResult<()> {
        exclusive(slf)?.inner.deadline(work.number("work", 0..=u64::MAX)?);
        Ok(())
    }

    fn cancel(slf: &Bound<'_, Self>) -> PyResult<Cancel> {
        Ok(Cancel(exclusive(slf)?.inner.cancel()))
    }
}

/// Reads a section number.
pub(crate) fn part(number: &str) -> PyResult<PartPath> {
    number.parse().map_err(error::part)
}

/// A transaction, read once from the shape of a facts file however many messages it is for.
#[pyclass(frozen, module = "sealwax._sealwax")]
pub(crate) struct Facts(Arc<Transaction>);

#[pymethods]
impl Facts {
    #[new]
    #[pyo3(signature = (shape, /))]
    fn new(py: Python<'_>, shape: Given<'_>) -> PyResult<Self> {
        let shape = shape.text("transaction")?;
        let read = released(py, shape.len(), || json::transaction(shape));
        read.map(|facts| Self(facts.into()))
            .map_err(|failure| error::facts(&failure))
    }
}

/// The transaction of an argument.
pub(crate) fn transaction(facts: &Given<'_>) -> PyResult<Arc<Transaction>> {
    let facts = facts.own::<Facts>("transaction", "a Transaction")?;
    Ok(Arc::clone(&facts.get().0))
}

/// Reads a time in milliseconds.
pub(crate) fn time(at: &Given<'_>) -> PyResult<Timestamp> {
    at.number("at", i64::MIN..=i64::MAX).map(Timestamp::from_millis)
}
