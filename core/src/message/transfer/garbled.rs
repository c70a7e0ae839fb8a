//! Encoded content that breaks the rules of its encoding: what mail programs make of it differs, and each of the ways is a
//! reading of its own.

use super::{FOREIGN, after_soft_break, escaped, lenient_base64, value};

/// What mail programs read in malformed base64 beside what [`lenient_base64`] does.
pub(super) fn base64_readings(bytes: &[u8]) -> Vec<Vec<u8>> {
    if is_regular_base64(bytes) {
        return Vec::new();
    }
    let first = lenient_base64(bytes).0;
    let mut readings = vec![
        without_padding(bytes),
        line_by_line(bytes),
        four_by_four(bytes),
        with_zeros_for_padding(bytes),
    ];
    keep_different(&first, &mut readings);
    readings
}

/// Whether every line is whole fours of signs, and padding stands at the end alone: then all read the same.
fn is_regular_base64(bytes: &[u8]) -> bool {
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty()).peekable();
    while let Some(line) = lines.next() {
        let mut signs = line;
        if lines.peek().is_none() {
            signs = signs.strip_suffix(b"=").unwrap_or(signs);
            signs = signs.strip_suffix(b"=").unwrap_or(signs);
        }
        if line.len() % 4 != 0 || signs.iter().any(|byte| value(*byte) >= FOREIGN) {
            return false;
        }
    }
    true
}

/// What mail programs read in malformed quoted-printable beside what the standard tells them to show.
pub(super) fn quoted_printable_readings(bytes: &[u8]) -> Vec<Vec<u8>> {
    let breaches = Breaches::of(bytes);
    if breaches.bad == 0 && !breaches.is_mixed() {
        return Vec::new();
    }
    let first = super::quoted_printable(bytes).0;
    // One sign that was not escaped is the commonest breach there is, and hides nothing.
    let is_few = breaches.bad + breaches.lower <= FEW || bytes.len() > LARGE_BYTES;
    let least = if is_few { 3 } else { 1 };
    let mut readings: Vec<_> = (least..=3)
        .map(|length| without_breaches(bytes, length, false))
        .collect();
    if breaches.is_mixed() {
        readings.extend((2..=3).map(|length| without_breaches(bytes, length, true)));
    }
    keep_different(&first, &mut readings);
    readings
}

/// Whether more than one sign of base64 in twenty is foreign to it, or padding in the middle.
pub(super) fn is_garbled_base64(bytes: &[u8]) -> bool {
    let (mut signs, mut bad, mut padding) = (0_usize, 0_usize, 0_usize);
    for &byte in bytes.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        signs += 1;
        if byte == b'=' {
            padding += 1;
        } else if value(byte) < FOREIGN {
            bad += std::mem::take(&mut padding);
        } else {
            bad += 1;
        }
    }
    bad * SHARE > signs
}

/// Whether the escapes of quoted-printable are wrong so often that one byte in twenty belongs to a wrong one.
pub(super) fn is_garbled_quoted_printable(bytes: &[u8]) -> bool {
    let breaches = Breaches::of(bytes);
    breaches.bad > FEW && breaches.bad * SHARE > bytes.len()
}

/// All but the padding, as if it stood nowhere.
fn without_padding(bytes: &[u8]) -> Vec<u8> {
    let kept: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'=').collect();
    lenient_base64(&kept).0
}

/// Each line by itself, up to its first foreign sign, without what is left over of four.
fn line_by_line(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let line = line.trim_ascii_start();
        let whole = line
            .iter()
            .take_while(|&&byte| value(byte) < FOREIGN || byte == b'=')
            .count()
            / 4
            * 4;
        out.extend(lenient_base64(line.get(..whole).unwrap_or_default()).0);
    }
    out
}

/// Each four signs by themselves, wherever among them the padding stands.
fn four_by_four(bytes: &[u8]) -> Vec<u8> {
    let signs: Vec<u8> = bytes
        .iter()
        .copied()
        .filter(|&byte| value(byte) < FOREIGN || byte == b'=')
        .collect();
    let mut out = Vec::with_capacity(signs.len() / 4 * 3);
    for four in signs.chunks(4) {
        let kept: Vec<u8> = four.iter().copied().filter(|byte| *byte != b'=').collect();
        out.extend(lenient_base64(&kept).0);
    }
    out
}

/// Padding in the middle for the sign of zero.
fn with_zeros_for_padding(bytes: &[u8]) -> Vec<u8> {
    let end = bytes
        .iter()
        .rposition(|&byte| value(byte) < FOREIGN)
        .map_or(0, |last| last + 1);
    let (middle, padding) = bytes.split_at(end);
    let zeros = middle.iter().map(|&byte| if byte == b'=' { b'A' } else { byte });
    lenient_base64(&zeros.chain(padding.iter().copied()).collect::<Vec<_>>()).0
}

/// Wrong escapes of quoted-printable left out: the sign and up to `length - 1` bytes behind it, but no other sign. `strict`
/// takes lower-case digits for wrong, as the standard does.
fn without_breaches(bytes: &[u8], length: usize, strict: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (direct, escape) = rest.split_at(at);
        out.extend_from_slice(direct);
        let tail = escape.get(1..).unwrap_or_default();
        let right = escaped(tail).filter(|_| !strict || !is_lower(tail));
        rest = if let Some((byte, tail)) = right {
            out.push(byte);
            tail
        } else if let Some(tail) = after_soft_break(tail) {
            tail
        } else {
            let is_kept = |byte: &u8| matches!(byte, b'=' | b'\r' | b'\n');
            let dropped = tail.iter().take(length - 1).take_while(|byte| !is_kept(byte)).count();
            tail.get(dropped..).unwrap_or_default()
        };
    }
    out.extend_from_slice(rest);
    out
}

/// How the escapes of a quoted-printable text are written.
#[derive(Default)]
struct Breaches {
    bad: usize,
    /// With a lower-case digit, which the standard forbids and every mail program but a few takes.
    lower: usize,
    upper: usize,
}

impl Breaches {
    fn of(bytes: &[u8]) -> Self {
        let mut found = Self::default();
        for at in memchr::memchr_iter(b'=', bytes) {
            let tail = bytes.get(at + 1..).unwrap_or_default();
            if escaped(tail).is_none() {
                found.bad += usize::from(after_soft_break(tail).is_none());
            } else if is_lower(tail) {
                found.lower += 1;
            } else {
                found.upper += 1;
            }
        }
        found
    }

    /// Whether escapes of both cases stand side by side, which no writer makes.
    const fn is_mixed(&self) -> bool {
        self.lower > 0 && self.upper > 0
    }
}

/// Whether one of the two digits of an escape is a lower-case letter.
fn is_lower(tail: &[u8]) -> bool {
    tail.iter().take(2).any(u8::is_ascii_lowercase)
}

/// Drops the readings that are as `first` or as one before, or empty.
fn keep_different(first: &[u8], readings: &mut Vec<Vec<u8>>) {
    let mut at = 0;
    while let Some(reading) = readings.get(at) {
        let is_known = reading.is_empty() || reading == first || readings.iter().take(at).any(|other| other == reading);
        if is_known {
            readings.remove(at);
        } else {
            at += 1;
        }
    }
}

/// One in so many: of the ordinary mail that the project is measured on, no part has so many breaches.
const SHARE: usize = 20;
/// A larger text is read in one more way and not in three: its breaches are the signs of a page that was not encoded.
const LARGE_BYTES: usize = 256 << 10;
/// So many breaches are a slip.
const FEW: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::TransferEncoding;

    const TEXT: &str = "Patient 219-09-9994";

    fn reads(encoding: TransferEncoding, bytes: &str) -> bool {
        let first = encoding.decode(bytes.as_bytes()).0.into_owned();
        let mut readings = encoding.other_readings(bytes.as_bytes());
        readings.push(first);
        readings
            .iter()
            .any(|reading| memchr::memmem::find(reading, TEXT.as_bytes()).is_some())
    }

    proptest::proptest! {
        #[test]
        fn lines_of_whole_fours_with_padding_at_their_end_alone_have_one_reading(
            text in "[A-Za-z0-9+/]{0,48}={0,3}\\PC{0,2}", width in 1_usize..24, end in "\r?\n|\n\n",
        ) {
            let lines: Vec<&[u8]> = text.as_bytes().chunks(width).collect();
            let bytes = lines.join(end.as_bytes());
            if is_regular_base64(&bytes) {
                let first = lenient_base64(&bytes).0;
                for reading in [
                    without_padding(&bytes),
                    line_by_line(&bytes),
                    four_by_four(&bytes),
                    with_zeros_for_padding(&bytes),
                ] {
                    proptest::prop_assert_eq!(&reading, &first);
                }
            }
        }
    }

    fn encoded(text: &[u8]) -> String {
        base64_simd::STANDARD.encode_to_string(text)
    }

    #[test]
    fn base64_is_read_wherever_padding_and_junk_stand() {
        let whole = encoded(TEXT.as_bytes());
        let of_lines = |sign: &str| {
            let fours: Vec<_> = whole.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
            fours.join(&format!("{sign}\n"))
        };
        let one_by_one = |pad: fn(&str) -> String| {
            TEXT.bytes()
                .map(|byte| pad(&encoded(&[byte])))
                .collect::<Vec<_>>()
                .concat()
        };
        let rows = [
            of_lines("X"),
            of_lines("XXX"),
            of_lines("="),
            of_lines("#abce"),
            format!("A\n\n{whole}"),
            one_by_one(|four| {
                four.replacen("==", "=", 1)
                    .chars()
                    .flat_map(|c| [c, '='])
                    .take(4)
                    .chain(['\n'])
                    .collect()
            }),
            one_by_one(|four| format!("={}\n=", four.split_at(2).0)),
            one_by_one(|four| format!("{}=", four.split_at(2).0)),
            whole.replacen("dG", "d=G", 1),
            whole.replacen('A', "=", 1),
        ];
        for row in rows {
            assert!(reads(TransferEncoding::Base64, &row), "{row}");
        }
    }

    #[test]
    fn quoted_printable_is_read_without_its_wrong_escapes() {
        for wrong in ["=XX", "=", "=0", "=0X", "=0a", "= ", "=  "] {
            let escapes = TEXT.bytes().map(|byte| format!("{wrong}={byte:02X}=\n"));
            assert!(
                reads(TransferEncoding::QuotedPrintable, &escapes.collect::<Vec<_>>().concat()),
                "{wrong}"
            );
        }
        let signs = TEXT.chars().map(|c| {
            if c.is_ascii_hexdigit() {
                c.to_string()
            } else {
                format!("={c}")
            }
        });
        assert!(reads(
            TransferEncoding::QuotedPrintable,
            &signs.collect::<Vec<_>>().concat()
        ));
    }

    #[test]
    fn what_breaks_the_rules_now_and_then_is_not_garbled() {
        let lines = format!("{}\n", "QUFB".repeat(15)).repeat(20);
        assert!(!is_garbled_base64(format!("{lines}-- \nthe list\n").as_bytes()));
        assert!(is_garbled_base64(
            lines.replace('\n', "=#\n").replace("QUFB", "QUF=B").as_bytes()
        ));
        let page = "<a href=\"http://www.example.org/index.html\">back</a>\n".repeat(20);
        assert!(!is_garbled_quoted_printable(page.as_bytes()));
        assert!(is_garbled_quoted_printable("=XX=50=\n".repeat(20).as_bytes()));
    }
}
