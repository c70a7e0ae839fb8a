//! gzip (RFC 1952): the file in it, inspected.

use super::inflate::Packing;
use crate::message::PartState;
use crate::message::content::Origin;
use crate::message::parse::Reader;

pub(super) fn read(reader: &mut Reader<'_>, content: &[u8], origin: &Origin<'_>) -> PartState {
    let file = reader.inflate(content, Packing::Gzip, origin);
    let name = origin
        .leaf
        .name
        .as_deref()
        .and_then(|name| name.strip_suffix(".gz"))
        .unwrap_or("file");
    let state = reader.file(name, &file.bytes, origin);
    if file.whole { state } else { PartState::Uninspectable }
}
