//! Line ends that are none by the standard, and that some mail programs take for ones.

/// The message with LF for each CR that stands alone, all else in its place, if its header knows no other line end: as
/// mail programs of old Macintoshes wrote.
pub(super) fn of_carriage_returns(bytes: &[u8]) -> Option<Vec<u8>> {
    let first = memchr::memchr2(b'\r', b'\n', bytes)?;
    let front = bytes.get(..memchr::memchr(b'\n', bytes).unwrap_or(bytes.len()))?;
    let is_alone = bytes.get(first) == Some(&b'\r') && bytes.get(first + 1) != Some(&b'\n');
    let holds_all = front.len() == bytes.len() || memchr::memmem::find(front, b"\r\r").is_some();
    (is_alone && holds_all).then(|| with_line_feeds(bytes))
}

/// LF for each CR that stands alone.
fn with_line_feeds(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for at in memchr::memchr_iter(b'\r', bytes) {
        if bytes.get(at + 1) != Some(&b'\n')
            && let Some(byte) = out.get_mut(at)
        {
            *byte = b'\n';
        }
    }
    out
}

/// LF for all that some mail program takes for a line end: CR alone, vertical tab, form feed, and NEL alone or in UTF-8.
pub(super) fn mended(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        // Behind another byte of 8 bits it is a piece of a letter.
        let is_alone = out.last().is_none_or(u8::is_ascii);
        match (byte, tail.first()) {
            (b'\r', Some(b'\n')) => {}
            (0xC2, Some(0x85)) => {
                out.push(b'\n');
                rest = tail.get(1..).unwrap_or_default();
            }
            (b'\r' | 0x0B | 0x0C, _) => out.push(b'\n'),
            (0x85, _) if is_alone => out.push(b'\n'),
            _ => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_carriage_returns_keeps_its_places() {
        assert_eq!(
            of_carriage_returns(b"A: b\r\rx\ry").as_deref(),
            Some(b"A: b\n\nx\ny".as_slice())
        );
        assert_eq!(
            of_carriage_returns(b"A: b\r\rx\ny\r\n").as_deref(),
            Some(b"A: b\n\nx\ny\r\n".as_slice())
        );
        for other in [b"A: b\rC: d\n\nx".as_slice(), b"A: b\r\n\r\nx\r\r", b"A: b"] {
            assert_eq!(of_carriage_returns(other), None);
        }
    }

    #[test]
    fn every_kind_of_line_end_is_mended() {
        assert_eq!(mended(b"a\rb\r\nc\x0Bd\x0Ce\x85f\xC2\x85g\n"), b"a\nb\nc\nd\ne\nf\ng\n");
    }
}
