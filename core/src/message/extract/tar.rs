//! tar (POSIX ustar and GNU): every file in it, inspected.

use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState};

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let mut state = PartState::Inspected;
    let mut rest = content;
    while let Some((header, tail)) = rest.split_first_chunk::<BLOCK>() {
        if header.iter().all(|&byte| byte == 0) {
            return state;
        }
        let Some(size) = size(header).filter(|&size| size <= tail.len()) else {
            return reader.blind(AnomalyKind::ArchiveDamaged, origin);
        };
        if !reader.count_file(origin.path) {
            return PartState::Uninspectable;
        }
        let (file, padded) = tail.split_at(size);
        if is_file(header) {
            state = state.max(reader.file(&name(header), file, origin));
        }
        rest = padded.get((BLOCK - size % BLOCK) % BLOCK..).unwrap_or_default();
    }
    state
}

fn name(header: &[u8]) -> String {
    let field = header.get(..100).unwrap_or_default();
    let length = memchr::memchr(0, field).unwrap_or(field.len());
    String::from_utf8_lossy(field.get(..length).unwrap_or_default()).into_owned()
}

/// The size in octal digits.
fn size(header: &[u8]) -> Option<usize> {
    let field = std::str::from_utf8(header.get(124..136)?).ok()?;
    usize::from_str_radix(field.trim_matches(['\0', ' ']), 8).ok()
}

/// Folders, links and devices hold nothing; everything else does, also long names and extended headers.
fn is_file(header: &[u8]) -> bool {
    header.get(156).is_some_and(|kind| !(b'1'..=b'6').contains(kind))
}

const BLOCK: usize = 512;
