//! One message in pieces.

use pyo3::prelude::*;
use sealwax::message::PartPath;
use sealwax::{Engine, Timestamp, Transaction, engine, json};

use crate::input::Given;
use crate::signal::Signals;
use crate::{error, exclusive};

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
}

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
        this.size = this.size.saturating_add(name.len()).saturating_add(value.len());
        this.inner.header(&name, &value).map_err(error::fed)
    }

    #[pyo3(signature = (chunk, /))]
    fn body(slf: &Bound<'_, Self>, chunk: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let chunk = chunk.bytes("chunk")?;
        this.size = this.size.saturating_add(chunk.len());
        this.inner.body(&chunk).map_err(error::fed)
    }

    #[pyo3(signature = (chunk, /))]
    fn raw(slf: &Bound<'_, Self>, chunk: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let chunk = chunk.bytes("chunk")?;
        this.size = this.size.saturating_add(chunk.len());
        this.inner.raw(&chunk).map_err(error::fed)
    }

    #[pyo3(signature = (part, text, /))]
    fn part_text(slf: &Bound<'_, Self>, part: Given<'_>, text: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let (part, text) = (self::part(part.text("part")?)?, text.text("text")?);
        this.size = this.size.saturating_add(text.len());
        this.inner.part_text(part, text).map_err(error::fed)
    }

    #[pyo3(signature = (at, /))]
    fn finish(slf: &Bound<'_, Self>, py: Python<'_>, at: Given<'_>) -> PyResult<String> {
        let (mut this, at) = (exclusive(slf)?, time(&at)?);
        let Self {
            inner, signals, size, ..
        } = &mut *this;
        let verdict = signals.during(py, *size, || {
            let verdict = inner.finish(at)?;
            Ok(json::verdict(&verdict))
        });
        verdict?.map_err(error::evaluate)
    }

    #[pyo3(signature = (transaction, /))]
    fn reset(slf: &Bound<'_, Self>, transaction: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        *this = Self::new(&this.engine, self::transaction(&transaction)?);
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

/// Reads a transaction in the shape of a facts file.
pub(crate) fn transaction(shape: &Given<'_>) -> PyResult<Transaction> {
    json::transaction(shape.text("transaction")?).map_err(|failure| error::facts(&failure))
}

/// Reads a time in milliseconds.
pub(crate) fn time(at: &Given<'_>) -> PyResult<Timestamp> {
    at.number("at", i64::MIN..=i64::MAX).map(Timestamp::from_millis)
}
