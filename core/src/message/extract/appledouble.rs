//! `AppleSingle` and `AppleDouble` (RFC 1740): what a Macintosh keeps beside the bytes of a file. The file itself is inspected;
//! of the rest, the texts are read.

use super::media::big;
use super::runs;
use crate::message::content::Origin;
use crate::message::parse::Reader;
use crate::message::{AnomalyKind, PartState, sniff};

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let mut state = PartState::Inspected;
    let mut reached = HEADER_BYTES;
    for index in 0..big(content, 24, 2).unwrap_or_default() {
        let at = HEADER_BYTES + index * ENTRY_BYTES;
        reached = reached.max(at + ENTRY_BYTES);
        let [kind, start, length] = [at, at + 4, at + 8].map(|at| big(content, at, 4));
        let range = start
            .zip(length)
            .and_then(|(start, length)| Some(start..start.checked_add(length)?));
        let Some((range, held)) = range.and_then(|range| Some((range.clone(), content.get(range)?))) else {
            return reader.blind(AnomalyKind::ArchiveDamaged, origin);
        };
        if !reader.count_file(origin.path) || !reader.work(held.len(), origin.path) {
            return PartState::Uninspectable;
        }
        reached = reached.max(range.end);
        state = state.max(match kind {
            Some(DATA) => reader.file("file", held, origin),
            Some(RESOURCES) => resources(reader, held, origin),
            _ => other(reader, held, origin),
        });
    }
    state.max(reader.stray(content.get(reached..).unwrap_or_default(), origin))
}

/// The resources of a file: icons, places of windows, and in old files all that they hold.
fn resources(reader: &mut Reader<'_>, held: &[u8], origin: &Origin<'_>) -> PartState {
    let state = other(reader, held, origin);
    if held.len() > SMALL_BYTES {
        return reader.blind(AnomalyKind::UnknownContent, origin);
    }
    state
}

fn other(reader: &mut Reader<'_>, held: &[u8], origin: &Origin<'_>) -> PartState {
    reader.drawn(runs::of_field(held), ":properties", origin);
    if sniff::format(held).is_some() {
        return reader.stray(held, origin);
    }
    PartState::Inspected
}

const HEADER_BYTES: usize = 26;
const ENTRY_BYTES: usize = 12;
const DATA: usize = 1;
const RESOURCES: usize = 2;
/// Resources that say nothing of a document take some hundred bytes.
const SMALL_BYTES: usize = 1 << 10;
