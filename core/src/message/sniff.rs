//! What content is by its first bytes: names and declared types are evidence only.

/// What a format means for the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Holds text or files that can be drawn out.
    Container,
    /// Only a key opens it.
    Encrypted,
    /// Pictures, sounds, films, fonts, detached signatures.
    Opaque,
}

/// A known format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) name: &'static str,
    pub(super) class: Class,
}

impl Format {
    /// Whether text can be of this format.
    pub(super) fn is_textual(self) -> bool {
        matches!(self.name, "pdf" | "pgp" | "rtf")
    }
}

/// The format of the content, by the table; `None` for text and for what is not known.
pub(super) fn format(bytes: &[u8]) -> Option<Format> {
    MAGIC.iter().find(|row| row.matches(bytes)).map(|row| Format {
        name: row.name,
        class: row.class,
    })
}

/// Whether the bytes can be text: no NUL and hardly any control character near the front.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return true;
    }
    let front = bytes.get(..bytes.len().min(FRONT)).unwrap_or_default();
    // Blocks of a byte's range, so that their counts fit a byte and the compiler counts many at a time.
    let odd: usize = front
        .chunks(255)
        .map(|block| usize::from(block.iter().map(|&byte| u8::from(is_odd(byte))).sum::<u8>()))
        .sum();
    memchr::memchr(0, bytes).is_none() && odd * 50 <= front.len()
}

/// A control character other than tab, line feed, vertical tab, form feed, carriage return and escape.
const fn is_odd(byte: u8) -> bool {
    byte < 32 && !(9 <= byte && byte <= 13) && byte != 0x1B
}

struct Magic {
    name: &'static str,
    class: Class,
    at: usize,
    bytes: &'static [u8],
}

impl Magic {
    fn matches(&self, content: &[u8]) -> bool {
        // Nearly every row fails at the first byte.
        content.get(self.at) == self.bytes.first()
            && content.get(self.at..).is_some_and(|rest| rest.starts_with(self.bytes))
    }
}

const fn magic(name: &'static str, class: Class, at: usize, bytes: &'static [u8]) -> Magic {
    Magic { name, class, at, bytes }
}

/// As much as tells text from binary content.
const FRONT: usize = 4_096;

use Class::{Container, Encrypted, Opaque};

/// The formats, the longer sign first where one starts as another does.
const MAGIC: &[Magic] = &[
    magic("7z", Container, 0, b"7z\xbc\xaf\x27\x1c"),
    magic("aac", Opaque, 0, b"\xff\xf1"),
    magic("amr", Opaque, 0, b"#!AMR"),
    magic("asf", Opaque, 0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    magic("au", Opaque, 0, b".snd"),
    magic("avi", Opaque, 8, b"AVI "),
    magic("bmp", Opaque, 6, b"\0\0\0\0\x36\0\0\0"),
    magic("bmp", Opaque, 6, b"\0\0\0\0\x8a\0\0\0"),
    magic("bzip2", Container, 0, b"BZh"),
    magic("cab", Container, 0, b"MSCF"),
    magic("dicom", Container, 128, b"DICM"),
    magic("emf", Opaque, 40, b" EMF"),
    magic("exe", Container, 0, b"MZ"),
    magic("flac", Opaque, 0, b"fLaC"),
    magic("flv", Opaque, 0, b"FLV\x01"),
    magic("gif", Opaque, 0, b"GIF87a"),
    magic("gif", Opaque, 0, b"GIF89a"),
    magic("gzip", Container, 0, b"\x1f\x8b"),
    magic("icon", Opaque, 0, b"\0\0\x01\0"),
    magic("icon", Opaque, 0, b"\0\0\x02\0"),
    magic("jpeg", Opaque, 0, b"\xff\xd8\xff"),
    magic("jpeg-2000", Opaque, 0, b"\0\0\0\x0cjP  "),
    magic("matroska", Opaque, 0, b"\x1a\x45\xdf\xa3"),
    magic("midi", Opaque, 0, b"MThd"),
    magic("mng", Opaque, 0, b"\x8aMNG"),
    magic("mp3", Opaque, 0, b"ID3"),
    magic("mp3", Opaque, 0, b"\xff\xfb"),
    magic("mp3", Opaque, 0, b"\xff\xf3"),
    magic("mp4", Opaque, 4, b"ftyp"),
    magic("mpeg", Opaque, 0, b"\0\0\x01\xba"),
    magic("mpeg", Opaque, 0, b"\0\0\x01\xb3"),
    magic("ogg", Opaque, 0, b"OggS"),
    magic("ole", Container, 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    magic("otf", Opaque, 0, b"OTTO"),
    magic("pcx", Opaque, 0, b"\x0a\x05\x01\x08"),
    magic("pdf", Container, 0, b"%PDF-"),
    magic("pgp", Encrypted, 0, b"-----BEGIN PGP MESSAGE-----"),
    magic("png", Opaque, 0, b"\x89PNG\r\n\x1a\n"),
    magic("psd", Opaque, 0, b"8BPS"),
    magic("quicktime", Opaque, 4, b"moov"),
    magic("quicktime", Opaque, 4, b"mdat"),
    magic("rar", Container, 0, b"Rar!\x1a\x07"),
    magic("rtf", Container, 0, b"{\\rtf"),
    magic("tar", Container, 257, b"ustar"),
    magic("tiff", Opaque, 0, b"II*\0"),
    magic("tiff", Opaque, 0, b"MM\0*"),
    magic("tnef", Container, 0, b"\x78\x9f\x3e\x22"),
    magic("truetype", Opaque, 0, b"\0\x01\0\0\0"),
    magic("wav", Opaque, 8, b"WAVE"),
    magic("webp", Opaque, 8, b"WEBP"),
    magic("wmf", Opaque, 0, b"\xd7\xcd\xc6\x9a"),
    magic("woff", Opaque, 0, b"wOFF"),
    magic("woff2", Opaque, 0, b"wOF2"),
    magic("xz", Container, 0, b"\xfd7zXZ\0"),
    magic("zip", Container, 0, b"PK\x03\x04"),
    magic("zip", Container, 0, b"PK\x05\x06"),
    magic("zstd", Container, 0, b"\x28\xb5\x2f\xfd"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_own_sign() {
        for row in MAGIC {
            let mut content = vec![0xEE; row.at];
            content.extend_from_slice(row.bytes);
            assert_eq!(format(&content).map(|format| format.name), Some(row.name));
        }
    }

    #[test]
    fn text_of_any_charset_is_text_and_noise_is_not() {
        for text in [
            "plain".as_bytes(),
            "naïve\r\n".as_bytes(),
            b"na\xefve",
            b"",
            b"\xff\xfea\0",
            b"\x1b$B",
        ] {
            assert!(is_text(text));
        }
        let noise: Vec<u8> = (0..=255).collect();
        assert!(!is_text(&noise));
    }
}
