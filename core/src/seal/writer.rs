//! Seals a stream.

use std::io::{self, Read, Write};

use zeroize::Zeroizing;

use super::chunks::{Chunks, SEALED_CHUNK_LEN};
use super::cobblestone::CHUNK_LEN;
use super::ending::NewEnding;
use super::error::SealError;
use super::sealer::{Begun, Sealer};
use crate::crypto::CryptoError;

impl Sealer {
    /// A writer that seals what is written to it and passes it on to `out`; the header is written at once.
    ///
    /// [`SealedWriter::finish`] must be called: a message without its end never opens. The writer keeps 128 KiB.
    ///
    /// # Errors
    ///
    /// What `out` gives, or an [`io::Error`] around a [`SealError`].
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use std::io::Write;
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{LocalKey, Opener, Sealer};
    /// let key = LocalKey::generate(Provider::ring())?;
    /// let mut writer = Sealer::new(Provider::ring()).recipient(&key).writer(Vec::new())?;
    /// writer.write_all(b"lab")?;
    /// writer.write_all(b"s")?;
    /// let sealed = writer.finish()?;
    /// assert_eq!(Opener::new(Provider::ring()).identity(&key).open(&sealed)?.as_slice(), b"labs");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn writer<W: Write>(&self, mut out: W) -> io::Result<SealedWriter<W>> {
        let (header, begun) = self.begin_apart().map_err(seal_error)?;
        out.write_all(&header)?;
        out.write_all(&begun.body.prefix)?;
        Ok(SealedWriter::new(begun, out))
    }

    /// Like [`Sealer::writer`], with the header given back instead of written.
    ///
    /// # Errors
    ///
    /// What `out` gives, or an [`io::Error`] around a [`SealError`].
    pub fn writer_detached<W: Write>(&self, mut out: W) -> io::Result<(Vec<u8>, SealedWriter<W>)> {
        let (header, begun) = self.begin_apart().map_err(seal_error)?;
        out.write_all(&begun.body.prefix)?;
        Ok((header, SealedWriter::new(begun, out)))
    }
}

/// Seals what is written to it, chunk by chunk; made by [`Sealer::writer`].
pub struct SealedWriter<W> {
    chunks: Chunks,
    /// What is written behind the content; `None` once it was.
    ending: Option<NewEnding>,
    out: W,
    /// Sealed chunks, then the text of the chunk that is not yet full.
    buffer: Zeroizing<Vec<u8>>,
    /// Where that text begins.
    text: usize,
    number: u64,
    /// A write failed, so nobody knows what `out` holds.
    failed: bool,
}

impl<W: Write> SealedWriter<W> {
    fn new(begun: Begun, out: W) -> Self {
        let buffer = Zeroizing::new(Vec::with_capacity(BUFFER_LEN)); // never grows, so no copy is left behind
        Self {
            chunks: begun.body.chunks,
            ending: Some(begun.ending),
            out,
            buffer,
            text: 0,
            number: 0,
            failed: false,
        }
    }

    /// Seals the last chunk, flushes, and gives the inner writer back.
    ///
    /// # Errors
    ///
    /// What the inner writer gives; also when an earlier write failed.
    pub fn finish(mut self) -> io::Result<W> {
        self.check()?;
        self.write_ending()?;
        self.seal_chunk()?;
        self.pass_on()?;
        self.out.flush()?;
        Ok(self.out)
    }

    /// Writes what stands behind the content.
    fn write_ending(&mut self) -> io::Result<()> {
        let Some(ending) = self.ending.take() else {
            return Ok(());
        };
        let (behind, zeros) = ending.finish().map_err(crypto_error)?;
        self.write_all(&behind)?;
        io::copy(&mut io::repeat(0).take(zeros), self).map(drop)
    }

    fn seal_chunk(&mut self) -> io::Result<()> {
        let text = self.buffer.get_mut(self.text..).unwrap_or_default();
        let tag = self.chunks.seal(self.number, text).map_err(crypto_error)?;
        self.buffer.extend_from_slice(&tag);
        self.text = self.buffer.len();
        self.number = self.number.saturating_add(1);
        Ok(())
    }

    /// Passes the sealed chunks on.
    fn pass_on(&mut self) -> io::Result<()> {
        let sealed = self.buffer.get(..self.text).unwrap_or_default();
        self.failed = true;
        self.out.write_all(sealed)?;
        self.failed = false;
        self.buffer.drain(..self.text);
        self.text = 0;
        Ok(())
    }

    fn check(&self) -> io::Result<()> {
        if self.failed {
            Err(io::Error::other("an earlier write failed"))
        } else {
            Ok(())
        }
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.check()?;
        let held = self.buffer.len().saturating_sub(self.text);
        let taken = bytes.len().min(CHUNK_LEN.saturating_sub(held));
        let bytes = bytes.get(..taken).unwrap_or_default();
        if let Some(ending) = &mut self.ending {
            ending.pass(bytes);
        }
        self.buffer.extend_from_slice(bytes);
        if held.saturating_add(taken) == CHUNK_LEN {
            self.seal_chunk()?;
            if self.buffer.len() == BUFFER_LEN {
                self.pass_on()?;
            }
        }
        Ok(taken)
    }

    /// Passes on the chunks that are full; text of a chunk that is not waits for the rest.
    fn flush(&mut self) -> io::Result<()> {
        self.check()?;
        self.pass_on()?;
        self.out.flush()
    }
}

fn seal_error(error: SealError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}

fn crypto_error(error: CryptoError) -> io::Error {
    io::Error::other(error)
}

/// Sealed chunks that are passed on at once, so that a file sees few and large writes.
const BUFFER_LEN: usize = 8 * SEALED_CHUNK_LEN;
