//! gzip (RFC 1952): the file in it, inspected, also when it stands in several members, and the texts of their headers.

use super::inflate::Packing;
use super::{le16, le32, runs};
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState};

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let (mut file, mut rest, mut state) = (Vec::new(), content, PartState::Inspected);
    while rest.starts_with(MAGIC) {
        if !reader.count_file(origin.path) {
            return PartState::Uninspectable;
        }
        let Some(packed) = header(reader, rest, origin) else {
            state = reader.blind(AnomalyKind::ArchiveDamaged, origin);
            break;
        };
        let member = reader.inflate(packed, Packing::Raw, origin);
        let tail = packed.get(member.used..).unwrap_or_default();
        if !member.whole {
            state = PartState::Uninspectable;
        } else if !is_sum(tail, &member.bytes) {
            state = reader.blind(AnomalyKind::ArchiveDamaged, origin);
        }
        let is_whole = member.whole;
        file.extend(member.bytes);
        rest = tail.get(SUM_BYTES..).unwrap_or_default();
        if !is_whole {
            break;
        }
    }
    if state == PartState::Inspected {
        state = reader.stray(rest, origin);
    }
    let name = origin.leaf.name.as_deref().and_then(|name| name.strip_suffix(".gz"));
    state.max(reader.file(name.unwrap_or("file"), &file, origin))
}

/// Reads the header of a member, and gives what follows it.
fn header<'a>(reader: &mut Reader<'_>, member: &'a [u8], origin: &Origin<'_>) -> Option<&'a [u8]> {
    let &[_, _, method, flags, ..] = member.first_chunk::<10>()?;
    let mut rest = member
        .get(10..)
        .filter(|_| method == DEFLATE && flags & RESERVED == 0)?;
    let mut texts = String::new();
    if flags & EXTRA != 0 {
        let (extra, tail) = rest.get(2..)?.split_at_checked(le16(rest, 0)?)?;
        texts += &runs::of_field(extra);
        rest = tail;
    }
    for _ in 0..u32::from(flags & NAME != 0) + u32::from(flags & COMMENT != 0) {
        let (text, tail) = rest.split_at_checked(memchr::memchr(0, rest)?)?;
        texts += &runs::of_field(text);
        rest = tail.get(1..)?;
    }
    reader.drawn(texts, ":name", origin);
    if flags & HEADER_SUM == 0 {
        return Some(rest);
    }
    let head = member.get(..member.len() - rest.len())?;
    if le16(rest, 0) != usize::try_from(crc32fast::hash(head) & 0xFFFF).ok() {
        reader.note(AnomalyKind::ArchiveConflict, origin.path);
    }
    rest.get(2..)
}

/// Whether the sum and the size behind the packed bytes are those of the file.
fn is_sum(tail: &[u8], file: &[u8]) -> bool {
    le32(tail, 0) == usize::try_from(crc32fast::hash(file)).ok() && le32(tail, 4) == Some(file.len() & 0xFFFF_FFFF)
}

const MAGIC: &[u8] = b"\x1f\x8b";
const DEFLATE: u8 = 8;
const HEADER_SUM: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
const RESERVED: u8 = 0xE0;
const SUM_BYTES: usize = 8;
