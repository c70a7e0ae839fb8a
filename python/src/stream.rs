//! Sealed streams over Python's file objects.

use std::io::{self, Read, Seek, SeekFrom, Write};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sealwax::seal::cobblestone::CHUNK_LEN;
use sealwax::seal::{self, OpenError, SealError, SealedWriter, SeekReader};
use zeroize::Zeroizing;

use crate::input::Given;
use crate::key::VerifyingKey;
use crate::{error, exclusive, output, released};

/// Seals what is written to it, and passes it on to a file object.
#[pyclass(module = "sealwax._sealwax")]
pub(crate) struct Writer(Option<SealedWriter<File>>);

impl Writer {
    pub(crate) fn new(writer: SealedWriter<File>) -> Self {
        Self(Some(writer))
    }
}

#[pymethods]
impl Writer {
    #[pyo3(signature = (bytes, /))]
    fn write(slf: &Bound<'_, Self>, bytes: Given<'_>) -> PyResult<()> {
        let mut this = exclusive(slf)?;
        let bytes = bytes.bytes("data")?;
        let writer = this.0.as_mut().ok_or_else(finished)?;
        released(slf.py(), bytes.len(), || writer.write_all(&bytes)).map_err(stopped)
    }

    fn flush(slf: &Bound<'_, Self>) -> PyResult<()> {
        exclusive(slf)?
            .0
            .as_mut()
            .ok_or_else(finished)?
            .flush()
            .map_err(stopped)
    }

    fn finish(slf: &Bound<'_, Self>) -> PyResult<()> {
        exclusive(slf)?
            .0
            .take()
            .ok_or_else(finished)?
            .finish()
            .map(drop)
            .map_err(stopped)
    }

    /// Forgets the message, which then never opens.
    fn abort(slf: &Bound<'_, Self>) -> PyResult<()> {
        exclusive(slf)?.0 = None;
        Ok(())
    }
}

/// Opens a sealed file object from any place.
#[pyclass(module = "sealwax._sealwax")]
pub(crate) struct Reader(SeekReader<File>);

impl Reader {
    pub(crate) fn new(reader: SeekReader<File>) -> Self {
        Self(reader)
    }
}

#[pymethods]
impl Reader {
    #[getter]
    fn size(slf: &Bound<'_, Self>) -> PyResult<u64> {
        Ok(exclusive(slf)?.0.len())
    }

    #[pyo3(signature = (offset, size, /))]
    fn read_at<'py>(slf: &Bound<'py, Self>, offset: Given<'_>, size: Given<'_>) -> PyResult<Bound<'py, PyBytes>> {
        let (py, mut this) = (slf.py(), exclusive(slf)?);
        let offset = offset.number("offset", 0..=u64::MAX)?;
        let size = size.number("size", 0..=usize::MAX)?;
        let rest = usize::try_from(this.0.len().saturating_sub(offset)).unwrap_or(usize::MAX);
        let reader = &mut this.0;
        let read = output::bytes(py, size.min(rest), |out| reader.read_at(offset, out).map(drop));
        read?.map_err(stopped)
    }
}

/// Opens a sealed file object from its begin, and releases each chunk when that chunk is verified.
#[pyclass(module = "sealwax._sealwax")]
pub(crate) struct ChunkwiseReader(seal::ChunkwiseReader<File>);

impl ChunkwiseReader {
    pub(crate) fn new(reader: seal::ChunkwiseReader<File>) -> Self {
        Self(reader)
    }
}

#[pymethods]
impl ChunkwiseReader {
    #[getter]
    fn sender(slf: &Bound<'_, Self>) -> PyResult<Option<VerifyingKey>> {
        Ok(exclusive(slf)?.0.sender().map(VerifyingKey))
    }

    /// Up to `size` bytes; none at the end.
    #[pyo3(signature = (size, /))]
    fn read<'py>(slf: &Bound<'py, Self>, size: Given<'_>) -> PyResult<Bound<'py, PyBytes>> {
        let (py, mut this) = (slf.py(), exclusive(slf)?);
        let size = size.number("size", 0..=usize::MAX)?;
        let mut plain = Zeroizing::new(vec![0; size.min(CHUNK_LEN)]);
        let reader = &mut this.0;
        let len = released(py, plain.len(), || reader.read(&mut plain)).map_err(stopped)?;
        Ok(PyBytes::new(py, plain.get(..len).unwrap_or_default()))
    }
}

/// A file object.
pub(crate) struct File(Py<PyAny>);

impl File {
    pub(crate) fn readable(file: Given<'_>) -> PyResult<Self> {
        file.file("file", &["read"]).map(Self)
    }

    pub(crate) fn seekable(file: Given<'_>) -> PyResult<Self> {
        file.file("file", &["read", "seek"]).map(Self)
    }

    pub(crate) fn writable(file: Given<'_>) -> PyResult<Self> {
        file.file("file", &["write", "flush"]).map(Self)
    }
}

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Python::attach(|py| {
            let answer = self.0.call_method1(py, "write", (PyBytes::new(py, bytes),))?;
            // Raw files may take less; some objects do not say what they took.
            let taken: Option<usize> = answer
                .extract(py)
                .map_err(|_| error::file("write", "a number of bytes"))?;
            Ok(taken.unwrap_or(bytes.len()).min(bytes.len()))
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Python::attach(|py| self.0.call_method0(py, "flush").map(drop).map_err(io::Error::from))
    }
}

impl Read for File {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        Python::attach(|py| {
            let answer = self.0.call_method1(py, "read", (out.len(),))?;
            let bytes: &[u8] = answer.extract(py).map_err(|_| error::file("read", "bytes"))?;
            let room = out.get_mut(..bytes.len()).ok_or(io::ErrorKind::InvalidData)?;
            room.copy_from_slice(bytes);
            Ok(bytes.len())
        })
    }
}

impl Seek for File {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        Python::attach(|py| {
            let answer = match to {
                SeekFrom::Start(position) => self.0.call_method1(py, "seek", (position, 0))?,
                SeekFrom::Current(distance) => self.0.call_method1(py, "seek", (distance, 1))?,
                SeekFrom::End(distance) => self.0.call_method1(py, "seek", (distance, 2))?,
            };
            answer
                .extract(py)
                .map_err(|_| error::file("seek", "a place from 0 on").into())
        })
    }
}

/// The exception of a stream that stopped: an exception of the file object is passed on as it is.
pub(crate) fn stopped(failure: io::Error) -> PyErr {
    let inner = failure.get_ref();
    if let Some(open) = inner.and_then(|inner| inner.downcast_ref::<OpenError>()) {
        return error::open(*open);
    }
    if let Some(seal) = inner.and_then(|inner| inner.downcast_ref::<SealError>()) {
        return error::seal(*seal);
    }
    match failure.downcast::<PyErr>() {
        Ok(own) => own,
        Err(_) => error::argument("`file` takes or gives another number of bytes than a binary file does"),
    }
}

fn finished() -> PyErr {
    error::argument("the sealed message is finished")
}
