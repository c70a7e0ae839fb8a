//! Text out of attachments: containers are taken apart within the budgets, and every file in them is inspected as a
//! part would be. `docs/ATTACHMENTS.md` says for each format what is read and what is not.

mod directory;
mod gzip;
mod inflate;
mod odf;
mod office;
mod ole;
mod pdf;
mod pkcs7;
#[cfg(feature = "_testing")]
mod probe;
mod rtf;
mod sheet;
mod tar;
mod tnef;
mod zip;

use super::content::Origin;
use super::leaf::Leaf;
use super::parse::Reader;
use super::{AnomalyKind, PartState};

impl Reader<'_> {
    /// Takes a container of this format apart; `None` when the format is not read.
    pub(super) fn extract(&mut self, format: &str, content: &[u8], origin: &Origin<'_>) -> Option<PartState> {
        if origin.depth >= self.limits.depth {
            self.note(AnomalyKind::DepthLimit, origin.path);
            return Some(PartState::Uninspectable);
        }
        let read = match format {
            "gzip" => gzip::read,
            "ole" => ole::read,
            "pdf" => pdf::read,
            "rtf" => rtf::read,
            "tar" => tar::read,
            "tnef" => tnef::read,
            "zip" => zip::read,
            _ => return None,
        };
        Some(read(self, content, origin))
    }

    /// Unwraps what S/MIME signed without hiding it.
    pub(super) fn unwrap_signed(&mut self, content: &[u8], origin: &Origin<'_>) -> Option<PartState> {
        let inner = pkcs7::signed_content(content)?;
        self.embedded(&inner, origin.path, origin.depth);
        Some(PartState::Inspected)
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
