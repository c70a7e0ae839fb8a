//! The entries of a ZIP archive (PKWARE APPNOTE, also ZIP64): those that its directory names, and those that stand in it
//! without being named, which some programs unpack as well. What neither accounts for is kept, too.

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
    /// The fields beside the name in the file's own header, where they are not those of the directory.
    pub(super) beside: &'a [u8],
    /// The size of the file and its CRC-32, where they stand in the header that was read.
    pub(super) sum: Option<(usize, u32)>,
}

/// What an archive holds, in the order in which it stands there.
#[derive(Debug, Default)]
pub(super) struct Directory<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) odd: BTreeSet<AnomalyKind>,
    /// Comments of the archive and of its files, and the fields beside their names.
    pub(super) remarks: Vec<&'a [u8]>,
    /// What no header accounts for.
    pub(super) stray: Vec<&'a [u8]>,
    /// Whether the directory names more entries than are read.
    is_cut: bool,
}

impl<'a> Directory<'a> {
    /// Reads no more than `most` entries and one, so that the caller sees that there are more.
    pub(super) fn read(archive: &'a [u8], most: usize) -> Self {
        let mut directory = Self::default();
        let end = End::find(archive);
        let start = end.as_ref().and_then(|end| end.start);
        let (named, behind) = directory.named(archive, end.as_ref(), most);
        let mut reached = 0;
        let mut last = None;
        for (range, entry) in named {
            if range.start < reached {
                // Files that share their bytes are a bomb or a forgery.
                directory.odd.insert(AnomalyKind::ArchiveDamaged);
                continue;
            }
            directory.gap(archive, reached..range.start, last, most);
            directory.remarks.push(entry.beside);
            directory.entries.push(entry);
            reached = range.end;
            last = Some(entry);
        }
        if directory.is_cut {
            return directory;
        }
        let files_end = start.filter(|&start| start >= reached).unwrap_or(archive.len());
        directory.gap(archive, reached..files_end, last, most);
        match end {
            Some(end) if start.is_some() => directory.tail(archive, &end, behind, most),
            _ => {
                directory.odd.remove(&AnomalyKind::ArchiveHidden);
                directory.odd.insert(AnomalyKind::ArchiveDamaged);
            }
        }
        directory
    }

    /// The entries that the directory names, by their places, and where the directory ends.
    fn named(
        &mut self,
        archive: &'a [u8],
        end: Option<&End<'a>>,
        most: usize,
    ) -> (Vec<(Range<usize>, Entry<'a>)>, usize) {
        let Some((end, start)) = end.and_then(|end| Some((end, end.start?))) else {
            return (Vec::new(), 0);
        };
        let mut named = Vec::new();
        let (mut at, mut count) = (start, 0_usize);
        while let Some(header) = archive.get(at..).filter(|rest| rest.starts_with(CENTRAL)) {
            if count > most {
                self.is_cut = true;
                break;
            }
            count += 1;
            match self.central(archive, header, end.shift) {
                Some(entry) => named.push(entry),
                None => {
                    self.odd.insert(AnomalyKind::ArchiveDamaged);
                }
            }
            let Some(next) = length(header, 46, [28, 30, 32]).and_then(|length| at.checked_add(length)) else {
                break;
            };
            at = next;
        }
        if !self.is_cut && count & 0xFFFF != end.count & 0xFFFF {
            self.odd.insert(AnomalyKind::ArchiveConflict);
        }
        named.sort_by_key(|(range, _)| range.start);
        (named, at)
    }

    /// A named entry, and where it stands with its local header.
    fn central(&mut self, archive: &'a [u8], header: &'a [u8], shift: usize) -> Option<(Range<usize>, Entry<'a>)> {
        let name = le16(header, 28)?;
        let after = header.get(46 + name..)?;
        let (extra, after) = after.split_at_checked(le16(header, 30)?)?;
        let [size, packed, at] = wide([le32(header, 24)?, le32(header, 20)?, le32(header, 42)?], extra)?;
        let at = at.checked_add(shift)?;
        let local = archive.get(at..).filter(|local| local.starts_with(LOCAL))?;
        let start = length(local, 30, [26, 28])?;
        let end = start.checked_add(packed)?;
        let entry = Entry {
            name: header.get(46..46 + name)?,
            flags: le16(header, 8)?,
            method: le16(header, 10)?,
            packed: local.get(start..end)?,
            beside: &[],
            sum: Some((size, u32::try_from(le32(header, 16)?).ok()?)),
        };
        if !agree(header, local, entry.name) {
            self.odd.insert(AnomalyKind::ArchiveConflict);
        }
        self.remarks.extend([extra, after.get(..le16(header, 32)?)?]);
        let beside = local.get(30 + le16(local, 26)?..start).filter(|own| *own != extra);
        let entry = Entry {
            beside: beside.unwrap_or_default(),
            ..entry
        };
        Some((at..at + end, entry))
    }

    /// Takes what stands between the files that are named: the sums of the one before, other files, and the rest.
    fn gap(&mut self, archive: &'a [u8], gap: Range<usize>, before: Option<Entry<'a>>, most: usize) {
        let mut rest = archive.get(gap).unwrap_or_default();
        if let Some(before) = before {
            rest = rest.get(descriptor(rest, &before)..).unwrap_or_default();
        }
        let mut from = 0;
        while let Some(at) = rest.get(from..).and_then(|found| memchr::memmem::find(found, LOCAL)) {
            let at = from + at;
            if self.entries.len() > most {
                return;
            }
            let Some((entry, tail)) = rest.get(at..).and_then(local) else {
                from = at + LOCAL.len();
                continue;
            };
            self.keep(rest.get(..at).unwrap_or_default());
            self.odd.insert(AnomalyKind::ArchiveHidden);
            self.remarks.push(entry.beside);
            self.entries.push(entry);
            (rest, from) = (tail, 0);
        }
        self.keep(rest);
    }

    /// Takes what stands behind the directory: the records at the end, their comment, and the rest.
    fn tail(&mut self, archive: &'a [u8], end: &End<'a>, behind: usize, most: usize) {
        if behind != end.records {
            self.odd.insert(AnomalyKind::ArchiveConflict);
            self.keep(archive.get(behind..end.records).unwrap_or_default());
        }
        if end
            .size
            .is_some_and(|size| Some(size) != end.records.checked_sub(end.start.unwrap_or_default()))
        {
            self.odd.insert(AnomalyKind::ArchiveConflict);
        }
        self.remarks.push(end.comment);
        self.gap(archive, end.behind..archive.len(), None, most);
    }

    fn keep(&mut self, bytes: &'a [u8]) {
        if bytes.iter().any(|&byte| byte != 0) {
            self.stray.push(bytes);
        }
    }
}

/// The record at the end of an archive, and what it leads to.
#[derive(Debug)]
struct End<'a> {
    /// Where the directory starts, if there is one at either place that programs look at.
    start: Option<usize>,
    /// What must be added to every place that the directory gives, because something stands before the archive.
    shift: usize,
    /// How many entries there are said to be, and the bytes of the directory.
    count: usize,
    size: Option<usize>,
    /// Where the records behind the directory begin.
    records: usize,
    comment: &'a [u8],
    /// Where they end.
    behind: usize,
}

impl<'a> End<'a> {
    fn find(archive: &'a [u8]) -> Option<Self> {
        let tail = archive.len().saturating_sub(END_BYTES);
        let at = tail + memchr::memmem::rfind(archive.get(tail..)?, END)?;
        let record = archive.get(at..)?;
        // A comment that is longer than the archive is none.
        let comment = record.get(22..)?.get(..le16(record, 20)?).unwrap_or_default();
        let behind = at + 22 + comment.len();
        let (mut count, mut size, mut offset, mut records) =
            (le16(record, 10)?, le32(record, 12)?, le32(record, 16)?, at);
        if [count, size, offset]
            .iter()
            .zip([0xFFFF, WIDE, WIDE])
            .any(|(&number, wide)| number == wide)
            && let Some((found, [all, bytes, place])) = wide_end(archive, at)
        {
            (records, count, size, offset) = (found, all, bytes, place);
        }
        let is_directory = |at: &usize| archive.get(*at..).is_some_and(|rest| rest.starts_with(CENTRAL));
        let by_size = records.checked_sub(size);
        let shifted = by_size.filter(is_directory).filter(|_| !is_directory(&offset));
        let start = shifted.or_else(|| Some(offset).filter(|&at| is_directory(&at) || (at <= records && count == 0)));
        Some(Self {
            start,
            shift: shifted.and_then(|at| at.checked_sub(offset)).unwrap_or_default(),
            count,
            size: Some(size),
            records,
            comment,
            behind,
        })
    }
}

/// The record of ZIP64 that a locator before `end` leads to: where it stands, and its count, size and offset.
fn wide_end(archive: &[u8], end: usize) -> Option<(usize, [usize; 3])> {
    let locator = archive.get(end.checked_sub(20)?..)?.strip_prefix(LOCATOR)?;
    let at = le64(locator, 4)?;
    let record = archive.get(at..end)?;
    record.strip_prefix(WIDE_END)?;
    // Everything from the record to the end belongs to the records.
    Some((at, [le64(record, 32)?, le64(record, 40)?, le64(record, 48)?]))
}

/// Whether the two headers of a file say the same, as far as they say anything.
fn agree(central: &[u8], local: &[u8], name: &[u8]) -> bool {
    let flags = (le16(central, 8), le16(local, 6));
    let (Some(named), Some(own)) = flags else { return false };
    let local_name = le16(local, 26).and_then(|length| local.get(30..30 + length));
    let same = |named: usize, own: usize| match (le32(central, named), le32(local, own)) {
        (Some(named), Some(own)) => {
            named == own
                || named == WIDE
                || own == WIDE
                || (own == 0 && flags.1.is_some_and(|flags| flags & STREAMED != 0))
        }
        _ => false,
    };
    (named ^ own) & (ENCRYPTED | STREAMED) == 0
        && le16(central, 10) == le16(local, 8)
        && local_name == Some(name)
        && same(16, 14)
        && same(20, 18)
        && same(24, 22)
}

/// The bytes of the sums that stand behind a file whose size was not known when its header was written.
fn descriptor(bytes: &[u8], before: &Entry<'_>) -> usize {
    let Some((size, sum)) = before.sum.filter(|_| before.flags & STREAMED != 0) else {
        return 0;
    };
    let signed = if bytes.starts_with(DESCRIPTOR) { 4 } else { 0 };
    let sum_fits = le32(bytes, signed) == usize::try_from(sum).ok();
    let fits = |packed: Option<usize>, whole: Option<usize>| packed == Some(before.packed.len()) && whole == Some(size);
    if sum_fits && fits(le32(bytes, signed + 4), le32(bytes, signed + 8)) {
        signed + 12
    } else if sum_fits && fits(le64(bytes, signed + 4), le64(bytes, signed + 12)) {
        signed + 20
    } else {
        0
    }
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
    let is_open = declared == 0 && flags & STREAMED != 0;
    let length = if is_open {
        memchr::memmem::find(body, LOCAL).unwrap_or(body.len())
    } else {
        declared.min(body.len())
    };
    let (packed, rest) = body.split_at_checked(length)?;
    let sum = (le32(bytes, 22)?, u32::try_from(le32(bytes, 14)?).ok()?);
    let entry = Entry {
        name: bytes.get(30..30 + name)?,
        flags,
        method: le16(bytes, 8)?,
        packed,
        beside: bytes.get(30 + name..start)?,
        sum: (!is_open && declared != WIDE).then_some(sum),
    };
    Some((entry, rest))
}

/// Whether the bytes end as an archive does, with a directory where the record at the end says.
pub(super) fn ends_as_archive(bytes: &[u8]) -> bool {
    let is_one = |end: End<'_>| end.start.is_some() && (end.count > 0 || bytes.starts_with(END));
    End::find(bytes).is_some_and(is_one)
}

/// The bytes of a header with its fields of variable length.
fn length<const N: usize>(header: &[u8], fixed: usize, fields: [usize; N]) -> Option<usize> {
    fields.iter().try_fold(fixed, |sum, &at| Some(sum + le16(header, at)?))
}

pub(super) const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";
const END: &[u8] = b"PK\x05\x06";
/// The record at the end of ZIP64, and what leads to it.
const WIDE_END: &[u8] = b"PK\x06\x06";
const LOCATOR: &[u8] = b"PK\x06\x07";
/// A number that stands elsewhere because it is too large.
const WIDE: usize = 0xFFFF_FFFF;
const WIDE_EXTRA: usize = 1;
/// The flag of an encrypted file.
pub(super) const ENCRYPTED: usize = 1;
/// The flag of a file whose size was not known when its header was written.
const STREAMED: usize = 8;
/// The record at the end, with the longest comment that it may carry.
const END_BYTES: usize = 22 + 65_535;
