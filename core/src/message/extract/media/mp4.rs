//! Boxes (ISO/IEC 14496-12, and `QuickTime`): films, sounds and pictures, with texts beside their tracks.

use super::{Anatomy, big};

pub(super) fn read<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8]) -> Option<&'a [u8]> {
    boxes(anatomy, content, 0)
}

fn boxes<'a>(anatomy: &mut Anatomy<'a>, content: &'a [u8], depth: usize) -> Option<&'a [u8]> {
    let mut rest = content;
    while rest.len() >= 8 {
        let kind = rest.get(4..8)?;
        let (head, size) = match big(rest, 0, 4)? {
            0 => (8, rest.len()),
            1 => (16, big(rest, 8, 8).unwrap_or_default()),
            size => (8, size),
        };
        let Some(body) = rest.get(head..size).filter(|_| is_kind(kind)) else {
            return Some(rest);
        };
        rest = rest.get(size..).unwrap_or_default();
        match kind {
            b"moov" | b"trak" | b"mdia" | b"minf" | b"moof" if depth < BOXES => {
                let rest = boxes(anatomy, body, depth + 1).filter(|rest| !rest.is_empty());
                anatomy.is_broken |= rest.is_some();
                anatomy.noise.extend(rest);
            }
            b"ftyp" | b"edts" | b"mdat" | b"stbl" | b"mvhd" | b"tkhd" | b"mdhd" | b"traf" | b"idat" => {
                anatomy.noise.push(body);
            }
            b"uuid" if body.get(16..).is_some_and(|xml| xml.starts_with(b"<")) => anatomy.xml(body.get(16..)?),
            _ => anatomy.unknown(body),
        }
    }
    if depth > 0 {
        return Some(rest);
    }
    anatomy.stray.push(rest);
    None
}

/// The name of a box is printable, or one of the old ones that begin with the sign of copyright.
fn is_kind(kind: &[u8]) -> bool {
    kind.iter()
        .all(|&byte| byte == 0xA9 || byte.is_ascii_graphic() || byte == b' ')
}

/// Boxes that matter nest below this.
const BOXES: usize = 6;
