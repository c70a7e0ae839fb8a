//! ZIP (PKWARE APPNOTE): archives, and the office formats that are made of them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::directory::{Directory, ENCRYPTED, Entry, LOCAL};
use super::inflate::Packing;
use super::packers::Header;
use super::{le16, odf, office, runs};
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState, sniff};

impl<'a> Entry<'a> {
    pub(super) fn name(&self) -> String {
        String::from_utf8_lossy(self.name).into_owned()
    }

    /// Folders hold nothing; what is called one and holds something is a file all the same.
    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/") && self.packed.is_empty()
    }

    /// The unpacked bytes; `None` when they cannot be had, which is written down.
    pub(super) fn unpack(&self, reader: &mut Reader<'_>, origin: &Origin<'_>) -> Option<Cow<'a, [u8]>> {
        if self.flags & ENCRYPTED != 0 {
            reader.note(AnomalyKind::EncryptedContent, origin.path);
            return None;
        }
        let bytes = if self.method == STORED {
            Cow::Borrowed(self.packed)
        } else {
            let Some(packing) = self.packing() else {
                reader.note(AnomalyKind::UnknownContent, origin.path);
                return None;
            };
            let file = reader.inflate(self.packed, packing, origin);
            if file.whole {
                let behind = self.packed.get(file.used..).unwrap_or_default();
                reader.stray(behind, origin);
            } else if file.bytes.is_empty() {
                return None;
            }
            Cow::Owned(file.bytes)
        };
        if self
            .sum
            .is_some_and(|sum| sum != (bytes.len(), crc32fast::hash(&bytes)))
        {
            reader.note(AnomalyKind::ArchiveDamaged, origin.path);
        }
        Some(bytes)
    }

    /// By the numbers of APPNOTE, section 4.4.5; `None` for what is not read.
    fn packing(&self) -> Option<Packing> {
        let size = self.sum.map(|(size, _)| size).filter(|_| self.flags & MARKED_END == 0);
        match self.method {
            8 => Some(Packing::Raw),
            12 => Some(Packing::Bzip2),
            14 => Some(Packing::Lzma(Header::Zip { size })),
            20 | 93 => Some(Packing::Zstd),
            95 => Some(Packing::Xz),
            _ => None,
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let directory = Directory::read(content, reader.limits.parts);
    for &kind in &directory.odd {
        reader.note(kind, origin.path);
    }
    let files: Vec<(String, Entry<'_>)> = directory.entries.iter().map(|entry| (entry.name(), *entry)).collect();
    let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    if names.len() < files.len() {
        reader.note(AnomalyKind::ArchiveHidden, origin.path);
    }
    let remarks: String = directory.remarks.iter().map(|remark| runs::of_bytes(remark)).collect();
    reader.drawn(remarks, ":remarks", origin);
    let mut state = beside(reader, &directory, origin).max(if directory.odd.contains(&AnomalyKind::ArchiveDamaged) {
        PartState::Uninspectable
    } else {
        PartState::Inspected
    });
    for stray in &directory.stray {
        // What looks like an archive there is this one, damaged.
        state = state.max(if stray.starts_with(LOCAL) {
            reader.rubble(stray, origin)
        } else {
            reader.stray(stray, origin)
        });
    }
    if names.contains("[Content_Types].xml") {
        return state.max(office::read(reader, &files, origin));
    }
    if names.contains("content.xml") && names.contains("mimetype") {
        return state.max(odf::read(reader, &files, origin));
    }
    for entry in directory.entries.iter().filter(|entry| !entry.is_folder()) {
        state = state.max(file(reader, entry, origin));
    }
    state
}

/// Inspects files that stand in comments and in the fields beside names.
fn beside(reader: &mut Reader<'_>, directory: &Directory<'_>, origin: &Origin<'_>) -> PartState {
    let mut state = PartState::Inspected;
    for remark in &directory.remarks {
        let fields = std::iter::once(*remark).chain(fields(remark));
        for field in fields.filter(|field| sniff::format(field).is_some()) {
            state = state.max(reader.stray(field, origin));
        }
    }
    state
}

/// The extra fields, each behind its number and length (APPNOTE, section 4.5.1).
fn fields(mut extra: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (field, rest) = extra.get(4..)?.split_at_checked(le16(extra, 2)?)?;
        extra = rest;
        Some(field)
    })
}

/// Inspects one file of the archive.
pub(super) fn file(reader: &mut Reader<'_>, entry: &Entry<'_>, origin: &Origin<'_>) -> PartState {
    if !reader.count_file(origin.path) {
        return PartState::Uninspectable;
    }
    let name = entry.name();
    reader.drawn(name.clone(), ":name", origin);
    match entry.unpack(reader, origin) {
        Some(bytes) => reader.file(&name, &bytes, origin),
        None => PartState::Uninspectable,
    }
}

const STORED: usize = 0;
/// The flag of LZMA that ends with a mark of its own, not by the size.
const MARKED_END: usize = 2;
