//! GIF (version 89a): blocks, of which comments and plain texts hold texts.

use super::Anatomy;

pub(super) fn read<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8]) -> Option<&'a [u8]> {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let start = content.get(10).map(|&flags| 13 + table(flags));
    let Some(mut rest) = start.and_then(|start| content.get(start..)) else {
        return Some(content);
    };
    while let Some((&kind, tail)) = rest.split_first() {
        let read = match kind {
            0x3B => {
                anatomy.stray.push(tail);
                return None;
            }
            0x2C => picture(anatomy, tail, table),
            0x21 => extension(anatomy, tail),
            _ => None,
        };
        let Some(next) = read else { return Some(rest) };
        rest = next;
    }
    None
}

fn picture<'a>(anatomy: &mut Anatomy<'a>, bytes: &'a [u8], table: fn(u8) -> usize) -> Option<&'a [u8]> {
    let coded = bytes.get(10 + table(*bytes.get(8)?)..)?;
    let rest = blocks(coded, |_| {})?;
    anatomy.noise.extend(coded.get(..coded.len() - rest.len()));
    Some(rest)
}

fn extension<'a>(anatomy: &mut Anatomy<'a>, bytes: &'a [u8]) -> Option<&'a [u8]> {
    let (&label, body) = bytes.split_first()?;
    let mut joined = Vec::new();
    let rest = blocks(body, |block| joined.extend_from_slice(block))?;
    if label == COMMENT {
        anatomy.field(&joined);
    } else {
        anatomy.unknown(&joined);
    }
    // XMP stands there as it is, and not in blocks.
    if joined.starts_with(b"XMP Data") {
        anatomy.noise.extend(body.get(..body.len() - rest.len()));
    }
    Some(rest)
}

/// Blocks of a length and as many bytes, up to the empty one.
fn blocks<'a>(bytes: &'a [u8], mut each: impl FnMut(&'a [u8])) -> Option<&'a [u8]> {
    let mut rest = bytes;
    loop {
        let (&length, tail) = rest.split_first()?;
        if length == 0 {
            return Some(tail);
        }
        let (block, next) = tail.split_at_checked(usize::from(length))?;
        each(block);
        rest = next;
    }
}

const COMMENT: u8 = 0xFE;
