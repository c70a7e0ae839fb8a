//! Compound files (MS-CFB): Word, Excel and presentations before 2007, Outlook `.msg`, and encrypted office documents.
//!
//! The formats inside are not read. Their text stands as 8-bit or 16-bit characters in the file, so runs of those are
//! scanned, and the part stays uninspectable, because nobody can say that this was all.

use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState};

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let encrypted = memchr::memmem::find(content, &wide(b"EncryptedPackage")).is_some();
    if encrypted {
        return reader.blind(AnomalyKind::EncryptedContent, origin);
    }
    reader.drawn(strings(content, 1), ":strings", origin);
    reader.drawn(strings(content, 2), ":strings-16", origin);
    reader.blind(AnomalyKind::UnknownContent, origin)
}

/// Runs of printable characters of `width` bytes, one a line.
fn strings(content: &[u8], width: usize) -> String {
    let mut text = String::new();
    let mut run = String::new();
    for unit in content.chunks_exact(width) {
        match unit {
            [byte @ (b' '..=b'~' | b'\t')] | [byte @ (b' '..=b'~' | b'\t'), 0] => run.push(char::from(*byte)),
            _ => {
                keep(&run, &mut text);
                run.clear();
            }
        }
    }
    keep(&run, &mut text);
    text
}

fn keep(run: &str, text: &mut String) {
    if run.len() >= RUN {
        text.push_str(run);
        text.push('\n');
    }
}

fn wide(ascii: &[u8]) -> Vec<u8> {
    ascii.iter().flat_map(|&byte| [byte, 0]).collect()
}

/// Shorter runs are noise.
const RUN: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_both_widths_are_found() {
        let mut content = b"\x01\x02SSN 219-09-9999\x01".to_vec();
        content.resize(content.len().next_multiple_of(2), 0);
        content.extend(wide(b"MRN 1234567"));
        assert_eq!(strings(&content, 1), "SSN 219-09-9999\n");
        assert_eq!(strings(&content, 2), "MRN 1234567\n");
    }
}
