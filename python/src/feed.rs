//! One message in pieces.

use pyo3::prelude::*;
use sealwax::message::PartPath;
use sealwax::{Timestamp, Transaction, engine, json};

use crate::input::Given;
use crate::{error, released};

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
    fn header(&mut self, name: Given<'_>, value: Given<'_>) -> PyResult<()> {
        let (name, value) = (name.bytes("name")?, value.bytes("value")?);
        self.size = self.size.saturating_add(name.len()).saturating_add(value.len());
        self.feed.header(&name, &value);
        Ok(())
    }

    #[pyo3(signature = (chunk, /))]
    fn body(&mut self, chunk: Given<'_>) -> PyResult<()> {
        let chunk = chunk.bytes("chunk")?;
        self.size = self.size.saturating_add(chunk.len());
        self.feed.body(&chunk);
        Ok(())
    }

    #[pyo3(signature = (chunk, /))]
    fn raw(&mut self, chunk: Given<'_>) -> PyResult<()> {
        let chunk = chunk.bytes("chunk")?;
        self.size = self.size.saturating_add(chunk.len());
        self.feed.raw(&chunk);
        Ok(())
    }

    #[pyo3(signature = (part, text, /))]
    fn part_text(&mut self, part: Given<'_>, text: Given<'_>) -> PyResult<()> {
        let (part, text) = (self::part(part.text("part")?)?, text.text("text")?);
        self.size = self.size.saturating_add(text.len());
        self.feed.part_text(part, text);
        Ok(())
    }

    #[pyo3(signature = (at, /))]
    fn finish(&mut self, py: Python<'_>, at: Given<'_>) -> PyResult<String> {
        let (feed, at) = (&mut self.feed, time(&at)?);
        let verdict = released(py, self.size, || feed.finish(at));
        verdict.map(|verdict| json::verdict(&verdict)).map_err(error::evaluate)
    }

    #[pyo3(signature = (transaction, /))]
    fn reset(&mut self, transaction: Given<'_>) -> PyResult<()> {
        self.feed.reset(self::transaction(&transaction)?);
        self.size = 0;
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
