//! What packs one file, one stream at a time: bzip2, LZMA, xz and Zstandard. Each reader stops soon behind `most` bytes, so
//! that its caller sees that there is more, and keeps what stands before the damage.
//!
//! `docs/decisions/0014-packers.md` says which libraries read them, and what bounds their memory.

use ::bzip2::{Decompress, Status};
use lzma_rust2::{Action, LzmaStream, Status as Progress, StreamResult, XzStream};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::Read;

use super::le16;

/// What was unpacked, whether it came to its end, and how many packed bytes it took.
type Unpacked = (Vec<u8>, bool, usize);

/// What stands before a stream of LZMA.
#[derive(Clone, Copy, Debug)]
pub(super) enum Header {
    /// Properties, dictionary and size, as in a file of its own.
    File,
    /// Version, length, properties and dictionary, as in ZIP, which knows the size, or leaves it to a mark at the end.
    Zip { size: Option<usize> },
}

pub(super) fn bzip2(packed: &[u8], most: usize) -> Unpacked {
    let mut decoder = Decompress::new(false);
    stepwise(packed, most, |rest, buffer| {
        let before = (decoder.total_in(), decoder.total_out());
        let status = decoder.decompress(rest, buffer).ok()?;
        let step = |now: u64, before: u64| usize::try_from(now - before).ok();
        Some(Step {
            taken: step(decoder.total_in(), before.0)?,
            given: step(decoder.total_out(), before.1)?,
            is_last: status == Status::StreamEnd,
        })
    })
}

pub(super) fn lzma(packed: &[u8], header: Header, most: usize) -> Unpacked {
    let mut decoder = LzmaStream::new_mem_limit(MEMORY_KIB, None);
    let Header::Zip { size } = header else {
        return stepwise(packed, most, |rest, buffer| {
            decoder.process(rest, buffer, Action::Finish).ok().map(Step::from)
        });
    };
    let Some(front) = front(packed, size) else {
        return (Vec::new(), false, 0);
    };
    if decoder.process(&front, &mut [], Action::Run).is_err() {
        return (Vec::new(), false, 0);
    }
    let body = packed.get(ZIP_HEADER..).unwrap_or_default();
    let (bytes, sound, used) = stepwise(body, most, |rest, buffer| {
        decoder.process(rest, buffer, Action::Finish).ok().map(Step::from)
    });
    (bytes, sound, used + ZIP_HEADER)
}

pub(super) fn xz(packed: &[u8], most: usize) -> Unpacked {
    let mut decoder = XzStream::new_mem_limit(false, MEMORY_KIB);
    stepwise(packed, most, |rest, buffer| {
        decoder.process(rest, buffer, Action::Finish).ok().map(Step::from)
    })
}

pub(super) fn zstd(packed: &[u8], most: usize) -> Unpacked {
    let (mut decoder, mut rest, mut bytes) = (FrameDecoder::new(), packed, Vec::new());
    decoder.set_max_window_size(WINDOW_BYTES);
    let mut sound = decoder.reset(&mut rest).is_ok();
    while sound && !decoder.is_finished() && bytes.len() <= most {
        // A block is 128 KiB at most.
        sound = decoder
            .decode_blocks(&mut rest, BlockDecodingStrategy::UptoBlocks(1))
            .is_ok();
        sound &= decoder.read_to_end(&mut bytes).is_ok();
    }
    if !sound {
        bytes.extend(decoder.collect().unwrap_or_default());
    }
    let over = bytes.len() > most;
    let named = decoder.content_size();
    let is_long = named == 0 || u64::try_from(bytes.len()) == Ok(named);
    let sum = decoder.get_checksum_from_data();
    let is_right = is_long && (sum.is_none() || sum == decoder.get_calculated_checksum());
    (bytes, sound && (over || is_right), packed.len() - rest.len())
}

/// One call of a decoder.
struct Step {
    taken: usize,
    given: usize,
    is_last: bool,
}

impl From<StreamResult> for Step {
    fn from(result: StreamResult) -> Self {
        Self {
            taken: result.bytes_consumed,
            given: result.bytes_produced,
            is_last: result.status == Progress::StreamEnd,
        }
    }
}

/// Steps until the stream ends, is damaged, goes on no further or is larger than `most`.
fn stepwise(packed: &[u8], most: usize, mut step: impl FnMut(&[u8], &mut [u8]) -> Option<Step>) -> Unpacked {
    let (mut bytes, mut buffer, mut rest) = (Vec::new(), vec![0; BUFFER_BYTES], packed);
    let mut sound = false;
    while bytes.len() <= most {
        let Some(step) = step(rest, &mut buffer) else { break };
        bytes.extend_from_slice(buffer.get(..step.given).unwrap_or_default());
        rest = rest.get(step.taken..).unwrap_or_default();
        sound = step.is_last;
        if sound || (step.taken == 0 && step.given == 0) {
            break;
        }
    }
    let over = bytes.len() > most;
    (bytes, sound || over, packed.len() - rest.len())
}

/// The header of a file of its own, made of that in a ZIP.
fn front(packed: &[u8], size: Option<usize>) -> Option<Vec<u8>> {
    let properties = packed.get(4..ZIP_HEADER).filter(|_| le16(packed, 2) == Some(5))?;
    let size = size.map_or(Some(u64::MAX), |size| u64::try_from(size).ok())?;
    Some([properties, &size.to_le_bytes()].concat())
}

/// What stands before LZMA in a ZIP: two bytes of version, two of length, five of properties.
const ZIP_HEADER: usize = 9;
/// What is unpacked at a time.
const BUFFER_BYTES: usize = 32 << 10;
/// As much as `xz -9` asks for. It is taken only as the output grows, which the budgets bound.
const MEMORY_KIB: u32 = 80 << 10;
/// What RFC 8878, section 3.1.1.1.2, recommends that every decoder takes.
const WINDOW_BYTES: u64 = 8 << 20;
