//! Bytes of any charset to text.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::AnomalyKind;
use super::shifted;
use super::utf7;
use super::wide::{self, Wide};

/// Text, and what was odd about its bytes.
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) odd: Option<AnomalyKind>,
}

/// Decodes `bytes` by the charset of this label; without one, as UTF-8 and else as windows-1252.
///
/// A charset that is not known is an anomaly, and the text is guessed: nothing is lost that is ASCII.
pub(super) fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes)
        && encoding != UTF_8
    {
        return strict(bytes.get(mark..).unwrap_or_default(), encoding);
    }
    if label == Some("utf-8") {
        return strict(bytes, UTF_8); // the label of most mail needs no look at the table of all labels
    }
    let Some(label) = label.map(plain_label).filter(|label| !says_nothing(label)) else {
        return guess(bytes);
    };
    if utf7::is_label(&label) {
        return Decoded {
            text: utf7::decode(bytes),
            odd: Some(AnomalyKind::CharsetUtf7),
        };
    }
    if let Some(text) = shifted::labelled(bytes, &label) {
        return Decoded { text, odd: None };
    }
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) if encoding == UTF_16LE && label == "utf-16" => strict(bytes, byte_order(bytes)),
        Some(encoding) if encoding == WINDOWS_1252 && is_ascii_label(&label) => guess(bytes),
        Some(encoding) if encoding != REPLACEMENT => strict(bytes, encoding),
        _ => Decoded {
            text: guess(bytes).text,
            odd: Some(AnomalyKind::CharsetUnknown),
        },
    }
}

/// Other readings of text whose bytes tell of another charset than its label, each with the name of its unit.
pub(super) fn others(bytes: &[u8], label: Option<&str>, odd: Option<AnomalyKind>) -> Vec<(&'static str, String)> {
    let label = label.map(plain_label);
    let is_declared_wide = label.as_deref().is_some_and(is_wide);
    let by_label = label.as_deref().and_then(Wide::labelled);
    // Most text is none of this: it holds no zeros, and every byte of it belongs to its charset.
    if !is_declared_wide && by_label.is_none() && odd.is_none() && memchr::memchr(0, bytes).is_none() {
        return shifted(bytes, label.as_deref());
    }
    let by_bytes = Wide::of_text(bytes);
    let mut others: Vec<_> = by_label
        .into_iter()
        .chain(by_bytes.filter(|wide| Some(*wide) != by_label))
        .map(|wide| (wide.member(), wide.decode(bytes)))
        .collect();
    if is_declared_wide && by_bytes.is_none() && std::str::from_utf8(bytes).is_ok() {
        others.push((":as-utf-8", guess(bytes).text));
    }
    others.extend(shifted(bytes, label.as_deref()));
    others
}

/// The reading by escapes of a text that does not say of itself that it has them.
fn shifted(bytes: &[u8], label: Option<&str>) -> Vec<(&'static str, String)> {
    let is_declared = |name: &str| label.is_some_and(|label| label.starts_with(name));
    let text = shifted::text(bytes).filter(|(member, _)| !member.strip_prefix(":as-").is_some_and(is_declared));
    text.into_iter().collect()
}

/// Whether a charset of this label is known; a missing or meaningless label is.
pub(super) fn is_known(label: &str) -> bool {
    let label = plain_label(label);
    says_nothing(&label)
        || utf7::is_label(&label)
        || shifted::is_label(&label)
        || Encoding::for_label(label.as_bytes()).is_some_and(|e| e != REPLACEMENT)
}

/// Whether the bytes are text by a charset in which text holds zeros, signs of control or no letter of ASCII.
pub(super) fn is_wide_text(bytes: &[u8], label: Option<&str>) -> bool {
    let by_label = label.filter(|label| is_wide(label) || Wide::labelled(&plain_label(label)).is_some());
    let text = by_label.map(|label| match Wide::labelled(&plain_label(label)) {
        Some(wide) => wide.decode(bytes),
        None => decode(bytes, Some(label)).text,
    });
    text.is_some_and(|text| !wide::is_nonsense(&text)) || Wide::of_text(bytes).is_some() || shifted::is_text(bytes)
}

/// Whether text of this charset holds NUL bytes.
fn is_wide(label: &str) -> bool {
    let label = plain_label(label);
    label.starts_with("utf-16")
        || Encoding::for_label(label.as_bytes()).is_some_and(|encoding| encoding == UTF_16LE || encoding == UTF_16BE)
}

/// Turns CRLF, and a CR alone, into LF.
pub(super) fn with_line_feeds(text: String) -> String {
    let Some(first) = memchr::memchr(b'\r', text.as_bytes()) else {
        return text;
    };
    // In its place: a long text is not to be held twice.
    let mut bytes = text.into_bytes();
    let (mut kept, mut end) = (first, first);
    while end < bytes.len() {
        let start = end + 1;
        if bytes.get(start) != Some(&b'\n')
            && let Some(byte) = bytes.get_mut(kept)
        {
            *byte = b'\n';
            kept += 1;
        }
        let rest = bytes.get(start..).unwrap_or_default();
        end = memchr::memchr(b'\r', rest).map_or(bytes.len(), |length| start + length);
        bytes.copy_within(start..end, kept);
        kept += end - start;
    }
    bytes.truncate(kept);
    // Only whole characters were moved.
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn plain_label(label: &str) -> String {
    label.trim().trim_matches(['"', '\'']).trim().to_ascii_lowercase()
}

/// Labels that mailers write when they do not know.
fn says_nothing(label: &str) -> bool {
    matches!(
        label,
        "" | "unknown" | "unknown-8bit" | "x-unknown" | "default" | "_autodetect_all" | "binary" | "8bit" | "7bit"
    )
}

/// Text that calls itself ASCII and holds 8-bit bytes is UTF-8 nowadays, not windows-1252.
fn is_ascii_label(label: &str) -> bool {
    matches!(
        label,
        "us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso-ir-6" | "iso646-us"
    )
}

fn guess(bytes: &[u8]) -> Decoded {
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded {
            text: text.to_owned(),
            odd: None,
        },
        Err(_) => Decoded {
            text: WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
            odd: Some(AnomalyKind::CharsetInvalid),
        },
    }
}

fn strict(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    Decoded {
        text: text.into_owned(),
        odd: malformed.then_some(AnomalyKind::CharsetInvalid),
    }
}

/// The byte order of UTF-16 without a mark: Latin text has its zeros in the even places when it is big-endian.
fn byte_order(bytes: &[u8]) -> &'static Encoding {
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in bytes.chunks_exact(2).take(256) {
        even += usize::from(pair.first() == Some(&0));
        odd += usize::from(pair.last() == Some(&0));
    }
    if even > odd { UTF_16BE } else { UTF_16LE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_charset_gives_its_text() {
        const ROWS: &[(&str, &[u8], &str)] = &[
            ("utf-8", "naïve".as_bytes(), "naïve"),
            ("ISO-8859-1", b"na\xefve", "naïve"),
            ("windows-1252", b"\x93q\x94", "“q”"),
            ("us-ascii", "é".as_bytes(), "é"),
            ("utf-16", b"\xff\xfea\0b\0", "ab"),
            ("utf-16", b"\xfe\xff\0a\0b", "ab"),
            ("utf-16", b"\0a\0b", "ab"),
            ("utf-16", b"a\0b\0", "ab"),
            ("utf-16be", b"\0a\0b", "ab"),
            ("iso-2022-jp", b"\x1b$B$3\x1b(B", "こ"),
            ("shift_jis", b"\x82\xb1", "こ"),
            ("gb18030", b"\xc4\xe3", "你"),
            ("koi8-r", b"\xc1", "а"),
            ("utf-7", b"1 +- 1 +AOk-", "1 + 1 é"),
            ("\"utf-8\"", "é".as_bytes(), "é"),
        ];
        for (label, bytes, text) in ROWS {
            assert_eq!(decode(bytes, Some(label)).text, *text, "{label}");
        }
    }

    #[test]
    fn a_charset_that_is_not_known_is_named_and_its_ascii_survives() {
        let decoded = decode(b"SSN 219-09-9999", Some("x-made-up"));
        assert_eq!(decoded.text, "SSN 219-09-9999");
        assert_eq!(decoded.odd, Some(AnomalyKind::CharsetUnknown));
        assert!(!is_known("x-made-up") && is_known("latin1") && is_known(""));
    }

    #[test]
    fn bytes_that_the_charset_does_not_have_are_named() {
        assert_eq!(
            decode(b"a\xff\xfeb", Some("utf-8")).odd,
            Some(AnomalyKind::CharsetInvalid)
        );
        assert_eq!(decode(b"a\xffb", None).text, "aÿb");
    }

    #[test]
    fn a_pair_of_cr_and_lf_and_a_cr_alone_become_one_lf() {
        assert_eq!(with_line_feeds("a\r\nb\rc\n\r\n\r".to_owned()), "a\nb\nc\n\n\n");
    }
}
