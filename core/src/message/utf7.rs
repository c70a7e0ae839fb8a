//! UTF-7 (RFC 2152), which `encoding_rs` leaves out: short, and needed because text hides in it.

/// Whether a charset label names UTF-7.
pub(super) fn is_label(label: &str) -> bool {
    matches!(
        label,
        "utf-7" | "utf7" | "unicode-1-1-utf-7" | "x-unicode-2-0-utf-7" | "csunicode11utf7" | "cp65000"
    )
}

/// Decodes UTF-7; what is malformed becomes U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(plus) = memchr::memchr(b'+', rest) {
        let (direct, shifted) = rest.split_at(plus);
        text.extend(direct.iter().map(|&byte| char::from(byte)));
        rest = shifted_run(shifted.get(1..).unwrap_or_default(), &mut text);
    }
    text.extend(rest.iter().map(|&byte| char::from(byte)));
    text
}

/// Decodes what follows a `+` and gives what is left behind it.
fn shifted_run<'a>(bytes: &'a [u8], text: &mut String) -> &'a [u8] {
    let length = bytes.iter().take_while(|&&byte| sextet(byte).is_some()).count();
    let (run, rest) = bytes.split_at(length);
    match (length, rest.first()) {
        (0, Some(b'-')) => text.push('+'),
        (0, _) => text.push('\u{FFFD}'),
        _ => text.extend(char::decode_utf16(units(run)).map(|unit| unit.unwrap_or('\u{FFFD}'))),
    }
    rest.strip_prefix(b"-").unwrap_or(rest)
}

/// The 16-bit units of a run of base64 without padding; left-over bits are filling.
fn units(run: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(run.len() * 3 / 8);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for sextet in run.iter().filter_map(|&byte| sextet(byte)) {
        bits = (bits << 6 | u32::from(sextet)) & 0x3F_FFFF;
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push(u16::try_from((bits >> count) & 0xFFFF).unwrap_or_default());
        }
    }
    units
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_decode() {
        const ROWS: &[(&[u8], &str)] = &[
            (b"A+ImIDkQ.", "A≢Α."),
            (b"Hi Mom -+Jjo--!", "Hi Mom -☺-!"),
            (b"+ZeVnLIqe-", "日本語"),
            (b"2 +- 2", "2 + 2"),
            (b"+2D3cCA-", "\u{1F408}"),
        ];
        for (bytes, text) in ROWS {
            assert_eq!(decode(bytes), *text);
        }
    }

    #[test]
    fn a_malformed_shift_is_marked_and_the_rest_survives() {
        assert_eq!(decode(b"a + b"), "a \u{FFFD} b");
        assert_eq!(decode(b"+2D0-x"), "\u{FFFD}x");
    }
}
