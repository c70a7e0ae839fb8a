//! Text in UTF-16, UTF-32 and EBCDIC: what hardly any mail program reads unless it is told to, or at all, told by the
//! values of its bytes where nothing says so.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// A way to write text in which ASCII is not ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wide {
    /// By the table of code page 037, from which the others differ in signs, not in letters and digits.
    Ebcdic,
    Utf16Be,
    Utf16Le,
    Utf32Be,
    Utf32Le,
}

impl Wide {
    /// What the bytes look like: by their mark, by where their zeros stand, or by which letters they would be.
    pub(super) fn of_text(bytes: &[u8]) -> Option<Self> {
        let front = bytes.get(..bytes.len().min(FRONT)).unwrap_or_default();
        let by_values = || {
            if memchr::memchr(0, front).is_some() {
                Self::by_zeros(front)
            } else {
                is_ebcdic(front).then_some(Self::Ebcdic)
            }
        };
        let found = Self::marked(bytes).or_else(by_values);
        found.filter(|wide| !is_nonsense(&wide.decode(bytes)))
    }

    /// What a charset's label names, and no library of the Web's charsets knows.
    pub(super) fn labelled(label: &str) -> Option<Self> {
        let compact: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
        let is_ebcdic = EBCDIC.contains(&compact.as_str()) || compact.contains("ebcdic");
        match compact.as_str() {
            "utf32" | "utf32be" | "ucs4" | "ucs4be" | "iso10646ucs4" | "csucs4" => Some(Self::Utf32Be),
            "utf32le" | "ucs4le" => Some(Self::Utf32Le),
            _ => is_ebcdic.then_some(Self::Ebcdic),
        }
    }

    /// By a mark at the front (RFC 2781; Unicode, section 3.10).
    fn marked(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\xFF\xFE\0\0") {
            return Some(Self::Utf32Le);
        }
        if bytes.starts_with(b"\0\0\xFE\xFF") {
            return Some(Self::Utf32Be);
        }
        match Encoding::for_bom(bytes) {
            Some((encoding, _)) if encoding == UTF_16LE => Some(Self::Utf16Le),
            Some((encoding, _)) if encoding == UTF_16BE => Some(Self::Utf16Be),
            _ => None,
        }
    }

    /// By the places of the zeros: text of Latin letters has them where the others are not.
    fn by_zeros(front: &[u8]) -> Option<Self> {
        let mut zeros = [0_usize; 4];
        for four in front.chunks_exact(4) {
            for (count, byte) in zeros.iter_mut().zip(four) {
                *count += usize::from(*byte == 0);
            }
        }
        let all = front.len() / 4;
        let [a, b, c, d] = zeros.map(|count| count * 10 > all * 4);
        let [no_a, no_b, no_c, no_d] = zeros.map(|count| count * 20 <= all);
        match front.len() {
            0..=3 if front.first() == Some(&0) => Some(Self::Utf16Be),
            0..=3 => Some(Self::Utf16Le),
            _ if a && b && c && no_d => Some(Self::Utf32Be),
            _ if b && c && d && no_a => Some(Self::Utf32Le),
            _ if a && c && no_b && no_d => Some(Self::Utf16Be),
            _ if b && d && no_a && no_c => Some(Self::Utf16Le),
            _ => None,
        }
    }

    /// The text without its mark.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        let text: String = match self {
            Self::Ebcdic => bytes.iter().map(|&byte| of_ebcdic(byte)).collect(),
            Self::Utf16Be => UTF_16BE.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Utf16Le => UTF_16LE.decode_without_bom_handling(bytes).0.into_owned(),
            Self::Utf32Be => of_utf32(bytes, u32::from_be_bytes),
            Self::Utf32Le => of_utf32(bytes, u32::from_le_bytes),
        };
        text.strip_prefix('\u{FEFF}').map(ToOwned::to_owned).unwrap_or(text)
    }

    /// What a text unit that was read so is called.
    pub(super) const fn member(self) -> &'static str {
        match self {
            Self::Ebcdic => ":as-ebcdic",
            Self::Utf16Be | Self::Utf16Le => ":as-utf-16",
            Self::Utf32Be | Self::Utf32Le => ":as-utf-32",
        }
    }
}

/// Whether what was decoded is no text: much of it is no character, or one that nobody writes.
pub(super) fn is_nonsense(text: &str) -> bool {
    let is_odd = |c: &char| {
        matches!(c, '\0'..='\u{8}' | '\u{E}'..='\u{1A}' | '\u{1C}'..='\u{1F}' | '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}')
            || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFD}'..='\u{FFFF}' | '\u{F0000}'..)
    };
    let (mut all, mut odd) = (0_usize, 0_usize);
    for c in text.chars() {
        all += 1;
        odd += usize::from(is_odd(&c));
    }
    odd * 50 > all
}

/// Whether the bytes are letters, digits and signs of EBCDIC, and hardly any is a blank or a line end of ASCII.
fn is_ebcdic(front: &[u8]) -> bool {
    if std::str::from_utf8(front).is_ok() {
        return false;
    }
    let count = |is: fn(u8) -> bool| front.iter().filter(|&&byte| is(byte)).count();
    let typical = count(|byte| {
        matches!(byte, 0x81..=0x89 | 0x91..=0x99 | 0xA2..=0xA9 | 0xC1..=0xC9 | 0xD1..=0xD9 | 0xE2..=0xE9 | 0xF0..=0xF9)
            || matches!(
                byte,
                0x0D | 0x15 | 0x25 | 0x40 | 0x4B | 0x4D | 0x5D | 0x5E | 0x60 | 0x61 | 0x6B | 0x6F | 0x7A | 0x7D
            )
    });
    let ascii = count(|byte| matches!(byte, b' ' | b'\n'));
    typical * 10 >= front.len() * 9 && ascii * 50 <= front.len()
}

fn of_ebcdic(byte: u8) -> char {
    match byte {
        0x05 => '\t',
        0x0D => '\r',
        0x0A | 0x15 | 0x25 => '\n',
        _ => {
            let at = usize::from(byte).checked_sub(0x40);
            at.and_then(|at| CODE_PAGE_037.get(at)).copied().unwrap_or('\u{FFFD}')
        }
    }
}

fn of_utf32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> String {
    let fours = bytes
        .chunks(4)
        .map(|four| <[u8; 4]>::try_from(four).map_or(u32::MAX, number));
    fours.map(|point| char::from_u32(point).unwrap_or('\u{FFFD}')).collect()
}

/// As much as tells how text is written.
const FRONT: usize = 4_096;
/// Labels of EBCDIC code pages, without hyphens.
const EBCDIC: &[&str] = &[
    "cp037",
    "ibm037",
    "cp37",
    "csibm037",
    "cp273",
    "ibm273",
    "cp277",
    "ibm277",
    "cp278",
    "ibm278",
    "cp280",
    "ibm280",
    "cp284",
    "ibm284",
    "cp285",
    "ibm285",
    "cp297",
    "ibm297",
    "cp500",
    "ibm500",
    "cp871",
    "ibm871",
    "cp1026",
    "ibm1026",
    "cp1047",
    "ibm1047",
    "cp1140",
    "ibm1140",
    "ibm01140",
    "ccsid01140",
    "cp1141",
    "ibm1141",
    "ibm01141",
    "cp1148",
    "ibm1148",
    "ibm01148",
];
/// The characters of code page 037 from 0x40 on.
#[rustfmt::skip]
const CODE_PAGE_037: &[char] = &[
    ' ', '\u{A0}', 'â', 'ä', 'à', 'á', 'ã', 'å', 'ç', 'ñ', '¢', '.', '<', '(', '+', '|',
    '&', 'é', 'ê', 'ë', 'è', 'í', 'î', 'ï', 'ì', 'ß', '!', '$', '*', ')', ';', '¬',
    '-', '/', 'Â', 'Ä', 'À', 'Á', 'Ã', 'Å', 'Ç', 'Ñ', '¦', ',', '%', '_', '>', '?',
    'ø', 'É', 'Ê', 'Ë', 'È', 'Í', 'Î', 'Ï', 'Ì', '`', ':', '#', '@', '\'', '=', '"',
    'Ø', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', '«', '»', 'ð', 'ý', 'þ', '±',
    '°', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 'ª', 'º', 'æ', '¸', 'Æ', '¤',
    'µ', '~', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '¡', '¿', 'Ð', 'Ý', 'Þ', '®',
    '^', '£', '¥', '·', '©', '§', '¶', '¼', '½', '¾', '[', ']', '¯', '¨', '´', '×',
    '{', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', '\u{AD}', 'ô', 'ö', 'ò', 'ó', 'õ',
    '}', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', '¹', 'û', 'ü', 'ù', 'ú', 'ÿ',
    '\\', '÷', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', '²', 'Ô', 'Ö', 'Ò', 'Ó', 'Õ',
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '³', 'Û', 'Ü', 'Ù', 'Ú', '\u{9F}',
];

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Patient: Rosalind Okafor\nSSN: 219-09-9994, diabetes.\n";

    fn written(wide: Wide, text: &str) -> Vec<u8> {
        let of_16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
        let of_32 = |bytes: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| bytes(u32::from(c))).collect();
        match wide {
            Wide::Ebcdic => text
                .chars()
                .map(|c| (0..=255).find(|&byte| of_ebcdic(byte) == c && byte != 0x0A).unwrap())
                .collect(),
            Wide::Utf16Be => of_16(u16::to_be_bytes),
            Wide::Utf16Le => of_16(u16::to_le_bytes),
            Wide::Utf32Be => of_32(u32::to_be_bytes),
            Wide::Utf32Le => of_32(u32::to_le_bytes),
        }
    }

    #[test]
    fn each_is_told_by_its_bytes_with_and_without_a_mark() {
        for wide in [Wide::Ebcdic, Wide::Utf16Be, Wide::Utf16Le, Wide::Utf32Be, Wide::Utf32Le] {
            let bytes = written(wide, TEXT);
            assert_eq!(Wide::of_text(&bytes), Some(wide));
            assert_eq!(wide.decode(&bytes), TEXT);
            if wide != Wide::Ebcdic {
                let marked = written(wide, &format!("\u{FEFF}{TEXT}"));
                assert_eq!(Wide::of_text(&marked), Some(wide));
                assert_eq!(wide.decode(&marked), TEXT);
            }
        }
    }

    #[test]
    fn text_of_other_charsets_and_numbers_are_none_of_them() {
        let numbers: Vec<u8> = (0..400_u16).flat_map(u16::to_le_bytes).collect();
        let cyrillic = encoding_rs::KOI8_R.encode("Пациент, диагноз и номер 219-09-9994").0;
        for bytes in [
            TEXT.as_bytes(),
            "naïve".as_bytes(),
            b"na\xefve and more",
            &numbers,
            &cyrillic,
        ] {
            assert_eq!(Wide::of_text(bytes), None);
        }
    }

    #[test]
    fn labels_are_known_however_they_are_written() {
        for (label, wide) in [
            ("utf-32", Wide::Utf32Be),
            ("UCS-4LE", Wide::Utf32Le),
            ("ibm-037", Wide::Ebcdic),
        ] {
            assert_eq!(Wide::labelled(&label.to_ascii_lowercase()), Some(wide), "{label}");
        }
        assert_eq!(Wide::labelled("utf-8"), None);
    }
}
