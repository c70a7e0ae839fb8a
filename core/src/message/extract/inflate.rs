//! Unpacking within the budgets.

use std::io::Read;

use flate2::bufread::ZlibDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use weezl::decode::Decoder;
use weezl::{BitOrder, LzwStatus};

use super::packers;
use crate::message::content::Origin;
use crate::message::parse::{Reader, SMALL_BYTES};
use crate::message::{AnomalyKind, Limits};

/// How bytes are packed: deflate in its wrappers, the older ways of PDF, and what packs one file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Packing {
    /// One stream of bzip2.
    Bzip2,
    /// LZMA behind a header of its own, or behind that of ZIP (APPNOTE, section 5.8.8), which leaves the size to the archive.
    Lzma(packers::Header),
    /// ISO 32000-1, section 7.4.4; whether a code grows one code early.
    Lzw { early: bool },
    /// RFC 1951, without any.
    Raw,
    /// ISO 32000-1, section 7.4.5.
    RunLength,
    /// One stream of xz.
    Xz,
    /// RFC 1950.
    Zlib,
    /// One frame of Zstandard (RFC 8878).
    Zstd,
}

impl Packing {
    /// How large all that is unpacked of a message of `size` bytes may get by a way that takes long for each byte, so that
    /// a bomb in it takes no longer than any other.
    const fn largest(self, size: usize) -> usize {
        match self {
            Self::Bzip2 => size.saturating_add(4 << 20),
            Self::Lzma(_) | Self::Xz => size.saturating_mul(2).saturating_add(8 << 20),
            Self::Lzw { .. } | Self::Raw | Self::RunLength | Self::Zlib | Self::Zstd => usize::MAX,
        }
    }
}

/// What was unpacked, and whether that is all.
pub(super) struct Inflated {
    pub(super) bytes: Vec<u8>,
    pub(super) whole: bool,
    /// How many of the packed bytes that took.
    pub(super) used: usize,
}

impl Reader<'_> {
    /// Unpacks `packed` up to the limits; what stops it is written down.
    pub(super) fn inflate(&mut self, packed: &[u8], packing: Packing, origin: &Origin<'_>) -> Inflated {
        let (room, limit) = self.room();
        let slow = packing.largest(self.size).saturating_sub(self.unpacked);
        let (room, limit) = if slow < room {
            (slow, AnomalyKind::ExpansionLimit)
        } else {
            (room, limit)
        };
        let own = largest(packed.len(), self.limits);
        let (most, limit) = if own < room {
            (own, AnomalyKind::ExpansionLimit)
        } else {
            (room, limit)
        };
        let (mut bytes, sound, used) = read(packed, packing, most);
        let over = bytes.len() > most;
        let within = self.unpacked(bytes.len(), origin.path);
        if over {
            self.note(limit, origin.path);
            // The rest of a bomb is more of the same.
            bytes.truncate(SMALL_BYTES);
        } else if !sound {
            self.note(AnomalyKind::ArchiveDamaged, origin.path);
        }
        // Archives in archives are all in memory at once.
        bytes.shrink_to_fit();
        Inflated {
            whole: sound && !over && within,
            bytes: if within { bytes } else { Vec::new() },
            used,
        }
    }
}

/// How large `packed` bytes may get.
fn largest(packed: usize, limits: &Limits) -> usize {
    packed.saturating_mul(limits.expansion).max(SMALL_BYTES)
}

/// Reads some more than `most`, so that the caller sees that there is more: the bytes, whether they are sound, and how
/// many packed ones they took.
fn read(packed: &[u8], packing: Packing, most: usize) -> (Vec<u8>, bool, usize) {
    let (bytes, sound) = match packing {
        Packing::Bzip2 => return packers::bzip2(packed, most),
        Packing::Lzma(header) => return packers::lzma(packed, header, most),
        Packing::Raw => return deflate(packed, most),
        Packing::Xz => return packers::xz(packed, most),
        Packing::Zstd => return packers::zstd(packed, most),
        Packing::Zlib => zlib(packed, most),
        Packing::Lzw { early } => lzw(packed, early, most),
        Packing::RunLength => run_length(packed, most),
    };
    (bytes, sound, packed.len())
}

/// Sound is only what comes to its end.
fn deflate(packed: &[u8], most: usize) -> (Vec<u8>, bool, usize) {
    let (mut inflater, mut bytes, mut buffer) = (Decompress::new(false), Vec::new(), vec![0; BUFFER_BYTES]);
    let (mut rest, mut sound) = (packed, false);
    while bytes.len() <= most {
        let before = (inflater.total_in(), inflater.total_out());
        let status = inflater.decompress(rest, &mut buffer, FlushDecompress::None);
        let step = |now: u64, before: u64| usize::try_from(now - before).unwrap_or_default();
        let (taken, given) = (
            step(inflater.total_in(), before.0),
            step(inflater.total_out(), before.1),
        );
        bytes.extend_from_slice(buffer.get(..given).unwrap_or_default());
        rest = rest.get(taken..).unwrap_or_default();
        sound = matches!(status, Ok(Status::StreamEnd));
        if sound || status.is_err() || (taken == 0 && given == 0) {
            break;
        }
    }
    let over = bytes.len() > most;
    (bytes, sound || over, packed.len() - rest.len())
}

fn zlib(packed: &[u8], most: usize) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let outcome = ZlibDecoder::new(packed).take(limit).read_to_end(&mut bytes);
    (bytes, outcome.is_ok())
}

fn lzw(packed: &[u8], early: bool, most: usize) -> (Vec<u8>, bool) {
    let mut decoder = if early {
        Decoder::with_tiff_size_switch(BitOrder::Msb, 8)
    } else {
        Decoder::new(BitOrder::Msb, 8)
    };
    let (mut bytes, mut buffer, mut rest) = (Vec::new(), [0; 4_096], packed);
    while bytes.len() <= most {
        let step = decoder.decode_bytes(rest, &mut buffer);
        bytes.extend_from_slice(buffer.get(..step.consumed_out).unwrap_or_default());
        rest = rest.get(step.consumed_in..).unwrap_or_default();
        match step.status {
            Ok(LzwStatus::Ok) => {}
            Ok(LzwStatus::Done) => return (bytes, true),
            // Not every writer writes the code that ends the data.
            Ok(LzwStatus::NoProgress) => return (bytes, rest.is_empty()),
            Err(_) => return (bytes, false),
        }
    }
    (bytes, true)
}

fn run_length(packed: &[u8], most: usize) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let mut rest = packed;
    while let Some((&length, tail)) = rest.split_first() {
        if length == 128 || bytes.len() > most {
            break;
        }
        if length < 128 {
            let Some((run, tail)) = tail.split_at_checked(usize::from(length) + 1) else {
                bytes.extend_from_slice(tail);
                return (bytes, false);
            };
            bytes.extend_from_slice(run);
            rest = tail;
        } else {
            let Some((&byte, tail)) = tail.split_first() else {
                return (bytes, false);
            };
            bytes.extend(std::iter::repeat_n(byte, 257 - usize::from(length)));
            rest = tail;
        }
    }
    (bytes, true)
}

/// What is unpacked at a time.
const BUFFER_BYTES: usize = 32 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_is_read_by_lzw() {
        // ISO 32000-1, section 7.4.4.2, example 1.
        let packed = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        let plain = [45, 45, 45, 45, 45, 65, 45, 45, 45, 66];
        assert_eq!(lzw(&packed, true, 100), (plain.to_vec(), true));
        assert!(lzw(&packed, true, 3).0.len() > 3);
    }

    #[test]
    fn deflate_that_stops_before_its_end_is_not_sound() {
        let packed = b"\xcb\x48\x54\xc8\x2c\x56\x28\xce\x4d\x2c\x2a\xd1\x81\xb3\x00";
        let (bytes, sound, used) = deflate(packed, 100);
        assert!(sound && used == packed.len(), "{bytes:?}");
        assert_eq!(deflate(&[packed.as_slice(), b"more"].concat(), 100).2, packed.len());
        assert!((0..packed.len()).all(|length| !deflate(&packed[..length], 100).1));
    }

    #[test]
    fn runs_and_stretches_are_read() {
        assert_eq!(run_length(b"\x02abc\xfdx\x80y", 100), (b"abcxxxx".to_vec(), true));
        assert_eq!(run_length(b"\x05ab", 100), (b"ab".to_vec(), false));
        assert!(run_length(&[129, b'x'].repeat(100), 200).0.len() <= 200 + 128);
    }
}
