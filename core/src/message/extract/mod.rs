//! Text out of attachments: containers are taken apart within the budgets, and every file in them is inspected as a
//! part would be. `docs/ATTACHMENTS.md` says for each format what is read and what is not.

mod appledouble;
mod dicom;
mod directory;
mod flat;
mod gzip;
mod inflate;
mod media;
mod odf;
mod office;
mod ole;
mod packed;
mod packers;
mod pdf;
mod pkcs7;
#[cfg(feature = "_testing")]
mod probe;
mod rtf;
mod runs;
mod saved;
mod sheet;
mod tar;
mod tnef;
mod zip;

use super::content::Origin;
use super::leaf::Leaf;
use super::parse::Reader;
use super::sniff::{self, Class};
use super::{AnomalyKind, PartState};

impl Reader<'_> {
    /// Takes a container of this format apart; `None` when the format is not read.
    pub(super) fn extract(&mut self, format: &str, content: &[u8], origin: &Origin<'_>) -> Option<PartState> {
        if origin.depth >= self.limits.depth {
            self.note(AnomalyKind::DepthLimit, origin.path);
            return Some(PartState::Uninspectable);
        }
        let read = match format {
            "appledouble" => appledouble::read,
            "bzip2" => packed::bzip2,
            "dicom" => dicom::read,
            "fdf" | "pdf" => pdf::read,
            "gzip" => gzip::read,
            "lzma" => packed::lzma,
            "ole" => ole::read,
            "rtf" => rtf::read,
            "tar" => tar::read,
            "tnef" => tnef::read,
            "xz" => packed::xz,
            "zip" => zip::read,
            "zstd" => packed::zstd,
            _ => return None,
        };
        Some(read(self, content, origin))
    }

    /// Unwraps what S/MIME signed without hiding it.
    pub(super) fn unwrap_signed(&mut self, content: &[u8], origin: &Origin<'_>) -> Option<PartState> {
        let inner = pkcs7::signed_content(content)?;
        self.embedded(&inner, origin.path, origin.depth);
        Some(self.stray(pkcs7::behind(content), origin))
    }

    /// Reads what is declared a signature that stands beside what it signs: it may hold content all the same, or be none.
    pub(super) fn signature(&mut self, content: &[u8], origin: &Origin<'_>) -> PartState {
        if let Some(state) = self.unwrap_signed(content, origin) {
            return state;
        }
        if !pkcs7::is_signed(content) {
            return self.blind(AnomalyKind::EncryptedContent, origin);
        }
        self.stray(pkcs7::behind(content), origin).max(PartState::Opaque)
    }

    /// Inspects a file in a container.
    fn file(&mut self, name: &str, content: &[u8], origin: &Origin<'_>) -> PartState {
        let leaf = Leaf::file(name);
        let member = member(origin, name);
        self.inspect(
            content,
            &Origin {
                leaf: &leaf,
                path: origin.path,
                depth: origin.depth + 1,
                member: Some(&member),
            },
        )
    }

    /// Inspects what a file's own structure does not account for, as content of its own. Padding is none; a picture
    /// behind a picture or a film behind its first frame is what cameras write; all else is odd.
    fn stray(&mut self, bytes: &[u8], origin: &Origin<'_>) -> PartState {
        let is_padding = |byte: &u8| matches!(byte, 0 | b' ' | b'\t' | b'\r' | b'\n' | 0x1A | 0xFF);
        if bytes.len() < STRAY_BYTES || bytes.iter().all(is_padding) {
            return PartState::Inspected;
        }
        if origin.depth >= self.limits.depth {
            self.note(AnomalyKind::DepthLimit, origin.path);
            return PartState::Uninspectable;
        }
        if !self.count_file(origin.path) {
            return PartState::Uninspectable;
        }
        if !sniff::format(bytes).is_some_and(|format| format.class == Class::Opaque) {
            self.note(AnomalyKind::StrayContent, origin.path);
            if sniff::format(bytes).is_none() && !sniff::is_text(bytes) {
                self.drawn(runs::of_bytes(bytes), ":stray", origin);
            }
        }
        self.file(":stray", bytes, origin)
    }

    /// Draws runs of characters out of what is left of a container that is damaged, and cannot be taken apart.
    fn rubble(&mut self, bytes: &[u8], origin: &Origin<'_>) -> PartState {
        self.drawn(runs::of_bytes(bytes), ":stray", origin);
        self.blind(AnomalyKind::ArchiveDamaged, origin)
    }

    /// Looks for what other programs find in content of another format, by its end or by a later sign: an archive behind
    /// a program or a text, a document behind whatever stands before it. `is_text` says that it may be text.
    pub(super) fn buried(&mut self, content: &[u8], is_text: bool, origin: &Origin<'_>) -> PartState {
        let mut state = PartState::Inspected;
        let local = memchr::memmem::find(content, directory::LOCAL);
        let archive = local
            .and_then(|at| content.get(at..))
            .filter(|_| directory::ends_as_archive(content));
        let document = memchr::memmem::find(content, b"%PDF-").and_then(|at| content.get(at..));
        let document = document.filter(|document| pdf::is_document(document));
        for (format, found) in [("zip", archive), ("pdf", document)] {
            if let Some(found) = found.filter(|found| found.len() < content.len())
                && let Some(read) = self.extract(format, found, origin)
            {
                self.note(AnomalyKind::StrayContent, origin.path);
                state = state.max(read);
            }
        }
        let is_there = |sign: &[u8]| memchr::memmem::find(content, sign).is_some_and(|at| at > 0);
        if !is_text && UNREAD.iter().any(|sign| is_there(sign)) {
            self.note(AnomalyKind::StrayContent, origin.path);
            state = self.blind(AnomalyKind::UnknownContent, origin);
        }
        state
    }

    /// Adds text that was drawn out of a container.
    fn drawn(&mut self, text: String, name: &str, origin: &Origin<'_>) {
        if !text.trim().is_empty() && self.spend(text.len(), origin.path) {
            self.unit(text, origin.path, Some(&member(origin, name)));
        }
    }

    /// Says that the container holds something that was not read.
    fn blind(&mut self, kind: AnomalyKind, origin: &Origin<'_>) -> PartState {
        self.note(kind, origin.path);
        PartState::Uninspectable
    }
}

/// Fewer bytes hold no identifier.
const STRAY_BYTES: usize = 6;
/// The signs of archives that are not read: 7-Zip and RAR, which unpack themselves behind a program.
const UNREAD: &[&[u8]] = &[b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"];

/// The name of a file inside of what it stands in.
fn member(origin: &Origin<'_>, name: &str) -> String {
    match origin.member {
        Some(outer) => format!("{outer}/{name}"),
        None => name.to_owned(),
    }
}

/// The little-endian number of two bytes at `at`.
fn le16(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..)?.first_chunk::<2>()?;
    Some(usize::from(u16::from_le_bytes(*two)))
}

/// The little-endian number of four bytes at `at`.
fn le32(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*four)).ok()
}

/// The little-endian number of eight bytes at `at`.
fn le64(bytes: &[u8], at: usize) -> Option<usize> {
    let eight = bytes.get(at..)?.first_chunk::<8>()?;
    usize::try_from(u64::from_le_bytes(*eight)).ok()
}

#[cfg(test)]
mod tests;
