//! ZIP (PKWARE APPNOTE): archives, and the office formats that are made of them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::directory::{Directory, Entry};
use super::inflate::Packing;
use super::{odf, office};
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState};

impl<'a> Entry<'a> {
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
    pub(super) fn unpack(&self, reader: &mut Reader<'_>, origin: &Origin<'_>) -> Option<Cow<'a, [u8]>> {
        let kind = match self.method {
            _ if self.is_encrypted() => AnomalyKind::EncryptedContent,
            0 => return Some(Cow::Borrowed(self.packed)),
            8 => {
                let file = reader.inflate(self.packed, Packing::Raw, origin);
                return (file.whole || !file.bytes.is_empty()).then_some(Cow::Owned(file.bytes));
            }
            _ => AnomalyKind::UnknownContent,
        };
        reader.note(kind, origin.path);
        None
    }
}

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let Directory { entries, odd } = Directory::read(content, reader.limits.parts);
    for &kind in &odd {
        reader.note(kind, origin.path);
    }
    let files: Vec<(String, Entry<'_>)> = entries.iter().map(|entry| (entry.name(), *entry)).collect();
    let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    if names.len() < files.len() {
        reader.note(AnomalyKind::ArchiveHidden, origin.path);
    }
    let whole = if odd.contains(&AnomalyKind::ArchiveDamaged) {
        PartState::Uninspectable
    } else {
        PartState::Inspected
    };
    if names.contains("[Content_Types].xml") {
        return whole.max(office::read(reader, &files, origin));
    }
    if names.contains("content.xml") && names.contains("mimetype") {
        return whole.max(odf::read(reader, &files, origin));
    }
    let mut state = whole;
    for entry in entries.iter().filter(|entry| !entry.is_folder()) {
        state = state.max(file(reader, entry, origin));
    }
    state
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
