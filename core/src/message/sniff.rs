//! What content is by its first bytes: names and declared types are evidence only.
//!
//! A sign alone proves nothing where it decides that content is not read: `ID3` or `BM` can stand before any text. What holds
//! no text to draw out must go on as its format does (`Magic::demands`).

mod structure;

use super::wide::Wide;

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
        matches!(self.name, "fdf" | "pdf" | "pgp" | "rtf")
    }
}

/// The format of the content, by the table; `None` for text and for what is not known.
pub(super) fn format(bytes: &[u8]) -> Option<Format> {
    MAGIC.iter().find(|row| row.matches(bytes)).map(|row| Format {
        name: row.name,
        class: row.class,
    })
}

/// Whether a frame begins here that Zstandard skips.
#[cfg(feature = "extract")]
pub(super) fn is_skipped_frame(bytes: &[u8]) -> bool {
    bytes.get(1..).is_some_and(|rest| rest.starts_with(SKIPPED_FRAME)) && structure::skipped_frame(bytes)
}

/// Whether the bytes can be text: no NUL, and nowhere more than hardly any control character.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Wide::of_text(bytes).is_some();
    }
    memchr::memchr(0, bytes).is_none()
        && bytes
            .chunks(FRONT)
            .all(|block| odd(block) * 50 <= block.len().max(bytes.len().min(50)))
}

/// How many bytes are control characters that text does not hold.
fn odd(bytes: &[u8]) -> usize {
    // Blocks of a byte's range, so that their counts fit a byte and the compiler counts many at a time.
    let blocks = bytes.chunks(255);
    let counts = blocks.map(|block| usize::from(block.iter().map(|&byte| u8::from(is_odd(byte))).sum::<u8>()));
    counts.sum()
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
    /// Whether the content goes on as one of the format does, as far as it goes.
    demands: fn(&[u8]) -> bool,
}

impl Magic {
    fn matches(&self, content: &[u8]) -> bool {
        // Nearly every row fails at the first byte.
        content.get(self.at) == self.bytes.first()
            && content.get(self.at..).is_some_and(|rest| rest.starts_with(self.bytes))
            && (self.demands)(content)
    }
}

/// A format whose sign is enough, since its content is taken apart, or is not inspected.
const fn sign(name: &'static str, class: Class, at: usize, bytes: &'static [u8]) -> Magic {
    magic(name, class, at, bytes, |_| true)
}

const fn magic(name: &'static str, class: Class, at: usize, bytes: &'static [u8], demands: fn(&[u8]) -> bool) -> Magic {
    Magic {
        name,
        class,
        at,
        bytes,
        demands,
    }
}

/// How the signs of frames end that Zstandard skips, all sixteen of them.
const SKIPPED_FRAME: &[u8] = b"\x2a\x4d\x18";
/// As much as tells text from binary content.
const FRONT: usize = 4_096;

use Class::{Container, Encrypted, Opaque};

/// The formats, the longer sign first where one starts as another does.
const MAGIC: &[Magic] = &[
    sign("7z", Container, 0, b"7z\xbc\xaf\x27\x1c"),
    magic("aac", Opaque, 0, b"\xff\xf1", structure::adts),
    magic("amr", Opaque, 0, b"#!AMR", structure::amr),
    sign("appledouble", Container, 0, b"\0\x05\x16\0\0\x02\0\0"),
    sign("appledouble", Container, 0, b"\0\x05\x16\x07\0\x02\0\0"),
    magic("asf", Opaque, 0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", structure::asf),
    magic("au", Opaque, 0, b".snd", structure::au),
    magic("avi", Opaque, 8, b"AVI ", structure::avi),
    magic("bmp", Opaque, 0, b"BM", structure::bmp),
    sign("bzip2", Container, 0, b"BZh"),
    sign("cab", Container, 0, b"MSCF"),
    sign("dicom", Container, 128, b"DICM"),
    magic("emf", Opaque, 40, b" EMF", structure::emf),
    sign("exe", Container, 0, b"MZ"),
    sign("fdf", Container, 0, b"%FDF-"),
    magic("flac", Opaque, 0, b"fLaC", structure::flac),
    magic("flv", Opaque, 0, b"FLV\x01", structure::flv),
    magic("gif", Opaque, 0, b"GIF87a", structure::gif),
    magic("gif", Opaque, 0, b"GIF89a", structure::gif),
    sign("gzip", Container, 0, b"\x1f\x8b"),
    magic("icon", Opaque, 0, b"\0\0\x01\0", structure::icon),
    magic("icon", Opaque, 0, b"\0\0\x02\0", structure::icon),
    magic("jpeg", Opaque, 0, b"\xff\xd8\xff", structure::jpeg),
    magic("jpeg-2000", Opaque, 0, b"\0\0\0\x0cjP  ", structure::jpeg_2000),
    magic("lzma", Container, 0, b"\x5d\0\0", structure::lzma),
    magic("matroska", Opaque, 0, b"\x1a\x45\xdf\xa3", structure::matroska),
    magic("midi", Opaque, 0, b"MThd", structure::midi),
    magic("mng", Opaque, 0, b"\x8aMNG", structure::mng),
    magic("mp3", Opaque, 0, b"ID3", structure::id3),
    magic("mp3", Opaque, 0, b"\xff\xfb", structure::mp3),
    magic("mp3", Opaque, 0, b"\xff\xf3", structure::mp3),
    magic("mp4", Opaque, 4, b"ftyp", structure::boxes),
    magic("mpeg", Opaque, 0, b"\0\0\x01\xba", structure::mpeg_stream),
    magic("mpeg", Opaque, 0, b"\0\0\x01\xb3", structure::mpeg_video),
    magic("ogg", Opaque, 0, b"OggS", structure::ogg),
    sign("ole", Container, 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    sign("onenote", Container, 0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d"),
    magic("otf", Opaque, 0, b"OTTO", structure::font),
    magic("pcx", Opaque, 0, b"\x0a\x05\x01\x08", structure::pcx),
    sign("pdf", Container, 0, b"%PDF-"),
    sign("pgp", Encrypted, 0, b"-----BEGIN PGP MESSAGE-----"),
    magic("png", Opaque, 0, b"\x89PNG\r\n\x1a\n", structure::png),
    magic("postscript", Container, 0, b"%!PS-Adobe-", structure::postscript),
    magic("psd", Opaque, 0, b"8BPS", structure::psd),
    magic("quicktime", Opaque, 4, b"moov", structure::boxes),
    magic("quicktime", Opaque, 4, b"mdat", structure::boxes),
    sign("rar", Container, 0, b"Rar!\x1a\x07"),
    sign("rtf", Container, 0, b"{\\rtf"),
    sign("tar", Container, 257, b"ustar"),
    magic("tiff", Opaque, 0, b"II*\0", structure::tiff_little),
    magic("tiff", Opaque, 0, b"MM\0*", structure::tiff_big),
    sign("tnef", Container, 0, b"\x78\x9f\x3e\x22"),
    magic("truetype", Opaque, 0, b"\0\x01\0\0\0", structure::font),
    magic("wav", Opaque, 8, b"WAVE", structure::wav),
    magic("webp", Opaque, 8, b"WEBP", structure::webp),
    magic("wmf", Opaque, 0, b"\xd7\xcd\xc6\x9a", structure::wmf),
    magic("woff", Opaque, 0, b"wOFF", structure::woff),
    magic("woff2", Opaque, 0, b"wOF2", structure::woff),
    sign("xz", Container, 0, b"\xfd7zXZ\0"),
    sign("zip", Container, 0, b"PK\x03\x04"),
    sign("zip", Container, 0, b"PK\x05\x06"),
    sign("zstd", Container, 0, b"\x28\xb5\x2f\xfd"),
    magic("zstd", Container, 1, SKIPPED_FRAME, structure::skipped_frame),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_enough_for_what_is_taken_apart_or_is_not_inspected() {
        for row in MAGIC
            .iter()
            .filter(|row| row.class != Opaque && !DEMANDING.contains(&(row.name, row.at)))
        {
            let mut content = vec![0xEE; row.at];
            content.extend_from_slice(row.bytes);
            assert_eq!(format(&content).map(|format| format.name), Some(row.name));
        }
    }

    #[test]
    fn no_sign_makes_text_behind_it_opaque() {
        for row in MAGIC.iter().filter(|row| row.class == Opaque) {
            let mut content = vec![0x01; row.at];
            content.extend_from_slice(row.bytes);
            for filling in [b"".as_slice(), b"\0\0\0\0", b"\x04\0\0\0\0\0\x01\0"] {
                let text = b"Patient Rosalind Okafor, SSN 219-09-9994, diagnosis: type 2 diabetes. ".repeat(4);
                let content = [&content, filling, &text].concat();
                assert_eq!(format(&content), None, "{} and {filling:?}", row.name);
            }
        }
    }

    #[test]
    fn text_is_not_what_holds_control_characters_further_back() {
        let front = b"plain text \n".repeat(1_000);
        assert!(is_text(&front) && !is_text(b"one \x08"));
        assert!(!is_text(&[front.as_slice(), &[1; 400]].concat()));
    }

    #[test]
    fn text_of_any_charset_is_text_and_noise_is_not() {
        for text in [
            "plain".as_bytes(),
            "naïve\r\n".as_bytes(),
            b"na\xefve",
            b"",
            b"\xff\xfea\0b\0",
            b"\x1b$B",
        ] {
            assert!(is_text(text));
        }
        let noise: Vec<u8> = (0..=255).collect();
        assert!(!is_text(&noise));
    }

    /// What is taken apart and yet has a sign that is not enough.
    const DEMANDING: &[(&str, usize)] = &[("lzma", 0), ("postscript", 0), ("zstd", 1)];
}
