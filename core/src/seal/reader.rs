//! Opens a stream.

use std::io::{self, Read, Seek, SeekFrom, Write};

use zeroize::{Zeroize, Zeroizing};

use super::chunks::{Chunks, SEALED_CHUNK_LEN, len_u64};
use super::cobblestone::{CHUNK_LEN, PREFIX_LEN, opened_len};
use super::ending::{Ending, Padding, Released, Withheld, padding};
use super::error::OpenError;
use super::intake::read_header;
use super::opener::{Opener, Senders, Unlocked};
use super::sender::VerifyingKey;
use crate::crypto::TAG_LEN;

impl Opener {
    /// Opens a seekable message into `out` and gives the length of the plaintext. The input is read twice: nothing is
    /// written before the whole message has been verified.
    ///
    /// # Errors
    ///
    /// What `input` and `out` give, or an [`io::Error`] around an [`OpenError`]. Something may have been written only
    /// if the input was changed between the two readings.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use std::io::Cursor;
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{LocalKey, Opener, Sealer};
    /// let key = LocalKey::generate(Provider::ring())?;
    /// let mut sealed = Sealer::new(Provider::ring()).recipient(&key).seal(b"labs")?;
    /// let opener = Opener::new(Provider::ring()).identity(&key);
    /// let mut out = Vec::new();
    /// assert_eq!(opener.open_stream(Cursor::new(&sealed), &mut out)?, 4);
    /// sealed.pop();
    /// assert!(opener.open_stream(Cursor::new(&sealed), &mut Vec::new()).is_err());
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_stream<R: Read + Seek, W: Write + ?Sized>(&self, mut input: R, out: &mut W) -> io::Result<u64> {
        let header = read_header(&mut input)?;
        self.open_stream_detached(&header, input, out)
    }

    /// [`Opener::open_stream`] for a body whose header was stored apart; the body begins where `body` stands.
    ///
    /// # Errors
    ///
    /// As for [`Opener::open_stream`].
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use std::io::Cursor;
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{LocalKey, Opener, Sealer};
    /// let key = LocalKey::generate(Provider::ring())?;
    /// let (header, body) = Sealer::new(Provider::ring()).recipient(&key).seal_detached(b"labs")?;
    /// let mut out = Vec::new();
    /// let opener = Opener::new(Provider::ring()).identity(&key);
    /// assert_eq!(opener.open_stream_detached(&header, Cursor::new(&body), &mut out)?, 4);
    /// assert_eq!(out, b"labs");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_stream_detached<R: Read + Seek, W: Write + ?Sized>(
        &self,
        header: &[u8],
        mut body: R,
        out: &mut W,
    ) -> io::Result<u64> {
        let start = body.stream_position()?;
        io::copy(&mut self.chunkwise_reader_detached(header, &mut body)?, &mut io::sink())?;
        body.seek(SeekFrom::Start(start))?;
        io::copy(&mut self.chunkwise_reader_detached(header, body)?, out)
    }

    /// A reader that releases each chunk of 16 KiB as soon as that chunk is verified, *before* the end of the message
    /// is known to be genuine. What was read counts only when the reader has come to its end without an error.
    ///
    /// # Errors
    ///
    /// What `input` gives, or an [`io::Error`] around an [`OpenError`]; the same two kinds come from reading.
    pub fn chunkwise_reader<R: Read>(&self, mut input: R) -> io::Result<ChunkwiseReader<R>> {
        let header = read_header(&mut input)?;
        self.chunkwise_reader_detached(&header, input)
    }

    /// [`Opener::chunkwise_reader`] for a body whose header was stored apart.
    ///
    /// # Errors
    ///
    /// As for [`Opener::chunkwise_reader`].
    pub fn chunkwise_reader_detached<R: Read>(&self, header: &[u8], mut body: R) -> io::Result<ChunkwiseReader<R>> {
        let Unlocked {
            chunks,
            ending,
            senders,
        } = self.commit(header, &mut body)?;
        let buffer = Zeroizing::new(vec![0; BUFFER_LEN]);
        Ok(ChunkwiseReader {
            chunks,
            withheld: (!ending.is_none()).then(|| Withheld::new(ending)),
            senders,
            sender: None,
            input: body,
            buffer,
            filled: 0,
            next: 0,
            released: Released::default(),
            ready: 0..0,
            number: 0,
            state: State::Reading,
        })
    }

    /// A reader that can begin anywhere: it opens only the chunks that are asked for. The length of the message is
    /// verified at once, by opening its last chunk. Of a message that is padded its padding is opened, too.
    ///
    /// A part of a message does not prove who signed it: with [`Opener::sender`] there is no such reader.
    ///
    /// # Errors
    ///
    /// What `input` gives, or an [`io::Error`] around an [`OpenError`]; the same two kinds come from reading.
    ///
    /// ```
    /// # #[cfg(feature = "ring")] {
    /// use std::io::Cursor;
    /// use sealwax::crypto::Provider;
    /// use sealwax::seal::{LocalKey, Opener, Sealer};
    /// let key = LocalKey::generate(Provider::ring())?;
    /// let sealed = Sealer::new(Provider::ring()).recipient(&key).seal(&[b'a'; 100_000])?;
    /// let mut reader = Opener::new(Provider::ring()).identity(&key).seek_reader(Cursor::new(sealed))?;
    /// let mut end = [0; 10];
    /// assert_eq!(reader.len(), 100_000);
    /// assert_eq!(reader.read_at(99_995, &mut end)?, 5);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn seek_reader<R: Read + Seek>(&self, mut input: R) -> io::Result<SeekReader<R>> {
        let header = read_header(&mut input)?;
        self.seek_reader_detached(&header, input)
    }

    /// [`Opener::seek_reader`] for a body whose header was stored apart; the body begins where `body` stands.
    ///
    /// # Errors
    ///
    /// As for [`Opener::seek_reader`].
    pub fn seek_reader_detached<R: Read + Seek>(&self, header: &[u8], mut body: R) -> io::Result<SeekReader<R>> {
        let start = body.stream_position()?;
        let Unlocked {
            chunks,
            ending,
            senders,
        } = self.commit(header, &mut body)?;
        senders.refuse_part().map_err(invalid)?;
        let end = body.seek(SeekFrom::End(0))?;
        let text_len = opened_len(end.saturating_sub(start)).ok_or_else(closed)?;
        let text = Zeroizing::new(Vec::with_capacity(SEALED_CHUNK_LEN));
        let mut reader = SeekReader {
            chunks,
            input: body,
            start,
            text_len,
            len: text_len,
            text,
            held: None,
            position: 0,
        };
        reader.load(text_len.checked_div(len_u64(CHUNK_LEN)).unwrap_or_default())?;
        reader.len = reader.content_len(ending)?;
        Ok(reader)
    }

    /// What opens the body that begins where `body` stands, with its commitment checked.
    fn commit<R: Read>(&self, header: &[u8], body: &mut R) -> io::Result<Unlocked> {
        let mut prefix = [0; PREFIX_LEN];
        body.read_exact(&mut prefix).map_err(cut)?;
        self.unlock_detached(header, &prefix).map_err(invalid)
    }
}

/// Releases each chunk as soon as that chunk is verified; made by [`Opener::chunkwise_reader`].
pub struct ChunkwiseReader<R> {
    chunks: Chunks,
    /// What may be no content; `None` where all is content.
    withheld: Option<Withheld>,
    senders: Senders,
    sender: Option<VerifyingKey>,
    input: R,
    /// Chunks as they came; the one that is open holds its text.
    buffer: Zeroizing<Vec<u8>>,
    /// Bytes of the buffer that came from the input.
    filled: usize,
    /// Where the next sealed chunk begins.
    next: usize,
    /// What was held back, and is read before the text that is ready.
    released: Released,
    /// Text that has not been read yet.
    ready: std::ops::Range<usize>,
    number: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    Ended,
    Refused,
}

impl<R: Read> ChunkwiseReader<R> {
    /// Who signed the message, once its last chunk is verified, at the end at the latest; `None` before that, and when nobody did.
    pub fn sender(&self) -> Option<VerifyingKey> {
        self.sender
    }

    /// Opens the next chunk, or notices that the last one was open.
    fn advance(&mut self) -> io::Result<()> {
        if self.next == self.filled {
            self.filled = fill(&mut self.input, &mut self.buffer)?;
            self.next = 0;
        }
        let rest = self.buffer.get_mut(self.next..self.filled).unwrap_or_default();
        let len = rest.len().min(SEALED_CHUNK_LEN);
        let opened = open_chunk(&self.chunks, self.number, rest.get_mut(..len).unwrap_or_default());
        let text = opened.inspect_err(|_| self.state = State::Refused).map_err(invalid)?;
        let mut content = text;
        if let Some(withheld) = &mut self.withheld {
            self.released = withheld.push(rest.get(..text).unwrap_or_default());
            content = self.released.len;
        }
        self.ready = self.next..self.next.saturating_add(content);
        self.next = self.next.saturating_add(len);
        self.number = self.number.saturating_add(1);
        if text < CHUNK_LEN {
            self.end()?;
        }
        Ok(())
    }

    /// The last chunk is open: nothing may follow it.
    fn end(&mut self) -> io::Result<()> {
        let more = self.next < self.filled || fill(&mut self.input, &mut [0])? > 0;
        let sender = if more {
            Err(OpenError::CLOSED)
        } else {
            self.check_sender()
        };
        match sender {
            Ok(sender) => {
                self.sender = sender;
                self.state = State::Ended;
                Ok(())
            }
            Err(error) => {
                self.ready = 0..0;
                self.released = Released::default();
                self.state = State::Refused;
                Err(invalid(error))
            }
        }
    }

    fn check_sender(&self) -> Result<Option<VerifyingKey>, OpenError> {
        let signed = self.withheld.as_ref().map(Withheld::end).transpose()?.flatten();
        let (block, content) = signed.unzip();
        self.senders.check(block.as_ref(), || content.unwrap_or([0; 64]))
    }

    /// Gives out what was held back.
    fn release(&mut self, out: &mut [u8]) -> usize {
        let Released { held, zeros, .. } = &mut self.released;
        if held.is_empty() {
            let len = usize::try_from(*zeros).map_or(out.len(), |zeros| zeros.min(out.len()));
            out.iter_mut().take(len).for_each(|byte| *byte = 0);
            *zeros = zeros.saturating_sub(len_u64(len));
            return len;
        }
        let len = copy(held, out);
        held.drain(..len);
        len
    }
}

impl<R: Read> Read for ChunkwiseReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        while self.ready.is_empty() && self.released.is_empty() {
            match self.state {
                State::Reading => self.advance()?,
                State::Ended => return Ok(0),
                State::Refused => return Err(closed()),
            }
        }
        if !self.released.is_empty() {
            return Ok(self.release(out));
        }
        let text = self.buffer.get(self.ready.clone()).unwrap_or_default();
        let len = copy(text, out);
        self.ready.start = self.ready.start.saturating_add(len);
        Ok(len)
    }
}

/// Reads a message from any place; made by [`Opener::seek_reader`]. It holds one chunk.
pub struct SeekReader<R> {
    chunks: Chunks,
    input: R,
    /// Where the body begins in the input.
    start: u64,
    text_len: u64,
    /// How much of the text is content.
    len: u64,
    /// The text of the chunk that is held.
    text: Zeroizing<Vec<u8>>,
    held: Option<u64>,
    position: u64,
}

impl<R: Read + Seek> SeekReader<R> {
    /// The length of the plaintext in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether the plaintext is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Reads from `offset` into `out`, as much as there is and fits, and gives the number of bytes.
    ///
    /// # Errors
    ///
    /// What the input gives, or an [`io::Error`] around an [`OpenError`]; `out` is wiped then.
    pub fn read_at(&mut self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        let mut written = 0_usize;
        loop {
            let at = offset.saturating_add(len_u64(written));
            let room = out.get_mut(written..).unwrap_or_default();
            if at >= self.len || room.is_empty() {
                return Ok(written);
            }
            match self.copy_from(at, room) {
                Ok(len) => written = written.saturating_add(len),
                Err(error) => {
                    out.zeroize();
                    return Err(error);
                }
            }
        }
    }

    /// Copies from the chunk that `at` lies in.
    fn copy_from(&mut self, at: u64, out: &mut [u8]) -> io::Result<usize> {
        self.load(at.checked_div(len_u64(CHUNK_LEN)).unwrap_or_default())?;
        let within = at
            .checked_rem(len_u64(CHUNK_LEN))
            .and_then(|rest| usize::try_from(rest).ok())
            .unwrap_or_default();
        let text = self.text.get(within..).unwrap_or_default();
        let left = usize::try_from(self.len.saturating_sub(at)).unwrap_or(usize::MAX);
        let len = copy(text.get(..left).unwrap_or(text), out);
        if len == 0 { Err(closed()) } else { Ok(len) }
    }

    /// The length of the content, with the last chunk held: before its padding, which may fill many chunks, and its signature.
    fn content_len(&mut self, ending: Ending) -> io::Result<u64> {
        let mut end = self.text_len;
        while let (true, Some(number)) = (ending.padded, self.held) {
            let begins = number.saturating_mul(len_u64(CHUNK_LEN));
            match padding(&self.text) {
                Padding::Begins(at) => {
                    end = begins.saturating_add(len_u64(at));
                    break;
                }
                Padding::Zeros if number > 0 => self.load(number.saturating_sub(1))?,
                Padding::None | Padding::Zeros => return Err(closed()),
            }
        }
        end.checked_sub(ending.signature_len()).ok_or_else(closed)
    }

    /// Makes `number` the chunk that is held.
    fn load(&mut self, number: u64) -> io::Result<()> {
        if self.held == Some(number) {
            return Ok(());
        }
        self.held = None;
        let begins = number.saturating_mul(len_u64(CHUNK_LEN));
        let text = usize::try_from(self.text_len.saturating_sub(begins))
            .unwrap_or(usize::MAX)
            .min(CHUNK_LEN);
        let place = number
            .saturating_mul(len_u64(SEALED_CHUNK_LEN))
            .saturating_add(len_u64(PREFIX_LEN));
        self.input.seek(SeekFrom::Start(self.start.saturating_add(place)))?;
        self.text.resize(text.saturating_add(TAG_LEN), 0);
        self.input.read_exact(&mut self.text).map_err(cut)?;
        let opened = open_chunk(&self.chunks, number, &mut self.text);
        self.text.truncate(text);
        opened.inspect_err(|_| self.text.zeroize()).map_err(invalid)?;
        self.held = Some(number);
        Ok(())
    }
}

impl<R: Read + Seek> Read for SeekReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.read_at(self.position, out)?;
        self.position = self.position.saturating_add(len_u64(len));
        Ok(len)
    }
}

impl<R: Read + Seek> Seek for SeekReader<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(distance) => self.len.checked_add_signed(distance),
            SeekFrom::Current(distance) => self.position.checked_add_signed(distance),
        };
        let outside = || {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                "the position is outside of what can be counted",
            )
        };
        self.position = position.ok_or_else(outside)?;
        Ok(self.position)
    }
}

/// Opens a chunk that ends with its tag, and gives the length of its text.
fn open_chunk(chunks: &Chunks, number: u64, chunk: &mut [u8]) -> Result<usize, OpenError> {
    let (text, tag) = chunk.split_last_chunk_mut::<TAG_LEN>().ok_or(OpenError::CLOSED)?;
    chunks.open(number, text, tag).map_err(|_| OpenError::CLOSED)?;
    Ok(text.len())
}

/// Reads until `out` is full or the input ends.
fn fill<R: Read>(input: &mut R, out: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0_usize;
    while let Some(room) = out.get_mut(filled..).filter(|room| !room.is_empty()) {
        match input.read(room) {
            Ok(0) => break,
            Ok(len) => filled = filled.saturating_add(len),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Copies as much as there is and fits.
fn copy(from: &[u8], to: &mut [u8]) -> usize {
    let len = from.len().min(to.len());
    to.split_at_mut(len).0.copy_from_slice(from.split_at(len).0);
    len
}

fn invalid(error: OpenError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

fn closed() -> io::Error {
    invalid(OpenError::CLOSED)
}

/// An input that ends too early is a message that does not open.
fn cut(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        closed()
    } else {
        error
    }
}

/// Sealed chunks that are read at once, so that a file sees few and large reads.
const BUFFER_LEN: usize = 8 * SEALED_CHUNK_LEN;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Provider;
    use crate::seal::{LocalKey, Sealer};

    /// A message of any length whose chunks, all of zero bytes, are sealed when they are read.
    struct Synthetic {
        front: Vec<u8>,
        chunks: Chunks,
        plain_len: u64,
        position: u64,
    }

    impl Synthetic {
        fn new(plain_len: u64) -> Self {
            let (header, begun) = Sealer::new(Provider::ring()).recipient(key()).begin_apart().unwrap();
            Self {
                front: [header.as_slice(), &begun.body.prefix].concat(),
                chunks: begun.body.chunks,
                plain_len,
                position: 0,
            }
        }

        fn len(&self) -> u64 {
            let tags = self.plain_len / len_u64(CHUNK_LEN) + 1;
            len_u64(self.front.len()) + self.plain_len + 16 * tags
        }

        fn chunk(&self, number: u64) -> Vec<u8> {
            let rest = self.plain_len - number * len_u64(CHUNK_LEN);
            let mut chunk = vec![0; usize::try_from(rest.min(len_u64(CHUNK_LEN))).unwrap()];
            let tag = self.chunks.seal(number, &mut chunk).unwrap();
            [chunk, tag.to_vec()].concat()
        }
    }

    impl Read for Synthetic {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let front = len_u64(self.front.len());
            let len = if self.position < front {
                copy(&self.front[usize::try_from(self.position).unwrap()..], out)
            } else if self.position >= self.len() {
                0
            } else {
                let at = self.position - front;
                let within = usize::try_from(at % len_u64(SEALED_CHUNK_LEN)).unwrap();
                copy(&self.chunk(at / len_u64(SEALED_CHUNK_LEN))[within..], out)
            };
            self.position += len_u64(len);
            Ok(len)
        }
    }

    impl Seek for Synthetic {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.position = match to {
                SeekFrom::Start(position) => position,
                SeekFrom::End(distance) => self.len().checked_add_signed(distance).unwrap(),
                SeekFrom::Current(distance) => self.position.checked_add_signed(distance).unwrap(),
            };
            Ok(self.position)
        }
    }

    #[test]
    fn a_message_of_more_than_2_to_the_32_chunks_is_read_at_both_ends_of_the_counter() {
        let len = (1 << 32) * len_u64(CHUNK_LEN) + 3 * len_u64(CHUNK_LEN) + 5;
        let mut reader = opener().seek_reader(Synthetic::new(len)).unwrap();
        assert_eq!(reader.len(), len);
        let mut out = vec![1; 20_000];
        for offset in [0, (1 << 32) * len_u64(CHUNK_LEN) - 10_000, len - 20_000] {
            assert_eq!(reader.read_at(offset, &mut out).unwrap(), 20_000);
            assert!(out.iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn a_message_over_the_limit_of_the_format_is_refused() {
        let limit = (1 << 38) * len_u64(CHUNK_LEN);
        assert!(opener().seek_reader(Synthetic::new(limit - 1)).is_ok());
        let mut over = Synthetic::new(limit - 1);
        over.plain_len = limit;
        assert!(over.chunks.seal(1 << 38, &mut []).is_err());
    }

    fn opener() -> Opener {
        Opener::new(Provider::ring()).identity(key())
    }

    fn key() -> LocalKey {
        LocalKey::from_bytes(&[7; 32])
    }
}
