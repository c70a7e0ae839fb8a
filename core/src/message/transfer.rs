//! Transfer encodings (RFC 2045, section 6, and the older ones of Usenet).

mod garbled;

use std::borrow::Cow;
use std::fmt;

/// How the content of a part is encoded for transport.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TransferEncoding {
    /// RFC 2045, section 6.8.
    Base64,
    /// `7bit`, `8bit` or `binary`: as it stands.
    #[default]
    Identity,
    /// RFC 2045, section 6.7.
    QuotedPrintable,
    /// A name that no standard knows; the content is read as it stands and by every encoding that fits.
    Unknown,
    /// `uuencode` and `x-uuencode`.
    Uuencode,
    /// yEnc, which has no registered name and is found by its first line.
    Yenc,
}

impl TransferEncoding {
    /// The encoding that a `Content-Transfer-Encoding` names.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().as_str() {
            "" | "7bit" | "8bit" | "binary" => Self::Identity,
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            "uuencode" | "x-uuencode" | "x-uue" | "uue" | "x-uu" => Self::Uuencode,
            "yenc" | "x-yenc" | "x-yencode" => Self::Yenc,
            _ => Self::Unknown,
        }
    }

    /// The encoding that a lenient mail program may see in a `Content-Transfer-Encoding`.
    pub(super) fn resembling(value: &[u8]) -> Option<Self> {
        let value = String::from_utf8_lossy(value).to_ascii_lowercase();
        let compact: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
        let signs = [
            ("base64", Self::Base64),
            ("gzip64", Self::Base64),
            ("quoted", Self::QuotedPrintable),
            ("uue", Self::Uuencode),
            ("yenc", Self::Yenc),
        ];
        signs
            .into_iter()
            .find(|(sign, _)| compact.contains(sign))
            .map(|(_, encoding)| encoding)
    }

    /// The name as MIME writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base64 => "base64",
            Self::Identity => "identity",
            Self::QuotedPrintable => "quoted-printable",
            Self::Unknown => "unknown",
            Self::Uuencode => "x-uuencode",
            Self::Yenc => "x-yenc",
        }
    }

    /// The decoded bytes, and whether the encoding's rules were kept.
    pub(super) fn decode(self, bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
        let (decoded, clean) = match self {
            Self::Identity | Self::Unknown => return (Cow::Borrowed(bytes), true),
            Self::Base64 => base64(bytes),
            Self::QuotedPrintable => quoted_printable(bytes),
            Self::Uuencode => uuencode(bytes),
            Self::Yenc => yenc(bytes),
        };
        (Cow::Owned(decoded), clean)
    }

    /// What else a mail program may read in bytes that break the rules of the encoding, once each, or that hold more
    /// than one encoded file. Quoted-printable that keeps to what is read by all may still mix the cases of its digits.
    pub(super) fn other_readings(self, bytes: &[u8]) -> Vec<Vec<u8>> {
        match self {
            Self::Base64 => garbled::base64_readings(bytes),
            Self::QuotedPrintable => garbled::quoted_printable_readings(bytes),
            Self::Uuencode => behind(bytes, |line| line == b"end"),
            Self::Yenc => behind(bytes, |line| line.starts_with(b"=yend")),
            _ => Vec::new(),
        }
    }

    /// Whether so much of the bytes breaks the rules of the encoding that no reading of it is sure.
    pub(super) fn is_garbled(self, bytes: &[u8]) -> bool {
        match self {
            Self::Base64 => garbled::is_garbled_base64(bytes),
            Self::QuotedPrintable => garbled::is_garbled_quoted_printable(bytes),
            _ => false,
        }
    }
}

impl fmt::Display for TransferEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Decodes base64 and steps over what does not belong: foreign characters, and padding in the middle, after which
/// it goes on, because some mail programs do.
pub(super) fn base64(bytes: &[u8]) -> (Vec<u8>, bool) {
    clean_base64(bytes).map_or_else(|| lenient_base64(bytes), |decoded| (decoded, true))
}

/// Decodes base64 that keeps every rule, which nearly all does, many bytes at a time.
fn clean_base64(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut compact = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    let mut width = 0;
    while !rest.is_empty() {
        // Most lines are as long as the one before. One that ends earlier leaves its line end in the way of decoding.
        if rest.get(width) != Some(&b'\n') {
            width = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        }
        let (line, tail) = rest.split_at(width);
        compact.extend_from_slice(line.trim_ascii_end());
        rest = tail.get(1..).unwrap_or_default();
    }
    let length = base64_simd::STANDARD.decode_inplace(&mut compact).ok()?.len();
    compact.truncate(length);
    Some(compact)
}

/// Decodes any bytes, one at a time.
fn lenient_base64(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let mut decoder = Base64::default();
    for &byte in bytes {
        decoder.push(byte, &mut out);
    }
    decoder.finish(&mut out);
    (out, decoder.clean)
}

#[derive(Default)]
struct Base64 {
    bits: u32,
    count: u32,
    padded: bool,
    dirty: bool,
    clean: bool,
}

impl Base64 {
    fn push(&mut self, byte: u8, out: &mut Vec<u8>) {
        let value = value(byte);
        if value < FOREIGN {
            self.dirty |= std::mem::take(&mut self.padded);
            self.bits = self.bits << 6 | value;
            self.count += 1;
            if self.count == 4 {
                self.flush(out);
            }
        } else if byte == b'=' {
            self.dirty |= self.count == 1;
            self.padded = true;
            self.flush(out);
        } else {
            self.dirty |= !byte.is_ascii_whitespace();
        }
    }

    /// Writes the whole bytes of the sextets so far.
    fn flush(&mut self, out: &mut Vec<u8>) {
        let bits = self.bits << (6 * (4 - self.count));
        let [_, a, b, c] = bits.to_be_bytes();
        let whole = usize::try_from(self.count).unwrap_or_default().saturating_sub(1);
        out.extend([a, b, c].into_iter().take(whole));
        (self.bits, self.count) = (0, 0);
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        self.dirty |= self.count > 0;
        self.flush(out);
        self.clean = !self.dirty;
    }
}

fn value(byte: u8) -> u32 {
    VALUES.get(usize::from(byte)).map_or(FOREIGN, |&value| u32::from(value))
}

/// A bit that no sextet has.
const FOREIGN: u32 = 0x80;

/// Decodes quoted-printable; what breaks the rules stays as it stands.
pub(super) fn quoted_printable(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    let mut clean = true;
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (direct, escape) = rest.split_at(at);
        out.extend_from_slice(direct);
        let tail = escape.get(1..).unwrap_or_default();
        rest = if let Some((byte, tail)) = escaped(tail) {
            out.push(byte);
            tail
        } else if let Some(tail) = after_soft_break(tail) {
            tail
        } else {
            out.push(b'=');
            clean = false;
            tail
        };
    }
    out.extend_from_slice(rest);
    (out, clean)
}

/// The byte that two hexadecimal digits behind a `=` stand for, and what follows.
fn escaped(tail: &[u8]) -> Option<(u8, &[u8])> {
    let (&[high, low], tail) = tail.split_first_chunk::<2>()?;
    Some((hex(high)? << 4 | hex(low)?, tail))
}

/// What follows a soft line break, before which blanks may stand.
fn after_soft_break(bytes: &[u8]) -> Option<&[u8]> {
    let blanks = bytes.iter().take_while(|&&byte| matches!(byte, b' ' | b'\t')).count();
    let rest = bytes.get(blanks..)?;
    match rest {
        [] => Some(rest),
        [b'\r', b'\n', tail @ ..] | [b'\n' | b'\r', tail @ ..] => Some(tail),
        _ => None,
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Decodes the lines between `begin` and `end`, or all lines when neither is there.
pub(super) fn uuencode(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let mut clean = true;
    for line in bytes.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line == b"end" {
            break;
        }
        if !line.is_empty() && !line.starts_with(b"begin ") {
            clean &= uuencoded_line(line, &mut out);
        }
    }
    (out, clean)
}

/// Decodes one line: its length, then groups of four characters.
fn uuencoded_line(line: &[u8], out: &mut Vec<u8>) -> bool {
    let Some((&length, groups)) = line.split_first() else {
        return true;
    };
    if !(b' '..=b'`').contains(&length) {
        return false;
    }
    let length = usize::from(uu_sextet(length));
    let before = out.len();
    for group in groups.chunks(4) {
        let mut sextets = group.iter().map(|&byte| u32::from(uu_sextet(byte)));
        let mut next = || sextets.next().unwrap_or_default();
        let [_, a, b, c] = (next() << 18 | next() << 12 | next() << 6 | next()).to_be_bytes();
        out.extend_from_slice(&[a, b, c]);
    }
    let whole = out.len() - before >= length;
    out.truncate(before + length.min(out.len() - before));
    whole
}

/// What stands behind the line that ends an encoded file: another file, or words.
fn behind(bytes: &[u8], is_end: impl Fn(&[u8]) -> bool) -> Vec<Vec<u8>> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let (line, tail) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        rest = tail;
        if is_end(line.trim_ascii_end()) {
            break;
        }
    }
    let is_more = !rest.trim_ascii().is_empty();
    is_more.then(|| rest.to_vec()).into_iter().collect()
}

const fn uu_sextet(byte: u8) -> u8 {
    byte.wrapping_sub(b' ') & 0x3F
}

/// Decodes the lines between `=ybegin` and `=yend`.
pub(super) fn yenc(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len());
    let mut closed = false;
    for line in bytes.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.starts_with(b"=yend") {
            closed = true;
            break;
        }
        if !line.starts_with(b"=ybegin ") && !line.starts_with(b"=ypart ") {
            yenc_line(line, &mut out);
        }
    }
    (out, closed)
}

fn yenc_line(line: &[u8], out: &mut Vec<u8>) {
    let mut escaped = false;
    for &byte in line {
        if byte == b'=' && !escaped {
            escaped = true;
            continue;
        }
        let shift = if std::mem::take(&mut escaped) { 42 + 64 } else { 42 };
        out.push(byte.wrapping_sub(shift));
    }
}

/// The sextet of each byte.
const VALUES: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [0x80_u8; 256];
    let mut index = 0_u8;
    while index < 64 {
        #[expect(
            clippy::indexing_slicing,
            reason = "constant evaluation: out of bounds would not compile"
        )]
        {
            values[alphabet[index as usize] as usize] = index;
        }
        index += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_and_its_breaches_are_named() {
        const ROWS: &[(&[u8], &[u8], bool)] = &[
            (b"", b"", true),
            (b"Zg==", b"f", true),
            (b"Zm8=", b"fo", true),
            (b"Zm9v\r\nYmFy\r\n", b"foobar", true),
            (b"Z m\n9 v", b"foo", true),
            (b"Zm9", b"fo", false),
            (b"Zg==Zg==", b"ff", false),
            (b"Zm*9v", b"foo", false),
            (b"Zm9vY", b"foo", false),
            (b"Z=", b"", false),
        ];
        for (encoded, decoded, clean) in ROWS {
            assert_eq!(
                base64(encoded),
                (decoded.to_vec(), *clean),
                "{}",
                String::from_utf8_lossy(encoded)
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn clean_base64_decodes_as_the_lenient_way_does(
            bytes in "[A-Za-z0-9+/]{0,90}={0,3}[\r\n ]{0,3}([A-D*=]{1,3})?",
        ) {
            if let Some(decoded) = clean_base64(bytes.as_bytes()) {
                proptest::prop_assert_eq!(lenient_base64(bytes.as_bytes()), (decoded, true));
            }
        }

        #[test]
        fn what_is_encoded_in_lines_is_clean(content: Vec<u8>, width in 1_usize..100) {
            use base64::Engine as _;
            let encoded = base64::prelude::BASE64_STANDARD.encode(&content);
            let lines: Vec<_> = encoded.as_bytes().chunks(width).collect();
            proptest::prop_assert_eq!(clean_base64(&lines.join(b"\r\n".as_slice())), Some(content));
        }
    }

    #[test]
    fn quoted_printable_is_decoded_and_its_breaches_stay() {
        const ROWS: &[(&[u8], &[u8], bool)] = &[
            (b"a=3Db", b"a=b", true),
            (b"a=\r\nb=\nc", b"abc", true),
            (b"a=  \r\nb", b"ab", true),
            (b"a=\rb", b"ab", true),
            (b"caf=c3=A9", "café".as_bytes(), true),
            (b"a=ZZ", b"a=ZZ", false),
            (b"a=", b"a", true),
            (b"a=4", b"a=4", false),
        ];
        for (encoded, decoded, clean) in ROWS {
            assert_eq!(
                quoted_printable(encoded),
                (decoded.to_vec(), *clean),
                "{}",
                String::from_utf8_lossy(encoded)
            );
        }
    }

    #[test]
    fn what_stands_behind_an_encoded_file_is_another_reading() {
        let two = b"begin 644 a\n#0V%T\n`\nend\nbegin 644 b\n#0V%T\n`\nend\nwords\n";
        let rest = b"begin 644 b\n#0V%T\n`\nend\nwords\n".to_vec();
        assert_eq!(TransferEncoding::Uuencode.other_readings(two), [rest]);
        assert!(TransferEncoding::Uuencode.other_readings(b"#0V%T\nend\n\n").is_empty());
        let words = TransferEncoding::Yenc.other_readings(b"=ybegin line=1\nx\n=yend size=1\nwords");
        assert_eq!(words, [b"words".to_vec()]);
    }

    #[test]
    fn uuencode_is_decoded_with_and_without_its_frame() {
        assert_eq!(uuencode(b"begin 644 cat.txt\n#0V%T\n`\nend\n"), (b"Cat".to_vec(), true));
        assert_eq!(uuencode(b"#0V%T\r\n"), (b"Cat".to_vec(), true));
        assert!(!uuencode(b"M0V%T\n").1);
    }

    #[test]
    fn yenc_is_decoded_between_its_marks() {
        let encoded: Vec<u8> = [
            b"=ybegin line=128 size=3 name=a\r\n".as_slice(),
            &[b'C'.wrapping_add(42), b'a'.wrapping_add(42)],
            &[b'=', b't'.wrapping_add(106)],
            b"\r\n=yend size=3\r\n",
        ]
        .concat();
        assert_eq!(yenc(&encoded), (b"Cat".to_vec(), true));
    }

    #[test]
    fn each_name_names_its_encoding_whatever_its_case() {
        for (name, encoding) in [
            ("BASE64", TransferEncoding::Base64),
            (" 8Bit ", TransferEncoding::Identity),
            ("x-base64", TransferEncoding::Unknown),
        ] {
            assert_eq!(TransferEncoding::named(name), encoding);
        }
    }
}
