//! One message in pieces.

use pyo3::prelude::*;
use sealwax::message::PartPath;
use sealwax::{Timestamp, Transaction, engine, json};

use crate::input::Given;
use crate::{error, exclusive, released};

#[pyclass(module = "sealwax._sealwax")]
pub(crate) struct Feed {
    feed: engine::Feed,
    /// How many bytes were taken: whether the verdict is worth releasing the interpreter for.
    size: usize,
}

impl Feed {
    pub(crate) fn new(feed: engine::Feed) -> Self {
        Self { feed, size: 0 }
    }
}

#[pymethods]
impl Feed {
    #[pyo3(signature = (name, value, /))]
    fn header(slf: &Bound<'_, Self>, name: Given<'_>, value: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let (name, value) = (name.bytes("name")?, value.bytes("value")?);
        this.size = this.size.saturating_add(name.len()).saturating_add(value.len());
        this.feed.header(&name, &value);
        Ok(())
    }

    #[pyo3(signature = (chunk, /))]
    fn body(slf: &Bound<'_, Self>, chunk: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let chunk = chunk.bytes("chunk")?;
        this.size = this.size.saturating_add(chunk.len());
        this.feed.body(&chunk);
        Ok(())
    }

    #[pyo3(signature = (chunk, /))]
    fn raw(slf: &Bound<'_, Self>, chunk: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let chunk = chunk.bytes("chunk")?;
        this.size = this.size.saturating_add(chunk.len());
        this.feed.raw(&chunk);
        Ok(())
    }

    #[pyo3(signature = (part, text, /))]
    fn part_text(slf: &Bound<'_, Self>, part: Given<'_>, text: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let (part, text) = (self::part(part.text("part")?)?, text.text("text")?);
        this.size = this.size.saturating_add(text.len());
        this.feed.part_text(part, text);
        Ok(())
    }

    #[pyo3(signature = (at, /))]
    fn finish(slf: &Bound<'_, Self>, py: Python<'_>, at: Given<'_>) -> PyResult<String> {
        let (mut this, at) = (exclusive(slf)?, time(&at)?);
        let Self { feed, size } = &mut *this;
        let verdict = released(py, *size, || feed.finish(at));
        verdict.map(|verdict| json::verdict(&verdict)).map_err(error::evaluate)
    }

    #[pyo3(signature = (transaction, /))]
    fn reset(slf: &Bound<'_, Self>, transaction: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        this.feed.reset(self::transaction(&transaction)?);
        this.size = 0;
        Ok(())
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
