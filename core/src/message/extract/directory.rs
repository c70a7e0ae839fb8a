//! The entries of a ZIP archive (PKWARE APPNOTE, also ZIP64): those that its directory names, and those that stand in it
//! without being named, which some programs unpack as well.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{le16, le32, le64};
use crate::message::AnomalyKind;

/// A file in the archive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a [u8],
    pub(super) flags: usize,
    pub(super) method: usize,
    pub(super) packed: &'a [u8],
}

/// What an archive holds, in the order in which it stands there.
#[derive(Debug, Default)]
pub(super) struct Directory<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) odd: BTreeSet<AnomalyKind>,
}

impl<'a> Directory<'a> {
    /// Reads no more than `most` entries and one, so that the caller sees that there are more.
    pub(super) fn read(archive: &'a [u8], most: usize) -> Self {
        let mut directory = Self::default();
        let found = start(archive);
        let named = directory.named(archive, found, most);
        let mut reached = 0;
        for (range, entry) in named {
            if range.start < reached {
                // Files that share their bytes are a bomb or a forgery.
                directory.odd.insert(AnomalyKind::ArchiveDamaged);
                continue;
            }
            directory.unnamed(archive, reached..range.start, most);
            directory.entries.push(entry);
            reached = range.end;
        }
        directory.unnamed(archive, reached..archive.len(), most);
        if found.is_none() {
            directory.odd.remove(&AnomalyKind::ArchiveHidden);
            directory.odd.insert(AnomalyKind::ArchiveDamaged);
        }
        directory
    }

    /// The entries that the directory names, by their places.
    fn named(&mut self, archive: &'a [u8], start: Option<usize>, most: usize) -> Vec<(Range<usize>, Entry<'a>)> {
        let mut named = Vec::new();
        let mut at = start;
        while let Some(header) = at
            .and_then(|at| archive.get(at..))
            .filter(|rest| rest.starts_with(CENTRAL))
        {
            if named.len() > most {
                break;
            }
            match central(archive, header) {
                Some(entry) => named.push(entry),
                None => {
                    self.odd.insert(AnomalyKind::ArchiveDamaged);
                }
            }
            at = length(header, 46, [28, 30, 32]).and_then(|length| at?.checked_add(length));
        }
        named.sort_by_key(|(range, _)| range.start);
        named
    }

    /// Adds the entries between those that are named.
    fn unnamed(&mut self, archive: &'a [u8], gap: Range<usize>, most: usize) {
        let mut rest = archive.get(gap).unwrap_or_default();
        while let Some(at) = memchr::memmem::find(rest, LOCAL) {
            let found = rest.get(at..).unwrap_or_default();
            if self.entries.len() > most {
                return;
            }
            let Some((entry, tail)) = local(found) else {
                rest = found.get(LOCAL.len()..).unwrap_or_default();
                continue;
            };
            self.odd.insert(AnomalyKind::ArchiveHidden);
            self.entries.push(entry);
            rest = tail;
        }
    }
}

/// Where the central directory starts, as the record at the end says, or that of ZIP64.
fn start(archive: &[u8]) -> Option<usize> {
    let tail = archive.len().saturating_sub(END_BYTES);
    let end = tail + memchr::memmem::rfind(archive.get(tail..)?, END)?;
    let at = match le32(archive, end + 16)? {
        WIDE => {
            let locator = archive.get(end.checked_sub(20)?..)?;
            let record = archive.get(le64(locator.strip_prefix(LOCATOR)?, 4)?..)?;
            le64(record.strip_prefix(WIDE_END)?, 44)?
        }
        at => at,
    };
    (at <= end).then_some(at)
}

/// A named entry, and where it stands with its local header.
fn central<'a>(archive: &'a [u8], header: &'a [u8]) -> Option<(Range<usize>, Entry<'a>)> {
    let name = le16(header, 28)?;
    let extra = header.get(46 + name..)?.get(..le16(header, 30)?)?;
    let [_, packed, at] = wide([le32(header, 24)?, le32(header, 20)?, le32(header, 42)?], extra)?;
    let local = archive.get(at..)?;
    let start = length(local, 30, [26, 28])?;
    let end = start.checked_add(packed)?;
    let entry = Entry {
        name: header.get(46..46 + name)?,
        flags: le16(header, 8)?,
        method: le16(header, 10)?,
        packed: local.get(start..end)?,
    };
    Some((at..at + end, entry))
}

/// Sizes and places that do not fit into four bytes stand in the extra field, in their order.
fn wide<const N: usize>(mut numbers: [usize; N], extra: &[u8]) -> Option<[usize; N]> {
    if !numbers.contains(&WIDE) {
        return Some(numbers);
    }
    let mut field = extra;
    while le16(field, 0)? != WIDE_EXTRA {
        field = field.get(4 + le16(field, 2)?..)?;
    }
    let mut at = 4;
    for number in numbers.iter_mut().filter(|number| **number == WIDE) {
        *number = le64(field, at)?;
        at += 8;
    }
    Some(numbers)
}

/// The entry whose local header stands at the front, and what follows it.
fn local(bytes: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let (flags, name) = (le16(bytes, 6)?, le16(bytes, 26)?);
    let start = length(bytes, 30, [26, 28])?;
    let body = bytes.get(start..)?;
    let declared = le32(bytes, 18)?;
    let length = if declared == 0 && flags & STREAMED != 0 {
        memchr::memmem::find(body, LOCAL).unwrap_or(body.len())
    } else {
        declared.min(body.len())
    };
    let (packed, rest) = body.split_at_checked(length)?;
    let entry = Entry {
        name: bytes.get(30..30 + name)?,
        flags,
        method: le16(bytes, 8)?,
        packed,
    };
    Some((entry, rest))
}

/// The bytes of a header with its fields of variable length.
fn length<const N: usize>(header: &[u8], fixed: usize, fields: [usize; N]) -> Option<usize> {
    fields.iter().try_fold(fixed, |sum, &at| Some(sum + le16(header, at)?))
}

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
/// The record at the end of ZIP64, and what leads to it.
const WIDE_END: &[u8] = b"PK\x06\x06";
const LOCATOR: &[u8] = b"PK\x06\x07";
/// A number that stands elsewhere because it is too large.
const WIDE: usize = 0xFFFF_FFFF;
const WIDE_EXTRA: usize = 1;
/// The flag of a file whose size was not known when its header was written.
const STREAMED: usize = 8;
/// The record at the end, with the longest comment that it may carry.
const END_BYTES: usize = 22 + 65_535;
