//! Content that holds no text to draw out, by what somebody would see or hear in it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PartPath;

/// What somebody would see or hear in content that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpaqueKind {
    /// A small picture in the running text: the logo of a signature, an icon, a pixel that counts readers.
    Decoration,
    /// TIFF, as fax servers and scanners send it.
    Fax,
    /// A film.
    Film,
    /// Any other picture.
    Picture,
    /// A document whose pages are pictures of paper.
    Scan,
    /// A sound, such as a dictation.
    Sound,
}

impl OpaqueKind {
    /// Every kind, in alphabetical order.
    pub const ALL: [Self; 6] = [
        Self::Decoration,
        Self::Fax,
        Self::Film,
        Self::Picture,
        Self::Scan,
        Self::Sound,
    ];

    /// The name of the policy fact.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decoration => "decoration",
            Self::Fax => "fax",
            Self::Film => "film",
            Self::Picture => "picture",
            Self::Scan => "scan",
            Self::Sound => "sound",
        }
    }

    /// Whether the kind may tell of somebody: all but a decoration.
    #[must_use]
    pub const fn may_tell(self) -> bool {
        !matches!(self, Self::Decoration)
    }

    /// The name with its article, for reasons.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Decoration => "a small picture",
            Self::Fax => "a fax",
            Self::Film => "a film",
            Self::Picture => "a picture",
            Self::Scan => "scanned paper",
            Self::Sound => "a sound",
        }
    }

    /// The kind of content of `format`, as the table of first bytes names it; `None` for fonts, which show nothing by
    /// themselves. `in_text` says that the content is no attachment of its own.
    pub(super) fn of(format: &str, content: &[u8], in_text: bool) -> Option<Self> {
        match format {
            "otf" | "truetype" | "woff" | "woff2" => None,
            "aac" | "amr" | "au" | "flac" | "midi" | "mp3" | "ogg" | "wav" => Some(Self::Sound),
            "asf" | "avi" | "flv" | "matroska" | "mpeg" | "quicktime" => Some(Self::Film),
            "mp4" => Some(of_brand(content)),
            "tiff" => Some(Self::Fax),
            _ if in_text && is_small(format, content) => Some(Self::Decoration),
            _ => Some(Self::Picture),
        }
    }

    /// The kind of a picture of this size in a document, whose bytes were not looked at.
    #[cfg(feature = "extract")]
    pub(super) const fn of_size(pixels: u64) -> Self {
        if pixels <= SMALL_PIXELS {
            Self::Decoration
        } else {
            Self::Picture
        }
    }
}

impl fmt::Display for OpaqueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Content of one kind in a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opaque {
    /// The part that holds it.
    pub part: PartPath,
    /// What it is.
    pub kind: OpaqueKind,
    /// Whether it is all of the part, and not a file or a picture inside of it.
    pub is_whole: bool,
    /// Whether somebody else handed in the text that they read in it.
    pub is_read: bool,
}

/// Sounds and pictures come in the same boxes as films; their brand tells them apart (ISO/IEC 14496-12, section 4.3).
fn of_brand(content: &[u8]) -> OpaqueKind {
    match content.get(8..12).unwrap_or_default() {
        b"M4A " | b"M4B " | b"F4A " => OpaqueKind::Sound,
        b"avif" | b"avis" | b"heic" | b"heim" | b"heis" | b"heix" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
            OpaqueKind::Picture
        }
        _ => OpaqueKind::Film,
    }
}

/// Whether a picture is too small to show a page, a screen or a person, by its own header and by its bytes.
fn is_small(format: &str, content: &[u8]) -> bool {
    content.len() <= SMALL_BYTES && pixels(format, content).is_some_and(|pixels| pixels <= SMALL_PIXELS)
}

/// 256 by 256: the logo of a signature is smaller, a photograph or a screen that can be read is larger.
const SMALL_PIXELS: u64 = 65_536;
/// A logo of [`SMALL_PIXELS`] takes less; a picture that hides its size in its header, or a long animation, takes more.
const SMALL_BYTES: usize = 65_536;

/// Width times height, where the format's header tells them.
fn pixels(format: &str, content: &[u8]) -> Option<u64> {
    let (width, height) = match format {
        "bmp" => (little(content, 18, 4)?, little(content, 22, 4)?),
        "gif" => (little(content, 6, 2)?, little(content, 8, 2)?),
        "icon" => (256, 256),
        "jpeg" => jpeg_size(content)?,
        "png" => (big(content, 16, 4)?, big(content, 20, 4)?),
        "webp" => webp_size(content)?,
        _ => return None,
    };
    width.checked_mul(height)
}

/// The size in the first frame header (ITU-T T.81, section B.2.2).
fn jpeg_size(content: &[u8]) -> Option<(u64, u64)> {
    let mut at = 2;
    for _ in 0..JPEG_SEGMENTS {
        let (sign, marker) = (*content.get(at)?, *content.get(at + 1)?);
        if sign != 0xff {
            return None;
        }
        if matches!(marker, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) {
            return Some((big(content, at + 7, 2)?, big(content, at + 5, 2)?));
        }
        at += 2 + usize::try_from(big(content, at + 2, 2)?).ok()?;
    }
    None
}

/// A camera writes about ten segments before the frame.
const JPEG_SEGMENTS: usize = 64;

/// RFC 9649, sections 2.5 to 2.7.
fn webp_size(content: &[u8]) -> Option<(u64, u64)> {
    match content.get(12..16)? {
        b"VP8X" => Some((little(content, 24, 3)? + 1, little(content, 27, 3)? + 1)),
        b"VP8 " => Some((little(content, 26, 2)? & 0x3fff, little(content, 28, 2)? & 0x3fff)),
        b"VP8L" => {
            let bits = little(content, 21, 4)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        _ => None,
    }
}

fn big(content: &[u8], at: usize, bytes: usize) -> Option<u64> {
    let number = content.get(at..at.checked_add(bytes)?)?;
    Some(number.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

fn little(content: &[u8], at: usize, bytes: usize) -> Option<u64> {
    let number = content.get(at..at.checked_add(bytes)?)?;
    Some(number.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let head: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR";
        [head, &width.to_be_bytes(), &height.to_be_bytes(), b"\x08\x02\0\0\0"].concat()
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let (width, height) = (width.to_be_bytes(), height.to_be_bytes());
        [
            b"\xff\xd8\xff\xe0\0\x04JF\xff\xc2\0\x0b\x08".as_slice(),
            &height,
            &width,
            b"\x03",
        ]
        .concat()
    }

    #[test]
    fn a_picture_is_a_decoration_when_it_is_small_and_stands_in_the_text() {
        for (format, content, small) in [
            ("png", png(240, 80), true),
            ("png", png(256, 256), true),
            ("png", png(257, 256), false),
            ("png", png(u32::MAX, u32::MAX), false),
            ("gif", b"GIF89a\x01\0\x01\0".to_vec(), true),
            ("gif", b"GIF89a\x58\x02\xc8\0".to_vec(), false),
            ("jpeg", jpeg(200, 60), true),
            ("jpeg", jpeg(1_280, 960), false),
            ("jpeg", b"\xff\xd8\xff\xe0\0\x04JF".to_vec(), false),
            (
                "bmp",
                [b"BM".as_slice(), &[0; 16], &[40, 0, 0, 0, 30, 0, 0, 0]].concat(),
                true,
            ),
            (
                "webp",
                [b"RIFF....WEBPVP8X".as_slice(), &[0; 8], &[99, 0, 0, 99, 0, 0]].concat(),
                true,
            ),
            (
                "webp",
                [b"RIFF....WEBPVP8X".as_slice(), &[0; 8], &[0, 4, 0, 0, 4, 0]].concat(),
                false,
            ),
            ("psd", b"8BPS".to_vec(), false),
            ("png", [png(1, 1), vec![0; SMALL_BYTES]].concat(), false),
        ] {
            let expected = if small {
                OpaqueKind::Decoration
            } else {
                OpaqueKind::Picture
            };
            assert_eq!(
                OpaqueKind::of(format, &content, true),
                Some(expected),
                "{format} {}",
                content.len()
            );
            assert_eq!(
                OpaqueKind::of(format, &content, false),
                Some(OpaqueKind::Picture),
                "{format}"
            );
        }
    }

    #[test]
    fn boxes_are_told_apart_by_their_brand() {
        for (brand, kind) in [
            ("heic", OpaqueKind::Picture),
            ("M4A ", OpaqueKind::Sound),
            ("isom", OpaqueKind::Film),
        ] {
            let content = format!("\0\0\0\x18ftyp{brand}");
            assert_eq!(OpaqueKind::of("mp4", content.as_bytes(), false), Some(kind), "{brand}");
        }
        assert_eq!(OpaqueKind::of("woff2", b"wOF2", false), None);
    }

    #[test]
    fn names_are_those_of_serde_and_in_order() {
        for kind in OpaqueKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        assert!(OpaqueKind::ALL.is_sorted());
        assert!(OpaqueKind::ALL.map(OpaqueKind::name).is_sorted());
    }
}
