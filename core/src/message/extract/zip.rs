//! ZIP (PKWARE APPNOTE): archives, and the office formats that are made of them.

use std::collections::BTreeMap;

use super::inflate::Wrapper;
use super::{le16, le32, odf, office};
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState};

/// A file in the archive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    name: &'a [u8],
    flags: usize,
    method: usize,
    packed: &'a [u8],
}

impl Entry<'_> {
    pub(super) fn name(&self) -> String {
        String::from_utf8_lossy(self.name).into_owned()
    }

    fn is_folder(&self) -> bool {
        self.name.ends_with(b"/")
    }

    const fn is_encrypted(&self) -> bool {
        self.flags & 1 == 1
    }

    /// The unpacked bytes; `None` when they cannot be had, which is written down.
    pub(super) fn unpack(&self, reader: &mut Reader<'_>, origin: &Origin<'_>) -> Option<Vec<u8>> {
        let kind = match self.method {
            _ if self.is_encrypted() => AnomalyKind::EncryptedContent,
            0 => return Some(self.packed.to_vec()),
            8 => {
                let file = reader.inflate(self.packed, Wrapper::Raw, origin);
                return (file.whole || !file.bytes.is_empty()).then_some(file.bytes);
            }
            _ => AnomalyKind::UnknownContent,
        };
        reader.note(kind, origin.path);
        None
    }
}

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let Some(entries) = entries(content, reader.limits.parts) else {
        return reader.blind(AnomalyKind::ArchiveDamaged, origin);
    };
    let names: BTreeMap<String, Entry<'_>> = entries.iter().map(|entry| (entry.name(), *entry)).collect();
    if names.contains_key("[Content_Types].xml") {
        return office::read(reader, &names, origin);
    }
    if names.contains_key("content.xml") && names.contains_key("mimetype") {
        return odf::read(reader, &names, origin);
    }
    let mut state = PartState::Inspected;
    for entry in entries.iter().filter(|entry| !entry.is_folder()) {
        state = state.max(file(reader, entry, origin));
    }
    state
}

/// Inspects one file of the archive.
pub(super) fn file(reader: &mut Reader<'_>, entry: &Entry<'_>, origin: &Origin<'_>) -> PartState {
    if !reader.count_file(origin) {
        return PartState::Uninspectable;
    }
    let name = entry.name();
    reader.drawn(name.clone(), ":name", origin);
    match entry.unpack(reader, origin) {
        Some(bytes) => reader.file(&name, &bytes, origin),
        None => PartState::Uninspectable,
    }
}

/// The entries of the central directory; without one, those of the local headers.
///
/// `None` when neither can be read, and for more than `most` entries.
fn entries(archive: &[u8], most: usize) -> Option<Vec<Entry<'_>>> {
    let mut entries = Vec::new();
    let mut at = directory(archive)?;
    while let Some(header) = archive.get(at..).filter(|rest| rest.starts_with(CENTRAL)) {
        let (name, extra, comment) = (le16(header, 28)?, le16(header, 30)?, le16(header, 32)?);
        let local = archive.get(le32(header, 42)?..)?;
        let start = 30 + le16(local, 26)? + le16(local, 28)?;
        let packed = local.get(start..start.checked_add(le32(header, 20)?)?)?;
        entries.push(Entry {
            name: header.get(46..46 + name)?,
            flags: le16(header, 8)?,
            method: le16(header, 10)?,
            packed,
        });
        at += 46 + name + extra + comment;
        if entries.len() > most {
            return None;
        }
    }
    (!entries.is_empty() || archive.starts_with(END)).then_some(entries)
}

/// Where the central directory starts, as the record at the end says.
fn directory(archive: &[u8]) -> Option<usize> {
    let tail = archive.len().saturating_sub(END_BYTES);
    let end = tail + memchr::memmem::rfind(archive.get(tail..)?, END)?;
    le32(archive, end + 16).filter(|&at| at <= end)
}

const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
/// The record at the end, with the longest comment that it may carry.
const END_BYTES: usize = 22 + 65_535;
