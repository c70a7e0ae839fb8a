//! What must follow the sign of a format that is not read, so that no text hides behind a sign alone.
//!
//! Each function takes content that has the sign. A number that points beyond the content is as wrong as any other but where
//! said otherwise: what is cut off is unknown content, and that is said.

/// ADTS: the frame is as long as it says, and another begins behind it (ISO/IEC 13818-7, section 6.2).
pub(super) fn adts(content: &[u8]) -> bool {
    let length = big(content, 3, 3).map(|bits| bits >> 5 & 0x1FFF);
    at(content, 2).is_some_and(|byte| byte >> 2 & 0xF <= 12) && length >= Some(7) && next(content, length, &[0xFF])
}

/// RFC 4867, section 5: the sign goes on, and frames of speech follow.
pub(super) fn amr(content: &[u8]) -> bool {
    let speech = content
        .strip_prefix(b"#!AMR\n")
        .or_else(|| content.strip_prefix(b"#!AMR-WB\n"));
    speech.and_then(<[u8]>::first).is_some_and(|head| head & 0x83 == 0)
}

/// All of the identifier of the header.
pub(super) fn asf(content: &[u8]) -> bool {
    holds(content, 8, b"\xa6\xd9\0\xaa\0\x62\xce\x6c")
}

/// The size of the header, an encoding that there is, and one to eight channels.
pub(super) fn au(content: &[u8]) -> bool {
    let header = big(content, 4, 4);
    let encoding = big(content, 12, 4);
    let channels = big(content, 20, 4);
    header.is_some_and(|size| (24..=4_096).contains(&size))
        && encoding.is_some_and(|number| (1..=27).contains(&number))
        && channels.is_some_and(|number| (1..=8).contains(&number))
}

pub(super) fn avi(content: &[u8]) -> bool {
    riff(content, &[b"LIST", b"JUNK"])
}

/// A known size of the second header, one plane, and a depth that there is.
pub(super) fn bmp(content: &[u8]) -> bool {
    let header = little(content, 14, 4);
    let (planes, depth) = match header {
        Some(12) => (little(content, 22, 2), little(content, 24, 2)),
        Some(40 | 52 | 56 | 64 | 108 | 124) => (little(content, 26, 2), little(content, 28, 2)),
        _ => return false,
    };
    planes == Some(1) && matches!(depth, Some(0 | 1 | 2 | 4 | 8 | 16 | 24 | 32))
}

/// Boxes of ISO/IEC 14496-12: the first is as long as it says, and another stands behind it.
pub(super) fn boxes(content: &[u8]) -> bool {
    let length = match big(content, 0, 4) {
        Some(0) => return content.get(4..8) == Some(b"mdat"),
        Some(1) => big(content, 8, 8),
        length => length,
    };
    let end = length.and_then(|length| usize::try_from(length).ok());
    let Some(end) = end.filter(|&end| end >= 8 && end <= content.len()) else {
        return false;
    };
    let is_brand = content.get(4..8) != Some(b"ftyp") || content.get(8..12).is_some_and(is_name);
    is_brand && (end == content.len() || content.get(end + 4..end + 8).is_some_and(is_name))
}

/// The first record is the header.
pub(super) fn emf(content: &[u8]) -> bool {
    little(content, 0, 4) == Some(1) && little(content, 44, 4) == Some(0x1_0000)
}

/// The first block tells of the stream and has its size (RFC 9639, section 8.2).
pub(super) fn flac(content: &[u8]) -> bool {
    matches!(at(content, 4), Some(0 | 0x80)) && holds(content, 5, b"\0\0\x22")
}

pub(super) fn flv(content: &[u8]) -> bool {
    at(content, 4).is_some_and(|flags| flags & 0xFA == 0) && holds(content, 5, b"\0\0\0\x09\0\0\0\0")
}

/// One to 64 tables, of which the first has a name and lies within the font.
pub(super) fn font(content: &[u8]) -> bool {
    let length = big(content, 20, 4)
        .zip(big(content, 24, 4))
        .map(|(offset, length)| offset + length);
    big(content, 4, 2).is_some_and(|tables| (1..=64).contains(&tables))
        && content.get(12..16).is_some_and(is_name)
        && length.is_some_and(|end| end <= wide(content.len()))
}

/// Behind the table of colours stands a block (`GIF89a`, appendix A).
pub(super) fn gif(content: &[u8]) -> bool {
    let Some(flags) = at(content, 10) else {
        return content.len() <= 10;
    };
    let colours = if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    match at(content, 13 + colours) {
        Some(block) => matches!(block, 0x21 | 0x2C | 0x3B),
        None => content.len() <= 13 + colours,
    }
}

/// A version and a size, frames with names, and sound behind them (id3.org, versions 2.2 to 2.4).
pub(super) fn id3(content: &[u8]) -> bool {
    let size = content.get(6..10).unwrap_or_default();
    if size.len() < 4 || size.iter().any(|byte| *byte >= 0x80) || !matches!(at(content, 3), Some(2..=4)) {
        return false;
    }
    let size = size.iter().fold(0_usize, |sum, byte| sum << 7 | usize::from(*byte));
    let is_frame = content.get(10..13).is_some_and(is_name) || holds(content, 10, b"\0\0\0");
    let footer = if at(content, 5).is_some_and(|flags| flags & 0x10 != 0) {
        10
    } else {
        0
    };
    let sound = content.get(10 + size + footer..).unwrap_or_default();
    let padding = sound.iter().take_while(|byte| **byte == 0).count();
    let sound = sound.get(padding..).unwrap_or_default();
    is_frame && (matches!(sound, [0xFF, 0xE0..=0xFF, ..]) || sound.starts_with(b"fLaC"))
}

/// Some pictures, of which the first lies within the file.
pub(super) fn icon(content: &[u8]) -> bool {
    let count = little(content, 4, 2).unwrap_or_default();
    let end = little(content, 14, 4)
        .zip(little(content, 18, 4))
        .map(|(size, offset)| size + offset);
    (1..=256).contains(&count)
        && at(content, 9) == Some(0)
        && little(content, 18, 4) >= Some(6 + 16 * count)
        && end.is_some_and(|end| end <= wide(content.len()))
}

/// A segment as long as it says, and another behind it (ITU-T T.81, section B.1).
pub(super) fn jpeg(content: &[u8]) -> bool {
    let is_segment = at(content, 3).is_none_or(|marker| matches!(marker, 0xC0..=0xCF | 0xDA..=0xEF | 0xFE));
    let Some(length) = big(content, 4, 2) else {
        return is_segment;
    };
    let behind = usize::try_from(length)
        .ok()
        .and_then(|length| content.get(4 + length..));
    is_segment && length >= 2 && behind.is_none_or(|behind| behind.first().is_none_or(|byte| *byte == 0xFF))
}

pub(super) fn jpeg_2000(content: &[u8]) -> bool {
    holds(content, 8, b"\r\n\x87\n") && holds(content, 16, b"ftyp")
}

/// A size that is open or that files reach, and the zero that the coded bytes begin with (the LZMA SDK, `lzma.txt`).
pub(super) fn lzma(content: &[u8]) -> bool {
    let size = little(content, 5, 8);
    size.is_some_and(|size| size == u64::MAX || size < 1 << 38) && at(content, 13) == Some(0)
}

/// The header names the type of the document (RFC 8794, section 11.2.6).
pub(super) fn matroska(content: &[u8]) -> bool {
    let front = content.get(..content.len().min(64)).unwrap_or_default();
    memchr::memmem::find(front, b"\x42\x82").is_some()
}

pub(super) fn midi(content: &[u8]) -> bool {
    holds(content, 4, b"\0\0\0\x06\0") && holds(content, 14, b"MTrk")
}

pub(super) fn mng(content: &[u8]) -> bool {
    holds(content, 4, b"\r\n\x1a\n\0\0\0\x1cMHDR")
}

/// Layer III: the frame is as long as its rates make it, and another begins behind it (ISO/IEC 11172-3, section 2.4.1).
pub(super) fn mp3(content: &[u8]) -> bool {
    let Some((version, rates)) = at(content, 1).zip(at(content, 2)) else {
        return false;
    };
    let is_first = version & 0x08 != 0;
    let (bits, samples) = (usize::from(rates >> 4), usize::from(rates >> 2 & 3));
    let kilobits = if is_first { MPEG_1_RATES } else { MPEG_2_RATES };
    let (Some(kilobits), Some(hertz)) = (kilobits.get(bits), HERTZ.get(samples)) else {
        return false;
    };
    let length = 144_000 * kilobits / hertz;
    let padding = u64::from(rates >> 1 & 1);
    *kilobits > 0 && next(content, Some(length + padding), &[0xFF])
}

/// A pack header of MPEG-1 or MPEG-2 (ISO/IEC 13818-1, section 2.5.3.3), with other packets behind it.
pub(super) fn mpeg_stream(content: &[u8]) -> bool {
    match at(content, 4) {
        Some(0x20..=0x2F) => holds(content, 12, b"\0\0\x01"),
        Some(0x40..=0x7F) => {
            let stuffing = u64::from(at(content, 13).unwrap_or_default() & 7);
            next(content, Some(14 + stuffing), b"\0\0\x01")
        }
        _ => false,
    }
}

/// A shape and a rate of pictures that there are, and another code behind (ISO/IEC 11172-2, section 2.4.2.3).
pub(super) fn mpeg_video(content: &[u8]) -> bool {
    let is_rate = at(content, 7).is_some_and(|byte| (1..=8).contains(&(byte & 0xF)) && byte >> 4 != 0);
    let front = content.get(8..content.len().min(512)).unwrap_or_default();
    is_rate && memchr::memmem::find(front, b"\0\0\x01").is_some()
}

/// A page as long as its lacing makes it, and another behind it (RFC 3533, section 6).
pub(super) fn ogg(content: &[u8]) -> bool {
    let count = at(content, 26).map(usize::from);
    let Some(lacing) = count.and_then(|count| content.get(27..27 + count)) else {
        return false;
    };
    let length = lacing.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let is_version = at(content, 4) == Some(0) && at(content, 5).is_some_and(|kind| kind <= 7);
    is_version && next(content, Some(27 + wide(lacing.len()) + length), b"OggS")
}

pub(super) fn pcx(content: &[u8]) -> bool {
    at(content, 64) == Some(0) && at(content, 65).is_some_and(|planes| (1..=4).contains(&planes))
}

/// The chunk that comes first (PNG, section 5.6), as far as the content goes.
pub(super) fn png(content: &[u8]) -> bool {
    let rest = content.get(8..).unwrap_or_default();
    let head = b"\0\0\0\x0dIHDR";
    rest.starts_with(head) || head.starts_with(rest)
}

/// A version and comments of its structure: a text that shows its words in pieces.
pub(super) fn postscript(content: &[u8]) -> bool {
    at(content, 11).is_some_and(|digit| digit.is_ascii_digit()) && memchr::memmem::find(content, b"\n%%").is_some()
}

pub(super) fn psd(content: &[u8]) -> bool {
    holds(content, 4, b"\0\x01\0\0\0\0\0\0") && big(content, 12, 2).is_some_and(|channels| (1..=56).contains(&channels))
}

/// A frame that Zstandard skips is no longer than the content (RFC 8878, section 3.1.2).
pub(super) fn skipped_frame(content: &[u8]) -> bool {
    let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
    matches!(at(content, 0), Some(0x50..=0x5F)) && little(content, 4, 4).is_some_and(|held| held + 8 <= length)
}

pub(super) fn tiff_big(content: &[u8]) -> bool {
    tiff(content, big)
}

pub(super) fn tiff_little(content: &[u8]) -> bool {
    tiff(content, little)
}

/// A directory within the file, whose first entry has a type that there is (TIFF 6.0, section 2).
fn tiff(content: &[u8], number: fn(&[u8], usize, usize) -> Option<u64>) -> bool {
    let offset = number(content, 4, 4).and_then(|offset| usize::try_from(offset).ok());
    let Some((offset, count)) = offset.and_then(|offset| Some((offset, number(content, offset, 2)?))) else {
        return false;
    };
    let end = wide(offset) + 2 + 12 * count;
    let is_entry = number(content, offset.saturating_add(4), 2).is_some_and(|kind| (1..=18).contains(&kind));
    let is_empty = count == 0 && wide(content.len()) <= end + 4;
    offset >= 8 && end <= wide(content.len()) && (is_entry || is_empty)
}

pub(super) fn wav(content: &[u8]) -> bool {
    riff(
        content,
        &[b"JUNK", b"LIST", b"PAD ", b"bext", b"ds64", b"fact", b"fmt "],
    )
}

pub(super) fn webp(content: &[u8]) -> bool {
    riff(content, &[b"VP8 ", b"VP8L", b"VP8X"])
}

/// The second header is of one of two kinds and nine words long.
pub(super) fn wmf(content: &[u8]) -> bool {
    matches!(little(content, 22, 2), Some(1 | 2)) && little(content, 24, 2) == Some(9)
}

/// A known flavour, and as many bytes as it says.
pub(super) fn woff(content: &[u8]) -> bool {
    let is_flavour = [b"\0\x01\0\0", b"OTTO", b"true"]
        .iter()
        .any(|flavour| holds(content, 4, *flavour));
    is_flavour && big(content, 8, 4).is_some_and(|length| length <= wide(content.len()))
}

/// A first chunk of one of these names that lies within the file, as all of it does.
fn riff(content: &[u8], names: &[&[u8; 4]]) -> bool {
    let size = little(content, 4, 4).filter(|size| *size != u64::from(u32::MAX));
    let is_within = |from: u64, size: Option<u64>| size.is_some_and(|size| from + size <= wide(content.len()) + 1);
    content.starts_with(b"RIFF")
        && is_within(8, size)
        && is_within(20, little(content, 16, 4))
        && names.iter().any(|name| holds(content, 12, *name))
}

/// Whether a piece of this length is all, or `sign` stands behind it.
fn next(content: &[u8], length: Option<u64>, sign: &[u8]) -> bool {
    let rest = length
        .and_then(|length| usize::try_from(length).ok())
        .and_then(|length| content.get(length..));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(sign))
}

fn holds(content: &[u8], at: usize, bytes: &[u8]) -> bool {
    content.get(at..).is_some_and(|rest| rest.starts_with(bytes))
}

/// The name of a box, a chunk or a table.
fn is_name(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| byte.is_ascii_graphic() || matches!(byte, b' ' | 0xA9))
}

fn at(content: &[u8], at: usize) -> Option<u8> {
    content.get(at).copied()
}

fn big(content: &[u8], at: usize, bytes: usize) -> Option<u64> {
    let number = content.get(at..at.checked_add(bytes)?)?;
    Some(number.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn little(content: &[u8], at: usize, bytes: usize) -> Option<u64> {
    let number = content.get(at..at.checked_add(bytes)?)?;
    Some(number.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Kilobits a second of MPEG-1 layer III.
const MPEG_1_RATES: &[u64] = &[0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
/// Kilobits a second of MPEG-2 layer III.
const MPEG_2_RATES: &[u64] = &[0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/// Samples a second of MPEG-1; MPEG-2 has half as many, and half as many in a frame.
const HERTZ: &[u64] = &[44_100, 48_000, 32_000];
