//! FLAC (RFC 9639): blocks before the sound, of which comments hold texts.

use super::{Anatomy, big};

pub(super) fn read<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8]) -> Option<&'a [u8]> {
    let mut rest = content.get(4..)?;
    while let Some((&kind, tail)) = rest.split_first() {
        let Some(body) = big(tail, 0, 3).and_then(|length| tail.get(3..3 + length)) else {
            return Some(rest);
        };
        match kind & 0x7F {
            0 | 1 | 3 => anatomy.noise.push(body),
            _ => anatomy.unknown(body),
        }
        rest = tail.get(3 + body.len()..).unwrap_or_default();
        if kind & 0x80 != 0 {
            break;
        }
    }
    Some(rest)
}
