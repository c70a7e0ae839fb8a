//! The door: whatever Python hands over comes in here.
//!
//! The conversions of `pyo3` raise exceptions that hold what they could not convert, such as the whole text in the `object`
//! of a `UnicodeEncodeError`. So no function of this module takes a Rust type from Python. It takes [`Given`], and asks
//! it, by the argument's name, for what it expects. What does not fit raises `ArgumentError` with that name and what was
//! expected; what Python itself raised is dropped.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Display;
use std::ops::{Deref, RangeInclusive};

use pyo3::PyClass;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBool, PyBoolMethods, PyBytes, PyInt, PyMapping, PyMemoryView, PySlice, PyString};
use sealwax::classify::{Strictness, UnknownStrictness};

use crate::error;
use crate::key::Key;

/// What was handed over for one argument, before anything is known of it.
pub(crate) struct Given<'py>(Bound<'py, PyAny>);

impl<'py> FromPyObject<'_, 'py> for Given<'py> {
    type Error = Infallible;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> Result<Self, Infallible> {
        Ok(Self(object.to_owned()))
    }
}

impl<'py> Given<'py> {
    /// Nothing, for `None`.
    pub(crate) fn optional(&self) -> Option<&Self> {
        (!self.0.is_none()).then_some(self)
    }

    pub(crate) fn text(&self, name: &str) -> PyResult<&str> {
        self.0.extract().map_err(|failure| self.refused(name, TEXT, failure))
    }

    pub(crate) fn strictness(&self, name: &str) -> PyResult<Strictness> {
        let unknown = |_: UnknownStrictness| refusal(name, STRICTNESS);
        self.text(name)?.parse().map_err(unknown)
    }

    pub(crate) fn flag(&self, name: &str) -> PyResult<bool> {
        let flag = self.0.cast::<PyBool>();
        flag.map(PyBoolMethods::is_true)
            .map_err(|failure| self.refused(name, "True or False", failure))
    }

    pub(crate) fn number<T>(&self, name: &str, range: RangeInclusive<T>) -> PyResult<T>
    where
        T: for<'a> FromPyObject<'a, 'py, Error = PyErr> + Display,
    {
        let expected = || format!("an int from {} to {}", range.start(), range.end());
        if !self.0.is_instance_of::<PyInt>() || self.0.is_instance_of::<PyBool>() {
            return Err(refusal(name, &expected()));
        }
        self.0
            .extract()
            .map_err(|failure: PyErr| self.refused(name, &expected(), failure))
    }

    pub(crate) fn bytes(&self, name: &str) -> PyResult<Input> {
        if let Ok(bytes) = self.0.cast::<PyBytes>() {
            return Ok(Input::Shared(bytes.clone().into()));
        }
        let copy = copied(&self.0);
        copy.map(Input::Own)
            .map_err(|failure| self.refused(name, BYTES, failure))
    }

    /// A text that work may keep after the call has ended.
    pub(crate) fn lasting_text(&self, name: &str) -> PyResult<Text> {
        let text = self.0.cast::<PyString>();
        let text = text.map_err(|failure| self.refused(name, TEXT, failure))?;
        lasting(text).map_err(|failure| self.refused(name, TEXT, failure))
    }

    /// A value of one of the package's own classes, which `expected` names.
    pub(crate) fn own<T: PyClass>(&self, name: &str, expected: &str) -> PyResult<&Bound<'py, T>> {
        self.0.cast().map_err(|failure| self.refused(name, expected, failure))
    }

    pub(crate) fn keys(&self, name: &str) -> PyResult<Vec<Key<'py>>> {
        let keys = self.items(name, KEYS)?;
        keys.iter()
            .map(|key| {
                key.0
                    .extract()
                    .map_err(|failure: PyErr| key.refused(name, KEYS, failure))
            })
            .collect()
    }

    pub(crate) fn texts(&self, name: &str) -> PyResult<Vec<String>> {
        let texts = self.items(name, TEXTS)?;
        texts.iter().map(|text| text.text(name).map(str::to_owned)).collect()
    }

    /// Values by their names, each as `read` takes it; none for `None`.
    pub(crate) fn table<T>(
        &self,
        name: &str,
        read: impl Fn(&Self, &str) -> PyResult<T>,
    ) -> PyResult<BTreeMap<String, T>> {
        let mut table = BTreeMap::new();
        if self.0.is_none() {
            return Ok(table);
        }
        let mapping = self
            .0
            .cast::<PyMapping>()
            .map_err(|failure| self.refused(name, TABLE, failure))?;
        let items = mapping.items().map_err(|failure| self.refused(name, TABLE, failure))?;
        for item in items {
            let pair: PyResult<(Given<'py>, Given<'py>)> = item.extract();
            let (key, value) = pair.map_err(|failure| self.refused(name, TABLE, failure))?;
            table.insert(key.text(name)?.to_owned(), read(&value, name)?);
        }
        Ok(table)
    }

    /// A table of texts.
    pub(crate) fn pairs(&self, name: &str) -> PyResult<BTreeMap<String, String>> {
        self.table(name, |value, name| value.text(name).map(str::to_owned))
    }

    pub(crate) fn callable(self, name: &str) -> PyResult<Py<PyAny>> {
        if self.0.is_callable() {
            return Ok(self.0.unbind());
        }
        Err(refusal(name, "a callable"))
    }

    /// A file object with these methods.
    pub(crate) fn file(self, name: &str, methods: &[&str]) -> PyResult<Py<PyAny>> {
        for method in methods {
            let has = self.0.hasattr(*method);
            if !has.map_err(|failure| self.refused(name, FILE, failure))? {
                return Err(refusal(name, &format!("{FILE} with `{}`", methods.join("` and `"))));
            }
        }
        Ok(self.0.unbind())
    }

    /// The items of a collection, which a text or bytes are not.
    pub(crate) fn items(&self, name: &str, expected: &str) -> PyResult<Vec<Self>> {
        if self.0.is_instance_of::<PyString>() || self.0.is_instance_of::<PyBytes>() {
            return Err(refusal(name, &format!("{expected}, not one alone")));
        }
        let items = self.0.try_iter().and_then(Iterator::collect::<PyResult<Vec<_>>>);
        let items = items.map_err(|failure| self.refused(name, expected, failure))?;
        Ok(items.into_iter().map(Self).collect())
    }

    /// The exception for what does not fit. What stops the interpreter, such as a `KeyboardInterrupt`, is passed on.
    fn refused(&self, name: &str, expected: &str, failure: impl Into<PyErr>) -> PyErr {
        let failure = failure.into();
        if failure.is_instance_of::<PyException>(self.0.py()) {
            return refusal(name, expected);
        }
        failure
    }
}

/// The bytes of a buffer: `bytes` as they stand, every other buffer as a copy, since somebody may write to it while
/// the interpreter is released.
pub(crate) enum Input {
    Shared(PyBackedBytes),
    Own(Vec<u8>),
}

impl Deref for Input {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Shared(bytes) => bytes,
            Self::Own(bytes) => bytes,
        }
    }
}

/// A text in UTF-8: as it stands where Python has it so, or else a copy.
pub(crate) enum Text {
    Shared(PyBackedStr),
    Own(String),
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Shared(text) => text,
            Self::Own(text) => text,
        }
    }
}

/// A copy of a buffer, a piece at a time, so that other threads of Python get their turn between two.
fn copied(object: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let py = object.py();
    let buffer = PyBuffer::<u8>::get(object)?;
    let length = buffer.item_count();
    if length <= PIECE || buffer.dimensions() != 1 {
        return buffer.to_vec(py);
    }
    let view = PyMemoryView::from(object)?;
    let mut copy = vec![0; length];
    for (place, start) in copy.chunks_mut(PIECE).zip((0..).step_by(PIECE)) {
        let piece = view.get_item(PySlice::new(py, at(start), at(start.saturating_add(place.len())), 1))?;
        PyBuffer::<u8>::get(&piece)?.copy_to_slice(py, place)?;
        py.detach(|| ());
    }
    Ok(copy)
}

/// The same for a text that Python does not have in UTF-8.
fn lasting(text: &Bound<'_, PyString>) -> PyResult<Text> {
    let length = text.len()?;
    if length <= PIECE || text.call_method0("isascii")?.extract()? {
        return text.clone().try_into().map(Text::Shared);
    }
    let mut copy = String::with_capacity(length);
    for start in (0..length).step_by(PIECE) {
        if start > 0 {
            text.py().detach(|| ());
        }
        let piece = text.get_item(PySlice::new(text.py(), at(start), at(start.saturating_add(PIECE)), 1))?;
        copy.push_str(piece.cast::<PyString>()?.to_str()?);
    }
    Ok(Text::Own(copy))
}

fn at(index: usize) -> isize {
    isize::try_from(index).unwrap_or(isize::MAX)
}

/// How much is copied before others get their turn: bytes, or code points. It takes well below a millisecond.
pub(crate) const PIECE: usize = 256 * 1024;

fn refusal(name: &str, expected: &str) -> PyErr {
    error::argument(format!("`{name}` takes {expected}"))
}

const BYTES: &str = "bytes, a bytearray, or a memoryview of unsigned bytes";
const FILE: &str = "a binary file object";
const KEYS: &str = "a collection of keys, such as a LocalKey or a PublicKey";
const STRICTNESS: &str = "`strict`, `balanced` or `narrow`";
const TABLE: &str = "a mapping by names, which are str without lone surrogates";
const TEXT: &str = "a str without lone surrogates";
const TEXTS: &str = "a collection of str";
