//! Charsets of seven bits that escapes and shifts lead in and out of (ISO 2022, RFC 1468, RFC 1557, RFC 1843, RFC 1922): what
//! mail programs of East Asia recognise by the escapes, whatever is declared.

use encoding_rs::{EUC_KR, Encoding, GBK, ISO_2022_JP};

use super::sniff;

/// The text by a declared charset; `None` for any other label, and for that of Japanese mail, which others read.
pub(super) fn labelled(bytes: &[u8], label: &str) -> Option<String> {
    match label {
        "iso-2022-kr" | "csiso2022kr" => Some(lifted(bytes, &SHIFTS, EUC_KR)),
        "iso-2022-cn" | "iso-2022-cn-ext" | "csiso2022cn" => Some(lifted(bytes, &SHIFTS, GBK)),
        "hz-gb-2312" | "hz" => Some(lifted(bytes, &BRACES, GBK)),
        _ => None,
    }
}

/// Whether a charset of this label is one of these.
pub(super) fn is_label(label: &str) -> bool {
    labelled(b"", label).is_some()
}

/// The text, with the name of its unit; `None` where no escape leads into such a charset.
pub(super) fn text(bytes: &[u8]) -> Option<(&'static str, String)> {
    if let Some(escaped) = escaped(bytes) {
        return Some(match escaped {
            Escaped::Chinese => (":as-iso-2022-cn", lifted(bytes, &SHIFTS, GBK)),
            Escaped::Japanese => {
                let text = ISO_2022_JP.decode_without_bom_handling(bytes).0;
                (":as-iso-2022-jp", text.into_owned())
            }
            Escaped::Korean => (":as-iso-2022-kr", lifted(bytes, &SHIFTS, EUC_KR)),
        });
    }
    let is_hz = memchr::memmem::find(bytes, b"~{")
        .and_then(|at| bytes.get(at + 2..))
        .is_some_and(|rest| memchr::memmem::find(rest, b"~}").is_some_and(|end| end > 0 && end % 2 == 0));
    is_hz.then(|| (":as-hz", lifted(bytes, &BRACES, GBK)))
}

/// Whether the bytes are text but for the signs that lead into other letters and back, which an escape announces.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let is_announced = || matches!(escaped(bytes), Some(Escaped::Chinese | Escaped::Korean));
    let is_plain = |block: &[u8]| {
        let plain: Vec<u8> = block
            .iter()
            .copied()
            .filter(|byte| !matches!(byte, 0x0E | 0x0F))
            .collect();
        sniff::is_text(&plain)
    };
    memchr::memchr(0, bytes).is_none() && is_announced() && bytes.chunks(BLOCK_BYTES).all(is_plain)
}

/// The charset that an escape leads into.
fn escaped(bytes: &[u8]) -> Option<Escaped> {
    let escapes = memchr::memchr_iter(0x1B, bytes).filter_map(|at| bytes.get(at..));
    escapes.take(ESCAPES).find_map(|escape| match escape {
        [_, b'$', b')', b'C', ..] => Some(Escaped::Korean),
        [_, b'$', b')', b'A', ..] => Some(Escaped::Chinese),
        [_, b'$', b'@' | b'B' | b'(', ..] => Some(Escaped::Japanese),
        _ => None,
    })
}

enum Escaped {
    Chinese,
    Japanese,
    Korean,
}

/// The text whose shifted letters have their eighth bit, as `encoding` writes them.
fn lifted(bytes: &[u8], shifts: &Shifts, encoding: &'static Encoding) -> String {
    let (mut plain, mut rest, mut is_shifted) = (Vec::with_capacity(bytes.len()), bytes, false);
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == 0x1B {
            rest = tail.get(ESCAPE_BYTES.min(tail.len())..).unwrap_or_default();
        } else if let Some(tail) = after(byte, tail, shifts.to) {
            (is_shifted, rest) = (true, tail);
        } else if let Some(tail) = after(byte, tail, shifts.from) {
            (is_shifted, rest) = (false, tail);
        } else {
            // Every line begins unshifted.
            is_shifted &= byte != b'\n';
            let is_letter = is_shifted && (0x21..=0x7E).contains(&byte);
            plain.push(if is_letter { byte | 0x80 } else { byte });
        }
    }
    encoding.decode_without_bom_handling(&plain).0.into_owned()
}

/// What follows the sign, which `first` begins.
fn after<'a>(first: u8, tail: &'a [u8], sign: &[u8]) -> Option<&'a [u8]> {
    let (head, more) = sign.split_first()?;
    (*head == first).then(|| tail.strip_prefix(more))?
}

/// What leads into the other letters, and out of them.
struct Shifts {
    to: &'static [u8],
    from: &'static [u8],
}

const SHIFTS: Shifts = Shifts {
    to: b"\x0e",
    from: b"\x0f",
};
const BRACES: Shifts = Shifts { to: b"~{", from: b"~}" };
/// The bytes of `ESC $ ) C` behind the first.
const ESCAPE_BYTES: usize = 3;
/// As much is looked at at once.
const BLOCK_BYTES: usize = 64 << 10;
/// A text of such a charset begins with an escape, or has one in its first lines.
const ESCAPES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_by_a_declared_charset() {
        let korean = labelled(b"\x1b$)C\x0e#2#1#9\x0f-09 x\n", "iso-2022-kr");
        assert_eq!(korean.as_deref(), Some("２１９-09 x\n"));
        assert_eq!(labelled(b"~{#2~}19", "hz-gb-2312").as_deref(), Some("２19"));
        assert_eq!(labelled(b"x", "iso-2022-jp"), None);
    }

    #[test]
    fn letters_are_read_behind_the_escapes_and_shifts_of_each_charset() {
        let wide = b"#2#1#9#-#0#9#-#9#9#9#4";
        let shown = "２１９－０９－９９９４";
        for (before, behind, member) in [
            (b"\x1b$B".as_slice(), b"\x1b(B".as_slice(), ":as-iso-2022-jp"),
            (b"\x1b$)C\x0e", b"\x0f", ":as-iso-2022-kr"),
            (b"\x1b$)A\x0e", b"\x0f", ":as-iso-2022-cn"),
            (b"~{", b"~}", ":as-hz"),
        ] {
            let wide: Vec<u8> = if member == ":as-iso-2022-jp" {
                b"#2#1#9!]#0#9!]#9#9#9#4".to_vec()
            } else {
                wide.to_vec()
            };
            let bytes = [b"SSN ", before, &wide, behind, b" end\n"].concat();
            let (name, text) = text(&bytes).unwrap();
            assert_eq!(name, member);
            assert!(text.contains("SSN ") && text.contains(" end"), "{text}");
            assert!(text.contains("２１９"), "{member}: {text}, not {shown}");
        }
        assert!(is_text(b"\x1b$)C\x0e#2#1\x0f x \x0e#2\x0f") && !is_text(b"\x0e#2#1\x0f") && !is_text(b"\x1b$)C\0"));
        for plain in [&b"plain"[..], b"a ~{ b", b"\x1b[1mbold\x1b[0m", b"~{abc~}"] {
            assert_eq!(text(plain), None);
        }
    }
}
