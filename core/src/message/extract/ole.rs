//! Compound files (MS-CFB): Word, Excel and presentations before 2007, Outlook `.msg`, and encrypted office documents.
//!
//! The formats inside are not read. Their text stands as 8-bit or 16-bit characters in the file, so runs of those are
//! scanned, and the part stays uninspectable, because nobody can say that this was all.

use super::runs;
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState};

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let encrypted = memchr::memmem::find(content, &wide(b"EncryptedPackage")).is_some();
    if encrypted {
        return reader.blind(AnomalyKind::EncryptedContent, origin);
    }
    reader.drawn(runs::of_width(content, 1), ":strings", origin);
    reader.drawn(runs::of_width(content, 2), ":strings-16", origin);
    reader.blind(AnomalyKind::UnknownContent, origin)
}

fn wide(ascii: &[u8]) -> Vec<u8> {
    ascii.iter().flat_map(|&byte| [byte, 0]).collect()
}
