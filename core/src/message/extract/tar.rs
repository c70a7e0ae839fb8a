//! tar (POSIX ustar, pax and GNU): every file in it, inspected, and the names in its headers.

use super::runs;
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState};

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let (mut state, mut rest) = (PartState::Inspected, content);
    while let Some((header, tail)) = rest.split_first_chunk::<BLOCK>() {
        if header.iter().all(|&byte| byte == 0) {
            // Some programs stop here, others read on.
            return state.max(reader.stray(trim_zeros(tail), origin));
        }
        let Some(size) = size(header).filter(|&size| size <= tail.len()) else {
            return state.max(reader.rubble(rest, origin));
        };
        if !is_sound(header) {
            state = reader.blind(AnomalyKind::ArchiveDamaged, origin);
        }
        if !reader.count_file(origin.path) {
            return PartState::Uninspectable;
        }
        let (file, padded) = tail.split_at(size);
        state = state.max(entry(reader, header, file, origin));
        let (padding, tail) = padded.split_at((BLOCK - size % BLOCK).min(padded.len()) % BLOCK);
        state = state.max(reader.stray(padding, origin));
        rest = tail;
    }
    state.max(reader.stray(rest, origin))
}

fn entry(reader: &mut Reader<'_>, header: &[u8; BLOCK], file: &[u8], origin: &Origin<'_>) -> PartState {
    let names: String = TEXTS
        .iter()
        .filter_map(|(from, to)| header.get(*from..*to))
        .map(text)
        .collect();
    reader.drawn(names, ":name", origin);
    if !is_file(header) {
        if file.is_empty() {
            return PartState::Inspected;
        }
        // What is called a folder or a link holds nothing, so that programs differ about what follows.
        reader.note(AnomalyKind::ArchiveConflict, origin.path);
    }
    let name = text(header.get(..100).unwrap_or_default());
    reader.file(name.trim_end(), file, origin)
}

/// A field that ends at its first NUL, and what stands behind it all the same.
fn text(field: &[u8]) -> String {
    let length = memchr::memchr(0, field).unwrap_or(field.len());
    let (name, behind) = field.split_at(length);
    if name.is_empty() {
        return runs::of_bytes(behind);
    }
    format!("{}\n{}", String::from_utf8_lossy(name), runs::of_bytes(behind))
}

/// The size in octal digits, or as GNU writes a large one: in base 256.
fn size(header: &[u8; BLOCK]) -> Option<usize> {
    let field = header.get(124..136)?;
    if let Some((0x80, digits)) = field.split_first() {
        return digits
            .iter()
            .try_fold(0_usize, |size, &digit| size.checked_mul(256)?.checked_add(digit.into()));
    }
    let field = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
    if field.is_empty() {
        return Some(0);
    }
    usize::from_str_radix(field, 8).ok()
}

/// Whether the header's sum is right: that of its bytes, with blanks in its own place.
fn is_sound(header: &[u8; BLOCK]) -> bool {
    let (Some(field), Some(front), Some(back)) = (header.get(148..156), header.get(..148), header.get(156..)) else {
        return false;
    };
    let sum: u32 = front.iter().chain(back).map(|&byte| u32::from(byte)).sum::<u32>() + 8 * u32::from(b' ');
    let digits = std::str::from_utf8(field).unwrap_or_default().trim_matches(['\0', ' ']);
    u32::from_str_radix(digits, 8) == Ok(sum)
}

/// Folders, links and devices hold nothing; everything else does, also long names and extended headers.
fn is_file(header: &[u8; BLOCK]) -> bool {
    header.get(156).is_some_and(|kind| !(b'1'..=b'6').contains(kind))
}

fn trim_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes
        .chunks_exact(BLOCK)
        .take_while(|block| block.iter().all(|&byte| byte == 0))
        .count();
    bytes.get(zeros * BLOCK..).unwrap_or_default()
}

const BLOCK: usize = 512;
/// Where the names stand: of the file, of what a link leads to, of user and group, and the front of the file's.
const TEXTS: &[(usize, usize)] = &[(0, 100), (157, 257), (265, 297), (297, 329), (345, 512)];
